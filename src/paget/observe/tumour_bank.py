"""What the Rotterdam tumour bank published, looked at as it was made.

Patients of grades 2 and 3, operated on, without a metastasis seen; distant metastasis and
loco-regional relapse apart, counted from surgery.

Public names: ``TUMOUR_BANK``, ``banked``, ``first_distant_days``.
"""

from typing import Final

import numpy as np
import polars as pl

from paget.core.units import YEAR
from paget.observe.at_diagnosis import (
    ER_POSITIVE,
    NODES_LOOKED_AT,
    NONE_SEEN,
    Key,
    between,
    of_subtype,
)
from paget.observe.cohort_tables import CohortTables
from paget.observe.summaries import Quantity, Summary, happened_by, mean, of_each, share

INTERMEDIATE: Final = 2  # grade
_SIZES: Final = {"<= 20 mm": (0.0, 20.0), "20-50 mm": (20.0, 50.0), "> 50 mm": (50.0, np.inf)}
_NODES: Final = {"N0": (0, 0), "N1-3": (1, 3), "N4-9": (4, 9), "N10+": (10, 10_000)}
_GROUPS: Final[dict[str, pl.Expr]] = {
    "all": pl.lit(value=True),
    **{word: pl.col("positive_nodes").is_between(*ends) for word, ends in _NODES.items()},
    **{word: between("diameter_mm", ends) for word, ends in _SIZES.items()},
    "ER+": of_subtype(ER_POSITIVE),
    "ER-": ~of_subtype(ER_POSITIVE),
}


def banked(tables: CohortTables) -> pl.DataFrame:
    """Return those whom the tumour bank would hold."""
    operated = pl.col("surgery_day").is_not_null()
    return tables.found.filter(pl.col("grade") >= INTERMEDIATE, operated, NONE_SEEN)


def first_distant_days(tables: CohortTables) -> pl.DataFrame:
    """Return the ``distant_day`` on which the first distant metastasis of a patient is seen."""
    seen = tables.lesions.filter(pl.col("kind") == "distant").drop_nulls("detected_day")
    return seen.group_by("patient").agg(distant_day=pl.col("detected_day").min())


def _distant_by(group: str, years: float) -> Quantity:
    """Distant metastasis by a time after surgery; deaths are censored, local relapse ignored."""

    def of(tables: CohortTables) -> pl.DataFrame:
        chosen = banked(tables).filter(_GROUPS[group])
        days = first_distant_days(tables)
        followed = chosen.join(days, on="patient", how="left", maintain_order="left")
        until = pl.min_horizontal("distant_day", "follow_up_day") - pl.col("surgery_day")
        return of_each(followed, until, pl.col("distant_day").is_not_null())

    return Quantity(of, happened_by(years))


def _first_relapse(place: str, years: float) -> Quantity:
    """First relapse at a place by a time after surgery, other firsts competing.

    A relapse in a station that surgery has emptied does not occur: loco-regional is local here.
    """
    soon = pl.col("recurrence_day") - pl.col("surgery_day") <= years * YEAR
    local = pl.col("recurrence_kind").cast(pl.String) == "local"
    chosen = (soon & (local if place == "local" else ~local)).fill_null(value=False)
    return Quantity(lambda tables: of_each(banked(tables), chosen), share)


def _nodes(size: str, value: pl.Expr, summary: Summary) -> Quantity:
    looked_at = (NODES_LOOKED_AT, _GROUPS[size])
    return Quantity(lambda tables: of_each(banked(tables).filter(*looked_at), value), summary)


_POSITIVE: Final = pl.col("positive_nodes")
TUMOUR_BANK: Final[dict[Key, Quantity]] = {
    **{("node positive, grade 2-3", size): _nodes(size, _POSITIVE > 0, share) for size in _SIZES},
    **{("mean positive nodes, grade 2-3", size): _nodes(size, _POSITIVE, mean) for size in _SIZES},
    **{
        ("distant metastasis, grade 2-3", f"{group}, {years} years"): _distant_by(group, years)
        for group in _GROUPS
        for years in (2, 5, 10, 15)
    },
    **{
        (f"{place} relapse first, grade 2-3", f"{years} years"): _first_relapse(place, years)
        for place in ("local", "distant")
        for years in (5, 10, 15)
    },
}
