"""Which interval an estimate has: drawn, exact, or none and why; on rows written by hand."""

from dataclasses import replace
from typing import Any

import pytest

from paget.core.units import YEAR
from paget.twins.estimates import estimate_table
from paget.twins.limits import (
    combined,
    paired_difference_limits,
    paired_ratio_limits,
    share_limits,
)
from paget.twins.outcomes import Outcomes, outcomes_of
from paget.twins.rest import Expected
from tests.twins.rows import MODEL, twins

CANCER = "colon cancer"
FREE = {"diagnosis_day_a": 1.0, "diagnosis_day_b": 1.0, "stage_a": "II", "stage_b": "II"}
IN_A, IN_B = ({f"death_day_{x}": 3.0, f"cause_of_death_{x}": CANCER} for x in "ab")
DEATHS, RATIO = "death from the cancer", "mortality ratio, death from the cancer"


def compared(both: int, more: int, fewer: int, n: int) -> Outcomes:
    """Return so many who die in both arms, in b alone, in a alone, of n patients."""
    rows = [FREE | IN_A | IN_B] * both + [FREE | IN_B] * more + [FREE | IN_A] * fewer
    rows += [FREE] * (n - both - more - fewer)
    return outcomes_of(twins(*rows), n, 10.0 * YEAR, MODEL, Expected())


def told(outcomes: Outcomes) -> dict[str, dict[str, Any]]:
    return {row["measure"]: row for row in estimate_table(outcomes, 1).iter_rows(named=True)}


def test_eight_deaths_of_twenty_against_none() -> None:
    table = told(compared(0, 0, 8, 20))
    risk, ratio = table[DEATHS], table[RATIO]
    assert (risk["b_low"], risk["b_high"]) == (
        0.0,
        pytest.approx(1000.0 * share_limits(0, 20).high),
    )
    difference = paired_difference_limits(0, 8, 20)
    assert (risk["low"], risk["high"]) == pytest.approx([1000.0 * x for x in difference])
    assert (ratio["low"], ratio["high"]) == pytest.approx(paired_ratio_limits(0, 0, 8))
    assert (risk["interval"], ratio["interval"], risk["differ"]) == ("exact", "exact", 8.0)
    hazard = table["hazard ratio, death from the cancer"]
    assert (hazard["estimate"], hazard["interval"]) == (None, "none: few events")
    needed = table["number needed to treat for one death from the cancer less"]
    assert needed["low"] == pytest.approx(-1.0 / difference.low)


def test_nobody_in_the_first_arm_leaves_a_lower_limit() -> None:
    ratio = told(compared(0, 5, 0, 30))[RATIO]
    assert (ratio["estimate"], ratio["high"]) == (None, None)
    assert ratio["low"] > 0.0


def test_many_deaths_of_which_few_differ_keep_what_twins_gain() -> None:
    table = told(compared(200, 0, 3, 400))
    risk, ratio = table[DEATHS], table[RATIO]
    assert (risk["interval"], ratio["interval"]) == ("exact", "exact")
    assert ratio["high"] - ratio["low"] < 0.05  # of independent people: 0.4
    assert risk["low"] < -7.5 < risk["high"]
    assert risk["a_low"] == pytest.approx(1000.0 * 203 / 400, rel=0.15)
    assert table["hazard ratio, death from the cancer"]["interval"] == "none: few differ"
    assert table["years lived within 10 years"]["interval"] == "none: few differ"


def test_many_who_differ_are_drawn() -> None:
    table = told(compared(30, 30, 60, 300))
    for measure in (DEATHS, RATIO, "hazard ratio, death from the cancer"):
        assert table[measure]["interval"] == "bootstrap", measure
        assert table[measure]["gain"] > 0.0


def test_means_of_few_persons_have_none() -> None:
    years = told(compared(1, 0, 4, 12))["years lived within 10 years"]
    assert (years["low"], years["a_low"]) == (None, None)
    assert years["interval"] == "none: few persons"


def test_nobody_differs() -> None:
    table = told(compared(5, 0, 0, 40))
    assert table[DEATHS]["differ"] == 0.0
    assert table[DEATHS]["low"] < 0.0 < table[DEATHS]["high"]
    assert table["years lived within 10 years"]["interval"] == "none: nobody differs"


def test_stages_of_partly_other_persons_are_two_shares() -> None:
    early = FREE | {"diagnosis_day_b": None, "stage_b": None}
    rows = [early] * 5 + [FREE] * 10 + [FREE | {"stage_a": "IV", "stage_b": "IV"}] * 3
    row = told(outcomes_of(twins(*rows), 18, 10.0 * YEAR, MODEL, Expected()))[
        "stage IV among those found"
    ]
    known = combined(3 / 13, share_limits(3, 13), 3 / 18, share_limits(3, 18))
    assert (row["low"], row["high"]) == pytest.approx([100.0 * x for x in known])


def test_what_is_expected_is_no_event() -> None:
    outcomes = compared(0, 0, 0, 1)
    rest = replace(
        outcomes.rest, n=19, years=25.0, years_squared=700.0, died=0.4, tests=(0.0, 6.0),
        benign=(0.0, 0.1),
    )  # fmt: skip
    table = told(replace(outcomes, rest=rest, persons=20, is_of_people=True))
    removed = table["with a precursor removed that never progresses"]
    assert removed["b"] == pytest.approx(95.0)
    assert removed["differ"] is None
    assert removed["interval"] in ("bootstrap", "none: expected")
    in_situ = told(
        replace(outcomes, rest=replace(rest, in_situ=(0.0, 0.1)), persons=20, is_of_people=True)
    )["precursor treated in situ"]
    assert in_situ["b"] == pytest.approx(95.0)
