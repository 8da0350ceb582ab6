"""The files of a run: one Parquet part a table and block, one marker a shard.

A shard is done when its marker says so. The marker carries a checksum of itself, and says of which
run and which shard it is and how large its parts are, with their checksums. Parts without a marker
are remains of an interruption; they are never read, and go when the run is resumed.

Public names: ``write_shard``, ``write_marker``, ``sound_markers``, ``done_shards``, ``part_paths``,
``size_of``, ``Marker``, ``write_funnel``, ``sweep``, ``MARKERS``, ``COHORT_FUNNEL``.
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import polars as pl

from paget.core.errors import RunError
from paget.core.results import sha256, write_table
from paget.run.manifest import MANIFEST, how_to_mend, is_sealed, whole
from paget.run.sealed import CHECKSUM, checksums, read_content, read_sealed, write_sealed
from paget.run.shards import TABLES, Block
from paget.tables.dictionary import units_of
from paget.tables.funnel import Counts

MARKERS: Final = "shards"
COHORT_FUNNEL: Final = "funnel/cohort.parquet"
_HALF_WRITTEN: Final = ".*.part"  # what a killed process leaves of the file that it wrote
_PART: Final = "part-*.parquet"


class _StrangerError(RunError):
    """A file is whole, but belongs to another run."""


@dataclass(frozen=True, eq=False)
class Marker:
    """What a finished shard says of itself."""

    shard: int
    first: int
    patients: int
    files: Mapping[str, str]
    """Checksum (SHA-256) by path within the folder."""
    rows: Mapping[str, int]
    counts: Mapping[str, Any]
    """What it adds to the sums of the whole: of a run `Counts` as plain numbers."""
    excluded: int = 0
    """People who had the cancer before they would have entered the population."""
    sizes: Mapping[str, int] = field(default_factory=dict[str, int])
    """Size [byte] by path within the folder; none in folders of version 0.1.0."""
    run: str = ""
    """Of which run it is a shard; not told in folders of version 0.1.0."""


def write_shard(folder: Path, run: str, shard: int, first: int, blocks: Iterable[Block]) -> Marker:
    """Write the parts of a shard as its blocks come, then its marker."""
    files: list[str] = []
    rows = dict.fromkeys(TABLES, 0)
    counts: Counts | None = None
    patients = excluded = 0
    for number, block in enumerate(blocks):
        suffix = f"-{number}" if number else ""
        for name, table in block.tables.items():
            part = f"{name}/part-{shard:05d}{suffix}.parquet"
            write_table(table, folder / part, units_of(name))
            files.append(part)
            rows[name] += len(table)
        counts = block.counts if counts is None else counts + block.counts
        patients += block.patients
        excluded += block.excluded
    sums = counts.to_plain() if counts else {}
    sizes = {part: (folder / part).stat().st_size for part in files}
    sha = {part: sha256(folder / part) for part in files}
    return write_marker(
        folder, Marker(shard, first, patients, sha, rows, sums, excluded, sizes, run)
    )


def write_marker(folder: Path, marker: Marker) -> Marker:
    """Write a marker, and return it."""
    write_sealed(marker.__dict__, _marker_path(folder, marker.shard))
    return marker


def write_funnel(folder: Path, table: pl.DataFrame) -> dict[str, str]:
    """Write the funnel of the cohort; return its checksum by path."""
    write_table(table, folder / COHORT_FUNNEL, units_of("funnel"))
    return {COHORT_FUNNEL: sha256(folder / COHORT_FUNNEL)}


def sound_markers(folder: Path, manifest: Mapping[str, Any], *, verify: bool) -> list[Marker]:
    """Return the markers of all shards of a folder, in order; refuse a folder that is not whole.

    Parameters
    ----------
    folder, manifest : of the run.
    verify : read every file and compare its checksum; else only its size, where that is known.
    """
    try:
        markers = _in_order(_read(folder, path, manifest) for path in _marker_paths(folder))
        paths = [path for marker in markers for path in _parts(folder, marker)]
        if manifest.get("status") != "running":
            paths += _vouched_for(folder, manifest, markers)
        if verify:
            _compare(dict(paths))
    except RunError as error:
        remedy = error.remedy or how_to_mend(manifest)
        raise RunError(error.given, error.where, error.allowed, remedy) from None
    return markers


def done_shards(folder: Path, manifest: Mapping[str, Any], *, verify: bool = True) -> list[Marker]:
    """Return the markers of the shards that need not be done again, in order.

    What is left of others, and of files that were being written when the run was killed, goes.
    """
    found = {
        path: _if_done(folder, path, manifest, verify=verify) for path in _marker_paths(folder)
    }
    done = [marker for marker in found.values() if marker is not None]
    for path, marker in found.items():
        if marker is None:
            path.unlink()
    sweep(folder, done)
    return _in_order(done)


def part_paths(folder: Path, markers: Iterable[Marker], table: str) -> list[Path]:
    """Return the parts of one table, in the order of patients."""
    return [
        folder / part
        for marker in markers
        for part in marker.files
        if part.startswith(f"{table}/") and ".." not in part
    ]


def size_of(folder: Path, markers: Iterable[Marker]) -> int:
    """Return how large the parts of some shards are together [byte]."""
    return sum((folder / part).stat().st_size for marker in markers for part in marker.files)


def sweep(folder: Path, markers: Iterable[Marker]) -> None:
    """Remove parts of shards that are not done, and files that were never finished."""
    kept = {folder / part for marker in markers for part in marker.files}
    remains = [path for path in folder.glob(f"*/{_PART}") if path not in kept]
    for path in (*remains, *folder.glob(_HALF_WRITTEN), *folder.glob(f"*/{_HALF_WRITTEN}")):
        with suppress(OSError):
            path.unlink()


def _if_done(
    folder: Path, path: Path, manifest: Mapping[str, Any], *, verify: bool
) -> Marker | None:
    """Return a marker whose shard is whole; refuse a whole one of another run: it is not ours."""
    try:
        marker = _read(folder, path, manifest)
        parts = _parts(folder, marker)
        if verify:
            _compare(dict(parts))
    except _StrangerError:
        raise
    except RunError:
        return None
    return marker


def _in_order(markers: Iterable[Marker]) -> list[Marker]:
    return sorted(markers, key=lambda marker: marker.shard)


def _marker_paths(folder: Path) -> list[Path]:
    return list((folder / MARKERS).glob("*.json"))


def _marker_path(folder: Path, shard: int) -> Path:
    return folder / MARKERS / f"{shard:05d}.json"


def _read(folder: Path, path: Path, manifest: Mapping[str, Any]) -> Marker:
    """Return a marker; refuse one that is damaged, of another shard or of another run."""
    content = read_sealed(path) if is_sealed(manifest) else read_content(path)
    content.pop(CHECKSUM, None)
    with whole(folder):
        shard, persons = int(manifest["shard"]), _persons(manifest)
        run = manifest.get("run", "")
    try:
        marker = Marker(**content)
        first = marker.shard * shard
        expected = (_marker_path(folder, marker.shard), first, min(shard, persons - first))
        found = (path, marker.first, marker.patients)
        is_mine = expected == found and all(".." not in part for part in marker.files)
    except (TypeError, ValueError, AttributeError):
        raise RunError(f"{path} is not the marker of a shard") from None
    if marker.run != run:
        remedy = f"Move it away, or {MANIFEST} if that is the stranger; then resume."
        raise _StrangerError(f"{path} is the marker of another run", remedy=remedy)
    if not is_mine:
        raise RunError(f"{path} is the marker of another shard")
    return marker


def _persons(manifest: Mapping[str, Any]) -> int:
    return int(manifest["patients"] if "patients" in manifest else manifest["persons"])


def _parts(folder: Path, marker: Marker) -> list[tuple[Path, str]]:
    """Return the parts of a shard with their checksums; refuse what is missing or of another size.

    A shard's marker is written last, so that nothing of it can be missing by an interruption.
    """
    for part in marker.files:
        path = folder / part
        if not path.is_file():
            raise RunError(f"{path} is missing", allowed=f"shard {marker.shard} is not whole")
        if marker.sizes.get(part, size := path.stat().st_size) != size:
            raise _changed(path)
    return [(folder / part, checksum) for part, checksum in marker.files.items()]


def _vouched_for(
    folder: Path, manifest: Mapping[str, Any], markers: list[Marker]
) -> list[tuple[Path, str]]:
    """Return what else a manifest vouches for; refuse shards that it does not agree with."""
    with whole(folder):
        listed = {str(part): str(checksum) for part, checksum in manifest["files"].items()}
        is_complete = manifest["status"] == "complete"
        n_shards = -(-_persons(manifest) // int(manifest["shard"]))
    there = {marker.shard for marker in markers}
    missing = next((shard for shard in range(n_shards) if shard not in there), None)
    if is_complete and missing is not None:
        raise RunError(
            f"{_marker_path(folder, missing)} is missing",
            allowed=f"the run is complete, so there must be {n_shards} shards",
        )
    parts = {part: checksum for marker in markers for part, checksum in marker.files.items()}
    of_shards = {part for part in listed if Path(part).match(_PART)}
    for part in sorted(of_shards ^ set(parts)):
        raise RunError(f"{folder / part} has no marker, or is not in the manifest")
    for part in of_shards:
        if parts[part] != listed[part]:
            raise _changed(folder / part)
    others = [(folder / part, listed[part]) for part in listed if part not in of_shards]
    for path, _ in others:
        if not path.is_file():
            raise RunError(f"{path} is missing", allowed="the manifest names it")
    return others


def _compare(expected: Mapping[Path, str]) -> None:
    """Refuse the first file that does not agree with its checksum."""
    for path, found in checksums(expected).items():
        if found != expected[path]:
            raise _changed(path)


def _changed(path: Path) -> RunError:
    return RunError(f"{path} was changed or damaged", allowed="it does not agree with its checksum")
