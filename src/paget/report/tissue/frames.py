"""One moment of a tissue: its cells over the matrix, and beside them every field.

A tissue in three dimensions is shown by the plane through its centre. Colours mean the same at all
times: their scales are those of the whole growth.

Public names: ``Frame``, ``frame_of``, ``nearest_frame``, ``still``, ``CellsPanel``, ``Picture``,
``frame_figure``, ``extent_of``, ``say_length``, ``marks_of``, ``say_marks``, ``seen``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.colors import PowerNorm, to_rgba
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.text import Text
from mpl_toolkits.axes_grid1.anchored_artists import AnchoredSizeBar

from paget.core.arguments import number as a_number
from paget.core.errors import ScenarioError, whats_close
from paget.report.page.style import FAINT, INK, PAPER, in_style, new_figure, site_text
from paget.report.tissue.style import (
    CELLS,
    CLOSED,
    PRIMARY_SITE,
    VESSELS,
    cell_colours,
    cells_text,
    field_look,
    field_text,
    kind_text,
    kinds_seen,
    length_of_bar,
    length_text,
    scales,
    time_text,
    tissue_facts,
    vessel_kinds,
)
from paget.tissue.kinds import KINDS

_ORDER: Final = ("mmp2", "oxygen", "vegf", "chemokine", "matrix")
"""Fields that have panels of their own, in this order; matrix only where it is not crowded out."""
_IN_A_ROW: Final = 3
_PANEL: Final = 2.95  # inches
_LARGE, _SMALL = 26.0, 7.0  # areas of marks of vessels [point²]
_HEADS: Final = 0.62  # inches above and below a panel: its title, the scale of its colours
_LINE: Final = 0.2  # inches of a line of the legend
_MANY_VESSELS: Final = 80


# ------------------------------------------------------------------------------------ what is drawn


@dataclass(frozen=True)
class Frame:
    """What is drawn of one site at one time; in three dimensions the plane through the centre."""

    day: float
    site: str
    cells: npt.NDArray[Any]
    """Cells of each kind (first axis) in each voxel."""
    fields: dict[str, npt.NDArray[Any]]
    vessel: npt.NDArray[Any]
    closed: npt.NDArray[Any]


def frame_of(grown: Any, number: int, site: str = PRIMARY_SITE) -> Frame:
    """Return a frame by its number in time."""
    there = still(grown, number, site)
    if "z" in there.dims:
        there = there.isel(z=there.sizes["z"] // 2)
    return Frame(
        day=float(there["time"]),
        site=site,
        cells=there["cells"].to_numpy(),
        fields={name: there[name].to_numpy() for name in grown.model.field_names},
        vessel=there["vessel"].to_numpy(),
        closed=there["closed"].to_numpy(),
    )


def still(grown: Any, number: int, site: str) -> Any:
    """Return the dataset of one site at one frame."""
    sites = grown.model.sites
    if site not in sites:
        raise ScenarioError(
            f"site = {site!r}",
            "the arguments",
            f"tissues of this model are {', '.join(sites)}",
            whats_close(site, sites),
        )
    return grown.dataset.isel(time=number).sel(site=site)


def nearest_frame(grown: Any, day: float | None) -> int:
    """Return the number of the frame nearest to a day; the last one where none is given."""
    days = grown.dataset["time"].to_numpy()
    if day is None:
        return len(days) - 1
    return int(np.abs(days - a_number("day", day)).argmin())


def panels_of(grown: Any) -> tuple[str, ...]:
    """Return the fields that have a panel of their own."""
    there = grown.model.field_names
    known = [name for name in _ORDER if name in there]
    if "matrix" in known and len(known) > _IN_A_ROW - 1:
        known.remove("matrix")  # it is seen below the cells
    return (*known, *(name for name in there if name not in (*_ORDER, "membrane")))


# --------------------------------------------------------------------------------- the cells panel


class CellsPanel:
    """Cells over matrix with vessels: the part of a picture that every frame shares.

    Parameters
    ----------
    axes : where to draw.
    grown : what grew.
    """

    def __init__(self, axes: Axes, grown: Any) -> None:
        self.axes = axes
        self.capacity = float(grown.model.grid.capacity)
        self.extent = extent_of(grown)
        empty = np.zeros((1, 1))
        options: dict[str, Any] = {"extent": self.extent, "origin": "lower"}
        top = scales(grown).get("matrix", 1.0)
        look = field_look("matrix", alone=False)
        self.matrix = axes.imshow(empty, cmap=look.colormap, vmin=0.0, vmax=top, **options)
        self.closed = axes.imshow(np.zeros((1, 1, 4)), interpolation="none", **options)
        self.cells = axes.imshow(np.zeros((1, 1, 4)), interpolation="none", **options)
        self.vessels: dict[str, PathCollection] = {
            name: axes.scatter(
                [], [], s=_LARGE, marker=look.marker, c=look.face, ec=look.edge, lw=0.8, zorder=4,
            )
            for name, look in VESSELS.items()
        }  # fmt: skip
        bare(axes)

    def show(self, frame: Frame) -> None:
        """Draw a frame in the place of the one before."""
        if "matrix" in frame.fields:
            self.matrix.set_data(frame.fields["matrix"])
        closed = np.zeros((*frame.closed.shape, 4))
        closed[frame.closed > 0] = to_rgba(CLOSED)
        self.closed.set_data(closed)
        self.cells.set_data(cell_colours(frame.cells, KINDS, self.capacity))
        crowded = np.count_nonzero(frame.vessel) > _MANY_VESSELS
        for name, there in vessel_kinds(frame.vessel).items():
            self.vessels[name].set_offsets(places(there, self.extent))
            self.vessels[name].set(
                sizes=[_SMALL if crowded else _LARGE], linewidths=[0.3 if crowded else 0.8]
            )


def extent_of(grown: Any) -> tuple[float, float, float, float]:
    """Return the edges of the picture [µm]: left, right, bottom, top."""
    half = grown.model.lattice.spacing / 2.0
    x, y = (grown.dataset[axis].to_numpy() for axis in ("x", "y"))
    return x[0] - half, x[-1] + half, y[0] - half, y[-1] + half


def places(there: npt.NDArray[np.bool_], extent: Sequence[float]) -> npt.NDArray[np.float64]:
    """Return the centres (x, y) [µm] of the voxels where it is true."""
    rows, columns = np.nonzero(there)
    left, right, bottom, top = extent
    x = left + (columns + 0.5) * (right - left) / there.shape[1]
    y = bottom + (rows + 0.5) * (top - bottom) / there.shape[0]
    return np.column_stack([x, y])


def bare(axes: Axes) -> None:
    """Leave the frame of a picture alone, without ticks."""
    axes.set_xticks([])
    axes.set_yticks([])
    for spine in axes.spines.values():
        spine.set(visible=True, color=FAINT)


def say_length(axes: Axes, width: float) -> AnchoredSizeBar:
    """Draw a scale bar into a corner of a picture so wide [µm]."""
    length = length_of_bar(width)
    thickness: Any = width / 150.0
    bar = AnchoredSizeBar(
        axes.transData, length, length_text(length), "lower left", pad=0.35, sep=3,
        color=INK, frameon=True, size_vertical=thickness, fontproperties={"size": 7.5},
    )  # fmt: skip
    bar.patch.set(facecolor=PAPER, edgecolor="none", alpha=0.8)
    axes.add_artist(bar)
    return bar


def marks_of(grown: Any, vessel: npt.NDArray[Any]) -> list[Artist]:
    """Return the legend: the kinds of cells that ever were there, and the vessels."""
    handles: list[Artist] = [Patch(fc=CELLS[name], label=kind_text(name)) for name in seen(grown)]
    for name, there in vessel_kinds(vessel).items():
        if there.any():
            look = VESSELS[name]
            handles.append(
                Line2D(
                    [], [], ls="", marker=look.marker, color=look.face, mec=look.edge, mew=0.7,
                    ms=6, label=look.text,
                )
            )  # fmt: skip
    if grown.model.membrane is not None:
        handles.append(Patch(fc=CLOSED, label="basement membrane"))
    return handles


def foot_height(marks: Sequence[Artist], columns: int) -> float:
    """Return how much room [inch] a legend needs, with two lines of text below it."""
    return (-(-len(marks) // columns) + 2) * _LINE


def say_marks(axes: Axes, marks: Sequence[Artist], columns: int) -> Text:
    """Draw a legend in a row of its own, where it covers nothing; return the text below it."""
    axes.set_axis_off()
    axes.legend(handles=list(marks), loc="upper left", ncols=columns, fontsize=8, borderpad=0)
    return axes.text(0.0, 0.0, "", fontsize=8, transform=axes.transAxes, va="bottom")


def seen(grown: Any) -> tuple[str, ...]:
    """Return the kinds to name in a legend, at least one."""
    return kinds_seen(grown) or ("epithelial",)


# ------------------------------------------------------------------------------------- one moment


class Picture:
    """The panels of one site, to be filled with one frame after another.

    Parameters
    ----------
    grown : what ``paget.grow`` returns.
    site : whose frames.
    most : panels of fields, at most.
    """

    def __init__(self, grown: Any, site: str = PRIMARY_SITE, most: int = 2 * _IN_A_ROW - 1) -> None:
        self.grown = grown
        self.site = site
        names = panels_of(grown)[:most]
        panels = len(names) + 1
        columns = max(panels, 2) if panels <= _IN_A_ROW else -(-panels // 2)
        rows = -(-panels // columns)
        extent = extent_of(grown)
        tall = min(max((extent[3] - extent[2]) / (extent[1] - extent[0]), 0.3), 2.0)
        last = still(grown, -1, site)["vessel"].to_numpy()
        marks = marks_of(grown, last)
        foot = foot_height(marks, 2 * columns)
        size = (
            columns * _PANEL + 0.2,
            rows * (_PANEL * tall + _HEADS) + foot + 1.0,
        )
        self.figure = new_figure(grown.model.title, tissue_facts(grown), size)
        self.heading = self.figure.texts[0]
        ratios = [tall, 0.03] * rows + [foot / _PANEL]
        grid = self.figure.add_gridspec(2 * rows + 1, columns, height_ratios=ratios)
        places = [(2 * (i // columns), i % columns) for i in range(panels)]
        self.axes: list[Axes] = [self.figure.add_subplot(grid[i, j]) for i, j in places]
        bars: list[Axes] = [self.figure.add_subplot(grid[i + 1, j]) for i, j in places]
        self.cells = CellsPanel(self.axes[0], grown)
        self.fields: dict[str, AxesImage] = {}
        self._head_cells(bars[0])
        for name, axes, bar in zip(names, self.axes[1:], bars[1:], strict=True):
            self._head_field(name, axes, bar)
        say_length(self.axes[0], extent[1] - extent[0])
        self.counted = say_marks(self.figure.add_subplot(grid[-1, :]), marks, 2 * columns)

    def show(self, number: int) -> Frame:
        """Draw a frame by its number in the place of the one before."""
        frame = frame_of(self.grown, number, self.site)
        self.cells.show(frame)
        for name, image in self.fields.items():
            image.set_data(frame.fields[name])
        self.heading.set_text(self._title(frame))
        self.counted.set_text(self._counted(frame))
        return frame

    def _title(self, frame: Frame) -> str:
        last = float(self.grown.dataset["time"][-1])
        title = f"{self.grown.model.title} · {time_text(frame.day, last)}"
        if self.site != PRIMARY_SITE:
            title += f" · {site_text(self.site)}"
        if self.grown.model.lattice.dimensions > len("xy"):
            title += " · plane through the centre"
        return title

    def _counted(self, frame: Frame) -> str:
        """Return how many cells the whole site holds then: more than a plane shows of a box."""
        counts = self.grown.counts
        rows = counts.filter(counts["site"] == self.site)
        row = rows.row(int((rows["day"] - frame.day).abs().arg_min() or 0), named=True)
        there = cells_text({kind: int(row[kind]) for kind in seen(self.grown)})
        return f"The whole tissue holds {there}."

    def _head_cells(self, bar: Axes) -> None:
        over = "Cells"
        if "matrix" in self.grown.model.field_names:
            over = "Cells over matrix"
            self._scale(self.cells.matrix, bar, "matrix")
        else:
            bar.set_axis_off()
        self.axes[0].set_title(over)

    def _head_field(self, name: str, axes: Axes, bar: Axes) -> None:
        look, top = field_look(name), scales(self.grown)[name]
        image = axes.imshow(
            np.zeros((1, 1)), extent=extent_of(self.grown), origin="lower",
            norm=PowerNorm(look.gamma, 0.0, top), cmap=look.colormap,
        )  # fmt: skip
        self.fields[name] = image
        axes.set_title(look.text[:1].upper() + look.text[1:])
        bare(axes)
        self._scale(image, bar, name)

    def _scale(self, image: AxesImage, bar: Axes, name: str) -> None:
        """Draw the colours of a field with their values."""
        unit = str(self.grown.dataset[name].attrs.get("units", ""))
        scale = self.figure.colorbar(image, cax=bar, orientation="horizontal")
        scale.set_label(field_text(name, unit), fontsize=8)
        scale.outline.set_visible(False)
        bar.tick_params(labelsize=7.5, length=2)
        bar.locator_params(nbins=4)


@in_style
def frame_figure(grown: Any, day: float | None = None, site: str = PRIMARY_SITE) -> Figure:
    """Draw one site at one time: cells over matrix, and beside them each field.

    Parameters
    ----------
    grown : what ``paget.grow`` returns.
    day : the frame nearest to it is drawn; the last one by default.
    site : the tissue.
    """
    picture = Picture(grown, site)
    picture.show(nearest_frame(grown, day))
    return picture.figure
