r"""Seeding: how many colonies there are, since when, and how large, against Iwata's cascade.

A primary of one cell grows at rate a and founds m N^alpha colonies a day. Without secondary
emission their number on day t is Poisson with mean :math:`m/(a\alpha)\,(e^{a\alpha t} - 1)`; where
colonies found colonies by the same law, the mean is
:math:`m/(a\alpha + m)\,(e^{(a\alpha + m)t} - 1)` and sizes x have density
:math:`x^{-(1 + \alpha + m/a)}`. Under Gompertz growth the mean has exponential integrals.

Public names: `trials`.
"""

import math
from functools import cache
from typing import Any, Final, NamedTuple

import numpy as np
from scipy import special, stats

from paget.verify.check import Lie, Trial, tell
from paget.verify.lives import Colonies, cells_to_mm, colonies, theory_model
from paget.verify.statistics import (
    Floats,
    Verdict,
    compare_cdf,
    compare_mean,
    needed_for_cdf,
    needed_for_mean,
)

EVERY_ONE: Final = {"colonisation.explicit": 1_000_000, "colonisation.cohort_rate": 1e9}
GROUPED: Final = {"colonisation.explicit": 8, "colonisation.cohort_rate": "100 /day"}
"""The atlas's number of explicit arrivals; and each child of a metastasis stands for two."""


class Facts(NamedTuple):
    """Growth, seeding and the day on which colonies are counted."""

    m: float
    """Colonies a day that one cell founds."""
    a: float = 0.05
    """Growth [1/day]; under Gompertz growth its constant, 10 times less."""
    alpha: float = 2.0 / 3.0
    day: float = 110.0
    secondary: bool = False
    gompertz: bool = False
    grouped: bool = False

    @property
    def rise(self) -> float:
        """Return the rate at which the number of colonies rises in the end [1/day]."""
        return self.a * self.alpha + (self.m if self.secondary else 0.0)


CAPACITY: Final = 1e9
REFERENCE: Final = 1e6
"""Size [cell] at which the atlas states rates."""


def _changes(facts: Facts) -> dict[str, object]:
    doubling = math.log(2.0) / facts.a
    if facts.gompertz:
        doubling /= math.log(CAPACITY / REFERENCE)
    one_cell = cells_to_mm(1.0)
    return {
        "growth.law": "gompertz" if facts.gompertz else "exponential",
        "growth.capacity": cells_to_mm(CAPACITY),
        "growth.fastest_doubling": 0.001,  # no ceiling: one law from the first cell
        "growth.reference_diameter": cells_to_mm(REFERENCE),
        "growth.doubling_time": doubling,
        "shedding.reference_diameter": cells_to_mm(REFERENCE),
        "shedding.blood_rate": facts.m * REFERENCE**facts.alpha,
        "shedding.blood_exponent": facts.alpha,
        "dormancy.avascular_diameter": one_cell,
        "dormancy.balance_diameter": one_cell,
        "colonisation.secondary_spread": facts.secondary,
        **(GROUPED if facts.grouped else EVERY_ONE),
    }


@cache
def _colonies(facts: Facts, lives: int) -> Colonies:
    return colonies(theory_model(_changes(facts)), facts.day, lives)


def _by_day(facts: Facts, day: float) -> float:
    """Return the mean number of colonies founded by a day."""
    if not facts.gompertz:
        return facts.m / facts.rise * math.expm1(facts.rise * day)
    z0 = math.log(CAPACITY)
    z = z0 * math.exp(-facts.a * day)
    grown = special.exp1(facts.alpha * z) - special.exp1(facts.alpha * z0)
    return float(facts.m * CAPACITY**facts.alpha * grown / facts.a)


# -------------------------------------------------------------------------- without secondaries


