"""Errors: one tree, and one form of message.

::

    PagetError
    ├── ParameterError            a parameter, its name, value or file
    │   └── UnitError             a unit that is unknown or has the wrong dimension
    ├── ScenarioError             a scenario file or the arguments of a run
    ├── StabilityError            a step too long for an explicit solver
    ├── ConvergenceError          a search that did not reach its tolerance
    ├── RunError                  a run folder that cannot be written, read or resumed
    └── DataError                 a table or a data file that is not what it should be

A message says what was given and where, what is allowed, and what to do. The exception carries the
four parts as attributes, so that the command line and the web page can lay them out.

Public names: the classes above, `closest` (known names nearest to a misspelt one), `place` (a file
and a line as words) and `whats_close` (the remedy that names the closest).
"""

from collections.abc import Iterable
from difflib import SequenceMatcher
from pathlib import Path
from typing import Final

_UNLIKE: Final = 0.4  # a likeness at which two names have nothing to do with each other


class PagetError(Exception):
    """Say what was given and where, what is allowed, and what to do.

    Parameters
    ----------
    given : what was given, with its value: ``"patients = -3"``.
    where : where it was given: ``"my.toml line 14"``, ``"--set"``, ``"the change argument"``.
    allowed : what is allowed: ``"must be at least 1"``.
    remedy : what to do, as a full sentence.

    Examples
    --------
    >>> print(PagetError("patients = -3", where="my.toml line 2", allowed="must be at least 1"))
    patients = -3 in my.toml line 2; must be at least 1.
    """

    exit_code: int = 2

    def __init__(self, given: str, where: str = "", allowed: str = "", remedy: str = "") -> None:
        self.given = given
        self.where = where
        self.allowed = allowed
        self.remedy = remedy
        super().__init__(given, where, allowed, remedy)  # args: so that it survives pickling

    def __str__(self) -> str:
        """Join the parts that there are into one message."""
        message = f"{self.given} in {self.where}" if self.where else self.given
        if self.allowed:
            message = f"{message}; {self.allowed}"
        message = _ended(message)
        return f"{message} {_ended(self.remedy)}" if self.remedy else message


class ParameterError(PagetError):
    """A parameter is unknown, out of range, of the wrong kind, or badly described."""


class UnitError(ParameterError):
    """A unit is unknown or measures something else."""


class ScenarioError(PagetError):
    """A scenario or an argument of a run is not possible."""


class StabilityError(PagetError):
    """A time step is too long for an explicit solver."""


class ConvergenceError(PagetError):
    """A search or an iteration did not reach its tolerance."""


class RunError(PagetError):
    """A run folder cannot be written, read or resumed."""


class DataError(PagetError):
    """A table or a data file is not what it should be."""


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith((".", "!", "?")) else f"{sentence}."


def place(file: str | Path, line: int = 0) -> str:
    """Return a file and a line as words: ``my.toml line 14``."""
    return f"{file} line {line}" if line > 0 else str(file)


def closest(name: str, known: Iterable[str], n: int = 3) -> list[str]:
    """Return the `n` known names most like `name`, the closest first.

    A dotted name is compared as a whole and by its last part, so that a right name in a wrong
    group is found too.

    Examples
    --------
    >>> closest("dormancy.wake_rate", ["growth.law", "dormancy.liver.wake_rate"], n=1)
    ['dormancy.liver.wake_rate']
    """
    scored = sorted((-_likeness(name, other), other) for other in set(known))
    return [other for score, other in scored if -score > _UNLIKE][:n]


def whats_close(name: str, known: Iterable[str]) -> str:
    """Return a remedy that names the closest known names, or nothing when none is close."""
    near = closest(name, known)
    return f"Did you mean {' or '.join(near)}?" if near else ""


def _likeness(name: str, other: str) -> float:
    whole = _ratio(name, other)
    last, other_last = name.rpartition(".")[2], other.rpartition(".")[2]
    # A whole-name match outranks one that only the last part supports.
    return max(whole, 0.9 * _ratio(last, other_last) * (0.8 + 0.2 * whole))


def _ratio(a: str, b: str) -> float:
    return SequenceMatcher(None, a.lower(), b.lower(), autojunk=False).ratio()
