r"""Necrosis and other deaths of single cells, and how the dead are cleared away.

A cell dies at the sum of three rates of its kind:

- ``necrosis_rate``: it runs out of oxygen (by a rule of the model file). It becomes necrotic, keeps
  its room, and is lysed at ``lysis_rate``.
- ``apoptosis_rate``: it dies by its own programme and is gone at once.
- ``anoikis_rate``: the same for a cell that has lost touch: no other living cell of the tumour, or
  of its tissue of origin, lies in its voxel or in one next to it.

A death of rate r comes within a step with probability :math:`1 - e^{-r\,dt}`; without signals
survival is :math:`e^{-rt}`.

Assumes: a cell that falls short of oxygen does not recover from a death that it has begun; debris
does no harm and draws no one.

Source: the onset of necrosis below 5 mmHg, its highest rate at 2.5 mmHg: the code of PhysiCell
(Ghaffarizadeh et al. 2018); the rest is an assumption.

Public names: `Necrosis`.
"""

from types import MappingProxyType
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from paget.core.streams import CELL_DEATH
from paget.kernels.clocks import due
from paget.kernels.jit import jit
from paget.kernels.philox import counter, uniforms
from paget.tissue.cells import Clocks, Columns, Lattice, lift, neighbours, turn, wind
from paget.tissue.kinds import KINDS, NECROTIC
from paget.tissue.model import Model
from paget.tissue.process import Process
from paget.tissue.processes.intravasation import tumour_cells
from paget.tissue.rules import Rates, value_of
from paget.tissue.state import Tissue

_GONE: Final = ("anoikis", "apoptosis", "lysis")  # what a cell went by, from 1


class Necrosis(Process):
    """Cells die, and dead cells go."""

    name = "necrosis"
    behaviours = MappingProxyType(
        {
            "necrosis_rate": "1/day",
            "apoptosis_rate": "1/day",
            "anoikis_rate": "1/day",
            "lysis_rate": "1/day",
        }
    )
    clock = CELL_DEATH

    def __init__(self, model: Model) -> None:
        super().__init__(model)
        self.rates: tuple[Rates, ...] = tuple(model.rates(name) for name in self.behaviours)

    def bounds(self) -> npt.NDArray[np.float64]:
        """Return the highest probability of an end in a step, by kind."""
        highest = np.sum([rates.highest for rates in self.rates], axis=0)
        return -np.expm1(-highest * self.model.step_days)

    def step(self, tissue: Tissue) -> None:
        """Let the cells whose clock rings die, or be cleared away."""
        cells = tissue.cells
        found = np.empty(cells.n, np.int64)
        clock = tissue.clock(self.name)
        ringing = found[: due(cells.columns.rings[clock], cells.n, tissue.step, found)]
        if len(ringing) == 0:
            return
        order = ringing[np.argsort(cells.ids[ringing])]
        left = np.zeros(cells.n, np.uint8)
        necrotic = die(
            cells.columns,
            tissue.clocks,
            tissue.lattice,
            self.rates,
            order,
            left,
            clock,
            tissue.step,
            self.model.step_days,
        )
        tissue.tally(f"{KINDS[NECROTIC]}_deaths", int(necrotic))
        for way, name in enumerate(_GONE, start=1):
            tissue.tally(name, int((left == way).sum()))
        if left.any():
            cells.remove(left > 0, tissue.step)


@jit
def die(
    columns: Columns,
    clocks: Clocks,
    lattice: Lattice,
    rates: tuple[Rates, ...],
    ringing: Any,
    left: Any,
    clock: int,
    step: int,
    step_days: float,
) -> int:
    """Let ringing cells die; return how many became necrotic, mark in ``left`` how others went."""
    necrotic = 0
    for i in ringing:
        kind = int(columns.kind[i])
        voxel = columns.voxel[i]
        necrosis = value_of(rates[0], lattice, kind, voxel)
        apoptosis = value_of(rates[1], lattice, kind, voxel)
        anoikis = value_of(rates[2], lattice, kind, voxel)
        lysis = value_of(rates[3], lattice, kind, voxel)
        if anoikis > 0.0 and not is_alone(lattice, voxel):
            anoikis = 0.0
        total = necrosis + apoptosis + anoikis + lysis
        c0, c1, c2, c3 = counter(CELL_DEATH, step, columns.id[i], 0)
        u, way = uniforms(clocks.key, c0, c1, c2, c3)
        if u * clocks.bounds[clock, kind] >= 1.0 - np.exp(-total * step_days):
            wind(columns, clocks, clock, i, step)
        elif way * total < necrosis:
            turn(columns, clocks, lattice, i, NECROTIC, step, clock)
            necrotic += 1
        else:
            lift(lattice, voxel, kind)
            if way * total < necrosis + anoikis:
                left[i] = 1
            elif way * total < necrosis + anoikis + apoptosis:
                left[i] = 2
            else:
                left[i] = 3
    return necrotic


@jit
def is_alone(lattice: Lattice, voxel: int) -> bool:
    """Tell whether a cell of the tumour has no other one in its voxel or in those next to it."""
    if tumour_cells(lattice, voxel) > 1:
        return False
    for neighbour in neighbours(lattice, voxel):
        if neighbour >= 0 and tumour_cells(lattice, neighbour) > 0:
            return False
    return True
