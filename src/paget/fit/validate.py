"""Validation: the model beside what was published, row by row.

Rows of ``published/targets.csv`` say what a quantity is: a *target* may be fitted to; a
*prediction* never is; a *consistency* row was set with the result in view. The tolerance of a row
was written before running: the larger of the published interval and the stated one.

Public names: ``Target``, ``targets``, ``COHORTS``, ``cohorts``, ``cohort_model``,
``lived_cohorts``, ``model_value``, ``monte_carlo_error``, ``fit_table``, ``score``.
"""

import csv
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final

import polars as pl

from paget.atlas.cancers import load_cancer
from paget.engine import Model
from paget.observe.after_diagnosis import first_metastatic
from paget.observe.cohort_tables import CohortTables, live_tables
from paget.observe.quantities import KNOWN, error_of, value_of
from paget.run.scenario import load_scenario, resolve, the_body

TABLE: Final = files("paget.atlas") / "published" / "targets.csv"
COLON, RECTUM, COLORECTAL = "colon", "rectum", "colon and rectum"
COLON_SHARE: Final = 0.65  # of the mixed clinical series: about 65:35 (grosshadern)
COHORTS: Final = {
    "breast, Rotterdam": "breast-rotterdam",
    "breast, screened": "breast-registry",
    "breast, a taxane": "breast-taxane",
    "colon, FOLFOX": "colon-folfox",
    "pancreas, FOLFIRINOX": "pancreas-folfirinox",
    "pancreas, gemcitabine": "pancreas-gemcitabine",
}
"""Cohorts of a cancer whose clinic was not that of its own scenario: their scenarios."""

FIT_COLUMNS: Final = {
    **dict.fromkeys(("cancer", "quantity", "group"), pl.String),
    **dict.fromkeys(("published", "low", "high", "tolerance"), pl.Float64),
    "unit": pl.String,
    **dict.fromkeys(("model", "error"), pl.Float64),
    **dict.fromkeys(("is_factor", "within"), pl.Boolean),
    "kind": pl.String,
    "confirmed": pl.Boolean,
    **dict.fromkeys(("source", "note"), pl.String),
}


@dataclass(frozen=True, slots=True)
class Target:
    """A published quantity."""

    cancer: str
    quantity: str
    group: str
    value: float
    low: float | None
    high: float | None
    stated: float
    """The stated tolerance, in the unit; a factor where ``is_factor``."""
    is_factor: bool
    unit: str
    kind: str
    confirmed: bool
    source: str
    where: str
    note: str

    @property
    def is_quartiles(self) -> bool:
        """Tell whether low and high are quartiles of patients rather than an interval."""
        return "quartiles" in self.note

    @property
    def tolerance(self) -> float:
        """Return the larger of the stated tolerance and the published interval's half-width."""
        if self.low is None or self.high is None or self.is_quartiles or self.is_factor:
            return self.stated
        return max(self.stated, self.high - self.value, self.value - self.low)

    def holds(self, model: float) -> bool:
        """Return whether a model's value lies within the tolerance."""
        if self.is_factor:
            return bool(model > 0 and abs(math.log(model / self.value)) <= math.log(self.stated))
        return abs(model - self.value) <= self.tolerance


@cache
def targets(cancer: str) -> tuple[Target, ...]:
    """Return the published quantities of a cancer that the observation layer knows."""
    with TABLE.open(encoding="utf-8") as stream:
        rows = [_target(row) for row in csv.DictReader(stream)]
    mixed = (COLORECTAL,) if cancer == COLON else ()
    return tuple(
        row
        for row in rows
        if row.cancer in ("all", *cohorts(cancer), *mixed) and (row.quantity, row.group) in KNOWN
    )


def _target(row: Mapping[str, str]) -> Target:
    is_factor = row["tolerance"].startswith("factor")
    return Target(
        row["cancer"],
        row["quantity"],
        row["group"],
        float(row["value"]),
        float(row["low"]) if row["low"] else None,
        float(row["high"]) if row["high"] else None,
        float(row["tolerance"].removeprefix("factor")),
        is_factor,
        row["unit"],
        row["kind"],
        row["confirmed"] == "yes",
        row["source"],
        row["where"],
        row["note"],
    )


def cohorts(cancer: str) -> tuple[str, ...]:
    """Return the cohorts that the rows of a cancer need: its own, and rectum's beside colon's."""
    others = (RECTUM,) if cancer == COLON else ()
    return (cancer, *others, *(name for name in COHORTS if name.startswith(f"{cancer}, ")))


