"""The agenda: soonest first, whatever was planned when."""

import numpy as np

from paget.body.growth import NEVER
from paget.clinic.agenda import drop_all, plan, soonest, take
from paget.clinic.records import COURSE, MAX_EVENTS
from paget.words import DOSES, SCAN, START
from tests.lived import Table


def course() -> Table:
    return np.zeros(1, COURSE).view(np.recarray)[0]


def test_events_come_in_order_of_time_and_then_of_planning() -> None:
    c = course()
    for row, day in enumerate((30.0, 10.0, 20.0, 10.0)):
        plan(c, day, SCAN, row, 0)
    told = []
    while c.n_events:
        i = soonest(c)
        take(c, i)
        told.append(int(c.events[c.n_events].row))
    assert told[0] == 1
    assert sorted(told[:2]) == [1, 3]
    assert told[2:] == [2, 0]
    assert soonest(c) == -1


def test_what_never_comes_is_not_kept_and_room_is_bounded() -> None:
    c = course()
    plan(c, NEVER, START, 0, 0)
    assert c.n_events == 0
    for k in range(MAX_EVENTS + 5):
        plan(c, float(k), START, k, 0)
    assert c.n_events == MAX_EVENTS


def test_all_doses_can_be_cancelled() -> None:
    c = course()
    plan(c, 1.0, DOSES, 7, 0)
    plan(c, 2.0, DOSES, 8, 0)
    plan(c, 3.0, SCAN, 7, 0)
    drop_all(c, DOSES)
    assert [int(c.events[i].what) for i in range(c.n_events)] == [SCAN]
