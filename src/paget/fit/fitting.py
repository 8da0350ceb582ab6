"""Fitting a cancer of the atlas to its published targets.

Joins what the other modules know: ``calibrate`` searches, ``validate`` says what was published and
``atlas/fits`` what may be explored. Quantities without a confirmed source never enter as targets:
the few that do (kind ``consistency``) act as broad priors, with their wide tolerance.

Public names: ``fit_cancer``, ``fitted_cancers``, ``knobs_of``, ``position_of``, ``as_toml``.
"""

import math
from collections.abc import Callable, Mapping
from importlib.resources import as_file, files
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from paget.atlas.anatomy import load_body_map
from paget.atlas.cancers import known_cancers, load_cancer
from paget.core.errors import ScenarioError
from paget.core.parameters import Parameter, ParameterSet
from paget.fit.calibrate import (
    NEXT_LAYER,
    SOFT,
    Fit,
    Knob,
    calibrate,
    clipped,
    load_knobs,
    softened,
)
from paget.fit.validate import (
    COHORTS,
    Target,
    lived_cohorts,
    model_value,
    monte_carlo_error,
    targets,
)
from paget.run.scenario import load_scenario

Floats = npt.NDArray[np.float64]

FITS: Final = files("paget.atlas") / "fits"


def fitted_cancers() -> tuple[str, ...]:
    """Return the cancers of the atlas that have a fit file, in order of their names."""
    return tuple(name for name in known_cancers() if (FITS / f"{name}.toml").is_file())


def knobs_of(cancer: str) -> tuple[Knob, ...]:
    """Return what the fit of a cancer explores."""
    resource = FITS / f"{cancer}.toml"
    if not resource.is_file():
        raise ScenarioError(
            f"calibration of {cancer!r}",
            allowed=f"fit files are there for {', '.join(fitted_cancers())}",
        )
    with as_file(resource) as path:
        return load_knobs(path)


def residual(target: Target, model: float) -> float:
    """Return how far a model's value is from a target, in halves of the tolerance.

    Times compare on the logarithm: doubling times are skewed and their tolerances wide.
    """
    if target.is_factor:
        return math.log(model / target.value) / (0.5 * math.log(target.stated))
    if target.quantity.startswith("doubling time"):
        wide = math.log((target.value + target.tolerance) / target.value)
        return math.log(max(model, 1.0) / target.value) / (0.5 * wide)
    return (model - target.value) / (0.5 * target.tolerance)


def certainty(target: Target, error: float) -> float:
    """Return what a residual counts for: less where few lives tell it.

    ``error`` is the Monte Carlo error of the model's value, which adds to half the tolerance as
    the root of the sum of squares. Rows compared on the logarithm are told of many lives.
    """
    if target.is_factor or target.quantity.startswith("doubling time"):
        return 1.0
    half = 0.5 * target.tolerance
    return half / math.hypot(half, error) if math.isfinite(error) else 1.0


def position_of(knobs: tuple[Knob, ...], values: Mapping[str, float]) -> Floats:
    """Return the positions, in prior SDs, that set ``values``; 0 where a value is missing."""
    priors = {knob.name: knob.prior for knob in knobs}
    return np.array([_position(knob, values, priors) for knob in knobs])


def _position(knob: Knob, values: Mapping[str, float], priors: Mapping[str, float]) -> float:
    value = values.get(knob.name if knob.cohort else knob.names[0])
    if value is None:
        return 0.0
    if knob.scale == "linear":
        return (value - knob.prior) / knob.sd
    if knob.scale == "log":
        return math.log(value / knob.prior) / knob.sd
    vector, _, layer = knob.name.rpartition(".")
    above = f"{vector}.{NEXT_LAYER[layer]}"
    step = math.log(values.get(above, 1.0) / value)
    return math.log(step / math.log(priors.get(above, 1.0) / knob.prior)) / knob.sd


