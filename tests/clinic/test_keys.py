"""Keys of the clinic's draws: two occasions never share one."""

from hypothesis import given
from hypothesis import strategies as st

from paget.clinic.keys import course_key, operation_key, round_key, visit_key

KEYS = st.integers(0, 2**16)


@given(KEYS, KEYS, st.integers(0, 62), st.integers(0, 62))
def test_courses_differ_by_drug_and_by_number(a: int, b: int, one: int, other: int) -> None:
    same = (a, one) == (b, other)
    assert (course_key(a, one) == course_key(b, other)) == same
    assert operation_key(a) != course_key(b, other)


@given(KEYS, KEYS, st.integers(0, 255), st.integers(0, 255))
def test_visits_and_rounds_differ_by_test_and_by_number(
    a: int, b: int, one: int, other: int
) -> None:
    same = (a, one) == (b, other)
    assert (visit_key(a, one) == visit_key(b, other)) == same
    assert (round_key(a, one) == round_key(b, other)) == same


def test_keys_of_draws_never_change() -> None:
    assert course_key(5, 3) == 323
    assert operation_key(5) == 383
    assert visit_key(5, 3) == 1283
    assert round_key(5, 3) == 327_683
