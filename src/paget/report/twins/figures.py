"""Figures of a comparison: what changes for how many, who moves to which stage, lead time.

Public names: ``counts_figure``, ``shift_figure``, ``lead_figure``, ``twin_facts``, ``ARMS``,
``titles``, ``any_shift``.
"""

from typing import Any, Final

import numpy as np
import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch
from matplotlib.path import Path as Outline

from paget.core.units import YEAR
from paget.report.page.style import (
    GAP,
    INK,
    MODEL,
    MUTED,
    PUBLISHED,
    STAGES,
    RunFacts,
    compact,
    count_text,
    facts_of,
    in_style,
    new_figure,
    say_empty,
    say_legend,
)
from paget.report.twins.words import contrast_text, interval_text, no_trial, same_in_everybody
from paget.twins.overdiagnosis import trial_overdiagnosis

ARMS: Final = {"a": "#8A949B", "b": MODEL}
_WIDE: Final = 7.4
_LEFT_OUT: Final = ("tests", "false positives", "with a precursor", "death from any cause")
_NEVER, _PREVENTED, _IN_SITU = "never found", "prevented", "in situ"
_PLACES: Final = {
    _PREVENTED: "#4E9A6B",
    _IN_SITU: "#9CC7A8",
    _NEVER: "#D5DADD",
    **STAGES,
}
_PER: Final = 1000.0
_LEAST: Final = 0.004  # of the height: a flow that is thinner has no text


def twin_facts(comparison: Any) -> RunFacts:
    """Return the facts of a comparison's small print."""
    known = facts_of(_Source(comparison))
    return RunFacts(
        known.disease, known.primary, comparison.persons, known.seed, comparison.is_of_people
    )


class _Source:
    """A comparison as figures of one run know it."""

    def __init__(self, comparison: Any) -> None:
        self.scenario = comparison.a.scenario
        self.parameters = comparison.a.model.parameters
        self.seed = comparison.seed


def titles(comparison: Any) -> dict[str, str]:
    """Return what the arms are called."""
    return dict(zip("ab", comparison.names, strict=True))


def arm_handles(comparison: Any) -> list[Line2D]:
    """Return the marks of both arms for a legend."""
    names = titles(comparison)
    return [Line2D([], [], color=ARMS[x], lw=3, label=names[x]) for x in ("a", "b")]


# ------------------------------------------------------------------------------- what changes


@in_style
def counts_figure(comparison: Any) -> Figure:
    """Draw the absolute risks per 1,000 in either arm, with their difference."""
    table = comparison.table.filter(pl.col("unit").str.starts_with("per 1,000"))
    told = [
        row for row in table.iter_rows(named=True) if not str(row["measure"]).startswith(_LEFT_OUT)
    ]
    rows = [row for row in told if not same_in_everybody(row) and (row["a"] or row["b"])]
    facts = twin_facts(comparison)
    figure = new_figure("What changes, and for how many", facts, (_WIDE, 1.5 + 0.36 * len(rows)))
    axes = figure.subplots()
    if not rows:
        say_empty(axes, "The same in both arms." if told else "Nobody gets the cancer.")
        return figure
    top = max(_end(row) for row in rows)
    for i, row in enumerate(rows):
        for x, shift in (("a", -0.19), ("b", 0.19)):
            axes.barh(i + shift, row[x], 0.34, color=ARMS[x])
            if row[f"{x}_low"] is not None:
                limits = (row[f"{x}_low"], row[f"{x}_high"])
                axes.plot(limits, (i + shift,) * 2, color=INK, lw=1.0, solid_capstyle="butt")
        axes.text(_end(row), i, f"{GAP}{_difference(row)}", va="center", fontsize=7.5)
    axes.set_yticks(range(len(rows)), [_short(str(row["measure"])) for row in rows])
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_xlim(0.0, 1.45 * top)
    axes.set_xticks([tick for tick in axes.get_xticks() if tick <= min(1.45 * top, _PER)])
    axes.set_xlabel(f"{rows[0]['unit']}; the text is the difference with its 95 % interval")
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x")
    say_legend(figure, arm_handles(comparison))
    return figure


def _short(measure: str) -> str:
    return measure.split(":", maxsplit=1)[0]


