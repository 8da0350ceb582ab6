"""Twins: the same virtual persons under two scenarios that share every draw the change spares.

Both arms are lived shard by shard with one seed and joined by the number of the person, so a
difference between twins comes from the change alone. Shards stay in memory or go to a folder. Means
over persons are results (`paget.twins.estimates`); the difference within one person
illustrates how the model couples cause and effect, and is labelled so.

Public names: ``Comparison``, ``compare_twins``, ``check_twins``.
"""

import time
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final, NamedTuple

import polars as pl

from paget.core.arguments import whole_number
from paget.core.errors import RunError, ScenarioError
from paget.core.results import NOTICE
from paget.core.units import YEAR
from paget.run.cohort import MEMORY_LIMIT
from paget.run.denominators import denominators
from paget.run.folder import threads_of
from paget.run.keeper import Keeper
from paget.run.one_life import Life, live_one
from paget.run.pool import Progress, Ticker, carry_out
from paget.run.scenario import Scenario, ScenarioLike, load_scenario, resolve
from paget.run.shard_files import Marker
from paget.run.shards import compile_engine
from paget.tables.vocabulary import cancer_label
from paget.twins.arms import Difference, arm_names, differences
from paget.twins.estimates import estimate_table, illustration_table
from paget.twins.files import TWINS, TwinFolder, joined, open_twins
from paget.twins.intervals import SAME_ARMS
from paget.twins.lives import Arm, TwinShard, live_both, no_twins, share_of_rows, twin_shard
from paget.twins.outcomes import Outcomes, outcomes_of
from paget.twins.rest import Expected

_BYTES: Final = 240  # of memory a row of the joined table takes, at most
_SAME: Final = {
    "horizon_days": ("horizon", "Give both the same horizon."),
    "persons": ("number of virtual persons", "Give patients or people."),
    "who": ("population", "Give both the same population."),
    "seed": ("seed", "Give a seed: it then holds for both."),
}


@dataclass(frozen=True, eq=False, repr=False)
class Comparison:
    """Virtual persons, each lived twice: under scenario a and under scenario b."""

    a: Arm
    b: Arm
    patients: Any
    """One row a person who gets the cancer, with columns of either arm: ``death_day_a``, ..._b.

    A `polars.DataFrame`, or a `polars.LazyFrame` where it would exceed the memory limit.
    """
    persons: int
    """All persons who are compared; of a population also those without a row."""
    n_unpaired: int
    """Rows of one arm without a twin: the change decides who gets the cancer, or enters."""
    seed: int
    stats: Mapping[str, Any]
    differences: tuple[Difference, ...]
    """All in which the arms differ, as both said before the first life; none of the same arms."""
    _keeper: object = field(default=None)
    """Keeps a temporary folder for as long as somebody holds the comparison."""

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
    def names(self) -> tuple[str, str]:
        """Return what the arms are called: "without screening", "screened by FIT"."""
        return arm_names(self.a, self.b, self.differences)

    @cached_property
    def n_rows(self) -> int:
        """Return how many persons have a row."""
        return int(self.patients.lazy().select(pl.len()).collect().item())

    def columns(self, *names: str) -> pl.DataFrame:
        """Return some columns of the persons, in memory."""
        return self.patients.lazy().select(names).collect()

    @cached_property
    def outcomes(self) -> Outcomes:
        """Return what happened to the persons in either arm, as arrays."""
        in_situ = (self.a.treats_in_situ, self.b.treats_in_situ)
        screens = (self.a.screens, self.b.screens)
        expected = Expected(self.a.without_onset, self.b.without_onset, in_situ, screens)
        return outcomes_of(self.patients, self.persons, self.span, self.a.model, expected)

    @cached_property
    def table(self) -> pl.DataFrame:
        """Return the results: each arm and their contrast, with 95 % intervals over people.

        ``gain`` is how many times larger the variance of the contrast would be with independent
        people in the two arms: the number of people that the twins save.
        """
        table = estimate_table(self.outcomes, self.seed)
        if self.differences:
            return table
        nothing = [pl.lit(None, pl.Float64).alias(name) for name in ("low", "high", "gain")]
        return table.with_columns(*nothing, interval=pl.lit(SAME_ARMS))

    def look(self, patient: int) -> pl.DataFrame:
        """Return one person's row; none where the person never has the cancer."""
        return (
            self.patients.lazy()
            .filter(pl.col("patient") == whole_number("patient", patient))
            .collect()
        )

    def illustration(self, patient: int) -> pl.DataFrame:
        """Return one person's two lives as a table: an illustration, never a result."""
        row = self.look(patient)
        if row.is_empty():
            raise ScenarioError(
                f"virtual person {patient}",
                allowed="the person never has the cancer, or is not among those compared",
                remedy=f"One who has it is {self.example()}." if self.n_rows else "",
            )
        return illustration_table(row, is_of_people=self.is_of_people)

    def lives(self, patient: int) -> tuple[Life, Life]:
        """Return one person's life in each arm."""
        one, other = (live_one(arm.scenario, patient, arm.model) for arm in (self.a, self.b))
        return one, other

    def example(self) -> int | None:
        """Return a person whose two lives differ: the first with another end, or another course.

        Chosen to be looked at, not to be counted: nobody follows from one person.
        """
        found = pl.col("diagnosis_day_a").is_not_null()
        differs = (
            pl.col("cause_of_death_a")
            .cast(pl.String)
            .ne_missing(pl.col("cause_of_death_b").cast(pl.String)),
            pl.col("death_day_a").ne_missing(pl.col("death_day_b")),
        )
        tests = (test for x in differs for test in (found & x, x))
        for test in (*tests, found, pl.lit(value=True)):
            first = self.patients.lazy().filter(test).select("patient").head(1).collect()
            if first.height:
                return int(first.item())
        return None

    def __repr__(self) -> str:
        """Return a short description."""
        who = "people" if self.is_of_people else "patients"
        return (
            f"<{type(self).__name__}: {self.persons:,} virtual {who}, "
            f"{self.a.scenario.cancer}: {' against '.join(self.names)}, seed {self.seed}. {NOTICE}>"
        )


