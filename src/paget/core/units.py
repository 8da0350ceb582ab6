"""Units: words at the door, plain numbers inside.

Every quantity that enters Paget carries a unit; it is converted once, to one canonical unit a
dimension, and nothing below `core` has ever seen a unit. Canonical are micrometre (length), day
(time), cell (amount), millilitre (volume: any length cubed), gray (dose), mmHg (pressure), gram
(mass), nanomole (substance); fractions and percentages become plain numbers.

The registry holds the units listed in `DEFINITIONS` and no others, so that a misspelt unit is an
error rather than an astronomical one. Conversion factors are exact fractions until the last step.

Public names: `to_canonical`, `from_canonical`, `convert`, `canonical_unit`, `parse_quantity`,
`format_quantity`, `same_dimension`, `tidy`, `YEAR`.
"""

import math
import re
from fractions import Fraction
from functools import cache
from typing import Any, Final

from paget.core.arguments import shown
from paget.core.errors import UnitError, whats_close

YEAR: Final = 365.25
"""Days in a year: the Julian year, the one of all laws, tables and figures."""

DEFINITIONS: Final = """
nano- = 1e-9 = n-
micro- = 1e-6 = µ- = μ- = u-
milli- = 1e-3 = m-
centi- = 1e-2 = c-
kilo- = 1e3 = k-
fraction = 1
percent = 1/100
metre = [length] = m = meter
day = [time] = d
hour = day/24 = h
minute = hour/60 = min
second = minute/60 = s
week = 7*day
year = 365.25*day = yr
month = year/12
cell = [amount] = _ = cells
litre = metre**3/1000 = L = l = liter
gray = [dose] = Gy
mmHg = [pressure]
pascal = mmHg/133.322387415 = Pa
gram = [mass] = g
mole = [substance] = mol
molar = mole/litre = M
"""

# The canonical unit of each base dimension. Volume has its own rule, in `_canonical`.
CANONICAL: Final = {
    "[length]": "um",
    "[time]": "day",
    "[amount]": "cell",
    "[dose]": "Gy",
    "[pressure]": "mmHg",
    "[mass]": "g",
    "[substance]": "nmol",
}

_NUMBER: Final = re.compile(r"\s*([+-]?(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?)\s*(.*)")
# A unit is names joined by * / ^ and brackets; the only numbers are 1 and small exponents.
_UNIT: Final = re.compile(
    r"(?:[^\W\d_]++|(?<![\w.])1(?![\w.])|(?:\^|\*\*) ?-?\d(?:\.\d)?(?![\w.])|[⁻¹²³]++|[*/() ])++"
)
_POWER: Final = re.compile(r"(m|metre|cell|day)([23])\b")  # mm3 is mm^3
_LONGEST_UNIT: Final = 80


def to_canonical(value: float, unit: str) -> float:
    """Return `value`, given in `unit`, in the canonical unit of its dimension.

    Examples
    --------
    >>> to_canonical(1.0, "week"), to_canonical(50.0, "percent"), to_canonical(3e5, "cell/mm^3")
    (7.0, 0.5, 300000000.0)
    """
    return value * _factor(unit)


def from_canonical(value: float, unit: str) -> float:
    """Return `value`, given in the canonical unit, in `unit`.

    Examples
    --------
    >>> from_canonical(7.0, "week")
    1.0
    """
    return value / _factor(unit)


def convert(value: float, given: str, wanted: str) -> float:
    """Return `value`, given in one unit, in another of the same dimension.

    Examples
    --------
    >>> convert(1.0, "year", "day")
    365.25
    """
    if not same_dimension(given, wanted):
        raise UnitError(
            f"{format_quantity(value, given)}",
            allowed=f"must be in {wanted} or another unit of the same dimension",
        )
    return value if given == wanted else float(value * _ratio(given, wanted))


def canonical_unit(unit: str) -> str:
    """Return the canonical unit of the dimension of `unit`.

    Examples
    --------
    >>> canonical_unit("1/year"), canonical_unit("cell/mm^3"), canonical_unit("percent")
    ('1/day', 'cell/mL', '1')
    """
    dimension = dict(_dimension(unit))
    cube = dimension.get("[length]")
    names = CANONICAL
    if cube in (3, -3):
        dimension["[length]"] = Fraction(cube, 3)
        names = CANONICAL | {"[length]": "mL"}
    above = [_power(names[d], e) for d, e in sorted(dimension.items()) if e > 0]
    below = [_power(names[d], -e) for d, e in sorted(dimension.items()) if e < 0]
    joined = "*".join(above) or "1"
    if not below:
        return joined
    return f"{joined}/{below[0]}" if len(below) == 1 else f"{joined}/({'*'.join(below)})"


