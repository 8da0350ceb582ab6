"""Describe: the laws that are active in a scenario, as equations and sentences with their values.

The wording stands in ``laws.toml``, one entry a law; this module puts the values of a scenario into
it, and says which laws are off and which were switched by the user. Nothing here prints.

Public names: ``describe``, ``Description``, ``ToldLaw``, ``Term``, ``State``, ``terms_of``.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import as_file, files
from typing import Any, Final

from paget.core.parameter import Parameter
from paget.core.parameters import EVERYWHERE, SET_BY_USER, ParameterSet
from paget.core.toml import load_toml
from paget.core.units import spoken
from paget.run.scenario import ScenarioLike, load_scenario, resolve

_BRACES: Final = re.compile(r"\{([^{}]+)\}")
_ANY: Final = "*"
_PLURALS: Final = re.compile(r"^(cell|hour|day|week|month|year)\b")
_SUPERSCRIPTS: Final = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_SMALL, _LARGE = 1e-3, 1e5


class State(Enum):
    """Whether a law acts."""

    ON = "on"
    OFF = "off"
    KNOCKED_OUT = "knocked out"
    """Off because the user switched it off."""
    SWITCHED_ON = "switched on"
    """On because the user switched it on."""

    @property
    def acts(self) -> bool:
        """Tell whether the law acts."""
        return self in {State.ON, State.SWITCHED_ON}


@dataclass(frozen=True, slots=True)
class Term:
    """One parameter of a law: its symbol, its value in its unit, and what that rests on."""

    symbol: str
    parameter: Parameter
    place: str = ""
    """The site or layer to which a value of a list belongs; nothing where it holds everywhere."""
    pattern: str = ""
    """The name of the list, with `*` for the place; else the parameter's own."""

    @property
    def value(self) -> str:
        """Return the value with its unit, as people read it."""
        return _told_value(self.parameter)

    @property
    def varies(self) -> str:
        """Return how the value varies between patients; nothing where it does not."""
        varies = self.parameter.varies
        if varies is None:
            return ""
        told = f"{varies.law} between patients, spread {varies.spread:g}"
        if varies.with_:
            told += f", correlation {varies.correlation:g} with {varies.with_}"
        return told

    @property
    def is_changed(self) -> bool:
        """Tell whether the user set the value."""
        return self.parameter.source == SET_BY_USER

    @property
    def source(self) -> str:
        """Return what the value rests on; for one that the user set, what it was before."""
        if self.is_changed:
            return f"{SET_BY_USER}, {self.parameter.note}"
        return self.parameter.source


@dataclass(frozen=True, slots=True)
class ToldLaw:
    """One law with its values."""

    step: str
    """The step of the cascade, or of the clinic, to which it belongs."""
    file: str
    """Where it is compiled, below the package."""
    title: str
    state: State
    switches: tuple[str, ...]
    """The parameters that switch it."""
    equations: tuple[str, ...]
    sentence: str
    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Description:
    """All laws of a scenario."""

    scenario: str
    cancer: str
    disease: str
    laws: tuple[ToldLaw, ...]
    changed: tuple[Parameter, ...]
    """What the scenario changes of the atlas."""
    n_parameters: int
    n_assumptions: int

    @property
    def active(self) -> tuple[ToldLaw, ...]:
        """Return the laws that act."""
        return tuple(law for law in self.laws if law.state.acts)

    @property
    def off(self) -> tuple[ToldLaw, ...]:
        """Return the laws that are switched off."""
        return tuple(law for law in self.laws if not law.state.acts)


def describe(source: ScenarioLike) -> Description:
    """Return the laws of a scenario, those that are switched off included."""
    scenario = load_scenario(source)
    parameters = resolve(scenario).parameters
    told = (_tell(entry, parameters) for entry in _entries())
    changed = parameters.differences(_atlas(parameters, scenario.cancer))
    return Description(
        scenario=scenario.title,
        cancer=scenario.cancer,
        disease=str(parameters.meta.get("label", scenario.cancer)),
        laws=tuple(law for law in told if law is not None),
        changed=tuple(pair[0] for pair in changed.values() if pair[0] is not None),
        n_parameters=len(parameters),
        n_assumptions=len(parameters.assumptions()),
    )


