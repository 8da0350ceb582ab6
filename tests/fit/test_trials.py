"""Trials: the table, who is let in, and the estimates, by hand."""

import math
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import polars as pl
import pytest

from paget.atlas.clinic import load_clinic
from paget.fit.trials import Chance, Trial, estimate, let_in, trials, under
from paget.run.scenario import known_scenarios, load_scenario, resolve
from paget.tell.citations import atlas_sources
from paget.twins.comparison import compare_twins
from tests.twins.rows import twins

PLAIN = Trial(
    "T", "colon", "colon-adjuvant", (), "", math.inf, "disease-free", 0.0, 10.0, 0.5, None, None,
    "hazard ratio", "prediction", True, "quasar2007", "abstract", "",
)  # fmt: skip
MIDDLE = Chance(0.5, 0.5, 0.5, 0.5)


def person(**changes: Any) -> dict[str, Any]:
    """Return a patient of stage III, operated on at 60, who is followed for ten years."""
    plain: dict[str, Any] = {"age_onset_years": 50.0, "subtype": "colon"}
    for arm in "ab":
        plain |= {f"invasion_day_{arm}": 0.0, f"diagnosis_day_{arm}": 10.0}
        plain |= {f"intent_{arm}": "curative", f"stage_{arm}": "III", f"follow_up_day_{arm}": 20.0}
    return plain | changes


def comparison(*persons: dict[str, Any]) -> Any:
    return SimpleNamespace(patients=twins(*persons))


def test_the_table_names_what_is_there() -> None:
    rows = trials()
    assert len(rows) > 20
    for row in rows:
        assert {row.arm_a, row.arm_b} <= set(known_scenarios()), row.trial
        assert row.kind in ("prediction", "consistency")
        assert row.confirmed == (row.source in atlas_sources()), row.trial
        assert row.confirmed or (row.source == "assumption" and row.note.startswith("recalled"))
        assert row.low is None or row.high is None or row.low < row.value < row.high
        assert row.from_years < row.to_years < math.inf


def test_a_cohort_is_let_in_by_what_the_trial_says() -> None:
    rows = twins(
        person(),
        person(intent_a="palliative"),
        person(stage_a="II"),
        person(age_onset_years=70.0),
        person(subtype="er_neg_her2_pos"),
        person(diagnosis_day_a=None),
    )
    assert let_in(PLAIN, rows)["patient"].to_list() == [0, 2, 3, 4]
    assert let_in(replace(PLAIN, stages=("III",)), rows)["patient"].to_list() == [0, 3, 4]
    assert let_in(replace(PLAIN, below_age=75.0), rows)["patient"].to_list() == [0, 2, 4]
    assert let_in(replace(PLAIN, subtype="her2_pos"), rows)["patient"].to_list() == [4]


def test_alive_without_recurrence_by_hand() -> None:
    found = comparison(
        person(),
        person(recurrence_day_a=12.0),
        person(recurrence_day_a=14.0, recurrence_day_b=11.0),
        person(death_day_a=11.0, follow_up_day_a=11.0),
    )
    arm_a = replace(PLAIN, estimate="disease-free in a", to_years=3.0)
    assert estimate(arm_a, found).value == pytest.approx(50.0)
    arm_b = replace(arm_a, estimate="disease-free in b")
    assert estimate(arm_b, found).value == pytest.approx(75.0)


def test_a_hazard_ratio_is_that_of_exponential_times() -> None:
    rng = np.random.default_rng(1)
    times = rng.exponential(2.0, 4000)  # years in arm a; twice as long in arm b
    found = comparison(
        *(person(recurrence_day_a=10.0 + t, recurrence_day_b=10.0 + 2.0 * t) for t in times)
    )
    for event in ("disease-free", "recurrence"):
        told = estimate(replace(PLAIN, estimate=event), found)
        assert told.low < 0.5 < told.high
        assert told.high - told.low < 0.06
    # Given that it has not come in three years, the hazards are the same two.
    late = estimate(replace(PLAIN, estimate="recurrence", from_years=3.0), found)
    assert late.low < 0.5 < late.high


def test_deaths_from_other_causes_are_none_from_the_cancer() -> None:
    rng = np.random.default_rng(2)
    cause = {"cause_of_death_a": "other cause", "cause_of_death_b": "colon cancer"}
    days = [(10.0 + x, 10.0 + y) for x, y in rng.uniform(0.1, 9.0, (50, 2))]
    found = comparison(
        *(
            person(death_day_a=a, follow_up_day_a=a, death_day_b=b, follow_up_day_b=b, **cause)
            for a, b in days
        )
    )
    assert np.isnan(estimate(replace(PLAIN, estimate="death from the cancer"), found).value)
    assert np.isfinite(estimate(replace(PLAIN, estimate="death"), found).value)


def test_twins_that_live_alike_have_a_ratio_of_one_without_error() -> None:
    found = comparison(
        *(person(recurrence_day_a=10.0 + t, recurrence_day_b=10.0 + t) for t in (1.0, 2.0, 5.0))
    )
    assert estimate(PLAIN, found) == pytest.approx((1.0, 1.0, 1.0), abs=1e-9)


def test_all_alive_without_recurrence_is_no_certainty() -> None:
    told = estimate(replace(PLAIN, estimate="disease-free in a"), comparison(*[person()] * 20))
    assert told == pytest.approx((100.0, 100.0 * 0.025 ** (1 / 20), 100.0))


def test_a_trial_without_deaths_has_no_estimate() -> None:
    nobody: Any = SimpleNamespace(table=pl.DataFrame(schema={
        "measure": pl.String, "estimate": pl.Float64, "low": pl.Float64, "high": pl.Float64,
    }))  # fmt: skip
    assert np.isnan(estimate(replace(PLAIN, estimate="mortality ratio"), nobody)).all()


def test_a_chance_moves_the_drugs_of_a_scenario_within_their_priors() -> None:
    stated = load_clinic("drugs")["fluorouracil"]
    drugs = [
        resolve(under("colon-fluorouracil", MIDDLE._replace(kill=share))).world.protocol.drugs[0]
        for share in (0.0, 1.0)
    ]
    assert drugs[0].log_kill == pytest.approx(stated["log_kill"] * 0.3 / 1.32)
    assert drugs[1].log_kill == pytest.approx(stated["log_kill"] * 3.0 / 1.32)
    assert drugs[0].responders == pytest.approx(stated["responders"])
    assert drugs[0].resistance_rate == pytest.approx(stated["resistance_rate"])
    likely = resolve(under("colon-fluorouracil", MIDDLE._replace(responders=1.0)))
    share = likely.world.protocol.drugs[0].responders
    odds = stated["responders"] / (1.0 - stated["responders"])
    assert share / (1.0 - share) == pytest.approx(3.0 * odds)


def test_a_scenario_without_drugs_stays_as_it_is() -> None:
    assert under("colon", MIDDLE) == load_scenario("colon")


def test_the_estimates_read_the_table_of_real_twins() -> None:
    compared = compare_twins("colon", "colon-fluorouracil", patients=1500, seed=1889)
    impact = [t for t in trials() if (t.arm_a, t.arm_b) == ("colon", "colon-fluorouracil")]
    told = {t.estimate: estimate(t, compared) for t in impact if t.stages == ("III",)}
    assert 0.3 < told["disease-free"].value < 1.0
    free = [told[f"disease-free in {arm}"].value for arm in "ab"]
    assert 20.0 < free[0] < free[1] < 90.0
    assert let_in(impact[0], compared.patients)["stage_a"].cast(pl.String).unique().to_list() == [
        "III"
    ]
