"""Dormancy: days of events under windows, the gamma tail of waking, and every kind of delay."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from paget.body.dormancy import (
    NEVER,
    asleep_share,
    escape_day,
    event_day,
    switch_day,
    wakes_on,
    waking_rate,
)
from tests.lived import model_of

days = st.floats(0.0, 1000.0)


def integral(day: float, start: float, rate: float, window: tuple[float, float, float]) -> float:
    """Return the hazard integrated from ``start`` to ``day``, by hand."""
    opens, shuts, factor = window
    inside = max(0.0, min(day, shuts) - max(start, opens))
    return rate * (day - start - inside) + rate * factor * inside


@given(
    days, st.floats(1e-4, 1.0), st.floats(0.01, 5.0), days, st.floats(0.0, 300.0), st.floats(0, 9)
)
def test_event_day_passes_its_threshold(
    start: float, rate: float, threshold: float, opens: float, length: float, factor: float
) -> None:
    window = (opens, opens + length, factor)
    day = event_day(start, rate, threshold, *window)
    assert day >= start
    assert integral(day, start, rate, window) == pytest.approx(threshold, rel=1e-6, abs=1e-9)


def test_event_day_by_hand() -> None:
    assert event_day(10.0, 0.1, 2.0, NEVER, NEVER, 1.0) == pytest.approx(30.0)
    assert event_day(10.0, 0.1, 2.0, 15.0, 20.0, 3.0) == pytest.approx(20.0)
    assert event_day(10.0, 0.1, 2.0, 15.0, 18.0, 3.0) == pytest.approx(24.0)
    assert event_day(10.0, 0.1, 2.0, 15.0, 20.0, 0.0) == pytest.approx(35.0)
    assert event_day(10.0, 0.1, 2.0, 0.0, 5.0, 3.0) == pytest.approx(30.0)
    assert event_day(10.0, 0.1, 2.0, 0.0, NEVER, 2.0) == pytest.approx(20.0)


def test_what_cannot_happen_never_does() -> None:
    assert event_day(NEVER, 0.1, 2.0, 0.0, 5.0, 3.0) == NEVER
    assert event_day(10.0, 0.0, 2.0, NEVER, NEVER, 1.0) == NEVER
    assert event_day(10.0, 0.0, 2.0, 15.0, 20.0, 9.0) == NEVER
    assert event_day(10.0, 0.1, 2.0, 15.0, NEVER, 0.0) == NEVER


def test_a_window_after_the_event_changes_nothing() -> None:
    assert event_day(0.0, 0.1, 1.0, 50.0, 80.0, 7.0) == event_day(0.0, 0.1, 1.0, NEVER, NEVER, 1.0)


def test_waking_has_a_gamma_tail() -> None:
    shape, mean = 0.7, 0.01
    draws = stats.gamma(shape).ppf((np.arange(4000) + 0.5) / 4000)
    rates = np.array([waking_rate(mean, draw, shape) for draw in draws])
    for t in (10.0, 100.0, 1000.0):
        expected = (1.0 + t * mean / shape) ** -shape
        assert np.mean(np.exp(-rates * t)) == pytest.approx(expected, abs=2e-3)


def test_congenial_soil_keeps_seeds_awake() -> None:
    p = model_of({"arrest.affinity_on_sleep": 0.5}).world
    assert asleep_share(0.5, 1.0, p) == pytest.approx(0.5)
    assert asleep_share(0.5, 4.0, p) == pytest.approx(1.0 / 3.0)
    assert asleep_share(0.0, 1e-9, p) == 0.0
    assert asleep_share(1.0, 4.0, p) == 1.0


def test_surgery_wakes_sleepers_for_a_while() -> None:
    changes = {"dormancy.surgery_window": "90 day", "dormancy.surgery_waking_factor": 3}
    p = model_of(changes).world
    quiet = wakes_on(0.0, 0.01, 2.0, NEVER, p)
    assert quiet == pytest.approx(200.0)
    assert wakes_on(0.0, 0.01, 2.0, 100.0, p) == pytest.approx(100.0 + 1.0 / 0.03)
    assert wakes_on(0.0, 0.01, 2.0, 300.0, p) == quiet
    off = model_of({**changes, "dormancy.surgery_waking": False}).world
    assert wakes_on(0.0, 0.01, 2.0, 100.0, off) == pytest.approx(quiet)


def test_a_large_primary_slows_the_switch_until_it_is_removed() -> None:
    changes = {"dormancy.inhibition": True, "dormancy.inhibition_strength": 0.8}
    p = model_of(changes).world
    free = switch_day(0.0, 0.01, 1.0, NEVER, NEVER, p)
    assert free == pytest.approx(100.0)
    held = switch_day(0.0, 0.01, 1.0, 50.0, NEVER, p)
    assert held == pytest.approx(50.0 + 0.5 / 0.002)
    lifted = switch_day(0.0, 0.01, 1.0, 50.0, 150.0, p)
    assert lifted == pytest.approx(150.0 + (0.5 - 0.2) / 0.01)
    assert free < lifted < held
    full = model_of({**changes, "dormancy.inhibition_strength": 1.0}).world
    assert switch_day(60.0, 0.01, 1.0, 50.0, NEVER, full) == NEVER
    off = model_of({}).world
    assert switch_day(0.0, 0.01, 1.0, 50.0, NEVER, off) == pytest.approx(free)


def test_escape_from_balance() -> None:
    p = model_of({"dormancy.balance_escape_rate": "0.5 /year"}).world
    assert escape_day(100.0, 1.0, p) == pytest.approx(100.0 + 2.0 * 365.25)
    assert escape_day(math.inf, 1.0, p) == NEVER
