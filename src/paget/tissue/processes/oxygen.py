r"""Oxygen: it comes from vessels and the host's own capillaries, spreads, and is used up.

.. math:: D \nabla^2 c - \frac{M}{Q} \frac{c}{c_{1/2} + c} + h_v (c_v - c) + h (1 - o)(c_h - c) = 0

with M the consumption of a voxel that is full of cells, summed over the Q cells that find room in
it; exchange h_v with the blood of vessels that carry any; and in the host's tissue a supply h
that restores the host's level c_h, which vanishes where cells fill the voxel (o: share of the
room that is taken). Oxygen settles within seconds, so that it is in balance with the cells at all
times: it is solved for again every ``oxygen.every`` steps, from where it was, by relaxation until
its estimated error is below ``oxygen.tolerance``.

Assumes: the host's capillaries and its own consumption are one linear return to its level, and
give way to tumour cells; blood holds its oxygen along a vessel; consumption saturates (Michaelis
and Menten).

Source: the balance is that of Krogh's cylinder with saturable uptake; values by parameter.

Public names: `Oxygen`.
"""

from types import MappingProxyType
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from paget.core.errors import ConvergenceError
from paget.kernels.jit import jit
from paget.kernels.relaxation import BLACK, RED, Balance, add_up, best_factor, relax, scale_of
from paget.kernels.stencils import FIXED, Sources, fill
from paget.tissue.model import Model
from paget.tissue.output import Output
from paget.tissue.process import Process
from paget.tissue.processes.diffusion import EDGES
from paget.tissue.state import Tissue
from paget.tissue.vessels import BLOOD, SPROUT

OXYGEN: Final = "oxygen"
_MOST_SWEEPS: Final = 20_000
_SHARE: Final = 0.3  # of the tolerance, for each of two kinds of error
_ROUND: Final = 12  # sweeps from one scaling of the whole to the next
_WEAK_PULL: Final = 0.05  # below it, neighbours decide what a point holds


class Supply(NamedTuple):
    """Where oxygen comes from, each rate over that of diffusion between two voxels."""

    vessel: float
    """Exchange between a voxel and the blood of its vessel."""
    blood: float
    """Level of the blood [mmHg]."""
    host: float
    """Return of the host's tissue to its own level."""
    level: float
    """Level of the host's tissue [mmHg]."""


