"""Explicit and implicit steps of a field, against the same equations written as matrices."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from paget.kernels.stencils import (
    FIXED,
    MIRROR,
    NO_FLUX,
    Sources,
    euler,
    keep_edges,
    room_for_edges,
)
from paget.kernels.sweeps import line, sweep_columns, sweep_planes, sweep_rows

Floats = NDArray[np.floating[Any]]
EDGES = [NO_FLUX, MIRROR, FIXED]
SHAPES = [(1, 5, 7), (1, 40, 33), (4, 5, 6), (5, 3, 18), (1, 1, 9), (1, 9, 1), (3, 1, 2), (2, 2, 5)]
PADDING: dict[int, Any] = {NO_FLUX: "edge", MIRROR: "reflect", FIXED: "edge"}
KINDS = 3


def field(shape: tuple[int, ...], seed: int = 1) -> Floats:
    return np.random.default_rng(seed).random(shape)


def sources(shape: tuple[int, ...], *, extra: bool = False, dtype: Any = np.float64) -> Sources:
    """Return two kinds of sources, of which one counts, and more beside them."""
    rng = np.random.default_rng(2)
    lines = (shape[0] * shape[1], shape[2])
    return Sources(
        rng.integers(0, 5, (KINDS, *lines)).astype(np.uint16),
        np.array([0, 2]),
        np.array([0.25, 0.5], dtype),
        rng.random(lines).astype(dtype) if extra else np.empty((0, shape[2]), dtype),
    )


def made(given: Sources, shape: tuple[int, ...]) -> Floats:
    total = np.tensordot(given.strengths, given.counts[given.kinds], axes=1)
    return (total + given.extra if len(given.extra) else total).reshape(shape)


def second_difference(u: Floats, axis: int, edge: int) -> Floats:
    """Return u[i-1] - 2 u[i] + u[i+1] along an axis; nothing where there is one point."""
    if u.shape[axis] == 1:
        return np.zeros_like(u)
    padded = np.pad(u, [(int(a == axis),) * 2 for a in range(u.ndim)], mode=PADDING[edge])
    return np.diff(padded, 2, axis=axis)


def is_edge(shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """Tell which points lie on the edge of a plane or a box."""
    inside = np.zeros(shape, bool)
    inside[tuple(slice(1, -1) if n > 1 else slice(None) for n in shape)] = True
    return ~inside


def expected_explicit(u: Floats, ratio: float, decay: float, edge: int, given: Sources) -> Floats:
    axes = [axis for axis in range(3) if u.shape[axis] > 1]
    laplacian = np.sum([second_difference(u, axis, edge) for axis in axes], axis=0)
    new = u + ratio * laplacian - decay * u + made(given, u.shape)
    return np.where(is_edge(u.shape), u, new) if edge == FIXED else new


def stepped(
    u: Floats, ratio: float, decay: float, edge: int, given: Sources, shares: int
) -> Floats:
    planes, rows, columns = u.shape
    values = u.reshape(-1, columns).copy()
    keep = 1.0 - (6.0 if planes > 1 else 4.0) * ratio - decay
    kept = room_for_edges(values, rows, shares)
    cuts = [number * planes // shares for number in range(shares + 1)]
    spans = list(pairwise(cuts))
    for first, last in spans:
        keep_edges(values, planes, rows, kept, first, last)
    for first, last in spans:
        dtype: Any = values.dtype.type
        euler(values, planes, rows, dtype(ratio), dtype(keep), edge, given, kept, first, last)
    return values.reshape(u.shape)


@pytest.mark.parametrize("edge", EDGES)
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("extra", [False, True])
def test_an_explicit_step_is_the_equation(
    shape: tuple[int, int, int], edge: int, extra: bool
) -> None:
    u, given = field(shape), sources(shape, extra=extra)
    found = stepped(u, 0.07, 0.01, edge, given, 1)
    np.testing.assert_allclose(found, expected_explicit(u, 0.07, 0.01, edge, given), atol=1e-14)


@pytest.mark.parametrize("edge", EDGES)
@pytest.mark.parametrize("shape", [(4, 5, 6), (5, 3, 18)])
def test_shares_of_the_planes_change_no_bit(shape: tuple[int, int, int], edge: int) -> None:
    u, given = field(shape), sources(shape)
    whole = stepped(u, 0.07, 0.01, edge, given, 1)
    for shares in range(2, shape[0] + 1):
        np.testing.assert_array_equal(stepped(u, 0.07, 0.01, edge, given, shares), whole)


def test_an_explicit_step_in_32_bits() -> None:
    u = field((1, 40, 33))
    given = sources((1, 40, 33), dtype=np.float32)
    found = stepped(u.astype(np.float32), 0.07, 0.01, MIRROR, given, 1)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected_explicit(u, 0.07, 0.01, MIRROR, given), atol=1e-6)


def swept(u: Floats, ratio: float, stay: float, edge: int, given: Sources, shares: int) -> Floats:
    planes, rows, columns = u.shape
    values = u.reshape(-1, columns).copy()
    systems = [line(n, ratio, stay, edge, values.dtype) for n in u.shape]
    cuts = [number * planes // shares for number in range(shares + 1)]
    spans = list(pairwise(cuts))
    for span in spans:
        sweep_columns(values, planes, rows, systems[2], edge, given, *span)
    for span in spans:
        sweep_rows(values, planes, rows, systems[1], edge, *span)
    for span in spans if planes > 1 else []:
        sweep_planes(values, planes, rows, systems[0], edge, *span)
    return values.reshape(u.shape)


@pytest.mark.parametrize("edge", EDGES)
@pytest.mark.parametrize("shape", SHAPES)
def test_an_implicit_step_undone_axis_by_axis(shape: tuple[int, int, int], edge: int) -> None:
    """Applying each axis' operator to the result gives the field with its sources back."""
    u, given = field(shape), sources(shape)
    back = swept(u, 3.0, 1.05, edge, given, 1)
    rim = is_edge(shape)
    for axis in range(3):
        if shape[axis] > 1 or axis > 0:
            applied = 1.05 * back - 3.0 * second_difference(back, axis, edge)
            back = np.where(rim, back, applied) if edge == FIXED else applied
    start = u + made(given, shape)
    np.testing.assert_allclose(
        back, np.where(rim, u, start) if edge == FIXED else start, rtol=1e-10
    )


