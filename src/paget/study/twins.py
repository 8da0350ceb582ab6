"""Twins: the same virtual persons under two scenarios that share every draw the change spares.

Both arms are lived shard by shard with one seed and joined by the number of the person, so a
difference between twins comes from the change alone. Means over persons are results
(`paget.study.twin_estimates`); the difference within one person illustrates how the model couples
cause and effect, and is labelled so.

Public names: ``Comparison``, ``Arm``, ``compare_twins``.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import polars as pl

from paget.core.errors import ScenarioError
from paget.core.results import NOTICE
from paget.core.units import YEAR
from paget.record import Model
from paget.study.one_life import Life, live_one
from paget.study.pool import Progress, Ticker, carry_out
from paget.study.population import denominators
from paget.study.run import default_shard, threads_of
from paget.study.scenario import Scenario, ScenarioLike, load_scenario, resolve
from paget.study.shards import Engine, compile_engine, no_tables
from paget.study.tables import cancer_label
from paget.study.twin_estimates import estimate_table, illustration_table
from paget.study.twin_outcomes import Expected, Outcomes, outcomes_of

WHO: Final = ("sex", "subtype", "age_onset_years", "entry_day")
COURSE: Final = (
    "invasion_day", "clinical_day", "screen_day", "prevented_day", "in_situ_day", "diagnosis_day",
    "detection", "diameter_mm", "n_metastases_true", "intent", "n_lines", "recurrence_day",
    "n_tests", "n_false_positives", "death_day", "cause_of_death", "follow_up_day",
)  # fmt: skip
_GROUP: Final = pl.coalesce("stage_pathological", "stage_clinical").cast(pl.String)
_SAME: Final = {
    "horizon_days": ("horizon", "Give both the same horizon."),
    "persons": ("number of virtual persons", "Give patients or people."),
    "who": ("population", "Give both the same population."),
    "seed": ("seed", "Give a seed: it then holds for both."),
}


@dataclass(frozen=True, eq=False)
class Arm:
    """One of the two scenarios."""

    scenario: Scenario
    model: Model
    without_onset: pl.DataFrame | None
    """Of a population: what is expected of the people who never have the cancer, by sex."""

    @property
    def title(self) -> str:
        """Return what people call this arm."""
        return self.scenario.title

    @property
    def treats_in_situ(self) -> bool:
        """Tell whether screening treats precursors as carcinomas in situ; else it removes them."""
        protocol = self.model.world.protocol
        screens = protocol.screens[: protocol.n_screens]
        return bool(len(screens)) and not bool(screens["removes"].any())


@dataclass(frozen=True, eq=False, repr=False)
class Comparison:
    """Virtual persons, each lived twice: under scenario a and under scenario b."""

    a: Arm
    b: Arm
    patients: pl.DataFrame
    """One row a person who gets the cancer, with columns of either arm: ``death_day_a``, ..._b."""
    persons: int
    """All persons who are compared; of a population also those without a row."""
    n_unpaired: int
    """Rows of one arm without a twin: the change decides who gets the cancer, or enters."""
    seed: int
    stats: Mapping[str, Any]

    @property
    def notice(self) -> str:
        """Return what this is for, and what it is not for."""
        return NOTICE

    @property
    def is_of_people(self) -> bool:
        """Tell whether the persons are people, of whom some get the cancer."""
        return self.a.scenario.is_of_people

    @property
    def span(self) -> float:
        """Return how long twins are compared [day]: from entry, or from the earlier diagnosis."""
        who = self.a.scenario.who
        return who.follow_up if who.of_people else self.a.scenario.horizon_days

    @cached_property
    def outcomes(self) -> Outcomes:
        """Return what happened to every person in either arm, as arrays."""
        in_situ = (self.a.treats_in_situ, self.b.treats_in_situ)
        expected = Expected(self.a.without_onset, self.b.without_onset, in_situ)
        return outcomes_of(self.patients, self.persons, self.span, self.a.model, expected)

    @cached_property
    def table(self) -> pl.DataFrame:
        """Return the results: each arm and their contrast, with 95 % intervals over people.

        ``gain`` is how many times larger the variance of the contrast would be with independent
        people in the two arms: the number of people that the twins save.
        """
        return estimate_table(self.outcomes, self.seed)

    def illustration(self, patient: int) -> pl.DataFrame:
        """Return one person's two lives as a table: an illustration, never a result."""
        row = self.patients.filter(pl.col("patient") == patient)
        if row.is_empty():
            raise ScenarioError(
                f"virtual person {patient}",
                allowed="the person never has the cancer, or is not among those compared",
                remedy=f"One who has it is {self.example()}." if self.patients.height else "",
            )
        return illustration_table(row, is_of_people=self.is_of_people)

    def lives(self, patient: int) -> tuple[Life, Life]:
        """Return one person's life in each arm."""
        return live_one(self.a.scenario, patient), live_one(self.b.scenario, patient)

    def example(self) -> int | None:
        """Return a person whose two lives differ: the first with another end, or another course.

        Chosen to be looked at, not to be counted: nobody follows from one person.
        """
        both = self.patients
        tests = (
            pl.col("cause_of_death_a").cast(pl.String).fill_null("")
            != pl.col("cause_of_death_b").cast(pl.String).fill_null(""),
            pl.col("death_day_a").fill_null(-1.0) != pl.col("death_day_b").fill_null(-1.0),
            pl.col("diagnosis_day_a").is_not_null(),
            pl.lit(value=True),
        )
        for test in tests:
            rows = both.filter(test & pl.col("diagnosis_day_a").is_not_null())
            rows = rows if rows.height else both.filter(test)
            if rows.height:
                return int(rows["patient"][0])
        return None

    def __repr__(self) -> str:
        """Return a short description."""
        who = "people" if self.is_of_people else "patients"
        return (
            f"<{type(self).__name__}: {self.persons:,} virtual {who}, {self.a.title} against "
            f"{self.b.title}, seed {self.seed}. {NOTICE}>"
        )


