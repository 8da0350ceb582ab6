r"""Output: what the cells of each voxel give off, or take up, together.

.. math:: \sum_k r_k(s)\, c_k

over the kinds k of cells, c of each in the voxel, with the behaviour r under the signals s there. A
kind without rules costs one multiplication a voxel; kinds with rules are summed beforehand, where
there are any of their cells.

Public names: `Output`.
"""

from typing import Any

import numpy as np

from paget.kernels.jit import jit
from paget.kernels.stencils import Sources
from paget.tissue.cells import Lattice
from paget.tissue.model import Model
from paget.tissue.rules import Rates, value_of
from paget.tissue.state import Tissue


class Output:
    """One behaviour, summed over the cells of each voxel.

    Parameters
    ----------
    model : what the cells are.
    behaviour : what they do: ``"mmp2_secretion"``.
    factor : by which the sum is multiplied, such as the length of a step.
    """

    def __init__(self, model: Model, behaviour: str, factor: float) -> None:
        self._rates = model.rates(behaviour)
        self._factor = factor
        doing = np.flatnonzero(self._rates.highest > 0.0)
        has_rule = self._rates.table[doing, 1] > 0.0
        self._ruled = doing[has_rule]
        self._plain = doing[~has_rule]
        self._strengths = (factor * self._rates.base[self._plain]).astype(model.field_dtype)
        columns = model.lattice.box[2]
        self._nothing = np.empty((0, columns), model.field_dtype)
        self._extra = self._nothing

    def sources(self, tissue: Tissue) -> Sources:
        """Return the output as it is now, for compiled laws; it holds until the next call."""
        _, rows, columns = tissue.model.lattice.box
        counts = tissue.lattice.counts
        if len(self._ruled) > 0:
            lines = counts.shape[1] // columns
            if len(self._extra) != lines:
                self._extra = np.empty((lines, columns), self._nothing.dtype)
            tissue.slabs(
                _add_up,
                self._extra,
                tissue.lattice,
                self._rates,
                self._ruled,
                self._factor,
                rows * columns,
            )
        here = tissue.lattice.numbers[self._plain] > 0  # a kind that is absent costs nothing
        return Sources(
            counts.reshape(len(counts), -1, columns),
            self._plain[here],
            self._strengths[here],
            self._extra,
        )


@jit
def _add_up(
    extra: Any,
    lattice: Lattice,
    rates: Rates,
    ruled: Any,
    factor: float,
    plane: int,
    first: int,
    last: int,
) -> None:
    """Sum a behaviour over the cells of the kinds with rules, voxel by voxel."""
    columns = extra.shape[1]
    for voxel in range(first * plane, last * plane):
        total = 0.0
        if lattice.occupied[voxel] > 0:
            for kind in ruled:
                cells = lattice.counts[kind, voxel]
                if cells > 0:
                    total += cells * value_of(rates, lattice, kind, voxel)
        extra[voxel // columns, voxel % columns] = factor * total
