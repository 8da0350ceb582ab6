"""An ensemble of tissues: mean and spread over the seeds, and when the first events came.

Public names: ``ensemble_figure``, ``share_by_day``.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from paget.report.page.style import PRIMARY, ROUTES, in_style, new_figure, site_text
from paget.report.tissue.figures import (
    DASHES,
    FIRSTS,
    SITE_COLOURS,
    Curve,
    count_axis,
    head_fields,
    in_time,
    say_alone,
    value_text,
)
from paget.report.tissue.style import (
    CELLS,
    PRIMARY_SITE,
    field_look,
    kind_text,
    kinds_seen,
    time_text,
    tissue_facts,
)

_MOST_BARS, _LEAST_SPAN = 12, 5


@in_style
def ensemble_figure(ensemble: Any) -> Figure:
    """Draw an ensemble: mean and standard deviation over time, and the first events of each seed.

    Parameters
    ----------
    ensemble : what ``paget.grow`` returns for several seeds.
    """
    last = float(ensemble.seeds["day"].max())
    n = len(ensemble.members)
    spread = "mean ± standard deviation over the seeds" if n > 1 else "a single seed"
    title = f"{ensemble.model.title} to {time_text(last, last)}: {spread}"
    figure = new_figure(title, tissue_facts(ensemble), (10.2, 6.2))
    panels = figure.subplots(2, 3)
    over_time: list[Axes] = [*panels[0], *panels[1, :2]]
    _draw_kinds(over_time[0], ensemble)
    _draw_spread(over_time[1], ensemble)
    _draw_fields(over_time[2], ensemble)
    _draw_radius(over_time[3], ensemble)
    _draw_firsts(over_time[4], ensemble, last)
    _draw_metastases(panels[1, 2], ensemble)
    for axes in over_time:
        in_time(axes, last)
    return figure


def _draw_kinds(axes: Axes, ensemble: Any) -> None:
    axes.set_title("Cells in the primary")
    most = 0.0
    for kind in kinds_seen(ensemble):
        most = max(most, _draw_band(axes, ensemble, kind, kind_text(kind), CELLS[kind]))
    count_axis(axes, most)
    if most > 0.0:
        axes.legend(fontsize=7.5, loc="best")


def _draw_spread(axes: Axes, ensemble: Any) -> None:
    axes.set_title("Cells that spread")
    sites = ensemble.model.sites[1:]
    if not sites:
        say_alone(axes)
        return
    most = 0.0
    for i, site in enumerate(sites):
        colour = SITE_COLOURS[i % len(SITE_COLOURS)]
        most = max(most, _draw_band(axes, ensemble, "tumour", site_text(site), colour, site))
    count_axis(axes, most)
    axes.legend(fontsize=7.5, loc="upper left")


def _draw_fields(axes: Axes, ensemble: Any) -> None:
    """Draw the mean of each field in the primary, as a share of the highest that it reached."""
    axes.set_title("Fields in the primary, mean")
    drawn = 0
    for name in ensemble.model.field_names:
        (days, mean), sd = _moments(ensemble, f"{name}_mean", PRIMARY_SITE)
        top = float(mean.max())
        if top <= 0.0:
            continue
        drawn += 1
        look = field_look(name)
        label = f"{look.text}; highest {value_text(name, top)}"
        axes.plot(days, mean / top, lw=1.8, color=look.line, label=label)
        axes.fill_between(
            days, (mean - sd) / top, (mean + sd) / top, color=look.line, alpha=0.2, lw=0
        )
    head_fields(axes, drawn)


def _draw_radius(axes: Axes, ensemble: Any) -> None:
    axes.set_title("Radius of the primary")
    (days, mean), sd = _moments(ensemble, "radius_um", PRIMARY_SITE)
    axes.plot(days, mean / 1000.0, color=PRIMARY, lw=1.8)
    low, high = (mean - sd) / 1000.0, (mean + sd) / 1000.0
    axes.fill_between(days, low, high, color=PRIMARY, alpha=0.2, lw=0)
    axes.set_ylim(0.0, None)
    axes.set_ylabel("farthest cell from the middle [mm]", fontsize=8)


def _draw_firsts(axes: Axes, ensemble: Any, last: float) -> None:
    """Draw which share of the seeds had the first events by each day."""
    axes.set_title("First events")
    for name, (text, colour) in FIRSTS.items():
        if name == "breach_day" and ensemble.model.membrane is None:
            continue
        column = ensemble.seeds[name]
        days, shares = share_by_day(column.drop_nulls().to_list(), len(column), last)
        label = f"{text}: none in {column.null_count()} of {len(column)}"
        axes.step(days, shares, where="post", color=colour, lw=1.8, label=label)
    axes.set_ylim(0.0, 1.4)  # the legend stands above the curves
    axes.set_yticks([0.0, 0.25, 0.5, 0.75, 1.0])
    axes.set_ylabel("share of the seeds that had one")
    axes.legend(fontsize=7.5, loc="upper left")


def _draw_metastases(axes: Axes, ensemble: Any) -> None:
    """Draw how many seeds founded how many metastases."""
    axes.set_title("Metastases founded")
    if not ensemble.model.sites[1:]:
        say_alone(axes)
        axes.set_xticks([])
        return
    founded = ensemble.seeds["metastases"].to_numpy()
    most = int(founded.max(initial=0))
    step = -(-(most + 1) // _MOST_BARS)
    edges = (np.arange(0, most + step + 1, step) - 0.5).tolist()
    axes.hist(founded, edges, color=PRIMARY, rwidth=0.8)
    axes.set_xlim(-0.5, max(most + step, _LEAST_SPAN) - 0.5)
    mean = float(founded.mean())
    axes.axvline(mean, color=ROUTES["blood"], lw=1.2, ls=DASHES, label=f"mean {mean:.2g}")
    axes.set_xlabel("metastases")
    axes.set_ylabel("seeds")
    axes.locator_params(integer=True)
    axes.grid(axis="y")
    axes.legend(fontsize=7.5)


def share_by_day(days: Sequence[float], n: int, last: float) -> Curve:
    """Return the days on which events came, and the share of ``n`` that had one by then.

    Examples
    --------
    >>> days, shares = share_by_day([3.0, 1.0], 4, 10.0)
    >>> days.tolist(), shares.tolist()
    ([0.0, 1.0, 3.0, 10.0], [0.0, 0.25, 0.5, 0.5])
    """
    times = np.array([0.0, *sorted(days), last])
    had = np.arange(len(days) + 1) / n
    return times, np.append(had, had[-1])


def _moments(ensemble: Any, quantity: str, site: str) -> tuple[Curve, npt.NDArray[np.float64]]:
    """Return days with the mean on them, and the standard deviation (0 for a single seed)."""
    rows = ensemble.moments.filter(
        (pl.col("site") == site) & (pl.col("quantity") == quantity)
    ).sort("day")
    sd = rows["sd"].fill_null(0.0).to_numpy()
    return (rows["day"].to_numpy(), rows["mean"].to_numpy()), sd


def _draw_band(
    axes: Axes, ensemble: Any, quantity: str, label: str, colour: str, site: str = PRIMARY_SITE
) -> float:
    """Draw mean and standard deviation of a count; return the highest value drawn."""
    (days, mean), sd = _moments(ensemble, quantity, site)
    axes.plot(days, mean, color=colour, lw=1.8, label=label)
    low, high = np.maximum(mean - sd, 0.0), mean + sd
    axes.fill_between(days, low, high, color=colour, alpha=0.2, lw=0)
    return float(high.max())
