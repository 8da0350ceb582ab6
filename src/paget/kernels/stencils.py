"""Stencils: one explicit step of diffusion and decay on a plane or a box of points.

A field has the shape (lines, columns), where the lines of all planes follow each other; a plane
alone is a two-dimensional grid. The step is made in place: old values are kept for three lines and
one plane only, so that a large field is read and written once. Threads may take shares of the
planes; before the step each share keeps the old planes next to it (`keep_edges`), and the result is
the same for any shares.

Beyond the edge of the grid lies, by the ``edge`` of a field,

- ``NO_FLUX``: the edge value again (a mirror on the outer face of the edge point: the sum stays);
- ``MIRROR``: the value one inside the edge (a mirror on the edge point itself);
- ``FIXED``: nothing, the edge points keep their values.

Along an axis of a single point nothing flows, and it has no edge.

Public names: ``NO_FLUX``, ``MIRROR``, ``FIXED``, ``Sources``, ``room_for_edges``, ``keep_edges``,
``fill``, ``euler``, ``is_end``, ``is_rim``.
"""

from typing import Any, Final, NamedTuple

import numpy as np

from paget.kernels.jit import jit
from paget.kernels.prefetch import prefetch

NO_FLUX: Final = 0
MIRROR: Final = 1
FIXED: Final = 2
_AHEAD: Final = 8  # lines
_CACHE_LINE: Final = 64  # bytes


class Sources(NamedTuple):
    """What is added to a field in a step, for each source that a point holds and beside that."""

    counts: Any
    """Numbers of sources, shape (kinds, lines, columns)."""
    kinds: Any
    """The kinds that add anything."""
    strengths: Any
    """What one source of each of these adds."""
    extra: Any
    """What is added beside that, shape (lines, columns); no lines where nothing is."""


def room_for_edges(values: Any, rows: int, shares: int) -> Any:
    """Return room for the old planes below and above each share."""
    return np.empty((2 * shares * rows, values.shape[1]), values.dtype)


@jit
def _share(first: int, planes: int, shares: int) -> int:
    """Return the number of the share that starts at a plane, of equal shares."""
    return (first * shares + planes - 1) // planes


