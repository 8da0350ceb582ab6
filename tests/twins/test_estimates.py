"""Estimates from twins on rows written by hand, and the hazard ratio beside lifelines.

The rows of the table, the sums behind it and overdiagnosis over the follow-up are tested here too.
"""

import warnings
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

from paget.core.units import YEAR
from paget.twins import outcomes as twin_outcomes
from paget.twins.estimates import estimate_table, why_no_trial_estimate
from paget.twins.outcomes import COLUMNS, Outcomes, log_hazard_ratio, outcomes_of
from paget.twins.overdiagnosis import trial_overdiagnosis
from paget.twins.rest import Expected, Rest
from tests.twins.rows import MODEL, twins

CANCER, OTHER = "colon cancer", "other cause"


def exponential(rate: float, n: int, seed: int) -> tuple[Any, Any]:
    """Return times of death cut at 10 years, and who died."""
    days = np.random.default_rng(seed).exponential(1.0 / rate, n)
    return np.minimum(days, 10.0), days < 10.0


def lifelines_log_ratio(a: tuple[Any, Any], b: tuple[Any, Any]) -> float:
    from lifelines import CoxPHFitter

    frame = pd.DataFrame(
        {
            "years": np.concatenate([a[0], b[0]]),
            "died": np.concatenate([a[1], b[1]]),
            "arm": np.repeat([0.0, 1.0], [len(a[0]), len(b[0])]),
        }
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fitter = CoxPHFitter().fit(frame, "years", "died", fit_options={"precision": 1e-10})
    return float(fitter.params_["arm"])


def test_the_hazard_ratio_is_that_of_lifelines() -> None:
    a, b = exponential(0.2, 700, 1), exponential(0.1, 900, 2)
    ours = log_hazard_ratio(*a, *b)
    assert ours.estimate == pytest.approx(lifelines_log_ratio(a, b), abs=1e-7)
    assert np.exp(ours.estimate) == pytest.approx(0.5, abs=0.08)


def test_twins_that_do_not_differ_have_a_hazard_ratio_of_one() -> None:
    a = exponential(0.2, 500, 3)
    ours = log_hazard_ratio(*a, *a)
    assert ours.estimate == 0.0
    assert np.abs(ours.influence_a + ours.influence_b).max() < 1e-15


def test_influence_is_what_leaving_one_out_moves() -> None:
    a, b = exponential(0.3, 150, 4), exponential(0.2, 150, 5)
    whole = log_hazard_ratio(*a, *b)
    for i in range(0, 150, 15):
        keep = np.arange(150) != i
        without_a = log_hazard_ratio(a[0][keep], a[1][keep], *b).estimate
        without_b = log_hazard_ratio(*a, b[0][keep], b[1][keep]).estimate
        assert whole.estimate - without_a == pytest.approx(whole.influence_a[i], abs=6e-4)
        assert whole.estimate - without_b == pytest.approx(whole.influence_b[i], abs=6e-4)
    assert np.abs(whole.influence_a).max() > 5e-3  # or the tolerance would prove nothing


def test_people_without_the_cancer_are_at_risk_too() -> None:
    a, b = exponential(0.2, 50, 6), exponential(0.1, 50, 7)
    alone = log_hazard_ratio(*a, *b).estimate
    many = Rest(
        10**7, 10.0, 100.0, 0.0, (0.0, 0.0), (0.0, 0.0), (0.0, 0.0), (0.0, 0.0),
        np.array([0.0, 10.0]), np.array([1.0, 1.0]),
    )  # fmt: skip
    together = log_hazard_ratio(*a, *b, many).estimate
    assert together == pytest.approx(np.log(b[1].sum() / a[1].sum()), abs=1e-4)
    assert together != pytest.approx(alone, abs=1e-2)


def screened_people() -> pl.DataFrame:
    """Return five people: one earlier, one over-diagnosed, one prevented, two without change."""
    late = {"entry_day": 20.0, "clinical_day_a": 30.0, "clinical_day_b": 30.0}
    return twins(
        late
        | {
            "diagnosis_day_a": 30.0, "detection_a": "symptom", "stage_a": "IV",
            "death_day_a": 32.0, "cause_of_death_a": CANCER,
            "diagnosis_day_b": 27.0, "detection_b": "screen", "stage_b": "I",
            "death_day_b": 45.0, "cause_of_death_b": OTHER, "n_tests_b": 3,
        },
        {
            "entry_day": 20.0, "death_day_a": 35.0, "cause_of_death_a": OTHER,
            "diagnosis_day_b": 34.0, "detection_b": "screen", "stage_b": "I",
            "death_day_b": 35.0, "cause_of_death_b": OTHER,
        },
        late | {"diagnosis_day_a": 30.0, "detection_a": "symptom", "stage_a": "II",
                "prevented_day_b": 22.0},
        late | {"diagnosis_day_a": 30.0, "diagnosis_day_b": 30.0, "stage_a": "III",
                "stage_b": "III", "death_day_a": 33.0, "death_day_b": 33.0,
                "cause_of_death_a": CANCER, "cause_of_death_b": CANCER},
        {"entry_day": 20.0, "death_day_a": 60.0, "death_day_b": 60.0},
    )  # fmt: skip


def by_hand(patients: pl.DataFrame, persons: int = 1000) -> Outcomes:
    outcomes = outcomes_of(patients, patients.height, 30.0 * YEAR, MODEL, Expected())
    rest = Rest(
        persons - patients.height, 25.0, 700.0, 0.5, (0.0, 6.0), (0.0, 0.3), (0.0, 0.1), (0.0, 0.0),
        np.array([0.0, 30.0]), np.array([1.0, 0.5]),
    )  # fmt: skip
    return replace(outcomes, rest=rest, persons=persons, is_of_people=True)


@pytest.fixture(scope="module")
def table() -> dict[str, dict[str, Any]]:
    return {
        row["measure"]: row
        for row in estimate_table(by_hand(screened_people()), 1).iter_rows(named=True)
    }


@pytest.mark.parametrize(
    ("measure", "a", "b"),
    [
        ("cancer found", 3.0, 3.0),
        ("found by screening", 0.0, 2.0),
        ("found at stage I", 0.0, 2.0),
        ("found at stage IV", 1.0, 0.0),
        ("cancer prevented: precursor removed", 0.0, 1.0),
        ("overdiagnosed: would never have come to light", 0.0, 1.0),
        ("death from the cancer", 2.0, 1.0),
        ("tests", 0.0, 3.0 + 995 * 6.0),
        ("false positives", 0.0, 995 * 0.3),
        ("with a precursor removed that never progresses", 0.0, 995 * 0.1),
        ("stage III among those found", 100.0 / 3.0, 100.0 / 3.0),
        ("lead time of those found by screening", None, 3.0),
        ("overdiagnosed among those found by screening: the twin truth", None, 50.0),
        ("years lived within 30 years", (12 + 15 + 30 + 13 + 30 + 995 * 25) / 1000, None),
    ],
)
def test_an_arm_by_hand(
    table: dict[str, dict[str, Any]], measure: str, a: float | None, b: float | None
) -> None:
    row = table[measure]
    if a is not None or b is None:
        assert row["a"] == pytest.approx(a)
    if b is not None:
        assert row["b"] == pytest.approx(b)
    assert row["kind"] == "result"


def test_contrasts_by_hand(table: dict[str, dict[str, Any]]) -> None:
    assert table["death from the cancer"]["estimate"] == pytest.approx(-1.0)
    assert table["mortality ratio, death from the cancer"]["estimate"] == pytest.approx(0.5)
    assert table["years lived within 30 years"]["estimate"] == pytest.approx(0.013)
    # The trial sees as many cancers in both arms: one prevented, one overdiagnosed.
    assert table["the same as a trial estimates it: excess found"]["estimate"] == pytest.approx(0.0)
    assert table["bias of the trial's estimate"]["estimate"] == pytest.approx(-50.0)


def test_a_number_needed_is_told_only_where_the_sign_is_sure(
    table: dict[str, dict[str, Any]],
) -> None:
    needed = "number needed to screen for one death from the cancer less"
    assert table[needed]["estimate"] is None  # one death less may be none
    saved = {
        "entry_day": 20.0, "diagnosis_day_a": 30.0, "diagnosis_day_b": 29.0, "death_day_a": 32.0,
        "cause_of_death_a": CANCER, "detection_b": "screen", "clinical_day_a": 30.0,
    }  # fmt: skip
    many = estimate_table(by_hand(twins(*[saved] * 50)), 1)
    row = next(row for row in many.iter_rows(named=True) if row["measure"] == needed)
    assert row["estimate"] == pytest.approx(20.0)
    assert 1.0 < row["low"] < 20.0 < row["high"]


def test_harm_has_a_number_too() -> None:
    killed = {
        "entry_day": 20.0, "diagnosis_day_a": 30.0, "diagnosis_day_b": 30.0, "death_day_b": 32.0,
        "cause_of_death_b": CANCER, "clinical_day_a": 30.0,
    }  # fmt: skip
    table = estimate_table(by_hand(twins(*[killed] * 50)), 1)
    row = table.filter(pl.col("contrast") == "number needed").row(0, named=True)
    assert row["measure"].endswith("one death from the cancer more")
    assert row["estimate"] == pytest.approx(20.0)
    assert 1.0 < row["low"] < 20.0 < row["high"]


def test_the_bootstrap_agrees_with_the_variance_of_a_mean() -> None:
    rng = np.random.default_rng(9)
    n = 2000
    died = rng.random((n, 2)) < (0.3, 0.2)
    rows = [
        {
            "diagnosis_day_a": 1.0, "diagnosis_day_b": 1.0,
            **{f"death_day_{x}": 3.0 for x, d in zip("ab", pair, strict=True) if d},
            **{f"cause_of_death_{x}": CANCER for x, d in zip("ab", pair, strict=True) if d},
        }
        for pair in died
    ]  # fmt: skip
    outcomes = outcomes_of(twins(*rows), n, 10.0 * YEAR, MODEL, Expected())
    table = estimate_table(outcomes, 3).filter(pl.col("measure") == "death from the cancer")
    row = table.row(0, named=True)
    difference = died[:, 1].astype(float) - died[:, 0]
    half = 1.96 * 1000.0 * difference.std() / np.sqrt(n)
    assert (row["high"] - row["low"]) / 2 == pytest.approx(half, rel=0.15)
    # Here the twins are independent people: nothing is gained.
    assert row["gain"] == pytest.approx(1.0, abs=0.35)


@pytest.mark.parametrize("n_rest", [0, 45_000])
def test_blocks_of_many_are_as_good_a_unit_as_persons(
    n_rest: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(11)
    n = 3000
    first = rng.random(n) < 0.3
    second = first & (rng.random(n) < 0.8)  # twins: who dies in b dies in a
    rows = [
        {
            "diagnosis_day_a": 1.0, "diagnosis_day_b": 1.0,
            **{f"death_day_{x}": 1.0 + 9.0 * rng.random() for x, d in pairs if d},
            **{f"cause_of_death_{x}": CANCER for x, d in pairs if d},
        }
        for one, other in zip(first, second, strict=True)
        for pairs in [(("a", one), ("b", other))]
    ]  # fmt: skip
    numbers = np.sort(rng.choice(n + n_rest, n, replace=False))
    patients = twins(*rows).with_columns(patient=pl.Series(numbers))
    rest = replace(by_hand(patients).rest, n=n_rest)
    monkeypatch.setattr(twin_outcomes, "rest_of", lambda *_: rest)
    tables, made = [], []
    for most in (n, 400):
        monkeypatch.setattr(twin_outcomes, "BLOCKS", most)
        monkeypatch.setattr(twin_outcomes, "_AT_ONCE", 700)
        outcomes = outcomes_of(patients.lazy(), n + n_rest, 10.0 * YEAR, MODEL, Expected())
        made.append(outcomes)
        tables.append(estimate_table(outcomes, 5))
    each, blocks = made
    assert (len(each.sizes), len(blocks.sizes)) == (n, 400)
    assert blocks.sizes.sum() == n
    assert each.others.sum() == 0.0
    assert blocks.others.sum() == pytest.approx(n_rest)
    block = numbers * 400 // (n + n_rest) == 7
    for x in ("a", "b"):
        people, groups = getattr(each, x), getattr(blocks, x)
        assert groups.sum(axis=0) == pytest.approx(people.sum(axis=0))
        assert groups[7] == pytest.approx(people[block].sum(axis=0))
    for measure, widened in (
        ("cancer found", "a"),
        ("death from the cancer", ""),
        ("hazard ratio, death from the cancer", ""),
    ):
        one, other = (t.filter(pl.col("measure") == measure).row(0, named=True) for t in tables)
        assert one["estimate"] == pytest.approx(other["estimate"], rel=1e-12)
        low, high = (f"{widened}_{end}".removeprefix("_") for end in ("low", "high"))
        width = [row[high] - row[low] for row in (one, other)]
        assert width[0] == pytest.approx(width[1], rel=0.2, abs=1e-9)
        if not widened:
            assert one["gain"] == pytest.approx(other["gain"], rel=0.45)
    hazard = next(r for r in tables[0].iter_rows(named=True) if r["contrast"] == "hazard ratio")
    assert hazard["estimate"] == pytest.approx(np.exp(each.log_hazard_ratios[0]), rel=1e-9)


def test_patients_found_in_neither_arm_are_counted_but_not_followed() -> None:
    patients = twins({}, {"diagnosis_day_a": 2.0, "diagnosis_day_b": 2.0})
    outcomes = outcomes_of(patients, 2, 10.0 * YEAR, MODEL, Expected())
    at = {name: k for k, name in enumerate(COLUMNS)}
    assert outcomes.a[:, at["followed"]].tolist() == [0.0, 1.0]
    assert outcomes.a[0, at["found"]] == outcomes.a[0, at["prevented"]] == 0.0


def test_what_a_trial_says_changes_with_its_follow_up() -> None:
    # By 8 years the screened arm has found one early, by 12 the other arm all of its three.
    excess, truth = trial_overdiagnosis(screened_people(), np.array([8.0, 12.0, 20.0]))
    assert excess.tolist() == [100.0, -100.0, 0.0]
    assert truth.tolist() == [0.0, 0.0, 50.0]


def test_harmless_carcinomas_in_situ_are_overdiagnosed() -> None:
    outcomes = by_hand(screened_people())
    rest = replace(outcomes.rest, benign=(0.0, 0.0), in_situ=(0.0, 0.1))
    table = estimate_table(replace(outcomes, rest=rest), 1)
    told = {row["measure"]: row["b"] for row in table.iter_rows(named=True)}
    assert told["precursor treated in situ"] == pytest.approx(99.5)
    assert told["overdiagnosed: would never have come to light"] == pytest.approx(100.5)
    truth = told["overdiagnosed among those found by screening: the twin truth"]
    assert truth == pytest.approx(100.0 * 100.5 / 101.5)
    excess, true = trial_overdiagnosis(screened_people(), np.array([20.0]), (0.0, 99.5))
    assert true[0] == pytest.approx(truth)
    assert excess[0] == pytest.approx(100.0 * 99.5 / 101.5)


# ------------------------------------------------------------------------------- where they rest


def test_a_trial_estimates_only_what_its_design_lets_it() -> None:
    plain = by_hand(screened_people())
    assert why_no_trial_estimate(plain) == ""
    for invites, why in (
        ((True, True), "both arms screen"),
        ((True, False), "the second arm does not screen"),
    ):
        changed = replace(plain, invites=invites)
        assert why_no_trial_estimate(changed) == why
        assert "bias of the trial's estimate" not in estimate_table(changed, 1)["measure"]
    prevented = {"entry_day": 20.0, "diagnosis_day_a": 30.0, "prevented_day_b": 22.0}
    many = by_hand(pl.concat([screened_people(), twins(*[prevented] * 3)]))
    assert why_no_trial_estimate(many) == "screening prevents more cancers than it finds early"
    patients = replace(plain, is_of_people=False)
    assert "takes people" in why_no_trial_estimate(patients)


def test_what_nobody_has_is_told_of_deaths_and_cancers_alone() -> None:
    table = estimate_table(by_hand(twins(), persons=20), 1)
    told = table.filter(pl.col("measure").is_in(["death from the cancer", "cancer found"]))
    assert told.height == 2
    assert told["a"].to_list() == [0.0, 0.0]
    assert "mortality ratio, death from the cancer" not in table["measure"]
    assert "found at stage I" not in table["measure"]
    assert not table["measure"].str.starts_with("number needed").any()


def test_a_gain_stands_only_beside_a_bootstrap(table: dict[str, dict[str, Any]]) -> None:
    for row in table.values():
        assert row["gain"] is None or row["interval"] == "bootstrap", row["measure"]
