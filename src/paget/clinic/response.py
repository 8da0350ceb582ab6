"""Response: how the sum of the diameters of the target lesions has changed.

A scan of response measures at most five lesions, two an organ, which are chosen when treatment
begins. Their sum is compared with that at the start and with the smallest since.

Public names: ``recist``, ``RESPONSES`` and their codes.
"""

from paget.kernels.jit import jit
from paget.words import COMPLETE, PARTIAL, PROGRESSED, STABLE

SHRUNK = 0.7  # of the baseline: a partial response
GROWN = 1.2  # of the smallest sum since the start: progression,
GROWN_MM = 5.0  # if that is this much more


@jit
def recist(
    baseline_mm: float, nadir_mm: float, now_mm: float, is_new: bool, target_gone: bool
) -> int:
    """Return the response: 0 complete, 1 partial, 2 stable, 3 progression.

    Parameters
    ----------
    baseline_mm : sum of the diameters of the target lesions when treatment began.
    nadir_mm : the smallest sum since then, the baseline included.
    now_mm : the sum today.
    is_new : a lesion is seen that was not there before.
    target_gone : no target lesion is seen any more.

    Assumes
    -------
    Progression comes first: a sum that is 30 % below the baseline and has risen by 20 % from its
    smallest is progression. Lesions that are not targets count only when they are new; where
    nothing could be measured at the start, there is no response to see, only progression.

    Source
    ------
    The rules of RECIST 1.1 as the project words them; recalled.
    """
    risen = now_mm >= GROWN * nadir_mm and now_mm - nadir_mm >= GROWN_MM
    if is_new or risen:
        return PROGRESSED
    if baseline_mm <= 0.0:
        return STABLE
    if target_gone:
        return COMPLETE
    if now_mm <= SHRUNK * baseline_mm:
        return PARTIAL
    return STABLE
