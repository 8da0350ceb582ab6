"""Tables of a protocol file: typed reading of one table, every refusal with its place.

Public names: ``Table``, ``Number``, ``DESCRIPTIVE``.
"""

import math
from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from paget.core.errors import ScenarioError, UnitError, whats_close
from paget.core.units import convert, format_quantity, parse_quantity, same_dimension

DESCRIPTIVE: Final = ("source", "note", "where", "label")
_ROUNDING: Final = 1e-12  # relative; a conversion may not push a number out of its range


class Number(NamedTuple):
    """A number that a table may hold: the unit of its field and what is allowed there."""

    unit: str
    low: float
    high: float
    default: float | None = None
    """None where it must be given."""
    whole: bool = False


class Table:
    """One table of a protocol, and where its keys were given."""

    def __init__(self, content: object, path: str, places: Mapping[str, str]) -> None:
        self.path = path
        self.all_places = places
        if not isinstance(content, Mapping):
            raise ScenarioError(f"{path} = {content!r}", self.place(), "must be a table")
        self.content: dict[str, Any] = {str(key): item for key, item in content.items()}

    def place(self, key: str = "") -> str:
        """Return where a key, or what stands nearest around it, was given."""
        path = ".".join(part for part in (self.path, key) if part)
        while path and path not in self.all_places:
            path = path.rpartition(".")[0]
        return self.all_places.get(path, "")

    @property
    def places(self) -> dict[str, str]:
        """Return where each key of this table was given; its own place under the empty key."""
        inner = self.content.get("if")
        within = [f"if.{key}" for key in inner] if isinstance(inner, Mapping) else []
        return {"": self.place()} | {key: self.place(key) for key in (*self.content, *within)}

    def error(self, key: str, allowed: str, remedy: str = "") -> ScenarioError:
        """Return the refusal of what stands under a key, or of the table that lacks it."""
        name = ".".join(part for part in (self.path, key) if part)
        given = f"{name} = {_shown(self.content[key])}" if key in self.content else name
        return ScenarioError(given, self.place(key), allowed, remedy)

    def only(self, known: Iterable[str], what: str) -> None:
        """Refuse keys that are not known."""
        keys = (*known, *DESCRIPTIVE)
        for key in self.content:
            if key not in keys:
                allowed = f"keys of {what} are {', '.join(keys)}"
                raise self.error(key, allowed, whats_close(key, keys))

    def table(self, key: str) -> "Table":
        """Return a table within this one, an empty one where there is none."""
        path = ".".join(part for part in (self.path, key) if part)
        return Table(self.content.get(key, {}), path, self.all_places)

    def tables(self, key: str) -> dict[str, "Table"]:
        """Return the tables under a key by name."""
        found = self.table(key)
        return {name: found.table(name) for name in found.content}

    def text(self, key: str) -> str:
        """Return a text, empty where there is none."""
        value = _bare(self.content.get(key, ""))
        if not isinstance(value, str):
            raise self.error(key, "must be a text in quotes")
        return value

    def word(self, key: str, choices: Iterable[str], default: str | None = None) -> str:
        """Return a word out of some."""
        known = tuple(choices)
        value = _bare(self.content.get(key, default))
        if value is None:
            raise self.error("", f"{key} must be given: {', '.join(known)}")
        if value not in known:
            near = whats_close(value, known) if isinstance(value, str) else ""
            raise self.error(key, f"must be one of {', '.join(known)}", near)
        return str(value)

    def words(self, key: str, choices: Iterable[str] | None = None) -> tuple[str, ...]:
        """Return a list of words, each once; one word alone may stand without brackets."""
        given = _bare(self.content.get(key, ()))
        words = (given,) if isinstance(given, str) else tuple(given) if _is_list(given) else None
        if words is None or not all(isinstance(word, str) for word in words):
            raise self.error(key, 'must be a list of words such as ["a", "b"]')
        if len(set(words)) < len(words):
            raise self.error(key, "names a word twice")
        known = tuple(choices) if choices is not None else words
        for word in words:
            if word not in known:
                raise self.error(
                    key, f"{word!r} is none of {', '.join(known)}", whats_close(word, known)
                )
        return words

    def number(self, key: str, form: Number) -> float:
        """Return a number in the unit of its field."""
        if key not in self.content:
            if form.default is None:
                raise self.error("", f"{key} must be given", f"Write {key} = {_example(form)}.")
            return form.default
        return self._number(key, self.content[key], form)

    def numbers(self, forms: Mapping[str, Number]) -> dict[str, float]:
        """Return the numbers of a table by name."""
        return {key: self.number(key, form) for key, form in forms.items()}

    def span(self, key: str, form: Number) -> tuple[float, float]:
        """Return the two ends of a span; a number alone is both."""
        given: Any = self.content.get(key, [form.low, form.high])
        ends = list(given) if _is_list(given) else [given, given]
        low_and_high = 2
        if len(ends) != low_and_high:
            raise self.error(key, "must be one number or [lowest, highest]")
        if key not in self.content:
            return form.low, form.high
        low, high = (self._number(key, end, form) for end in ends)
        if low > high:
            raise self.error(key, "out of order: nobody is above the first and below the second")
        return low, high

    def _number(self, key: str, given: Any, form: Number) -> float:
        value = given
        if isinstance(given, Mapping):
            value = given.get("value")
            unit = given.get("unit")
            if unit and isinstance(value, int | float) and math.isfinite(value):
                value = f"{value!r} {unit}"
        if isinstance(value, bool):
            value = float(value) if (form.low, form.high) == (0, 1) else None
        number = self._converted(key, value, form)
        slack = _ROUNDING * abs(number) if math.isfinite(number) else 0.0
        if math.isnan(number) or not form.low - slack <= number <= form.high + slack:
            raise self.error(key, f"must be {_between(form)}")
        if form.whole and not number.is_integer():
            raise self.error(key, "must be a whole number")
        return number

    def _converted(self, key: str, value: object, form: Number) -> float:
        if isinstance(value, int | float):
            if form.unit != "1" and math.isfinite(value):
                raise self.error(key, f"must carry its unit, such as {_example(form)}")
            return float(value)
        if not isinstance(value, str):
            raise self.error(key, f"must be a number such as {_example(form)}")
        try:
            number, unit = parse_quantity(value)
        except UnitError as error:
            raise self.error(key, f"must be such as {_example(form)}", str(error)) from None
        unit = unit or "1"
        if not same_dimension(unit, form.unit):
            raise self.error(key, f"must be such as {_example(form)}")
        return convert(number, unit, form.unit)


def _is_list(value: object) -> bool:
    return isinstance(value, list | tuple)


def _bare(value: Any) -> Any:
    """Return the value of ``{value = ..., source = ...}``."""
    return value.get("value") if isinstance(value, Mapping) else value


def _shown(value: Any) -> str:
    """Return a value as its author wrote it, without its source."""
    if isinstance(value, Mapping) and "value" in value:
        return f"{value['value']!r} {value.get('unit', '')}".strip()
    return repr(value)


def _example(form: Number) -> str:
    if form.unit == "1":
        return f"{form.low:g}" if form.low > 0 else f"{min(form.high, 1.0):g}"
    return f'"2 {form.unit.removeprefix("1")}"'


def _between(form: Number) -> str:
    low = format_quantity(form.low, form.unit)
    if math.isinf(form.high):
        return f"at least {low}"
    return f"between {low} and {format_quantity(form.high, form.unit)}"
