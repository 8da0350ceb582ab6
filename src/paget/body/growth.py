r"""Growth: how large a lesion is, and what it does in proportion to a power of its size.

A lesion grows by one of four laws. With :math:`N` its cells and :math:`K` its capacity,

===========  =====================================================
gompertz     :math:`\dot N = \min(r_{max},\; a \ln(K/N))\, N`
exponential  :math:`\dot N = a N`
logistic     :math:`\dot N = a (1 - N/K)\, N`
power        :math:`\dot N = a N^{\gamma}`
===========  =====================================================

Each law gives the time between two sizes, the size after a time, and the integral of
:math:`N^{\alpha}` over time with its inverse. Those integrals make every hazard that goes with
a power of size exact in time: seeding, symptoms, breach and death are each one inversion.

Public names: ``Law``, ``growth_law``, ``corner``, ``growth_rate``, ``elapsed``, ``size_after``,
``size_before``, ``power_integral``, ``time_at_integral``, ``doubling_time``,
``founding_probability``, ``founding_size``.
"""

import math
from typing import NamedTuple

from paget.kernels.jit import jit
from paget.kernels.quadrature import NODES_8, WEIGHTS_8
from paget.kernels.special import EULER, expint1, expint1_inverse, gamma_quantile

EXPONENTIAL, GOMPERTZ, LOGISTIC, POWER = 0, 1, 2, 3
LAWS = ("exponential", "gompertz", "logistic", "power")
NEVER = math.inf

# A size within this of capacity, on the log scale, counts as capacity: ln(K/N) would lose its
# digits.
LOG_MARGIN = 1e-7


class Law(NamedTuple):
    """How one lesion grows.

    ``rate`` is the growth constant a [1/day], ``capacity`` K [cell], ``ceiling`` the fastest growth
    that the cell cycle allows [1/day] and ``exponent`` the power law's gamma. ``corner`` follows
    from them: it is kept because every size and every hazard asks for it.
    """

    kind: int
    rate: float
    capacity: float
    ceiling: float
    exponent: float
    corner: float


@jit
def corner(rate: float, capacity: float, ceiling: float) -> float:
    """Return the size [cell] at which Gompertz growth falls below the ceiling of the cell cycle."""
    return capacity * math.exp(-ceiling / rate)


@jit
def growth_law(kind: int, rate: float, capacity: float, ceiling: float, exponent: float) -> Law:
    """Return a law of growth from its constants."""
    return Law(kind, rate, capacity, ceiling, exponent, corner(rate, capacity, ceiling))


@jit
def distance(law: Law, n: float) -> float:
    """Return ln(K/N), the distance to capacity on the log scale."""
    return max(math.log(law.capacity / n), LOG_MARGIN)


@jit
def growth_rate(law: Law, n: float) -> float:
    r"""Return the growth per cell, :math:`\dot N / N` [1/day], at size ``n`` [cell].

    Assumes
    -------
    The ceiling binds only Gompertz growth, which else would outrun the cell cycle at small sizes.

    Source
    ------
    Gompertz 1825; Norton 1988 for tumours (read in abstract only: the law, not its numbers).
    """
    if law.kind == EXPONENTIAL:
        return law.rate
    if law.kind == LOGISTIC:
        return law.rate * (1.0 - n / law.capacity)
    if law.kind == POWER:
        return law.rate * n ** (law.exponent - 1.0)
    return min(law.ceiling, law.rate * distance(law, n))


@jit
def doubling_time(law: Law, n: float) -> float:
    """Return the volume doubling time [day] at size ``n``, from the growth rate there."""
    return math.log(2.0) / growth_rate(law, n)


@jit
def largest_size(law: Law) -> float:
    """Return the size [cell] that the lesion never outgrows; infinite for unbounded laws."""
    if law.kind in (EXPONENTIAL, POWER):
        return NEVER
    return law.capacity


@jit
def elapsed(law: Law, n1: float, n2: float) -> float:
    """Return the days that growth from ``n1`` to ``n2`` cells takes; 0 if ``n2 <= n1``."""
    if n2 <= n1:
        return 0.0
    if law.kind == EXPONENTIAL:
        return math.log(n2 / n1) / law.rate
    if law.kind == LOGISTIC:
        if n2 >= law.capacity:
            return NEVER
        return math.log(n2 / (law.capacity - n2) * (law.capacity - n1) / n1) / law.rate
    if law.kind == POWER:
        e = 1.0 - law.exponent
        return (n2**e - n1**e) / (law.rate * e)
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
    """Return the cells that a lesion of ``n1`` cells has after ``days`` of growth."""
    if law.kind == EXPONENTIAL:
        return n1 * math.exp(law.rate * days)
    if law.kind == LOGISTIC:
        return law.capacity / (1.0 + (law.capacity / n1 - 1.0) * math.exp(-law.rate * days))
    if law.kind == POWER:
        e = 1.0 - law.exponent
        return (n1**e + law.rate * e * days) ** (1.0 / e)
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
    """Return the cells from which a lesion grows to ``n`` in ``days``: ``size_after`` undone.

    By the power law a lesion has grown from nothing in a finite time; before it, there is none.
    """
    if law.kind == EXPONENTIAL:
        return n * math.exp(-law.rate * days)
    if law.kind == LOGISTIC:
        return law.capacity / (1.0 + (law.capacity / n - 1.0) * math.exp(law.rate * days))
    if law.kind == POWER:
        e = 1.0 - law.exponent
        return max(n**e - law.rate * e * days, 0.0) ** (1.0 / e)
    back, left = n, days
    if n > law.corner:
        apart = distance(law, n)
        from_corner = math.log(law.ceiling / law.rate / apart) / law.rate
        if days <= from_corner:
            return law.capacity * math.exp(-apart * math.exp(law.rate * days))
        back, left = law.corner, days - from_corner
    return back * math.exp(-law.ceiling * left)


