"""Vessels at the start: straight ones."""

import numpy as np
import pytest

from paget.core.errors import ScenarioError
from paget.tissue.grid import Grid
from paget.tissue.vessels import BLOOD, LYMPH, SPROUT, carrying_blood, lay_straight

KEY = np.uint64(7)


@pytest.mark.parametrize("shape", [(40, 31), (20, 31, 33)])
def test_straight_vessels_run_through_the_grid_and_clear_of_the_centre(
    shape: tuple[int, ...],
) -> None:
    grid = Grid(shape, 10.0)
    flags = [BLOOD] * 4 + [LYMPH] * 2
    vessel = lay_straight(grid, flags, 90, 2, KEY, 0).reshape(shape)
    assert (vessel == vessel[0]).all()
    assert sorted(vessel[0][vessel[0] > 0].tolist()) == sorted(flags)
    assert not vessel.ravel()[grid.by_distance()[:90]].any()
    across = Grid(shape[1:], 10.0).margin().reshape(shape[1:])
    assert across[vessel[0] > 0].min() >= 2
    other = lay_straight(grid, flags, 90, 2, np.uint64(8), 0).reshape(shape)
    assert (other != vessel).any()


def test_too_many_straight_vessels_are_refused() -> None:
    with pytest.raises(ScenarioError, match="straight vessels"):
        lay_straight(Grid((9, 9), 10.0), [BLOOD] * 9, 9, 1, KEY, 0)
    assert not lay_straight(Grid((9, 9), 10.0), [], 9, 1, KEY, 0).any()


def test_only_whole_blood_vessels_carry_blood() -> None:
    flags = np.array([0, BLOOD, LYMPH, BLOOD | SPROUT, BLOOD | 4], np.uint8)
    assert carrying_blood(flags).tolist() == [1, 4]
