"""Blood: tubes by the Poisson law, markers in proportion to the burden."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from paget.atlas.clinic import load_clinic
from paget.clinic.blood import TUBE_ML, marker_level, tube_count


@given(st.floats(0.0, 300.0), st.floats(1e-6, 1.0 - 1e-6))
def test_a_tube_is_the_quantile_of_the_poisson_law(ctc: float, u: float) -> None:
    law = stats.poisson(TUBE_ML * ctc)
    k = tube_count(ctc, u)
    assert law.cdf(k) >= u - 1e-9
    assert k == 0 or law.cdf(k - 1) <= u + 1e-9


def test_no_cells_no_count() -> None:
    assert tube_count(0.0, 0.999) == 0


def test_a_full_tube() -> None:
    assert tube_count(1e5, 0.5) == pytest.approx(TUBE_ML * 1e5, rel=1e-5)


def test_more_blood_cells_never_give_fewer() -> None:
    counts = [tube_count(ctc, 0.7) for ctc in (0.1, 1.0, 3.9, 4.0, 4.1, 50.0, 900.0)]
    assert counts == sorted(counts)


def test_a_marker_is_proportional_to_the_burden() -> None:
    low, high = marker_level(1e9, 2.0, 5e-10, 0.2, 0.0), marker_level(1e10, 2.0, 5e-10, 0.2, 0.0)
    assert (low, high) == pytest.approx((2.5, 7.0))
    assert marker_level(1e10, 2.0, 5e-10, 0.2, 1.0) == pytest.approx(7.0 * math.exp(0.2))


def test_a_gram_of_prostate_cancer_adds_the_published_level() -> None:
    psa = load_clinic("blood")["psa"]
    added = (
        marker_level(3e8, psa["baseline"], psa["per_cell"], psa["spread"], 0.0) - psa["baseline"]
    )
    assert added == pytest.approx(3.5, rel=0.05)


@pytest.mark.parametrize("name", load_clinic("blood"))
def test_the_healthy_are_below_the_limit_and_the_overt_above(name: str) -> None:
    marker = load_clinic("blood")[name]
    numbers = marker["baseline"], marker["per_cell"], marker["spread"]
    assert marker_level(0.0, *numbers, 2.0) < marker["limit"]
    assert marker_level(1e11, *numbers, 0.0) > marker["limit"]
