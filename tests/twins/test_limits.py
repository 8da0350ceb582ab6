"""Limits from few events: they hold the truth as often as they say, which a bootstrap does not."""

from collections.abc import Callable
from math import inf
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from paget.core.units import YEAR
from paget.twins.estimates import estimate_table
from paget.twins.limits import (
    FEW,
    Limits,
    combined,
    odds_limits,
    paired_difference_limits,
    paired_ratio_limits,
    share_limits,
)
from paget.twins.outcomes import outcomes_of
from paget.twins.rest import Expected
from tests.statistics import FALSE_FAIL
from tests.twins.rows import MODEL, twins

STATED = 0.95
NOT_LESS = 0.957  # the limits by squares, of all cases below
FROM_FEW_ON = 0.93  # the bootstrap, as its docstring says
Span = Callable[[int], tuple[float, float]]


@given(st.integers(1, 5000), st.data())
def test_the_limits_of_a_share_are_those_of_scipy(n: int, data: st.DataObject) -> None:
    count = data.draw(st.integers(0, n))
    known = stats.binomtest(count, n).proportion_ci(method="exact")
    assert share_limits(count, n) == pytest.approx((known.low, known.high), abs=1e-9)


def test_nothing_of_twenty_is_the_rule_of_three_and_a_bit() -> None:
    assert share_limits(0, 20) == (0.0, pytest.approx(1.0 - 0.025 ** (1 / 20)))
    assert share_limits(20, 20) == (pytest.approx(0.025 ** (1 / 20)), 1.0)
    assert share_limits(0, 10**6).high == pytest.approx(3.69e-6, rel=1e-3)


def test_odds_of_counts_by_hand() -> None:
    assert odds_limits(0, 8).high == pytest.approx(0.025 ** (-1 / 8) - 1.0)
    assert odds_limits(8, 0) == (pytest.approx(1.0 / (0.025 ** (-1 / 8) - 1.0)), inf)


@given(st.integers(1, 200), st.data())
def test_arms_changed_over_change_the_sign(n: int, data: st.DataObject) -> None:
    more = data.draw(st.integers(0, n))
    fewer = data.draw(st.integers(0, n - more))
    low, high = paired_difference_limits(more, fewer, n)
    assert -1.0 <= low <= (more - fewer) / n <= high <= 1.0
    assert low < high
    assert paired_difference_limits(fewer, more, n) == pytest.approx((-high, -low))


@given(st.integers(0, 50), st.integers(0, 50), st.integers(0, 50))
def test_a_ratio_lies_within_its_limits(both: int, more: int, fewer: int) -> None:
    low, high = paired_ratio_limits(both, more, fewer)
    assert 0.0 <= low < high
    if both + fewer:
        assert low <= (both + more) / (both + fewer) <= high < inf
    else:
        assert high == inf


def test_two_shares_of_others_are_as_wide_as_their_squares() -> None:
    low, high = combined(0.5, Limits(0.2, 0.9), 0.5, Limits(0.1, 0.8))
    assert (low, high) == (pytest.approx(-np.hypot(0.3, 0.3)), pytest.approx(np.hypot(0.4, 0.4)))


@pytest.mark.parametrize("n", [1, 2, 3, 5, 10, 20])
def test_a_difference_is_covered_in_every_case_of_few_persons(n: int) -> None:
    cases = [(more, fewer) for more in range(n + 1) for fewer in range(n + 1 - more)]
    spans = np.array([paired_difference_limits(*case, n) for case in cases])
    counts = np.array([(*case, n - sum(case)) for case in cases])
    worst = 1.0
    for more in np.linspace(0.0, 0.98, 15):
        for fewer in np.linspace(0.0, 0.98 - more, 15):
            chance = stats.multinomial.pmf(counts, n, [more, fewer, 1.0 - more - fewer])
            inside = (spans[:, 0] <= more - fewer + 1e-12) & (more - fewer - 1e-12 <= spans[:, 1])
            worst = min(worst, float(chance[inside].sum()))
    assert worst > NOT_LESS


# ------------------------------------------------------------------ coverage, and the saboteur


def covered(span: Callable[[int], tuple[float, float]], mean: float) -> float:
    """Return how often an interval of a Poisson count holds its mean, counted through."""
    counts = np.arange(int(mean + 12.0 * np.sqrt(mean) + 30.0))
    spans = np.array([span(int(k)) for k in counts])
    inside = (spans[:, 0] <= mean) & (mean <= spans[:, 1])
    return float(stats.poisson.pmf(counts, mean)[inside].sum())


def exact(count: int) -> tuple[float, float]:
    low, high = share_limits(count, 10**9)
    return 1e9 * low, 1e9 * high


