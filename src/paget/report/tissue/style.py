"""How tissues look: the colours of cells, fields and vessels, and what pictures say of them.

Public names: ``TissueFacts``, ``tissue_facts``, ``CELLS``, ``FIELDS``, ``VESSELS``, ``FieldLook``,
``VesselLook``, ``cell_colours``, ``field_text``, ``unit_text``, ``time_text``, ``kinds_seen``,
``scales``, ``length_of_bar``.
"""

import math
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
from matplotlib.colors import Colormap, LinearSegmentedColormap, to_rgb

from paget.core.results import NOTICE
from paget.report.page.style import GAP, INK, MISFIT, MODEL, PAPER, ROUTES, count_text
from paget.tissue.vessels import BLOOD, LYMPH, RUPTURED, SPROUT

PRIMARY_SITE: Final = "primary"

CELLS: Final = {
    "epithelial": MODEL,
    "hybrid": "#8A63A8",
    "mesenchymal": "#D9851A",
    "necrotic": "#3A2E2A",
    "fibroblast": "#5E8F4E",
    "nk": "#C2578D",
    "cd8": "#12808F",
    "exhausted": "#A3AEB6",
    "tip": MISFIT,
}
"""The colour of each kind of cell."""
KIND_TEXTS: Final = {"nk": "NK", "cd8": "CD8", "tip": "tip cells"}

_FAINT: Final = 0.5
_HOUR: Final = 24.0  # hours in a day
_LINE: Final = 84  # characters of a line of text below a picture
_LONG: Final = 100.0  # from here on times are written as whole numbers
_FAINTEST: Final = 0.55  # a voxel with a single cell is still seen
_BAR_SHARE: Final = 0.22  # of the width of a picture, at most


class FieldLook(NamedTuple):
    """How a field is named and coloured."""

    text: str
    colours: tuple[str, ...]
    gamma: float = 1.0
    """Power of the value that the depth of colour follows: below 1 shows what is faint."""

    @property
    def colormap(self) -> Colormap:
        """Return its colours from nothing to most."""
        return LinearSegmentedColormap.from_list(self.text, self.colours)

    @property
    def line(self) -> str:
        """Return the colour of a line that stands for it."""
        return self.colours[max(len(self.colours) - 2, 1)]


class VesselLook(NamedTuple):
    """How vessels of a kind are marked."""

    text: str
    marker: str
    face: str
    edge: str


FIELDS: Final = {
    "matrix": FieldLook("matrix", (PAPER, "#D8CDBB")),
    "mmp2": FieldLook("MMP-2", (PAPER, "#CFE3DC", "#6FB3A2", "#1F7367", "#0B3B3A"), _FAINT),
    "oxygen": FieldLook("oxygen", (PAPER, "#D5E4F1", "#8DB4D2", "#2F5D8C", "#152F52")),
    "vegf": FieldLook("VEGF", (PAPER, "#F3DCE6", "#D889AC", "#93355F", "#4A1733"), _FAINT),
    "chemokine": FieldLook(
        "chemokine", (PAPER, "#E6DDF0", "#A98CC7", "#5E3F8C", "#2D1B4D"), _FAINT
    ),
    "membrane": FieldLook("basement membrane", (PAPER, INK)),
}
"""The fields that have a name and colours of their own; others are drawn in grey."""
_MATRIX_ALONE: Final = FieldLook("matrix", (PAPER, "#F0E7D6", "#CDB78F", "#8A6B45"))

VESSELS: Final = {
    "blood": VesselLook("blood vessel", "o", ROUTES["blood"], PAPER),
    "ruptured": VesselLook("ruptured vessel", "X", ROUTES["blood"], PAPER),
    "lymph": VesselLook("lymph vessel", "o", ROUTES["lymph"], PAPER),
    "sprout": VesselLook("sprout, no blood yet", "o", PAPER, ROUTES["blood"]),
}
CLOSED: Final = INK
"""The colour of voxels that a basement membrane closes."""


@dataclass(frozen=True, slots=True)
class TissueFacts:
    """What the small print of a figure says of the tissue behind it."""

    title: str
    shape: tuple[int, ...]
    spacing: float
    """[um]"""
    seeds: str

    @property
    def small_print(self) -> str:
        """Return the last line of every figure."""
        size = " × ".join(str(length) for length in self.shape)
        voxels = f"{size} voxels of {self.spacing:.3g} µm"
        return f"{self.title} · {voxels} · {self.seeds} · {NOTICE}"


def tissue_facts(grown: Any) -> TissueFacts:
    """Return the facts of a grown tissue, or of an ensemble of them."""
    members = getattr(grown, "members", None)
    if members is None:
        seeds = f"seed {grown.seed}"
    else:
        numbers = [member.seed for member in members]
        seeds = f"{len(numbers)} seeds, {min(numbers)} to {max(numbers)}"
    lattice = grown.model.lattice
    return TissueFacts(grown.model.title, lattice.shape, lattice.spacing, seeds)


