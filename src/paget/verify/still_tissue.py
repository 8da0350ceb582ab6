"""A tissue in which no cell moves: what checks of its fields start from.

Public names: `Profiles`, `still_tissue`, `run`, `distance`, `middle`.
"""

from typing import Final

import numpy as np

from paget.tissue.cascade import Cascade
from paget.tissue.kinds import EPITHELIAL
from paget.tissue.model_file import load_model
from paget.tissue.state import Tissue
from paget.verify.statistics import Floats

Profiles = list[tuple[Floats, Floats]]
"""Solutions from coarse to fine: distance from the middle, value."""
_NO_CELLS: Final = {"cells": {"epithelial": 0}, "place": "anywhere"}


def still_tissue(
    shape: tuple[int, ...],
    processes: list[str],
    fields: dict[str, float],
    *,
    spacing: float,
    step: float,
    boundary: str = "no-flux",
    **change: object,
) -> Tissue:
    """Return a tissue in which no cell moves, with one idle cell in its first voxel.

    Parameters
    ----------
    shape : of the grid.
    processes : the laws.
    fields : by name, with the value at the start.
    spacing : of the voxels [µm].
    step : of time [day].
    boundary : of all fields.
    change : parameters, with ``__`` for the dot.
    """
    model = load_model(
        {
            "title": "theory",
            "parameters": "theory",
            "until": "1 day",
            "processes": processes,
            "grid": {
                "shape": list(shape),
                "spacing": f"{spacing!r} um",
                "capacity": 4,
                "step": f"{step!r} day",
            },
            "fields": {
                name: {"boundary": boundary, "start": start} for name, start in fields.items()
            },
            "start": [_NO_CELLS],
        },
        change={name.replace("__", "."): value for name, value in change.items()},
    )
    tissue = Cascade(model, 1889).primary
    tissue.settle([0], [EPITHELIAL])
    return tissue


def run(tissue: Tissue, steps: int) -> None:
    """Carry a tissue on."""
    for _ in range(steps):
        tissue.advance()


def distance(shape: tuple[int, ...], spacing: float) -> Floats:
    """Return the distance of each voxel from the middle one [µm], in the shape of the grid."""
    axes = [np.arange(n) - n // 2 for n in shape]
    return spacing * np.sqrt(sum(x**2 for x in np.meshgrid(*axes, indexing="ij", sparse=True)))


def middle(shape: tuple[int, ...]) -> int:
    """Return the number of the middle voxel."""
    return int(np.ravel_multi_index([n // 2 for n in shape], shape))