def drawn(count: int) -> tuple[float, float]:
    """Return what a bootstrap without end says of a count: the ends of a Poisson draw."""
    return tuple(stats.poisson.ppf((0.025, 0.975), count)) if count else (0.0, 0.0)


def in_use(count: int) -> tuple[float, float]:
    return exact(count) if count < FEW else drawn(count)


MEANS = (0.2, 1.0, 2.0, 4.0, 8.0, 15.0, 19.0, 25.0, 30.02, 60.0, 200.0)


def test_counts_are_covered_as_stated() -> None:
    assert min(covered(exact, mean) for mean in MEANS) > STATED
    assert min(covered(in_use, mean) for mean in MEANS) > FROM_FEW_ON


def test_the_bootstrap_alone_does_not_cover_few_events() -> None:
    assert min(covered(drawn, mean) for mean in MEANS) < 0.5


LIVES = 4000


def inside(limits: Callable[[int, int, int], tuple[float, float]], truth: float) -> int:
    """Return in how many of 4,000 trials a ratio's interval holds the truth."""
    rng = np.random.default_rng(1889)
    drawn = rng.poisson((2.0, 0.5, 4.0), (LIVES, 3))  # both, in b alone, in a alone
    spans = [limits(int(x), int(y), int(z)) for x, y, z in drawn]
    return sum(low <= truth <= high for low, high in spans)


def by_bootstrap(both: int, more: int, fewer: int) -> tuple[float, float]:
    rng = np.random.default_rng(both + 100 * more + 10_000 * fewer)
    x, y, z = (rng.poisson(count, 200) for count in (both, more, fewer))
    ratios = ((x + y) / np.where(x + z, x + z, 1))[x + z > 0]
    return tuple(np.percentile(ratios, (2.5, 97.5))) if len(ratios) else (0.0, inf)


def holds(successes: int, trials: int) -> bool:
    """Tell whether a coverage of 95 % or more is believable: wrong once in a million."""
    return bool(stats.binom.cdf(successes, trials, STATED) > FALSE_FAIL)


@pytest.mark.science
def test_a_ratio_of_few_deaths_is_covered_and_the_bootstrap_alone_is_not() -> None:
    truth = 2.5 / 6.0
    assert holds(inside(paired_ratio_limits, truth), LIVES)
    assert not holds(inside(by_bootstrap, truth), LIVES)


TRIALS, PERSONS = 250, 40
RISKS = {"both": 0.01, "more": 0.01, "fewer": 0.03}  # of dying in both arms, in b, in a alone


def trial(seed: int) -> dict[str, dict[str, Any]]:
    """Return the estimates of one small trial whose truth is known."""
    rng = np.random.default_rng(seed)
    fate = rng.choice(4, PERSONS, p=[*RISKS.values(), 1.0 - sum(RISKS.values())])
    rows: list[dict[str, Any]] = []
    for x in fate:
        row: dict[str, Any] = {"diagnosis_day_a": 1.0, "diagnosis_day_b": 1.0}
        for arm in {0: "ab", 1: "b", 2: "a", 3: ""}[int(x)]:
            row |= {f"death_day_{arm}": 3.0, f"cause_of_death_{arm}": "colon cancer"}
        rows.append(row)
    outcomes = outcomes_of(twins(*rows), PERSONS, 10.0 * YEAR, MODEL, Expected())
    return {row["measure"]: row for row in estimate_table(outcomes, seed).iter_rows(named=True)}


def covered_in_trials() -> list[int]:
    """Return in how many trials the risk of arm b, the difference and the ratio are covered."""
    risk_a, risk_b = (RISKS["both"] + RISKS[x] for x in ("fewer", "more"))
    truths = (1000.0 * risk_b, 1000.0 * (risk_b - risk_a), risk_b / risk_a)
    hits = [0, 0, 0]
    for seed in range(TRIALS):
        told = trial(seed)
        risk = told["death from the cancer"]
        spans = [(risk["b_low"], risk["b_high"]), (risk["low"], risk["high"])]
        ratio = told.get("mortality ratio, death from the cancer")
        # No ratio where nobody dies; where nobody dies in arm a it has no upper limit.
        known = {"low": 0.0, "high": None} if ratio is None else ratio
        spans.append((known["low"], inf if known["high"] is None else known["high"]))
        for k, ((low, high), truth) in enumerate(zip(spans, truths, strict=True)):
            hits[k] += low is not None and low <= truth <= high
    return hits


@pytest.mark.science
def test_small_trials_are_covered_and_by_the_bootstrap_alone_are_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert all(holds(hits, TRIALS) for hits in covered_in_trials())
    monkeypatch.setattr("paget.twins.intervals.FEW", 0)
    by_the_bootstrap = covered_in_trials()
    assert not any(holds(hits, TRIALS) for hits in by_the_bootstrap[:2])  # where none dies: none
