"""The figures of a cohort, each with its Monte Carlo error and, if there is one, a published value.

Intervals are 95 %: Wilson's for shares. ``fit`` is the table of published figures beside the
model's (`paget.fit.validate.fit_table`); without it the figures show the model alone.

Public names: ``stage_and_site_figure``, ``size_figure``, ``heat_map``, ``diagnosed``,
``stage_column``, ``published_of``, ``Published``.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any, Final, NamedTuple

import numpy as np
import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.transforms import Affine2D, Transform

from paget.atlas.anatomy import load_body_map
from paget.report.page.intervals import percent, wilson
from paget.report.page.style import (
    GAP,
    INK,
    MODEL,
    PAPER,
    PUBLISHED,
    ROUTES,
    STAGES,
    RunFacts,
    count_text,
    facts_of,
    in_style,
    new_figure,
    say_empty,
    say_legend,
    site_text,
)

SIZE_CLASSES: Final = ("<= 20 mm", "20-40 mm", "40-60 mm", "> 60 mm")
_SIZE_EDGES: Final = (20.0, 40.0, 60.0)
_MOST_SITES: Final = 10
_WIDE: Final = 7.4
_MOST: Final = 300_000  # found patients behind curves and histograms: more change no line of them
_COLUMNS: Final = (
    "patient", "diagnosis_day", "diameter_mm", "stage_pathological", "stage_clinical", "sites_seen",
    "sites_true", "recurrence_day", "recurrence_sites", "death_day", "cause_of_death",
    "follow_up_day",
)  # fmt: skip


class Published(NamedTuple):
    """A published value with its interval, or with the tolerance where none was published."""

    value: float
    low: float
    high: float


class Bar(NamedTuple):
    """A share of the cohort."""

    name: str
    hits: int
    n: int
    published: Published | None = None


# --------------------------------------------------------------------------------- what is known


def diagnosed(cohort: Any) -> pl.DataFrame:
    """Return the patients whose cancer was found."""
    found = cohort.patients.lazy().filter(pl.col("diagnosis_day").is_not_null())
    return found.select(_COLUMNS).head(_MOST).collect(engine="streaming")


def stage_column(patients: pl.DataFrame) -> pl.Series:
    """Return the stage group I to IV, as the pathologist saw it, else as the clinic did."""
    known = pl.coalesce(pl.col("stage_pathological", "stage_clinical").cast(pl.String))
    stage = patients.select(stage=known)["stage"]
    return stage.str.extract(r"^(IV|III|II|I)", 1)


def published_of(fit: pl.DataFrame | None, quantity: str, group: str) -> Published | None:
    """Return a published share as a fraction, from a table in percent; None where there is none."""
    if fit is None:
        return None
    rows = fit.filter(
        (pl.col("quantity") == quantity)
        & (pl.col("group") == group)
        & pl.col("unit").str.starts_with("%")
        & pl.col("published").is_not_null()
    )
    if rows.is_empty():
        return None
    row = rows.row(0, named=True)
    value, tolerance = float(row["published"]), float(row["tolerance"] or 0.0)
    low = value - tolerance if row["low"] is None else float(row["low"])
    high = value + tolerance if row["high"] is None else float(row["high"])
    return Published(value / 100.0, max(0.0, low / 100.0), high / 100.0)


# ------------------------------------------------------------------------------- stage and site


@in_style
def stage_and_site_figure(cohort: Any, fit: pl.DataFrame | None = None) -> Figure:
    """Draw the shares of stages and of sites with metastases, beside what was published."""
    facts = facts_of(cohort)
    figure = new_figure("Stage and sites at diagnosis", facts, (_WIDE, 4.3))
    left, right = figure.subplots(1, 2, width_ratios=(1.0, 1.25))
    patients = diagnosed(cohort)
    stages = stage_column(patients).drop_nulls()
    bars = [
        Bar(
            stage,
            int((stages == stage).sum()),
            len(stages),
            published_of(fit, "stage share", stage),
        )
        for stage in STAGES
    ]
    _draw_bars(left, bars, f"Stage (n = {count_text(len(stages))})", list(STAGES.values()))
    seen = _site_counts(patients, "sites_seen")
    sites = [
        Bar(site_text(site), count, patients.height, published_of(fit, "at diagnosis", site))
        for site, count in list(seen.items())[:_MOST_SITES]
    ]
    title = f"Sites where metastases are seen (n = {count_text(patients.height)})"
    _draw_bars(right, sites, title, [ROUTES["blood"]] * len(sites))
    _say_marks(figure, [*bars, *sites])
    return figure


def _site_counts(patients: pl.DataFrame, column: str) -> dict[str, int]:
    """Return in how many patients each group of sites is listed, most frequent first."""
    sites = patients.select(pl.col("patient"), site=pl.col(column).cast(pl.List(pl.String)))
    sites = sites.explode("site", empty_as_null=True, keep_nulls=True).drop_nulls()
    sites = sites.with_columns(pl.col("site").replace(dict(_groups()))).unique()
    table = sites.group_by("site").agg(n=pl.len()).sort(["n", "site"], descending=[True, False])
    return {str(site): int(n) for site, n in table.iter_rows()}


@cache
def _groups() -> tuple[tuple[str, str], ...]:
    """Return what each site counts as in a report: the omentum as peritoneum, nodes as nodes."""
    return tuple((site.name, site.group) for site in load_body_map().sites)


def _draw_bars(axes: Axes, bars: Sequence[Bar], title: str, colours: Sequence[str]) -> None:
    """Draw shares as horizontal bars with intervals; published values as diamonds with theirs."""
    axes.set_title(title)
    if not bars:
        say_empty(axes, "No metastasis was seen.")
        return
    if bars[0].n == 0:
        say_empty(axes, "nobody")
        return
    top = 0.0
    for i, (bar, colour) in enumerate(zip(bars, colours, strict=True)):
        share = 100.0 * bar.hits / bar.n
        low, high = (100.0 * limit for limit in wilson(bar.hits, bar.n))
        axes.barh(i, share, 0.62, color=colour, alpha=0.85)
        axes.plot((low, high), (i, i), color=INK, lw=1.2, solid_capstyle="butt")
        end = max(share, high)
        if bar.published:
            _draw_published(axes, bar.published, i)
            end = max(end, 100.0 * bar.published.high)
        axes.text(end, i, f"{GAP}{percent(share / 100.0)}", va="center", fontsize=7.5)
        top = max(top, end)
    axes.set_yticks(range(len(bars)), [bar.name for bar in bars])
    axes.set_ylim(len(bars) - 0.4, -0.6)
    axes.set_xlim(0.0, 1.22 * top if top else 1.0)
    axes.set_xlabel("share of patients [%]")
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x")


def _draw_published(axes: Axes, published: Published, y: float) -> None:
    ends = (100.0 * published.low, 100.0 * published.high)
    axes.plot(ends, (y + 0.2, y + 0.2), color=PUBLISHED, lw=1.4)
    axes.plot(
        100.0 * published.value, y + 0.2, "D", ms=5, color=PUBLISHED, mec=PAPER, mew=0.6, zorder=5
    )


def _say_marks(figure: Figure, bars: Sequence[Bar]) -> None:
    """Explain the marks of bars in the corner beside the title."""
    handles = [Line2D([], [], color=INK, lw=1.2, label="95 % Monte Carlo interval")]
    if any(bar.published for bar in bars):
        label = "published, with interval or tolerance"
        mark = Line2D([], [], color=PUBLISHED, marker="D", mec=PAPER, ms=5, lw=1.4, label=label)
        handles.append(mark)
    say_legend(figure, handles)


# ------------------------------------------------------------------------------------------ size


@in_style
def size_figure(cohort: Any, fit: pl.DataFrame | None = None) -> Figure:
    """Draw the diameter of the primary at diagnosis, and its classes beside what was published."""
    facts = facts_of(cohort)
    figure = new_figure("Size of the primary at diagnosis", facts, (_WIDE, 3.5))
    left, right = figure.subplots(1, 2, width_ratios=(1.25, 1.0))
    sizes = diagnosed(cohort)["diameter_mm"].drop_nulls().to_numpy()
    classes = np.searchsorted(_SIZE_EDGES, sizes)
    bars = [
        Bar(name.replace("<=", "≤").replace("-", "–"), int((classes == i).sum()), len(sizes),
            published_of(fit, "size", name))
        for i, name in enumerate(SIZE_CLASSES)
    ]  # fmt: skip
    _draw_bars(right, bars, "Classes", [MODEL] * len(bars))
    _say_marks(figure, bars)
    _draw_sizes(left, sizes)
    return figure


def _draw_sizes(axes: Axes, sizes: Any) -> None:
    """Draw the histogram of diameters in classes of 5 mm, with intervals."""
    axes.set_title(f"True diameter (n = {count_text(len(sizes))})")
    if len(sizes) == 0:
        say_empty(axes, "nobody")
        return
    edges = np.arange(0.0, max(30.0, np.quantile(sizes, 0.995)) + 5.0, 5.0)
    counts, _ = np.histogram(sizes, edges)
    middles = (edges[1:] + edges[:-1]) / 2.0
    axes.bar(middles, 100.0 * counts / len(sizes), 4.4, color=MODEL, alpha=0.85)
    limits = [wilson(int(c), len(sizes)) for c in counts]
    axes.vlines(
        middles, [100 * x for x, _ in limits], [100 * y for _, y in limits], color=INK, lw=1.0
    )
    median = float(np.median(sizes))
    axes.axvline(median, color=INK, lw=0.9, ls=(0, (4, 3)))
    axes.text(median, axes.get_ylim()[1], f"{GAP}median {median:.0f} mm", va="top", fontsize=7.5)
    axes.set_xlabel("diameter [mm]")
    axes.set_ylabel("share of patients [%]")
    axes.grid(axis="y")


# ------------------------------------------------------------------------------- organotropism


@in_style
def heat_map(cohort: Any, fit: pl.DataFrame | None = None) -> Figure:
    """Draw the share of patients by site: at diagnosis, at recurrence, as published."""
    facts = facts_of(cohort)
    patients = diagnosed(cohort)
    recurred = patients.filter(pl.col("recurrence_day").is_not_null())
    seen, true = _site_counts(patients, "sites_seen"), _site_counts(patients, "sites_true")
    back = _site_counts(recurred, "recurrence_sites")
    order = sorted(
        {*seen, *true, *back}, key=lambda s: -max(seen.get(s, 0), true.get(s, 0), back.get(s, 0))
    )
    sites = order[: _MOST_SITES + 2]
    n, m = patients.height, recurred.height
    rows = [
        ("at diagnosis: there", [Bar(s, true.get(s, 0), n) for s in sites]),
        ("at diagnosis: seen", [Bar(s, seen.get(s, 0), n) for s in sites]),
        ("published, at diagnosis", [published_of(fit, "at diagnosis", s) for s in sites]),
        (f"first recurrence (n = {count_text(m)})", [Bar(s, back.get(s, 0), m) for s in sites]),
        (
            "published, first metastasis",
            [published_of(fit, "first metastatic site", s) for s in sites],
        ),
    ]
    shown = [row for row in rows if any(_is_known(cell) for cell in row[1])]
    height = 1.75 + 0.48 * len(shown)
    title = f"Where metastatic {facts.disease} goes: organotropism"
    figure = new_figure(title, facts, (_WIDE, height))
    axes = figure.subplots()
    if not sites:
        say_empty(axes, "No metastasis in this cohort.")
        return figure
    _draw_cells(axes, shown)
    axes.set_xticks(
        range(len(sites)), [_column_text(s, facts) for s in sites], rotation=35, ha="right"
    )
    return figure


def _column_text(site: str, facts: RunFacts) -> str:
    """Return a column's name; a recurrence where the primary was is a local one."""
    return "local relapse" if site.startswith(facts.primary) else site_text(site)


