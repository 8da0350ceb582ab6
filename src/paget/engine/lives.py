"""Many lives, one after another: the compiled loop that a shard runs.

Nothing here is random or shared: a shard may run on any thread, in any order and be cut anywhere.

Public names: ``LESION_ROW``, ``live_block``, ``live_many``, ``larger``, ``Lived``, ``Tally``,
``new_tally``, ``run_key``.
"""

import math
from collections.abc import Sequence
from typing import Any, Final, NamedTuple, cast

import numpy as np
import numpy.typing as npt

from paget.body.cascade import shed_by
from paget.body.growth import NEVER, doubling_time
from paget.body.lesion import Scratch, World, day_of_size, is_real, law_of, size_on
from paget.body.progression import diameter
from paget.body.queue import Records
from paget.clinic.chart import Person
from paget.clinic.notes import copy_note, lacks_room
from paget.clinic.records import NOTE
from paget.clinic.recurrence import is_continuous
from paget.core.errors import ScenarioError
from paget.engine import ROOM, Model, people, scratch
from paget.kernels.jit import jit
from paget.life import live
from paget.words import ALIVE, ASLEEP, CRAMPED, EXTINCT, KILLED, LIVED, NOBODY, REMOVED

MORE: Final = 16  # times the room, where a life has too little: each size is compiled once
MOST_ROOM: Final = ROOM * MORE  # lesions of one life
MOST_ROWS: Final = 1_000_000  # lesions lived before they are put aside

MOST_SHED = 4_000_000_000_000_000_000  # a tally is handed over before it comes near

LESION_ROW = np.dtype(
    [
        ("patient", "i8"),
        ("lesion", "i8"),
        ("parent", "i8"),  # -1 for the primary
        ("site", "i2"),
        ("route", "i2"),
        ("seed_kind", "i2"),
        ("fate", "i2"),
        ("founders", "i8"),
        ("count", "i8"),
        ("founded_day", "f8"),
        ("asleep_until_day", "f8"),
        ("switch_day", "f8"),
        ("detected_day", "f8"),
        ("fate_day", "f8"),
        ("diameter_mm_at_diagnosis", "f8"),
        ("diameter_mm_at_fate", "f8"),
        ("doubling_time_seen", "f8"),  # [day] when the clinic first sees it; 0 if it never does
    ]
)


class Tally(NamedTuple):
    """Sums over the lives of a shard.

    ``shed`` (route, source) counts the seeds shed; whole numbers, so that any order of summing
    gives the same. ``people`` counts the persons of a population that have no row: those who never
    have the cancer, and those who had it before they would have entered.
    """

    shed: npt.NDArray[np.int64]
    people: npt.NDArray[np.int64]


def new_tally(n_sources: int) -> Tally:
    """Return a tally of nothing."""
    return Tally(np.zeros((3, n_sources), np.int64), np.zeros(2, np.int64))


def run_key(seed: int) -> int:
    """Return the key of a run's draws: its seed as the 64-bit word that compiled code wants."""
    return cast("int", np.uint64(seed))


def live_many(
    model: Model, n: int, seed: int, first: int = 0
) -> tuple[Any, Any, npt.NDArray[np.int64]]:
    """Live ``n`` persons from number ``first`` on, all of it in memory.

    Returns the persons who get the cancer, the rows of their lesions and the seeds shed (route,
    source). A life that needs more room than ``ROOM`` lesions gets it.
    """
    work: Any = scratch()
    no_notes = np.zeros(0, NOTE).view(np.recarray)
    tally = new_tally(len(model.sites) + len(model.primaries))
    blocks: list[Any] = []
    parts: list[Any] = []
    done = 0
    while done < n:
        persons = people(n - done)
        most = min(20 * (n - done), MOST_ROWS) + len(work.lesions)
        rows: Any = np.zeros(most, LESION_ROW).view(np.recarray)
        block = live_block(
            run_key(seed), first + done, model.worlds, work, persons, rows, no_notes, tally
        )
        blocks.append(rows[: block.rows].copy())
        parts.append(persons[: block.persons])
        done += block.people
        if block.stopped == CRAMPED:
            work = larger(work, first + done)
    lived = np.concatenate([people(0), *parts]).view(np.recarray)
    return lived, np.concatenate([np.zeros(0, LESION_ROW), *blocks]).view(np.recarray), tally.shed


def larger(work: Any, patient: int) -> Any:
    """Return a larger working record for a life that had too little room in ``work``, or refuse."""
    if len(work.lesions) < MOST_ROOM:
        return scratch(len(work.lesions) * MORE)
    if lacks_room(work):
        raise ScenarioError(
            f"a life with more than {len(work.notes):,} tests and treatments: that of virtual "
            f"patient {patient}",
            allowed="an engine keeps each of them in memory",
            remedy="Let the protocol test less often: follow_up.every, screening.every.",
        )
    raise ScenarioError(
        f"a life with more than {MOST_ROOM:,} lesions: that of virtual patient {patient}",
        allowed="an engine keeps each lesion of a life in memory",
        remedy="Lower viability, shedding.* or colonisation.secondary_factor, or lower "
        "colonisation.cohort_rate so that more lesions share a row.",
    )


