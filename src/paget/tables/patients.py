"""Tables of a cohort: what the engine leaves of each life, as `patients`, `lesions` and `events`.

The engine writes records of numbers with codes and infinite days; a table has words, units and
nulls that mean "did not happen". Nothing here is random, and nothing depends on how lives are cut
into blocks.

Public names: ``patients_table``, ``lesions_table``, ``with_local_relapses``, ``stage_group``,
``stage_rule``, ``lesion_kinds``, ``site_words``, ``cancer_name``, ``cancer_label``,
``causes_of_death``, ``is_averted``, ``has_recurrence``, ``recurrence_kinds``, ``diameters_mm`` and
the vocabularies ``KINDS``,
``ROUTE_WORDS``, ``STAGES``, ``RECURRENCES``, ``DETECTIONS``, ``OTHER_CAUSE_WORDS``.
"""

from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from paget.body.shedding import SEED_KINDS
from paget.clinic.staging import (
    STAGE_RULES,
    SUMMARY_STAGES,
    summary_stage,
)
from paget.core.units import YEAR
from paget.engine import Model
from paget.engine.lives import LESION_ROW
from paget.engine.reading import write_categories, write_local_relapses
from paget.life import CANCER
from paget.tables import columns
from paget.tables.columns import Codes, Mask
from paget.tables.dictionary import DICTIONARY

Records = Any
"""A structured array: one record a person or a lesion."""

SEXES: Final = ("female", "male")
DETECTIONS: Final = ("symptom", "metastasis", "screen", "incidental")
STAGES: Final = ("0", "I", "IA", "IB", "II", "IIA", "IIB", "III", "IIIA", "IIIB", "IIIC", "IV")
INTENTS: Final = ("curative", "palliative")
FINDINGS: Final = ("scan", "symptom", "marker")
RESPONSES: Final = ("complete", "partial", "stable", "progression")
CAUSE_SUFFIXES: Final = (" (operation)", " (treatment)")
RECURRENCES: Final = ("local", "regional", "distant", "second_primary")
KINDS: Final = ("primary", "nodal", "distant", "local", "second_primary")
PRIMARY, NODAL, DISTANT_KIND, LOCAL = 0, 1, 2, 3
ROUTE_WORDS: Final = ("blood", "lymph", "serosa", "node")
# A seed that settles only in prepared soil came by blood as well.
ROUTE_CODES: Final = np.array([0, 1, 2, 3, 0], np.int64)
FATE_WORDS: Final = ("alive", "removed", "extinct", "asleep", "killed")
ASLEEP: Final = 3
OTHER_CAUSE_WORDS: Final = "other cause"


def patients_table(model: Model, persons: Records) -> pl.DataFrame:
    """Return one row a virtual patient, as `DICTIONARY` describes it."""
    found = np.isfinite(persons["diagnosis_day"])
    made = (
        _who(model, persons)
        | _finding(model, persons, found)
        | _staging(model, persons, found)
        | _spread(model, persons, found)
        | _outcome(model, persons, found)
    )
    return pl.DataFrame({column.name: made[column.name] for column in DICTIONARY["patients"]})


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
    made = {
        "patient": columns.numbers(rows["patient"], dtype=np.int64),
        "lesion": columns.numbers(rows["lesion"], dtype=np.int64),
        "parent": columns.numbers(rows["parent"], rows["parent"] >= 0, np.int64),
        "site": columns.words(rows["site"], site_words(model)),
        "kind": columns.words(kind, KINDS),
        "route": columns.words(ROUTE_CODES[rows["route"]], ROUTE_WORDS, seeded),
        "seed_kind": columns.words(rows["seed_kind"], SEED_KINDS, seeded),
        "founders": columns.numbers(rows["founders"], dtype=np.int64),
        "count": columns.numbers(rows["count"], dtype=np.int64),
        "founded_day": columns.numbers(rows["founded_day"]),
        "asleep_until_day": columns.numbers(asleep_until, slept),
        "switch_day": columns.days(rows["switch_day"], end),
        "detected_day": columns.days(rows["detected_day"], end),
        "fate": columns.words(rows["fate"], FATE_WORDS),
        "fate_day": columns.numbers(end),
        "diameter_mm_at_diagnosis": columns.numbers(
            rows["diameter_mm_at_diagnosis"], seen_at_diagnosis
        ),
        "diameter_mm_at_fate": columns.numbers(rows["diameter_mm_at_fate"]),
    }
    return pl.DataFrame({column.name: made[column.name] for column in DICTIONARY["lesions"]})