def _draw_cells(axes: Axes, rows: Sequence[tuple[str, Sequence[Bar | Published | None]]]) -> None:
    """Draw the cells: colour by share, the share in percent with half the width of its interval."""
    shares = np.array([[_share(cell) for cell in cells] for _, cells in rows])
    image = axes.pcolormesh(np.sqrt(shares), cmap="Blues", vmin=0.0, vmax=0.9, ec=PAPER, lw=1.5)
    image.set_transform(_shift(axes))
    for i, (_, cells) in enumerate(rows):
        for j, cell in enumerate(cells):
            if cell is None or (isinstance(cell, Bar) and cell.n == 0):
                continue
            colour = PAPER if shares[i, j] > 0.25 else INK  # noqa: PLR2004
            axes.text(j, i, _cell_text(cell), ha="center", va="center", fontsize=6.8, color=colour)
    axes.set_xlim(-0.5, shares.shape[1] - 0.5)
    axes.set_ylim(shares.shape[0] - 0.5, -0.5)
    axes.set_yticks(range(len(rows)), [name for name, _ in rows])
    axes.tick_params(length=0)
    axes.set_xlabel("share of patients [%], ± half of the 95 % Monte Carlo interval", fontsize=7.5)
    for spine in axes.spines.values():
        spine.set_visible(False)


def _shift(axes: Axes) -> Transform:
    """Return the transform that puts the middles of cells on whole numbers."""
    return Affine2D().translate(-0.5, -0.5) + axes.transData


def _is_known(cell: Bar | Published | None) -> bool:
    return isinstance(cell, Published) or (cell is not None and cell.n > 0)


def _share(cell: Bar | Published | None) -> float:
    if isinstance(cell, Published):
        return cell.value
    return cell.hits / cell.n if cell and cell.n else 0.0


def _cell_text(cell: Bar | Published) -> str:
    if isinstance(cell, Published):
        return f"{100 * cell.value:.3g}"
    low, high = wilson(cell.hits, cell.n)
    return f"{_rounded(100 * _share(cell), 2)}\n±{_rounded(50 * (high - low), 1)}"


def _rounded(x: float, digits: int) -> str:
    """Return a number in so many digits, without a power of ten: 100, not 1e+02.

    Examples
    --------
    >>> _rounded(100.0, 2), _rounded(39.6, 1), _rounded(0.123, 2)
    ('100', '40', '0.12')
    """
    return f"{float(f'{x:.{digits}g}'):g}"
