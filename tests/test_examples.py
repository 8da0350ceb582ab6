"""The scripts of `examples/` run, each on a few virtual patients."""

import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest

EXAMPLES: Final = Path(__file__).parents[1] / "examples"
FEW: Final[dict[str, dict[str, Any]]] = {
    "first_cohort": {"patients": 40},
    "knock_out": {"patients": 20},
    "one_life": {"patients": 100, "picture": Path("life.svg")},
}


def test_every_example_is_run() -> None:
    assert {path.stem for path in EXAMPLES.glob("*.py")} == set(FEW)


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
