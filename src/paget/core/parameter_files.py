"""Parameter files: from TOML tables to parameters, with every omission an error.

A table with the key ``value`` is a parameter. A table without it may state any of the descriptive
keys for the parameters beneath it (a vector); its ``cells`` add nothing to their names.
`paget.core.parameters` shows the form.

Public names: `read_parameters`.
"""

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from paget.core.errors import ParameterError, UnitError, place, whats_close
from paget.core.parameter import Exploration, Parameter, Value, Variation
from paget.core.toml import load_toml
from paget.core.units import same_dimension, tidy, to_canonical
from paget.words import CHOICES

META_KEYS: Final = ("base", "cancer", "label", "description")
_TEXT_KEYS: Final = ("unit", "source", "where", "note", "law")
_LIST_KEYS: Final = ("range", "choices")
_TABLE_KEYS: Final = ("varies", "explore")
_DESCRIPTIVE: Final = _TEXT_KEYS + _LIST_KEYS + _TABLE_KEYS
_CELLS: Final = "cells"
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_+-]*")
OVERLAY: Final = re.compile(r"subtype\.(?P<kind>[^.]+)\.(?P<name>.+)")
"""The name of a parameter's value in one subtype: ``subtype.<kind>.<name>``."""
_EXPLORED_LAWS: Final = ("uniform", "loguniform", "normal", "lognormal")
_ENDS: Final = 2


def read_parameters(
    path: Path, base: Mapping[str, Parameter]
) -> tuple[list[Parameter], dict[str, object]]:
    """Return the parameters of a file, and what the file says of itself.

    `base` holds the parameters that the file builds on; a parameter inherits from the one of the
    same name there what it does not state, except the source.
    """
    content, lines = load_toml(path)
    meta = {key: content.pop(key) for key in META_KEYS if _is_meta(content.get(key))}
    reader = _Reader(str(path), lines, base)
    leaves = list(reader.leaves(content, (), {}, ""))
    parameters = [reader.parameter(leaf) for leaf in leaves]
    _check_unique(leaves, reader)
    known = set(base) | {parameter.name for parameter in parameters}
    for parameter in parameters:
        _check_partner(parameter, known)
    return parameters, meta


@dataclass(frozen=True, slots=True)
class _Leaf:
    """A parameter as its file states it."""

    name: str
    path: str
    """Its dotted path in the file: the name and any ``cells``."""
    stated: dict[str, Any]
    """What it states, and what the tables around it state for it."""


