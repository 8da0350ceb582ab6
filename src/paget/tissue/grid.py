"""Grid: the lattice of voxels, in two or three dimensions.

Arrays of a grid have the shape (planes, rows, columns); a two-dimensional grid has one plane. A
voxel is named by its place in the flattened array, columns fastest.

Public names: `Grid`.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

Voxels = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Grid:
    """A square or cubic lattice.

    Parameters
    ----------
    shape : voxels along each axis: (rows, columns) or (planes, rows, columns).
    spacing : distance between voxels [µm].
    """

    shape: tuple[int, ...]
    spacing: float

    @property
    def dimensions(self) -> int:
        """Return 2 or 3."""
        return len(self.shape)

    @cached_property
    def box(self) -> tuple[int, int, int]:
        """Return (planes, rows, columns)."""
        planes, rows, columns = (1, *self.shape)[-3:]
        return planes, rows, columns

    @cached_property
    def voxels(self) -> int:
        """Return how many voxels there are."""
        return int(np.prod(self.shape))

    @cached_property
    def axes(self) -> tuple[str, ...]:
        """Return the names of the axes in the order of the shape."""
        return ("z", "y", "x")[-self.dimensions :]

    @property
    def voxel_volume(self) -> float:
        """Return the volume of a voxel [mm³]; a plane is one voxel thick."""
        return (self.spacing / 1000.0) ** 3

    def places(self, voxels: npt.ArrayLike) -> npt.NDArray[np.float64]:
        """Return where voxels lie, from the centre of the grid [voxel], shape (n, dimensions)."""
        indices = np.unravel_index(np.asarray(voxels, dtype=np.int64), self.shape)
        middle = (np.array(self.shape) - 1) / 2.0
        return np.stack(indices, axis=-1) - middle

    def by_distance(self) -> Voxels:
        """Return all voxels, the nearest to the centre first, ties in order of their number."""
        squared = (self.places(np.arange(self.voxels)) ** 2).sum(axis=-1)
        return np.argsort(squared, kind="stable")

    def margin(self) -> Voxels:
        """Return how many voxels lie between each voxel and the nearest edge, shape (voxels,)."""
        indices = np.indices(self.shape)
        limits = np.array(self.shape).reshape(-1, *([1] * self.dimensions))
        return np.minimum(indices, limits - 1 - indices).min(axis=0).ravel()
