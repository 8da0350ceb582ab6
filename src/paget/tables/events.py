"""Events: what happens in a life, one row a day and happening.

The table of a cohort has the milestones of each patient; that of one life has every lesion's as
well.

Public names: ``events_table``.
"""

from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from paget import words
from paget.clinic.complications import complication_names
from paget.clinic.symptoms import symptom_names
from paget.engine import Model
from paget.tables import columns
from paget.tables.columns import Codes, Mask
from paget.tables.lesions import lesion_kinds
from paget.tables.patients import has_recurrence, is_averted, recurrence_kinds
from paget.tables.vocabulary import causes_of_death, site_words
from paget.words import (
    BIOPSIES,
    CANCER,
    DETECTIONS,
    EXTINCT,
    KILLED,
    LESION_KINDS,
    RECURRENCES,
    REMOVED,
    RESPONSES,
)

Records = Any

# In the order in which they are told when they fall on one day.
WORDS: Final = (
    "invasion",
    "seeded",
    "first_seeding",
    "woke",
    "switched",
    "died_asleep",
    "detectable",
    "precursor_removed",
    "treated_in_situ",
    "symptom",
    "diagnosis",
    "biopsy",
    "line_started",
    "surgery",
    "operation",
    "removed",
    "killed",
    "response",
    "toxicity",
    "line_ended",
    "lesion_detected",
    "recurrence",
    "progression",
    "complication",
    "second_primary",
    "death",
)
NOTHING: Final = -1


class _Rows(NamedTuple):
    """Events of one kind as arrays; NOTHING where there is no site, lesion or detail."""

    patient: npt.NDArray[Any]
    day: npt.NDArray[Any]
    event: npt.NDArray[Any]
    site: npt.NDArray[Any]
    lesion: npt.NDArray[Any]
    detail: npt.NDArray[Any]


def events_table(
    model: Model, persons: Records, rows: Records, notes: Records, *, every_lesion: bool = False
) -> pl.DataFrame:
    """Return what happened to each virtual patient, in order.

    Parameters
    ----------
    every_lesion : tell when each lesion was seeded, woke, got its vessels and was removed, too.
    """
    details = _details(model)
    parts = [
        *_milestones(model, persons, details),
        *_lesions_seen(model, persons, rows, details),
        *_noted(model, notes, details),
    ]
    if every_lesion:
        parts += _lesion_courses(model, rows, details)
    together = _Rows(*(np.concatenate(part) for part in zip(*parts, strict=True)))
    order = np.lexsort((together.lesion, together.event, together.day, together.patient))
    patient, day, event, site, lesion, detail = (column[order] for column in together)
    return pl.DataFrame(
        {
            "patient": columns.numbers(patient, dtype=np.int64),
            "day": columns.numbers(day),
            "event": columns.words(event, WORDS),
            "site": columns.words(site, site_words(model), site != NOTHING),
            "lesion": columns.numbers(lesion, lesion != NOTHING, np.int64),
            "detail": columns.words(detail, details, detail != NOTHING),
        }
    )


def _details(model: Model) -> tuple[str, ...]:
    """Return the words that a detail may be, each once."""
    every = (
        *DETECTIONS,
        *LESION_KINDS,
        *RECURRENCES,
        *causes_of_death(model),
        *RESPONSES,
        *BIOPSIES,
        *symptom_names(),
        *complication_names(),
        *model.protocol.line_names,
    )
    return tuple(dict.fromkeys(every))


def _milestones(model: Model, persons: Records, details: tuple[str, ...]) -> list[_Rows]:
    n_sites = len(model.sites)
    primary = n_sites + persons["primary_site"]
    end = persons["follow_up_day"]
    recurred, kinds = has_recurrence(persons), recurrence_kinds(model, persons)
    relapse_site = np.where(
        persons["recurrence_site"] == n_sites, primary, persons["recurrence_site"]
    )
    detection = _codes(DETECTIONS, details)[persons["detection"] - 1]
    cause = _codes(causes_of_death(model), details)[persons["cause"] - CANCER]
    invaded = ~is_averted(persons)
    none = np.full(len(persons), NOTHING)
    zero = np.zeros(len(persons), np.int64)

    def rows(
        event: str, day: Any, happened: Mask, site: Codes, lesion: Codes, detail: Codes
    ) -> _Rows:
        return _chosen(happened, event, persons["patient"], day, site, lesion, detail)

    def by(name: str) -> Mask:
        return persons[name] <= end

    return [
        rows(
            "invasion", persons["invasion_day"], invaded & by("invasion_day"), primary, zero, none
        ),
        rows(
            "detectable",
            persons["detectable_day"],
            invaded & by("detectable_day"),
            primary,
            zero,
            none,
        ),
        rows("treated_in_situ", persons["in_situ_day"], by("in_situ_day"), primary, none, none),
        rows("progression", persons["progression_day"], by("progression_day"), none, none, none),
        rows("diagnosis", persons["diagnosis_day"], by("diagnosis_day"), primary, zero, detection),
        rows("surgery", persons["surgery_day"], by("surgery_day"), primary, zero, none),
        rows(
            "recurrence",
            persons["recurrence_day"],
            recurred,
            relapse_site,
            none,
            _codes(RECURRENCES, details)[kinds],
        ),
        rows("death", persons["death_day"], by("death_day"), none, none, cause),
    ]


