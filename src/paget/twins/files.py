"""The folder of a comparison: its tables and what was compared.

::

    manifest.json             both scenarios, every parameter with its source, seed, versions
    results.csv               every estimate with its interval, written when all have lived
    results.parquet
    twins/part-00000.parquet  one row a person who gets the cancer: both lives
    shards/00000.json         a marker: this shard is done, its checksum

As in a run every file is written under another name, synced and renamed: after Ctrl-C or a crash
the folder can be read, and resumed. The manifest says complete only when the results are there.

Public names: ``TwinFolder``, ``open_twins``, ``check_folder``, ``TWINS``.
"""

from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import polars as pl

from paget.core.errors import RunError
from paget.core.results import NOTICE, Status, sha256, write_atomically, write_json, write_table
from paget.run.manifest import (
    MANIFEST,
    SCHEMA_VERSION,
    check_same,
    new_manifest,
    now,
    read_manifest,
    write_manifest,
)
from paget.run.shard_files import Marker, done_shards, make_folders, marker_path, part_paths
from paget.tables.dictionary import units_of
from paget.twins.lives import Arm, TwinShard

TWINS: Final = "twins"
_RESULTS: Final = "results"
_ARM: Final = ("scenario", "n_assumptions", "cancer", "parameters")
_BOTH: Final = ("seed", "shard", "paget_version", "source_hash", "commit", "host", "command")


@dataclass(frozen=True, eq=False)
class TwinFolder:
    """A folder that a comparison is written to."""

    path: Path
    manifest: dict[str, Any]
    done: list[Marker]
    """Shards that were done when it was opened."""

    @property
    def shard(self) -> int:
        """Return how many persons a shard has."""
        return int(self.manifest["shard"])

    def write(self, shard: int, first: int, persons: int, twins: TwinShard) -> Marker:
        """Write one shard, then its marker."""
        part = f"{TWINS}/part-{shard:05d}.parquet"
        write_table(twins.table, self.path / part, _units(twins.table))
        files = {part: sha256(self.path / part)}
        sums = {"unpaired": twins.n_unpaired}
        marker = Marker(
            shard, first, persons, files, {TWINS: twins.table.height}, sums, twins.n_left_out
        )
        write_json(marker.__dict__, marker_path(self.path, shard))
        return marker

    def scan(self, markers: Iterable[Marker], nobody: pl.DataFrame) -> pl.LazyFrame:
        """Return the joined table of some shards as a scan of their files."""
        parts = [pl.scan_parquet(path) for path in part_paths(self.path, markers, TWINS)]
        return pl.concat([nobody.lazy(), *parts])

    @contextmanager
    def readable(self) -> Generator[None]:
        """Say in the manifest how the work within ended, where it did not come to its end."""
        try:
            yield
        except BaseException as error:
            is_wanted = isinstance(error, KeyboardInterrupt)
            with suppress(Exception):  # the error under way says more than a full disk does here
                self.close(Status.INTERRUPTED if is_wanted else Status.FAILED, {})
            raise

    def close(self, status: Status, stats: Mapping[str, Any]) -> None:
        """Write how it ended."""
        self.manifest.update(status=status.value, finished=now(), stats=dict(stats))
        write_manifest(self.path, self.manifest)

    def finish(
        self, results: pl.DataFrame, markers: Iterable[Marker], stats: Mapping[str, Any]
    ) -> None:
        """Write the results, and last that all is there."""
        made: dict[str, Callable[..., object]] = {
            f"{_RESULTS}.csv": results.write_csv,
            f"{_RESULTS}.parquet": results.write_parquet,
        }
        for name, write in made.items():
            write_atomically(self.path / name, write)
        files = {part: checksum for marker in markers for part, checksum in marker.files.items()}
        self.manifest["files"] = files | {name: sha256(self.path / name) for name in made}
        self.close(Status.COMPLETE, stats)


def check_folder(folder: Path) -> None:
    """Refuse a folder that holds something already."""
    if folder.exists() and not folder.is_dir():
        raise RunError(f"{folder} is a file", remedy="Name a folder.")
    if folder.exists() and any(folder.iterdir()):
        raise RunError(
            f"{folder} holds something already",
            remedy="Name a new folder, or resume the comparison that is there.",
        )


def open_twins(
    folder: Path, arms: tuple[Arm, Arm], shard: int, threads: int, *, resume: bool
) -> TwinFolder:
    """Make the folder of a comparison, or open the one to resume."""
    manifest = _manifest(arms, shard, threads)
    if not resume or not (folder / MANIFEST).exists():
        check_folder(folder)
        make_folders(folder, (TWINS,))
        write_manifest(folder, manifest)
        return TwinFolder(folder, manifest, [])
    old = read_manifest(folder)
    if "a" not in old or "b" not in old:
        raise RunError(f"{folder} holds another run", remedy="Name the folder of a comparison.")
    for x in ("a", "b"):
        check_same({**old, **old[x]}, {**manifest, **manifest[x]}, folder)
    make_folders(folder, (TWINS,))
    done = done_shards(folder, verify=True)
    manifest |= {name: old[name] for name in ("shard", "started")}
    write_manifest(folder, manifest)
    return TwinFolder(folder, manifest, done)


def _manifest(arms: tuple[Arm, Arm], shard: int, threads: int) -> dict[str, Any]:
    whole = [new_manifest(arm.scenario, arm.model, shard, threads) for arm in arms]
    return {
        "schema_version": SCHEMA_VERSION,
        "kind": "comparison",
        "notice": NOTICE,
        "status": "running",
        "persons": arms[0].scenario.persons,
        **{key: whole[0][key] for key in _BOTH},
        "started": now(),
        "finished": None,
        "stats": {},
        "files": {},
        **{x: {key: arm[key] for key in _ARM} for x, arm in zip("ab", whole, strict=True)},
    }


def _units(table: pl.DataFrame) -> dict[str, str]:
    """Return the unit of each column that has one: that of the table of patients."""
    known = units_of("patients")
    plain = {name: name.removesuffix("_a").removesuffix("_b") for name in table.columns}
    return {name: known[word] for name, word in plain.items() if word in known}
