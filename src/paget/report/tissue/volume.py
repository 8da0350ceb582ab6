"""A tissue in three dimensions: a picture of its surface, cut open to show what lies inside.

The surface is that around all voxels with cells, found by marching cubes; a quarter is cut away.
Each facet has the colours of the cells below it. No screen and no graphics driver is needed.

Public names: ``volume_figure``, ``Surface``, ``Volume``, ``volume_of``, ``cell_surface``,
``vessel_surface``.
"""

from itertools import pairwise
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from mpl_toolkits.mplot3d.art3d import Line3DCollection, Poly3DCollection
from scipy import ndimage
from skimage.measure import block_reduce, marching_cubes

from paget.core.errors import RunError
from paget.report.page.style import FAINT, INK, in_style, new_figure, site_text
from paget.report.tissue.frames import foot_height, marks_of, nearest_frame, say_marks, seen, still
from paget.report.tissue.style import (
    PRIMARY_SITE,
    VESSELS,
    cell_colours,
    cells_text,
    length_of_bar,
    length_text,
    time_text,
    tissue_facts,
    vessel_kinds,
)
from paget.tissue.kinds import KINDS

Numbers = npt.NDArray[Any]

_MOST: Final = 72  # voxels along an axis that are drawn; finer grids are averaged
_SMOOTH: Final = 0.6  # voxels over which the edge of the cells is smoothed
_LEVEL: Final = 0.2  # so that a lone voxel with cells is still seen
_BELOW: Final = 1.0  # voxels below a facet where its colour is taken
_LIGHT: Final = np.array([0.35, -0.65, 0.67])  # towards it; x, y, z
_DARKEST: Final = 0.5  # share of its colour that a facet keeps in the dark
_WIDE: Final = 6.4  # inches
_COLUMNS: Final = 4  # of the legend
_VIEW: Final = {"elev": 24.0, "azim": -52.0}  # degrees


class Surface(NamedTuple):
    """Triangles with a colour each."""

    corners: Numbers
    """x, y, z of three corners [µm], shape (n, 3, 3)."""
    colours: Numbers
    """Red, green, blue, shape (n, 3)."""


class Volume(NamedTuple):
    """What is drawn of one site at one time; first axes z, y, x from the lowest."""

    cells: Numbers
    """Cells of each kind (first axis) in a voxel, on average."""
    vessel: Numbers
    spacing: float
    origin: Numbers
    """x, y, z of the middle of the first voxel [µm]."""


# --------------------------------------------------------------------------------------- surfaces


