"""Published figures and the model: how far it is off, in units of what is allowed.

Public names: ``fit_figure``, ``misfit``.
"""

import math
from typing import Any, Final

import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from paget.report.page.intervals import Z95
from paget.report.page.style import (
    FAINT,
    MISFIT,
    MODEL,
    MUTED,
    PAPER,
    compact,
    facts_of,
    in_style,
    new_figure,
    say_empty,
    say_legend,
)

_WIDE: Final = 7.4


@in_style
def fit_figure(fit: pl.DataFrame, cohort: Any) -> Figure:
    """Draw each misfit in units of what is allowed: inside ±1 the model agrees."""
    facts = facts_of(cohort)
    rows = [
        row for row in fit.iter_rows(named=True)
        if row["published"] is not None and row["model"] is not None and row["tolerance"]
    ]  # fmt: skip
    figure = new_figure(
        "Published figures and the model", facts, (_WIDE, 1.5 + 0.2 * max(len(rows), 2))
    )
    axes = figure.subplots()
    if not rows:
        say_empty(axes, "No published figure to compare with.")
        return figure
    axes.axvspan(-1.0, 1.0, color=MODEL, alpha=0.1, lw=0)
    axes.axvline(0.0, color=MUTED, lw=0.8)
    for i, row in enumerate(rows):
        _draw_misfit(axes, i, row)
    axes.set_yticks(range(len(rows)), [_row_text(r) for r in rows])
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_xlim(-3.3, 3.3)
    axes.set_xlabel("(model − published) / what is allowed; bars: 95 % Monte Carlo interval")
    axes.tick_params(axis="y", labelsize=7, length=0)
    marks = [*_MARKS.items(), ("outside", "o")]
    say_legend(
        figure,
        [
            Line2D(
                [],
                [],
                color=MISFIT if name == "outside" else MODEL,
                marker=mark,
                ms=5,
                ls="",
                label=name,
            )
            for name, mark in marks
        ],
    )
    axes.text(3.4, -0.9, "model / published", va="center", fontsize=6.8, color=MUTED, clip_on=False)
    axes.grid(axis="y", color=FAINT, lw=0.4)
    return figure


_MARKS: Final = {"target": "o", "prediction": "D", "consistency": "s"}
_EDGE: Final = 3.0


def _row_text(row: dict[str, Any]) -> str:
    group = str(row["group"] or "").replace("_", " ")
    return f"{row['quantity']}: {group}" if group else str(row["quantity"])


def misfit(row: dict[str, Any]) -> tuple[float, float]:
    """Return how far the model is off, and half of its interval, in units of what is allowed.

    A row that is within what is allowed though it is off by more than its tolerance has a factor
    for a tolerance: such a one is measured on a log scale.
    """
    model, published = float(row["model"]), float(row["published"])
    tolerance, spread = float(row["tolerance"]), Z95 * float(row["error"] or 0.0)
    off = (model - published) / tolerance
    if row["within"] and abs(off) > 1.0 and tolerance > 1.0 and min(model, published) > 0.0:
        return math.log(model / published, tolerance), spread / model / math.log(tolerance)
    return off, spread / tolerance


def _draw_misfit(axes: Axes, y: int, row: dict[str, Any]) -> None:
    off, spread = misfit(row)
    x = min(max(off, -_EDGE), _EDGE)
    colour = MODEL if row["within"] else MISFIT
    axes.plot(
        (max(x - spread, -_EDGE), min(x + spread, _EDGE)), (y, y), color=colour, lw=1.4, alpha=0.7
    )
    axes.plot(x, y, _MARKS.get(str(row["kind"]), "o"), color=colour, ms=5, mec=PAPER, mew=0.5)
    text = f"{compact(row['model'])} / {compact(row['published'])} {row['unit'] or ''}"
    axes.text(3.4, y, text, va="center", fontsize=6.8, color=colour, clip_on=False)
