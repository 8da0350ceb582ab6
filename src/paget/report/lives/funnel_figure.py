"""The funnel of the cascade: how many seeds reach each step, and how well that is known.

Public names: ``funnel_figure``, ``funnel_by_route``.
"""

from typing import Any, Final

import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from paget.report.page.intervals import mean_interval
from paget.report.page.style import (
    GAP,
    INK,
    MUTED,
    PAPER,
    ROUTES,
    compact,
    facts_of,
    in_style,
    new_figure,
    say_empty,
)

_STEPS: Final = (
    "shed", "died_of_shear", "died_of_immune_attack", "cleared", "arrested", "self_seeded",
    "extravasated", "viable", "dormant", "micrometastases", "macrometastases",
)  # fmt: skip
_SIDE_STEPS: Final = ("died_of_shear", "died_of_immune_attack", "cleared", "self_seeded", "dormant")
"""What leaves the main way: drawn paler."""
_HATCHES: Final = {"measured": "", "assumed": "/////", "residual": ""}
_MACRO_MM: Final = 2.0


def funnel_by_route(cohort: Any) -> pl.DataFrame:
    """Return the funnel of a cohort by step and route, in the order of the cascade.

    ``low`` and ``high`` are the 95 % interval of the total, where numbers per patient tell it: of
    lesions always, of seeds where the run keeps the funnel of each patient.
    """
    funnel = cohort.funnel.lazy().with_columns(
        pl.col("step", "basis").cast(pl.String), _merged("route")
    )
    keys = ["step", "route"]
    whole = pl.col("patient").is_null()
    totals = (
        funnel.filter(whole | ~whole.any())
        .group_by(keys)
        .agg(pl.col("count").cast(pl.Float64).sum(), pl.col("basis").first())
    )
    spread = pl.concat([_spread(funnel.filter(~whole)), _spread(_lesion_steps(cohort))])
    spread = spread.group_by(keys).agg(pl.col("sum", "squares").first())
    table = totals.join(spread, on=keys, how="left").collect(engine="streaming")
    n = int(cohort.patients.lazy().select(pl.len()).collect(engine="streaming").item())
    spans = [_span(row, n) for row in table.iter_rows(named=True)]
    order = {step: i for i, step in enumerate(_STEPS)}
    return (
        table.with_columns(
            pl.Series("low", [low for low, _ in spans], dtype=pl.Float64),
            pl.Series("high", [high for _, high in spans], dtype=pl.Float64),
            pl.col("step").replace_strict(order, default=len(order)).alias("rank"),
        )
        .sort("rank", "step", "route")
        .drop("rank", "sum", "squares")
    )


def _span(row: dict[str, Any], n: int) -> tuple[float | None, float | None]:
    """Return the interval of a total, as wide on the log scale as that of its mean per patient."""
    if not row["sum"] or n <= 1:
        return None, None
    low, high = mean_interval(row["sum"], row["squares"], n)
    scale = row["count"] / (row["sum"] / n)
    return low * scale, high * scale


def _merged(column: str) -> pl.Expr:
    """Return routes with the way from node to node counted as lymph."""
    return pl.col(column).cast(pl.String).replace({"node": "lymph"})


def _spread(table: pl.LazyFrame) -> pl.LazyFrame:
    """Return the sum of the counts of patients and of their squares, by step and route."""
    return (
        table.group_by("step", "route", "patient")
        .agg(pl.col("count").cast(pl.Float64).sum())
        .group_by("step", "route")
        .agg(sum=pl.col("count").sum(), squares=(pl.col("count") ** 2).sum())
    )


def _lesion_steps(cohort: Any) -> pl.LazyFrame:
    """Return the lesions as steps of the funnel, as the funnel counts them."""
    lesions = cohort.lesions.lazy().filter(pl.col("route").is_not_null())
    sleeps = pl.col("fate").cast(pl.String).is_in(["asleep", "extinct"])
    is_macro = pl.col("diameter_mm_at_fate") >= _MACRO_MM
    became = pl.when(sleeps).then(pl.lit("dormant")).when(is_macro).then(pl.lit("macrometastases"))
    return lesions.select(
        "patient",
        "count",
        _merged("route"),
        pl.concat_list(pl.lit("viable"), became.otherwise(pl.lit("micrometastases"))).alias("step"),
    ).explode("step")