def _end(row: dict[str, Any]) -> float:
    """Return how far the marks of a row reach."""
    return max(row[x] or 0.0 for x in ("a", "b", "a_high", "b_high"))


def _difference(row: dict[str, Any]) -> str:
    """Return a difference with its sign and interval, or why it has none."""
    return f"{contrast_text(row)} ({interval_text(row)})"


# -------------------------------------------------------------------------------- stage shift


@in_style
def shift_figure(comparison: Any) -> Figure:
    """Draw who moves from which stage to which: the same people on both sides."""
    names = titles(comparison)
    who = "people" if comparison.is_of_people else "patients"
    title = f"The same people in both arms, per 1,000 {who}"
    figure = new_figure(title, twin_facts(comparison), (_WIDE, 4.4))
    axes = figure.subplots()
    flows = stage_flows(comparison.patients.lazy())
    if flows.is_empty():
        say_empty(axes, "Nobody is found in either arm.")
        return figure
    total = int(flows["n"].sum())
    heights = {x: _stack(flows, x, total) for x in ("a", "b")}
    at = {x: {name: low for name, (low, _) in heights[x].items()} for x in ("a", "b")}
    for row in flows.iter_rows(named=True):
        width = row["n"] / total
        ends = (at["a"][row["a"]], at["b"][row["b"]])
        _draw_flow(axes, ends, width, _PLACES[row["a"]])
        at["a"][row["a"]] += width
        at["b"][row["b"]] += width
    scale = _PER / comparison.persons
    for x, left, align in (("a", 0.0, "right"), ("b", 1.0, "left")):
        for name, (low, high) in heights[x].items():
            axes.barh((low + high) / 2, 0.03, high - low, left=left - 0.015, color=_PLACES[name])
            if high - low > _LEAST:
                word = f"stage {name}" if name in STAGES else name
                text = f"{word}, {compact(scale * total * (high - low))}"
                place = left - 0.025 if x == "a" else left + 0.025
                axes.text(place, (low + high) / 2, text, ha=align, va="center", fontsize=7.5)
        axes.text(left, -0.05, names[x], ha="center", fontsize=8.5, fontweight="bold")
    axes.set_xlim(-0.42, 1.42)
    axes.set_ylim(1.03, -0.1)
    axes.set_axis_off()
    return figure


def any_shift(patients: pl.LazyFrame) -> bool:
    """Tell whether anybody stands in another place in the other arm."""
    flows = stage_flows(patients)
    return bool((flows["a"] != flows["b"]).any())


def stage_flows(patients: pl.LazyFrame) -> pl.DataFrame:
    """Return how many persons are in which place in either arm, of those found in one of them."""
    places = patients.select(
        pl.when(pl.col(f"prevented_day_{x}").is_not_null())
        .then(pl.lit(_PREVENTED))
        .when(pl.col(f"in_situ_day_{x}").is_not_null())
        .then(pl.lit(_IN_SITU))
        .when(pl.col(f"diagnosis_day_{x}").is_not_null())
        .then(pl.col(f"stage_{x}").cast(pl.String).fill_null("I"))
        .otherwise(pl.lit(_NEVER))
        .alias(x)
        for x in ("a", "b")
    ).filter((pl.col("a") != _NEVER) | (pl.col("b") != _NEVER))
    order = list(_PLACES)
    flows = places.group_by("a", "b").len("n").collect(engine="streaming")
    return flows.sort(
        *(pl.col(x).replace_strict(order, range(len(order)), return_dtype=pl.Int64) for x in "ab")
    )


def _stack(flows: pl.DataFrame, x: str, total: int) -> dict[str, tuple[float, float]]:
    """Return where each place begins and ends, from the top."""
    counts = dict(flows.group_by(x).agg(pl.col("n").sum()).iter_rows())
    found, top = {}, 0.0
    for name in _PLACES:
        if name in counts:
            found[name] = (top, top + counts[name] / total)
            top = found[name][1]
    return found


