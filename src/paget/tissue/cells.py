"""Cells: one column for each of their traits, room that grows without a cap, ids for good.

A cell has an id that is never given to another one: the number of its tissue in the top bits, then
how many cells the tissue had made before it. A dividing cell keeps its id; the new cell has an id
of its own, and the ledger keeps its parent, the step of its birth and the step of its end, also of
cells that are gone: lineages can be traced.

Where a cell lies in the columns means nothing, and no draw depends on it.

Public names: `Cells`, `Columns`, `Clocks`, `Lattice`, and the compiled `add`, `enter`, `schedule`,
`turn`, `wind`, `lift`, `put`, `neighbours`.
"""

from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from paget.kernels.clocks import NEVER, waiting_steps
from paget.kernels.jit import inlined, jit

ID_BITS: Final = 48
"""Below these bits an id holds the number of cells made before; above them, the tissue."""
COUNTER_MASK: Final = (1 << ID_BITS) - 1
ALIVE: Final = -1
"""The step of the end of a cell that is still in the tissue."""
_GROWTH: Final = 1.25  # of the room for cells, when it is used up
_SMALLEST_ROOM: Final = 1024


class Columns(NamedTuple):
    """What compiled laws see of the cells: arrays, of which the first ``n`` places are in use.

    The ledger (``parent``, ``born``, ``ended``) has one place for each cell ever made.
    """

    id: Any
    """int64."""
    voxel: Any
    """int32."""
    kind: Any
    """uint8, see `paget.tissue.kinds`."""
    stage: Any
    """uint8: how far the cell has come in its cycle."""
    rings: Any
    """int32, shape (clocks, room): the step in which each of its clocks rings."""
    parent: Any
    """int64; -1 for a founder."""
    born: Any
    """int32, step."""
    ended: Any
    """int32, step in which the cell died or left, or `ALIVE`."""


class Clocks(NamedTuple):
    """What compiled laws need to wind the clocks of a cell."""

    key: Any
    """uint64, the seed."""
    tissue: int
    """Number of the tissue in its cascade."""
    streams: Any
    """int64, shape (clocks,)."""
    bounds: Any
    """float64, shape (clocks, kinds): the highest probability of the event in one step."""


class Lattice(NamedTuple):
    """What a cell feels of its surroundings: arrays over voxels."""

    shape: Any
    """int64, shape (3,): planes, rows, columns."""
    capacity: int
    """Cells that find room in one voxel."""
    occupied: Any
    """uint16, shape (voxels,): cells in the voxel."""
    counts: Any
    """uint16, shape (kinds, voxels)."""
    numbers: Any
    """int64, shape (kinds,): cells in the whole tissue."""
    closed: Any
    """uint8, shape (voxels,): 1 where no cell can enter."""
    vessel: Any
    """uint8, shape (voxels,), see `paget.tissue.vessels`."""
    fields: Any
    """float32 or float64, shape (fields, voxels)."""


@inlined
def put(lattice: Lattice, voxel: int, kind: int) -> None:
    """Count a cell into a voxel."""
    lattice.occupied[voxel] += 1
    lattice.counts[kind, voxel] += 1
    lattice.numbers[kind] += 1


@inlined
def lift(lattice: Lattice, voxel: int, kind: int) -> None:
    """Count a cell out of a voxel."""
    lattice.occupied[voxel] -= 1
    lattice.counts[kind, voxel] -= 1
    lattice.numbers[kind] -= 1


