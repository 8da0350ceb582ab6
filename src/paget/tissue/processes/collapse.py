r"""Collapse: vessels that a tumour grows around stand, and are co-opted, or collapse.

A voxel of a vessel collapses at the rate

.. math:: \gamma \, \frac{n}{Q}

with the tumour cells n in it, its capacity Q, and ``vessel.collapse_rate`` :math:`\gamma`; 0 makes
the tumour co-opt every vessel that it reaches.

Assumes: a collapsed vessel is gone, and what it fed downstream is fed from its other end.

Source: assumption.

Public names: `Collapse`.
"""

from typing import Any

import numpy as np

from paget.core.streams import COLLAPSE
from paget.kernels.jit import jit
from paget.kernels.philox import uniform
from paget.tissue.cells import ID_BITS, Lattice
from paget.tissue.model import Model
from paget.tissue.process import Process
from paget.tissue.processes.intravasation import tumour_cells
from paget.tissue.state import Tissue


class Collapse(Process):
    """Tumour cells press vessels shut."""

    name = "collapse"

    def __init__(self, model: Model) -> None:
        super().__init__(model)
        self.rate = model.values.real("vessel.collapse_rate")

    def step(self, tissue: Tissue) -> None:
        """Close vessels where tumour cells are."""
        vessels = np.flatnonzero(tissue.lattice.vessel)
        if self.rate > 0.0 and len(vessels):
            closed = _press(
                tissue.key,
                tissue.number,
                tissue.lattice,
                vessels,
                self.rate * self.model.step_days,
                tissue.step,
            )
            tissue.tally("vessel_voxels_collapsed", int(closed))


@jit
def _press(key: int, tissue: int, lattice: Lattice, vessels: Any, rate: float, step: int) -> int:
    """Close vessel voxels at a rate for a step and a full voxel; return how many closed."""
    closed = 0
    for voxel in vessels:
        share = tumour_cells(lattice, voxel) / lattice.capacity
        if share == 0.0:
            continue
        if uniform(key, COLLAPSE, step, tissue << ID_BITS | voxel, 0) < 1.0 - np.exp(-rate * share):
            lattice.vessel[voxel] = 0
            closed += 1
    return closed
