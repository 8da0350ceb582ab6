"""The data dictionary: every column of every table, its unit and what it means.

A null in any column means "did not happen" within this life, or, where the text says so, "not
looked at". Days are counted from the founder of the precursor where the cancer has one, else from
the first malignant cell: people may enter, be tested and die before it, on days below 0. What
grows unseen may be older than a person's entry; nothing is later than the end of the record, but
the day on which symptoms would have found what screening has found. The documentation prints these
tables, and the Parquet files carry the units.

Public names: ``Column``, ``DICTIONARY``, ``units_of``.
"""

from typing import Final, NamedTuple


class Column(NamedTuple):
    """One column of a table."""

    name: str
    unit: str
    """The unit; nothing for words, names and yes or no."""
    meaning: str


def _columns(*rows: tuple[str, str, str]) -> tuple[Column, ...]:
    return tuple(Column(*row) for row in rows)


PATIENTS: Final = _columns(
    ("patient", "1", "number of the virtual patient, from 0"),
    ("cancer", "", "the cancer's name in the atlas; it stays the name of its metastases"),
    ("subtype", "", "subtype of the cancer; null where the model has none"),
    ("sex", "", "female or male"),
    ("performance", "1", "general state apart from the cancer: 0 (fully active) to 4"),
    (
        "doubling_days_at_reference",
        "day",
        (
            "volume doubling time of this patient's primary at growth.reference_diameter, the "
            "ceiling of the cell cycle apart"
        ),
    ),
    (
        "age_onset_years",
        "year",
        "age at the first malignant cell; where none came to be, when it would have been",
    ),
    (
        "invasion_day",
        "day",
        "breach of the basement membrane: the first malignant cell; null: no cancer in this life",
    ),
    ("detectable_day", "day", "the primary reaches the stated detectable diameter"),
    ("entry_day", "day", "a person of a population enters it; null: a patient"),
    (
        "clinical_day",
        "day",
        (
            "symptoms would find it if nobody screened; null: not in this life; where screening "
            "came first it may be after the end of the record"
        ),
    ),
    ("screen_day", "day", "screening finds the cancer"),
    ("prevented_day", "day", "screening removes its precursor: there never is a cancer"),
    ("in_situ_day", "day", "screening finds its precursor, which is treated: there is no cancer"),
    ("diagnosis_day", "day", "the cancer is found; null: never in this life"),
    ("age_diagnosis_years", "year", "age at diagnosis"),
    ("detection", "", "what led to the diagnosis: symptom, metastasis, screen or incidental"),
    ("grade", "1", "grade of the primary at diagnosis, 1 to 3"),
    ("diameter_mm", "mm", "true diameter of the primary at diagnosis"),
    ("diameter_mm_measured", "mm", "its diameter as the clinic measures it"),
    ("depth_mm", "mm", "depth of invasion at diagnosis"),
    ("true_t", "1", "T as it is, 1 to 4"),
    ("true_n", "1", "N as it is, 0 to 2, by regional deposits above the positive size"),
    ("true_m", "1", "M as it is: 1 where any distant lesion exists, however small"),
    ("clinical_t", "1", "T as the work-up sees it: the true one"),
    ("clinical_n", "1", "N as the work-up sees it, by nodes above the detection diameter"),
    ("clinical_m", "1", "M as the work-up sees it: 0 means none seen"),
    ("pathological_t", "1", "T of the resected primary; null without surgery"),
    ("pathological_n", "1", "N of the resected nodes; null where none was examined"),
    ("stage_true", "", "stage group of the true T, N, M, by the project's own anatomical rules"),
    ("stage_clinical", "", "stage group of the clinical T, N, M"),
    ("stage_pathological", "", "stage group with pathological T, N; null where either is"),
    (
        "summary_stage",
        "",
        (
            "localized, regional or distant, as seen; nodes by pathology where any was examined, "
            "else by the work-up; null without a diagnosis, so also where it was treated in situ"
        ),
    ),
    ("positive_nodes", "1", "nodes found positive after surgery; null: none was examined"),
    ("examined_nodes", "1", "nodes removed and examined; null without surgery"),
    ("sentinel", "", "whether a sentinel node was positive; null: not done"),
    ("n_metastases_true", "1", "distant metastases at diagnosis, dormant ones included"),
    ("n_metastases_seen", "1", "distant metastases that the work-up sees"),
    ("sites_true", "", "sites with a distant metastasis at diagnosis"),
    ("sites_seen", "", "sites in which the work-up sees one"),
    ("is_occult", "", "whether there are distant metastases at diagnosis and none is seen"),
    ("first_seeding_day", "day", "the first lesion outside the primary is founded, nodes included"),
    ("diameter_mm_at_first_seeding", "mm", "diameter of the primary on that day"),
    (
        "ctc_per_ml_at_diagnosis",
        "1/mL",
        "circulating tumour cells in blood from an arm",
    ),
    ("ctc_in_tube", "1", "circulating cells counted in 7.5 mL of blood at diagnosis"),
    ("intent", "", "aim of treatment at diagnosis: curative or palliative"),
    ("surgery_day", "day", "the primary is removed; null: it is not"),
    (
        "n_lines",
        "1",
        "lines of treatment that were started, operations included: rows of treatments",
    ),
    ("best_response", "", "complete, partial, stable or progression; null: never assessed"),
    ("progression_day", "day", "the first progression of overt disease under treatment"),
    ("recurrence_day", "day", "the first recurrence is found after treatment to cure"),
    ("recurrence_found", "", "how: scan, symptom or marker"),
    ("recurrence_kind", "", "local, regional, distant or second_primary"),
    (
        "recurrence_sites",
        "",
        (
            "sites overt within the work-up window of the recurrence; a local one "
            "lies at the site of the primary"
        ),
    ),
    ("second_primary_day", "day", "a second primary cancer is found"),
    (
        "n_tests",
        "1",
        "tests of screening, work-up and follow-up: rows of tests, biopsies and blood cells apart",
    ),
    ("n_false_positives", "1", "positive tests with nothing behind them: such rows of tests"),
    ("death_day", "day", "death; null: alive at the end of follow-up"),
    ("cause_of_death", "", "the cancer by its origin, its operation or treatment, or other cause"),
    (
        "death_site",
        "",
        "the worst site of overt disease in a death of the cancer; null: none overt",
    ),
    ("follow_up_day", "day", "end of the record: death, or the horizon after diagnosis"),
)

