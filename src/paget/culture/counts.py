"""Counts of a growing tissue: one row a site at each time that is recorded.

The radius is the largest distance of a voxel with living tumour cells from the mean of all such
voxels; the depth of the front, how far beyond the basement membrane the tumour has come. Events are
counted from the start. Where nothing has ever been, the fields are as they were at the start.

Public names: ``Counts``, ``BREACH``, ``days_of``, ``touches_edge``, ``unit_of``.
"""

from bisect import bisect_left
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from paget.tissue.cascade import Cascade
from paget.tissue.kinds import TUMOUR
from paget.tissue.model import Model
from paget.tissue.processes.membrane import front_depth
from paget.tissue.state import Tissue

Columns = dict[str, npt.NDArray[Any]]

_DIGITS: Final = 9  # of a day: a tenth of a millisecond
WHEN: Final = ("step", "day", "site")
"""The columns that name a row."""
BREACH: Final = "breach_step"
"""The tally that is no number of events: it goes into the fate."""
_WORDS: Final = ("site", "outcomes", "event", "quantity")
_UNITS: Final = {
    "day": "day",
    "radius_um": "um",
    "front_depth_um": "um",
    **dict.fromkeys(("earliest", "quarter", "median", "three_quarters", "latest"), "day"),
}
_FIELD_UNITS: Final = {"oxygen": "mmHg"}


def unit_of(name: str) -> str:
    """Return the unit of a column of the counts, or of a field; nothing for words.

    Examples
    --------
    >>> unit_of("radius_um"), unit_of("oxygen_mean"), unit_of("epithelial")
    ('um', 'mmHg', '1')
    """
    if name in _WORDS:
        return ""
    if name.endswith("_day"):
        return "day"
    field = name.rpartition("_")[0] if name.endswith(("_mean", "_max", "_min")) else name
    return _UNITS.get(name) or _FIELD_UNITS.get(field, "1")


def days_of(model: Model, steps: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Return the days of steps, without the last digits, which are rounding errors."""
    return np.round(np.asarray(steps) * model.step_days, _DIGITS)


class Counts:
    """The counts of a cascade, taken now and then.

    Parameters
    ----------
    columns : those that were taken before.
    """

    def __init__(self, columns: Mapping[str, list[Any]] | None = None) -> None:
        self._columns = dict(columns or {})
        self._taken = len(next(iter(self._columns.values()), ()))

    def take(self, cascade: Cascade) -> None:
        """Count every tissue now."""
        for tissue in cascade.tissues:
            row = _row(cascade, tissue)
            for name in [name for name in row if name not in self._columns]:
                self._columns[name] = [0] * self._taken  # an event that had not happened by then
            for name, column in self._columns.items():
                column.append(row.get(name, 0))
            self._taken += 1

    def drop_from(self, step: int) -> None:
        """Forget what was counted from a step on."""
        self._taken = bisect_left(self._columns["step"], step)
        for column in self._columns.values():
            del column[self._taken :]

    def table(self) -> pl.DataFrame:
        """Return what was counted as a table."""
        return pl.DataFrame(self._columns)

    def pack(self) -> Columns:
        """Return what was counted as arrays."""
        return {name: np.array(column) for name, column in self._columns.items()}

    @classmethod
    def unpack(cls, columns: Mapping[str, npt.NDArray[Any]]) -> "Counts":
        """Return what `pack` packed."""
        return cls({name: column.tolist() for name, column in columns.items()})


def _row(cascade: Cascade, tissue: Tissue) -> dict[str, Any]:
    model, lattice = tissue.model, tissue.lattice
    row: dict[str, Any] = {
        "step": tissue.step,
        "day": float(days_of(model, tissue.step)),
        "site": tissue.site,
        **tissue.count(),
        "tumour": tissue.tumour_cells(),
        "in_vasculature": _travelling_from(cascade, tissue),
        "occupied_voxels": int(np.count_nonzero(lattice.occupied)),
        "radius_um": _radius(tissue),
    }
    for name in model.field_names:
        values = tissue.field(name)
        row |= {
            f"{name}_mean": float(values.mean(dtype=np.float64)),
            f"{name}_min": float(values.min()),
            f"{name}_max": float(values.max()),
        }
    if model.membrane is not None:
        row["front_depth_um"] = front_depth(tissue)
    return row | {name: n for name, n in tissue.tallies.items() if name != BREACH}


def _travelling_from(cascade: Cascade, tissue: Tissue) -> int:
    if cascade.vasculature is None:
        return 0
    return sum(
        len(cluster.ids)
        for cluster in cascade.vasculature.travelling
        if cluster.source == tissue.number
    )


def _tumour_voxels(tissue: Tissue) -> npt.NDArray[np.int64]:
    cells = tissue.cells
    holds = np.zeros(tissue.model.lattice.voxels, np.bool_)
    holds[cells.voxels[np.isin(cells.kinds, TUMOUR)]] = True
    return np.flatnonzero(holds)


def _radius(tissue: Tissue) -> float:
    """Return the radius of the tumour [µm]; 0 where there is none."""
    voxels = _tumour_voxels(tissue)
    if len(voxels) == 0:
        return 0.0
    grid = tissue.model.lattice
    places = grid.places(voxels)
    squared = ((places - places.mean(axis=0)) ** 2).sum(axis=1)
    return float(np.sqrt(squared.max())) * grid.spacing


def touches_edge(cascade: Cascade) -> bool:
    """Tell whether a living tumour cell of the primary lies at the edge of its grid."""
    grid = cascade.model.lattice
    voxels = _tumour_voxels(cascade.primary)
    if len(voxels) == 0:
        return False
    reach = np.abs(grid.places(voxels)).max(axis=0)
    return bool((reach >= (np.array(grid.shape) - 1) / 2.0).any())
