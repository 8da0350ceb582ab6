"""Survival: the life table, burden, and overt disease by hand."""

import numpy as np
import pytest

from paget.atlas.mortality import integrated_hazard
from paget.body.growth import NEVER, power_integral
from paget.body.lesion import law_of, size_on
from paget.clinic.burden import lone_lesion_day
from paget.clinic.survival import (
    PRIMARY,
    burden_death_day,
    metastatic_death_day,
    other_death_day,
    primary_death_day,
)
from paget.core import streams
from paget.kernels.philox import exponential
from paget.record import people
from tests.clinic.colonies import Case, case
from tests.engine import model_of
from tests.statistics import assert_cdf

YEAR = 365.25


def threshold(person: np.record, stream: int, index: int) -> float:
    return exponential(person.key, stream, person.patient, 0, index)


def test_other_deaths_follow_the_life_table() -> None:
    table = integrated_hazard(2000)
    world = model_of({"survival.life_table_year": 2000}).world
    person = people(1)[0]
    person.key, person.sex, person.age_onset, person.invasion_day = 1, 1, 60.25, 100.0
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


def test_nobody_outlives_the_table() -> None:
    person = people(1)[0]
    person.key, person.age_onset = 1, 105.0
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


def test_burden_kills_by_the_first_organ() -> None:
    c = case({})
    world = c.model.world
    lesions = {site: c.add(site, day) for site, day in (("liver", 300.0), ("lung", 900.0))}
    days = [
        lone_lesion_day(
            lesion,
            c.soil(site).burden_cells,
            c.p.burden_exponent,
            threshold(c.person, streams.BURDEN_DEATH, int(c.soil(site).place)),
            c.p,
        )
        for site, lesion in lesions.items()
    ]
    day = burden_death_day(c.person, world, c.scratch, max(days) + 1.0)
    assert day == pytest.approx(min(days), abs=1.0)
    assert burden_death_day(c.person, world, c.scratch, min(days) - 2.0) == NEVER


def overt_case(late: float) -> Case:
    rates = {
        "survival.liver.death_rate": "1 /year",
        "survival.lung.death_rate": "0.5 /year",
        "survival.local_death_rate": "0.25 /year",
    }
    c = case(rates)
    c.person.late_factor = late
    return c


@pytest.mark.parametrize("late", [0.5, 1.0, 3.0])
def test_the_worst_overt_site_decides(late: float) -> None:
    c = overt_case(late)
    world, overt = c.model.world, c.scratch.overt
    drawn = threshold(c.person, streams.METASTATIC_DEATH, 0) / late
    assert metastatic_death_day(c.person, world, overt) == NEVER
    overt[c.row("lung")] = 1000.0
    one = metastatic_death_day(c.person, world, overt)
    assert one == pytest.approx(1000.0 + drawn * YEAR / 0.5)
    overt[world.n_sites] = 900.0  # local relapse, at half the lung's hazard
    first = drawn - 100.0 * 0.25 / YEAR
    assert metastatic_death_day(c.person, world, overt) == pytest.approx(
        1000.0 + first * YEAR / 0.5
    )
    overt[world.n_sites] = 1200.0  # later and milder: it changes nothing
    assert metastatic_death_day(c.person, world, overt) == pytest.approx(one)
    halfway = 1000.0 + 0.5 * drawn * YEAR / 0.5
    overt[c.row("liver")] = halfway
    two = metastatic_death_day(c.person, world, overt)
    assert two == pytest.approx(halfway + 0.5 * drawn * YEAR)
    overt[c.row("liver")] = one + 5000.0
    assert metastatic_death_day(c.person, world, overt) == pytest.approx(one)


def test_sites_overt_on_one_day_count_as_the_worst() -> None:
    c = overt_case(1.0)
    overt = c.scratch.overt
    overt[c.row("liver")] = overt[c.row("lung")] = 500.0
    drawn = threshold(c.person, streams.METASTATIC_DEATH, 0)
    day = metastatic_death_day(c.person, c.model.world, overt)
    assert day == pytest.approx(500.0 + drawn * YEAR)
