"""Relaxation: the steady state of diffusion with sources and saturable uptake, point by point.

One solves, with the sum over the n points next to each point,

    sum(u[next]) - n u - demand u / (half + u) - pull u + supply = 0

(all rates divided by the diffusion coefficient over the spacing squared). The equation of one point
with its neighbours given is a quadratic with one positive root; points are relaxed in two colours,
like a chess-board, so that the order within a colour means nothing, and each step is lengthened by
a factor (successive over-relaxation).

Where no edge is fixed, all that comes must go: now and then the whole solution is scaled so that it
does (`add_up`, `scale_of`). What relaxation is slowest at looks like the solution itself, and this
does it at once.

Public names: ``RED``, ``BLACK``, ``Balance``, ``relax``, ``best_factor``, ``add_up``, ``scale_of``.
"""

import math
from typing import Any, Final, NamedTuple

from paget.kernels.jit import jit
from paget.kernels.stencils import FIXED, MIRROR, is_end, is_rim

RED: Final = 0
BLACK: Final = 1


class Balance(NamedTuple):
    """What points take and give, shape (lines, columns) each."""

    demand: Any
    """Largest uptake."""
    pull: Any
    """Rate of what goes in proportion."""
    supply: Any
    """What comes."""


def best_factor(points: int) -> float:
    """Return the best over-relaxation for a region of so many points across, without pull."""
    return 2.0 / (1.0 + math.sin(math.pi / max(points, 2)))


@jit
def add_up(
    values: Any,
    planes: int,
    rows: int,
    balance: Balance,
    half: float,
    edge: int,
    sums: Any,
    first: int,
    last: int,
) -> None:
    """Write what a share of the planes gains in all, and how that falls as values are scaled.

    ``sums`` has the shape (planes, 2). A point on a mirrored edge stands for half a point.
    """
    columns = values.shape[1]
    for z in range(first, last):
        gain, fall = 0.0, 0.0
        for y in range(rows):
            line = z * rows + y
            one = 1.0
            if edge == MIRROR:
                one *= (0.5 if is_end(y, rows) else 1.0) * (0.5 if is_end(z, planes) else 1.0)
            for x in range(columns):
                here = one * (0.5 if edge == MIRROR and is_end(x, columns) else 1.0)
                u = values[line, x]
                pulled = balance.pull[line, x] * u
                used = balance.demand[line, x] * u / (half + u)
                gain += here * (balance.supply[line, x] - pulled - used)
                fall += here * (pulled + used * half / (half + u))
        sums[z, 0] = gain
        sums[z, 1] = fall


def scale_of(sums: Any) -> float:
    """Return the factor by which values should be scaled for gains to vanish: one Newton step."""
    gain, fall = (float(total) for total in sums.sum(axis=0))
    return 1.0 if fall <= 0.0 else min(max(1.0 + gain / fall, 0.5), 2.0)


@jit
def relax(
    values: Any,
    planes: int,
    rows: int,
    balance: Balance,
    half: float,
    factor: float,
    edge: int,
    colour: int,
    worst: Any,
    first: int,
    last: int,
) -> None:
    """Relax the points of one colour in a share of the planes, once.

    Parameters
    ----------
    values : the field, shape (planes x rows, columns).
    planes, rows : of the grid.
    balance : sources and uptake.
    half : value at which uptake is half of its largest.
    factor : over-relaxation, 1 to 2.
    edge : what lies beyond the edge.
    colour : `RED` or `BLACK`.
    worst : receives the largest change in each plane, if that is larger than what is there.
    first, last : share of the planes.
    """
    columns = values.shape[1]
    inner = 1 if edge == FIXED and columns > 1 else 0
    for line in range(first * rows, last * rows):
        if edge == FIXED and is_rim(line, planes, rows):
            continue
        y, z = line % rows, line // rows
        begin = inner + (inner + y + z + colour) % 2
        if is_rim(line, planes, rows) or rows == 1:
            at_edge, stop = begin, columns - inner
        else:  # only the ends of the line, then what lies between them
            _relax_inside(values, planes, rows, balance, half, factor, line, 2 - begin % 2, worst)
            at_edge, stop = 0, 0
            if begin == 0:
                _relax_point(values, planes, rows, balance, half, factor, edge, line, 0, worst)
            if inner == 0 and (columns - 1 - begin) % 2 == 0 and columns > 1:
                x = columns - 1
                _relax_point(values, planes, rows, balance, half, factor, edge, line, x, worst)
        for x in range(at_edge, stop, 2):
            _relax_point(values, planes, rows, balance, half, factor, edge, line, x, worst)


