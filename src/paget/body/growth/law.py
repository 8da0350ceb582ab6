"""A law of growth: the constants by which one lesion grows, the same for every kind of law.

Public names: ``Law``, ``growth_law``, ``corner``, ``distance``, ``NEVER``.
"""

import math
from typing import NamedTuple

from paget.kernels.jit import jit

NEVER = math.inf

# A size within this of capacity, on the log scale, counts as capacity: ln(K/N) would lose its
# digits.
LOG_MARGIN = 1e-7


class Law(NamedTuple):
    """How one lesion grows.

    ``kind`` is one of `paget.words.GROWTH_LAWS`, ``rate`` the growth constant a [1/day],
    ``capacity`` K [cell], ``ceiling`` the fastest growth that the cell cycle allows [1/day] and
    ``exponent`` the power law's gamma. ``corner`` follows from them: it is kept because every size
    and every hazard asks for it.
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
