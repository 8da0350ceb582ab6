r"""Symptoms: how a cancer makes itself known.

The primary is found by its own symptoms at a hazard :math:`(D/D_s)^p` a year, times a patient's own
factor; a metastasis by the symptoms of its organ's total burden. The earliest finds the cancer.

Public names: ``primary_symptom_day``, ``metastasis_symptom_bound``, ``metastasis_symptom_day``.
"""

import numpy as np

from paget.body.growth import NEVER, time_at_integral
from paget.body.lesion import Scratch, World, law_of
from paget.clinic.burden import lone_lesion_day, organ_event_day
from paget.core import streams
from paget.core.units import YEAR
from paget.kernels.jit import jit
from paget.kernels.philox import exponential


@jit
def primary_symptom_day(person: np.record, world: World, scratch: Scratch) -> float:
    """Return the day on which the primary's own symptoms lead to its diagnosis.

    Assumes
    -------
    Symptoms depend on size alone; a patient's threshold is log-normal through ``symptom_factor``.
    """
    p, primary = world, scratch.lesions[0]
    threshold = exponential(person.key, streams.SYMPTOM, person.patient, 0, 0)
    alpha = p.symptom_exponent / 3.0
    rate = person.symptom_factor * p.symptom_cells**-alpha / YEAR
    if rate <= 0.0:
        return NEVER
    law = law_of(primary, p)
    return primary.wakes + time_at_integral(law, alpha, primary.start, threshold / rate)


@jit
def _threshold(person: np.record, place: int) -> float:
    """Return the unit-exponential threshold of symptoms from metastases in one organ."""
    return exponential(person.key, streams.METASTASIS_SYMPTOM, person.patient, 0, place)


@jit
def metastasis_symptom_bound(person: np.record, world: World, lesion: np.record) -> float:
    """Return a day by which this lesion's organ has caused symptoms: exact if it is alone there."""
    soil = world.soil[lesion.site]
    if soil.symptom_cells <= 0.0:
        return NEVER
    p = world
    return lone_lesion_day(
        lesion, soil.symptom_cells, p.metastasis_symptom_exponent, _threshold(person, soil.place), p
    )


@jit
def metastasis_symptom_day(
    person: np.record, world: World, scratch: Scratch, until: float
) -> float:
    """Return the first day before ``until`` on which metastases cause symptoms, or never."""
    p, day = world, NEVER
    for site in range(world.n_sites):
        soil = world.soil[site]
        if soil.symptom_cells <= 0.0 or scratch.by_site[site] == 0.0:
            continue
        latest = min(day, until)
        first = organ_event_day(
            scratch,
            site,
            soil.symptom_cells,
            p.metastasis_symptom_exponent,
            _threshold(person, soil.place),
            latest,
            p,
        )
        day = min(day, first)
    return day
