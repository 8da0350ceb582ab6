"""``paget compare``: the same virtual persons under two scenarios, into a folder with a report."""

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from paget.cli.console import (
    CHANGED,
    MIDDLE_DOT,
    busy,
    complaints,
    data_table,
    hanging,
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
from paget.cli.usage import whole_number
from paget.core.errors import RunError, ScenarioError

if TYPE_CHECKING:
    from paget.run.scenario import Scenario

INTERRUPTED: Final = 130
_MOST: Final = 8  # things that differ in the terminal
_ONLY_IN_REPORT: Final = "among those found"


def compare(
    a: Annotated[str, typer.Argument(metavar="A", help="A scenario's name, or its TOML file.")],
    b: Annotated[str, typer.Argument(metavar="B", help="The other; differences are B against A.")],
    patients: PatientsOption = None,
    people: PeopleOption = None,
    seed: SeedOption = None,
    change: SetOption = None,
    out: Annotated[
        Path | None,
        typer.Option(help="The folder of the comparison; a new one below runs/ by default."),
    ] = None,
    patient: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            parser=whole_number("--patient"),
            help="Whose two lives the report shows; by default it chooses.",
        ),
    ] = None,
    resume: Annotated[
        bool,
        typer.Option("--resume", metavar="", help="Do what is missing of the comparison in --out."),
    ] = False,
    threads: ThreadsOption = None,
) -> None:
    """Live the same virtual persons under two scenarios: twins, who share every random draw.

    [dim]paget compare colon colon-screened --people 1000000[/dim]
    [dim]paget compare colon colon-adjuvant --patients 100000 --seed 1889[/dim]
    """
    if resume and out is None:
        raise RunError(
            "--resume without --out", remedy="Give the folder of the comparison to resume."
        )
    given = [
        chosen(name, patients=patients, people=people, seed=seed, changes=change) for name in (a, b)
    ]
    arms = _with_one_seed(given, out if resume else None)
    if patient is not None and not 0 <= patient < arms[0].persons:
        raise ScenarioError(
            f"{patient}", "--patient", f"must be one of those compared: 0 to {arms[0].persons - 1}"
        )
    folder = out or free_folder(Path("runs"), f"{Path(a).stem}-against-{Path(b).stem}")
    from paget.api import compare as live_both

    try:
        with LivesProgress(lambda: _announce(arms, folder), "lives") as progress:
            trial = live_both(
                *arms, out=folder, resume=resume, threads=threads, progress=progress.update
            )
    except KeyboardInterrupt:
        _say_how_to_resume(arms, (a, b), change, folder)
        raise typer.Exit(INTERRUPTED) from None
    if patient is not None and trial.look(patient).is_empty():
        note(f"Virtual person {patient} never has the cancer; the report shows another.")
        patient = None
    with busy("writing the report"):
        report = trial.report(folder / "report.html", patient)
    _summarise(trial)
    console = screen()
    console.print(f"{'tables':<9}{folder}", soft_wrap=True)
    console.print(f"{'report':<9}{report}", soft_wrap=True)
    if trial.stats["lives"]:
        rate = f"{trial.stats['lives_per_second']:,} lives a second"
        console.print(
            f"{'speed':<9}{trial.stats['lives']:,} lives in {trial.stats['seconds']} s: {rate}"
        )
    console.print()
    say_notice()


def _with_one_seed(arms: list["Scenario"], resumed: Path | None) -> list["Scenario"]:
    """Return both with a seed: the one that is there, that of the folder, or one chosen here."""
    from secrets import randbelow

    from paget.run.manifest import read_manifest, whole
    from paget.run.scenario import load_scenario

    known = [arm.seed for arm in arms if arm.seed is not None]
    if not known and resumed is not None:
        with whole(resumed):
            known = [int(read_manifest(resumed)["seed"])]
    seed = known[0] if known else randbelow(2**32)
    return [arm if arm.seed is not None else load_scenario(arm, seed=seed) for arm in arms]


def _announce(arms: list["Scenario"], folder: Path) -> None:
    a, b = arms
    many = "people" if a.is_of_people else "patients"
    who = many if a.persons > 1 else "person" if a.is_of_people else "patient"
    parts = (f"{a.title} against {b.title}", f"{a.persons:,} virtual {who}", f"seed {a.seed}")
    note(MIDDLE_DOT.join(parts), "bold", complaints())
    note(f"into {folder}", console=complaints())


def _say_how_to_resume(
    arms: list["Scenario"], names: tuple[str, str], changes: list[str] | None, folder: Path
) -> None:
    """Say after Ctrl-C what is there and how to do the rest."""
    number = "--people" if arms[0].is_of_people else "--patients"
    words = ["paget", "compare", *names, number, str(arms[0].persons), "--seed", str(arms[0].seed)]
    words += [word for change in changes or [] for word in ("--set", change)]
    words += ["--out", str(folder), "--resume"]
    console = complaints()
    console.print(f"Stopped. What was lived is in {folder}, whole and readable.", soft_wrap=True)
    console.print(f"The rest:  {shlex.join(words)}", soft_wrap=True)


def _summarise(trial: Any) -> None:
    """Show what differs between the arms, the headline and the estimates."""
    from paget.report.twins.words import headline, no_trial

    _show_arms(trial)
    console = screen()
    console.print(headline(trial))
    console.print()
    _show_estimates(trial)
    if no_trial(trial):
        note(no_trial(trial))
    console.print()


def _show_arms(trial: Any) -> None:
    """Say what the arms are called, and first of all in what they differ."""
    from paget.report.twins.words import caution

    console = screen()
    console.print()
    for letter, name in zip("AB", trial.names, strict=True):
        console.print(f"{letter:<3}{name}", style="bold")
    differ = trial.differences
    if differ:
        console.print()
        console.print("What differs")
    for what, a, b in differ[:_MOST]:
        console.print(f"  {what}")
        console.print(hanging(4, f"A {a}"))
        console.print(hanging(4, f"B {b}"))
    if len(differ) > _MOST:
        console.print(f"  and {len(differ) - _MOST} more, which the report lists")
    if caution(trial):
        note(caution(trial), CHANGED)
    console.print()


def _show_estimates(trial: Any) -> None:
    """Show the estimates in which somebody differs, in 80 columns, and name the others."""
    from paget.report.twins.words import (
        EXPLAINED,
        contrast_text,
        interval_text,
        number_text,
        only_arm_text,
        same_in_everybody,
        short_measure,
    )

    numbers = ("A", "B", "contrast", "95 % interval", "gain")
    table = data_table("measure", *numbers, right=numbers, fold=("measure",))
    same: list[str] = []
    for row in trial.table.iter_rows(named=True):
        if row["measure"].endswith(_ONLY_IN_REPORT):
            continue
        if same_in_everybody(row):
            same.append(short_measure(row))
            continue
        table.add_row(
            short_measure(row),
            *("" if row[x] is None else number_text(row[x]) for x in ("a", "b")),
            contrast_text(row),
            interval_text(row) or only_arm_text(row),
            "" if row["gain"] is None else f"{row['gain']:.3g}",
        )
    show_table(table, for_reading=True)
    if same:
        note(f"The same in everybody: {', '.join(same)}.")
    who = "people" if trial.is_of_people else "patients"
    note(f"Per 1,000 {who} where no unit stands. Contrast: B less A, or the ratio named.")
    note(f"{EXPLAINED} All estimates, with the intervals of either arm: the report, results.csv.")
