"""Whom a protocol can meet: programmes and lines for ages and sexes that nobody has are refused."""

import math
from typing import Any

import pytest

from paget.core.errors import ScenarioError
from paget.protocol.compiled import load_protocol
from paget.protocol.reach import Reach, check_reach

PATIENTS = Reach()
PEOPLE = Reach(50.0, 80.0)
OLD = Reach(100.0, 130.0)
KEYS = ("screening.fit.from_age", "screening.fit.to_age", "screening.fit.every", "line.x.if.age")
PLACES = {"protocol": "my.toml line 1", "protocol.line.x": "my.toml line 2"} | {
    f"protocol.{key}": f"my.toml line {line}" for line, key in enumerate(KEYS, 3)
}


def screened(start: float, end: float, every: float = 2.0, test: str = "fit") -> dict[str, Any]:
    """Return a protocol with one programme."""
    ages = {"from_age": f"{start} year", "to_age": f"{end} year", "every": f"{every} year"}
    return {"base": "surgery-only", "screening": {"fit": {"test": test, **ages}}}


def treated(low: float, high: float) -> dict[str, Any]:
    """Return a protocol with one line for some ages."""
    line = {"kind": "systemic", "after": "resection", "drugs": ["folfox"], "cycles": 6}
    who = {"age": [f"{low} year", f"{high} year"]}
    return {"base": "surgery-only", "line": {"x": {**line, "every": "14 day", "if": who}}}


REFUSED: dict[str, tuple[dict[str, Any], Reach, int, str]] = {
    "before entry": (screened(20, 30), PEOPLE, 4, "at 20 to 30 years of age, and people are foll"),
    "ends as people enter": (screened(20, 49.9), PEOPLE, 4, "are followed from 50 to 80 years"),
    "after the end": (screened(80, 90), PEOPLE, 3, "at 80 to 90 years"),
    "no round in between": (screened(40, 89, 45), PEOPLE, 5, "its rounds are at 40 to 85 years"),
    "one round too early": (screened(49, 60, 20), PEOPLE, 5, "its only round is at 49 years"),
    "after the life table": (screened(121, 140), PATIENTS, 3, "nobody lives past 120 years"),
    "people at its end": (screened(120, 125), OLD, 3, "followed from 100 to 120 years"),
    "a line too early": (treated(20, 49), PEOPLE, 6, "for ages from 20 to 49 years, and people"),
    "a line too late": (treated(81, 90), PEOPLE, 6, "for ages from 81 to 90 years"),
    "a line for nobody": (treated(120, 140), PATIENTS, 6, "nobody lives past 120 years"),
}
APPLIES: dict[str, tuple[dict[str, Any], Reach]] = {
    "in between": (screened(50, 74), PEOPLE),
    "begun before entry": (screened(41, 51, 10), PEOPLE),
    "a round at entry": (screened(40, 50, 10), PEOPLE),
    "a round before the end": (screened(79.9, 99, 50), PEOPLE),
    "children who will be patients": (screened(0, 10), PATIENTS),
    "the oldest": (screened(119, 130), PATIENTS),
    "a line at entry": (treated(20, 50), PEOPLE),
    "a line before the end": (treated(79.9, 120), PEOPLE),
    "a line for whoever lives": (treated(0, 150), OLD),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_can_never_apply_is_refused_with_its_line(case: str) -> None:
    content, reach, line, words = REFUSED[case]
    with pytest.raises(ScenarioError) as refused:
        check_reach(load_protocol(content, PLACES), reach)
    assert refused.value.where == f"my.toml line {line}"
    assert words in str(refused.value)
    assert "it can never apply" in str(refused.value)


@pytest.mark.parametrize("case", APPLIES)
def test_what_may_apply_is_not(case: str) -> None:
    content, reach = APPLIES[case]
    check_reach(load_protocol(content), reach)


@pytest.mark.parametrize(("test", "who"), [("mammography", "women"), ("psa", "men")])
def test_a_programme_for_a_sex_that_is_not_there(test: str, who: str) -> None:
    protocol = load_protocol(screened(50, 70, test=test))
    for women, men in ((True, True), (who == "women", who == "men")):
        check_reach(protocol, Reach(0.0, math.inf, women, men))
    with pytest.raises(ScenarioError, match=f"it is for {who}, and there are none"):
        check_reach(protocol, Reach(0.0, math.inf, who != "women", who != "men"))
