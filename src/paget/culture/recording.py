"""Recording: a cascade under way, with what is recorded of it and where.

Public names: ``Schedule``, ``Recorder``, ``Ticker``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from paget.core.arguments import whole_number
from paget.core.errors import RunError, ScenarioError
from paget.culture.counts import Counts, touches_edge
from paget.culture.fate import Fate, fate_of
from paget.culture.restart import Slot, freeze, sound_slots, thaw, write_slot
from paget.culture.store import TissueStore
from paget.run.forked import check_not_forked
from paget.tissue.cascade import Cascade
from paget.tissue.model import Model

Ticker = Callable[[int], None]
"""Told how many more steps are done."""

STORE: Final = "tissue.zarr"
_COUNTS_A_FRAME: Final = 5  # counts cost less than frames, and curves want more points
_AT_A_TIME: Final = 10  # steps between two ticks
_COUNTS: Final = "counts/"


@dataclass(frozen=True)
class Schedule:
    """When to record and when to stop, in steps."""

    steps: int
    frame_every: int
    count_every: int
    stop_at_edge: bool = False

    @classmethod
    def of(
        cls, model: Model, until: str | None, frames: int, *, stop_at_edge: bool = False
    ) -> "Schedule":
        """Return a schedule with about so many frames."""
        steps = model.steps(until)
        if steps < 1:
            raise ScenarioError(
                f"until = {until or model.until!r}",
                "the arguments",
                f"must be at least one step of {model.grid.step}",
            )
        whole_number("frames", frames, 1)
        frame_every = -(-steps // frames)
        if frame_every < _COUNTS_A_FRAME:
            return cls(steps, frame_every, 1, stop_at_edge)
        count_every = -(-frame_every // _COUNTS_A_FRAME)
        return cls(steps, count_every * _COUNTS_A_FRAME, count_every, stop_at_edge)

    @property
    def frames(self) -> int:
        """Return how many frames there will be, that of the start included."""
        return 1 + -(-self.steps // self.frame_every)

    def next_after(self, step: int) -> int:
        """Return the next step that is counted."""
        return min(step - step % self.count_every + self.count_every, self.steps)

    def is_frame(self, step: int) -> bool:
        """Tell whether a step that is counted has a frame."""
        return step % self.frame_every == 0 or step >= self.steps


class Recorder:
    """A cascade under way.

    Parameters
    ----------
    cascade : what grows.
    schedule : when to record.
    store : receives the frames; None where only counts are wanted.
    folder : receives the state to go on from at every frame; None where none is wanted.
    run : the key of the run (`paget.run.manifest.run_key`), which the state carries.
    """

    def __init__(
        self,
        cascade: Cascade,
        schedule: Schedule,
        store: TissueStore | None = None,
        folder: Path | None = None,
        run: str = "",
    ) -> None:
        check_not_forked()
        self.cascade = cascade
        self.schedule = schedule
        self.store = store
        self.folder = folder
        self.run = run
        self.counts = Counts()
        self.edge_step: int | None = None

    @classmethod
    def resumed(
        cls, model: Model, seed: int, schedule: Schedule, folder: Path, threads: int, run: str
    ) -> "Recorder":
        """Return what a folder holds, at its latest frame that is whole."""
        store = TissueStore.open(folder / STORE, model)
        slot = _latest_whole(folder, store, schedule, run)
        state = slot.state
        counts = {
            name.removeprefix(_COUNTS): one
            for name, one in slot.arrays.items()
            if name.startswith(_COUNTS)
        }
        recorder = cls(thaw(model, seed, threads, slot.arrays, state), schedule, store, folder, run)
        recorder.counts = Counts.unpack(counts)
        recorder.edge_step = state["edge_step"]
        store.go_back(state["digests"])
        return recorder

    @property
    def is_done(self) -> bool:
        """Tell whether the last step is reached, or the edge at which it stops."""
        at_edge = self.schedule.stop_at_edge and bool(self.edge_step)
        return at_edge or self.cascade.step >= self.schedule.steps

    def begin(self) -> None:
        """Record the start."""
        if self.store is not None:
            self.store.plan(self.schedule.frames)
        if touches_edge(self.cascade):
            self.edge_step = 0
        self.counts.take(self.cascade)
        self._record_frame()

    def go_on(self) -> None:
        """Make ready for more steps; a frame out of turn at the end of the last ones goes."""
        step, store = self.cascade.step, self.store
        if store is None:
            return
        if step % self.schedule.frame_every and not self.is_done:
            store.go_back(store.digests[:-1])
            if step % self.schedule.count_every:
                self.counts.drop_from(step)
        store.plan(max(self.schedule.frames, store.frames))

    def carry_on(self, tick: Ticker) -> None:
        """Grow to the end, recording."""
        cascade, schedule = self.cascade, self.schedule
        while not self.is_done:
            target = schedule.next_after(cascade.step)
            while cascade.step < target:
                steps = min(_AT_A_TIME, target - cascade.step)
                cascade.advance(steps)
                tick(steps)
            self.counts.take(cascade)
            if self.edge_step is None and touches_edge(cascade):
                self.edge_step = cascade.step
            if schedule.is_frame(cascade.step) or self.is_done:
                self._record_frame()

    def fate(self) -> Fate:
        """Return what has become of it."""
        return fate_of(self.cascade, self.edge_step)

    def slot(self) -> Slot:
        """Return the state now."""
        arrays, state = freeze(self.cascade)
        arrays |= {f"{_COUNTS}{name}": one for name, one in self.counts.pack().items()}
        digests = self.store.digests if self.store else []
        state |= {"run": self.run, "digests": digests, "edge_step": self.edge_step}
        return Slot(len(digests) % 2, arrays, state)

    def _record_frame(self) -> None:
        if self.store is None:
            return
        self.store.append(self.cascade)
        if self.folder is not None:
            write_slot(self.folder, self.slot())


def _latest_whole(folder: Path, store: TissueStore, schedule: Schedule, run: str) -> Slot:
    """Return the latest state whose frames are all whole."""
    problem = "its restart files are missing or damaged"
    for slot in sound_slots(folder):
        if slot.state["run"] != run:
            problem = "its restart files are those of another run"
            continue
        digests = slot.state["digests"]
        steps = [frame * schedule.frame_every for frame in range(len(digests) - 1)]
        found = store.check(digests, [*steps, slot.step])
        if not found:
            return slot
        problem = found
    raise RunError(
        f"{folder} is damaged: {problem}",
        allowed="nothing in it has been changed",
        remedy="Grow it again in a new folder: the same seed gives the same tissue.",
    )
