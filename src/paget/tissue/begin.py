"""The first moment of a tissue: vessels laid, cells put in their places.

Public names: `lay_vessels`, `settle_start`.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from paget.core.errors import ScenarioError
from paget.core.streams import TISSUE_CELLS
from paget.kernels.jit import jit
from paget.kernels.philox import counter, uniforms
from paget.tissue.kinds import kind_number
from paget.tissue.model import StartSpec, VesselSpec
from paget.tissue.state import Tissue
from paget.tissue.vessels import BLOOD, LYMPH, RUPTURED, lay_points, lay_straight


def lay_vessels(tissue: Tissue, spec: VesselSpec) -> None:
    """Lay the vessels that a model asks for."""
    flags = [BLOOD | RUPTURED] * spec.ruptured + [BLOOD] * spec.intact + [LYMPH] * spec.lymph
    lay = lay_points if spec.pattern == "points" else lay_straight
    grid = tissue.model.lattice
    tissue.lattice.vessel[:] = lay(
        grid, flags, spec.clear_centre, spec.margin, tissue.key, tissue.number
    )


def settle_start(tissue: Tissue, number: int, spec: StartSpec) -> None:
    """Put the cells of one entry of ``start`` in their places, at random within them.

    Parameters
    ----------
    tissue : receives the cells.
    number : of the entry: it names the draws.
    spec : the entry.
    """
    kinds = np.repeat(
        [kind_number(name, tissue.model.where("start")) for name in spec.cells],
        list(spec.cells.values()),
    )
    if len(kinds) == 0:
        return
    voxels, free = _room(tissue, spec, len(kinds))
    room = int(free.sum())
    if room < len(kinds):
        raise ScenarioError(
            f"{len(kinds)} cells at the start ({spec.place})",
            tissue.model.where(f"start[{number}]") or tissue.model.where("start"),
            f"the box has room for {room} of them there",
            "Give a larger grid, more voxels or fewer cells.",
        )
    chosen = np.empty(len(kinds), np.int64)
    _scatter(chosen, free, tissue.key, tissue.number, number)
    tissue.settle(voxels[chosen], kinds)


def _room(
    tissue: Tissue, spec: StartSpec, cells: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return the voxels of an entry, and how many cells each can take."""
    grid, lattice = tissue.model.lattice, tissue.lattice
    free = np.maximum(lattice.capacity - lattice.occupied.astype(np.int64), 0)
    free[lattice.closed != 0] = 0
    order = grid.by_distance()
    centre = spec.voxels or int(np.searchsorted(np.cumsum(free[order]), cells) + 1)
    if spec.place == "centre":
        order = order[:centre]
    elif spec.place == "outside":
        order = order[centre:]
    return order, free[order]


@jit
def _scatter(chosen: Any, free: Any, key: int, tissue: int, number: int) -> None:
    """Choose a place for each cell, every free place alike, and take it."""
    most = free.max()
    for i in range(len(chosen)):
        attempt = 0
        while True:
            c0, c1, c2, c3 = counter(TISSUE_CELLS, tissue, (number << 40) | i, attempt)
            u, v = uniforms(key, c0, c1, c2, c3)
            place = int(u * len(free))
            if v * most < free[place]:
                break
            attempt += 1
        chosen[i] = place
        free[place] -= 1