LESIONS: Final = _columns(
    ("patient", "1", "number of the virtual patient"),
    ("lesion", "1", "identity: a 56-bit hash of parent, site, route and arrival; 0: the primary"),
    ("parent", "1", "identity of the lesion that seeded it; null: the primary"),
    ("site", "", "where it lies"),
    (
        "kind",
        "",
        (
            "primary, nodal (regional node), distant, local (relapse where the primary was) or "
            "second_primary"
        ),
    ),
    (
        "route",
        "",
        ("how its seed came: blood, lymph, serosa, or node (from node to node within one station)"),
    ),
    ("seed_kind", "", "what it grew from: single (large), small (recirculating) or cluster"),
    ("founders", "1", "cells of the seed"),
    ("count", "1", "lesions that this row stands for: 1, or n for a surplus cohort"),
    ("founded_day", "day", "the seed settles; for a local relapse the day of surgery"),
    ("asleep_until_day", "day", "it wakes or dies asleep; null: never slept, or still asleep"),
    ("switch_day", "day", "it gets its own vessels and grows past the avascular size"),
    ("detected_day", "day", "the clinic sees it"),
    (
        "doubling_days_at_detection",
        "day",
        "volume doubling time on detected_day; null: never seen, or not growing then",
    ),
    ("fate", "", "at fate_day: alive, removed, killed, extinct or asleep"),
    ("fate_day", "day", "day of that fate; the end of follow-up where it is alive or asleep"),
    ("diameter_mm_at_diagnosis", "mm", "diameter of one lesion of the row on the day of diagnosis"),
    ("diameter_mm_at_fate", "mm", "diameter of one lesion of the row just before fate_day"),
)

EVENTS: Final = _columns(
    ("patient", "1", "number of the virtual patient"),
    ("day", "day", "when"),
    (
        "event",
        "",
        (
            "invasion, first_seeding, detectable, precursor_removed, treated_in_situ, symptom, "
            "diagnosis, biopsy, line_started, surgery (of the primary), operation, response, "
            "toxicity, line_ended, "
            "lesion_detected, recurrence, progression, complication, second_primary, death; in one "
            "life also seeded, woke, switched, died_asleep, removed and killed"
        ),
    ),
    ("site", "", "where; null where the event has no place"),
    ("lesion", "1", "identity of the lesion; null where the event is not one lesion's"),
    ("detail", "", "what led to the diagnosis, kind of lesion or of recurrence, cause of death"),
)

TESTS: Final = _columns(
    ("patient", "1", "number of the virtual patient"),
    ("day", "day", "when"),
    ("test", "", "screening programme, imaging, marker, circulating cells or biopsy"),
    ("reason", "", "screening, work_up, follow_up, response or recurrence"),
    ("site", "", "where, of a biopsy"),
    ("result", "", "what it says"),
    ("value", "1", "distant lesions seen for the first time, level of the marker, cells counted"),
)

TREATMENTS: Final = _columns(
    ("patient", "1", "number of the virtual patient"),
    ("day", "day", "it starts"),
    ("line", "", "name of the line in the protocol"),
    ("kind", "", "surgery, radiotherapy or systemic"),
    ("agent", "", "drugs of the line, else its kind"),
    ("end_day", "day", "it ends; null: not within this life"),
    (
        "result",
        "",
        "response at its end, completed, stopped by toxicity; of surgery its margin or death",
    ),
)

FUNNEL: Final = _columns(
    ("patient", "1", "number of the virtual patient; null: the whole cohort"),
    (
        "site",
        "",
        (
            "for shed, died_* and cleared the site of the lesion that shed; else where the "
            "seeds lodged"
        ),
    ),
    ("route", "", "blood, lymph, serosa, or node (from node to node within one station)"),
    ("seed_kind", "", "single, small or cluster"),
    (
        "step",
        "",
        (
            "shed = died_of_shear + died_of_immune_attack + cleared + arrested; self_seeded is "
            "the part of arrested that came back to the organ of the primary; extravasated is the "
            "part of arrested that crossed into the soil; viable is the lesions founded = dormant "
            "(asleep to the end) + micrometastases (below 2 mm at their end) + macrometastases "
            "(2 mm and more)"
        ),
    ),
    ("count", "1", "seeds, or lesions; expected numbers from shed to extravasated"),
    ("basis", "", "what the number rests on: measured, assumed, or the residual of the cascade"),
)

DICTIONARY: Final = {
    "patients": PATIENTS,
    "lesions": LESIONS,
    "events": EVENTS,
    "tests": TESTS,
    "treatments": TREATMENTS,
    "funnel": FUNNEL,
}


def units_of(table: str) -> dict[str, str]:
    """Return the unit of each column of a table that has one."""
    return {column.name: column.unit for column in DICTIONARY[table] if column.unit}
