"""The timeline of one virtual life: every lesion from founding to fate, and how the largest grew.

Public names: ``life_timeline``, ``moments_of``, ``summary_of``, ``phases_of``, ``diameters``,
``lesion_text``, ``window_of``, and what the figure of two lives draws with: ``draw_bar``,
``draw_curves``, ``draw_moments``, ``draw_treatments``, ``treatments_of``, ``phase_handles``,
``age_axis``.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from paget.core.units import YEAR
from paget.report.lives.bodymap import lesions_on
from paget.report.page.style import (
    GAP,
    INK,
    MISFIT,
    MUTED,
    PAPER,
    PHASES,
    PRIMARY,
    ROUTES,
    RunFacts,
    compact,
    disease_at,
    facts_of,
    in_style,
    new_figure,
    say_legend,
)

_MOST_BARS: Final = 25
_MOST_CURVES: Final = 6
_DAYS: Final = 140
ROW_INCHES: Final = 0.19
MOMENT_ROWS: Final = 0.8
_SMALLEST_MM: Final = 0.02
_AVASCULAR_MM: Final = 2.0
_MOMENTS: Final = {
    "prevented_day": ("precursor removed", ROUTES["lymph"]),
    "in_situ_day": ("treated in situ", ROUTES["lymph"]),
    "diagnosis_day": ("diagnosis", INK),
    "surgery_day": ("surgery", PRIMARY),
    "recurrence_day": ("recurrence", ROUTES["blood"]),
    "death_day": ("death", MISFIT),
}
PHASE_TEXTS: Final = {
    "asleep": "asleep",
    "held": "small, no vessels of its own",
    "growing": "growing",
}


TREATED: Final = "#F3E3C3"


class Moment(NamedTuple):
    """A day on which something happened to the virtual patient."""

    day: float
    text: str
    colour: str


@in_style
def life_timeline(life: Any) -> Figure:
    """Draw one virtual life: lesions as bars with their phases, moments as lines, diameters below.

    Parameters
    ----------
    life : what ``paget.live`` returns.
    """
    facts = facts_of(life)
    bars = life.lesions.sort("diameter_mm_at_fate", descending=True, nulls_last=True)
    bars = pl.concat(
        [bars.filter(pl.col("kind") == "primary"), bars.filter(pl.col("kind") != "primary")]
    )
    shown = bars.head(_MOST_BARS).sort(pl.col("kind") != "primary", "founded_day")
    rest = int(bars["count"].fill_null(1).sum()) - int(shown["count"].fill_null(1).sum())
    summary = summary_of(life)
    start, end = window_of(bars, summary)
    moments = moments_of(life)
    rows = max(shown.height, 2) + 0.2 + MOMENT_ROWS * len(moments)
    upper_height = ROW_INCHES * rows
    figure = new_figure(_title(life, facts), facts, (8.2, upper_height + 3.4))
    upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=(upper_height, 1.9))
    upper.set_ylim(max(shown.height, 2) - 0.4, -0.6 - MOMENT_ROWS * len(moments))
    _draw_bars(upper, shown, facts, (start, end))
    _write_below(upper, f"and {compact(rest)} smaller lesions, not drawn" if rest > 0 else "")
    draw_curves(lower, life, shown, (start, end))
    is_treated = draw_treatments((upper, lower), life)
    draw_moments((upper, lower), moments)
    upper.set_xlim(start / YEAR, (end + 0.01 * (end - start)) / YEAR)
    lower.set_xlabel("time since the founder cell [year]")
    age_axis(upper, summary)
    say_legend(figure, phase_handles(is_treated=is_treated))
    return figure


def _title(life: Any, facts: RunFacts) -> str:
    """Return whose life it is, with the cancer or, where its precursor was found, without."""
    row = summary_of(life)
    is_averted = any(row.get(day) is not None for day in ("prevented_day", "in_situ_day"))
    return f"Virtual patient {life.patient} with{'out' * is_averted} {facts.disease}"


def phase_handles(*, is_treated: bool) -> list[Patch]:
    """Return the marks of the phases of a lesion, and of treatment where there is any."""
    handles = [Patch(fc=colour, label=PHASE_TEXTS[name]) for name, colour in PHASES.items()]
    return [*handles, Patch(fc=TREATED, label="drugs or radiation")] if is_treated else handles


def summary_of(life: Any) -> Mapping[str, Any]:
    """Return the patient's row of a life as a mapping."""
    summary = life.summary
    return summary.row(0, named=True) if isinstance(summary, pl.DataFrame) else summary


def moments_of(life: Any) -> list[Moment]:
    """Return diagnosis, surgery, recurrence and death of a life, those that happened."""
    days: dict[str, Any] = {name: summary_of(life).get(name) for name in _MOMENTS}
    if days["surgery_day"] is None:
        surgery = life.events.filter(pl.col("event") == "surgery")
        days["surgery_day"] = None if surgery.is_empty() else surgery["day"][0]
    return [
        Moment(float(days[name]), text, colour)
        for name, (text, colour) in _MOMENTS.items()
        if days[name] is not None
    ]


