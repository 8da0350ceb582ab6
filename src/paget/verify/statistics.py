"""Statistical comparisons with stated error rates.

Each comparison answers two questions before it looks at the draws: how often may it fail although
the sampler is right (``false_fail``), and how small a fault must it find (``detect``, missed with
probability ``MISS`` at most). From these it computes the sample that it needs and raises
`SampleTooSmallError` when the sample is smaller: a comparison that could not fail is a mistake of
its author.

A suite of k comparisons fails by chance with probability below ``k * false_fail``.

Public names: `Verdict`, `compare_mean`, `compare_proportion`, `compare_count`, `compare_cdf`,
`compare_same`, their sample sizes `needed_for_mean`, `needed_for_proportion`, `needed_for_count`,
`needed_for_cdf`, `needed_for_same`, and `SampleTooSmallError`, `FALSE_FAIL`, `MISS`.
"""

import math
from collections.abc import Callable
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special, stats

from paget.core.errors import PagetError

MISS: Final = 1e-3
FALSE_FAIL: Final = 1e-6

Floats = NDArray[np.float64]


class SampleTooSmallError(PagetError):
    """The sample cannot show the fault that the comparison promises to find."""

    def __init__(self, given: int, needed: int, detect: float) -> None:
        super().__init__(
            f"{given} draws",
            allowed=f"cannot show a fault of {detect:g}",
            remedy=f"take {needed} or more",
        )


class Verdict(NamedTuple):
    """What a comparison found: it passes where the statistic is within its limit."""

    engine: float
    """What was found."""
    theory: float
    """What was expected."""
    statistic: float
    """How far apart they are."""
    limit: float
    """How far apart they may be."""
    draws: int
    """Independent draws that were compared; 0 where nothing is random."""

    @property
    def passed(self) -> bool:
        """Tell whether the statistic is within its limit; what is not a number is not."""
        return self.statistic <= self.limit


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
    """Return the draws that `compare_mean` needs, given their standard deviation.

    Enough for the power; and enough for the central limit theorem to hold out where the comparison
    decides: the skewness bends a normal tail at z by about ``exp(skewness z^3 / (6 sqrt(n)))``.
    """
    z = _tail(false_fail / 2.0)
    power = ((z + _tail(MISS)) * deviation / detect) ** 2
    normality = (abs(skewness) * z**3 / 3.0) ** 2
    return math.ceil(max(power, normality, 100.0))


def compare_mean(
    draws: Floats, expected: float, *, detect: float, false_fail: float = FALSE_FAIL
) -> Verdict:
    """Compare the mean of independent draws of finite variance."""
    deviation = float(np.std(draws, ddof=1))
    skewness = float(stats.skew(draws)) if deviation > 0.0 else 0.0
    needed = needed_for_mean(deviation, detect=detect, skewness=skewness, false_fail=false_fail)
    _demand(draws.size, needed, detect)
    allowed = _tail(false_fail / 2.0) * deviation / math.sqrt(draws.size)
    found = float(np.mean(draws))
    return Verdict(found, expected, abs(found - expected), allowed, draws.size)


def accepted_counts(n: int, probability: float, false_fail: float) -> tuple[int, int]:
    """Return the fewest and the most successes in ``n`` draws that are no surprise."""
    law = stats.binom(n, probability)
    return int(law.ppf(false_fail / 2.0)), int(law.isf(false_fail / 2.0))


def _missed(n: int, expected: float, true: float, false_fail: float) -> float:
    """Return the probability that the comparison overlooks that the proportion is another."""
    low, high = accepted_counts(n, expected, false_fail)
    law = stats.binom(n, true)
    return float(law.cdf(high) - law.cdf(low - 1))