@jit
def _logistic_integral(law: Law, alpha: float, n1: float, days: float) -> float:
    """Return the integral of N^alpha over ``days`` of logistic growth, by Gauss-Legendre panels.

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
def power_integral(law: Law, alpha: float, n1: float, n2: float) -> float:
    r"""Return :math:`\int N^{\alpha}\,dt` [cell^alpha day] of growth from ``n1`` to ``n2``.

    Under Gompertz growth, with :math:`z = \ln(K/N)`, it is
    :math:`K^{\alpha} [E_1(\alpha z_2) - E_1(\alpha z_1)] / a`; below the corner, where growth is
    exponential, :math:`(N_2^{\alpha} - N_1^{\alpha}) / (\alpha r_{max})`.
    """
    if n2 <= n1:
        return 0.0
    if alpha == 0.0:
        return elapsed(law, n1, n2)
    if law.kind == EXPONENTIAL:
        return (n2**alpha - n1**alpha) / (alpha * law.rate)
    if law.kind == LOGISTIC:
        return _logistic_integral(law, alpha, n1, elapsed(law, n1, n2))
    if law.kind == POWER:
        e = alpha + 1.0 - law.exponent
        return (n2**e - n1**e) / (law.rate * e)
    total = 0.0
    if n1 < law.corner:
        total = (min(n2, law.corner) ** alpha - n1**alpha) / (alpha * law.ceiling)
    if n2 > law.corner:
        near = expint1(alpha * distance(law, n2))
        far = expint1(alpha * distance(law, max(n1, law.corner)))
        total += law.capacity**alpha * (near - far) / law.rate
    return total


@jit
def _logistic_time(law: Law, alpha: float, n1: float, target: float) -> float:
    """Return the days until the logistic integral of N^alpha reaches ``target``.

    Walks forward panel by panel until the target is passed, then bisects inside that panel; at
    capacity the integral goes on at a constant rate.
    """
    width = 0.5 / (law.rate * max(1.0, alpha))
    n, days, left = n1, 0.0, target
    while n < law.capacity * (1.0 - 1e-9):
        step = _logistic_integral(law, alpha, n, width)
        if step >= left:
            break
        n, days, left = size_after(law, n, width), days + width, left - step
    else:
        return days + left / law.capacity**alpha
    low, high = 0.0, width
    for _ in range(50):
        middle = 0.5 * (low + high)
        if _logistic_integral(law, alpha, n, middle) < left:
            low = middle
        else:
            high = middle
    return days + 0.5 * (low + high)


@jit
def time_at_integral(law: Law, alpha: float, n1: float, target: float) -> float:
    r"""Return the days from size ``n1`` until :math:`\int N^{\alpha}\,dt` reaches ``target``."""
    if target <= 0.0:
        return 0.0
    if alpha == 0.0:
        return target
    if law.kind == EXPONENTIAL:
        return math.log1p(target * alpha * law.rate / n1**alpha) / (alpha * law.rate)
    if law.kind == LOGISTIC:
        return _logistic_time(law, alpha, n1, target)
    if law.kind == POWER:
        e = alpha + 1.0 - law.exponent
        n2 = (n1**e + target * law.rate * e) ** (1.0 / e)
        return elapsed(law, n1, n2)
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


@jit
def founding_probability(founders: float, birth: float, death: float) -> float:
    """Return the probability that a line of ``founders`` cells does not die out.

    Each cell divides at rate ``birth`` and dies at rate ``death`` [1/day]; a line started by one
    cell dies out with probability death/birth.

    Source
    ------
    Kendall's linear birth-death process.
    """
    if death >= birth:
        return 0.0
    return 1.0 - (death / birth) ** founders


@jit
def surviving_founders(u: float, founders: int, birth: float, death: float) -> int:
    """Return how many of ``founders`` cells have a lasting line, given that at least one has.

    ``u`` is a uniform draw; the number is binomial with probability 1 - death/birth, above zero.
    """
    q = death / birth
    if founders == 1 or q <= 0.0:
        return founders
    extinct = q**founders
    term = extinct * founders * (1.0 - q) / q
    cumulative, m = term, 1
    while cumulative < u * (1.0 - extinct) and m < founders:
        term *= (founders - m) / (m + 1.0) * (1.0 - q) / q
        cumulative += term
        m += 1
    return m


@jit
def founding_size(u: float, survivors: int, birth: float, death: float) -> float:
    r"""Return W [cell], the size from which a surviving line grows as if it had been smooth.

    Given survival the size of a birth-death line is :math:`W e^{(b-d)t}` with W gamma-distributed:
    shape the number of lasting founders, scale b/(b-d). Its law starts at W cells, which is the
    same as a shift in time of the exponential piece.
    """
    scale = birth / (birth - death)
    if survivors == 1:  # gamma of shape 1: the exponential, the common case
        return max(-math.log1p(-u) * scale, 1e-9)
    return max(gamma_quantile(u, float(survivors)) * scale, 1e-9)
