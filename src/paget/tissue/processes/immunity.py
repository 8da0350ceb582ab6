r"""Immunity: NK and CD8 cells come out of vessels, kill tumour cells, tire and leave.

`Killing`: a cell of the tumour feels every killer in its voxel and in those next to it, and dies at
the rate

.. math:: s \sum_{killers} k,

with ``kill_rate`` k of the killer's kind where the killer is, and ``susceptibility`` s of the
cell's kind where that is.

`Exhaustion`: a killer with a tumour cell in reach becomes exhausted at ``exhaustion_rate``; every
cell that came from the blood leaves at ``departure_rate``.

`Recruitment`: each voxel of a vessel that carries blood lets in a cell of a kind at the
``recruitment_rate`` of that kind; a chemokine acts on it by a rule. A voxel that is full lets none
in.

Assumes: a killer can kill several cells at a time; exhaustion is for good; fibroblasts come from
vessels too where they have a recruitment rate.

Source: assumption.

Public names: `Killing`, `Exhaustion`, `Recruitment`.
"""

from types import MappingProxyType
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from paget.core.streams import EXHAUSTION, KILLING, RECRUITMENT
from paget.kernels.clocks import due
from paget.kernels.jit import jit
from paget.kernels.philox import counter, uniform, uniforms
from paget.tissue.cells import ID_BITS, Clocks, Columns, Lattice, lift, neighbours, turn, wind
from paget.tissue.kinds import CD8, EXHAUSTED, FIBROBLAST, KINDS, MESENCHYMAL, NK
from paget.tissue.model import Model
from paget.tissue.process import Process
from paget.tissue.processes.intravasation import tumour_cells
from paget.tissue.rules import Rates, value_of
from paget.tissue.state import Tissue
from paget.tissue.vessels import carrying_blood

_KILLERS: Final = (NK, CD8)
_RECRUITED: Final = (NK, CD8, FIBROBLAST)


class Killing(Process):
    """Killers kill tumour cells next to them."""

    name = "killing"
    behaviours = MappingProxyType({"kill_rate": "1/day", "susceptibility": "1"})

    def __init__(self, model: Model) -> None:
        super().__init__(model)
        self.rate = model.rates("kill_rate")
        self.susceptibility = model.rates("susceptibility")

    def step(self, tissue: Tissue) -> None:
        """Kill cells that feel a killer."""
        cells = tissue.cells
        killers = np.flatnonzero(np.isin(cells.kinds, _KILLERS))
        if len(killers) == 0 or len(killers) == cells.n:
            return
        felt = np.zeros(self.model.lattice.voxels, np.uint8)
        _reach(tissue.lattice, cells.voxels[killers], felt)
        killed = np.zeros(cells.n, np.bool_)
        kill(
            cells.columns,
            tissue.key,
            tissue.lattice,
            self.rate,
            self.susceptibility,
            felt,
            killed,
            tissue.step,
            self.model.step_days,
        )
        number = int(killed.sum())
        if number:
            cells.remove(killed, tissue.step)
            tissue.tally("killed", number)


@jit
def _reach(lattice: Lattice, voxels: Any, felt: Any) -> None:
    """Mark the voxels that some killer reaches."""
    for voxel in voxels:
        felt[voxel] = 1
        for neighbour in neighbours(lattice, voxel):
            if neighbour >= 0:
                felt[neighbour] = 1


@jit
def kill(
    columns: Columns,
    key: int,
    lattice: Lattice,
    rate: Rates,
    susceptibility: Rates,
    felt: Any,
    killed: Any,
    step: int,
    step_days: float,
) -> None:
    """Mark tumour cells that are killed; each feels the killers as they were before the step."""
    for i in range(len(killed)):
        kind = int(columns.kind[i])
        voxel = columns.voxel[i]
        if kind > MESENCHYMAL or felt[voxel] == 0:
            continue
        hazard = _killing_in(lattice, rate, voxel)
        for neighbour in neighbours(lattice, voxel):
            if neighbour >= 0:
                hazard += _killing_in(lattice, rate, neighbour)
        hazard *= value_of(susceptibility, lattice, kind, voxel)
        dies = 1.0 - np.exp(-hazard * step_days)
        killed[i] = uniform(key, KILLING, step, columns.id[i], 0) < dies
    for i in range(len(killed)):
        if killed[i]:
            lift(lattice, columns.voxel[i], columns.kind[i])


@jit
def _killing_in(lattice: Lattice, rate: Rates, voxel: int) -> float:
    """Return the hazard that the killers of a voxel spread."""
    hazard = 0.0
    for kind in _KILLERS:
        if lattice.counts[kind, voxel] > 0:
            hazard += lattice.counts[kind, voxel] * value_of(rate, lattice, kind, voxel)
    return hazard


