"""The parts of which commands are made: options, progress, bars of text, headlines."""

from collections.abc import Mapping
from types import SimpleNamespace

import polars as pl
import pytest

from paget.cli.options import parse_changes
from paget.cli.progress import LivesProgress
from paget.cli.timeline import Window, lesion_bar, moment_line
from paget.core.errors import ScenarioError
from paget.report.lives.headlines import headlines

LESION = {
    "kind": "distant",
    "fate": "removed",
    "founded_day": 0.0,
    "asleep_until_day": 30.0,
    "switch_day": 50.0,
    "detected_day": 80.0,
    "fate_day": 90.0,
    "diameter_mm_at_fate": 9.0,
}


def test_changes_are_parted_at_the_first_equals_sign() -> None:
    given = ['a.b="0.5 /year"', " c = d=e "]
    assert parse_changes(given) == {"a.b": '"0.5 /year"', "c": "d=e"}
    assert parse_changes(None) == {}


@pytest.mark.parametrize("text", ["a", "a=", "=b", "="])
def test_changes_without_a_name_or_a_value_are_refused(text: str) -> None:
    with pytest.raises(ScenarioError, match="name=value"):
        parse_changes([text])


def test_a_lesion_is_drawn_phase_by_phase() -> None:
    assert lesion_bar(LESION, Window(0.0, 100.0, 20)) == "······────━━━━━━○━×"


def test_a_lesion_before_the_window_is_cut_off() -> None:
    row = {**LESION, "detected_day": None, "fate": "alive", "fate_day": 100.0}
    assert lesion_bar(row, Window(60.0, 100.0, 8)) == "━━━━━━━━"


def test_moments_on_one_day_stand_beside_each_other() -> None:
    days: Mapping[str, float | None] = {
        "diagnosis_day": 50.0,
        "surgery_day": 50.0,
        "recurrence_day": None,
        "death_day": 100.0,
    }
    assert moment_line(days, Window(0.0, 100.0, 10)) == "     DS  †"


def test_progress_is_silent_until_the_run_has_begun(capfd: pytest.CaptureFixture[str]) -> None:
    begun: list[str] = []
    with LivesProgress(lambda: begun.append("begun")) as progress:
        assert not begun
        progress.update(0, 100)
        assert begun == ["begun"]
        progress.update(0, 100)
        progress.update(100, 100)
    assert begun == ["begun"]
    assert capfd.readouterr().err == ""  # too quick for a line in a pipe


def cohort(horizon: float = 3652.5) -> SimpleNamespace:
    """Return four virtual patients: two found, of whom one died within five years."""
    patients = pl.DataFrame(
        {
            "diagnosis_day": [100.0, 200.0, None, None],
            "death_day": [300.0, 5000.0, 50.0, 60.0],
            "clinical_m": [1, 0, None, None],
            "true_m": [1, 1, None, None],
            "stage_pathological": [None, "IIIB", None, None],
            "stage_clinical": ["IV", "IIA", None, None],
        }
    )
    return SimpleNamespace(patients=patients, scenario=SimpleNamespace(horizon_days=horizon))


def test_headlines_count_those_found() -> None:
    counts = {line.name: (line.count, line.n) for line in headlines(cohort())}
    assert counts == {
        "found during life": (2, 4),
        "stage I": (0, 2),
        "stage II": (0, 2),
        "stage III": (1, 2),
        "stage IV": (1, 2),
        "metastases seen at diagnosis": (1, 2),
        "metastases there, seen or not": (2, 2),
        "alive 5 years after diagnosis": (1, 2),
    }


def test_survival_is_left_out_where_follow_up_is_short() -> None:
    names = [line.name for line in headlines(cohort(horizon=400.0))]
    assert "alive 5 years after diagnosis" not in names


def test_shares_of_nobody_are_unknown() -> None:
    nobody = cohort()
    nobody.patients = nobody.patients.filter(pl.col("diagnosis_day").is_null())
    line = headlines(nobody)[1]
    assert line.share is None
    assert line.interval == (0.0, 1.0)
