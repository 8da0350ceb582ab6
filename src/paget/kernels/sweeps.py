"""Sweeps: an implicit step of diffusion and decay, one axis after the other.

The locally one-dimensional form of backward Euler: along every line of points one solves

    (s + 2 r) u[i] - r (u[i-1] + u[i+1]) = f[i],

with r the diffusion coefficient times the step over the spacing squared, and s = (1 + decay)^(1/d)
in d dimensions. All coefficients are positive, so that no step is too long to be stable or makes a
negative number; the axes commute. Beyond the edge lies what `paget.kernels.stencils` says.

Public names: ``Line``, ``line``, ``sweep_columns``, ``sweep_rows``, ``sweep_planes``.
"""

from typing import Any, Final, NamedTuple

import numpy as np

from paget.kernels.jit import jit
from paget.kernels.stencils import FIXED, MIRROR, NO_FLUX, Sources, fill, is_end, is_rim

_WIDTH: Final = 16  # lines that are solved side by side


class Line(NamedTuple):
    """The system of a line of points, factorised: forward, then back."""

    inverse: Any
    carry: Any
    """What the point before hands on."""
    back: Any
    """What the point after hands back."""


def line(points: int, ratio: float, stay: float, edge: int, dtype: Any) -> Line:
    """Return the factorised system of a line.

    Parameters
    ----------
    points : how many there are.
    ratio, stay : r and s of the system.
    edge : what lies beyond the ends.
    dtype : of the field.
    """
    if points == 1:
        ratio, edge = 0.0, NO_FLUX
    diagonal = np.full(points, stay + 2.0 * ratio)
    before, after = np.full(points, ratio), np.full(points, ratio)
    before[0] = after[-1] = 0.0
    if edge == NO_FLUX:
        diagonal[[0, -1]] -= ratio
    elif edge == MIRROR:
        after[0], before[-1] = 2.0 * ratio, 2.0 * ratio
    else:
        diagonal[[0, -1]] = 1.0
        after[0] = before[-1] = 0.0
    inverse, back = np.empty(points), np.empty(points)
    handed = 0.0
    for i in range(points):
        inverse[i] = 1.0 / (diagonal[i] - before[i] * handed)
        handed = back[i] = after[i] * inverse[i]
    return Line(*(column.astype(dtype) for column in (inverse, before * inverse, back)))


@jit
def sweep_columns(
    values: Any,
    planes: int,
    rows: int,
    system: Line,
    edge: int,
    sources: Sources,
    first: int,
    last: int,
) -> None:
    """Add the sources, then solve along the lines of a share of the planes."""
    columns = values.shape[1]
    block = np.zeros((columns, _WIDTH), values.dtype)
    made = np.zeros(columns, values.dtype)
    for start in range(first * rows, last * rows, _WIDTH):
        width = min(_WIDTH, last * rows - start)
        for j in range(width):
            fill(made, sources, start + j)
            if edge == FIXED and columns > 1:
                made[0] = made[-1] = 0.0
            for x in range(columns):
                block[x, j] = values[start + j, x] + made[x]
        for i in range(columns):
            before = max(i - 1, 0)
            for j in range(_WIDTH):
                block[i, j] = block[i, j] * system.inverse[i] + system.carry[i] * block[before, j]
        for i in range(columns - 2, -1, -1):
            for j in range(_WIDTH):
                block[i, j] += system.back[i] * block[i + 1, j]
        for j in range(width):
            if edge == FIXED and is_rim(start + j, planes, rows):
                continue
            for x in range(columns):
                values[start + j, x] = block[x, j]


@jit
def sweep_rows(
    values: Any, planes: int, rows: int, system: Line, edge: int, first: int, last: int
) -> None:
    """Solve across the lines, within each of a share of the planes."""
    for z in range(first, last):
        if edge == FIXED and is_end(z, planes):
            continue
        _solve(values, z * rows, 1, system, edge)


@jit
def sweep_planes(
    values: Any, planes: int, rows: int, system: Line, edge: int, first: int, last: int
) -> None:
    """Solve across the planes, for the share of the rows that goes with a share of the planes."""
    for y in range(first * rows // planes, last * rows // planes):
        if edge == FIXED and is_end(y, rows):
            continue
        _solve(values, y, rows, system, edge)


@jit
def _solve(values: Any, start: int, stride: int, system: Line, edge: int) -> None:
    """Solve for all columns at once over the lines ``start``, ``start + stride``, ..."""
    columns = values.shape[1]
    inner = 1 if edge == FIXED and columns > 1 else 0
    for i in range(len(system.inverse)):
        here = start + i * stride
        before = max(here - stride, start)
        inverse, carry = system.inverse[i], system.carry[i]
        for x in range(inner, columns - inner):
            values[here, x] = values[here, x] * inverse + carry * values[before, x]
    for i in range(len(system.inverse) - 2, -1, -1):
        here = start + i * stride
        back = system.back[i]
        for x in range(inner, columns - inner):
            values[here, x] += back * values[here + stride, x]