def compare_twins(
    a: ScenarioLike,
    b: ScenarioLike,
    *,
    out: str | Path | None = None,
    resume: bool = False,
    memory_limit: int = MEMORY_LIMIT,
    threads: int | None = None,
    progress: Progress | None = None,
    where: str = "the arguments",
    **overrides: Any,
) -> Comparison:
    """Live the same virtual persons under two scenarios.

    Parameters
    ----------
    a, b : scenarios by name, path, content or object; the difference is b against a.
    out : a new folder for the tables, written as they come; in memory by default. After Ctrl-C it
        can be read, and resumed.
    resume : do only what is missing of the same comparison in that folder.
    memory_limit : [byte]; a table of persons that would exceed it comes as a lazy scan of files, in
        a temporary folder without ``out``.
    threads : how many threads live; all cores by default. No result depends on it.
    progress : told now and then (lives lived, lives wanted): two lives a person.
    where : where the overrides were given, for messages.
    overrides : keys of both scenarios: patients, people, seed, change.
    """
    if resume and out is None:
        raise RunError("resume without out", remedy="Give the folder of the comparison to resume.")
    one, other = (load_scenario(given, where=where, **overrides) for given in (a, b))
    check_twins(one, other)
    arms = _arm(one), _arm(other)
    differ = differences(*arms)
    n_threads, size = threads_of(threads), twin_shard(arms[0])
    is_large = _BYTES * share_of_rows(arms[0]) * arms[0].scenario.persons > memory_limit
    keeper = Keeper() if is_large and out is None else None
    path = keeper.folder / TWINS if keeper else out
    written = None if path is None else open_twins(path, arms, size, n_threads, resume=resume)
    lived = _live(arms, written, size, n_threads, progress or (lambda *_: None))
    comparison = Comparison(
        *arms,
        lived.table if is_large else lived.table.collect(),
        arms[0].scenario.persons - lived.n_left_out,
        lived.n_unpaired,
        arms[0].scenario.required_seed(),
        lived.stats,
        differ,
        keeper,
    )
    if written:
        written.finish(comparison.table, lived.markers, lived.stats)
    return comparison


