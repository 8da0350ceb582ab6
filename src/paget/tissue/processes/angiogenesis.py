r"""Angiogenesis: tip cells lead new vessels towards VEGF, branch, meet, and blood flows.

A voxel of a vessel that carries blood sprouts at ``tip.sprouting_rate`` (VEGF acts on it by a rule)
where no sprout is next to it: a tip cell appears beside it. A tip advances by one voxel at a time,
``tip.speed`` on average, and leaves a sprout behind. It goes to neighbour j with probability

.. math:: \frac{e^{g\,(A_j - A_0)}}{\sum_k e^{g\,(A_k - A_0)}}, \qquad A = \frac{v}{v_{1/2} + v}

over the voxels that are free, with VEGF v and ``angiogenesis.guidance`` g. At each advance it
splits into two tips with probability ``tip.branching``. A voxel next to its own sprout is not free.
A voxel next to another vessel is free once the sprout is ``angiogenesis.shortest_loop`` voxels
long; a tip that enters it fuses with that vessel (anastomosis). Then blood flows through all that
hangs together with the tip, and with the other sprout where it met one, and the tip is gone.

Assumes: no flow is computed, so blind branches of a fused sprout carry blood too; endothelium finds
its way through full voxels; a new vessel is as good as an old one.

Source: assumption.

Public names: `Angiogenesis`.
"""

from types import MappingProxyType
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from paget.core.streams import BRANCHING, SPROUTING, TIP_MOTION
from paget.kernels.clocks import due
from paget.kernels.jit import jit
from paget.kernels.philox import counter, uniforms
from paget.tissue.cells import ID_BITS, Clocks, Columns, Lattice, add, lift, neighbours, put, wind
from paget.tissue.kinds import TIP
from paget.tissue.model import Model
from paget.tissue.process import Process
from paget.tissue.rules import Rates, value_of
from paget.tissue.state import Tissue
from paget.tissue.vessels import BLOOD, SPROUT, carrying_blood

_TAKEN: Final = -2
_NO_VESSEL: Final = -1


class Guide(NamedTuple):
    """What guides a tip."""

    vegf: int
    """The field."""
    half: float
    """VEGF at which half of the receptors are occupied."""
    guidance: float
    shortest_loop: int


class Angiogenesis(Process):
    """Vessels sprout, grow towards VEGF and join."""

    name = "angiogenesis"
    behaviours = MappingProxyType({"sprouting_rate": "1/day", "speed": "um/day", "branching": "1"})
    clock = TIP_MOTION

    def __init__(self, model: Model) -> None:
        super().__init__(model)
        values = model.values
        self.is_on = values.flag("angiogenesis.on")
        self.sprouting = model.rates("sprouting_rate")
        self.speed = model.rates("speed")
        self.branching = model.rates("branching")
        self.guide = Guide(
            vegf=model.field("vegf"),
            half=values.real("vegf.half_occupancy"),
            guidance=values.real("angiogenesis.guidance"),
            shortest_loop=round(values.real("angiogenesis.shortest_loop")),
        )
        self.pace = model.step_days / model.lattice.spacing

    def bounds(self) -> npt.NDArray[np.float64]:
        """Return the highest probability of an advance in a step, by kind."""
        highest = np.where(np.arange(len(self.speed.highest)) == TIP, self.speed.highest, 0.0)
        return -np.expm1(-highest * self.pace)

    def step(self, tissue: Tissue) -> None:
        """Let tips advance, then vessels sprout."""
        if self.is_on:
            self._advance(tissue)
            self._sprout(tissue)

    def _advance(self, tissue: Tissue) -> None:
        cells = tissue.cells
        found = np.empty(cells.n, np.int64)
        clock = tissue.clock(self.name)
        ringing = found[: due(cells.columns.rings[clock], cells.n, tissue.step, found)]
        if len(ringing) == 0:
            return
        cells.make_room(len(ringing))
        left = np.zeros(cells.n + len(ringing), np.bool_)
        born = lead(
            cells.columns,
            tissue.clocks,
            tissue.lattice,
            (self.speed, self.branching),
            self.guide,
            ringing[np.argsort(cells.ids[ringing])],
            left,
            (cells.n, cells.made),
            clock,
            tissue.step,
            self.pace,
        )
        cells.n += born
        cells.made += born
        tissue.tally("branchings", int(born))
        fused = int(left.sum())
        if fused:
            tissue.tally("anastomoses", fused)
            cells.remove(left[: cells.n], tissue.step)

    def _sprout(self, tissue: Tissue) -> None:
        vessels = carrying_blood(tissue.lattice.vessel)
        if len(vessels) == 0 or self.sprouting.highest[TIP] <= 0.0:
            return
        tips = np.empty(len(vessels), np.int64)
        number = sprout(
            tissue.key,
            tissue.number,
            tissue.lattice,
            self.sprouting,
            self.guide,
            vessels,
            tips,
            tissue.step,
            self.model.step_days,
        )
        if number:
            tissue.settle(tips[:number], TIP)
            tissue.tally("sprouts", int(number))


