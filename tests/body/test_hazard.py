"""A hazard in pieces: its integral is that of its rate, and its day inverts the integral."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate as quadrature

from paget.body.growth import elapsed, growth_law, size_after
from paget.body.hazard import (
    MAX_PIECES,
    N_COLUMNS,
    Pieces,
    day_at,
    integral_after,
    integral_at,
    integrate,
    rate_at,
    set_piece,
)
from paget.words import GOMPERTZ

LAW = growth_law(GOMPERTZ, 0.002, 1e11, 0.17, 0.5)


def stairs() -> Pieces:
    """Return a hazard that starts at 1e4 cells and jumps at 1e6 and 1e8."""
    pieces = np.zeros((MAX_PIECES, N_COLUMNS))
    set_piece(pieces, 0, 1e4, 1e-6, 2.0 / 3.0)
    set_piece(pieces, 1, 1e6, 3e-7, 0.9)
    set_piece(pieces, 2, 1e8, 1e-3, 0.0)
    integrate(LAW, pieces, 3)
    return pieces


def test_rate_by_piece() -> None:
    pieces = stairs()
    assert rate_at(pieces, 3, 9e3) == 0.0
    assert rate_at(pieces, 3, 1e5) == pytest.approx(1e-6 * 1e5 ** (2.0 / 3.0))
    assert rate_at(pieces, 3, 1e7) == pytest.approx(3e-7 * 1e7**0.9)
    assert rate_at(pieces, 3, 1e10) == pytest.approx(1e-3)
    assert rate_at(pieces, 0, 1e10) == 0.0


@pytest.mark.parametrize("n", [2e4, 1e6, 5e7, 9e8])
def test_integral_is_that_of_the_rate(n: float) -> None:
    pieces = stairs()
    days = elapsed(LAW, 1e4, n)
    bends = [elapsed(LAW, 1e4, start) for start in (1e6, 1e8)]
    expected, _ = quadrature.quad(
        lambda t: rate_at(pieces, 3, size_after(LAW, 1e4, t)),
        0.0,
        days,
        points=[bend for bend in bends if bend < days] or None,
        limit=200,
    )
    assert integral_at(LAW, pieces, 3, n) == pytest.approx(expected, rel=1e-6)


@given(st.floats(2e4, 1e10))
def test_day_inverts_the_integral(n: float) -> None:
    pieces = stairs()
    target = integral_at(LAW, pieces, 3, n)
    assert day_at(LAW, pieces, 3, 10.0, target) == pytest.approx(elapsed(LAW, 10.0, n), rel=1e-7)
    days = elapsed(LAW, 10.0, n)
    assert integral_after(LAW, pieces, 3, 10.0, days) == pytest.approx(target, rel=1e-6)


def test_nothing_before_the_start_and_never_without_a_rate() -> None:
    pieces = stairs()
    assert integral_at(LAW, pieces, 3, 1e4) == 0.0
    assert day_at(LAW, pieces, 0, 10.0, 1.0) == math.inf
    assert day_at(LAW, pieces, 3, 10.0, math.inf) == math.inf
    set_piece(pieces, 0, 1e4, 0.0, 1.0)
    assert day_at(LAW, pieces, 1, 10.0, 1.0) == math.inf
