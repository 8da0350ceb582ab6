r"""Diffusion: molecules spread, decay, and are given off by cells.

.. math:: \frac{\partial f}{\partial t} = D \nabla^2 f - \lambda f + \sum_k s_k c_k

for every field of a model but the matrix and oxygen, with the cells c of each kind k in the voxel.
Where a step of length dt over voxels dx apart keeps 2 d D dt / dx² + λ dt within 1, in d
dimensions, it is made explicitly, as published: f + dt (...) with the field and the cells as they
are before. Else it is made implicitly, one axis after the other, in sub-steps whose D dt / dx² is
at most `COARSEST` (so that the axes leave no trace beyond the next voxels).
``<field>.solver`` may ask for either; ``auto`` is what was said.

Assumes: the tissue is alike everywhere for what spreads; fluid does not flow.

Source: Franssen et al. 2019 for MMP-2, with the numbers and the order of the update.

Public names: `Diffusion`, `Spread`, `EDGES`, `COARSEST`.
"""

import math
from types import MappingProxyType
from typing import Any, Final

import numpy.typing as npt

from paget.core.errors import StabilityError
from paget.kernels.stencils import (
    FIXED,
    MIRROR,
    NO_FLUX,
    Sources,
    euler,
    keep_edges,
    room_for_edges,
)
from paget.kernels.sweeps import Line, line, sweep_columns, sweep_planes, sweep_rows
from paget.tissue.model import Model
from paget.tissue.output import Output
from paget.tissue.process import Process
from paget.tissue.state import Tissue

EDGES: Final = MappingProxyType({"no-flux": NO_FLUX, "mirror": MIRROR, "fixed": FIXED})
COARSEST: Final = 1.0
"""The largest D dt / dx² of an implicit sub-step."""
_OTHERS: Final = ("matrix", "membrane", "oxygen")  # fields with a law of their own
_SECONDS: Final = 86400.0


class Diffusion(Process):
    """All fields that spread, one after the other."""

    name = "diffusion"
    behaviours = MappingProxyType(
        {f"{field}_secretion": "1/day" for field in ("mmp2", "vegf", "chemokine")}
    )

    def __init__(self, model: Model) -> None:
        super().__init__(model)
        self.spreads = tuple(Spread(model, name) for name in model.fields if name not in _OTHERS)

    @property
    def solver(self) -> dict[str, str]:
        """Return how each field is carried on."""
        return {spread.name: spread.solver for spread in self.spreads}

    def step(self, tissue: Tissue) -> None:
        """Carry every field on."""
        for spread in self.spreads:
            spread.step(tissue)


class Spread:
    """One field that spreads.

    Parameters
    ----------
    model : what spreads where.
    name : the field.
    """

    def __init__(self, model: Model, name: str) -> None:
        self.name = name
        self._model = model
        self._field = model.field(name)
        self._edge = EDGES[model.fields[name].boundary]
        box = model.lattice.box
        self._axes = box if box[0] > 1 else box[1:]
        self._ratio = (
            model.values.real(f"{name}.diffusion") * model.step_days / model.lattice.spacing**2
        )
        self._decay = model.values.real(f"{name}.decay") * model.step_days
        self.sub_steps = 0 if self._is_explicit() else max(1, math.ceil(self._ratio / COARSEST))
        self._systems = self._factorised()
        share = model.step_days / max(self.sub_steps, 1)
        self._output = Output(model, f"{name}_secretion", share)

    @property
    def solver(self) -> str:
        """Return how the field is carried on, in words."""
        if self.sub_steps == 0:
            return "explicit"
        return f"implicit, sub-steps: {self.sub_steps}"

    @property
    def leaves(self) -> float:
        """Return the share of a value that leaves its voxel in an explicit step."""
        return 2.0 * len(self._axes) * self._ratio + self._decay

    def step(self, tissue: Tissue) -> None:
        """Carry the field on by one step."""
        columns = self._model.lattice.box[2]
        values = tissue.lattice.fields[self._field].reshape(-1, columns)
        sources = self._output.sources(tissue)
        if self.sub_steps == 0:
            self._explicit(tissue, values, sources)
        for _ in range(self.sub_steps):
            self._implicit(tissue, values, sources)

    def _explicit(self, tissue: Tissue, values: npt.NDArray[Any], sources: Sources) -> None:
        planes, rows, _ = self._model.lattice.box
        kept = room_for_edges(values, rows, tissue.threads)
        if tissue.threads > 1:
            tissue.slabs(keep_edges, values, planes, rows, kept)
        tissue.slabs(
            euler,
            values,
            planes,
            rows,
            values.dtype.type(self._ratio),
            values.dtype.type(1.0 - self.leaves),
            self._edge,
            sources,
            kept,
        )

    def _implicit(self, tissue: Tissue, values: npt.NDArray[Any], sources: Sources) -> None:
        planes, rows, _ = self._model.lattice.box
        *through, across, along = self._systems
        tissue.slabs(sweep_columns, values, planes, rows, along, self._edge, sources)
        tissue.slabs(sweep_rows, values, planes, rows, across, self._edge)
        for system in through:
            tissue.slabs(sweep_planes, values, planes, rows, system, self._edge)

    def _is_explicit(self) -> bool:
        """Tell whether steps are explicit, and refuse them where they would not be stable."""
        name = f"{self.name}.solver"
        asked = self._model.values.choice(name) if name in self._model.values else "auto"
        if asked == "explicit" and self.leaves > 1.0:
            longest = self._model.step_days / self.leaves * _SECONDS
            raise StabilityError(
                f"grid.step = {self._model.grid.step!r}",
                self._model.where("grid.step"),
                f"{self.name} would leave its voxel {self.leaves:.3g} times over in an explicit "
                f"step; the limit is {longest:.3g} s",
                f"Give a shorter step, or {name} = 'auto'.",
            )
        return asked == "explicit" or (asked == "auto" and self.leaves <= 1.0)

    def _factorised(self) -> tuple[Line, ...]:
        """Return the systems of an implicit sub-step, one for each axis."""
        if self.sub_steps == 0:
            return ()
        stay = (1.0 + self._decay / self.sub_steps) ** (1.0 / len(self._axes))
        ratio = self._ratio / self.sub_steps
        return tuple(
            line(points, ratio, stay, self._edge, self._model.field_dtype) for points in self._axes
        )
