"""One parameter: a value with its unit, range, source, and how it may vary.

Public names: `Parameter`, `Variation`, `Exploration`, `Value`.
"""

import math
import re
from dataclasses import dataclass
from numbers import Real
from typing import Final

from paget.core.arguments import plain, shown
from paget.core.errors import ParameterError, UnitError, closest, place
from paget.core.units import (
    canonical_unit,
    convert,
    format_quantity,
    parse_quantity,
    same_dimension,
    spoken,
    to_canonical,
)

Value = float | bool | str

ASSUMPTION: Final = "assumption"
MECHANISM: Final = "mechanism"  # the source of a switch: a step of the model that may be turned off
_LONGEST: Final = 80  # letters of a value in a message
_ROUNDING: Final = 1e-12  # relative error of a conversion that may not push a value out of range
_KEY: Final = re.compile(r"[A-Za-z0-9_:.+-]+")
_YES: Final = ("true", "on", "yes")
_NO: Final = ("false", "off", "no")


@dataclass(frozen=True, slots=True)
class Variation:
    """How a parameter varies between patients."""

    law: str
    """The law: ``lognormal``, ``normal``, ``gamma``, ``two-class``, ..."""
    spread: float
    """Its spread: the SD of the logarithm for ``lognormal``, else as the law says."""
    with_: str | None = None
    """The parameter with which it is correlated."""
    correlation: float = 0.0
    """That correlation [1]."""


@dataclass(frozen=True, slots=True)
class Exploration:
    """What calibration and sensitivity may explore, in the parameter's own unit."""

    low: float
    high: float
    law: str = "uniform"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One value with its unit, range, source and place in a file."""

    name: str
    value: Value
    unit: str = ""
    low: float | None = None
    """The least value allowed, in `unit`; None where there is no bound."""
    high: float | None = None
    """The greatest value allowed, in `unit`; None where there is no bound."""
    source: str = ""
    where: str = ""
    note: str = ""
    varies: Variation | None = None
    explore: Exploration | None = None
    choices: tuple[str, ...] = ()
    file: str = ""
    line: int = 0

    @property
    def canonical(self) -> float:
        """Return the number in the canonical unit of its dimension."""
        if isinstance(self.value, bool | str):
            kind = "a switch" if isinstance(self.value, bool) else "a word"
            raise ParameterError(
                f"{self.name} is {kind}, not a number", place(self.file, self.line)
            )
        return to_canonical(self.value, self.unit)

    @property
    def canonical_unit(self) -> str:
        """Return the canonical unit of a number, nothing for a switch or a word."""
        return canonical_unit(self.unit) if self.unit else ""

    @property
    def is_assumption(self) -> bool:
        """Tell whether the value rests on no publication, and says so."""
        return self.source.startswith(ASSUMPTION)

    @property
    def cited(self) -> tuple[str, ...]:
        """Return the keys of the publications that the value rests on.

        A source is a key, several keys parted by commas or semicolons, or words (``assumption``,
        ``fitted to the stage table``), which cite nothing.
        """
        if self.is_assumption or self.source == MECHANISM:
            return ()
        words = (word.strip() for word in re.split("[,;]", self.source))
        return tuple(word for word in words if _KEY.fullmatch(word))

    @property
    def shown(self) -> str:
        """Return the value as people write it: ``0.34 /year``, ``on``, ``gompertz``."""
        if isinstance(self.value, bool):
            return "on" if self.value else "off"
        return self.value if isinstance(self.value, str) else format_quantity(self.value, self.unit)

    @property
    def allowed(self) -> str:
        """Return what the value may be, as words with the source."""
        if isinstance(self.value, bool):
            return "must be true or false"
        if isinstance(self.value, str):
            return f"must be one of {', '.join(self.choices)}"
        low, high = self._bounds()
        unit = spoken(self.unit)
        if math.isinf(low) and math.isinf(high):
            return f"must be a number {unit}".rstrip()
        if math.isinf(high):
            bounds = f"must be at least {format_quantity(low, self.unit)}"
        elif math.isinf(low):
            bounds = f"must be at most {format_quantity(high, self.unit)}"
        else:
            bounds = f"must be between {low:.10g} and {format_quantity(high, self.unit)}"
        return f"{bounds} (source {self.source})" if self.source else bounds

    def lacks_unit(self, given: object) -> bool:
        """Tell whether a finite number was given without the unit that the parameter has."""
        if isinstance(self.value, bool | str) or self.unit in ("", "1"):
            return False
        if isinstance(given, str):
            try:
                number, unit = parse_quantity(given)
            except UnitError:
                return False
            return not unit and math.isfinite(number)
        return isinstance(given, int | float) and not isinstance(given, bool) and given - given == 0

    def with_unit(self, given: object) -> str:
        """Return a number with the unit of the parameter, as a scenario has it: ``0.5 /year``."""
        return f"{given} {spoken(self.unit)}".strip()

    def accepted(self, given: object, where: str) -> Value:
        """Return `given` as a value of this parameter, in its own unit, or say why not."""
        given = plain(given)
        if isinstance(self.value, bool):
            value: Value = self._switch(given, where)
        elif isinstance(self.value, str):
            value = self._word(given, where)
        else:
            value = self._in_range(self._number(given, where), given, where)
        return value

    def _switch(self, given: object, where: str) -> bool:
        word = str(given).lower()
        if word not in _YES + _NO or not isinstance(given, bool | str):
            raise self._refused(given, where)
        return word in _YES

    def _word(self, given: object, where: str) -> str:
        if not isinstance(given, str) or given not in self.choices:
            near = closest(str(given), self.choices, n=1)
            raise self._refused(given, where, f"Did you mean {near[0]}?" if near else "")
        return given

    def _number(self, given: object, where: str) -> float:
        if isinstance(given, str):
            try:
                number, unit = parse_quantity(given)
            except UnitError as error:
                raise UnitError(
                    f"{self.name} = {shown(given)}", where, self.allowed, str(error)
                ) from None
            if unit and not same_dimension(unit, self.unit):
                meant = spoken(self.unit) or "a plain number"
                raise UnitError(
                    f"{self.name} = {format_quantity(number, unit)}",
                    where,
                    f"must be in {meant} or another unit of the same dimension",
                    f"The current value is {self.shown}.",
                )
            return convert(number, unit, self.unit) if unit else number
        if isinstance(given, bool) or not isinstance(given, Real):
            raise self._refused(given, where, "Give a number, or a text such as '0.5 /year'.")
        try:
            return float(given)
        except OverflowError:  # an integer beyond every float
            raise self._refused(str(given)[:20], where) from None

    def _in_range(self, value: float, given: object, where: str) -> float:
        low, high = self._bounds()
        nearest = min(max(value, low), high)
        if math.isfinite(value) and math.isclose(value, nearest, rel_tol=_ROUNDING):
            return nearest
        told = given if isinstance(given, str) else value
        # While a file is read, the refused value is the current one.
        remedy = "" if value == self.value else f"The current value is {self.shown}."
        raise self._refused(told, where, remedy)

    def _bounds(self) -> tuple[float, float]:
        low = -math.inf if self.low is None else self.low
        return low, math.inf if self.high is None else self.high

    def _refused(self, given: object, where: str, remedy: str = "") -> ParameterError:
        text = str(given) if isinstance(given, str) else shown(given)
        if isinstance(given, float):
            text = format_quantity(given, self.unit or "1")
        text = text if len(text) <= _LONGEST else shown(text)
        return ParameterError(f"{self.name} = {text}", where, self.allowed, remedy)
