"""Therapy: what starts, goes on and ends when a line of treatment is given.

Public names: ``start_line``, ``dose``.
"""

from paget.body.growth import NEVER
from paget.body.lesion import Scratch, World, size_on
from paget.body.progression import diameter
from paget.clinic.agenda import plan
from paget.clinic.burden import measure
from paget.clinic.chart import Person
from paget.clinic.dosing import give_cycles, irradiate, recover
from paget.clinic.keys import course_key
from paget.clinic.late import recount_overt
from paget.clinic.lines import DAYS_A_FRACTION, age_on, trigger
from paget.clinic.looking import changed, count_seen, look, seen_from
from paget.clinic.notes import note, note_left
from paget.clinic.outcome import account, weigh
from paget.clinic.records import LINE_DRUGS, MOST_LINES, MOST_TARGETS
from paget.clinic.recurrence import irradiate_bed, plan_follow_up
from paget.clinic.response import recist
from paget.clinic.staging import n_category
from paget.clinic.surgery import dies_in_operation, leaves_residual
from paget.clinic.systemic import FATAL, TOLERATED, toxic_outcome
from paget.clinic.workup import examine_nodes
from paget.core import streams
from paget.kernels.jit import inlined, jit
from paget.kernels.philox import SELF, uniform
from paget.words import (
    AFTER,
    CURATIVE,
    DIED_OF_IT,
    DOSES,
    FIRST,
    FOR_RESPONSE,
    LINE_END_NOTE,
    LINE_START_NOTE,
    METASTASES_TARGET,
    NOTHING,
    OPERATION,
    PALLIATIVE,
    PRIMARY_TARGET,
    PROGRESSED,
    PROGRESSION,
    RADIOTHERAPY,
    RESPONSE_NOTE,
    STABLE,
    STOPPED_BY_TOXICITY,
    SURGERY,
    SURGERY_NOTE,
    TOXICITY_NOTE,
    TREATMENT,
)

A_SITE = 2  # lesions measured in one site


@inlined
def start_line(person: Person, world: World, scratch: Scratch, k: int, day: float) -> None:
    """Start line ``k``, unless the patient's aim has changed since it was planned.

    The operation on the primary takes place on its day, whatever was found while waiting for it.
    """
    line, course = world.protocol.lines[k], scratch.course
    if person.n_lines >= MOST_LINES or course.given[k] >= line.repeats:
        return
    is_planned = line.kind == SURGERY and day == person.surgery_day
    if line.aim not in (0, person.aim) and not (is_planned and line.targets & PRIMARY_TARGET):
        return
    course.given[k] += 1
    person.n_lines += 1
    if line.kind == SURGERY:
        _operate(person, world, scratch, k, day)
        return
    note(scratch, person, day, LINE_START_NOTE, NOTHING, NOTHING, k, 0.0)
    if line.kind == RADIOTHERAPY:
        if not weigh(person, world, scratch, day):
            return
        fraction = irradiate(person, world, scratch, k, day)
        if line.targets & PRIMARY_TARGET and day >= person.surgery_day:
            irradiate_bed(person, world, scratch, fraction, day)
        recount_overt(person, world, scratch, day)
        end = day + DAYS_A_FRACTION * line.fractions
        note(scratch, person, end, LINE_END_NOTE, NOTHING, NOTHING, k, -1.0)
        trigger(person, world, scratch, AFTER, k, end)
        return
    if person.aim == PALLIATIVE:
        if not weigh(person, world, scratch, day):
            return
        course.line, course.control = k, line.control
        _choose_targets(world, scratch, day)
    plan(course, day, DOSES, k, FIRST)


