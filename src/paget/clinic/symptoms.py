r"""Symptoms: how a cancer makes itself known.

The primary is found by its own symptoms at a hazard :math:`(D/D_s)^p` a year, times a patient's own
factor; a metastasis by the symptoms of its organ's total burden. The earliest finds the cancer, and
has a name that goes with the place.

Public names: ``primary_symptom_day``, ``metastasis_symptom_bound``, ``metastasis_symptom_day``,
``treated_symptom_bound``, ``symptom_of``, ``symptom_names``, ``symptom_table``, ``MAX_SYMPTOMS``.
"""

from collections.abc import Sequence
from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt

from paget.atlas.clinic import at_most, load_clinic, narrowest
from paget.body.growth import NEVER, time_at_integral
from paget.body.lesion import MAX_SITES, Scratch, World, law_of, size_on
from paget.clinic.burden import lone_lesion_day, organ_event_day
from paget.clinic.chart import Person
from paget.core import streams
from paget.core.units import YEAR
from paget.kernels.jit import jit
from paget.kernels.philox import ONCE, SELF, exponential

MAX_SYMPTOMS: Final = 40  # columns of ``world.symptoms``


@jit
def primary_symptom_day(person: Person, world: World, scratch: Scratch) -> float:
    """Return the day on which the primary's own symptoms lead to its diagnosis.

    Assumes
    -------
    Symptoms depend on size alone; a patient's threshold is log-normal through ``symptom_factor``.
    """
    p, primary = world, scratch.lesions[0]
    threshold = exponential(person.key, streams.SYMPTOM, person.patient, SELF, ONCE)
    alpha = p.symptom_exponent / 3.0
    rate = person.symptom_factor * p.symptom_cells**-alpha / YEAR
    if rate <= 0.0:
        return NEVER
    law = law_of(primary, p)
    return primary.wakes + time_at_integral(law, alpha, primary.start, threshold / rate)


@jit
def _threshold(person: Person, place: int) -> float:
    """Return the unit-exponential threshold of symptoms from metastases in one organ."""
    return exponential(person.key, streams.METASTASIS_SYMPTOM, person.patient, SELF, place)


@jit
def metastasis_symptom_bound(
    person: Person, world: World, lesion: np.record, until: float
) -> float:
    """Return a day before ``until`` by which this lesion's organ has caused symptoms, or never.

    Exact if the lesion is alone there.
    """
    soil = world.soil[lesion.site]
    if soil.symptom_cells <= 0.0:
        return NEVER
    p = world
    threshold = _threshold(person, soil.place)
    exponent = p.metastasis_symptom_exponent
    return lone_lesion_day(lesion, soil.symptom_cells, exponent, threshold, p, until)


@jit
def treated_symptom_bound(person: Person, world: World, scratch: Scratch, day: float) -> float:
    """Return a day by which an organ will have caused symptoms, treated lesions as they are now.

    What has passed of a lesion's hazard before ``day``, or before its last treatment, is left out.
    """
    p, soonest, alpha = world, NEVER, world.metastasis_symptom_exponent / 3.0
    for i in range(1, scratch.n_lesions):
        lesion = scratch.lesions[i]
        reference = world.soil[lesion.site].symptom_cells
        since = max(lesion.stall_until, day)
        if lesion.anchor < NEVER:
            since = max(lesion.anchor, day)
        if reference <= 0.0 or since == NEVER or lesion.removed <= day:
            continue
        n = max(size_on(lesion, since, p), p.avascular_cells)
        coefficient = (lesion.count / reference) ** alpha / YEAR
        threshold = _threshold(person, world.soil[lesion.site].place)
        days = time_at_integral(law_of(lesion, p), alpha, n, threshold / coefficient)
        soonest = min(soonest, since + days)
    return soonest


@jit
def metastasis_symptom_day(person: Person, world: World, scratch: Scratch, until: float) -> float:
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
            0.0,
            latest,
            p,
        )
        day = min(day, first)
    return day


@jit
def symptom_of(world: World, site: int, u: float) -> int:
    """Return the symptom of a site that leads to its discovery: a place in ``symptom_names``.

    A ``site`` beyond the soils is the primary, or its local relapse.

    Assumes
    -------
    The name goes with the site alone, not with size or number of lesions.

    Source
    ------
    atlas/clinic/symptoms.toml: the brain's from medscape_brain, all others assumptions.
    """
    shares = world.symptoms[site if site < world.n_sites else MAX_SITES]
    name = 0
    while name < MAX_SYMPTOMS - 1 and u >= shares[name]:
        name += 1
    return name


@cache
def symptom_names() -> tuple[str, ...]:
    """Return the names of all symptoms, in the order of their codes."""
    tables = load_clinic("symptoms")
    places = [table for place, table in tables.items() if place != "primary"]
    names = dict.fromkeys(name for t in (*places, *tables["primary"].values()) for name in t)
    return at_most(MAX_SYMPTOMS, tuple(names), "symptoms")


def symptom_table(sites: Sequence[str], cancer: str) -> npt.NDArray[np.float64]:
    """Return (site, symptom) the cumulative shares of symptoms; the last row is the primary's.

    Parameters
    ----------
    sites : names of the soils, row by row.
    cancer : the name of the cancer in the atlas.
    """
    tables, names = load_clinic("symptoms"), symptom_names()
    primary = tables["primary"].get(cancer, tables["primary"]["everywhere"])
    shares = np.zeros((MAX_SITES + 1, MAX_SYMPTOMS))
    for row, site in [*enumerate(sites), (MAX_SITES, None)]:
        weights = primary if site is None else tables[narrowest(site, tables, "other")]
        for name, weight in weights.items():
            shares[row, names.index(name)] = weight
    cumulative: npt.NDArray[np.float64] = np.cumsum(shares, axis=1)
    return cumulative / np.maximum(cumulative[:, -1:], 1e-300)
