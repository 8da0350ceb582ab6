"""Published quantities: of whom they are of_each, what of each patient, and how it is summed up.

A summary takes the values of some patients, as arrays; of nobody it is nan.

Public names: ``Quantity``, ``of_each``, ``share``, ``mean``, ``median``, ``months``, ``quantile``,
``kaplan_meier``, ``free_at``, ``happened_by``, ``MONTH``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from paget.core.units import YEAR
from paget.observe.cohort_tables import CohortTables

Floats = npt.NDArray[np.float64]
Summary = Callable[..., float]

MONTH: Final = YEAR / 12.0
PARTS: Final = 20


@dataclass(frozen=True, slots=True)
class Quantity:
    """A quantity as a registry, a trial or a clinic would publish it of a cohort."""

    of: Callable[[CohortTables], pl.DataFrame]
    """What is told of each patient whom it concerns: ``patient``, then one column a value."""
    summary: Summary
    """One argument a column."""

    def value(self, tables: CohortTables) -> float:
        """Return the quantity; nan where it concerns nobody."""
        return self.summary(*_columns(self.of(tables)))

    def standard_error(self, tables: CohortTables) -> float:
        """Return its Monte Carlo standard error; nan where too few tell it.

        It is that of the mean over twenty parts of the cohort, which holds for medians and curves
        too.
        """
        frame = self.of(tables)
        part = frame["patient"].to_numpy() % PARTS
        columns = _columns(frame)
        every = [
            self.summary(*(column[chosen] for column in columns))
            for chosen in (part == k for k in range(PARTS))
            if chosen.any()
        ]
        known = np.array([value for value in every if np.isfinite(value)])
        if not len(known) or known.min() == known.max():
            return float("nan")  # parts that agree, as where nothing happened, tell of no spread
        return float(known.std(ddof=1) / np.sqrt(len(known)))


def of_each(frame: pl.DataFrame, *values: pl.Expr | pl.Series) -> pl.DataFrame:
    """Return what is told of each patient of a table."""
    named = {f"value {k}": value for k, value in enumerate(values)}
    return frame.select("patient", **named)


def _columns(frame: pl.DataFrame) -> list[Floats]:
    return [column.cast(pl.Float64).to_numpy() for column in frame.drop("patient")]


def median(values: Floats) -> float:
    """Return the median; nan of nobody."""
    return float(np.median(values)) if len(values) else float("nan")


def mean(values: Floats) -> float:
    """Return the mean; nan of nobody."""
    return float(np.mean(values)) if len(values) else float("nan")


def months(days: Floats) -> float:
    """Return the median of times [month]; nan of nobody."""
    return median(days) / MONTH


def share(chosen: Floats) -> float:
    """Return how many are chosen [%]; nan of nobody."""
    return 100.0 * mean(chosen)


def quantile(q: float) -> Summary:
    """Return the function that gives the ``q`` quantile; nan of nobody."""
    return lambda values: float(np.quantile(values, q)) if len(values) else float("nan")


def kaplan_meier(days: Floats, happened: Floats, years: float) -> float:
    """Return the share [%] to whom it has not happened by ``years``, the others censored."""
    order = np.argsort(days, kind="stable")
    days, events = days[order], happened[order] > 0.0
    at_risk = np.arange(len(days), 0, -1)
    steps = np.where(events & (days <= years * YEAR), 1.0 - 1.0 / at_risk, 1.0)
    return 100.0 * float(np.prod(steps)) if len(steps) else float("nan")


def free_at(years: float) -> Summary:
    """Return the function that gives the share [%] to whom it has not happened by ``years``."""
    return lambda days, happened: kaplan_meier(days, happened, years)


def happened_by(years: float) -> Summary:
    """Return the function that gives the share [%] to whom it has happened by ``years``."""
    return lambda days, happened: 100.0 - kaplan_meier(days, happened, years)
