r"""Imaging: from which diameter a test sees a lesion, and how often it sees what is not there.

Sensitivity rises with diameter :math:`d` as :math:`b / (1 + (m/d)^{1/s})`: a logistic curve in the
logarithm, with the median :math:`m`, the spread :math:`s` and the highest sensitivity :math:`b`.

Public names: ``detection_probability``, ``detection_diameter``, ``is_active``, ``false_positive``.
"""

import math

import numpy as np

from paget.body.growth import NEVER
from paget.core import streams
from paget.kernels.jit import jit
from paget.kernels.philox import uniform

_LARGEST_EXPONENT = 700.0  # beyond it the exponential overflows and the sensitivity is nil


@jit
def detection_probability(
    diameter_mm: float, median_mm: float, spread: float, best: float
) -> float:
    """Return the sensitivity of a test for a lesion of a diameter; 0 where there is no lesion.

    A ``median_mm`` of 0 means the best at any size, a ``spread`` of 0 a hard threshold.

    Assumes
    -------
    Sensitivity depends on diameter alone, logistic in its logarithm.

    Source
    ------
    ko2017 (CT of the liver) and weedonfekjaer2008 (mammography) give sensitivities by size; the
    form of the curve is an assumption that fits both.
    """
    if diameter_mm <= 0.0:
        return 0.0
    if median_mm <= 0.0 or spread <= 0.0:
        return best if diameter_mm >= median_mm else 0.0
    x = math.log(median_mm / diameter_mm) / spread
    return best / (1.0 + math.exp(min(x, _LARGEST_EXPONENT)))


@jit
def detection_diameter(u: float, median_mm: float, spread: float, best: float) -> float:
    """Return the diameter from which a test sees a lesion of luck ``u``; infinite if it never does.

    The inverse of ``detection_probability``: over uniform ``u`` the share of lesions seen at a
    diameter is the sensitivity there.

    Assumes
    -------
    A lesion has one luck a modality: what a test misses at a size it misses again at that size, so
    that repeated scans of a lesion that does not grow find nothing new.

    Source
    ------
    Assumption: what hides a lesion (its place, its contrast) stays.
    """
    if u >= best:
        return NEVER
    return median_mm * (best / u - 1.0) ** -spread


@jit
def is_active(lesion: np.record, day: float) -> bool:
    """Return whether a lesion grows on ``day``: neither asleep, nor held, nor stalled.

    Assumes
    -------
    Only growing lesions take up tracer. One that a treatment has left cells of grows again.

    Source
    ------
    Assumption.
    """
    if day >= lesion.anchor:
        return True
    held = lesion.balance_from <= day < lesion.balance_until
    stalled = lesion.stall_from <= day < lesion.stall_until
    return day >= lesion.wakes and not held and not stalled


@jit
def false_positive(
    key: int, patient: int, modality: int, examination: int, probability: float
) -> bool:
    """Return whether an examination shows a metastasis where there is none.

    Assumes
    -------
    Each examination errs by itself, whatever else it shows.

    Source
    ------
    Assumption.
    """
    return uniform(key, streams.FALSE_POSITIVE, patient, modality + 1, examination) < probability
