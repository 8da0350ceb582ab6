"""Shards: the tables of consecutive lives agree with each other, and lose nothing."""

from typing import Any

import pytest

from paget.clinic.records import MAX_NOTES
from paget.core.errors import ScenarioError
from paget.run.scenario import known_scenarios
from tests.coherence import check, tables_of

SOME = ("colon-standard", "colon-follow-up", "rectum-standard", "breast-screened")


@pytest.mark.parametrize("scenario", SOME)
def test_tables_agree_with_each_other(scenario: str) -> None:
    check(tables_of(scenario, 1000))


@pytest.mark.science
@pytest.mark.slow
@pytest.mark.parametrize("scenario", known_scenarios())
def test_all_tables_agree_with_each_other(scenario: str) -> None:
    check(tables_of(scenario, 20_000, seed=77))


def watched(n_tests: int, every: str) -> dict[str, Any]:
    """Return a scenario in which many tests follow a patient at one interval for thirty years."""
    tests = ("ct", "pet_ct", "mri", "ultrasound", "bone_scan")[:n_tests]
    rows = [{"test": test, "every": every, "until": "30 year"} for test in tests]
    return {"cancer": "colon", "protocol": {"base": "surgery-only", "follow": rows}}


@pytest.mark.science  # a larger scratch is compiled anew
@pytest.mark.slow
def test_a_life_with_many_tests_has_a_row_of_each() -> None:
    """Five tests every seven weeks fill the notes of a life in twenty-seven years."""
    tables = tables_of(watched(5, "7 week"), 400)
    assert tables["patients"]["n_tests"].max() > MAX_NOTES  # pyright: ignore[reportOperatorIssue]
    check(tables)


def test_a_life_with_more_tests_than_there_is_room_for_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("paget.engine.lives.MOST_ROOM", 0)
    with pytest.raises(ScenarioError, match=f"more than {MAX_NOTES:,} tests and treatments"):
        tables_of(watched(5, "7 week"), 400)
