"""``paget verify``: the engine against closed forms, with saboteurs that must be caught."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from paget.cli.console import (
    ACCENT,
    BAD,
    FAINT,
    GOOD,
    complaints,
    data_table,
    hanging,
    say_notice,
    screen,
    show_table,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paget.verify.check import Check


def verify(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="NAME", help="Which checks; all of them by default."),
    ] = None,
) -> None:
    """Hold the engine against closed forms; deliberately wrong laws must fail the same checks.

    The exit code is 1 where a check fails or a saboteur is not caught.
    """
    from contextlib import nullcontext

    from paget.verify.catalogue import verify as check_all

    console = complaints()
    with console.status("living what theory foretells") if console.is_terminal else nullcontext():
        checks = check_all(names or None)
    _show_table(checks)
    _show_details(checks)
    unsound = [check.name for check in checks if not check.sound]
    out = screen()
    out.print()
    if unsound:
        out.print(f"{len(unsound)} of {len(checks)} failed: {', '.join(unsound)}", style=BAD)
    else:
        n = sum(len(check.saboteurs) for check in checks)
        out.print(
            f"All {len(checks)} agree with theory, and all {n} saboteurs were caught.", style=GOOD
        )
    say_notice()
    if unsound:
        raise typer.Exit(1)


def _show_table(checks: "Sequence[Check]") -> None:
    table = data_table(
        "check", "engine", "theory", "off by", "limit", "false fail", "caught", "",
        right=("engine", "theory", "off by", "limit", "false fail", "caught"),
    )  # fmt: skip
    for check in checks:
        table.add_row(
            check.name,
            f"{check.engine:.5g}",
            f"{check.theory:.5g}",
            f"{check.statistic:.2g}",
            f"{check.limit:.2g}",
            f"{check.false_fail:.0e}" if check.false_fail else "exact",
            f"{sum(s.caught for s in check.saboteurs)} of {len(check.saboteurs)}",
            _verdict(sound=check.sound),
        )
    show_table(table)


def _verdict(*, sound: bool) -> Any:
    from rich.text import Text

    return Text("holds", GOOD) if sound else Text("FAILS", BAD)


def _show_details(checks: "Sequence[Check]") -> None:
    console = screen()
    for check in checks:
        console.print()
        console.print(hanging(0, (check.name, ACCENT), f"  {check.law}"))
        console.print(hanging(2, check.statement))
        if check.draws:
            detail = f"{check.draws:,} draws; a fault of {check.detect:.2g} is found with 99.9 %"
            console.print(hanging(2, (detail, FAINT)))
        for saboteur in check.saboteurs:
            state = ("caught", GOOD) if saboteur.caught else ("NOT CAUGHT", BAD)
            wrong = f"{100 * saboteur.strength:.0f} % wrong"
            console.print(hanging(2, ("saboteur ", FAINT), saboteur.name, f" ({wrong}) ", state))
