"""Biopsy: what a piece of a metastasis tells of its origin.

A metastasis inherits the markers of its primary. A clone that has learnt to evade may have lost
them, its receptors may have changed, and the primary itself may be too small for any test.

Public names: ``confirms``, ``receptor_changed``, ``primary_not_found``, ``biopsy_result``,
``NO_ANSWER``, ``CONFIRMED``, ``CHANGED``, ``PRIMARY_NOT_FOUND``.
"""

from paget.clinic.imaging import detection_diameter
from paget.kernels.jit import jit
from paget.words import CHANGED, CONFIRMED, NO_ANSWER, PRIMARY_NOT_FOUND


@jit
def confirms(u: float, evasion: float, kept: float, loss: float) -> bool:
    """Return whether the markers of a metastasis tell where it came from.

    ``kept`` is the share of clones without evasion that tell; ``loss`` the share of these that
    full evasion silences.

    Assumes
    -------
    Markers of origin are lost along with what the immune system sees.

    Source
    ------
    Assumption.
    """
    return u < kept * (1.0 - loss * evasion)


@jit
def receptor_changed(u: float, share: float) -> bool:
    """Return whether a metastasis has other receptors than its primary.

    Assumes
    -------
    One share for all sites and times.

    Source
    ------
    Assumption.
    """
    return u < share


@jit
def primary_not_found(
    u: float, diameter_mm: float, median_mm: float, spread: float, best: float
) -> bool:
    """Return whether the test that looks for the primary misses it.

    Assumes
    -------
    A primary is found as any lesion is: from a diameter of its own on.

    Source
    ------
    As for ``detection_diameter``.
    """
    return diameter_mm < detection_diameter(u, median_mm, spread, best)


@jit
def biopsy_result(is_confirmed: bool, is_changed: bool, is_hidden: bool) -> int:
    """Return what the report of a biopsy says, the gravest last: a code of this module.

    A primary that no test finds and whose metastasis does not tell its origin stays unknown.
    """
    if not is_confirmed:
        return PRIMARY_NOT_FOUND if is_hidden else NO_ANSWER
    return CHANGED if is_changed else CONFIRMED
