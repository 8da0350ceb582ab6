"""``paget grow``: grow a tumour in its tissue, or the same tissue under many seeds."""

import shlex
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from paget.cli.console import (
    ACCENT,
    MIDDLE_DOT,
    busy,
    complaints,
    data_table,
    note,
    say_notice,
    screen,
    show_table,
)
from paget.cli.options import SeedOption, SetOption, free_folder, parse_changes
from paget.cli.progress import LivesProgress
from paget.cli.usage import INTERRUPTED, whole_number
from paget.core.errors import ScenarioError

if TYPE_CHECKING:
    from paget.culture.ensemble import Ensemble
    from paget.culture.grow import Grown
    from paget.tissue.model import Model

_SHOWN: Final = 6  # times of an ensemble in the terminal


class Pictures(StrEnum):
    """Which pictures are drawn."""

    ALL = "all"
    STILL = "still"
    NONE = "none"


def grow(
    model: Annotated[
        str | None,
        typer.Argument(metavar="MODEL", help="A tissue model's name, or the path of a TOML file."),
    ] = None,
    until: Annotated[
        str | None,
        typer.Option(metavar="TIME", help='How long: "12.8 day"; else as the model says.'),
    ] = None,
    seed: SeedOption = None,
    change: SetOption = None,
    out: Annotated[
        Path | None,
        typer.Option(help="The folder; a new one below runs/ where it is not given."),
    ] = None,
    resume: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="Go on with what is in this folder, to --until or its end."
        ),
    ] = None,
    ensemble: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            parser=whole_number("--ensemble"),
            help="N seeds side by side, from --seed on.",
        ),
    ] = None,
    frames: Annotated[
        int,
        typer.Option(
            metavar="N", parser=whole_number("--frames"), help="How many frames to record, about."
        ),
    ] = 60,
    threads: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            parser=whole_number("--threads"),
            help="Of the fields of one tissue (1), or seeds at a time (all cores).",
        ),
    ] = None,
    long: Annotated[
        bool,
        typer.Option("--long", metavar="", help="Grow even where it takes more than a day."),
    ] = False,
    stop_at_edge: Annotated[
        bool,
        typer.Option("--stop-at-edge", metavar="", help="Stop where the tumour meets its box."),
    ] = False,
    pictures: Annotated[
        Pictures, typer.Option(help="Which pictures to draw: all, those but the film, or none.")
    ] = Pictures.ALL,
) -> None:
    """Grow a tumour in its tissue, with the metastases that it founds at other sites.

    [dim]paget grow franssen-2019 --until "12.8 day" --seed 1 --out runs/tissue[/dim]
    [dim]paget grow --resume runs/tissue --until "14 day"[/dim]
    [dim]paget grow metaspread --ensemble 20 --seed 1[/dim]
    """
    if resume is not None:
        _refuse_with_resume(model=model, seed=seed, set=change, out=out, ensemble=ensemble)
        _show(_gone_on(resume, until, threads, long=long), resume, pictures)
        return
    if model is None:
        raise _no_model()
    from secrets import randbelow

    from paget.tissue.model_file import load_model

    chosen = load_model(model, change=parse_changes(change), where="--set", bare=False)
    key = randbelow(2**32) if seed is None else seed
    folder = out or free_folder(Path("runs"), Path(model).stem)
    from paget.api import grow as grow_one_or_many

    with _progress(_title(chosen, key, ensemble), folder) as progress:
        grown = grow_one_or_many(
            chosen,
            seed=key,
            until=until,
            ensemble=ensemble,
            out=folder,
            frames=frames,
            threads=threads,
            stop_at_edge=stop_at_edge,
            long=long,
            progress=progress.update,
        )
    _show(grown, folder, pictures)


def _no_model() -> ScenarioError:
    from paget.tissue.model_file import known_models

    return ScenarioError(
        "paget grow without a model", allowed=f"models are {', '.join(known_models())}"
    )


def _refuse_with_resume(**given: object) -> None:
    """Refuse what a run that is there has settled already."""
    for name, value in given.items():
        if value is not None:
            what = "a model" if name == "model" else f"--{name}"
            raise ScenarioError(
                f"--resume with {what}", allowed="the folder says which tissue grows in it"
            )


def _gone_on(
    folder: Path, until: str | None, threads: int | None, *, long: bool
) -> "Grown | Ensemble":
    """Return what a folder holds, grown to its end."""
    from paget.culture.ensemble import resume_ensemble
    from paget.culture.grow import resume
    from paget.culture.length import check_length
    from paget.culture.manifest import ENSEMBLE, model_of
    from paget.run.manifest import read_manifest

    manifest = read_manifest(folder)
    title = f"{manifest.get('title', '')}{MIDDLE_DOT}seed {manifest.get('seed', '')}"
    with _progress(title, folder) as progress:
        if manifest.get("kind") == ENSEMBLE:
            if until is not None:
                raise ScenarioError(
                    f"--until {until}", allowed="an ensemble keeps no state to grow on from"
                )
            return resume_ensemble(folder, threads=threads, progress=progress.update)
        if until is not None:
            check_length(model_of(manifest, folder), until, long=long, where="--until")
        return resume(folder, until=until, threads=threads or 1, progress=progress.update)


def _title(model: "Model", seed: int, ensemble: int | None) -> str:
    seeds = f"seed {seed}" if ensemble is None else f"seeds {seed} to {seed + ensemble - 1}"
    shape = " × ".join(str(length) for length in model.grid.shape)
    return MIDDLE_DOT.join((model.title, f"{shape} voxels", seeds))