class Exhaustion(Process):
    """Killers in touch with tumour cells tire, and cells from the blood leave again."""

    name = "exhaustion"
    behaviours = MappingProxyType({"exhaustion_rate": "1/day", "departure_rate": "1/day"})
    clock = EXHAUSTION

    def __init__(self, model: Model) -> None:
        super().__init__(model)
        self.exhaustion = model.rates("exhaustion_rate")
        self.departure = model.rates("departure_rate")

    def bounds(self) -> npt.NDArray[np.float64]:
        """Return the highest probability of tiring or leaving in a step, by kind."""
        highest = self.departure.highest.copy()
        for kind in _KILLERS:
            highest[kind] += self.exhaustion.highest[kind]
        return -np.expm1(-highest * self.model.step_days)

    def step(self, tissue: Tissue) -> None:
        """Let the cells whose clock rings tire or leave."""
        cells = tissue.cells
        found = np.empty(cells.n, np.int64)
        clock = tissue.clock(self.name)
        ringing = found[: due(cells.columns.rings[clock], cells.n, tissue.step, found)]
        if len(ringing) == 0:
            return
        left = np.zeros(cells.n, np.bool_)
        tired = tire(
            cells.columns,
            tissue.clocks,
            tissue.lattice,
            self.exhaustion,
            self.departure,
            ringing[np.argsort(cells.ids[ringing])],
            left,
            clock,
            tissue.step,
            self.model.step_days,
        )
        tissue.tally("exhaustions", int(tired))
        if left.any():
            tissue.tally("departed", int(left.sum()))
            cells.remove(left, tissue.step)


@jit
def tire(
    columns: Columns,
    clocks: Clocks,
    lattice: Lattice,
    exhaustion: Rates,
    departure: Rates,
    ringing: Any,
    left: Any,
    clock: int,
    step: int,
    step_days: float,
) -> int:
    """Tire ringing cells, or mark them as ``left``; return how many tired."""
    tired = 0
    for i in ringing:
        kind = int(columns.kind[i])
        voxel = columns.voxel[i]
        leaves = value_of(departure, lattice, kind, voxel)
        tires = 0.0
        if kind in _KILLERS and is_engaged(lattice, voxel):
            tires = value_of(exhaustion, lattice, kind, voxel)
        c0, c1, c2, c3 = counter(EXHAUSTION, step, columns.id[i], 0)
        u, way = uniforms(clocks.key, c0, c1, c2, c3)
        if u * clocks.bounds[clock, kind] >= 1.0 - np.exp(-(leaves + tires) * step_days):
            wind(columns, clocks, clock, i, step)
        elif way * (leaves + tires) < tires:
            turn(columns, clocks, lattice, i, EXHAUSTED, step, clock)
            tired += 1
        else:
            lift(lattice, voxel, kind)
            left[i] = True
    return tired


@jit
def is_engaged(lattice: Lattice, voxel: int) -> bool:
    """Tell whether a tumour cell lies in a voxel or in one next to it."""
    if tumour_cells(lattice, voxel) > 0:
        return True
    for neighbour in neighbours(lattice, voxel):
        if neighbour >= 0 and tumour_cells(lattice, neighbour) > 0:
            return True
    return False


class Recruitment(Process):
    """Vessels let cells of the blood in."""

    name = "recruitment"
    behaviours = MappingProxyType({"recruitment_rate": "1/day"})

    def __init__(self, model: Model) -> None:
        super().__init__(model)
        self.rate = model.rates("recruitment_rate")

    def step(self, tissue: Tissue) -> None:
        """Let cells in, one at most of a kind through a voxel of a vessel."""
        doors = carrying_blood(tissue.lattice.vessel)
        for kind in _RECRUITED:
            if len(doors) == 0 or self.rate.highest[kind] <= 0.0:
                continue
            comes = np.zeros(len(doors), np.bool_)
            _let_in(
                tissue.key,
                tissue.number,
                tissue.lattice,
                self.rate,
                doors,
                comes,
                kind,
                tissue.step,
                self.model.step_days,
            )
            tissue.settle(doors[comes], kind)
            tissue.tally(f"recruited_{KINDS[kind]}", int(comes.sum()))


@jit
def _let_in(
    key: int,
    tissue: int,
    lattice: Lattice,
    rate: Rates,
    doors: Any,
    comes: Any,
    kind: int,
    step: int,
    step_days: float,
) -> None:
    """Mark the vessel voxels by which a cell of a kind comes in."""
    for i in range(len(doors)):
        voxel = doors[i]
        if lattice.occupied[voxel] < lattice.capacity:
            enters = 1.0 - np.exp(-value_of(rate, lattice, kind, voxel) * step_days)
            comes[i] = uniform(key, RECRUITMENT, step, tissue << ID_BITS | voxel, kind) < enters