def volume_of(grown: Any, number: int, site: str = PRIMARY_SITE) -> Volume:
    """Return a frame in three dimensions, made coarser where its grid is fine."""
    there = still(grown, number, site)
    if "z" not in there.dims:
        raise RunError(
            f"{grown.model.title} is a tissue in the plane",
            allowed="only one in three dimensions has a volume to draw",
            remedy="Draw it with plot().",
        )
    cells, vessel = there["cells"].to_numpy(), there["vessel"].to_numpy()
    block = -(-max(vessel.shape) // _MOST)
    spacing = grown.model.lattice.spacing
    first = np.array([float(there[axis][0]) for axis in ("x", "y", "z")])
    origin = first + (block - 1) / 2.0 * spacing
    blocks: Any = (1, block, block, block)
    cells = block_reduce(cells, blocks, np.mean)
    vessel = block_reduce(vessel[np.newaxis], blocks, np.max)[0]
    return Volume(cells, vessel, spacing * block, origin)


def cell_surface(volume: Volume, *, cut: bool = True) -> Surface:
    """Return the surface around all cells, each facet with the colour of the cells below it.

    Parameters
    ----------
    volume : the cells.
    cut : whether to cut away the quarter towards the eye.
    """
    total = volume.cells.sum(axis=0)
    if not total.any():
        return _together([])
    there = ndimage.gaussian_filter((total > 0).astype(np.float64), _SMOOTH)
    if cut:
        middle: Any = ndimage.center_of_mass(total)
        row, column = round(middle[1]), round(middle[2])
        there[:, :row, column:] = 0.0
    mesh = _mesh(there, _LEVEL)
    return _lit(mesh, volume, _colours_at(volume, mesh.middles - _BELOW * mesh.normals))


def vessel_surface(volume: Volume) -> Surface:
    """Return the surface around vessels, in the colour of their kind."""
    parts: list[Surface] = []
    for name, there in vessel_kinds(volume.vessel).items():
        if there.any():
            look = VESSELS[name]
            mesh = _mesh(there.astype(np.float64), 0.5)
            colour = to_rgb(look.edge if name == "sprout" else look.face)
            parts.append(_lit(mesh, volume, np.tile(colour, (len(mesh.middles), 1))))
    return _together(parts)


class _Mesh(NamedTuple):
    """Triangles in voxels, axes z, y, x."""

    corners: Numbers
    middles: Numbers
    normals: Numbers
    """Outwards, of length 1."""


def _mesh(values: Numbers, level: float) -> _Mesh:
    """Return the surface on which values pass a level, closed where they end."""
    corners, facets, normals, _ = marching_cubes(np.pad(values, 1), level)
    triangles = corners[facets] - 1.0
    outwards = normals[facets].mean(axis=1)
    outwards /= np.maximum(np.linalg.norm(outwards, axis=1, keepdims=True), 1e-9)
    return _Mesh(triangles, triangles.mean(axis=1), outwards)


def _lit(mesh: _Mesh, volume: Volume, colours: Numbers) -> Surface:
    """Return a surface in its place, darker where it turns from the light."""
    facing = mesh.normals[:, ::-1] @ (_LIGHT / np.linalg.norm(_LIGHT))
    light = _DARKEST + (1.0 - _DARKEST) * (0.5 + 0.5 * facing)
    corners = mesh.corners[..., ::-1] * volume.spacing + volume.origin
    return Surface(corners, colours * light[:, None])


def _together(parts: list[Surface]) -> Surface:
    parts = [*parts, Surface(np.empty((0, 3, 3)), np.empty((0, 3)))]
    return Surface(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def _colours_at(volume: Volume, places: Numbers) -> Numbers:
    """Return the mixed colours of the cells at places [voxel], or of the nearest ones that have."""
    total = volume.cells.sum(axis=0)
    nearest: Any = ndimage.distance_transform_edt(
        total <= 0, return_distances=False, return_indices=True
    )
    indices = np.rint(places).astype(np.int64)
    indices = np.clip(indices, 0, np.array(total.shape) - 1)
    z, y, x = nearest[:, indices[:, 0], indices[:, 1], indices[:, 2]]
    return cell_colours(volume.cells[:, z, y, x], KINDS, 1.0)[..., :3]


# -------------------------------------------------------------------------------------- a picture


@in_style
def volume_figure(
    grown: Any, day: float | None = None, site: str = PRIMARY_SITE, *, cut: bool = True
) -> Figure:
    """Draw the cells and vessels of one site in three dimensions, cut open.

    Parameters
    ----------
    grown : what ``paget.grow`` returns, of a model in three dimensions.
    day : the frame nearest to it is drawn; the last one by default.
    site : the tissue.
    cut : whether to cut away the quarter towards the eye.
    """
    number = nearest_frame(grown, day)
    volume = volume_of(grown, number, site)
    days = grown.dataset["time"].to_numpy()
    where = "" if site == PRIMARY_SITE else f" · {site_text(site)}"
    title = f"{grown.model.title}{where} · {time_text(float(days[number]), float(days[-1]))}"
    marks = marks_of(grown, volume.vessel)
    foot = foot_height(marks, _COLUMNS)
    figure = new_figure(title, tissue_facts(grown), (_WIDE, _WIDE + foot))
    grid = figure.add_gridspec(2, 1, height_ratios=(_WIDE - 0.8, foot))
    axes: Any = figure.add_subplot(grid[0], projection="3d", computed_zorder=False)
    axes.view_init(**_VIEW)
    axes.set_axis_off()
    drawn = _together([cell_surface(volume, cut=cut), vessel_surface(volume)])
    if len(drawn.corners):
        faces = Poly3DCollection(drawn.corners, facecolors=drawn.colours)
        faces.set(edgecolors=drawn.colours, linewidths=0.3)  # else seams show
        axes.add_collection3d(faces)
    _draw_box(axes, volume)
    counted = cells_text(_counted(volume, grown, seen(grown)))
    if cut and volume.cells.any():
        counted += "; a quarter is cut away"
    say_marks(figure.add_subplot(grid[1]), marks, _COLUMNS).set_text(f"There are {counted}.")
    return figure


def _counted(volume: Volume, grown: Any, kinds: tuple[str, ...]) -> dict[str, int]:
    """Return how many cells of each kind there are."""
    of_one = (volume.spacing / grown.model.lattice.spacing) ** 3
    totals = volume.cells.sum(axis=(1, 2, 3)) * of_one
    return {kind: round(float(totals[KINDS.index(kind)])) for kind in kinds}


def _draw_box(axes: Any, volume: Volume) -> None:
    """Draw the edges of the grid that lie behind the tissue, and a scale bar."""
    low = volume.origin - volume.spacing / 2.0
    high = low + np.array(volume.vessel.shape[::-1]) * volume.spacing
    (left, front, bottom), (right, back, top) = low, high
    floor = [
        (left, front, bottom),
        (right, front, bottom),
        (right, back, bottom),
        (left, back, bottom),
    ]
    walls = [(left, front, top), (left, back, top), (right, back, top)]
    edges = [
        *zip(floor, (*floor[1:], floor[0]), strict=True),
        *pairwise(walls),
        *zip((floor[0], floor[3], floor[2]), walls, strict=True),
    ]
    axes.add_collection3d(Line3DCollection(edges, colors=FAINT, linewidths=0.9, zorder=0))
    length = length_of_bar(right - left)
    bar = [(left, front, bottom), (left + length, front, bottom)]
    axes.add_collection3d(Line3DCollection([bar], colors=INK, linewidths=2.6, zorder=3))
    axes.text(
        left + length / 2.0, front, bottom - 0.04 * (top - bottom), length_text(length),
        ha="center", va="top", fontsize=8, color=INK,
    )  # fmt: skip
    axes.set(xlim=(left, right), ylim=(front, back), zlim=(bottom, top))
    axes.set_box_aspect(high - low, zoom=1.04)
