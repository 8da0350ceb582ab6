"""The first lines of a newcomer: `simulate` and `live`; and `read`, of what a folder holds."""

import json
import math
import re
import shutil
from pathlib import Path
from typing import Any, cast

import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner

import paget
from paget.api import Trial
from paget.cli.main import app
from paget.core.errors import PagetError, RunError, ScenarioError, UnitError
from paget.core.results import NOTICE, Status
from paget.report.tissue.plotted import PlottedEnsemble, PlottedTissue
from paget.run.cohort import Cohort, read_run
from paget.run.folder import run
from paget.run.scenario import load_scenario
from paget.tables.hashing import logical_hash
from paget.tell.citations import citations
from tests.culture.tissues import SMALL
from tests.old_folders import as_0_1_0

SEED = 1889
N = 700


@pytest.fixture(scope="module")
def cohort() -> Cohort:
    return paget.simulate("colon", patients=N, seed=SEED)


def test_a_cohort_has_tables_and_says_what_it_is(cohort: Cohort) -> None:
    assert cohort.patients.height == N
    assert cohort.status is Status.COMPLETE
    assert cohort.notice == NOTICE
    assert cohort.stats["rows"]["lesions"] == cohort.lesions.height
    assert cohort.provenance["paget_version"] == paget.__version__
    assert cohort.parameters.real("circulation.shear_rate") > 0.0
    for words in ("700 virtual patients", "complete", "seed 1889", NOTICE):
        assert words in repr(cohort)


def test_memory_and_files_hold_the_same(cohort: Cohort, tmp_path: Path) -> None:
    run(load_scenario("colon", patients=N, seed=SEED), tmp_path / "r", shard=300)
    written = read_run(tmp_path / "r")
    for name, table in cohort.tables.items():
        assert table.lazy().collect_schema() == written.tables[name].lazy().collect_schema()
        assert logical_hash(table) == logical_hash(written.tables[name])


def test_threads_do_not_matter(cohort: Cohort) -> None:
    again = paget.simulate("colon", patients=N, seed=SEED, threads=1)
    assert logical_hash(again.lesions) == logical_hash(cohort.lesions)
    assert logical_hash(again.funnel) == logical_hash(cohort.funnel)


def test_more_patients_begin_with_the_same_ones(cohort: Cohort) -> None:
    fewer = paget.simulate("colon", patients=100, seed=SEED)
    first = cohort.patients.filter(pl.col("patient") < 100)
    assert logical_hash(fewer.patients) == logical_hash(first)


def test_beyond_the_memory_limit_tables_are_scans(cohort: Cohort) -> None:
    large = paget.simulate("colon", patients=N, seed=SEED, memory_limit=1000)
    assert large.is_lazy
    assert large.path is not None
    assert large.path.is_dir()
    assert logical_hash(large.patients) == logical_hash(cohort.patients)
    folder = large.path
    del large
    assert not folder.exists()


def test_progress_is_told() -> None:
    told: list[int] = []
    paget.simulate("colon", patients=N, seed=SEED, progress=lambda done, _: told.append(done))
    assert told[-1] == N


def test_a_change_is_made() -> None:
    changed = paget.simulate("colon", patients=200, seed=SEED, change={"surgery.on": False})
    assert changed.patients["pathological_t"].null_count() == 200
    assert changed.scenario.change == {"surgery.on": False}


def test_a_seed_is_needed() -> None:
    with pytest.raises(ScenarioError, match="seed"):
        paget.simulate({"cancer": "colon"}, patients=3)


# ---------------------------------------------------------------------------------- one life


@pytest.mark.parametrize("patient", [0, 7, 123])
def test_a_life_is_the_patient_of_the_cohort(cohort: Cohort, patient: int) -> None:
    life = paget.live("colon", patient=patient, seed=SEED)
    mine = pl.col("patient") == patient
    assert life.summary == cohort.patients.filter(mine).row(0, named=True)
    assert logical_hash(life.lesions) == logical_hash(cohort.lesions.filter(mine))
    milestones = set(cohort.events["event"].cast(pl.String))
    told = life.events.filter(pl.col("event").cast(pl.String).is_in(milestones))
    assert logical_hash(told) == logical_hash(cohort.events.filter(mine))
    assert life.funnel["patient"].unique().to_list() == [patient]


