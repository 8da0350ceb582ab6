"""Twins lived: the same virtual persons in both arms, a shard at a time, joined by their number.

The joined table is narrow: what a comparison looks at, words as enumerations, counts as small
integers, some 230 bytes a person.

Public names: ``Arm``, ``TwinShard``, ``live_both``, ``no_twins``, ``twin_shard``,
``share_of_rows``, ``WHO``, ``COURSE``.
"""

from dataclasses import dataclass
from typing import Final

import polars as pl

from paget.engine import Model, people
from paget.run.folder import default_shard
from paget.run.pool import Ticker
from paget.run.scenario import Scenario
from paget.run.shards import Engine
from paget.tables.patients import patients_table
from paget.tables.staging import MAIN_STAGE

WHO: Final = ("sex", "subtype", "age_onset_years", "entry_day")
COURSE: Final = (
    "invasion_day", "clinical_day", "screen_day", "prevented_day", "in_situ_day", "diagnosis_day",
    "detection", "diameter_mm", "n_metastases_true", "intent", "n_lines", "recurrence_day",
    "n_tests", "n_false_positives", "death_day", "cause_of_death", "follow_up_day",
)  # fmt: skip
_COUNTS: Final = ("n_metastases_true", "n_lines", "n_tests", "n_false_positives")


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
    def screens(self) -> bool:
        """Tell whether the clinic screens."""
        return bool(self.model.protocol.programmes)

    @property
    def treats_in_situ(self) -> bool:
        """Tell whether screening treats precursors as carcinomas in situ; else it removes them."""
        protocol = self.model.world.protocol
        screens = protocol.screens[: protocol.n_screens]
        return bool(len(screens)) and not bool(screens["removes"].any())


@dataclass(frozen=True, eq=False)
class TwinShard:
    """Some consecutive persons in both arms."""

    table: pl.DataFrame
    """One row a person who gets the cancer in both arms, in order."""
    n_left_out: int
    """Persons who do not enter, in arm a, or whose rows have no twin there."""
    n_unpaired: int


def live_both(arms: tuple[Arm, Arm], seed: int, first: int, n: int, tick: Ticker) -> TwinShard:
    """Live some persons in either arm and join them."""
    tables: list[pl.DataFrame] = []
    excluded: list[int] = []
    for arm in arms:
        blocks = [
            (_kept(patients), number)
            for patients, number in Engine(arm.model, seed, tick=tick).patients(first, n)
        ]
        tables.append(pl.concat([table for table, _ in blocks]))
        excluded.append(sum(number for _, number in blocks))
    a, b = tables
    both = _joined(a, b)
    unpaired = a.height + b.height - 2 * both.height
    return TwinShard(both, excluded[0] + a.height - both.height, unpaired)


def no_twins(arms: tuple[Arm, Arm]) -> pl.DataFrame:
    """Return the joined table of nobody, with all its columns."""
    return _joined(_nobody(arms[0]), _nobody(arms[1]))


def twin_shard(arm: Arm) -> int:
    """Return how many persons a shard has: of people more, for most of them cost one draw."""
    n = arm.scenario.persons
    return min(n, round(default_shard(n) / share_of_rows(arm)))


def share_of_rows(arm: Arm) -> float:
    """Return the expected share of all persons who have a row, at least one in a hundred."""
    expected = arm.without_onset
    if expected is None:
        return 1.0
    people, without = float(expected["people"].sum()), float(expected["without_onset"].sum())
    return max(0.01, 1.0 - without / people)


def _nobody(arm: Arm) -> pl.DataFrame:
    return _kept(patients_table(arm.model, people(0)))


def _kept(patients: pl.DataFrame) -> pl.DataFrame:
    """Return the columns that a comparison looks at."""
    return patients.select("patient", *WHO, *COURSE, MAIN_STAGE).with_columns(
        pl.col(_COUNTS).cast(pl.Int32)
    )


def _joined(a: pl.DataFrame, b: pl.DataFrame) -> pl.DataFrame:
    """Return one row a person in both arms, in order."""
    named_a, named_b = (
        arm.rename({name: f"{name}_{letter}" for name in (*COURSE, "stage")})
        for arm, letter in ((a, "a"), (b.drop(WHO), "b"))
    )
    return named_a.join(named_b, on="patient", how="inner").sort("patient")
