"""Lines of treatment: who is eligible, and what starts when.

A line waits for its trigger: the diagnosis, the end of another line, a recurrence or a progression.
All eligible lines of a trigger start, in the order of the protocol; of a group of alternatives only
the first. Eligibility goes by what the clinic has seen.

Public names: ``eligible``, ``trigger``, ``plan_surgery``, ``aim_of``.
"""

import numpy as np

from paget.body.growth import NEVER
from paget.body.lesion import Scratch, World
from paget.clinic.agenda import plan
from paget.clinic.chart import Person
from paget.clinic.staging import sentinel_positive
from paget.core import streams
from paget.core.units import YEAR
from paget.kernels.jit import jit
from paget.kernels.philox import ONCE, SELF, uniform
from paget.words import (
    AFTER,
    CURATIVE,
    DIAGNOSIS,
    FIRST,
    METASTASES_TARGET,
    NODES_TARGET,
    PALLIATIVE,
    PRIMARY_TARGET,
    RADIOTHERAPY,
    START,
    SURGERY,
)

DAYS_A_FRACTION = 1.4  # five fractions a week


@jit
def age_on(person: Person, day: float) -> float:
    """Return the age [year] on a day."""
    return person.age_onset + (day - person.invasion_day) / YEAR


@jit
def fits(person: Person, course: np.record, line: np.record, day: float) -> bool:
    """Return whether what is seen of a patient on ``day`` fits a line; aim and luck apart."""
    if not line.t_min <= course.t <= line.t_max or not line.n_min <= course.n <= line.n_max:
        return False
    if not line.m_min <= course.m <= line.m_max or course.metastases > line.most_metastases:
        return False
    if course.sites & ~line.sites != 0:
        return False
    if (line.subtypes >> person.subtype) & 1 == 0 or person.performance > line.max_performance:
        return False
    return line.min_age <= age_on(person, day) <= line.max_age


@jit
def eligible(person: Person, world: World, scratch: Scratch, k: int, day: float) -> bool:
    """Return whether line ``k`` may be given to a patient on ``day``.

    Whether a patient gets a line that not all get is one draw a line, whenever it is offered.
    """
    line, course = world.protocol.lines[k], scratch.course
    if course.given[k] >= line.repeats or person.last_response > line.response:
        return False
    if line.aim not in (0, person.aim):
        return False
    if not fits(person, course, line, day):
        return False
    return uniform(person.key, streams.LINE_SHARE, person.patient, SELF, line.key) < line.share


@jit
def trigger(
    person: Person, world: World, scratch: Scratch, what: int, after: int, day: float
) -> int:
    """Plan the lines that a trigger starts; return how many.

    ``after`` is the line that has ended, where that is the trigger; else -1.
    """
    started, group = 0, np.int64(0)
    for k in range(world.protocol.n_lines):
        line = world.protocol.lines[k]
        if line.trigger != what or (what == AFTER and line.after != after):
            continue
        if line.group >= 0 and (group >> line.group) & 1:
            continue
        if not eligible(person, world, scratch, k, day):
            continue
        if line.group >= 0:
            group |= np.int64(1) << line.group
        start = day + line.delay
        if line.kind == SURGERY and line.targets & PRIMARY_TARGET:
            start = scratch.course.surgery
        plan(scratch.course, start, START, k, FIRST)
        started += 1
    return started


@jit
def aim_of(person: Person, world: World, scratch: Scratch, day: float) -> int:
    """Return the aim: cure where nothing metastatic is seen, or all of it can be removed."""
    if scratch.course.m == 0:
        return CURATIVE
    for k in range(world.protocol.n_lines):
        line = world.protocol.lines[k]
        if line.kind != SURGERY or line.targets & METASTASES_TARGET == 0:
            continue
        if fits(person, scratch.course, line, day):
            return CURATIVE
    return PALLIATIVE


@jit
def _ends(world: World, k: int, start: float) -> float:
    """Return the day on which line ``k`` ends that starts on ``start``."""
    line = world.protocol.lines[k]
    if line.kind == SURGERY:
        return start
    if line.kind == RADIOTHERAPY:
        return start + DAYS_A_FRACTION * line.fractions
    return start + line.cycles * line.every


@jit
def plan_surgery(person: Person, world: World, scratch: Scratch) -> None:
    """Write the day on which the primary will be removed, or never, and whether its nodes stay.

    The plan is made at diagnosis: surgery at once, or after the lines that come before it. Nodes
    stay where the operation does not aim at them, or where the sentinel node is negative.
    """
    person.surgery_day = NEVER
    if not world.surgery:
        return
    day = person.diagnosis_day
    for k in range(world.protocol.n_lines):
        line = world.protocol.lines[k]
        if line.kind != SURGERY or line.targets & PRIMARY_TARGET == 0:
            continue
        if not eligible(person, world, scratch, k, day):
            continue
        planned = NEVER
        if line.trigger == DIAGNOSIS:
            planned = day + world.surgery_delay + line.delay
        elif line.trigger == AFTER:
            first = world.protocol.lines[line.after]
            if first.trigger == DIAGNOSIS and eligible(person, world, scratch, line.after, day):
                planned = _ends(world, line.after, day + first.delay) + line.delay
        if planned < NEVER:
            person.surgery_day = planned
            look_at_sentinel(person, world)
            if line.targets & NODES_TARGET == 0 or person.sentinel == 0:
                person.nodes_stay = 1
            return


@jit
def look_at_sentinel(person: Person, world: World) -> None:
    """Write whether the sentinel node is positive, where the protocol looks for one."""
    if world.protocol.sentinel <= 0.0:
        return
    u = uniform(person.key, streams.SENTINEL, person.patient, SELF, ONCE)
    is_positive = sentinel_positive(person.positive_nodes, world.protocol.sentinel, u)
    person.sentinel = 1 if is_positive else 0
