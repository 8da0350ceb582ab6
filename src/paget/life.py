"""One life, told once: from the first malignant cell to death. The file to read first.

A virtual person is drawn: who gets the cancer, and when. The primary grows out of its precursor,
invades and sheds; a few seeds take root. Symptoms of the primary or of a metastasis would bring the
cancer to light on the clinical day; a screening programme may find it sooner, or remove its
precursor before there is a cancer. It is staged by what the clinic can see, and treated by the
protocol; what had left before lives on. From the first overt metastasis on, late disease has a
hazard of its own. Whatever comes first, cancer, treatment or another cause, is the death.

A life in which the cancer is found is lived twice over the same draws: once until then, then from
the beginning with the day of surgery known (`paget.clinic.course`). The draws are keyed by lesion,
so both tell the same story up to then.

Public names: ``live``, ``LIVED``, ``CRAMPED``, ``NOBODY``, ``EXCLUDED`` and the codes ``ALIVE``,
``CANCER``, ``OTHER_CAUSE``, ``SYMPTOM``, ``METASTASIS``, ``SCREEN``.
"""

from paget.body.cascade import FULL, NONE, next_lesion, open_primary
from paget.body.growth import NEVER
from paget.body.lesion import Scratch, World, is_real, size_on
from paget.body.person import draw_person, found_primary
from paget.body.queue import Records
from paget.clinic.chart import Person, forget, forget_treatment
from paget.clinic.course import LONGER, follow
from paget.clinic.lines import aim_of, plan_surgery
from paget.clinic.notes import count_notes, drop_notes, forget_notes, lacks_room
from paget.clinic.onset import onset_age
from paget.clinic.outcome import begin, organ_failure_day
from paget.clinic.screening import screened
from paget.clinic.survival import burden_death_bound, other_death_day, primary_death_day
from paget.clinic.symptoms import (
    metastasis_symptom_bound,
    metastasis_symptom_day,
    primary_symptom_day,
)
from paget.clinic.workup import note_work_up, work_up
from paget.core import streams
from paget.core.units import YEAR
from paget.kernels.jit import inlined, jit
from paget.kernels.philox import ONCE, SELF, uniform
from paget.words import (
    ALIVE,
    CANCER,
    CANCER_FOUND,
    CRAMPED,
    EXCLUDED,
    IN_SITU,
    LIVED,
    METASTASIS,
    NOBODY,
    NOT_FOUND,
    OTHER_CAUSE,
    PREVENTED,
    SCREEN,
    SYMPTOM,
    UNTOLD,
)

__all__ = ["ALIVE", "CANCER", "OTHER_CAUSE", "live"]

PATIENCE = 5.0 * YEAR  # after diagnosis, at first


@inlined
def live(key: int, patient: int, worlds: Records, scratch: Scratch, person: Person) -> int:
    """Live one life; return whether it was lived, and if not why.

    The life is left in ``person``, in the first ``scratch.n_lesions`` rows of ``scratch.lesions``
    and in its notes. ``key`` is the run's seed and ``patient`` the number of the person: the same
    pair lives the same life anywhere. ``worlds`` has one record a subtype. ``CRAMPED`` wants more
    room for lesions or notes; ``NOBODY`` never has this cancer; ``EXCLUDED`` were found, or killed
    by it unfound, before they entered.
    """
    subtype = subtype_of(key, patient, worlds)
    world = worlds[subtype]
    if not draw(key, patient, world, person):
        return NOBODY
    person.subtype = subtype
    found_primary(person, world, scratch)
    enter(person, world)
    scratch.n_kept_notes = 0
    forget_notes(scratch)
    other_death = other_death_day(person, world)
    if not grow_until_known(person, world, scratch, other_death):
        return CRAMPED
    if min(person.clinical_day, person.death_day) < person.entry_day:
        return EXCLUDED
    found = find(person, world, scratch, other_death)
    if found == UNTOLD:
        return CRAMPED
    if found in (PREVENTED, IN_SITU):
        prevent(person, scratch, other_death)
    elif person.diagnosis_day < NEVER:
        work_up(person, world, scratch)
        note_work_up(person, world, scratch)
        person.aim = person.intent = aim_of(person, world, scratch, person.diagnosis_day)
        plan_surgery(person, world, scratch)
        if not treat(person, world, scratch, other_death):
            return CRAMPED
    finish(person, world, scratch)
    return LIVED


@inlined
def subtype_of(key: int, patient: int, worlds: Records) -> int:
    """Draw the subtype of the cancer; each world holds the cumulative share of its own."""
    last = len(worlds) - 1
    if last == 0:
        return 0
    u = uniform(key, streams.SUBTYPE, patient, SELF, ONCE)
    k = 0
    while k < last and u >= worlds[k].prevalence:
        k += 1
    return k


@inlined
def draw(key: int, patient: int, world: World, person: Person) -> bool:
    """Draw one person; return False where a person of a population never has this cancer."""
    forget(person)
    person.entry_day = -NEVER
    age, sex = 0.0, 0
    if world.of_people:
        sex = 1 if uniform(key, streams.SEX, patient, SELF, ONCE) < world.people_male_share else 0
        age = onset_age(key, patient, sex, world.onset)
        if age >= world.entry_age + world.follow_up / YEAR:
            return False
    draw_person(key, patient, world, person)
    if world.of_people:
        person.age_onset, person.sex = age, sex
    return True


