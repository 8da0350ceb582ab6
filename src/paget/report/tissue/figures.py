"""The course of a growing tissue: cells, spread, fields, radius, front and crowding over time.

Public names: ``course_figure``, ``front_speed``, ``occupancy``.
"""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from paget.culture.counts import unit_of
from paget.report.page.style import (
    FAINT,
    INK,
    MUTED,
    PRIMARY,
    ROUTES,
    count_text,
    in_style,
    new_figure,
    say_legend,
    site_text,
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

DASHES: Final = (0, (4, 2))
FIRSTS: Final = {
    "breach_day": ("breach of the membrane", "#8A63A8"),
    "first_intravasation_day": ("first intravasation", ROUTES["blood"]),
    "first_metastasis_day": ("first metastasis", INK),
}
SITE_COLOURS: Final = ("#1C7C8C", "#C77F17", "#7A6C9D", "#5E8F4E", "#C2578D", "#2F5D8C")
_WINDOW: Final = 0.12  # of the growth: the time over which the speed of the front is taken
_LEAST_POINTS: Final = 4
_MOST_BARS: Final = 20
_FEW: Final = 4.0  # the least that an axis of counts spans
_LOG_FROM: Final = 30.0  # counts of cells that reach it are drawn on a log axis
Curve = tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]


# ------------------------------------------------------------------------------------- one tissue


@in_style
def course_figure(grown: Any) -> Figure:
    """Draw what became of a tissue over time, in six panels.

    Parameters
    ----------
    grown : what ``paget.grow`` returns.
    """
    fate = grown.fate
    outcome = ", ".join(outcome.value.replace("_", " ") for outcome in fate.outcomes)
    title = f"{grown.model.title} to {time_text(fate.day, fate.day)}: {outcome}"
    figure = new_figure(title, tissue_facts(grown), (10.2, 6.2))
    panels = figure.subplots(2, 3)
    primary = grown.counts.filter(pl.col("site") == PRIMARY_SITE)
    over_time: list[Axes] = [*panels[0], *panels[1, :2]]
    _draw_kinds(over_time[0], primary, kinds_seen(grown))
    _draw_spread(over_time[1], grown)
    _draw_fields(over_time[2], primary, grown.model.field_names)
    _draw_radius(over_time[3], primary)
    _draw_speed(over_time[4], primary)
    _draw_occupancy(panels[1, 2], grown)
    for axes in over_time:
        _draw_firsts(axes, fate)
        in_time(axes, fate.day)
    marks = [
        Line2D([], [], color=colour, lw=1.0, ls=DASHES, label=text)
        for name, (text, colour) in FIRSTS.items()
        if getattr(fate, name) is not None
    ]
    if marks:
        say_legend(figure, marks)
    return figure


def _draw_kinds(axes: Axes, primary: pl.DataFrame, kinds: Sequence[str]) -> None:
    """Draw the cells of each kind in the primary."""
    axes.set_title("Cells in the primary")
    most = 0.0
    for kind in kinds:
        days, cells = curve(primary, kind)
        most = max(most, float(cells.max()))
        axes.plot(days, cells, color=CELLS[kind], lw=1.8, label=kind_text(kind))
    count_axis(axes, most)
    if kinds:
        axes.legend(fontsize=7.5, loc="best")


def _draw_spread(axes: Axes, grown: Any) -> None:
    """Draw the living tumour cells of the other sites, and those on their way."""
    axes.set_title("Cells that spread")
    sites, counts = grown.model.sites[1:], grown.counts
    if not sites:
        say_alone(axes)
        return
    travelling = counts.group_by("day", maintain_order=True).agg(pl.col("in_vasculature").sum())
    days, cells = curve(travelling, "in_vasculature")
    axes.plot(days, cells, color=FAINT, lw=1.1, label="in vessels")
    most = float(cells.max())
    for i, site in enumerate(sites):
        days, cells = curve(counts.filter(pl.col("site") == site), "tumour")
        colour = SITE_COLOURS[i % len(SITE_COLOURS)]
        axes.plot(days, cells, color=colour, lw=1.8, label=site_text(site))
        most = max(most, float(cells.max()))
    count_axis(axes, most)
    axes.legend(fontsize=7.5, loc="upper left")


def _draw_fields(axes: Axes, primary: pl.DataFrame, names: Sequence[str]) -> None:
    """Draw the mean of each field in the primary, as a share of the most that it was anywhere."""
    axes.set_title("Fields in the primary, mean")
    drawn = [name for name in names if (primary[f"{name}_max"] > 0).any()]
    for name in drawn:
        days, values = curve(primary, f"{name}_mean")
        top = float(values.max())
        label = f"{field_look(name).text}; highest {value_text(name, top)}"
        axes.plot(days, values / (top or 1.0), lw=1.8, color=field_look(name).line, label=label)
    head_fields(axes, len(drawn))


def head_fields(axes: Axes, fields: int) -> None:
    """Make room for the legend above the curves of the fields."""
    axes.set_ylim(0.0, 1.05 + 0.12 * fields)
    axes.set_yticks([0.0, 0.25, 0.5, 0.75, 1.0])
    axes.set_ylabel("share of its highest mean")
    if fields:
        axes.legend(fontsize=7.5, loc="upper left", labelspacing=0.3)


def _draw_radius(axes: Axes, primary: pl.DataFrame) -> None:
    axes.set_title("Radius of the primary")
    days, radius = curve(primary, "radius_um")
    axes.plot(days, radius / 1000.0, color=PRIMARY, lw=1.8)
    axes.set_ylim(0.0, None)
    axes.set_ylabel("farthest cell from the middle [mm]", fontsize=8)


