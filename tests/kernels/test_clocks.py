"""Clocks that ring after a geometric number of steps."""

import math
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from paget.kernels.clocks import NEVER, due, in_order, waiting_steps
from tests.statistics import assert_cdf

KEY: Any = np.uint64(1889)


def waits(probability: float, n: int) -> np.ndarray:
    return np.array([waiting_steps(KEY, 130, 7, cell, probability) for cell in range(n)])


def test_waiting_is_geometric() -> None:
    q = 0.1
    # A geometric number is a rounded-up exponential one: spread each over its step, evenly in law.
    drawn = waits(q, 24_000)
    uniform = np.random.default_rng(1).random(len(drawn))
    low, high = 1.0 - (1.0 - q) ** (drawn - 1), 1.0 - (1.0 - q) ** drawn
    assert_cdf(low + uniform * (high - low), lambda x: np.clip(x, 0.0, 1.0), detect=0.03)


def test_no_probability_never_rings_and_certainty_rings_at_once() -> None:
    assert waiting_steps(KEY, 130, 7, 3, 0.0) == NEVER
    assert waiting_steps(KEY, 130, 7, 3, 1.0) == 1


def test_the_rarest_event_does_not_overflow() -> None:
    assert all(0 < wait <= NEVER for wait in waits(1e-15, 50))


def test_each_step_stream_and_cell_has_its_own_draw() -> None:
    one = waiting_steps(KEY, 130, 7, 3, 1e-6)
    assert len({one, waiting_steps(KEY, 130, 8, 3, 1e-6), waiting_steps(KEY, 131, 7, 3, 1e-6)}) == 3


def test_due_finds_the_clocks_of_this_step_and_of_earlier_ones() -> None:
    rings = np.array([5, 3, NEVER, 4, 3], np.int32)
    found = np.empty(5, np.int64)
    count = due(rings, 4, 4, found)  # the last place is not in use
    assert found[:count].tolist() == [1, 3]


def test_a_thinned_clock_gives_the_probability_of_each_step() -> None:
    """A clock bounded by q and accepted by p/q is one of probability p: the mean wait is 1/p."""
    q, p = 0.5, 0.05
    generator = np.random.default_rng(2)
    total = []
    for cell in range(4000):
        step = 0
        while True:
            step += waiting_steps(KEY, 131, step, cell, q)
            if generator.random() < p / q:
                break
        total.append(step)
    mean, deviation = float(np.mean(total)), math.sqrt(1.0 - p) / p
    assert abs(mean - 1.0 / p) < 5.0 * deviation / math.sqrt(len(total))


@given(st.lists(st.floats(1e-9, 1.0, exclude_max=True), max_size=60))
def test_in_order_sorts(numbers: list[float]) -> None:
    luck = np.array(numbers, np.float64)
    assert luck[in_order(luck)].tolist() == sorted(numbers)
