"""Surgery: operative deaths and what stays behind."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paget.clinic.surgery import dies_in_operation, leaves_residual, operative_mortality


def test_mortality_is_stated_at_65() -> None:
    assert operative_mortality(0.04, 1.7, 65.0) == pytest.approx(0.04)
    assert operative_mortality(0.0, 1.7, 80.0) == 0.0
    assert operative_mortality(1.0, 1.7, 20.0) == 1.0


def test_odds_rise_by_the_decade() -> None:
    risk = operative_mortality(0.2, 2.0, 75.0)
    assert risk / (1.0 - risk) == pytest.approx(2.0 * 0.2 / 0.8)
    risk = operative_mortality(0.2, 2.0, 45.0)
    assert risk / (1.0 - risk) == pytest.approx(0.25 * 0.2 / 0.8)


@given(st.floats(0.0, 1.0), st.floats(0.1, 10.0), st.floats(0.0, 120.0))
def test_it_is_a_probability(mortality: float, decade: float, age: float) -> None:
    assert 0.0 <= operative_mortality(mortality, decade, age) <= 1.0


def test_the_unlucky_die_first() -> None:
    assert dies_in_operation(0.039, 0.04, 1.7, 65.0)
    assert not dies_in_operation(0.041, 0.04, 1.7, 65.0)
    assert dies_in_operation(0.041, 0.04, 1.7, 75.0)


def test_margins() -> None:
    assert leaves_residual(0.09, 0.1, 1.0)
    assert not leaves_residual(0.09, 0.1, 0.5)
    assert not leaves_residual(1e-12, 1.0, 0.0)