def window_of(lesions: pl.DataFrame, summary: Mapping[str, Any]) -> tuple[float, float]:
    """Return the days to draw: from shortly before the first that is told of it to the end.

    That is invasion or the first child; of a cancer that never was, the day on which its precursor
    was found.
    """
    end = float(summary["follow_up_day"])
    children = lesions.filter(pl.col("kind") != "primary")["founded_day"].to_list()
    told = (summary.get(day) for day in ("invasion_day", "prevented_day", "in_situ_day"))
    first = min([*(float(day) for day in told if day is not None), *children, 0.97 * end])
    return max(0.0, first - 0.06 * (end - first)), end


# ------------------------------------------------------------------------------------- lesions


def phases_of(row: Mapping[str, Any], end: float) -> list[tuple[str, float, float]]:
    """Return the phases of a lesion as (phase, from, to) [day].

    Examples
    --------
    >>> row = {
    ...     "kind": "distant",
    ...     "fate": "alive",
    ...     "founded_day": 10.0,
    ...     "asleep_until_day": 30.0,
    ...     "switch_day": 70.0,
    ...     "fate_day": 90.0,
    ...     "diameter_mm_at_fate": 9.0,
    ... }
    >>> phases_of(row, 100.0)
    [('asleep', 10.0, 30.0), ('held', 30.0, 70.0), ('growing', 70.0, 90.0)]
    """
    born, gone = float(row["founded_day"]), min(float(row["fate_day"] or end), end)
    slept, switch = row["asleep_until_day"], row["switch_day"]
    if row["fate"] == "asleep" or (row["fate"] == "extinct" and slept is not None):
        return [("asleep", born, gone)]
    awake = born if slept is None else min(max(float(slept), born), gone)
    if row["kind"] in ("primary", "local"):
        switch = awake
    elif switch is None:
        switch = awake if (row["diameter_mm_at_fate"] or 0.0) > _AVASCULAR_MM else gone
    switch = min(max(float(switch), awake), gone)
    phases = [("asleep", born, awake), ("held", awake, switch), ("growing", switch, gone)]
    return [phase for phase in phases if phase[2] > phase[1]]


def lesion_text(row: Mapping[str, Any], facts: RunFacts) -> str:
    """Return what a lesion is called: by its origin, with its number for a surplus cohort."""
    if row["kind"] == "primary":
        return f"{facts.disease}, primary"
    if row["kind"] == "local":
        return f"{facts.disease}, local relapse"
    text = disease_at(facts.disease, row["site"])
    return text if (row["count"] or 1) == 1 else f"{text} ×{compact(row['count'])}"


def _draw_bars(
    axes: Axes, lesions: pl.DataFrame, facts: RunFacts, window: tuple[float, float]
) -> None:
    """Draw a bar a lesion; a cross at its end where it did not live to the end of the record."""
    names: list[str] = []
    for i, row in enumerate(lesions.iter_rows(named=True)):
        draw_bar(axes, i, row, window)
        names.append(lesion_text(row, facts))
    axes.set_yticks(range(len(names)), names, fontsize=7)
    axes.tick_params(axis="y", length=0)
    axes.tick_params(axis="x", labelbottom=False)
    axes.grid(axis="x")


def draw_bar(axes: Axes, i: int, row: Mapping[str, Any], window: tuple[float, float]) -> None:
    """Draw one lesion at height ``i``: its phases, when it was seen, its end."""
    for phase, begin, end in phases_of(row, window[1]):
        left = max(begin, window[0])
        if end > left:
            axes.barh(i, (end - left) / YEAR, 0.62, left=left / YEAR, color=PHASES[phase])
    if row["fate"] in ("removed", "killed", "extinct"):
        axes.plot(row["fate_day"] / YEAR, i, "x", color=INK, ms=4, mew=1.1, zorder=6)
    if row["detected_day"] is not None and row["kind"] != "primary":
        axes.plot(
            row["detected_day"] / YEAR, i, "o", ms=3.4, color=PAPER, mec=INK, mew=0.8, zorder=6
        )


def _write_below(axes: Axes, rest: str) -> None:
    """Write what was left out, and what the marks of bars mean, below the bars."""
    note = "○ seen by the clinic   × removed or died out"
    for x, text, align in ((0.0, rest, "left"), (1.0, note, "right")):
        axes.annotate(
            text, (x, 0.0), (0.0, -4.0), xycoords="axes fraction", textcoords="offset points",
            ha=align, va="top", fontsize=6.8, color=MUTED,
        )  # fmt: skip