@inlined
def enter(person: Person, world: World) -> None:
    """Let a person enter the population at the age of entry; a patient is there from the first."""
    if world.of_people:
        person.entry_day = person.invasion_day + (world.entry_age - person.age_onset) * YEAR
        person.end_day = person.entry_day + world.follow_up


@jit
def grow_until_known(person: Person, world: World, scratch: Scratch, other_death: float) -> bool:
    """Let the cancer grow and spread until symptoms would reveal it or the patient dies."""
    begin(person, scratch)
    symptom = primary_symptom_day(person, world, scratch)
    killed = primary_death_day(person, world, scratch)
    until = min(symptom, other_death, killed, person.end_day)
    open_primary(person, world, scratch, until)
    while True:
        i = next_lesion(person, world, scratch, NEVER, until, NEVER)
        if i == FULL:
            return False
        if i == NONE:
            break
        lesion = scratch.lesions[i]
        scratch.by_site[lesion.site] += 1.0
        until = min(until, metastasis_symptom_bound(person, world, lesion, until))
        until = min(until, burden_death_bound(person, world, lesion, until))
    metastasis = metastasis_symptom_day(person, world, scratch, until * (1.0 + 1e-12))
    until = min(until, metastasis)
    killed = min(killed, organ_failure_day(person, world, scratch, until))
    until = min(until, killed)
    if until == other_death:
        person.death_day, person.cause = other_death, OTHER_CAUSE
    elif until == killed:
        person.death_day, person.cause = killed, CANCER
    elif until < person.end_day:
        person.clinical_day = until
        person.clinical_detection = SYMPTOM if until == symptom else METASTASIS
    return True


@inlined
def find(person: Person, world: World, scratch: Scratch, other_death: float) -> int:
    """Let the cancer be found, by screening or by symptoms; return what screening has found.

    ``UNTOLD`` is for want of room: whoever screening finds is told when symptoms would have come,
    also where that is after the end of the record.
    """
    person.diagnosis_day, person.detection = person.clinical_day, person.clinical_detection
    found = 0
    if world.protocol.n_screens > 0:
        until = min(person.clinical_day, person.death_day, other_death, person.end_day)
        found = screened(person, world, scratch, until)
        if lacks_room(scratch):
            return UNTOLD
    if found > 0 and person.clinical_day == NEVER and person.death_day == NEVER:
        end, person.end_day = person.end_day, NEVER
        if not grow_until_known(person, world, scratch, other_death):
            return UNTOLD
        person.end_day = end
    if found == CANCER_FOUND:
        person.diagnosis_day, person.detection = person.screen_day, SCREEN
    if person.diagnosis_day < NEVER:
        person.death_day, person.cause = NEVER, ALIVE
        if not world.of_people:
            person.end_day = person.diagnosis_day + world.horizon
    return found


@inlined
def prevent(person: Person, scratch: Scratch, other_death: float) -> None:
    """End a life in which a precursor was removed: there never is a cancer."""
    person.diagnosis_day, person.detection = NEVER, NOT_FOUND
    person.clinical_detection = NOT_FOUND
    person.death_day, person.cause = other_death, OTHER_CAUSE
    scratch.n_lesions = 0


@inlined
def treat(person: Person, world: World, scratch: Scratch, other_death: float) -> bool:
    """Live again from the beginning, now with treatment; return False for want of room.

    A bound on death spares what comes after it; where treatment outlives the bound, the life is
    told once more with a later one.
    """
    scratch.n_kept_notes = scratch.n_notes
    aim, patience = person.aim, person.diagnosis_day
    while True:
        forget_treatment(person)
        forget_notes(scratch)
        person.aim = aim
        result = follow(person, world, scratch, other_death, patience)
        if result == FULL:
            return False
        if result != LONGER:
            return not lacks_room(scratch)
        patience = person.diagnosis_day + max(PATIENCE, 2.0 * (patience - person.diagnosis_day))


@inlined
def finish(person: Person, world: World, scratch: Scratch) -> None:
    """Close the record: end of follow-up, first seeding, and only what lies within this life.

    Who dies before the day of invasion never has a cancer: not even a primary.
    """
    if person.death_day > person.end_day:
        person.death_day, person.cause = NEVER, ALIVE
    person.follow_up_day = min(person.death_day, person.end_day)
    end = person.follow_up_day
    n = min(1, scratch.n_lesions) if person.invasion_day < end else 0
    n_real, first = n, NEVER
    for i in range(1, scratch.n_lesions):
        lesion = scratch.lesions[i]
        if lesion.founded < end and is_real(lesion):
            n = i + 1
            n_real += 1
            first = min(first, lesion.founded)
    scratch.n_lesions = n
    person.n_lesions = n_real
    person.first_seeding_day = first
    person.cells_at_first_seeding = 0.0
    if first < NEVER:
        person.cells_at_first_seeding = size_on(scratch.lesions[0], first, world)
    drop_notes(scratch, end)
    count_notes(person, scratch)
