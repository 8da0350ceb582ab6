"""Notes: what one life tells of its clinic, in order of time.

Public names: ``note``, ``rename_note``, ``note_left``, ``lacks_room``, ``forget_notes``,
``drop_notes``, ``count_notes``, ``copy_note``.
"""

import numpy as np

from paget.body.lesion import Scratch
from paget.clinic.chart import Person
from paget.kernels.jit import jit
from paget.words import (
    FALSE_ALARM,
    FALSE_MARKER_NOTE,
    FALSE_POSITIVE_NOTE,
    LINE_START_NOTE,
    MARKER_NOTE,
    RESPONSE_NOTE,
    SCAN_NOTE,
    SCREEN_NOTE,
    SURGERY_NOTE,
)


@jit
def note(
    scratch: Scratch,
    person: Person,
    day: float,
    code: int,
    site: int,
    lesion: int,
    detail: int,
    value: float,
) -> int:
    """Write one note and return its number; without room it is only counted (``lacks_room``)."""
    n = scratch.n_notes
    scratch.n_notes = n + 1
    if n >= len(scratch.notes):
        return n
    row = scratch.notes[n]
    row.patient, row.day, row.code = person.patient, day, code
    row.site, row.lesion, row.detail, row.value = site, lesion, detail, value
    return n


@jit
def rename_note(scratch: Scratch, n: int, code: int) -> None:
    """Give a note another code: what it says has turned out to be something else."""
    if n < len(scratch.notes):
        scratch.notes[n].code = code


@jit
def lacks_room(scratch: Scratch) -> bool:
    """Return whether a life has more to note than its scratch has room for: live it again."""
    return scratch.n_notes > len(scratch.notes) or scratch.n_left > len(scratch.left)


@jit
def note_left(scratch: Scratch, i: int, day: float) -> None:
    """Write what a treatment has left of lesion ``i``, where one life is told alone."""
    n = scratch.n_left
    if n < 0:
        return
    scratch.n_left = n + 1
    if n >= len(scratch.left):
        return
    lesion, row = scratch.lesions[i], scratch.left[n]
    row.lesion, row.day, row.anchor = i, day, lesion.anchor
    row.sensitive, row.resistant = lesion.sensitive, lesion.resistant


@jit
def forget_notes(scratch: Scratch) -> None:
    """Forget what was written since the notes were last kept: it is told again."""
    scratch.n_notes = scratch.n_kept_notes
    scratch.n_left = min(scratch.n_left, 0)


@jit
def drop_notes(scratch: Scratch, end: float) -> None:
    """Drop the notes that come after the end of the record."""
    n = 0
    for i in range(scratch.n_notes):
        if scratch.notes[i].day <= end:
            copy_note(scratch.notes[i], scratch.notes[n])
            n += 1
    scratch.n_notes = n


@jit
def count_notes(person: Person, scratch: Scratch) -> None:
    """Count tests, false alarms and lines of treatment, and find the best response, by notes."""
    person.n_tests = person.n_false_positives = person.n_lines = 0
    person.best_response = -1
    for i in range(scratch.n_notes):
        row = scratch.notes[i]
        code = row.code
        is_false = code in (FALSE_POSITIVE_NOTE, FALSE_MARKER_NOTE)
        is_false |= code == SCREEN_NOTE and row.value == FALSE_ALARM
        person.n_false_positives += int(is_false)
        person.n_tests += int(is_false or code in (SCREEN_NOTE, SCAN_NOTE, MARKER_NOTE))
        person.n_lines += int(code in (LINE_START_NOTE, SURGERY_NOTE))
        if code == RESPONSE_NOTE and not 0 <= person.best_response <= row.detail:
            person.best_response = row.detail


@jit
def copy_note(a: np.record, b: np.record) -> None:
    """Copy one note, field by field (a record has no copy of its own in compiled code)."""
    b.patient, b.day, b.code, b.site = a.patient, a.day, a.code, a.site
    b.lesion, b.detail, b.value = a.lesion, a.detail, a.value
