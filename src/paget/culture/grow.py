"""Grow a tissue: its frames, its counts, its fate; in memory, or in a folder that can be resumed.

::

    manifest.json                  what was grown, with every parameter and its source
    tissue.zarr                    frames, cells, lineages (`paget.culture.store`)
    counts.parquet                 counts over time, one row a site
    restart-0.npz, restart-1.npz   the state at the last two frames, to go on from

Nothing that was recorded is lost: after Ctrl-C or a crash the folder goes on from its last whole
frame, and ends as if nothing had happened.

Public names: ``grow``, ``resume``, ``read_grown``, ``Grown``, ``new_folder``, ``check_seed``,
``fate_from``.
"""

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import polars as pl
import xarray as xr

from paget.core.arguments import a_path, whole_number
from paget.core.errors import RunError, ScenarioError
from paget.core.results import NOTICE, Status, write_table
from paget.culture.counts import unit_of
from paget.culture.fate import Fate, Outcome
from paget.culture.manifest import TISSUE, model_of, new_tissue_manifest
from paget.culture.recording import STORE, Recorder, Schedule, Ticker
from paget.culture.restart import RESTARTS, sound_slots, write_slot
from paget.culture.store import TissueStore
from paget.culture.vouched import checksums_of, ended_manifest, sweep
from paget.run.manifest import (
    MANIFEST,
    check_same,
    is_sealed,
    manifest_of,
    now,
    whole,
    write_manifest,
)
from paget.run.new_folder import NewFolder, folder_at
from paget.run.pool import Progress
from paget.tissue.cascade import Cascade
from paget.tissue.model import Model
from paget.tissue.model_file import ModelLike, load_model

FRAMES: Final = 60
COUNTS: Final = "counts.parquet"
_VOUCHED: Final = (f"{STORE}/**/*", COUNTS, RESTARTS)
_MOST_SEEDS: Final = 2**64
_LOOK: Final = 0.1  # seconds between two words on the progress


@dataclass(frozen=True, eq=False, repr=False)
class Grown:
    """A tissue that has grown."""

    model: Model
    seed: int
    status: Status
    fate: Fate
    counts: pl.DataFrame
    """Counts over time: one row a recorded step and site."""
    store: TissueStore
    manifest: dict[str, Any]
    path: Path | None = None
    """The folder, where there is one."""
    _recorder: Recorder | None = field(default=None)
    """What was grown in memory, to be saved."""

    @property
    def notice(self) -> str:
        """Return what this is for, and what it is not for."""
        return NOTICE

    @property
    def outcome(self) -> Outcome:
        """Return the main outcome."""
        return self.fate.outcome

    @property
    def dataset(self) -> "xr.Dataset":
        """Return the frames: fields, cells and vessels over time and site, with units."""
        return self.store.dataset

    @cached_property
    def cells(self) -> pl.DataFrame:
        """Return the cells of the last frame."""
        return self.store.table("cells_now")

    @cached_property
    def lineage(self) -> pl.DataFrame:
        """Return every cell that ever was: its parent, where and when it was born and ended."""
        return self.store.table("lineage")

    @cached_property
    def arrivals(self) -> pl.DataFrame:
        """Return what left the vasculature alive, where, and which cells found room."""
        return self.store.table("arrivals")

    @cached_property
    def intravasations(self) -> pl.DataFrame:
        """Return what entered vessels."""
        return self.store.table("intravasations")

    def save(self, folder: str | Path) -> Path:
        """Write all of it to a new folder, from which it can be resumed; return the folder."""
        if self.path is not None:
            raise RunError(f"{self.path} holds this tissue", remedy="Copy that folder.")
        made = new_folder(a_path("folder", folder))
        with made.taken_away_unless(lambda: False, STORE, COUNTS):
            self.store.copy_to(made.path / STORE)
            if self._recorder is not None:
                write_slot(made.path, self._recorder.slot())
            _finish(made.path, self.counts, self.manifest)
        return made.path

    def __repr__(self) -> str:
        """Return a short description."""
        where = f", in {self.path}" if self.path else ""
        return (
            f"<{type(self).__name__} {self.status.value}: {self.model.title}, seed {self.seed}, "
            f"{self.fate.day:.4g} days, {self.fate.tumour_cells:,} living tumour cells, "
            f"{self.outcome}{where}. {NOTICE}>"
        )


