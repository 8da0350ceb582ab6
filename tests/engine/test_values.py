"""Values: what parameters mean to the engine, and which of them contradict each other."""

import math
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paget.core.errors import PagetError, ParameterError
from paget.core.parameter import Parameter
from paget.run.scenario import load_scenario, resolve
from tests.coherence import check_numbers, tables_of

BASES = ("colon-standard", "colon-screened", "breast-standard", "pancreas-standard")


@pytest.mark.parametrize(
    ("change", "other"),
    [
        ({"progression.precursor_capacity": "2 mm"}, "progression.precursor_reference = 10 mm"),
        ({"progression.precursor_reference": "50 mm"}, "progression.precursor_capacity = 50 mm"),
        ({"growth.capacity": "30 mm"}, "growth.reference_diameter = 40 mm"),
        ({"growth.reference_diameter": "200 mm"}, "growth.capacity = 150 mm"),
        ({"progression.breach_rate": 0.0}, "progression.precursor is on"),
    ],
)
def test_values_that_contradict_each_other_are_refused_with_both(
    change: dict[str, Any], other: str
) -> None:
    with pytest.raises(ParameterError) as caught:
        resolve(load_scenario({"base": "colon", "change": change}))
    message = str(caught.value)
    assert next(iter(change)) in message
    assert other in message


def test_a_reference_beyond_a_capacity_that_nobody_uses_is_allowed() -> None:
    change: dict[str, Any] = {"growth.law": "exponential", "growth.capacity": "30 mm"}
    check_numbers(tables_of({"base": "pancreas", "change": change}, 5))
    change = {"progression.precursor": False, "progression.precursor_capacity": "2 mm"}
    check_numbers(tables_of({"base": "colon", "change": change}, 5))


def test_a_precursor_that_stays_at_its_capacity_breaches_at_last() -> None:
    """What can no longer be told from capacity still passes a hazard at a constant rate."""
    change = {"progression.precursor_capacity": "11 mm", "progression.breach_rate": 1e-5}
    tables = tables_of({"base": "colon", "change": change}, 20)
    check_numbers(tables)
    assert tables["patients"]["invasion_day"].min() > 1e5  # pyright: ignore[reportOperatorIssue]


def value_of(parameter: Parameter, share: float) -> Any:
    """Return a value inside a parameter's range: at its ends, or between them."""
    if isinstance(parameter.value, bool):
        return share < 0.5
    if isinstance(parameter.value, str):
        return parameter.choices[
            min(int(share * len(parameter.choices)), len(parameter.choices) - 1)
        ]
    low = -1e3 if parameter.low is None else parameter.low
    high = 1e3 if parameter.high is None else parameter.high
    if low > 0.0:
        number = math.exp(math.log(low) + share * math.log(high / low))
    else:
        number = low + share * (high - low)
    return f"{min(max(number, low), high)!r} {parameter.unit}".strip()


SHARES = st.one_of(st.sampled_from([0.0, 1.0]), st.floats(0.0, 1.0))


def lives_or_is_refused(base: str, picks: list[tuple[float, float]]) -> None:
    """Live a handful under some changed parameters; every number must be finite or null."""
    parameters = resolve(load_scenario(base)).parameters
    names = sorted(parameters)
    chosen = {names[min(int(at * len(names)), len(names) - 1)]: share for at, share in picks}
    change = {name: value_of(parameters[name], share) for name, share in chosen.items()}
    try:
        tables = tables_of({"base": base, "change": change}, 10)
    except PagetError:
        return
    check_numbers(tables)


PICKS = st.lists(st.tuples(st.floats(0.0, 1.0), SHARES), min_size=1, max_size=3)


@settings(max_examples=15)
@given(st.sampled_from(BASES), PICKS)
def test_numbers_within_their_ranges_give_finite_days(
    base: str, picks: list[tuple[float, float]]
) -> None:
    lives_or_is_refused(base, picks)


@pytest.mark.science
@pytest.mark.slow
@settings(max_examples=1000)
@given(st.sampled_from(BASES), PICKS)
def test_numbers_within_their_ranges_give_finite_days_often(
    base: str, picks: list[tuple[float, float]]
) -> None:
    lives_or_is_refused(base, picks)


def test_the_check_of_finite_numbers_sees_an_infinite_day() -> None:
    """The saboteur: one infinite day among the finite ones."""
    tables = tables_of("colon", 3)
    patients = tables["patients"].with_columns(invasion_day=pl.lit(math.inf))
    with pytest.raises(AssertionError, match="invasion_day"):
        check_numbers({**tables, "patients": patients})
