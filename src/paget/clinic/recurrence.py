"""Recurrence: how the cancer comes back after treatment to cure, and how that is found.

Distant disease recurs from lesions that had left before surgery, local disease from residual cells.
Follow-up finds it at a scan or by a marker in blood, else symptoms do; where the protocol follows
continuously it is found on the day it passes the era's detection size.

Public names: ``local_relapse``, ``irradiate_bed``, ``plan_follow_up``, ``is_continuous``,
``local_symptom_day``, ``scan``, ``recur``, ``add_later_sites``, ``plan_second_primary``.
"""

import math

import numpy as np

from paget.body.growth import NEVER, elapsed, time_at_integral
from paget.body.lesion import Scratch, World, law_of, size_on
from paget.clinic.agenda import drop_all, plan
from paget.clinic.blood import marker_level
from paget.clinic.chart import Person
from paget.clinic.findings import take_biopsy, tell_symptom
from paget.clinic.keys import visit_key
from paget.clinic.lines import aim_of, trigger
from paget.clinic.looking import count_seen, look
from paget.clinic.notes import note, rename_note
from paget.clinic.records import MAX_MODALITIES
from paget.core import streams
from paget.core.units import YEAR
from paget.kernels.jit import inlined, jit
from paget.kernels.philox import ONCE, SELF, exponential, normal, uniform
from paget.words import (
    BY_MARKER,
    BY_SCAN,
    BY_SYMPTOM,
    CURATIVE,
    DOSES,
    FALSE_MARKER_NOTE,
    FIRST,
    FOLLOW_UP,
    FOR_RECURRENCE,
    MARKER_NOTE,
    NOTHING,
    RECURRENCE,
    SCAN,
    SECOND,
)


@jit
def local_relapse(person: Person, world: World, scratch: Scratch, factor: float = 1.0) -> float:
    """Return the day on which residual cells at the site of the primary become visible, or never.

    ``factor`` multiplies the probability that cells are left.

    Assumes
    -------
    Residual cells are left with a probability that depends on the depth of the tumour alone; they
    regrow by the primary's law from a stated number of cells. An operation that comes early because
    of screening starts no clock: the relapse shows no sooner than after the operation that symptoms
    would have brought.
    """
    p, primary = world, scratch.lesions[0]
    deep = person.depth >= p.regional_depth
    chance = factor * (p.residual_deep if deep else p.residual_shallow)
    if uniform(person.key, streams.LOCAL_RELAPSE, person.patient, SELF, ONCE) >= chance:
        return NEVER
    days = elapsed(law_of(primary, p), p.residual_cells, p.local_detection_cells)
    return max(person.surgery_day, person.clinical_day + p.surgery_delay) + days


@jit
def local_symptom_day(person: Person, world: World, scratch: Scratch) -> float:
    """Return the day on which a local relapse gives symptoms: those of a primary of its size."""
    p, primary = world, scratch.lesions[0]
    if scratch.overt[world.n_sites] == NEVER:
        return NEVER
    threshold = exponential(person.key, streams.RECURRENCE_SYMPTOM, person.patient, SELF, ONCE)
    alpha = p.symptom_exponent / 3.0
    rate = person.symptom_factor * p.symptom_cells**-alpha / YEAR
    if rate <= 0.0:
        return NEVER
    days = time_at_integral(law_of(primary, p), alpha, p.residual_cells, threshold / rate)
    return person.surgery_day + days


@jit
def irradiate_bed(
    person: Person, world: World, scratch: Scratch, fraction: float, day: float
) -> None:
    """Irradiate the bed of a removed primary: residual cells die out, or lose time to regrow."""
    p, course = world, scratch.course
    local = scratch.overt[world.n_sites]
    if local == NEVER or local <= day:
        return
    law = law_of(scratch.lesions[0], p)
    left = p.residual_cells * fraction
    u = uniform(person.key, streams.RADIATION, person.patient, SELF, ONCE)
    if u < math.exp(-left):
        scratch.overt[world.n_sites] = course.local_symptom = NEVER
        return
    delay = elapsed(law, max(left, 1.0), p.residual_cells)
    scratch.overt[world.n_sites] += delay
    course.local_symptom += delay


@jit
def is_continuous(world: World) -> bool:
    """Return whether follow-up sees a recurrence on the day it passes the detection size."""
    return world.protocol.n_follow > 0 and world.protocol.follow[0].every <= 0.0


@jit
def plan_follow_up(person: Person, world: World, scratch: Scratch, day: float) -> None:
    """Plan the next test of each row of the follow-up after ``day``, and no other."""
    drop_all(scratch.course, SCAN)
    for row in range(world.protocol.n_follow):
        follow = world.protocol.follow[row]
        if follow.every <= 0.0:
            continue
        since = day - person.diagnosis_day
        number = max(0, math.floor((since - follow.start) / follow.every) + 1)
        at = follow.start + number * follow.every
        if at <= follow.until:
            plan(scratch.course, person.diagnosis_day + at, SCAN, row, number)