def _noted(model: Model, notes: Records, details: tuple[str, ...]) -> list[_Rows]:
    """Return what the notes of each life tell beside its milestones."""
    vocabularies: dict[str, tuple[int, str, tuple[str, ...]]] = {
        "precursor_removed": (words.PREVENTED_NOTE, "", ()),
        "symptom": (words.SYMPTOM_NOTE, "detail", symptom_names()),
        "biopsy": (words.BIOPSY_NOTE, "value", BIOPSIES),
        "line_started": (words.LINE_START_NOTE, "detail", model.protocol.line_names),
        "operation": (words.SURGERY_NOTE, "detail", model.protocol.line_names),
        "line_ended": (words.LINE_END_NOTE, "detail", model.protocol.line_names),
        "response": (words.RESPONSE_NOTE, "detail", RESPONSES),
        "toxicity": (words.TOXICITY_NOTE, "detail", model.protocol.line_names),
        "complication": (words.COMPLICATION_NOTE, "detail", complication_names()),
        "second_primary": (words.SECOND_PRIMARY_NOTE, "", ()),
    }
    parts = []
    for event, (code, field, vocabulary) in vocabularies.items():
        chosen = notes["code"] == code
        detail = np.full(len(notes), NOTHING)
        if field:
            detail[chosen] = _codes(vocabulary, details)[notes[field][chosen].astype(np.int64)]
        patient, day = notes["patient"], notes["day"]
        parts.append(_chosen(chosen, event, patient, day, notes["site"], notes["lesion"], detail))
    return parts


def _lesions_seen(
    model: Model, persons: Records, rows: Records, details: tuple[str, ...]
) -> list[_Rows]:
    """Return the founding of each patient's first lesion, and when lesions are seen."""
    if not len(rows):
        return []
    kind = _codes(LESION_KINDS, details)[lesion_kinds(model, rows)]
    first = persons["first_seeding_day"][np.searchsorted(persons["patient"], rows["patient"])]
    beyond = rows["lesion"] != 0
    is_first = beyond & (rows["founded_day"] == first)
    seen = beyond & (rows["detected_day"] <= rows["fate_day"])
    return [
        _of_lesions("first_seeding", rows, "founded_day", is_first, kind),
        _of_lesions("lesion_detected", rows, "detected_day", seen, kind),
    ]


def _lesion_courses(model: Model, rows: Records, details: tuple[str, ...]) -> list[_Rows]:
    kind = _codes(LESION_KINDS, details)[lesion_kinds(model, rows)]
    beyond, end = rows["lesion"] != 0, rows["fate_day"]
    woke = (rows["asleep_until_day"] > rows["founded_day"]) & (rows["asleep_until_day"] <= end)
    extinct = rows["fate"] == EXTINCT
    return [
        _of_lesions("seeded", rows, "founded_day", beyond, kind),
        _of_lesions("woke", rows, "asleep_until_day", beyond & woke & ~extinct, kind),
        _of_lesions("switched", rows, "switch_day", beyond & (rows["switch_day"] <= end), kind),
        _of_lesions("died_asleep", rows, "fate_day", extinct, kind),
        _of_lesions("removed", rows, "fate_day", rows["fate"] == REMOVED, kind),
        _of_lesions("killed", rows, "fate_day", rows["fate"] == KILLED, kind),
    ]


def _of_lesions(event: str, rows: Records, day: str, happened: Mask, detail: Codes) -> _Rows:
    return _chosen(
        happened, event, rows["patient"], rows[day], rows["site"], rows["lesion"], detail
    )


def _chosen(
    happened: Mask,
    event: str,
    patient: Any,
    day: Any,
    site: Codes,
    lesion: Codes,
    detail: Codes,
) -> _Rows:
    code = np.full(int(happened.sum()), WORDS.index(event))
    return _Rows(
        patient[happened], day[happened], code, site[happened], lesion[happened], detail[happened]
    )


def _codes(words: tuple[str, ...], vocabulary: tuple[str, ...]) -> Codes:
    """Return the place of each word in a vocabulary."""
    return np.array([vocabulary.index(word) for word in words])
