"""Fields of a tissue: voxel updates a second, beside a plain parallel copy of the same array.

Fastest of several runs, as others may use the machine. Say where it was measured when you quote the
numbers: ``python benchmarks/bench_fields.py``.
"""

import os
import platform
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any

import numpy as np

from paget.tissue.cascade import Cascade
from paget.tissue.model_file import load_model
from paget.tissue.state import Tissue

THREADS = os.cpu_count() or 1
STEPS_OF_A_RUN = 27_600


def fastest(work: Callable[[], Any], repeats: int, times: int = 1) -> float:
    """Return the seconds of one call, the fastest of several runs of ``times`` calls."""
    work()
    seconds: list[float] = []
    for _ in range(repeats):
        start = time.perf_counter()
        for _ in range(times):
            work()
        seconds.append(time.perf_counter() - start)
    return min(seconds) / times


def tissue(model: str | dict[str, Any], threads: int = 1, **change: object) -> Tissue:
    """Return the primary of a model."""
    names = {name.replace("__", "."): value for name, value in change.items()}
    return Cascade(load_model(model, change=names), 1, threads).primary


def box(side: int, processes: list[str], field: str, threads: int, **change: object) -> Tissue:
    """Return a box of voxels with one field of 32 bits and some cells in the middle."""
    content: dict[str, Any] = {
        "title": "a box",
        "parameters": "physical",
        "until": "1 day",
        "processes": processes,
        "grid": {"shape": [side] * 3, "capacity": 5, "step": "6 minute", "float_bits": 32},
        "fields": {field: {"boundary": "no-flux", "start": 0.0}},
        "start": [{"cells": {"epithelial": 20_000}, "place": "centre"}],
    }
    return tissue(content, threads, **change)


def copy_in_parallel(source: Any, target: Any) -> Callable[[], None]:
    """Return the work of copying an array, each thread a share."""
    cuts = np.linspace(0, len(source), THREADS + 1).astype(int).tolist()
    shares = [slice(first, last) for first, last in pairwise(cuts)]
    pool = ThreadPoolExecutor(THREADS)

    def copy() -> None:
        list(pool.map(lambda share: np.copyto(target[share], source[share]), shares))

    return copy


def plane_of_the_presets() -> None:
    """Measure the fields of the published presets."""
    primary = tissue("metaspread")
    total = 0.0
    for process in primary.processes[:2]:
        seconds = fastest(lambda process=process: process.step(primary), 7, 500)
        total += seconds
        rate = primary.model.lattice.voxels / seconds
        print(f"2-D 201 x 201, {process.name:10s} {1e6 * seconds:7.1f} us   {rate / 1e6:7,.0f} M/s")
    print(f"{STEPS_OF_A_RUN:,} steps of both fields {STEPS_OF_A_RUN * total:6.2f} s")


def large_box() -> None:
    """Measure diffusion of one field on 256^3 beside a copy of it."""
    whole = box(256, ["diffusion"], "mmp2", THREADS)
    values = whole.lattice.fields[0]
    copied = fastest(copy_in_parallel(values, np.empty_like(values)), 7)
    seconds = fastest(lambda: whole.processes[0].step(whole), 7)
    print(
        f"3-D 256^3 explicit, {THREADS} threads  {1e3 * seconds:6.1f} ms   "
        f"{values.size / seconds / 1e6:7,.0f} M/s   copy {1e3 * copied:6.1f} ms   "
        f"ratio {copied / seconds:.2f}"
    )


def others() -> None:
    """Measure an implicit step and oxygen in balance."""
    spread = box(128, ["diffusion"], "mmp2", THREADS, mmp2__solver="implicit")
    seconds = fastest(lambda: spread.processes[0].step(spread), 5)
    rate = spread.model.lattice.voxels / seconds
    print(f"3-D 128^3 implicit              {1e3 * seconds:6.1f} ms   {rate / 1e6:7,.0f} M/s")
    living = box(64, ["oxygen"], "oxygen", THREADS)
    values = living.field("oxygen")

    def solve() -> None:
        values[:] = living.model.values.real("oxygen.host_level")
        living.processes[0].step(living)

    living.step = 1
    print(f"3-D 64^3 oxygen, from the start {1e3 * fastest(solve, 3):6.1f} ms")


def main() -> None:
    """Measure and print."""
    print(f"{platform.processor() or platform.machine()}, {THREADS} threads, 1 core in 2-D")
    plane_of_the_presets()
    large_box()
    others()


if __name__ == "__main__":
    main()
