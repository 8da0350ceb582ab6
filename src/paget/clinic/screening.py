"""Screening: tests by the calendar that look for cancer and its precursor in the healthy.

A programme invites at stated ages. A round is attended or not; the test is positive by the size of
what is there, or by chance; a second look at a precursor may miss it. A cancer found is a
diagnosis, a precursor removed is a cancer prevented, a precursor that is not removed on the spot is
a case in situ.

Public names: ``screened``, ``NOTHING_FOUND``, ``CANCER_FOUND``, ``PREVENTED``, ``IN_SITU``.
"""

import math

import numpy as np

from paget.body.growth import NEVER
from paget.body.lesion import Scratch, World, size_on
from paget.body.precursor import precursor_size_on
from paget.body.progression import diameter
from paget.clinic.chart import Person
from paget.clinic.imaging import detection_probability
from paget.clinic.keys import round_key
from paget.clinic.notes import note
from paget.core import streams
from paget.core.units import YEAR
from paget.kernels.jit import jit
from paget.kernels.philox import ONCE, SELF, uniform
from paget.words import (
    BOTH_SEXES,
    CANCER_FOUND,
    FALSE_ALARM,
    IN_SITU,
    NEGATIVE,
    NO_DETAIL,
    NOTHING,
    NOTHING_FOUND,
    POSITIVE,
    PREVENTED,
    PREVENTED_NOTE,
    SCREEN_NOTE,
)

MM = 1000.0  # [um]
_ROUNDING = 1e-9  # of a number of rounds


@jit
def screened(person: Person, world: World, scratch: Scratch, until: float) -> int:
    """Screen a person until something is found or ``until``; return what was found.

    ``CANCER_FOUND`` writes ``screen_day``, ``PREVENTED`` ``prevented_day``, ``IN_SITU``
    ``in_situ_day``.
    Each test is noted.

    Assumes
    -------
    Rounds are independent but for the people who never attend and for the size of what is there.
    Nobody is screened before they enter the population.

    Source
    ------
    Assumption.
    """
    age, row = -1.0, -1
    while True:
        age, row, number = _next_round(person, world, age, row)
        day = person.invasion_day + (age - person.age_onset) * YEAR
        if row < 0 or day >= until:
            return NOTHING_FOUND
        if day >= person.entry_day and _attends(person, world.protocol.screens[row], number):
            found = _test(person, world, scratch, row, number, day)
            if found != NOTHING_FOUND:
                return found


@jit
def _next_round(person: Person, world: World, age: float, row: int) -> tuple[float, int, int]:
    """Return age, programme and number of the round that follows the one at ``age`` of ``row``.

    Rounds are ordered by age, those of one age by programme; the programme is -1 after the last.
    """
    soonest, next_row, next_number = NEVER, -1, 0
    for k in range(world.protocol.n_screens):
        screen = world.protocol.screens[k]
        if screen.sex not in (person.sex, BOTH_SEXES):
            continue
        number = max(0, math.ceil((age - screen.from_age) / screen.every - _ROUNDING))
        first = screen.from_age + number * screen.every
        if first < age or (first == age and k <= row):
            number += 1
            first = screen.from_age + number * screen.every
        if first <= screen.to_age + _ROUNDING and first < soonest:
            soonest, next_row, next_number = first, k, number
    return soonest, next_row, next_number


@jit
def _attends(person: Person, screen: np.record, number: int) -> bool:
    """Return whether a person comes to a round: never, or each time with one probability."""
    key, patient, index = person.key, person.patient, round_key(screen.key, number)
    if uniform(key, streams.NEVER_ATTENDS, patient, SELF, ONCE) < screen.never:
        return False
    return uniform(key, streams.ATTENDANCE, patient, SELF, index) < screen.attendance


@jit
def _test(person: Person, world: World, scratch: Scratch, row: int, number: int, day: float) -> int:
    """Test a person in one round; write and return what is found.

    Assumes
    -------
    A test finds the larger of the primary and its precursor; a positive test by chance leads to the
    same second look, which may find what did not cause it. An invasive cancer that a test itself
    shows is always confirmed.
    """
    screen, key, patient = world.protocol.screens[row], person.key, person.patient
    index = round_key(screen.key, number)
    cells = size_on(scratch.lesions[0], day, world)
    tumour = diameter(cells, world.density) / MM
    before = diameter(precursor_size_on(person, world, day), world.density) / MM
    u = uniform(key, streams.SCREEN_TEST, patient, SELF, index)
    shows_cancer = u < detection_probability(tumour, screen.median, screen.spread, screen.best)
    shows_precursor = u < detection_probability(
        before, screen.precursor_median, screen.precursor_spread, screen.precursor_best
    )
    by_chance = uniform(key, streams.FALSE_POSITIVE, patient, SELF, index) >= screen.specificity
    found = shows_cancer
    if not found and (shows_precursor or by_chance):
        found = _confirmed(person, screen, index, max(tumour, before), shows_precursor)
    if found:
        note(scratch, person, day, SCREEN_NOTE, NOTHING, NOTHING, row, POSITIVE)
        return _write(person, scratch, screen.removes == 1, cells > 0.0, day)
    is_false = shows_precursor or by_chance
    note(
        scratch,
        person,
        day,
        SCREEN_NOTE,
        NOTHING,
        NOTHING,
        row,
        FALSE_ALARM if is_false else NEGATIVE,
    )
    return NOTHING_FOUND


@jit
def _confirmed(
    person: Person, screen: np.record, index: int, diameter_mm: float, is_shown: bool
) -> bool:
    """Return whether the second look finds what is there; without one the first test is all."""
    if screen.confirm_median <= 0.0 and screen.confirm_best >= 1.0:
        return is_shown
    u = uniform(person.key, streams.CONFIRM, person.patient, SELF, index)
    return u < detection_probability(
        diameter_mm, screen.confirm_median, screen.confirm_spread, screen.confirm_best
    )


@jit
def _write(person: Person, scratch: Scratch, removes: bool, is_invasive: bool, day: float) -> int:
    """Write the day of what a round has found, and return it."""
    if is_invasive:
        person.screen_day = day
        return CANCER_FOUND
    if not removes:
        person.in_situ_day = day
        return IN_SITU
    person.prevented_day = day
    note(scratch, person, day, PREVENTED_NOTE, NOTHING, NOTHING, NO_DETAIL, 0.0)
    return PREVENTED
