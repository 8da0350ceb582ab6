r"""Matrix degradation: cells dissolve the matrix where they are, and MMP-2 does where it is.

.. math:: \frac{dw}{dt} = -\Big(\sum_k \Gamma_k c_k + \Gamma m\Big) w

with the matrix w, cells c of each kind k with membrane-bound MT1-MMP, and MMP-2 m. In a step a
voxel loses the share dt (...) of its matrix, which is the published form: the model is this law in
steps. A step in which a full voxel of cells would dissolve more than a tenth of its matrix is
refused, so that the share stays near 1 - exp(-dt (...)); more than all is never lost. MMP-2 is that
of the same step where ``diffusion`` comes before ``matrix`` in the model, as published.

Assumes: the matrix is not built anew and does not diffuse; cells of a voxel act on all of it.

Source: Franssen et al. 2019; the order of the two fields is that of MetaSpread.

Public names: `MatrixDegradation`.
"""

from types import MappingProxyType
from typing import Any, Final

import numpy as np

from paget.core.errors import StabilityError
from paget.kernels.jit import jit
from paget.kernels.stencils import Sources, fill
from paget.tissue.model import Model
from paget.tissue.output import Output
from paget.tissue.process import Process
from paget.tissue.state import Tissue

MATRIX: Final = "matrix"
MMP2: Final = "mmp2"
_MOST_LOST: Final = 0.1  # of the matrix of a full voxel in a step


class MatrixDegradation(Process):
    """Cells and MMP-2 dissolve the matrix."""

    name = "matrix"
    behaviours = MappingProxyType({"mt1mmp": "1/day"})

    def __init__(self, model: Model) -> None:
        super().__init__(model)
        self._field = model.field(MATRIX)
        self._enzyme = model.field(MMP2) if MMP2 in model.fields else self._field
        loss = model.values.real("matrix.loss_to_mmp2") if MMP2 in model.fields else 0.0
        self._loss = model.field_dtype(loss * model.step_days)
        self._contact = Output(model, "mt1mmp", model.step_days)
        strongest = float(model.rates("mt1mmp").highest.max())
        lost = strongest * model.grid.capacity * model.step_days
        if lost > _MOST_LOST:
            raise StabilityError(
                f"grid.step = {model.grid.step!r}",
                model.where("grid.step"),
                f"a full voxel of cells would dissolve {lost:.3g} of its matrix in a step; "
                f"at most {_MOST_LOST:g} is allowed",
                f"Give a step of at most {86400.0 * model.step_days * _MOST_LOST / lost:.3g} s.",
            )

    def step(self, tissue: Tissue) -> None:
        """Dissolve the matrix by one step."""
        _, rows, columns = self.model.lattice.box
        fields = tissue.lattice.fields.reshape(len(self.model.fields), -1, columns)
        tissue.slabs(
            dissolve,
            fields[self._field],
            fields[self._enzyme],
            self._loss,
            self._contact.sources(tissue),
            rows,
        )


@jit
def dissolve(
    matrix: Any, enzyme: Any, loss: float, contact: Sources, rows: int, first: int, last: int
) -> None:
    """Take from the matrix the share that cells, and the enzyme, dissolve in a step."""
    columns = matrix.shape[1]
    by_cells = np.zeros(columns, matrix.dtype)
    one = matrix.dtype.type(1.0)
    for line in range(first * rows, last * rows):
        fill(by_cells, contact, line)
        for x in range(columns):
            share = by_cells[x] + loss * enzyme[line, x]
            matrix[line, x] *= one - min(share, one)
