r"""Onset: who gets the cancer at all, and at what age.

In a population most people never have this cancer. Onset, the age at invasion, is a hazard by sex
and age that was fitted to published incidence (`paget.atlas.incidence`); it is drawn once, where
the integrated hazard passes a unit-exponential threshold. Whoever never passes it costs no more.

Public names: ``onset_age``.
"""

import numpy as np
import numpy.typing as npt

from paget.body.growth import NEVER
from paget.core import streams
from paget.kernels.jit import jit
from paget.kernels.philox import ONCE, SELF, exponential


@jit
def onset_age(key: int, patient: int, sex: int, onset: npt.NDArray[np.float64]) -> float:
    """Return the age [year] at which the cancer of a person invades, or never.

    ``onset`` (sex, age) is the integrated hazard at each birthday; between birthdays the hazard is
    constant.

    Assumes
    -------
    Onset depends on age and sex alone, and one person has one cancer. Death from other causes is
    drawn apart: onset after it is no onset.
    """
    table = onset[sex]
    threshold = exponential(key, streams.ONSET, patient, SELF, ONCE)
    last = len(table) - 1
    if threshold >= table[last]:
        return NEVER
    low, high = 0, last  # table[low] <= threshold < table[high]
    while high - low > 1:
        middle = (low + high) // 2
        if table[middle] <= threshold:
            low = middle
        else:
            high = middle
    return low + (threshold - table[low]) / (table[high] - table[low])
