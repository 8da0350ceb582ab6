"""Gauss-Legendre quadrature on [-1, 1]: n nodes are exact for polynomials of degree 2 n - 1.

The integral of f over [a, b] is about ``h * sum(WEIGHTS[k] * f(m + h * NODES[k]))`` with the middle
m = (a + b) / 2 and half the width h = (b - a) / 2. Compiled functions freeze these arrays, and
they cannot be written to.

Public names: ``NODES_8``, ``WEIGHTS_8``, ``NODES_16``, ``WEIGHTS_16``.
"""

import numpy as np
from numpy.typing import NDArray


def _rule(n: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the n nodes, rising, and their weights."""
    nodes, weights = np.polynomial.legendre.leggauss(n)
    nodes.flags.writeable = False
    weights.flags.writeable = False
    return nodes, weights


NODES_8, WEIGHTS_8 = _rule(8)
NODES_16, WEIGHTS_16 = _rule(16)