def site_words(model: Model) -> tuple[str, ...]:
    """Return the names behind the site codes of a lesion: soils, then sites of the primary."""
    return (*model.sites, *model.primaries)


def lesion_kinds(model: Model, rows: Records) -> Codes:
    """Return the place of each lesion's kind in ``KINDS``.

    A deposit in a regional node is nodal; one in any other node is a distant metastasis.
    """
    n_sites = len(model.sites)
    soil: Records = model.soil
    regional = np.append(soil["is_regional"] == 1, np.zeros(len(model.primaries), bool))
    kind = np.where(regional[rows["site"]], NODAL, DISTANT_KIND)
    kind[rows["site"] >= n_sites] = LOCAL
    kind[rows["lesion"] == 0] = PRIMARY
    return kind


def stage_group(rule: str, t: Codes, n: Codes, m: Codes) -> Codes:
    """Return the place of each stage group in ``STAGES``, by a rule of ``STAGE_RULES``."""
    table = np.zeros((5, 4), np.int64)
    for (t_value, n_value), group in STAGE_RULES[rule].items():
        table[t_value, n_value] = STAGES.index(group)
    return np.where(m > 0, STAGES.index("IV"), table[t, n])


def stage_rule(model: Model) -> str:
    """Return which rule of ``STAGE_RULES`` stages the cancer."""
    return model.parameters.choice("staging.rule")


def cancer_name(model: Model) -> str:
    """Return the cancer's name in the atlas."""
    return str(model.parameters.meta.get("cancer", "cancer"))


def cancer_label(model: Model) -> str:
    """Return what people call the cancer, metastatic or not."""
    return str(model.parameters.meta.get("label", cancer_name(model)))


def causes_of_death(model: Model) -> tuple[str, ...]:
    """Return the words for the causes of death, in the order of their codes."""
    label = cancer_label(model)
    return (label, OTHER_CAUSE_WORDS, *(label + suffix for suffix in CAUSE_SUFFIXES))


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
        "ctc_per_ml_at_diagnosis": columns.numbers(persons["ctc"], found),
        "ctc_in_tube": columns.numbers(persons["ctc_tube"], found, np.int64),
    }


def _staging(model: Model, persons: Records, found: Mask) -> dict[str, pl.Series]:
    p, rule = model.world, stage_rule(model)
    categories = np.zeros((4, len(persons)), np.int64)
    write_categories(persons, p, categories)
    t, true_n, clinical_n, found_n = np.where(found, categories, [[1], [0], [0], [0]])
    true_m, seen_m = (np.where(found, persons[name] > 0, 0) for name in ("n_true", "n_seen"))
    operated = found & (persons["surgery_day"] <= persons["follow_up_day"])
    positive = np.where(operated, found_n, clinical_n) > 0
    regional = positive | (persons["depth"] >= p.regional_depth)
    summary = summary_stage(regional, seen_m > 0)
    groups = {
        "stage_true": (stage_group(rule, t, true_n, true_m), found),
        "stage_clinical": (stage_group(rule, t, clinical_n, seen_m), found),
        "stage_pathological": (stage_group(rule, t, found_n, seen_m), operated),
    }
    grades = {
        "true_t": (t, found),
        "true_n": (true_n, found),
        "true_m": (true_m, found),
        "clinical_t": (t, found),
        "clinical_n": (clinical_n, found),
        "clinical_m": (seen_m, found),
        "pathological_t": (t, operated),
        "pathological_n": (found_n, operated),
    }
    return {
        **{name: columns.numbers(*pair, np.int8) for name, pair in grades.items()},
        **{name: columns.words(pair[0], STAGES, pair[1]) for name, pair in groups.items()},
        "summary_stage": columns.words(summary, SUMMARY_STAGES, found),
        "positive_nodes": columns.numbers(persons["found_nodes"], operated, np.int64),
        "examined_nodes": columns.numbers(persons["examined_nodes"], operated, np.int64),
        "sentinel": columns.flags(persons["sentinel"] == 1, persons["sentinel"] >= 0),
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