def draw_curves(axes: Axes, life: Any, shown: pl.DataFrame, window: tuple[float, float]) -> None:
    """Draw the diameters of the primary and of the largest lesions over time, on a log axis."""
    curves = diameters(life, shown, window)
    for i, (row, days, sizes) in enumerate(curves):
        is_primary = row["kind"] == "primary"
        colour = PRIMARY if is_primary else ROUTES.get(row["route"], MUTED)
        axes.plot(
            np.array(days) / YEAR, sizes, color=colour, lw=2.0 if is_primary else 1.1,
            alpha=1.0 if is_primary else 0.85, zorder=9 - i,
            label="primary" if is_primary else None,
        )  # fmt: skip
    came_by = {str(row["route"]) for row, _, _ in curves}
    for route in (route for route in ROUTES if route in came_by):
        axes.plot([], [], color=ROUTES[route], lw=1.2, label=f"by {route}")
    axes.set_yscale("log")
    axes.set_ylim(_SMALLEST_MM, 300.0)
    axes.set_yticks([0.1, 1, 10, 100], ["0.1", "1", "10", "100"])
    axes.minorticks_off()
    axes.set_ylabel("diameter [mm]")
    axes.grid()
    if not curves:
        axes.text(
            0.5, 0.5, "There is no lesion to draw.", ha="center", va="center", color=MUTED,
            transform=axes.transAxes,
        )  # fmt: skip
        return
    axes.set_title("The largest lesions" if len(curves) > 1 else "The primary")
    axes.legend(
        loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=4, fontsize=7, borderaxespad=0.1
    )


def diameters(
    life: Any, shown: pl.DataFrame, window: tuple[float, float]
) -> list[tuple[Mapping[str, Any], list[float], list[float]]]:
    """Return the largest lesions, each with days and its diameters [mm] on them."""
    order = shown.sort(
        pl.col("kind") != "primary", -pl.col("diameter_mm_at_fate").fill_null(0.0)
    ).head(_MOST_CURVES)
    found: dict[Any, tuple[list[float], list[float]]] = {key: ([], []) for key in order["lesion"]}
    for day in _days_to_draw(life, order, window):
        there = lesions_on(life, float(np.nextafter(day, 0.0)))
        there = there.filter(pl.col("lesion").is_in(order["lesion"].implode()))
        for lesion, size in there.select("lesion", "diameter_mm").iter_rows():
            found[lesion][0].append(float(day))
            found[lesion][1].append(float(size))
    return [(row, *found[row["lesion"]]) for row in order.iter_rows(named=True)]


def _days_to_draw(
    life: Any, lesions: pl.DataFrame, window: tuple[float, float]
) -> npt.NDArray[np.float64]:
    """Return days, denser towards the end, where most happens; sizes are drawn just before each.

    Among them are both sides of each treatment of these lesions, and their ends.
    """
    grid = window[1] - (window[1] - window[0]) * np.linspace(1.0, 0.0, _DAYS) ** 1.3
    treated = life.treated.filter(pl.col("lesion").is_in(lesions["lesion"].implode()))["day"]
    drops = np.unique(treated.to_numpy())
    ends = lesions["fate_day"].drop_nulls().to_numpy()
    days = np.unique(np.concatenate([grid, drops, np.nextafter(drops, np.inf), ends]))
    return days[(window[0] <= days) & (days <= window[1])]


# ------------------------------------------------------------------- moments and treatments


def draw_treatments(panels: Sequence[Axes], life: Any) -> bool:
    """Shade the time under drugs or radiation; return whether there is any."""
    spans = treatments_of(life)
    for start, end in spans:
        for axes in panels:
            axes.axvspan(start / YEAR, end / YEAR, color=TREATED, lw=0, zorder=0)
    return bool(spans)


def treatments_of(life: Any) -> list[tuple[float, float]]:
    """Return from when to when each line of drugs or radiation was given [day]."""
    end, spans = float(summary_of(life)["follow_up_day"]), []
    under_way: dict[str, float] = {}
    for day, event, line in life.events.select("day", "event", "detail").iter_rows():
        if event == "line_started":
            under_way[str(line)] = float(day)
        elif event == "line_ended" and str(line) in under_way:
            spans.append((under_way.pop(str(line)), float(day)))
    return spans + [(start, end) for start in under_way.values()]


def draw_moments(panels: Sequence[Axes], moments: Sequence[Moment]) -> None:
    """Draw moments as lines through both panels, each with its text above the bars."""
    for i, moment in enumerate(sorted(moments)):
        for axes in panels:
            axes.axvline(moment.day / YEAR, color=moment.colour, lw=1.0, ls=(0, (5, 2)), zorder=5)
        panels[0].annotate(
            f"{moment.text}{GAP}",
            (moment.day / YEAR, -0.6 - MOMENT_ROWS * (len(moments) - i - 0.5)),
            ha="right", va="center", fontsize=7.2, fontweight="bold", color=moment.colour, zorder=8,
            bbox={"fc": PAPER, "ec": "none", "alpha": 0.8, "pad": 0.5},
        )  # fmt: skip


def _shifted(by: float) -> tuple[Callable[[Any], Any], Callable[[Any], Any]]:
    """Return the function that adds ``by``, and its inverse."""
    return (lambda x: x + by), (lambda x: x - by)


def age_axis(axes: Axes, summary: Mapping[str, Any]) -> None:
    """Write the virtual patient's age above the figure, where it is known."""
    onset, invasion = summary.get("age_onset_years"), summary["invasion_day"]
    if onset is None or invasion is None:
        return
    shift = float(onset) - float(invasion) / YEAR
    ages = axes.secondary_xaxis("top", functions=_shifted(shift))
    ages.set_xlabel("age [year]", fontsize=8)
    ages.tick_params(labelsize=7.5)
