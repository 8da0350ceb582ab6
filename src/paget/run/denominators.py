r"""Denominators: what the people of a population live through who never have the cancer.

Nobody lives their lives one by one. They are carried by expectation over the life table: years at
risk, other deaths, rounds of screening attended, false alarms, and precursors that never progress,
found and removed. Given a person's risk r their number is Poisson with mean r m, so that thinning
by tests keeps it Poisson; those found go with the expectation, and those in whom at least one is
found with the gamma law of r.

Public names: ``denominators``, ``expected``, ``rounds``, ``prevalence_found``, ``benign_sizes``,
``none_found``.
"""

import math
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from paget.atlas.incidence import LAST_AGE, SEXES
from paget.body.precursor import benign_number
from paget.body.progression import diameter
from paget.clinic.imaging import detection_probability
from paget.core.errors import ScenarioError
from paget.core.units import YEAR
from paget.engine import Model
from paget.run.scenario import Scenario
from paget.words import BOTH_SEXES

Floats = npt.NDArray[np.float64]

_MM: Final = 1000.0  # [um]
_SIZES: Final = 41  # quantiles of the diameter of precursors
_AGES: Final = np.arange(LAST_AGE + 1.0)


class Round(NamedTuple):
    """One invitation to a screening programme."""

    age: float
    """[year]"""
    screen: Any
    """The programme: a row of the protocol's screens."""


def denominators(scenario: Scenario, model: Model) -> pl.DataFrame:
    """Return what is expected of the people without onset, one row a sex.

    Columns: sex; people; without_onset (none before the end of follow-up); and of these
    person_years, other_deaths, tests, false_positives, benign_found and people_with_benign_found
    (precursors that never progress).

    Parameters
    ----------
    scenario : says how many people there are.
    model : the scenario's, with its protocol and population.
    """
    if not model.population.of_people:
        raise ScenarioError(
            f"denominators of {scenario.title!r}",
            allowed="only a population of people has them",
            remedy='Give people and population = { of = "people", ... }.',
        )
    men = float(model.world.people_male_share)
    rows = [
        {"sex": word, **_of_sex(model, sex, float(scenario.persons * share))}
        for sex, (word, share) in enumerate(zip(SEXES, (1.0 - men, men), strict=True))
        if share > 0.0
    ]
    return pl.DataFrame(rows)


def _of_sex(model: Model, sex: int, people: float) -> dict[str, float]:
    """Return the expectations of ``people`` of one sex."""
    world, entry = model.world, model.population.entry_age
    end = entry + model.population.follow_up / YEAR
    onset = np.interp(end, _AGES, world.onset[sex])
    free = people * math.exp(-onset)
    told = expected(world, sex, entry, end)
    return {
        "people": people,
        "without_onset": free,
        **{name: free * value for name, value in told.items()},
    }


def expected(world: Any, sex: int, entry: float, end: float) -> dict[str, float]:
    """Return what one person without onset is expected to live through from ``entry`` to ``end``.

    Assumes
    -------
    Whoever never attends draws the share of the first programme. Tests of precursors are
    independent given their size, and lesion by lesion: what a second look would find beyond what
    the first test has shown is left out.
    """
    hazard = world.mortality[sex]
    alive = _alive(hazard, entry)
    told = {
        "person_years": _years(hazard, entry, end),
        "other_deaths": 1.0 - float(alive(end)),
        "tests": 0.0,
        "false_positives": 0.0,
        "benign_found": 0.0,
        "people_with_benign_found": 0.0,
    }
    size_mm, weight = benign_sizes(world)
    missed = np.ones(_SIZES)  # by size: of those there at the last round, the share not yet found
    since, found_by_mean = 0.0, 0.0
    for at in rounds(world, sex, entry, end):
        screen, here = at.screen, float(alive(at.age))
        comes = (1.0 - screen.never) * screen.attendance
        told["tests"] += here * comes
        told["false_positives"] += here * comes * (1.0 - screen.specificity)
        number = benign_number(at.age, sex, world)
        if number <= 0.0:
            continue
        there = (since * missed + number - since) / number
        finds = screen.attendance * _finding(screen, size_mm)
        mean = number * float(weight @ (there * finds))  # in those who ever attend
        told["benign_found"] += here * (1.0 - screen.never) * mean
        first = none_found(found_by_mean, world) - none_found(found_by_mean + mean, world)
        told["people_with_benign_found"] += here * (1.0 - screen.never) * first
        found_by_mean += mean
        missed, since = there * (1.0 - finds), number
    return told


def rounds(world: Any, sex: int, entry: float, end: float) -> list[Round]:
    """Return the rounds to which a person of one sex is invited from entry to the end, by age."""
    found = []
    for screen in world.protocol.screens[: world.protocol.n_screens]:
        if screen.sex in (sex, BOTH_SEXES):
            number = math.floor((screen.to_age - screen.from_age) / screen.every + 1e-9) + 1
            ages = screen.from_age + screen.every * np.arange(number)
            found += [Round(float(age), screen) for age in ages if entry <= age < end]
    return sorted(found, key=lambda at: at.age)


def prevalence_found(world: Any, sex: int, age: float, screen: Any) -> float:
    """Return the share of people in whom one look at ``age`` finds a precursor."""
    size_mm, weight = benign_sizes(world)
    look = float(weight @ _finding(screen, size_mm))
    return 1.0 - none_found(benign_number(age, sex, world) * look, world)


def _finding(screen: Any, size_mm: Floats) -> Floats:
    """Return the probability that a test, and a second look where there is one, finds a size."""
    first = (screen.precursor_median, screen.precursor_spread, screen.precursor_best)
    second = (screen.confirm_median, screen.confirm_spread, screen.confirm_best)
    pairs = [
        [detection_probability(float(mm), *test) for mm in size_mm] for test in (first, second)
    ]
    return np.prod(pairs, axis=0)


def benign_sizes(world: Any) -> tuple[Floats, Floats]:
    """Return diameters [mm] of precursors that never progress, and the weight of each."""
    z = np.linspace(-4.0, 4.0, _SIZES)
    weight = np.exp(-0.5 * z * z)
    median = diameter(float(world.benign_cells), float(world.density)) / _MM
    return median * np.exp(world.benign_spread * z), weight / weight.sum()


def none_found(mean: float, world: Any) -> float:
    """Return the probability of none, their number Poisson with a gamma-distributed mean."""
    shape = float(world.benign_risk_shape)
    return (1.0 + mean / shape) ** -shape


def _alive(hazard: Floats, entry: float) -> Any:
    """Return the function of age that gives survival from other causes since entry."""
    at_entry = np.interp(entry, _AGES, hazard)
    return lambda age: np.exp(at_entry - np.interp(age, _AGES, hazard))


def _years(hazard: Floats, entry: float, end: float) -> float:
    """Return the years expected from entry to the end: exact, hazards are constant by year."""
    inside = _AGES[(entry < _AGES) & (end > _AGES)]
    ages = np.concatenate([[entry], inside, [end]])
    alive = _alive(hazard, entry)(ages)
    rate = -np.diff(np.log(alive)) / np.diff(ages)
    steps = np.where(rate > 0.0, -np.diff(alive) / np.where(rate > 0.0, rate, 1.0), np.diff(ages))
    return float(steps.sum())
