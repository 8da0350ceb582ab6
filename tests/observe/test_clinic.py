"""The observation layer of the clinic, on a sample set up by hand."""

from typing import Any

import numpy as np
import pytest
from scipy.stats import betabinom

from paget.engine import Model
from paget.fit.validate import cohort_model
from paget.observe.clinic import (
    OBSERVATIONS_CLINIC,
    first_distant_day,
    first_line,
    rotterdam,
)
from paget.observe.detection import OBSERVATIONS_TESTS, beta_binomial, found_nodes
from paget.observe.sample import Sample, kaplan_meier
from paget.words import PALLIATIVE
from tests.lived import model_of

YEAR = 365.25
NEVER = np.inf
KINDS = ("er_pos_her2_neg", "er_pos_her2_pos", "er_neg_her2_pos", "er_neg_her2_neg")
FIELDS = {
    "patient": "i8",
    "subtype": "i8",
    "grade": "i8",
    "detection": "i8",
    "n_seen": "i8",
    "positive_nodes": "i8",
    "recurrence_site": "i8",
    "ctc_tube": "i8",
    "best_response": "i8",
    "intent": "i8",
    "sites_seen": "u8",
    "surgery_day": "f8",
    "diagnosis_day": "f8",
    "follow_up_day": "f8",
    "recurrence_day": "f8",
    "in_situ_day": "f8",
    "progression_day": "f8",
    "cells_at_diagnosis": "f8",
    "rate": "f8",
}
MODEL = model_of({}, "breast")


def sample(
    rows: list[dict[str, float]],
    lesions: list[tuple[int, str, float]] = [],  # noqa: B006 - never changed
    model: Model = MODEL,
) -> Sample:
    """Return a sample: persons by their fields, lesions as (patient, site, day detected)."""
    plain = {
        "grade": 3,
        "surgery_day": 0.0,
        **dict.fromkeys(("in_situ_day", "recurrence_day", "progression_day"), NEVER),
    }
    persons: Any = np.zeros(len(rows), list(FIELDS.items())).view(np.recarray)
    for k, row in enumerate(rows):
        for name, value in ({"patient": 10 * k, "recurrence_site": -1} | plain | row).items():
            persons[name][k] = value
    dtype = [("patient", "i8"), ("parent", "i8"), ("site", "i2"), ("detected_day", "f8")]
    table: Any = np.zeros(len(lesions), dtype).view(np.recarray)
    for k, (patient, site, day) in enumerate(lesions):
        table[k] = (10 * patient, 0, MODEL.sites.index(site), day)
    t = np.ones(len(rows), np.int64)
    return Sample(model, persons, table, t, t, np.array(["I"] * len(rows)))


def mm(diameter: float) -> float:
    return float(np.pi / 6.0 * MODEL.world.density * (1000.0 * diameter) ** 3)


def test_the_tumour_bank_holds_grades_2_and_3_operated_without_metastasis() -> None:
    s = sample([{}, {"grade": 1}, {"n_seen": 1}, {"surgery_day": NEVER}, {"grade": 2}])
    assert rotterdam(s).persons.patient.tolist() == [0, 40]


def test_regional_nodes_are_no_distant_metastasis() -> None:
    s = sample(
        [{}, {}, {}],
        [(0, "ln_axilla", 5.0), (1, "bone", 30.0), (1, "lung", 20.0), (2, "lung", NEVER)],
    )
    assert first_distant_day(s).tolist() == [NEVER, 20.0, NEVER]
    assert first_distant_day(s.part(np.array([1]))).tolist() == [20.0]


def test_distant_metastasis_is_kaplan_meier_with_deaths_censored() -> None:
    alive = {"follow_up_day": 20.0 * YEAR}
    s = sample(
        [alive, alive, alive, {"follow_up_day": 1.0 * YEAR}],
        [(0, "bone", 3.0 * YEAR), (1, "lung", 8.0 * YEAR)],
    )
    by = {
        years: OBSERVATIONS_CLINIC["distant metastasis, grade 2-3", f"all, {years} years"](s)
        for years in (2, 5, 10)
    }
    assert by[2] == 0.0
    assert by[5] == pytest.approx(100.0 / 3.0)
    assert by[10] == pytest.approx(200.0 / 3.0)


