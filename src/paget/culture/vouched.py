"""The files of a grown tissue or an ensemble that its manifest vouches for.

Public names: ``checksums_of``, ``check_files``, ``ended_manifest``, ``sweep``.
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from paget.core.errors import RunError
from paget.run.manifest import is_sealed, manifest_of, whole
from paget.run.sealed import checksums

_UNFINISHED: Final = ("**/.*.part", "**/*.partial")
"""What a killed process leaves of the files that it wrote: our own, and those of Zarr."""


def checksums_of(folder: Path, patterns: Iterable[str]) -> dict[str, str]:
    """Return the checksum (SHA-256) of every file of some patterns, by path within the folder."""
    found = checksums(_files(folder, patterns))
    return {path.relative_to(folder).as_posix(): checksum for path, checksum in found.items()}


def check_files(folder: Path, manifest: Mapping[str, Any], patterns: Iterable[str]) -> None:
    """Refuse a folder in which a file is not as the manifest says, is missing or is too many.

    A manifest of version 0.1.0 says nothing of it.
    """
    if not is_sealed(manifest):
        return
    with whole(folder):
        listed: dict[str, str] = dict(manifest["files"])
    found = checksums_of(folder, patterns)
    for name in sorted(listed.keys() | found.keys()):
        if found.get(name) != listed.get(name):
            raise RunError(
                f"{folder / name} {_what_happened(name, listed, found)}",
                allowed="the manifest vouches for every file",
                remedy=f"Resume it (paget grow --resume {folder}), or grow it again in a new "
                "folder: the same seed gives the same tissue.",
            )


def ended_manifest(folder: Path, kind: str, patterns: Iterable[str]) -> dict[str, Any]:
    """Return the manifest of what has grown to its end; refuse a folder that is not whole."""
    manifest = manifest_of(folder, kind)
    if manifest.get("status") == "running":
        raise RunError(
            f"{folder} holds what was cut off as it grew",
            remedy=f"Finish it: paget grow --resume {folder}",
        )
    check_files(folder, manifest, patterns)
    return manifest


def _what_happened(name: str, listed: Mapping[str, str], found: Mapping[str, str]) -> str:
    if name not in found:
        return "is missing"
    return "was changed or damaged" if name in listed else "is not of this folder"


def sweep(folder: Path) -> None:
    """Remove files that were never finished."""
    for pattern in _UNFINISHED:
        for path in folder.glob(pattern):
            with suppress(OSError):
                path.unlink()


def _files(folder: Path, patterns: Iterable[str]) -> list[Path]:
    found = {path for pattern in patterns for path in folder.glob(pattern) if path.is_file()}
    return sorted(path for path in found if not path.name.startswith("."))
