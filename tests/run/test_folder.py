"""Runs: the same tables however they are cut, nothing lost, nothing overwritten."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import polars as pl
import pytest

from paget.core.errors import PagetError, ParameterError, RunError, ScenarioError
from paget.core.results import NOTICE, Status, read_units, sha256
from paget.run.cohort import Cohort, read_run
from paget.run.folder import default_shard, resume, run
from paget.run.manifest import read_manifest, write_manifest
from paget.run.scenario import Scenario, load_scenario, resolve
from paget.run.shards import TABLES, Engine, compile_engine
from paget.tables.dictionary import DICTIONARY, units_of
from paget.tables.hashing import logical_hash

PATIENTS = 1200


def scenario(patients: int = PATIENTS, **overrides: Any) -> Scenario:
    return load_scenario("colon", patients=patients, **overrides)


def hashes(cohort: Cohort) -> dict[str, str]:
    return {name: logical_hash(table) for name, table in cohort.tables.items()}


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return the hashes of the run in one shard on one thread."""
    folder = tmp_path_factory.mktemp("run") / "one"
    assert run(scenario(), folder, threads=1, shard=PATIENTS).status is Status.COMPLETE
    return hashes(read_run(folder))


@pytest.mark.parametrize(("threads", "shard"), [(1, 300), (2, 500), (2, 777), (3, None)])
def test_tables_do_not_depend_on_threads_or_shards(
    tmp_path: Path, expected: dict[str, str], threads: int, shard: int | None
) -> None:
    summary = run(scenario(), tmp_path / "r", threads=threads, shard=shard)
    assert (summary.patients, summary.lived, summary.status.value) == (PATIENTS,) * 2 + (
        "complete",
    )
    assert hashes(read_run(tmp_path / "r")) == expected