class _Reader:
    """Reads one file; knows its lines, for messages."""

    def __init__(self, file: str, lines: Mapping[str, int], base: Mapping[str, Parameter]) -> None:
        self.file = file
        self.lines = lines
        self.base = base

    def leaves(
        self, table: Mapping[str, Any], name: tuple[str, ...], inherited: dict[str, Any], path: str
    ) -> Iterator[_Leaf]:
        """Yield the parameters of a table and of those beneath it."""
        own = {key: item for key, item in table.items() if _describes(key, item)}
        if own and not name:
            key = next(iter(own))
            raise self.error(f"{key} = {own[key]!r}", key, "a file describes parameters in tables")
        described = _merged(inherited, own)
        found = False
        for key, item in table.items():
            if key in own:
                continue
            below = f"{path}.{key}" if path else key
            deeper = name if key == _CELLS and not _is_leaf(item) else (*name, key)
            found = True
            yield from self._child(item, deeper, described, below, in_cells=path.endswith(_CELLS))
        if own and not found:
            raise self.error(f"{'.'.join(name)} states no value", path, "", "Add value = ...")

    def _child(
        self,
        item: object,
        name: tuple[str, ...],
        inherited: dict[str, Any],
        path: str,
        *,
        in_cells: bool,
    ) -> Iterator[_Leaf]:
        if name and _NAME.fullmatch(name[-1]) is None:
            allowed = "names have letters, digits, _ - and +; dots part tables"
            raise self.error(f"name {name[-1]!r}", path, allowed)
        if isinstance(item, dict) and not _is_leaf(item):
            yield from self.leaves(item, name, inherited, path)
        elif isinstance(item, dict):
            self._check_keys(item, path)
            yield _Leaf(".".join(name), path, _merged(inherited, item))
        elif in_cells:
            yield _Leaf(".".join(name), path, inherited | {"value": item})
        else:
            allowed = f"keys here are value, {', '.join(_DESCRIPTIVE)}"
            remedy = whats_close(name[-1], ("value", *_DESCRIPTIVE))
            raise self.error(f"unknown key {path} = {item!r}", path, allowed, remedy)

    def _check_keys(self, leaf: Mapping[str, Any], path: str) -> None:
        for key, item in leaf.items():
            if key == "value" or _describes(key, item) or (key in _TABLE_KEYS and item is False):
                continue
            if key in _DESCRIPTIVE:
                raise self.error(f"{path}.{key} = {item!r}", f"{path}.{key}", _FORMS[key])
            allowed = f"keys of a parameter are value, {', '.join(_DESCRIPTIVE)}"
            remedy = whats_close(key, ("value", *_DESCRIPTIVE))
            raise self.error(f"unknown key {path}.{key}", f"{path}.{key}", allowed, remedy)

    def parameter(self, leaf: _Leaf) -> Parameter:
        """Return the parameter that a leaf states, checked."""
        old = self._inherited(leaf.name)
        stated = leaf.stated
        value = stated["value"]
        if old is not None and _kind(value) is not type(old.value):
            allowed = f"{place(old.file, old.line)} has {old.shown}, of another kind"
            raise self.error(f"{leaf.name} = {value!r}", leaf.path, allowed)
        if not str(stated.get("source", "")).strip():
            remedy = 'Name a key of sources.bib, or write source = "assumption".'
            raise self.error(f"{leaf.name} has no source", leaf.path, "", remedy)
        if isinstance(value, bool):
            return self._with(leaf, value, {})
        if isinstance(value, str):
            return self._word(leaf, value, old)
        if isinstance(value, int | float):
            return self._number(leaf, _float(value), old)
        allowed = "a value is a number, true or false, or a word"
        remedy = f"Give each cell of a vector a name of its own under {_CELLS}."
        raise self.error(f"{leaf.name} = {value!r}", leaf.path, allowed, remedy)

    def _word(self, leaf: _Leaf, value: str, old: Parameter | None) -> Parameter:
        choices = self._choices(leaf, old)
        if not choices:
            remedy = f"Add choices = [{value!r}, ...]; a quantity has a number and a unit."
            raise self.error(f"{leaf.name} = {value!r}", leaf.path, "a word needs choices", remedy)
        if value not in choices:
            allowed = f"must be one of {', '.join(choices)}"
            raise self.error(
                f"{leaf.name} = {value!r}", leaf.path, allowed, whats_close(value, choices)
            )
        return self._with(leaf, value, {"choices": choices})

    def _choices(self, leaf: _Leaf, old: Parameter | None) -> tuple[str, ...]:
        """Return the words that there are: a list in the file, or one that laws go by, by name."""
        stated = leaf.stated.get("choices", old.choices if old else ())
        if not isinstance(stated, str):
            return tuple(stated)
        if stated not in CHOICES:
            path, allowed = f"{leaf.path}.choices", f"lists of words are {', '.join(CHOICES)}"
            remedy = whats_close(stated, tuple(CHOICES))
            raise self.error(f"{path} = {stated!r}", path, allowed, remedy)
        return CHOICES[stated]

    def _number(self, leaf: _Leaf, value: float, old: Parameter | None) -> Parameter:
        unit = self._unit(leaf, old)
        # What the base says is in its own unit; under another unit it would mean something else.
        base = old if old is not None and old.unit == unit else None
        low, high = self._range(leaf, base)
        described = {
            "unit": unit,
            "low": low if math.isfinite(low) else None,
            "high": high if math.isfinite(high) else None,
            "varies": self._varies(leaf, base),
            "explore": self._explore(leaf, base, (low, high)),
        }
        parameter = self._with(leaf, value, described)
        parameter.accepted(value, place(self.file, parameter.line))
        return parameter

    def _unit(self, leaf: _Leaf, old: Parameter | None) -> str:
        unit = leaf.stated.get("unit", old.unit if old else "")
        if not unit:
            remedy = 'Add unit = "..."; a plain number has unit = "1".'
            raise self.error(f"{leaf.name} has no unit", leaf.path, "", remedy)
        unit = tidy(str(unit))
        try:
            to_canonical(1.0, unit)
            fits = old is None or same_dimension(unit, old.unit)
        except UnitError as error:
            given = f"{leaf.name}: {error.given}"
            where = self._place(leaf.path)
            raise UnitError(given, where, error.allowed, error.remedy) from None
        if not fits and old is not None:
            allowed = f"{place(old.file, old.line)} has it in {old.unit}"
            raise UnitError(f"{leaf.name} in {unit}", self._place(leaf.path), allowed)
        return unit

    def _range(self, leaf: _Leaf, base: Parameter | None) -> tuple[float, float]:
        if "range" in leaf.stated:
            return self._ends(leaf, "range", leaf.stated["range"])
        if base is None:
            remedy = "Add range = [lowest, highest] in the parameter's unit; inf is an open end."
            raise self.error(f"{leaf.name} has no range", leaf.path, "", remedy)
        low = -math.inf if base.low is None else base.low
        return low, math.inf if base.high is None else base.high

    def _ends(self, leaf: _Leaf, key: str, given: object) -> tuple[float, float]:
        ends = [end for end in given if _is_number(end)] if isinstance(given, list) else []
        if len(ends) != _ENDS or given != ends or not ends[0] <= ends[1]:
            path = f"{leaf.path}.{key}"
            raise self.error(f"{path} = {given!r}", path, "must be [lowest, highest]")
        return _float(ends[0]), _float(ends[1])

    def _varies(self, leaf: _Leaf, base: Parameter | None) -> Variation | None:
        if "varies" not in leaf.stated:
            return base.varies if base else None
        given: Any = leaf.stated["varies"]
        if given is False:
            return None
        path = f"{leaf.path}.varies"
        self._check_only(given, ("law", "spread", "with", "correlation"), path)
        spread, correlation = given.get("spread"), given.get("correlation", 0.0)
        if not _is_number(spread) or not 0 <= spread < math.inf:
            raise self.error(f"{path}.spread = {spread!r}", path, "must be a number of at least 0")
        if not _is_number(correlation) or not -1 <= correlation <= 1:
            allowed = "must be between -1 and 1"
            raise self.error(f"{path}.correlation = {correlation!r}", path, allowed)
        return Variation(given["law"], float(spread), given.get("with"), float(correlation))

    def _explore(
        self, leaf: _Leaf, base: Parameter | None, allowed: tuple[float, float]
    ) -> Exploration | None:
        given: Any = leaf.stated.get("explore")
        law = leaf.stated.get("law")
        if given is None and law is None:
            return base.explore if base else None
        if given is False:
            return None
        path = f"{leaf.path}.explore"
        given = given or {}
        self._check_only(given, ("range", "law"), path)
        law = given.get("law", law or "uniform")
        low, high = self._ends(leaf, "explore.range", given.get("range", list(allowed)))
        if law not in _EXPLORED_LAWS:
            known = f"laws are {', '.join(_EXPLORED_LAWS)}"
            raise self.error(f"{path}.law = {law!r}", path, known, whats_close(law, _EXPLORED_LAWS))
        if not allowed[0] <= low <= high <= allowed[1]:
            outside = f"must lie within range = [{allowed[0]:g}, {allowed[1]:g}]"
            raise self.error(f"{path}.range = [{low:g}, {high:g}]", path, outside)
        if math.isinf(low) or math.isinf(high):
            remedy = "Add explore = {range = [lowest, highest]}."
            raise self.error(f"{path} has an open end", path, "must be finite", remedy)
        if law.startswith("log") and low <= 0:
            raise self.error(
                f"{path}.range = [{low:g}, {high:g}]", path, f"{law} needs more than 0"
            )
        return Exploration(low, high, law)

    def _check_only(self, table: Mapping[str, Any], known: tuple[str, ...], path: str) -> None:
        for key in table:
            if key not in known:
                allowed = f"keys are {', '.join(known)}"
                raise self.error(
                    f"unknown key {path}.{key}", f"{path}.{key}", allowed, whats_close(key, known)
                )

    def _inherited(self, name: str) -> Parameter | None:
        """Return the parameter from which one inherits: of its name, or the one it overlays."""
        overlaid = OVERLAY.fullmatch(name)
        if overlaid is None:
            return self.base.get(name)
        old = self.base.get(overlaid["name"])
        return None if old is None else replace(old, varies=None)  # it keeps its own variation

    def _with(self, leaf: _Leaf, value: Value, more: dict[str, Any]) -> Parameter:
        """Return the parameter with what all kinds have."""
        return Parameter(
            name=leaf.name,
            value=value,
            source=str(leaf.stated["source"]).strip(),
            where=str(leaf.stated.get("where", "")),
            note=str(leaf.stated.get("note", "")),
            file=self.file,
            line=self._line(leaf.path),
            **more,
        )

    def _line(self, path: str) -> int:
        """Return the line of a path's value, or of what stands nearest around it."""
        for candidate in (f"{path}.value", path):
            if candidate in self.lines:
                return self.lines[candidate]
        return self._line(path.rpartition(".")[0]) if "." in path else 0

    def _place(self, path: str) -> str:
        return place(self.file, self._line(path))

    def error(self, given: str, path: str, allowed: str = "", remedy: str = "") -> ParameterError:
        """Return an error that names the file and the line."""
        return ParameterError(given, self._place(path), allowed, remedy)


