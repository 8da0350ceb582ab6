"""Twins against one arm, people against patients, and how many people twins save.

The best of several runs on the machine at hand, as ratios in one run: ``python
benchmarks/bench_twins.py``. One arm is the table of patients of one scenario, lived by the same
engine on the same threads; twins are both arms, joined, with every estimate and its interval.
"""

import os
import platform
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

import paget
from paget.run.folder import default_shard
from paget.run.pool import Ticker, carry_out
from paget.run.scenario import Scenario, load_scenario, resolve
from paget.run.shards import Engine
from paget.twins.comparison import compare_twins

PATIENTS, PEOPLE = 60_000, 200_000
REPEATS = 3
THREADS = os.cpu_count() or 1
SEED = 1889
TRIALS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("colon", "colon-adjuvant", {"patients": PATIENTS}),
    ("colon-standard", "colon-follow-up", {"patients": PATIENTS}),
    ("colon", "colon-screened", {"people": 10 * PATIENTS}),
    ("breast", "breast-screened", {"people": 5 * PATIENTS}),
)
IN_TWENTY = {"of": "people", "entry_age": "50 year", "follow_up": "25 year"}
"""People of whom some one in twenty gets colon cancer."""


class Times(NamedTuple):
    """The least times of some work."""

    seconds: float
    cpu: float
    """[s] of all threads."""


def times_of(work: Callable[[], Any]) -> Times:
    """Return the least times of some work: what other programs do only adds to it."""
    wall: list[float] = []
    cpu: list[float] = []
    for _ in range(REPEATS):
        start, used = time.perf_counter(), time.process_time()
        work()
        wall.append(time.perf_counter() - start)
        cpu.append(time.process_time() - used)
    return Times(min(wall), min(cpu))


def one_arm(scenario: Scenario) -> Callable[[], int]:
    """Return the work of living one scenario for its table of patients; it gives the rows."""
    model, n, seed = resolve(scenario), scenario.persons, scenario.required_seed()
    size = default_shard(n)

    def shard(number: int, tick: Ticker) -> list[pl.DataFrame]:
        first = number * size
        engine = Engine(model, seed, tick=tick)
        return [table for table, _ in engine.patients(first, min(size, n - first))]

    def work() -> int:
        shards, _ = carry_out(range(-(-n // size)), shard, THREADS, lambda _: None)
        return pl.concat([table for tables in shards for table in tables]).height

    return work


def twins_against_one_arm() -> None:
    """Time comparisons, and each of their arms alone."""
    for a, b, number in TRIALS:
        arms = [one_arm(load_scenario(name, seed=SEED, **number)) for name in (a, b)]

        def twins(a: str = a, b: str = b, number: dict[str, Any] = number) -> Any:
            trial = compare_twins(a, b, seed=SEED, threads=THREADS, **number)
            return trial, trial.table

        compare_twins(a, b, patients=500, seed=SEED)  # compile and warm
        alone = [times_of(arm) for arm in arms]
        both = times_of(twins)
        trial = paget.compare(a, b, seed=SEED, threads=THREADS, **number)
        with tempfile.TemporaryDirectory() as folder:
            start = time.perf_counter()
            trial.report(Path(folder) / "report.html")
            drawn = time.perf_counter() - start
        wall, cpu = (statistics.mean(times) for times in zip(*alone, strict=True))
        print(
            f"{a} and {b}, {trial.persons:,}: {both.seconds:5.2f} s, one arm {wall:5.2f} s, ratio "
            f"{both.seconds / wall:.2f}, of CPU time {both.cpu / cpu:.2f}; its report {drawn:.1f} s"
        )


def people_against_patients() -> None:
    """Time as many people as patients."""
    patients = load_scenario("colon-standard", seed=SEED, patients=PEOPLE)
    people = load_scenario(
        {"base": "colon-standard", "population": IN_TWENTY}, seed=SEED, people=PEOPLE
    )
    lived = one_arm(people)
    rows = lived()
    few, everyone = times_of(lived), times_of(one_arm(patients))
    share = 100.0 * rows / PEOPLE
    print(
        f"{PEOPLE:,} people of whom {share:.1f} % get the cancer {few.seconds:.2f} s, as many "
        f"patients {everyone.seconds:.2f} s: {everyone.seconds / few.seconds:.0f} times, of CPU "
        f"time {everyone.cpu / few.cpu:.0f} times"
    )


def gain() -> None:
    """Tell how many times larger a variance is with independent people, in the example trial."""
    table = compare_twins("colon", "colon-adjuvant", patients=PATIENTS, seed=SEED).table
    for row in table.iter_rows(named=True):
        if row["measure"].startswith(("death from the cancer", "years lived", "hazard ratio")):
            print(f"colon and colon-adjuvant, {row['measure']}: gain {row['gain']:.0f}")


def main() -> None:
    """Measure and print."""
    print(f"{platform.machine()}, {THREADS} threads, best of {REPEATS}")
    twins_against_one_arm()
    people_against_patients()
    gain()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory {peak:,.0f} MB")


if __name__ == "__main__":
    main()
