"""One life, told once: from the first malignant cell to death. The file to read first.

A virtual patient is drawn. The primary grows, invades and sheds; a few seeds take root. Symptoms of
the primary or of a metastasis bring the cancer to light, and it is staged by what the clinic can
see. Where no metastasis is seen the primary and its nodes are removed; what had left before lives
on. The first lesion to grow past detection is the recurrence; from the first overt metastasis on,
late disease has a hazard of its own. Whatever comes first, cancer or another cause, is the death.

A life in which the cancer is found is lived twice over the same draws: once until then, then from
the beginning with the day of surgery known. The draws are keyed by lesion, so both tell the same
story up to then.

Public names: ``live``, ``ALIVE``, ``CANCER``, ``OTHER_CAUSE``, ``SYMPTOM``, ``METASTASIS``.
"""

import numpy as np

from paget.body.cascade import FULL, NONE, next_lesion, open_primary
from paget.body.growth import NEVER
from paget.body.lesion import Scratch, World, size_on
from paget.body.person import draw_person, found_primary
from paget.clinic.recurrence import local_relapse, note_overt
from paget.clinic.staging import stage
from paget.clinic.survival import (
    burden_death_bound,
    burden_death_day,
    metastatic_death_day,
    other_death_day,
    primary_death_day,
)
from paget.clinic.symptoms import (
    metastasis_symptom_bound,
    metastasis_symptom_day,
    primary_symptom_day,
)
from paget.kernels.jit import jit

ALIVE, CANCER, OTHER_CAUSE = 0, 1, 2
NOT_FOUND, SYMPTOM, METASTASIS = 0, 1, 2


@jit
def live(key: int, patient: int, world: World, scratch: Scratch, person: np.record) -> bool:
    """Live one life; return False where it needs more room for lesions than ``scratch`` has.

    The life is left in ``person`` and in the first ``scratch.counts[0]`` rows of
    ``scratch.lesions``. ``key`` is the run's seed and ``patient`` the number of the patient: the
    same pair lives the same life anywhere.
    """
    draw_person(key, patient, world, person)
    found_primary(person, world, scratch)
    other_death = other_death_day(person, world)
    if not grow_until_found(person, world, scratch, other_death):
        return False
    if person.diagnosis_day < NEVER:
        stage(person, world, scratch)
        treat(person, world)
        if not follow(person, world, scratch, other_death):
            return False
        die(person, world, scratch, other_death)
    finish(person, world, scratch)
    return True


@jit
def grow_until_found(person: np.record, world: World, scratch: Scratch, other_death: float) -> bool:
    """Let the cancer grow and spread until symptoms reveal it or the patient dies."""
    symptom = primary_symptom_day(person, world, scratch)
    killed = primary_death_day(person, world, scratch)
    until = min(symptom, other_death, killed)
    open_primary(person, world, scratch, until)
    scratch.by_site[:] = 0.0
    while True:
        i = next_lesion(person, world, scratch, NEVER, until)
        if i == FULL:
            return False
        if i == NONE:
            break
        lesion = scratch.lesions[i]
        scratch.by_site[lesion.site] += 1.0
        until = min(until, metastasis_symptom_bound(person, world, lesion))
        until = min(until, burden_death_bound(person, world, lesion))
    metastasis = metastasis_symptom_day(person, world, scratch, until * (1.0 + 1e-12))
    until = min(until, metastasis)
    killed = min(killed, burden_death_day(person, world, scratch, until))
    until = min(until, killed)

    forget(person)
    if until == other_death:
        person.death_day, person.cause = other_death, OTHER_CAUSE
    elif until == killed:
        person.death_day, person.cause = killed, CANCER
    else:
        person.diagnosis_day = until
        person.detection = SYMPTOM if until == symptom else METASTASIS
    return True


@jit
def forget(person: np.record) -> None:
    """Empty the record of what the clinic and the end of life will write."""
    person.diagnosis_day = person.surgery_day = person.recurrence_day = person.death_day = NEVER
    person.detection, person.cause, person.recurrence_site = NOT_FOUND, ALIVE, -1
    person.cells_at_diagnosis = person.depth = person.ctc = 0.0
    person.grade = person.positive_nodes = person.swollen_nodes = 0
    person.n_true = person.n_seen = 0
    person.sites_true = person.sites_seen = person.recurrence_sites = 0


@jit
def treat(person: np.record, world: World) -> None:
    """Remove the primary and the regional nodes where no metastasis is seen; else leave both.

    Assumes
    -------
    Every patient without visible metastasis is operated on and survives it; nobody else is.
    """
    if person.n_seen == 0 and world.surgery:
        person.surgery_day = person.diagnosis_day + world.surgery_delay


@jit
def follow(person: np.record, world: World, scratch: Scratch, other_death: float) -> bool:
    """Live again from the beginning, the day of surgery known; return False for want of room."""
    surgery = person.surgery_day
    until = min(other_death, person.diagnosis_day + world.horizon)
    scratch.lesions[0].removed = surgery
    scratch.by_site[:] = 0.0
    scratch.overt[:] = NEVER
    if surgery < NEVER:
        scratch.overt[world.n_sites] = local_relapse(person, world, scratch)
        until = min(until, metastatic_death_day(person, world, scratch.overt))
    open_primary(person, world, scratch, until)
    while True:
        i = next_lesion(person, world, scratch, surgery, until)
        if i == FULL:
            return False
        if i == NONE:
            break
        lesion = scratch.lesions[i]
        scratch.by_site[lesion.site] += 1.0
        if note_overt(person, world, scratch, lesion):
            until = min(until, metastatic_death_day(person, world, scratch.overt))
        until = min(until, burden_death_bound(person, world, lesion))
    return True


@jit
def die(person: np.record, world: World, scratch: Scratch, other_death: float) -> None:
    """Draw the death of a patient whose cancer was found, and note the recurrence before it."""
    first_overt = scratch.overt.min()
    late = metastatic_death_day(person, world, scratch.overt)
    burden = burden_death_day(person, world, scratch, min(late, other_death))
    killed = primary_death_day(person, world, scratch)
    if killed < min(person.surgery_day, first_overt):
        burden = min(burden, killed)
    death = min(late, burden, other_death)
    end = person.diagnosis_day + world.horizon
    person.death_day, person.cause = NEVER, ALIVE
    if death <= end:
        person.death_day = death
        person.cause = OTHER_CAUSE if death == other_death else CANCER
    if person.n_seen == 0 and first_overt < min(death, end):
        person.recurrence_day = first_overt
        latest = min(first_overt + world.workup_window, death, end)
        for site in range(world.n_sites + 1):
            if scratch.overt[site] <= latest:
                person.recurrence_sites |= np.uint64(1) << np.uint64(site)
            if scratch.overt[site] == first_overt:
                person.recurrence_site = site


@jit
def finish(person: np.record, world: World, scratch: Scratch) -> None:
    """Close the record: end of follow-up, first seeding, and only the lesions of this life."""
    p = world
    end = NEVER
    if person.diagnosis_day < NEVER:
        end = person.diagnosis_day + p.horizon
    person.follow_up_day = min(person.death_day, end)
    n, first = 1, NEVER
    for i in range(1, scratch.counts[0]):
        lesion = scratch.lesions[i]
        if lesion.founded < person.follow_up_day:
            n = i + 1
            first = min(first, lesion.founded)
    scratch.counts[0] = n
    person.n_lesions = n
    person.first_seeding_day = first
    person.cells_at_first_seeding = 0.0
    if first < NEVER:
        person.cells_at_first_seeding = size_on(scratch.lesions[0], first, p)