def same_dimension(first: str, second: str) -> bool:
    """Tell whether two units measure the same thing.

    Examples
    --------
    >>> same_dimension("1/year", "1/day"), same_dimension("mL", "mm^3"), same_dimension("mm", "day")
    (True, True, False)
    """
    return _dimension(first) == _dimension(second)


def parse_quantity(text: object) -> tuple[float, str]:
    """Split ``"0.5 /year"`` into the number 0.5 and the unit ``1/year``.

    The unit is empty where the text is a bare number; it is checked to be known.

    Examples
    --------
    >>> parse_quantity("0.5 /year"), parse_quantity("80%"), parse_quantity("12")
    ((0.5, '1/year'), (80.0, 'percent'), (12.0, ''))
    """
    found = _NUMBER.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        raise UnitError(
            shown(text), allowed="must be a number and a unit, such as '0.5 /year' or '12 day'"
        )
    try:
        number = float(found[1])
    except ValueError:  # a misplaced underscore
        raise UnitError(shown(text), allowed="is not a number") from None
    if not math.isfinite(number):
        raise UnitError(shown(text), allowed="must be a finite number")
    unit = tidy(found[2])
    if unit:
        _dimension(unit)
    return number, unit


def tidy(unit: str) -> str:
    """Return `unit` in the house's spelling: ``/year`` is ``1/year``, ``mm3`` is ``mm^3``."""
    text = _POWER.sub(r"\1^\2", unit.strip().replace("%", "percent").replace("·", "*"))
    return f"1{text}" if text.startswith("/") else text


def format_quantity(value: float, unit: str) -> str:
    """Return a quantity as people write it: ``0.5 /year``, ``12 day``, ``0.3``.

    Examples
    --------
    >>> format_quantity(0.5, "1/year"), format_quantity(0.3, "1"), format_quantity(50.0, "percent")
    ('0.5 /year', '0.3', '50 %')
    """
    return f"{value:.10g} {spoken(unit)}".strip()


def spoken(unit: str) -> str:
    """Return a unit as it stands after a number: nothing for ``1``, ``/year`` for ``1/year``."""
    name = tidy(unit)
    if name == "1":
        return ""
    return "%" if name == "percent" else name.removeprefix("1") if name.startswith("1/") else name


def _power(name: str, exponent: Fraction) -> str:
    if exponent == 1:
        return name
    return f"{name}^{exponent}" if exponent.denominator == 1 else f"{name}^{float(exponent):g}"


@cache
def _registry() -> Any:
    import pint  # here: a quarter of a second that only a loader should pay

    make: Any = pint.UnitRegistry  # its types allow no empty registry and no fractions
    registry = make(None, non_int_type=Fraction)
    registry.load_definitions(DEFINITIONS.strip().splitlines())
    return registry


@cache
def _analysed(unit: str) -> tuple[Fraction | float, tuple[tuple[str, Fraction], ...]]:
    """Return the size of a unit in base units, and its dimension."""
    text = tidy(unit)
    if not text or len(text) > _LONGEST_UNIT or _UNIT.fullmatch(text) is None:
        raise _unknown(unit)
    try:
        quantity: Any = _registry().parse_expression(text)
        if not hasattr(quantity, "dimensionality"):  # "1", "1/1": plain numbers
            return Fraction(quantity), ()
        size: Any = quantity.to_root_units().magnitude
        dimension = {
            str(d): Fraction(e).limit_denominator(10) for d, e in quantity.dimensionality.items()
        }
    except Exception as error:  # pint raises many kinds; each means that the unit is not understood
        raise _unknown(unit) from error
    return size, tuple(sorted(dimension.items()))


def _dimension(unit: str) -> tuple[tuple[str, Fraction], ...]:
    return _analysed(unit)[1]


@cache
def _factor(unit: str) -> float:
    return float(_ratio(unit, canonical_unit(unit)))


@cache
def _ratio(given: str, wanted: str) -> float:
    return float(_analysed(given)[0] / _analysed(wanted)[0])


def _unknown(unit: str) -> UnitError:
    names = [
        name.strip()
        for line in DEFINITIONS.strip().splitlines()
        if "- =" not in line
        for name in line.split("=")
        if name.strip().isalpha()
    ]
    name = next((word for word in re.findall(r"[^\W\d_]+", unit) if word not in names), unit)
    return UnitError(
        f"unit {shown(unit)} is not known",
        allowed=f"units are {', '.join(names)}, with the prefixes n, u, m, c, k,"
        " joined by * / ^ as in cell/mm^3",
        remedy=whats_close(name, names),
    )
