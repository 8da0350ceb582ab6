r"""Founding: whether a line of few cells lasts, and from what size it then grows.

Founders are few, so founding is chance: a birth-death process decides which lines die out, and how
far ahead or behind its smooth law a surviving one grows.

Public names: ``founding_probability``, ``surviving_founders``, ``founding_size``.
"""

import math

from paget.kernels.jit import jit
from paget.kernels.special import gamma_quantile


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
