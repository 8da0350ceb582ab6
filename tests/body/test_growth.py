"""Growth: sizes, times and integrals agree with each other and with plain quadrature."""

import math
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate

from paget.body import growth
from paget.body.growth import (
    Law,
    doubling_time,
    elapsed,
    growth_law,
    growth_rate,
    power_integral,
    size_after,
    size_before,
    time_at_integral,
)
from paget.words import EXPONENTIAL, GOMPERTZ, GROWTH_LAWS

CEILING = math.log(2.0) / 4.0
RATES = {"gompertz": 0.001, "logistic": 0.02, "power": 0.5}
CAPACITIES = {"logistic": 1e10}
EXPONENTS = {"power": 0.7}
GENTLE = {
    word: growth_law(
        code,
        RATES.get(word, 0.01),
        CAPACITIES.get(word, 1e12),
        CEILING,
        EXPONENTS.get(word, 0.5),
    )
    for code, word in enumerate(GROWTH_LAWS)
}
"""Every law that there is, growing at a pace at which a tumour may."""
CAPPED = growth_law(GOMPERTZ, 0.02, 1e11, 0.1, 0.5)
"""A Gompertz law whose ceiling binds up to 6.7e8 cells."""
ALL = {**GENTLE, "capped gompertz": CAPPED}
laws = st.sampled_from(list(ALL.values()))


def test_a_kind_that_no_law_has_is_no_number_and_no_other_law() -> None:
    nobodys = growth_law(len(GROWTH_LAWS), 0.01, 1e12, CEILING, 0.5)
    assert math.isnan(growth_rate(nobodys, 10.0))
    assert math.isnan(size_after(nobodys, 10.0, 5.0))
    assert math.isnan(elapsed(nobodys, 10.0, 20.0))
    assert math.isnan(power_integral(nobodys, 0.5, 10.0, 20.0))


def test_a_law_that_lacks_a_function_does_not_load() -> None:
    with pytest.raises(AttributeError, match="size_after"):
        growth._choose("size_after", (ModuleType("half_a_law"),))


@given(laws, st.floats(1.0, 1e8), st.floats(0.1, 3000.0))
def test_time_and_size_are_inverse(law: Law, n: float, days: float) -> None:
    later = size_after(law, n, days)
    assert later >= n
    if law.kind == EXPONENTIAL or later < 0.999 * law.capacity:
        assert elapsed(law, n, later) == pytest.approx(days, rel=1e-8, abs=1e-9)


@given(laws, st.floats(1e-3, 1e9), st.floats(0.0, 1000.0))
def test_growth_can_be_undone(law: Law, n: float, days: float) -> None:
    later = size_after(law, n, days)
    if law.kind == EXPONENTIAL or later < 0.999 * law.capacity:
        assert size_before(law, later, days) == pytest.approx(n, rel=1e-6)


def test_by_the_power_law_a_lesion_grew_from_nothing() -> None:
    assert size_before(GENTLE["power"], 100.0, 1e4) == 0.0


@given(laws, st.floats(1.0, 1e8), st.floats(0.0, 500.0), st.floats(0.0, 500.0))
def test_growth_is_one_flow(law: Law, n: float, first: float, second: float) -> None:
    at_once = size_after(law, n, first + second)
    in_two = size_after(law, size_after(law, n, first), second)
    assert at_once == pytest.approx(in_two, rel=1e-9)


@given(laws, st.floats(1.0, 5e9))
def test_rate_is_the_slope_of_the_logarithm(law: Law, n: float) -> None:
    step = 1e-4 / max(growth_rate(law, n), 1e-6)
    slope = math.log(size_after(law, n, step) / n) / step
    assert slope == pytest.approx(growth_rate(law, n), rel=2e-3)


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("alpha", [0.0, 0.3, 2.0 / 3.0, 1.0, 4.0 / 3.0])
@pytest.mark.parametrize("days", [3.0, 400.0, 2500.0])
def test_power_integral_is_the_integral(name: str, alpha: float, days: float) -> None:
    law, n = ALL[name], 50.0
    end = size_after(law, n, days)
    if end >= law.capacity * (1.0 - 1e-6) and law.kind != EXPONENTIAL:
        end = law.capacity * (1.0 - 1e-6)
        days = elapsed(law, n, end)
    bend = elapsed(CAPPED, n, CAPPED.capacity * math.exp(-5.0)) if law is CAPPED else days / 2.0
    expected, _ = integrate.quad(
        lambda t: size_after(law, n, t) ** alpha,
        0.0,
        days,
        points=[min(bend, days), 0.9 * days, 0.97 * days],
        limit=400,
        epsrel=1e-11,
    )
    assert power_integral(law, alpha, n, end) == pytest.approx(expected, rel=1e-6)


@given(laws, st.floats(0.1, 1.5), st.floats(1.0, 1e7), st.floats(1.0, 2000.0))
def test_time_at_an_integral_inverts_it(law: Law, alpha: float, n: float, days: float) -> None:
    end = size_after(law, n, days)
    if law.kind != EXPONENTIAL and end > 0.999 * law.capacity:
        return
    target = power_integral(law, alpha, n, end)
    assert time_at_integral(law, alpha, n, target) == pytest.approx(days, rel=1e-6)


def test_below_the_corner_growth_is_exponential() -> None:
    assert size_after(CAPPED, 1.0, 50.0) == pytest.approx(math.exp(5.0))
    assert doubling_time(CAPPED, 10.0) == pytest.approx(math.log(2.0) / 0.1)
    corner = CAPPED.capacity * math.exp(-5.0)
    assert growth_rate(CAPPED, corner * 1.001) < 0.1


def test_gompertz_by_hand() -> None:
    law = growth_law(GOMPERTZ, 0.01, 1e9, math.inf, 0.5)
    expected = 1e9 * (1e-6) ** math.exp(-1.0)
    assert size_after(law, 1e3, 100.0) == pytest.approx(expected)


def test_capacity_is_never_reached_nor_passed() -> None:
    for law in (GENTLE["gompertz"], GENTLE["logistic"], CAPPED):
        assert elapsed(law, 1.0, law.capacity) == math.inf
        assert size_after(law, 1.0, 1e6) <= law.capacity * (1.0 + 1e-12)


def test_nothing_happens_in_no_time() -> None:
    for law in ALL.values():
        assert size_after(law, 7.0, 0.0) == pytest.approx(7.0)
        assert elapsed(law, 9.0, 7.0) == 0.0
        assert power_integral(law, 0.7, 9.0, 7.0) == 0.0
        assert time_at_integral(law, 0.7, 9.0, 0.0) == 0.0
        assert time_at_integral(law, 0.0, 9.0, 12.0) == 12.0
