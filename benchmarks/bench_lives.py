"""Lives with the standard protocol a second: in the engine, and with all tables written.

Medians of several runs on the machine at hand, as rates and as a ratio of the two in one run. Say
where they were measured when you quote them: ``python benchmarks/bench_lives.py``.
"""

import os
import platform
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from paget.clinic.records import NOTE
from paget.engine import people, scratch
from paget.engine.lives import LESION_ROW, live_block, new_tally, run_key
from paget.run.folder import run
from paget.run.scenario import load_scenario, resolve

LIVES = 40_000
REPEATS = 5
THREADS = os.cpu_count() or 1


def median_rate(work: Callable[[], Any], lives: int) -> float:
    """Return the median number of lives a second over the repeats."""
    seconds = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return lives / statistics.median(seconds)


def engine(scenario: str) -> Callable[[], None]:
    """Return the work of living ``LIVES`` lives on all cores, nothing kept."""
    model = resolve(load_scenario(scenario))

    def block(thread: int) -> None:
        persons, rows = people(1000), np.zeros(400_000, LESION_ROW).view(np.recarray)
        notes = np.zeros(200_000, NOTE).view(np.recarray)
        tally = new_tally(len(model.sites) + len(model.primaries))
        working = scratch()
        for first in range(thread * 1000, LIVES, THREADS * 1000):
            done = 0
            while done < len(persons):
                lived = live_block(
                    run_key(1889),
                    first + done,
                    model.worlds,
                    working,
                    persons[done:],
                    rows,
                    notes,
                    tally,
                )
                done += lived.people

    def work() -> None:
        with ThreadPoolExecutor(THREADS) as pool:
            list(pool.map(block, range(THREADS)))

    return work


def tables(scenario: str) -> Callable[[], None]:
    """Return the work of the same lives with all tables written to a run folder."""

    def work() -> None:
        with tempfile.TemporaryDirectory() as folder:
            run(load_scenario(scenario, patients=LIVES), Path(folder) / "run", threads=THREADS)

    return work


def main() -> None:
    """Measure and print."""
    print(f"{platform.machine()}, {THREADS} threads, {LIVES:,} lives, medians of {REPEATS}")
    for scenario in ("colon", "colon-standard", "pancreas", "pancreas-standard"):
        bare, written = engine(scenario), tables(scenario)
        bare()  # compile and warm
        written()
        fast, slow = median_rate(bare, LIVES), median_rate(written, LIVES)
        print(
            f"{scenario:17s} engine {fast:9,.0f} lives/s   with all tables {slow:9,.0f} lives/s   "
            f"ratio {slow / fast:.2f}"
        )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory {peak:,.0f} MB")


if __name__ == "__main__":
    main()
