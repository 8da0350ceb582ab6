r"""Survival: of what and when a patient dies.

Until a metastasis is overt, cancer kills by burden: a hazard of each organ's total tumour volume
and of the primary's. From the first overt metastasis on survival has a law of its own, the
hazard of the worst overt site times the patient's factor in late disease, because the growth of
the primary does not predict it; an organ that tumour has replaced still fails at any time. Other
causes follow a life table by sex and age. Whatever comes first is the cause of death, drawn once.

Public names: ``other_death_day``, ``burden_death_day``, ``metastatic_death_day``.
"""

import numpy as np
import numpy.typing as npt

from paget.body.growth import NEVER, time_at_integral
from paget.body.lesion import Scratch, World, law_of
from paget.clinic.burden import lone_lesion_day, organ_event_day
from paget.core import streams
from paget.core.units import YEAR
from paget.kernels.jit import jit
from paget.kernels.philox import exponential

PRIMARY = 255  # names the primary among the places of the body map, in the keys of draws


@jit
def other_death_day(person: np.record, world: World) -> float:
    """Return the day of death from other causes by the life table, given life at invasion.

    ``world.mortality`` (sex, age) is the integrated hazard at each birthday; between birthdays the
    hazard is constant.

    Assumes
    -------
    The table contains deaths from cancer: a small double count.

    Source
    ------
    US Social Security Administration period life tables.
    """
    table = world.mortality[person.sex]
    last = len(table) - 1
    age = min(max(person.age_onset, 0.0), last - 1e-9)
    year = int(age)
    lived = table[year] + (age - year) * (table[year + 1] - table[year])
    target = lived + exponential(person.key, streams.OTHER_DEATH, person.patient, 0, 0)
    while year < last and table[year + 1] < target:
        year += 1
    if year >= last:
        return person.invasion_day + (last - person.age_onset) * YEAR
    died = year + (target - table[year]) / (table[year + 1] - table[year])
    return person.invasion_day + (died - person.age_onset) * YEAR


@jit
def primary_death_day(person: np.record, world: World, scratch: Scratch) -> float:
    """Return the day on which the primary itself would kill, were it left in place."""
    p, primary = world, scratch.lesions[0]
    threshold = exponential(person.key, streams.BURDEN_DEATH, person.patient, 0, PRIMARY)
    alpha = p.burden_exponent / 3.0
    rate = p.primary_burden_cells**-alpha / YEAR
    if rate <= 0.0:
        return NEVER
    law = law_of(primary, p)
    return primary.wakes + time_at_integral(law, alpha, primary.start, threshold / rate)


@jit
def burden_death_bound(person: np.record, world: World, lesion: np.record) -> float:
    """Return a day by which this lesion's organ has failed: exact if the lesion is alone there."""
    soil = world.soil[lesion.site]
    if soil.burden_cells <= 0.0:
        return NEVER
    p = world
    threshold = exponential(person.key, streams.BURDEN_DEATH, person.patient, 0, soil.place)
    return lone_lesion_day(lesion, soil.burden_cells, p.burden_exponent, threshold, p)


@jit
def burden_death_day(person: np.record, world: World, scratch: Scratch, until: float) -> float:
    """Return the first day before ``until`` on which an organ fails under metastases, or never."""
    p, day = world, NEVER
    for site in range(world.n_sites):
        soil = world.soil[site]
        if soil.burden_cells <= 0.0 or scratch.by_site[site] == 0.0:
            continue
        threshold = exponential(person.key, streams.BURDEN_DEATH, person.patient, 0, soil.place)
        latest = min(day, until)
        first = organ_event_day(
            scratch, site, soil.burden_cells, p.burden_exponent, threshold, latest, p
        )
        day = min(day, first)
    return day


@jit
def metastatic_death_day(person: np.record, world: World, overt: npt.NDArray[np.float64]) -> float:
    """Return the day of death from overt disease.

    ``overt`` (site) holds the day on which each site became overt; the last entry is local relapse.
    The hazard is that of the worst site so far, times the patient's factor in late disease.

    Assumes
    -------
    The worst site decides: sites do not add. Hazards are constant; the factor is log-normal, so
    that survival has a long tail.
    """
    left = exponential(person.key, streams.METASTATIC_DEATH, person.patient, 0, 0)
    left /= person.late_factor
    day, rate = 0.0, 0.0
    while True:
        soonest, worst = NEVER, rate
        for site in range(world.n_sites + 1):
            if day < overt[site] < soonest:
                soonest = overt[site]
        if rate > 0.0 and left <= rate * (soonest - day):
            return day + left / rate
        if soonest == NEVER:
            return NEVER
        left -= rate * (soonest - day)
        for site in range(world.n_sites + 1):
            if overt[site] == soonest:
                is_local = site == world.n_sites
                worst = max(
                    worst, world.local_death_rate if is_local else world.soil[site].death_rate
                )
        day, rate = soonest, worst
