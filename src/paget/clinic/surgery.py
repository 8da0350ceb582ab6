"""Surgery: what can be removed, what stays behind, and who dies of the operation.

That removal of the primary lifts its brake on colonies elsewhere, and wakes some that sleep, is the
business of ``paget.body.dormancy``: here an operation takes a lesion away, or most of it.

Public names: ``dies_in_operation``, ``operative_mortality``, ``leaves_residual``.
"""

from paget.kernels.jit import jit

REFERENCE_AGE = 65.0  # [year] at which operative mortality is stated


@jit
def operative_mortality(mortality: float, mortality_decade: float, age_years: float) -> float:
    """Return the probability of dying of an operation at an age.

    Parameters
    ----------
    mortality : probability at 65 years.
    mortality_decade : factor on its odds for each ten years of age.

    Assumes
    -------
    The odds rise by one factor a decade; nothing else about the patient matters.

    Source
    ------
    Robertson 2009 and Fong 1999 for resections of the liver; the slope with age is an assumption.
    """
    if mortality >= 1.0:
        return 1.0
    odds = mortality / (1.0 - mortality) * mortality_decade ** ((age_years - REFERENCE_AGE) / 10.0)
    return odds / (1.0 + odds)


@jit
def dies_in_operation(
    u: float, mortality: float, mortality_decade: float, age_years: float
) -> bool:
    """Return whether a patient of uniform luck ``u`` dies of the operation."""
    return u < operative_mortality(mortality, mortality_decade, age_years)


@jit
def leaves_residual(u: float, chance: float, factor: float) -> bool:
    """Return whether tumour cells stay behind at the margin.

    ``chance`` goes with the tumour, ``factor`` with the operation: 0 for one that never leaves any.
    """
    return u < chance * factor