@jit
def sprout(
    key: int,
    tissue: int,
    lattice: Lattice,
    rate: Rates,
    guide: Guide,
    vessels: Any,
    tips: Any,
    step: int,
    step_days: float,
) -> int:
    """Let vessels sprout; write where the new tips lie, and return how many there are."""
    nothing = np.zeros(0, np.uint8)
    number = 0
    for voxel in vessels:
        c0, c1, c2, c3 = counter(SPROUTING, step, tissue << ID_BITS | voxel, 0)
        u, way = uniforms(key, c0, c1, c2, c3)
        if u >= 1.0 - np.exp(-value_of(rate, lattice, TIP, voxel) * step_days):
            continue
        if _has_sprout_beside(lattice, voxel):
            continue
        place = choose(lattice, guide, voxel, nothing, 0, way)
        if place >= 0:
            lattice.vessel[place] = BLOOD | SPROUT
            tips[number] = place
            number += 1
    return number


@jit
def lead(
    columns: Columns,
    clocks: Clocks,
    lattice: Lattice,
    rates: tuple[Rates, Rates],
    guide: Guide,
    ringing: Any,
    left: Any,
    there: tuple[int, int],
    clock: int,
    step: int,
    pace: float,
) -> int:
    """Let ringing tips advance; mark those that fuse in ``left``, return how many are new."""
    speed, branching = rates
    n, made = there
    own = np.zeros(len(lattice.vessel), np.uint8)
    stack = np.empty(len(lattice.vessel), np.int32)
    born = 0
    for i in ringing:
        voxel = int(columns.voxel[i])
        c0, c1, c2, c3 = counter(TIP_MOTION, step, columns.id[i], 0)
        u, way = uniforms(clocks.key, c0, c1, c2, c3)
        wind(columns, clocks, clock, i, step)
        advances = 1.0 - np.exp(-value_of(speed, lattice, TIP, voxel) * pace)
        if u * clocks.bounds[clock, TIP] >= advances:
            continue
        length = _flood(lattice, voxel, own, stack)
        place = choose(lattice, guide, voxel, own, length, way)
        if place >= 0:
            c0, c1, c2, c3 = counter(BRANCHING, step, columns.id[i], 0)
            u, way = uniforms(clocks.key, c0, c1, c2, c3)
            branches = u < value_of(branching, lattice, TIP, voxel)
            if _go(columns, lattice, i, place, own):
                left[i] = True
                _let_blood_in(lattice, stack, length, place)
            elif branches:
                own[place] = 1
                other = choose(lattice, guide, voxel, own, 0, way)
                own[place] = 0
                if other >= 0:
                    lattice.vessel[other] = BLOOD | SPROUT
                    parent = columns.id[i]
                    add(
                        columns,
                        clocks,
                        lattice,
                        n + born,
                        made + born,
                        other,
                        TIP,
                        parent,
                        step,
                        clock,
                    )
                    born += 1
        for k in range(length):
            own[stack[k]] = 0
    return born