def _judge_number(sample: Colonies, facts: Facts) -> Verdict:
    """Expect a Poisson number of colonies in each life."""
    law = stats.poisson(_by_day(facts, facts.day))
    verdict = compare_cdf(sample.per_life(), law.cdf, detect=DETECT_NUMBER, discrete=True)
    return verdict._replace(engine=float(sample.per_life().mean()), theory=float(law.mean()))


def _judge_days(sample: Colonies, facts: Facts) -> Verdict:
    """Expect founding days that are independent with the law of the integrated hazard."""
    total = _by_day(facts, facts.day)
    share = np.vectorize(lambda day: _by_day(facts, day) / total)
    # Independent given their number, so any rule that does not look at the days may choose them.
    days = sample.table.founded[: 2 * needed_for_cdf(detect=DETECT_DAYS)]
    return compare_cdf(days, share, detect=DETECT_DAYS)


# ------------------------------------------------------------------------------ with secondaries


def _judge_mean(sample: Colonies, facts: Facts) -> Verdict:
    """Expect the mean number of colonies, cohorts counted for all that they stand for."""
    number = sample.per_life(sample.table["count"])
    return _of_mean(number, _by_day(facts, facts.day), DETECT_MEAN)


def _judge_burden(sample: Colonies, facts: Facts) -> Verdict:
    """Expect the mean number of cells in all colonies: int N'(s) e^{a (t - s)} ds."""
    lag = facts.rise - facts.a
    days = math.expm1(lag * facts.day) / lag if lag != 0.0 else facts.day
    expected = facts.m * math.exp(facts.a * facts.day) * days
    cells = sample.per_life(sample.table["count"] * sample.table.cells)
    return _of_mean(cells, expected, DETECT_BURDEN)


def _of_mean(draws: Floats, expected: float, detect: float) -> Verdict:
    """Compare a mean, with all distances as shares of it."""
    verdict = compare_mean(draws, expected, detect=detect * float(draws.mean()))
    return verdict._replace(statistic=verdict.statistic / expected, limit=verdict.limit / expected)


def _judge_slope(sample: Colonies, facts: Facts) -> Verdict:
    """Estimate the slope of the size law by maximum likelihood, and its error over lives.

    Logarithms of size are exponential with rate alpha + m/a, cut where the oldest colony can be.
    """
    reach = facts.a * facts.day
    theta = facts.rise / facts.a
    log_sizes = np.log(sample.table.cells)
    number, total = sample.per_life(), sample.per_life(log_sizes)
    estimate = _maximum_likelihood(float(total.sum() / number.sum()), reach)
    # The score of each life at theory's slope: its mean is zero if theory is right.
    score = total - number * _mean_of_cut(theta, reach)
    per_slope = number.mean() * _variance_of_cut(theta, reach)
    verdict = compare_mean(score / per_slope, 0.0, detect=DETECT_SLOPE)
    return verdict._replace(engine=1.0 + estimate, theory=1.0 + theta)


def _mean_of_cut(rate: float, reach: float) -> float:
    """Return the mean of an exponential number that is below ``reach``."""
    return 1.0 / rate - reach / math.expm1(rate * reach)


def _variance_of_cut(rate: float, reach: float) -> float:
    """Return its variance, which is minus the derivative of the mean by the rate."""
    past = math.exp(rate * reach)
    return 1.0 / rate**2 - reach**2 * past / (past - 1.0) ** 2


def _maximum_likelihood(mean: float, reach: float) -> float:
    """Return the rate of an exponential law cut at ``reach`` that has a mean, by Newton."""
    rate = 1.0 / mean
    for _ in range(50):
        rate += (_mean_of_cut(rate, reach) - mean) / _variance_of_cut(rate, reach)
    return rate


DETECT_NUMBER: Final = 0.1
DETECT_DAYS: Final = 0.012
DETECT_MEAN: Final = 0.05
DETECT_BURDEN: Final = 0.05
DETECT_SLOPE: Final = 0.02
# The number of colonies differs between lives by two thirds of its mean, in cohorts by nine tenths.
LIVES_FOR_MEANS: Final = needed_for_mean(0.7, detect=DETECT_MEAN, skewness=2.5)
LIVES_IN_COHORTS: Final = needed_for_mean(1.0, detect=DETECT_MEAN, skewness=4.5)


