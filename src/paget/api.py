"""The first lines of a newcomer: simulate a cohort, live a life, compare twins, grow a tissue.

What was written to a folder, `read` opens again.

>>> import paget
>>> cohort = paget.simulate("colon", patients=2, seed=1889)
>>> len(cohort.patients)
2

Public names: ``simulate``, ``live``, ``compare``, ``grow``, ``read``, ``PlottedLife``, ``Trial``.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, overload

import polars as pl

from paget.core.arguments import a_call, a_path, flag, text, whole_number
from paget.core.errors import RunError, ScenarioError
from paget.core.results import Status
from paget.engine import Model
from paget.run.cohort import MEMORY_LIMIT, Cohort, provenance_of, read_run
from paget.run.folder import default_shard, run, threads_of
from paget.run.forked import check_not_forked
from paget.run.keeper import Keeper
from paget.run.manifest import COHORT, MANIFEST, new_manifest, now, read_manifest
from paget.run.one_life import Life, live_one
from paget.run.pool import Progress, Ticker, carry_out
from paget.run.scenario import Scenario, ScenarioLike, load_scenario, resolve
from paget.run.shards import TABLES, Block, Engine, compile_engine
from paget.tables.funnel import Chain, chain, funnel_table
from paget.twins.comparison import Comparison, compare_twins
from paget.twins.files import COMPARISON
from paget.twins.reading import read_twins

if TYPE_CHECKING:
    from paget.report.tissue.plotted import PlottedEnsemble, PlottedTissue
    from paget.tissue.model_file import ModelLike

_PROBE: Final = 500  # patients lived first, to see how much memory all of them need


@dataclass(frozen=True, eq=False, repr=False)
class PlottedLife(Life):
    """A life that can draw itself."""

    def plot(self, path: str | Path | None = None) -> Any:
        """Return the timeline as a matplotlib figure; save it where ``path`` says so."""
        from paget.report.lives.life_figures import life_timeline
        from paget.report.page.style import saved

        return saved(life_timeline(self), path)


@dataclass(frozen=True, eq=False, repr=False)
class Trial(Comparison):
    """A comparison that can draw itself and write its report."""

    def report(self, path: str | Path, patient: int | None = None) -> Path:
        """Write the report to one HTML file; ``patient`` is whose two lives it shows."""
        from paget.report.twins.html import write_comparison

        shown = None if patient is None else whole_number("patient", patient)
        return write_comparison(self, a_path("path", path), shown)

    def plot(self, patient: int, path: str | Path | None = None) -> Any:
        """Return one person's two lives as a matplotlib figure: an illustration."""
        from paget.report.page.style import saved
        from paget.report.twins.figures import titles
        from paget.report.twins.lives import two_lives_figure

        names = tuple(titles(self).values())
        return saved(two_lives_figure(self.lives(patient), names), path)


def simulate(
    scenario: ScenarioLike,
    *,
    patients: int | None = None,
    seed: int | None = None,
    change: Mapping[str, object] | None = None,
    threads: int | None = None,
    memory_limit: int = MEMORY_LIMIT,
    progress: Progress | None = None,
) -> Cohort:
    """Simulate a cohort of virtual patients.

    Parameters
    ----------
    scenario : a scenario's name, path, content or object.
    patients : how many; by default as many as the scenario says.
    seed : the key of every draw; needed where the scenario has none.
    change : new values of parameters by dotted name: ``{"dormancy.liver.wake_rate": "0.5 /year"}``.
    threads : how many threads live; all cores by default. No result depends on it.
    memory_limit : [byte]; tables that exceed it are written to a temporary folder and come as lazy
        scans, which live as long as the cohort does.
    progress : told now and then (patients lived, patients wanted).

    Examples
    --------
    >>> cohort = simulate("colon", patients=3, seed=1889, change={"circulation.clusters": False})
    >>> cohort.patients["patient"].to_list()
    [0, 1, 2]
    """
    check_not_forked()
    chosen = load_scenario(scenario, bare=False, patients=patients, seed=seed, change=change)
    chosen.required_seed()
    model = resolve(chosen)
    tell = _progress(progress)
    n_threads = threads_of(_threads(threads))
    limit = whole_number("memory_limit", memory_limit)
    compile_engine(model)
    cohort = _in_memory(chosen, model, n_threads, limit, tell)
    return cohort or _in_files(chosen, n_threads, tell)


