"""Shards: the lives of consecutive patients, block by block, as tables.

A shard may run on any thread, in any order, and be cut anywhere: every draw is keyed by the
patient, so the tables of all shards together are the same. A block is as much of a shard as its
buffers hold, so memory stays flat however many lesions late disease has.

Public names: ``Engine``, ``Block``, ``Stopped``, ``compile_engine``, ``no_tables``, ``TABLES``.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import polars as pl

from paget.core.errors import ScenarioError
from paget.record import ROOM, Model, people, scratch
from paget.study.events import events_table
from paget.study.funnel import Chain, Counts, chain, count_block, funnel_table
from paget.study.lives import LESION_ROW, Tally, live_block
from paget.study.tables import lesions_table, patients_table, with_local_relapses

TABLES: Final[tuple[str, ...]] = ("patients", "lesions", "events", "funnel")

_STEP: Final = 500  # lives between two looks at whether to stop
_MOST_ROOM: Final = ROOM * 4**5
_ROWS_PER_LIFE: Final = 14  # lesions for which a block has room at first
_MOST_ROWS: Final = 400_000  # lesions in a block, unless one life has more


class Stopped(Exception):  # noqa: N818 - not an error: the user asked for it
    """The run was asked to stop in the middle of a shard."""


@dataclass(frozen=True, eq=False)
class Block:
    """The tables of some consecutive patients, and what they add to the funnel."""

    first: int
    patients: int
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
        self.model = model
        self.links: Chain = chain(model)
        self._key: Any = np.uint64(seed)
        self._per_patient = funnel_per_patient or one_life
        self._every_lesion = one_life
        self._tick = tick
        self._room = ROOM
        self._scratch: Any = scratch(ROOM)

    def blocks(self, first: int, n: int) -> Iterator[Block]:
        """Live ``n`` patients from number ``first`` on."""
        done = 0
        rows = _rows(min(n * _ROWS_PER_LIFE + ROOM, _MOST_ROWS))
        while done < n:
            persons = people(n - done)
            lived, written, shed = self._fill(first + done, persons, rows)
            if lived == 0:  # one life alone has more lesions than the buffer
                rows = _rows(2 * len(rows))
                continue
            yield self._block(first + done, persons[:lived], rows[:written], shed)
            done += lived

    def last_lesions(self) -> Any:
        """Return a copy of the engine's records of the last life's lesions, the primary first."""
        return np.array(self._scratch.lesions[: self._scratch.counts[0]])

    def _fill(self, first: int, persons: Any, rows: Any) -> tuple[int, int, Any]:
        """Live until either buffer is full; return the lives, the lesions and the seeds shed."""
        lived = written = 0
        shed: list[Any] = []
        step = 1 if self._per_patient else _STEP
        while lived < len(persons):
            upto = min(lived + step, len(persons))
            tally = Tally(np.zeros((3, len(self.links.source_sites)), np.int64))
            more, lesions, is_cramped = live_block(
                self._key,
                first + lived,
                self.model.world,
                self._scratch,
                persons[lived:upto],
                rows[written:],
                tally,
            )
            lived += more
            written += lesions
            if more:
                shed.append(tally.shed)
            self._tick(more)
            if is_cramped:
                self._enlarge(first + lived)
            elif lived < upto:
                break
        return lived, written, np.array(shed)

    def _enlarge(self, patient: int) -> None:
        self._room *= 4
        if self._room > _MOST_ROOM:
            raise ScenarioError(
                f"virtual patient {patient} with more than {_MOST_ROOM} lesions",
                allowed="an engine keeps each lesion of a life in memory",
                remedy="Lower viability, shedding.* or colonisation.secondary_factor, or lower "
                "colonisation.cohort_rate so that more lesions share a row.",
            )
        self._scratch = scratch(self._room)

    def _block(self, first: int, persons: Any, rows: Any, shed: Any) -> Block:
        """Return the tables of a block.

        ``shed`` is (part, route, source), a part being a patient where each one's funnel is wanted.
        """
        persons, rows = np.asarray(persons), np.asarray(rows)  # records without the slow attributes
        counts = count_block(self.model, rows, shed, first if self._per_patient else None)
        rows = with_local_relapses(self.model, persons, rows)
        tables = {
            "patients": patients_table(self.model, persons),
            "lesions": lesions_table(self.model, persons, rows),
            "events": events_table(self.model, persons, rows, every_lesion=self._every_lesion),
        }
        if self._per_patient:
            tables["funnel"] = funnel_table(self.links, counts, first)
        return Block(first, len(persons), tables, counts.total())


def compile_engine(model: Model) -> None:
    """Compile the life once, on this thread: twenty seconds after an edit, else nothing."""
    for _ in Engine(model, 0).blocks(0, 1):
        return


def no_tables(model: Model) -> dict[str, pl.DataFrame]:
    """Return tables of nobody, with all their columns."""
    nobody, nothing = people(0), _rows(0)
    links = chain(model)
    none = Counts.none(len(links.source_sites), len(links.sites))
    return {
        "patients": patients_table(model, nobody),
        "lesions": lesions_table(model, nobody, nothing),
        "events": events_table(model, nobody, nothing),
        "funnel": funnel_table(links, none),
    }


def _rows(n: int) -> Any:
    return np.zeros(n, LESION_ROW).view(np.recarray)
