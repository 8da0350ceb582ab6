"""The table `patients`: one row a virtual patient.

The engine writes records of numbers with codes and infinite days; a table has words, units and
nulls that mean "did not happen". Nothing here is random, and nothing depends on how lives are cut
into blocks.

Public names: ``patients_table``, ``is_averted``, ``has_recurrence``, ``recurrence_kinds``,
``diameters_mm``, ``unit_doubling_days``.
"""

import math
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from paget.body.growth import doubling_time, growth_law
from paget.core.units import YEAR
from paget.engine import Model
from paget.tables import columns
from paget.tables.columns import Codes, Mask
from paget.tables.dictionary import DICTIONARY
from paget.tables.staging import staging_columns
from paget.tables.vocabulary import cancer_name, causes_of_death, site_words
from paget.words import CANCER, DETECTIONS, FINDINGS, INTENTS, RECURRENCES, RESPONSES, SEXES

Records = Any
"""A structured array: one record a person or a lesion."""


def patients_table(model: Model, persons: Records) -> pl.DataFrame:
    """Return one row a virtual patient, as `DICTIONARY` describes it."""
    found = np.isfinite(persons["diagnosis_day"])
    made = (
        _who(model, persons)
        | _finding(model, persons, found)
        | staging_columns(model, persons, found)
        | _spread(model, persons, found)
        | _outcome(model, persons, found)
    )
    return pl.DataFrame({column.name: made[column.name] for column in DICTIONARY["patients"]})


def _who(model: Model, persons: Records) -> dict[str, pl.Series]:
    n = len(persons)
    end, averted = persons["follow_up_day"], is_averted(persons)
    return {
        "patient": columns.numbers(persons["patient"], dtype=np.int64),
        "cancer": columns.constant(cancer_name(model), n),
        "subtype": _subtypes(model, persons),
        "sex": columns.words(persons["sex"], SEXES),
        "age_onset_years": columns.numbers(persons["age_onset"]),
        "entry_day": columns.numbers(persons["entry_day"], np.isfinite(persons["entry_day"])),
        "performance": columns.numbers(persons["performance"], dtype=np.int8),
        "doubling_days_at_reference": columns.numbers(_doubling_days(model, persons)),
        "invasion_day": columns.numbers(persons["invasion_day"], ~averted),
        "detectable_day": columns.numbers(
            persons["detectable_day"], ~averted & (persons["detectable_day"] <= end)
        ),
        "clinical_day": columns.numbers(
            persons["clinical_day"], np.isfinite(persons["clinical_day"])
        ),
        **{
            name: columns.numbers(persons[name], np.isfinite(persons[name]))
            for name in ("screen_day", "prevented_day", "in_situ_day")
        },
    }


def unit_doubling_days(world: Any) -> float:
    """Return the doubling time at the reference diameter where the growth constant is 1 a day.

    That of the law without the ceiling of the cell cycle; it goes with one over the constant.
    """
    law = growth_law(world.law, 1.0, world.capacity, math.inf, world.power_exponent)
    return float(doubling_time(law, world.reference_cells))


def _doubling_days(model: Model, persons: Records) -> npt.NDArray[np.float64]:
    units = np.array([unit_doubling_days(world) for world in model.worlds])
    doubling: npt.NDArray[np.float64] = units[persons["subtype"]] / persons["rate"]
    return doubling


def is_averted(persons: Records) -> Mask:
    """Return in whom there never is a cancer: its precursor was found, or death came first."""
    averted: Mask = np.isfinite(persons["prevented_day"]) | np.isfinite(persons["in_situ_day"])
    averted |= persons["invasion_day"] >= persons["follow_up_day"]
    return averted


def _subtypes(model: Model, persons: Records) -> pl.Series:
    n = len(persons)
    if not model.subtypes:
        return pl.Series([None] * 0, dtype=pl.String).extend_constant(None, n)
    return columns.words(persons["subtype"], model.subtypes)


def _finding(model: Model, persons: Records, found: Mask) -> dict[str, pl.Series]:
    density = model.world.density
    diagnosis = persons["diagnosis_day"]
    with np.errstate(invalid="ignore"):
        age = persons["age_onset"] + (diagnosis - persons["invasion_day"]) / YEAR
    return {
        "diagnosis_day": columns.numbers(diagnosis, found),
        "age_diagnosis_years": columns.numbers(age, found),
        "detection": columns.words(persons["detection"] - 1, DETECTIONS, found),
        "grade": columns.numbers(persons["grade"], found, np.int8),
        "diameter_mm": columns.numbers(diameters_mm(persons["cells_at_diagnosis"], density), found),
        "diameter_mm_measured": columns.numbers(
            diameters_mm(persons["cells_measured"], density), found
        ),
        "depth_mm": columns.numbers(persons["depth"] / 1000.0, found),
        "ctc_per_ml_at_diagnosis": columns.numbers(persons["ctc"], found),
        "ctc_in_tube": columns.numbers(persons["ctc_tube"], found, np.int64),
    }