def live(
    scenario: ScenarioLike,
    patient: int,
    *,
    seed: int | None = None,
    change: Mapping[str, object] | None = None,
) -> PlottedLife:
    """Live one virtual patient: the same one as in any cohort of that scenario and seed.

    Parameters
    ----------
    scenario : a scenario's name, path, content or object.
    patient : number of the patient, from 0.
    seed : the key of every draw; needed where the scenario has none.
    change : new values of parameters by dotted name.

    Examples
    --------
    >>> live("colon", patient=7, seed=1889).summary["patient"]
    7
    """
    check_not_forked()
    chosen = load_scenario(scenario, bare=False, seed=seed, change=change)
    life = live_one(chosen, patient)
    return PlottedLife(**{field.name: getattr(life, field.name) for field in fields(life)})


def compare(
    a: ScenarioLike,
    b: ScenarioLike,
    *,
    patients: int | None = None,
    people: int | None = None,
    seed: int | None = None,
    change: Mapping[str, object] | None = None,
    out: str | Path | None = None,
    resume: bool = False,
    threads: int | None = None,
    memory_limit: int = MEMORY_LIMIT,
    progress: Progress | None = None,
) -> Trial:
    """Live the same virtual persons under two scenarios, on common random numbers.

    Parameters
    ----------
    a, b : two scenarios of one cancer by name, path, content or object; the difference is b - a.
    patients : how many patients, in both arms; by default as many as the scenarios say.
    people : instead of that, how many people of whom some get the cancer.
    seed : the key of every draw, in both arms; needed where the scenarios have none.
    change : new values of parameters in both arms.
    out : a new folder for the tables, written as they come; in memory by default.
    resume : do only what is missing of the same comparison in that folder.
    threads : how many threads live; all cores by default. No result depends on it.
    memory_limit : [byte]; a table of persons that would exceed it comes as a lazy scan of files, in
        a temporary folder without ``out``.
    progress : told now and then (lives lived, lives wanted): two lives a person.

    Examples
    --------
    >>> trial = compare("colon", "colon-adjuvant", patients=3, seed=1889)
    >>> trial.patients["patient"].to_list()
    [0, 1, 2]
    """
    check_not_forked()
    keys: dict[str, Any] = {"patients": patients, "people": people, "seed": seed, "change": change}
    found = compare_twins(
        load_scenario(a, argument="a", bare=False, **keys),
        load_scenario(b, argument="b", bare=False, **keys),
        out=None if out is None else a_path("out", out),
        resume=flag("resume", resume),
        memory_limit=whole_number("memory_limit", memory_limit),
        threads=_threads(threads),
        progress=_progress(progress),
    )
    return Trial(**{field.name: getattr(found, field.name) for field in fields(found)})


@overload
def grow(
    model: "ModelLike",
    *,
    seed: int | None = None,
    until: str | None = None,
    change: Mapping[str, object] | None = None,
    ensemble: None = None,
    out: str | Path | None = None,
    frames: int = 60,
    threads: int | None = None,
    stop_at_edge: bool = False,
    long: bool = False,
    progress: Progress | None = None,
) -> "PlottedTissue": ...


@overload
def grow(
    model: "ModelLike",
    *,
    seed: int | None = None,
    until: str | None = None,
    change: Mapping[str, object] | None = None,
    ensemble: int,
    out: str | Path | None = None,
    frames: int = 60,
    threads: int | None = None,
    stop_at_edge: bool = False,
    long: bool = False,
    progress: Progress | None = None,
) -> "PlottedEnsemble": ...