def grow(
    model: ModelLike,
    *,
    seed: int,
    until: str | None = None,
    out: str | Path | None = None,
    frames: int = FRAMES,
    threads: int = 1,
    stop_at_edge: bool = False,
    progress: Progress | None = None,
) -> Grown:
    """Grow one tissue, in memory or in a new folder.

    Parameters
    ----------
    model : a tissue model's name, path, content or object.
    seed : the key of every draw.
    until : how long, with its unit; the model's own time by default.
    out : the folder; in memory where it is None.
    frames : how many frames to record, about; counts are taken five times as often.
    threads : threads that work on fields in three dimensions; no result depends on it.
    stop_at_edge : stop where the tumour reaches the edge of its box, instead of going on.
    progress : told now and then (steps done, steps wanted).
    """
    chosen = load_model(model)
    check_seed(seed)
    schedule = Schedule.of(chosen, until, frames, stop_at_edge=stop_at_edge)
    cascade = Cascade(chosen, seed, threads)  # says what is wrong before anything is written
    manifest = new_tissue_manifest(TISSUE, chosen, seed, threads, _extent(chosen, until, schedule))
    if out is None:
        recorder = Recorder(cascade, schedule, TissueStore(None, chosen), run=manifest["run"])
        return _finished(recorder, manifest, progress, start=recorder.begin)
    made = new_folder(out)
    folder = made.path
    with made.taken_away_unless(lambda: bool(sound_slots(folder)), MANIFEST, STORE):
        write_manifest(folder, manifest)
        store = TissueStore(folder / STORE, chosen)
        recorder = Recorder(cascade, schedule, store, folder, manifest["run"])
        return _finished(recorder, manifest, progress, start=recorder.begin)


def resume(
    folder: str | Path,
    *,
    until: str | None = None,
    threads: int = 1,
    progress: Progress | None = None,
) -> Grown:
    """Go on with a tissue from the last whole frame of its folder.

    Parameters
    ----------
    folder : that `grow` wrote to.
    until : how long in all; by default as long as was wanted before.
    threads, progress : as for `grow`.
    """
    path = Path(folder).expanduser()
    manifest = manifest_of(path, TISSUE)
    model = model_of(manifest, path)
    with whole(path):
        seed, old = int(manifest["seed"]), Schedule(**manifest["schedule"])
    check_same(manifest, new_tissue_manifest(TISSUE, model, seed, threads, {}), path)
    steps = model.steps(until) if until else old.steps
    schedule = replace(old, steps=steps)
    sweep(path)
    recorder = Recorder.resumed(model, seed, schedule, path, threads, manifest["run"])
    if recorder.cascade.step > steps:
        raise ScenarioError(
            f"until = {until!r}",
            "the arguments",
            f"{path} has grown for {recorder.cascade.step * model.step_days:.6g} days already",
        )
    more = _extent(model, until or manifest["until"], schedule)
    return _finished(recorder, {**manifest, **more}, progress, start=recorder.go_on)


def read_grown(folder: str | Path) -> Grown:
    """Return what a folder holds."""
    path = Path(folder).expanduser()
    manifest = ended_manifest(path, TISSUE, _VOUCHED)
    model = model_of(manifest, path)
    with whole(path):
        status, seed, fate = Status(manifest["status"]), manifest["seed"], manifest["fate"]
        fate = fate_from(fate)
    store = TissueStore.open(path / STORE, model)
    if not is_sealed(manifest):
        store.check_readable()
    return Grown(model, int(seed), status, fate, _read_counts(path), store, manifest, path)