def lived_cohorts(
    cancer: str,
    parameters: Mapping[str, object],
    patients: int,
    seed: int,
    own: Mapping[str, Mapping[str, object]] = MappingProxyType({}),
) -> dict[str, CohortTables]:
    """Return the tables of the cohorts that the rows of a cancer need, by name.

    ``own`` holds what is changed in single cohorts.
    """
    return {
        name: live_tables(
            cohort_model(COHORTS.get(name, name), parameters, own.get(name, {}), known=k == 0),
            patients // (1 + (k > 0)),
            seed + k,
        )
        for k, name in enumerate(cohorts(cancer))
    }


def cohort_model(
    name: str,
    changes: Mapping[str, object],
    own: Mapping[str, object] = MappingProxyType({}),
    *,
    known: bool,
) -> Model:
    """Return the model of a scenario of the atlas, changed; its own changes stay but for ``own``.

    All changes must be ``known`` in the cancer itself; another cohort leaves out what it lacks.
    """
    scenario = load_scenario(name)
    base = load_cancer(scenario.cancer, frozenset(the_body().site_names))
    kept = {key: value for key, value in changes.items() if known or key in base}
    changed = {**kept, **scenario.change, **own}
    return resolve(load_scenario(name, change=changed, where="the changes"))


def model_value(target: Target, found: Mapping[str, CohortTables], cancer: str) -> float:
    """Return the model's value of a target; nan where it concerns nobody who was lived."""
    name = (target.quantity, target.group)
    value = value_of(found[target.cancer if target.cancer in found else cancer], *name)
    if target.cancer != COLORECTAL:
        return value
    share = _mixed_share(found)
    return share * value + (1.0 - share) * value_of(found[RECTUM], *name)


def monte_carlo_error(target: Target, found: Mapping[str, CohortTables], cancer: str) -> float:
    """Return the standard error of ``model_value``, from the number of lives."""
    own = found[target.cancer if target.cancer in found else cancer]
    error = error_of(own, target.quantity, target.group)
    if target.cancer != COLORECTAL:
        return error
    share = _mixed_share(found)
    other = error_of(found[RECTUM], target.quantity, target.group)
    return math.hypot(share * error, (1.0 - share) * other)


def _mixed_share(found: Mapping[str, CohortTables]) -> float:
    """Return the share of colon among the metastatic patients of a mixed series; nan of none."""
    colon = COLON_SHARE * _metastatic_share(found[COLON])
    both = colon + (1.0 - COLON_SHARE) * _metastatic_share(found[RECTUM])
    return colon / both if both > 0.0 else math.nan


def _metastatic_share(tables: CohortTables) -> float:
    n = tables.found.height
    return first_metastatic(tables).height / n if n else 0.0


def fit_table(
    cancer: str,
    patients: int = 40_000,
    seed: int = 1889,
    changes: Mapping[str, object] | None = None,
) -> pl.DataFrame:
    """Return the model beside the published figures of a cancer, one row a quantity.

    Columns: cancer, quantity, group, published, low, high, tolerance, unit, model, error (Monte
    Carlo standard error), is_factor (the tolerance is a factor), within, kind, confirmed, source,
    note.
    """
    found = lived_cohorts(cancer, changes or {}, patients, seed)
    return pl.DataFrame([_row(target, found, cancer) for target in targets(cancer)], FIT_COLUMNS)


def _row(target: Target, found: Mapping[str, CohortTables], cancer: str) -> dict[str, object]:
    """Return a target beside the model; null where few lives hold nobody whom it concerns."""
    value = model_value(target, found, cancer)
    known = math.isfinite(value)
    error = monte_carlo_error(target, found, cancer) if known else math.nan
    return {
        "cancer": target.cancer,
        "quantity": target.quantity,
        "group": target.group,
        "published": target.value,
        "low": target.low,
        "high": target.high,
        "tolerance": target.tolerance,
        "unit": target.unit,
        "model": value if known else None,
        "error": error if math.isfinite(error) else None,
        "is_factor": target.is_factor,
        "within": target.holds(value) if known else None,
        "kind": target.kind,
        "confirmed": target.confirmed,
        "source": target.source,
        "note": target.note,
    }


def score(table: pl.DataFrame) -> tuple[int, int]:
    """Return how many of the confirmed target rows lie within tolerance, and how many there are.

    Rows that concern nobody who was lived do not count.
    """
    rows = table.filter((pl.col("kind") == "target") & pl.col("confirmed"))
    told = rows["within"].drop_nulls()
    return int(told.sum()), len(told)
