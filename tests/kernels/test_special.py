"""Special functions against scipy, closed forms and each other."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special

from paget.kernels.jit import jit
from paget.kernels.philox import uniform
from paget.kernels.special import (
    expint1,
    expint1_inverse,
    expint1_scaled,
    gamma_p,
    gamma_quantile,
    normal_cdf,
)
from tests.statistics import Floats, assert_cdf, needed_for_cdf

Function = Callable[[float], float]


def mapped(function: Function, x: Floats) -> Floats:
    return np.array([function(float(value)) for value in x])


def logarithmic(low: float, high: float) -> st.SearchStrategy[float]:
    """Draw numbers evenly on a logarithmic scale."""
    return st.floats(math.log10(low), math.log10(high)).map(lambda power: 10.0**power)


# ------------------------------------------------------------------------ exponential integral


def worst_expint1_error(function: Function) -> float:
    x = np.concatenate(
        [
            np.geomspace(1e-12, 699.9, 4001),
            np.linspace(0.99, 1.01, 101),
            np.linspace(3.99, 4.01, 101),
        ]
    )
    return float(np.max(np.abs(mapped(function, x) / special.exp1(x) - 1.0)))


def test_expint1_agrees_with_scipy() -> None:
    assert worst_expint1_error(expint1) < 1e-13


def test_saboteur_of_expint1_is_seen() -> None:
    """The well-known bounds of E1 by logarithms are near, and are not E1."""
    assert worst_expint1_error(lambda x: math.exp(-x) * math.log1p(1.0 / x)) > 1e-13
    assert worst_expint1_error(lambda x: expint1(x) * (1.0 + 3e-13)) > 1e-13


def test_expint1_near_zero_is_a_logarithm() -> None:
    for x in (1e-300, 1e-200, 1e-100, 1e-20):
        assert expint1(x) == pytest.approx(-math.log(x) - float(np.euler_gamma), rel=1e-15)


def test_expint1_at_its_ends() -> None:
    assert expint1(0.0) == math.inf
    assert expint1(700.0) > 0.0
    assert expint1(700.1) == 0.0
    assert expint1(math.inf) == 0.0


def test_expint1_known_value() -> None:
    assert expint1(1.0) == pytest.approx(0.21938393439552027368, rel=1e-15)


@given(logarithmic(1e-10, 600.0))
def test_scaled_form_is_the_same_function(x: float) -> None:
    assert expint1_scaled(x) * math.exp(-x) == pytest.approx(expint1(x), rel=1e-14)


def test_scaled_form_does_not_underflow() -> None:
    assert expint1_scaled(1e6) == pytest.approx(1e-6 * (1.0 - 1e-6), rel=1e-11)


@given(logarithmic(1e-12, 690.0), logarithmic(1e-12, 1.0))
def test_expint1_falls(x: float, step: float) -> None:
    assert expint1(x * (1.0 + step)) <= expint1(x) * (1.0 + 1e-14)


# --------------------------------------------------------------------------------- its inverse


def inverse_error(inverse: Function, y: float) -> float:
    """Return the relative error of z, from the residual and the slope -e^-z / z of E1."""
    z = inverse(y)
    if y > 30.0:  # there E1(z) = -ln z - gamma to the last digit
        return abs(z * math.exp(y + float(np.euler_gamma)) - 1.0)
    return abs(float(special.exp1(z)) - y) * math.exp(z)


@given(logarithmic(1e-300, 700.0))
def test_inverse_is_accurate(y: float) -> None:
    assert inverse_error(expint1_inverse, y) < 1e-12


@pytest.mark.parametrize("edge", [0.21938393439552029, math.exp(-30.0)])
def test_inverse_is_smooth_where_its_pieces_meet(edge: float) -> None:
    for y in np.linspace(0.999 * edge, 1.001 * edge, 101):
        assert inverse_error(expint1_inverse, float(y)) < 1e-12


def test_saboteur_of_inverse_is_seen() -> None:
    assert inverse_error(lambda y: expint1_inverse(y) * (1.0 + 3e-12), 0.1) > 1e-12
    assert inverse_error(lambda y: expint1_inverse(y) * (1.0 + 3e-12), 100.0) > 1e-12


@given(logarithmic(1e-290, 690.0))
def test_inverse_returns_to_the_start(z: float) -> None:
    assert expint1_inverse(expint1(z)) == pytest.approx(z, rel=1e-12)


def test_inverse_at_its_ends() -> None:
    assert expint1_inverse(0.0) == math.inf
    assert 0.0 < expint1_inverse(700.0) < 1e-300
    assert 690.0 < expint1_inverse(5e-324) < 750.0


# ---------------------------------------------------------------------------------- normal law


@given(st.floats(-37.0, 8.0))
def test_normal_cdf(x: float) -> None:
    assert normal_cdf(x) == pytest.approx(float(special.ndtr(x)), rel=1e-13)


# ----------------------------------------------------------------------------------- gamma law


@given(logarithmic(1e-3, 1e4), logarithmic(1e-2, 10.0))
def test_gamma_p_agrees_with_scipy(a: float, ratio: float) -> None:
    expected = float(special.gammainc(a, a * ratio))
    assert gamma_p(a, a * ratio) == pytest.approx(expected, rel=1e-10, abs=1e-290)


@given(logarithmic(1e-6, 100.0))
def test_gamma_p_closed_forms(x: float) -> None:
    assert gamma_p(0.5, x) == pytest.approx(math.erf(math.sqrt(x)), rel=1e-13)
    assert gamma_p(1.0, x) == pytest.approx(-math.expm1(-x), rel=1e-13)
    assert 1.0 - gamma_p(3.0, x) == pytest.approx(math.exp(-x) * (1.0 + x + x * x / 2.0), abs=1e-14)


def test_gamma_p_at_its_ends() -> None:
    assert gamma_p(2.0, 0.0) == 0.0
    assert gamma_p(2.0, -1.0) == 0.0
    assert gamma_p(2.0, math.inf) == 1.0


def test_gamma_p_of_a_large_shape() -> None:
    """A sum with 40 digits gives this value; scipy is off by 4e-6 here."""
    expected = 6.400306418306778e-07
    assert gamma_p(956603.7405539935, 951874.6434643429) == pytest.approx(expected, rel=1e-11)


@given(logarithmic(1e-3, 1e4), st.floats(1e-12, 1.0 - 1e-12))
def test_gamma_quantile_agrees_with_scipy(a: float, u: float) -> None:
    expected = special.gammaincinv(a, u) if u < 0.5 else special.gammainccinv(a, 1.0 - u)
    assert gamma_quantile(u, a) == pytest.approx(float(expected), rel=1e-10, abs=1e-290)


@given(logarithmic(1e-2, 1e5), logarithmic(1e-200, 0.999))
def test_gamma_quantile_inverts_gamma_p(a: float, u: float) -> None:
    x = gamma_quantile(u, a)
    if x > 1e-300:
        assert gamma_p(a, x) == pytest.approx(u, rel=1e-9)


@given(st.floats(1e-12, 1.0 - 1e-12))
def test_gamma_quantile_closed_form(u: float) -> None:
    assert gamma_quantile(u, 1.0) == pytest.approx(-math.log1p(-u), rel=1e-11)


def test_gamma_quantile_at_its_ends() -> None:
    assert gamma_quantile(0.0, 2.0) == 0.0
    assert gamma_quantile(1.0, 2.0) == math.inf
    assert gamma_quantile(1e-3, 1e-3) == 0.0
    assert math.isfinite(gamma_quantile(1.0 - 2.0**-53, 1e6))
    assert math.isfinite(gamma_quantile(1.0 - 2.0**-53, 1e-3))


@jit
def _fill_gamma(shape: float, out: Floats) -> None:
    for i in range(out.size):
        out[i] = gamma_quantile(uniform(1889, 1, 2, 3, i), shape)


@pytest.mark.parametrize("shape", [0.4, 1.5, 30.0])
def test_law_of_drawn_gammas_and_its_saboteur(shape: float) -> None:
    draws = np.empty(needed_for_cdf(detect=0.01))
    _fill_gamma(shape, draws)
    assert_cdf(draws, lambda x: special.gammainc(shape, x), detect=0.01)
    with pytest.raises(AssertionError):
        assert_cdf(draws, lambda x: special.gammainc(1.05 * shape, x), detect=0.01)