class _Lived(NamedTuple):
    """What became of all shards."""

    table: pl.LazyFrame
    markers: list[Marker]
    """Where the table is in a folder."""
    n_left_out: int
    n_unpaired: int
    stats: dict[str, Any]


def _live(
    arms: tuple[Arm, Arm], folder: TwinFolder | None, size: int, threads: int, tell: Progress
) -> _Lived:
    """Live all persons, or those who are missing in a folder; leave it readable whatever comes."""
    n, seed = arms[0].scenario.persons, arms[0].scenario.required_seed()
    done = folder.done if folder else []
    size = folder.shard if folder else size
    there = {marker.shard for marker in done}
    before = 2 * sum(marker.patients for marker in done)

    def work(shard: int, tick: Ticker) -> TwinShard | Marker:
        first, persons = shard * size, min(size, n - shard * size)
        twins = live_both(arms, seed, first, persons, tick)
        return folder.write(shard, first, persons, twins) if folder else twins

    start = time.perf_counter()
    with folder.readable() if folder else nullcontext():
        tell(before, 2 * n)
        missing = [shard for shard in range(-(-n // size)) if shard not in there]
        if missing:
            compile_engine(arms[0].model)
        start = time.perf_counter()
        made, all_done = carry_out(missing, work, threads, lambda x: tell(x, 2 * n), before)
        if not all_done:
            raise KeyboardInterrupt
    tell(2 * n, 2 * n)
    seconds, lives = time.perf_counter() - start, 2 * n - before
    speed = {"seconds": round(seconds, 3), "lives_per_second": round(lives / seconds)}
    return _together(arms, folder, [*done, *made], {"lives": lives, **speed})


def _together(
    arms: tuple[Arm, Arm],
    folder: TwinFolder | None,
    made: list[TwinShard | Marker],
    stats: dict[str, Any],
) -> _Lived:
    """Return all shards as one table, with their sums."""
    shards = [shard for shard in made if isinstance(shard, TwinShard)]
    markers = [shard for shard in made if isinstance(shard, Marker)]
    markers.sort(key=lambda marker: marker.shard)
    nobody = no_twins(arms)
    table = pl.concat([nobody, *(shard.table for shard in shards)]).lazy()
    return _Lived(
        joined(folder.path, markers, nobody) if folder else table,
        markers,
        sum(s.excluded if isinstance(s, Marker) else s.n_left_out for s in made),
        sum(s.counts["unpaired"] if isinstance(s, Marker) else s.n_unpaired for s in made),
        stats,
    )


def check_twins(a: Scenario, b: Scenario, *, is_one_life: bool = False) -> None:
    """Refuse two scenarios whose persons are not the same.

    Parameters
    ----------
    a, b : the scenarios.
    is_one_life : one person is lived: it does not matter how many there are.
    """
    for name, (what, remedy) in _SAME.items():
        one, other = getattr(a, name), getattr(b, name)
        if one != other and not (is_one_life and name == "persons"):
            given = f"{what} of {a.title!r} against {b.title!r}: {_told(one)} and {_told(other)}"
            raise ScenarioError(given, b.where(name), "twins share it", remedy)
    a.required_seed()
    if a.cancer == b.cancer:
        return
    labels = [cancer_label(resolve(scenario)) for scenario in (a, b)]
    if labels[0] != labels[1]:
        raise ScenarioError(
            f"{labels[0]} against {labels[1]}",
            b.where("cancer"),
            "twins have the same cancer",
            "Run them apart: different cancers share no draws that mean the same.",
        )


def _told(value: object) -> str:
    """Return what a scenario says, in its own words: days are told in years."""
    return f"{value / YEAR:g} years" if isinstance(value, float) else str(value)


def _arm(scenario: Scenario) -> Arm:
    model = resolve(scenario)
    expected = denominators(scenario, model) if scenario.is_of_people else None
    return Arm(scenario, model, expected)
