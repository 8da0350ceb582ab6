"""Survival: the life table and death by burden."""

import numpy as np
import pytest

from paget.atlas.mortality import integrated_hazard
from paget.body.growth import NEVER, power_integral
from paget.body.lesion import law_of, size_on
from paget.clinic.burden import lone_lesion_day
from paget.clinic.survival import (
    PRIMARY,
    burden_death_bound,
    life_table_age,
    other_death_day,
    primary_death_day,
)
from paget.core import streams
from paget.engine import people
from paget.kernels.philox import exponential
from tests.clinic.colonies import case
from tests.lived import model_of
from tests.statistics import assert_cdf

YEAR = 365.25


def threshold(person: np.record, stream: int, index: int) -> float:
    return exponential(person.key, stream, person.patient, 0, index)


def test_other_deaths_follow_the_life_table() -> None:
    table = integrated_hazard(2000)
    world = model_of({"survival.life_table_year": 2000}).world
    person = people(1)[0]
    person.key, person.sex, person.age_onset, person.invasion_day = 1, 1, 60.25, 100.0
    person.entry_day = -NEVER
    drawn = []
    for patient in range(20_000):
        person.patient = patient
        drawn.append(60.25 + (other_death_day(person, world) - 100.0) / YEAR)
    ages = np.arange(121.0)
    at_start = np.interp(60.25, ages, table[1])

    def cdf(x: np.ndarray) -> np.ndarray:
        return -np.expm1(at_start - np.interp(x, ages, table[1]))

    inside = np.array(drawn)
    assert inside.min() >= 60.25
    assert_cdf(inside[inside < 119.0], cdf, detect=0.04)


@pytest.mark.parametrize("entry", [-3000.0, 2000.0])
def test_somebody_of_a_population_is_alive_at_entry(entry: float) -> None:
    """Before invasion or after it: the life table runs from the day of entry, at the age then."""
    table = integrated_hazard(2000)
    world = model_of({"survival.life_table_year": 2000}).world
    person = people(1)[0]
    person.key, person.sex, person.age_onset, person.invasion_day = 1, 0, 60.0, 100.0
    person.entry_day = entry
    age = 60.0 + (entry - 100.0) / YEAR
    for patient in range(200):
        person.patient = patient
        day = other_death_day(person, world)
        died = 60.0 + (day - 100.0) / YEAR
        passed = np.interp([age, died], np.arange(121.0), table[0])
        drawn = threshold(person, streams.OTHER_DEATH, 0)
        assert day > entry
        if died < 120.0:
            assert passed[1] - passed[0] == pytest.approx(drawn, rel=1e-9)


def test_the_table_by_hand() -> None:
    table = np.array([0.0, 0.1, 0.3, 0.6])
    assert life_table_age(table, 0.5, 0.15) == pytest.approx(1.5)
    assert life_table_age(table, 2.0, 0.15) == pytest.approx(2.5)
    assert life_table_age(table, 2.0, 0.31) == 3.0
    assert life_table_age(table, 7.0, 0.5) == 3.0


def test_nobody_outlives_the_table() -> None:
    person = people(1)[0]
    person.key, person.age_onset, person.entry_day = 1, 105.0, -NEVER
    world = model_of({}).world
    world.mortality[:] = 0.0
    assert other_death_day(person, world) == pytest.approx((120 - 105.0) * YEAR)


def test_the_primary_kills_where_its_hazard_passes_the_threshold() -> None:
    c = case({"survival.primary_burden_diameter": "60 mm", "survival.burden_exponent": 3})
    day = primary_death_day(c.person, c.model.world, c.scratch)
    primary = c.scratch.lesions[0]
    grown = power_integral(law_of(primary, c.p), 1.0, primary.start, size_on(primary, day, c.p))
    passed = grown / c.cells(60.0) / YEAR
    assert passed == pytest.approx(threshold(c.person, streams.BURDEN_DEATH, PRIMARY), rel=1e-6)


@pytest.mark.parametrize("site", ["liver", "lung"])
def test_burden_kills_where_the_hazard_of_its_organ_passes_the_threshold(site: str) -> None:
    c = case({})
    lesion, soil = c.add(site, 300.0), c.soil(site)
    drawn = threshold(c.person, streams.BURDEN_DEATH, int(soil.place))
    alone = lone_lesion_day(lesion, soil.burden_cells, c.p.burden_exponent, drawn, c.p)
    assert burden_death_bound(c.person, c.model.world, lesion, NEVER) == alone


def test_nodes_do_not_kill_by_burden() -> None:
    c = case({})
    lesion = c.add("ln_colon_local", 300.0)
    assert burden_death_bound(c.person, c.model.world, lesion, NEVER) == NEVER
