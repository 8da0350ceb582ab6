"""Intervals cover what they say they cover."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from paget.report.page.intervals import mean_interval, wilson


@given(st.integers(1, 10_000), st.data())
def test_wilson_holds_the_share_and_stays_in_bounds(n: int, data: st.DataObject) -> None:
    hits = data.draw(st.integers(0, n))
    low, high = wilson(hits, n)
    assert 0.0 <= low <= hits / n + 1e-12
    assert hits / n - 1e-12 <= high <= 1.0


def test_wilson_ends_where_nothing_or_everything_was_seen() -> None:
    assert wilson(0, 1180)[0] == 0.0
    assert wilson(1180, 1180)[1] == 1.0


def test_wilson_covers_19_of_20() -> None:
    rng = np.random.default_rng(1889)
    hits = rng.binomial(200, 0.1, 4000)
    inside = np.mean([low <= 0.1 <= high for low, high in (wilson(int(k), 200) for k in hits)])
    assert inside == pytest.approx(0.95, abs=0.02)


def test_mean_interval_covers_19_of_20() -> None:
    rng = np.random.default_rng(1889)
    draws = rng.exponential(3.0, (3000, 300))
    spans = [mean_interval(float(x.sum()), float((x**2).sum()), 300) for x in draws]
    assert np.mean([low <= 3.0 <= high for low, high in spans]) == pytest.approx(0.95, abs=0.02)


def test_values_that_are_all_the_same_are_no_certainty() -> None:
    assert mean_interval(0.0, 0.0, 20) == (0.0, pytest.approx(-np.log(0.025) / 20))
    low, high = mean_interval(3.0, 3.0, 3)
    assert low == pytest.approx(0.206, abs=1e-3)
    assert high == pytest.approx(2.922, abs=1e-3)
    assert mean_interval(0.0, 0.0, 0) == (0.0, np.inf)


def test_poisson_limits_cover_counts_that_are_all_the_same() -> None:
    """Of twenty persons with 0.15 lesions each on average, in one sample of twenty none has any."""
    draws = np.random.default_rng(7).poisson(0.15, (4000, 20)).astype(float)
    spans = [mean_interval(x.sum(), (x**2).sum(), 20) for x in draws if not x.any()]
    assert len(spans) > 100
    assert all(low <= 0.15 <= high for low, high in spans)