@jit
def keep_edges(values: Any, planes: int, rows: int, kept: Any, first: int, last: int) -> None:
    """Keep the planes next to a share as they are now: below it, and above it."""
    place = 2 * rows * _share(first, planes, len(kept) // (2 * rows))
    if first > 0:
        kept[place : place + rows] = values[(first - 1) * rows : first * rows]
    if last < planes:
        kept[place + rows : place + 2 * rows] = values[last * rows : (last + 1) * rows]


@jit
def is_end(place: int, places: int) -> bool:
    """Tell whether a place is the first or the last of several."""
    return places > 1 and (place == 0 or place == places - 1)


@jit
def is_rim(line: int, planes: int, rows: int) -> bool:
    """Tell whether a line lies on the edge of its plane, or in the first or last plane."""
    return is_end(line % rows, rows) or is_end(line // rows, planes)


@jit
def euler(
    values: Any,
    planes: int,
    rows: int,
    ratio: float,
    keep: float,
    edge: int,
    sources: Sources,
    kept: Any,
    first: int,
    last: int,
) -> None:
    """Carry a field on by one explicit step.

    Parameters
    ----------
    values : the field, shape (planes x rows, columns).
    planes, rows : of the grid.
    ratio : diffusion coefficient times step over spacing squared.
    keep : share of a value that stays where it is: 1 - n ratio - decay, with n = 4 points next to
        one in a plane alone and 6 in a box.
    edge : what lies beyond the edge.
    sources : what is added.
    kept : what `keep_edges` kept.
    first, last : share of the planes.
    """
    columns = values.shape[1]
    deep = planes > 1
    held = np.empty((3, columns + 2), values.dtype)  # old lines that roll on, with two ghosts each
    below = np.empty((rows if deep else 1, columns), values.dtype)  # the old plane below
    over = np.empty((1, columns), values.dtype)  # the old line above, at the end of the share
    made = np.zeros(columns, values.dtype)
    place = 2 * rows * _share(first, planes, len(kept) // (2 * rows))
    if first > 0:
        below[:] = kept[place : place + rows]
    for z in range(first, last):
        _hold(held, 0, values, z * rows, edge)
        for y in range(rows):
            line = z * rows + y
            now, before, after = y % 3, (y + 2) % 3, (y + 1) % 3
            if y < rows - 1:
                _hold(held, after, values, line + 1, edge)
            else:
                after = before if edge == MIRROR and rows > 1 else now
            if y == 0:
                before = after if edge == MIRROR else now
            fill(made, sources, line)
            if deep:
                _look_ahead(values, line + rows + _AHEAD)
                if z == last - 1:
                    _look_over(
                        over, held[now], below[y], kept, place + rows + y, last < planes, edge
                    )
                if z == 0:
                    above = over[0] if z == last - 1 else values[line + rows]
                    _begin(below[y], held[now], above, edge)
            if edge == FIXED and is_rim(line, planes, rows):
                if deep:
                    below[y] = held[now, 1:-1]
            elif not deep:
                _flat(values, line, held, before, now, after, made, ratio, keep)
            elif z < last - 1:
                _box(
                    values,
                    line,
                    held,
                    before,
                    now,
                    after,
                    below,
                    y,
                    values,
                    line + rows,
                    made,
                    ratio,
                    keep,
                )
            else:
                _box(values, line, held, before, now, after, below, y, over, 0, made, ratio, keep)
            if edge == FIXED and columns > 1:
                values[line, 0] = held[now, 1]
                values[line, columns - 1] = held[now, columns]


@jit
def _hold(held: Any, place: int, values: Any, line: int, edge: int) -> None:
    """Copy a line, with what lies beyond its ends."""
    n = values.shape[1]
    for x in range(n):  # a loop: an assignment of slices is several times slower
        held[place, x + 1] = values[line, x]
    inward = 1 if edge == MIRROR and n > 1 else 0
    held[place, 0] = values[line, inward]
    held[place, n + 1] = values[line, n - 1 - inward]


@jit
def _look_ahead(values: Any, line: int) -> None:
    """Ask for a line, where there is one, before it is needed."""
    if line < len(values):
        for x in range(0, values.shape[1], _CACHE_LINE // values.itemsize):
            prefetch(values, line, x)


@jit
def _begin(below: Any, now: Any, above: Any, edge: int) -> None:
    """Write what lies below the first plane."""
    if edge == MIRROR:
        below[:] = above
    else:
        below[:] = now[1:-1]


@jit
def _look_over(
    over: Any, now: Any, below: Any, kept: Any, line: int, is_inside: bool, edge: int
) -> None:
    """Write what lies above the last plane of a share: the next share, or beyond the grid."""
    if is_inside:
        over[0] = kept[line]
    elif edge == MIRROR:
        over[0] = below
    else:
        over[0] = now[1:-1]


@jit
def fill(made: Any, sources: Sources, line: int) -> None:
    """Write what the sources of a line add to ``made``."""
    if len(sources.extra) > 0:
        for x in range(len(made)):
            made[x] = sources.extra[line, x]
    elif len(sources.kinds) > 0:
        for x in range(len(made)):
            made[x] = 0.0
    for k in range(len(sources.kinds)):
        kind = sources.kinds[k]
        strength = sources.strengths[k]
        for x in range(len(made)):
            made[x] += strength * made.dtype.type(sources.counts[kind, line, x])


@jit
def _flat(
    values: Any,
    line: int,
    held: Any,
    before: int,
    now: int,
    after: int,
    made: Any,
    ratio: float,
    keep: float,
) -> None:
    for x in range(len(made)):
        along = held[now, x] + held[now, x + 2]
        across = held[before, x + 1] + held[after, x + 1]
        values[line, x] = keep * held[now, x + 1] + ratio * (along + across) + made[x]


@jit
def _box(
    values: Any,
    line: int,
    held: Any,
    before: int,
    now: int,
    after: int,
    below: Any,
    y: int,
    above: Any,
    over: int,
    made: Any,
    ratio: float,
    keep: float,
) -> None:
    for x in range(len(made)):
        old = held[now, x + 1]
        along = held[now, x] + held[now, x + 2]
        across = held[before, x + 1] + held[after, x + 1]
        through = below[y, x] + above[over, x]
        values[line, x] = keep * old + ratio * (along + across + through) + made[x]
        below[y, x] = old