def compare_twins(
    a: ScenarioLike,
    b: ScenarioLike,
    *,
    threads: int | None = None,
    progress: Progress | None = None,
    where: str = "the arguments",
    **overrides: object,
) -> Comparison:
    """Live the same virtual persons under two scenarios.

    Parameters
    ----------
    a, b : scenarios by name, path, content or object; the difference is b against a.
    threads : how many threads live; all cores by default. No result depends on it.
    progress : told now and then (lives lived, lives wanted): two lives a person.
    where : where the overrides were given, for messages.
    overrides : keys of both scenarios: patients, people, seed, change.
    """
    arms = _arms(*(load_scenario(given, where=where, **overrides) for given in (a, b)))
    scenario, n_threads = arms[0].scenario, threads_of(threads)
    seed, n, start = scenario.required_seed(), scenario.persons, time.perf_counter()
    tell = progress or (lambda *_: None)
    tell(0, 2 * n)
    compile_engine(arms[0].model)
    size = default_shard(n)

    def work(shard: int, tick: Ticker) -> _Shard:
        first = shard * size
        return _live_both(arms, seed, first, min(size, n - first), tick)

    shards, all_done = carry_out(
        range(-(-n // size)), work, n_threads, lambda done: tell(done, 2 * n)
    )
    if not all_done:
        raise KeyboardInterrupt
    seconds = time.perf_counter() - start
    tell(2 * n, 2 * n)
    return Comparison(
        *arms,
        pl.concat([shard.patients for shard in shards]),
        n - sum(shard.n_left_out for shard in shards),
        sum(shard.n_unpaired for shard in shards),
        seed,
        {"lives": 2 * n, "seconds": round(seconds, 3), "lives_per_second": round(2 * n / seconds)},
    )


@dataclass(frozen=True, eq=False)
class _Shard:
    """Some consecutive persons in both arms."""

    patients: pl.DataFrame
    n_left_out: int
    """Persons who do not enter, in arm a, or whose rows have no twin there."""
    n_unpaired: int


def _live_both(arms: tuple[Arm, Arm], seed: int, first: int, n: int, tick: Ticker) -> _Shard:
    """Live some persons in either arm and join them."""
    tables: list[pl.DataFrame] = []
    excluded: list[int] = []
    for arm in arms:
        blocks = [
            (_kept(patients), number)
            for patients, number in Engine(arm.model, seed, tick=tick).patients(first, n)
        ]
        empty = _kept(no_tables(arm.model)["patients"])
        tables.append(pl.concat([empty, *(table for table, _ in blocks)]))
        excluded.append(sum(number for _, number in blocks))
    a, b = tables
    both = _joined(a, b)
    unpaired = a.height + b.height - 2 * both.height
    return _Shard(both, excluded[0] + a.height - both.height, unpaired)


def _kept(patients: pl.DataFrame) -> pl.DataFrame:
    """Return the columns that a comparison looks at, words as plain words."""
    stage = _GROUP.str.extract(r"^(IV|III|II|I)", 1).alias("stage")
    return patients.select("patient", *WHO, *COURSE, stage).with_columns(
        pl.col(pl.Enum).cast(pl.String)
    )


def _joined(a: pl.DataFrame, b: pl.DataFrame) -> pl.DataFrame:
    """Return one row a person in both arms, in order."""
    named_a, named_b = (
        arm.rename({name: f"{name}_{letter}" for name in (*COURSE, "stage")})
        for arm, letter in ((a, "a"), (b.drop(WHO), "b"))
    )
    return named_a.join(named_b, on="patient", how="inner").sort("patient")


def _arms(a: Scenario, b: Scenario) -> tuple[Arm, Arm]:
    """Return both arms, or say why they cannot be compared."""
    for name, (what, remedy) in _SAME.items():
        one, other = getattr(a, name), getattr(b, name)
        if one != other:
            given = f"{what} of {a.title!r} against {b.title!r}: {_told(one)} and {_told(other)}"
            raise ScenarioError(given, b.where(name), "twins share it", remedy)
    a.required_seed()
    arms = _arm(a), _arm(b)
    labels = [cancer_label(arm.model) for arm in arms]
    if labels[0] != labels[1]:
        raise ScenarioError(
            f"{labels[0]} against {labels[1]}",
            b.where("cancer"),
            "twins have the same cancer",
            "Run them apart: different cancers share no draws that mean the same.",
        )
    return arms


def _told(value: object) -> str:
    """Return what a scenario says, in its own words: days are told in years."""
    return f"{value / YEAR:g} years" if isinstance(value, float) else str(value)


def _arm(scenario: Scenario) -> Arm:
    model = resolve(scenario)
    expected = denominators(scenario, model) if scenario.is_of_people else None
    return Arm(scenario, model, expected)