def _atlas(parameters: ParameterSet, cancer: str) -> ParameterSet:
    """Return the parameters of a cancer as the atlas has them."""
    from paget.atlas.cancers import load_cancer

    return load_cancer(cancer, parameters.sites)


@cache
def _entries() -> Sequence[Mapping[str, Any]]:
    """Return the wording of all laws."""
    with as_file(files("paget.tell") / "laws.toml") as path:
        return tuple(load_toml(path)[0]["law"])


def _tell(entry: Mapping[str, Any], parameters: ParameterSet) -> ToldLaw | None:
    """Return a law with its values; None where another law has been chosen in its place."""
    conditions = entry.get("when", [])
    switches = tuple(_switch_of(condition) for condition in conditions)
    acts = all(_holds(condition, parameters) for condition in conditions)
    if not acts and not all(_is_switch(condition) for condition in conditions):
        return None
    by_user = any(parameters[name].source == SET_BY_USER for name in switches)
    off = State.KNOCKED_OUT if by_user else State.OFF
    on = State.SWITCHED_ON if by_user else State.ON
    return ToldLaw(
        step=entry["step"],
        file=entry["file"],
        title=entry["title"],
        state=on if acts else off,
        switches=switches,
        equations=tuple(entry["equations"]),
        sentence=_BRACES.sub(lambda found: _told_value(parameters[found[1]]), entry["sentence"]),
        terms=tuple(
            term
            for symbol, pattern in entry["terms"].items()
            for term in terms_of(symbol, pattern, parameters)
        ),
    )


def _switch_of(condition: str) -> str:
    return condition.removeprefix("not ").partition(" = ")[0]


def _is_switch(condition: str) -> bool:
    """Tell whether a condition is a step that can be switched off, and no choice between laws."""
    return " = " not in condition and not condition.startswith("not ")


def _holds(condition: str, parameters: ParameterSet) -> bool:
    name, _, word = condition.partition(" = ")
    if word:
        return parameters.choice(name) == word
    if name.startswith("not "):
        return not parameters.flag(name.removeprefix("not "))
    return parameters.flag(name)


def terms_of(symbol: str, pattern: str, parameters: ParameterSet) -> Iterator[Term]:
    """Yield the parameters that a pattern names: that of everywhere first, then those of sites."""
    if _ANY not in pattern:
        yield Term(symbol, parameters[pattern], pattern=pattern)
        return
    names = [name for name in parameters if fnmatchcase(name, pattern)]
    head, _, _ = pattern.partition(_ANY)
    general = f"{head}{EVERYWHERE}"
    for name in sorted(names, key=lambda name: not name.startswith(general)):
        middle = name.removeprefix(head).partition(".")[0]
        yield Term(symbol, parameters[name], "" if middle == EVERYWHERE else middle, pattern)


def _told_value(parameter: Parameter) -> str:
    """Return a value as people read it: ``5×10⁷ cells/day``, ``30 days``, ``on``."""
    value = parameter.value
    if isinstance(value, bool | str):
        return parameter.shown
    unit = re.sub(
        r"\^(\d)", lambda power: power[1].translate(_SUPERSCRIPTS), spoken(parameter.unit)
    )
    if value != 1:
        unit = _PLURALS.sub(r"\1s", unit)
    return f"{_told_number(float(value))} {unit}".rstrip()


def _told_number(x: float) -> str:
    """Return a number with a power of ten where it is very large or small.

    Examples
    --------
    >>> _told_number(5e7), _told_number(0.25), _told_number(1.5e-10)
    ('5×10⁷', '0.25', '1.5×10⁻¹⁰')
    """
    if x == 0 or _SMALL <= abs(x) < _LARGE:
        return f"{x:.6g}"
    digits, _, exponent = f"{x:.5e}".partition("e")
    power = f"10{str(int(exponent)).translate(_SUPERSCRIPTS)}"
    digits = digits.rstrip("0").rstrip(".")
    return power if digits == "1" else f"{digits}×{power}"
