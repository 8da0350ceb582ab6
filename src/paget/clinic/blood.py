"""Blood: circulating tumour cells in a tube, and a marker that goes with the burden.

Public names: ``TUBE_ML``, ``tube_count``, ``marker_level``.
"""

import math

from paget.kernels.jit import jit
from paget.kernels.special import gamma_p

TUBE_ML = 7.5  # [mL] of blood in which the cells are counted: cristofanilli2004
_SUMMED = 30.0  # means up to here are inverted term by term


@jit
def tube_count(ctc_per_ml: float, u: float) -> int:
    """Return the circulating tumour cells in a tube of blood, by inversion of the Poisson law.

    Assumes
    -------
    Cells are spread evenly in blood, and each that is in the tube is counted.

    Source
    ------
    cristofanilli2004: cells are reported in 7.5 mL. The Poisson law is an assumption.
    """
    mean = TUBE_ML * ctc_per_ml
    if mean > _SUMMED:
        return _large_count(mean, u)
    count, term = 0, math.exp(-mean)
    total = term
    while total < u and term > 0.0:
        count += 1
        term *= mean / count
        total += term
    return count


@jit
def _large_count(mean: float, u: float) -> int:
    """Return the smallest count whose distribution function reaches ``u``, by bisection."""
    reach = 10.0 * math.sqrt(mean) + 10.0
    low, high = max(-1, math.floor(mean - reach)), math.ceil(mean + reach)
    while high - low > 1:
        middle = (low + high) // 2
        if 1.0 - gamma_p(middle + 1.0, mean) < u:
            low = middle
        else:
            high = middle
    return high


@jit
def marker_level(cells: float, baseline: float, per_cell: float, spread: float, z: float) -> float:
    """Return the level of a marker in one sample, ``z`` a standard normal number.

    Assumes
    -------
    Each living cell adds the same to the level, without delay; samples differ by a log-normal
    factor of median 1.

    Source
    ------
    schmid1993 gives the level per gram of one cancer; proportionality is an assumption.
    """
    return (baseline + per_cell * cells) * math.exp(spread * z)
