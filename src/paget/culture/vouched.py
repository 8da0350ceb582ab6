"""The files of a grown tissue or an ensemble that its manifest vouches for.

Public names: ``checksums_of``, ``check_files``, ``sweep``.
"""

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from paget.core.errors import RunError
from paget.core.results import sha256
from paget.run.manifest import is_sealed, whole

_UNFINISHED: Final = ("**/.*.part", "**/*.partial")
"""What a killed process leaves of the files that it wrote: our own, and those of Zarr."""


def checksums_of(folder: Path, patterns: Iterable[str]) -> dict[str, str]:
    """Return the checksum (SHA-256) of every file of some patterns, by path within the folder."""
    paths = _files(folder, patterns)
    with ThreadPoolExecutor() as pool:
        sums = list(pool.map(_sha256, paths))
    names = [path.relative_to(folder).as_posix() for path in paths]
    return dict(zip(names, sums, strict=True))


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
            what = (
                "is missing"
                if name not in found
                else "is not of this folder"
                if name not in listed
                else "was changed or damaged"
            )
            raise RunError(
                f"{folder / name} {what}",
                allowed="the manifest vouches for every file",
                remedy=f"Resume it (paget grow --resume {folder}), or grow it again in a new "
                "folder: the same seed gives the same tissue.",
            )


def sweep(folder: Path) -> None:
    """Remove files that were never finished."""
    for pattern in _UNFINISHED:
        for path in folder.glob(pattern):
            with suppress(OSError):
                path.unlink()


def _files(folder: Path, patterns: Iterable[str]) -> list[Path]:
    found = {path for pattern in patterns for path in folder.glob(pattern) if path.is_file()}
    return sorted(path for path in found if not path.name.startswith("."))


def _sha256(path: Path) -> str:
    try:
        return sha256(path)
    except OSError as error:
        raise RunError(f"{path} cannot be read ({error.strerror})") from None
