r"""Calibration: Gauss-Newton on common random numbers.

The parameters that a cancer's fit explores are moved one by one, each time with the same virtual
patients, so that a difference of two runs is the effect of the parameter and not of chance. The
step solves the damped, prior-weighted least squares; the same Jacobian says at the end which
directions the data identify.

The misfit is :math:`\sum_i \psi(r_i)^2 + \sum_k ((x_k - x_{0k}) / s_k)^2`, with
:math:`r_i = (m_i - d_i) / \sigma_i`, :math:`\sigma_i` half the tolerance of a target and
:math:`s_k` the prior SD of a parameter on its scale. :math:`\psi(r) = c \sinh^{-1}(r / c)` is
about ``r`` within the tolerance and grows as its logarithm beyond: rows that no parameter can meet
together shall not bend all others. An infinite ``c`` is least squares.

Public names: ``Knob``, ``Fit``, ``load_knobs``, ``softened``, ``calibrate``.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from paget.core.errors import ConvergenceError, ScenarioError
from paget.core.parameters import ParameterSet
from paget.core.toml import load_toml

Floats = npt.NDArray[np.float64]
Residuals = Callable[[Mapping[str, float]], Floats]

STEP: Final = 0.3  # of a prior SD, for the one-sided differences
SOFT: Final = 2.0  # halves of the tolerance: from its edge on a row counts by its logarithm
ACCEPTED: Final = 1e-3  # relative gain below which the search ends
NEXT_LAYER: Final = {"layer_1": "layer_2", "layer_2": "layer_3", "layer_3": "layer_4"}


@dataclass(frozen=True, slots=True)
class Knob:
    """One direction that a fit explores."""

    name: str
    prior: float
    """Centre of the prior, in the parameter's own unit."""
    sd: float
    """SD of the prior, on the scale."""
    scale: str
    """``linear``, ``log``, or ``step``: the log of the log-ratio to the next layer of access."""
    names: tuple[str, ...]
    """The parameters that the knob sets."""
    cohort: str = ""
    """The one cohort whose parameters the knob multiplies; empty where it sets those of all."""


@dataclass(frozen=True, eq=False)
class Fit:
    """The end of a calibration."""

    knobs: tuple[Knob, ...]
    values: dict[str, float]
    """Fitted values by parameter name, in the parameter's own unit; the factor of a cohort by the
    knob's name."""
    misfit: float
    """Sum of squares of targets and prior at the end."""
    history: tuple[float, ...]
    """Misfit after each step."""
    posterior_sd: Floats
    """SD of each knob given the data, in units of its prior SD: 1 is not identified."""
    correlation: Floats
    """(knob, knob) correlation of the posterior, linearised at the end."""


def load_knobs(path: Path) -> tuple[Knob, ...]:
    """Return what a fit file explores."""
    content, lines = load_toml(path)
    knobs = []
    for name, entry in content["parameters"].items():
        if entry["scale"] not in ("linear", "log", "step"):
            raise ScenarioError(
                f"scale = {entry['scale']!r} of {name}",
                f"{path} line {lines.get(f'parameters.{name}', 0)}",
                "scales are linear, log and step",
            )
        names = tuple(entry.get("names", [name]))
        cohort = entry.get("cohort", "")
        knobs.append(Knob(name, entry["prior"], entry["sd"], entry["scale"], names, cohort))
    return tuple(knobs)


def to_values(knobs: tuple[Knob, ...], x: Floats) -> dict[str, float]:
    """Return the values of all parameters that knobs at positions ``x`` set.

    ``x`` is in prior SDs from the prior's centre.
    """
    values: dict[str, float] = {}
    steps: dict[str, float] = {}
    priors = {knob.name: knob.prior for knob in knobs}
    for knob, position in zip(knobs, x, strict=True):
        moved = float(position) * knob.sd
        if knob.scale == "step":
            vector, _, layer = knob.name.rpartition(".")
            above = priors.get(f"{vector}.{NEXT_LAYER[layer]}", 1.0)
            steps[knob.name] = math.log(above / knob.prior) * math.exp(moved)
            continue
        value = knob.prior + moved if knob.scale == "linear" else knob.prior * math.exp(moved)
        values.update(dict.fromkeys((knob.name,) if knob.cohort else knob.names, value))
    for name in sorted(steps, reverse=True):  # from the deepest layer up
        vector, _, layer = name.rpartition(".")
        above = values.get(f"{vector}.{NEXT_LAYER[layer]}", 1.0)
        values[name] = above * math.exp(-steps[name])
    return values


