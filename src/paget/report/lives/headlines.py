"""Headlines: the few figures of a cohort that a reader wants first, with their Monte Carlo error.

Shares are of the virtual patients whose cancer was found, unless said otherwise; intervals are 95 %
after Wilson. Tables may be lazy scans: only counts are collected.

Public names: ``headlines``, ``Headline``.
"""

from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from paget.core.units import YEAR
from paget.report.page.intervals import wilson

_SURVIVAL_YEARS: Final = 5.0
_STAGE: Final = pl.coalesce("stage_pathological", "stage_clinical").cast(pl.String)


@dataclass(frozen=True, slots=True)
class Headline:
    """A share of a cohort."""

    name: str
    count: int
    n: int
    """Of how many."""

    @property
    def share(self) -> float | None:
        """Return the share; None where there is nobody to count."""
        return self.count / self.n if self.n else None

    @property
    def interval(self) -> tuple[float, float]:
        """Return the 95 % interval of the share."""
        return wilson(self.count, self.n)


def headlines(cohort: Any) -> tuple[Headline, ...]:
    """Return who was found, stages, metastases and survival of a cohort.

    Survival is left out where the follow-up is shorter than five years.
    """
    found = pl.col("diagnosis_day").is_not_null()
    group = _STAGE.str.extract(r"^(IV|III|II|I)", 1)
    after = (pl.col("death_day") - pl.col("diagnosis_day")) / YEAR
    wanted = {
        "found during life": found,
        **{f"stage {stage}": found & (group == stage) for stage in ("I", "II", "III", "IV")},
        "metastases seen at diagnosis": pl.col("clinical_m") > 0,
        "metastases there, seen or not": pl.col("true_m") > 0,
        "alive 5 years after diagnosis": found & (after.is_null() | (after > _SURVIVAL_YEARS)),
    }
    if cohort.scenario.horizon_days < _SURVIVAL_YEARS * YEAR:
        del wanted["alive 5 years after diagnosis"]
    counts = (
        cohort.patients.lazy()
        .select(pl.len().alias("all"), *(test.sum().alias(name) for name, test in wanted.items()))
        .collect()
        .row(0, named=True)
    )
    first, *others = wanted
    n_found = int(counts[first])
    return (
        Headline(first, n_found, int(counts["all"])),
        *(Headline(name, int(counts[name]), n_found) for name in others),
    )
