"""``paget run``: carry out a scenario, into a folder of tables with a report."""

import shlex
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
from paget.cli.options import (
    PatientsOption,
    PeopleOption,
    SeedOption,
    SetOption,
    ThreadsOption,
    chosen,
    free_folder,
)
from paget.cli.progress import LivesProgress
from paget.core.errors import RunError, ScenarioError

if TYPE_CHECKING:
    from paget.run.cohort import Cohort
    from paget.run.folder import RunSummary
    from paget.run.scenario import Scenario

INTERRUPTED: Final = 130
_REPORT: Final = "report.html"
_FIT_LIVES: Final = 20_000  # behind the page that sets the model beside published figures


def run(
    scenario: Annotated[
        str | None,
        typer.Argument(metavar="SCENARIO", help="A scenario's name, or the path of a TOML file."),
    ] = None,
    patients: PatientsOption = None,
    people: PeopleOption = None,
    seed: SeedOption = None,
    change: SetOption = None,
    out: Annotated[
        Path | None,
        typer.Option(help="The folder of the run; a new one below runs/ where it is not given."),
    ] = None,
    resume: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Do what is missing of the run in this folder."),
    ] = None,
    threads: ThreadsOption = None,
) -> None:
    """Live a cohort of virtual patients and write tables and a report to a folder.

    [dim]paget run colon --patients 100000 --seed 1889 --out runs/first[/dim]
    [dim]paget run colon --set dormancy.liver.wake_rate="0.5 /year" --out runs/woken[/dim]
    [dim]paget run --resume runs/first[/dim]
    """
    from paget.core.results import Status
    from paget.run.cohort import read_run
    from paget.run.folder import run as carry_out

    wanted: dict[str, Any] = {
        "patients": patients,
        "people": people,
        "seed": seed,
        "changes": change,
    }
    if resume is not None:
        lived, folder = _resumed(resume, scenario, out, wanted), resume
    else:
        lived = _with_seed(chosen(_named(scenario), **wanted))
        folder = out or free_folder(Path("runs"), Path(_named(scenario)).stem)
    with LivesProgress(lambda: _announce(lived, folder)) as progress:
        done = carry_out(
            lived, folder, resume=resume is not None, threads=threads, progress=progress.update
        )
    if done.status is not Status.COMPLETE:
        _say_how_to_resume(done)
        raise typer.Exit(INTERRUPTED)
    cohort = read_run(folder, verify=resume is not None)
    with busy("writing the report"):
        from paget.fit.validate import fit_table
        from paget.report.lives.html import write_report

        fit = fit_table(lived.cancer, min(lived.persons, _FIT_LIVES), lived.seed or 0, lived.change)
        report = write_report(cohort, folder / _REPORT, fit)
    _summarise(cohort, done, report)


def _named(scenario: str | None) -> str:
    """Return the scenario that was given, or say that one is needed."""
    if scenario is None:
        raise ScenarioError(
            "paget run without a scenario",
            remedy="Name one (`paget list scenarios` shows all), or resume a run: paget run "
            "--resume DIR.",
        )
    return scenario


def _resumed(
    folder: Path, scenario: str | None, out: Path | None, wanted: dict[str, Any]
) -> "Scenario":
    """Return the scenario of a folder; one that was given too must be the same."""
    from paget.run.manifest import COHORT, manifest_of, stated_in
    from paget.run.scenario import load_scenario

    if out is not None:
        raise RunError("--resume with --out", allowed="a run is resumed in its own folder")
    stated, _ = stated_in(manifest_of(folder, COHORT), folder)
    if scenario is None:
        name = next((name for name, value in wanted.items() if value is not None), None)
        if name is not None:
            option = "set" if name == "changes" else name
            raise ScenarioError(
                f"--resume with --{option}", allowed="the folder says what is lived in it"
            )
        return stated
    given = chosen(scenario, **wanted)
    return given if given.seed is not None else load_scenario(given, seed=stated.seed)


def _with_seed(scenario: "Scenario") -> "Scenario":
    """Return the scenario with a seed: its own, or one that is chosen here."""
    if scenario.seed is not None:
        return scenario
    from secrets import randbelow

    from paget.run.scenario import load_scenario

    return load_scenario(scenario, seed=randbelow(2**32))


def _announce(scenario: "Scenario", folder: Path) -> None:
    n = scenario.persons
    one, many = ("person", "people") if scenario.is_of_people else ("patient", "patients")
    who = one if n == 1 else many
    parts = (scenario.title, f"{n:,} virtual {who}", f"seed {scenario.seed}")
    note(MIDDLE_DOT.join(parts), "bold", complaints())
    note(f"into {folder}", console=complaints())


def _summarise(cohort: "Cohort", done: "RunSummary", report: Path) -> None:
    """Show the figures that a reader wants first, where everything is, and what it rests on."""
    from paget.report.lives.headlines import headlines
    from paget.report.lives.there import there_is, told
    from paget.report.page.intervals import percent

    table = data_table(
        "of those found", "share", "95 % interval", "patients", right=("share", "patients")
    )
    first, *others = headlines(cohort)
    for line in others:
        low, high = line.interval
        share = "–" if line.share is None else percent(line.share, 1)
        table.add_row(line.name, share, f"{100 * low:.1f} to {percent(high, 1)}", f"{line.count:,}")
    console = screen()
    console.print()
    console.print(" ".join(told(there_is(cohort), "{:,}".format)))
    console.print()
    if first.count:
        show_table(table)
        note(
            "Stage by pathology after surgery, else as seen. Intervals are the Monte Carlo error "
            "alone."
        )
        console.print()
    speed = f"{done.lived:,} lived in {done.seconds:.1f} s ({done.rate:,.0f} a second)"
    rests = f"{len(cohort.parameters)} parameters, of which {done.n_assumptions} are assumptions"
    for name, text in (
        ("run", str(done.path)),
        ("report", str(report)),
        ("speed", speed),
        ("rests on", f"{rests}; paget cite {shlex.quote(str(done.path))}"),
    ):
        console.print(_pair(name, text), soft_wrap=True)
    console.print()
    say_notice()


def _pair(name: str, text: str) -> Any:
    from rich.text import Text

    return Text.assemble((f"{name:<9}", ACCENT), text)


def _say_how_to_resume(done: "RunSummary") -> None:
    """Say after Ctrl-C what is there and how to do the rest."""
    console = complaints()
    console.print(
        f"Stopped. {done.patients:,} of {done.wanted:,} virtual patients are in {done.path}, whole "
        "and readable.",
    )
    words = ["paget", "run", "--resume", str(done.path)]
    console.print(f"The rest:  {shlex.join(words)}", soft_wrap=True)