def clipped(parameters: ParameterSet, values: Mapping[str, float]) -> dict[str, float]:
    """Return the values moved into the range of their parameters."""
    result = {}
    for name, value in values.items():
        parameter = parameters[name]
        low = -math.inf if parameter.low is None else parameter.low
        high = math.inf if parameter.high is None else parameter.high
        result[name] = min(max(value, low), high)
    return result


def softened(r: Floats, soft: float) -> Floats:
    """Return residuals of which those far beyond ``soft`` count by their logarithm."""
    return r if math.isinf(soft) else soft * np.arcsinh(r / soft)


def calibrate(
    knobs: tuple[Knob, ...],
    residuals: Residuals,
    steps: int = 8,
    start: Floats | None = None,
    report: Callable[[str], Any] = lambda _line: None,
) -> Fit:
    """Return the fit of ``knobs`` to what ``residuals`` measures.

    Parameters
    ----------
    knobs : what is explored.
    residuals : (model - published) / sigma of each target for given parameter values, always on the
        same random numbers.
    steps : Gauss-Newton steps at most.
    start : positions to start from, in prior SDs; the prior's centre if not given.
    report : told one line a step.

    Raises
    ------
    ConvergenceError
        if the start cannot be evaluated.
    """
    x = np.zeros(len(knobs)) if start is None else start.copy()
    r = residuals(to_values(knobs, x))
    if not np.all(np.isfinite(r)):
        raise ConvergenceError("the fit cannot start: a target has no value at the start")
    misfit, damping = float(r @ r + x @ x), 1.0
    history = [misfit]
    jacobian = np.zeros((len(r), len(knobs)))
    for step in range(steps):
        jacobian = _jacobian(knobs, residuals, x, r)
        x, r, new, damping = _best_step(knobs, residuals, x, r, jacobian, damping)
        report(f"step {step + 1}: misfit {misfit:.1f} -> {new:.1f}, damping {damping:g}")
        history.append(new)
        if misfit - new < ACCEPTED * misfit:
            break
        misfit = new
    covariance = np.linalg.inv(jacobian.T @ jacobian + np.eye(len(knobs)))
    sd = np.sqrt(np.diag(covariance))
    return Fit(
        knobs, to_values(knobs, x), history[-1], tuple(history), sd, covariance / np.outer(sd, sd)
    )


def _jacobian(knobs: tuple[Knob, ...], residuals: Residuals, x: Floats, r: Floats) -> Floats:
    """Return (target, knob) by one-sided differences, on the same random numbers."""
    columns = []
    for k in range(len(knobs)):
        moved = x.copy()
        step = (
            STEP if x[k] <= 0 else -STEP
        )  # towards the prior, away from the edge of what is allowed
        moved[k] += step
        column = (residuals(to_values(knobs, moved)) - r) / step
        columns.append(np.where(np.isfinite(column), column, 0.0))
    return np.array(columns).T


def _best_step(
    knobs: tuple[Knob, ...],
    residuals: Residuals,
    x: Floats,
    r: Floats,
    jacobian: Floats,
    damping: float,
) -> tuple[Floats, Floats, float, float]:
    """Return the first damped step that lowers the misfit: position, residuals, misfit, damping."""
    misfit = float(r @ r + x @ x)
    gradient = jacobian.T @ r + x
    curvature = jacobian.T @ jacobian + np.eye(len(x))
    for _ in range(6):
        step = np.linalg.solve(curvature + damping * np.diag(np.diag(curvature)), -gradient)
        trial = x + np.clip(step, -2.0, 2.0)
        tried = residuals(to_values(knobs, trial))
        new = float(tried @ tried + trial @ trial)
        if np.isfinite(new) and new < misfit:
            return trial, tried, new, damping / 4.0
        damping = max(4.0 * damping, 0.1)
    return x, r, misfit, damping
