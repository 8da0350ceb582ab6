"""``paget validate``: the model beside published figures."""

from typing import TYPE_CHECKING, Any, Final

import typer

from paget.cli.console import (
    BAD,
    GOOD,
    complaints,
    data_table,
    note,
    say_notice,
    screen,
    show_table,
)
from paget.cli.options import PatientsOption, ScenarioArgument, SeedOption, SetOption, chosen
from paget.core.errors import DataError

if TYPE_CHECKING:
    import polars as pl

_QUANTITY: Final = 22  # columns at least
_LEAST: Final = 0.01  # per cent that are told as a number
_EXACT: Final = 1e-9  # relative error below which a value is not random
_ENOUGH: Final = 5_000  # patients from which on a misfit is not chance


def validate(
    scenario: ScenarioArgument,
    patients: PatientsOption = None,
    seed: SeedOption = None,
    change: SetOption = None,
) -> None:
    """Show the model beside published figures, with Monte Carlo error and stated tolerance.

    Rows of kind target may have been fitted to; a prediction never was. From 5,000 patients on the
    exit code is 1 where a confirmed target lies outside its tolerance.
    """
    from contextlib import nullcontext

    from paget.fit.validate import fit_table, score, targets
    from paget.run.scenario import resolve

    given = chosen(scenario, patients=patients, seed=seed, changes=change)
    resolve(given)  # says what is wrong with a change before anybody lives
    if not targets(given.cancer):
        raise DataError(
            f"no published figures for {given.cancer}",
            remedy="`paget list targets` shows those that there are.",
        )
    console = complaints()
    with console.status("living beside the papers") if console.is_terminal else nullcontext():
        table = fit_table(given.cancer, given.patients, given.seed or 0, given.change)
    _show(table)
    holds, n = score(table)
    _say_score(table, holds, n)
    note(
        f"{given.patients:,} virtual patients, seed {given.seed or 0}. ± is the tolerance of what "
        "was published (×÷ a factor), and the Monte Carlo error of the model."
    )
    say_notice()
    if holds < n and given.patients >= _ENOUGH:
        raise typer.Exit(1)


def _say_score(table: "pl.DataFrame", holds: int, n: int) -> None:
    out = screen()
    out.print()
    share = f"{holds} of {n} confirmed targets" + (f" ({100 * holds / n:.0f} %)" if n else "")
    out.print(f"{share} lie within tolerance; {table.height} rows in all.", style="bold")
    untold = table["within"].null_count()
    if untold:
        rows = f"{untold} row concerns" if untold == 1 else f"{untold} rows concern"
        note(f"{rows} nobody among so few.")


def _show(table: "pl.DataFrame") -> None:
    shown = data_table(
        "quantity", "published", "model", "", "source",
        right=("published", "model"), fold=("quantity",),
    )  # fmt: skip
    shown.columns[0].min_width = _QUANTITY
    for row in table.iter_rows(named=True):
        name = f"{row['quantity']}: {row['group']}" if row["group"] else str(row["quantity"])
        sign = "×÷" if row["is_factor"] else "±"
        kind = "" if row["kind"] == "target" else f", {row['kind']}"
        shown.add_row(
            f"{name} [{row['unit']}]",
            f"{row['published']:.4g} {sign} {row['tolerance']:.3g}",
            _with_error(row["model"], row["error"], row["unit"]),
            _verdict(row["within"]),
            f"{row['source']}{kind}",
        )
    show_table(shown)


def _with_error(model: float | None, error: float | None, unit: str) -> str:
    """Return a value with its Monte Carlo error; without one where nothing is random."""
    if model is None:
        return "nobody"
    if unit.startswith("%") and 0.0 < model < _LEAST:
        return f"< {_LEAST}"
    if error is None:  # too few tell it
        return f"{model:.4g} ± ?"
    return f"{model:.4g} ± {error:.2g}" if error > _EXACT * abs(model) else f"{model:.4g}"


def _verdict(within: bool | None) -> Any:
    from rich.text import Text

    if within is None:
        return Text("too few")
    return Text("within", GOOD) if within else Text("MISFIT", BAD)