@jit
def _relax_inside(
    values: Any,
    planes: int,
    rows: int,
    balance: Balance,
    half: float,
    factor: float,
    line: int,
    begin: int,
    worst: Any,
) -> None:
    """Relax every second point of a line off the edge, but for its ends."""
    deep = planes > 1
    most = worst[line // rows]
    for x in range(begin, values.shape[1] - 1, 2):
        around = values[line, x - 1] + values[line, x + 1]
        around += values[line - 1, x] + values[line + 1, x]
        if deep:
            around += values[line - rows, x] + values[line + rows, x]
        slope = (6.0 if deep else 4.0) + balance.pull[line, x]
        wanted = _root(slope, balance.demand[line, x], around + balance.supply[line, x], half)
        old = values[line, x]
        values[line, x] = max(old + factor * (wanted - old), 0.0)
        most = max(most, abs(values[line, x] - old))
    worst[line // rows] = most


@jit
def _relax_point(
    values: Any,
    planes: int,
    rows: int,
    balance: Balance,
    half: float,
    factor: float,
    edge: int,
    line: int,
    x: int,
    worst: Any,
) -> None:
    """Relax one point, wherever it lies."""
    y, z = line % rows, line // rows
    across, n = _pair(values, line, x, y, rows, 1, edge)
    through, m = _pair(values, line, x, z, planes, rows, edge)
    along, k = _along(values, line, x, edge)
    old = values[line, x]
    wanted = _root(
        n + m + k + balance.pull[line, x],
        balance.demand[line, x],
        across + through + along + balance.supply[line, x],
        half,
    )
    values[line, x] = max(old + factor * (wanted - old), 0.0)
    worst[z] = max(worst[z], abs(values[line, x] - old))


@jit
def _pair(
    values: Any, line: int, x: int, place: int, places: int, stride: int, edge: int
) -> tuple[float, float]:
    """Return the sum over the neighbours in the lines before and after, and how many they are."""
    if places == 1:
        return 0.0, 0.0
    if 0 < place < places - 1:
        return values[line - stride, x] + values[line + stride, x], 2.0
    inside = values[line + stride if place == 0 else line - stride, x]
    return (2.0 * inside, 2.0) if edge == MIRROR else (inside, 1.0)


@jit
def _along(values: Any, line: int, x: int, edge: int) -> tuple[float, float]:
    """Return the sum over the neighbours within the line, and how many they are."""
    columns = values.shape[1]
    if columns == 1:
        return 0.0, 0.0
    if 0 < x < columns - 1:
        return values[line, x - 1] + values[line, x + 1], 2.0
    inside = values[line, 1 if x == 0 else columns - 2]
    return (2.0 * inside, 2.0) if edge == MIRROR else (inside, 1.0)


@jit
def _root(slope: float, demand: float, income: float, half: float) -> float:
    """Return u >= 0 with slope u + demand u / (half + u) = income."""
    if demand <= 0.0:
        return income / slope
    b = income - slope * half - demand
    root = math.sqrt(b * b + 4.0 * slope * half * income)
    # Of two forms of the root, the one without a difference of like numbers.
    return (b + root) / (2.0 * slope) if b > 0.0 else 2.0 * half * income / (root - b)
