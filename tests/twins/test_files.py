"""The folder of a comparison: as in memory, whole after an interruption, resumed to the same."""

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from paget.core.errors import RunError
from paget.core.results import read_units
from paget.run.manifest import read_manifest
from paget.run.shard_files import sound_markers
from paget.tables.hashing import logical_hash
from paget.twins.comparison import Comparison, compare_twins

pytestmark = pytest.mark.slow

SEED = 1889
N = 1600  # four shards or more
ARMS = ("colon", "colon-adjuvant")


def compared(**options: Any) -> Comparison:
    return compare_twins(*ARMS, patients=N, seed=SEED, **options)


def stops_after(lives: int) -> Any:
    def tell(lived: int, wanted: int) -> None:
        if lives <= lived < wanted:
            raise KeyboardInterrupt

    return tell


def status_of(folder: Path) -> str:
    return json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["status"]


@pytest.fixture(scope="module")
def in_memory() -> Comparison:
    return compared()


@pytest.fixture
def interrupted(tmp_path: Path) -> Path:
    folder = tmp_path / "twins"
    with pytest.raises(KeyboardInterrupt):
        compared(out=folder, threads=1, progress=stops_after(N))
    return folder


def test_a_folder_holds_what_memory_would(in_memory: Comparison, tmp_path: Path) -> None:
    written = compared(out=tmp_path / "twins")
    assert logical_hash(written.patients) == logical_hash(in_memory.patients)
    assert written.table.equals(in_memory.table)
    assert status_of(tmp_path / "twins") == "complete"
    assert pl.read_parquet(tmp_path / "twins" / "results.parquet").equals(in_memory.table)
    parts = sorted((tmp_path / "twins" / "twins").glob("*.parquet"))
    assert len(parts) >= 3
    assert sum(pl.read_parquet(part).height for part in parts) == N
    assert read_units(parts[0])["death_day_a"] == "day"


def test_an_interrupted_comparison_looks_like_one(interrupted: Path) -> None:
    assert status_of(interrupted) == "interrupted"
    assert not list(interrupted.glob("results.*"))
    done = sound_markers(interrupted, read_manifest(interrupted), verify=True)
    assert 0 < sum(marker.patients for marker in done) < N


def test_it_is_resumed_to_the_same_end(interrupted: Path, in_memory: Comparison) -> None:
    resumed = compared(out=interrupted, resume=True)
    assert resumed.stats["lives"] < 2 * N
    assert resumed.persons == in_memory.persons
    assert logical_hash(resumed.patients) == logical_hash(in_memory.patients)
    assert resumed.table.equals(in_memory.table)
    assert status_of(interrupted) == "complete"


def test_a_damaged_part_is_lived_again(interrupted: Path, in_memory: Comparison) -> None:
    part = next((interrupted / "twins").glob("*.parquet"))
    part.write_bytes(part.read_bytes()[:-9])
    resumed = compared(out=interrupted, resume=True)
    assert logical_hash(resumed.patients) == logical_hash(in_memory.patients)


def test_only_the_same_comparison_is_resumed(interrupted: Path) -> None:
    with pytest.raises(RunError, match="differs in the scenario"):
        compare_twins(
            "colon", "colon-follow-up", patients=N, seed=SEED, out=interrupted, resume=True
        )
    with pytest.raises(RunError, match="holds something already"):
        compared(out=interrupted)
    with pytest.raises(RunError, match="without out"):
        compared(resume=True)


def test_above_the_memory_limit_the_table_is_a_scan(in_memory: Comparison) -> None:
    lazy = compared(memory_limit=1000)
    assert isinstance(lazy.patients, pl.LazyFrame)
    assert logical_hash(lazy.patients) == logical_hash(in_memory.patients)
    assert lazy.table.equals(in_memory.table)
    assert lazy.example() == in_memory.example()
    assert lazy.n_rows == N
    patient = in_memory.example()
    assert patient is not None
    assert lazy.illustration(patient).equals(in_memory.illustration(patient))
