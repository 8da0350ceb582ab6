"""The checks of ``tests.statistics``: they pass what is right and find what they promise."""

from collections.abc import Callable

import numpy as np
import pytest

from tests.statistics import (
    FALSE_FAIL,
    Floats,
    SampleTooSmallError,
    assert_cdf,
    assert_mean,
    assert_proportion,
    assert_same,
    needed_for_cdf,
    needed_for_mean,
    needed_for_proportion,
    needed_for_same,
)

DETECT = 0.02


def unit_cdf(x: Floats) -> Floats:
    return np.clip(x, 0.0, 1.0)


def check_mean(shift: float, n: int, rng: np.random.Generator) -> None:
    assert_mean(rng.exponential(1.0, n) + shift, 1.0, detect=DETECT)


def check_proportion(shift: float, n: int, rng: np.random.Generator) -> None:
    assert_proportion(int(rng.binomial(n, 0.3 + shift)), n, 0.3, detect=DETECT)


def check_cdf(shift: float, n: int, rng: np.random.Generator) -> None:
    assert_cdf(rng.random(n) + shift, unit_cdf, detect=DETECT)


def check_same(shift: float, n: int, rng: np.random.Generator) -> None:
    assert_same(rng.random(n), rng.random(n) + shift, detect=DETECT)


CHECKS = [
    (check_mean, int(1.1 * needed_for_mean(1.0, detect=DETECT, skewness=2.0))),
    (check_proportion, needed_for_proportion(0.3, detect=DETECT)),
    (check_cdf, needed_for_cdf(detect=DETECT)),
    (check_same, needed_for_same(detect=DETECT)),
]
Check = Callable[[float, int, np.random.Generator], None]


@pytest.mark.parametrize(("check", "n"), CHECKS)
def test_right_sampler_passes(check: Check, n: int) -> None:
    check(0.0, n, np.random.default_rng(1))


@pytest.mark.parametrize("sign", [1.0, -1.0])
@pytest.mark.parametrize(("check", "n"), CHECKS)
def test_promised_fault_is_found(check: Check, n: int, sign: float) -> None:
    with pytest.raises(AssertionError):
        check(sign * DETECT, n, np.random.default_rng(2))


@pytest.mark.parametrize(("check", "n"), CHECKS)
def test_small_sample_is_refused(check: Check, n: int) -> None:
    with pytest.raises(SampleTooSmallError, match="take"):
        check(0.0, n // 2, np.random.default_rng(3))


def test_false_failures_are_as_rare_as_promised() -> None:
    """With a promise of 1 in 20, 600 right samples fail about 30 times."""
    rng = np.random.default_rng(4)
    failures = 0
    for _ in range(600):
        try:
            assert_mean(rng.normal(size=2000), 0.0, detect=0.2, false_fail=0.05)
        except AssertionError:
            failures += 1
    assert_proportion(failures, 600, 0.05, detect=0.1)


def test_band_has_the_known_width() -> None:
    """The band is 0.010 at about 72,500 draws: with no allowance for misses, the known figure."""
    n = 72_500
    assert (np.log(2.0 / FALSE_FAIL) / (2.0 * n)) ** 0.5 == pytest.approx(0.010, rel=1e-3)
    assert needed_for_cdf(detect=0.010) > n


def test_discrete_law_passes_and_its_saboteur_fails() -> None:
    rng = np.random.default_rng(5)

    def coins(x: Floats) -> Floats:
        return np.where(x < 0.0, 0.0, np.where(x < 1.0, 0.5, 1.0))

    n = needed_for_cdf(detect=DETECT)
    assert_cdf(rng.integers(0, 2, n).astype(float), coins, detect=DETECT, discrete=True)
    loaded = (rng.random(n) < 0.5 + DETECT).astype(float)
    with pytest.raises(AssertionError):
        assert_cdf(loaded, coins, detect=DETECT, discrete=True)


def test_impossible_fault_is_refused() -> None:
    with pytest.raises(ValueError, match="no proportion"):
        needed_for_proportion(0.5, detect=0.6)
