"""Screening: rounds by the calendar, what a test shows, and what is done about it."""

from dataclasses import dataclass

import numpy as np
import pytest

from paget.body.growth import NEVER
from paget.body.lesion import size_on
from paget.body.precursor import precursor_size_on
from paget.clinic.notes import count_notes
from paget.clinic.screening import screened
from paget.core.units import YEAR
from paget.words import (
    CANCER_FOUND,
    FALSE_ALARM,
    IN_SITU,
    NEGATIVE,
    NOTHING_FOUND,
    POSITIVE,
    PREVENTED,
    PREVENTED_NOTE,
    SCREEN_NOTE,
)
from tests.clinic.colonies import Case, case
from tests.lived import Table

ALWAYS = {
    "attendance": 1.0,
    "sex": 2,
    "best": 1.0,
    "specificity": 1.0,
    "confirm_best": 1.0,
    "removes": 1,
}


@dataclass
class Clinic:
    """One virtual person and the programmes that invite them."""

    case: Case

    def invite(self, first: float, every: float, rounds: int, **fields: float) -> Table:
        """Add a programme with its first round on a day; fields change the test that sees all."""
        protocol = self.case.model.world.protocol
        screen = protocol.screens[protocol.n_screens]
        screen.key = protocol.n_screens = protocol.n_screens + 1
        person = self.case.person
        screen.from_age = person.age_onset + (first - person.invasion_day) / YEAR
        screen.every = every / YEAR
        screen.to_age = screen.from_age + (rounds - 1) * screen.every
        for name, value in (ALWAYS | fields).items():
            setattr(screen, name, value)
        return screen

    def screen(self, until: float) -> int:
        """Screen the person; return what is found."""
        c = self.case
        c.person.screen_day = c.person.prevented_day = c.person.in_situ_day = NEVER
        c.scratch.n_notes = 0
        found = screened(c.person, c.model.world, c.scratch, until)
        count_notes(c.person, c.scratch)
        return found

    @property
    def notes(self) -> Table:
        """The notes of the last screening."""
        return self.case.scratch.notes[: self.case.scratch.n_notes].view(np.recarray)


def clinic(patient: int = 0, *, precursor: bool = False) -> Clinic:
    """Return a person without programmes; the cancer begins on day 0 but for its precursor."""
    c = case({"progression.precursor": precursor}, patient)
    c.model.world.protocol.n_screens = 0
    c.person.entry_day = -NEVER
    return Clinic(c)


def test_the_first_round_after_the_onset_finds_what_it_always_sees() -> None:
    c = clinic()
    c.invite(-500.0, 365.25, 10)
    assert c.screen(5000.0) == CANCER_FOUND
    day = -500.0 + 2 * 365.25
    assert c.case.person.screen_day == pytest.approx(day)
    assert c.case.person.n_tests == 3
    assert list(c.notes.code) == [SCREEN_NOTE] * 3
    assert list(c.notes.value) == [NEGATIVE, NEGATIVE, POSITIVE]
    assert c.notes.day == pytest.approx([day - 730.5, day - 365.25, day])


def test_symptoms_before_a_round_come_first() -> None:
    c = clinic()
    c.invite(100.0, 365.25, 3)
    assert c.screen(99.9) == NOTHING_FOUND
    assert c.screen(100.1) == CANCER_FOUND
    assert c.case.person.n_tests == 1


def test_the_last_round_is_at_the_last_age() -> None:
    c = clinic()
    c.invite(10.0, 30.0, 7, best=0.0)
    assert c.screen(1e6) == NOTHING_FOUND
    assert c.case.person.n_tests == 7
    assert c.case.person.screen_day == NEVER


@pytest.mark.parametrize("fields", [{"attendance": 0.0}, {"never": 1.0}, {"sex": 0}, {"best": 0.0}])
def test_who_is_not_tested_or_not_seen_is_not_found(fields: dict[str, float]) -> None:
    c = clinic()
    c.case.person.sex = 1
    c.invite(10.0, 300.0, 10, **fields)
    assert c.screen(5000.0) == NOTHING_FOUND
    assert c.case.person.n_tests == (10 if "best" in fields else 0)


def test_nobody_is_screened_before_entry() -> None:
    c = clinic()
    c.invite(10.0, 100.0, 10)
    c.case.person.entry_day = 350.0
    assert c.screen(5000.0) == CANCER_FOUND
    assert c.case.person.screen_day == pytest.approx(410.0)
    assert c.case.person.n_tests == 1


def test_attendance_is_drawn_anew_each_round_and_never_once_a_person() -> None:
    attended, ever = [], []
    for patient in range(40):
        c = clinic(patient)
        c.invite(1.0, 10.0, 50, best=0.0, attendance=0.6, never=0.3)
        c.screen(5000.0)
        attended.append(int(c.case.person.n_tests))
        ever.append(attended[-1] > 0)
    assert 0.5 < np.mean(ever) < 0.9
    shares = np.array(attended)[ever] / 50.0
    assert 0.55 < shares.mean() < 0.65
    assert shares.std() < 0.12  # a person's rounds are not all alike


