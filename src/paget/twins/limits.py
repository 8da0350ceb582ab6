r"""Limits from few events: where a bootstrap has nothing, or next to nothing, to draw.

A bootstrap of no event says "0 to 0", of however few persons. These 95 % limits do not; they hold
the truth at least as often as they say (all cases of up to 20 persons counted through, and Poisson
counts of rare events: never below 95 %).

A difference between twins comes from those alone in whom the arms differ. They are counted in both
directions; each of the two shares has Clopper and Pearson's limits, and the two are combined by
squares of the distances from the estimates to their limits.

Source
------
Clopper and Pearson, Biometrika 26 (1934) 404, for shares; Przyborowski and Wilenski, Biometrika 31
(1940) 313, for ratios of counts, given their sum; Newcombe, Statistics in Medicine 17 (1998) 2635
(paired shares), and Zou and Donner, ibid. 27 (2008) 1693, for the combination.

Public names: ``FEW``, ``share_limits``, ``odds_limits``, ``paired_difference_limits``,
``paired_ratio_limits``, ``combined``.
"""

import math
from typing import Final, NamedTuple

from scipy.special import betaincinv

FEW: Final = 20
"""From so many events on a percentile bootstrap holds the truth in 93 % of samples or more."""

_TAIL: Final = 0.025


class Limits(NamedTuple):
    """A lower and an upper limit."""

    low: float
    high: float


def share_limits(count: float, n: float) -> Limits:
    """Return the exact limits of a share, after Clopper and Pearson; all is possible of nobody.

    Examples
    --------
    >>> [round(x, 4) for x in share_limits(0, 20)], [round(x, 4) for x in share_limits(3, 20)]
    ([0.0, 0.1684], [0.0321, 0.3789])
    >>> share_limits(0, 0)
    Limits(low=0.0, high=1.0)
    """
    missing = max(n - count, 0.0)
    low = float(betaincinv(count, missing + 1.0, _TAIL)) if count > 0.0 else 0.0
    high = float(betaincinv(count + 1.0, missing, 1.0 - _TAIL)) if missing > 0.0 else 1.0
    return Limits(low, high)


def odds_limits(count: float, other: float) -> Limits:
    """Return the exact limits of the ratio of two independent counts' means, given their sum."""
    low, high = share_limits(count, count + other)
    return Limits(low / (1.0 - low), high / (1.0 - high) if high < 1.0 else math.inf)


def paired_difference_limits(more: float, fewer: float, n: float) -> Limits:
    """Return limits of the difference between the shares of twins to whom something happens.

    The two directions exclude each other, so that their shares are correlated; half a person more
    in either keeps that from vanishing with the counts.

    Parameters
    ----------
    more, fewer : to how many it happens in arm b alone, and in arm a alone.
    n : all persons, each of whom lives in both arms.

    Examples
    --------
    >>> [round(x, 3) for x in paired_difference_limits(0, 0, 20)]
    [-0.168, 0.168]
    """
    a, b = (more + 0.5) / (n + 1.0), (fewer + 0.5) / (n + 1.0)
    together = -math.sqrt(min(a * b / ((1.0 - a) * (1.0 - b)), 1.0))
    up, down = share_limits(more, n), share_limits(fewer, n)
    low, high = combined(more / n, up, fewer / n, down, together)
    return Limits(max(low, -1.0), min(high, 1.0))


def paired_ratio_limits(both: float, more: float, fewer: float) -> Limits:
    r"""Return limits of the ratio of the shares of twins to whom something happens, b to a.

    With :math:`n_a` to whom it happens in arm a the ratio is :math:`1 + more/n_a - fewer/n_a`: a
    ratio of counts of different persons, and a share of :math:`n_a`.

    Parameters
    ----------
    both : to how many it happens in both arms.
    more, fewer : and in arm b alone, and in arm a alone.

    Examples
    --------
    >>> [round(x, 3) for x in paired_ratio_limits(0, 0, 8)]
    [0.0, 0.693]
    """
    in_a = both + fewer
    if in_a <= 0.0:
        return Limits(odds_limits(more, 0.0).low, math.inf)
    added, averted = odds_limits(more, in_a), share_limits(fewer, in_a)
    low, high = combined(more / in_a, added, fewer / in_a, averted)
    return Limits(max(1.0 + low, 0.0), 1.0 + high)


def combined(
    one: float, of_one: Limits, other: float, of_other: Limits, together: float = 0.0
) -> Limits:
    """Return limits of the difference of two estimates, one less the other.

    Parameters
    ----------
    one, other : the estimates.
    of_one, of_other : their own limits.
    together : their correlation.
    """
    below = _side(one - of_one.low, of_other.high - other, together)
    above = _side(of_one.high - one, other - of_other.low, together)
    return Limits(one - other - below, one - other + above)


def _side(one: float, other: float, together: float) -> float:
    return math.sqrt(max(one * one - 2.0 * together * one * other + other * other, 0.0))