def grow(
    model: "ModelLike",
    *,
    seed: int | None = None,
    until: str | None = None,
    change: Mapping[str, object] | None = None,
    ensemble: int | None = None,
    out: str | Path | None = None,
    frames: int = 60,
    threads: int | None = None,
    stop_at_edge: bool = False,
    long: bool = False,
    progress: Progress | None = None,
) -> "PlottedTissue | PlottedEnsemble":
    """Grow a tumour in its tissue, with the metastases that it founds at other sites.

    Parameters
    ----------
    model : a tissue model's name, path, content or object.
    seed : the key of every draw; it must be given.
    until : how long, with its unit: ``"12.8 day"``; by default as long as the model says.
    change : new values of parameters by dotted name: ``{"mesenchymal.mt1mmp": 0}``.
    ensemble : how many seeds, from ``seed`` on, grow side by side; one alone by default.
    out : a new folder, to be resumed from; in memory by default.
    frames : how many frames to record, about; counts are taken five times as often.
    threads : threads that work on the fields of one tissue (1), or seeds at a time (all cores). No
        result depends on it.
    stop_at_edge : stop where the tumour reaches the edge of its box; by default it is held in
        there, and the outcome says so.
    long : grow even where that would take more than a day of computing, as far as can be told.
    progress : told now and then (steps done, steps wanted).

    Examples
    --------
    >>> tumour = grow("franssen-2019", seed=1, until="10 min")
    >>> tumour.outcome.value, tumour.dataset["cells"].dims
    ('no_metastasis', ('time', 'site', 'kind', 'y', 'x'))
    """
    from paget.culture import ensemble as many
    from paget.culture import grow as one
    from paget.culture.length import check_length
    from paget.report.tissue.plotted import PlottedEnsemble, PlottedTissue
    from paget.tissue.model_file import load_model

    check_not_forked()
    chosen = load_model(model, change=change, bare=False)
    if seed is None:
        raise ScenarioError(
            f"tissue {chosen.name!r} without a seed",
            allowed="a run must be nameable and repeatable",
            remedy="Give seed=1, or any other whole number.",
        )
    how: dict[str, Any] = {
        "seed": whole_number("seed", seed),
        "until": until if until is None else text("until", until, "'12.8 day'"),
        "out": None if out is None else a_path("out", out),
        "frames": whole_number("frames", frames, 1),
        "stop_at_edge": flag("stop_at_edge", stop_at_edge),
        "progress": _progress(progress),
    }
    n_threads = _threads(threads)
    n = 1 if ensemble is None else whole_number("ensemble", ensemble, 1, many.MOST_SEEDS)
    check_length(chosen, how["until"], long=flag("long", long), seeds=n)
    if ensemble is None:
        return PlottedTissue.of(one.grow(chosen, threads=n_threads or 1, **how))
    return PlottedEnsemble.of(many.grow_ensemble(chosen, ensemble=n, threads=n_threads, **how))


def _threads(given: int | None) -> int | None:
    return None if given is None else threads_of(given)


def _progress(given: Progress | None) -> Progress:
    return (lambda *_: None) if given is None else a_call("progress", given)


def read(
    folder: str | Path, *, memory_limit: int = MEMORY_LIMIT, verify: bool = True
) -> "Cohort | Trial | PlottedTissue | PlottedEnsemble":
    """Open what a folder holds: a cohort, a comparison, a tissue or an ensemble of tissues.

    A folder that is damaged, or of which something is missing, is refused. Of a cohort that was cut
    off, what is done is opened; all else that was cut off is to be resumed first. Folders of
    version 0.1.0 open too; of them less is checked, for they carry fewer checksums.

    Parameters
    ----------
    folder : that `paget run`, `paget compare` or `paget grow` wrote.
    memory_limit : [byte]; tables of lives that exceed it come as lazy scans of their files.
    verify : read every file of lives once to compare its checksum. Without, their sizes alone are
        compared. Tissues are always verified.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     trial = compare("colon", "colon-adjuvant", patients=3, seed=1889, out=folder)
    ...     read(folder).patients.equals(trial.patients)
    True
    """
    check_not_forked()
    path = a_path("folder", folder).expanduser()
    memory_limit, verify = whole_number("memory_limit", memory_limit), flag("verify", verify)
    kind = read_manifest(path).get("kind", COHORT)
    if kind == COHORT:
        return read_run(path, memory_limit=memory_limit, verify=verify)
    if kind == COMPARISON:
        found = read_twins(path, memory_limit=memory_limit, verify=verify)
        return Trial(**{field.name: getattr(found, field.name) for field in fields(found)})
    return _read_tissue(path, kind)


