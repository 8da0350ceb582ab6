"""One virtual person's two lives side by side: the same lesion in the same row.

An illustration of how the model couples cause and effect, never a result: results are means.

Public names: ``two_lives_figure``, ``ILLUSTRATION``.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from paget.core.units import YEAR
from paget.report.lives.life_figures import (
    MOMENT_ROWS,
    ROW_INCHES,
    draw_bar,
    draw_curves,
    draw_moments,
    draw_treatments,
    lesion_text,
    moments_of,
    phase_handles,
    summary_of,
    window_of,
)
from paget.report.page.style import (
    MUTED,
    facts_of,
    in_style,
    new_figure,
    say_empty,
    say_legend,
)

ILLUSTRATION: Final = (
    "An illustration: the difference in one virtual person shows how the model couples cause and "
    "effect; results are means over many."
)
_MOST: Final = 14  # lesions


@in_style
def two_lives_figure(lives: Sequence[Any], names: Sequence[str]) -> Figure:
    """Draw the two lives of one virtual person beside each other.

    Parameters
    ----------
    lives : the life in either arm.
    names : what the arms are called.
    """
    facts = facts_of(lives[0])
    rows = shared_rows([life.lesions for life in lives])
    span = _span(lives)
    moments = [moments_of(life) for life in lives]
    above = MOMENT_ROWS * max(len(found) for found in moments)
    height = ROW_INCHES * (max(len(rows), 2) + 0.2 + above)
    title = f"Two lives of virtual person {lives[0].patient}: an illustration"
    figure = new_figure(title, facts, (10.2, height + 3.4))
    upper, lower = figure.subplots(2, 2, sharex=True, sharey="row", height_ratios=(height, 1.9))
    upper[0].set_ylim(max(len(rows), 2) - 0.4, -0.6 - above)
    treated = False
    for k, life in enumerate(lives):
        upper[k].set_title(names[k])
        _draw_lesions(upper[k], life.lesions, rows, span)
        if life.lesions.is_empty():
            say_empty(lower[k], "no cancer")
        else:
            shown = life.lesions.filter(pl.col("lesion").is_in(list(rows)))
            draw_curves(
                lower[k], life, shown, (span[0], window_of(life.lesions, summary_of(life))[1])
            )
            lower[k].set_title("")
        treated |= draw_treatments((upper[k], lower[k]), life)
        draw_moments((upper[k], lower[k]), moments[k])
        lower[k].set_xlabel("time since the founder cell [year]")
    lower[1].set_ylabel("")
    upper[0].set_yticks(range(len(rows)), [lesion_text(r, facts) for r in rows.values()], size=7)
    upper[0].set_xlim(span[0] / YEAR, (span[1] + 0.01 * (span[1] - span[0])) / YEAR)
    _write_below(upper[0], ILLUSTRATION)
    _write_below(upper[1], "○ seen   × removed or died out", "right")
    say_legend(figure, phase_handles(is_treated=treated))
    return figure


def shared_rows(tables: Sequence[pl.DataFrame]) -> dict[int, Mapping[str, Any]]:
    """Return the lesions to draw, by identity: the primary, then the largest of either life."""
    both = pl.concat([table.with_columns(pl.all()) for table in tables], how="vertical_relaxed")
    order = both.sort(
        pl.col("kind") != "primary", -pl.col("diameter_mm_at_fate").fill_null(0.0)
    ).unique("lesion", keep="first", maintain_order=True)
    shown = order.head(_MOST).sort(pl.col("kind") != "primary", "founded_day")
    return {int(row["lesion"]): row for row in shown.iter_rows(named=True)}


def _span(lives: Sequence[Any]) -> tuple[float, float]:
    """Return the days that hold both lives and all their moments."""
    windows = [window_of(life.lesions, summary_of(life)) for life in lives]
    days = [moment.day for life in lives for moment in moments_of(life)]
    end = max(end for _, end in windows)
    first = min([*(start for start, _ in windows), *days])
    return max(0.0, first - 0.06 * (end - first)) if first in days else first, end


def _draw_lesions(
    axes: Axes,
    lesions: pl.DataFrame,
    rows: Mapping[int, Mapping[str, Any]],
    span: tuple[float, float],
) -> None:
    """Draw the lesions of one life, each in the row that it has in both."""
    place = {lesion: i for i, lesion in enumerate(rows)}
    for row in lesions.iter_rows(named=True):
        if row["lesion"] in place:
            draw_bar(axes, place[row["lesion"]], row, span)
    axes.tick_params(axis="y", length=0)
    axes.tick_params(axis="x", labelbottom=False)
    axes.grid(axis="x")


def _write_below(axes: Axes, words: str, align: str = "left") -> None:
    text = axes.annotate(
        words, (0.0 if align == "left" else 1.0, 0.0), (0.0, -4.0), xycoords="axes fraction",
        textcoords="offset points", ha=align, va="top", fontsize=6.4, color=MUTED,
        annotation_clip=False,
    )  # fmt: skip
    text.set_in_layout(False)
