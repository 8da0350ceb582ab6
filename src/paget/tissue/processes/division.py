r"""Division: a cell becomes two where there is room.

`SynchronousDivision`: one clock for all cells of a kind; in the step that begins when the doubling
time, or a multiple of it, has passed, every cell of that kind tries to double, mesenchymal cells
before epithelial ones. The new cell stays in the voxel if that
holds fewer cells than its capacity.

`Division`: every cell runs through a cycle of its own, of a number of stages with equal rates, so
that the time from one division to the next is gamma-distributed with the given mean (the doubling
time of an uninhibited line is a little shorter: :math:`2^{1/k} - 1` stages of rate k/mean). At the
end of its cycle a cell divides into its voxel or, where that is full and ``division.spills`` is
on, into a voxel with room that shares a face or an edge with it, chosen at random; without room
it waits (contact inhibition). Signals act on
``division_rate``: oxygen by a rule of the model file.

Assumes: both daughters start their cycle anew; a division takes no time.

Source: Franssen et al. 2019 for the common clock; the stages are an assumption that narrows the
distribution of cycle times.

Public names: `SynchronousDivision`, `Division`.
"""

from types import MappingProxyType
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from paget.core.errors import StabilityError
from paget.core.streams import CYCLE
from paget.kernels.clocks import due
from paget.kernels.jit import jit
from paget.kernels.philox import counter, uniforms
from paget.tissue.cells import Clocks, Columns, Lattice, add, wind
from paget.tissue.kinds import EPITHELIAL, HYBRID, KINDS, MESENCHYMAL
from paget.tissue.model import Model
from paget.tissue.process import Process
from paget.tissue.rules import Rates, value_of
from paget.tissue.state import Tissue

NO_ROOM: Final = -1


class SynchronousDivision(Process):
    """All cells of a kind divide at once."""

    name = "synchronous_division"
    _ORDER: Final = (MESENCHYMAL, HYBRID, EPITHELIAL)

    def __init__(self, model: Model) -> None:
        super().__init__(model)
        self._every: dict[int, int] = {}
        for kind in self._ORDER:
            name = f"{KINDS[kind]}.doubling_time"
            if name in model.values:
                self._every[kind] = max(1, round(model.values.real(name) / model.step_days))

    def step(self, tissue: Tissue) -> None:
        """Double the cells whose clock strikes."""
        for kind, every in self._every.items():
            if tissue.step > 1 and (tissue.step - 1) % every == 0:
                tissue.tally("divisions", _double_all(tissue, kind))


def _double_all(tissue: Tissue, kind: int) -> int:
    cells = tissue.cells
    mothers = np.flatnonzero(cells.kinds == kind)
    cells.make_room(len(mothers))
    born = _double(
        cells.columns,
        tissue.clocks,
        tissue.lattice,
        mothers[np.argsort(cells.ids[mothers])],
        cells.n,
        cells.made,
        tissue.step,
        tissue.done,
    )
    cells.n += born
    cells.made += born
    return int(born)


@jit
def _double(
    columns: Columns,
    clocks: Clocks,
    lattice: Lattice,
    mothers: Any,
    n: int,
    made: int,
    step: int,
    done: int,
) -> int:
    """Let every mother divide into her own voxel where there is room; return how many did."""
    born = 0
    for i in mothers:
        voxel = columns.voxel[i]
        if lattice.occupied[voxel] < lattice.capacity:
            add(
                columns,
                clocks,
                lattice,
                n + born,
                made + born,
                voxel,
                columns.kind[i],
                columns.id[i],
                step,
                done,
            )
            born += 1
    return born


