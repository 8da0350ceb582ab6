"""The body map: where the lesions of one life, or the metastases of a cohort, lie and came from.

Of a life, each lesion is a disc whose *area* is in proportion to its volume; of a cohort, each site
is a disc whose area is in proportion to the share of patients with metastases there. Links lead
from parent to child and are coloured by route.

Public names: ``life_bodymap``, ``cohort_bodymap``, ``disc_radius``.
"""

import math
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

import numpy as np
import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle

from paget.report.lives.body_marks import (
    COLUMN,
    MARGIN,
    Label,
    Point,
    body_axes,
    draw_link,
    place_of,
    route_legend,
    write_labels,
)
from paget.report.lives.body_shapes import HEIGHT, SHAPES, smooth
from paget.report.page.intervals import wilson
from paget.report.page.style import (
    KINDS,
    MUTED,
    PAPER,
    PRIMARY,
    ROUTES,
    RunFacts,
    compact,
    facts_of,
    in_style,
    site_text,
)

_LARGEST: Final = 20.0
_SHARE_RADIUS: Final = 62.0
_SMALLEST: Final = 1.3
_MOST_LINKS: Final = 14
_MOST_LABELS: Final = 14
_MOST_LESIONS: Final = 150
_MOST_SPOTS: Final = 1200
_AREAS: Final = ("lung", "liver", "brain", "stomach", "peritoneum", "omentum", "spleen", "pancreas")
_LEAST_SHARE: Final = 1e-3


def disc_radius(diameter: float, largest: float, radius: float = _LARGEST) -> float:
    """Return the radius of a lesion's disc, whose area is in proportion to the lesion's volume.

    Parameters
    ----------
    diameter : of the lesion [mm].
    largest : the diameter [mm] that gets ``radius``.
    radius : in units of the figure.

    Examples
    --------
    >>> disc_radius(20, 20, 8), disc_radius(5, 20, 8)
    (8.0, 1.0)
    """
    return radius * (diameter / largest) ** 1.5


# ------------------------------------------------------------------------------------ a life


@in_style
def life_bodymap(life: Any, day: float) -> Figure:
    """Draw the lesions of one life on one day.

    Parameters
    ----------
    life : what ``paget.live`` returns.
    day : day of the life, counted as in its tables.
    """
    facts = facts_of(life)
    lesions = lesions_on(life, day)
    title = f"Virtual patient {life.patient} with {facts.disease}, day {day:,.0f}"
    figure, axes = body_axes(title, facts)
    if lesions.is_empty():
        axes.text(0, HEIGHT / 2, "No lesion on this day.", ha="center", color=MUTED, zorder=30)
        return figure
    largest = float(lesions["diameter_mm"].max() or 1.0)  # pyright: ignore[reportArgumentType]
    spots = _spots(lesions)
    single = lesions.filter(pl.col("count").fill_null(1) == 1)
    shown = single.sort("diameter_mm", descending=True).head(_MOST_LESIONS)
    for row in shown.iter_rows(named=True):
        _draw_lesion(axes, row, spots, largest)
    _draw_surplus(axes, lesions.filter(pl.col("count") > 1), largest)
    write_labels(axes, _life_labels(lesions, facts))
    _life_legend(axes, largest, single.height - shown.height)
    return figure


def _draw_surplus(axes: Axes, cohorts: pl.DataFrame, largest: float) -> None:
    """Draw the surplus cohorts of each site as one ring: the size of the largest, and how many."""
    by_site = cohorts.group_by("site", maintain_order=True).agg(
        pl.col("count").sum(), pl.col("diameter_mm").max(), pl.col("route").first()
    )
    for site, count, diameter, route in by_site.iter_rows():
        x, y = place_of(site)
        radius = max(disc_radius(diameter, largest), 4.0)
        colour = ROUTES.get(route, KINDS["distant"])
        axes.add_patch(Circle((x, y), radius, fc="none", ec=colour, lw=1.6, zorder=22))
        axes.text(
            x, y + radius + 2.0, f"×{compact(count)}", fontsize=6, ha="center", va="top",
            zorder=24,
            bbox={"fc": PAPER, "ec": "none", "alpha": 0.75, "pad": 0.6},
        )  # fmt: skip


