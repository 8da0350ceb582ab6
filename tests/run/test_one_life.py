"""One life on any day: what treatments left of each lesion, and when it was there at all."""

import math
from typing import Any

import numpy as np
import polars as pl
import pytest

import paget
from paget.body.lesion import law_of, size_after, untreated_size_on
from paget.core.errors import ScenarioError
from paget.run.one_life import Life
from paget.run.scenario import load_scenario, resolve
from paget.run.shards import Engine

pytestmark = pytest.mark.slow

SEED = 1889
BEFORE = -math.inf


def cells_on(life: Life, day: float) -> dict[int, float]:
    return dict(life.at(day).select("lesion", "cells").iter_rows())


def just_before(day: float) -> float:
    return float(np.nextafter(day, BEFORE))


@pytest.fixture(scope="module")
def treated() -> Life:
    """Return a life in which one lesion is treated at least four times."""
    for patient in range(400):
        life = paget.live("colon-standard", patient=patient, seed=SEED)
        if life.treated.height and life.treated["lesion"].value_counts()["count"].max() >= 4:  # pyright: ignore[reportOperatorIssue, reportOptionalOperand]
            return life
    pytest.fail("nobody is treated four times")


def most_treated(life: Life) -> tuple[int, list[dict[str, Any]]]:
    lesion = life.treated["lesion"].mode().min()
    assert isinstance(lesion, int)
    rows = life.treated.filter(pl.col("lesion") == lesion)
    return lesion, list(rows.iter_rows(named=True))


def test_until_its_first_treatment_a_lesion_is_its_untreated_twin() -> None:
    for patient in range(200):
        life = paget.live("colon-adjuvant", patient=patient, seed=SEED)
        twin = paget.live("colon", patient=patient, seed=SEED)
        if life.treated.height < 2:
            continue
        first = life.treated["day"].min()
        assert isinstance(first, float)
        for day in (just_before(first), first - 200.0, life.summary["diagnosis_day"]):
            assert cells_on(life, day) == cells_on(twin, day)
        after, untouched = cells_on(life, first), cells_on(twin, first)
        shrunk = [after[lesion] < 0.9 * untouched[lesion] for lesion in after]
        assert any(shrunk)
        return
    pytest.fail("nobody has an adjuvant")


def test_between_treatments_a_lesion_regrows_from_what_each_has_left(treated: Life) -> None:
    lesion, rows = most_treated(treated)
    record: Any = treated.records[treated.lesions["lesion"].to_list().index(lesion)]
    world: Any = treated.model.world
    law = law_of(record, world)
    ends = [*(row["day"] for row in rows[1:]), treated.summary["follow_up_day"]]
    for row, end in zip(rows, ends, strict=True):
        assert cells_on(treated, row["day"])[lesion] == pytest.approx(row["cells"], rel=1e-9)
        day = 0.5 * (row["day"] + end)
        grown = size_after(law, row["cells"], day - row["day"])
        expected = min(grown, untreated_size_on(record, day, world))
        assert cells_on(treated, day)[lesion] == pytest.approx(expected, rel=1e-6)
    shrinks = [cells_on(treated, just_before(row["day"]))[lesion] > row["cells"] for row in rows]
    assert sum(shrinks) >= 2


def test_at_the_end_a_life_is_as_the_table_says(treated: Life) -> None:
    end = just_before(treated.summary["follow_up_day"])
    table = treated.lesions.filter(pl.col("fate_day") >= treated.summary["follow_up_day"])
    there = treated.at(end).join(table, on="lesion", how="inner")
    assert there.height > 1
    assert there["diameter_mm"].to_list() == pytest.approx(
        there["diameter_mm_at_fate"].to_list(), rel=1e-9
    )


def test_what_treatments_left_is_told_in_order(treated: Life) -> None:
    table = treated.treated
    assert table["day"].is_sorted()
    assert (table["day"] >= treated.summary["diagnosis_day"]).all()
    assert table["resistant_share"].is_between(0.0, 1.0).all()
    assert set(table["lesion"]) <= set(treated.lesions["lesion"])


