"""Late disease: worst site, control of a line, and its clock, by hand."""

import numpy as np
import pytest

from paget.body.growth import NEVER
from paget.clinic.late import late_death_day, late_passed, recount_overt, worst_site
from tests.clinic.colonies import Case, case

YEAR = 365.25


def lethal() -> Case:
    """Return a case with rates of 1, 2 and 0.5 a year in liver, brain and at the primary."""
    return case(
        {
            "survival.everywhere.death_rate": "0.1 /year",
            "survival.liver.death_rate": "1 /year",
            "survival.brain.death_rate": "2 /year",
            "survival.local_death_rate": "0.5 /year",
        }
    )


def test_the_worst_overt_site_decides() -> None:
    c = lethal()
    world, overt = c.model.world, c.scratch.overt
    overt[c.row("liver")], overt[c.row("brain")], overt[world.n_sites] = 100.0, 465.25, 50.0
    assert worst_site(world, overt, 40.0) == -1
    assert worst_site(world, overt, 60.0) == world.n_sites
    assert worst_site(world, overt, 100.0) == c.row("liver")
    assert worst_site(world, overt, 500.0) == c.row("brain")
    passed = 50.0 * 0.5 / YEAR + 1.0
    assert late_passed(world, overt, 0.0, 465.25, 1.0) == pytest.approx(passed)
    day = late_death_day(world, overt, 0.0, passed + 0.5, 1.0)
    assert day == pytest.approx(465.25 + 0.25 * YEAR)


def test_control_slows_the_hazard_from_the_day_it_starts() -> None:
    c = lethal()
    world, overt = c.model.world, c.scratch.overt
    overt[c.row("liver")] = 0.0
    left = 1.0 - late_passed(world, overt, 0.0, 0.5 * YEAR, 1.0)
    day = late_death_day(world, overt, 0.5 * YEAR, left, 0.25)
    assert day == pytest.approx(2.5 * YEAR)
    assert late_death_day(world, overt, 0.0, 1.0, 1.0) == pytest.approx(YEAR)


def test_nothing_overt_kills_nobody() -> None:
    c = lethal()
    assert late_death_day(c.model.world, c.scratch.overt, 0.0, 1.0, 1.0) == NEVER


def test_a_site_is_overt_until_nothing_of_it_is_left() -> None:
    c = case({"detection.everywhere.diameter": "10 mm"})
    c.person.clinical_day = 0.0
    seen, other = c.add("liver", 100.0, rate=0.01), c.add("liver", 3000.0)
    recount_overt(c.person, c.model.world, c.scratch, 0.0)
    first = float(c.scratch.overt[c.row("liver")])
    assert first == seen.overt < other.overt < NEVER
    seen.anchor, seen.sensitive, seen.resistant = first + 10.0, 0.0, 100.0
    recount_overt(c.person, c.model.world, c.scratch, first + 10.0)
    assert c.scratch.overt[c.row("liver")] == first
    seen.removed = first + 20.0
    recount_overt(c.person, c.model.world, c.scratch, first + 20.0)
    assert c.scratch.overt[c.row("liver")] == other.overt
    assert np.isinf(c.scratch.overt[c.row("lung")])
