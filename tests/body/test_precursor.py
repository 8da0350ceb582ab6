"""Precursors: growth until breach, and the number of those that never progress."""

import pytest

from paget.body.growth import power_integral, size_after
from paget.body.precursor import benign_number, invasion_day, precursor_law, precursor_size_on
from paget.body.progression import SURFACE
from paget.core import streams
from paget.kernels.philox import exponential
from tests.clinic.colonies import case

WOMAN, MAN = 0, 1


@pytest.mark.parametrize("patient", range(5))
def test_it_grows_from_one_cell_until_the_breach(patient: int) -> None:
    c = case({"progression.precursor": True}, patient)
    day = invasion_day(c.person, c.p)
    law = precursor_law(c.person, c.p)
    assert day == c.person.invasion_day
    cells = precursor_size_on(c.person, c.p, 0.999999 * day)
    assert cells == pytest.approx(size_after(law, 1.0, day), rel=1e-3)
    threshold = exponential(c.person.key, streams.BREACH, patient, 0, 0)
    passed = c.p.breach_rate * power_integral(law, SURFACE, 1.0, cells)
    assert passed == pytest.approx(threshold, rel=1e-3)


def test_it_grows_until_the_cancer_replaces_it() -> None:
    c = case({"progression.precursor": True})
    invasion = c.person.invasion_day
    days = (-1.0, 0.0, 100.0, 0.5 * invasion, invasion)
    sizes = [precursor_size_on(c.person, c.p, day) for day in days]
    assert sizes[:2] == pytest.approx([0.0, 1.0])
    assert sizes[:4] == sorted(sizes[:4])
    assert sizes[4] == 0.0


def test_without_a_precursor_there_is_nothing_to_find() -> None:
    c = case({"progression.precursor": False})
    assert invasion_day(c.person, c.p) == 0.0
    assert precursor_size_on(c.person, c.p, 100.0) == 0.0


def test_the_number_rises_as_a_power_of_age() -> None:
    p = case(
        {
            "progression.benign_number": 0.7,
            "progression.benign_age_power": 2.0,
            "progression.benign_male_factor": 1.5,
        }
    ).p
    assert benign_number(60.0, WOMAN, p) == pytest.approx(0.7)
    assert benign_number(30.0, WOMAN, p) == pytest.approx(0.7 / 4.0)
    assert benign_number(60.0, MAN, p) == pytest.approx(1.05)
    assert benign_number(-1.0, MAN, p) == 0.0
