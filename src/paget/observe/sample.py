"""A sample of lives, as arrays: what the observation layer looks at.

Public names: ``Sample``, ``sample_lives``, ``share``, ``mean``, ``median``, ``quantile``,
``kaplan_meier``, ``MONTH``.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from paget.clinic.staging import STAGE_RULES, n_category, t_category
from paget.core.units import YEAR
from paget.engine import Model
from paget.engine.lives import live_many

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

MONTH: Final = YEAR / 12.0


@dataclass(frozen=True, eq=False)
class Sample:
    """Lives as arrays: the persons whose cancer was found, and all rows of lesions."""

    model: Model
    persons: Any
    lesions: Any
    t: npt.NDArray[np.int64]
    n: npt.NDArray[np.int64]
    """N as the pathologist sees it, or the scan where nothing was resected."""
    stage: npt.NDArray[np.str_]

    @property
    def diameter(self) -> Floats:
        """Return the diameter of the primary at diagnosis [mm]."""
        density = self.model.world.density
        return np.cbrt(6.0 * self.persons.cells_at_diagnosis / (np.pi * density)) / 1000.0

    def seen_at(self, group: str, mask: str = "sites_seen") -> Mask:
        """Return who has a metastasis in a report group, by a mask of sites."""
        bits = np.uint64(0)
        for row, site in enumerate(self.model.sites):
            if self.model.body.report_group(site, self.model.primaries[0]) == group:
                bits |= np.uint64(1) << np.uint64(row)
        return (self.persons[mask] & bits) != 0

    def part(self, rows: npt.NDArray[np.int64] | Mask) -> "Sample":
        """Return the sample of some of the persons; lesions stay those of all."""
        return Sample(
            self.model,
            self.persons[rows],
            self.lesions,
            self.t[rows],
            self.n[rows],
            self.stage[rows],
        )


def sample_lives(model: Model, patients: int, seed: int, first: int = 0) -> Sample:
    """Return a sample of ``patients`` lives of a model, lived on two threads."""
    half = -(-patients // 2)
    with ThreadPoolExecutor(2) as pool:
        parts = list(
            pool.map(
                lambda start: live_many(model, min(half, first + patients - start), seed, start),
                (first, first + half),
            )
        )
    persons: Any = np.concatenate([persons for persons, _, _ in parts]).view(np.recarray)
    lesions: Any = np.concatenate([rows for _, rows, _ in parts]).view(np.recarray)
    persons = persons[persons.detection > 0]
    p = model.world
    pairs = zip(persons.cells_at_diagnosis, persons.depth, strict=True)
    t = np.array([t_category(cells, depth, p) for cells, depth in pairs], dtype=np.int64)
    resected = np.isfinite(persons.surgery_day)
    nodes = np.where(resected, persons.positive_nodes, persons.swollen_nodes)
    n = np.array([n_category(k) for k in nodes], dtype=np.int64)
    rule = STAGE_RULES[model.parameters.choice("staging.rule")]
    groups = [rule[t_, n_] for t_, n_ in zip(t, n, strict=True)]
    stage = np.where(persons.n_seen > 0, "IV", np.array(groups))
    return Sample(model, persons, lesions, t, n, stage)


def median(values: Floats) -> float:
    """Return the median; nan of nobody."""
    return float(np.median(values)) if len(values) else float("nan")


def mean(values: Floats) -> float:
    """Return the mean; nan of nobody."""
    return float(np.mean(values)) if len(values) else float("nan")


def share(chosen: Mask) -> float:
    """Return how many are chosen [%]; nan of nobody."""
    return 100.0 * float(np.mean(chosen)) if len(chosen) else float("nan")


def quantile(q: float) -> Callable[[Floats], float]:
    """Return the function that gives the ``q`` quantile; nan of nobody."""
    return lambda values: float(np.quantile(values, q)) if len(values) else float("nan")


def kaplan_meier(days: Floats, happened: Mask, years: float) -> float:
    """Return the share [%] to whom it has not happened by ``years``, the others censored."""
    order = np.argsort(days, kind="stable")
    days, happened = days[order], happened[order]
    at_risk = np.arange(len(days), 0, -1)
    steps = np.where(happened & (days <= years * YEAR), 1.0 - 1.0 / at_risk, 1.0)
    return 100.0 * float(np.prod(steps)) if len(steps) else float("nan")
