"""A comparison in words: few persons, nobody, the same arms; complete reports without a fault."""

import re
from typing import Any

import polars as pl
import pytest

import paget
from paget.report.twins.html import comparison_html
from paget.report.twins.words import (
    caution,
    contrast_text,
    headline,
    interval_text,
    no_trial,
    number_text,
    only_arm_text,
    short_measure,
)

NOTHING_SHED = {
    f"shedding.{route}": False for route in ("blood_route", "lymphatic_route", "serosal_route")
}
AT_95 = {"of": "people", "entry_age": "95 year", "follow_up": "1 year"}
SMALL: dict[str, tuple[Any, Any, dict[str, Any]]] = {
    "one patient": ("colon", "colon-adjuvant", {"patients": 1}),
    "two patients": ("colon-screened", "colon", {"patients": 2}),
    "three patients": ("colon", "colon-standard", {"patients": 3}),
    "nobody gets it": ("colon", "colon-screened", {"people": 20}),
    "the same": ("colon", "colon", {"patients": 5}),
    "the same, nobody": ("colon", "colon", {"people": 5}),
    "one woman": ("breast", "breast-screened", {"people": 1}),
    "no metastasis": (
        {"base": "colon", "change": NOTHING_SHED},
        {"base": "colon-adjuvant", "change": NOTHING_SHED},
        {"patients": 20},
    ),
    "nobody dies of it in one arm": (
        "colon", {"base": "colon", "change": NOTHING_SHED}, {"patients": 20},
    ),
    "both screen": ("colon-screened", "colon-colonoscopy", {"people": 30}),
    "nobody is found": (
        {"base": "colon", "population": AT_95},
        {"base": "colon-screened", "population": AT_95},
        {"people": 30},
    ),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("name", SMALL)
def test_a_small_comparison_is_complete(name: str) -> None:
    one, other, number = SMALL[name]
    trial = paget.compare(one, other, seed=3, **number)
    table = trial.table
    numbers = table.select(pl.col(pl.Float64))
    assert all(numbers[column].drop_nulls().is_finite().all() for column in numbers.columns)
    certain = pl.col("low").is_not_null() & (pl.col("low") == pl.col("high"))
    assert table.filter(certain).is_empty()
    ends = pl.any_horizontal(
        pl.col(f"{x}_low").is_not_null() & (pl.col(f"{x}_low") == pl.col(f"{x}_high")) for x in "ab"
    )
    assert table.filter(ends).is_empty()
    page = comparison_html(trial)
    assert not re.search(r">[^<]*\b(nan|inf|None)\b[^<]*<", page)
    told = headline(trial)
    if "nobody gets it" in name:
        assert told.startswith("Of 20 virtual people nobody gets the cancer in either arm")
        assert "at most 168" in told
    if "the same" in name:
        assert "The two arms say the same" in page


class Compared:
    """What words need of a comparison."""

    def __init__(self, n: int, *screens: bool) -> None:
        self.differences = tuple(("x", "1", "2") for _ in range(n))
        self.a, self.b = (type("Arm", (), {"screens": is_so})() for is_so in screens or (0, 0))


def test_a_warning_where_more_than_one_thing_differs() -> None:
    assert caution(Compared(1)) == ""
    assert "differ in 3 things" in caution(Compared(3))
    assert "say the same" in caution(Compared(0))
    assert no_trial(Compared(1)) == ""


ROW = {
    "measure": "death from the cancer", "unit": "per 1,000 people", "contrast": "difference",
    "estimate": -2.0, "low": -3.0, "high": 0.5, "interval": "exact", "b": 1.0, "a": 3.0,
    "a_low": 0.1, "a_high": 9.0, "b_low": None, "b_high": None, "differ": 2.0,
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({}, "\u22123 to 0.5*"),
        ({"interval": "bootstrap"}, "\u22123 to 0.5"),
        ({"high": None, "low": 0.2}, "above 0.2*"),
        ({"low": None, "high": None, "interval": "none: few differ"}, "few differ"),
        ({"low": None, "high": None, "interval": ""}, ""),
    ],
)
def test_intervals_as_texts(change: dict[str, Any], text: str) -> None:
    assert interval_text(ROW | change) == text


def test_numbers_and_names_as_texts() -> None:
    assert number_text(float("nan")) == number_text(None) == "–"
    assert contrast_text(ROW) == "\u22122"
    assert only_arm_text(ROW) == ""
    assert only_arm_text(ROW | {"estimate": None}) == "A: 0.1 to 9"
    assert (
        short_measure({"measure": "alive after 5 years", "unit": "%"}) == "alive after 5 years [%]"
    )
