"""``paget live``: one virtual patient from the first malignant cell to death."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from paget.cli.console import (
    ACCENT,
    MIDDLE_DOT,
    data_table,
    heading,
    note,
    say_notice,
    screen,
    show_table,
)
from paget.cli.options import PeopleOption, SeedOption, SetOption, chosen
from paget.cli.usage import whole_number
from paget.core.errors import RunError, ScenarioError
from paget.core.units import YEAR

if TYPE_CHECKING:
    from paget.report.page.style import RunFacts

_MOST: Final = 20  # lesions in the terminal
_FORMATS: Final = (".png", ".svg", ".pdf")
_NAMES_WIDTH: Final = 34
_SIZES_WIDTH: Final = 10


def live(
    patient: Annotated[
        int,
        typer.Option(
            metavar="N", parser=whole_number("--patient"), help="The number of the patient, from 0."
        ),
    ],
    scenario: Annotated[
        str | None,
        typer.Argument(metavar="SCENARIO", help="A scenario's name, or the path of a TOML file."),
    ] = None,
    twins: Annotated[
        list[str] | None,
        typer.Option("--scenario", help="The same; given twice, the patient is lived under both."),
    ] = None,
    people: PeopleOption = None,
    seed: SeedOption = None,
    change: SetOption = None,
    figure: Annotated[
        Path | None,
        typer.Option(help="Where to draw the life (.png, .svg or .pdf); a new file by default."),
    ] = None,
    every: Annotated[
        bool,
        typer.Option("--all", metavar="", help="Every event and lesion, not only the main ones."),
    ] = False,
) -> None:
    """Live one virtual patient: a timeline in the terminal, and a figure.

    The same scenario, seed and number give the very patient of a cohort.

    [dim]paget live colon --patient 7 --seed 1889[/dim]
    [dim]paget live --scenario colon --scenario colon-screened --patient 7 --seed 1889[/dim]
    """
    names = _names([*([scenario] if scenario else []), *(twins or [])])
    target = _target(figure, "-or-".join(Path(name).stem for name in names), patient)
    arms = [chosen(name, people=people, seed=seed, changes=change) for name in names]
    from paget.api import live as live_one
    from paget.run.one_life import NobodyError

    if len(arms) > 1:
        from paget.twins.comparison import check_twins

        check_twins(*arms, is_one_life=True)
    try:
        lives = [live_one(arm, patient) for arm in arms]
    except NobodyError as error:
        screen().print(f"{error.given[:1].upper()}{error.given[1:]}: {error.allowed}.")
        note("There is no life to tell, and nothing was drawn.")
        say_notice()
        return
    for life in lives:
        _show_life(life, everything=every)
    _save(_drawn(lives), target)
    screen().print()
    screen().print(f"Drawn in {target}", soft_wrap=True)
    say_notice()


def _names(given: list[str]) -> list[str]:
    """Return one scenario, or two for twins."""
    if len(given) not in (1, 2):
        raise ScenarioError(
            f"{len(given)} scenarios",
            allowed="one scenario, or two with --scenario given twice",
            remedy="Write it as paget live --scenario colon --scenario colon-screened --patient 7.",
        )
    return given


def _show_life(life: Any, *, everything: bool) -> None:
    """Tell one life in the terminal."""
    from paget.report.lives.life_figures import moments_of
    from paget.report.page.style import facts_of

    facts = facts_of(life)
    _show_person(life, facts)
    _show_events(life, facts, everything=everything)
    if not life.lesions.is_empty():
        days = {f"{moment.text}_day": moment.day for moment in moments_of(life)}
        _show_lesions(life, facts, days, everything=everything)
    screen().print()


def _drawn(lives: list[Any]) -> Any:
    """Draw one life, or two beside each other, which are an illustration."""
    from paget.report.lives.life_figures import life_timeline

    if len(lives) == 1:
        return life_timeline(lives[0])
    from paget.report.twins.lives import ILLUSTRATION, two_lives_figure

    note(ILLUSTRATION)
    return two_lives_figure(lives, [life.scenario.title for life in lives])


def _target(figure: Path | None, scenario: str, patient: int) -> Path:
    """Return where to draw: a file that is not there yet, of a kind that can be drawn."""
    if figure is None:
        stem, number = f"life-{Path(scenario).stem}-{patient}", 1
        target = Path(f"{stem}.png")
        while target.exists():
            number += 1
            target = Path(f"{stem}-{number}.png")
        return target
    target = figure.expanduser()
    if target.suffix.lower() not in _FORMATS:
        raise RunError(f"--figure {figure}", allowed=f"must end in {', '.join(_FORMATS)}")
    if target.exists():
        raise RunError(f"--figure {figure} is there already", remedy="Name a new file.")
    if not target.parent.is_dir():
        raise RunError(f"--figure {figure}", allowed=f"there is no folder {target.parent}")
    return target


def _show_person(life: Any, facts: "RunFacts") -> None:
    """Say who the virtual patient is and what was found."""
    from paget.report.page.style import site_text

    row, console = life.summary, screen()
    parts = (f"Virtual patient {life.patient}", life.scenario.title, f"seed {life.seed}")
    console.print(MIDDLE_DOT.join(parts), style="bold")
    if row["invasion_day"] is None:
        is_found = row["prevented_day"] is not None or row["in_situ_day"] is not None
        why = "screening found a precursor in time" if is_found else "death came before it"
        console.print(f"{row['sex']}; {why}: there never is a cancer.")
        return
    if row["invasion_day"] is None:
        console.print(f"{row['sex']}; the cancer did not begin within this life.")
        return
    onset = f"{row['sex']}, {row['age_onset_years']:.0f} years old at the first malignant cell"
    if row["diagnosis_day"] is None:
        console.print(f"{onset}; the cancer was never found.")
        return
    console.print(f"{onset}, {row['age_diagnosis_years']:.0f} when it was found.")
    console.print(
        f"A primary of {row['diameter_mm']:.0f} mm, grade {row['grade']}, "
        f"T{row['clinical_t']} N{row['clinical_n']} M{row['clinical_m']} as seen "
        f"(stage {row['stage_pathological'] or row['stage_clinical']}), "
        f"T{row['true_t']} N{row['true_n']} M{row['true_m']} in truth; {row['intent']} intent."
    )
    if row["n_metastases_true"] == 0:
        console.print("No metastasis was there at diagnosis.")
    if row["is_occult"]:
        sites = ", ".join(site_text(site) for site in row["sites_true"])
        console.print(f"Metastases were there that nobody saw: {facts.disease} in {sites}.")


def _show_events(life: Any, facts: "RunFacts", *, everything: bool) -> None:
    from paget.cli.timeline import told_events

    heading("What happened")
    table = data_table("year", "age", "", right=("year", "age"), fold=("",))
    zero, age, name = _clock(life)
    for day, _, text in told_events(life, facts, everything=everything):
        since = (day - zero) / YEAR
        told = "" if age is None else f"{age + since:.1f}"
        table.add_row(f"{since:.1f}", told, text)
    show_table(table, for_reading=True)
    note(f"Years since {name}.")


def _clock(life: Any) -> tuple[float, float | None, str]:
    """Return the day from which years are told, the age on it, and its name."""
    row = life.summary
    if row["invasion_day"] is not None:
        return row["invasion_day"], row["age_onset_years"], "the first malignant cell"
    if row["entry_day"] is not None:
        return row["entry_day"], life.scenario.who.entry_age, "entry into the population"
    return 0.0, None, "the founder of the precursor"


def _show_lesions(
    life: Any, facts: "RunFacts", days: dict[str, float], *, everything: bool
) -> None:
    """Show each lesion, the largest ones of a site first, with its life as a bar of text."""
    from paget.cli.timeline import LEGEND, Window, lesion_bar, moment_line
    from paget.report.page.style import compact

    console = screen()
    rows = _in_order(life.lesions, everything=everything)
    start = _clock(life)[0]
    width = max(console.width - _NAMES_WIDTH - _SIZES_WIDTH - 4, 20)
    window = Window(start, float(life.summary["follow_up_day"]), width)
    heading("Its lesions")
    table = data_table("lesion", "mm", "", right=("mm",), fold=("lesion",))
    table.columns[0].max_width = _NAMES_WIDTH
    table.add_row("", "", _styled(moment_line(days, window), ACCENT))
    for row in rows:
        size = row["diameter_mm_at_fate"]
        table.add_row(
            _name(row, facts),
            "" if size is None else f"{size:.0f}" if size >= 10 else f"{size:.1f}",  # noqa: PLR2004
            lesion_bar(row, window),
        )
    show_table(table, for_reading=True)
    total, shown = int(life.lesions["count"].sum()), sum(int(row["count"]) for row in rows)
    if total > shown:
        note(f"and {compact(total - shown)} smaller lesions; --all shows every row.")
    note(LEGEND)
    note("D diagnosis   S surgery   R recurrence   † death   mm: diameter at its end")


def _in_order(lesions: Any, *, everything: bool) -> list[dict[str, Any]]:
    """Return the primary, then the largest lesions, those of one site together."""
    rows = list(lesions.iter_rows(named=True))
    rows.sort(key=lambda row: (row["kind"] != "primary", -(row["diameter_mm_at_fate"] or 0.0)))
    rows = rows if everything else rows[:_MOST]
    rank = {row["site"]: i for i, row in reversed(list(enumerate(rows)))}
    rows.sort(key=lambda row: (row["kind"] != "primary", rank[row["site"]]))
    return rows


def _name(row: dict[str, Any], facts: "RunFacts") -> str:
    from paget.report.lives.life_figures import lesion_text

    return lesion_text(row, facts)


def _styled(text: str, style: str) -> Any:
    from rich.text import Text

    return Text(text, style)


def _save(drawn: Any, target: Path) -> None:
    """Write the figure whole or not at all."""
    import io

    from paget.core.results import write_atomically

    buffer = io.BytesIO()
    drawn.savefig(buffer, format=target.suffix.lower().removeprefix("."), dpi=160)
    write_atomically(target, lambda file: file.write(buffer.getvalue()))
