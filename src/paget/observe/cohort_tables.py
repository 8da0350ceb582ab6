"""The tables of a cohort, as whoever observes it gets them: a user, a fit, a comparison.

Public names: ``CohortTables``, ``live_tables``, ``tables_of``.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import polars as pl

from paget.engine import Model
from paget.run.shards import Engine, none_observed
from paget.tables.staging import MAIN_STAGE, STAGE

THREADS: Final = 2
_NAMES: Final = ("patients", "lesions", "treatments")


@dataclass(frozen=True, eq=False)
class CohortTables:
    """Tables of a cohort, as `paget.tables.dictionary` describes them, and what was lived in."""

    model: Model
    patients: pl.DataFrame
    lesions: pl.DataFrame
    treatments: pl.DataFrame

    @cached_property
    def found(self) -> pl.DataFrame:
        """Return the patients whose cancer was found, with their ``stage`` and ``main_stage``."""
        known = self.patients.filter(pl.col("diagnosis_day").is_not_null())
        return known.with_columns(STAGE.cast(pl.String), MAIN_STAGE.alias("main_stage"))

    @cached_property
    def report_groups(self) -> dict[str, str]:
        """Return what each site counts as, for this cancer; the primary's own has no place here."""
        body, primary = self.model.body, self.model.primaries[0]
        return {site: body.report_group(site, primary) for site in self.model.sites}

    def lesions_in(self, site: str) -> pl.DataFrame:
        """Return the lesions in a site; none where no seed of this cancer can settle there."""
        if site not in self.model.sites:
            return self.lesions.clear()
        return self.lesions.filter(pl.col("site") == site)

    def holds(self, sites: str, group: str) -> pl.Expr:
        """Return whether a column of lists of sites holds one of a report group."""
        members = [site for site, its in self.report_groups.items() if its == group]
        return self.holds_any(sites, members)

    def holds_any(self, sites: str, members: Sequence[str]) -> pl.Expr:
        """Return whether a column of lists of sites holds one of some sites."""
        if not members:
            return pl.lit(value=False)
        lists = pl.col(sites).list
        return pl.any_horizontal(lists.contains(site) for site in members).fill_null(value=False)


def tables_of(cohort: Any) -> CohortTables:
    """Return the tables of a `paget.run.cohort.Cohort`, in memory."""
    tables = (getattr(cohort, name).lazy().collect() for name in _NAMES)
    return CohortTables(cohort.model, *tables)


def live_tables(model: Model, patients: int, seed: int, first: int = 0) -> CohortTables:
    """Return the tables of ``patients`` lives of a model, lived on two threads."""
    each = -(-patients // THREADS)
    starts = range(first, first + patients, max(each, 1))

    def live(start: int) -> list[dict[str, pl.DataFrame]]:
        n = min(each, first + patients - start)
        return list(Engine(model, seed).observed(start, n))

    with ThreadPoolExecutor(THREADS) as pool:
        blocks = [block for part in pool.map(live, starts) for block in part]
    blocks = blocks or [none_observed(model)]
    return CohortTables(model, *(pl.concat([block[name] for block in blocks]) for name in _NAMES))
