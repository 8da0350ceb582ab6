r"""A hazard that goes with the size of a lesion, piece by piece a power of its cells.

Between two sizes the hazard is :math:`c N^{\alpha}`, so its integral along any law of growth is
closed and every random day is one inversion: the event falls where the integrated hazard passes a
unit-exponential threshold. Access to vessels by layers of tissue, the motile fraction and the
symptoms of a tumour are all such hazards.

A hazard is a small array, one row a piece: start size, coefficient, exponent, and at its start the
integral and the days since the first piece.

Public names: ``set_piece``, ``integrate``, ``integral_at``, ``day_at``, ``rate_at``.
"""

import math

import numpy as np
import numpy.typing as npt

from paget.body.growth import NEVER, Law, elapsed, power_integral, size_after, time_at_integral
from paget.kernels.jit import jit

START, COEFFICIENT, EXPONENT, INTEGRAL, DAYS = 0, 1, 2, 3, 4
N_COLUMNS = 5
MAX_PIECES = 8

Pieces = npt.NDArray[np.float64]


@jit
def set_piece(pieces: Pieces, i: int, start: float, coefficient: float, exponent: float) -> None:
    """Write piece ``i``: from ``start`` [cell] on, coefficient * N**exponent [1/day]."""
    pieces[i, START] = start
    pieces[i, COEFFICIENT] = coefficient
    pieces[i, EXPONENT] = exponent
    pieces[i, INTEGRAL] = 0.0
    pieces[i, DAYS] = 0.0


@jit
def integrate(law: Law, pieces: Pieces, n_pieces: int) -> None:
    """Fill each piece's integral and days at its start, for a lesion that grows by ``law``."""
    for i in range(1, n_pieces):
        grown = power_integral(law, pieces[i - 1, EXPONENT], pieces[i - 1, START], pieces[i, START])
        pieces[i, INTEGRAL] = pieces[i - 1, INTEGRAL] + pieces[i - 1, COEFFICIENT] * grown
        grown = elapsed(law, pieces[i - 1, START], pieces[i, START])
        pieces[i, DAYS] = pieces[i - 1, DAYS] + grown


@jit
def integral_at(law: Law, pieces: Pieces, n_pieces: int, n: float) -> float:
    """Return the hazard integrated from the first piece's start until size ``n``."""
    if n_pieces == 0 or n <= pieces[0, START]:
        return 0.0
    i = n_pieces - 1
    while pieces[i, START] >= n:
        i -= 1
    grown = power_integral(law, pieces[i, EXPONENT], pieces[i, START], n)
    return pieces[i, INTEGRAL] + pieces[i, COEFFICIENT] * grown


@jit
def rate_at(pieces: Pieces, n_pieces: int, n: float) -> float:
    """Return the hazard [1/day] at size ``n``."""
    if n_pieces == 0 or n < pieces[0, START]:
        return 0.0
    i = n_pieces - 1
    while pieces[i, START] > n:
        i -= 1
    return pieces[i, COEFFICIENT] * n ** pieces[i, EXPONENT]


@jit
def day_at(law: Law, pieces: Pieces, n_pieces: int, n: float, target: float) -> float:
    """Return the days from size ``n`` until the integral from the first start reaches ``target``.

    ``n`` must not exceed the first piece's start. Never if the hazard cannot reach the target.
    """
    if n_pieces == 0 or not math.isfinite(target):
        return NEVER
    i = n_pieces - 1
    while i > 0 and pieces[i, INTEGRAL] >= target:
        i -= 1
    coefficient = pieces[i, COEFFICIENT]
    if coefficient <= 0.0:
        return NEVER
    start = pieces[i, START]
    rest = (target - pieces[i, INTEGRAL]) / coefficient
    days = time_at_integral(law, pieces[i, EXPONENT], start, rest)
    return elapsed(law, n, pieces[0, START]) + pieces[i, DAYS] + days


@jit
def integral_after(law: Law, pieces: Pieces, n_pieces: int, n: float, days: float) -> float:
    """Return the hazard integrated over ``days`` of growth from size ``n`` on."""
    return integral_at(law, pieces, n_pieces, size_after(law, n, days))