def _draw_speed(axes: Axes, primary: pl.DataFrame) -> None:
    """Draw how fast the front moves."""
    axes.set_title("Speed of its front")
    days, speed = front_speed(*curve(primary, "radius_um"))
    axes.axhline(0.0, color=MUTED, lw=0.7)
    axes.plot(days, speed, color=PRIMARY, lw=1.8)
    axes.set_ylabel("change of the radius [µm/day]", fontsize=8)


def _draw_occupancy(axes: Axes, grown: Any) -> None:
    """Draw how many voxels hold how many cells, at half of the time and at the end."""
    axes.set_title("Crowding in the primary")
    number = int(grown.dataset.sizes["time"])
    frames = dict.fromkeys((number // 2, number - 1))
    days = grown.dataset["time"].to_numpy()
    colours = (FAINT, PRIMARY)[-len(frames) :]
    width = 0.8 / len(frames)
    most = 0
    for i, (frame, colour) in enumerate(zip(frames, colours, strict=True)):
        cells, voxels = occupancy(grown, frame)
        shift = (i - (len(frames) - 1) / 2.0) * width
        label = time_text(float(days[frame]), float(days[-1]))
        axes.bar(np.arange(len(cells)) + shift, voxels, width, color=colour, label=label)
        axes.set_xticks(range(len(cells)), cells)
        most = max(most, int(voxels.max(initial=0)))
    axes.set_xlabel("cells in a voxel")
    axes.set_ylabel("voxels")
    axes.yaxis.set_major_formatter(lambda value, _: count_text(value))
    axes.set_axisbelow(True)
    axes.grid(axis="y")
    axes.set_ylim(0.0, max(_FEW, 1.25 * most))
    axes.locator_params(axis="y", integer=True)
    axes.legend(fontsize=7.5, loc="upper left", ncols=2)


def value_text(field: str, value: float) -> str:
    """Return the value of a field with its unit, where it has one."""
    unit = unit_of(field)
    return f"{value:.2g}" if unit in ("", "1") else f"{value:.2g} {unit}"


def curve(table: pl.DataFrame, name: str) -> Curve:
    """Return days and the values of a column on them."""
    return table["day"].to_numpy(), table[name].cast(pl.Float64).to_numpy()


def say_alone(axes: Axes) -> None:
    """Say why there is no other site to draw."""
    axes.text(
        0.5, 0.5, "This model has one tissue.", ha="center", va="center", color=MUTED,
        transform=axes.transAxes,
    )  # fmt: skip
    axes.set_yticks([])


def in_time(axes: Axes, last: float) -> None:
    """Make the time the axis of a panel."""
    axes.set_xlabel("time [day]")
    axes.set_xlim(0.0, last or 1.0)
    if last == 0.0:
        for line in axes.get_lines():
            line.set_marker("o")  # one moment is no line
    axes.grid()


def count_axis(axes: Axes, most: float) -> None:
    """Count cells on an axis, which is a log one where there are many."""
    axes.set_ylabel("cells")
    if most >= _LOG_FROM:
        axes.set_yscale("log", nonpositive="clip")  # lines of none fall off it
        axes.set_ylim(0.8, 2.0 * most)
    else:
        axes.set_ylim(0.0, max(_FEW, 1.1 * most))
        axes.locator_params(axis="y", integer=True)
    axes.yaxis.set_major_formatter(lambda value, _: count_text(value))


def _draw_firsts(axes: Axes, fate: Any) -> None:
    """Mark the breach of the membrane, the first intravasation and the first metastasis."""
    for name, (_, colour) in FIRSTS.items():
        day = getattr(fate, name)
        if day is not None:
            axes.axvline(day, color=colour, lw=1.0, ls=DASHES, zorder=1)


def front_speed(days: npt.NDArray[np.float64], radius: npt.NDArray[np.float64]) -> Curve:
    """Return days and the speed of the front [µm/day]: slopes of the radius over a moving window.

    Examples
    --------
    >>> days = np.linspace(0.0, 10.0, 101)
    >>> front_speed(days, 30.0 * days)[1].round(6).tolist()[0]
    30.0
    """
    n = max(_LEAST_POINTS, round(_WINDOW * len(days)))
    if len(days) < n:
        return np.array([]), np.array([])
    times = np.lib.stride_tricks.sliding_window_view(days, n)
    values = np.lib.stride_tricks.sliding_window_view(radius, n)
    centred = times - times.mean(axis=1, keepdims=True)
    slopes = (centred * values).sum(axis=1) / (centred**2).sum(axis=1)
    return times.mean(axis=1), slopes


def occupancy(
    grown: Any, frame: int, site: str = PRIMARY_SITE
) -> tuple[list[str], npt.NDArray[np.int64]]:
    """Return numbers of cells, as text, and how many voxels hold so many; empty ones left out."""
    cells = grown.dataset["cells"].isel(time=frame).sel(site=site).to_numpy()
    total = cells.sum(axis=0, dtype=np.int64)
    capacity = grown.model.grid.capacity
    step = -(-capacity // _MOST_BARS)
    edges = np.arange(1, capacity + step + 1, step)
    voxels, _ = np.histogram(total, edges)
    names = [str(low) if step == 1 else f"{low}-{low + step - 1}" for low in edges[:-1].tolist()]
    return names, voxels
