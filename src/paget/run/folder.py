"""Runs: a scenario carried out in shards over all cores, as a folder of tables.

::

    manifest.json                  what was run, with every parameter and its source
    patients/part-00000.parquet    and lesions/, events/; funnel/cohort.parquet
    shards/00000.json              a marker: this shard is done, its checksums

Nothing finished is ever lost: every file is written under another name, synced and renamed. After
Ctrl-C or a crash the folder can be read, and resumed.

Public names: ``run``, ``resume``, ``RunSummary``, ``default_shard``, ``threads_of``,
``cohort_funnel``.
"""

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from paget.core.arguments import whole_number
from paget.core.errors import RunError
from paget.core.results import NOTICE, Status
from paget.engine import Model
from paget.run.manifest import (
    COHORT,
    MANIFEST,
    check_same,
    manifest_of,
    new_manifest,
    now,
    stated_in,
    write_manifest,
)
from paget.run.new_folder import NewFolder, folder_at, holds_something
from paget.run.pool import Progress, Ticker, carry_out, usable_cores
from paget.run.scenario import Scenario, ScenarioLike, load_scenario, resolve
from paget.run.shard_files import (
    COHORT_FUNNEL,
    MARKERS,
    Marker,
    done_shards,
    sweep,
    write_funnel,
    write_shard,
)
from paget.run.shards import TABLES, Engine, compile_engine
from paget.tables.funnel import Counts, chain, funnel_table

_FEWEST: Final = 500  # patients in a shard: fewer, and files cost more than lives
_MOST_THREADS: Final = 1024
_MOST: Final = 20_000  # more would need memory and lose more to an interruption


@dataclass(frozen=True)
class RunSummary:
    """How a run ended."""

    path: Path
    status: Status
    patients: int
    """Virtual patients in the folder now."""
    wanted: int
    lived: int
    """Of these, how many this call lived; the others were there."""
    seconds: float
    """Wall time of living and writing, without compiling."""
    n_assumptions: int
    notice: str = field(default=NOTICE, repr=False)

    @property
    def rate(self) -> float:
        """Return the virtual patients lived per second."""
        return self.lived / self.seconds if self.seconds > 0.0 else 0.0


