"""Findings: which symptom led to a discovery, and what a biopsy of a metastasis tells.

Public names: ``tell_symptom``, ``take_biopsy``.
"""

from paget.body.lesion import Scratch, World, size_on
from paget.clinic.biopsy import biopsy_result, confirms, primary_not_found, receptor_changed
from paget.clinic.burden import organ_cells
from paget.clinic.chart import Person
from paget.clinic.notes import note
from paget.clinic.records import MAX_SITES
from paget.clinic.symptoms import symptom_of
from paget.core import streams
from paget.kernels.jit import constant, inlined, jit
from paget.kernels.philox import SELF, uniform
from paget.words import BIOPSY_NOTE, NO_DETAIL, NOTHING, SYMPTOM_NOTE

CONFIRMING, CHANGING, HIDING = map(constant, range(3))  # draws of one biopsy


@inlined
def _loudest_site(world: World, scratch: Scratch, day: float) -> int:
    """Return the site whose burden is largest against that which gives symptoms; -1: none."""
    loudest, most = -1, 0.0
    for site in range(world.n_sites):
        reference = world.soil[site].symptom_cells
        if reference <= 0.0 or scratch.by_site[site] == 0.0:
            continue
        share = organ_cells(scratch, site, day, world) / reference
        if share > most:
            loudest, most = site, share
    return loudest


@jit
def tell_symptom(
    person: Person, world: World, scratch: Scratch, day: float, of_metastasis: bool
) -> None:
    """Note the symptom that led to a discovery, and where it came from."""
    site = world.n_sites + person.primary_site
    if of_metastasis:
        site = _loudest_site(world, scratch, day)
        if site < 0:
            return
    index = 1 if day > person.diagnosis_day else 0
    u = uniform(person.key, streams.SYMPTOM_NAME, person.patient, SELF, index)
    note(scratch, person, day, SYMPTOM_NOTE, site, NOTHING, symptom_of(world, site, u), 0.0)


@inlined
def _largest_seen(scratch: Scratch, world: World, day: float) -> int:
    """Return the row of the largest distant lesion that has been seen; -1: none."""
    largest, most = -1, 0.0
    for i in range(1, scratch.n_lesions):
        lesion = scratch.lesions[i]
        if not lesion.seen <= day < lesion.removed or world.soil[lesion.site].is_regional:
            continue
        n = size_on(lesion, day, world)
        if n > most:
            largest, most = i, n
    return largest


@jit
def take_biopsy(person: Person, world: World, scratch: Scratch, day: float) -> None:
    """Take a piece of the largest metastasis that is seen, and note what it tells."""
    i = _largest_seen(scratch, world, day)
    if i < 0:
        return
    lesion, key, patient = scratch.lesions[i], person.key, person.patient
    u = uniform(key, streams.BIOPSY, patient, lesion.id, CONFIRMING)
    told = confirms(u, lesion.evasion, world.biopsy_kept, world.biopsy_loss)
    u = uniform(key, streams.CHANGED_RECEPTOR, patient, lesion.id, CHANGING)
    changed = receptor_changed(u, world.biopsy_changed)
    hidden = False
    if day < person.surgery_day:
        modality = world.protocol.modalities[world.protocol.workup[0]]
        u = uniform(key, streams.BIOPSY, patient, lesion.id, HIDING)
        cells = size_on(scratch.lesions[0], day, world)
        diameters = (cells / world.detectable_cells) ** (1.0 / 3.0)
        median = modality.median[MAX_SITES]
        hidden = primary_not_found(u, diameters, median, modality.spread, modality.best)
    result = biopsy_result(told, changed, hidden)
    note(scratch, person, day, BIOPSY_NOTE, lesion.site, lesion.id, NO_DETAIL, float(result))
