r"""Intravasation: cells that reach a vessel enter it, alone or with their neighbours.

A cell that is about to jump onto a vessel enters it if the wall is ruptured, and else with the
probability ``intravasation`` of its kind (1 for mesenchymal and 0 for epithelial cells in the
published model: epithelial cells pass a whole wall only in company). All tumour cells on the
vessel's voxel and on those next to it go along as one cluster.

Assumes: the cluster is what lies around the vessel at that moment; sprouts without blood take up
nothing.

Source: Franssen et al. 2019.

Public names: `Intravasation`, and the compiled `breaks_in`, `sweep`, `tumour_cells`.
"""

from typing import Any

from paget.kernels.jit import jit
from paget.tissue.cells import Columns, Lattice, lift, neighbours
from paget.tissue.kinds import MESENCHYMAL
from paget.tissue.process import Process
from paget.tissue.state import Tissue
from paget.tissue.vessels import LYMPH, RUPTURED, SPROUT


class Intravasation(Process):
    """Count what entered vessels; `paget.tissue.processes.motion` meets the walls."""

    name = "intravasation"

    def step(self, tissue: Tissue) -> None:
        """Count the clusters that left in this step."""
        for cluster in tissue.leaving:
            route = "lymph" if cluster.vessel & LYMPH else "blood"
            tissue.tally(f"intravasations_{route}")
            tissue.tally("intravasated_cells", len(cluster.ids))


@jit
def breaks_in(vessel: int, probability: float, u: float) -> bool:
    """Tell whether a cell passes the wall of a vessel, for a uniform number u."""
    if vessel & SPROUT:
        return False
    return (vessel & RUPTURED) != 0 or u < probability


@jit
def sweep(columns: Columns, lattice: Lattice, left: Any, n: int, vessel: int, number: int) -> None:
    """Mark the tumour cells on a vessel and next to it as having left by one door."""
    around = neighbours(lattice, vessel)
    waiting = tumour_cells(lattice, vessel)
    for voxel in around:
        if voxel >= 0:
            waiting += tumour_cells(lattice, voxel)
    for i in range(n):
        if waiting == 0:
            break
        voxel = columns.voxel[i]
        if left[i] != 0 or columns.kind[i] > MESENCHYMAL:
            continue
        if voxel == vessel or voxel in around:
            left[i] = number
            lift(lattice, voxel, columns.kind[i])
            waiting -= 1


@jit
def tumour_cells(lattice: Lattice, voxel: int) -> int:
    """Return the living cells of the tumour in a voxel."""
    total = 0
    for kind in range(MESENCHYMAL + 1):
        total += lattice.counts[kind, voxel]
    return total