def _primary_trials(name: str, facts: Facts, formula: str) -> tuple[Trial[Any, Any], ...]:
    """Return the checks of a cascade without secondary emission."""
    days = needed_for_cdf(detect=DETECT_DAYS)
    return (
        Trial(
            f"seeding.{name}.number",
            f"{name} primary, no secondary emission",
            f"colonies by day t ~ Poisson({formula})",
            facts,
            _colonies,
            _judge_number,
            (
                *tell(facts, "m"),
                *tell(facts, "m", to_engine=True),
                *tell(facts, "alpha"),
                *tell(facts, "a"),
            ),
            needed_for_cdf(detect=DETECT_NUMBER),
            DETECT_NUMBER,
        ),
        Trial(
            f"seeding.{name}.days",
            f"{name} primary, days of founding",
            "P(founded by s | founded by t) = mean(s) / mean(t)",
            facts,
            _colonies,
            _judge_days,
            (*tell(facts, "alpha"), *tell(facts, "a")),
            math.ceil(1.2 * days / _by_day(facts, facts.day)),
            DETECT_DAYS,
        ),
    )


def _secondary_trials() -> tuple[Trial[Any, Any], ...]:
    """Return the checks of a cascade with secondary emission, lesion by lesion and in cohorts."""
    cascade = Facts(0.02, secondary=True, day=90.0)
    grouped = cascade._replace(grouped=True)
    no_secondary = Lie("no secondary emission", 1.0, cascade._replace(secondary=False))
    slope_lies = (*tell(cascade, "alpha"), *tell(cascade, "m", (0.2,)), no_secondary)
    mean = "m/(a alpha + m) (e^{(a alpha + m) t} - 1)"
    return (
        Trial(
            "seeding.cascade.number",
            "Iwata's cascade with secondary emission",
            f"mean colonies = {mean}",
            cascade,
            _colonies,
            _judge_mean,
            (*tell(cascade, "m"), *tell(cascade, "alpha"), no_secondary),
            LIVES_FOR_MEANS,
            DETECT_MEAN,
        ),
        Trial(
            "seeding.cascade.sizes",
            "Iwata's size law",
            "density of sizes ~ x^-(1 + alpha + m/a)",
            cascade,
            _colonies,
            _judge_slope,
            slope_lies,
            LIVES_FOR_MEANS,
            DETECT_SLOPE,
        ),
        Trial(
            "seeding.cohorts.number",
            "the same with late arrivals in cohorts",
            f"mean colonies = {mean}",
            grouped,
            _colonies,
            _judge_mean,
            (*tell(grouped, "m"), *tell(grouped, "alpha")),
            LIVES_IN_COHORTS,
            DETECT_MEAN,
        ),
        Trial(
            "seeding.cohorts.burden",
            "cells in all colonies, late arrivals in cohorts",
            "mean cells = m (e^{(a alpha + m) t} - e^{a t}) / (a alpha + m - a)",
            grouped,
            _colonies,
            _judge_burden,
            (*tell(grouped, "m"), *tell(grouped, "a")),
            LIVES_IN_COHORTS,
            DETECT_BURDEN,
        ),
    )


def trials() -> tuple[Trial[Any, Any], ...]:
    """Return the checks of seeding."""
    exponential = Facts(0.08)
    gompertz = Facts(3e-6, a=0.005, day=500.0, gompertz=True)
    return (
        *_primary_trials("exponential", exponential, "m/(a alpha) (e^{a alpha t} - 1)"),
        *_primary_trials("gompertz", gompertz, "m K^alpha [E1(alpha z) - E1(alpha z0)] / a"),
        *_secondary_trials(),
    )
