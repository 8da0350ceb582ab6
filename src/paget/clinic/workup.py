"""Work-up: what there is on the day of diagnosis, and what the protocol's tests see of it.

Public names: ``work_up``, ``mark_known``, ``circulating_cells``, ``examine_nodes``.
"""

import numpy as np

from paget.body.cascade import shed_a_day
from paget.body.growth import NEVER
from paget.body.lesion import Scratch, World, size_on
from paget.body.progression import depth, grade
from paget.clinic.blood import tube_count
from paget.clinic.chart import Person
from paget.clinic.findings import tell_symptom
from paget.clinic.looking import sees
from paget.clinic.notes import note
from paget.clinic.records import MAX_MODALITIES
from paget.clinic.staging import found_positive, measured_cells, n_category, t_category
from paget.core import streams
from paget.core.units import YEAR
from paget.kernels.jit import constant, inlined, jit
from paget.kernels.philox import ONCE, SELF, normal, uniform
from paget.words import BLOOD_NOTE, NO_DETAIL, NOTHING, SCAN_NOTE, SEROSA

MIDDLE_AGE = 65.0  # [year] at which the score of performance has mean zero
SENTINEL_NODES = 2  # examined where the others stay
METASTASIS = 2  # how a cancer is found: by the symptoms of a metastasis
FOUND = constant(1)  # the index of the draw of positive nodes among those examined


@jit
def circulating_cells(person: Person, world: World, scratch: Scratch, day: float) -> float:
    """Return the circulating tumour cells per mL of blood from an arm on ``day``, of all lesions.

    The rate of shedding times the mean time that a seed spends in the veins of the limbs, over the
    blood in them: filters on the way, the liver first, hold back most cells of the gut.
    """
    total = 0.0
    for i in range(scratch.n_lesions):
        for route in range(SEROSA):
            days = world.arm_days[scratch.lesions[i].site, route]
            if days > 0.0:
                total += days * shed_a_day(person, world, scratch, i, route, day)
    return total / world.arm_volume


@jit
def _is_seen(person: Person, world: World, scratch: Scratch, lesion: np.record, day: float) -> bool:
    """Return whether any modality of the work-up sees a lesion."""
    for k in range(MAX_MODALITIES):
        row = world.protocol.workup[k]
        if row >= 0 and sees(person, world, scratch, lesion, row, day):
            return True
    return False


@inlined
def performance(person: Person, world: World) -> int:
    """Return the general state of a patient at diagnosis, the cancer apart: 0 to 4.

    Assumes
    -------
    A normal score that rises with age passes evenly spaced thresholds.
    """
    age = person.age_onset + (person.diagnosis_day - person.invasion_day) / YEAR
    score = normal(person.key, streams.PERFORMANCE, person.patient, SELF, ONCE)
    score += world.performance_slope * (age - MIDDLE_AGE)
    if score < world.performance_first:
        return 0
    return min(1 + int((score - world.performance_first) / world.performance_step), 4)


@jit
def work_up(person: Person, world: World, scratch: Scratch) -> None:
    """Write into ``person`` what there is and what is seen on the day of diagnosis."""
    p, day = world, person.diagnosis_day
    n = size_on(scratch.lesions[0], day, p)
    person.cells_at_diagnosis = n
    z = normal(person.key, streams.MEASURED, person.patient, SELF, ONCE)
    person.cells_measured = measured_cells(n, p.size_error, z)
    person.performance = performance(person, world)
    person.depth = depth(n, person.depth_ratio, p.density)
    person.grade = grade(n, person.grade_factor, p)
    person.ctc = circulating_cells(person, world, scratch, day)
    u = uniform(person.key, streams.BLOOD_TUBE, person.patient, SELF, ONCE)
    person.ctc_tube = tube_count(person.ctc, u)
    person.positive_nodes = person.swollen_nodes = 0
    person.n_true = person.n_seen = 0
    person.sites_true = person.sites_seen = 0
    for i in range(1, scratch.n_lesions):
        lesion = scratch.lesions[i]
        size = size_on(lesion, day, p)
        soil = world.soil[lesion.site]
        if size <= 0.0:
            continue
        seen = _is_seen(person, world, scratch, lesion, day)
        lesion.seen = day if seen else NEVER
        if soil.is_regional:
            person.positive_nodes += lesion.count if size >= p.positive_cells else 0
            person.swollen_nodes += lesion.count if seen else 0
            continue
        bit = np.uint64(1) << np.uint64(lesion.site)
        person.n_true += lesion.count
        person.sites_true |= bit
        if seen:
            person.n_seen += lesion.count
            person.sites_seen |= bit
    _restate(person, world, scratch)


@jit
def _restate(person: Person, world: World, scratch: Scratch) -> None:
    """Write into the course what is seen at diagnosis."""
    course, p = scratch.course, world
    course.t = t_category(person.cells_at_diagnosis, person.depth, p)
    course.n = n_category(person.swollen_nodes, p.n3_from)
    course.m = 1 if person.n_seen > 0 else 0
    course.metastases, course.sites = person.n_seen, person.sites_seen


@inlined
def mark_known(person: Person, world: World, scratch: Scratch) -> None:
    """Mark, in the life told again, what the work-up saw."""
    _restate(person, world, scratch)
    if person.n_seen == 0 and person.swollen_nodes == 0:
        return
    for i in range(1, scratch.n_lesions):
        lesion = scratch.lesions[i]
        if _is_seen(person, world, scratch, lesion, person.diagnosis_day):
            lesion.seen = person.diagnosis_day


@inlined
def note_work_up(person: Person, world: World, scratch: Scratch) -> None:
    """Tell which symptom led to the diagnosis, and which tests the work-up used."""
    day = person.diagnosis_day
    if day == person.clinical_day:
        tell_symptom(person, world, scratch, day, person.clinical_detection == METASTASIS)
    note(scratch, person, day, BLOOD_NOTE, NOTHING, NOTHING, NO_DETAIL, float(person.ctc_tube))
    for k in range(MAX_MODALITIES):
        row = world.protocol.workup[k]
        if row >= 0:
            note(scratch, person, day, SCAN_NOTE, NOTHING, NOTHING, row, float(person.n_seen))


@jit
def examine_nodes(person: Person, world: World) -> None:
    """Write what the pathologist finds among the removed nodes.

    Assumes
    -------
    The number examined is Poisson about the protocol's mean, at most as many as there are. A
    positive sentinel is one of them, and the others are a random draw. Where the nodes stay, the
    sentinel nodes alone are examined, if the protocol looks for them.
    """
    total = 0.0
    for site in range(world.n_sites):
        if world.soil[site].is_regional:
            total += world.soil[site].nodes
    nodes = int(total)
    person.examined_nodes, person.found_nodes = nodes, person.positive_nodes
    protocol = world.protocol
    known = 1 if person.sentinel == 1 else 0
    if person.nodes_stay:
        person.examined_nodes = SENTINEL_NODES if person.sentinel >= 0 else 0
        person.found_nodes = known
        return
    if protocol.examined_nodes <= 0.0:
        return
    z = normal(person.key, streams.EXAMINED, person.patient, SELF, ONCE)
    mean = protocol.examined_nodes
    person.examined_nodes = min(nodes, max(1, round(mean + z * mean**0.5)))
    u = uniform(person.key, streams.EXAMINED, person.patient, SELF, FOUND)
    others = person.examined_nodes - known
    found = found_positive(person.positive_nodes - known, nodes - known, others, u)
    person.found_nodes = known + found