def test_a_lesion_that_was_removed_is_absent_from_that_day_on() -> None:
    for patient in range(400):
        life = paget.live("colon-liver-resection", patient=patient, seed=SEED)
        gone = life.lesions.filter((pl.col("fate") == "removed") & (pl.col("kind") == "distant"))
        if gone.is_empty():
            continue
        for row in gone.iter_rows(named=True):
            before = life.at(just_before(row["fate_day"])).filter(lesion=row["lesion"])
            assert before["diameter_mm"].item() == pytest.approx(row["diameter_mm_at_fate"])
            assert row["lesion"] not in cells_on(life, row["fate_day"])
        surgery = life.events.filter(pl.col("event") == "surgery")["day"].item()
        assert 0 in cells_on(life, just_before(surgery))
        assert 0 not in cells_on(life, surgery)
        return
    pytest.fail("nobody has a metastasis removed")


def test_a_metastasis_that_was_cut_out_in_part_is_whole_before_that() -> None:
    change: dict[str, object] = {"surgery.residual_deep": 1.0}
    for patient in range(400):
        scenario = {"base": "colon-liver-resection", "change": change}
        life = paget.live(scenario, patient=patient, seed=SEED)
        operated = life.events.filter(pl.col("event") == "operation")["day"]
        if life.treated.is_empty() or operated.is_empty():
            continue
        row = life.treated.row(0, named=True)
        world: Any = life.model.world
        residual = float(world.residual_cells)
        if row["day"] not in operated.to_list() or row["cells"] != pytest.approx(residual):
            continue
        assert cells_on(life, row["day"])[row["lesion"]] == pytest.approx(row["cells"])
        assert cells_on(life, just_before(row["day"]))[row["lesion"]] > 2.0 * row["cells"]
        return
    pytest.fail("nobody has a metastasis cut out in part")


def test_cohorts_keep_nothing_of_it() -> None:
    model = resolve(load_scenario("colon-standard", seed=SEED))
    kept = []
    for one_life in (False, True):
        engine = Engine(model, SEED, one_life=one_life)
        for patient in range(40):
            list(engine.blocks(patient, 1))
            kept.append((one_life, len(engine.last_left())))
    assert all(n == 0 for one_life, n in kept if not one_life)
    assert any(n > 0 for one_life, n in kept if one_life)


def test_after_the_end_of_a_life_there_is_nothing_and_a_warning_says_why(treated: Life) -> None:
    end = treated.summary["follow_up_day"]
    assert not treated.at(end).is_empty()
    with pytest.warns(UserWarning, match=rf"died on day {end:.10g}"):
        after = treated.at(end + 1.0)
    assert after.is_empty()
    assert after.columns == treated.at(end).columns


def test_after_the_end_of_a_record_there_is_nothing_either() -> None:
    scenario = {"base": "colon", "horizon": "30 day"}
    life = next(
        one for one in (paget.live(scenario, patient=k, seed=SEED) for k in range(50))
        if one.summary["death_day"] is None
    )  # fmt: skip
    with pytest.warns(UserWarning, match="was followed until day"):
        assert life.at(life.summary["follow_up_day"] + 1.0).is_empty()


@pytest.mark.parametrize("day", [math.nan, "soon", None])
def test_a_day_that_is_none_is_refused(treated: Life, day: Any) -> None:
    with pytest.raises(ScenarioError, match="must be a number of days"):
        treated.at(day)


def test_what_is_gone_founds_nothing() -> None:
    """Its lesion in the liver was cut out six years before fifteen more came from it."""
    life = paget.live("colon-standard", patient=112816, seed=77)
    gone = life.lesions.select(parent="lesion", gone="fate_day")
    children = life.lesions.join(gone, on="parent")
    assert children.height > 3
    assert (children["founded_day"] <= children["gone"]).all()
    assert len(life.records) == life.lesions.height
    assert life.records["id"].tolist() == life.lesions["lesion"].to_list()
