"""How every figure looks: one calm palette that colour-blind readers can tell apart.

Figures are made without pyplot, so no state is shared; what matplotlib keeps globally (its
parameters) is set under a lock while a figure is made or written, so threads may draw at once.

Public names: ``RunFacts``, ``Facts``, ``facts_of``, ``in_style``, ``new_figure``, ``svg_text``,
``png_bytes``, ``save``, ``saved``, ``compact``, ``count_text``, ``site_text``, ``disease_at``, and
the colours.
"""

import io
import re
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any, Final, ParamSpec, Protocol, TypeVar, cast

import matplotlib as mpl
import polars as pl
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from paget.core.arguments import a_path
from paget.core.errors import RunError
from paget.core.results import NOTICE, write_atomically

INK: Final = "#22303C"
MUTED: Final = "#66757F"
FAINT: Final = "#C9D1D6"
GRID: Final = "#E6EAEC"
PAPER: Final = "#FFFFFF"
MODEL: Final = "#2F5D8C"
PUBLISHED: Final = "#C77F17"
MISFIT: Final = "#B3372B"

ROUTES: Final = {"blood": "#C0453B", "lymph": "#1C7C8C", "serosa": "#D79A2B"}
PRIMARY: Final = "#3B3F6B"
KINDS: Final = {
    "primary": PRIMARY,
    "local": PRIMARY,
    "second_primary": "#7A6C9D",
    "nodal": ROUTES["lymph"],
    "distant": ROUTES["blood"],
}
PHASES: Final = {"asleep": "#C4CBD3", "held": "#8DB4D2", "growing": "#2F5D8C"}
STAGES: Final = {"I": "#8DB4D2", "II": "#2F7FA8", "III": "#C77F17", "IV": "#8E2F4F"}
BASES: Final = ("measured", "assumed", "residual")


GAP: Final = "\u00a0\u00a0"
"""Between a mark and its text: a browser drops plain leading spaces."""

_LOCK: Final = threading.RLock()
_TEXT: Final = 9.0
_FULL: Final = 0.95  # of the width: title and legend beside each other leave some air
_SMALL: Final = 7.0
_DPI: Final = 160
_HUNDREDTH, _HUNDRED, _MILLION = 0.01, 100.0, 1e6
_PARAMETERS: Final[dict[str, Any]] = {
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans", "Verdana", "sans-serif"],
    "font.size": _TEXT,
    "axes.titlesize": _TEXT + 0.5,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.labelsize": _TEXT,
    "axes.labelcolor": INK,
    "axes.edgecolor": MUTED,
    "axes.linewidth": 0.7,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "grid.color": GRID,
    "grid.linewidth": 0.8,
    "text.color": INK,
    "text.parse_math": False,  # a dollar sign in a label is a dollar sign
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.labelsize": _TEXT - 1,
    "ytick.labelsize": _TEXT - 1,
    "legend.fontsize": _TEXT - 1,
    "legend.frameon": False,
    "hatch.linewidth": 0.7,
    "hatch.color": PAPER,
    "svg.fonttype": "none",
    "svg.hashsalt": "paget",
    "path.simplify": True,
    "figure.constrained_layout.h_pad": 0.06,
    "figure.constrained_layout.w_pad": 0.06,
}

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class RunFacts:
    """What the small print of a figure says of the run behind it."""

    disease: str
    """The disease by its origin: ``colon cancer``."""
    primary: str
    """The site of the primary: ``colon``."""
    patients: int
    """Number of virtual patients with the cancer, or of virtual people."""
    seed: int
    of_people: bool = False
    """Whether they are people, of whom some get the cancer."""
    rows: int | None = None
    """Of people: how many have a row in the tables, where that is known."""

    @property
    def who(self) -> str:
        """Return who they are: ``20 000 virtual patients``."""
        if self.of_people:
            one, many = "person", "people"
        else:
            one, many = "patient", "patients"
        return f"{count_text(self.patients)} virtual {one if self.patients == 1 else many}"

    @property
    def lives(self) -> int:
        """Return how many lives the tables tell."""
        return self.patients if self.rows is None else self.rows

    @property
    def small_print(self) -> str:
        """Return the last line of every figure."""
        who = f"{self.who}: {self.disease}" if self.of_people else f"{self.who} with {self.disease}"
        return f"{who} · seed {self.seed} · {NOTICE}"


def facts_of(source: Any) -> RunFacts:
    """Return the facts of a cohort or of a life, from its scenario, parameters and tables."""
    meta = getattr(getattr(source, "parameters", None), "meta", {})
    named = getattr(getattr(source, "scenario", None), "cancer", "cancer")
    cancer = str(meta.get("cancer", named)).split("-")[0]  # a flavour of it lies in the same place
    disease = str(meta.get("label", f"{cancer} cancer"))
    table = getattr(source, "patients", None)
    n = 1 if table is None else int(table.lazy().select(pl.len()).collect().item())
    of_people = table is not None and bool(
        getattr(getattr(source, "scenario", None), "is_of_people", False)
    )
    if of_people:
        people = int(source.stats["patients"])
        return RunFacts(disease, cancer, people, int(source.seed), of_people=True, rows=n)
    return RunFacts(disease, cancer, n, int(source.seed))


def in_style(function: Callable[P, T]) -> Callable[P, T]:
    """Run a function that draws or writes a figure in Paget's style, one thread at a time."""

    @wraps(function)
    def styled(*args: P.args, **kwargs: P.kwargs) -> T:
        with _LOCK, mpl.rc_context(rc=cast("Any", _PARAMETERS)):
            return function(*args, **kwargs)

    return styled


class Facts(Protocol):
    """What a figure is made from, in a line of small print."""

    @property
    def small_print(self) -> str:
        """Return the last line of the figure."""
        ...


