"""Units: known values, round trips, and words that are refused."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paget.core.errors import UnitError
from paget.core.units import (
    canonical_unit,
    convert,
    format_quantity,
    from_canonical,
    parse_quantity,
    same_dimension,
    spoken,
    tidy,
    to_canonical,
)

# unit, canonical unit, exact factor
KNOWN = [
    ("1", "1", 1.0),
    ("percent", "1", 0.01),
    ("%", "1", 0.01),
    ("fraction", "1", 1.0),
    ("mm", "um", 1e3),
    ("cm", "um", 1e4),
    ("µm", "um", 1.0),
    ("μm", "um", 1.0),
    ("hour", "day", 1 / 24),
    ("month", "day", 365.25 / 12),
    ("year", "day", 365.25),
    ("1/year", "1/day", 1 / 365.25),
    ("/year", "1/day", 1 / 365.25),
    ("cells", "cell", 1.0),
    ("mm^3", "mL", 1e-3),
    ("mm3", "mL", 1e-3),
    ("cm^3", "mL", 1.0),
    ("L", "mL", 1e3),
    ("L/min", "mL/day", 1.44e6),
    ("cell/mm^3", "cell/mL", 1e3),
    ("cells per day", "cell/day", 1.0),
    ("1/mm^3", "1/mL", 1e3),
    ("mm^2/s", "um^2/day", 8.64e10),
    ("cGy", "Gy", 0.01),
    ("1/Gy^2", "1/Gy^2", 1.0),
    ("kPa", "mmHg", 1000 / 133.322387415),
    ("kg", "g", 1e3),
    ("nmol/L", "nmol/mL", 1e-3),
    ("1/(cell day)", "1/(cell*day)", 1.0),
]
UNITS = [unit for unit, _, _ in KNOWN]
REFUSED = [
    "",
    "parsec",
    "yaer",
    "1e6 cell",
    "2 day",
    "9**9**9**9",
    "day//",
    "(",
    "cell^99",
    "1/0",
    "a" * 79 + "!",
    "day " * 40,
    "__import__('os')",
]
numbers = st.floats(allow_nan=False, allow_infinity=False, min_value=-1e100, max_value=1e100)


@pytest.mark.parametrize(("unit", "canonical", "factor"), KNOWN)
def test_known_units(unit: str, canonical: str, factor: float) -> None:
    assert canonical_unit(unit) == canonical
    assert to_canonical(1.0, unit) == pytest.approx(factor, rel=1e-15)


@pytest.mark.parametrize("unit", UNITS)
def test_the_canonical_unit_is_its_own(unit: str) -> None:
    assert to_canonical(1.0, canonical_unit(unit)) == 1.0
    assert canonical_unit(canonical_unit(unit)) == canonical_unit(unit)
    assert same_dimension(unit, canonical_unit(unit))


@given(value=numbers, unit=st.sampled_from(UNITS))
def test_there_and_back(value: float, unit: str) -> None:
    there = to_canonical(value, unit)
    assert from_canonical(there, unit) == pytest.approx(value, rel=1e-14, abs=1e-300)
    assert convert(there, canonical_unit(unit), unit) == pytest.approx(value, rel=1e-14, abs=1e-300)


@given(value=numbers, unit=st.sampled_from(UNITS))
def test_a_written_quantity_reads_back(value: float, unit: str) -> None:
    number, found = parse_quantity(f"{value!r} {spoken(unit)}")
    assert number == value
    assert same_dimension(found or "1", unit)
    assert to_canonical(number, found or "1") == pytest.approx(to_canonical(value, unit), rel=1e-14)


@pytest.mark.parametrize("unit", REFUSED)
def test_refused_units(unit: str) -> None:
    started = time.perf_counter()
    with pytest.raises(UnitError, match="not known"):
        canonical_unit(unit)
    assert time.perf_counter() - started < 1  # no text may keep the parser busy


def test_a_misspelt_unit_names_the_closest() -> None:
    with pytest.raises(UnitError) as caught:
        to_canonical(1.0, "1/yaer")
    assert "year" in caught.value.remedy


@pytest.mark.parametrize(
    ("text", "number", "unit"),
    [
        ("0.5 /year", 0.5, "1/year"),
        ("12 day", 12.0, "day"),
        ("3e5 cell/mm^3", 3e5, "cell/mm^3"),
        ("50%", 50.0, "percent"),
        ("1_000 cells", 1000.0, "cells"),
        ("-.5", -0.5, ""),
        ("5 1/year", 5.0, "1/year"),
    ],
)
def test_quantities(text: str, number: float, unit: str) -> None:
    assert parse_quantity(text) == (number, unit)


@pytest.mark.parametrize("text", ["", "abc", "inf day", "1e999 day", "1__0 day", "nan", "0.5 foo"])
def test_refused_quantities(text: str) -> None:
    with pytest.raises(UnitError):
        parse_quantity(text)


def test_dimensions_differ() -> None:
    assert not same_dimension("1/day", "cell/day")
    assert not same_dimension("Gy", "mm^2/s^2")
    with pytest.raises(UnitError, match="same dimension"):
        convert(1.0, "day", "mm")


def test_spelling() -> None:
    assert tidy(" /year ") == "1/year"
    assert format_quantity(0.5, "1/year") == "0.5 /year"
    assert format_quantity(3e5, "cell/mm^3") == "300000 cell/mm^3"
    assert format_quantity(1.0, "1") == "1"