def lesions_on(life: Any, day: float) -> pl.DataFrame:
    """Return the lesions that are there on ``day``, with ``diameter_mm``, in order of founding."""
    there = life.at(day)
    if "founded_day" not in there.columns:
        known = life.lesions.select(
            "lesion", "parent", "site", "kind", "route", "count", "founded_day"
        )
        there = there.select("lesion", "diameter_mm").join(known, on="lesion", how="left")
    return there.filter(pl.col("diameter_mm") > 0).sort("founded_day", "lesion")


def _draw_lesion(
    axes: Axes, row: Mapping[str, Any], spots: Mapping[Any, Point], largest: float
) -> None:
    """Draw one lesion: to scale, or as a small ring where it is too small for that."""
    x, y = spots[row["lesion"]]
    radius = disc_radius(row["diameter_mm"], largest)
    colour = PRIMARY if row["kind"] == "primary" else ROUTES.get(row["route"], KINDS["distant"])
    if row["parent"] in spots and row["kind"] != "primary":
        draw_link(axes, spots[row["parent"]], (x, y), ROUTES.get(row["route"], MUTED), 0.6, 0.35)
    if radius < _SMALLEST:
        axes.add_patch(Circle((x, y), _SMALLEST, fc=PAPER, ec=colour, lw=0.7, zorder=21))
    else:
        patch = Circle((x, y), radius, fc=colour, ec=PAPER, lw=0.5, alpha=0.85, zorder=20)
        axes.add_patch(patch)


def _spots(lesions: pl.DataFrame) -> dict[Any, Point]:
    """Return where each lesion is drawn: the first of a site at its place, others around it."""
    found: dict[Any, Point] = {}
    used: dict[str, int] = {}
    for lesion, site in lesions.select("lesion", "site").iter_rows():
        index = used.get(site, 0)
        used[site] = index + 1
        found[lesion] = _spot(site, index)
    return found


def _spot(site: str, index: int) -> Point:
    """Return the ``index``-th spot at a site: inside its organ, else on a sunflower around it."""
    home = place_of(site)
    if index == 0:
        return home
    inside = _spots_inside(site)
    if inside:
        return inside[index % len(inside)]
    angle, out = 2.399963 * index, 2.6 * math.sqrt(index)
    return home[0] + out * math.cos(angle), home[1] + out * math.sin(angle)


@cache
def _spots_inside(site: str) -> tuple[Point, ...]:
    """Return spots that fill an organ evenly; none where it is not drawn as an area."""
    paths = [smooth(s.points, closed=True) for s in SHAPES if s.name == site and site in _AREAS]
    if not paths:
        return ()
    corners = np.concatenate([path.get_extents().get_points() for path in paths])
    low, high = corners.min(axis=0), corners.max(axis=0)
    unit = np.array([(_halton(k, 2), _halton(k, 3)) for k in range(1, _MOST_SPOTS)])
    spots = low + (high - low) * unit
    inside = np.any([path.contains_points(spots, radius=-2.0) for path in paths], axis=0)
    return tuple((float(x), float(y)) for x, y in spots[inside])


def _halton(index: int, base: int) -> float:
    """Return a number of Halton's sequence, which fills the unit interval evenly."""
    value, part = 0.0, 1.0
    while index:
        part /= base
        index, digit = divmod(index, base)
        value += part * digit
    return value