@jit
def _go(columns: Columns, lattice: Lattice, i: int, place: int, own: Any) -> bool:
    """Move a tip, which leaves a sprout; tell whether it met a vessel, and then take it out."""
    before = columns.voxel[i]
    lift(lattice, before, TIP)
    lattice.vessel[place] = BLOOD | SPROUT
    columns.voxel[i] = place
    if touched(lattice, own, before, place) >= 0:
        return True
    put(lattice, place, TIP)
    return False


@jit
def _let_blood_in(lattice: Lattice, stack: Any, length: int, place: int) -> None:
    """Let blood into a sprout, the voxel where its tip fused, and every sprout that touches it."""
    for k in range(length):
        lattice.vessel[stack[k]] = BLOOD
    seen = np.zeros(len(lattice.vessel), np.uint8)
    met = np.empty(len(lattice.vessel), np.int32)
    for k in range(_flood(lattice, place, seen, met)):
        lattice.vessel[met[k]] = BLOOD


@jit
def _flood(lattice: Lattice, voxel: int, marks: Any, stack: Any) -> int:
    """Mark and list what hangs together with a voxel by voxels of sprouts; return how many."""
    stack[0] = voxel
    marks[voxel] = 1
    size = 1
    looked = 0
    while looked < size:
        for neighbour in neighbours(lattice, int(stack[looked])):
            if neighbour >= 0 and lattice.vessel[neighbour] & SPROUT and marks[neighbour] == 0:
                marks[neighbour] = 1
                stack[size] = neighbour
                size += 1
        looked += 1
    return size


@jit
def choose(lattice: Lattice, guide: Guide, voxel: int, own: Any, length: int, u: float) -> int:
    """Return the voxel next to one that a tip goes to, for a uniform number u; -1 if none is free.

    ``own`` marks its sprout, ``length`` voxels long; both are empty for a new sprout.
    """
    weights = np.zeros(6)
    around = neighbours(lattice, voxel)
    here = _occupancy(lattice, guide, voxel)
    for k in range(6):
        if around[k] >= 0 and _is_free(lattice, guide, voxel, around[k], own, length):
            rise = _occupancy(lattice, guide, around[k]) - here
            weights[k] = np.exp(guide.guidance * rise)
    rest = u * weights.sum()
    last = -1
    for k in range(6):
        if weights[k] > 0.0:
            last = around[k]
            rest -= weights[k]
            if rest < 0.0:
                break
    return last


@jit
def _is_free(lattice: Lattice, guide: Guide, tip: int, voxel: int, own: Any, length: int) -> bool:
    """Tell whether a tip may enter a voxel."""
    if lattice.closed[voxel] or lattice.vessel[voxel]:
        return False
    meets = touched(lattice, own, tip, voxel)
    return meets == _NO_VESSEL or (meets >= 0 and length >= guide.shortest_loop)


@jit
def touched(lattice: Lattice, own: Any, tip: int, voxel: int) -> int:
    """Return a vessel of others next to a voxel, other than where the tip is; below 0 if none."""
    meets = _NO_VESSEL
    for neighbour in neighbours(lattice, voxel):
        if neighbour < 0 or neighbour == tip or lattice.vessel[neighbour] & BLOOD == 0:
            continue
        if len(own) > 0 and own[neighbour]:
            return _TAKEN
        meets = neighbour
    return meets


@jit
def _has_sprout_beside(lattice: Lattice, voxel: int) -> bool:
    for neighbour in neighbours(lattice, voxel):
        if neighbour >= 0 and lattice.vessel[neighbour] & SPROUT:
            return True
    return False


@jit
def _occupancy(lattice: Lattice, guide: Guide, voxel: int) -> float:
    value = float(lattice.fields[guide.vegf, voxel])
    return value / (guide.half + value)