class Oxygen(Process):
    """Keep oxygen in balance."""

    name = OXYGEN
    behaviours = MappingProxyType({"oxygen_consumption": "mmHg/day"})

    def __init__(self, model: Model) -> None:
        super().__init__(model)
        real = model.values.real
        self._field = model.field(OXYGEN)
        self._edge = EDGES[model.fields[OXYGEN].boundary]
        self._every = round(real("oxygen.every"))
        self._half = real("oxygen.half_consumption")
        self.tolerance = real("oxygen.tolerance")
        pace = real("oxygen.diffusion") / model.lattice.spacing**2
        self._supply = Supply(
            real("oxygen.vessel_exchange") / pace,
            real("oxygen.blood_level"),
            real("oxygen.host_supply") / pace,
            real("oxygen.host_level"),
        )
        self._uptake = Output(model, "oxygen_consumption", 1.0 / (pace * model.grid.capacity))

    def step(self, tissue: Tissue) -> None:
        """Solve the balance where its turn has come."""
        if (tissue.step - 1) % self._every == 0:
            self.settle(tissue)

    def settle(self, tissue: Tissue) -> int:
        """Bring oxygen into balance with cells and vessels; return how many sweeps it took."""
        columns = self.model.lattice.box[2]
        field = tissue.lattice.fields[self._field].reshape(-1, columns)
        values = field.astype(np.float64)  # 32 bits are too few where little returns by itself
        balance = self._balance(tissue, values)
        uptake = balance.demand * self._half / (self._half + values) ** 2  # its slope
        factor = best_factor(_reach((balance.pull + uptake).reshape(self.model.lattice.box)))
        calm = _SHARE * self.tolerance * (2.0 - factor)
        changed = 0.0
        for sweep in range(1, _MOST_SWEEPS + 1):
            changed = self._sweep(tissue, values, balance, factor)
            if changed <= calm or sweep % _ROUND == 0:
                shift = self._balance_whole(tissue, values, balance)
                if changed <= calm and shift <= _SHARE * self.tolerance:
                    field[:] = values
                    return sweep
        raise ConvergenceError(
            f"oxygen in {tissue.site} at step {tissue.step}",
            allowed=f"was still changing by {changed:.3g} mmHg after {_MOST_SWEEPS} sweeps",
            remedy="Give a larger oxygen.tolerance.",
        )

    def _sweep(
        self, tissue: Tissue, values: npt.NDArray[Any], balance: Balance, factor: float
    ) -> float:
        """Relax every voxel once; return the largest change."""
        planes, rows, _ = self.model.lattice.box
        worst = np.zeros(planes)
        for colour in (RED, BLACK):
            tissue.slabs(
                relax,
                values,
                planes,
                rows,
                balance,
                self._half,
                factor,
                self._edge,
                colour,
                worst,
            )
        return float(worst.max())

    def _balance_whole(self, tissue: Tissue, values: npt.NDArray[Any], balance: Balance) -> float:
        """Scale oxygen so that all that comes goes; return the largest change."""
        if self._edge == FIXED:
            return 0.0
        planes, rows, _ = self.model.lattice.box
        sums = np.empty((planes, 2))
        tissue.slabs(add_up, values, planes, rows, balance, self._half, self._edge, sums)
        scale = scale_of(sums)
        values *= scale
        return abs(scale - 1.0) * float(values.max())

    def _balance(self, tissue: Tissue, values: npt.NDArray[Any]) -> Balance:
        """Return what each voxel takes and gives, as the cells and vessels are now."""
        balance = Balance(*(np.empty_like(values) for _ in Balance._fields))
        tissue.slabs(
            _take_stock,
            balance,
            self._uptake.sources(tissue),
            self._supply,
            tissue.lattice.occupied.reshape(values.shape),
            tissue.lattice.vessel.reshape(values.shape),
            tissue.lattice.capacity,
            self.model.lattice.box[1],
        )
        return balance


def _reach(pull: npt.NDArray[Any]) -> int:
    """Return how many voxels across the widest region is in which only neighbours decide.

    Parameters
    ----------
    pull : how fast a voxel returns to balance by itself, in the shape (planes, rows, columns).
    """
    weak = pull < _WEAK_PULL
    across = 0
    while weak.any() and across < max(weak.shape):
        before = weak.copy()
        for axis in range(3):
            inner, outer = _along(axis, slice(1, None)), _along(axis, slice(None, -1))
            weak[inner] &= before[outer]
            weak[outer] &= before[inner]
        across += 2
        if (weak == before).all():  # no voxel returns by itself
            return max(weak.shape)
    # Beyond the rim a change fades over 1 / sqrt(pull) voxels; too wide is slow, too narrow wrong.
    return across + round(4.0 * _WEAK_PULL**-0.5)


def _along(axis: int, part: slice) -> tuple[slice, ...]:
    return tuple(part if other == axis else slice(None) for other in range(3))


@jit
def _take_stock(
    balance: Balance,
    uptake: Sources,
    supply: Supply,
    occupied: Any,
    vessel: Any,
    capacity: int,
    rows: int,
    first: int,
    last: int,
) -> None:
    """Write the balance of each voxel of a share of the planes."""
    columns = occupied.shape[1]
    taken = np.zeros(columns, balance.demand.dtype)
    for line in range(first * rows, last * rows):
        fill(taken, uptake, line)
        for x in range(columns):
            host = supply.host * max(1.0 - occupied[line, x] / capacity, 0.0)
            blood = 0.0
            if vessel[line, x] & BLOOD and not vessel[line, x] & SPROUT:
                blood = supply.vessel
            balance.demand[line, x] = taken[x]
            balance.pull[line, x] = host + blood
            balance.supply[line, x] = host * supply.level + blood * supply.blood
