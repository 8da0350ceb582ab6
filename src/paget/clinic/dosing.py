"""Dosing: what a course of treatment does to every lesion of a patient.

The cycles between two assessments, or of a course without one, are given in one go, each to the
lesion as the one before has left it: how hard a drug hits goes with growth, and growth with size.
The lesion is then what grows, from the first of these cycles on, to the size that the last leaves:
exact when they are over, too small until then. Sensitive cells are killed or held, resistant ones
are not; a colony of few cells may die out altogether, a large one contains cells that resist.

Public names: ``give_cycles``, ``recover``, ``irradiate``.
"""

import numpy as np

from paget.body.growth import NEVER, growth_rate, size_after, size_before
from paget.body.lesion import Scratch, World, law_of, size_on
from paget.clinic.burden import measure
from paget.clinic.chart import Person
from paget.clinic.keys import course_key, operation_key
from paget.clinic.looking import changed
from paget.clinic.notes import note_left
from paget.clinic.radiotherapy import surviving_fraction
from paget.clinic.records import LINE_DRUGS
from paget.clinic.resistance import eradicated, inherits, resistant_cells, survivors
from paget.clinic.systemic import (
    ASLEEP,
    STALLED,
    arrested,
    cycle_survival,
    growth_fraction,
    has_target,
    responds,
    sleeper_effect,
)
from paget.core import streams
from paget.kernels.jit import constant, jit
from paget.kernels.philox import SELF, uniform
from paget.words import ELIMINATE, HOLD, METASTASES_TARGET, NODES_TARGET, PRIMARY_TARGET

FOUNDER = 4096  # marks the draw of a founder's resistance among those of its clones
LASTING = constant(1)  # the entity of the draw whether a response lasts
SURELY = 40.0  # expected cells from which a lesion never dies out
GONE = 1e-12  # expected cells below which it always does


@jit
def _leave(
    person: Person,
    scratch: Scratch,
    i: int,
    day: float,
    sensitive: float,
    resistant: float,
    drug: int,
    course: int,
    fewest: float,
) -> None:
    """Leave a lesion with the cells that are expected after a treatment, or with none.

    Whether the last cells survive is one draw a lesion and course: it dies out at the first dose
    after which u < exp(-cells expected); ``fewest`` are the fewest cells ever expected.
    """
    lesion = scratch.lesions[i]
    changed(scratch, lesion)
    if fewest < SURELY:
        u = uniform(person.key, streams.CURE, person.patient, lesion.id, course)
        if eradicated(u, fewest):
            lesion.removed, lesion.killed = day, 1
            return
    lesion.anchor, lesion.treated_by = day, drug
    lesion.sensitive, lesion.resistant = sensitive, resistant
    note_left(scratch, i, day)


@jit
def recover(person: Person, world: World, scratch: Scratch, k: int, day: float) -> None:
    """End a course of line ``k`` on ``day``: what has survived has the cells to regrow from."""
    line = world.protocol.lines[k]
    hardest = _hardest(world, line, _working(person, world, line))
    for i in range(scratch.n_lesions):
        lesion = scratch.lesions[i]
        if lesion.anchor == NEVER or lesion.treated_by != hardest:
            continue
        expected = size_on(lesion, day, world)
        if 0.0 < expected < SURELY:
            factor = survivors(expected) / expected
            lesion.sensitive *= factor
            lesion.resistant *= factor
            changed(scratch, lesion)
            note_left(scratch, i, day)


@jit
def _resistant(
    person: Person, world: World, scratch: Scratch, i: int, k: int, n: float, rate: float
) -> float:
    """Return how many of the ``n`` cells of a lesion resist drug ``k``.

    Since its last treatment by the same drug both parts have grown alike; a lesion that a treated
    one has founded may come from a cell that resists.
    """
    lesion = scratch.lesions[i]
    if lesion.anchor < NEVER and lesion.treated_by == k:
        return n * lesion.resistant / (lesion.sensitive + lesion.resistant)
    if rate <= 0.0:
        return 0.0
    key, patient, drug = person.key, person.patient, world.protocol.drugs[k]
    if i > 0:
        parent = scratch.lesions[lesion.parent]
        if parent.treated_by == k and lesion.founded >= parent.anchor:
            u = uniform(key, streams.RESISTANT, patient, lesion.id, FOUNDER + drug.key)
            if inherits(u, parent.resistant / (parent.sensitive + parent.resistant)):
                return n
    return resistant_cells(key, patient, lesion.id, drug.kind, n, rate, world.cell_loss)


