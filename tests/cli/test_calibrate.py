"""``paget calibrate``: what it refuses, and one small fit."""

import pytest
from typer.testing import CliRunner

from paget.cli.main import app


def test_a_cancer_without_fit_file_is_refused() -> None:
    result = CliRunner().invoke(app, ["calibrate", "rectum", "--patients", "100"])
    assert result.exit_code == 2
    assert "rectum" in result.stderr


@pytest.mark.slow
def test_prints_a_scenario() -> None:
    result = CliRunner().invoke(app, ["calibrate", "pancreas", "--patients", "600", "--steps", "1"])
    assert result.exit_code == 0, result.stderr
    assert result.stdout.startswith("[change]\n")
    assert '"arrest.viability" = ' in result.stdout