@inlined
def _operate(person: Person, world: World, scratch: Scratch, k: int, day: float) -> None:
    """Operate: the primary with its nodes, or all metastases that have been seen."""
    line, course = world.protocol.lines[k], scratch.course
    u = uniform(person.key, streams.OPERATIVE, person.patient, SELF, line.key)
    if dies_in_operation(u, line.mortality, line.mortality_decade, age_on(person, day)):
        course.killed, course.killed_by = day, OPERATION
        note(scratch, person, day, SURGERY_NOTE, NOTHING, NOTHING, k, DIED_OF_IT)
        return
    left = 0
    if line.targets & PRIMARY_TARGET:
        examine_nodes(person, world)
        if scratch.lesions[0].removed < day:  # it had died out: there is nothing to leave behind
            scratch.overt[world.n_sites] = course.local_symptom = NEVER
        course.n = n_category(person.found_nodes, world.n3_from)
    if line.targets & METASTASES_TARGET:
        if not weigh(person, world, scratch, day):
            return
        left = _resect(person, world, scratch, k, day)
    note(scratch, person, day, SURGERY_NOTE, NOTHING, NOTHING, k, float(left))
    trigger(person, world, scratch, AFTER, k, day)


@inlined
def _resect(person: Person, world: World, scratch: Scratch, k: int, day: float) -> int:
    """Remove the metastases that have been seen; return how many left cells behind."""
    line, course, p, left = world.protocol.lines[k], scratch.course, world, 0
    for i in range(1, scratch.n_lesions):
        lesion = scratch.lesions[i]
        if not lesion.seen <= day < lesion.removed or world.soil[lesion.site].is_regional:
            continue
        changed(scratch, lesion)
        u = uniform(person.key, streams.RESIDUAL, person.patient, lesion.id, line.key)
        n = size_on(lesion, day, world)
        if n <= p.residual_cells or not leaves_residual(u, p.residual_deep, line.residual):
            lesion.removed = day
            continue
        share = 0.0
        if lesion.anchor < NEVER:
            share = lesion.resistant / (lesion.sensitive + lesion.resistant)
        lesion.first_seen = min(lesion.first_seen, lesion.seen)
        lesion.anchor, lesion.seen, left = day, NEVER, left + 1
        lesion.sensitive, lesion.resistant = (
            p.residual_cells * (1.0 - share),
            p.residual_cells * share,
        )
        lesion.overt = NEVER
        note_left(scratch, i, day)
    recount_overt(person, world, scratch, day)
    count_seen(world, scratch, day)
    course.line, course.control, course.is_late = -1, 1.0, 0
    person.aim = CURATIVE
    plan_follow_up(person, world, scratch, day)
    return left


@jit
def _choose_targets(world: World, scratch: Scratch, day: float) -> None:
    """Choose the lesions whose diameters will be measured: the largest seen, two a site."""
    course = scratch.course
    course.targets[:] = -1
    total, largest = 0.0, NEVER
    for k in range(MOST_TARGETS):
        best, cells = -1, 0.0
        for i in range(1, scratch.n_lesions):
            lesion = scratch.lesions[i]
            if not lesion.seen <= day < lesion.removed or _is_target(scratch, i):
                continue
            n = size_on(lesion, day, world)
            if cells < n <= largest and _measured_in(scratch, lesion.site) < A_SITE:
                best, cells = i, n
        if best < 0:
            break
        course.targets[k], largest = best, cells
        total += diameter(cells, world.density) / 1000.0
    course.baseline = course.nadir = total


@jit
def _is_target(scratch: Scratch, i: int) -> bool:
    """Return whether a lesion is measured already."""
    for k in range(MOST_TARGETS):
        if scratch.course.targets[k] == i:
            return True
    return False


@jit
def _measured_in(scratch: Scratch, site: int) -> int:
    """Return how many lesions of a site are measured."""
    n = 0
    for k in range(MOST_TARGETS):
        i = scratch.course.targets[k]
        if i >= 0 and scratch.lesions[i].site == site:
            n += 1
    return n


