"""Gauss-Legendre rules: exact up to their degree and no further."""

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from paget.kernels.jit import jit
from paget.kernels.quadrature import NODES_8, NODES_16, WEIGHTS_8, WEIGHTS_16

Floats = NDArray[np.float64]
RULES = [(8, NODES_8, WEIGHTS_8), (16, NODES_16, WEIGHTS_16)]


def integral_of_power(nodes: Floats, weights: Floats, power: int) -> float:
    """Integrate x^power over [0, 1]: the answer is 1 / (power + 1)."""
    return float(np.sum(0.5 * weights * (0.5 + 0.5 * nodes) ** power))


@pytest.mark.parametrize(("n", "nodes", "weights"), RULES)
def test_exact_up_to_degree(n: int, nodes: Floats, weights: Floats) -> None:
    for power in range(2 * n):
        assert integral_of_power(nodes, weights, power) == pytest.approx(1 / (power + 1), rel=1e-13)


def test_order_of_the_rule_of_eight() -> None:
    """The first power that is not exact misses by the known remainder of the rule."""
    n = 8
    remainder = math.factorial(n) ** 4 / ((2 * n + 1) * math.factorial(2 * n) ** 2)
    error = 1 / (2 * n + 1) - integral_of_power(NODES_8, WEIGHTS_8, 2 * n)
    assert error == pytest.approx(remainder, rel=1e-4)


@pytest.mark.parametrize(("n", "nodes", "weights"), RULES)
def test_arrays_are_symmetric_and_cannot_be_written(n: int, nodes: Floats, weights: Floats) -> None:
    assert nodes.size == weights.size == n
    np.testing.assert_allclose(nodes, -nodes[::-1], atol=1e-16)
    with pytest.raises(ValueError, match="read-only"):
        nodes[0] = 0.0
    with pytest.raises(ValueError, match="read-only"):
        weights[0] = 0.0


@jit
def _integral_of_exp(a: float, b: float) -> float:
    middle = 0.5 * (a + b)
    half = 0.5 * (b - a)
    total = 0.0
    for k in range(8):
        total += WEIGHTS_8[k] * math.exp(middle + half * NODES_8[k])
    return total * half


def test_compiled_code_may_use_the_arrays() -> None:
    assert _integral_of_exp(0.0, 1.0) == pytest.approx(math.e - 1.0, rel=1e-14)
