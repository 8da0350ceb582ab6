"""An ensemble: each tissue is the one that its seed grows alone, and the tables are of them all."""

import shutil
from pathlib import Path

import polars as pl
import pytest

from paget.core.errors import RunError, ScenarioError
from paget.core.results import Status
from paget.culture.ensemble import (
    Ensemble,
    grow_ensemble,
    read_ensemble,
    resume_ensemble,
)
from paget.culture.grow import grow, read_grown, resume
from paget.tissue.kinds import KINDS
from tests.culture.tissues import ALONE, SMALL
from tests.old_folders import as_0_1_0

SEEDS = 4


@pytest.fixture(scope="module")
def four() -> Ensemble:
    return grow_ensemble(SMALL, seed=3, ensemble=SEEDS, frames=9, threads=2)


def assert_same(one: Ensemble, other: Ensemble) -> None:
    for table in ("seeds", "counts", "moments", "firsts"):
        assert getattr(one, table).equals(getattr(other, table)), table


def test_a_member_is_the_tissue_of_its_seed(four: Ensemble) -> None:
    alone = grow(SMALL, seed=5, frames=9)
    member = four.members[2]
    assert member.seed == 5
    assert member.fate == alone.fate
    assert member.counts.equals(alone.counts)


def test_threads_change_nothing(four: Ensemble) -> None:
    assert_same(grow_ensemble(SMALL, seed=3, ensemble=SEEDS, frames=9, threads=1), four)


def test_moments_are_those_of_the_counts(four: Ensemble) -> None:
    last = [member.counts.filter(step=540, site="primary") for member in four.members]
    cells = pl.Series([table["mesenchymal"][0] for table in last])
    moments = four.moments.filter(step=540, site="primary", quantity="mesenchymal")
    assert moments["mean"].item() == pytest.approx(cells.mean())
    assert moments["sd"].item() == pytest.approx(cells.std())
    assert moments["seeds"].item() == SEEDS
    at_start = four.moments.filter(step=0, site="primary", quantity="tumour")
    assert at_start.select("mean", "sd").row(0) == (388.0, 0.0)
    assert {*KINDS, "radius_um", "mmp2_max"} <= set(four.moments["quantity"])


def test_first_events_are_told_with_those_that_had_none(four: Ensemble) -> None:
    first = four.firsts.filter(event="first_intravasation").row(0, named=True)
    days = four.seeds["first_intravasation_day"].sort()
    assert first["had_none"] == 0
    assert (first["earliest"], first["latest"]) == (days[0], days[-1])
    assert first["median"] == days[1]
    none = grow_ensemble(ALONE, seed=1, ensemble=2, until="10 minute", threads=1).firsts
    assert none["had_none"].to_list() == [2, 2]
    assert none["median"].to_list() == [None, None]


def test_a_quantile_beyond_those_that_had_one_is_not_known(four: Ensemble) -> None:
    short = grow_ensemble(SMALL, seed=3, ensemble=SEEDS, frames=9, until="1.5 hour", threads=1)
    row = short.firsts.filter(event="first_metastasis").row(0, named=True)
    days = short.seeds["first_metastasis_day"].drop_nulls()
    assert row["had_none"] == SEEDS - len(days)
    assert (row["three_quarters"] is None) == (len(days) < 3)
    assert four.firsts["had_none"].sum() <= short.firsts["had_none"].sum()


def test_a_folder_holds_the_tables_and_what_is_missing_is_grown(
    four: Ensemble, tmp_path: Path
) -> None:
    folder = tmp_path / "run"
    made = grow_ensemble(SMALL, seed=3, ensemble=SEEDS, frames=9, threads=2, out=folder)
    assert_same(made, four)
    assert_same(read_ensemble(folder), four)
    assert pl.read_parquet(folder / "moments.parquet").equals(four.moments)
    assert pl.read_parquet(folder / "ensemble.parquet")["seed"].to_list() == [3, 4, 5, 6]
    damaged = folder / "seeds" / "4.parquet"
    damaged.write_bytes(damaged.read_bytes()[:-10])
    (folder / "seeds" / "6.json").unlink()
    with pytest.raises(RunError, match=r"4\.parquet was changed"):
        read_ensemble(folder)
    assert_same(resume_ensemble(folder, threads=1), four)
    assert_same(read_ensemble(folder), four)
    assert_same(read_ensemble(four.save(tmp_path / "saved")), four)


def test_an_interrupted_ensemble_keeps_the_seeds_that_are_done(
    four: Ensemble, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "run"

    def progress(done: int, _: int) -> None:
        if done >= 540:
            raise KeyboardInterrupt

    monkeypatch.setattr("paget.run.pool._LOOK", 0.001)
    cut = grow_ensemble(
        SMALL, seed=3, ensemble=SEEDS, frames=9, threads=1, out=folder, progress=progress
    )
    assert cut.status is Status.INTERRUPTED
    assert 1 <= len(cut.members) < SEEDS
    assert_same(resume_ensemble(folder, threads=1), four)


def test_one_is_not_taken_for_the_other(four: Ensemble, tmp_path: Path) -> None:
    one = grow(SMALL, seed=1, until="10 minute").save(tmp_path / "one")
    many = four.save(tmp_path / "many")
    for read in (read_grown, resume):
        with pytest.raises(RunError, match="tissue ensemble"):
            read(many)
    for read in (read_ensemble, resume_ensemble):
        with pytest.raises(RunError, match="must be that of a tissue ensemble"):
            read(one)


def test_an_ensemble_without_its_seeds_is_none(four: Ensemble, tmp_path: Path) -> None:
    for folder in (four.save(tmp_path / "new"), as_0_1_0(four.save(tmp_path / "old"))):
        assert_same(read_ensemble(folder), four)
        shutil.rmtree(folder / "seeds")
        with pytest.raises(RunError, match=r"is missing|holds 0 whole seeds"):
            read_ensemble(folder)


def test_seeds_of_another_ensemble_are_left_alone(four: Ensemble, tmp_path: Path) -> None:
    folder = four.save(tmp_path / "four")
    other = grow_ensemble(SMALL, seed=9, ensemble=2, until="10 minute").save(tmp_path / "other")
    shutil.copy(other / "manifest.json", folder / "manifest.json")
    for act in (read_ensemble, resume_ensemble):
        with pytest.raises(RunError):
            act(folder)
    assert len(list((folder / "seeds").iterdir())) == 2 * SEEDS


def test_nothing_is_left_of_an_ensemble_that_fails_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RunError("the disk is full")

    monkeypatch.setattr("paget.culture.ensemble._write_member", fail)
    with pytest.raises(RunError, match="full"):
        grow_ensemble(SMALL, seed=1, ensemble=2, until="10 minute", out=tmp_path / "a" / "run")
    assert not list(tmp_path.iterdir())


def test_no_seed_is_refused() -> None:
    with pytest.raises(ScenarioError, match="ensemble = 0"):
        grow_ensemble(SMALL, seed=1, ensemble=0)
