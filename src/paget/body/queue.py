"""The queue of seeds to come: a binary heap of records, soonest day first.

Public names: ``QUEUE``, ``Records``, ``sift_up``, ``pop_soonest``.
"""

from typing import Protocol

import numpy as np

from paget.kernels.jit import jit

QUEUE = np.dtype(
    [
        ("day", "f8"),
        ("source", "i8"),  # row of the lesion that shed it
        ("site", "i8"),  # row of the soil in which it arrives
        ("route", "i8"),
        ("arrivals", "i8"),  # of this source, site and route before this seed
        ("group", "i8"),  # arrivals of this process that this seed stands for
        ("count", "i8"),  # lesions that it founds: the group, for every lesion of the source's row
        ("total", "f8"),  # unit exponentials used up, this seed's included
    ]
)


class Records(Protocol):
    """A structured array of which compiled code reads and writes one record at a time."""

    def __getitem__(self, row: int, /) -> np.record:
        """Return one record, which shares its memory with the array."""
        ...

    def __len__(self) -> int:
        """Return the number of records."""
        ...


Queue = Records


@jit
def _swap(queue: Queue, i: int, j: int) -> None:
    """Exchange two records, field by field (a record has no copy of its own in compiled code)."""
    a, b = queue[i], queue[j]
    a.day, b.day = b.day, a.day
    a.source, b.source = b.source, a.source
    a.site, b.site = b.site, a.site
    a.route, b.route = b.route, a.route
    a.arrivals, b.arrivals = b.arrivals, a.arrivals
    a.group, b.group = b.group, a.group
    a.count, b.count = b.count, a.count
    a.total, b.total = b.total, a.total


@jit
def sift_up(queue: Queue, n: int) -> None:
    """Let the last of ``n`` records rise to its place."""
    i = n - 1
    while i > 0:
        above = (i - 1) // 2
        if queue[above].day <= queue[i].day:
            return
        _swap(queue, i, above)
        i = above


@jit
def pop_soonest(queue: Queue, n: int) -> None:
    """Move the soonest of ``n`` records to place ``n - 1`` and put the rest in order."""
    _swap(queue, 0, n - 1)
    i, left = 0, n - 1
    while True:
        soonest, child = i, 2 * i + 1
        if child < left and queue[child].day < queue[soonest].day:
            soonest = child
        if child + 1 < left and queue[child + 1].day < queue[soonest].day:
            soonest = child + 1
        if soonest == i:
            return
        _swap(queue, i, soonest)
        i = soonest
