r"""Motion: cells jump between neighbouring voxels, at random and up what attracts them.

In a step of length dt a cell jumps from its voxel to the next one along an axis with probability

.. math:: p_\pm = \frac{dt}{dx^2} \Big[D \pm \sum_A \frac{\Phi_A}{4} (A_{+1} - A_{-1})\Big]

and else stays; A are the attractants (`paget.tissue.processes.taxis`). Below 0 a probability is 0,
and what it lacks goes to staying. A jump out of the grid has probability 0, and no gradient is felt
across an edge. Cells that jump in the same step do so in a random order, and a jump into a voxel
that is full or closed is refused. A jump onto a vessel may end in it
(`paget.tissue.processes.intravasation`).

Assumes: jumps of one voxel; a step short enough that a cell jumps at most once.

Source: Franssen et al. 2019, the discretisation of its equations for cells.

Public names: `Motion`.
"""

from itertools import chain
from types import MappingProxyType
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from paget.core.errors import StabilityError
from paget.core.streams import INTRAVASATION, MOTION
from paget.kernels.clocks import due, in_order
from paget.kernels.jit import inlined, jit
from paget.kernels.philox import counter, uniform, uniforms
from paget.tissue.cells import Clocks, Columns, Lattice, lift, put, wind
from paget.tissue.kinds import KINDS, MESENCHYMAL, N_KINDS
from paget.tissue.model import Model
from paget.tissue.process import Process
from paget.tissue.processes.intravasation import breaks_in, sweep
from paget.tissue.processes.taxis import ATTRACTING, Attractant
from paget.tissue.rules import Rates, stacked, value_in, value_of
from paget.tissue.state import Leaving, Tissue

STAYS: Final = -1


class Drift(NamedTuple):
    """The attractants as arrays, one row each."""

    field: Any
    half: Any
    strength: Any
    """float64, the table of the stacked strengths [µm²/day]."""


class Motion(Process):
    """Cells jump between voxels."""

    name = "motion"
    behaviours = MappingProxyType({"motility": "um^2/day", "intravasation": "1"})
    clock = MOTION

    def __init__(self, model: Model) -> None:
        super().__init__(model)
        self.motility = model.rates("motility")
        self.breach = model.rates("intravasation")
        pulls = [ATTRACTING[name](model).attractants() for name in _attracting(model)]
        self.attractants: tuple[Attractant, ...] = tuple(chain.from_iterable(pulls))
        self.drift = Drift(
            np.array([pull.field for pull in self.attractants], np.int64),
            np.array([pull.half for pull in self.attractants], np.float64),
            stacked([pull.strength for pull in self.attractants]).table,
        )
        self.pace = model.step_days / model.lattice.spacing**2
        self._refuse_long_steps()

    def bounds(self) -> npt.NDArray[np.float64]:
        """Return how probable a jump can be, where every attractant rises by 1 over two voxels."""
        random = self.motility.highest
        steepest = sum(pull.strength.highest for pull in self.attractants) / 4.0
        along_an_axis = np.maximum(2.0 * random, random + steepest)
        return self.model.lattice.dimensions * self.pace * along_an_axis

    def step(self, tissue: Tissue) -> None:
        """Move the cells whose clock rings."""
        cells = tissue.cells
        found = np.empty(cells.n, np.int64)
        clock = tissue.clock(self.name)
        ringing = due(cells.columns.rings[clock], cells.n, tissue.step, found)
        if ringing == 0:
            return
        targets, luck = np.empty(ringing, np.int64), np.empty(ringing)
        tissue.shares(
            ringing,
            propose,
            cells.columns,
            tissue.clocks,
            tissue.lattice,
            self.motility.table,
            self.drift,
            found,
            targets,
            luck,
            clock,
            tissue.step,
            self.pace,
        )
        left = np.zeros(cells.n, np.int32)
        doors = carry_out(
            cells.columns,
            tissue.clocks,
            tissue.lattice,
            self.breach,
            found,
            targets,
            luck,
            left,
            tissue.step,
            self._sheds(tissue),
        )
        if len(doors) > 0:
            _take_out(tissue, left, doors)

    def _sheds(self, tissue: Tissue) -> bool:
        """Tell whether cells of a tissue can enter its vessels."""
        cascade = self.model.cascade
        again = cascade is not None and cascade.shed_again
        return "intravasation" in self.model.processes and (tissue.number == 0 or again)

    def _refuse_long_steps(self) -> None:
        bounds = self.bounds()
        kind = int(np.argmax(bounds))
        if bounds[kind] > 1.0:
            longest = self.model.step_days / bounds[kind] * 86400.0
            raise StabilityError(
                f"grid.step = {self.model.grid.step!r}",
                self.model.where("grid.step"),
                f"{KINDS[kind]} cells would jump with a probability of up to {bounds[kind]:.3g} "
                "in a step",
                f"Give a step of at most {longest:.3g} s, or a larger spacing.",
            )