def test_programmes_take_their_rounds_in_order_of_age() -> None:
    c = clinic()
    c.invite(100.0, 200.0, 5, best=0.0)  # 100, 300, 500, 700, 900
    c.invite(100.0, 150.0, 4, best=0.0)  # 100, 250, 400, 550
    c.invite(600.0, 50.0, 3)  # finds it
    assert c.screen(5000.0) == CANCER_FOUND
    assert c.notes.day == pytest.approx([100, 100, 250, 300, 400, 500, 550, 600])
    assert list(c.notes.detail) == [0, 1, 1, 0, 1, 0, 1, 2]


def test_another_programme_changes_no_draw_of_the_first() -> None:
    days = []
    for second in (False, True):
        c = clinic(3)
        c.invite(50.0, 40.0, 60, best=0.1)
        if second:
            c.invite(33.0, 17.0, 100, best=0.0)
        assert c.screen(1e5) == CANCER_FOUND
        days.append(float(c.case.person.screen_day))
    assert days[0] == days[1]


def test_false_alarms_are_counted_and_find_nothing() -> None:
    c = clinic()
    c.invite(-5000.0, 100.0, 20, specificity=0.0)
    assert c.screen(-1.0) == NOTHING_FOUND
    assert c.case.person.n_false_positives == c.case.person.n_tests == 20
    assert set(c.notes.value) == {FALSE_ALARM}


def test_a_positive_test_by_chance_finds_what_the_second_look_sees() -> None:
    by_chance = {"best": 0.0, "specificity": 0.0}
    c = clinic()
    c.invite(10.0, 100.0, 3, **by_chance)  # no second test: an alarm without an answer
    assert c.screen(5000.0) == NOTHING_FOUND
    c = clinic()
    c.invite(10.0, 100.0, 3, **by_chance, confirm_median=1e-3, confirm_spread=0.1)
    assert c.screen(5000.0) == CANCER_FOUND
    assert c.case.person.screen_day == pytest.approx(10.0)


def test_a_large_tumour_is_seen_and_a_small_one_is_not() -> None:
    c = clinic()
    world, primary = c.case.model.world, c.case.scratch.lesions[0]
    c.invite(10.0, 50.0, 1000, median=20.0, spread=0.01)
    assert c.screen(1e6) == CANCER_FOUND
    n = size_on(primary, c.case.person.screen_day, world)
    before = size_on(primary, c.case.person.screen_day - 50.0, world)
    assert before < c.case.cells(21.0)
    assert n > c.case.cells(19.0)


def seen_precursor(**fields: float) -> Clinic:
    """Return a person whose precursor a programme sees at any size, from day 1000 on."""
    c = clinic(precursor=True)
    assert c.case.person.invasion_day > 1200.0
    fields = {"best": 0.0, "precursor_best": 1.0} | fields
    c.invite(1000.0, 10.0, 5, **fields)
    return c


def test_a_precursor_that_is_removed_is_a_cancer_prevented() -> None:
    c = seen_precursor()
    assert c.screen(1e5) == PREVENTED
    assert c.case.person.prevented_day == pytest.approx(1000.0)
    assert list(c.notes.code) == [SCREEN_NOTE, PREVENTED_NOTE]
    assert c.case.person.screen_day == c.case.person.in_situ_day == NEVER


def test_a_precursor_that_is_treated_is_a_case_in_situ() -> None:
    c = seen_precursor(removes=0)
    assert c.screen(1e5) == IN_SITU
    assert c.case.person.in_situ_day == pytest.approx(1000.0)
    assert c.case.person.prevented_day == NEVER


def test_a_second_look_that_misses_is_a_false_alarm() -> None:
    c = seen_precursor(confirm_best=0.0)
    assert c.screen(1100.0) == NOTHING_FOUND
    assert c.case.person.n_false_positives == c.case.person.n_tests == 5


def test_the_second_look_sees_by_size() -> None:
    c = seen_precursor(confirm_median=1e-3, confirm_spread=0.05)
    assert precursor_size_on(c.case.person, c.case.model.world, 1000.0) > 0.0
    assert c.screen(1e5) == PREVENTED
    c = seen_precursor(confirm_median=1e4, confirm_spread=0.05)
    assert c.screen(1e5) == NOTHING_FOUND


def test_before_the_founder_of_the_precursor_there_is_nothing_to_see() -> None:
    c = clinic(precursor=True)
    c.invite(-1000.0, 100.0, 9, precursor_best=1.0)
    assert c.screen(1e5) == NOTHING_FOUND
    assert c.case.person.n_tests == 9
