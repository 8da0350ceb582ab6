"""Statistical checks with stated error rates.

Each check answers two questions before it looks at the draws: how often may it fail although the
sampler is right (``false_fail``), and how small a fault must it find (``detect``, missed with
probability ``MISS`` at most). From these it computes the sample that it needs and raises
``SampleTooSmallError`` when the sample is smaller: a check that could not fail is a mistake of its
author. It is no ``AssertionError``, so that a saboteur cannot be caught by it.

A suite that makes k checks fails by chance with probability below ``k * false_fail``.

Public names: ``assert_mean``, ``assert_proportion``, ``assert_cdf``, ``assert_same``, their sample
sizes ``needed_for_mean``, ``needed_for_proportion``, ``needed_for_cdf``, ``needed_for_same``, and
``SampleTooSmallError``.
"""

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy import special, stats

MISS = 1e-3
FALSE_FAIL = 1e-6

Floats = NDArray[np.float64]


class SampleTooSmallError(Exception):
    """The sample cannot show the fault that the check promises to find."""

    def __init__(self, given: int, needed: int, detect: float) -> None:
        super().__init__(f"{given} draws cannot show a fault of {detect:g}; take {needed} or more")


def _tail(probability: float) -> float:
    """Return how many standard deviations a normal number exceeds with a probability."""
    return float(-special.ndtri(probability))


def _band(n: int, probability: float) -> float:
    """Return the half width of the band around an empirical distribution function.

    Dvoretzky, Kiefer and Wolfowitz, with Massart's constant: for any F and any n,
    P(sup |F_n - F| > band) <= 2 exp(-2 n band^2).
    """
    return math.sqrt(math.log(2.0 / probability) / (2.0 * n))


def _demand(given: int, needed: int, detect: float) -> None:
    if given < needed:
        raise SampleTooSmallError(given, needed, detect)


def needed_for_mean(
    deviation: float, *, detect: float, skewness: float = 0.0, false_fail: float = FALSE_FAIL
) -> int:
    """Return the draws that ``assert_mean`` needs, given their standard deviation.

    Enough for the power; and enough for the central limit theorem to hold out where the check
    decides: the skewness bends a normal tail at z by about ``exp(skewness z^3 / (6 sqrt(n)))``.
    """
    z = _tail(false_fail / 2.0)
    power = ((z + _tail(MISS)) * deviation / detect) ** 2
    normality = (abs(skewness) * z**3 / 3.0) ** 2
    return math.ceil(max(power, normality, 100.0))


def assert_mean(
    draws: Floats, expected: float, *, detect: float, false_fail: float = FALSE_FAIL
) -> None:
    """Check the mean of independent draws of finite variance."""
    deviation = float(np.std(draws, ddof=1))
    skewness = float(stats.skew(draws)) if deviation > 0.0 else 0.0
    needed = needed_for_mean(deviation, detect=detect, skewness=skewness, false_fail=false_fail)
    _demand(draws.size, needed, detect)
    allowed = _tail(false_fail / 2.0) * deviation / math.sqrt(draws.size)
    found = float(np.mean(draws))
    assert abs(found - expected) <= allowed, (
        f"mean {found:.6g} is not {expected:.6g} ± {allowed:.2g} ({draws.size} draws)"
    )


def _accepted(n: int, probability: float, false_fail: float) -> tuple[int, int]:
    """Return the fewest and the most successes that are no surprise."""
    law = stats.binom(n, probability)
    return int(law.ppf(false_fail / 2.0)), int(law.isf(false_fail / 2.0))


def _missed(n: int, expected: float, true: float, false_fail: float) -> float:
    """Return the probability that the check overlooks that the proportion is another."""
    low, high = _accepted(n, expected, false_fail)
    law = stats.binom(n, true)
    return float(law.cdf(high) - law.cdf(low - 1))


def needed_for_proportion(expected: float, *, detect: float, false_fail: float = FALSE_FAIL) -> int:
    """Return the draws that ``assert_proportion`` needs, by the exact binomial law.

    A fault to a side where no probability is left (below 0 or above 1) need not be found.
    """
    faults = [p for p in (expected - detect, expected + detect) if 0.0 <= p <= 1.0]
    if not faults:
        message = f"no proportion differs from {expected:g} by {detect:g}"
        raise ValueError(message)
    n = 8
    while max(_missed(n, expected, fault, false_fail) for fault in faults) > MISS:
        n = math.ceil(n * 1.05)
    return n


def assert_proportion(
    successes: int,
    draws: int,
    expected: float,
    *,
    detect: float,
    false_fail: float = FALSE_FAIL,
) -> None:
    """Check the number of successes among independent draws."""
    _demand(draws, needed_for_proportion(expected, detect=detect, false_fail=false_fail), detect)
    low, high = _accepted(draws, expected, false_fail)
    assert low <= successes <= high, (
        f"{successes} successes in {draws} draws; proportion {expected:.6g} gives {low} to {high}"
    )


def needed_for_cdf(*, detect: float, false_fail: float = FALSE_FAIL) -> int:
    """Return the draws that ``assert_cdf`` needs: both bands must fit into the fault."""
    width = _band(1, false_fail) + _band(1, MISS)
    return math.ceil((width / detect) ** 2)


def assert_cdf(
    draws: Floats,
    cdf: Callable[[Floats], Floats],
    *,
    detect: float,
    discrete: bool = False,
    false_fail: float = FALSE_FAIL,
) -> None:
    """Check the whole distribution of independent draws.

    ``detect`` is the largest vertical distance between the distribution functions. With
    ``discrete``, the function may jump, but only where draws can lie.
    """
    _demand(draws.size, needed_for_cdf(detect=detect, false_fail=false_fail), detect)
    values, counts = np.unique(draws, return_counts=True)
    after = np.cumsum(counts) / draws.size
    expected = cdf(values)
    distance = float(np.max(np.abs(after - expected)))
    if not discrete:
        before = after - counts / draws.size
        distance = max(distance, float(np.max(np.abs(before - expected))))
    allowed = _band(draws.size, false_fail)
    assert distance <= allowed, (
        f"the distribution is {distance:.4g} away; {allowed:.4g} is allowed ({draws.size} draws)"
    )


def needed_for_same(*, detect: float, false_fail: float = FALSE_FAIL) -> int:
    """Return the draws that ``assert_same`` needs in each of two equal samples."""
    width = 2.0 * (_band(1, false_fail / 2.0) + _band(1, MISS / 2.0))
    return math.ceil((width / detect) ** 2)


def assert_same(
    first: Floats, second: Floats, *, detect: float, false_fail: float = FALSE_FAIL
) -> None:
    """Check that two independent samples come from one distribution, whatever it is."""
    smaller = min(first.size, second.size)
    _demand(smaller, needed_for_same(detect=detect, false_fail=false_fail), detect)
    values = np.union1d(first, second)
    below_1 = np.searchsorted(np.sort(first), values, side="right") / first.size
    below_2 = np.searchsorted(np.sort(second), values, side="right") / second.size
    distance = float(np.max(np.abs(below_1 - below_2)))
    allowed = _band(first.size, false_fail / 2.0) + _band(second.size, false_fail / 2.0)
    assert distance <= allowed, (
        f"the samples are {distance:.4g} apart; {allowed:.4g} is allowed "
        f"({first.size} and {second.size} draws)"
    )
