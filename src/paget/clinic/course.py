"""Course: a life from its diagnosis on, lived again with the day of surgery known.

Lesions are founded up to the next event of the clinic, the event is handled, and so on to death:
lines of treatment, scans of follow-up and of response, recurrence, progression. A treatment only
ever takes away, so that what was founded stays founded and no second look back is needed.

Public names: ``follow``, ``DONE``, ``LONGER``.
"""

from paget.body.cascade import FULL, next_lesion, open_primary, take_back
from paget.body.growth import NEVER
from paget.body.lesion import Scratch, World
from paget.clinic.agenda import plan, soonest, take
from paget.clinic.chart import Person
from paget.clinic.findings import take_biopsy
from paget.clinic.late import late_death_day, note_overt
from paget.clinic.lines import aim_of, trigger
from paget.clinic.notes import note
from paget.clinic.outcome import begin, close, late_day
from paget.clinic.recurrence import (
    add_later_sites,
    is_continuous,
    local_relapse,
    local_symptom_day,
    plan_follow_up,
    plan_second_primary,
    recur,
    scan,
)
from paget.clinic.survival import burden_death_bound
from paget.clinic.symptoms import (
    metastasis_symptom_bound,
    metastasis_symptom_day,
    treated_symptom_bound,
)
from paget.clinic.therapy import dose, start_line
from paget.clinic.workup import mark_known
from paget.kernels.jit import inlined, jit
from paget.words import (
    BY_SCAN,
    BY_SYMPTOM,
    CURATIVE,
    DIAGNOSIS,
    DOSES,
    FIRST,
    NOTHING,
    PALLIATIVE,
    SCAN,
    SECOND,
    SECOND_PRIMARY_NOTE,
    START,
)

DONE, LONGER = 0, 1
_PATIENCE = 90.0  # [day] until a bound on symptoms is looked at again


@jit
def follow(
    person: Person, world: World, scratch: Scratch, other_death: float, patience: float
) -> int:
    """Live again from the beginning to death, the day of surgery known.

    A bound on the day of death spares the lesions that come after it; treatment may push death past
    it. Returns ``LONGER`` where that happens before the day ``patience``, and then must be called
    again with more of it; ``FULL`` for want of room; else ``DONE``.
    """
    course = scratch.course
    hard = min(other_death, person.end_day)
    until = _open(person, world, scratch, hard, patience)
    symptom, is_sharp = NEVER, is_continuous(world)
    while True:
        i = soonest(course)
        planned = course.events[i].day if i >= 0 else NEVER
        while True:
            watched = _watched(world, scratch, symptom, person)
            stop = min(planned, watched)
            row = next_lesion(person, world, scratch, person.surgery_day, until, stop)
            if row < 0:
                break
            lesion = scratch.lesions[row]
            scratch.by_site[lesion.site] += 1.0
            if person.nodes_stay and world.soil[lesion.site].is_regional:
                lesion.removed = NEVER
            if note_overt(person, world, scratch, lesion):
                until = min(until, max(_late_bound(world, scratch), patience))
            until = min(until, max(burden_death_bound(person, world, lesion, until), patience))
            if not is_sharp and person.aim == CURATIVE:
                symptom = min(symptom, metastasis_symptom_bound(person, world, lesion, until))
        if row == FULL:
            return FULL
        death = min(late_day(world, scratch), course.killed)
        if stop >= min(death, hard, until):
            close(person, world, scratch, other_death)
            if is_sharp and person.recurrence_day < NEVER:
                add_later_sites(person, world, scratch, min(person.death_day, person.end_day))
            outlived = until < min(death, hard) and person.death_day > until
            # Untreated, a bound on death is a death, but for rounding.
            return LONGER if outlived and course.weighed > 0.0 else DONE
        if watched < planned:
            symptom = _watch(person, world, scratch, watched, symptom)
            continue
        take(course, i)
        _happen(person, world, scratch, course.n_events)


@inlined
def _open(person: Person, world: World, scratch: Scratch, hard: float, patience: float) -> float:
    """Begin the course and open the primary; return a bound on the day of death."""
    course = scratch.course
    begin(person, scratch)
    primary = scratch.lesions[0]
    primary.removed, primary.anchor = person.surgery_day, NEVER
    primary.treated_by, primary.killed = -1, 0
    course.surgery = person.surgery_day
    until = hard
    if person.surgery_day < NEVER:
        scratch.overt[world.n_sites] = local_relapse(person, world, scratch)
        course.local_symptom = local_symptom_day(person, world, scratch)
        until = min(until, max(_late_bound(world, scratch), patience))
    plan(course, person.diagnosis_day, START, NOTHING, FIRST)
    open_primary(person, world, scratch, until)
    return until


@jit
def _late_bound(world: World, scratch: Scratch) -> float:
    """Return a day by which overt disease has killed, under the best control of the protocol."""
    course = scratch.course
    control = min(course.control, world.protocol.floor)
    return late_death_day(world, scratch.overt, course.since, course.left, control)


@jit
def _watched(world: World, scratch: Scratch, symptom: float, person: Person) -> float:
    """Return the day on which a recurrence shows itself without a test, as far as is known."""
    course = scratch.course
    if course.is_late or person.aim != CURATIVE or course.now < person.diagnosis_day:
        return NEVER
    if is_continuous(world):
        return scratch.overt.min()
    return min(symptom, course.local_symptom)


@inlined
def _watch(person: Person, world: World, scratch: Scratch, day: float, symptom: float) -> float:
    """Look whether a recurrence shows itself on ``day``; return when to look again."""
    if is_continuous(world):
        recur(person, world, scratch, max(day, scratch.course.now), BY_SCAN)
        return symptom
    found = metastasis_symptom_day(person, world, scratch, day * (1.0 + 1e-12))
    found = min(found, scratch.course.local_symptom)
    if found <= day:
        recur(person, world, scratch, max(found, scratch.course.now), BY_SYMPTOM)
        return symptom
    return max(treated_symptom_bound(person, world, scratch, day), day + _PATIENCE)


@inlined
def _happen(person: Person, world: World, scratch: Scratch, i: int) -> None:
    """Let the event in place ``i`` happen."""
    course = scratch.course
    event = course.events[i]
    day, what, row, number = event.day, event.what, event.row, event.number
    course.now = day
    if what == START and row == NOTHING:
        _diagnose(person, world, scratch, day)
    elif what == START:
        start_line(person, world, scratch, row, day)
        take_back(person, world, scratch, day)
    elif what == DOSES:
        dose(person, world, scratch, row, number, day)
        take_back(person, world, scratch, day)
    elif what == SCAN:
        scan(person, world, scratch, row, number, day)
    elif what == SECOND:
        person.second_primary_day = day
        note(scratch, person, day, SECOND_PRIMARY_NOTE, NOTHING, NOTHING, NOTHING, 0.0)


@inlined
def _diagnose(person: Person, world: World, scratch: Scratch, day: float) -> None:
    """Start what the diagnosis is the trigger of."""
    mark_known(person, world, scratch)
    person.aim = person.intent = aim_of(person, world, scratch, day)
    if person.n_seen > 0:
        take_biopsy(person, world, scratch, day)
    scratch.course.is_late = 1 if person.aim == PALLIATIVE else 0
    trigger(person, world, scratch, DIAGNOSIS, NOTHING, day)
    if person.aim == CURATIVE:
        plan_follow_up(person, world, scratch, day)
        plan_second_primary(person, world, scratch, day)
