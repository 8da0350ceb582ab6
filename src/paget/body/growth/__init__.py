r"""Growth: how large a lesion is, and what it does in proportion to a power of its size.

A lesion grows by one of the laws in this folder, one file each; its file is named by its word in
`paget.words.GROWTH_LAWS`. With :math:`N` its cells and :math:`K` its capacity,

===========  =====================================================
exponential  :math:`\dot N = a N`
gompertz     :math:`\dot N = \min(r_{max},\; a \ln(K/N))\, N`
logistic     :math:`\dot N = a (1 - N/K)\, N`
power        :math:`\dot N = a N^{\gamma}`
===========  =====================================================

Each law gives the time between two sizes, the size after a time, and the integral of
:math:`N^{\alpha}` over time with its inverse. Those integrals make every hazard that goes with
a power of size exact in time: seeding, symptoms, breach and death are each one inversion.

A law of growth that lacks one of these functions does not load, and a kind that no law has is not
a number: it never grows by the law of another.

Public names: ``Law``, ``growth_law``, ``corner``, ``growth_rate``, ``largest_size``, ``elapsed``,
``size_after``, ``size_before``, ``power_integral``, ``time_at_integral``, ``doubling_time``,
``NEVER``.
"""

import math
from collections.abc import Callable
from importlib import import_module
from types import ModuleType

from paget.body.growth.law import NEVER, Law, corner, distance, growth_law
from paget.kernels.jit import jit
from paget.words import GROWTH_LAWS

__all__ = [
    "NEVER",
    "Law",
    "corner",
    "distance",
    "doubling_time",
    "elapsed",
    "growth_law",
    "growth_rate",
    "largest_size",
    "power_integral",
    "size_after",
    "size_before",
    "time_at_integral",
]

_LAWS = tuple(import_module(f"{__name__}.{word}") for word in GROWTH_LAWS)


def _choose(name: str, laws: tuple[ModuleType, ...] = _LAWS, kind: int = 0) -> Callable[..., float]:
    """Return one function for all laws: it calls that of the law's kind; of no kind, it is nan."""
    if not laws:
        return jit(_no_law)
    here, others = getattr(laws[0], name), _choose(name, laws[1:], kind + 1)

    @jit
    def chosen(law: Law, *numbers: float) -> float:
        if law.kind == kind:
            return here(law, *numbers)
        return others(law, *numbers)

    return chosen


def _no_law(_law: Law, *_numbers: float) -> float:
    return math.nan


_growth_rate = _choose("growth_rate")
_largest_size = _choose("largest_size")
_elapsed = _choose("elapsed")
_size_after = _choose("size_after")
_size_before = _choose("size_before")
_power_integral = _choose("power_integral")
_time_at_integral = _choose("time_at_integral")


@jit
def growth_rate(law: Law, n: float) -> float:
    r"""Return the growth per cell, :math:`\dot N / N` [1/day], at size ``n`` [cell]."""
    return _growth_rate(law, n)


@jit
def doubling_time(law: Law, n: float) -> float:
    """Return the volume doubling time [day] at size ``n``, from the growth rate there."""
    return math.log(2.0) / growth_rate(law, n)


@jit
def largest_size(law: Law) -> float:
    """Return the size [cell] that the lesion never outgrows; infinite for unbounded laws."""
    return _largest_size(law)


@jit
def elapsed(law: Law, n1: float, n2: float) -> float:
    """Return the days that growth from ``n1`` to ``n2`` cells takes; 0 if ``n2 <= n1``."""
    if n2 <= n1:
        return 0.0
    return _elapsed(law, n1, n2)


@jit
def size_after(law: Law, n1: float, days: float) -> float:
    """Return the cells that a lesion of ``n1`` cells has after ``days`` of growth."""
    return _size_after(law, n1, days)


@jit
def size_before(law: Law, n: float, days: float) -> float:
    """Return the cells from which a lesion grows to ``n`` in ``days``: ``size_after`` undone."""
    return _size_before(law, n, days)


@jit
def power_integral(law: Law, alpha: float, n1: float, n2: float) -> float:
    r"""Return :math:`\int N^{\alpha}\,dt` [cell^alpha day] of growth from ``n1`` to ``n2``."""
    if n2 <= n1:
        return 0.0
    if alpha == 0.0:
        return elapsed(law, n1, n2)
    return _power_integral(law, alpha, n1, n2)


@jit
def time_at_integral(law: Law, alpha: float, n1: float, target: float) -> float:
    r"""Return the days from size ``n1`` until :math:`\int N^{\alpha}\,dt` reaches ``target``."""
    if target <= 0.0:
        return 0.0
    if alpha == 0.0:
        return target
    return _time_at_integral(law, alpha, n1, target)
