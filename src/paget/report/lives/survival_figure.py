"""Survival after diagnosis by stage: Kaplan-Meier with intervals and the numbers at risk.

Public names: ``survival_figure``, ``survival_curves``, ``curve_of``.
"""

from typing import Any, Final, NamedTuple, cast

import numpy as np
import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.lines import Line2D

from paget.core.units import YEAR
from paget.report.lives.figures import diagnosed, published_of, stage_column
from paget.report.page.style import (
    INK,
    MUTED,
    PAPER,
    STAGES,
    count_text,
    facts_of,
    in_style,
    new_figure,
    say_empty,
    say_legend,
)
from paget.twins.limits import share_limits
from paget.words import OTHER_CAUSE_WORDS

_YEARS: Final = 10.0
_MARK: Final = 5.0


class Curve(NamedTuple):
    """The share alive over time [year] with its 95 % interval, and the numbers at risk."""

    time: Any
    alive: Any
    low: Any
    high: Any
    at_risk: Any
    """At each whole year."""


def survival_curves(patients: pl.DataFrame, *, cause_specific: bool) -> dict[str, Curve]:
    """Return a Kaplan-Meier curve for each stage, with log-log intervals after Greenwood.

    Parameters
    ----------
    patients : the patients whose cancer was found.
    cause_specific : count deaths from the cancer alone; other deaths end the follow-up.
    """
    table = (
        patients.select(
            stage=stage_column(patients),
            years=(pl.coalesce("death_day", "follow_up_day") - pl.col("diagnosis_day")) / YEAR,
            died=pl.col("death_day").is_not_null()
            & (
                pl.lit(not cause_specific)
                | (pl.col("cause_of_death").cast(pl.String) != OTHER_CAUSE_WORDS)
            ),
        )
        .with_columns(pl.col("died").fill_null(value=False))
        .drop_nulls()
    )
    parts = {stage: table.filter(pl.col("stage") == stage) for stage in STAGES}
    return {
        stage: curve_of(part["years"].to_numpy(), part["died"].to_numpy())
        for stage, part in parts.items()
        if not part.is_empty()
    }


def curve_of(years: Any, died: Any) -> Curve:
    """Return the Kaplan-Meier curve of times [year] of death, or of the end of follow-up.

    Greenwood's variance is nothing where nobody, or everybody, has died: there the limits are
    Clopper and Pearson's of those at risk then, or before the last death.
    """
    from lifelines import KaplanMeierFitter

    grid = np.linspace(0.0, _YEARS, 241)
    fitter = KaplanMeierFitter().fit(np.maximum(years, 0.0), died)
    # The steps of large cohorts are finer than a figure shows: a grid of two weeks is enough.
    limits = fitter.confidence_interval_survival_function_
    steps = limits.index.to_numpy()
    row = np.searchsorted(steps, grid, side="right") - 1
    low, high = limits.iloc[row, 0].to_numpy(), limits.iloc[row, 1].to_numpy()
    alive = fitter.survival_function_.iloc[row, 0].to_numpy()
    at_risk = np.array([(years >= y).sum() for y in range(int(_YEARS) + 1)])
    return Curve(grid, alive, *_ends(years, grid, alive, low, high), at_risk)


def _ends(years: Any, grid: Any, alive: Any, low: Any, high: Any) -> tuple[Any, Any]:
    """Return the limits of a curve, exact where it is at one or at nothing."""
    low, high = low.copy(), high.copy()
    for i in np.flatnonzero(alive >= 1.0):
        low[i], high[i] = share_limits(n := float((years >= grid[i]).sum()), n)
    gone = alive <= 0.0
    if gone.any():
        low[gone], high[gone] = share_limits(0.0, float((years >= years.max()).sum()))
    return low, high


@in_style
def survival_figure(cohort: Any, fit: pl.DataFrame | None = None) -> Figure:
    """Draw survival by stage, from the cancer alone and from all causes."""
    figure = new_figure("Survival after diagnosis, by stage", facts_of(cohort), (7.4, 4.3))
    cast("ConstrainedLayoutEngine", figure.get_layout_engine()).set(wspace=0.09)
    axes = figure.subplots(1, 2, sharey=True)
    patients = diagnosed(cohort)
    for ax, cause_specific in zip(axes, (True, False), strict=True):
        curves = survival_curves(patients, cause_specific=cause_specific)
        ax.set_title("Death from the cancer" if cause_specific else "Death from any cause")
        if not curves:
            say_empty(ax, "nobody")
            continue
        _draw_curves(ax, curves)
        if cause_specific:
            _draw_published(ax, curves, fit)
            ax.set_ylabel("share alive [%]")
    handles = [Line2D([], [], color=colour, lw=2, label=stage) for stage, colour in STAGES.items()]
    if fit is not None:
        label = "published, at 5 years"
        handles.append(
            Line2D([], [], color=MUTED, marker="D", mec=PAPER, ms=6, lw=1.6, label=label)
        )
    say_legend(figure, handles)
    return figure


def _draw_curves(axes: Axes, curves: dict[str, Curve]) -> None:
    for stage, curve in curves.items():
        colour = STAGES[stage]
        axes.fill_between(
            curve.time,
            100 * curve.low,
            100 * curve.high,
            step="post",
            color=colour,
            alpha=0.2,
            lw=0,
        )
        axes.step(curve.time, 100 * curve.alive, where="post", color=colour, lw=1.6, label=stage)
    axes.set_xlim(0.0, _YEARS)
    axes.set_ylim(0.0, 103.0)
    axes.set_xticks(range(0, int(_YEARS) + 1, 2))
    axes.grid()
    axes.set_xlabel("time since diagnosis [year]")
    _write_risk(axes, curves)


def _write_risk(axes: Axes, curves: dict[str, Curve]) -> None:
    """Write the numbers at risk below the axis, a line a stage."""
    axes.annotate(
        "patients at risk", (0.0, 0.0), (-8.0, -38.0), xycoords="axes fraction",
        textcoords="offset points", fontsize=6.8, color=MUTED,
    )  # fmt: skip
    for i, (stage, curve) in enumerate(curves.items()):
        for year in range(0, int(_YEARS) + 1, 2):
            axes.annotate(
                count_text(curve.at_risk[year]), (year, 0.0), (0.0, -49.0 - 10.5 * i),
                xycoords=("data", "axes fraction"), textcoords="offset points", fontsize=6.8,
                ha="center", color=STAGES[stage] if stage != "I" else INK,
            )  # fmt: skip


def _draw_published(axes: Axes, curves: dict[str, Curve], fit: pl.DataFrame | None) -> None:
    """Mark the published survival at five years."""
    for stage in curves:
        published = published_of(fit, "5-year survival", stage)
        if published is None:
            continue
        ends = (100.0 * published.low, 100.0 * published.high)
        axes.plot((_MARK, _MARK), ends, color=STAGES[stage], lw=1.6, zorder=6)
        axes.plot(
            _MARK, 100.0 * published.value, "D", color=STAGES[stage], mec=PAPER, ms=6, zorder=7
        )
