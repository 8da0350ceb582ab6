"""The file behind the body map: its sections and keys, and every number in it with its source.

A number is ``{value, unit, range, source}``; a vector states unit, range and source once and its
numbers as ``cells``. Both become parameters under the prefix ``anatomy``, so that they can be
listed, counted as assumptions and changed: ``anatomy.organ.colon.veins.portal_vein``.

Public names: `read_anatomy`, `ANATOMY_FILE`, `PREFIX`, `ARTERIAL`.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from paget.core.errors import DataError, UnitError, place, whats_close
from paget.core.parameters import Parameter, ParameterSet
from paget.core.toml import load_toml
from paget.core.units import same_dimension

ANATOMY_FILE: Final = Path(__file__).with_name("anatomy.toml")
PREFIX: Final = "anatomy"
ARTERIAL: Final = "arterial shares"


class _Key(NamedTuple):
    """What may stand under a key."""

    kind: str
    """``number``, ``vector``, ``text`` or ``texts``."""
    unit: str = "1"
    """A unit of the dimension that a number must have."""
    is_needed: bool = True


_TEXT: Final = _Key("text")
_MAY_TEXT: Final = _Key("text", is_needed=False)
_SHARES: Final = _Key("vector")
_SHARE: Final = _Key("number")
_TIME: Final = _Key("number", "day")
_BED: Final = {
    "label": _TEXT,
    "group": _MAY_TEXT,
    "flow": _SHARE,
    "blood": _SHARE,
    "mass": _Key("number", "g"),
    "arrest": _TEXT,
    "veins": _SHARES,
    "lymph": _SHARES,
    "cavity": _MAY_TEXT,
    "regional": _Key("texts", is_needed=False),
}
_PLACES: Final[Mapping[str, Mapping[str, _Key]]] = {
    "organ": _BED,
    "surface": _BED,
    "station": {
        "label": _TEXT,
        "group": _MAY_TEXT,
        "arrest": _TEXT,
        "transit": _TIME,
        "to": _SHARES,
        "veins": _SHARES,
    },
    "vessel": {"label": _TEXT, "blood": _SHARE, "to": _SHARES},
    "duct": {"label": _TEXT, "transit": _TIME, "to": _SHARES},
    "cavity": {
        "label": _TEXT,
        "arrest": _TEXT,
        "transit": _TIME,
        "surfaces": _SHARES,
        "to": _SHARES,
    },
}
_BODY: Final = {
    "cardiac_output": _Key("number", "mL/day"),
    "blood_volume": _Key("number", "mL"),
}
_SECTIONS: Final = ("body", "arrest", *_PLACES)
_KINDS: Final = ("single", "small", "cluster")
_ENTRY_KEYS: Final = ("value", "cells", "unit", "range", "source", "where", "note")


def read_anatomy(path: Path) -> tuple[dict[str, Any], ParameterSet]:
    """Return the content of an anatomy file and its numbers as parameters."""
    content, lines = load_toml(path, DataError)
    return content, ParameterSet(_File(content, lines, str(path)).numbers())


class _File:
    """A file's content with the means to say where something is wrong."""

    def __init__(self, content: Mapping[str, Any], lines: Mapping[str, int], name: str) -> None:
        self.content = content
        self.lines = lines
        self.name = name

    def numbers(self) -> Iterator[Parameter]:
        """Yield every number, after checking that all keys are known, there, and of their kind."""
        self.known(self.content, _SECTIONS, "")
        for section in _SECTIONS:
            if section not in self.content:
                raise DataError(f"no section [{section}]", self.name, "a body map needs one")
        yield from self.table("body", self.content["body"], _BODY)
        for row, entry in self.content["arrest"].items():
            yield from self.entry(f"arrest.{row}", entry, _SHARES)
            self.known(entry["cells"], _KINDS, f"arrest.{row}.cells.")
        for section, keys in _PLACES.items():
            for name, entry in self.content[section].items():
                yield from self.table(f"{section}.{name}", entry, keys)

    def spot(self, dotted: str) -> str:
        """Return where a key stands, as words."""
        return place(self.name, self.lines.get(dotted, 0))

    def known(self, table: Mapping[str, Any], keys: Any, prefix: str) -> None:
        """Raise on a key that is not one of `keys`."""
        for key in table:
            if key not in keys:
                raise DataError(
                    f"unknown key {prefix}{key}",
                    self.spot(f"{prefix}{key}"),
                    f"known are {', '.join(keys)}",
                    whats_close(key, keys),
                )

    def table(
        self, dotted: str, table: Mapping[str, Any], keys: Mapping[str, _Key]
    ) -> Iterator[Parameter]:
        """Yield the numbers of one place."""
        self.known(table, keys, f"{dotted}.")
        for name, key in keys.items():
            if name in table:
                yield from self.entry(f"{dotted}.{name}", table[name], key)
            elif key.is_needed:
                raise DataError(f"{dotted} has no {name}", self.spot(dotted), f"add a {key.kind}")

    def entry(self, dotted: str, entry: Any, key: _Key) -> Iterator[Parameter]:
        """Yield the numbers under one key, of which there may be none."""
        if key.kind in {"number", "vector"} and isinstance(entry, dict):
            self.known(entry, _ENTRY_KEYS, f"{dotted}.")
            values = entry.get("cells") if key.kind == "vector" else {"": entry.get("value")}
            if isinstance(values, dict) and values:
                for cell, value in values.items():
                    yield self.number(f"{dotted}.{cell}".rstrip("."), value, entry, key, dotted)
                return
        is_text = key.kind == "text" and isinstance(entry, str)
        is_list = key.kind == "texts" and isinstance(entry, list)
        if not (is_text or is_list or (dotted == "vessel.aorta.to" and entry == ARTERIAL)):
            raise DataError(f"{dotted} = {entry!r}", self.spot(dotted), f"must be a {key.kind}")

    def number(
        self, dotted: str, value: object, entry: Mapping[str, Any], key: _Key, at: str
    ) -> Parameter:
        """Return one number as a parameter, checked for unit and range."""
        spot = self.spot(at)
        for part in ("unit", "range", "source"):
            if part not in entry:
                raise DataError(f"{at} has no {part}", spot, "a number has unit, range and source")
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise DataError(f"{dotted} = {value!r}", spot, "must be a number")
        if not same_dimension(entry["unit"], key.unit):
            raise UnitError(f"{dotted} = {value} {entry['unit']}", spot, f"must be as {key.unit}")
        low, high = entry["range"]
        parameter = Parameter(
            name=f"{PREFIX}.{dotted}",
            value=float(value),
            unit=entry["unit"],
            low=float(low),
            high=float(high),
            source=entry["source"],
            where=entry.get("where", ""),
            note=entry.get("note", ""),
            file=self.name,
            line=self.lines.get(at, 0),
        )
        parameter.accepted(parameter.value, spot)  # raises when it is out of range
        return parameter
