"""Ensembles: one tissue model under many seeds, side by side on threads.

::

    manifest.json                  what was grown
    ensemble.parquet               one row a seed: what became of it, and when
    counts.parquet                 counts over time of every seed, one row a site
    moments.parquet                mean and standard deviation over the seeds at each recorded time
    firsts.parquet                 distributions of first intravasation and first metastasis
    seeds/                         each seed as it was done, to go on from

Every tissue is the very one that its seed grows alone.

Public names: ``grow_ensemble``, ``resume_ensemble``, ``read_ensemble``, ``Ensemble``.
"""

import math
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import polars as pl

from paget.core.arguments import a_path, whole_number
from paget.core.errors import RunError
from paget.core.results import NOTICE, Status, sha256, write_table
from paget.culture.counts import WHEN, unit_of
from paget.culture.fate import Fate
from paget.culture.grow import check_seed, fate_from, new_folder
from paget.culture.manifest import ENSEMBLE, model_of, new_tissue_manifest
from paget.culture.recording import Recorder, Schedule
from paget.culture.vouched import checksums_of, ended_manifest, sweep
from paget.run.folder import threads_of
from paget.run.manifest import (
    MANIFEST,
    check_same,
    is_sealed,
    manifest_of,
    now,
    whole,
    write_manifest,
)
from paget.run.pool import Progress, Ticker, carry_out
from paget.run.sealed import read_content, read_sealed, write_sealed
from paget.tissue.cascade import Cascade
from paget.tissue.model import Model
from paget.tissue.model_file import ModelLike, load_model

FIRSTS: Final = ("first_intravasation", "first_metastasis")
BREACH: Final = "breach"
"""The same for the basement membrane, in models that have one."""
MOST_SEEDS: Final = 1_000_000
_QUANTILES: Final = {"earliest": 0.0, "quarter": 0.25, "median": 0.5, "three_quarters": 0.75}
_SEEDS: Final = "seeds"
_TABLES: Final = ("ensemble", "counts", "moments", "firsts")
_VOUCHED: Final = (*(f"{name}.parquet" for name in _TABLES), f"{_SEEDS}/*")


@dataclass(frozen=True, eq=False)
class Member:
    """One seed of an ensemble."""

    seed: int
    fate: Fate
    counts: pl.DataFrame


@dataclass(frozen=True, eq=False, repr=False)
class Ensemble:
    """One tissue model under many seeds."""

    model: Model
    status: Status
    members: tuple[Member, ...]
    manifest: dict[str, Any]
    path: Path | None = None
    """The folder, where there is one."""

    @property
    def notice(self) -> str:
        """Return what this is for, and what it is not for."""
        return NOTICE

    @cached_property
    def seeds(self) -> pl.DataFrame:
        """Return what became of each seed; a null day: it never came to that."""
        rows = [
            {"seed": one.seed, **asdict(one.fate), "outcomes": list(one.fate.outcomes)}
            for one in self.members
        ]
        schema = {f"{name}_day": pl.Float64 for name in (*FIRSTS, BREACH, "edge")}
        return pl.DataFrame(rows, schema_overrides={"seed": pl.UInt64, **schema})

    @cached_property
    def counts(self) -> pl.DataFrame:
        """Return the counts over time of every seed, one row a recorded step and site."""
        parts = [
            one.counts.select(pl.lit(one.seed, pl.UInt64).alias("seed"), pl.all())
            for one in self.members
        ]
        # Events that one seed never met have no column in its table.
        return pl.concat(parts, how="diagonal_relaxed").with_columns(
            pl.selectors.numeric().fill_null(0)
        )

    @cached_property
    def moments(self) -> pl.DataFrame:
        """Return mean and standard deviation over the seeds, one row a step, site and quantity."""
        quantities = [name for name in self.counts.columns if name not in ("seed", *WHEN)]
        long = self.counts.with_columns(pl.col(quantities).cast(pl.Float64)).unpivot(
            quantities, index=[*WHEN], variable_name="quantity"
        )
        grouped = long.group_by([*WHEN, "quantity"], maintain_order=True)
        return grouped.agg(mean=pl.col("value").mean(), sd=pl.col("value").std(), seeds=pl.len())

    @cached_property
    def firsts(self) -> pl.DataFrame:
        """Return the distributions of the first events; null: beyond the last day.

        A quantile counts the seeds that had none as later than all others.
        """
        events = FIRSTS if self.model.membrane is None else (BREACH, *FIRSTS)
        rows = [{"event": event, **_distribution(self.seeds[f"{event}_day"])} for event in events]
        floats = dict.fromkeys((*_QUANTILES, "latest"), pl.Float64)
        return pl.DataFrame(rows, schema_overrides=floats)

    def save(self, folder: str | Path) -> Path:
        """Write the tables to a new folder and return it."""
        made = new_folder(a_path("folder", folder))
        with made.taken_away_unless(lambda: False, _SEEDS, *_VOUCHED):
            for member in self.members:
                _write_member(made.path, member, self.manifest)
            _write_tables(made.path, self)
        return made.path

    def __repr__(self) -> str:
        """Return a short description."""
        where = f", in {self.path}" if self.path else ""
        return (
            f"<{type(self).__name__} {self.status.value}: {self.model.title}, "
            f"{len(self.members)} seeds{where}. {NOTICE}>"
        )


