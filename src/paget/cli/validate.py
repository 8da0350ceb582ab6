"""``paget validate``: the model beside published figures."""

from typing import TYPE_CHECKING, Any

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


def validate(
    scenario: ScenarioArgument,
    patients: PatientsOption = None,
    seed: SeedOption = None,
    change: SetOption = None,
) -> None:
    """Show the model beside published figures, with Monte Carlo error and stated tolerance.

    Rows of kind target may have been fitted to; a prediction never was.
    """
    from contextlib import nullcontext

    from paget.study.scenario import resolve
    from paget.study.validate import fit_table, score, targets

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
    out = screen()
    out.print()
    if n:
        share = f"{holds} of {n} confirmed targets ({100 * holds / n:.0f} %)"
        out.print(f"{share} lie within tolerance; {table.height} rows in all.", style="bold")
    note(
        f"{given.patients:,} virtual patients, seed {given.seed or 0}. ± is the Monte Carlo error."
    )
    say_notice()


def _show(table: "pl.DataFrame") -> None:
    shown = data_table(
        "quantity", "published", "tolerance", "model", "±", "unit", "kind", "", "source",
        right=("published", "tolerance", "model", "±"), fold=("quantity", "unit", "source"),
    )  # fmt: skip
    for row in table.iter_rows(named=True):
        name = f"{row['quantity']}: {row['group']}" if row["group"] else str(row["quantity"])
        shown.add_row(
            name,
            f"{row['published']:.4g}",
            f"{row['tolerance']:.3g}",
            f"{row['model']:.4g}",
            f"{row['error']:.2g}",
            str(row["unit"]),
            str(row["kind"]),
            _verdict(within=bool(row["within"])),
            str(row["source"]),
        )
    show_table(shown)


def _verdict(*, within: bool) -> Any:
    from rich.text import Text

    return Text("within", GOOD) if within else Text("MISFIT", BAD)
