"""Resistance and cure: mutant clones of a lesion's own history, and its last cells."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from paget.clinic.resistance import (
    clonogens,
    cure_probability,
    eradicated,
    inherits,
    resistant_cells,
    survivors,
)
from tests.statistics import assert_mean, assert_proportion

KEY, RATE, LOSS = 12345, 1e-4, 0.5


def numbers(n: float, lesions: int, rate: float = RATE, loss: float = LOSS) -> np.ndarray:
    """Return the resistant cells of many lesions of ``n`` cells."""
    return np.array([resistant_cells(KEY, 1, i, 0, n, rate, loss) for i in range(lesions)])


def test_a_small_colony_has_none_with_the_law_of_luria_and_delbrueck() -> None:
    n = 5001.0
    none = int(np.count_nonzero(numbers(n, 10_000) == 0.0))
    assert_proportion(none, 10_000, math.exp(-RATE * (n - 1.0)), detect=0.04)


def test_the_first_clone_bounds_the_mean_of_the_rest() -> None:
    """Given no clone before 1,000 cells, the mean is known: rate n ln(n / 1000) / (1 - loss)."""
    n, rate = 1e5, 1e-3
    found = numbers(n, 12_000, rate)
    none_before = numbers(1000.0, 12_000, rate) == 0.0
    mean = rate * n * math.log(n / 1000.0) / (1.0 - LOSS)
    assert_mean(found[none_before], mean, detect=0.2 * mean)


@given(st.integers(0, 2**40), st.floats(1.0, 1e10), st.floats(1.0, 3.0))
def test_more_cells_hold_more_that_resist(lesion: int, n: float, factor: float) -> None:
    fewer = resistant_cells(KEY, 3, lesion, 1, n, 1e-8, 0.9)
    more = resistant_cells(KEY, 3, lesion, 1, n * factor, 1e-8, 0.9)
    assert 0.0 <= fewer <= more
    assert more <= n * factor


def test_a_higher_rate_resists_more() -> None:
    low, high = numbers(1e6, 100, 1e-6), numbers(1e6, 100, 1e-4)
    assert (low <= high).all()
    assert low.sum() < high.sum()


def test_clones_of_a_lossy_lesion_are_larger() -> None:
    """Each lasting cell stands for 1/(1 - loss) cells; the number of clones is the same."""
    calm, lossy = numbers(1e6, 300, 1e-6, 0.0), numbers(1e6, 300, 1e-6, 0.9)
    assert ((calm == 0.0) == (lossy == 0.0)).all()
    assert lossy == pytest.approx(10.0 * calm)


def test_kinds_of_drug_have_draws_of_their_own() -> None:
    first = [resistant_cells(KEY, 1, i, 0, 1e6, 1e-6, 0.5) for i in range(50)]
    second = [resistant_cells(KEY, 1, i, 1, 1e6, 1e-6, 0.5) for i in range(50)]
    assert first != second


def test_where_nothing_mutates_nothing_resists() -> None:
    assert resistant_cells(KEY, 1, 1, 0, 1e12, 0.0, 0.5) == 0.0
    assert resistant_cells(KEY, 1, 1, 0, 1.0, 1.0, 0.5) == 0.0


def test_a_founder_takes_after_its_parent() -> None:
    assert inherits(0.09, 0.1)
    assert not inherits(0.1, 0.1)
    assert not inherits(1e-300, 0.0)


def test_cure_by_hand() -> None:
    assert clonogens(1e6, 0.1, 6) == pytest.approx(1.0)
    assert cure_probability(1e6, 0.1, 6) == pytest.approx(math.exp(-1.0))
    assert cure_probability(1e6, 0.1, 0) == 0.0
    assert cure_probability(0.0, 0.5, 1) == 1.0


@given(st.floats(0.0, 1e4), st.floats(0.01, 0.99), st.floats(1e-9, 1.0 - 1e-9))
def test_one_draw_a_course_gives_the_closed_form(n: float, survival: float, u: float) -> None:
    """Told cycle by cycle, a lesion is gone after n cycles exactly if u < exp(-N S^n)."""
    expected, gone = n, False
    for cycles in range(1, 8):
        expected *= survival
        gone = gone or eradicated(u, expected)
        chance = cure_probability(n, survival, cycles)
        if not math.isclose(u, chance, rel_tol=1e-9):
            assert gone == (u < chance)


def test_survivors_are_at_least_one() -> None:
    assert survivors(0.0) == 1.0
    assert survivors(1e-12) == pytest.approx(1.0)
    assert survivors(1.0) == pytest.approx(1.0 / (1.0 - math.exp(-1.0)))
    assert survivors(1e6) == pytest.approx(1e6)


@given(st.floats(0.0, 700.0), st.floats(0.0, 100.0))
def test_survivors_rise(expected: float, more: float) -> None:
    assert survivors(expected + more) >= survivors(expected) * (1.0 - 1e-7)
    assert survivors(expected) >= max(1.0 - 1e-7, expected)
