"""The Rotterdam tumour bank, on cohorts set up by hand."""

import pytest

from paget.observe.tumour_bank import TUMOUR_BANK, banked, first_distant_days
from tests.observe.by_hand import NEVER, YEAR, cohort

ALIVE = {"follow_up_day": 20.0 * YEAR}


def seen(patient: int, kind: str, day: float | None) -> dict[str, object]:
    return {"patient": patient, "kind": kind, "detected_day": day}


def test_it_holds_grades_2_and_3_operated_without_metastasis() -> None:
    rows = [{}, {"grade": 1}, {"n_metastases_seen": 1}, {"surgery_day": NEVER}, {"grade": 2}]
    assert banked(cohort(rows))["patient"].to_list() == [0, 40]


def test_regional_nodes_are_no_distant_metastasis() -> None:
    lesions = [
        seen(0, "nodal", 5.0),
        seen(10, "distant", 30.0),
        seen(10, "distant", 20.0),
        seen(20, "distant", None),
    ]
    days = first_distant_days(cohort([{}, {}, {}], lesions))
    assert days.rows() == [(10, 20.0)]


def test_distant_metastasis_is_kaplan_meier_with_deaths_censored() -> None:
    tables = cohort(
        [ALIVE, ALIVE, ALIVE, {"follow_up_day": 1.0 * YEAR}],
        [seen(0, "distant", 3.0 * YEAR), seen(10, "distant", 8.0 * YEAR)],
    )
    by = {
        years: TUMOUR_BANK["distant metastasis, grade 2-3", f"all, {years} years"].value(tables)
        for years in (2, 5, 10)
    }
    assert by[2] == 0.0
    assert by[5] == pytest.approx(100.0 / 3.0)
    assert by[10] == pytest.approx(200.0 / 3.0)


def test_first_relapses_are_apart_by_place() -> None:
    tables = cohort(
        [
            {"recurrence_day": 2.0 * YEAR, "recurrence_kind": "local"},
            {"recurrence_day": 3.0 * YEAR, "recurrence_kind": "distant"},
            {"recurrence_day": 7.0 * YEAR, "recurrence_kind": "local"},
            {},
        ]
    )
    shares = {
        (place, years): TUMOUR_BANK[f"{place} relapse first, grade 2-3", f"{years} years"].value(
            tables
        )
        for place in ("local", "distant")
        for years in (5, 10)
    }
    assert shares == {
        ("local", 5): 25.0,
        ("local", 10): 50.0,
        ("distant", 5): 25.0,
        ("distant", 10): 25.0,
    }


def test_nodes_by_size_are_those_that_the_pathologist_found() -> None:
    tables = cohort(
        [
            {"diameter_mm": 15.0, "positive_nodes": 2},
            {"diameter_mm": 15.0},
            {"diameter_mm": 15.0, "positive_nodes": NEVER, "true_n": 2},
            {"diameter_mm": 30.0, "positive_nodes": 4},
        ]
    )
    assert TUMOUR_BANK["node positive, grade 2-3", "<= 20 mm"].value(tables) == 50.0
    assert TUMOUR_BANK["mean positive nodes, grade 2-3", "<= 20 mm"].value(tables) == 1.0
    assert TUMOUR_BANK["mean positive nodes, grade 2-3", "20-50 mm"].value(tables) == 4.0
