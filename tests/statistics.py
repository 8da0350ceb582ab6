"""Statistical checks with stated error rates, as assertions.

The comparisons themselves are `paget.verify.statistics`, which ``paget verify`` uses
too; here a verdict that does not pass is an ``AssertionError``. A sample too small to show the
fault raises ``SampleTooSmallError``, which is none, so that a saboteur cannot be caught by it.

Public names: ``assert_mean``, ``assert_proportion``, ``assert_cdf``, ``assert_same``, their sample
sizes ``needed_for_mean``, ``needed_for_proportion``, ``needed_for_cdf``, ``needed_for_same``, and
``SampleTooSmallError``.
"""

from collections.abc import Callable

from paget.verify.statistics import (
    FALSE_FAIL,
    MISS,
    Floats,
    SampleTooSmallError,
    Verdict,
    accepted_counts,
    compare_cdf,
    compare_mean,
    compare_proportion,
    compare_same,
    needed_for_cdf,
    needed_for_mean,
    needed_for_proportion,
    needed_for_same,
)

__all__ = [
    "FALSE_FAIL",
    "MISS",
    "Floats",
    "SampleTooSmallError",
    "Verdict",
    "assert_cdf",
    "assert_mean",
    "assert_proportion",
    "assert_same",
    "needed_for_cdf",
    "needed_for_mean",
    "needed_for_proportion",
    "needed_for_same",
]


def assert_mean(
    draws: Floats, expected: float, *, detect: float, false_fail: float = FALSE_FAIL
) -> None:
    """Check the mean of independent draws of finite variance."""
    verdict = compare_mean(draws, expected, detect=detect, false_fail=false_fail)
    assert verdict.passed, (
        f"mean {verdict.engine:.6g} is not {expected:.6g} ± {verdict.limit:.2g} "
        f"({draws.size} draws)"
    )


def assert_proportion(
    successes: int,
    draws: int,
    expected: float,
    *,
    detect: float,
    false_fail: float = FALSE_FAIL,
) -> None:
    """Check the number of successes among independent draws."""
    compare_proportion(successes, draws, expected, detect=detect, false_fail=false_fail)
    low, high = accepted_counts(draws, expected, false_fail)
    assert low <= successes <= high, (
        f"{successes} successes in {draws} draws; proportion {expected:.6g} gives {low} to {high}"
    )


def assert_cdf(
    draws: Floats,
    cdf: Callable[[Floats], Floats],
    *,
    detect: float,
    discrete: bool = False,
    false_fail: float = FALSE_FAIL,
) -> None:
    """Check the whole distribution of independent draws.

    ``detect`` is the largest vertical distance between the distribution functions. With
    ``discrete``, the function may jump, but only where draws can lie.
    """
    verdict = compare_cdf(draws, cdf, detect=detect, discrete=discrete, false_fail=false_fail)
    assert verdict.passed, (
        f"the distribution is {verdict.statistic:.4g} away; {verdict.limit:.4g} is allowed "
        f"({draws.size} draws)"
    )


def assert_same(
    first: Floats, second: Floats, *, detect: float, false_fail: float = FALSE_FAIL
) -> None:
    """Check that two independent samples come from one distribution, whatever it is."""
    verdict = compare_same(first, second, detect=detect, false_fail=false_fail)
    assert verdict.passed, (
        f"the samples are {verdict.statistic:.4g} apart; {verdict.limit:.4g} is allowed "
        f"({first.size} and {second.size} draws)"
    )
