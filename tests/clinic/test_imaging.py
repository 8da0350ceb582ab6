"""Imaging: sensitivity by size as published, its inverse, and what stays unseen."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from paget.atlas.clinic import load_clinic
from paget.body.growth import NEVER
from paget.body.lesion import LESION
from paget.clinic.imaging import (
    detection_diameter,
    detection_probability,
    false_positive,
    is_active,
)
from tests.statistics import assert_proportion, needed_for_proportion

CT_MEDIAN = 7.34
"""[mm] The median of ko2017's CT, with which the spread was fitted."""
SIZES = np.exp(math.log(16.5) + 0.79 * stats.norm.ppf((np.arange(2000) + 0.5) / 2000))
"""[mm] Diameters of liver metastases as in ko2017 and pmid12147835."""


def mean_sensitivity(sizes: np.ndarray, median: float, spread: float, best: float = 1.0) -> float:
    """Return the share of lesions that are seen."""
    return float(np.mean([detection_probability(d, median, spread, best) for d in sizes]))


@pytest.mark.parametrize(
    ("smallest", "largest", "published"),
    [(0.5, 5.5, 8), (5.5, 10.5, 55), (10.5, 15.5, 91), (15.5, 20.5, 95), (20.5, 60.0, 100)],
)
def test_ct_of_the_liver_by_size(smallest: float, largest: float, published: float) -> None:
    spread, best = load_clinic("imaging")["ct"]["spread"], load_clinic("imaging")["ct"]["best"]
    sizes = np.linspace(smallest, largest, 100)
    found = 100.0 * mean_sensitivity(sizes, CT_MEDIAN, spread, best)
    assert found == pytest.approx(published, abs=4.0)


@pytest.mark.parametrize(("diameter", "published"), [(5.0, 26), (10.0, 91)])
def test_mammography_by_size(diameter: float, published: float) -> None:
    test = load_clinic("screening")["mammography"]
    found = detection_probability(diameter, test["median"], test["spread"], test["best"])
    assert 100.0 * found == pytest.approx(published, abs=0.5)


@pytest.mark.parametrize(
    ("smallest", "largest", "published"),
    [(1.0, 6.0, 20), (6.0, 10.0, 60), (10.0, 20.0, 80), (20.0, 40.0, 98)],
)
def test_colonoscopy_by_size(smallest: float, largest: float, published: float) -> None:
    test = load_clinic("screening")["colonoscopy"]
    found = mean_sensitivity(
        np.linspace(smallest, largest, 100),
        test["precursor_median"],
        test["precursor_spread"],
        test["precursor_best"],
    )
    assert 100.0 * found == pytest.approx(published, abs=4.0)


def median_that_sees(share: float) -> float:
    """Return the median with which that share of liver metastases is seen, at CT's spread."""
    spread = load_clinic("imaging")["ct"]["spread"]
    low, high = 0.1, 200.0
    while high / low > 1.0001:
        middle = math.sqrt(low * high)
        low, high = (
            (middle, high) if mean_sensitivity(SIZES, middle, spread) > share else (low, middle)
        )
    return low


@pytest.mark.parametrize(
    ("modality", "site", "share", "of_ct"),
    [
        ("mri", "everywhere", 0.89, 0.84),
        ("mri", "bone", 0.906, 0.729),
        ("pet_ct", "everywhere", 0.62, 0.84),
        ("pet_ct", "bone", 0.897, 0.729),
        ("pet_ct", "nodes", 0.74, 0.51),
        ("bone_scan", "bone", 0.86, 0.729),
        ("ultrasound", "liver", 0.63, 0.748),
    ],
)
def test_factors_follow_from_pooled_sensitivities(
    modality: str, site: str, share: float, of_ct: float
) -> None:
    factor = median_that_sees(share) / median_that_sees(of_ct)
    assert load_clinic("imaging")[modality]["median"][site] == pytest.approx(factor, rel=0.02)


@given(st.floats(0.001, 0.999), st.floats(0.1, 100.0), st.floats(0.05, 2.0), st.floats(0.05, 1.0))
def test_the_diameter_is_the_inverse_of_the_probability(
    u: float, median: float, spread: float, best: float
) -> None:
    diameter = detection_diameter(u, median, spread, best)
    if u >= best:
        assert diameter == NEVER
    else:
        assert detection_probability(diameter, median, spread, best) == pytest.approx(u, rel=1e-6)


@pytest.mark.parametrize(
    ("diameter", "median", "spread", "expected"),
    [
        (0.0, 0.0, 0.0, 0.0),  # nothing there
        (0.01, 0.0, 0.3, 0.9),  # the best at any size
        (9.99, 10.0, 0.0, 0.0),  # a hard threshold
        (10.0, 10.0, 0.0, 0.9),
        (10.0, 10.0, 0.3, 0.45),
        (20.0, 10.0, 0.5, 0.72),
        (1e-9, 10.0, 0.01, 0.0),
    ],
)
def test_probability_by_hand(
    diameter: float, median: float, spread: float, expected: float
) -> None:
    assert detection_probability(diameter, median, spread, 0.9) == pytest.approx(expected)


def test_a_hard_threshold_is_one_diameter() -> None:
    assert [detection_diameter(u, 8.0, 0.0, 1.0) for u in (0.01, 0.99)] == [8.0, 8.0]


@pytest.mark.parametrize(
    ("day", "active"),
    [(5.0, False), (15.0, True), (25.0, False), (35.0, True), (45.0, False), (55.0, True)],
)
def test_only_what_grows_is_active(day: float, active: bool) -> None:
    lesion = np.zeros(1, LESION).view(np.recarray)[0]
    lesion.wakes, lesion.anchor = 10.0, NEVER
    lesion.balance_from, lesion.balance_until = 20.0, 30.0
    lesion.stall_from, lesion.stall_until = 40.0, 50.0
    assert is_active(lesion, day) == active
    lesion.anchor = 0.0  # treated: it grows again
    assert is_active(lesion, day)


def test_each_examination_errs_by_itself() -> None:
    n = needed_for_proportion(0.05, detect=0.02)
    found = [[false_positive(7, k, 2, scan, 0.05) for scan in (0, 1)] for k in range(n)]
    first, second = np.array(found).T
    assert_proportion(int(first.sum()), n, 0.05, detect=0.02)
    assert_proportion(int(second.sum()), n, 0.05, detect=0.02)
    assert not np.array_equal(first, second)
    other = np.array([false_positive(7, k, 3, 0, 0.05) for k in range(n)])
    assert not np.array_equal(first, other)
