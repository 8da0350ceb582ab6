"""Rare events in steps of time: when a clock rings, and which clocks ring now.

An event of probability q in each step, independently, comes after a geometric number of steps. To
draw that number once costs the same as one trial, and the steps between cost one comparison. Where
the probability changes with the surroundings, q is a bound on it: a clock that rings is accepted
with probability p/q (thinning), which gives exactly p in each step.

Public names: ``NEVER``, ``waiting_steps``, ``due``, ``in_order``.
"""

import math
from typing import Any, Final

import numpy as np

from paget.kernels.jit import jit
from paget.kernels.philox import uniform

NEVER: Final = 2**31 - 1
"""The step of a clock that does not ring: the largest 32-bit integer."""
_GAP: Final = 1  # index of the draw: 0 is left to what is decided when the clock rings


@jit
def waiting_steps(key: int, stream: int, step: int, entity: int, q: float) -> int:
    """Return the number of steps (1, 2, ...) until an event of probability ``q`` a step.

    Parameters
    ----------
    key : of every draw.
    stream : the decision that the clock belongs to.
    step : the step in which the number is drawn; with the entity it names the draw.
    entity : what the clock belongs to: an id of up to 56 bits.
    q : probability of a ring in each step, 0 to 1.
    """
    if q <= 0.0:
        return NEVER
    if q >= 1.0:
        return 1
    waited = 1.0 + math.floor(math.log(uniform(key, stream, step, entity, _GAP)) / math.log1p(-q))
    return int(min(waited, float(NEVER)))


@jit
def due(rings: Any, n: int, step: int, found: Any) -> int:
    """Write the places below ``n`` whose clock rings by ``step`` to ``found``; return how many."""
    count = 0
    for i in range(n):
        found[count] = i
        count += rings[i] <= step
    return count


@jit
def in_order(luck: Any) -> Any:
    """Return the places of numbers that are uniform in (0, 1), in rising order of the numbers.

    As many bins as numbers, and an insertion within each: time grows with the numbers alone.
    """
    n = len(luck)
    ends = np.zeros(n + 1, np.int64)
    for i in range(n):
        ends[int(luck[i] * n) + 1] += 1
    for b in range(n):
        ends[b + 1] += ends[b]
    places = np.empty(n, np.int64)
    for i in range(n):
        b = int(luck[i] * n)
        places[ends[b]] = i
        ends[b] += 1
    for k in range(1, n):
        i = places[k]
        j = k - 1
        while j >= 0 and luck[places[j]] > luck[i]:
            places[j + 1] = places[j]
            j -= 1
        places[j + 1] = i
    return places
