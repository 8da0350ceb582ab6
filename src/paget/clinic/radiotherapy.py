r"""Radiotherapy: the linear-quadratic law of cell survival.

A fraction of dose :math:`d` leaves a share :math:`e^{-\alpha d - \beta d^2}` of the cells alive,
and every fraction does the same again, because the cells repair in between.

Public names: ``surviving_fraction``, ``equivalent_dose``.
"""

import math

from paget.kernels.jit import jit

REFERENCE_DOSE = 2.0  # [Gy] a fraction of conventional radiotherapy


@jit
def surviving_fraction(dose: float, fractions: int, alpha: float, beta: float) -> float:
    r"""Return the share of cells that a course of radiotherapy leaves alive.

    .. math:: S = e^{-n (\alpha d + \beta d^2)}

    Parameters
    ----------
    dose : [Gy] of one fraction.
    fractions : how many are given.
    alpha, beta : radiosensitivity of the tissue [1/Gy], [1/Gy^2].

    Assumes
    -------
    All cells are equally sensitive, repair is complete between fractions, and the cells that die do
    so at once; what is left grows on by the lesion's own law.

    Source
    ------
    The linear-quadratic law; van Leeuwen 2018 for how far alpha and beta differ between tumours.
    """
    return math.exp(-fractions * dose * (alpha + beta * dose))


@jit
def equivalent_dose(dose: float, fractions: int, alpha: float, beta: float) -> float:
    r"""Return the total dose [Gy] that kills as much in fractions of 2 Gy.

    .. math:: EQD_2 = n d \, \frac{d + \alpha/\beta}{2 + \alpha/\beta}

    Assumes
    -------
    As ``surviving_fraction``. Without beta the size of a fraction does not matter.

    Source
    ------
    The linear-quadratic law.
    """
    return fractions * dose * (alpha + beta * dose) / (alpha + beta * REFERENCE_DOSE)