@in_style
def funnel_figure(cohort: Any) -> Figure:
    """Draw the funnel on a log scale, a group of bars a step and a bar a route."""
    facts = facts_of(cohort)
    table = funnel_by_route(cohort).filter(pl.col("count") > 0)
    steps: list[str] = table["step"].unique(maintain_order=True).to_list()
    height = 1.9 + 0.52 * max(len(steps), 2)
    figure = new_figure("The funnel of the cascade", facts, (7.4, height))
    axes = figure.subplots()
    if table.is_empty():
        say_empty(axes, "Nothing was shed in this cohort.")
        return figure
    counts = table["count"].to_numpy()
    floor, top = min(0.5, float(counts.min()) / 2.0), float(counts.max())
    for row in table.iter_rows(named=True):
        _draw_bar(axes, row, steps.index(row["step"]), floor)
    axes.set_xscale("log")
    axes.set_xlim(floor, top * (top / floor) ** 0.22)
    axes.set_yticks(range(len(steps)), [step.replace("_", " ") for step in steps])
    for label, step in zip(axes.get_yticklabels(), steps, strict=True):
        if step in _SIDE_STEPS:
            label.set(color=MUTED, fontstyle="italic")
    axes.set_ylim(len(steps) - 0.45, -0.55)
    axes.tick_params(axis="y", length=0)
    axes.set_xlabel("seeds or lesions in the whole cohort (log scale)")
    axes.grid(axis="x")
    per_patient = axes.secondary_xaxis("top", functions=_per(max(facts.lives, 1)))
    per_patient.set_xlabel("per virtual patient", fontsize=8)
    per_patient.tick_params(labelsize=7)
    for axis in (axes.xaxis, per_patient.xaxis):
        axis.set_major_formatter(lambda x, _: compact(x).removeprefix("1.0 × "))
    _legends(axes)
    return figure


def _per(n: int) -> Any:
    return (lambda x: x / max(n, 1)), (lambda x: x * max(n, 1))


def _draw_bar(axes: Axes, row: dict[str, Any], place: int, floor: float) -> None:
    """Draw one bar; its filling says whether the number is measured, assumed or what remains."""
    routes = list(ROUTES)
    route = row["route"] if row["route"] in ROUTES else routes[0]
    y = place + 0.27 * (routes.index(route) - 1)
    colour = ROUTES[route]
    basis = str(row["basis"])
    hollow = basis == "residual"
    axes.barh(
        y, row["count"] - floor, 0.23, left=floor, fc=PAPER if hollow else colour,
        ec=colour if hollow else PAPER, hatch=_HATCHES.get(basis, ""), lw=1.0 if hollow else 0.0,
        alpha=0.45 if row["step"] in _SIDE_STEPS else 0.95,
    )  # fmt: skip
    if row["low"] is not None:
        axes.plot((max(row["low"], floor), row["high"]), (y, y), color=INK, lw=1.1)
    end = max(row["count"], row["high"] or 0.0, floor)
    axes.text(end, y, f"{GAP}{compact(row['count'])} {basis}", va="center", fontsize=6.5, color=INK)


def _legends(axes: Axes) -> None:
    routes = [Patch(fc=colour, label=name) for name, colour in ROUTES.items()]
    bases = [
        Patch(fc=MUTED, label="measured"),
        Patch(fc=MUTED, ec=PAPER, hatch="////", lw=0, label="assumed"),
        Patch(fc=PAPER, ec=MUTED, label="residual: set so that the rest fits"),
    ]
    span = Line2D([], [], color=INK, lw=1.1, label="95 % Monte Carlo interval, where counted")
    handles = [*routes, *bases, span]
    axes.legend(handles=handles, loc="lower right", fontsize=7, ncols=1)
