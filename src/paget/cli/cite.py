"""``paget cite``: the papers on which a run rests, and how much of it is assumed."""

from typing import TYPE_CHECKING, Annotated

import typer

from paget.cli.console import ACCENT, FAINT, hanging, note, say_notice, screen, write_text

if TYPE_CHECKING:
    from paget.tell.citations import Citations, Cited


def cite(
    run: Annotated[
        str, typer.Argument(metavar="RUN", help="The folder of a run, a scenario or a tissue.")
    ],
    bibtex: Annotated[
        bool, typer.Option("--bibtex", metavar="", help="As BibTeX, and nothing else.")
    ] = False,
) -> None:
    """List the papers that a run rests on, and count its assumptions."""
    from paget.tell.citations import citations

    found = citations(run)
    if bibtex:
        write_text(found.bibtex)
        return
    _show(found)


def _show(found: "Citations") -> None:
    console = screen()
    console.print(f"{found.title[:1].upper()}{found.title[1:]} rests on", style="bold")
    for cited in found.cited:
        _show_one(cited)
    console.print()
    body = f"; of {found.n_body} numbers of the body map {found.n_body_assumptions} are assumptions"
    console.print(
        f"Of {found.n_parameters} parameters {found.n_assumptions} are assumptions, "
        f"{found.n_switches} are switches of mechanisms and {found.n_changed} were set by the "
        f"user{body if found.n_body else ''}."
    )
    note("What was read of each paper stands in its note: paget cite --bibtex.")
    say_notice()


def _show_one(cited: "Cited") -> None:
    source, console = cited.source, screen()
    console.print()
    console.print(hanging(2, (source.key, ACCENT), "  ", source.text))
    names = ", ".join(cited.names[:4])
    more = f" and {len(cited.names) - 4} more" if len(cited.names) > 4 else ""  # noqa: PLR2004
    console.print(hanging(4, (f"for {names}{more}", FAINT)))
