"""All sites of a spatial cascade at one time, each with its largest colony magnified.

Public names: ``sites_figure``, ``largest_colony``, ``front_of``.
"""

from typing import Any, Final

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from scipy import ndimage

from paget.report.page.style import INK, MUTED, in_style, new_figure, say_empty, site_text
from paget.report.tissue.frames import (
    CellsPanel,
    Frame,
    extent_of,
    frame_of,
    marks_of,
    nearest_frame,
    say_length,
    say_marks,
)
from paget.report.tissue.style import PRIMARY_SITE, cells_text, time_text, tissue_facts
from paget.tissue.kinds import TUMOUR

_GAP: Final = 5  # voxels; colonies less than twice as far from each other are one
_CLOSER: Final = 5  # times: how much a front is magnified
_NEARLY_ALL: Final = 97.0  # percent of the cells lie behind the middle of the front
_LEAST_CLOSE: Final = 20  # voxels that a magnified picture shows, at least


@in_style
def sites_figure(grown: Any, day: float | None = None) -> Figure:
    """Draw the primary and every other site at one time, with the largest colony magnified.

    Parameters
    ----------
    grown : what ``paget.grow`` returns.
    day : the frame nearest to it is drawn; the last one by default.
    """
    sites, number = grown.model.sites, nearest_frame(grown, day)
    last = float(grown.dataset["time"][-1])
    time = time_text(float(grown.dataset["time"][number]), last)
    title = f"{grown.model.title} · the primary and where it spread · {time}"
    figure = new_figure(title, tissue_facts(grown), (max(len(sites), 2) * 2.6 + 0.2, 6.7))
    grid = figure.add_gridspec(3, len(sites), height_ratios=(1.0, 1.0, 0.1))
    flags = np.array([], np.uint8)
    for column, site in enumerate(sites):
        frame = frame_of(grown, number, site)
        whole, close = (figure.add_subplot(grid[row, column]) for row in range(2))
        CellsPanel(whole, grown).show(frame)
        whole.set_title("Primary" if site == PRIMARY_SITE else f"Metastases: {site_text(site)}")
        tumour = tumour_of(frame)
        whole.set_xlabel(cells_text({"tumour": int(tumour.sum())}), loc="left", fontsize=8)
        if column == 0:
            say_length(whole, extent_of(grown)[1] - extent_of(grown)[0])
        _magnify(whole, close, grown, frame)
        flags = np.append(flags, np.unique(frame.vessel))
    say_marks(figure.add_subplot(grid[-1, :]), marks_of(grown, flags), 2 * len(sites))
    return figure


def tumour_of(frame: Frame) -> npt.NDArray[np.int64]:
    """Return the living tumour cells in each voxel."""
    return frame.cells[list(TUMOUR)].sum(axis=0, dtype=np.int64)


def _magnify(whole: Axes, close: Axes, grown: Any, frame: Frame) -> None:
    """Draw the largest colony of a site close by, and a frame around it in the whole picture."""
    tumour = tumour_of(frame)
    box, what = largest_colony(tumour), "Its largest colony"
    if box is None:
        say_empty(close, "No living tumour cell.")
        return
    if box[2] > min(tumour.shape) // 2:
        box, what = front_of(tumour), "Its front"
    left, bottom, side = box
    extent, spacing = extent_of(grown), grown.model.lattice.spacing
    x, y, width = extent[0] + left * spacing, extent[2] + bottom * spacing, side * spacing
    CellsPanel(close, grown).show(frame)
    close.set_xlim(x, x + width)
    close.set_ylim(y, y + width)
    close.set_title(what, fontsize=8.5, fontweight="normal", color=MUTED)
    say_length(close, width)
    whole.add_patch(Rectangle((x, y), width, width, fc="none", ec=INK, lw=0.9, zorder=5))


def front_of(tumour: npt.NDArray[Any]) -> tuple[int, int, int]:
    """Return a square on the right front of a tumour [voxel]: left, bottom, side."""
    side = min(max(min(tumour.shape) // _CLOSER, _LEAST_CLOSE), *tumour.shape)
    rows, columns = np.nonzero(tumour)
    row = round(float(np.mean(rows)))
    beside = columns[np.abs(rows - row) <= side // 2]
    edge = float(np.percentile(beside, _NEARLY_ALL)) if len(beside) else float(np.mean(columns))
    return _square((edge, float(row)), side, tumour.shape)


def largest_colony(tumour: npt.NDArray[Any]) -> tuple[int, int, int] | None:
    """Return the square around the largest colony [voxel]: left, bottom, side; None without cells.

    Voxels with cells belong to one colony where few empty ones lie between them.
    """
    together = ndimage.binary_dilation(tumour > 0, iterations=_GAP)
    labelled: Any = ndimage.label(together)
    labels, n = labelled
    if n == 0:
        return None
    sizes = ndimage.sum_labels(tumour, labels, range(1, n + 1))
    rows, columns = ndimage.find_objects(labels)[int(np.argmax(sizes))]
    middle = ((columns.start + columns.stop) / 2.0, (rows.start + rows.stop) / 2.0)
    side = max(columns.stop - columns.start, rows.stop - rows.start)
    return _square(middle, min(max(side, _LEAST_CLOSE), *tumour.shape), tumour.shape)


def _square(middle: tuple[float, float], side: int, shape: tuple[int, ...]) -> tuple[int, int, int]:
    """Return a square around a place (x, y), inside the picture: left, bottom, side."""
    left, bottom = (
        int(np.clip(round(centre - side / 2.0), 0, length - side))
        for centre, length in zip(middle, shape[::-1], strict=True)
    )
    return left, bottom, side
