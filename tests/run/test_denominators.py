"""Denominators: expectations over the life table, against counting and against simulation."""

import math
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from paget.atlas.mortality import integrated_hazard
from paget.clinic.imaging import detection_probability
from paget.core.errors import ScenarioError
from paget.run.denominators import (
    benign_sizes,
    denominators,
    expected,
    none_found,
    prevalence_found,
    rounds,
)
from tests.lived import model_of

WOMAN, MAN = 0, 1
PLAIN = {
    "from_age": 50.0,
    "to_age": 68.0,
    "every": 2.0,
    "attendance": 0.5,
    "never": 0.2,
    "sex": 2,
    "specificity": 0.9,
    "precursor_best": 1.0,
    "precursor_median": 6.0,
    "precursor_spread": 0.4,
    "confirm_best": 1.0,
    "confirm_median": 0.0,
    "confirm_spread": 0.0,
}


def screen(**fields: float) -> SimpleNamespace:
    return SimpleNamespace(**(PLAIN | fields))


def world(*screens: Any, mortality: np.ndarray | None = None, number: float = 0.0) -> Any:
    """Return a world whose programmes, life table and precursors a test has set."""
    own: Any = model_of({}).world
    own.mortality[:] = integrated_hazard(2000) if mortality is None else mortality
    own.protocol.n_screens = len(screens)
    for row, programme in enumerate(screens):
        for field, value in vars(programme).items():
            own.protocol.screens[row][field] = value
    own.benign_number, own.benign_age_power, own.benign_male_factor = number, 2.0, 1.5
    own.benign_risk_shape, own.benign_spread = 0.5, 0.5
    return own


def constant(rate: float) -> np.ndarray:
    return np.array([rate * np.arange(121.0)] * 2)


IMMORTAL = constant(0.0)


def test_years_and_deaths_follow_a_constant_hazard() -> None:
    told = expected(world(mortality=constant(0.04)), MAN, 50.5, 80.25)
    span = 80.25 - 50.5
    assert told["other_deaths"] == pytest.approx(-math.expm1(-0.04 * span))
    assert told["person_years"] == pytest.approx(-math.expm1(-0.04 * span) / 0.04)


def test_nobody_dies_without_a_hazard() -> None:
    told = expected(world(mortality=IMMORTAL), WOMAN, 50.0, 80.0)
    assert told["person_years"] == pytest.approx(30.0)
    assert told["other_deaths"] == 0.0


def test_rounds_are_those_from_entry_to_the_end() -> None:
    w = world(screen(), screen(sex=WOMAN, from_age=51.0, to_age=55.0, every=4.0))
    women = [at.age for at in rounds(w, WOMAN, 50.0, 60.0)]
    men = [at.age for at in rounds(w, MAN, 52.0, 60.0)]
    assert women == [50.0, 51.0, 52.0, 54.0, 55.0, 56.0, 58.0]
    assert men == [52.0, 54.0, 56.0, 58.0]


def test_tests_are_those_who_live_and_come() -> None:
    told = expected(world(screen(), mortality=constant(0.03)), MAN, 50.0, 80.0)
    lived = sum(math.exp(-0.03 * (age - 50.0)) for age in range(50, 69, 2))
    assert told["tests"] == pytest.approx(0.8 * 0.5 * lived)
    assert told["false_positives"] == pytest.approx(0.1 * told["tests"])
    assert told["benign_found"] == 0.0


def test_a_look_finds_by_size_and_by_gamma_risk() -> None:
    w, at = world(number=0.7), screen(attendance=1.0)
    size_mm, weight = benign_sizes(w)
    look = sum(
        part * detection_probability(float(mm), 6.0, 0.4, 1.0)
        for mm, part in zip(size_mm, weight, strict=True)
    )
    assert prevalence_found(w, WOMAN, 60.0, at) == pytest.approx(
        1.0 - (1.0 + 0.7 * look / 0.5) ** -0.5
    )
    assert none_found(0.0, w) == 1.0


def by_chance(w: Any, at: Any, n: int) -> tuple[float, float]:
    """Return precursors found, and people with one found, a person: simulated, nobody dying."""
    rng = np.random.default_rng(5)
    risk = rng.gamma(0.5, 2.0, n)
    number = rng.poisson(risk * w.benign_number * 1.5 * (80.0 / 60.0) ** 2)
    owner = np.repeat(np.arange(n), number)
    founded = 80.0 * np.sqrt(rng.uniform(size=len(owner)))
    size_mm, weight = benign_sizes(w)
    size = rng.choice(size_mm, len(owner), p=weight)
    seen = np.array([detection_probability(float(mm), 6.0, 0.4, 1.0) for mm in size_mm])
    sensitivity = seen[np.searchsorted(size_mm, size)]
    found = np.zeros(len(owner), bool)
    for age in np.arange(at.from_age, at.to_age + 1e-9, at.every):
        luck = rng.uniform(size=len(owner))
        found |= (founded <= age) & (luck < at.attendance * sensitivity)
    return found.sum() / n, len(np.unique(owner[found])) / n


@pytest.mark.parametrize("attendance", [1.0, 0.6])
def test_precursors_found_agree_with_a_simulation(attendance: float) -> None:
    at = screen(never=0.0, attendance=attendance)
    w = world(at, mortality=IMMORTAL, number=0.7)
    told = expected(w, MAN, 50.0, 80.0)
    found, people = by_chance(w, at, 100_000)
    assert told["benign_found"] == pytest.approx(found, rel=0.02)
    assert told["people_with_benign_found"] == pytest.approx(people, rel=0.02)


def test_what_is_removed_is_not_found_again() -> None:
    """The saboteur counts every round as the first: it must find more than there are."""
    at = screen(never=0.0, attendance=1.0, precursor_median=0.0)
    w = world(at, mortality=IMMORTAL, number=0.7)
    there = 0.7 * 1.5 * (68.0 / 60.0) ** 2
    every_round = sum(0.7 * 1.5 * (age / 60.0) ** 2 for age in range(50, 69, 2))
    assert expected(w, MAN, 50.0, 80.0)["benign_found"] == pytest.approx(there)
    assert every_round > 5.0 * there


def test_patients_have_no_denominators() -> None:
    scenario: Any = SimpleNamespace(title="colon", persons=100)
    with pytest.raises(ScenarioError, match="population"):
        denominators(scenario, model_of({}))


def test_people_without_onset_make_the_rest() -> None:
    hazard = np.zeros((2, 121))
    hazard[:, 61:] = 0.25
    w = world(screen(), mortality=constant(0.01))
    w.onset[:], w.people_male_share = hazard, 0.25
    population = SimpleNamespace(of_people=True, entry_age=50.0, follow_up=20.0 * 365.25)
    model: Any = SimpleNamespace(world=w, population=population)
    scenario: Any = SimpleNamespace(title="x", persons=1000)
    table = denominators(scenario, model)
    assert table["sex"].to_list() == ["female", "male"]
    assert table["people"].to_list() == [750.0, 250.0]
    assert table["without_onset"].to_list() == pytest.approx(
        [750.0 * math.exp(-0.25), 250.0 * math.exp(-0.25)]
    )
    one = expected(w, WOMAN, 50.0, 70.0)
    assert table["person_years"][0] == pytest.approx(750.0 * math.exp(-0.25) * one["person_years"])