def _life_labels(lesions: pl.DataFrame, facts: RunFacts) -> list[Label]:
    by_site = (
        lesions.group_by("site", pl.col("kind") == "primary")
        .agg(pl.col("count").fill_null(1).sum(), pl.col("diameter_mm").max())
        .sort("diameter_mm", descending=True)
        .head(_MOST_LABELS)
    )
    labels: list[Label] = []
    for site, is_primary, count, diameter in by_site.iter_rows():
        size = "single cells" if diameter < 0.1 else f"{diameter:.3g} mm"  # noqa: PLR2004
        if is_primary:
            labels.append(Label(place_of(site), f"{facts.disease}, primary", size))
        else:
            text = size if count == 1 else f"{compact(count)} lesions\nlargest {size}"
            labels.append(Label(place_of(site), site_text(site), text))
    return labels


def _life_legend(axes: Axes, largest: float, left_out: int) -> None:
    route_legend(axes, "Lesion and link, by the route that founded it")
    y = HEIGHT - 30.0
    axes.text(COLUMN, y - 46, "Area in proportion to volume", fontsize=7, color=MUTED)
    x = COLUMN + 12.0
    for diameter in _round_sizes(largest):
        radius = disc_radius(diameter, largest)
        axes.add_patch(
            Circle((x + radius, y - 16), radius, fc="#D5DADE", ec=MUTED, lw=0.5, zorder=20)
        )
        axes.text(x + radius, y + 11, f"{diameter:g}", fontsize=6.5, ha="center", color=MUTED)
        x += 2 * radius + 13.0
    axes.text(x - 3, y + 11, "mm", fontsize=6.5, color=MUTED)
    axes.add_patch(Circle((COLUMN + 4, y + 21), _SMALLEST, fc=PAPER, ec=MUTED, lw=0.7, zorder=20))
    rest = f";\n{compact(left_out)} more not drawn" if left_out else ""
    axes.text(
        COLUMN + 9, y + 18, f"too small to draw to scale{rest}", fontsize=6.5, va="top",
        color=MUTED,
    )  # fmt: skip


def _round_sizes(largest: float) -> tuple[float, ...]:
    """Return two or three round diameters up to the largest."""
    power = 10.0 ** math.floor(math.log10(largest))
    top = next(power * step for step in (5.0, 2.0, 1.0) if power * step <= largest)
    return (top, top / 2.0, top / 5.0)


# ---------------------------------------------------------------------------------- a cohort


@in_style
def cohort_bodymap(cohort: Any) -> Figure:
    """Draw where metastases are at diagnosis, and by which routes they came.

    A disc is the share of patients in whom metastases are seen at the site; the ring around it is
    the share who have them there, seen or not. Links are the lesions founded before diagnosis.
    """
    facts = facts_of(cohort)
    title = f"Where metastatic {facts.disease} lies at diagnosis, and how it came there"
    figure, axes = body_axes(title, facts)
    found = cohort.patients.lazy().filter(pl.col("diagnosis_day").is_not_null())
    n = found.select(pl.len()).collect(engine="streaming").item()
    seen, true = (_shares(found, column) for column in ("sites_seen", "sites_true"))
    _draw_links(axes, site_links(cohort), n)
    axes.add_patch(Circle(place_of(facts.primary), 5.5, fc=PRIMARY, ec=PAPER, lw=0.8, zorder=23))
    labels: list[Label] = []
    shown = sorted({*seen, *true}, key=lambda s: (-seen.get(s, 0), -true.get(s, 0)))
    for site in shown:
        label = _draw_share(axes, site, (seen.get(site, 0), true.get(site, 0)), n)
        labels += [label] if label else []
    write_labels(axes, labels[:_MOST_LABELS])
    if not labels:
        axes.text(
            0, HEIGHT * 0.93, "No metastasis in this cohort.", ha="center", color=MUTED, zorder=30
        )
    _share_legend(axes)
    return figure


def _shares(found: pl.LazyFrame, column: str) -> dict[str, int]:
    """Return in how many patients each site is listed."""
    sites = found.select(site=pl.col(column).cast(pl.List(pl.String)))
    sites = sites.explode("site", empty_as_null=True, keep_nulls=True).drop_nulls()
    table = sites.group_by("site").agg(pl.len()).collect(engine="streaming")
    return {str(site): int(n) for site, n in table.iter_rows()}


