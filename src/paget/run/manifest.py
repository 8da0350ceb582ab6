"""The manifest of a run: what was carried out, with which numbers, by which code, where.

It carries a checksum of itself, and those of all files that it vouches for. Of the user it holds
what was asked for, and no place of a file.

Public names: ``MANIFEST``, ``COHORT``, ``new_manifest``, ``read_manifest``, ``manifest_of``,
``write_manifest``, ``check_same``, ``stated_in``, ``whole``, ``is_sealed``, ``how_to_mend``,
``run_key``, ``source_hash``, ``commit``, ``host``, ``now``.
"""

import hashlib
import json
import os
import platform
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from paget.core.errors import PagetError, RunError
from paget.core.parameters import ParameterSet
from paget.core.results import NOTICE, plain
from paget.engine import Model
from paget.run.forked import check_not_forked
from paget.run.portable import portable_command, portable_records, portable_scenario
from paget.run.scenario import Scenario, the_body
from paget.run.sealed import CHECKSUM, check_seal, digest_of, read_content, write_sealed

MANIFEST: Final = "manifest.json"
COHORT: Final = "cohort"
"""What a manifest says of the kind of its run."""
SCHEMA_VERSION: Final = 2
_UNSEALED: Final = 1  # of version 0.1.0: no checksum of itself, and none in its markers
_CODE: Final = ("paget_version", "source_hash")
_OTHER_CODE: Final = "Name a new folder, or resume with the version of Paget that wrote it."
_OTHER_SCENARIO: Final = "Name a new folder, or resume with the folder alone, without a scenario."
_PACKAGE: Final = Path(__file__).resolve().parents[1]
_SAME: Final = {
    "paget_version": "the version of Paget",
    "source_hash": "the code or the atlas of Paget",
    "scenario": "the scenario",
    "parameters": "parameter values",
}


def new_manifest(scenario: Scenario, model: Model, shard: int, threads: int) -> dict[str, Any]:
    """Return the manifest of a run that starts now."""
    manifest = {
        "schema_version": SCHEMA_VERSION,
        "kind": COHORT,
        "notice": NOTICE,
        "status": "running",
        "scenario": portable_scenario(scenario),
        "seed": scenario.required_seed(),
        "patients": scenario.persons,
        "shard": shard,
        "paget_version": import_module("paget").__version__,
        "source_hash": source_hash(),
        "commit": commit(),
        "host": host(threads),
        "command": portable_command(),
        "started": now(),
        "finished": None,
        "stats": {},
        "n_assumptions": len(model.parameters.assumptions()),
        "cancer": dict(model.parameters.meta),
        "parameters": portable_records(model.parameters.to_records()),
        "files": {},
    }
    return {**manifest, "run": run_key(manifest)}


def run_key(manifest: Mapping[str, Any]) -> str:
    """Return a short name of a run, which two runs share only where all their draws are the same.

    Every part of a folder carries it, so that a part of another run is found out.
    """
    what = {key: _plain(plain(manifest.get(key))) for key in (*_SAME, "kind", "seed", "shard")}
    return digest_of(what)[:16]


