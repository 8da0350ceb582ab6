"""The manifest of a run: what was carried out, with which numbers, by which code, where.

Public names: ``MANIFEST``, ``new_manifest``, ``read_manifest``, ``write_manifest``, ``check_same``,
``source_hash``, ``commit``, ``host``, ``now``.
"""

import hashlib
import json
import os
import platform
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, cast

from paget.core.errors import RunError
from paget.core.results import NOTICE, write_json
from paget.engine import Model
from paget.run.scenario import Scenario

MANIFEST: Final = "manifest.json"
SCHEMA_VERSION: Final = 1
_PACKAGE: Final = Path(__file__).resolve().parents[1]
_SAME: Final = {
    "scenario": "the scenario",
    "parameters": "parameter values",
    "paget_version": "the version of Paget",
    "source_hash": "the code or the atlas of Paget",
}


def new_manifest(scenario: Scenario, model: Model, shard: int, threads: int) -> dict[str, Any]:
    """Return the manifest of a run that starts now."""
    return {
        "schema_version": SCHEMA_VERSION,
        "notice": NOTICE,
        "status": "running",
        "scenario": scenario.model_dump(),
        "seed": scenario.required_seed(),
        "patients": scenario.persons,
        "shard": shard,
        "paget_version": import_module("paget").__version__,
        "source_hash": source_hash(),
        "commit": commit(),
        "host": host(threads),
        "command": [Path(sys.argv[0]).name, *sys.argv[1:]],
        "started": now(),
        "finished": None,
        "stats": {},
        "n_assumptions": len(model.parameters.assumptions()),
        "cancer": dict(model.parameters.meta),
        "parameters": model.parameters.to_records(),
        "files": {},
    }


def write_manifest(folder: Path, manifest: Mapping[str, Any]) -> None:
    """Write the manifest, whole or not at all."""
    write_json(manifest, folder / MANIFEST)


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return the manifest of a run, or say that there is none."""
    path = folder / MANIFEST
    try:
        content: Any = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        remedy = "Give the folder of a run: `paget run SCENARIO` makes one."
        raise RunError(f"{path} cannot be read ({error.strerror})", remedy=remedy) from None
    except ValueError as error:
        raise RunError(f"{path} is not JSON ({error})") from None
    found = content.get("schema_version") if isinstance(content, dict) else None
    if found != SCHEMA_VERSION:
        allowed = f"this version of Paget reads {SCHEMA_VERSION}"
        raise RunError(f"schema_version = {found}", str(path), allowed)
    return cast("dict[str, Any]", content)


def check_same(old: Mapping[str, Any], new: Mapping[str, Any], folder: Path) -> None:
    """Refuse to resume a run with anything but what it was started with."""
    plain = json.loads(json.dumps(new, default=str))
    for key, what in _SAME.items():
        if not _equal(old.get(key), plain[key]):
            raise RunError(
                f"{folder} holds a run that differs in {what}",
                allowed="a run can be resumed only with what it was started with",
                remedy="Name a new folder, or give the same scenario.",
            )


def _equal(old: Any, new: Any) -> bool:
    """Compare as JSON, which has no infinities and does not say where a file lay."""
    return json.dumps(_told(old), sort_keys=True) == json.dumps(_told(new), sort_keys=True)


def _told(item: Any) -> Any:
    if isinstance(item, dict):
        return {k: _told(v) for k, v in item.items() if k not in {"file", "line", "where", "label"}}
    if isinstance(item, list):
        return [_told(value) for value in item]
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
