"""Results: saved and loaded alike, read by others, whole or not there."""

import json
import math
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal
from pyarrow import parquet

from paget.core.errors import RunError
from paget.core.results import (
    NOTICE,
    Result,
    Status,
    read_units,
    sha256,
    write_atomically,
    write_json,
    write_table,
)

PATIENTS = pl.DataFrame(
    {
        "patient": [0, 1, 2],
        "diagnosis_day": [12.5, None, 3.0],
        "sex": ["f", None, "m"],
        "sites_true": [["liver", "lung"], [], None],
        "is_occult": [True, False, None],
    },
    schema_overrides={"patient": pl.UInt32, "sex": pl.Categorical},
)
RESULT = Result(
    tables={"patients": PATIENTS, "lesions": PATIENTS.lazy().select("patient")},
    stats={"seconds": 1.5, "events": np.int64(3)},
    provenance={"seed": 2**64 - 1, "version": "0.1", "path": Path("a")},
    units={"patients": {"diagnosis_day": "day"}, "lesions": {"patient": "1"}},
)


def test_saved_and_loaded_alike(tmp_path: Path) -> None:
    RESULT.save(tmp_path / "new" / "run")
    again = Result.load(tmp_path / "new" / "run")
    assert_frame_equal(again.patients, PATIENTS)
    assert_frame_equal(again.lesions, PATIENTS.select("patient"))
    assert again.units == RESULT.units
    assert again.status is Status.COMPLETE
    assert again.stats == {"seconds": 1.5, "events": 3}
    assert again.provenance == {"seed": 2**64 - 1, "version": "0.1", "path": "a"}
    assert again.notice == NOTICE
    lazy = Result.load(tmp_path / "new" / "run", lazy=True)
    assert_frame_equal(lazy.patients.collect(), PATIENTS)
    assert not list(tmp_path.rglob("*.part"))


def test_other_readers_find_units_and_notice(tmp_path: Path) -> None:
    path = tmp_path / "patients.parquet"
    write_table(PATIENTS, path, {"diagnosis_day": "day"})
    schema: Any = parquet.read_schema(path)
    assert schema.field("diagnosis_day").metadata[b"unit"] == b"day"
    assert schema.metadata[b"paget.notice"] == NOTICE.encode()
    assert json.loads(pl.read_parquet_metadata(path)["paget.units"]) == {"diagnosis_day": "day"}
    assert read_units(path) == {"diagnosis_day": "day"}


@given(
    st.lists(st.tuples(st.integers(0, 2**32), st.floats(allow_nan=False), st.text()), max_size=9)
)
def test_any_table_comes_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[int, float, str]]
) -> None:
    schema = {"a": pl.Int64, "b": pl.Float64, "c": pl.String}
    table = pl.DataFrame(rows, schema=schema, orient="row")
    path = tmp_path_factory.mktemp("tables") / "t.parquet"
    write_table(table, path, {"b": "mm"})
    assert_frame_equal(pl.read_parquet(path), table)


def test_equal_tables_give_equal_files(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_table(PATIENTS, tmp_path / name, {"diagnosis_day": "day"})
    assert sha256(tmp_path / "a") == sha256(tmp_path / "b")


def test_tables_are_attributes() -> None:
    assert RESULT.patients is PATIENTS
    with pytest.raises(AttributeError, match="Did you mean patients"):
        _ = RESULT.pateints
    assert NOTICE in repr(RESULT)


def test_a_folder_with_something_in_it_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(RunError, match="holds something already"):
        RESULT.save(tmp_path)
    with pytest.raises(RunError, match="holds something already"):
        RESULT.save(tmp_path / "mine.txt")
    assert [p.name for p in tmp_path.iterdir()] == ["mine.txt"]


def test_damage_is_found(tmp_path: Path) -> None:
    folder = RESULT.save(tmp_path / "run")
    table = folder / "patients.parquet"
    table.write_bytes(table.read_bytes()[:-1] + b"x")
    with pytest.raises(RunError, match="changed or damaged"):
        Result.load(folder)
    table.unlink()
    with pytest.raises(RunError, match="is missing"):
        Result.load(folder)
    (folder / "result.json").write_text("{}")
    with pytest.raises(RunError, match="schema_version = None"):
        Result.load(folder)
    (folder / "result.json").write_text('{"schema_version": 1}')
    with pytest.raises(RunError, match="not a whole result"):
        Result.load(folder)
    (folder / "result.json").write_text("{")
    with pytest.raises(RunError, match="not JSON"):
        Result.load(folder)
    with pytest.raises(RunError, match="cannot be read"):
        Result.load(tmp_path / "none")


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError, OSError(28, "No space left")])
def test_an_interrupted_write_leaves_what_was_there(tmp_path: Path, error: Any) -> None:
    path = tmp_path / "a.txt"
    path.write_text("old")

    def broken(file: BinaryIO) -> None:
        file.write(b"new, but only ha")
        raise error

    with pytest.raises((KeyboardInterrupt, ValueError, RunError)):
        write_atomically(path, broken)
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError, match="cannot be"):
        write_json({}, tmp_path / "none" / "a.json")
    with pytest.raises(RunError, match="cannot be"):
        RESULT.save(tmp_path / "file" / "run")


def test_json_holds_plain_things_only(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    moment = datetime(1889, 3, 23, tzinfo=UTC)
    write_json({"a": math.inf, "b": np.arange(2), "c": (Path("x"), True), "d": moment}, path)
    assert json.loads(path.read_text()) == {
        "a": None,
        "b": [0, 1],
        "c": ["x", True],
        "d": "1889-03-23T00:00:00+00:00",
    }


def test_a_unit_for_a_column_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="Did you mean patient"):
        write_table(PATIENTS, tmp_path / "a.parquet", {"pateint": "1"})


def test_every_status_says_what_to_do() -> None:
    assert all(status.text.endswith(".") for status in Status)


def test_checksum_of_known_bytes(tmp_path: Path) -> None:
    (tmp_path / "abc").write_bytes(b"abc")
    assert sha256(tmp_path / "abc").startswith("ba7816bf8f01cfea")