def write_manifest(folder: Path, manifest: Mapping[str, Any]) -> None:
    """Write the manifest, whole or not at all."""
    write_sealed(manifest, folder / MANIFEST)


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return the manifest of a run, or say that there is none or that it was changed."""
    check_not_forked()
    path = folder / MANIFEST
    content = read_content(path, "Give the folder of a run: `paget run SCENARIO` makes one.")
    if "schema_version" not in content:
        raise RunError(f"{path} is no manifest of Paget", remedy="Give the folder of a run.")
    found = content.get("schema_version")
    if found not in (_UNSEALED, SCHEMA_VERSION):
        allowed = f"this version of Paget reads {_UNSEALED} and {SCHEMA_VERSION}"
        raise RunError(f"schema_version = {found}", str(path), allowed)
    if found != _UNSEALED or CHECKSUM in content:
        check_seal(content, path)
    return content


def manifest_of(folder: Path, kind: str) -> dict[str, Any]:
    """Return the manifest of a folder that holds a run of some kind; refuse any other."""
    manifest = read_manifest(folder)
    found = manifest.get("kind", COHORT)
    if found != kind:
        raise RunError(
            f"{folder / MANIFEST} is that of a {found}",
            allowed=f"must be that of a {kind}",
            remedy="paget.read(folder) opens every kind of run.",
        )
    return manifest


def is_sealed(manifest: Mapping[str, Any]) -> bool:
    """Tell whether the files of a run carry checksums of themselves; those of 0.1.0 do not."""
    return manifest.get("schema_version") != _UNSEALED


@contextmanager
def whole(folder: Path) -> Generator[None]:
    """Say of what goes wrong within that the manifest of a folder is not whole."""
    try:
        yield
    except PagetError:
        raise
    except (KeyError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        remedy = "Run the scenario again."
        raise RunError(f"{folder / MANIFEST} is not whole ({error!r})", remedy=remedy) from None


def how_to_mend(manifest: Mapping[str, Any]) -> str:
    """Return what to do about a folder of which something is damaged or missing."""
    if is_sealed(manifest):
        return "Resume it: what is damaged or missing is done again, and comes out the same."
    written_by = manifest.get("paget_version", "0.1.0")
    return f"Resume it with the version of Paget that wrote it, {written_by}."


def stated_in(content: Mapping[str, Any], folder: Path) -> tuple[Scenario, ParameterSet]:
    """Return the scenario and the parameters that a manifest, or an arm of one, states."""
    with whole(folder):
        scenario = Scenario.model_validate(content["scenario"])
        sites = the_body().site_names
        stated = ParameterSet.from_records(content["parameters"], sites)
        return scenario, ParameterSet(stated.values(), sites, content["cancer"])


def check_same(old: Mapping[str, Any], new: Mapping[str, Any], folder: Path) -> None:
    """Refuse to resume a run with anything but what it was started with."""
    plain = json.loads(json.dumps(new, default=str))
    for key, what in _SAME.items():
        if not _equal(old.get(key), plain[key]):
            raise RunError(
                f"{folder} holds a run that differs in {what}",
                allowed="a run can be resumed only with what it was started with",
                remedy=_OTHER_CODE if key in _CODE else _OTHER_SCENARIO,
            )


def _equal(old: Any, new: Any) -> bool:
    """Compare as JSON, which has no infinities and does not say where a file lay."""
    return json.dumps(_plain(old), sort_keys=True) == json.dumps(_plain(new), sort_keys=True)


def _plain(item: Any) -> Any:
    if isinstance(item, dict):
        return {
            k: _plain(v) for k, v in item.items() if k not in {"file", "line", "where", "label"}
        }
    if isinstance(item, list):
        return [_plain(value) for value in item]
    if isinstance(item, float) and item - item != 0:
        return None
    return item


def host(threads: int) -> dict[str, Any]:
    """Return the machine and the versions of what computes; no name of machine or user."""
    parts = ("numpy", "numba", "polars", "pyarrow", "scipy")
    return {
        "platform": platform.platform(),
        "machine": platform.machine(),
        "cpus": os.cpu_count(),
        "threads": threads,
        "python": platform.python_version(),
        **{name: version(name) for name in parts},
    }


def now() -> str:
    """Return the time, in UTC."""
    return datetime.now(UTC).isoformat(timespec="seconds")


@cache
def source_hash() -> str:
    """Return a short hash of the package's code and data."""
    digest = hashlib.sha256()
    kinds = {".py", ".toml", ".csv"}
    for path in sorted(path for path in _PACKAGE.rglob("*") if path.suffix in kinds):
        digest.update(f"{path.relative_to(_PACKAGE).as_posix()}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


@cache
def commit() -> str | None:
    """Return the commit of the checkout that the package runs from, where it is one."""
    git = _PACKAGE.parents[1] / ".git"
    try:
        head = (git / "HEAD").read_text(encoding="utf-8").strip()
        if not head.startswith("ref: "):
            return head
        name = head.removeprefix("ref: ")
        if (git / name).is_file():
            return (git / name).read_text(encoding="utf-8").strip()
        packed = (git / "packed-refs").read_text(encoding="utf-8").splitlines()
    except OSError:
        return None
    return next((line.split()[0] for line in packed if line.endswith(f" {name}")), None)
