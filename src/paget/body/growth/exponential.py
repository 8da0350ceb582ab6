r"""Exponential growth: :math:`\dot N = a N`.

Assumes
-------
Neither space nor blood ever gets scarce; the ceiling of the cell cycle does not bind.
"""

import math

from paget.body.growth.law import NEVER, Law
from paget.kernels.jit import jit


@jit
def growth_rate(law: Law, _n: float) -> float:
    """Return the growth per cell [1/day]."""
    return law.rate


@jit
def largest_size(_law: Law) -> float:
    """Return the size [cell] that the lesion never outgrows: there is none."""
    return NEVER


@jit
def elapsed(law: Law, n1: float, n2: float) -> float:
    """Return the days that growth from ``n1`` to ``n2`` cells takes."""
    return math.log(n2 / n1) / law.rate


@jit
def size_after(law: Law, n1: float, days: float) -> float:
    """Return the cells that a lesion of ``n1`` cells has after ``days``."""
    return n1 * math.exp(law.rate * days)


@jit
def size_before(law: Law, n: float, days: float) -> float:
    """Return the cells from which a lesion grows to ``n`` in ``days``."""
    return n * math.exp(-law.rate * days)


@jit
def power_integral(law: Law, alpha: float, n1: float, n2: float) -> float:
    r"""Return :math:`\int N^{\alpha}\,dt` [cell^alpha day] of growth from ``n1`` to ``n2``."""
    return (n2**alpha - n1**alpha) / (alpha * law.rate)


@jit
def time_at_integral(law: Law, alpha: float, n1: float, target: float) -> float:
    r"""Return the days from size ``n1`` until :math:`\int N^{\alpha}\,dt` reaches ``target``."""
    return math.log1p(target * alpha * law.rate / n1**alpha) / (alpha * law.rate)
