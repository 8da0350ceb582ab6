"""State of one tissue: its fields, cells and vessels at one step, and what it has counted.

Public names: `Tissue`, `Leaving`.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any, ClassVar, Final, Protocol

import numpy as np
import numpy.typing as npt

from paget.kernels.jit import jit
from paget.tissue.cells import ALIVE, ID_BITS, Cells, Clocks, Columns, Lattice, enter
from paget.tissue.kinds import KINDS, N_KINDS, TUMOUR
from paget.tissue.model import Model

BEFORE_ALL: Final = -1
"""What ``done`` is while no clock has rung in this step."""
AFTER_ALL: Final = 2**31 - 1
"""What it is between steps: a new cell's clocks ring from the next step on."""


@dataclass(frozen=True, slots=True)
class Leaving:
    """Cells that left together through one vessel."""

    voxel: int
    vessel: int
    """What the vessel is, see `paget.tissue.vessels`."""
    ids: npt.NDArray[np.int64]
    kinds: npt.NDArray[np.uint8]


_MANY: Final = 5_000
"""Cells from which threads are worth their start."""


class Law(Protocol):
    """What a tissue asks of a process, see `paget.tissue.process`."""

    name: ClassVar[str]
    clock: ClassVar[int | None]

    def bounds(self) -> npt.NDArray[np.float64]:
        """Return how probable a ring of its clock can be in one step, by kind."""
        ...

    def begin(self, tissue: "Tissue") -> None:
        """Prepare a new tissue."""

    def step(self, tissue: "Tissue") -> None:
        """Carry out one step."""


