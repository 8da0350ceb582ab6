"""What both kinds of body map share: the empty figure, links, labels and the legend of routes.

Public names: ``body_axes``, ``place_of``, ``draw_link``, ``write_labels``, ``route_legend``,
``Label``, ``Point``, ``MARGIN``, ``COLUMN``.
"""

import math
from collections.abc import Sequence
from typing import Final, NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import FancyArrowPatch

from paget.report.lives.body_figure import draw_body
from paget.report.lives.body_shapes import HEIGHT, PLACES
from paget.report.page.style import INK, MUTED, ROUTES, RunFacts, new_figure

Point = tuple[float, float]

MARGIN: Final = 262.0
"""From the middle of the body to the edge of the figure."""
COLUMN: Final = 158.0
"""From the middle of the body to the labels."""
_SIZE: Final = (7.6, 7.9)
_GAP: Final = 33.0
_COLUMN_FULL: Final = 7


class Label(NamedTuple):
    """What the columns beside the figure say of one place."""

    at: Point
    name: str
    text: str


def body_axes(title: str, facts: RunFacts) -> tuple[Figure, Axes]:
    """Return a figure with the person drawn on its only axes."""
    figure = new_figure(title, facts, _SIZE)
    figure.set_layout_engine("none")
    axes = figure.add_axes((0.0, 0.035, 1.0, 0.91))
    draw_body(axes, MARGIN)
    return figure, axes


def place_of(site: str) -> Point:
    """Return where a site is drawn; what has no place of its own is other tissue."""
    return PLACES.get(site, PLACES["other"])


def draw_link(
    axes: Axes, start: Point, end: Point, colour: str, width: float, alpha: float
) -> None:
    """Draw a curved link; one that ends where it starts becomes a loop."""
    bend = 0.22 if end[0] >= start[0] else -0.22
    if math.dist(start, end) < 1.0:
        start, end, bend = (start[0] - 4, start[1] - 2), (start[0] + 4, start[1] - 2), -1.5
    axes.add_patch(
        FancyArrowPatch(
            start, end, connectionstyle=f"arc3,rad={bend}", color=colour, lw=width, alpha=alpha,
            arrowstyle="-", shrinkA=0, shrinkB=0, capstyle="round", zorder=18,
        )
    )  # fmt: skip


def write_labels(axes: Axes, labels: Sequence[Label]) -> None:
    """Write labels in two columns beside the figure, each with a thin line to its place."""
    sides: dict[int, list[Label]] = {-1: [], 1: []}
    for label in sorted(labels, key=lambda item: item.at[0]):
        sides[-1 if label.at[0] < 0 else 1].append(label)
    while len(sides[-1]) > _COLUMN_FULL:  # what is nearest to the middle changes sides
        sides[1].insert(0, sides[-1].pop())
    while len(sides[1]) > _COLUMN_FULL:
        sides[-1].append(sides[1].pop(0))
    for side, column in sides.items():
        column.sort(key=lambda item: item.at[1])
        for label, y in zip(column, _spread([item.at[1] for item in column]), strict=True):
            _write_label(axes, label, side, y)


def _write_label(axes: Axes, label: Label, side: int, y: float) -> None:
    x = side * COLUMN
    align = "right" if side < 0 else "left"
    axes.plot(
        (label.at[0], x - side * 14, x - side * 2), (label.at[1], y, y),
        color=MUTED, lw=0.5, alpha=0.8, zorder=19,
    )  # fmt: skip
    axes.text(
        x, y + 0.5, label.name, ha=align, va="bottom", fontsize=8, fontweight="bold", zorder=25
    )
    axes.text(x, y + 1.5, label.text, ha=align, va="top", fontsize=6.8, color=INK, zorder=25)


def _spread(wanted: Sequence[float]) -> list[float]:
    """Return heights near the wanted ones, in their order, at least a label apart."""
    top, bottom = 12.0, HEIGHT - 92.0
    placed: list[float] = []
    for y in wanted:
        placed.append(max(y, placed[-1] + _GAP if placed else top))
    limit = bottom
    for i in reversed(range(len(placed))):
        placed[i] = min(placed[i], limit)
        limit = placed[i] - _GAP
    return placed


def route_legend(axes: Axes, title: str) -> None:
    """Say which colour is which route."""
    handles = [Line2D([], [], color=colour, lw=3) for colour in ROUTES.values()]
    legend = axes.legend(
        handles, list(ROUTES), title=title, loc="lower left", bbox_to_anchor=(0.005, 0.0), ncols=3,
        fontsize=7, title_fontsize=7, alignment="left", handlelength=1.4, columnspacing=1.0,
        borderpad=0.1,
    )  # fmt: skip
    legend.get_title().set_color(MUTED)
