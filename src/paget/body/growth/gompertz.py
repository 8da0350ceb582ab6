r"""Gompertz growth under the ceiling of the cell cycle.

Its law is :math:`\dot N = \min(r_{max}, a \ln(K/N))\, N`.

Below the corner :math:`K e^{-r_{max}/a}` growth is exponential at the ceiling; without it small
colonies would double faster than cells can divide. With :math:`z = \ln(K/N)` every power of size
has a closed integral.

Assumes
-------
The ceiling binds only Gompertz growth, which else would outrun the cell cycle at small sizes.

Source
------
Gompertz 1825; Norton 1988 for tumours (read in abstract only: the law, not its numbers).
"""

import math

from paget.body.growth.law import NEVER, Law, distance
from paget.kernels.jit import jit
from paget.kernels.special import EULER, expint1, expint1_inverse


@jit
def growth_rate(law: Law, n: float) -> float:
    """Return the growth per cell [1/day] at size ``n`` [cell]."""
    return min(law.ceiling, law.rate * distance(law, n))


@jit
def largest_size(law: Law) -> float:
    """Return the size [cell] that the lesion never outgrows."""
    return law.capacity


@jit
def elapsed(law: Law, n1: float, n2: float) -> float:
    """Return the days that growth from ``n1`` to ``n2`` cells takes."""
    if n2 >= law.capacity:
        return NEVER
    days = 0.0
    if n1 < law.corner:
        days = math.log(min(n2, law.corner) / n1) / law.ceiling
    if n2 > law.corner:
        days += math.log(distance(law, max(n1, law.corner)) / distance(law, n2)) / law.rate
    return days


@jit
def size_after(law: Law, n1: float, days: float) -> float:
    """Return the cells that a lesion of ``n1`` cells has after ``days``."""
    if n1 < law.corner:
        to_corner = math.log(law.corner / n1) / law.ceiling
        if days <= to_corner:
            return n1 * math.exp(law.ceiling * days)
        far, left = law.ceiling / law.rate, days - to_corner
    else:
        far, left = distance(law, n1), days
    return law.capacity * math.exp(-far * math.exp(-law.rate * left))


@jit
def size_before(law: Law, n: float, days: float) -> float:
    """Return the cells from which a lesion grows to ``n`` in ``days``."""
    back, left = n, days
    if n > law.corner:
        apart = distance(law, n)
        from_corner = math.log(law.ceiling / law.rate / apart) / law.rate
        if days <= from_corner:
            return law.capacity * math.exp(-apart * math.exp(law.rate * days))
        back, left = law.corner, days - from_corner
    return back * math.exp(-law.ceiling * left)


@jit
def power_integral(law: Law, alpha: float, n1: float, n2: float) -> float:
    r"""Return :math:`\int N^{\alpha}\,dt` [cell^alpha day] of growth from ``n1`` to ``n2``.

    It is :math:`K^{\alpha} [E_1(\alpha z_2) - E_1(\alpha z_1)] / a`; below the corner, where growth
    is exponential, :math:`(N_2^{\alpha} - N_1^{\alpha}) / (\alpha r_{max})`.
    """
    total = 0.0
    if n1 < law.corner:
        total = (min(n2, law.corner) ** alpha - n1**alpha) / (alpha * law.ceiling)
    if n2 > law.corner:
        near = expint1(alpha * distance(law, n2))
        far = expint1(alpha * distance(law, max(n1, law.corner)))
        total += law.capacity**alpha * (near - far) / law.rate
    return total


@jit
def time_at_integral(law: Law, alpha: float, n1: float, target: float) -> float:
    r"""Return the days from size ``n1`` until :math:`\int N^{\alpha}\,dt` reaches ``target``."""
    start, left, days = n1, target, 0.0
    if n1 < law.corner:
        to_corner = (law.corner**alpha - n1**alpha) / (alpha * law.ceiling)
        if target <= to_corner:
            return math.log1p(target * alpha * law.ceiling / n1**alpha) / (alpha * law.ceiling)
        start, left, days = law.corner, target - to_corner, math.log(law.corner / n1) / law.ceiling
    z1 = distance(law, start)
    passed = expint1(alpha * z1) + law.rate * left / law.capacity**alpha
    z2 = expint1_inverse(passed) / alpha
    if z2 <= 0.0:  # too near capacity for a number to hold: E1(z) is -ln z - gamma there
        return days + (math.log(alpha * z1) + passed + EULER) / law.rate
    return days + math.log(z1 / z2) / law.rate