def busy_patient(cohort: Cohort) -> int:
    """Return a patient whose cancer was found, with a dozen lesions."""
    many = cohort.lesions.group_by("patient").len().filter(pl.col("len") > 12)
    found = cohort.patients.filter(pl.col("diagnosis_day").is_not_null())
    return int(many.join(found, on="patient").sort("patient")["patient"][0])


def test_a_life_tells_what_there_is_on_a_day(cohort: Cohort) -> None:
    life = paget.live("colon", patient=busy_patient(cohort), seed=SEED)
    day = life.summary["diagnosis_day"]
    then = life.at(day)
    known = life.lesions.filter(pl.col("diameter_mm_at_diagnosis") > 0.0)
    assert then["lesion"].to_list() == known["lesion"].to_list()
    expected = known["diameter_mm_at_diagnosis"].to_list()
    assert then["diameter_mm"].to_list() == pytest.approx(expected, rel=1e-9)
    assert set(then["state"]) <= {"asleep", "held", "stalled", "growing"}
    assert life.at(-1.0).is_empty()
    assert life.at(life.summary["invasion_day"])["kind"].to_list() == ["primary"]


def test_a_life_shows_a_local_relapse() -> None:
    change = {"surgery.residual_shallow": 1.0, "surgery.residual_deep": 1.0}
    for patient in range(40):
        life = paget.live("colon", patient=patient, seed=SEED, change=change)
        if life.summary["recurrence_kind"] == "local":
            then = life.at(life.summary["recurrence_day"]).filter(pl.col("kind") == "local")
            assert then["diameter_mm"].to_list() == pytest.approx([15.0])
            return
    pytest.fail("no local relapse in forty lives with residual cells")


def test_a_life_says_what_it_is() -> None:
    life = paget.live("colon", patient=3, seed=SEED)
    assert "virtual patient 3" in repr(life)
    assert NOTICE in repr(life)
    assert (life.seed, life.notice) == (SEED, NOTICE)


@pytest.mark.parametrize("patient", [-1, 2**32])
def test_a_patient_has_a_number(patient: int) -> None:
    with pytest.raises(ScenarioError, match=f"patient = {patient}"):
        paget.live("colon", patient=patient, seed=SEED)


def test_a_life_draws_itself(tmp_path: Path) -> None:
    pytest.importorskip("paget.report.lives.life_figures")
    figure = paget.live("colon", patient=7, seed=SEED).plot(tmp_path / "life.svg")
    assert (tmp_path / "life.svg").stat().st_size > 1000
    assert figure.axes


# --------------------------------------------------------------------- arguments of other kinds


def test_numbers_and_switches_of_numpy_are_python_s_own(cohort: Cohort) -> None:
    seed, seven, off = OF_NUMPY
    few = paget.simulate("colon", patients=seven, seed=seed)
    assert logical_hash(few.patients) == logical_hash(cohort.patients.head(7))
    life = paget.live("colon", patient=seven, seed=seed)
    assert (life.patient, type(life.patient)) == (7, int)
    change = {"circulation.clusters": off}
    same = paget.compare("colon", "colon", patients=seven, seed=seed, change=change)
    assert same.a.scenario.change == {"circulation.clusters": False}
    grown = paget.grow("franssen-2019", seed=seven, until="10 min", stop_at_edge=off, frames=seven)
    assert grown.seed == 7


OF_NUMPY: tuple[Any, ...] = (np.uint16(SEED), np.int64(7), np.False_)


def test_what_is_wrong_is_named() -> None:
    with pytest.raises(ScenarioError, match=r"^scenario = None in the arguments; must be a name"):
        paget.simulate(None)  # pyright: ignore[reportArgumentType]
    with pytest.raises(ScenarioError, match=r"^b = 3 in the arguments; must be a name"):
        paget.compare("colon", 3)  # pyright: ignore[reportArgumentType]
    with pytest.raises(ScenarioError, match="without a seed"):
        paget.grow("franssen-2019", until="1 min")
    with pytest.raises(ScenarioError, match="until = 2 in the arguments"):
        paget.grow("franssen-2019", until=2, seed=1)  # pyright: ignore[reportCallIssue, reportArgumentType]
    with pytest.raises(ScenarioError, match="years of computing"):
        paget.grow("franssen-2019", until="1e9 year", seed=1)
    with pytest.raises(UnitError, match="must carry its unit"):
        paget.simulate("colon", change={"dormancy.liver.wake_rate": 0.5})


