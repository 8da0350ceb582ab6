"""`verify`: what it shows of checks that stand in for the real ones."""

import sys
from dataclasses import replace
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from paget.cli.main import app
from paget.verify.check import Check, Saboteur

SOUND = Check(
    name="founding",
    law="Kendall 1948",
    statement="P(extinct) = (d/b)^n0",
    engine=0.41,
    theory=0.4096,
    statistic=0.0004,
    limit=0.003,
    draws=400_000,
    false_fail=1e-6,
    detect=0.005,
    passed=True,
    saboteurs=(Saboteur("d × 1.05", 0.05, caught=True),),
)
MISSED = replace(SOUND, name="missed", saboteurs=(Saboteur("d × 1.05", 0.05, caught=False),))
WRONG = replace(SOUND, name="wrong", passed=False)


def give(monkeypatch: pytest.MonkeyPatch, *checks: Check) -> None:
    def verify(names: list[str] | None = None) -> list[Check]:
        return [check for check in checks if names is None or check.name in names]

    monkeypatch.setitem(sys.modules, "paget.verify.catalogue", SimpleNamespace(verify=verify))


def test_verify_says_that_all_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    give(monkeypatch, SOUND)
    result = CliRunner().invoke(app, ["verify"])
    assert result.exit_code == 0, result.output
    for part in ("founding", "Kendall 1948", "(d/b)^n0", "1e-06", "1 of 1", "holds", "5 % wrong"):
        assert part in result.stdout
    assert "All 1 agree with theory, and all 1 saboteurs were caught." in result.stdout


@pytest.mark.parametrize("check", [MISSED, WRONG])
def test_verify_fails_where_one_fails(check: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    give(monkeypatch, SOUND, check)
    result = CliRunner().invoke(app, ["verify"])
    assert result.exit_code == 1
    assert f"1 of 2 failed: {check.name}" in result.stdout
    assert "FAILS" in result.stdout


def test_verify_takes_names(monkeypatch: pytest.MonkeyPatch) -> None:
    give(monkeypatch, SOUND, WRONG)
    assert CliRunner().invoke(app, ["verify", "founding"]).exit_code == 0
