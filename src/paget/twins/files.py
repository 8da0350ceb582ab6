"""The folder of a comparison: its tables and what was compared.

::

    manifest.json             both scenarios, every parameter with its source, seed, versions
    results.csv               every estimate with its interval, written when all have lived
    results.parquet
    twins/part-00000.parquet  one row a person who gets the cancer: both lives
    shards/00000.json         a marker: this shard is done, its checksum

As in a run every file is written under another name, synced and renamed: after Ctrl-C or a crash
the folder can be read, and resumed. The manifest says complete only when the results are there.

Public names: ``TwinFolder``, ``open_twins``, ``joined``, ``TWINS``,
``COMPARISON``.
"""

from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import polars as pl

from paget.core.errors import RunError
from paget.core.results import NOTICE, Status, sha256, write_atomically, write_table
from paget.run.manifest import (
    MANIFEST,
    SCHEMA_VERSION,
    check_same,
    manifest_of,
    new_manifest,
    now,
    run_key,
    whole,
    write_manifest,
)
from paget.run.new_folder import NewFolder, folder_at, holds_something
from paget.run.sealed import digest_of
from paget.run.shard_files import MARKERS, Marker, done_shards, part_paths, write_marker
from paget.tables.dictionary import units_of
from paget.twins.lives import Arm, TwinShard

TWINS: Final = "twins"
COMPARISON: Final = "comparison"
"""What a manifest says of the kind of its run."""
_RESULTS: Final = "results"
_UNPAIRED: Final = "unpaired"
_ARM: Final = ("scenario", "n_assumptions", "cancer", "parameters")
_BOTH: Final = ("seed", "shard", "paget_version", "source_hash", "commit", "host", "command")


@dataclass(frozen=True, eq=False)
class TwinFolder:
    """A folder that a comparison is written to."""

    folder: NewFolder
    manifest: dict[str, Any]
    done: list[Marker]
    """Shards that were done when it was opened."""

    @property
    def path(self) -> Path:
        """Return where it is."""
        return self.folder.path

    @property
    def shard(self) -> int:
        """Return how many persons a shard has."""
        return int(self.manifest["shard"])

    def write(self, shard: int, first: int, persons: int, twins: TwinShard) -> Marker:
        """Write one shard, then its marker."""
        part = f"{TWINS}/part-{shard:05d}.parquet"
        write_table(twins.table, self.path / part, _units(twins.table))
        files = {part: sha256(self.path / part)}
        sizes = {part: (self.path / part).stat().st_size}
        rows, sums, run = (
            {TWINS: twins.table.height},
            {_UNPAIRED: twins.n_unpaired},
            self.manifest["run"],
        )
        return write_marker(
            self.path,
            Marker(shard, first, persons, files, rows, sums, twins.n_left_out, sizes, run),
        )

    @contextmanager
    def readable(self) -> Generator[None]:
        """Say in the manifest how the work within ended, where it did not come to its end."""
        try:
            yield
        except BaseException as error:
            with suppress(Exception):  # the error under way says more than a full disk does here
                self._give_up(error)
            raise

    def _give_up(self, error: BaseException) -> None:
        """Leave what was finished, readable, with what went wrong; nothing where nothing was."""
        is_wanted = isinstance(error, KeyboardInterrupt)
        done = done_shards(self.path, self.manifest, verify=False)
        if self.folder.was_empty and not (is_wanted or done):
            self.folder.take_away(MANIFEST)
            return
        self.manifest["files"] = _files_of(done)
        if not is_wanted:
            self.manifest["failure"] = str(error)
        self.close(Status.INTERRUPTED if is_wanted else Status.FAILED, {})

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
        files = _files_of(markers)
        self.manifest["files"] = files | {name: sha256(self.path / name) for name in made}
        self.close(Status.COMPLETE, stats)


def joined(folder: Path, markers: Iterable[Marker], nobody: pl.DataFrame) -> pl.LazyFrame:
    """Return the joined table of some shards as a scan of their files."""
    parts = [pl.scan_parquet(path) for path in part_paths(folder, markers, TWINS)]
    return pl.concat([nobody.lazy(), *parts])


def _check_free(folder: Path) -> None:
    """Refuse a folder that holds something already."""
    if holds_something(folder):
        raise RunError(
            f"{folder} holds something already",
            remedy="Name a new folder, or resume the comparison that is there.",
        )


def open_twins(
    out: str | Path, arms: tuple[Arm, Arm], shard: int, threads: int, *, resume: bool
) -> TwinFolder:
    """Make the folder of a comparison, or open the one to resume."""
    folder = NewFolder(folder_at(out))
    path, manifest = folder.path, _manifest(arms, shard, threads)
    if folder.was_empty or not resume:
        _check_free(path)
        folder.make((TWINS, MARKERS))
        write_manifest(path, manifest)
        return TwinFolder(folder, manifest, [])
    old = manifest_of(path, COMPARISON)
    with whole(path):
        for x in ("a", "b"):
            check_same({**old, **old[x]}, {**manifest, **manifest[x]}, path)
        manifest |= {name: old[name] for name in ("shard", "started", "run")}
    folder.make((TWINS, MARKERS))
    done = done_shards(path, old)
    write_manifest(path, manifest)
    return TwinFolder(folder, manifest, done)


def _manifest(arms: tuple[Arm, Arm], shard: int, threads: int) -> dict[str, Any]:
    both = [new_manifest(arm.scenario, arm.model, shard, threads) for arm in arms]
    manifest = {
        "schema_version": SCHEMA_VERSION,
        "kind": COMPARISON,
        "notice": NOTICE,
        "status": "running",
        "persons": arms[0].scenario.persons,
        **{key: both[0][key] for key in _BOTH},
        "started": now(),
        "finished": None,
        "stats": {},
        "files": {},
        **{x: {key: arm[key] for key in _ARM} for x, arm in zip("ab", both, strict=True)},
    }
    keys = {f"run of {x}": run_key(arm) for x, arm in zip("ab", both, strict=True)}
    return {**manifest, "run": digest_of({"kind": COMPARISON, **keys})[:16]}


def _files_of(markers: Iterable[Marker]) -> dict[str, str]:
    """Return the checksum of every part by its path."""
    return {part: checksum for marker in markers for part, checksum in marker.files.items()}


def _units(table: pl.DataFrame) -> dict[str, str]:
    """Return the unit of each column that has one: that of the table of patients."""
    known = units_of("patients")
    plain = {name: name.removesuffix("_a").removesuffix("_b") for name in table.columns}
    return {name: known[word] for name, word in plain.items() if word in known}