def needed_for_proportion(expected: float, *, detect: float, false_fail: float = FALSE_FAIL) -> int:
    """Return the draws that `compare_proportion` needs, by the exact binomial law.

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


def compare_proportion(
    successes: int,
    draws: int,
    expected: float,
    *,
    detect: float,
    false_fail: float = FALSE_FAIL,
) -> Verdict:
    """Compare the number of successes among independent draws.

    The statistic is the distance in proportion; the limit that of the exact binomial interval, on
    the side on which the proportion lies.
    """
    _demand(draws, needed_for_proportion(expected, detect=detect, false_fail=false_fail), detect)
    low, high = accepted_counts(draws, expected, false_fail)
    found = successes / draws
    edge = high if found >= expected else low
    return Verdict(found, expected, abs(found - expected), abs(edge / draws - expected), draws)


def needed_for_count(*, detect: float, false_fail: float = FALSE_FAIL) -> int:
    """Return the count, found or expected, that `compare_count` needs to see a share ``detect``."""
    return math.ceil(((_tail(false_fail / 2.0) + _tail(MISS)) / detect) ** 2)


def compare_count(
    count: float, expected: float, *, detect: float, false_fail: float = FALSE_FAIL
) -> Verdict:
    """Compare a Poisson number with its mean, as shares of the mean, by the exact Poisson law."""
    larger = math.ceil(max(expected, count))
    _demand(larger, needed_for_count(detect=detect, false_fail=false_fail), detect)
    law = stats.poisson(expected)
    edge = law.isf(false_fail / 2.0) if count >= expected else law.ppf(false_fail / 2.0)
    off, allowed = abs(count / expected - 1.0), abs(float(edge) / expected - 1.0)
    return Verdict(count, expected, off, allowed, round(count))


def needed_for_cdf(*, detect: float, false_fail: float = FALSE_FAIL) -> int:
    """Return the draws that `compare_cdf` needs: both bands must fit into the fault."""
    width = _band(1, false_fail) + _band(1, MISS)
    return math.ceil((width / detect) ** 2)


def compare_cdf(
    draws: Floats,
    cdf: Callable[[Floats], Floats],
    *,
    detect: float,
    discrete: bool = False,
    false_fail: float = FALSE_FAIL,
) -> Verdict:
    """Compare the whole distribution of independent draws.

    ``detect`` is the largest vertical distance between the distribution functions. With
    ``discrete``, the function may jump, but only where draws can lie. The verdict's values are the
    two distribution functions where they are farthest apart.
    """
    _demand(draws.size, needed_for_cdf(detect=detect, false_fail=false_fail), detect)
    values, counts = np.unique(draws, return_counts=True)
    after = np.cumsum(counts) / draws.size
    expected = cdf(values)
    found = after
    if not discrete:
        before = after - counts / draws.size
        lower = np.abs(before - expected) > np.abs(after - expected)
        found = np.where(lower, before, after)
    distance = np.abs(found - expected)
    at = int(np.argmax(distance))
    allowed = _band(draws.size, false_fail)
    return Verdict(float(found[at]), float(expected[at]), float(distance[at]), allowed, draws.size)


def needed_for_same(*, detect: float, false_fail: float = FALSE_FAIL) -> int:
    """Return the draws that `compare_same` needs in each of two equal samples."""
    width = 2.0 * (_band(1, false_fail / 2.0) + _band(1, MISS / 2.0))
    return math.ceil((width / detect) ** 2)


def compare_same(
    first: Floats, second: Floats, *, detect: float, false_fail: float = FALSE_FAIL
) -> Verdict:
    """Compare two independent samples that should come from one distribution, whatever it is."""
    smaller = min(first.size, second.size)
    _demand(smaller, needed_for_same(detect=detect, false_fail=false_fail), detect)
    values = np.union1d(first, second)
    below_1 = np.searchsorted(np.sort(first), values, side="right") / first.size
    below_2 = np.searchsorted(np.sort(second), values, side="right") / second.size
    distance = np.abs(below_1 - below_2)
    at = int(np.argmax(distance))
    allowed = _band(first.size, false_fail / 2.0) + _band(second.size, false_fail / 2.0)
    return Verdict(float(below_1[at]), float(below_2[at]), float(distance[at]), allowed, smaller)
