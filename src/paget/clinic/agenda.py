"""Agenda: what is planned in one life, soonest first.

A handful of events at most is planned at any time, so the soonest is found by looking at all.

Public names: ``plan``, ``soonest``, ``take``, ``drop_all``.
"""

import numpy as np

from paget.body.growth import NEVER
from paget.clinic.records import MAX_EVENTS
from paget.kernels.jit import jit


@jit
def plan(course: np.record, day: float, what: int, row: int, number: int) -> None:
    """Plan an event; one that never comes is not kept, nor one for which there is no room."""
    n = course.n_events
    if day == NEVER or n >= MAX_EVENTS:
        return
    event = course.events[n]
    event.day, event.what, event.row, event.number = day, what, row, number
    course.n_events = n + 1


@jit
def soonest(course: np.record) -> int:
    """Return the place of the soonest event, the first planned of those on one day; -1: none."""
    best = -1
    for i in range(course.n_events):
        if best < 0 or course.events[i].day < course.events[best].day:
            best = i
    return best


@jit
def take(course: np.record, i: int) -> None:
    """Move an event behind the last one, where it may be read until the next is planned."""
    last = course.n_events - 1
    a, b = course.events[i], course.events[last]
    a.day, b.day = b.day, a.day
    a.what, b.what = b.what, a.what
    a.row, b.row = b.row, a.row
    a.number, b.number = b.number, a.number
    course.n_events = last


@jit
def drop_all(course: np.record, what: int) -> None:
    """Cancel all events of one kind; the others keep their order."""
    n = 0
    for i in range(course.n_events):
        a, b = course.events[i], course.events[n]
        if a.what != what:
            b.day, b.what, b.row, b.number = a.day, a.what, a.row, a.number
            n += 1
    course.n_events = n
