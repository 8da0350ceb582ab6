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

_LIKE: Final = 0.6  # the least likeness of two names of which one may be the other misspelt
_LONGEST: Final = 200  # letters of what may be a name
_BESIDE: Final = 0.05  # below the closest name: the others that may have been meant
_MEANT: Final = "Did you mean "


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

    The name that was meant stands before what is allowed, which may be a long list.

    >>> print(PagetError("unknown site 'livr'", "", "sites are liver", "Did you mean liver?"))
    unknown site 'livr'. Did you mean liver? Sites are liver.
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
        if self.remedy.startswith(_MEANT):
            allowed = f"{self.allowed[:1].upper()}{self.allowed[1:]}"
            parts = (message, self.remedy, allowed)
        else:
            parts = (f"{message}; {self.allowed}" if self.allowed else message, self.remedy)
        return " ".join(_ended(part) for part in parts if part)


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


def closest(name: object, known: Iterable[str], n: int = 3) -> list[str]:
    """Return the `n` known names most like `name`, the closest first; none where all are unlike it.

    A dotted name is compared as a whole and by its last part, so that a right name in a wrong
    group is found too.

    Examples
    --------
    >>> closest("dormancy.wake_rate", ["growth.law", "dormancy.liver.wake_rate"], n=1)
    ['dormancy.liver.wake_rate']
    """
    return [other for _, other in _alike(name, known)][:n]


def whats_close(name: object, known: Iterable[str]) -> str:
    """Return a remedy that names the closest known names, or nothing when none is close."""
    found = _alike(name, known)[:3]
    near = [other for score, other in found if score >= found[0][0] - _BESIDE]
    return f"{_MEANT}{' or '.join(near)}?" if near else ""


def _alike(name: object, known: Iterable[str]) -> list[tuple[float, str]]:
    """Return how like a name the known ones are, the closest first; not those unlike it."""
    if not isinstance(name, str) or len(name) > _LONGEST:
        return []
    scored = ((_likeness(name, other), other) for other in set(known))
    return sorted(
        (pair for pair in scored if pair[0] >= _LIKE), key=lambda pair: (-pair[0], pair[1])
    )


def _likeness(name: str, other: str) -> float:
    whole = _ratio(name, other)
    last, other_last = name.rpartition(".")[2], other.rpartition(".")[2]
    # A whole-name match outranks one that only the last part supports.
    return max(whole, 0.9 * _ratio(last, other_last) * (0.8 + 0.2 * whole))


def _ratio(a: str, b: str) -> float:
    return SequenceMatcher(None, a.lower(), b.lower(), autojunk=False).ratio()
