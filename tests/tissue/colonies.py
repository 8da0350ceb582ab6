"""Small tissues for tests of single processes: nothing in them but what a test asks for."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from paget.tissue.cascade import Cascade
from paget.tissue.kinds import kind_number
from paget.tissue.model_file import load_model
from paget.tissue.state import Tissue

OPEN: Mapping[str, object] = {"boundary": "no-flux"}


def a_tissue(
    processes: Sequence[str],
    *,
    shape: Sequence[int] = (41, 41),
    cells: Mapping[str, int] | None = None,
    seed: int = 1,
    step: str = "1 hour",
    capacity: int = 5,
    change: Mapping[str, object] | None = None,
    **more: Any,
) -> Tissue:
    """Return the primary of a model of these processes, with cells anywhere in it."""
    content = {
        "title": "a tissue for tests",
        "parameters": "physical",
        "until": "1 day",
        "processes": list(processes),
        "grid": {"shape": list(shape), "capacity": capacity, "step": step},
        "start": [{"cells": dict(cells or {}), "place": "anywhere"}],
        "change": dict(change or {}),
        **more,
    }
    return Cascade(load_model(content), seed).primary


def advance(tissue: Tissue, steps: int) -> Tissue:
    """Carry out steps."""
    for _ in range(steps):
        tissue.advance()
    return tissue


def put(tissue: Tissue, kind: str, *voxels: tuple[int, ...]) -> None:
    """Put one cell of a kind into each of these voxels, given by their indices."""
    shape = tissue.model.lattice.shape
    flat = [int(np.ravel_multi_index(voxel, shape)) for voxel in voxels]
    tissue.settle(flat, kind_number(kind))
