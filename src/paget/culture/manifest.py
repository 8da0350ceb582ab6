"""The manifest of a grown tissue: which model, with which numbers, by which code, where.

Public names: ``TISSUE``, ``ENSEMBLE``, ``new_tissue_manifest``, ``model_of``.
"""

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from paget.core.errors import PagetError, RunError
from paget.core.parameters import ParameterSet
from paget.core.results import NOTICE
from paget.run.manifest import SCHEMA_VERSION, commit, host, now, run_key, source_hash, whole
from paget.run.portable import name_of, portable_command, portable_records
from paget.tissue.model import Model
from paget.tissue.model_file import load_model

TISSUE: Final = "tissue"
ENSEMBLE: Final = "tissue ensemble"
"""What a manifest says of the kind of its run; that of lives says nothing."""


def new_tissue_manifest(
    kind: str, model: Model, seed: int, threads: int, more: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the manifest of a tissue, or of an ensemble of them, that starts to grow now."""
    manifest = {
        "schema_version": SCHEMA_VERSION,
        "kind": kind,
        "notice": NOTICE,
        "status": "running",
        "model": name_of(model.name),
        "title": model.title,
        "scenario": model.model_dump(exclude_unset=True, exclude={"base"}),
        "seed": seed,
        **more,
        "paget_version": import_module("paget").__version__,
        "source_hash": source_hash(),
        "commit": commit(),
        "host": host(threads),
        "command": portable_command(),
        "started": now(),
        "finished": None,
        "stats": {},
        "n_assumptions": len(model.values.assumptions()),
        "parameters": portable_records(model.values.to_records()),
        "files": {},
    }
    return {**manifest, "run": run_key(manifest)}


def model_of(manifest: Mapping[str, Any], folder: Path) -> Model:
    """Return the model of a manifest, with the numbers that it states."""
    version = manifest.get("paget_version", "another version")
    with whole(folder):
        try:
            model = load_model(dict(manifest["scenario"]))
        except PagetError as error:
            raise RunError(
                f"{folder} holds a tissue of Paget {version}, of which this version makes no model "
                f"({str(error).rstrip('.')})",
                remedy=f"Read it with Paget {version}; xarray opens tissue.zarr without Paget.",
            ) from None
        sites = model.values.sites
        stated = ParameterSet.from_records(manifest["parameters"], sites)
        values = ParameterSet(stated.values(), sites, model.values.meta)
        return model.settled(str(manifest["model"]), {}, values, model.understood_rules)