_FORMS: Final = {
    **dict.fromkeys(_TEXT_KEYS, "must be a text"),
    "range": "must be [lowest, highest]",
    "choices": f"must be a list of words, or one of {', '.join(CHOICES)}",
    "varies": 'must be {law = "...", spread = ...} or false',
    "explore": 'must be {range = [...], law = "..."} or false',
}


def _is_meta(item: object) -> bool:
    return item is not None and not isinstance(item, dict)


def _is_leaf(item: object) -> bool:
    return isinstance(item, dict) and "value" in item and not isinstance(item["value"], dict)


def _is_number(item: object) -> bool:
    return (
        isinstance(item, int | float)
        and not isinstance(item, bool)
        and not math.isnan(_float(item))
    )


def _float(value: float) -> float:
    try:
        return float(value)
    except OverflowError:  # an integer beyond every float: no range holds it
        return math.copysign(math.inf, value)


def _kind(value: object) -> type:
    return float if isinstance(value, int) and not isinstance(value, bool) else type(value)


def _describes(key: str, item: object) -> bool:
    """Tell whether a key describes the parameter of its table, or those beneath it."""
    if key in _TEXT_KEYS:
        return isinstance(item, str)
    if key in _LIST_KEYS:
        return isinstance(item, list) or (key == "choices" and isinstance(item, str))
    if key not in _TABLE_KEYS or not isinstance(item, dict) or "value" in item:
        return False
    return isinstance(item.get("law"), str) or isinstance(item.get("range"), list)


def _merged(inherited: dict[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Add what a table states to what it inherits.

    A source of its own puts aside the inherited `where` and `note`, which speak of another.
    """
    if "source" in own:
        inherited = {k: v for k, v in inherited.items() if k not in ("where", "note")}
    return inherited | dict(own)


def _check_unique(leaves: list[_Leaf], reader: _Reader) -> None:
    seen: dict[str, str] = {}
    for leaf in leaves:
        if leaf.name in seen:
            raise reader.error(f"{leaf.name} is stated twice", leaf.path)
        seen[leaf.name] = leaf.path


def _check_partner(parameter: Parameter, known: set[str]) -> None:
    partner = parameter.varies.with_ if parameter.varies else None
    if partner is not None and partner not in known:
        raise ParameterError(
            f"{parameter.name} varies with {partner}, which is unknown",
            place(parameter.file, parameter.line),
            remedy=whats_close(partner, known),
        )
