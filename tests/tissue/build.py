"""Small tissues for tests.

Public names: `flat`, `tissue_of`, `grown`.
"""

from typing import Any

from paget.tissue.cascade import Cascade
from paget.tissue.model import Model
from paget.tissue.model_file import load_model
from paget.tissue.state import Tissue
from paget.verify.tissue_cells import flat_model

__all__ = ["flat", "grown", "published", "tissue_of"]


def flat(
    processes: list[str],
    *,
    shape: tuple[int, ...] = (21, 21),
    capacity: int = 4,
    cells: dict[str, int] | None = None,
    voxels: int | None = None,
    **change: Any,
) -> Model:
    """Return a model without fields; the start fills the voxels nearest to the centre."""
    start: dict[str, Any] = {"cells": cells or {"epithelial": 1}, "place": "centre"}
    if voxels is not None:
        start["voxels"] = voxels
    return flat_model(list(shape), capacity, start, processes, **change)


def tissue_of(model: Model, seed: int = 1889, steps: int = 0) -> Tissue:
    """Return the primary of a model after some steps."""
    return grown(model, seed, steps).primary


def grown(model: Model, seed: int = 1889, steps: int = 0, threads: int = 1) -> Cascade:
    """Return the cascade of a model after some steps."""
    cascade = Cascade(model, seed, threads)
    cascade.advance(steps)
    return cascade


def published(**content: Any) -> Model:
    """Return the published model, smaller or otherwise changed."""
    return load_model({"base": "franssen-2019", **content})
