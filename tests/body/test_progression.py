"""Progression: depth and access, motility, grade, breach and the competent clone."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from paget.body.growth import NEVER, elapsed, growth_law, power_integral, size_after
from paget.body.hazard import MAX_PIECES, N_COLUMNS, Pieces, rate_at
from paget.body.progression import (
    SURFACE,
    breach_day,
    cells,
    competence_size,
    depth,
    diameter,
    grade,
    invasion_pieces,
    motile_fraction,
)
from paget.words import GOMPERTZ
from tests.lived import Changes, Table, model_of

LAW = growth_law(GOMPERTZ, 0.001, 3.5e11, 0.17, 0.5)
MM = 1000.0


def parameters(changes: Changes) -> Table:
    return model_of(changes).world


def written(p: Table, access: Table, first: float, depth_ratio: float) -> tuple[Pieces, int, float]:
    """Return the pieces of a hazard with coefficient and exponent 1, and the cells at 1 um."""
    pieces = np.zeros((MAX_PIECES, N_COLUMNS))
    per_depth = math.pi / 6.0 * float(p.density) / depth_ratio**3
    n = invasion_pieces(pieces, first, math.inf, per_depth, access, 1.0, 1.0, p)
    return pieces, n, per_depth


@given(st.floats(1.0, 1e5))
def test_diameter_and_cells_are_inverse(d: float) -> None:
    assert diameter(cells(d, 2e-4), 2e-4) == pytest.approx(d)


def test_a_ball_of_10_mm_at_2e5_cells_per_mm3() -> None:
    assert cells(10.0 * MM, 2e-4) == pytest.approx(math.pi / 6.0 * 1000.0 * 2e5)
    assert depth(cells(40.0 * MM, 2e-4), 0.25, 2e-4) == pytest.approx(10.0 * MM)


def test_breach_passes_its_threshold() -> None:
    day = breach_day(LAW, 1e-9, 0.7)
    grown = power_integral(LAW, SURFACE, 1.0, size_after(LAW, 1.0, day))
    assert 1e-9 * grown == pytest.approx(0.7)
    assert breach_day(LAW, 2e-9, 0.7) < day


def test_motile_fraction_rises_to_its_ceiling() -> None:
    p = parameters({})
    assert motile_fraction(p.motile_cells, p) == pytest.approx(p.motile_reference)
    sizes = [motile_fraction(10.0**k, p) for k in range(40)]
    assert np.all(np.diff(sizes) >= 0.0)
    assert max(sizes) == p.motile_ceiling


def test_grade_goes_by_size_and_factor() -> None:
    p = parameters({})
    assert grade(p.grade2_cells * 0.99, 1.0, p) == 1
    assert grade(p.grade2_cells, 1.0, p) == 2
    assert grade(p.grade3_cells, 1.0, p) == 3
    assert grade(p.grade3_cells, 1e-6, p) == 1


@pytest.mark.parametrize("route", ["access_blood", "access_lymph", "access_serosa"])
def test_access_is_what_is_stated_at_each_layer(route: str) -> None:
    p = parameters({})
    pieces, n, per_depth = written(p, p[route], 1.0, 0.3)
    for layer in range(4):
        size = per_depth * p.access_depth[layer] ** 3
        access = rate_at(pieces, n, size) / (size * motile_fraction(size, p))
        assert access == pytest.approx(p[route][layer])
    beyond = per_depth * (3.0 * p.access_depth[3]) ** 3
    access = rate_at(pieces, n, beyond) / (beyond * motile_fraction(beyond, p))
    assert access == pytest.approx(p[route][3])
    before = per_depth * (0.5 * p.access_depth[0]) ** 3
    access = rate_at(pieces, n, before) / (before * motile_fraction(before, p))
    assert access == pytest.approx(p[route][0] * 0.5**p.access_entry)


@pytest.mark.parametrize("ceiling", [0.5, 0.06])
def test_access_is_continuous_and_rises(ceiling: float) -> None:
    p = parameters({"progression.motile_ceiling": ceiling})
    pieces, n, _ = written(p, p.access_lymph, 2e5, 0.3)
    assert 0 < n <= MAX_PIECES
    starts = pieces[:n, 0]
    assert np.all(np.diff(starts) > 0.0)
    for start in starts[1:]:
        below, above = rate_at(pieces, n, start * (1 - 1e-9)), rate_at(pieces, n, start)
        assert below == pytest.approx(above, rel=1e-6)
    sizes = np.geomspace(2e5, 1e13, 400)
    rates = np.array([rate_at(pieces, n, size) for size in sizes])
    assert np.all(np.diff(rates) > 0.0)
    assert rate_at(pieces, n, 1.9e5) == 0.0


def test_a_clone_takes_over_after_it_has_arisen() -> None:
    p = parameters({"progression.clone_mutation_rate": 1e-8})
    size = competence_size(LAW, 1.0, 1.0, p)
    divisions = LAW.ceiling / (1.0 - p.cell_loss)
    arisen = size_after(LAW, size, 0.0)
    at = elapsed(LAW, 1.0, arisen)
    low, high = 1.0, size
    for _ in range(100):  # the size n at which it arose: 1e-8 * births up to n = 1
        middle = math.sqrt(low * high)
        if 1e-8 * divisions * power_integral(LAW, 1.0, 1.0, middle) < 1.0:
            low = middle
        else:
            high = middle
    wait = at - elapsed(LAW, 1.0, low)
    assert wait == pytest.approx(math.log(low) / p.clone_advantage, rel=1e-6)


def test_a_clone_that_never_arises_never_takes_over() -> None:
    p = parameters({"progression.clone_mutation_rate": 1e-15})
    # The law saturates: no finite number of days is too many, but the size is that of capacity.
    size = competence_size(LAW, 1.0, 1e12, p)
    assert size == NEVER or size == pytest.approx(LAW.capacity, rel=1e-3)
