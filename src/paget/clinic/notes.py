"""Notes: what one life tells of its clinic, in order of time.

Public names: ``note``, ``note_left``, ``forget_notes``, ``drop_notes``, ``copy_note``.
"""

import numpy as np

from paget.body.lesion import Scratch
from paget.clinic.chart import Person
from paget.clinic.records import MAX_LEFT, MAX_NOTES
from paget.kernels.jit import jit


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
) -> None:
    """Write one note; a life that has written as many as there is room for writes no more."""
    n = scratch.n_notes
    if n >= MAX_NOTES:
        return
    row = scratch.notes[n]
    row.patient, row.day, row.code = person.patient, day, code
    row.site, row.lesion, row.detail, row.value = site, lesion, detail, value
    scratch.n_notes = n + 1


@jit
def note_left(scratch: Scratch, i: int, day: float) -> None:
    """Write what a treatment has left of lesion ``i``, where one life is told alone."""
    n = scratch.n_left
    if n < 0 or n >= MAX_LEFT:
        return
    lesion, row = scratch.lesions[i], scratch.left[n]
    row.lesion, row.day, row.anchor = i, day, lesion.anchor
    row.sensitive, row.resistant = lesion.sensitive, lesion.resistant
    scratch.n_left = n + 1


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
def copy_note(a: np.record, b: np.record) -> None:
    """Copy one note, field by field (a record has no copy of its own in compiled code)."""
    b.patient, b.day, b.code, b.site = a.patient, a.day, a.code, a.site
    b.lesion, b.detail, b.value = a.lesion, a.detail, a.value
