"""The scripts of `examples/` run, each on a few virtual patients."""

import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest

import paget

EXAMPLES: Final = Path(__file__).parents[1] / "examples"
FEW: Final[dict[str, dict[str, Any]]] = {
    "first_cohort": {"patients": 40},
    "knock_out": {"patients": 20},
    "one_life": {"patients": 100, "picture": Path("life.svg")},
    "trial": {"patients": 300, "report": Path("trial.html")},
}
TRIALS: Final = sorted((EXAMPLES / "trials").glob("*.toml"))


def test_every_example_is_run() -> None:
    assert {path.stem for path in EXAMPLES.glob("*.py")} == set(FEW)


def test_there_is_a_trial_of_each_kind() -> None:
    names = {path.stem for path in TRIALS}
    assert names == {"adjuvant", "surgery-timing", "follow-up", "liver-metastases"}


@pytest.mark.slow
@pytest.mark.parametrize("path", TRIALS, ids=[path.stem for path in TRIALS])
def test_a_trial_is_ten_lines_that_change_something(path: Path) -> None:
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    assert len(lines) <= 10
    assert f"examples/trials/{path.name}" in lines[0]
    trial = paget.compare("colon-standard", path, patients=400, seed=1889)
    assert trial.n_unpaired == 0
    deaths = trial.columns("death_day_a", "death_day_b")
    assert not deaths["death_day_a"].equals(deaths["death_day_b"])


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(FEW))
def test_example_runs(
    name: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    main: Callable[..., None] = runpy.run_path(str(EXAMPLES / f"{name}.py"))["main"]
    main(**FEW[name])
    told = capsys.readouterr().out
    assert "not medical advice" in told
    assert "virtual" in told.lower()