def _draw_flow(axes: Axes, ends: tuple[float, float], width: float, colour: str) -> None:
    """Draw a band from the left to the right."""
    y0, y1 = ends
    points = [
        (0.015, y0), (0.5, y0), (0.5, y1), (0.985, y1),
        (0.985, y1 + width), (0.5, y1 + width), (0.5, y0 + width), (0.015, y0 + width),
        (0.015, y0),
    ]  # fmt: skip
    curve = Outline.CURVE4
    codes = [Outline.MOVETO, curve, curve, curve, Outline.LINETO, curve, curve, curve,
             Outline.CLOSEPOLY]  # fmt: skip
    axes.add_patch(PathPatch(Outline(points, codes), fc=colour, ec="none", alpha=0.45))


# ----------------------------------------------------------------- lead time and overdiagnosis


@in_style
def lead_figure(comparison: Any) -> Figure:
    """Draw lead times, and overdiagnosis as twins know it beside what a trial would say."""
    title = "Lead time and overdiagnosis"
    figure = new_figure(title, twin_facts(comparison), (_WIDE, 3.6))
    left, right = figure.subplots(1, 2)
    _draw_leads(left, _leads(comparison.patients.lazy()))
    if comparison.is_of_people:
        _draw_estimates(right, comparison)
    else:
        say_empty(right, "A trial's estimate needs a population of people.")
    return figure


def _leads(patients: pl.LazyFrame) -> pl.Series:
    """Return the lead time [year] of everyone whom screening finds; null: it never would show."""
    clinical = pl.coalesce("clinical_day_a", "clinical_day_b")
    lead = (clinical - pl.col("diagnosis_day_b")) / YEAR
    return patients.filter(pl.col("detection_b") == "screen").select(lead).collect().to_series()


def _draw_leads(axes: Axes, lead: pl.Series) -> None:
    """Draw the histogram of lead times, and how many have none because it never would show."""
    known = lead.drop_nulls().to_numpy()
    axes.set_title(f"Cancers found by screening (n = {count_text(len(lead))})")
    if not len(known):
        say_empty(axes, "nobody")
        return
    edges = np.arange(0.0, max(4.0, float(np.quantile(known, 0.99))) + 1.0, 0.5)
    counts, _ = np.histogram(known, edges)
    axes.bar(edges[:-1], 100.0 * counts / len(lead), 0.46, align="edge", color=ARMS["b"])
    mean = float(known.mean())
    axes.axvline(mean, color=INK, lw=0.9, ls=(0, (4, 3)))
    never = 100.0 * lead.null_count() / len(lead)
    axes.text(
        0.98, 0.96, f"mean lead {mean:.1f} years\n{never:.3g} % would never\nhave come to light",
        ha="right", va="top", fontsize=7.5, transform=axes.transAxes,
    )  # fmt: skip
    axes.set_xlabel("years until symptoms would have told")
    axes.set_ylabel("share of those found by screening [%]")
    axes.grid(axis="y")


def _draw_estimates(axes: Axes, comparison: Any) -> None:
    """Draw the excess of cancers found, by follow-up, beside the share truly overdiagnosed."""
    in_situ = comparison.columns("in_situ_day_b").to_series().is_not_null().any()
    axes.set_title("Overdiagnosed, in situ included" if in_situ else "Overdiagnosed")
    years = np.arange(1.0, comparison.span / YEAR + 0.5, 0.5)
    rest = comparison.outcomes.rest
    harmless = (rest.n * rest.in_situ[0], rest.n * rest.in_situ[1])
    days = ("diagnosis_day", "in_situ_day", "clinical_day", "detection")
    needed = comparison.columns("entry_day", *(f"{day}_{x}" for day in days for x in "ab"))
    excess, truth = trial_overdiagnosis(needed, years, harmless)
    axes.plot(years, truth, color=ARMS["b"], lw=1.8, label="the twin truth")
    lines = [truth]
    if not no_trial(comparison):
        axes.plot(years, excess, color=PUBLISHED, lw=1.6, label="excess found, as a trial counts")
        lines.append(excess)
    axes.axhline(0.0, color=MUTED, lw=0.7)
    known = np.concatenate([line[np.isfinite(line)] for line in lines] + [np.zeros(1)])
    axes.set_ylim(max(-110.0, float(known.min()) - 8.0), 108.0)
    axes.set_xlabel("years since entry")
    axes.set_ylabel("share of those found by screening [%]")
    axes.grid()
    axes.legend(loc="upper right")
