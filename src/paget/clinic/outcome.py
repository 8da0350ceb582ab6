"""Outcome: of what and when a patient dies who is under treatment.

Hazards that have passed are put aside before a treatment changes what comes: that of late disease
in ``left``, that of each organ's burden in ``burdened``.

Public names: ``begin``, ``account``, ``weigh``, ``late_day``, ``organ_failure_day``, ``close``.
"""

import numpy as np

from paget.body.growth import NEVER
from paget.body.lesion import Scratch, World
from paget.clinic.burden import NEGLIGIBLE, measure, organ_event_day, organ_hazard
from paget.clinic.chart import Person
from paget.clinic.complications import complicate
from paget.clinic.late import late_death_day, late_passed, worst_site
from paget.clinic.survival import primary_death_day
from paget.core import streams
from paget.core.units import YEAR
from paget.kernels.jit import inlined, jit
from paget.kernels.philox import ONCE, SELF, exponential
from paget.words import ALIVE, CANCER, OTHER_CAUSE


@jit
def begin(person: Person, scratch: Scratch) -> None:
    """Begin a course: no hazard has passed, nothing is planned, nothing was given."""
    course = scratch.course
    course.now = course.since = course.weighed = 0.0
    course.measured = -1.0
    course.left = exponential(person.key, streams.METASTATIC_DEATH, person.patient, SELF, ONCE)
    course.left /= person.late_factor
    course.control, course.line, course.is_late = 1.0, -1, 0
    course.killed = course.local_symptom = NEVER
    course.killed_by, course.n_events = ALIVE, 0
    course.given[:] = 0
    course.burdened[:] = 0.0
    course.targets[:] = -1
    scratch.by_site[:] = 0.0
    scratch.overt[:] = NEVER


@jit
def account(world: World, scratch: Scratch, day: float) -> None:
    """Put aside the hazard of late disease that has passed by ``day``."""
    course = scratch.course
    course.left -= late_passed(world, scratch.overt, course.since, day, course.control)
    course.since = day


@jit
def late_day(world: World, scratch: Scratch) -> float:
    """Return the day of death from overt disease, if nothing changes."""
    course = scratch.course
    return late_death_day(world, scratch.overt, course.since, course.left, course.control)


@jit
def _threshold(person: Person, place: int) -> float:
    """Return the unit-exponential threshold of the failure of one organ."""
    return exponential(person.key, streams.BURDEN_DEATH, person.patient, SELF, place)


@jit
def organ_failure_day(person: Person, world: World, scratch: Scratch, until: float) -> float:
    """Return the first day before ``until`` on which an organ fails under metastases, or never."""
    p, day, course = world, NEVER, scratch.course
    for site in range(world.n_sites):
        soil = world.soil[site]
        if soil.burden_cells <= 0.0 or scratch.by_site[site] == 0.0:
            continue
        threshold = _threshold(person, soil.place) - course.burdened[site]
        latest = min(day, until)
        first = organ_event_day(
            scratch,
            site,
            soil.burden_cells,
            p.burden_exponent,
            threshold,
            course.weighed,
            latest,
            p,
        )
        day = min(day, first)
    return day


@inlined
def _burden_ceiling(world: World, scratch: Scratch, days: float) -> float:
    """Return a bound on the hazard of organ failure in the ``days`` before the last measuring."""
    total, alpha = 0.0, world.burden_exponent / 3.0
    for site in range(world.n_sites):
        reference = world.soil[site].burden_cells
        if reference > 0.0 and scratch.organ[site] > 0.0:
            total += (scratch.organ[site] / reference) ** alpha
    return total * days / YEAR


@jit
def weigh(person: Person, world: World, scratch: Scratch, day: float) -> bool:
    """Put aside every hazard that has passed by ``day``; return False where one has killed."""
    course, p = scratch.course, world
    measure(world, scratch, day)
    if _burden_ceiling(world, scratch, day - course.weighed) > NEGLIGIBLE:
        failed = organ_failure_day(person, world, scratch, day)
        if failed < day:
            course.killed, course.killed_by = failed, CANCER
            return False
        for site in range(world.n_sites):
            soil = world.soil[site]
            if soil.burden_cells > 0.0 and scratch.by_site[site] > 0.0:
                course.burdened[site] += organ_hazard(
                    scratch, site, soil.burden_cells, p.burden_exponent, course.weighed, day, p
                )
    if course.m > 0 or course.is_late:
        complicate(person, world, scratch, max(course.weighed, person.diagnosis_day), day)
    course.weighed = day
    account(world, scratch, day)
    return True


@jit
def close(person: Person, world: World, scratch: Scratch, other_death: float) -> None:
    """Write the death of a patient whose cancer was found, or that there is none in the record."""
    course = scratch.course
    late = late_day(world, scratch)
    soonest = min(late, other_death, course.killed)
    failed = organ_failure_day(person, world, scratch, soonest)
    primary = primary_death_day(person, world, scratch)
    if primary < min(person.surgery_day, scratch.overt.min()):
        failed = min(failed, primary)
    # Alive at diagnosis, by the hazard as it was integrated then: in panels that end elsewhere.
    death = max(min(soonest, failed), person.diagnosis_day)
    end = person.end_day
    person.death_day, person.cause, person.death_site = NEVER, ALIVE, -1
    if death <= end:
        person.death_day, person.cause = death, CANCER
        if death == other_death:
            person.cause = OTHER_CAUSE
        elif death == course.killed:
            person.cause = course.killed_by
        if person.cause == CANCER:
            person.death_site = worst_site(world, scratch.overt, death)
    since, until = max(course.weighed, person.diagnosis_day), min(death, end)
    is_clear = person.surgery_day < NEVER and scratch.overt.min() > until
    if since < until and not is_clear:  # what is not overt complicates nothing
        complicate(person, world, scratch, since, until)
    if not person.recurrence_day < min(death, end):
        person.recurrence_day, person.recurrence_site = NEVER, -1
        person.recurrence_sites = np.uint64(0)
