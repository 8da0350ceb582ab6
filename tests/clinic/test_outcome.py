"""Outcome: the day and the cause of death of a patient whose cancer was found."""

import pytest

from paget.body.growth import NEVER
from paget.clinic.outcome import begin, close, organ_failure_day
from paget.words import CANCER
from tests.clinic.colonies import Case, case

OTHER_DEATH = 40_000.0  # [day]


def failing(diagnosis: float) -> tuple[Case, float]:
    """Return a patient whose liver fails, found on a day, and the day of the failure."""
    c = case({})
    c.person.diagnosis_day, c.person.surgery_day = diagnosis, 900.0  # no primary kills
    c.person.end_day, c.person.recurrence_day = NEVER, NEVER
    begin(c.person, c.scratch)
    c.add("liver", 500.0, rate=0.004, count=5)
    return c, float(organ_failure_day(c.person, c.p, c.scratch, OTHER_DEATH))


def test_who_was_found_before_an_organ_fails_dies_on_that_day() -> None:
    c, failure = failing(1000.0)
    close(c.person, c.p, c.scratch, OTHER_DEATH)
    assert 1000.0 < failure < OTHER_DEATH
    assert c.person.death_day == pytest.approx(failure)
    assert c.person.cause == CANCER


def test_nobody_dies_before_the_diagnosis_to_which_they_lived() -> None:
    """The two passes integrate one hazard in other panels: a failure may seem a little sooner."""
    _, failure = failing(1000.0)
    c, _ = failing(failure + 0.5)
    close(c.person, c.p, c.scratch, OTHER_DEATH)
    assert c.person.death_day == c.person.diagnosis_day
    assert c.person.cause == CANCER
