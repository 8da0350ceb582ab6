"""Relative survival: cases by hand, and what net survival is where it is known."""

import numpy as np
import polars as pl
import pytest

from paget.atlas.mortality import integrated_hazard
from paget.observe.relative_survival import (
    EDERER_II,
    INTERVALS,
    POHAR_PERME,
    Followed,
    followed_of,
    relative_survival,
)

FLAT = np.tile(0.1 * np.arange(121.0), (2, 1))  # 0.1 a year at every age
YEARS = 10.0


def cohort(excess: np.ndarray, age: np.ndarray, table: np.ndarray, seed: int) -> Followed:
    """Return people who die at the table's hazard and an excess of their own, ten years long."""
    rng = np.random.default_rng(seed)
    n = len(age)
    ages = np.arange(121.0)
    passed = np.interp(age, ages, table[0]) + rng.exponential(size=n)
    other = np.interp(passed, table[0], ages) - age
    cancer = rng.exponential(size=n) / np.maximum(excess, 1e-12)
    years = np.minimum(np.minimum(other, cancer), YEARS)
    return Followed(years, years < YEARS, age, np.zeros(n, np.int64), np.ones(n))


def test_two_patients_by_hand() -> None:
    # One dies after 0.49 years, the other is followed for a year, at a hazard of 0.1 a year.
    lives = Followed(
        np.array([0.49, 1.0]), np.array([True, False]), np.array([60.0, 60.0]),
        np.array([0, 0]), np.ones(2),
    )  # fmt: skip
    row = relative_survival(lives, FLAT, 1, EDERER_II).row(0, named=True)
    # One death in the person-time of its interval, the twelfth: what the dead and the other lived.
    hazard = (1.0 / INTERVALS) / ((0.49 - 11.0 / INTERVALS) + 1.0 / INTERVALS)
    assert row["observed"] == pytest.approx(np.exp(-hazard))
    assert row["expected"] == pytest.approx(np.exp(-0.1))
    assert row["relative"] == pytest.approx(np.exp(-hazard + 0.1))
    assert row["at_risk"] == 1.0


@pytest.mark.parametrize("method", [EDERER_II, POHAR_PERME])
def test_nothing_in_excess_is_a_relative_survival_of_one(method: str) -> None:
    table = integrated_hazard(2010)
    age = np.random.default_rng(1).uniform(55.0, 80.0, 40_000)
    told = relative_survival(cohort(np.zeros(len(age)), age, table, 2), table, 10, method)
    assert told["relative"].to_numpy() == pytest.approx(np.ones(10), abs=0.02)
    assert ((told["low"] <= 1.005) & (told["high"] >= 0.995)).all()


def test_pohar_perme_is_net_survival_where_ederer_ii_is_not() -> None:
    # The old have both the higher hazard of other causes and the more lethal cancer.
    table = integrated_hazard(2010)
    age = np.where(np.random.default_rng(3).random(60_000) < 0.5, 45.0, 80.0)
    excess = np.where(age > 60.0, 0.25, 0.02)
    lives = cohort(excess, age, table, 4)
    net = np.mean(np.exp(-excess * YEARS))
    at_ten = {
        method: relative_survival(lives, table, 10, method)["relative"][-1]
        for method in (POHAR_PERME, EDERER_II)
    }
    assert at_ten[POHAR_PERME] == pytest.approx(net, abs=0.015)
    assert at_ten[EDERER_II] > net + 0.03


def test_weights_are_so_many_patients() -> None:
    lives = cohort(np.full(300, 0.1), np.full(300, 60.0), FLAT, 5)
    twice = np.tile(np.arange(300), 2)
    doubled = Followed(
        lives.years[twice], lives.died[twice], lives.age[twice], lives.sex[twice],
        lives.weight[twice],
    )  # fmt: skip
    weighted = lives._replace(weight=np.full(300, 2.0))
    columns = ["at_risk", "observed", "expected", "relative"]
    one = relative_survival(doubled, FLAT, 5).select(columns)
    other = relative_survival(weighted, FLAT, 5).select(columns)
    assert one.to_numpy() == pytest.approx(other.to_numpy())


def test_a_cohort_is_followed_from_diagnosis() -> None:
    patients = pl.DataFrame(
        {
            "diagnosis_day": [365.25, None, 730.5],
            "death_day": [1095.75, None, None],
            "follow_up_day": [1095.75, 10.0, 1461.0],
            "age_diagnosis_years": [61.0, None, 70.0],
            "sex": ["male", "male", "female"],
        }
    )
    lives = followed_of(patients)
    assert lives.years.tolist() == pytest.approx([2.0, 2.0], rel=1e-3)
    assert lives.died.tolist() == [True, False]
    assert lives.sex.tolist() == [1, 0]
    assert lives.weight.tolist() == [1.0, 1.0]