@pytest.mark.science  # three sizes of scratch are compiled anew
@pytest.mark.slow
def test_buffers_that_overflow_change_nothing(
    tmp_path: Path, expected: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("paget.run.shards.ROOM", 100)
    monkeypatch.setattr("paget.engine.lives.MOST_ROOM", 100 * 16**3)
    monkeypatch.setattr("paget.run.shards._MOST_ROWS", 40)
    run(scenario(), tmp_path / "r", threads=1, shard=600)
    assert len(list((tmp_path / "r" / "lesions").iterdir())) > 4
    assert hashes(read_run(tmp_path / "r")) == expected


def stop_after(patients: int, error: type[BaseException]) -> Callable[[int, int], None]:
    """Return a progress that stops the run once so many patients have been lived."""

    def progress(done: int, _: int) -> None:
        if done >= patients:
            raise error

    return progress


def test_after_ctrl_c_the_rest_is_done_on_resume(tmp_path: Path, expected: dict[str, str]) -> None:
    folder = tmp_path / "r"
    stop = stop_after(400, KeyboardInterrupt)
    first = run(scenario(), folder, threads=1, shard=200, progress=stop)
    assert first.status is Status.INTERRUPTED
    assert 0 < first.patients < PATIENTS
    part = read_run(folder)
    assert part.status is Status.INTERRUPTED
    assert part.patients.height == first.patients
    assert not list(folder.rglob(".*.part"))

    second = run(scenario(), folder, resume=True, threads=2, shard=999)
    assert second.status is Status.COMPLETE
    assert second.lived == PATIENTS - first.patients
    assert hashes(read_run(folder)) == expected
    assert run(scenario(), folder, resume=True).lived == 0


def test_an_error_leaves_a_readable_run(tmp_path: Path, expected: dict[str, str]) -> None:
    folder = tmp_path / "r"
    with pytest.raises(RunError, match="full"):
        run(scenario(), folder, threads=1, shard=300, progress=stop_after(600, full_disk))
    assert read_run(folder).status is Status.FAILED
    assert 0 < read_run(folder).patients.height < PATIENTS
    run(scenario(), folder, resume=True)
    assert hashes(read_run(folder)) == expected


class full_disk(RunError):  # noqa: N801, N818 - an error to raise without arguments
    """A disk that is full."""

    def __init__(self) -> None:
        super().__init__("the disk is full")


def test_what_is_damaged_or_half_written_is_lived_again(
    tmp_path: Path, expected: dict[str, str]
) -> None:
    folder = tmp_path / "r"
    run(scenario(), folder, shard=300)
    write_manifest(folder, {**read_manifest(folder), "status": "running"})
    (folder / "shards" / "00001.json").unlink()  # killed before its marker
    (folder / "shards" / "00002.json").write_text("{")
    with (folder / "lesions" / "part-00003.parquet").open("ab") as file:
        file.write(b"rot")
    with pytest.raises(RunError, match=r"00002\.json is not JSON"):
        read_run(folder)
    (folder / "shards" / "00002.json").unlink()
    for lazy in (False, True):
        with pytest.raises(RunError, match=r"lesions/part-00003\.parquet was changed"):
            read_run(folder, lazy=lazy)
    assert run(scenario(), folder, resume=True).lived == 900
    assert hashes(read_run(folder)) == expected


def test_a_killed_run_opens_as_what_is_done_of_it(tmp_path: Path, expected: dict[str, str]) -> None:
    folder = tmp_path / "r"
    run(scenario(), folder, shard=300)
    write_manifest(folder, {**read_manifest(folder), "status": "running", "files": {}})
    (folder / "shards" / "00001.json").unlink()
    half = [folder / ".manifest.json.12.part", folder / "lesions" / ".part-00001.parquet.34.part"]
    for path in half:
        path.write_bytes(b"half")
    cut_off = read_run(folder)
    assert cut_off.status is Status.PARTIAL
    assert cut_off.patients.height == 900
    assert resume(folder).lived == 300
    assert not list(folder.rglob(".*"))
    assert hashes(read_run(folder)) == expected


@pytest.mark.parametrize("lost", ["shards/00001.json", "tests/part-00002.parquet", "funnel/cohort"])
def test_a_complete_run_of_which_something_is_gone_is_refused(
    tmp_path: Path, expected: dict[str, str], lost: str
) -> None:
    folder = tmp_path / "r"
    run(scenario(), folder, shard=300)
    path = next(folder.glob(f"{lost}*"))
    path.unlink()
    with pytest.raises(RunError, match=path.name) as caught:
        read_run(folder)
    assert "Resume" in caught.value.remedy
    resume(folder)
    assert hashes(read_run(folder)) == expected


def test_an_altered_marker_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "r"
    run(scenario(), folder, shard=300)
    marker = folder / "shards" / "00001.json"
    text = marker.read_text(encoding="utf-8")
    assert '"excluded": 0' in text
    marker.write_text(text.replace('"excluded": 0', '"excluded": 7'), encoding="utf-8")
    with pytest.raises(RunError, match=r"00001\.json was changed or damaged"):
        read_run(folder)
    assert resume(folder).lived == 300


def test_a_shard_of_another_run_is_refused_and_left_alone(tmp_path: Path) -> None:
    for name, seed in (("r", 1), ("s", 2)):
        run(scenario(seed=seed), tmp_path / name, shard=300)
    for path in (tmp_path / "s").glob("*/*00001*"):
        shutil.copy(path, tmp_path / "r" / path.parent.name / path.name)
    before = snapshot(tmp_path / "r")
    for act in (read_run, resume):
        with pytest.raises(RunError, match=r"00001\.json is the marker of another run"):
            act(tmp_path / "r")
    assert snapshot(tmp_path / "r") == before


def test_a_refusal_within_the_lives_leaves_no_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("paget.engine.lives.MOST_ROOM", 0)
    monkeypatch.setattr("paget.run.shards.ROOM", 100)
    with pytest.raises(ScenarioError, match=r"lesions: that of virtual patient \d+"):
        run(scenario(), tmp_path / "deep" / "r", shard=1200)
    assert not list(tmp_path.iterdir())


def test_a_refusal_in_the_middle_leaves_a_run_that_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    check = Engine._check

    def refuse(self: Engine, persons: Any) -> None:
        check(self, persons)
        if persons["patient"][0] >= 600:
            raise ScenarioError("a protocol that loops: virtual patient 600")

    monkeypatch.setattr(Engine, "_check", refuse)
    with pytest.raises(ScenarioError, match="loops"):
        run(scenario(), tmp_path / "r", threads=1, shard=300)
    cut_off = read_run(tmp_path / "r")
    assert cut_off.status is Status.FAILED
    assert "virtual patient 600" in cut_off.provenance["failure"]
    assert cut_off.patients.height == 600
    monkeypatch.undo()
    assert resume(tmp_path / "r").status is Status.COMPLETE
    assert "failure" not in read_run(tmp_path / "r").provenance


def test_what_is_wrong_with_nobody_is_nobodys_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise ScenarioError("virtual patient 0")

    monkeypatch.setattr(Engine, "_check", refuse)
    compile_engine(resolve(scenario()))


def test_a_patient_of_a_shard_is_the_one_lived_alone(tmp_path: Path) -> None:
    run(scenario(), tmp_path / "r", shard=500)
    cohort = read_run(tmp_path / "r")
    (alone,) = Engine(cohort.model, cohort.seed).blocks(707, 1)
    for name, table in alone.tables.items():
        same = cohort.tables[name].lazy().filter(pl.col("patient") == 707)
        assert logical_hash(table) == logical_hash(same)


# ------------------------------------------------------------------------------- the folder


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_the_folder_tells_what_was_run(tmp_path: Path) -> None:
    folder = tmp_path / "r"
    run(scenario(change={"circulation.clusters": False}), folder, shard=600)
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["notice"] == NOTICE
    assert manifest["status"] == "complete"
    assert manifest["scenario"]["change"] == {"circulation.clusters": False}
    assert manifest["seed"] == 1889
    assert manifest["stats"]["patients"] == PATIENTS
    assert manifest["host"]["numba"]
    values = {record["name"]: record for record in manifest["parameters"]}
    assert values["circulation.clusters"]["value"] is False
    assert all(record["source"] for record in values.values())
    for part, checksum in manifest["files"].items():
        assert sha256(folder / part) == checksum
    parts = {str(path.relative_to(folder)) for path in files(folder) if path.suffix == ".parquet"}
    assert parts == set(manifest["files"])


def test_files_carry_units_and_the_notice(tmp_path: Path) -> None:
    run(scenario(patients=50), tmp_path / "r")
    for name in DICTIONARY:
        part = next((tmp_path / "r" / name).glob("*.parquet"))
        assert read_units(part) == units_of(name)
        assert pl.read_parquet_metadata(part)["paget.notice"] == NOTICE


def test_duckdb_and_pandas_read_plain_words(tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    run(scenario(patients=50), tmp_path / "r")
    arrow = parquet.read_table(tmp_path / "r" / "patients").to_pylist()
    assert {row["cancer"] for row in arrow} == {"colon"}
    assert isinstance(arrow[0]["patient"], int)


def test_the_funnel_of_each_patient_is_written_where_wanted(tmp_path: Path) -> None:
    wanted = scenario(patients=40, funnel_per_patient=True)
    run(wanted, tmp_path / "r", shard=15)
    cohort = read_run(tmp_path / "r")
    assert cohort.funnel["patient"].drop_nulls().n_unique() > 30
    sums = cohort.funnel.group_by(pl.col("patient").is_null(), "step").agg(pl.col("count").sum())
    wide = sums.pivot("patient", index="step", values="count")
    assert wide["true"].to_list() == pytest.approx(wide["false"].to_list(), rel=1e-9)


def test_a_large_run_is_read_lazily(tmp_path: Path) -> None:
    run(scenario(patients=50), tmp_path / "r")
    cohort = read_run(tmp_path / "r", memory_limit=1)
    assert cohort.is_lazy
    assert "lazy" in repr(cohort)
    whole = read_run(tmp_path / "r")
    assert hashes(cohort) == hashes(whole)
    for name in TABLES:
        assert whole.tables[name].collect_schema() == cohort.tables[name].collect_schema()


def test_progress_is_told_to_the_end(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    run(scenario(), tmp_path / "r", progress=lambda done, wanted: told.append((done, wanted)))
    assert told[0] == (0, PATIENTS)
    assert told[-1] == (PATIENTS, PATIENTS)
    assert told == sorted(told)


def test_shards_are_neither_tiny_nor_huge() -> None:
    assert [default_shard(n) for n in (10, 20_000, 10**8)] == [500, 2500, 20_000]


# ---------------------------------------------------------------------------------- bad input


def snapshot(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_another_run_is_never_written_over(tmp_path: Path) -> None:
    run(scenario(patients=50), tmp_path / "r")
    before = snapshot(tmp_path)
    with pytest.raises(RunError, match="holds another run already") as refusal:
        run(scenario(patients=50), tmp_path / "r")
    assert refusal.value.exit_code == 2
    with pytest.raises(RunError, match="differs in the scenario"):
        run(scenario(patients=60), tmp_path / "r", resume=True)
    assert snapshot(tmp_path) == before


def test_a_folder_with_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("five years of work")
    before = snapshot(tmp_path)
    with pytest.raises(RunError, match="holds something already"):
        run(scenario(patients=50), tmp_path)
    with pytest.raises(RunError, match=r"manifest\.json cannot be read"):
        run(scenario(patients=50), tmp_path, resume=True)
    with pytest.raises(RunError, match="is a file"):
        run(scenario(patients=50), tmp_path / "thesis.txt")
    assert snapshot(tmp_path) == before


def test_a_folder_that_cannot_be_made_is_refused_first(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError, match="cannot be made"):
        run(scenario(patients=50), tmp_path / "file" / "r")
    if os.geteuid() != 0:
        (tmp_path / "locked").mkdir(mode=0o500)
        with pytest.raises(RunError, match="cannot be made"):
            run(scenario(patients=50), tmp_path / "locked" / "r")


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"patients": 0}, ScenarioError),
        ({"patients": -5}, ScenarioError),
        ({"change": {"dormancy.liver.wake_rate": "-2 /year"}}, ParameterError),
        ({"change": {"no.such.name": 1}}, ParameterError),
        ({"cancer": "nonesuch"}, ScenarioError),
        ({"seed": None}, ScenarioError),
    ],
)
def test_bad_input_writes_nothing(
    tmp_path: Path, given: dict[str, Any], error: type[PagetError]
) -> None:
    with pytest.raises(error):
        run({"cancer": "colon", "seed": 1, **given}, tmp_path / "r")
    assert not (tmp_path / "r").exists()


@pytest.mark.parametrize("name", ["threads", "shard"])
def test_numbers_of_workers_are_checked(tmp_path: Path, name: str) -> None:
    with pytest.raises(ScenarioError, match=f"{name} = 0"):
        run(scenario(), tmp_path / "r", **cast("Any", {name: 0}))
    assert not (tmp_path / "r").exists()


def test_no_run_is_said_to_be_none(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="cannot be read"):
        read_run(tmp_path)
    (tmp_path / "manifest.json").write_text('{"seed": 3}')
    with pytest.raises(RunError, match="is no manifest of Paget"):
        read_run(tmp_path)
    (tmp_path / "manifest.json").write_text('{"schema_version": 1, "seed": 3}')
    with pytest.raises(RunError, match="is not whole"):
        read_run(tmp_path)
