"""Reach: whom a protocol can meet, by the ages and sexes of those who are followed.

A programme or a line whose ages nobody of the population has would never be given, and a run would
not say so: it is refused. One that comes with a protocol or a scenario of the atlas is not: a
standard protocol has lines for the young, and is a protocol for the old all the same.

Public names: ``Reach``, ``check_reach``.
"""

import math
from typing import Final, NamedTuple

from paget.atlas.mortality import LAST_AGE
from paget.core.errors import ScenarioError
from paget.core.refusals import is_of_atlas
from paget.protocol.parts import Line, Programme, Protocol

_NEVER: Final = "it can never apply"
_ROUNDING: Final = 1e-9  # of a number of rounds
_WOMEN, _MEN = 0, 1


class Reach(NamedTuple):
    """Who is followed: from which age to which, and of which sexes."""

    entry: float = 0.0
    """[year]; patients are told from birth on."""
    end: float = math.inf
    """[year]"""
    women: bool = True
    men: bool = True

    @property
    def last(self) -> float:
        """Return the age before which all of it happens [year]."""
        return min(self.end, LAST_AGE)

    @property
    def told(self) -> str:
        """Return the ages as words."""
        if math.isinf(self.end):
            return f"nobody lives past {LAST_AGE} years"
        return f"people are followed from {self.entry:g} to {self.last:g} years of age"


def check_reach(protocol: Protocol, reach: Reach) -> None:
    """Refuse programmes and lines that nobody who is followed can ever be given."""
    for programme in protocol.programmes:
        if not is_of_atlas(programme.where()):
            _check_programme(programme, reach)
    for line in protocol.lines:
        if not is_of_atlas(line.where()):
            _check_line(line, reach)


def _check_programme(programme: Programme, reach: Reach) -> None:
    sex = programme.numbers["sex"]
    if (sex == _WOMEN and not reach.women) or (sex == _MEN and not reach.men):
        who = "women" if sex == _WOMEN else "men"
        raise _refusal(programme, "sex test", f"it is for {who}, and there are none")
    first, last, every = (programme.numbers[key] for key in ("from_age", "to_age", "every"))
    number = max(0, math.ceil((reach.entry - first) / every - _ROUNDING))
    soonest = first + number * every
    if soonest <= last + _ROUNDING and soonest < reach.last:
        return
    keys = "from_age to_age" if first >= reach.last else "to_age from_age"
    if first < reach.last and last >= reach.entry:
        keys = "every from_age to_age"
    raise _refusal(programme, keys, f"{_rounds(first, last, every)}, and {reach.told}")


def _rounds(first: float, last: float, every: float) -> str:
    count = math.floor((last - first) / every + _ROUNDING)
    if count == 0:
        return f"its only round is at {first:g} years of age"
    return f"its rounds are at {first:g} to {first + count * every:g} years of age"


def _check_line(line: Line, reach: Reach) -> None:
    low, high = line.eligibility.age
    if high < reach.entry or low >= reach.last:
        why = f"it is for ages from {low:g} to {high:g} years, and {reach.told}"
        raise _refusal(line, "if.age", why)


def _refusal(part: Programme | Line, keys: str, why: str) -> ScenarioError:
    key = part.blamed(*keys.split())
    given = f"{part.table}.{part.name}" + (f".{key}" if key else "")
    remedy = f"Give it other ages, or write {part.name} = false to take it away."
    return ScenarioError(given, part.where(key), f"{_NEVER}: {why}", remedy)
