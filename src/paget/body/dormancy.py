r"""Dormancy: why a lesion is late.

A viable seed falls asleep with a probability and wakes at a rate that varies between seeds, so that
the share still asleep falls as :math:`(1 + t/\tau)^{-k}`: the long tail of late relapse. It may die
asleep; surgery or inflammation can raise waking for a while. An avascular colony stalls near 1 mm
until its angiogenic switch, unless it co-opts vessels that are there; a large primary can inhibit
the switch elsewhere, and its removal lifts that brake. Immune surveillance can hold a small
colony in balance until it escapes.

Every delay is one exponential threshold under a rate that is constant but for one window of days.

Public names: ``event_day``, ``asleep_share``, ``waking_rate``, ``wakes_on``, ``switch_day``,
``escape_day``.
"""

import math

import numpy as np

from paget.body.arrest import affinity_power
from paget.kernels.jit import jit

NEVER = math.inf


@jit
def event_day(
    start: float,
    rate: float,
    threshold: float,
    window_from: float,
    window_until: float,
    factor: float,
) -> float:
    """Return the day of an event at ``rate`` [1/day] from ``start`` on, but for one window.

    In the window the rate is ``factor`` times as high. ``threshold`` is a unit-exponential draw.
    Never if the rate stays zero.
    """
    if start == NEVER:
        return NEVER
    opens = max(window_from, start)
    shuts = max(window_until, opens)
    before = rate * (opens - start) if opens < NEVER else NEVER
    if rate > 0.0 and threshold <= before:
        return start + threshold / rate
    if opens == NEVER:
        return NEVER
    left = threshold - (before if rate > 0.0 else 0.0)
    inside = rate * factor
    if inside > 0.0:
        if left <= inside * (shuts - opens):
            return opens + left / inside
        left -= inside * (shuts - opens)
    if rate <= 0.0 or shuts == NEVER:
        return NEVER
    return shuts + left / rate


@jit
def asleep_share(share: float, affinity: float, p: np.record) -> float:
    """Return the probability that a viable seed falls asleep in a soil of this affinity.

    Assumes
    -------
    Congenial soil keeps seeds awake: the odds of sleep fall as a power of affinity.
    """
    if share <= 0.0 or share >= 1.0:
        return share
    odds = share / (1.0 - share) / max(affinity_power(affinity, p.affinity_on_sleep), 1e-9)
    return odds / (1.0 + odds)


@jit
def waking_rate(mean_rate: float, gamma_draw: float, shape: float) -> float:
    """Return one seed's own rate of waking [1/day]: ``mean_rate`` times gamma(shape)/shape.

    Over seeds the share asleep is then (1 + t/tau)^-shape with tau = shape / mean_rate.
    """
    return mean_rate * gamma_draw / shape


@jit
def wakes_on(founded: float, rate: float, threshold: float, surgery: float, p: np.record) -> float:
    """Return the day on which a sleeping seed wakes; surgery raises its rate for a while."""
    return event_day(
        founded, rate, threshold, surgery, surgery + p.surgery_window, p.surgery_waking_factor
    )


@jit
def switch_day(
    stalled: float,
    rate: float,
    threshold: float,
    inhibited_from: float,
    surgery: float,
    p: np.record,
) -> float:
    """Return the day on which a stalled colony gets its vessels.

    From ``inhibited_from`` (the primary is large) until ``surgery`` removes the primary, the switch
    is slower by ``p.inhibition`` (0: no inhibition, 1: no switch).

    Source
    ------
    Mechanism: angiostatin; off unless ``dormancy.inhibition`` is on, its numbers are assumptions.
    """
    return event_day(stalled, rate, threshold, inhibited_from, surgery, 1.0 - p.inhibition)


@jit
def escape_day(held: float, threshold: float, p: np.record) -> float:
    """Return the day on which a colony held by immune surveillance escapes."""
    return event_day(held, p.balance_escape_rate, threshold, NEVER, NEVER, 1.0)
