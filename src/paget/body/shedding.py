r"""Shedding (intravasation): how many seeds leave a lesion a day, and of which kind.

An invasive, vascularised lesion sheds into blood and lymph, and from the serosa once it is reached:

.. math:: \rho \; f \; \text{access}(\text{depth}) \; \text{motile}(N) \; N^{\alpha}
          \; (DT_{ref}/DT)^{\theta}

with :math:`f` the patient's frailty on that route and the last factor the patient's turnover: a
tumour that doubles faster sheds more. Alpha 2/3 is surface, 1 is volume. Three kinds of seed leave:
a large sticky single cell, a small deformable cell that recirculates, a cluster.

Public names: ``SINGLE``, ``SMALL``, ``CLUSTER``, ``BLOOD``, ``LYMPH``, ``SEROSA``,
``turnover_factor``, ``frailty``, ``primary_shedding``, ``metastasis_shedding``,
``cluster_cells``.
"""

import math

import numpy as np

from paget.body.hazard import Pieces, set_piece
from paget.body.progression import invasion_pieces
from paget.kernels.jit import jit
from paget.kernels.special import gamma_quantile, normal_cdf
from paget.words import BLOOD, GAMMA, LYMPH


@jit
def turnover_factor(doubling_time: float, p: np.record) -> float:
    """Return the factor on shedding of a patient whose cancer doubles in ``doubling_time`` days.

    Assumes
    -------
    Shedding scales with turnover as a power theta of the ratio to a reference doubling time, both
    at the reference diameter of growth.
    """
    return (p.turnover_reference / doubling_time) ** p.turnover_exponent


@jit
def frailty(z: float, log_sd: float, p: np.record) -> float:
    """Return a patient's factor on shedding from a standard normal draw ``z``.

    The log-normal family has median 1 and SD ``log_sd`` of its logarithm; the gamma family has mean
    1 and variance ``log_sd`` squared; in the two-class family a share of patients sheds nothing
    viable and the rest are log-normal.
    """
    if p.frailty_family == GAMMA:
        shape = 1.0 / (log_sd * log_sd)
        return gamma_quantile(normal_cdf(z), shape) / shape
    return math.exp(log_sd * z)


@jit
def primary_shedding(
    pieces: Pieces,
    route: int,
    first_cells: float,
    limit: float,
    cells_per_depth: float,
    factor: float,
    p: np.record,
) -> int:
    """Write the shedding hazard of the primary into ``route`` [seed/day]; return its pieces.

    ``limit`` is the size that it never outgrows, ``factor`` is the patient's frailty times
    turnover; ``first_cells`` the size from which the tumour is invasive, vascularised and
    competent; ``cells_per_depth`` as in ``invasion_pieces``.

    Source
    ------
    Iwata 2000 for the power of size; the gates by layer are assumptions.
    """
    if route == BLOOD:
        return invasion_pieces(
            pieces,
            first_cells,
            limit,
            cells_per_depth,
            p.access_blood,
            p.blood_rate * factor,
            p.blood_exponent,
            p,
        )
    if route == LYMPH:
        return invasion_pieces(
            pieces,
            first_cells,
            limit,
            cells_per_depth,
            p.access_lymph,
            p.lymph_rate * factor,
            p.lymph_exponent,
            p,
        )
    return invasion_pieces(
        pieces,
        first_cells,
        limit,
        cells_per_depth,
        p.access_serosa,
        p.serosal_rate * factor,
        p.blood_exponent,
        p,
    )


@jit
def metastasis_shedding(
    pieces: Pieces, route: int, first_cells: float, limit: float, factor: float, p: np.record
) -> int:
    """Write the shedding hazard of a vascularised metastasis or nodal deposit; return its pieces.

    ``limit`` is the size that the lesion never outgrows: pieces beyond it are left out.

    Assumes
    -------
    A metastasis lies among vessels, so that access is full; it sheds per cell as the primary does,
    times one factor for all metastases.
    """
    if route == BLOOD:
        coefficient, exponent = p.blood_rate, p.blood_exponent
    elif route == LYMPH:
        coefficient, exponent = p.lymph_rate, p.lymph_exponent
    else:
        coefficient, exponent = p.serosal_rate, p.blood_exponent
    coefficient *= factor
    if coefficient <= 0.0:
        return 0
    if first_cells >= p.motile_saturated:
        set_piece(pieces, 0, first_cells, coefficient * p.motile_ceiling, exponent)
        return 1
    set_piece(pieces, 0, first_cells, coefficient * p.motile_scale, exponent + p.motile_exponent)
    if p.motile_saturated >= limit:
        return 1
    set_piece(pieces, 1, p.motile_saturated, coefficient * p.motile_ceiling, exponent)
    return 2


@jit
def cluster_cells(u: float, loss: float, p: np.record) -> int:
    """Return the cells in a cluster whose line does not die out, from a uniform draw ``u``.

    Sizes are 2 + geometric with the stated mean; given that the line lasts, size n has weight
    1 - loss^n, with ``loss`` the probability that one cell's line dies out.

    Source
    ------
    Shape: assumption; clusters of 2 to 50 cells are described.
    """
    stay = 1.0 - 1.0 / (p.cluster_mean - 1.0)
    lasting = 1.0 - loss * loss * (1.0 - stay) / (1.0 - loss * stay)
    weight, extinct, cumulative = 1.0 - stay, loss * loss, 0.0
    n = 2
    while n < 64:
        cumulative += weight * (1.0 - extinct) / lasting
        if cumulative >= u:
            break
        weight *= stay
        extinct *= loss
        n += 1
    return n