@pytest.mark.parametrize("edge", EDGES)
def test_shares_of_an_implicit_step_change_no_bit(edge: int) -> None:
    shape = (5, 4, 18)
    u, given = field(shape), sources(shape)
    whole = swept(u, 3.0, 1.05, edge, given, 1)
    for shares in (2, 3, 5):
        np.testing.assert_array_equal(swept(u, 3.0, 1.05, edge, given, shares), whole)


@pytest.mark.parametrize("shape", SHAPES)
def test_without_flux_the_sum_stays(shape: tuple[int, int, int]) -> None:
    """Both steps conserve what is there; a mirror on the edge point does not, point by point."""
    u = field(shape)
    nothing = Sources(
        np.zeros((1, shape[0] * shape[1], shape[2]), np.uint16),
        np.empty(0, np.int64),
        np.empty(0),
        np.empty((0, shape[2])),
    )
    for result in (
        stepped(u, 0.1, 0.0, NO_FLUX, nothing, 1),
        swept(u, 9.0, 1.0, NO_FLUX, nothing, 1),
    ):
        assert result.sum() == pytest.approx(u.sum(), rel=1e-13)
    assert stepped(u, 0.1, 0.0, MIRROR, nothing, 1).sum() != pytest.approx(u.sum(), rel=1e-9)


def test_an_implicit_step_makes_nothing_negative() -> None:
    u = np.zeros((1, 30, 30))
    u[0, 3, 4] = 1.0
    nothing = Sources(
        np.zeros((1, 30, 30), np.uint16), np.empty(0, np.int64), np.empty(0), np.empty((0, 30))
    )
    assert swept(u, 1e4, 1.0, NO_FLUX, nothing, 1).min() >= 0.0
