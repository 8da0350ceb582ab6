"""Draw the human figure of the body map on an axes.

Public names: ``draw_body``.
"""

from typing import Final

from matplotlib.axes import Axes
from matplotlib.patches import Circle, FancyBboxPatch, PathPatch

from paget.report.lives.body_shapes import (
    BOWEL_LOOPS,
    GYRI,
    HEIGHT,
    NODES,
    RIBS,
    SHAPES,
    TUBES,
    VERTEBRAE,
    Points,
    Tube,
    mirror,
    smooth,
)

_BONE, _BONE_EDGE = "#E9E2D7", "#CFC4B4"
_NODE, _NODE_EDGE = "#CFE0DC", "#7FA9A3"
_FURROW: Final = "#C9B6C2"


def draw_body(axes: Axes, margin: float) -> None:
    """Draw the person: skin, bones, organs, vessels, node stations.

    Parameters
    ----------
    axes : an empty axes; it gets the coordinates of `body_shapes`.
    margin : half of the width of the axes, in units of the figure.
    """
    axes.set_xlim(-margin, margin)
    axes.set_ylim(HEIGHT + 2.0, -6.0)
    axes.set_aspect("equal")
    axes.set_axis_off()
    for shape in SHAPES:
        sides = (shape.points, mirror(shape.points)) if shape.mirrored else (shape.points,)
        for points in sides:
            path = smooth(points, closed=True)
            patch = PathPatch(path, fc=shape.face, ec=shape.edge, lw=0.7, zorder=shape.layer)
            axes.add_patch(patch)
    _draw_bones(axes)
    for tube in TUBES:
        _draw_tube(axes, tube)
    _draw_folds(axes)
    for x, y in NODES.values():
        axes.add_patch(Circle((x, y), 2.1, fc=_NODE, ec=_NODE_EDGE, lw=0.5, zorder=11))


def _draw_bones(axes: Axes) -> None:
    for middle, half, height in VERTEBRAE:
        corner = (-half, middle - height / 2.0)
        box = FancyBboxPatch(
            corner, 2.0 * half, height, boxstyle="round,pad=0,rounding_size=1.6",
            fc=_BONE, ec=_BONE_EDGE, lw=0.5, zorder=2.5,
        )  # fmt: skip
        axes.add_patch(box)
    for rib in RIBS:
        for points in (rib, mirror(rib)):
            _line(axes, points, 2.6, _BONE, 3.5, alpha=0.75)


def _draw_folds(axes: Axes) -> None:
    for furrow in GYRI:
        for points in (furrow, mirror(furrow)):
            _line(axes, points, 0.7, _FURROW, 4)
    for loop in BOWEL_LOOPS:
        _line(axes, loop, 0.8, "#DCC7B8", 6.5)


def _draw_tube(axes: Axes, tube: Tube) -> None:
    """Draw a tube as a wide line, with a wider one below it as its wall."""
    if tube.edge:
        _line(axes, tube.points, tube.width, tube.edge, tube.layer)
        _line(axes, tube.points, tube.width - 1.4, tube.face, tube.layer + 0.1)
    else:
        _line(axes, tube.points, tube.width, tube.face, tube.layer, alpha=0.75)


def _line(
    axes: Axes, points: Points, width: float, colour: str, layer: float, alpha: float = 1.0
) -> None:
    """Draw a smooth line of a width in units of the figure."""
    figure = axes.get_figure(root=True)
    height = figure.get_figheight() if figure else 1.0
    scale = height * axes.get_position().height * 72.0 / (HEIGHT + 8.0)
    axes.add_patch(
        PathPatch(
            smooth(points, closed=False), fc="none", ec=colour, lw=width * scale, zorder=layer,
            alpha=alpha, capstyle="round", joinstyle="round",
        )
    )  # fmt: skip
