"""Tables of the clinic: which tests a virtual patient had, and which treatments, with results.

Both come from the notes of each life, in order of time.

Public names: ``tests_table``, ``treatments_table``, ``REASONS``.
"""

from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from paget import words
from paget.clinic import records
from paget.engine import Model
from paget.tables import columns
from paget.tables.columns import Codes, Mask
from paget.words import BIOPSIES, LINE_KINDS, REASONS, SCREENING

Records = Any

REASON_SHIFT: Final = records.REASON_SHIFT
RESULTS: Final = ("negative", "positive", "false positive", "lesions seen", "nothing seen", "level")
ENDS: Final = (
    "complete response",
    "partial response",
    "stable disease",
    "progression",
    "stopped by toxicity",
    "completed",
)
OPERATIONS: Final = ("complete", "cells left behind", "died of it")
MARKER: Final = "marker"
TUBE: Final = "circulating cells"
BIOPSY: Final = "biopsy"
COMPLETED: Final = ENDS.index("completed")


def tests_table(model: Model, notes: Records) -> pl.DataFrame:
    """Return one row a test."""
    codes = (
        words.SCREEN_NOTE,
        words.SCAN_NOTE,
        words.FALSE_POSITIVE_NOTE,
        words.BIOPSY_NOTE,
        words.BLOOD_NOTE,
        words.MARKER_NOTE,
        words.FALSE_MARKER_NOTE,
    )
    rows = notes[np.isin(notes["code"], codes)]
    protocol = model.protocol
    names = (*protocol.screen_names, *protocol.modality_names, MARKER, TUBE, BIOPSY)
    n_screens, n_tests = len(protocol.screen_names), len(names)
    row, reason = rows["detail"] & ((1 << REASON_SHIFT) - 1), rows["detail"] >> REASON_SHIFT
    code = rows["code"]
    is_marker = np.isin(code, (words.MARKER_NOTE, words.FALSE_MARKER_NOTE))
    test = np.select(
        [
            code == words.SCREEN_NOTE,
            is_marker,
            code == words.BLOOD_NOTE,
            code == words.BIOPSY_NOTE,
        ],
        [row, n_tests - 3, n_tests - 2, n_tests - 1],
        row + n_screens,
    )
    reason = np.where(code == words.SCREEN_NOTE, SCREENING, reason)
    reason = np.where(is_marker, words.FOLLOW_UP, reason)
    reason = np.where(code == words.BIOPSY_NOTE, words.WORK_UP, reason)
    value = rows["value"]
    result = np.select(
        [
            code == words.SCREEN_NOTE,
            np.isin(code, (words.FALSE_POSITIVE_NOTE, words.FALSE_MARKER_NOTE)),
            code == words.BIOPSY_NOTE,
            code == words.SCAN_NOTE,
        ],
        [value, words.FALSE_ALARM, len(RESULTS) + value, np.where(value > 0.0, 3, 4)],
        RESULTS.index("level"),
    ).astype(np.int64)
    is_number = ~np.isin(code, (words.SCREEN_NOTE, words.BIOPSY_NOTE))
    return pl.DataFrame(
        {
            "patient": columns.numbers(rows["patient"], dtype=np.int64),
            "day": columns.numbers(rows["day"]),
            "test": columns.words(test.astype(np.int64), names),
            "reason": columns.words(reason, REASONS),
            "site": _sites(model, rows),
            "result": columns.words(result, (*RESULTS, *BIOPSIES)),
            "value": columns.numbers(value, is_number),
        }
    )


def treatments_table(model: Model, notes: Records) -> pl.DataFrame:
    """Return one row a line of treatment that was started, operations included."""
    started = np.isin(notes["code"], (words.LINE_START_NOTE, words.SURGERY_NOTE))
    rows = notes[started]
    end, result = _ends(notes, rows)
    is_surgery = rows["code"] == words.SURGERY_NOTE
    kinds = np.array([LINE_KINDS.index(line.kind) for line in model.protocol.lines], np.int64)
    agents = [" + ".join(line.drugs) or line.kind for line in model.protocol.lines]
    line = rows["detail"]
    died = rows["value"] == words.DIED_OF_IT
    operated = len(ENDS) + np.where(died, 2, rows["value"] > 0.0)
    known = is_surgery | np.isfinite(end)
    kind = kinds[line] if len(line) else line
    return pl.DataFrame(
        {
            "patient": columns.numbers(rows["patient"], dtype=np.int64),
            "day": columns.numbers(rows["day"]),
            "line": columns.words(line, model.protocol.line_names),
            "kind": columns.words(kind, LINE_KINDS),
            "agent": columns.words(line, agents),
            "end_day": columns.numbers(np.where(is_surgery, rows["day"], end), known),
            "result": columns.words(
                np.where(is_surgery, operated, result), (*ENDS, *OPERATIONS), known
            ),
        }
    )


def _ends(notes: Records, starts: Records) -> tuple[npt.NDArray[np.float64], Codes]:
    """Return when each line ended and how: the first end of that line that follows its start."""
    ends = notes[notes["code"] == words.LINE_END_NOTE]
    day, result = np.full(len(starts), np.inf), np.full(len(starts), COMPLETED)
    if not len(ends) or not len(starts):
        return day, result
    most = 1 << REASON_SHIFT
    key = ends["patient"] * most + ends["detail"]
    order = np.lexsort((ends["day"], key))
    ends, key = ends[order], key[order]
    wanted = starts["patient"] * most + starts["detail"]
    first = np.searchsorted(key, wanted)
    again = _number_of(wanted)
    place = np.minimum(first + again, len(ends) - 1)
    matches = key[place] == wanted
    day[matches] = ends["day"][place[matches]]
    how = ends["value"].astype(np.int64)[place]
    result[matches] = np.where(how < 0, COMPLETED, how)[matches]
    return day, result


def _number_of(keys: Codes) -> Codes:
    """Return how often each key has come before."""
    order = np.argsort(keys, kind="stable")
    ranked = keys[order]
    starts = np.flatnonzero(np.append(True, ranked[1:] != ranked[:-1]))
    since = np.zeros(len(keys), np.int64)
    since[starts] = starts
    number = np.arange(len(keys)) - np.maximum.accumulate(since)
    result = np.empty(len(keys), np.int64)
    result[order] = number
    return result


def _sites(model: Model, rows: Records) -> pl.Series:
    present: Mask = rows["site"] >= 0
    return columns.words(rows["site"], (*model.sites, *model.primaries), present)
