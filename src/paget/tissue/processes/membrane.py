r"""Basement membrane: a tumour in situ lies behind it until its MMPs open a hole.

The membrane is a closed shell, one voxel thick, around the centre of the primary; no cell enters a
voxel of it while it is whole there. Its share b that is left (the field ``membrane``, 1 when whole)
follows

.. math:: \frac{db}{dt} = -\frac{1}{\rho} \Big(\sum_k g_k c_k + g_m m\Big)\, b

with the cells c next to the voxel, their ``mt1mmp`` g, MMP-2 m and its action on the matrix g_m:
what dissolves matrix dissolves the membrane, ``membrane.resistance`` times as slowly. Where b has
fallen below ``membrane.opens_below`` the voxel opens for good.

The tally ``breach_step`` is the step of the first hole; `front_depth` is how far beyond the
membrane the tumour has come.

Assumes: a membrane without collagen synthesis, which does not mend.

Source: assumption.

Public names: `Membrane`, `front_depth`.
"""

from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt

from paget.core.errors import ScenarioError
from paget.kernels.jit import jit
from paget.tissue.cells import Lattice, neighbours
from paget.tissue.grid import Grid
from paget.tissue.kinds import MESENCHYMAL
from paget.tissue.model import Model
from paget.tissue.process import Process
from paget.tissue.rules import Rates, value_of
from paget.tissue.state import Tissue


class Membrane(Process):
    """A shell around the tumour that MMPs dissolve."""

    name = "membrane"
    behaviours = MappingProxyType({"mt1mmp": "1/day"})

    def __init__(self, model: Model) -> None:
        super().__init__(model)
        if model.membrane is None:
            raise ScenarioError(
                "the process membrane in a model without a membrane",
                model.where("processes"),
                "needs to know where it lies",
                "Give membrane = its radius in voxels.",
            )
        self.field = model.field("membrane")
        self.mmp2 = model.field("mmp2")
        self.mt1mmp = model.rates("mt1mmp")
        self.loss_to_mmp2 = model.values.real("matrix.loss_to_mmp2")
        self.pace = model.step_days / model.values.real("membrane.resistance")
        self.opens_below = model.values.real("membrane.opens_below")
        self.shell = _shell(model.lattice, model.membrane)

    def begin(self, tissue: Tissue) -> None:
        """Close the shell around the primary."""
        tissue.lattice.fields[self.field] = 0.0
        if tissue.number == 0:
            tissue.lattice.fields[self.field, self.shell] = 1.0
            tissue.lattice.closed[self.shell] = 1

    def step(self, tissue: Tissue) -> None:
        """Dissolve the membrane, and open it where little is left."""
        if tissue.number != 0:
            return
        opened = _dissolve(
            tissue.lattice,
            self.field,
            self.mmp2,
            self.mt1mmp,
            self.loss_to_mmp2,
            self.shell,
            self.opens_below,
            self.pace,
        )
        if opened:
            if "breach_step" not in tissue.tallies:
                tissue.tally("breach_step", tissue.step)
            tissue.tally("membrane_voxels_opened", int(opened))


def front_depth(tissue: Tissue) -> float:
    """Return how far beyond the membrane the farthest living tumour cell is [µm]; 0 if none is."""
    model, cells = tissue.model, tissue.cells
    if model.membrane is None or tissue.number != 0:
        return 0.0
    tumour = cells.voxels[cells.kinds <= MESENCHYMAL]
    distance = np.sqrt((model.lattice.places(tumour) ** 2).sum(axis=-1))
    farthest = float(distance.max(initial=0.0))
    return max(farthest - model.membrane, 0.0) * model.lattice.spacing


def _shell(grid: Grid, radius: float) -> npt.NDArray[np.int64]:
    """Return the voxels just outside a ball: those with a voxel of the ball next to them."""
    inside = ((grid.places(np.arange(grid.voxels)) ** 2).sum(axis=-1) < radius**2).reshape(
        grid.shape
    )
    if radius + 1.0 > min(grid.shape) / 2.0:
        raise ScenarioError(
            f"membrane = {radius:g}",
            allowed=f"must lie within the grid of {grid.shape} voxels",
            remedy="Give a smaller radius or a larger grid.",
        )
    near = np.zeros(grid.shape, np.bool_)
    for axis in range(grid.dimensions):
        near |= np.roll(inside, 1, axis) | np.roll(inside, -1, axis)
    return np.flatnonzero(near & ~inside)


@jit
def _dissolve(
    lattice: Lattice,
    field: int,
    mmp2: int,
    mt1mmp: Rates,
    loss_to_mmp2: float,
    shell: Any,
    opens_below: float,
    pace: float,
) -> int:
    """Dissolve the closed voxels of a shell for a step; return how many opened."""
    opened = 0
    for voxel in shell:
        if lattice.closed[voxel] == 0:
            continue
        loss = loss_to_mmp2 * lattice.fields[mmp2, voxel]
        for neighbour in neighbours(lattice, voxel):
            if neighbour < 0:
                continue
            for kind in range(MESENCHYMAL + 1):
                if lattice.counts[kind, neighbour] > 0:
                    each = value_of(mt1mmp, lattice, kind, neighbour)
                    loss += each * lattice.counts[kind, neighbour]
        lattice.fields[field, voxel] *= np.exp(-loss * pace)
        if lattice.fields[field, voxel] < opens_below:
            lattice.closed[voxel] = 0
            opened += 1
    return opened
