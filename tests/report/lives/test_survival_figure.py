"""Survival curves: where nobody, or everybody, has died the interval is exact, not a point."""

import numpy as np
import pytest

from paget.report.lives.survival_figure import curve_of

ROOM = 0.025


@pytest.mark.parametrize("n", [1, 3, 20])
def test_nobody_died_is_no_certainty(n: int) -> None:
    curve = curve_of(np.full(n, 12.0), np.zeros(n, np.bool_))
    assert (curve.alive == 1.0).all()
    assert (curve.high == 1.0).all()
    assert curve.low == pytest.approx(np.full(len(curve.low), ROOM ** (1.0 / n)))


def test_everybody_died_is_none_either() -> None:
    curve = curve_of(np.array([1.0, 2.0, 3.0]), np.ones(3, np.bool_))
    assert curve.alive[-1] == 0.0
    assert (curve.low[-1], curve.high[-1]) == (0.0, pytest.approx(1.0 - ROOM))


def test_nobody_at_risk_leaves_everything_possible() -> None:
    curve = curve_of(np.array([2.0, 2.0]), np.zeros(2, np.bool_))
    assert (curve.low[-1], curve.high[-1]) == (0.0, 1.0)