def _attracting(model: Model) -> list[str]:
    return [name for name in model.processes if name in ATTRACTING]


def _take_out(tissue: Tissue, left: npt.NDArray[np.int32], doors: npt.NDArray[np.int64]) -> None:
    """Hand the cells that went through each door to the vasculature."""
    columns = tissue.cells.columns
    for number, voxel in enumerate(doors, start=1):
        places = np.flatnonzero(left == number)
        order = np.argsort(columns.id[places])
        tissue.leaving.append(
            Leaving(
                voxel=int(voxel),
                vessel=int(tissue.lattice.vessel[voxel]),
                ids=columns.id[places][order],
                kinds=columns.kind[places][order],
            )
        )
    tissue.cells.remove(left > 0, tissue.step)


@jit
def propose(
    columns: Columns,
    clocks: Clocks,
    lattice: Lattice,
    motility: Any,
    drift: Drift,
    found: Any,
    targets: Any,
    luck: Any,
    clock: int,
    step: int,
    pace: float,
    first: int,
    last: int,
) -> None:
    """Let ringing cells, a share of those found, say where they would jump, and in what order.

    Cells look at fields and counts and change nothing, so threads may take shares.
    """
    for r in range(first, last):
        i = found[r]
        kind = columns.kind[i]
        c0, c1, c2, c3 = counter(MOTION, step, columns.id[i], 0)
        u, luck[r] = uniforms(clocks.key, c0, c1, c2, c3)
        u *= clocks.bounds[clock, kind]
        targets[r] = jump(lattice, motility, drift, columns.voxel[i], kind, pace, u)
        wind(columns, clocks, clock, i, step)


@jit
def carry_out(
    columns: Columns,
    clocks: Clocks,
    lattice: Lattice,
    breach: Rates,
    found: Any,
    targets: Any,
    luck: Any,
    left: Any,
    step: int,
    sheds: bool,
) -> Any:
    """Carry out proposed jumps in the order of ``luck``; return the vessels that cells entered.

    ``left`` receives for each cell the number of the door that it left by, from 1, or 0.
    """
    doors = np.empty(len(targets), np.int64)
    opened = 0
    for r in in_order(luck):
        i = found[r]
        target = targets[r]
        kind = columns.kind[i]
        if target == STAYS or left[i] != 0:
            continue
        if sheds and lattice.vessel[target] != 0 and kind <= MESENCHYMAL:
            chance = uniform(clocks.key, INTRAVASATION, step, columns.id[i], 0)
            if breaks_in(lattice.vessel[target], value_of(breach, lattice, kind, target), chance):
                doors[opened] = target
                opened += 1
                sweep(columns, lattice, left, len(left), target, opened)
                continue
        if lattice.closed[target] == 0 and lattice.occupied[target] < lattice.capacity:
            lift(lattice, columns.voxel[i], kind)
            put(lattice, target, kind)
            columns.voxel[i] = target
    return doors[:opened]


@jit
def jump(
    lattice: Lattice,
    motility: Any,
    drift: Drift,
    voxel: int,
    kind: int,
    pace: float,
    u: float,
) -> int:
    """Return where a cell jumps, or `STAYS`, for a number u uniform below the bound of its kind.

    ``motility`` is the table of the behaviour; so is ``drift.strength``.
    """
    fields, counts, occupied = lattice.fields, lattice.counts, lattice.occupied
    capacity = lattice.capacity
    random = value_in(motility, fields, counts, occupied, capacity, kind, voxel)
    stride = 1
    rest = voxel
    for axis in range(2, -1, -1):
        length = lattice.shape[axis]
        place = rest % length
        rest //= length
        has_before = place > 0
        has_after = place < length - 1
        pull = 0.0
        if has_before and has_after:
            for a in range(len(drift.field)):
                field, half = drift.field[a], drift.half[a]
                after = _attraction(float(fields[field, voxel + stride]), half)
                before = _attraction(float(fields[field, voxel - stride]), half)
                row = a * N_KINDS + kind
                strength = value_in(drift.strength, fields, counts, occupied, capacity, row, voxel)
                pull += strength / 4.0 * (after - before)
        if has_before:
            u -= pace * max(random - pull, 0.0)
            if u < 0.0:
                return voxel - stride
        if has_after:
            u -= pace * max(random + pull, 0.0)
            if u < 0.0:
                return voxel + stride
        stride *= length
    return STAYS


@inlined
def _attraction(value: float, half: float) -> float:
    return value if half == 0.0 else value / (half + value)