@inlined
def _respond(person: Person, world: World, scratch: Scratch, day: float) -> int:
    """Measure the response on ``day``; return its code, best first."""
    course = scratch.course
    row = world.protocol.workup[0]
    measure(world, scratch, day)
    is_new = look(person, world, scratch, row, FOR_RESPONSE, day) > 0
    total, gone = 0.0, True
    for k in range(MOST_TARGETS):
        i = course.targets[k]
        if i < 0:
            continue
        lesion = scratch.lesions[i]
        n = size_on(lesion, day, world)
        total += diameter(n, world.density) / 1000.0
        gone = gone and (n <= 0.0 or n < seen_from(person, world, lesion, row))
    response = PROGRESSED if is_new else STABLE
    if course.baseline > 0.0:  # else nothing can be measured
        response = recist(course.baseline, course.nadir, total, is_new, gone)
    course.nadir = min(course.nadir, total)
    person.last_response = response
    note(scratch, person, day, RESPONSE_NOTE, NOTHING, NOTHING, response, total)
    count_seen(world, scratch, day)
    return response


@jit
def _end(
    person: Person, world: World, scratch: Scratch, k: int, day: float, result: int, what: int
) -> None:
    """End line ``k`` and start what its end is the trigger of."""
    course = scratch.course
    note(scratch, person, day, LINE_END_NOTE, NOTHING, NOTHING, k, float(result))
    recover(person, world, scratch, k, day)
    if course.line == k:
        account(world, scratch, day)
        course.line, course.control = -1, 1.0
    trigger(person, world, scratch, what, k, day)


@inlined
def _is_toxic(person: Person, world: World, scratch: Scratch, k: int, day: float) -> bool:
    """Return whether line ``k`` must stop for its toxicity; it may kill."""
    course, line = scratch.course, world.protocol.lines[k]
    toxic = False
    for d in range(LINE_DRUGS):
        row = line.drugs[d]
        if row < 0:
            continue
        drug = world.protocol.drugs[row]
        index = course_key(drug.key, course.given[k])
        u = uniform(person.key, streams.TOXICITY, person.patient, line.key, index)
        outcome = toxic_outcome(drug, u)
        if outcome == FATAL:
            course.killed, course.killed_by = day + line.every, TREATMENT
        toxic = toxic or outcome != TOLERATED
    if toxic:
        note(scratch, person, day, TOXICITY_NOTE, NOTHING, NOTHING, k, 0.0)
    return toxic


@inlined
def dose(person: Person, world: World, scratch: Scratch, k: int, number: int, day: float) -> None:
    """Go on with systemic line ``k`` after ``number`` cycles: assess, give the next, or end."""
    line, course = world.protocol.lines[k], scratch.course
    is_palliative = course.line == k
    if number > 0 and is_palliative:
        response = _respond(person, world, scratch, day)
        if response == PROGRESSED:
            person.progression_day = min(person.progression_day, day)
            _end(person, world, scratch, k, day, response, PROGRESSION)
            return
    over = line.cycles > 0 and number >= line.cycles
    if over and not is_palliative:
        _end(person, world, scratch, k, day, NOTHING, AFTER)
        return
    every = line.assess if line.assess > 0.0 else (line.cycles * line.every)
    cycles = max(1, round(every / line.every))
    if over:  # a pause in treatment: it is only watched
        plan(course, day + cycles * line.every, DOSES, k, number)
        return
    if line.cycles > 0:
        cycles = min(cycles, line.cycles - number)
    if not weigh(person, world, scratch, day):
        return
    is_toxic = number == 0 and _is_toxic(person, world, scratch, k, day)
    give_cycles(person, world, scratch, k, 1 if is_toxic else cycles, day)
    recount_overt(person, world, scratch, day)
    if is_toxic:
        what = PROGRESSION if is_palliative else AFTER
        _end(person, world, scratch, k, day + line.every, STOPPED_BY_TOXICITY, what)
        return
    plan(course, day + cycles * line.every, DOSES, k, number + cycles)
