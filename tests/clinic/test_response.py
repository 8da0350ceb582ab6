"""Response: cases of RECIST by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paget.clinic.response import recist
from paget.words import COMPLETE, PARTIAL, PROGRESSED, RESPONSES, STABLE

CASES = (
    # baseline, nadir, now, new lesion, targets gone: response
    (100.0, 100.0, 100.0, False, False, STABLE),
    (100.0, 100.0, 70.0, False, False, PARTIAL),
    (100.0, 100.0, 70.1, False, False, STABLE),
    (100.0, 100.0, 119.9, False, False, STABLE),
    (100.0, 100.0, 120.0, False, False, PROGRESSED),
    (100.0, 40.0, 48.0, False, False, PROGRESSED),  # still a partial response by its baseline
    (100.0, 40.0, 47.9, False, False, PARTIAL),
    (100.0, 20.0, 24.9, False, False, PARTIAL),  # a rise of a quarter, but of less than 5 mm
    (100.0, 20.0, 25.0, False, False, PROGRESSED),
    (10.0, 10.0, 14.0, False, False, STABLE),
    (10.0, 10.0, 15.0, False, False, PROGRESSED),
    (100.0, 30.0, 0.0, False, True, COMPLETE),
    (100.0, 30.0, 0.0, True, True, PROGRESSED),
    (100.0, 100.0, 50.0, True, False, PROGRESSED),
    (100.0, 0.0, 4.9, False, False, PARTIAL),  # back after a complete response, yet too small
    (100.0, 0.0, 5.0, False, False, PROGRESSED),
    (0.0, 0.0, 0.0, False, True, STABLE),  # nothing to measure
    (0.0, 0.0, 0.0, True, True, PROGRESSED),
)


@pytest.mark.parametrize(("baseline", "nadir", "now", "is_new", "gone", "expected"), CASES)
def test_by_hand(
    baseline: float, nadir: float, now: float, is_new: bool, gone: bool, expected: int
) -> None:
    assert RESPONSES[recist(baseline, nadir, now, is_new, gone)] == RESPONSES[expected]


@given(st.floats(0.0, 300.0), st.floats(0.0, 300.0), st.floats(0.0, 50.0))
def test_more_tumour_is_never_a_better_response(nadir: float, now: float, more: float) -> None:
    baseline = 300.0
    better = recist(baseline, nadir, now, False, False)
    assert recist(baseline, nadir, now + more, False, False) >= better
