"""What the arms are called, and in what they differ."""

from typing import Any

import pytest

from paget.run.scenario import load_scenario, resolve
from paget.twins.arms import arm_names, differences, shared_title
from paget.twins.lives import Arm

NO_LYMPH = {"base": "colon", "change": {"shedding.lymphatic_route": False}}
LATER = {
    "base": "colon-adjuvant",
    "label": "colon cancer, later and less",
    "protocol": {"base": "surgery-only", "line": {"adjuvant": {
        "kind": "systemic", "after": "resection", "drugs": ["folfox"], "delay": "8 week",
        "cycles": 6, "every": "14 day", "if": {"aim": "curative", "n": [1, 3]},
    }}},
}  # fmt: skip


def arm(scenario: Any) -> Arm:
    loaded = load_scenario(scenario, seed=1)
    return Arm(loaded, resolve(loaded), None)


@pytest.mark.parametrize(
    ("one", "other", "names", "n"),
    [
        ("colon", "colon-screened", ("without screening", "screened by FIT"), 1),
        ("colon-screened", "colon", ("screened by FIT", "without screening"), 1),
        ("colon-screened", "colon-colonoscopy", ("screened by FIT", "screened by colonoscopy"), 1),
        (
            "colon",
            "colon-adjuvant",
            ("without adjuvant chemotherapy", "adjuvant chemotherapy"),
            1,
        ),
        ("colon", "colon-standard", ("surgery only", "standard treatment"), 16),
        ("colon", "colon-late-surgery", ("unchanged", "operated on three months later"), 1),
        ("colon", NO_LYMPH, ("shedding.lymphatic_route on", "shedding.lymphatic_route off"), 1),
        ("colon", "colon", ("first", "second"), 0),
        ("colon-adjuvant", LATER, ("adjuvant chemotherapy", "later and less"), 2),
    ],
)
def test_names_and_how_much_differs(one: Any, other: Any, names: tuple[str, str], n: int) -> None:
    a, b = arm(one), arm(other)
    differ = differences(a, b)
    assert arm_names(a, b, differ) == names
    assert len(differ) == n
    assert shared_title(a, b) == "colon cancer"


def test_what_both_have_is_told_entry_by_entry() -> None:
    told = differences(arm("colon-adjuvant"), arm(LATER))
    assert set(told) == {
        ("line.adjuvant.delay", "6 week", "8 week"),
        ("line.adjuvant.cycles", "12", "6"),
    }


def test_a_visit_that_a_list_drops_is_told() -> None:
    """A list of follow-up takes the place of the whole list below it: the marker goes with it."""
    told = {
        what: (a, b) for what, a, b in differences(arm("colon-standard"), arm("colon-follow-up"))
    }
    assert told["follow.ct.every"] == ("1 year", "3 month")
    assert told["follow.cea"][1] == "none"


def test_a_parameter_is_told_with_its_unit() -> None:
    other = {"base": "colon", "change": {"dormancy.everywhere.wake_rate": "0.5 /year"}}
    ((what, a, b),) = differences(arm("colon"), arm(other))
    assert what == "dormancy.everywhere.wake_rate"
    assert b == "0.5 /year"
    assert a.endswith("/year")


def test_a_value_that_says_what_stands_there_already_is_no_difference() -> None:
    same = {"base": "colon", "change": {"shedding.lymphatic_route": True}}
    assert differences(arm("colon"), arm(same)) == ()