def kind_text(kind: str) -> str:
    """Return a kind of cell as people write it."""
    return KIND_TEXTS.get(kind, kind)


def field_look(name: str, *, alone: bool = True) -> FieldLook:
    """Return how a field looks; the matrix below cells is paler than ``alone``."""
    if name == "matrix" and alone:
        return _MATRIX_ALONE
    return FIELDS.get(name, FieldLook(name.replace("_", " "), (PAPER, INK)))


def unit_text(unit: str) -> str:
    """Return a unit as people write it.

    Examples
    --------
    >>> unit_text("um"), unit_text("1"), unit_text("mmHg")
    ('µm', 'relative', 'mmHg')
    """
    return {"um": "µm", "1": "relative", "": "relative"}.get(unit, unit)


def field_text(name: str, unit: str) -> str:
    """Return a field with its unit."""
    return f"{FIELDS[name].text if name in FIELDS else name} [{unit_text(unit)}]"


def time_text(day: float, last: float) -> str:
    """Return a time in days, or in hours where all of it is shorter than a day.

    Examples
    --------
    >>> time_text(7.929, 12.8), time_text(0.25, 0.5), time_text(400.0, 900.0)
    ('day 7.93', 'hour 6.00', 'day 400')
    """
    word, time, end = (
        ("hour", day * _HOUR, last * _HOUR) if 0.0 < last < 1.0 else ("day", day, last)
    )
    return f"{word} {time:.2f}" if end < _LONG else f"{word} {time:.0f}"


def kinds_seen(grown: Any) -> tuple[str, ...]:
    """Return the kinds of cells that were ever there."""
    return tuple(kind for kind in CELLS if (grown.counts[kind] > 0).any())


def scales(grown: Any) -> Mapping[str, float]:
    """Return the highest value of each field over all times and sites: colours stay the same."""
    highest = {
        str(name): float(grown.counts[f"{name}_max"].max() or 0.0)
        for name in grown.model.field_names
    }
    return {name: value if value > 0.0 else 1.0 for name, value in highest.items()}


def cell_colours(
    counts: npt.NDArray[Any], kinds: Sequence[str], capacity: float
) -> npt.NDArray[np.float64]:
    """Return one colour (red, green, blue, opacity) for each voxel: its cells' colours, mixed.

    Parameters
    ----------
    counts : cells by kind (first axis) and voxel.
    kinds : their names.
    capacity : cells in a full voxel, which is drawn opaque.
    """
    palette = np.array([to_rgb(CELLS[kind]) for kind in kinds])
    total = counts.sum(axis=0, dtype=np.float64)
    share = counts / np.maximum(total, 1.0)
    filled = np.minimum(total / capacity, 1.0)
    colours = np.ones((*total.shape, 4))
    colours[..., :3] = np.tensordot(share, palette, axes=(0, 0))
    colours[..., 3] = np.where(total > 0, _FAINTEST + (1.0 - _FAINTEST) * filled, 0.0)
    return colours


def vessel_kinds(flags: npt.NDArray[Any]) -> dict[str, npt.NDArray[np.bool_]]:
    """Return where there are vessels of each kind."""
    sprout = (flags & SPROUT) > 0
    ruptured = ((flags & RUPTURED) > 0) & ~sprout
    whole = ~sprout & ~ruptured
    return {
        "blood": ((flags & BLOOD) > 0) & whole,
        "ruptured": ruptured,
        "lymph": ((flags & LYMPH) > 0) & whole,
        "sprout": sprout,
    }


def length_of_bar(width: float) -> float:
    """Return the length of a scale bar for a picture so wide: 1, 2 or 5 times a power of ten.

    Examples
    --------
    >>> length_of_bar(2010.0), length_of_bar(1000.0)
    (200.0, 200.0)
    """
    most = _BAR_SHARE * width
    power = 10.0 ** math.floor(math.log10(most))
    return max(step * power for step in (1.0, 2.0, 5.0) if step * power <= most)


def length_text(length: float) -> str:
    """Return a length [um] as people write it.

    Examples
    --------
    >>> length_text(200.0), length_text(2000.0)
    ('200 µm', '2 mm')
    """
    return f"{length / 1000.0:g} mm" if length >= 1000.0 else f"{length:g} µm"  # noqa: PLR2004


def cells_text(counts: Mapping[str, int]) -> str:
    """Return how many cells there are of each kind, in few lines.

    Examples
    --------
    >>> cells_text({"epithelial": 12, "hybrid": 0, "nk": 3}).replace(GAP[0], " ")
    '12 epithelial, 3 NK cells'
    >>> cells_text({"epithelial": 0})
    'no cells'
    """
    parts = [f"{count_text(n)}{GAP[0]}{kind_text(kind)}" for kind, n in counts.items() if n]
    if not parts:
        return "no cells"
    text = ", ".join(parts)
    return textwrap.fill(text if text.endswith("cells") else f"{text} cells", _LINE)
