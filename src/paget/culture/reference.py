"""The published spatial model beside this one: ensembles of the presets, step by step.

Public names: `published_rows`, `measure`, `Measured`, `within`.
"""

import math
from collections.abc import Mapping, Sequence
from importlib.resources import as_file, files
from typing import Any, Final, NamedTuple

import numpy as np
import polars as pl

from paget.tissue.cascade import Cascade
from paget.tissue.kinds import EPITHELIAL, MESENCHYMAL
from paget.tissue.model_file import load_model

MOST_DEVIATIONS: Final = 3.0
"""Two means of counts agree within this many standard errors of their difference."""
TOLERANCE: Final = {"radius_mm": 0.03, "largest_mmp2": 0.05, "mean_matrix": 0.005}
"""Where no deviation was published: absolute, but for the largest MMP-2 as a share."""


class Measured(NamedTuple):
    """One seed at one step."""

    preset: str
    seed: int
    step: int
    mesenchymal: int
    epithelial: int
    radius_mm: float
    largest_mmp2: float
    mean_matrix: float
    voxels_with: tuple[int, ...]
    """Voxels that hold 1, 2, 3 ... cells."""
    intravasations: int
    first_intravasation_day: float | None
    first_metastasis_day: float | None


def published_rows() -> list[dict[str, Any]]:
    """Return the rows of the published table."""
    with as_file(files("paget.atlas") / "published" / "tissue_reference.csv") as path:
        return pl.read_csv(path).to_dicts()


def measure(
    preset: str, seed: int, steps: Sequence[int], change: Mapping[str, object] | None = None
) -> list[Measured]:
    """Grow one seed of a preset, with parameters changed or not, and measure its primary."""
    cascade = Cascade(load_model(preset, change=change), seed)
    measured: list[Measured] = []
    for step in steps:
        cascade.advance(step - cascade.step)
        measured.append(_measured(preset, cascade))
    return measured


def within(row: dict[str, Any], found: Sequence[Measured]) -> dict[str, tuple[float, float]]:
    """Return how far each quantity is from a published row, and how far it may be."""
    mine = [one for one in found if one.preset == row["preset"] and one.step == row["step"]]
    result: dict[str, tuple[float, float]] = {}
    for kind in ("mesenchymal", "epithelial"):
        values = np.array([getattr(one, kind) for one in mine], np.float64)
        error = math.sqrt(
            row[f"{kind}_sd"] ** 2 / row["seeds"] + float(values.var(ddof=1)) / len(values)
        )
        result[kind] = (abs(float(values.mean()) - row[kind]), MOST_DEVIATIONS * error)
    for quantity, tolerance in TOLERANCE.items():
        mean = float(np.mean([getattr(one, quantity) for one in mine]))
        allowed = tolerance * row[quantity] if quantity == "largest_mmp2" else tolerance
        result[quantity] = (abs(mean - row[quantity]), allowed)
    return result


def _measured(preset: str, cascade: Cascade) -> Measured:
    model, primary = cascade.model, cascade.primary
    places = model.lattice.places(primary.cells.voxels) * model.lattice.spacing
    counts = np.bincount(primary.lattice.occupied, minlength=model.grid.capacity + 1)

    def day(step: int | None) -> float | None:
        return None if step is None else step * model.step_days

    return Measured(
        preset=preset,
        seed=cascade.seed,
        step=cascade.step,
        mesenchymal=int((primary.cells.kinds == MESENCHYMAL).sum()),
        epithelial=int((primary.cells.kinds == EPITHELIAL).sum()),
        radius_mm=float(np.sqrt((places**2).sum(axis=-1)).max()) / 1000.0,
        largest_mmp2=float(primary.field("mmp2").max()),
        mean_matrix=float(primary.field("matrix").mean()),
        voxels_with=tuple(counts[1:].tolist()),
        intravasations=cascade.tally("intravasations_blood"),
        first_intravasation_day=day(cascade.first_intravasation),
        first_metastasis_day=day(cascade.first_metastasis),
    )