def _progress(title: str, folder: Path) -> LivesProgress:
    def announce() -> None:
        note(title, "bold", complaints())
        note(f"into {folder}", console=complaints())

    return LivesProgress(announce, what="steps", doing="growing", done="steps grown")


def _show(grown: "Grown | Ensemble", folder: Path, pictures: Pictures) -> None:
    """Say what became of it, and how to go on where it was cut off."""
    from paget.core.results import Status
    from paget.culture.ensemble import Ensemble

    if grown.status is not Status.COMPLETE:
        console = complaints()
        console.print(f"Stopped. What was recorded is in {folder}, whole and readable.")
        words = shlex.join(["paget", "grow", "--resume", str(folder)])
        console.print(f"The rest:  {words}", soft_wrap=True)
        raise typer.Exit(INTERRUPTED)
    console, drawn = screen(), _drawn(grown, folder, pictures)
    if isinstance(grown, Ensemble):
        _show_ensemble(grown)
    else:
        _show_grown(grown)
    console.print()
    console.print(_pair("folder", str(folder)), soft_wrap=True)
    if drawn:
        console.print(_pair("pictures", ", ".join(path.name for path in drawn)), soft_wrap=True)
    console.print(_pair("rests on", f"paget cite {shlex.quote(str(folder))}"), soft_wrap=True)
    console.print()
    say_notice()


def _drawn(grown: "Grown | Ensemble", folder: Path, pictures: Pictures) -> tuple[Path, ...]:
    """Draw the pictures that were asked for; return where they are."""
    if pictures is Pictures.NONE:
        return ()
    from paget.report.tissue.pictures import write_pictures

    with busy("drawing"):
        return write_pictures(grown, folder, film=pictures is Pictures.ALL)


def _show_grown(grown: "Grown") -> None:
    """Show what became of one tissue, and its last counts."""
    console, fate = screen(), grown.fate
    console.print()
    days = f"{fate.day:.4g} day{'s' * (fate.day != 1)}"
    console.print(f"After {days}: {' '.join(word.text for word in fate.outcomes)}")
    console.print(
        f"First intravasation: {_day(fate.first_intravasation_day)}; first metastasis: "
        f"{_day(fate.first_metastasis_day)}; {fate.intravasations:,} clusters and single cells "
        f"entered vessels, {fate.metastases:,} founded a metastasis."
    )
    last = grown.counts.filter(step=grown.counts["step"].max())
    if grown.model.membrane is not None:
        console.print(
            f"Breach of the basement membrane: {_day(fate.breach_day)}; the front lies "
            f"{last['front_depth_um'][0] / 1000:.2g} mm beyond it."
        )
    console.print()
    kinds = [name for name in _kinds() if grown.counts[name].max()]
    table = data_table(
        "site", "tumour cells", *kinds, "radius", right=("tumour cells", *kinds, "radius")
    )
    for row in last.iter_rows(named=True):
        numbers = (f"{row[name]:,}" for name in ("tumour", *kinds))
        table.add_row(row["site"], *numbers, f"{row['radius_um'] / 1000:.2f} mm")
    show_table(table)


def _show_ensemble(grown: "Ensemble") -> None:
    """Show mean and spread of the primary over time, and when the first events came."""
    import polars as pl

    console = screen()
    console.print()
    console.print(f"The primary, mean ± standard deviation over {len(grown.members)} seeds")
    console.print()
    primary = grown.moments.filter(pl.col("site") == "primary")
    steps = primary["step"].unique().sort()
    shown = steps.gather_every(max(1, len(steps) // _SHOWN)).to_list()[1:]
    kinds = [name for name in _kinds() if grown.counts[name].max()]
    table = data_table("day", *kinds, "radius", right=("day", *kinds, "radius"))
    for step in dict.fromkeys((*shown, steps[-1])):
        rows = {r["quantity"]: r for r in primary.filter(step=step).iter_rows(named=True)}
        radius = rows["radius_um"]
        table.add_row(
            f"{radius['day']:.3g}",
            *(_spread(rows[name], 1.0, 0) for name in kinds),
            f"{_spread(radius, 1e-3, 2)} mm",
        )
    show_table(table)
    for row in grown.firsts.iter_rows(named=True):
        console.print()
        console.print(_told_first(row, max(one.fate.day for one in grown.members)))


def _told_first(row: dict[str, Any], last: float) -> str:
    """Return when a first event came over the seeds."""
    event = row["event"].replace("_", " ").capitalize()
    had = row["seeds"] - row["had_none"]
    told = f"{event}: in {had} of {row['seeds']} seeds by day {last:.4g}"
    if not had:
        return f"{told}."
    median = "later than that" if row["median"] is None else f"day {row['median']:.3g}"
    return (
        f"{told}, from day {row['earliest']:.3g} to day {row['latest']:.3g}; "
        f"half of all seeds by {median}."
    )


def _kinds() -> tuple[str, ...]:
    from paget.tissue.kinds import KINDS

    return KINDS


def _spread(row: dict[str, Any], factor: float, digits: int) -> str:
    sd = row["sd"]
    mean = f"{row['mean'] * factor:,.{digits}f}"
    return mean if sd is None else f"{mean} ± {sd * factor:,.{digits}f}"


def _day(day: float | None) -> str:
    return "none" if day is None else f"day {day:.3g}"


def _pair(name: str, text: str) -> Any:
    from rich.text import Text

    return Text.assemble((f"{name:<10}", ACCENT), text)
