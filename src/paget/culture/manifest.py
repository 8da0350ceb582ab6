"""The manifest of a grown tissue: which model, with which numbers, by which code, where.

Public names: ``TISSUE``, ``ENSEMBLE``, ``new_tissue_manifest``, ``read_tissue_manifest``,
``model_of``.
"""

import sys
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from paget.core.errors import RunError
from paget.core.results import NOTICE
from paget.run.manifest import (
    MANIFEST,
    SCHEMA_VERSION,
    commit,
    host,
    now,
    read_manifest,
    source_hash,
)
from paget.tissue.model import Model
from paget.tissue.model_file import load_model

TISSUE: Final = "tissue"
ENSEMBLE: Final = "tissue ensemble"
"""What a manifest says of the kind of its run; that of lives says nothing."""


def new_tissue_manifest(
    kind: str, model: Model, seed: int, threads: int, more: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the manifest of a tissue, or of an ensemble of them, that starts to grow now."""
    return {
        "schema_version": SCHEMA_VERSION,
        "kind": kind,
        "notice": NOTICE,
        "status": "running",
        "model": model.name,
        "title": model.title,
        "scenario": model.model_dump(exclude_unset=True, exclude={"base"}),
        "seed": seed,
        **more,
        "paget_version": import_module("paget").__version__,
        "source_hash": source_hash(),
        "commit": commit(),
        "host": host(threads),
        "command": [Path(sys.argv[0]).name, *sys.argv[1:]],
        "started": now(),
        "finished": None,
        "stats": {},
        "n_assumptions": len(model.values.assumptions()),
        "parameters": model.values.to_records(),
    }


def read_tissue_manifest(folder: Path, kind: str) -> dict[str, Any]:
    """Return the manifest of a folder, or say that it holds no such thing."""
    manifest = read_manifest(folder)
    found = manifest.get("kind", "cohort")
    if found != kind:
        raise RunError(
            f"{folder / MANIFEST} is that of a {found}",
            allowed=f"must be that of a {kind}",
            remedy="Give a folder that `paget grow` made.",
        )
    return manifest


def model_of(manifest: Mapping[str, Any], folder: Path) -> Model:
    """Return the model of a manifest."""
    content = manifest.get("scenario")
    if not isinstance(content, dict):
        raise RunError(f"{folder / MANIFEST} is not whole (no model)")
    model = load_model(content)
    return model.settled(str(manifest.get("model")), {}, model.values, model.understood_rules)