@jit
def neighbours(lattice: Lattice, voxel: int) -> tuple[int, int, int, int, int, int]:
    """Return the six voxels next to one; -1 for those beyond the grid."""
    rows = lattice.shape[1]
    columns = lattice.shape[2]
    plane = rows * columns
    x = voxel % columns
    y = (voxel // columns) % rows
    z = voxel // plane
    return (
        voxel - 1 if x > 0 else -1,
        voxel + 1 if x < columns - 1 else -1,
        voxel - columns if y > 0 else -1,
        voxel + columns if y < rows - 1 else -1,
        voxel - plane if z > 0 else -1,
        voxel + plane if z < lattice.shape[0] - 1 else -1,
    )


@inlined
def wind(columns: Columns, clocks: Clocks, clock: int, i: int, step: int) -> None:
    """Draw when one clock of a cell rings next, after ``step``."""
    gap = waiting_steps(
        clocks.key,
        clocks.streams[clock],
        step,
        columns.id[i],
        clocks.bounds[clock, columns.kind[i]],
    )
    columns.rings[clock, i] = min(step + gap, NEVER)


@jit
def schedule(columns: Columns, clocks: Clocks, i: int, step: int, done: int) -> None:
    """Wind all clocks of a new or changed cell; those up to ``done`` have rung in this step."""
    for clock in range(len(clocks.streams)):
        wind(columns, clocks, clock, i, step)
        if clock > done and columns.rings[clock, i] != NEVER:
            columns.rings[clock, i] -= 1


@jit
def enter(
    columns: Columns,
    clocks: Clocks,
    lattice: Lattice,
    n: int,
    cell: int,
    voxel: int,
    kind: int,
    step: int,
    done: int,
) -> None:
    """Put a cell that has an id into place ``n`` of the columns."""
    columns.id[n] = cell
    columns.voxel[n] = voxel
    columns.kind[n] = kind
    columns.stage[n] = 0
    put(lattice, voxel, kind)
    schedule(columns, clocks, n, step, done)


@jit
def add(
    columns: Columns,
    clocks: Clocks,
    lattice: Lattice,
    n: int,
    made: int,
    voxel: int,
    kind: int,
    parent: int,
    step: int,
    done: int,
) -> None:
    """Put a new cell, the ``made``-th of its tissue, into place ``n`` of the columns."""
    columns.parent[made] = parent
    columns.born[made] = step
    columns.ended[made] = ALIVE
    cell = (clocks.tissue << ID_BITS) | made
    enter(columns, clocks, lattice, n, cell, voxel, kind, step, done)


@jit
def turn(
    columns: Columns, clocks: Clocks, lattice: Lattice, i: int, kind: int, step: int, done: int
) -> None:
    """Make a cell another kind; its clocks are wound anew (their waiting has no memory)."""
    voxel = columns.voxel[i]
    lift(lattice, voxel, columns.kind[i])
    put(lattice, voxel, kind)
    columns.kind[i] = kind
    columns.stage[i] = 0
    schedule(columns, clocks, i, step, done)


@jit
def _compact(columns: Columns, gone: Any, n: int, tissue: int, step: int) -> int:
    """Close the gaps that ``gone`` cells leave, in order; return how many cells remain."""
    kept = 0
    for i in range(n):
        if gone[i]:
            cell = columns.id[i]
            if cell >> ID_BITS == tissue:
                columns.ended[cell & COUNTER_MASK] = step
            continue
        if kept < i:
            columns.id[kept] = columns.id[i]
            columns.voxel[kept] = columns.voxel[i]
            columns.kind[kept] = columns.kind[i]
            columns.stage[kept] = columns.stage[i]
            for clock in range(len(columns.rings)):
                columns.rings[clock, kept] = columns.rings[clock, i]
        kept += 1
    return kept


class Cells:
    """The cells of one tissue.

    Parameters
    ----------
    clocks : how many clocks each cell carries.
    tissue : number of the tissue in its cascade.
    """

    def __init__(self, clocks: int, tissue: int = 0) -> None:
        self.n = 0
        self.made = 0
        self.tissue = tissue
        self.columns = Columns(
            id=np.zeros(0, np.int64),
            voxel=np.zeros(0, np.int32),
            kind=np.zeros(0, np.uint8),
            stage=np.zeros(0, np.uint8),
            rings=np.zeros((clocks, 0), np.int32),
            parent=np.zeros(0, np.int64),
            born=np.zeros(0, np.int32),
            ended=np.zeros(0, np.int32),
        )

    @property
    def ids(self) -> npt.NDArray[np.int64]:
        """Return the ids of the cells there are."""
        return self.columns.id[: self.n]

    @property
    def voxels(self) -> npt.NDArray[np.int32]:
        """Return where the cells are."""
        return self.columns.voxel[: self.n]

    @property
    def kinds(self) -> npt.NDArray[np.uint8]:
        """Return what the cells are."""
        return self.columns.kind[: self.n]

    @property
    def bytes_per_cell(self) -> float:
        """Return the memory of the columns and the ledger for each cell there is [byte]."""
        return sum(column.nbytes for column in self.columns) / max(self.n, 1)

    def make_room(self, more: int) -> None:
        """Make sure that ``more`` cells can be added."""
        columns = self.columns
        room = _room(self.n + more, len(columns.id))
        ledger = _room(self.made + more, len(columns.parent))
        self.columns = Columns(
            **{
                name: _stretched(column, ledger if name in _LEDGER else room)
                for name, column in columns._asdict().items()
            }
        )

    def remove(self, gone: npt.NDArray[np.bool_], step: int) -> None:
        """Take cells out; the lattice must have counted them out already.

        Parameters
        ----------
        gone : shape (n,), true for a cell that goes.
        step : when.
        """
        self.n = _compact(self.columns, gone, self.n, self.tissue, step)


_LEDGER: Final = ("parent", "born", "ended")


def _room(wanted: int, there: int) -> int:
    """Return the room to have: a quarter more than before where what is there is too little."""
    if wanted <= there:
        return there
    return max(wanted, int(there * _GROWTH), _SMALLEST_ROOM)


def _stretched(column: npt.NDArray[Any], room: int) -> npt.NDArray[Any]:
    if column.shape[-1] == room:
        return column
    longer = np.zeros((*column.shape[:-1], room), column.dtype)
    longer[..., : column.shape[-1]] = column
    return longer
