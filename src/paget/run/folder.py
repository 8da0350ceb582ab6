"""Runs: a scenario carried out in shards over all cores, as a folder of tables.

::

    manifest.json                  what was run, with every parameter and its source
    patients/part-00000.parquet    and lesions/, events/; funnel/cohort.parquet
    shards/00000.json              a marker: this shard is done, its checksums

Nothing finished is ever lost: every file is written under another name, synced and renamed. After
Ctrl-C or a crash the folder can be read, and resumed.

Public names: ``run``, ``RunSummary``, ``default_shard``, ``threads_of``, ``cohort_funnel``.
"""

import shutil
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
    MANIFEST,
    check_same,
    new_manifest,
    now,
    read_manifest,
    write_manifest,
)
from paget.run.pool import Progress, Ticker, carry_out, usable_cores
from paget.run.scenario import Scenario, ScenarioLike, load_scenario, resolve
from paget.run.shard_files import (
    COHORT_FUNNEL,
    Marker,
    done_shards,
    make_folders,
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

    folder: Path
    scenario: Scenario
    model: Model
    shard: int
    threads: int

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
    folder = Path(out).expanduser()
    manifest = new_manifest(chosen, model, size, n_threads)
    done = _prepare(folder, manifest, resume=resume)
    plan = _Plan(folder, chosen, model, int(manifest["shard"]), n_threads)
    return _execute(plan, manifest, done, progress or (lambda *_: None))


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


def _prepare(folder: Path, manifest: dict[str, Any], *, resume: bool) -> list[Marker]:
    """Make the folder and its manifest; return the shards that are done already."""
    if folder.exists() and not folder.is_dir():
        raise RunError(f"{folder} is a file", remedy="Name a folder.")
    try:
        is_new = not folder.exists() or not any(folder.iterdir())
    except OSError as error:
        raise RunError(f"{folder} cannot be read ({error.strerror})") from None
    if is_new:
        made_here = not folder.exists()
        try:
            make_folders(folder)
            write_manifest(folder, manifest)
        except RunError:
            if made_here:
                shutil.rmtree(folder, ignore_errors=True)
            raise
        return []
    if not resume:
        what = "another run" if (folder / MANIFEST).is_file() else "something"
        raise RunError(
            f"{folder} holds {what} already",
            remedy="Name a new folder, or resume the run that is there.",
        )
    old = read_manifest(folder)
    check_same(old, manifest, folder)
    manifest["shard"] = old["shard"]
    manifest["started"] = old["started"]
    make_folders(folder)
    (folder / COHORT_FUNNEL).unlink(missing_ok=True)  # it will tell of fewer shards than there are
    return done_shards(folder, verify=True)


def _execute(
    plan: _Plan, manifest: dict[str, Any], done: list[Marker], progress: Progress
) -> RunSummary:
    """Do the missing shards; leave a manifest that says how far it came, whatever happens."""
    wanted = plan.scenario.persons
    there = sum(marker.patients for marker in done)
    finished = {marker.shard for marker in done}
    missing = [shard for shard in plan.shards if shard not in finished]
    write_manifest(plan.folder, manifest)
    status, markers, seconds = Status.FAILED, done, 0.0
    try:
        progress(there, wanted)
        if missing:
            compile_engine(plan.model)
        start = time.perf_counter()
        new, all_done = carry_out(
            missing, _worker(plan), plan.threads, lambda lived: progress(lived, wanted), there
        )
        seconds = time.perf_counter() - start
        markers = sorted([*done, *new], key=lambda marker: marker.shard)
        status = Status.COMPLETE if all_done else Status.INTERRUPTED
    except KeyboardInterrupt:  # while compiling, before any shard
        status = Status.INTERRUPTED
    except BaseException:
        markers = done_shards(plan.folder, verify=False)
        raise
    finally:
        if status is Status.FAILED:
            with suppress(Exception):  # the error under way says more than a full disk does here
                _close(plan, manifest, markers, status, seconds, there)
        else:
            _close(plan, manifest, markers, status, seconds, there)
    patients = sum(marker.patients for marker in markers)
    n_assumptions = int(manifest["n_assumptions"])
    return RunSummary(
        plan.folder, status, patients, wanted, patients - there, seconds, n_assumptions
    )


def _worker(plan: _Plan) -> Callable[[int, Ticker], Marker]:
    """Return the work of one shard: live it and write it."""
    seed = plan.scenario.required_seed()

    def work(shard: int, tick: Ticker) -> Marker:
        first, n = plan.patients_of(shard)
        engine = Engine(
            plan.model, seed, funnel_per_patient=plan.scenario.funnel_per_patient, tick=tick
        )
        return write_shard(plan.folder, shard, first, engine.blocks(first, n))

    return work


def _close(
    plan: _Plan,
    manifest: dict[str, Any],
    markers: list[Marker],
    status: Status,
    seconds: float,
    there: int,
) -> None:
    """Write the cohort's funnel and the last manifest."""
    files = {part: checksum for marker in markers for part, checksum in marker.files.items()}
    files |= write_funnel(plan.folder, cohort_funnel(plan.model, markers))
    patients = sum(marker.patients for marker in markers)
    rows = {name: sum(m.rows[name] for m in markers) for name in TABLES if name != "funnel"}
    lived = patients - there
    manifest |= {
        "status": status.value,
        "finished": now(),
        "stats": {
            "patients": patients,
            "excluded": sum(marker.excluded for marker in markers),
            "rows": rows,
            "seconds": round(seconds, 3),
            "patients_per_second": round(lived / seconds, 1) if seconds > 0.0 else None,
        },
        "files": files,
    }
    write_manifest(plan.folder, manifest)


def cohort_funnel(model: Model, markers: list[Marker]) -> Any:
    """Return the funnel of all the patients of some shards."""
    links = chain(model)
    total = Counts.none(len(links.source_sites), len(links.sites))
    for marker in markers:
        if marker.counts:
            total = total + Counts.from_plain(marker.counts, len(links.sites))
    return funnel_table(links, total)
