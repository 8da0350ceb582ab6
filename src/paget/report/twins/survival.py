"""Survival of twins: curves of either arm with the numbers at risk, and their difference.

Public names: ``twin_survival_figure``, ``paired_difference``.
"""

from collections.abc import Mapping
from typing import Any, Final, cast

import numpy as np
import numpy.typing as npt
import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from paget.core.units import YEAR
from paget.report.lives.survival_figure import Curve, curve_of
from paget.report.page.intervals import Z95, wilson
from paget.report.page.style import (
    MUTED,
    compact,
    count_text,
    in_style,
    new_figure,
    say_empty,
    say_legend,
)
from paget.report.twins.figures import ARMS, arm_handles, twin_facts
from paget.twins.limits import FEW, paired_difference_limits
from paget.twins.outcomes import Survival
from paget.twins.rest import Rest
from paget.words import OTHER_CAUSE_WORDS

Floats = npt.NDArray[np.float64]

_PER: Final = 1000.0
_MOST_YEARS: Final = 15.0  # after diagnosis
_STEPS: Final = 181


@in_style
def twin_survival_figure(comparison: Any) -> Figure:
    """Draw survival in both arms.

    Of people: deaths from the cancer since entry, their difference, and survival since diagnosis,
    which lead time flatters. Of patients: survival since the earlier of the twins' diagnoses, and
    the difference between those alive.
    """
    figure = new_figure("Survival", twin_facts(comparison), (10.2, 4.1))
    cast("ConstrainedLayoutEngine", figure.get_layout_engine()).set(wspace=0.07)
    panels = figure.subplots(1, 3)
    if comparison.is_of_people:
        left, middle, right = panels
        _draw_mortality(left, comparison)
        _draw_difference(middle, comparison, "of_cancer", _PER)
        middle.set_ylabel(f"{_less(comparison)}per 1,000 people")
        middle.set_xlabel("years since entry")
        right.set_title("Survival of those found")
        curves = {x: since_diagnosis(comparison.patients.lazy(), x) for x in ("a", "b")}
        _draw_alive(right, {x: curve for x, curve in curves.items() if curve is not None})
        right.set_xlabel("years since their own diagnosis")
    else:
        for axes, cause in zip(panels, ("of_cancer", "died"), strict=False):
            words = "the cancer" if cause == "of_cancer" else "any cause"
            axes.set_title(f"Death from {words}")
            found = comparison.outcomes
            curves = {
                x: _since_zero(survival, cause)
                for x, survival in (("a", found.survival_a), ("b", found.survival_b))
            }
            _draw_alive(axes, {x: curve for x, curve in curves.items() if curve is not None})
            axes.set_xlabel("years since the earlier twin's diagnosis")
        _draw_difference(panels[2], comparison, "died", -100.0)
        panels[2].set_xlim(panels[1].get_xlim())
        panels[2].set_ylabel(f"{_less(comparison)}alive, percentage points")
        panels[2].set_xlabel("years since the earlier twin's diagnosis")
    say_legend(figure, arm_handles(comparison))
    return figure


def _less(comparison: Any) -> str:
    one, other = comparison.names
    return f"{other}\nless {one},\n"


def _since_zero(survival: Survival, cause: str) -> Curve | None:
    """Return the curve of one arm since the day from which both twins are followed."""
    followed = survival.years >= 0.0
    died = getattr(survival, cause)[followed]
    return curve_of(survival.years[followed], died) if followed.any() else None


def since_diagnosis(patients: pl.LazyFrame, x: str) -> Curve | None:
    """Return survival from the cancer of those found in an arm, since their own diagnosis."""
    end = pl.coalesce(f"death_day_{x}", f"follow_up_day_{x}")
    other = pl.col(f"cause_of_death_{x}").cast(pl.String) == OTHER_CAUSE_WORDS
    found = (
        patients.filter(pl.col(f"diagnosis_day_{x}").is_not_null())
        .select(
            years=(end - pl.col(f"diagnosis_day_{x}")) / YEAR,
            of_cancer=~other.fill_null(value=True),
        )
        .collect()
    )
    if found.is_empty():
        return None
    return curve_of(found["years"].to_numpy(), found["of_cancer"].to_numpy())


def _draw_alive(axes: Axes, curves: Mapping[str, Curve]) -> None:
    """Draw Kaplan-Meier curves with their intervals, and the numbers at risk below."""
    if not curves:
        say_empty(axes, "nobody")
        return
    for x, curve in curves.items():
        band = (100 * curve.low, 100 * curve.high)
        axes.fill_between(curve.time, *band, step="post", color=ARMS[x], alpha=0.22, lw=0)
        axes.step(curve.time, 100 * curve.alive, where="post", color=ARMS[x], lw=1.7)
    last = int(next(iter(curves.values())).time[-1])
    axes.set_xlim(0.0, last)
    axes.set_ylim(0.0, 103.0)
    axes.set_ylabel("share alive [%]")
    axes.grid()
    years = list(range(0, last + 1, 2))
    axes.set_xticks(years)
    numbers = {x: [int(curve.at_risk[year]) for year in years] for x, curve in curves.items()}
    _write_numbers(axes, years, numbers, "at risk")


