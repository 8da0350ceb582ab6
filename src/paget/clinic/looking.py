r"""Looking: which lesions an imaging test sees.

A lesion is seen from a diameter of its own on: its luck, keyed by lesion and modality, is where the
curve of sensitivity by size is passed. The median of that curve is the era's detection diameter of
the site, times the modality's factor.

Public names: ``changed``, ``seen_from``, ``look``, ``count_seen``.
"""

import numpy as np

from paget.body.growth import NEVER
from paget.body.lesion import Scratch, World, day_of_size
from paget.clinic.chart import Person
from paget.clinic.imaging import detection_diameter, false_positive, is_active
from paget.clinic.notes import note
from paget.clinic.records import REASON_SHIFT
from paget.core import streams
from paget.kernels.jit import jit
from paget.kernels.philox import uniform
from paget.words import FALSE_POSITIVE_NOTE, NOTHING, SCAN_NOTE

UNKNOWN = -1.0  # a day that must be worked out anew


@jit
def changed(scratch: Scratch, lesion: np.record) -> None:
    """Forget what was worked out from a lesion that now changes: call it where one is treated."""
    lesion.visible = UNKNOWN
    scratch.course.measured = UNKNOWN


@jit
def seen_from(person: Person, world: World, lesion: np.record, row: int) -> float:
    """Return the cells from which the modality in ``row`` sees a lesion; never where it cannot."""
    modality = world.protocol.modalities[row]
    median = modality.median[lesion.site]
    if median == NEVER:
        return NEVER
    cells = world.soil[lesion.site].detection_cells * median**3
    if modality.spread == 0.0:
        return cells
    u = uniform(person.key, streams.SEEN, person.patient, lesion.id, modality.key)
    return cells * detection_diameter(u, 1.0, modality.spread, modality.best) ** 3


@jit
def sees(
    person: Person, world: World, scratch: Scratch, lesion: np.record, row: int, day: float
) -> bool:
    """Return whether a modality sees a lesion on ``day``.

    The day from which it does is kept until another modality looks or a treatment changes it.
    """
    if lesion.visible_row != row:
        lesion.visible_cells = seen_from(person, world, lesion, row)
        lesion.visible_row, lesion.visible = row, UNKNOWN
    if lesion.visible == UNKNOWN and scratch.course.measured == day:
        is_large = lesion.cells >= lesion.visible_cells and lesion.cells > 0.0
        if not is_large or not lesion.founded <= day < lesion.removed:
            return False
    elif lesion.visible == UNKNOWN:
        lesion.visible = NEVER
        if lesion.visible_cells < NEVER:
            lesion.visible = max(day_of_size(lesion, lesion.visible_cells, world), lesion.founded)
    if lesion.visible != UNKNOWN and not lesion.visible <= day < lesion.removed:
        return False
    return world.protocol.modalities[row].needs_activity == 0 or is_active(lesion, day)


@jit
def look(person: Person, world: World, scratch: Scratch, row: int, why: int, day: float) -> int:
    """Look with one modality; mark the lesions that it sees and return how many are new.

    Regional nodes are marked, and counted where an operation has left them. The scan is noted, as
    a false positive where it finds what is not there.
    """
    found = 0
    for i in range(1, scratch.n_lesions):
        lesion = scratch.lesions[i]
        if lesion.seen <= day or lesion.founded > day or lesion.removed <= day:
            continue
        if sees(person, world, scratch, lesion, row, day):
            lesion.seen = day
            if not world.soil[lesion.site].is_regional or day > person.surgery_day:
                found += lesion.count
    modality = world.protocol.modalities[row]
    visit = round(max(day - person.diagnosis_day, 0.0))
    is_false = found == 0 and false_positive(
        person.key, person.patient, modality.key, visit, modality.false_positive
    )
    code = FALSE_POSITIVE_NOTE if is_false else SCAN_NOTE
    note(scratch, person, day, code, NOTHING, NOTHING, why << REASON_SHIFT | row, float(found))
    return found


@jit
def count_seen(world: World, scratch: Scratch, day: float) -> None:
    """Write into the course the metastases that have been seen and are still there."""
    course = scratch.course
    course.metastases = 0
    course.sites = np.uint64(0)
    for i in range(1, scratch.n_lesions):
        lesion = scratch.lesions[i]
        if lesion.seen <= day < lesion.removed and not world.soil[lesion.site].is_regional:
            course.metastases += lesion.count
            course.sites |= np.uint64(1) << np.uint64(lesion.site)
    course.m = 1 if course.metastases > 0 else 0