def factor_of(knob: Knob, parameters: ParameterSet) -> float:
    """Return what a cohort's own scenario multiplies the first parameter of a knob by."""
    name = knob.names[0]
    own = load_scenario(COHORTS[knob.cohort]).change.get(name)
    return own / parameters.real(name) if isinstance(own, float) else 1.0


def own_changes(
    knobs: tuple[Knob, ...], values: Mapping[str, float], parameters: ParameterSet
) -> dict[str, dict[str, float]]:
    """Return what the knobs of single cohorts set there, by cohort: a factor on what all have."""
    own: dict[str, dict[str, float]] = {}
    for knob in knobs:
        for name in knob.names if knob.cohort else ():
            common = values[name] if name in values else parameters.real(name)
            own.setdefault(knob.cohort, {})[name] = common * values[knob.name]
    return {cohort: clipped(parameters, changes) for cohort, changes in own.items()}


def fit_cancer(
    cancer: str,
    patients: int = 20_000,
    seed: int = 1,
    steps: int = 8,
    start: Mapping[str, float] | None = None,
    fixed: Mapping[str, object] | None = None,
    soft: float = SOFT,
    report: Callable[[str], Any] = lambda _line: None,
) -> Fit:
    """Return the fit of a cancer of the atlas to its targets.

    Parameters
    ----------
    cancer : a cancer that has a file in ``atlas/fits``.
    patients : lives for each evaluation, the same ones every time.
    seed : of those lives; judge the fit on another.
    steps : Gauss-Newton steps at most.
    start : values to start from; the cancer's own if not given.
    fixed : changes that hold throughout, such as mechanisms switched on.
    soft : halves of the tolerance beyond which a row counts by its logarithm; infinite for least
        squares.
    report : told one line a step.
    """
    knobs = knobs_of(cancer)
    body = load_body_map()
    parameters = load_cancer(cancer, frozenset(body.site_names))
    if start is None:
        own = {name: parameters[name].value for knob in knobs for name in knob.names}
        own |= {knob.name: factor_of(knob, parameters) for knob in knobs if knob.cohort}
        start = {name: value for name, value in own.items() if isinstance(value, float)}
    factors = {knob.name for knob in knobs if knob.cohort}
    rows = [row for row in targets(cancer) if row.kind != "prediction"]
    weights: list[float] = []

    def residuals(values: Mapping[str, float]) -> Floats:
        common = {name: value for name, value in values.items() if name not in factors}
        changes = {**(fixed or {}), **clipped(parameters, common)}
        found = lived_cohorts(
            cancer, changes, patients, seed, own_changes(knobs, values, parameters)
        )
        if not weights:  # those of the start, so that the misfit stays one function
            errors = (monte_carlo_error(row, found, cancer) for row in rows)
            weights.extend(map(certainty, rows, errors))
        r = np.array([residual(row, model_value(row, found, cancer)) for row in rows])
        return softened(np.array(weights) * r, soft)

    return calibrate(knobs, residuals, steps, position_of(knobs, start), report)


def as_toml(fit: Fit, parameters: Mapping[str, Parameter] = MappingProxyType({})) -> str:
    """Return the fitted values as the ``[change]`` table of a scenario.

    Factors of single cohorts are told as comments.

    Parameters
    ----------
    fit : the end of a calibration.
    parameters : those that it fitted, whose units the values carry.
    """
    cohorts = {knob.name: knob.cohort for knob in fit.knobs if knob.cohort}
    lines = [
        f"# {cohorts[name]}: {name} = {value:.4g}"
        if name in cohorts
        else f'"{name}" = {_in_toml(float(f"{value:.4g}"), parameters.get(name))}'
        for name, value in sorted(fit.values.items())
    ]
    return "\n".join(["[change]", *lines, ""])


def _in_toml(value: float, parameter: Parameter | None) -> str:
    """Return a value as a scenario has it: a text with its unit where it has one."""
    if parameter is None or not parameter.lacks_unit(value):
        return repr(value)
    return f'"{parameter.with_unit(value)}"'