@dataclass(frozen=True, eq=False)
class _Plan:
    """What a run is going to do."""

    folder: NewFolder
    scenario: Scenario
    model: Model
    manifest: dict[str, Any]
    threads: int

    @property
    def shard(self) -> int:
        return int(self.manifest["shard"])

    @property
    def shards(self) -> range:
        return range(-(-self.scenario.persons // self.shard))

    def patients_of(self, shard: int) -> tuple[int, int]:
        """Return the first patient of a shard and how many it has."""
        first = shard * self.shard
        return first, min(self.shard, self.scenario.persons - first)


def run(
    scenario: ScenarioLike,
    out: str | Path,
    *,
    resume: bool = False,
    threads: int | None = None,
    shard: int | None = None,
    progress: Progress | None = None,
) -> RunSummary:
    """Carry out a scenario; write its tables and manifest to a folder.

    Parameters
    ----------
    scenario : a scenario's name, path, content or object.
    out : the folder; it must be new or empty, unless ``resume``.
    resume : do only what is missing of the same run in that folder.
    threads : how many threads live; all cores by default. No result depends on it.
    shard : how many patients a shard has. No logical table depends on it.
    progress : told now and then (patients lived, patients wanted), on the calling thread.

    Returns
    -------
    How it ended. After Ctrl-C the status is interrupted, and the folder can be read and resumed.
    """
    chosen = load_scenario(scenario)
    chosen.required_seed()
    n_threads = threads_of(threads)
    size = _positive("shard", shard, default_shard(chosen.persons))
    model = resolve(chosen)
    manifest = new_manifest(chosen, model, size, n_threads)
    folder = NewFolder(folder_at(out))
    done = _prepare(folder, manifest, resume=resume)
    plan = _Plan(folder, chosen, model, manifest, n_threads)
    return _execute(plan, done, progress or (lambda *_: None))


def resume(
    folder: str | Path, *, threads: int | None = None, progress: Progress | None = None
) -> RunSummary:
    """Do what is missing of the run in a folder; its manifest says what that is.

    Parameters
    ----------
    folder : that `run` wrote to.
    threads, progress : as for `run`.
    """
    path = Path(folder).expanduser()
    scenario, _ = stated_in(manifest_of(path, COHORT), path)
    return run(scenario, path, resume=True, threads=threads, progress=progress)


def default_shard(patients: int) -> int:
    """Return how many patients a shard has, unless somebody says so."""
    return min(max(-(-patients // 8), _FEWEST), _MOST)


def threads_of(given: int | None) -> int:
    """Return how many threads to use: as many as given, else one a core."""
    return usable_cores() if given is None else whole_number("threads", given, 1, _MOST_THREADS)


def _positive(name: str, given: int | None, default: int) -> int:
    if given is None:
        return default
    return whole_number(name, given, 1)


def _prepare(folder: NewFolder, manifest: dict[str, Any], *, resume: bool) -> list[Marker]:
    """Make the folder and its manifest; return the shards that are done already."""
    path = folder.path
    if not holds_something(path):
        folder.make((*TABLES, MARKERS))
        return []
    if not resume:
        what = "another run" if (path / MANIFEST).is_file() else "something"
        raise RunError(
            f"{path} holds {what} already",
            remedy="Name a new folder, or resume the run that is there.",
        )
    old = manifest_of(path, COHORT)
    check_same(old, manifest, path)
    manifest.update({name: old[name] for name in ("shard", "started", "run")})
    folder.make((*TABLES, MARKERS))
    done = done_shards(path, old)
    (path / COHORT_FUNNEL).unlink(missing_ok=True)  # it will tell of fewer shards than there are
    return done


def _execute(plan: _Plan, done: list[Marker], progress: Progress) -> RunSummary:
    """Do the missing shards; leave a manifest that says how far it came, whatever happens."""
    wanted = plan.scenario.persons
    there = sum(marker.patients for marker in done)
    finished = {marker.shard for marker in done}
    missing = [shard for shard in plan.shards if shard not in finished]
    status, markers, start = Status.INTERRUPTED, done, time.perf_counter()
    try:
        write_manifest(plan.folder.path, plan.manifest)
        progress(there, wanted)
        if missing:
            compile_engine(plan.model)
        start = time.perf_counter()
        new, all_done = carry_out(
            missing, _worker(plan), plan.threads, lambda lived: progress(lived, wanted), there
        )
        markers = sorted([*done, *new], key=lambda marker: marker.shard)
        status = Status.COMPLETE if all_done else Status.INTERRUPTED
    except KeyboardInterrupt:
        pass  # while compiling, before any shard
    except BaseException as error:
        _give_up(plan, error)
        raise
    seconds = time.perf_counter() - start
    _close(plan, markers, status, seconds, there)
    patients = sum(marker.patients for marker in markers)
    n_assumptions = int(plan.manifest["n_assumptions"])
    return RunSummary(
        plan.folder.path, status, patients, wanted, patients - there, seconds, n_assumptions
    )


def _give_up(plan: _Plan, error: BaseException) -> None:
    """Leave what was finished, readable, with what went wrong; nothing where nothing was."""
    with suppress(Exception):  # the error under way says more than a full disk does here
        markers = done_shards(plan.folder.path, plan.manifest, verify=False)
        if plan.folder.was_empty and not markers:
            plan.folder.take_away(MANIFEST)
            return
        plan.manifest["failure"] = str(error)
        _close(plan, markers, Status.FAILED, 0.0, 0)


def _worker(plan: _Plan) -> Callable[[int, Ticker], Marker]:
    """Return the work of one shard: live it and write it."""
    seed = plan.scenario.required_seed()

    def work(shard: int, tick: Ticker) -> Marker:
        first, n = plan.patients_of(shard)
        engine = Engine(
            plan.model, seed, funnel_per_patient=plan.scenario.funnel_per_patient, tick=tick
        )
        blocks = engine.blocks(first, n)
        return write_shard(plan.folder.path, plan.manifest["run"], shard, first, blocks)

    return work


def _close(plan: _Plan, markers: list[Marker], status: Status, seconds: float, there: int) -> None:
    """Write the cohort's funnel and the last manifest; nothing stays that it does not name."""
    sweep(plan.folder.path, markers)
    files = {part: checksum for marker in markers for part, checksum in marker.files.items()}
    files |= write_funnel(plan.folder.path, cohort_funnel(plan.model, markers))
    patients = sum(marker.patients for marker in markers)
    rows = {name: sum(m.rows[name] for m in markers) for name in TABLES if name != "funnel"}
    lived = patients - there
    plan.manifest.update(
        status=status.value,
        finished=now(),
        stats={
            "patients": patients,
            "excluded": sum(marker.excluded for marker in markers),
            "rows": rows,
            "seconds": round(seconds, 3),
            "patients_per_second": round(lived / seconds, 1) if seconds > 0.0 else None,
        },
        files=files,
    )
    write_manifest(plan.folder.path, plan.manifest)


def cohort_funnel(model: Model, markers: list[Marker]) -> Any:
    """Return the funnel of all the patients of some shards."""
    links = chain(model)
    total = Counts.none(len(links.source_sites), len(links.sites))
    for marker in markers:
        if marker.counts:
            total = total + Counts.from_plain(marker.counts, len(links.sites))
    return funnel_table(links, total)
