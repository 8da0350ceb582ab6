"""Monte Carlo error of what a cohort shows: intervals of shares and of means, and shares as text.

Public names: ``wilson``, ``mean_interval``, ``percent``.
"""

import math
from typing import Final

from scipy.special import gammaincinv

Z95: Final = 1.959963984540054
"""Two-sided 95 % point of the normal distribution."""
_TAIL: Final = 0.025
_ROUNDING: Final = 1e-12  # of a variance, relative to the square of the mean
_LEAST: Final = 0.01  # per cent that are told as a number


def wilson(count: float, n: float) -> tuple[float, float]:
    """Return the 95 % interval of a share after Wilson; everything is possible where n is 0.

    Examples
    --------
    >>> [round(x, 4) for x in wilson(10, 100)]
    [0.0552, 0.1744]
    >>> wilson(0, 0)
    (0.0, 1.0)
    """
    if n <= 0:
        return 0.0, 1.0
    share, z2 = count / n, Z95**2
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = Z95 * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    # At the ends rounding would leave 1e-17 where the formula gives nothing.
    low = 0.0 if count <= 0 else max(0.0, middle - half)
    return low, 1.0 if count >= n else min(1.0, middle + half)


def mean_interval(total: float, squares: float, n: float) -> tuple[float, float]:
    """Return the 95 % interval of a mean from the sum and the sum of squares of n values.

    It is symmetric for the logarithm of the mean: counts of lesions have long tails. Of values that
    are all the same, which show no variance, it is that of a Poisson count (Garwood, Biometrika 28,
    1936, 437); of nobody everything is possible.

    Examples
    --------
    >>> [round(x, 3) for x in mean_interval(50.0, 50.0, 100)]
    [0.411, 0.609]
    >>> [round(x, 3) for x in mean_interval(0.0, 0.0, 20)]
    [0.0, 0.184]
    """
    if n <= 0:
        return 0.0, math.inf
    mean = total / n
    spread = max(squares / n - mean * mean, 0.0)
    if n <= 1 or spread <= _ROUNDING * mean * mean:
        low = float(gammaincinv(total, _TAIL)) if total > 0.0 else 0.0
        return low / n, float(gammaincinv(total + 1.0, 1.0 - _TAIL)) / n
    variance = spread * n / (n - 1)
    factor = math.exp(Z95 * math.sqrt(variance / n) / mean)
    return mean / factor, mean * factor


def percent(share: float, digits: int | None = None) -> str:
    """Return a share as per cent; of what is too little to be told so, that it is.

    Parameters
    ----------
    share : from 0 to 1.
    digits : behind the point; three that count by default.

    Examples
    --------
    >>> percent(0.1234), percent(1.39e-5), percent(0.0), percent(0.5, 1), percent(1e-4, 1)
    ('12.3 %', '< 0.01 %', '0 %', '50.0 %', '< 0.1 %')
    """
    value = 100.0 * share
    least = _LEAST if digits is None else 10.0**-digits
    if 0.0 < value < (least if digits is None else 0.5 * least):
        return f"< {least:g} %"
    return f"{value:.3g} %" if digits is None else f"{value:.{digits}f} %"
