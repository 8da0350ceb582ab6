"""Onset: one draw from an integrated hazard by age and sex."""

import math

import numpy as np
import pytest

from paget.body.growth import NEVER
from paget.clinic.onset import onset_age
from tests.statistics import assert_cdf, assert_proportion

WOMEN, MEN = 0, 1
N = 20_000


def table(women: float, men: float) -> np.ndarray:
    """Return hazards that are nothing before 40 years and then constant up to 120."""
    ages = np.arange(121.0)
    return np.array([rate * np.maximum(ages - 40.0, 0.0) for rate in (women, men)])


def drawn(onset: np.ndarray, sex: int) -> np.ndarray:
    return np.array([onset_age(7, patient, sex, onset) for patient in range(N)])


def test_ages_follow_the_integrated_hazard() -> None:
    ages = drawn(table(0.05, 0.0), WOMEN)
    ages = ages[ages < NEVER]
    ever = -math.expm1(-0.05 * 80.0)

    def cdf(x: np.ndarray) -> np.ndarray:
        return -np.expm1(-0.05 * np.maximum(x - 40.0, 0.0)) / ever

    assert ages.min() > 40.0
    assert_cdf(ages, cdf, detect=0.04)


def test_most_never_get_a_rare_cancer() -> None:
    ages = drawn(table(0.0, 0.0005), MEN)
    expected = -math.expm1(-0.0005 * 80.0)
    assert_proportion(int((ages < NEVER).sum()), N, expected, detect=0.012)


def test_a_sex_without_hazard_never_gets_it() -> None:
    assert np.all(drawn(table(0.0, 0.1), WOMEN) == NEVER)


def test_a_larger_hazard_is_the_same_person_earlier() -> None:
    for patient in range(50):
        rare = onset_age(1, patient, WOMEN, table(0.02, 0.0))
        common = onset_age(1, patient, WOMEN, table(0.04, 0.0))
        if rare < NEVER:
            assert common - 40.0 == pytest.approx((rare - 40.0) / 2.0)