def new_figure(title: str, facts: Facts, size: tuple[float, float]) -> Figure:
    """Return an empty figure with its title, and below it who was simulated and the notice."""
    figure = Figure(figsize=size, layout="constrained", facecolor=PAPER)
    FigureCanvasAgg(figure)
    figure.suptitle(title, x=0.012, ha="left", fontsize=_TEXT + 2.5, fontweight="bold", color=INK)
    figure.supxlabel(facts.small_print, x=0.012, ha="left", fontsize=_SMALL, color=MUTED)
    return figure


def say_empty(axes: Axes, text: str) -> None:
    """Say in place of a chart why there is nothing to draw."""
    axes.set_axis_off()
    axes.text(0.5, 0.5, text, ha="center", va="center", color=MUTED, transform=axes.transAxes)


def say_legend(figure: Figure, handles: Sequence[Artist]) -> None:
    """Put a legend in the corner beside the title, where it covers no data, nor the title."""
    renderer = cast("FigureCanvasAgg", figure.canvas).get_renderer()
    titles = (text for text in figure.texts if text.get_text() == figure.get_suptitle())
    title = max((text.get_window_extent(renderer).x1 for text in titles), default=0.0)
    for columns in range(len(handles), 0, -1):
        legend = figure.legend(
            handles=list(handles), loc="outside upper right", ncols=columns, fontsize=_SMALL
        )
        width = legend.get_window_extent(renderer).width
        if columns == 1 or title + width < _FULL * figure.bbox.width:
            return
        legend.remove()


@in_style
def svg_text(figure: Figure, prefix: str) -> str:
    """Return a figure as an ``<svg>`` element whose ids all begin with ``prefix``.

    Several figures can then stand in one page without one taking the other's clip paths.
    """
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    text = buffer.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>", "", text, count=1, flags=re.DOTALL)
    text = re.sub(r'\bid="([^"]+)"', rf'id="{prefix}-\1"', text)
    text = re.sub(r'href="#([^"]+)"', rf'href="#{prefix}-\1"', text)
    return re.sub(r"url\(#([^)]+)\)", rf"url(#{prefix}-\1)", text)


@in_style
def png_bytes(figure: Figure, dpi: int = _DPI) -> bytes:
    """Return a figure as a PNG image."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=dpi)
    return buffer.getvalue()


@in_style
def save(figure: Figure, path: str | Path) -> None:
    """Write a figure to a file of the kind that its name ends in, whole or not at all."""
    target = a_path("path", path)
    kind = target.suffix.lower().removeprefix(".")
    kinds = figure.canvas.get_supported_filetypes()
    if kind not in kinds:
        common = ", ".join(f".{name}" for name in ("png", "svg", "pdf") if name in kinds)
        raise RunError(f"a figure {target.name!r}", allowed=f"must end in {common} or the like")
    buffer = io.BytesIO()
    figure.savefig(buffer, format=kind, dpi=_DPI)
    write_atomically(target, lambda file: file.write(buffer.getvalue()))


def saved(figure: Figure, path: str | Path | None) -> Figure:
    """Return a figure, which is written to a file too where there is a path."""
    if path is not None:
        save(figure, path)
    return figure


def count_text(n: float) -> str:
    """Return a whole number with commas between thousands, as everywhere in Paget.

    Examples
    --------
    >>> count_text(20000)
    '20,000'
    """
    return f"{n:,.0f}"


def compact(x: float) -> str:
    """Return a number in few characters: digits up to a million, then a power of ten.

    Examples
    --------
    >>> compact(3.2e9), compact(0.5), compact(0)
    ('3.2 × 10⁹', '0.5', '0')
    """
    if x == 0:
        return "0"
    if _HUNDREDTH <= abs(x) < _MILLION:
        return count_text(x) if abs(x) >= _HUNDRED else f"{x:.3g}"
    mantissa, exponent = f"{x:.1e}".split("e")
    power = str(int(exponent)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"{mantissa} × 10{power}"


def site_text(site: str) -> str:
    """Return a site's name as people write it.

    Examples
    --------
    >>> site_text("distant_node"), site_text("ln_para_aortic"), site_text("rectum_upper")
    ('distant nodes', 'para-aortic nodes', 'upper rectum')
    """
    if site in _SITE_TEXTS:
        return _SITE_TEXTS[site]
    if site.startswith("ln_"):
        return f"{site.removeprefix('ln_').replace('_', ' ')} nodes"
    return site.replace("_", " ")


def disease_at(disease: str, site: str) -> str:
    """Return a metastasis by its origin, never by where it lies.

    Examples
    --------
    >>> disease_at("colon cancer", "liver")
    'metastatic colon cancer (liver)'
    """
    return f"metastatic {disease} ({site_text(site)})"


_SITE_TEXTS: Final = {
    "distant_node": "distant nodes",
    "regional_node": "regional nodes",
    "adrenal": "adrenal gland",
    "adipose": "fat",
    "ln_colon_local": "nodes beside the colon",
    "ln_colon_central": "central colon nodes",
    "ln_rectum_meso": "mesorectal nodes",
    "ln_para_aortic": "para-aortic nodes",
    "ln_pelvis_prostate": "obturator nodes",
    "ln_pancreas": "nodes around the pancreas",
    "ln_stomach": "nodes along the stomach",
    "ln_coeliac": "coeliac nodes",
    "ln_hilum": "hilar nodes",
    "ln_mediastinum": "mediastinal nodes",
    "ln_axilla": "axillary nodes",
    "rectum_upper": "upper rectum",
    "rectum_middle": "middle rectum",
    "rectum_lower": "lower rectum",
}
