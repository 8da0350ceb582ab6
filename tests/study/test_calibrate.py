"""Calibration: Gauss-Newton on a model whose answer is known."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from paget.core.errors import ConvergenceError, ScenarioError
from paget.study.calibrate import Knob, calibrate, load_knobs, to_values
from paget.study.fitting import as_toml, knobs_of, position_of

A = Knob("a", 1.0, 0.5, "log", ("a",))
B = Knob("b", 0.0, 2.0, "linear", ("b", "b2"))
IDLE = Knob("idle", 5.0, 1.0, "linear", ("idle",))


def residuals(values: Mapping[str, float]) -> npt.NDArray[np.float64]:
    """Three precise looks at a = 2 and b = -1; ``idle`` is seen by none."""
    a, b = values["a"], values["b"]
    return np.array([(a - 2.0) / 0.01, (a * b + 2.0) / 0.01, (np.sqrt(a) - np.sqrt(2.0)) / 0.01])


def test_finds_what_the_data_say_and_keeps_the_prior_elsewhere() -> None:
    fit = calibrate((A, B, IDLE), residuals, steps=20)
    assert fit.values["a"] == pytest.approx(2.0, abs=0.02)
    assert fit.values["b"] == pytest.approx(-1.0, abs=0.02)
    assert fit.values["b2"] == fit.values["b"]
    assert fit.values["idle"] == pytest.approx(5.0)
    assert fit.history[-1] <= fit.history[0]


def test_says_which_direction_is_not_identified() -> None:
    fit = calibrate((A, B, IDLE), residuals, steps=20)
    assert fit.posterior_sd[2] == pytest.approx(1.0)
    assert np.all(fit.posterior_sd[:2] < 0.1)


def test_a_start_without_value_is_an_error() -> None:
    with pytest.raises(ConvergenceError):
        calibrate((A,), lambda _values: np.array([np.nan]))


def test_access_stays_monotone_wherever_the_search_goes() -> None:
    knobs = knobs_of("colon")
    rng = np.random.default_rng(4)
    for _ in range(50):
        values = to_values(knobs, rng.normal(0.0, 3.0, len(knobs)))
        for vessel in ("blood", "lymph"):
            layers = [values[f"progression.access_{vessel}.layer_{i}"] for i in (1, 2, 3)]
            assert 0.0 <= layers[0] <= layers[1] <= layers[2] <= 1.0


@pytest.mark.parametrize("cancer", ["colon", "pancreas"])
def test_positions_and_values_are_inverse(cancer: str) -> None:
    knobs = knobs_of(cancer)
    x = np.random.default_rng(1).normal(0.0, 1.0, len(knobs))
    assert position_of(knobs, to_values(knobs, x)) == pytest.approx(x)


def test_unknown_scale_and_unknown_cancer_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "fit.toml"
    path.write_text('[parameters]\n"a" = { prior = 1, sd = 1, scale = "cubic" }\n')
    with pytest.raises(ScenarioError, match="cubic"):
        load_knobs(path)
    with pytest.raises(ScenarioError, match="elbow"):
        knobs_of("elbow")


def test_fit_prints_as_a_scenario() -> None:
    text = as_toml(calibrate((A, B), residuals, steps=20))
    assert text.startswith("[change]\n")
    assert '"a" = ' in text