@inlined
def _level(person: Person, world: World, scratch: Scratch, day: float, index: int) -> float:
    """Return the marker in blood on ``day``; metastases that are not overt add nothing to it."""
    protocol, cells = world.protocol, 0.0
    for i in range(scratch.n_lesions):
        lesion = scratch.lesions[i]
        if (i == 0 or lesion.overt <= day) and day < lesion.removed:
            cells += lesion.count * size_on(lesion, day, world)
    z = normal(person.key, streams.MARKER, person.patient, SELF, index)
    return marker_level(
        cells, protocol.marker_baseline, protocol.marker_per_cell, protocol.marker_spread, z
    )


@jit
def _look_again(person: Person, world: World, scratch: Scratch, day: float) -> int:
    """Use the tests of a recurrence; return how many metastases they see that were not known."""
    found = 0
    for k in range(MAX_MODALITIES):
        row = world.protocol.on_recurrence[k]
        if row >= 0:
            found += look(person, world, scratch, row, FOR_RECURRENCE, day)
    return found


@inlined
def scan(person: Person, world: World, scratch: Scratch, row: int, number: int, day: float) -> None:
    """Carry out one test of the follow-up, and plan the next."""
    course, follow = scratch.course, world.protocol.follow[row]
    if course.is_late:
        return
    by, found = BY_SCAN, 0
    if follow.modality >= 0:
        found = look(person, world, scratch, follow.modality, FOLLOW_UP, day)
    else:
        level = _level(person, world, scratch, day, visit_key(follow.key, number))
        marker = note(scratch, person, day, MARKER_NOTE, NOTHING, NOTHING, row, level)
        if level > world.protocol.marker_limit:
            by, found = BY_MARKER, _look_again(person, world, scratch, day)
            if found == 0 and scratch.overt[world.n_sites] > day:
                rename_note(scratch, marker, FALSE_MARKER_NOTE)
    if found > 0 or scratch.overt[world.n_sites] <= day:
        recur(person, world, scratch, day, by)
        return
    since = day + follow.every - person.diagnosis_day
    if since <= follow.until:
        plan(course, day + follow.every, SCAN, row, number + 1)


@jit
def _mark_overt(scratch: Scratch, day: float) -> None:
    """Mark as seen what is overt on ``day``."""
    for i in range(1, scratch.n_lesions):
        lesion = scratch.lesions[i]
        if lesion.overt <= day < lesion.removed:
            lesion.seen = min(lesion.seen, day)


@inlined
def _first_sites(person: Person, world: World, scratch: Scratch, day: float) -> None:
    """Write the sites of a first recurrence that is found on ``day``."""
    course = scratch.course
    regional = -1
    for i in range(1, scratch.n_lesions):
        lesion = scratch.lesions[i]
        if lesion.seen == day and world.soil[lesion.site].is_regional:
            regional = lesion.site
    first = NEVER
    person.recurrence_sites = course.sites
    person.recurrence_site = -1
    for site in range(world.n_sites + 1):
        seen = course.sites >> np.uint64(site) & np.uint64(1) == 1
        if scratch.overt[site] <= day:
            person.recurrence_sites |= np.uint64(1) << np.uint64(site)
        if (seen or scratch.overt[site] <= day) and (
            scratch.overt[site] < first or person.recurrence_site < 0
        ):
            first, person.recurrence_site = scratch.overt[site], site
    if regional >= 0:
        person.recurrence_sites |= np.uint64(1) << np.uint64(regional)
        if person.recurrence_site < 0:
            person.recurrence_site = regional


@inlined
def add_later_sites(person: Person, world: World, scratch: Scratch, until: float) -> None:
    """Add the sites that show within the work-up window of a recurrence, and in this life."""
    latest = min(person.recurrence_day + world.workup_window, until)
    for site in range(world.n_sites + 1):
        if scratch.overt[site] <= latest:
            person.recurrence_sites |= np.uint64(1) << np.uint64(site)


@jit
def recur(person: Person, world: World, scratch: Scratch, day: float, by: int) -> None:
    """Let a recurrence be found: what treatment to cure is under way ends, what follows starts."""
    course = scratch.course
    if is_continuous(world):
        _mark_overt(scratch, day)
    elif by == BY_SYMPTOM:
        _look_again(person, world, scratch, day)
        _mark_overt(scratch, day)
    count_seen(world, scratch, day)
    if course.metastases > 0:
        take_biopsy(person, world, scratch, day)
    if by == BY_SYMPTOM:
        is_local = scratch.overt[world.n_sites] <= day
        tell_symptom(person, world, scratch, day, not is_local)
    if person.recurrence_day == NEVER:
        person.recurrence_day, person.recurrence_found = day, by
        _first_sites(person, world, scratch, day)
    course.is_late = 1
    drop_all(course, DOSES)
    person.aim = aim_of(person, world, scratch, day)
    trigger(person, world, scratch, RECURRENCE, NOTHING, day)


@inlined
def plan_second_primary(person: Person, world: World, scratch: Scratch, day: float) -> None:
    """Plan the second primary of a patient treated to cure on ``day``, if one ever comes."""
    hazard = world.protocol.second_primary
    if hazard <= 0.0 or person.aim != CURATIVE:
        return
    threshold = exponential(person.key, streams.SECOND_PRIMARY, person.patient, SELF, ONCE)
    plan(scratch.course, day + threshold / hazard, SECOND, NOTHING, FIRST)