def grow_ensemble(
    model: ModelLike,
    *,
    seed: int,
    ensemble: int,
    until: str | None = None,
    out: str | Path | None = None,
    frames: int = 60,
    threads: int | None = None,
    stop_at_edge: bool = False,
    progress: Progress | None = None,
) -> Ensemble:
    """Grow a model under the seeds ``seed``, ``seed + 1``, ... side by side.

    Parameters
    ----------
    model : a tissue model's name, path, content or object.
    seed : the first key of draws.
    ensemble : how many seeds.
    until : how long, with its unit; the model's own time by default.
    out : the folder; in memory where it is None.
    frames : counts are taken five times as often; no frame itself is kept.
    threads : how many seeds grow at a time; one a core by default. No result depends on it.
    stop_at_edge : stop where the tumour reaches the edge of its box, instead of going on.
    progress : told now and then (steps done, steps wanted), of all seeds together.
    """
    chosen = load_model(model)
    whole_number("ensemble", ensemble, 1, MOST_SEEDS)
    check_seed(seed)
    check_seed(seed + ensemble - 1)
    schedule = Schedule.of(chosen, until, frames, stop_at_edge=stop_at_edge)
    n_threads = threads_of(threads)
    Cascade(chosen, seed).advance()  # says what is wrong before anything is written, and compiles
    more = {
        "ensemble": ensemble,
        "until": until or chosen.until,
        "schedule": asdict(schedule),
    }
    manifest = new_tissue_manifest(ENSEMBLE, chosen, seed, n_threads, more)
    if out is None:
        return _grown(chosen, schedule, manifest, None, n_threads, progress)
    made = new_folder(out)
    with made.taken_away_unless(lambda: bool(_done(made.path, manifest)), MANIFEST, _SEEDS):
        return _grown(chosen, schedule, manifest, made.path, n_threads, progress)


def resume_ensemble(
    folder: str | Path, *, threads: int | None = None, progress: Progress | None = None
) -> Ensemble:
    """Grow the seeds that are missing of the ensemble in a folder."""
    path = Path(folder).expanduser()
    manifest = manifest_of(path, ENSEMBLE)
    model, n_threads = model_of(manifest, path), threads_of(threads)
    with whole(path):
        seed, schedule = int(manifest["seed"]), Schedule(**manifest["schedule"])
    check_same(manifest, new_tissue_manifest(ENSEMBLE, model, seed, n_threads, {}), path)
    _refuse_strangers(path, manifest)
    sweep(path)
    return _grown(model, schedule, manifest, path, n_threads, progress)


def read_ensemble(folder: str | Path) -> Ensemble:
    """Return what a folder holds."""
    path = Path(folder).expanduser()
    manifest = ended_manifest(path, ENSEMBLE, _VOUCHED)
    model = model_of(manifest, path)
    with whole(path):
        status, wanted = Status(manifest["status"]), _seeds_of(manifest)
        n_there = len(wanted) if status is Status.COMPLETE else int(manifest["stats"]["seeds"])
    members = _done(path, manifest)
    if len(members) < n_there:
        raise RunError(
            f"{path} holds {len(members)} whole seeds",
            allowed=f"its manifest says that {n_there} are done",
            remedy=f"Resume it, which grows the others again: paget grow --resume {path}",
        )
    return Ensemble(model, status, members, manifest, path)


