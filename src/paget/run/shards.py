"""Shards: the lives of consecutive patients, block by block, as tables.

A shard may run on any thread, in any order, and be cut anywhere: every draw is keyed by the
patient, so the tables of all shards together are the same. A block is as much of a shard as its
buffers hold, so memory stays flat however many lesions late disease has.

Public names: ``Engine``, ``Block``, ``Stopped``, ``compile_engine``, ``no_tables``,
``none_observed``, ``TABLES``.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import polars as pl

from paget.clinic.records import MAX_NOTES, MOST_LINES, NOTE
from paget.core.errors import ScenarioError
from paget.engine import ROOM, Model, people, scratch
from paget.engine.lives import LESION_ROW, Lived, Tally, larger, live_block, new_tally
from paget.run.forked import check_not_forked
from paget.tables.clinic import tests_table, treatments_table
from paget.tables.events import events_table
from paget.tables.funnel import Chain, Counts, chain, count_block, funnel_table
from paget.tables.lesions import lesions_table, with_local_relapses
from paget.tables.patients import patients_table
from paget.words import CRAMPED

TABLES: Final[tuple[str, ...]] = (
    "patients",
    "lesions",
    "events",
    "tests",
    "treatments",
    "funnel",
)

_STEP: Final = 500  # lives between two looks at whether to stop
_ROWS_PER_LIFE: Final = 14  # lesions for which a block has room at first
_NOTES_PER_LIFE: Final = 12
_MOST_ROWS: Final = 400_000  # lesions in a block, unless one life has more


class Stopped(Exception):  # noqa: N818 - not an error: the user asked for it
    """The run was asked to stop in the middle of a shard."""


@dataclass(frozen=True, eq=False)
class Block:
    """The tables of some consecutive patients, and what they add to the funnel."""

    first: int
    patients: int
    """Persons considered: of a population, also those who never get the cancer."""
    excluded: int
    """People who had the cancer before they would have entered the population."""
    tables: dict[str, pl.DataFrame]
    """By name; the funnel only where it is wanted for each patient."""
    counts: Counts


class Engine:
    """Lives shards of one scenario on one thread; has its own working memory.

    Parameters
    ----------
    model : the scenario's model.
    seed : the key of every draw.
    funnel_per_patient : make the funnel of each patient, too.
    one_life : that, and tell the events of every lesion.
    tick : told how many more patients have been lived; may raise `Stopped`.
    """

    def __init__(
        self,
        model: Model,
        seed: int,
        *,
        funnel_per_patient: bool = False,
        one_life: bool = False,
        tick: Callable[[int], None] = lambda _: None,
    ) -> None:
        check_not_forked()
        self.model = model
        self.links: Chain = chain(model)
        self._key: Any = np.uint64(seed)
        self._per_patient = funnel_per_patient or one_life
        self._every_lesion = one_life
        self._tick = tick
        self._scratch: Any = self._working(scratch(ROOM))

    def blocks(self, first: int, n: int) -> Iterator[Block]:
        """Live ``n`` persons from number ``first`` on."""
        for start, filled in self._stretches(first, n):
            yield self._block(start, filled)

    def patients(self, first: int, n: int) -> Iterator[tuple[pl.DataFrame, int]]:
        """Live persons likewise; yield the table of patients alone, and how many do not enter."""
        for _, filled in self._stretches(first, n):
            persons = np.asarray(filled.parts[0])
            self._check(persons)
            yield patients_table(self.model, persons), filled.excluded

    def observed(self, first: int, n: int) -> Iterator[dict[str, pl.DataFrame]]:
        """Live persons likewise; yield the tables that observation looks at."""
        for _, filled in self._stretches(first, n):
            persons, rows, notes = (np.asarray(part) for part in filled.parts)
            self._check(persons)
            yield _observed(self.model, persons, rows, notes)

    def _stretches(self, first: int, n: int) -> Iterator[tuple[int, "_Filled"]]:
        """Live persons until the buffers are full, again and again."""
        done = 0
        rows = _rows(min(n * _ROWS_PER_LIFE + ROOM, _MOST_ROWS))
        notes = _notes(min(n * _NOTES_PER_LIFE + MAX_NOTES, _MOST_ROWS))
        while done < n:
            filled = self._fill(first + done, n - done, rows, notes)
            if filled.people == 0:  # one life alone has more than the buffers hold
                rows, notes = _rows(2 * len(rows)), _notes(2 * len(notes))
                continue
            yield first + done, filled
            done += filled.people

    def last_lesions(self) -> Any:
        """Return a copy of the engine's records of the last life's lesions, the primary first."""
        lesions = np.array(self._scratch.lesions[: self._scratch.n_lesions])
        return lesions[self._real()]

    def last_left(self) -> Any:
        """Return what treatments have left of the last life's lesions, in order of time."""
        left = np.array(self._scratch.left[: max(self._scratch.n_left, 0)])
        left = left[left["lesion"] < self._scratch.n_lesions]
        left["lesion"] = (np.cumsum(self._real()) - 1)[left["lesion"]]
        return left[np.argsort(left["day"], kind="stable")]

    def _real(self) -> Any:
        """Return which of the last life's lesions were there: some seeds were taken back."""
        lesions = self._scratch.lesions[: self._scratch.n_lesions]
        return lesions["removed"] > lesions["founded"]

    def _working(self, work: Any) -> Any:
        """Return a working record made ready; that of one life keeps what treatments leave."""
        work.n_left = 0 if self._every_lesion else -1
        return work

    def _fill(self, first: int, n: int, rows: Any, notes: Any) -> "_Filled":
        """Live until a buffer is full."""
        filled = _Filled(people(n), rows, notes)
        step = 1 if self._per_patient else _STEP
        while filled.people < n:
            upto = min(step, n - filled.people)
            tally = new_tally(len(self.links.source_sites))
            block = live_block(
                self._key,
                first + filled.people,
                self.model.worlds,
                self._scratch,
                filled.persons[filled.n_persons : filled.n_persons + upto],
                rows[filled.n_rows :],
                notes[filled.n_notes :],
                tally,
            )
            filled.add(block, tally)
            self._tick(block.people)
            if block.stopped == CRAMPED:
                self._enlarge(first + filled.people)
            elif block.people < upto:
                break
        return filled

    def _enlarge(self, patient: int) -> None:
        self._scratch = self._working(larger(self._scratch, patient))

    def _block(self, first: int, filled: "_Filled") -> Block:
        """Return the tables of a block."""
        persons, rows, notes = (
            np.asarray(part) for part in filled.parts
        )  # without slow attributes
        patients = persons["patient"] if self._per_patient else None
        counts = count_block(self.model, rows, filled.shed(per_patient=self._per_patient), patients)
        self._check(persons)
        rows = with_local_relapses(self.model, persons, rows)
        every = self._every_lesion
        tables = {
            "patients": patients_table(self.model, persons),
            "lesions": lesions_table(self.model, persons, rows),
            "events": events_table(self.model, persons, rows, notes, every_lesion=every),
            "tests": tests_table(self.model, notes),
            "treatments": treatments_table(self.model, notes),
        }
        if patients is not None:
            tables["funnel"] = funnel_table(self.links, counts, patients)
        return Block(first, filled.people, filled.excluded, tables, counts.total())

    def _check(self, persons: Any) -> None:
        """Refuse a protocol that does not come to an end in some life."""
        looping = np.flatnonzero(persons["n_lines"] >= MOST_LINES)
        if len(looping):
            patient = int(persons["patient"][looping[0]])
            raise ScenarioError(
                f"protocol {self.model.protocol.name!r} that loops: virtual patient {patient} "
                f"was given {MOST_LINES} lines of treatment with seed {int(self._key)}",
                allowed="every line must come to an end",
                remedy="Lower repeats of its lines, or give them another trigger.",
            )


