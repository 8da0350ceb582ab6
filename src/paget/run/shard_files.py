"""The files of a run: one Parquet part a table and block, one marker a shard.

A shard is done when its marker exists and the checksums in it hold. Parts without a marker are
remains of an interruption; they are never read and are written over.

Public names: ``write_shard``, ``read_marker``, ``done_shards``, ``part_paths``, ``Marker``,
``write_funnel``, ``make_folders``, ``marker_path``.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import polars as pl

from paget.core.errors import RunError
from paget.core.results import sha256, write_json, write_table
from paget.run.shards import TABLES, Block
from paget.tables.dictionary import units_of
from paget.tables.funnel import Counts

MARKERS: Final = "shards"
COHORT_FUNNEL: Final = "funnel/cohort.parquet"


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


def make_folders(folder: Path, tables: Iterable[str] = TABLES) -> None:
    """Make the folder of a run and those of its tables."""
    try:
        for name in ("", *tables, MARKERS):
            (folder / name).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RunError(
            f"{folder} cannot be made ({error.strerror})",
            remedy="Choose a folder that can be written.",
        ) from None


def write_shard(folder: Path, shard: int, first: int, blocks: Iterable[Block]) -> Marker:
    """Write the parts of a shard as its blocks come, then its marker."""
    files: dict[str, str] = {}
    rows = dict.fromkeys(TABLES, 0)
    counts: Counts | None = None
    patients = excluded = 0
    for number, block in enumerate(blocks):
        suffix = f"-{number}" if number else ""
        for name, table in block.tables.items():
            part = f"{name}/part-{shard:05d}{suffix}.parquet"
            write_table(table, folder / part, units_of(name))
            files[part] = sha256(folder / part)
            rows[name] += len(table)
        counts = block.counts if counts is None else counts + block.counts
        patients += block.patients
        excluded += block.excluded
    plain = counts.to_plain() if counts else {}
    marker = Marker(shard, first, patients, files, rows, plain, excluded)
    write_json(marker.__dict__, marker_path(folder, shard))
    return marker


def write_funnel(folder: Path, table: pl.DataFrame) -> dict[str, str]:
    """Write the funnel of the cohort; return its checksum by path."""
    write_table(table, folder / COHORT_FUNNEL, units_of("funnel"))
    return {COHORT_FUNNEL: sha256(folder / COHORT_FUNNEL)}


def done_shards(folder: Path, *, verify: bool) -> list[Marker]:
    """Return the markers of the shards that are done, in order.

    ``verify`` reads every part and checks its checksum; a shard whose part is missing or damaged is
    not done.
    """
    paths = sorted((folder / MARKERS).glob("*.json"))
    markers = [marker for path in paths if (marker := _read(path)) is not None]
    return [marker for marker in markers if _holds(folder, marker, verify=verify)]


def part_paths(folder: Path, markers: Iterable[Marker], table: str) -> list[Path]:
    """Return the parts of one table, in the order of patients."""
    return [
        folder / part
        for marker in markers
        for part in marker.files
        if part.startswith(f"{table}/") and ".." not in part
    ]


def _holds(folder: Path, marker: Marker, *, verify: bool) -> bool:
    for part, checksum in marker.files.items():
        path = folder / part
        if not path.is_file() or (verify and sha256(path) != checksum):
            return False
    return True


def _read(path: Path) -> Marker | None:
    """Return a marker; one that cannot be read marks nothing."""
    try:
        return Marker(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def marker_path(folder: Path, shard: int) -> Path:
    """Return the file of a shard's marker."""
    return folder / MARKERS / f"{shard:05d}.json"