class Division(Process):
    """Every cell divides at the end of a cycle of its own."""

    name = "division"
    behaviours = MappingProxyType({"division_rate": "1/day"})
    clock = CYCLE

    def __init__(self, model: Model) -> None:
        super().__init__(model)
        self.rate = model.rates("division_rate")
        self.stages = round(model.values.real("division.stages"))
        self.spills = model.values.flag("division.spills")
        highest = self.rate.highest * self.stages * model.step_days
        kind = int(np.argmax(highest))
        if highest[kind] > 0.5:
            raise StabilityError(
                f"grid.step = {model.grid.step!r}",
                model.where("grid.step"),
                f"a {KINDS[kind]} cell would pass {highest[kind]:.3g} stages of its cycle in one",
                f"Give a step of at most {model.step_days * 43200 / highest[kind]:.3g} s.",
            )

    def bounds(self) -> npt.NDArray[np.float64]:
        """Return the highest probability of passing a stage."""
        return -np.expm1(-self.rate.highest * self.stages * self.model.step_days)

    def step(self, tissue: Tissue) -> None:
        """Let the cells whose clock rings pass a stage, and divide after the last one."""
        cells = tissue.cells
        clock = tissue.clock(self.name)
        found = np.empty(cells.n, np.int64)
        ringing = found[: due(cells.columns.rings[clock], cells.n, tissue.step, found)]
        if len(ringing) == 0:
            return
        cells.make_room(len(ringing))
        born = cycle(
            cells.columns,
            tissue.clocks,
            tissue.lattice,
            self.rate,
            ringing[np.argsort(cells.ids[ringing])],
            cells.n,
            cells.made,
            self.stages,
            self.spills,
            clock,
            tissue.step,
            self.model.step_days,
        )
        cells.n += born
        cells.made += born
        tissue.tally("divisions", int(born))


@jit
def cycle(
    columns: Columns,
    clocks: Clocks,
    lattice: Lattice,
    rate: Rates,
    ringing: Any,
    n: int,
    made: int,
    stages: int,
    spills: bool,
    clock: int,
    step: int,
    step_days: float,
) -> int:
    """Carry ringing cells on in their cycle; return how many new cells there are."""
    born = 0
    for i in ringing:
        kind = columns.kind[i]
        voxel = columns.voxel[i]
        c0, c1, c2, c3 = counter(CYCLE, step, columns.id[i], 0)
        u, choice = uniforms(clocks.key, c0, c1, c2, c3)
        passes = 1.0 - np.exp(-value_of(rate, lattice, kind, voxel) * stages * step_days)
        wind(columns, clocks, clock, i, step)
        if u * clocks.bounds[clock, kind] >= passes:
            continue
        if columns.stage[i] < stages - 1:
            columns.stage[i] += 1
            continue
        place = room_near(lattice, voxel, spills, choice)
        if place != NO_ROOM:
            columns.stage[i] = 0
            add(
                columns,
                clocks,
                lattice,
                n + born,
                made + born,
                place,
                kind,
                columns.id[i],
                step,
                clock,
            )
            born += 1
    return born


@jit
def room_near(lattice: Lattice, voxel: int, spills: bool, u: float) -> int:
    """Return the voxel if it has room, else one around it that has, by a uniform number u.

    Voxels that share a face count twice as much as those that share an edge, so that a tumour
    grows as a ball rather than along the axes.
    """
    if lattice.occupied[voxel] < lattice.capacity:
        return voxel
    if not spills:
        return NO_ROOM
    total = _weigh(lattice, voxel, np.inf)[1]
    return _weigh(lattice, voxel, u * total)[0] if total > 0.0 else NO_ROOM


@jit
def _weigh(lattice: Lattice, voxel: int, wanted: float) -> tuple[int, float]:
    """Add up the weights of the voxels with room around one, until they pass ``wanted``."""
    rows = lattice.shape[1]
    columns = lattice.shape[2]
    x = voxel % columns
    y = (voxel // columns) % rows
    z = voxel // (columns * rows)
    total = 0.0
    for dz in range(-1, 2):
        for dy in range(-1, 2):
            for dx in range(-1, 2):
                away = abs(dz) + abs(dy) + abs(dx)
                beyond = (
                    not 0 <= x + dx < columns
                    or not 0 <= y + dy < rows
                    or not 0 <= z + dz < lattice.shape[0]
                )
                if away % 3 == 0 or beyond:
                    continue
                place = voxel + dx + columns * (dy + rows * dz)
                if lattice.closed[place] != 0 or lattice.occupied[place] >= lattice.capacity:
                    continue
                if away == 2 and not _is_open_between(lattice, voxel, dz, dy, dx):
                    continue
                total += 1.0 / away
                if total > wanted:
                    return place, total
    return NO_ROOM, total


@jit
def _is_open_between(lattice: Lattice, voxel: int, dz: int, dy: int, dx: int) -> bool:
    """Tell whether one of the two voxels on the way to one that shares an edge is not closed."""
    columns = lattice.shape[2]
    plane = columns * lattice.shape[1]
    for step in (dx, columns * dy, plane * dz):
        if step != 0 and lattice.closed[voxel + step] == 0:
            return True
    return False
