r"""Survival: of what and when a patient dies, as long as nothing is treated.

Until a metastasis is overt, cancer kills by burden: a hazard of each organ's total tumour volume
and of the primary's, :math:`(V/V_{ref})^{p/3}` a year. From then on survival has a law of its own,
which ``paget.clinic.late`` tells. Other causes follow a life table by sex and age. Whatever comes
first is the cause of death.

Public names: ``other_death_day``, ``primary_death_day``, ``burden_death_bound``.
"""

import math

import numpy as np
import numpy.typing as npt

from paget.body.growth import NEVER, time_at_integral
from paget.body.lesion import Scratch, World, law_of
from paget.clinic.burden import lone_lesion_day
from paget.clinic.chart import Person
from paget.core import streams
from paget.core.units import YEAR
from paget.kernels.jit import jit
from paget.kernels.philox import ONCE, SELF, exponential

Table = npt.NDArray[np.float64]

PRIMARY = 255  # names the primary among the places of the body map, in the keys of draws


@jit
def life_table_age(table: Table, age: float, threshold: float) -> float:
    """Return the age [year] of death of somebody who is alive at ``age``.

    ``table`` is the integrated hazard at each birthday, from birth on; between birthdays the hazard
    is constant. ``threshold`` is a unit-exponential draw. Nobody outlives the table.
    """
    last = len(table) - 1
    age = min(max(age, 0.0), last - 1e-9)
    year = int(age)
    target = table[year] + (age - year) * (table[year + 1] - table[year]) + threshold
    while year < last and table[year + 1] < target:
        year += 1
    if year >= last:
        return float(last)
    return year + (target - table[year]) / (table[year + 1] - table[year])


@jit
def other_death_day(person: Person, world: World) -> float:
    """Return the day of death from other causes by the life table.

    A patient is alive on the day of invasion; somebody of a population is alive on the day of entry
    and may die before any cancer begins. ``person.entry_day`` is minus infinity for a patient.

    Assumes
    -------
    The table contains deaths from cancer: a small double count.

    Source
    ------
    US Social Security Administration period life tables.
    """
    age = person.age_onset
    if person.entry_day > -math.inf:
        age += (person.entry_day - person.invasion_day) / YEAR
    threshold = exponential(person.key, streams.OTHER_DEATH, person.patient, SELF, ONCE)
    died = life_table_age(world.mortality[person.sex], age, threshold)
    return person.invasion_day + (died - person.age_onset) * YEAR


@jit
def primary_death_day(person: Person, world: World, scratch: Scratch) -> float:
    """Return the day on which the primary itself would kill, were it left in place."""
    p, primary = world, scratch.lesions[0]
    threshold = exponential(person.key, streams.BURDEN_DEATH, person.patient, SELF, PRIMARY)
    alpha = p.burden_exponent / 3.0
    rate = p.primary_burden_cells**-alpha / YEAR
    if rate <= 0.0:
        return NEVER
    law = law_of(primary, p)
    return primary.wakes + time_at_integral(law, alpha, primary.start, threshold / rate)


@jit
def burden_death_bound(person: Person, world: World, lesion: np.record, until: float) -> float:
    """Return a day before ``until`` by which this lesion's organ has failed, or never.

    Exact if the lesion is alone there.
    """
    soil = world.soil[lesion.site]
    if soil.burden_cells <= 0.0:
        return NEVER
    p = world
    threshold = exponential(person.key, streams.BURDEN_DEATH, person.patient, SELF, soil.place)
    return lone_lesion_day(lesion, soil.burden_cells, p.burden_exponent, threshold, p, until)