def _read_counts(folder: Path) -> pl.DataFrame:
    try:
        return pl.read_parquet(folder / COUNTS)
    except (OSError, pl.exceptions.PolarsError) as error:
        remedy = f"Resume it, which writes it anew: paget grow --resume {folder}"
        raise RunError(f"{folder / COUNTS} cannot be read ({error})", remedy=remedy) from None


def check_seed(seed: int) -> None:
    """Refuse what is no key of draws."""
    whole_number("seed", seed, 0, _MOST_SEEDS - 1)


def fate_from(record: dict[str, Any]) -> Fate:
    """Return the fate that a manifest holds."""
    outcomes = tuple(Outcome(word) for word in record["outcomes"])
    return replace(Fate(**record), outcomes=outcomes)


def _extent(model: Model, until: str | None, schedule: Schedule) -> dict[str, Any]:
    return {"until": until or model.until, "schedule": asdict(schedule)}


def _finished(
    recorder: Recorder,
    manifest: dict[str, Any],
    progress: Progress | None,
    start: Callable[[], None],
) -> Grown:
    """Grow to the end; leave a folder that says how far it came, whatever happens."""
    folder, status = recorder.folder, Status.FAILED
    began, first = time.perf_counter(), recorder.cascade.step
    manifest.pop("failure", None)
    if folder is not None:
        write_manifest(folder, {**manifest, "status": "running"})
    try:
        start()
        recorder.carry_on(_ticker(recorder, progress))
        status = Status.COMPLETE
    except KeyboardInterrupt:
        if folder is None or not sound_slots(folder):
            raise
        status = Status.INTERRUPTED
    except BaseException as error:
        with suppress(Exception):  # the error under way says more than what it led to
            _close(recorder, {**manifest, "failure": str(error)}, status)
        raise
    steps, seconds = recorder.cascade.step - first, time.perf_counter() - began
    manifest["stats"] = {"steps": steps, "seconds": round(seconds, 3)}
    return _close(recorder, manifest, status)


def _close(recorder: Recorder, manifest: dict[str, Any], status: Status) -> Grown:
    """Write the tables and the last manifest, of a run that was cut off as of its last frame."""
    cascade, folder = recorder.cascade, recorder.folder
    if status is not Status.COMPLETE and folder is not None:
        recorder = Recorder.resumed(
            cascade.model,
            cascade.seed,
            recorder.schedule,
            folder,
            cascade.primary.threads,
            recorder.run,
        )
        cascade = recorder.cascade
    store = recorder.store
    if store is None:
        message = "a tissue without a store has no frames"
        raise ValueError(message)
    store.close(cascade)
    fate = recorder.fate()
    counts = recorder.counts.table()
    manifest |= {"status": status.value, "finished": now(), "fate": asdict(fate)}
    if folder is not None:
        _finish(folder, counts, manifest)
    keep = recorder if folder is None else None
    return Grown(cascade.model, cascade.seed, status, fate, counts, store, manifest, folder, keep)


def _ticker(recorder: Recorder, progress: Progress | None) -> Ticker:
    """Return what tells the progress, not too often."""
    tell = progress or (lambda *_: None)
    wanted, last = recorder.schedule.steps, 0.0

    def tick(_: int) -> None:
        nonlocal last
        if time.perf_counter() - last >= _LOOK:
            last = time.perf_counter()
            tell(recorder.cascade.step, wanted)

    tell(recorder.cascade.step, wanted)
    return tick


def _finish(folder: Path, counts: pl.DataFrame, manifest: dict[str, Any]) -> None:
    """Write the counts, and last the manifest, which vouches for all that there is."""
    units = {name: unit for name in counts.columns if (unit := unit_of(name))}
    write_table(counts, folder / COUNTS, units)
    manifest["files"] = checksums_of(folder, _VOUCHED)
    write_manifest(folder, manifest)


def new_folder(out: str | Path) -> NewFolder:
    """Make a folder that is new or empty."""
    made = NewFolder(folder_at(out))
    if not made.was_empty:
        remedy = "Name a new folder, or resume what is there: paget grow --resume."
        raise RunError(f"{made.path} holds something already", remedy=remedy)
    made.make()
    return made