@pytest.mark.parametrize("path", ["x.xyz", "x", "", None, 3, "a\0.png", "nowhere/x.png"])
def test_a_picture_of_no_kind_is_refused(
    path: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    life = paget.live("colon", patient=7, seed=SEED)
    if path is None:
        assert life.plot(path).axes
        return
    with pytest.raises(PagetError):
        life.plot(path)
    assert not list(tmp_path.iterdir())


def test_a_tissue_is_asked_for_what_there_is(tmp_path: Path) -> None:
    grown = paget.grow("franssen-2019", seed=1, until="2 min")
    wrongs: tuple[dict[str, Any], ...] = (
        {"day": "x"}, {"day": math.nan}, {"site": 3}, {"path": "x.xyz"}, {"path": 3},
    )  # fmt: skip
    for wrong in wrongs:
        with pytest.raises(PagetError):
            grown.plot(**wrong)
    for write in (grown.film, grown.to_vtk, grown.save):
        with pytest.raises(PagetError):
            write(3)  # pyright: ignore[reportArgumentType]
    trial = paget.compare("colon", "colon", patients=2, seed=1)
    for ask in (trial.look, trial.lives, trial.illustration, trial.plot, trial.report):
        with pytest.raises(PagetError):
            ask(None)  # pyright: ignore[reportArgumentType]
    with pytest.raises(PagetError):
        trial.report(tmp_path / "x.html", patient="x")  # pyright: ignore[reportArgumentType]


# ------------------------------------------------------------------------- what a folder holds


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return a small folder of every kind."""
    parent = tmp_path_factory.mktemp("kinds")
    run(load_scenario("colon", patients=90, seed=SEED), parent / "cohort", shard=40)
    paget.compare("colon", "colon-adjuvant", patients=40, seed=SEED, out=parent / "twins")
    paget.compare("colon", "colon-screened", people=3000, seed=SEED, out=parent / "people")
    paget.grow(SMALL, seed=1, until="1 hour", frames=3, out=parent / "tissue")
    paget.grow(SMALL, seed=1, until="1 hour", ensemble=2, out=parent / "ensemble")
    return {path.name: path for path in parent.iterdir()}


def test_a_cohort_is_read_again(folders: dict[str, Path]) -> None:
    opened = paget.read(str(folders["cohort"]))
    assert isinstance(opened, Cohort)
    lived = paget.simulate("colon", patients=90, seed=SEED)
    for name, table in lived.tables.items():
        assert logical_hash(table) == logical_hash(opened.tables[name])


def test_a_comparison_is_read_again(folders: dict[str, Path]) -> None:
    for kind, given in (
        ("twins", {"b": "colon-adjuvant", "patients": 40}),
        ("people", {"b": "colon-screened", "people": 3000}),
    ):
        opened = paget.read(folders[kind])
        lived = paget.compare("colon", seed=SEED, **cast("Any", given))
        assert isinstance(opened, Trial)
        assert opened.patients.equals(lived.patients)
        assert opened.table.equals(lived.table)
        assert (opened.persons, opened.n_unpaired) == (lived.persons, lived.n_unpaired)
        assert repr(opened) == repr(lived)


def test_tissues_are_read_again(folders: dict[str, Path]) -> None:
    tissue = paget.grow(SMALL, seed=1, until="1 hour", frames=3)
    opened = paget.read(folders["tissue"])
    assert isinstance(opened, PlottedTissue)
    assert opened.dataset.identical(tissue.dataset)
    assert opened.fate == tissue.fate
    many = paget.read(folders["ensemble"])
    assert isinstance(many, PlottedEnsemble)
    assert [one.seed for one in many.members] == [1, 2]
    assert many.members[0].fate == tissue.fate


@pytest.mark.parametrize("kind", ["cohort", "twins", "people", "tissue", "ensemble"])
def test_folders_of_version_0_1_0_open(kind: str, folders: dict[str, Path], tmp_path: Path) -> None:
    old = as_0_1_0(Path(shutil.copytree(folders[kind], tmp_path / kind)))
    here: Any = paget.read(folders[kind])
    there: Any = paget.read(old)
    assert repr(there).replace(str(old), "") == repr(here).replace(str(folders[kind]), "")
    if kind in ("cohort", "twins", "people"):
        assert there.patients.equals(here.patients)
    else:
        assert there.counts.equals(here.counts)
    assert citations(old).n_parameters == citations(folders[kind]).n_parameters


def test_an_old_run_that_this_version_cannot_make_says_what_to_do(
    folders: dict[str, Path], tmp_path: Path
) -> None:
    old = as_0_1_0(Path(shutil.copytree(folders["cohort"], tmp_path / "old")))
    path = old / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["parameters"] = [p for p in manifest["parameters"] if p["name"] != "growth.law"]
    path.write_text(json.dumps({**manifest, "paget_version": "0.0.9"}), encoding="utf-8")
    with pytest.raises(RunError, match=r"a run of Paget 0\.0\.9") as caught:
        paget.read(old)
    assert "Read it with Paget 0.0.9" in caught.value.remedy
    assert "Parquet" in caught.value.remedy


@pytest.mark.parametrize(
    ("kind", "lost"),
    [
        ("cohort", "shards/00001.json"),
        ("cohort", "lesions/part-00002.parquet"),
        ("twins", "results.parquet"),
        ("tissue", "tissue.zarr/lineage/zarr.json"),
        ("tissue", "counts.parquet"),
        ("ensemble", "seeds/2.parquet"),
    ],
)
def test_what_is_lost_of_an_old_folder_is_missed(
    kind: str, lost: str, folders: dict[str, Path], tmp_path: Path
) -> None:
    old = as_0_1_0(Path(shutil.copytree(folders[kind], tmp_path / kind)))
    (old / lost).unlink()
    with pytest.raises(RunError, match=str(old)):
        paget.read(old)


@pytest.mark.parametrize(
    ("made", "why"),
    [
        ({}, "cannot be read"),
        ({"manifest.json": "{}"}, "is no manifest of Paget"),
        ({"manifest.json": '{"schema_version": 3}'}, "schema_version = 3"),
        ({"manifest.json": '{"schema_version": 1, "kind": "film"}'}, "kind = 'film'"),
        ({"manifest.json": '{"schema_version": 1, "kind": ["film"]}'}, "kind ="),
        ({"manifest.json": '{"schema_version": 1, "kind": "comparison"}'}, "was cut off"),
        ({"manifest.json": '{"schema_version": 1, "kind": "tissue"}'}, "is not whole"),
        ({"manifest.json": '{"schema_version": 1, "kind": "tissue ensemble"}'}, "not whole"),
        ({"manifest.json": '{"schema_version": 1}'}, "is not whole"),
        ({"manifest.json": '{"schema_version": 2}'}, "was changed or damaged"),
        ({"manifest.json": "film"}, "is not JSON"),
    ],
)
def test_a_folder_that_holds_no_run_is_refused(
    tmp_path: Path, made: dict[str, str], why: str
) -> None:
    for name, text in made.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(RunError, match=why):
        paget.read(tmp_path)
    with pytest.raises(RunError, match=r"is not whole|" + re.escape(why)):
        citations(tmp_path)


@pytest.mark.parametrize("given", [None, 3, b"runs"])
def test_what_is_no_folder_is_refused(given: Any, tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="folder = "):
        paget.read(given)
    with pytest.raises(RunError, match="cannot be read"):
        paget.read(tmp_path / "none")


@pytest.mark.parametrize("kind", ["cohort", "twins", "tissue", "ensemble"])
def test_a_damaged_manifest_is_one_sentence_everywhere(
    kind: str, folders: dict[str, Path], tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(folders[kind], tmp_path / kind))
    path = folder / "manifest.json"
    whole = path.read_text(encoding="utf-8")
    verbs = [["cite", str(folder)]]
    verbs += [["grow", "--resume", str(folder)]] * (kind in ("tissue", "ensemble"))
    verbs += [["run", "--resume", str(folder)]] * (kind == "cohort")
    arms = ["compare", "colon", "colon-adjuvant", "--patients", "40", "--out", str(folder)]
    verbs += [[*arms, "--resume"]] * (kind == "twins")
    old = json.dumps({"schema_version": 1, "kind": json.loads(whole)["kind"]})
    for text in (whole[:-30], whole.replace('"value": ', '"value": 1', 1), "", old):
        path.write_text(text, encoding="utf-8")
        for words in verbs:
            result = CliRunner().invoke(app, words)
            assert result.exit_code == 2, (words, result.output)
            assert result.stderr.startswith("Error: ")
            assert len(result.stderr.splitlines()) == 1
        with pytest.raises(RunError):
            paget.read(folder)
