"""Stages of a cohort: as they are, as the clinic sees them, as the pathologist does.

There is one stage of a patient that everyone tells, tables, fit and comparisons alike: that by
pathology where nodes were examined, else by the work-up.

Public names: ``staging_columns``, ``stage_group``, ``STAGE``, ``MAIN_STAGE``, ``MAIN_STAGES``.
"""

from typing import Any, Final

import numpy as np
import polars as pl

from paget.clinic.staging import STAGE_RULES, summary_stage
from paget.engine import Model
from paget.engine.reading import write_categories
from paget.tables import columns
from paget.tables.columns import Codes, Mask
from paget.words import STAGES, SUMMARY_STAGES

Records = Any

MAIN_STAGES: Final = ("I", "II", "III", "IV")
STAGE: Final = pl.coalesce("stage_pathological", "stage_clinical").alias("stage")
"""The stage group of each patient, of those whose cancer was found."""
MAIN_STAGE: Final = (
    STAGE.cast(pl.String).str.extract(r"^(IV|III|II|I)", 1).cast(pl.Enum(MAIN_STAGES))
)
"""That stage without its letter: IIIA is III."""


def staging_columns(model: Model, persons: Records, found: Mask) -> dict[str, pl.Series]:
    """Return T, N, M and the stages of each patient, and what the nodes showed."""
    p, rule = model.world, model.parameters.choice("staging.rule")
    categories = np.zeros((4, len(persons)), np.int64)
    write_categories(persons, p, categories)
    t, true_n, clinical_n, found_n = np.where(found, categories, [[1], [0], [0], [0]])
    true_m, seen_m = (np.where(found, persons[name] > 0, 0) for name in ("n_true", "n_seen"))
    operated = found & (persons["surgery_day"] <= persons["follow_up_day"])
    examined = operated & (persons["examined_nodes"] > 0)
    positive = np.where(examined, found_n, clinical_n) > 0
    regional = positive | (persons["depth"] >= p.regional_depth)
    summary = summary_stage(regional, seen_m > 0)
    groups = {
        "stage_true": (stage_group(rule, t, true_n, true_m), found),
        "stage_clinical": (stage_group(rule, t, clinical_n, seen_m), found),
        "stage_pathological": (stage_group(rule, t, found_n, seen_m), examined),
    }
    grades = {
        "true_t": (t, found),
        "true_n": (true_n, found),
        "true_m": (true_m, found),
        "clinical_t": (t, found),
        "clinical_n": (clinical_n, found),
        "clinical_m": (seen_m, found),
        "pathological_t": (t, operated),
        "pathological_n": (found_n, examined),
    }
    return {
        **{name: columns.numbers(*pair, np.int8) for name, pair in grades.items()},
        **{name: columns.words(pair[0], STAGES, pair[1]) for name, pair in groups.items()},
        "summary_stage": columns.words(summary, SUMMARY_STAGES, found),
        "positive_nodes": columns.numbers(persons["found_nodes"], examined, np.int64),
        "examined_nodes": columns.numbers(persons["examined_nodes"], operated, np.int64),
        "sentinel": columns.flags(persons["sentinel"] == 1, persons["sentinel"] >= 0),
    }


def stage_group(rule: str, t: Codes, n: Codes, m: Codes) -> Codes:
    """Return the place of each stage group in ``STAGES``, by a rule of ``STAGE_RULES``."""
    table = np.zeros((5, 4), np.int64)
    for (t_value, n_value), group in STAGE_RULES[rule].items():
        table[t_value, n_value] = STAGES.index(group)
    return np.where(m > 0, STAGES.index("IV"), table[t, n])
