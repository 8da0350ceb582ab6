"""Incidence and the onset that was fitted to it."""

from itertools import pairwise

import numpy as np
import pytest

from paget.atlas.cancers import known_cancers
from paget.atlas.incidence import integrated_onset, known_incidence, published_rates
from paget.core.errors import ParameterError


@pytest.mark.parametrize("cancer", known_incidence())
def test_rates_are_of_ages_in_order(cancer: str) -> None:
    rates = published_rates(cancer)
    assert rates
    for sex in {rate.sex for rate in rates}:
        own = [rate for rate in rates if rate.sex == sex]
        assert all(low.age_to <= high.age_from for low, high in pairwise(own))
        assert all(rate.per_100k >= 0.0 and rate.source for rate in own)


@pytest.mark.parametrize("cancer", known_incidence())
def test_onset_comes_before_diagnosis(cancer: str) -> None:
    """Onset, at invasion, precedes diagnosis: by 70 more have begun than have been found."""
    onset = integrated_onset(cancer)
    assert onset.shape == (2, 121)
    assert np.all(np.diff(onset, axis=1) >= 0.0)
    for sex in {rate.sex for rate in published_rates(cancer)}:
        found = sum(
            rate.per_100k / 1e5 * (min(rate.age_to, 70) - rate.age_from)
            for rate in published_rates(cancer)
            if rate.sex == sex and rate.age_from < 70
        )
        assert found < onset[sex, 70] < 6.0 * found


def test_men_have_no_breast_cancer_here() -> None:
    assert not integrated_onset("breast")[1].any()


def test_a_cancer_without_incidence_is_refused() -> None:
    with pytest.raises(ParameterError, match="has incidence of breast, colon"):
        integrated_onset("theory")


def test_incidence_is_known_of_cancers_of_the_atlas() -> None:
    assert known_incidence()
    assert set(known_incidence()) <= set(known_cancers())
