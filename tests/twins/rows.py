"""Joined rows of twins written by hand, and what stands in for a model."""

from types import SimpleNamespace
from typing import Any, Final

import polars as pl

from paget.core.units import YEAR
from paget.twins.lives import COURSE, WHO

MODEL: Final[Any] = SimpleNamespace(parameters=SimpleNamespace(meta={"label": "colon cancer"}))
_WORDS: Final = {"sex", "subtype", "detection", "intent", "cause_of_death", "stage"}
_TYPES: Final[dict[str, Any]] = {
    "patient": pl.Int64,
    **{name: pl.String if name in _WORDS else pl.Float64 for name in WHO},
    **{
        f"{name}_{x}": pl.String if name in _WORDS else pl.Float64
        for x in "ab"
        for name in (*COURSE, "stage")
    },
}


def twins(*persons: dict[str, Any]) -> pl.DataFrame:
    """Return joined rows; days are given in years, what is not given did not happen."""
    rows: list[dict[str, Any]] = []
    for number, person in enumerate(persons):
        row: dict[str, Any] = {"patient": number, "n_tests_a": 0, "n_tests_b": 0}
        row |= {"n_false_positives_a": 0, "n_false_positives_b": 0}
        for name, value in person.items():
            row[name] = value * YEAR if "_day" in name and value is not None else value
        rows.append(row)
    return pl.DataFrame(rows, _TYPES)
