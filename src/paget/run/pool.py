"""Many shards over a few threads: who lives what, how far it is, and how to stop.

The engine holds no lock while it lives, and neither do the libraries that write, so threads of one
process use every core. Memory is flat: no more shards are under way than there are threads.

Public names: ``Progress``, ``carry_out``, ``usable_cores``.
"""

import os
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Final, TypeVar

from paget.run.forked import check_not_forked
from paget.run.shards import Stopped

T = TypeVar("T")

Progress = Callable[[int, int], None]
"""Told how many patients have been lived, and of how many."""

Ticker = Callable[[int], None]
_LOOK: Final = 0.1  # seconds between two looks at the progress


def usable_cores() -> int:
    """Return the number of cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return os.cpu_count() or 1


class _Gauge:
    """How many patients have been lived by all threads, and whether to stop."""

    def __init__(self, done: int) -> None:
        self.done = done
        self.stop = threading.Event()
        self._lock = threading.Lock()

    def tick(self, more: int) -> None:
        """Count; raise `Stopped` where the run has been asked to stop."""
        if self.stop.is_set():
            raise Stopped
        with self._lock:
            self.done += more


def carry_out(
    shards: Iterable[int],
    work: Callable[[int, Ticker], T],
    threads: int,
    progress: Callable[[int], None],
    done: int = 0,
) -> tuple[list[T], bool]:
    """Do the work of each shard; return the results in order of shards, and whether all was done.

    Ctrl-C stops it: shards under way are given up, finished ones are kept, and the second result is
    False. Any other error stops it too, and is raised.

    Parameters
    ----------
    work : given a shard and a ticker, to be told how many more patients have been lived.
    progress : told now and then, on the calling thread, how many patients have been lived.
    done : patients lived already.
    """
    check_not_forked()
    gauge = _Gauge(done)
    finished: dict[int, T] = {}
    waiting = iter(shards)
    running: dict[Future[T], int] = {}
    with ThreadPoolExecutor(threads, thread_name_prefix="paget") as pool:
        try:
            while True:
                while len(running) < threads and (shard := next(waiting, None)) is not None:
                    running[pool.submit(work, shard, gauge.tick)] = shard
                if not running:
                    break
                ready, _ = wait(running, timeout=_LOOK, return_when=FIRST_COMPLETED)
                for future in ready:
                    finished[running.pop(future)] = future.result()
                progress(gauge.done)
        except KeyboardInterrupt:
            gauge.stop.set()
            finished |= _last(running)
            return [finished[shard] for shard in sorted(finished)], False
        except BaseException:
            gauge.stop.set()
            raise
    return [finished[shard] for shard in sorted(finished)], True


def _last(running: dict[Future[T], int]) -> dict[int, T]:
    """Return what still came to an end of the shards under way."""
    wait(running)
    return {
        shard: future.result() for future, shard in running.items() if future.exception() is None
    }
