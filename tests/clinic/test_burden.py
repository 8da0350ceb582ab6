"""Burden: the hazard of an organ's total volume, against dense integration."""

import math

import numpy as np
import pytest

from paget.body.growth import NEVER
from paget.body.lesion import size_on
from paget.clinic.burden import lone_lesion_day, organ_cells, organ_event_day
from tests.clinic.colonies import Case, case

YEAR = 365.25
END = 6000.0


def by_dense_steps(c: Case, site: str, scale: float, exponent: float, threshold: float) -> float:
    """Return the day of the event by the trapezoid rule with steps of a day."""
    days = np.linspace(0.0, END, 6_001)
    cells = np.zeros(len(days))
    for i in range(1, int(c.scratch.n_lesions)):
        lesion = c.scratch.lesions[i]
        if lesion.site == c.row(site):
            sizes = np.array([size_on(lesion, day, c.p) for day in days])
            cells += lesion.count * sizes * (days > lesion.stall_until)
    hazard = (cells / scale) ** (exponent / 3.0) / YEAR
    passed = np.append(0.0, np.cumsum(0.5 * (hazard[1:] + hazard[:-1]) * np.diff(days)))
    return float(np.interp(threshold, passed, days, right=math.inf))


@pytest.mark.parametrize("threshold", [1e-4, 0.1, 1.0, 5.0])
@pytest.mark.parametrize("exponent", [2.4, 3.0, 4.0])
def test_organ_event_day_is_that_of_dense_integration(threshold: float, exponent: float) -> None:
    c = case({})
    for vascular, rate, count in ((300.0, 0.004, 1), (500.0, 0.005, 3), (900.0, 0.003, 10)):
        c.add("liver", vascular, rate, count)
    c.add("lung", 100.0, 0.01, 50)
    scale = c.cells(30.0)
    expected = by_dense_steps(c, "liver", scale, exponent, threshold)
    found = organ_event_day(c.scratch, c.row("liver"), scale, exponent, threshold, 0.0, END, c.p)
    assert found == pytest.approx(expected, abs=1.0)


def test_an_event_after_the_end_never_comes() -> None:
    c = case({})
    c.add("liver", 300.0)
    scale, row = c.cells(30.0), c.row("liver")
    day = organ_event_day(c.scratch, row, scale, 3.0, 1.0, 0.0, END, c.p)
    assert day < END
    assert organ_event_day(c.scratch, row, scale, 3.0, 1.0, 0.0, day - 1.0, c.p) == NEVER
    assert organ_event_day(c.scratch, c.row("bone"), scale, 3.0, 1.0, 0.0, END, c.p) == NEVER


@pytest.mark.parametrize("count", [1, 7])
@pytest.mark.parametrize("exponent", [1.0, 3.0, 4.0])
def test_a_lone_lesion_is_exact(count: int, exponent: float) -> None:
    c = case({})
    lesion = c.add("liver", 300.0, 0.004, count)
    scale = c.cells(30.0)
    exact = lone_lesion_day(lesion, scale, exponent, 0.8, c.p)
    by_panels = organ_event_day(
        c.scratch, c.row("liver"), scale, exponent, 0.8, 0.0, exact + 99.0, c.p
    )
    assert by_panels == pytest.approx(exact, abs=0.5)


def test_company_only_hastens_the_event() -> None:
    c = case({})
    lesion = c.add("liver", 300.0)
    scale = c.cells(30.0)
    alone = lone_lesion_day(lesion, scale, 3.0, 1.0, c.p)
    c.add("liver", 500.0)
    together = organ_event_day(c.scratch, c.row("liver"), scale, 3.0, 1.0, 0.0, alone, c.p)
    assert together < alone


def test_a_colony_without_vessels_gives_no_symptoms() -> None:
    c = case({})
    lesion = c.add("liver", 300.0)
    lesion.stall_until = NEVER
    assert lone_lesion_day(lesion, c.cells(30.0), 3.0, 1.0, c.p) == NEVER
    assert organ_cells(c.scratch, c.row("liver"), 1e5, c.p) == 0.0


def test_organ_cells_count_every_lesion() -> None:
    c = case({})
    one, two = c.add("liver", 300.0, count=4), c.add("liver", 600.0)
    c.add("lung", 0.0)
    expected = 4.0 * size_on(one, 1000.0, c.p) + size_on(two, 1000.0, c.p)
    assert organ_cells(c.scratch, c.row("liver"), 1000.0, c.p) == pytest.approx(expected)


def test_ten_lesions_are_not_one_times_ten() -> None:
    c = case({})
    lesion = c.add("liver", 300.0, count=10)
    scale = c.cells(30.0)
    ten = lone_lesion_day(lesion, scale, 4.0, 1.0, c.p)
    lesion.count = 1
    equivalent = lone_lesion_day(lesion, scale / 10.0, 4.0, 1.0, c.p)
    assert ten == pytest.approx(equivalent)
