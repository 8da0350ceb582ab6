"""The engine and the witness live the same lives, and a wrong engine is found out.

Each comparison fails by chance with probability ``FALSE_FAIL``. The witness is biased by its step:
what that may amount to is allowed apart, in the unit of the quantity and in proportion to the step,
and a test of its own shows that the bias halves with the step.
"""

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import numpy as np
import pytest
from scipy import special

from tests.lived import lives, model_of
from tests.statistics import FALSE_FAIL, Floats, assert_same, needed_for_same
from tests.witness.scenario import COMPARED, FOLLOWED
from tests.witness.tau_leap import tau_leap

Z = float(-special.ndtri(FALSE_FAIL / 2.0))
LAST_DAY = 4000.0
"""What happens later or never counts as this day, where means are compared."""


class Seen(NamedTuple):
    """What the two are compared by, one number a patient."""

    diagnosis_day: Floats
    diameter_mm: Floats
    by_metastasis: Floats
    positive_nodes: Floats
    metastases: Floats
    metastases_seen: Floats
    first_seeding_day: Floats
    recurrence_day: Floats
    death_day: Floats
    cancer_death: Floats
    lesions: Floats


BIAS_PER_DAY: dict[str, float] = {
    "diagnosis_day": 1.0,
    "diameter_mm": 0.03,
    "by_metastasis": 0.0005,
    "positive_nodes": 0.001,
    "metastases": 0.004,
    "metastases_seen": 0.0005,
    "first_seeding_day": 3.0,
    "recurrence_day": 3.0,
    "death_day": 3.0,
    "cancer_death": 0.0015,
    "lesions": 0.006,
}
"""Bias allowed for each day of the witness's step, in the unit of the (transformed) quantity."""

TRANSFORMED: dict[str, Callable[[Floats], Floats]] = {
    "metastases": np.log1p,
    "positive_nodes": np.log1p,
    "lesions": np.log1p,
    "metastases_seen": np.sign,
}
"""Counts vary over orders of magnitude: their means are compared after this."""


@cache
def engine(n: int, seed: int, *changes: tuple[str, object]) -> Seen:
    """Live ``n`` patients of the compared scenario, some parameters changed, in the engine."""
    lived = lives({**COMPARED, **dict(changes)}, n, seed, horizon=FOLLOWED)
    who = lived.persons
    density = float(lived.model.world.density)
    found = np.isfinite(who.diagnosis_day)
    diameter = np.cbrt(6.0 * who.cells_at_diagnosis / (np.pi * density)) / 1000.0
    return Seen(
        *(
            np.asarray(column, np.float64)
            for column in (
                who.diagnosis_day,
                np.where(found, diameter, 0.0),
                who.detection == 2,
                who.positive_nodes,
                who.n_true,
                who.n_seen,
                who.first_seeding_day,
                np.where(found, who.recurrence_day, np.inf),
                who.death_day,
                who.cause == 1,
                who.n_lesions - 1,
            )
        )
    )


@cache
def witness(n: int, seed: int, step: float) -> Seen:
    """Live ``n`` patients of the compared scenario in the witness."""
    out = tau_leap(model_of(COMPARED, horizon=FOLLOWED), n, seed, step)
    return Seen(
        *(
            np.asarray(column, np.float64)
            for column in (
                out.diagnosis_day,
                out.diameter_mm,
                out.by_metastasis,
                out.positive_nodes,
                out.n_true,
                out.n_seen,
                out.first_seeding_day,
                out.recurrence_day,
                out.death_day,
                out.cause == 1,
                out.n_lesions,
            )
        )
    )


def for_mean(name: str, values: Floats) -> Floats:
    """Return values whose mean is compared: counts on a log scale, days cut at the last."""
    return TRANSFORMED.get(name, lambda x: np.minimum(x, LAST_DAY))(values)


def gap(name: str, first: Seen, second: Seen) -> tuple[float, float]:
    """Return the difference of two means and its standard error."""
    a, b = (for_mean(name, getattr(seen, name)) for seen in (first, second))
    error = np.sqrt(np.var(a) / a.size + np.var(b) / b.size)
    return float(np.mean(a) - np.mean(b)), float(error)


def assert_agree(first: Seen, second: Seen, step: float) -> None:
    """Check every mean and every distribution, with the bias of the witness's step allowed."""
    for name in Seen._fields:
        difference, error = gap(name, first, second)
        allowed = Z * error + BIAS_PER_DAY[name] * step
        told = f"{name}: means {difference:.4g} apart, {allowed:.4g} allowed"
        assert abs(difference) <= allowed, told
        a, b = getattr(first, name), getattr(second, name)
        assert_same(a, b, detect=detectable(min(a.size, b.size)))


def detectable(n: int) -> float:
    """Return the distance between distributions that two samples of ``n`` show."""
    detect = 0.01
    while needed_for_same(detect=detect) > n:
        detect *= 1.05
    assert detect < 0.2, "the samples are too small to witness anything"
    return detect


WRONG = (
    ("growth.doubling_time", "50 day"),
    ("shedding.blood_rate", "2.4e9 cell/day"),
    ("shedding.lymph_rate", "2.4e8 cell/day"),
)
"""Saboteurs: growth, shedding into blood and into lymph, each 20 % too fast."""


def test_engine_and_witness_agree_quickly() -> None:
    assert_agree(engine(10_000, 1), witness(4_000, 2, 8.0), 8.0)


@pytest.mark.parametrize("wrong", WRONG[:1], ids=lambda wrong: wrong[0])
def test_quick_witness_finds_a_wrong_engine(wrong: tuple[str, object]) -> None:
    with pytest.raises(AssertionError, match="apart"):
        assert_agree(engine(10_000, 1, wrong), witness(4_000, 2, 8.0), 8.0)


@pytest.mark.science
@pytest.mark.slow
def test_engine_and_witness_agree() -> None:
    assert_agree(engine(60_000, 3), witness(16_000, 4, 2.0), 2.0)


@pytest.mark.science
@pytest.mark.slow
@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: wrong[0])
def test_witness_finds_a_wrong_engine(wrong: tuple[str, object]) -> None:
    with pytest.raises(AssertionError, match="apart"):
        assert_agree(engine(60_000, 3, wrong), witness(16_000, 4, 2.0), 2.0)


@pytest.mark.science
@pytest.mark.slow
def test_bias_of_the_witness_halves_with_its_step() -> None:
    exact = engine(60_000, 3)
    coarse, coarse_error = gap("first_seeding_day", witness(10_000, 5, 64.0), exact)
    fine, fine_error = gap("first_seeding_day", witness(10_000, 6, 32.0), exact)
    assert abs(coarse) > Z * coarse_error, "the coarse step must show its bias"
    assert abs(fine - coarse / 2.0) <= Z * np.hypot(fine_error, coarse_error / 2.0)
    assert abs(fine) < 0.75 * abs(coarse)
