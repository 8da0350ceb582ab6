"""When cancers come back after resection.

Public names: ``recurrence_figure``.
"""

from typing import Any, Final

import numpy as np
import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from paget.core.units import YEAR
from paget.report.lives.figures import diagnosed
from paget.report.page.intervals import wilson
from paget.report.page.style import (
    GAP,
    INK,
    MODEL,
    MUTED,
    ROUTES,
    count_text,
    facts_of,
    in_style,
    new_figure,
    say_empty,
)

_FOLLOWED_YEARS: Final = 10
_WIDE: Final = 7.4


@in_style
def recurrence_figure(cohort: Any) -> Figure:
    """Draw when cancers come back after resection: by year, and how many have by then."""
    figure = new_figure("Time of recurrence after resection", facts_of(cohort), (_WIDE, 3.4))
    left, right = figure.subplots(1, 2, width_ratios=(1.25, 1.0))
    free = diagnosed(cohort).filter(pl.col("sites_seen").list.len().fill_null(0) == 0)
    years = free.select(
        recurs=(pl.col("recurrence_day") - pl.col("diagnosis_day")) / YEAR,
        ends=(pl.min_horizontal("recurrence_day", "follow_up_day") - pl.col("diagnosis_day"))
        / YEAR,
    )
    times = years["recurs"].drop_nulls().to_numpy()
    if len(times) == 0:
        say_empty(left, "No recurrence in this cohort.")
        say_empty(right, "")
        return figure
    _draw_yearly(left, times, years["ends"].drop_nulls().to_numpy())
    _draw_cumulative(right, times)
    return figure


def _draw_yearly(axes: Axes, times: Any, ends: Any) -> None:
    """Draw the recurrences of each year per 100 patients still free of it at its start."""
    starts = np.arange(_FOLLOWED_YEARS)
    events = np.array([((times >= y) & (times < y + 1)).sum() for y in starts])
    risk = np.array([(ends >= y).sum() for y in starts])
    share = 100.0 * events / np.maximum(risk, 1)
    limits = [
        wilson(int(e), int(r)) if r else (0.0, 0.0) for e, r in zip(events, risk, strict=True)
    ]
    axes.bar(starts + 0.5, share, 0.8, color=ROUTES["blood"], alpha=0.85)
    axes.vlines(
        starts + 0.5, [100 * x for x, _ in limits], [100 * y for _, y in limits], color=INK, lw=1.1
    )
    axes.set_title(f"In each year ({count_text(len(times))} recurrence{'s' * (len(times) != 1)})")
    axes.set_xlabel("time since diagnosis [year]")
    axes.set_ylabel("recurrences [% of those free]")
    top = 1.3 * max(share.max(), 100 * min(max(y for _, y in limits), 0.5))
    axes.set_ylim(0.0, min(top, 103.0))
    axes.grid(axis="y")


def _draw_cumulative(axes: Axes, times: Any) -> None:
    """Draw which share of all recurrences has happened by a time, with its band."""
    grid = np.linspace(0.0, max(_FOLLOWED_YEARS, float(np.quantile(times, 0.99))), 160)
    counts = np.searchsorted(np.sort(times), grid, side="right")
    band = np.array([wilson(int(c), len(times)) for c in counts])
    axes.fill_between(grid, 100 * band[:, 0], 100 * band[:, 1], color=MODEL, alpha=0.22, lw=0)
    axes.plot(grid, 100.0 * counts / len(times), color=MODEL, lw=1.6)
    median = float(np.median(times))
    axes.plot((median, median, 0), (0, 50, 50), color=MUTED, lw=0.8, ls=(0, (4, 3)))
    axes.text(median, 8, f"{GAP}median {median:.1f} years", fontsize=7.5)
    axes.set_title("Of all recurrences, so far")
    axes.set_xlabel("time since diagnosis [year]")
    axes.set_ylabel("share of recurrences [%]")
    axes.set_ylim(0, 103)
    axes.set_xlim(0, grid[-1])
    axes.grid()
