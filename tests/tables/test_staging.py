"""Stages of a cohort, by what was looked at."""

from typing import Any

import numpy as np
import polars as pl

from paget.engine import people
from paget.tables.patients import patients_table
from paget.tables.staging import MAIN_STAGE, STAGE, stage_group
from paget.words import STAGES
from tests.lived import model_of

MODEL = model_of({}, "breast")


def staged(**fields: Any) -> dict[str, Any]:
    """Return the row of a patient found with a tumour of T1 and operated on a month later."""
    persons = people(1)
    plain = {
        "diagnosis_day": 100.0, "surgery_day": 130.0, "follow_up_day": 900.0, "rate": 1e-3,
        "cells_at_diagnosis": 1e8, "depth": 100.0, "detection": 1, "intent": 1,
        "in_situ_day": np.inf, "prevented_day": np.inf, "best_response": -1, "cause": 1,
        "recurrence_day": np.inf, "second_primary_day": np.inf, "progression_day": np.inf,
        "death_day": np.inf, "first_seeding_day": np.inf, "grade": 2, "examined_nodes": 30,
        "death_site": -1, "recurrence_site": -1, "sentinel": -1,
    }  # fmt: skip
    for name, value in (plain | fields).items():
        persons[name][0] = value
    table = patients_table(MODEL, np.asarray(persons))
    return table.with_columns(STAGE, MAIN_STAGE.alias("main")).row(0, named=True)


def test_stage_groups() -> None:
    t, n, m = np.array([1, 3, 3, 4]), np.array([0, 0, 2, 1]), np.array([0, 0, 0, 1])
    groups = [STAGES[place] for place in stage_group("colorectal", t, n, m)]
    assert groups == ["I", "IIA", "IIIC", "IV"]


def test_the_stage_is_that_of_the_pathologist_where_nodes_were_examined() -> None:
    row = staged(positive_nodes=12, swollen_nodes=0, found_nodes=12)
    assert (row["true_n"], row["clinical_n"], row["pathological_n"]) == (3, 0, 3)
    assert row["stage"] == row["stage_pathological"] == "IIIC"
    assert (row["main"], row["summary_stage"]) == ("III", "regional")
    missed = staged(positive_nodes=1, found_nodes=0)
    assert (missed["stage"], missed["stage_true"]) == ("I", "IIA")


def test_nodes_that_nobody_examined_are_neither_negative_nor_positive() -> None:
    row = staged(positive_nodes=5, swollen_nodes=2, found_nodes=0, examined_nodes=0)
    assert row["pathological_t"] == 1
    assert (row["pathological_n"], row["positive_nodes"], row["stage_pathological"]) == (None,) * 3
    assert row["stage"] == row["stage_clinical"] == "IIA"
    assert row["summary_stage"] == "regional"


def test_metastasis_seen_is_stage_iv_whatever_else() -> None:
    row = staged(n_seen=1, n_true=1, surgery_day=np.inf)
    assert (row["stage"], row["main"], row["summary_stage"]) == ("IV", "IV", "distant")
    unfound = staged(diagnosis_day=np.inf)
    assert (unfound["stage"], unfound["summary_stage"]) == (None, None)


def test_main_stages_have_no_letter() -> None:
    stages = pl.DataFrame({"stage_pathological": [None, *STAGES], "stage_clinical": "IB"})
    main = stages.select(MAIN_STAGE).to_series().to_list()
    assert main == ["I", None, "I", "I", "I", *["II"] * 3, *["III"] * 4, "IV"]
