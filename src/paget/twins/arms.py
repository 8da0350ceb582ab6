"""The two arms: in what they differ, and what they are called.

What differs is read from what both say in full: parameters by name, and the protocol with all on
which it builds. A line or a visit of one arm alone is one thing; of what both have, each entry
that differs is one.

Public names: ``Difference``, ``differences``, ``arm_names``, ``shared_title``.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from paget.core.parameter import Parameter
from paget.protocol.files import read_protocol
from paget.twins.lives import Arm

NONE: Final = "none"
BY_DEFAULT: Final = "by default"
_PLAIN_PROTOCOL: Final = "surgery-only"  # of a scenario that names none
_SCREENING: Final = "screening."
_SAYS_NOTHING: Final = {"base", "label", "cancers", "source", "note", "where"}
_NAMED: Final = ("drug", "test", "tissue")  # known by what uses them: one alone changes nothing
_LONGEST: Final = 40  # characters of a name made of a key and its value


class Difference(NamedTuple):
    """One thing that the arms say differently."""

    what: str
    a: str
    b: str


def differences(a: Arm, b: Arm) -> tuple[Difference, ...]:
    """Return all in which the arms differ, the clinic first."""
    clinic = tuple(_differing("", _protocol(a), _protocol(b)))
    programmes = [one for one in clinic if one.what.startswith(_SCREENING) and NONE in one]
    if len(programmes) == 2:  # noqa: PLR2004 - one for another, if each arm has one
        (one, other), rest = programmes, [x for x in clinic if x not in programmes]
        if (one.a == NONE) != (other.a == NONE):
            first, second = (one, other) if one.b == NONE else (other, one)
            clinic = (Difference("screening", first.a, second.b), *rest)
    return (*clinic, *_parameters(a, b))


def arm_names(a: Arm, b: Arm, differ: tuple[Difference, ...]) -> tuple[str, str]:
    """Return what the arms are called: by what their titles do not share, else by what differs.

    Of an arm whose title says no more than the other's begins with, its clinic gives the name.
    """
    one, other = _apart(a.title, b.title)
    if not one and not other:
        return _by_value(differ)
    if one == other:
        return f"{one} (first)", f"{other} (second)"
    return one or _plain(a, b, other, differ), other or _plain(b, a, one, differ)


def shared_title(a: Arm, b: Arm) -> str:
    """Return what the titles of both arms begin with; nothing where they share no words."""
    one, other = (arm.title.split(", ") for arm in (a, b))
    return ", ".join(one[: _shared(one, other)])


def _apart(a: str, b: str) -> tuple[str, str]:
    one, other = a.split(", "), b.split(", ")
    n = _shared(one, other)
    return ", ".join(one[n:]), ", ".join(other[n:])


def _shared(one: list[str], other: list[str]) -> int:
    pairs = list(zip(one, other, strict=False))
    return next((k for k, (x, y) in enumerate(pairs) if x != y), len(pairs))


def _by_value(differ: tuple[Difference, ...]) -> tuple[str, str]:
    """Return names from the one thing that differs, where it is one and short."""
    if len(differ) == 1:
        names = [f"{differ[0].what} {value}" for value in differ[0][1:]]
        if max(map(len, names)) <= _LONGEST:
            return names[0], names[1]
    return "first", "second"


def _plain(arm: Arm, other: Arm, called: str, differ: tuple[Difference, ...]) -> str:
    """Return the name of an arm whose title says less than that of the other, as it is called."""
    if all(x.what.startswith(_SCREENING) for x in differ) and not arm.screens:
        return "without screening"
    if len(differ) == 1 and differ[0].what.startswith("line.") and NONE in differ[0]:
        return f"without {called}"
    label = arm.model.protocol.label
    return "unchanged" if label == other.model.protocol.label else label


# ----------------------------------------------------------------------------------- what differs


def _parameters(a: Arm, b: Arm) -> Iterator[Difference]:
    one, other = a.model.parameters, b.model.parameters
    for name in dict.fromkeys((*one, *other)):
        x, y = one.get(name), other.get(name)
        if _value(x) == _value(y):
            continue
        told = [NONE if p is None else p.shown for p in (x, y)]
        if told[0] == told[1]:
            told[1] += ", varies otherwise"
        yield Difference(name, *told)


def _value(parameter: Parameter | None) -> object:
    return parameter and (parameter.value, parameter.unit, parameter.varies)


def _protocol(arm: Arm) -> dict[str, Any]:
    """Return all that a protocol says, lists of named entries as tables."""
    source = arm.scenario.protocol or _PLAIN_PROTOCOL
    content, _ = read_protocol(source, arm.scenario.places, Path())
    visits = content.get("follow")
    if isinstance(visits, list):
        content["follow"] = {str(visit.get("test", "")): visit for visit in visits}
    return content


def _differing(
    above: str, one: Mapping[str, Any], other: Mapping[str, Any]
) -> Iterator[Difference]:
    """Yield in what two tables differ; ``above`` is their name with a dot."""
    for key in dict.fromkeys((*one, *other)):
        x, y = _bare(one.get(key)), _bare(other.get(key))
        if key in _SAYS_NOTHING or x == y:
            continue
        if isinstance(x, Mapping) and isinstance(y, Mapping):
            yield from _differing(f"{above}{key}.", x, y)
        elif not above and (x is None or y is None) and _is_of_entries(x or y):
            yield from _differing(f"{key}.", x or {}, y or {})
        elif above.split(".", maxsplit=1)[0] not in _NAMED or (x is not None and y is not None):
            missing = NONE if isinstance(x or y, Mapping) else BY_DEFAULT
            yield Difference(f"{above}{key}", *(missing if z is None else _text(z) for z in (x, y)))


def _is_of_entries(table: Any) -> bool:
    return isinstance(table, Mapping) and all(isinstance(x, Mapping) for x in table.values())


def _bare(value: Any) -> Any:
    """Return a value without its source."""
    if isinstance(value, Mapping):
        if "value" in value:
            return value["value"]
        return {key: _bare(x) for key, x in value.items() if key not in _SAYS_NOTHING}
    return value


def _text(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_text(x)}" for key, x in value.items())
    if isinstance(value, list | tuple):
        return " and ".join(_text(x) for x in value)
    return {True: "on", False: "off"}[value] if isinstance(value, bool) else str(value)