def _grown(
    model: Model,
    schedule: Schedule,
    manifest: dict[str, Any],
    folder: Path | None,
    threads: int,
    progress: Progress | None,
) -> Ensemble:
    """Grow the seeds that are missing; write the tables."""
    seeds, tell = _seeds_of(manifest), progress or (lambda *_: None)
    there = _done(folder, manifest) if folder else ()
    if folder is not None:
        manifest.pop("failure", None)
        (folder / _SEEDS).mkdir(exist_ok=True)
        write_manifest(folder, {**manifest, "status": "running"})
    missing = [seed for seed in seeds if seed not in {member.seed for member in there}]
    wanted, done = len(seeds) * schedule.steps, len(there) * schedule.steps
    tell(done, wanted)
    work = _work(model, schedule, manifest, folder)
    try:
        new, all_done = carry_out(missing, work, threads, lambda steps: tell(steps, wanted), done)
    except Exception as error:
        if folder is not None:
            with suppress(Exception):  # the error under way says more than a full disk does here
                write_manifest(folder, {**manifest, "status": "running", "failure": str(error)})
        raise
    if not all_done and (folder is None or not (there or new)):
        raise KeyboardInterrupt
    members = tuple(sorted((*there, *new), key=lambda member: member.seed))
    status = Status.COMPLETE if all_done else Status.INTERRUPTED
    manifest |= {"status": status.value, "finished": now(), "stats": {"seeds": len(members)}}
    result = Ensemble(model, status, members, manifest, folder)
    if folder is not None:
        _write_tables(folder, result)
    return result


def _work(
    model: Model, schedule: Schedule, manifest: dict[str, Any], folder: Path | None
) -> Callable[[int, Ticker], Member]:
    """Return the work of one seed: grow it and write what became of it."""

    def work(seed: int, tick: Ticker) -> Member:
        recorder = Recorder(Cascade(model, seed), schedule)
        recorder.begin()
        recorder.carry_on(tick)
        member = Member(seed, recorder.fate(), recorder.counts.table())
        if folder is not None:
            _write_member(folder, member, manifest)
        return member

    return work


def _seeds_of(manifest: dict[str, Any]) -> Sequence[int]:
    first = int(manifest["seed"])
    return range(first, first + int(manifest["ensemble"]))


def _write_member(folder: Path, member: Member, manifest: dict[str, Any]) -> None:
    """Write the counts of a seed, then a marker with what became of it and checksums."""
    path = folder / _SEEDS / f"{member.seed}.parquet"
    path.parent.mkdir(exist_ok=True)
    write_table(member.counts, path, _units(member.counts))
    marker = {
        "run": manifest["run"],
        "seed": member.seed,
        "fate": asdict(member.fate),
        "size": path.stat().st_size,
        "sha256": sha256(path),
    }
    write_sealed(marker, path.with_suffix(".json"))


def _done(folder: Path, manifest: dict[str, Any]) -> tuple[Member, ...]:
    """Return the seeds that are done and whole."""
    found = (_read_member(folder / _SEEDS, seed, manifest) for seed in _seeds_of(manifest))
    return tuple(member for member in found if member is not None)


def _read_member(seeds: Path, seed: int, manifest: dict[str, Any]) -> Member | None:
    """Return a seed that is done; nothing where it is missing or damaged: it is grown again."""
    table, marker = seeds / f"{seed}.parquet", seeds / f"{seed}.json"
    try:
        if is_sealed(manifest):
            marked = read_sealed(marker)
            if marked["seed"] != seed:
                return None
        else:
            marked = read_content(marker)
        if sha256(table) != marked["sha256"]:
            return None
        return Member(seed, fate_from(marked["fate"]), pl.read_parquet(table))
    except (RunError, OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _refuse_strangers(folder: Path, manifest: dict[str, Any]) -> None:
    """Refuse a folder that holds whole seeds of another run, or the manifest of another."""
    for marker in (folder / _SEEDS).glob("*.json"):
        try:
            run = read_sealed(marker).get("run")
        except RunError:
            continue  # it is damaged, and will be grown again
        if run != manifest["run"]:
            remedy = f"Move it away, or {MANIFEST} if that is the stranger; then resume."
            raise RunError(f"{marker} is of another run", remedy=remedy)


def _write_tables(folder: Path, ensemble: Ensemble) -> None:
    tables = (ensemble.seeds, ensemble.counts, ensemble.moments, ensemble.firsts)
    for name, table in zip(_TABLES, tables, strict=True):
        write_table(table, folder / f"{name}.parquet", _units(table))
    ensemble.manifest["files"] = checksums_of(folder, _VOUCHED)
    write_manifest(folder, ensemble.manifest)


def _units(table: pl.DataFrame) -> dict[str, str]:
    return {name: unit for name in table.columns if (unit := unit_of(name))}


def _distribution(days: pl.Series) -> dict[str, Any]:
    """Return how many seeds had an event, and quantiles of its day."""
    n, known = len(days), days.drop_nulls().sort().to_list()

    def quantile(share: float) -> float | None:
        place = max(math.ceil(share * n) - 1, 0)
        return known[place] if place < len(known) else None

    return {
        "seeds": n,
        "had_none": n - len(known),
        **{name: quantile(share) for name, share in _QUANTILES.items()},
        "latest": known[-1] if known else None,
    }
