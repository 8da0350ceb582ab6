"""Vessels: which voxels hold one, of which kind, and whether its wall is whole.

A voxel's vessel is a sum of flags: 0 none, `BLOOD` or `LYMPH`, `RUPTURED` where the wall is open,
`SPROUT` where it carries no blood yet.

Public names: `BLOOD`, `LYMPH`, `RUPTURED`, `SPROUT`, `lay_points`, `lay_straight`,
`carrying_blood`.
"""

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from paget.core.errors import ScenarioError
from paget.core.streams import TISSUE_VESSELS
from paget.kernels.philox import uniform
from paget.tissue.grid import Grid

BLOOD: Final = 1
LYMPH: Final = 2
RUPTURED: Final = 4
SPROUT: Final = 8


def lay_points(
    grid: Grid, flags: list[int], clear: int, margin: int, key: Any, tissue: int
) -> npt.NDArray[np.uint8]:
    """Return vessels of one voxel each, at random.

    Parameters
    ----------
    grid : where they lie.
    flags : what each vessel is.
    clear : how many voxels nearest to the centre stay free.
    margin : voxels between a vessel and the nearest edge, at least.
    key : of the draws.
    tissue : number of the tissue in its cascade.
    """
    vessel = np.zeros(grid.voxels, np.uint8)
    if not flags:
        return vessel
    free = grid.margin() >= margin
    free[grid.by_distance()[:clear]] = False
    places = np.flatnonzero(free)
    if len(places) < len(flags):
        raise ScenarioError(
            f"{len(flags)} vessels in a grid of {grid.shape}",
            allowed=f"only {len(places)} voxels lie outside the centre and off the edge",
            remedy="Give a larger grid, or fewer vessels.",
        )
    luck = [uniform(key, TISSUE_VESSELS, tissue, int(voxel), 0) for voxel in places]
    vessel[places[np.argsort(luck)[: len(flags)]]] = flags
    return vessel


def lay_straight(
    grid: Grid, flags: list[int], clear: int, margin: int, key: Any, tissue: int
) -> npt.NDArray[np.uint8]:
    """Return vessels that run straight through the grid along its first axis, at random.

    No vessel comes within the ball of the ``clear`` voxels nearest to the centre, nor, across its
    course, within ``margin`` voxels of an edge. Parameters as for `lay_points`.
    """
    vessel = np.zeros(grid.shape, np.uint8)
    if not flags:
        return vessel.ravel()
    across = Grid(grid.shape[1:], grid.spacing)
    taken = np.zeros(grid.voxels, np.bool_)
    taken[grid.by_distance()[:clear]] = True
    free = (across.margin() >= margin) & ~taken.reshape(grid.shape[0], -1).any(axis=0)
    places = np.flatnonzero(free)
    if len(places) < len(flags):
        raise ScenarioError(
            f"{len(flags)} straight vessels in a grid of {grid.shape}",
            allowed=f"only {len(places)} lines lie outside the centre and off the edge",
            remedy="Give a larger grid, or fewer vessels.",
        )
    luck = [uniform(key, TISSUE_VESSELS, tissue, int(line), 1) for line in places]
    vessel.reshape(grid.shape[0], -1)[:, places[np.argsort(luck)[: len(flags)]]] = flags
    return vessel.ravel()


def carrying_blood(vessel: npt.NDArray[np.uint8]) -> npt.NDArray[np.int64]:
    """Return the voxels of vessels that carry blood."""
    return np.flatnonzero((vessel & (BLOOD | SPROUT)) == BLOOD)
