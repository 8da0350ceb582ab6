"""``paget describe``: the laws of a scenario or a tissue as equations and sentences."""

from itertools import groupby
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from paget.cli.console import (
    ACCENT,
    BAD,
    CHANGED,
    FAINT,
    MIDDLE_DOT,
    fits,
    hanging,
    heading,
    say_notice,
    screen,
)
from paget.cli.options import SetOption, chosen, parse_changes

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from paget.core.parameter import Parameter
    from paget.tell.describe import Description, Term, ToldLaw

_VALUES: Final = 32  # columns for symbols and values


def describe(
    scenario: Annotated[
        str,
        typer.Argument(
            metavar="SCENARIO", help="The name of a scenario or of a tissue model, or a TOML file."
        ),
    ] = "colon",
    change: SetOption = None,
    brief: Annotated[
        bool,
        typer.Option("--brief", metavar="", help="Equations and sentences without the parameters."),
    ] = False,
) -> None:
    """Tell all active laws as equations and sentences, with values and sources.

    [dim]paget describe colon --set circulation.clusters=false | less[/dim]
    [dim]paget describe franssen-2019[/dim]
    """
    from paget.tell.describe import describe as describe_laws
    from paget.tell.describe_tissue import names_tissue

    if names_tissue(scenario):
        _describe_tissue(scenario, change, brief=brief)
        return
    told = describe_laws(chosen(scenario, changes=change))
    console = screen()
    console.print(f"{told.scenario}: the laws, in the order of the cascade", style="bold")
    console.print(
        f"{len(told.active)} laws act, {len(told.off)} are switched off. Of {told.n_parameters} "
        f"parameters {told.n_assumptions} are assumptions."
    )
    _show_laws(told.active, brief=brief)
    _show_off(told)
    _show_changes(told.changed, "CHANGED BY THIS SCENARIO")
    console.print()
    say_notice()


def _describe_tissue(source: str, change: list[str] | None, *, brief: bool) -> None:
    """Tell a tissue model: what there is at the start, its laws and its rules."""
    from paget.tell.describe_tissue import describe_tissue
    from paget.tissue.model_file import load_model

    model = load_model(source, change=parse_changes(change), where="--set", bare=False)
    told = describe_tissue(model)
    console = screen()
    console.print(f"{told.title}: the laws, in the order of a step", style="bold")
    console.print(told.about)
    console.print(f"Of {told.n_parameters} parameters {told.n_assumptions} are assumptions.")
    heading("WHAT THERE IS")
    console.print()
    for sentence in told.setting:
        console.print(hanging(2, sentence))
    _show_laws(told.laws, brief=brief)
    if told.rules:
        heading("RULES, IN THEIR ORDER")
        console.print()
        for rule in told.rules:
            console.print(hanging(2, rule))
    _show_changes(told.changed, "CHANGED BY THIS MODEL")
    console.print()
    say_notice()


def _show_laws(laws: "Iterable[ToldLaw]", *, brief: bool) -> None:
    """Show laws, with a heading at each step."""
    for step, group in groupby(laws, lambda law: law.step):
        heading(step.upper())
        for law in group:
            _show_law(law, brief=brief)


def _show_law(law: "ToldLaw", *, brief: bool) -> None:
    from paget.tell.describe import State

    console = screen()
    console.print()
    switched: tuple[Any, ...] = ()
    if law.state is State.SWITCHED_ON:
        switched = ((f"{MIDDLE_DOT}switched on by the user", CHANGED),)
    console.print(hanging(2, (law.title, ACCENT), (f"{MIDDLE_DOT}{law.file}", FAINT), *switched))
    for equation in law.equations:
        console.print(hanging(6, equation))
    console.print(hanging(4, law.sentence))
    if not brief:
        _show_terms(law)


def _show_terms(law: "ToldLaw") -> None:
    """Show the parameters of a law; those of a list that rest on the same stand in one row."""
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    console, rows = screen(), list[tuple[Text, Text]]()
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(max_width=_VALUES)
    table.add_column()
    for _, group in groupby(law.terms, _kinship):
        terms = list(group)
        first = terms[0]
        style = CHANGED if first.is_changed else FAINT
        told = [text for text in (_name_of(terms), first.varies, first.source) if text]
        rows.append(
            (
                Text(_values_of(terms), CHANGED if first.is_changed else "none"),
                Text(MIDDLE_DOT.join(told), style),
            )
        )
        table.add_row(*rows[-1])
    if fits(table, console.width - 6):
        console.print(Padding(table, (0, 0, 0, 6), expand=False))
        return
    for value, source in rows:
        console.print(hanging(6, value))
        console.print(hanging(8, source))


def _kinship(term: "Term") -> tuple[object, ...]:
    """Return what terms must share to stand in one row."""
    return term.symbol, bool(term.place), term.source, term.varies


def _name_of(terms: "list[Term]") -> str:
    return terms[0].parameter.name if len(terms) == 1 else terms[0].pattern


def _values_of(terms: "list[Term]") -> str:
    """Return ``K = 150 mm``, or ``A: liver 1, lung 0.38``."""
    first = terms[0]
    if not first.place:
        return f"{first.symbol} = {first.value}"
    return f"{first.symbol}: {', '.join(f'{term.place} {term.value}' for term in terms)}"


def _show_off(told: "Description") -> None:
    from paget.tell.describe import State

    if not told.off:
        return
    heading("SWITCHED OFF")
    screen().print()
    for law in told.off:
        by_user = law.state is State.KNOCKED_OUT
        state = ("knocked out by the user", BAD) if by_user else ("off", FAINT)
        names = ", ".join(law.switches)
        screen().print(
            hanging(2, (law.title, ACCENT), MIDDLE_DOT, state, (f"{MIDDLE_DOT}{names}", FAINT))
        )


def _show_changes(changed: "Sequence[Parameter]", title: str) -> None:
    if not changed:
        return
    heading(title)
    screen().print()
    for parameter in changed:
        screen().print(
            hanging(
                2,
                (f"{parameter.name} = {parameter.shown}", CHANGED),
                (f"  {parameter.note}", FAINT),
            )
        )
