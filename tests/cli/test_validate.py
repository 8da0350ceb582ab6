"""`validate`: the model beside published figures, of many lives and of few."""

from typing import Any

import polars as pl
import pytest
from typer.testing import CliRunner

from paget.cli.main import app
from paget.fit.validate import FIT_COLUMNS

ROW: dict[str, Any] = {
    "cancer": "colon",
    "quantity": "size",
    "group": "> 60 mm",
    "published": 18.0,
    "tolerance": 3.0,
    "unit": "% of patients",
    "model": 17.2,
    "error": 0.21,
    "within": True,
    "is_factor": False,
    "kind": "target",
    "confirmed": True,
    "source": "ncdb2015",
    "note": "",
}
MISFIT = {**ROW, "group": "<= 20 mm", "model": 30.0, "within": False}
UNTOLD = {**ROW, "group": "20-40 mm", "model": None, "error": None, "within": None}


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Let a table of three rows stand in for the real one; return what it is asked for."""
    asked: list[object] = []

    def fit_table(*arguments: object) -> pl.DataFrame:
        asked.extend(arguments)
        return pl.DataFrame([ROW, MISFIT, UNTOLD], FIT_COLUMNS)

    monkeypatch.setattr("paget.fit.validate.fit_table", fit_table)
    return asked


def test_validate_shows_the_model_beside_what_was_published(told: list[object]) -> None:
    result = CliRunner().invoke(app, ["validate", "colon", "--patients", "9", "--seed", "4"])
    assert result.exit_code == 0, result.output
    assert told == ["colon", 9, 4, {}]
    assert "size: > 60 mm" in result.stdout
    assert "17.2 ± 0.21" in result.stdout
    assert "within" in result.stdout
    assert "MISFIT" in result.stdout
    text = " ".join(result.stdout.split())
    assert "1 of 2 confirmed targets (50 %) lie within tolerance; 3 rows in all." in text
    assert "1 row concerns nobody among so few" in text


@pytest.mark.parametrize(("patients", "code"), [("4999", 0), ("5000", 1)])
def test_misfits_set_the_exit_code_where_enough_were_lived(
    told: list[object], patients: str, code: int
) -> None:
    result = CliRunner().invoke(app, ["validate", "colon", "--patients", patients])
    assert result.exit_code == code, result.output
    assert told


FEW = [
    ["breast", "--patients", "1"],
    ["pancreas", "--patients", "2"],
    ["colon", "--patients", "3"],
    ["rectum", "--patients", "1"],
    ["colon", "--patients", "40", "--set", "onset.male_share=1"],
    ["colon", "--patients", "40", "--set", "arrest.viability=0", "--set", "nodes.viability=0"],
    ["colon", "--patients", "40", "--set", "growth.doubling_time=2000 day"],
]


@pytest.mark.parametrize("arguments", FEW, ids=" ".join)
def test_few_and_odd_cohorts_get_a_whole_answer(arguments: list[str]) -> None:
    result = CliRunner().invoke(app, ["validate", *arguments, "--seed", "4"])
    assert result.exit_code == 0, result.output
    assert "confirmed targets" in result.stdout
    for wrong in ("nan", "inf ", "None"):
        assert wrong not in result.output


def test_validate_refuses_a_wrong_change() -> None:
    result = CliRunner().invoke(app, ["validate", "colon", "--set", "growth.laww=power"])
    assert result.exit_code == 2
    assert "unknown parameter growth.laww in --set" in result.stderr


def test_validate_says_where_nothing_was_published(monkeypatch: pytest.MonkeyPatch) -> None:
    def targets(_: str) -> tuple[()]:
        return ()

    monkeypatch.setattr("paget.fit.validate.targets", targets)
    result = CliRunner().invoke(app, ["validate", "rectum"])
    assert result.exit_code == 2
    assert "no published figures for rectum" in result.stderr
