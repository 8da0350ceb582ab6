"""Founding: a birth-death process of few cells against its closed forms."""

from typing import Any

import numpy as np
import pytest
from scipy import stats

from paget.body.founding import founding_probability, founding_size, surviving_founders


def test_founding_probability_is_that_of_a_birth_death_process() -> None:
    assert founding_probability(1.0, 1.0, 0.9) == pytest.approx(0.1)
    assert founding_probability(3.0, 1.0, 0.9) == pytest.approx(1.0 - 0.9**3)
    assert founding_probability(5.0, 0.9, 1.0) == 0.0


@pytest.mark.parametrize(("founders", "loss"), [(1, 0.9), (2, 0.5), (5, 0.9), (12, 0.2)])
def test_surviving_founders_are_binomial_above_zero(founders: int, loss: float) -> None:
    u = (np.arange(20_000) + 0.5) / 20_000
    drawn = np.array([surviving_founders(x, founders, 1.0, loss) for x in u])
    law: Any = stats.binom(founders, 1.0 - loss)
    for m in range(1, founders + 1):
        assert np.mean(drawn == m) == pytest.approx(law.pmf(m) / law.sf(0), abs=2e-4)


@pytest.mark.parametrize("survivors", [1, 2, 7])
def test_founding_size_is_gamma(survivors: int) -> None:
    u = (np.arange(2_000) + 0.5) / 2_000
    drawn = np.array([founding_size(x, survivors, 1.0, 0.9) for x in u])
    assert drawn == pytest.approx(stats.gamma(survivors, scale=10.0).ppf(u), rel=1e-6)
