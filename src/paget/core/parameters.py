"""Parameters: every number with its unit, range and source.

A parameter file is TOML. A table with the key ``value`` is a parameter, at any depth, and its
dotted path is its name::

    [dormancy.liver]
    wake_rate = {value = 0.34, unit = "1/year", range = [0, 20], source = "key2004", where = "p. 2"}

    [soil.viability]                 # a vector: its cells inherit what they do not state
    unit = "1"
    range = [0, 1]
    source = "assumption"
    cells.liver = 0.3                # soil.viability.liver
    cells.lung = {value = 0.1, source = "other2010"}

A value may be a number, a switch (true or false) or a word with its ``choices``. Code reads floats
in canonical units with `ParameterSet.real`, switches with `flag` and words with `choice`. Where
only ``step.everywhere.name`` is given, ``step.liver.name`` means the same for any known site. The
spread of a parameter between patients is ``<name>.spread``, its correlation ``<name>.correlation``.

Public names: `Parameter`, `Variation`, `Exploration`, `ParameterSet`, `load_parameters`
(`paget.core.parameter` defines the first three, `paget.core.parameter_files` reads the files).
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from paget.core.errors import ParameterError, UnitError, closest, place, whats_close
from paget.core.parameter import Exploration, Parameter, Value, Variation
from paget.core.parameter_files import read_parameters
from paget.core.units import same_dimension

__all__ = [
    "Exploration",
    "Parameter",
    "ParameterSet",
    "Value",
    "Variation",
    "load_parameters",
]

EVERYWHERE: Final = "everywhere"
SET_BY_USER: Final = "set by the user"
# What of a variation between patients has a name of its own, and its range.
_TRAITS: Final = {"spread": (0.0, 10.0), "correlation": (-1.0, 1.0)}


class ParameterSet(Mapping[str, Parameter]):
    """Parameters by dotted name. It never changes: `changed` returns another set.

    Parameters
    ----------
    parameters : the parameters; their names are the keys.
    sites : names of sites, for which ``step.everywhere.name`` stands in.
    meta : what a file says of itself: ``label``, ``description``, ``base``, ``cancer``.
    """

    __slots__ = ("_meta", "_parameters", "_sites")

    def __init__(
        self,
        parameters: Iterable[Parameter],
        sites: Collection[str] = (),
        meta: Mapping[str, object] | None = None,
    ) -> None:
        self._parameters = {parameter.name: parameter for parameter in parameters}
        self._sites = frozenset(sites)
        self._meta = dict(meta or {})

    @property
    def meta(self) -> Mapping[str, object]:
        """Return what the file says of itself."""
        return MappingProxyType(self._meta)

    @property
    def sites(self) -> frozenset[str]:
        """Return the names of the known sites."""
        return self._sites

    def __getitem__(self, name: str) -> Parameter:
        """Return the parameter of that name, or that of everywhere, renamed."""
        found = self._find(name)
        if found is None:
            raise self._unknown(name, "")
        return found

    def __contains__(self, name: object) -> bool:
        """Tell whether a name, its form for everywhere or its spread is known."""
        return isinstance(name, str) and self._find(name) is not None

    def __iter__(self) -> Iterator[str]:
        """Iterate over the names that files state."""
        return iter(self._parameters)

    def __len__(self) -> int:
        """Return the number of parameters that files state."""
        return len(self._parameters)

    def __repr__(self) -> str:
        """Return a short description."""
        return f"<ParameterSet of {len(self)} parameters, {len(self.assumptions())} assumptions>"

    def get(self, name: str, default: Any = None) -> Any:
        """Return the parameter of that name, or `default`."""
        return self._find(name) or default

    def real(self, name: str) -> float:
        """Return a number in canonical units."""
        return self[name].canonical

    def flag(self, name: str) -> bool:
        """Return a switch."""
        value = self[name].value
        if not isinstance(value, bool):
            raise self._kind(name, "a switch (true or false)")
        return value

    def choice(self, name: str) -> str:
        """Return a word."""
        value = self[name].value
        if not isinstance(value, str):
            raise self._kind(name, "a word")
        return value

    def changed(
        self, changes: Mapping[str, object], where: str | Mapping[str, str]
    ) -> "ParameterSet":
        """Return a set with some values changed; everything else stays.

        Parameters
        ----------
        changes : new values by name: a number (in the parameter's own unit), a text with a unit
            (``"0.5 /year"``), a switch or a word.
        where : where they were given, for messages: ``"my.toml line 14"``, ``"--set"``; or such a
            place for each name.
        """
        new: dict[str, Parameter] = {}
        for name, given in changes.items():
            spot = where if isinstance(where, str) else where.get(name, "the changes")
            old = self._find(name)
            if old is None:
                raise self._unknown(name, spot)
            value = old.accepted(given, spot)
            if value != old.value:
                new[name] = replace(
                    old,
                    value=value,
                    source=SET_BY_USER,
                    where=spot,
                    note=f"was {old.shown} (source {old.source})",
                    file=spot,
                    line=0,
                )
            elif name not in self._parameters:
                new[name] = old  # a site that was asked to keep what everywhere has
        self._take_in_variation(new)
        return ParameterSet((self._parameters | new).values(), self._sites, self._meta)

    def check_units(self, changes: Mapping[str, object], where: Mapping[str, str]) -> None:
        """Refuse numbers that lack the unit of their parameter; other faults `changed` finds.

        Parameters
        ----------
        changes : new values by name.
        where : where each of them was given.
        """
        for name, given in changes.items():
            parameter = self._find(name)
            if parameter is not None and parameter.lacks_unit(given):
                raise UnitError(
                    f"{name} = {given}",
                    where.get(name, "the changes"),
                    "must carry its unit",
                    f"Write it as {parameter.with_unit(given)!r}.",
                )

    def differences(self, other: "ParameterSet") -> dict[str, tuple[Parameter | None, ...]]:
        """Return the parameters whose values differ, by name: (this one's, the other's).

        A parameter that only one set has stands beside None.
        """
        names = [*self, *(name for name in other if name not in self._parameters)]
        pairs = {name: (self.get(name), other.get(name)) for name in names}
        return {name: pair for name, pair in pairs.items() if not _same(*pair)}

    def assumptions(self) -> list[Parameter]:
        """Return the parameters that rest on no publication."""
        return [parameter for parameter in self._parameters.values() if parameter.is_assumption]

    def to_records(self) -> list[dict[str, Any]]:
        """Return one dictionary a parameter, for the manifest and for tables."""
        return [_record(parameter) for parameter in self._parameters.values()]

    @classmethod
    def from_records(
        cls, records: Iterable[Mapping[str, Any]], sites: Collection[str] = ()
    ) -> "ParameterSet":
        """Return the set that `to_records` described."""
        return cls((_from_record(record) for record in records), sites)

    def _find(self, name: str) -> Parameter | None:
        """Return the parameter of a name: as stated, for everywhere, or a variation's own."""
        return self._parameters.get(name) or self._everywhere(name) or self._variation(name)

    def _variation(self, name: str) -> Parameter | None:
        """Return what ``<name>.spread`` or ``<name>.correlation`` means, as a parameter."""
        owner_name, _, trait = name.rpartition(".")
        if trait not in _TRAITS:
            return None
        owner = self._parameters.get(owner_name) or self._everywhere(owner_name)
        if owner is None or owner.varies is None:
            return None
        low, high = _TRAITS[trait]
        value = getattr(owner.varies, trait)
        return Parameter(
            name, value, "1", low, high, owner.source, owner.where, file=owner.file, line=owner.line
        )

    def _take_in_variation(self, new: dict[str, Parameter]) -> None:
        """Turn changed spreads and correlations into changes of the parameters that vary."""
        for name in [name for name in new if name.rpartition(".")[2] in _TRAITS]:
            owner_name, _, trait = name.rpartition(".")
            owner = new.get(owner_name) or self[owner_name]
            if owner.varies is None:
                continue
            value = float(new.pop(name).value)
            varies = replace(owner.varies, **{trait: value})
            new[owner_name] = replace(owner, varies=varies)

    def _everywhere(self, name: str) -> Parameter | None:
        parts = name.split(".")
        for index, part in enumerate(parts):
            if part in self._sites:
                general = ".".join([*parts[:index], EVERYWHERE, *parts[index + 1 :]])
                if general in self._parameters:
                    return replace(self._parameters[general], name=name)
        return None

    def _unknown(self, name: str, where: str) -> ParameterError:
        whose = self._meta.get("cancer") or self._meta.get("model") or "MODEL"
        return ParameterError(
            f"unknown parameter {name}",
            where,
            f"`paget list parameters {whose}` shows every name",
            whats_close(name, self._alike(name)),
        )

    def _alike(self, name: str) -> list[str]:
        """Return the names most like one; those for everywhere also under the name of a site."""
        found: list[str] = []
        for near in closest(name, self._parameters):
            parts = near.split(".")
            if EVERYWHERE in parts and name.count(".") == near.count("."):
                at = parts.index(EVERYWHERE)
                found += (".".join([*parts[:at], s, *parts[at + 1 :]]) for s in self._sites)
            found.append(near)
        return found

    def _kind(self, name: str, wanted: str) -> ParameterError:
        parameter = self[name]
        return ParameterError(
            f"{name} = {parameter.shown}", place(parameter.file, parameter.line), f"is not {wanted}"
        )


def load_parameters(
    path: str | Path, base: ParameterSet | None = None, sites: Collection[str] = ()
) -> ParameterSet:
    """Read a parameter file, on top of `base` where there is one.

    Parameters
    ----------
    path : a TOML file in the form that this module's docstring shows.
    base : the set to start from. A parameter of the file replaces the one of the same name, and
        inherits from it the unit, range and other descriptions that it does not state; its source
        it must state.
    sites : names of sites, for which ``step.everywhere.name`` stands in; added to those of `base`.
    """
    found, meta = read_parameters(Path(path), base or {})
    known = frozenset(sites) | (base.sites if base else frozenset())
    together = {p.name: p for p in base.values()} if base else {}
    together |= {p.name: p for p in found}
    return ParameterSet(together.values(), known, ({**base.meta} if base else {}) | meta)


def _same(first: Parameter | None, second: Parameter | None) -> bool:
    if first is None or second is None:
        return first is second
    if first.unit != second.unit and first.unit and second.unit:
        return same_dimension(first.unit, second.unit) and first.canonical == second.canonical
    if first.varies != second.varies:
        return False
    return type(first.value) is type(second.value) and first.value == second.value


def _record(parameter: Parameter) -> dict[str, Any]:
    record = asdict(parameter)
    record["choices"] = list(parameter.choices)
    return record


def _from_record(record: Mapping[str, Any]) -> Parameter:
    values = dict(record)
    values["choices"] = tuple(values["choices"])
    values["varies"] = Variation(**values["varies"]) if values["varies"] else None
    values["explore"] = Exploration(**values["explore"]) if values["explore"] else None
    return Parameter(**values)