def test_first_relapses_are_apart_by_place() -> None:
    local = len(MODEL.sites)
    s = sample(
        [
            {"recurrence_day": 2.0 * YEAR, "recurrence_site": local},
            {"recurrence_day": 3.0 * YEAR, "recurrence_site": 0},
            {"recurrence_day": 7.0 * YEAR, "recurrence_site": local},
            {},
        ]
    )
    shares = {
        (place, years): OBSERVATIONS_CLINIC[f"{place} relapse first, grade 2-3", f"{years} years"](
            s
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


def test_nodes_by_size() -> None:
    s = sample(
        [
            {"cells_at_diagnosis": mm(15.0), "positive_nodes": 2},
            {"cells_at_diagnosis": mm(15.0)},
            {"cells_at_diagnosis": mm(30.0), "positive_nodes": 4},
        ]
    )
    assert OBSERVATIONS_CLINIC["node positive, grade 2-3", "<= 20 mm"](s) == 50.0
    assert OBSERVATIONS_CLINIC["mean positive nodes, grade 2-3", "<= 20 mm"](s) == 1.0
    assert OBSERVATIONS_CLINIC["mean positive nodes, grade 2-3", "20-50 mm"](s) == 4.0


def test_survival_with_metastasis_is_of_one_subtype() -> None:
    month = YEAR / 12.0
    s = sample(
        [
            {"subtype": 0, "n_seen": 1, "follow_up_day": 36.0 * month},
            {"subtype": 3, "n_seen": 1, "follow_up_day": 12.0 * month},
            {"subtype": 3, "follow_up_day": 99.0 * month},
        ]
    )
    by = {
        kind: OBSERVATIONS_CLINIC["survival with metastasis", f"{kind}, median"](s)
        for kind in (KINDS[0], KINDS[3])
    }
    assert by == {KINDS[0]: pytest.approx(36.0), KINDS[3]: pytest.approx(12.0)}


def test_years_from_10_to_20_mm_are_those_of_gompertz_growth() -> None:
    world = MODEL.world
    n10, n20 = mm(10.0), mm(20.0)
    s = sample([{"rate": 1e-3}])
    cells, days = n10, 0.0
    while cells < n20:  # by Euler's method
        cells += 1e-3 * np.log(world.capacity / cells) * cells
        days += 1.0
    years = OBSERVATIONS_CLINIC["years from 10 to 20 mm", "mean"](s)
    assert years == pytest.approx(days / YEAR, rel=0.01)


def test_found_nodes_are_a_random_draw() -> None:
    patients = found_nodes(np.array([1, 1, 0, 4]), 30)
    assert patients.sum() == pytest.approx(4.0, rel=1e-3)  # all but those with no node examined
    examined = patients.sum(axis=1)
    with_one = found_nodes(np.array([1]), 30)
    assert with_one[12, 1] / with_one[12].sum() == pytest.approx(12.0 / 30.0)
    assert float(examined @ np.arange(31)) / 4.0 == pytest.approx(12.0, rel=1e-3)


def test_beta_binomial_finds_the_law_of_the_share() -> None:
    number = np.arange(41)
    patients = np.zeros((41, 41))
    for n in (5, 12, 40):
        patients[n] = betabinom.pmf(number, n, 1.5, 4.0)
    assert beta_binomial(patients) == pytest.approx((1.5, 4.0), rel=1e-3)


def test_missed_nodes_are_told_of_those_found_positive() -> None:
    """Of stages I to III only; who has one node of thirty is seldom found, and little counted."""
    operated = {"surgery_day": 30.0}
    few = [{**operated, "positive_nodes": 1}] * 5 + [{**operated, "positive_nodes": 15}] * 5
    missed = OBSERVATIONS_TESTS["positive nodes missed", "5 examined"]
    told = missed(sample(few))
    soil = MODEL.soil
    total = int(soil["nodes"][soil["is_regional"] == 1].sum())
    left = np.array([total - 1.0, total - 15.0])[:, None] - np.arange(5)
    true = 100.0 * float(np.mean(np.prod(left / (total - np.arange(5)), axis=1)))
    assert 5.0 < told < true - 5.0
    others = [
        {"surgery_day": NEVER, "positive_nodes": 30},
        {**operated, "positive_nodes": 30, "n_seen": 1},
    ]
    assert missed(sample(few + others)) == pytest.approx(told)
    assert np.isnan(missed(sample([{**operated, "positive_nodes": 0}])))


def test_imaging_holds_what_was_published() -> None:
    s = sample([{}])
    assert OBSERVATIONS_TESTS["mammography sensitivity", "5 mm"](s) == pytest.approx(26, abs=1)
    assert OBSERVATIONS_TESTS["liver CT sensitivity", "6-10 mm"](s) == pytest.approx(55, abs=4)


def test_kaplan_meier_of_nobody_is_unknown() -> None:
    assert np.isnan(kaplan_meier(np.zeros(0), np.zeros(0, bool), 5.0))


TREATED = {"n_seen": 2, "intent": PALLIATIVE, "follow_up_day": 900.0}
COMPLETE, PARTIAL, STABLE, PROGRESSION, NOT_ASSESSED = 0, 1, 2, 3, -1


def test_response_is_of_those_who_live_to_their_first_scan() -> None:
    s = sample(
        [
            {**TREATED, "best_response": COMPLETE},
            {**TREATED, "best_response": PARTIAL},
            {**TREATED, "best_response": STABLE},
            {**TREATED, "best_response": PROGRESSION},
            {**TREATED, "best_response": NOT_ASSESSED},
            {**TREATED, "best_response": COMPLETE, "intent": 1},
            {**TREATED, "best_response": COMPLETE, "n_seen": 0},
        ]
    )
    assert len(first_line(s).persons) == 4
    assert OBSERVATIONS_CLINIC["response to a first line", "objective"](s) == 50.0


def test_progression_counts_from_the_first_dose_and_deaths_are_censored() -> None:
    trial, month = cohort_model("breast-taxane", {}, known=True), YEAR / 12.0
    first_dose = 21.0
    s = sample(
        [
            {**TREATED, "subtype": 3, "progression_day": first_dose + 5.9 * month},
            {**TREATED, "subtype": 3, "progression_day": first_dose + 6.1 * month},
            {**TREATED, "subtype": 3, "follow_up_day": first_dose + 2.0 * month},
            {**TREATED, "subtype": 1, "progression_day": first_dose + 14.0 * month},
        ],
        model=trial,
    )
    free = {
        group: OBSERVATIONS_CLINIC["free of progression", group](s)
        for group in ("triple negative, 6 months", "6 months", "er_pos_her2_pos, 13.3 months")
    }
    assert free["triple negative, 6 months"] == pytest.approx(50.0)
    assert free["6 months"] == pytest.approx(200.0 / 3.0)
    assert free["er_pos_her2_pos, 13.3 months"] == 100.0


def test_without_a_first_line_nobody_is_free_of_progression_on_it() -> None:
    s = sample([{**TREATED, "best_response": STABLE}])
    assert np.isnan(OBSERVATIONS_CLINIC["free of progression", "6 months"](s))
