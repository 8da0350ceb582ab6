r"""Growth as a power of size: :math:`\dot N = a N^{\gamma}`.

Assumes
-------
Growth never ends, and a lesion has grown from nothing in a finite time.
"""

from paget.body.growth.law import NEVER, Law
from paget.kernels.jit import jit


@jit
def growth_rate(law: Law, n: float) -> float:
    """Return the growth per cell [1/day] at size ``n`` [cell]."""
    return law.rate * n ** (law.exponent - 1.0)


@jit
def largest_size(_law: Law) -> float:
    """Return the size [cell] that the lesion never outgrows: there is none."""
    return NEVER


@jit
def elapsed(law: Law, n1: float, n2: float) -> float:
    """Return the days that growth from ``n1`` to ``n2`` cells takes."""
    e = 1.0 - law.exponent
    return (n2**e - n1**e) / (law.rate * e)


@jit
def size_after(law: Law, n1: float, days: float) -> float:
    """Return the cells that a lesion of ``n1`` cells has after ``days``."""
    e = 1.0 - law.exponent
    return (n1**e + law.rate * e * days) ** (1.0 / e)


@jit
def size_before(law: Law, n: float, days: float) -> float:
    """Return the cells from which a lesion grows to ``n`` in ``days``; before it, there is none."""
    e = 1.0 - law.exponent
    return max(n**e - law.rate * e * days, 0.0) ** (1.0 / e)


@jit
def power_integral(law: Law, alpha: float, n1: float, n2: float) -> float:
    r"""Return :math:`\int N^{\alpha}\,dt` [cell^alpha day] of growth from ``n1`` to ``n2``."""
    e = alpha + 1.0 - law.exponent
    return (n2**e - n1**e) / (law.rate * e)


@jit
def time_at_integral(law: Law, alpha: float, n1: float, target: float) -> float:
    r"""Return the days from size ``n1`` until :math:`\int N^{\alpha}\,dt` reaches ``target``."""
    e = alpha + 1.0 - law.exponent
    return elapsed(law, n1, (n1**e + target * law.rate * e) ** (1.0 / e))