def _spread(model: Model, persons: Records, found: Mask) -> dict[str, pl.Series]:
    density, names = model.world.density, model.sites
    occult = (persons["n_true"] > 0) & (persons["n_seen"] == 0)
    first = persons["first_seeding_day"]
    seeded = np.isfinite(first)
    return {
        "n_metastases_true": columns.numbers(persons["n_true"], found, np.int64),
        "n_metastases_seen": columns.numbers(persons["n_seen"], found, np.int64),
        "sites_true": columns.site_lists(persons["sites_true"], names, found),
        "sites_seen": columns.site_lists(persons["sites_seen"], names, found),
        "is_occult": columns.flags(occult, found),
        "first_seeding_day": columns.numbers(first, seeded),
        "diameter_mm_at_first_seeding": columns.numbers(
            diameters_mm(persons["cells_at_first_seeding"], density), seeded
        ),
    }


def _outcome(model: Model, persons: Records, found: Mask) -> dict[str, pl.Series]:
    end = persons["follow_up_day"]
    recurred = has_recurrence(persons)
    died = persons["death_day"] <= end
    causes = causes_of_death(model)
    return {
        "intent": columns.words(persons["intent"] - 1, INTENTS, found),
        "surgery_day": columns.numbers(
            persons["surgery_day"], found & (persons["surgery_day"] <= end)
        ),
        "n_lines": columns.numbers(persons["n_lines"], found, np.int64),
        "best_response": columns.words(
            persons["best_response"], RESPONSES, found & (persons["best_response"] >= 0)
        ),
        "progression_day": columns.numbers(
            persons["progression_day"], found & (persons["progression_day"] <= end)
        ),
        "recurrence_found": columns.words(persons["recurrence_found"], FINDINGS, recurred),
        "second_primary_day": columns.numbers(
            persons["second_primary_day"], found & (persons["second_primary_day"] <= end)
        ),
        "n_tests": columns.numbers(persons["n_tests"], dtype=np.int64),
        "n_false_positives": columns.numbers(persons["n_false_positives"], dtype=np.int64),
        "death_site": _death_sites(model, persons, died),
        "recurrence_day": columns.numbers(persons["recurrence_day"], recurred),
        "recurrence_kind": columns.words(recurrence_kinds(model, persons), RECURRENCES, recurred),
        "recurrence_sites": _recurrence_sites(model, persons, recurred),
        "death_day": columns.numbers(persons["death_day"], died),
        "cause_of_death": columns.words(persons["cause"] - CANCER, causes, died),
        "follow_up_day": columns.numbers(end),
    }


def _death_sites(model: Model, persons: Records, died: Mask) -> pl.Series:
    """Return the worst site of those who die of the cancer; of a local relapse the primary's."""
    n_sites, site = len(model.sites), persons["death_site"]
    code = np.where(site == n_sites, n_sites + persons["primary_site"], site)
    return columns.words(code, site_words(model), died & (site >= 0))


def has_recurrence(persons: Records) -> Mask:
    """Return who has a recurrence; the record of a patient never diagnosed says nothing of it."""
    return np.isfinite(persons["diagnosis_day"]) & (
        persons["recurrence_day"] <= persons["follow_up_day"]
    )


def recurrence_kinds(model: Model, persons: Records) -> Codes:
    """Return the place of each recurrence's kind in ``RECURRENCES``."""
    site = persons["recurrence_site"]
    soil: Records = model.soil
    regional = np.append(soil["is_regional"] == 1, [False, False])
    kind = np.where(regional[site], RECURRENCES.index("regional"), RECURRENCES.index("distant"))
    kind[site == len(model.sites)] = RECURRENCES.index("local")
    return kind


def _recurrence_sites(model: Model, persons: Records, recurred: Mask) -> pl.Series:
    """Return the first sites of a recurrence; a local one lies where this patient's primary did."""
    n_sites = np.uint64(len(model.sites))
    masks = persons["recurrence_sites"]
    local = (masks >> n_sites) & np.uint64(1)
    distant = masks & ~(np.uint64(1) << n_sites)
    lists = columns.site_lists(distant, model.sites, recurred)
    if not local.any():
        return lists
    at = columns.words(persons["primary_site"], model.primaries, recurred & (local == 1))
    return pl.select(
        pl.when(at.is_not_null())
        .then(pl.concat_list(lists, at.cast(pl.String).fill_null("")))
        .otherwise(lists)
    ).to_series()


def diameters_mm(cells: npt.NDArray[np.float64], density: float) -> npt.NDArray[np.float64]:
    """Return diameters [mm] of balls of cells."""
    return np.cbrt(6.0 * cells / (np.pi * density)) / 1000.0