class _Filled:
    """What a block of lives has filled so far."""

    def __init__(self, persons: Any, rows: Any, notes: Any) -> None:
        self.persons, self.rows, self.notes = persons, rows, notes
        self.people = self.n_persons = self.n_rows = self.n_notes = self.excluded = 0
        self._shed: list[Any] = []
        self._nothing: Any = None

    def add(self, block: Lived, tally: Tally) -> None:
        """Count one more stretch of lives."""
        self.people += block.people
        self.n_persons += block.persons
        self.n_rows += block.rows
        self.n_notes += block.notes
        self.excluded += int(tally.people[1])
        self._nothing = np.zeros_like(tally.shed)
        if block.persons:
            self._shed.append(tally.shed)

    def shed(self, *, per_patient: bool) -> Any:
        """Return the seeds shed: (part, route, source), a part being a patient where wanted."""
        if per_patient:
            return np.array([self._nothing, *self._shed[: self.n_persons]])[1:]
        return np.array(self._shed or [self._nothing])

    @property
    def parts(self) -> tuple[Any, Any, Any]:
        """Return the persons, lesions and notes that were written."""
        return (
            self.persons[: self.n_persons],
            self.rows[: self.n_rows],
            self.notes[: self.n_notes],
        )


def compile_engine(model: Model) -> None:
    """Compile the life once, on this thread: twenty seconds after an edit, else nothing.

    The life that is lived for it is nobody's, so that what is wrong with it is nobody's fault.
    """
    with suppress(ScenarioError):
        next(Engine(model, 0).blocks(0, 1))


def _observed(model: Model, persons: Any, rows: Any, notes: Any) -> dict[str, pl.DataFrame]:
    together = with_local_relapses(model, persons, rows)
    return {
        "patients": patients_table(model, persons),
        "lesions": lesions_table(model, persons, together),
        "treatments": treatments_table(model, notes),
    }


def none_observed(model: Model) -> dict[str, pl.DataFrame]:
    """Return the tables that observation looks at, of nobody."""
    return _observed(model, people(0), _rows(0), _notes(0))


def no_tables(model: Model) -> dict[str, pl.DataFrame]:
    """Return tables of nobody, with all their columns."""
    nobody, nothing, no_notes = people(0), _rows(0), _notes(0)
    links = chain(model)
    none = Counts.none(len(links.source_sites), len(links.sites))
    return {
        "patients": patients_table(model, nobody),
        "lesions": lesions_table(model, nobody, nothing),
        "events": events_table(model, nobody, nothing, no_notes),
        "tests": tests_table(model, no_notes),
        "treatments": treatments_table(model, no_notes),
        "funnel": funnel_table(links, none),
    }


def _rows(n: int) -> Any:
    return np.zeros(n, LESION_ROW).view(np.recarray)


def _notes(n: int) -> Any:
    return np.zeros(n, NOTE).view(np.recarray)