class Lived(NamedTuple):
    """How far a block of lives came, and why it stopped."""

    people: int
    """Persons considered, whether or not they get the cancer."""
    persons: int
    """Those who get it: one record each."""
    rows: int
    notes: int
    stopped: int
    """``LIVED``: a buffer is full, or all are done; ``CRAMPED``: the next life wants more room."""


@jit
def live_block(
    key: int,
    first: int,
    worlds: Records,
    scratch: Scratch,
    persons: Sequence[Person],
    rows: Records,
    notes: Records,
    tally: Tally,
) -> Lived:
    """Live persons ``first``, ``first + 1``, ... until ``persons``, ``rows`` or ``notes`` are full.

    At most as many are considered as ``persons`` has room for. Without room for any note, none is
    kept.
    """
    n_persons = n_rows = n_notes = 0
    for i in range(len(persons)):
        person = persons[n_persons]
        outcome = live(key, first + i, worlds, scratch, person)
        if outcome == CRAMPED:
            return Lived(i, n_persons, n_rows, n_notes, CRAMPED)
        if outcome != LIVED:
            tally.people[outcome - NOBODY] += 1
            continue
        n_more = scratch.n_notes if len(notes) > 0 else 0
        if n_rows + scratch.n_lesions > len(rows) or n_notes + n_more > len(notes):
            return Lived(i, n_persons, n_rows, n_notes, LIVED)
        world = worlds[person.subtype]
        _shed(person, world, scratch, tally)
        for j in range(scratch.n_lesions):
            if is_real(scratch.lesions[j]):
                _write(person, world, scratch, j, rows[n_rows])
                n_rows += 1
        for j in range(n_more):
            copy_note(scratch.notes[j], notes[n_notes])
            n_notes += 1
        n_persons += 1
    return Lived(len(persons), n_persons, n_rows, n_notes, LIVED)


@jit
def _shed(person: Person, world: World, scratch: Scratch, tally: Tally) -> None:
    """Add up what every lesion of a life has shed."""
    for j in range(scratch.n_lesions):
        source = scratch.lesions[j].site
        for route in range(3):
            amount = shed_by(person, world, scratch, j, route, person.follow_up_day)
            amount *= scratch.lesions[j].count
            _add(tally, route, source, amount)
            if j == 0:
                if route == 0:
                    person.shed_blood = amount
                elif route == 1:
                    person.shed_lymph = amount
                else:
                    person.shed_serosa = amount


@jit
def _add(tally: Tally, route: int, source: int, amount: float) -> None:
    """Add seeds to the tally, which stops short of what an integer can hold."""
    room = MOST_SHED - tally.shed[route, source]
    tally.shed[route, source] += round(amount) if amount < room else room


@jit
def _write(person: Person, world: World, scratch: Scratch, j: int, row: np.record) -> None:
    """Write one lesion of a life as a row of the table."""
    p, lesion = world, scratch.lesions[j]
    end = person.follow_up_day
    row.patient, row.lesion = person.patient, lesion.id
    row.parent = -1
    if j > 0:  # as a statement: one expression of -1 and an unsigned id would be a float
        row.parent = scratch.lesions[lesion.parent].id
    row.site, row.route, row.seed_kind = lesion.site, lesion.route, lesion.kind
    row.founders, row.count = lesion.founders, lesion.count
    row.founded_day = lesion.founded
    row.asleep_until_day = min(lesion.wakes, lesion.dies_asleep)
    row.switch_day = lesion.stall_until if lesion.stall_until < end else NEVER
    row.detected_day = _detected(person, world, lesion)
    row.doubling_time_seen = _doubling_time_seen(world, lesion, row.detected_day)
    row.fate, row.fate_day = ALIVE, end
    if lesion.dies_asleep <= min(end, lesion.removed):
        row.fate, row.fate_day = EXTINCT, lesion.dies_asleep
    elif lesion.removed <= end:
        row.fate, row.fate_day = REMOVED, lesion.removed
    elif lesion.wakes > end:
        row.fate = ASLEEP
    if row.fate == REMOVED and lesion.killed:
        row.fate = KILLED
    at_diagnosis = size_on(lesion, person.diagnosis_day, p) if person.diagnosis_day < NEVER else 0.0
    row.diameter_mm_at_diagnosis = diameter(at_diagnosis, p.density) / 1000.0
    last = np.nextafter(row.fate_day, -math.inf)
    row.diameter_mm_at_fate = diameter(size_on(lesion, last, p), p.density) / 1000.0


@jit
def _doubling_time_seen(world: World, lesion: np.record, seen: float) -> float:
    """Return the volume doubling time [day] when a lesion is first seen, 0 if it never is."""
    if seen == NEVER or size_on(lesion, seen, world) <= 0.0:
        return 0.0
    return doubling_time(law_of(lesion, world), size_on(lesion, seen, world))


@jit
def _detected(person: Person, world: World, lesion: np.record) -> float:
    """Return the day on which the clinic sees a lesion, or never within this life."""
    if lesion.site >= world.n_sites:
        return person.diagnosis_day
    day = min(lesion.first_seen, lesion.seen)
    if person.diagnosis_day < NEVER and is_continuous(world):
        detection = world.soil[lesion.site].detection_cells
        day = min(day, max(day_of_size(lesion, detection, world), person.diagnosis_day))
    return day if day < min(person.follow_up_day, lesion.removed) else NEVER
