r"""Logistic growth: :math:`\dot N = a (1 - N/K) N`.

Powers of size have no closed integral here: Gauss-Legendre panels reach 1e-12.
"""

import math

from paget.body.growth.law import NEVER, Law
from paget.kernels.jit import jit
from paget.kernels.quadrature import NODES_8, WEIGHTS_8


@jit
def growth_rate(law: Law, n: float) -> float:
    """Return the growth per cell [1/day] at size ``n`` [cell]."""
    return law.rate * (1.0 - n / law.capacity)


@jit
def largest_size(law: Law) -> float:
    """Return the size [cell] that the lesion never outgrows."""
    return law.capacity


@jit
def elapsed(law: Law, n1: float, n2: float) -> float:
    """Return the days that growth from ``n1`` to ``n2`` cells takes."""
    if n2 >= law.capacity:
        return NEVER
    return math.log(n2 / (law.capacity - n2) * (law.capacity - n1) / n1) / law.rate


@jit
def size_after(law: Law, n1: float, days: float) -> float:
    """Return the cells that a lesion of ``n1`` cells has after ``days``."""
    return law.capacity / (1.0 + (law.capacity / n1 - 1.0) * math.exp(-law.rate * days))


@jit
def size_before(law: Law, n: float, days: float) -> float:
    """Return the cells from which a lesion grows to ``n`` in ``days``."""
    return law.capacity / (1.0 + (law.capacity / n - 1.0) * math.exp(law.rate * days))


@jit
def power_integral(law: Law, alpha: float, n1: float, n2: float) -> float:
    r"""Return :math:`\int N^{\alpha}\,dt` [cell^alpha day] of growth from ``n1`` to ``n2``."""
    return _integral_over(law, alpha, n1, elapsed(law, n1, n2))


@jit
def _integral_over(law: Law, alpha: float, n1: float, days: float) -> float:
    """Return the integral of N^alpha over ``days``, by Gauss-Legendre panels.

    N^alpha is smooth on the scale 1/rate, so panels of half that length reach 1e-12.
    """
    panels = max(1, math.ceil(2.0 * law.rate * days * max(1.0, alpha)))
    half = 0.5 * days / panels
    total = 0.0
    for i in range(panels):
        middle = (2 * i + 1) * half
        for k in range(8):
            total += WEIGHTS_8[k] * size_after(law, n1, middle + half * NODES_8[k]) ** alpha
    return total * half


@jit
def time_at_integral(law: Law, alpha: float, n1: float, target: float) -> float:
    """Return the days until the integral of N^alpha reaches ``target``.

    Walks forward panel by panel until the target is passed, then bisects inside that panel; at
    capacity the integral goes on at a constant rate.
    """
    width = 0.5 / (law.rate * max(1.0, alpha))
    n, days, left = n1, 0.0, target
    while n < law.capacity * (1.0 - 1e-9):
        step = _integral_over(law, alpha, n, width)
        if step >= left:
            break
        n, days, left = size_after(law, n, width), days + width, left - step
    else:
        return days + left / law.capacity**alpha
    low, high = 0.0, width
    for _ in range(50):
        middle = 0.5 * (low + high)
        if _integral_over(law, alpha, n, middle) < left:
            low = middle
        else:
            high = middle
    return days + 0.5 * (low + high)
