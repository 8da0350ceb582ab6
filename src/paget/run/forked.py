"""Forks: a child has none of the threads of its parent, and would wait for them for ever.

The libraries below Paget keep threads of their own once they have been used. A child that is forked
after that has what belongs to these threads, locks and queues, without the threads. So the first
thing that it asks of Paget ends in an error that says what to do, instead of never.

It is loaded by ``import paget``, so that it sees what is used afterwards; it needs next to nothing.

Public names: ``check_not_forked``.
"""

import os
import sys
from typing import Final

_THREADS: Final = "/proc/self/task"  # where Linux tells of the threads of a process
_OF_TABLES: Final = "polars-"  # begins the names of threads that work on tables; a number follows
_state: Final = {"used": False, "lost": False}


def check_not_forked() -> None:
    """Say that Paget is in use; refuse to work in a process that has lost its threads."""
    if _state["lost"]:
        from paget.core.errors import RunError

        raise RunError(
            "Paget in a process that was forked after its parent had used it",
            allowed="threads do not survive a fork, and this process would wait for them for ever",
            remedy='Start workers with multiprocessing.get_context("spawn"), or fork before the '
            "first use.",
        )
    _state["used"] = True


def _has_threads_of_tables() -> bool:
    """Tell whether threads that work on tables are running, whoever started them."""
    return "polars" in sys.modules and any(
        name.startswith(_OF_TABLES) and name.removeprefix(_OF_TABLES).isdigit()
        for name in _names_of_threads()
    )


def _names_of_threads() -> list[str]:
    """Return the names of all threads of this process, where the system tells them."""
    names: list[str] = []
    try:
        for task in os.listdir(_THREADS):  # noqa: PTH208 - `import paget` need not load pathlib
            with open(f"{_THREADS}/{task}/comm", encoding="utf-8") as file:  # noqa: PTH123 - too
                names.append(file.read().strip())
    except OSError:  # no such system, or a thread that has just ended
        pass
    return names


def _before_fork() -> None:
    _state["used"] = _state["used"] or _has_threads_of_tables()


def _after_fork_in_child() -> None:
    _state["lost"] = _state["lost"] or _state["used"]


if hasattr(os, "register_at_fork"):  # not on Windows, which has no forks
    os.register_at_fork(before=_before_fork, after_in_child=_after_fork_in_child)