def _read_tissue(folder: Path, kind: object) -> "PlottedTissue | PlottedEnsemble":
    from paget.culture.ensemble import read_ensemble
    from paget.culture.grow import read_grown
    from paget.culture.manifest import ENSEMBLE, TISSUE
    from paget.report.tissue.plotted import PlottedEnsemble, PlottedTissue

    if kind == TISSUE:
        return PlottedTissue.of(read_grown(folder))
    if kind == ENSEMBLE:
        return PlottedEnsemble.of(read_ensemble(folder))
    raise RunError(
        f"kind = {kind!r}",
        str(folder / MANIFEST),
        f"this version of Paget reads {COHORT}, {COMPARISON}, {TISSUE} and {ENSEMBLE}",
    )


def _in_memory(
    scenario: Scenario, model: Model, threads: int, memory_limit: int, progress: Progress
) -> Cohort | None:
    """Return the cohort, or nothing where its tables would exceed the limit."""
    start, n, seed = time.perf_counter(), scenario.persons, scenario.required_seed()
    per_patient = scenario.funnel_per_patient
    manifest = new_manifest(scenario, model, default_shard(n), threads)
    probe = min(_PROBE, n)
    blocks = list(Engine(model, seed, funnel_per_patient=per_patient).blocks(0, probe))
    if sum(_size(block) for block in blocks) / probe * n > memory_limit:
        return None
    size = default_shard(n)

    def work(shard: int, tick: Ticker) -> list[Block]:
        first = probe + shard * size
        engine = Engine(model, seed, funnel_per_patient=per_patient, tick=tick)
        return list(engine.blocks(first, min(size, n - first)))

    shards = range(-(-(n - probe) // size))
    lived, all_done = carry_out(shards, work, threads, lambda done: progress(done, n), probe)
    if not all_done:
        raise KeyboardInterrupt
    blocks += [block for shard in lived for block in shard]
    tables = _together(blocks, chain(model))
    seconds = time.perf_counter() - start
    rows = {name: len(table) for name, table in tables.items()}
    manifest |= {"status": Status.COMPLETE.value, "finished": now()}
    progress(n, n)
    cohort = Cohort(
        **tables,
        scenario=scenario,
        parameters=model.parameters,
        seed=seed,
        status=Status.COMPLETE,
        stats={
            "patients": n,
            "excluded": sum(block.excluded for block in blocks),
            "rows": rows,
            "seconds": round(seconds, 3),
            "patients_per_second": round(n / seconds, 1),
        },
        provenance=provenance_of(manifest),
    )
    cohort.__dict__["model"] = model  # made already
    return cohort


def _together(blocks: list[Block], links: Chain) -> dict[str, Any]:
    """Return the tables of all blocks, and the funnel of all their patients."""
    counts = blocks[0].counts
    for block in blocks[1:]:
        counts = counts + block.counts
    tables = {
        name: pl.concat([block.tables[name] for block in blocks if name in block.tables])
        for name in TABLES
        if name in blocks[0].tables
    }
    parts = [funnel_table(links, counts)]
    if "funnel" in tables:
        parts.append(tables["funnel"])
    return {**tables, "funnel": pl.concat(parts)}


def _in_files(scenario: Scenario, threads: int, progress: Progress) -> Cohort:
    """Return the cohort as scans of a temporary folder, which goes when the cohort does."""
    keeper = Keeper()
    summary = run(scenario, keeper.folder / "run", threads=threads, progress=progress)
    if summary.status is not Status.COMPLETE:
        raise KeyboardInterrupt
    return replace(read_run(summary.path, lazy=True, verify=False), _keeper=keeper)


def _size(block: Block) -> int:
    return sum(int(table.estimated_size()) for table in block.tables.values())
