r"""Progression: cells become more abnormal, break out, and some learn to move.

A precursor (adenoma, carcinoma in situ) grows until it breaches the basement membrane, at a hazard
that goes with its surface. The cancer then deepens as it grows: depth of invasion is a patient's
own share of the diameter. Layers of tissue gate the vessels by depth; the motile fraction (cells
in a mesenchymal or hybrid state) rises with size and multiplies entry into vessels; grade follows
size. A clone that alone can metastasise may have to arise first by mutation and take over.

Access is monotone, continuous and piecewise a power of depth, hence of cells, so that it keeps a
closed integral.

Public names: ``diameter``, ``cells``, ``depth``, ``breach_day``,
``motile_fraction``, ``grade``, ``invasion_pieces``, ``competence_size``.
"""

import math

import numpy as np
import numpy.typing as npt

from paget.body.growth import NEVER, Law, size_after, time_at_integral
from paget.body.hazard import Pieces, set_piece
from paget.kernels.jit import jit

SURFACE = 2.0 / 3.0


@jit
def diameter(n: float, density: float) -> float:
    """Return the diameter [um] of a ball of ``n`` cells at ``density`` [cell/um3].

    Assumes
    -------
    Lesions are balls of one cell density; the density is a parameter because the literature argues
    about it (1e8 to 1e9 cells per mL).
    """
    return (6.0 * n / (math.pi * density)) ** (1.0 / 3.0)


@jit
def cells(d: float, density: float) -> float:
    """Return the cells in a ball of diameter ``d`` [um] at ``density`` [cell/um3]."""
    return math.pi / 6.0 * density * d**3


@jit
def depth(n: float, depth_ratio: float, density: float) -> float:
    """Return the depth of invasion [um] of a tumour of ``n`` cells.

    Assumes
    -------
    Depth is the patient's own share of the diameter, log-normal between patients.
    """
    return depth_ratio * diameter(n, density)


@jit
def breach_day(law: Law, breach_rate: float, threshold: float) -> float:
    r"""Return the day on which a precursor breaches the basement membrane.

    The hazard is :math:`\beta N^{2/3}`, in proportion to the precursor's surface; ``threshold`` is
    a unit-exponential draw. The founder of the precursor divides on day 0.

    Assumes
    -------
    The membrane is equally strong everywhere; the precursor is one ball.
    """
    return time_at_integral(law, SURFACE, 1.0, threshold / breach_rate)


@jit
def motile_fraction(n: float, p: np.record) -> float:
    """Return the share of cells in a motile state (mesenchymal or hybrid) at size ``n``.

    Assumes
    -------
    It rises as a small power of size, up to a ceiling: larger tumours are more hypoxic and more
    inflamed, which drives EMT. The power is an assumption; it is one direction with the exponents
    of shedding, which are fitted after it.
    """
    return min(p.motile_ceiling, p.motile_reference * (n / p.motile_cells) ** p.motile_exponent)


@jit
def grade(n: float, grade_factor: float, p: np.record) -> int:
    """Return the grade (1, 2 or 3) of a tumour of ``n`` cells.

    Assumes
    -------
    Cells de-differentiate as the tumour grows; two sizes, scaled by the patient's own factor, part
    the grades.
    """
    abnormal = n * grade_factor
    if abnormal >= p.grade3_cells:
        return 3
    if abnormal >= p.grade2_cells:
        return 2
    return 1


@jit
def _power_between(low: float, high: float, span: float) -> float:
    """Return the power that rises from ``low`` to ``high`` over a ratio ``span``."""
    return math.log(high / low) / math.log(span)


@jit
def invasion_pieces(
    pieces: Pieces,
    first_cells: float,
    limit: float,
    cells_per_depth: float,
    access: npt.NDArray[np.float64],
    coefficient: float,
    exponent: float,
    p: np.record,
) -> int:
    r"""Write the hazard coefficient * access(depth) * motile(N) * N^exponent; return its pieces.

    ``access`` holds the access at the depths ``p.access_depth``; between them it is a power of
    depth, before the first it falls as depth to ``p.access_entry``, after the last it is constant.
    ``cells_per_depth`` is the patient's cells at one um of depth: N = cells_per_depth * depth^3.
    The hazard starts at size ``first_cells``; pieces from ``limit`` on are left out.

    Assumes
    -------
    Vessels of a layer open gradually as the front passes it; no layer is a wall.
    """
    n_pieces = 0
    n_layers = len(access)
    start = first_cells
    for i in range(n_layers + 1):
        if start >= limit:
            break
        end = cells_per_depth * p.access_depth[i] ** 3 if i < n_layers else math.inf
        if end <= start:
            continue
        anchor = min(max(i - 1, 0), n_layers - 1)
        if i == 0:
            slope = p.access_entry / 3.0
        elif i < n_layers:
            span = p.access_depth[i] / p.access_depth[i - 1]
            slope = _power_between(access[i - 1], access[i], span) / 3.0
        else:
            slope = 0.0
        at_anchor = cells_per_depth * p.access_depth[anchor] ** 3
        here = coefficient * access[anchor] * at_anchor**-slope
        if start < p.motile_saturated:
            rising = slope + exponent + p.motile_exponent
            set_piece(pieces, n_pieces, start, here * p.motile_scale, rising)
            n_pieces += 1
            if end <= p.motile_saturated:
                start = end
                continue
            start = p.motile_saturated
        set_piece(pieces, n_pieces, start, here * p.motile_ceiling, slope + exponent)
        n_pieces += 1
        start = end
    return n_pieces


@jit
def competence_size(law: Law, start: float, threshold: float, p: np.record) -> float:
    r"""Return the size at which a metastasis-competent clone has taken over the primary.

    The clone arises at ``p.clone_mutation_rate`` per division, so its integrated hazard is the rate
    times the divisions so far, :math:`u b \int N dt`; it then outgrows the rest after
    :math:`\ln N / s` days, with s its advantage in growth. Until then nothing that can metastasise
    is shed.

    Assumes
    -------
    Take-over is a time, not a slowly growing fraction: this keeps the closed integrals. Off unless
    ``progression.clone`` is on.
    """
    birth = law.ceiling / (1.0 - p.cell_loss)
    arises = time_at_integral(law, 1.0, start, threshold / (p.clone_mutation_rate * birth))
    if arises == NEVER:
        return NEVER
    n = size_after(law, start, arises)
    return size_after(law, n, math.log(max(n, 1.0)) / p.clone_advantage)
