"""The table `lesions`: one row a lesion, or a surplus cohort of them.

Public names: ``lesions_table``, ``lesion_kinds``, ``with_local_relapses``.
"""

from typing import Any

import numpy as np
import polars as pl

from paget.engine import Model
from paget.engine.lives import LESION_ROW
from paget.engine.reading import write_local_relapses
from paget.tables import columns
from paget.tables.columns import Codes
from paget.tables.dictionary import DICTIONARY
from paget.tables.patients import has_recurrence
from paget.tables.vocabulary import ROUTE_CODES, site_words
from paget.words import (
    DISTANT,
    FATES,
    LESION_KINDS,
    LESION_ROUTES,
    LOCAL,
    NODAL,
    PRIMARY,
    SEED_KINDS,
)

Records = Any
"""A structured array: one record a person or a lesion."""


def lesions_table(model: Model, persons: Records, rows: Records) -> pl.DataFrame:
    """Return one row a lesion."""
    owner = np.searchsorted(persons["patient"], rows["patient"])
    diagnosis = persons["diagnosis_day"][owner]
    kind = lesion_kinds(model, rows)
    seeded = rows["route"] >= 0
    end = rows["fate_day"]
    asleep_until = rows["asleep_until_day"]
    slept = (asleep_until > rows["founded_day"]) & (asleep_until <= end)
    seen_at_diagnosis = np.isfinite(diagnosis) & (rows["founded_day"] <= diagnosis)
    doubling = rows["doubling_time_seen"]
    grew = (doubling > 0.0) & np.isfinite(doubling) & (rows["detected_day"] <= end)
    made = {
        "patient": columns.numbers(rows["patient"], dtype=np.int64),
        "lesion": columns.numbers(rows["lesion"], dtype=np.int64),
        "parent": columns.numbers(rows["parent"], rows["parent"] >= 0, np.int64),
        "site": columns.words(rows["site"], site_words(model)),
        "kind": columns.words(kind, LESION_KINDS),
        "route": columns.words(ROUTE_CODES[rows["route"]], LESION_ROUTES, seeded),
        "seed_kind": columns.words(rows["seed_kind"], SEED_KINDS, seeded),
        "founders": columns.numbers(rows["founders"], dtype=np.int64),
        "count": columns.numbers(rows["count"], dtype=np.int64),
        "founded_day": columns.numbers(rows["founded_day"]),
        "asleep_until_day": columns.numbers(asleep_until, slept),
        "switch_day": columns.days(rows["switch_day"], end),
        "detected_day": columns.days(rows["detected_day"], end),
        "doubling_days_at_detection": columns.numbers(doubling, grew),
        "fate": columns.words(rows["fate"], FATES),
        "fate_day": columns.numbers(end),
        "diameter_mm_at_diagnosis": columns.numbers(
            rows["diameter_mm_at_diagnosis"], seen_at_diagnosis
        ),
        "diameter_mm_at_fate": columns.numbers(rows["diameter_mm_at_fate"]),
    }
    return pl.DataFrame({column.name: made[column.name] for column in DICTIONARY["lesions"]})


def lesion_kinds(model: Model, rows: Records) -> Codes:
    """Return the place of each lesion's kind in ``LESION_KINDS``.

    A deposit in a regional node is nodal; one in any other node is a distant metastasis.
    """
    n_sites = len(model.sites)
    soil: Records = model.soil
    regional = np.append(soil["is_regional"] == 1, np.zeros(len(model.primaries), bool))
    kind = np.where(regional[rows["site"]], NODAL, DISTANT)
    kind[rows["site"] >= n_sites] = LOCAL
    kind[rows["lesion"] == 0] = PRIMARY
    return kind


def with_local_relapses(model: Model, persons: Records, rows: Records) -> Records:
    """Return the lesions with a row for each local relapse that was the first recurrence."""
    is_local = persons["recurrence_site"] == len(model.sites)
    relapsed = persons[has_recurrence(persons) & is_local]
    if not len(relapsed):
        return rows
    extra = np.zeros(len(relapsed), LESION_ROW)
    write_local_relapses(relapsed, model.world, extra)
    together = np.concatenate([rows, extra])
    return together[np.argsort(together["patient"], kind="stable")]
