"""Calibration: Gauss-Newton on a model whose answer is known."""

import math
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from paget.atlas.anatomy import load_body_map
from paget.atlas.cancers import load_cancer
from paget.core.errors import ConvergenceError, ScenarioError
from paget.fit.calibrate import SOFT, Knob, calibrate, load_knobs, softened, to_values
from paget.fit.fitting import (
    as_toml,
    certainty,
    factor_of,
    fitted_cancers,
    knobs_of,
    own_changes,
    position_of,
)
from paget.fit.validate import targets
from paget.run.scenario import load_scenario

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


def test_softened_residuals_are_the_same_near_and_logarithmic_far() -> None:
    near, far = np.array([-0.2, 0.0, 0.2]), np.array([50.0, 5000.0])
    assert softened(near, SOFT) == pytest.approx(near, rel=0.01)
    assert float(np.diff(softened(far, SOFT))[0]) == pytest.approx(SOFT * np.log(100.0), rel=1e-3)
    assert softened(far, math.inf) is far


def test_rows_that_exclude_each_other_bend_no_third_one() -> None:
    """Nine rows want a = 2, one wants a = 4 and can be had only at their cost."""

    def looks(values: Mapping[str, float]) -> npt.NDArray[np.float64]:
        return np.append(np.full(9, values["a"] - 2.0), 5.0 * (values["a"] - 4.0))

    least_squares = calibrate((A,), looks, steps=30).values["a"]
    soft = calibrate((A,), lambda v: softened(looks(v), 0.5), steps=30).values["a"]
    assert least_squares > 3.0
    assert soft < 2.6


def test_what_few_lives_tell_counts_less() -> None:
    row = targets("breast")[0]
    assert not row.is_factor
    half = 0.5 * row.tolerance
    assert certainty(row, 0.0) == certainty(row, math.nan) == 1.0
    assert certainty(row, half) == pytest.approx(math.sqrt(0.5))
    assert certainty(row, 10.0 * half) == pytest.approx(0.1, rel=0.01)


def test_a_cohort_has_a_factor_of_its_own() -> None:
    """What a knob of one cohort sets there follows what the fit sets for all."""
    knobs = knobs_of("breast")
    parameters = load_cancer("breast", frozenset(load_body_map().site_names))
    rotterdam = {knob.name: knob for knob in knobs if knob.cohort}
    assert {knob.cohort for knob in rotterdam.values()} == {"breast, Rotterdam"}
    own = load_scenario("breast-rotterdam").change
    for knob in rotterdam.values():
        factor = factor_of(knob, parameters)
        for name in knob.names:  # the scenario holds the same factor for all receptor groups
            assert own[name] == pytest.approx(factor * parameters.real(name), rel=0.02)
    values = to_values(knobs, np.zeros(len(knobs)))
    assert values["rotterdam.nodes.viability"] == 1.0
    values |= {"nodes.viability": 1e-8, "rotterdam.nodes.viability": 3.0}
    there = own_changes(knobs, values, parameters)["breast, Rotterdam"]
    assert there["nodes.viability"] == pytest.approx(3e-8)
    assert there["arrest.viability"] == pytest.approx(values["arrest.viability"])
    x = np.random.default_rng(1).normal(0.0, 1.0, len(knobs))
    assert position_of(knobs, to_values(knobs, x)) == pytest.approx(x)


@pytest.mark.parametrize("cancer", fitted_cancers())
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
