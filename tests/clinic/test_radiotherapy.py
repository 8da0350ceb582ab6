"""Radiotherapy: the linear-quadratic law."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paget.atlas.clinic import load_clinic
from paget.clinic.radiotherapy import equivalent_dose, surviving_fraction

ALPHA, BETA = 0.3, 0.03
DOSES = st.floats(0.1, 20.0)
NUMBERS = st.integers(1, 40)


def test_by_hand() -> None:
    assert surviving_fraction(2.0, 1, ALPHA, BETA) == pytest.approx(math.exp(-0.72))
    assert surviving_fraction(2.0, 25, ALPHA, BETA) == pytest.approx(math.exp(-18.0))
    assert surviving_fraction(0.0, 25, ALPHA, BETA) == 1.0


def test_equivalent_dose_by_hand() -> None:
    """Alpha/beta of 10 Gy: five fractions of 5 Gy are 31.25 Gy in fractions of 2 Gy."""
    assert equivalent_dose(5.0, 5, ALPHA, BETA) == pytest.approx(31.25)
    assert equivalent_dose(2.0, 25, ALPHA, BETA) == pytest.approx(50.0)
    assert equivalent_dose(5.0, 5, ALPHA, 0.0) == pytest.approx(25.0)


@given(DOSES, NUMBERS, NUMBERS)
def test_courses_multiply(dose: float, first: int, second: int) -> None:
    both = surviving_fraction(dose, first + second, ALPHA, BETA)
    apart = surviving_fraction(dose, first, ALPHA, BETA)
    apart *= surviving_fraction(dose, second, ALPHA, BETA)
    assert both == pytest.approx(apart, rel=1e-9)


@given(DOSES, NUMBERS)
def test_one_large_fraction_kills_more_than_several_small(dose: float, n: int) -> None:
    once = surviving_fraction(dose * n, 1, ALPHA, BETA)
    assert once <= surviving_fraction(dose, n, ALPHA, BETA) * (1.0 + 1e-9)


@given(DOSES, NUMBERS)
def test_the_equivalent_dose_kills_as_much(dose: float, n: int) -> None:
    total = equivalent_dose(dose, n, ALPHA, BETA)
    kill = -math.log(surviving_fraction(2.0, 1, ALPHA, BETA)) * total / 2.0
    assert kill == pytest.approx(n * dose * (ALPHA + BETA * dose), rel=1e-9)


def test_the_atlas_has_the_published_ratio() -> None:
    tissue = load_clinic("radiotherapy")["carcinoma"]
    assert tissue["alpha"] / tissue["beta"] == pytest.approx(10.0)
    assert surviving_fraction(2.0, 1, **tissue) == pytest.approx(0.45, abs=0.01)
