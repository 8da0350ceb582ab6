"""Process: one law of a tissue, carried out once in every step.

A process says which behaviours of cells it asks for (parameters ``<kind>.<behaviour>``, which rules
may act on), whether cells carry a clock for it and how often that can ring, and what it does in a
step. Each one is a file of `paget.tissue.processes` with its law, assumptions and source.

Public names: `Process`.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from paget.tissue.model import Model
from paget.tissue.state import Tissue


class Process:
    """One law of a tissue.

    Parameters
    ----------
    model : of the tissue; a process takes its parameters and fields from it, and refuses a model
        that it cannot serve.
    """

    name: ClassVar[str]
    behaviours: ClassVar[Mapping[str, str]] = MappingProxyType({})
    """Unit of each behaviour of cells that the process asks for, by name."""
    clock: ClassVar[int | None] = None
    """The stream of the clock that every cell carries for this process, where there is one."""

    def __init__(self, model: Model) -> None:
        self.model = model

    def bounds(self) -> npt.NDArray[np.float64]:
        """Return how probable a ring of the clock can be in one step, by kind, shape (kinds,)."""
        raise NotImplementedError

    def begin(self, tissue: Tissue) -> None:
        """Prepare a new tissue, before it holds cells."""

    def step(self, tissue: Tissue) -> None:
        """Carry out one step."""
