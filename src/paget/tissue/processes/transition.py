r"""Transition: epithelial cells become mesenchymal in two steps, and go back.

epithelial <-> hybrid <-> mesenchymal: a cell takes a step to the right at rate ``emt_rate`` and one
to the left at rate ``met_rate`` of its kind. Signals act on both by rules of the model file: with
oxygen that holds EMT down and drives MET, a cell that leaves a hypoxic tumour and arrives in a
well-perfused organ becomes epithelial again, without a word about organs. Without signals a line
of cells spends, of its time,

.. math:: 1 : \frac{e_E}{m_H} : \frac{e_E\, e_H}{m_H\, m_M}

as epithelial, hybrid and mesenchymal cells.

Assumes: a cell has no memory of how it came to its state; one hybrid state.

Source: assumption (the states of the published model, Franssen et al. 2019, do not change).

Public names: `Transition`.
"""

from types import MappingProxyType
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from paget.core.streams import TRANSITION
from paget.kernels.clocks import due
from paget.kernels.jit import jit
from paget.kernels.philox import counter, uniforms
from paget.tissue.cells import Clocks, Columns, Lattice, turn, wind
from paget.tissue.kinds import EPITHELIAL, HYBRID, MESENCHYMAL, N_KINDS
from paget.tissue.model import Model
from paget.tissue.process import Process
from paget.tissue.rules import Rates, value_of
from paget.tissue.state import Tissue

_TO_THE_RIGHT: Final = {EPITHELIAL: HYBRID, HYBRID: MESENCHYMAL}


class Transition(Process):
    """Cells of the tumour change between epithelial, hybrid and mesenchymal."""

    name = "transition"
    behaviours = MappingProxyType({"emt_rate": "1/day", "met_rate": "1/day"})
    clock = TRANSITION

    def __init__(self, model: Model) -> None:
        super().__init__(model)
        self.emt = model.rates("emt_rate")
        self.met = model.rates("met_rate")

    def bounds(self) -> npt.NDArray[np.float64]:
        """Return the highest probability of a change in a step, by kind."""
        highest = np.zeros(N_KINDS)
        for left, right in _TO_THE_RIGHT.items():
            highest[left] += self.emt.highest[left]
            highest[right] += self.met.highest[right]
        return -np.expm1(-highest * self.model.step_days)

    def step(self, tissue: Tissue) -> None:
        """Let the cells whose clock rings change their state."""
        cells = tissue.cells
        found = np.empty(cells.n, np.int64)
        clock = tissue.clock(self.name)
        ringing = found[: due(cells.columns.rings[clock], cells.n, tissue.step, found)]
        if len(ringing) == 0:
            return
        right, left = change(
            cells.columns,
            tissue.clocks,
            tissue.lattice,
            self.emt,
            self.met,
            ringing[np.argsort(cells.ids[ringing])],
            clock,
            tissue.step,
            self.model.step_days,
        )
        tissue.tally("emt", int(right))
        tissue.tally("met", int(left))


@jit
def change(
    columns: Columns,
    clocks: Clocks,
    lattice: Lattice,
    emt: Rates,
    met: Rates,
    ringing: Any,
    clock: int,
    step: int,
    step_days: float,
) -> tuple[int, int]:
    """Change ringing cells; return how many took a step of EMT, and how many one of MET."""
    right = 0
    left = 0
    for i in ringing:
        kind = int(columns.kind[i])
        voxel = columns.voxel[i]
        to_right = value_of(emt, lattice, kind, voxel) if kind < MESENCHYMAL else 0.0
        to_left = value_of(met, lattice, kind, voxel) if kind > EPITHELIAL else 0.0
        c0, c1, c2, c3 = counter(TRANSITION, step, columns.id[i], 0)
        u, way = uniforms(clocks.key, c0, c1, c2, c3)
        changes = 1.0 - np.exp(-(to_right + to_left) * step_days)
        if u * clocks.bounds[clock, kind] >= changes:
            wind(columns, clocks, clock, i, step)
        elif way * (to_right + to_left) < to_right:
            turn(columns, clocks, lattice, i, kind + 1, step, clock)
            right += 1
        else:
            turn(columns, clocks, lattice, i, kind - 1, step, clock)
            left += 1
    return right, left