def _draw_mortality(axes: Axes, comparison: Any) -> None:
    """Draw deaths from the cancer per 1,000 people since entry, and the people alive below."""
    axes.set_title("Deaths from the cancer")
    span, n, outcomes = comparison.span / YEAR, comparison.persons, comparison.outcomes
    grid = np.linspace(0.0, span, _STEPS)
    years = list(range(0, int(span) + 1, 10 if span > _MOST_YEARS else 5))
    numbers: dict[str, list[int]] = {}
    for x, survival in (("a", outcomes.survival_a), ("b", outcomes.survival_b)):
        days = np.sort(survival.years[survival.of_cancer])
        count = np.searchsorted(days, grid, side="right")
        limits = np.array([wilson(int(k), n) for k in count])
        axes.fill_between(grid, *(_PER * limits.T), color=ARMS[x], alpha=0.22, lw=0)
        axes.plot(grid, _PER * count / n, color=ARMS[x], lw=1.7)
        numbers[x] = [alive(survival, outcomes.rest, year) for year in years]
    axes.set_xlim(0.0, span)
    axes.set_ylim(bottom=0.0)
    axes.set_xticks(years)
    axes.set_xlabel("years since entry")
    axes.set_ylabel("per 1,000 people")
    axes.grid()
    _write_numbers(axes, years, numbers, "people alive")


def _draw_difference(axes: Axes, comparison: Any, cause: str, scale: float) -> None:
    """Draw the difference between twins since their common zero, with its interval."""
    outcomes, span = comparison.outcomes, comparison.span / YEAR
    last = span if comparison.is_of_people else min(span, _MOST_YEARS)
    grid = np.linspace(0.0, last, _STEPS)
    a, b = outcomes.survival_a, outcomes.survival_b
    n = comparison.persons if comparison.is_of_people else int((a.years >= 0.0).sum())
    axes.set_title("Difference between twins")
    if not n:
        say_empty(axes, "nobody")
        return
    mean, low, high = (scale * values for values in paired_difference(a, b, cause, n, grid))
    axes.fill_between(grid, low, high, color=ARMS["b"], alpha=0.22, lw=0)
    axes.plot(grid, mean, color=ARMS["b"], lw=1.7)
    axes.axhline(0.0, color=MUTED, lw=0.8)
    axes.set_xlim(0.0, last)
    axes.grid()


def paired_difference(
    a: Survival, b: Survival, cause: str, n: int, years: Floats
) -> tuple[Floats, Floats, Floats]:
    """Return the difference between the shares that died by some years, with its 95 % limits.

    Its variance is that of the twins' own differences: who dies in both arms by then adds nothing.
    Where few differ the limits are exact.
    """
    days = [np.where(getattr(arm, cause), arm.years, np.inf) for arm in (a, b)]
    died_a, died_b, both = (
        np.searchsorted(np.sort(of), years, side="right") for of in (*days, np.maximum(*days))
    )
    more, fewer = died_b - both, died_a - both
    mean = (more - fewer) / n
    half = Z95 * np.sqrt(np.maximum((more + fewer) / n - mean**2, 0.0) / n)
    low, high = mean - half, mean + half
    for i in np.flatnonzero(more + fewer < FEW):
        low[i], high[i] = paired_difference_limits(float(more[i]), float(fewer[i]), n)
    return mean, low, high


def alive(survival: Survival, rest: Rest, year: float) -> int:
    """Return how many are alive some years after entry: those lived, and the others expected."""
    lived = int(np.count_nonzero(~(survival.died & (survival.years <= year))))
    return lived + round(rest.n * float(np.interp(year, rest.grid, rest.alive)))


def _write_numbers(
    axes: Axes, years: list[int], numbers: Mapping[str, list[int]], what: str
) -> None:
    """Write numbers below the axis, a line an arm."""
    axes.annotate(
        what, (0.0, 0.0), (-8.0, -38.0), xycoords="axes fraction",
        textcoords="offset points", fontsize=6.8, color=MUTED,
    )  # fmt: skip
    for i, (x, row) in enumerate(numbers.items()):
        for year, number in zip(years, row, strict=True):
            text = count_text(number) if number < 1_000_000 else compact(number)  # noqa: PLR2004
            axes.annotate(
                text, (year, 0.0), (0.0, -49.0 - 10.5 * i),
                xycoords=("data", "axes fraction"), textcoords="offset points", fontsize=6.8,
                ha="center", color=ARMS[x],
            )  # fmt: skip
