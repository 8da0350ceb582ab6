"""Onset from incidence: delays by hand, and rates that come back."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from paget.atlas.incidence import LAST_AGE, Rate, integrated_onset, published_rates
from paget.atlas.mortality import integrated_hazard
from paget.engine.lives import live_many
from paget.fit.onset import as_csv, delays, history_model, onset_density

YEAR = 365.25
MEAN_DELAY = 6.0
MORTALITY = integrated_hazard(2000)


def people(n: int, seed: int = 1) -> Any:
    """Return persons whose cancers are found after exponential delays unless they died before."""
    rng = np.random.default_rng(seed)
    age, sex = rng.uniform(20.0, 95.0, n), rng.integers(0, 2, n)
    delay = rng.exponential(MEAN_DELAY, n)
    ages = np.arange(121.0)
    lived = np.array(
        [
            np.interp(np.interp(a, ages, MORTALITY[s]) + e, MORTALITY[s], ages)
            for a, s, e in zip(age, sex, rng.exponential(1.0, n), strict=True)
        ]
    )
    found = age + delay < lived
    day = np.where(found, 100.0 + delay * YEAR, np.inf)
    return SimpleNamespace(
        age_onset=age, sex=sex, invasion_day=np.full(n, 100.0), diagnosis_day=day
    )


@pytest.fixture(scope="module")
def kernel() -> np.ndarray:
    return delays(people(60_000), MORTALITY)


def test_delays_are_free_of_death_from_other_causes(kernel: np.ndarray) -> None:
    for age in (40, 60, 75):
        within_ten = kernel[age, : age + 10].sum()
        # Ages are whole years, invasion is spread over the first: half a year less on average.
        assert within_ten == pytest.approx(-np.expm1(-9.5 / MEAN_DELAY), abs=0.03)


def test_without_the_weights_old_people_would_seem_never_found() -> None:
    """The saboteur: leave out the weights for death and the delays of the old are lost."""
    immortal = np.zeros_like(MORTALITY)
    naive = delays(people(60_000), immortal)
    assert naive[85, :95].sum() < 0.75 * -np.expm1(-9.5 / MEAN_DELAY)


def test_rates_come_back(kernel: np.ndarray) -> None:
    ages = np.arange(LAST_AGE) + 0.5
    true = 1e-3 * np.minimum(ages / 60.0, 1.3) ** 4
    groups = [(low, low + 5) for low in range(20, 85, 5)]
    rates = [
        Rate(0, low, high, 1e5 * float((true @ kernel)[low:high].mean()), "", "")
        for low, high in groups
    ]
    found = onset_density(kernel, rates)
    assert np.all(found >= 0.0)
    for rate in rates[2:]:
        again = 1e5 * float((found @ kernel)[rate.age_from : rate.age_to].mean())
        assert again == pytest.approx(rate.per_100k, rel=0.03)
    middle = slice(35, 75)
    assert np.sum(found[middle]) == pytest.approx(np.sum(true[middle]), rel=0.05)


def test_a_table_of_hazards_leaves_out_who_has_none() -> None:
    hazards = np.zeros((2, LAST_AGE))
    hazards[0, 50] = 2e-5
    lines = as_csv({"x": hazards}).splitlines()
    assert lines[0] == "cancer,sex,age,per_100k"
    assert len(lines) == 1 + LAST_AGE
    assert "x,female,50,2" in lines


@pytest.mark.science
def test_the_shipped_onset_of_pancreatic_cancer_gives_its_incidence() -> None:
    persons = live_many(history_model("pancreas", ""), 40_000, 3)[0]
    kernel = delays(persons, MORTALITY)
    for sex in range(2):
        integrated = integrated_onset("pancreas")[sex]
        density = np.diff(integrated) * np.exp(-0.5 * (integrated[1:] + integrated[:-1]))
        found = 1e5 * density @ kernel
        for rate in published_rates("pancreas"):
            if rate.sex == sex:
                model = found[rate.age_from : rate.age_to].mean()
                assert model == pytest.approx(rate.per_100k, rel=0.1, abs=1.0)