@jit
def _works(person: Person, world: World, k: int) -> bool:
    """Return whether a drug works in this patient: the target is there, and the luck."""
    drug = world.protocol.drugs[k]
    u = uniform(person.key, streams.RESPONDER, person.patient, SELF, drug.key)
    return has_target(drug, person.subtype) and responds(u, drug.responders)


@jit
def _working(person: Person, world: World, line: np.record) -> int:
    """Return a bit mask of the drugs of a line that work in this patient."""
    mask = 0
    for d in range(LINE_DRUGS):
        if line.drugs[d] >= 0 and _works(person, world, line.drugs[d]):
            mask |= 1 << d
    return mask


@jit
def _hardest(world: World, line: np.record, working: int) -> int:
    """Return the working drug of a line that is hardest to resist; -1 where none works.

    Assumes
    -------
    Cells that resist that one resist the combination.
    """
    hardest = -1
    for d in range(LINE_DRUGS):
        if (working >> d) & 1 == 0:
            continue
        rate = world.protocol.drugs[line.drugs[d]].resistance_rate
        if hardest < 0 or rate < world.protocol.drugs[hardest].resistance_rate:
            hardest = line.drugs[d]
    return hardest


@jit
def _treat_sleeper(
    person: Person,
    world: World,
    scratch: Scratch,
    i: int,
    k: int,
    working: int,
    cycles: int,
    day: float,
) -> None:
    """Do to a sleeping or stalled colony what the drugs of line ``k`` do, each once a course."""
    lesion, line = scratch.lesions[i], world.protocol.lines[k]
    state = ASLEEP if day < lesion.wakes else STALLED
    for d in range(LINE_DRUGS):
        row = line.drugs[d]
        if (working >> d) & 1 == 0:
            continue
        drug = world.protocol.drugs[row]
        if lesion.site < world.n_sites and drug.sanctuary[lesion.site] <= 0.0:
            continue
        index = course_key(drug.key, scratch.course.given[k])
        u = uniform(person.key, streams.SLEEPER, person.patient, lesion.id, index)
        effect = sleeper_effect(drug, state, u)
        if effect == ELIMINATE:
            changed(scratch, lesion)
            lesion.removed, lesion.killed = day, 1
            return
        if effect == HOLD:
            _hold(scratch, lesion, state, cycles * line.every)
            return


@jit
def _hold(scratch: Scratch, lesion: np.record, state: int, days: float) -> None:
    """Let the clock of a sleeping or stalled colony stand still."""
    if lesion.stall_until == NEVER:
        return
    changed(scratch, lesion)
    if state == ASLEEP:
        lesion.wakes += days
        lesion.balance_from += days
        lesion.balance_until += days
        lesion.stall_from += days
    lesion.stall_until += days


@jit
def _is_held(lesion: np.record, day: float) -> bool:
    """Return whether an untreated lesion sleeps or stalls on ``day``."""
    if day < lesion.wakes:
        return True
    if lesion.anchor < NEVER:
        return False
    return lesion.balance_from <= day < lesion.balance_until or (
        lesion.stall_from <= day < lesion.stall_until
    )


@jit
def _growth(world: World, lesion: np.record, days: float, n: float) -> float:
    """Return the factor by which a lesion of ``n`` cells grows in ``days``."""
    return max(size_after(law_of(lesion, world), n, days) / n, 1.0)