def _draw_share(axes: Axes, site: str, counts: tuple[int, int], n: int) -> Label | None:
    """Draw the disc of one site; return its label, nothing where hardly anyone is affected."""
    seen, true = counts
    if n == 0 or max(seen, true) / n < _LEAST_SHARE:
        return None
    at = place_of(site)
    radius = _SHARE_RADIUS * math.sqrt(true / n)
    axes.add_patch(
        Circle(at, radius, fc="none", ec=ROUTES["blood"], lw=0.8, ls=(0, (3, 2)), zorder=21)
    )
    radius = _SHARE_RADIUS * math.sqrt(seen / n)
    axes.add_patch(Circle(at, radius, fc=ROUTES["blood"], ec=PAPER, lw=0.7, alpha=0.72, zorder=20))
    low, high = wilson(seen, n)
    text = f"seen {_percent(seen / n)} % ({_percent(low)}–{_percent(high)})"
    text += f"\nthere {_percent(true / n)} %"
    return Label(at, site_text(site), text)


def _percent(share: float) -> str:
    return f"{100 * share:.2g}" if share < 0.01 else f"{100 * share:.1f}"  # noqa: PLR2004


def site_links(cohort: Any) -> pl.DataFrame:
    """Return the number of lesions founded before diagnosis by parent's site, site and route."""
    days = cohort.patients.lazy().select("patient", "diagnosis_day").drop_nulls()
    lesions = cohort.lesions.lazy()
    parents = lesions.select("patient", parent="lesion", parent_site="site")
    early = lesions.filter(pl.col("route").is_not_null()).join(days, on="patient")
    early = early.with_columns(pl.col("route").cast(pl.String).replace({"node": "lymph"}))
    early = early.filter(pl.col("founded_day") < pl.col("diagnosis_day"))
    return (
        early.join(parents, on=["patient", "parent"])
        .group_by("parent_site", "site", "route")
        .agg(pl.col("count").sum())
        .sort("count", descending=True)
        .collect(engine="streaming")
    )


def _draw_links(axes: Axes, links: pl.DataFrame, n: int) -> None:
    """Draw the most travelled links, wider with the square root of their lesions."""
    if links.is_empty():
        return
    most = float(links["count"][0])
    for parent, site, route, count in links.head(_MOST_LINKS).iter_rows():
        width = max(0.6, 7.0 * math.sqrt(count / most))
        draw_link(axes, place_of(parent), place_of(site), ROUTES.get(route, MUTED), width, 0.55)
    y = HEIGHT - 42.0
    axes.plot((-MARGIN + 8, -MARGIN + 34), (y, y), color=MUTED, lw=7.0, alpha=0.55, zorder=20)
    text = f"{compact(most / max(n, 1))} lesions per patient"
    axes.text(-MARGIN + 40, y + 2.5, text, fontsize=6.5, color=MUTED)
    axes.text(-MARGIN + 4, y - 9, "Width by root of number", fontsize=7, color=MUTED)


def _share_legend(axes: Axes) -> None:
    route_legend(axes, "Link from parent to child, by route")
    x, y = COLUMN - 10.0, HEIGHT - 42.0
    axes.text(x, y - 26, "Area: share of patients", fontsize=7, color=MUTED)
    for share in (0.1, 0.02, 0.005):
        radius = _SHARE_RADIUS * math.sqrt(share)
        x += radius
        axes.add_patch(Circle((x, y), radius, fc=ROUTES["blood"], alpha=0.72, ec=PAPER, zorder=20))
        axes.text(x, y + 29, f"{100 * share:g} %", fontsize=6.5, ha="center", color=MUTED)
        x += radius + 11.0
    axes.text(COLUMN - 10, y + 40, "disc: seen, dashed: all", fontsize=6.5, color=MUTED)
