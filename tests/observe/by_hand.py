"""Cohorts set up by hand for the observation layer: tables of a few patients.

Public names: ``MODEL``, ``NEVER``, ``YEAR``, ``Row``, ``cohort``.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from paget.core.units import YEAR
from paget.engine import Model
from paget.observe.cohort_tables import CohortTables
from paget.run.shards import none_observed
from tests.lived import model_of

MODEL = model_of({}, "breast")
NEVER = None
PLAIN = {
    "subtype": "er_pos_her2_neg",
    "detection": "symptom",
    "grade": 3,
    "diagnosis_day": 0.0,
    "surgery_day": 0.0,
    "follow_up_day": 0.0,
    "n_metastases_seen": 0,
    "sites_seen": [],
    "stage_clinical": "I",
    "positive_nodes": 0,
    "examined_nodes": 30,
}

Row = Mapping[str, Any]

__all__ = ["MODEL", "NEVER", "YEAR", "Row", "cohort"]


def cohort(
    patients: Sequence[Row],
    lesions: Sequence[Row] = (),
    treatments: Sequence[Row] = (),
    model: Model = MODEL,
) -> CohortTables:
    """Return the tables of patients numbered 0, 10, 20, ...; what a row leaves out is null.

    Patients are found on day 0 and operated on at once, unless a row says otherwise.
    """
    rows = {
        "patients": [{"patient": 10 * k, **PLAIN, **row} for k, row in enumerate(patients)],
        "lesions": lesions,
        "treatments": treatments,
    }
    made = {
        name: pl.DataFrame(rows[name], frame.schema) for name, frame in none_observed(model).items()
    }
    return CohortTables(model, **made)