@jit
def _one_cycle(
    world: World,
    lesion: np.record,
    line: np.record,
    working: int,
    n: float,
    fastest: float,
) -> float:
    """Return what one cycle of a line leaves of the sensitive cells of a lesion of ``n`` cells.

    ``fastest`` is the fastest that the lesion has ever grown.
    """
    left, pace, grown = 1.0, -1.0, -1.0
    for d in range(LINE_DRUGS):
        if (working >> d) & 1 == 0:
            continue
        drug = world.protocol.drugs[line.drugs[d]]
        reaches = drug.sanctuary[lesion.site] if lesion.site < world.n_sites else 1.0
        if drug.norton_simon > 0.0 and pace < 0.0:
            pace = growth_fraction(growth_rate(law_of(lesion, world), n), fastest)
        left *= cycle_survival(drug, reaches, pace, True)
        if drug.arrest > 0.0:
            if grown < 0.0:
                grown = _growth(world, lesion, line.every, n)
            left *= arrested(drug, reaches, grown, True)
    return left


@jit
def _course(
    world: World,
    lesion: np.record,
    line: np.record,
    working: int,
    sensitive: float,
    resistant: float,
    cycles: int,
) -> tuple[float, float, float]:
    """Give ``cycles`` of a line to a lesion of some sensitive and some resistant cells.

    Returns the sensitive and the resistant cells from which it grows, from the first cycle on and
    untreated, to what it is at the end; and the fewest cells that were ever expected.
    """
    law, n = law_of(lesion, world), sensitive + resistant
    fewest, resist, fastest = n, resistant, growth_rate(law, 1.0)
    for _ in range(cycles):
        sensitive *= _one_cycle(world, lesion, line, working, n, fastest)
        fewest = min(fewest, sensitive + resist)
        n = sensitive + resistant
        if n < GONE:
            return sensitive, resistant, fewest
        grown = size_after(law, n, line.every) / n
        sensitive, resistant, n = sensitive * grown, resistant * grown, n * grown
    shrunk = size_before(law, n, cycles * line.every) / n
    return sensitive * shrunk, resistant * shrunk, fewest


@jit
def give_cycles(
    person: Person, world: World, scratch: Scratch, k: int, cycles: int, day: float
) -> None:
    """Give ``cycles`` of line ``k`` from ``day`` on to every lesion."""
    line = world.protocol.lines[k]
    working = _working(person, world, line)
    hardest = _hardest(world, line, working)
    if hardest < 0:
        return
    drug, course = world.protocol.drugs[hardest], course_key(line.key, scratch.course.given[k])
    rate = drug.resistance_rate
    if uniform(person.key, streams.RESPONDER, person.patient, LASTING, drug.key) < drug.durable:
        rate = 0.0
    measure(world, scratch, day)
    for i in range(scratch.n_lesions):
        lesion = scratch.lesions[i]
        n = lesion.cells
        if n <= 0.0:
            continue
        if i > 0 and _is_held(lesion, day):
            _treat_sleeper(person, world, scratch, i, k, working, cycles, day)
            continue
        resist = _resistant(person, world, scratch, i, hardest, n, rate)
        left = _course(world, lesion, line, working, n - resist, resist, cycles)
        sensitive, resistant, fewest = left
        _leave(person, scratch, i, day, sensitive, resistant, hardest, course, fewest)


@jit
def irradiate(person: Person, world: World, scratch: Scratch, k: int, day: float) -> float:
    """Irradiate what line ``k`` aims at; return the surviving fraction of cells."""
    line = world.protocol.lines[k]
    fraction = surviving_fraction(line.dose, line.fractions, line.alpha, line.beta)
    for i in range(scratch.n_lesions):
        lesion = scratch.lesions[i]
        if lesion.founded > day or lesion.removed <= day:
            continue
        target = METASTASES_TARGET
        if i == 0:
            target = PRIMARY_TARGET
        elif world.soil[lesion.site].is_regional:
            target = NODES_TARGET
        if line.targets & target == 0 or (target == METASTASES_TARGET and lesion.seen > day):
            continue
        n = size_on(lesion, day, world)
        if n <= 0.0 or day < lesion.wakes:
            continue
        share = 0.0
        if lesion.anchor < NEVER:
            share = lesion.resistant / (lesion.sensitive + lesion.resistant)
        drug = lesion.treated_by
        sensitive, resistant = n * (1.0 - share) * fraction, n * share * fraction
        _leave(
            person,
            scratch,
            i,
            day,
            sensitive,
            resistant,
            drug,
            operation_key(line.key),
            sensitive + resistant,
        )
    return fraction