class Tissue:
    """One tissue of a model.

    Parameters
    ----------
    model : what it is.
    seed : the key of every draw, 64 bits.
    processes : the laws, in the order of a step.
    site : its name.
    number : its number in its cascade.
    threads : threads that work on fields; no result depends on it.
    """

    def __init__(
        self,
        model: Model,
        seed: int,
        processes: Sequence[Law],
        site: str = "primary",
        number: int = 0,
        threads: int = 1,
    ) -> None:
        grid = model.lattice
        self.model = model
        self.key: Any = np.uint64(seed)
        self.site = site
        self.number = number
        self.threads = threads
        self.step = 0
        self.done = AFTER_ALL
        self.processes: tuple[Law, ...] = tuple(processes)
        self.leaving: list[Leaving] = []
        self.tallies: dict[str, int] = {}
        clocked = [process for process in processes if process.clock is not None]
        self._clock_of = {process.name: place for place, process in enumerate(clocked)}
        self.clocks = Clocks(
            key=self.key,
            tissue=number,
            streams=np.array([process.clock for process in clocked], np.int64),
            bounds=np.array([process.bounds() for process in clocked]).reshape(-1, N_KINDS),
        )
        self.cells = Cells(len(clocked), number)
        starts = [spec.start for spec in model.fields.values()]
        fields = np.empty((len(starts), grid.voxels), model.field_dtype)
        fields[:] = np.reshape(starts, (-1, 1))
        self.lattice = Lattice(
            shape=np.array(grid.box, np.int64),
            capacity=model.grid.capacity,
            occupied=np.zeros(grid.voxels, np.uint16),
            counts=np.zeros((N_KINDS, grid.voxels), np.uint16),
            numbers=np.zeros(N_KINDS, np.int64),
            closed=np.zeros(grid.voxels, np.uint8),
            vessel=np.zeros(grid.voxels, np.uint8),
            fields=fields,
        )
        for process in self.processes:
            process.begin(self)

    @property
    def is_quiet(self) -> bool:
        """Tell whether the tissue never held a cell: then nothing in it changes."""
        return self.cells.made == 0 and self.tallies.get("arrived_cells", 0) == 0

    def field(self, name: str) -> npt.NDArray[Any]:
        """Return a field as a view of the shape of the grid."""
        values = self.lattice.fields[self.model.field(name)]
        return values.reshape(self.model.lattice.shape)

    def cells_per_voxel(self, kind: int) -> npt.NDArray[np.uint16]:
        """Return the cells of a kind in each voxel, a view of the shape of the grid."""
        return self.lattice.counts[kind].reshape(self.model.lattice.shape)

    def count(self) -> dict[str, int]:
        """Return how many cells of each kind there are."""
        return dict(zip(KINDS, self.lattice.numbers.tolist(), strict=True))

    def tumour_cells(self) -> int:
        """Return how many living cells of the tumour there are."""
        return int(self.lattice.numbers[list(TUMOUR)].sum())

    def tally(self, name: str, number: int = 1) -> None:
        """Count events under a name."""
        self.tallies[name] = self.tallies.get(name, 0) + number

    def advance(self) -> None:
        """Carry out one step: every process in turn."""
        self.step += 1
        if self.is_quiet:
            return
        self.done = BEFORE_ALL
        for process in self.processes:
            self.done = self._clock_of.get(process.name, self.done)
            process.step(self)
        self.done = AFTER_ALL

    def clock(self, process: str) -> int:
        """Return the place of the clock of a process, by its name."""
        return self._clock_of[process]

    def settle(self, voxels: npt.ArrayLike, kinds: npt.ArrayLike, parent: int = -1) -> None:
        """Put new cells into voxels that have room for them."""
        places = np.asarray(voxels, np.int64)
        what = np.broadcast_to(np.asarray(kinds, np.int64), places.shape)
        first = self.cells.made
        self.cells.make_room(len(places))
        self.cells.made += len(places)
        ledger = self.cells.columns
        ledger.parent[first : self.cells.made] = parent
        ledger.born[first : self.cells.made] = self.step
        ledger.ended[first : self.cells.made] = ALIVE
        self.admit(np.arange(first, self.cells.made) | (self.number << ID_BITS), places, what)

    def admit(self, ids: npt.ArrayLike, voxels: npt.ArrayLike, kinds: npt.ArrayLike) -> None:
        """Put cells that have ids, of this or another tissue, into voxels with room for them."""
        names = np.asarray(ids, np.int64)
        self.cells.make_room(len(names))
        _admit(
            self.cells.columns,
            self.clocks,
            self.lattice,
            self.cells.n,
            names,
            np.asarray(voxels, np.int64),
            np.asarray(kinds, np.int64),
            self.step,
            self.done,
        )
        self.cells.n += len(names)

    def slabs(self, work: Any, *arguments: Any) -> None:
        """Let threads carry out ``work(*arguments, first, last)`` on shares of the planes.

        Planes of a three-dimensional grid are shared out; a plane alone is done in one go. The
        work must give the same result whatever the shares.
        """
        planes = self.model.lattice.box[0]
        self._share_out(planes, planes >= self.threads, work, arguments)

    def shares(self, number: int, work: Any, *arguments: Any) -> None:
        """Let threads carry out ``work(*arguments, first, last)`` on shares of many cells."""
        self._share_out(number, number >= _MANY, work, arguments)

    def _share_out(
        self, number: int, is_worth: bool, work: Any, arguments: tuple[Any, ...]
    ) -> None:
        if self.threads < 2 or not is_worth:
            work(*arguments, 0, number)
            return
        cuts = np.linspace(0, number, self.threads + 1).astype(int).tolist()
        pool = _pool(self.threads)
        parts = [pool.submit(work, *arguments, first, last) for first, last in pairwise(cuts)]
        for part in parts:
            part.result()


@cache
def _pool(threads: int) -> ThreadPoolExecutor:
    """Return threads that wait for work; tissues share them."""
    return ThreadPoolExecutor(threads, thread_name_prefix="slab")


@jit
def _admit(
    columns: Columns,
    clocks: Clocks,
    lattice: Lattice,
    n: int,
    ids: Any,
    voxels: Any,
    kinds: Any,
    step: int,
    done: int,
) -> None:
    for i in range(len(ids)):
        enter(columns, clocks, lattice, n + i, ids[i], voxels[i], kinds[i], step, done)
