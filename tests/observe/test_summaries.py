"""Summaries of values, and the error of a quantity that chance alone moves."""

import numpy as np
import polars as pl
import pytest
from lifelines import KaplanMeierFitter

from paget.observe.summaries import (
    Quantity,
    kaplan_meier,
    mean,
    median,
    months,
    of_each,
    quantile,
    share,
)
from tests.observe.by_hand import YEAR, cohort

NOBODY = np.zeros(0)


def test_of_nobody_all_is_unknown() -> None:
    for summary in (mean, median, months, share, quantile(0.25)):
        assert np.isnan(summary(NOBODY))
    assert np.isnan(kaplan_meier(NOBODY, NOBODY, 5.0))


def test_survival_is_kaplan_meier() -> None:
    rng = np.random.default_rng(1)
    days, happened = rng.exponential(5.0 * YEAR, 400), rng.random(400) < 0.6
    fitter = KaplanMeierFitter().fit(days, happened)
    expected = 100.0 * float(fitter.predict(5.0 * YEAR))
    assert kaplan_meier(days, happened.astype(np.float64), 5.0) == pytest.approx(expected, abs=1e-9)


def test_the_standard_error_is_that_of_a_share() -> None:
    tables = cohort([{"patient": k, "grade": 1 + (k % 7 == 0)} for k in range(4000)])
    grade = Quantity(lambda t: of_each(t.found, pl.col("grade") == 2), share)
    chosen = Quantity(
        lambda t: of_each(t.found, pl.Series(np.random.default_rng(2).random(4000) < 0.3)), share
    )
    assert grade.value(tables) == pytest.approx(100.0 / 7.0, abs=0.1)
    expected = 100.0 * np.sqrt(0.3 * 0.7 / 4000)
    assert 0.5 * expected < chosen.standard_error(tables) < 2.0 * expected
    # Where it happened to nobody the spread is unknown, not nothing; so it is of one patient.
    never = Quantity(lambda t: of_each(t.found, pl.lit(value=False)), share)
    assert never.value(tables) == 0.0
    assert np.isnan(never.standard_error(tables))
    assert np.isnan(grade.standard_error(cohort([{}])))
    assert np.isnan(grade.standard_error(cohort([])))
