r"""Taxis: cells drift up the gradient of what attracts them.

.. math:: J = \Phi\, c\, \nabla A(f)

with the matrix (haptotaxis), or the share of receptors that a chemokine or VEGF occupies
(chemotaxis), A = f / (f_half + f). A gradient is the difference over two voxels; it vanishes at the
edge of the grid. `paget.tissue.processes.motion` moves the cells.

Assumes: an attractant lies within [0, 1]; receptors follow their ligand at once.

Source: Franssen et al. 2019 for haptotaxis on the matrix; occupancy of receptors is an assumption.

Public names: `Haptotaxis`, `Chemotaxis`, `Attractant`, `ATTRACTING`.
"""

from dataclasses import dataclass
from types import MappingProxyType

from paget.tissue.model import Model
from paget.tissue.process import Process
from paget.tissue.rules import Rates


@dataclass(frozen=True)
class Attractant:
    """A field that cells climb."""

    field: int
    half: float
    """Value at which half of the receptors are occupied; 0 where the field itself attracts."""
    strength: Rates
    """Drift of each kind [µm²/day] for a unit of the attractant."""


class Haptotaxis(Process):
    """Cells climb the matrix."""

    name = "haptotaxis"
    behaviours = MappingProxyType({"haptotaxis": "um^2/day"})

    def attractants(self) -> tuple[Attractant, ...]:
        """Return what the cells climb."""
        return (Attractant(self.model.field("matrix"), 0.0, self.model.rates("haptotaxis")),)


class Chemotaxis(Process):
    """Cells climb a chemokine (CXCL12), tips of vessels VEGF."""

    name = "chemotaxis"
    behaviours = MappingProxyType({"chemotaxis": "um^2/day", "vegf_taxis": "um^2/day"})

    def __init__(self, model: Model) -> None:
        super().__init__(model)
        self._fields = [
            (field, behaviour)
            for field, behaviour in (("chemokine", "chemotaxis"), ("vegf", "vegf_taxis"))
            if field in model.fields
        ]
        if not self._fields:
            model.field("chemokine")  # says that it is missing

    def attractants(self) -> tuple[Attractant, ...]:
        """Return what the cells climb."""
        return tuple(
            Attractant(
                self.model.field(field),
                self.model.values.real(f"{field}.half_occupancy"),
                self.model.rates(behaviour),
            )
            for field, behaviour in self._fields
        )


ATTRACTING = MappingProxyType({process.name: process for process in (Haptotaxis, Chemotaxis)})
"""The processes that attract cells, by name."""
