"""The figures of a report with their headings and captions, in the order in which people look.

Public names: ``Section``, ``sections_of``.
"""

from collections.abc import Callable
from typing import Any, Final, NamedTuple

import polars as pl
from matplotlib.figure import Figure

from paget.report.lives.bodymap import cohort_bodymap
from paget.report.lives.figures import heat_map, size_figure, stage_and_site_figure
from paget.report.lives.funnel_figure import funnel_figure
from paget.report.lives.recurrence_figure import recurrence_figure
from paget.report.lives.survival_figure import survival_figure

_SPANS: Final = "Black lines are 95 % Monte Carlo intervals (Wilson)."
_BODY: Final = (
    "Where {disease} lies at diagnosis. The area of a disc is the share of patients in whom "
    "metastases are seen at the site, with its 95 % Monte Carlo interval; the dashed circle is the "
    "share who have them there, seen or not. Links are the lesions founded before diagnosis, from "
    "parent to child, by route."
)
_FUNNEL: Final = (
    "How many seeds reach each step, by route; pale bars leave the main way. Each bar says whether "
    "its number is measured, assumed, or the residual that makes the rest agree with what clinics "
    "see. From shed to extravasated the numbers are expected values; from viable on lesions are "
    "counted. Lymph includes the way from node to node."
)
_STAGE: Final = (
    "Stage as the pathologist saw it where the primary was resected, else as the clinic did. "
    f"{_SPANS}"
)
_SIZE: Final = f"Diameter of the primary on the day of diagnosis. {_SPANS}"
_SURVIVAL: Final = (
    "Kaplan-Meier curves by stage with 95 % intervals (log-log, Greenwood), none where nobody has "
    "died, and the patients at risk. On the left deaths from other causes end the follow-up; on "
    "the right every death counts."
)
_ORGANS: Final = (
    "Share of patients with metastases by site: at diagnosis, there and seen; at first recurrence; "
    "and as published, where data exist."
)
_RECURRENCE: Final = (
    "Patients without visible metastases at diagnosis. Left: recurrences of each year among those "
    "still free of it. Right: the share of all recurrences that has happened by a time, with its "
    "95 % band."
)


class Section(NamedTuple):
    """One figure of the report with its heading."""

    name: str
    """Its anchor, and the prefix of the ids in its figure."""
    heading: str
    caption: str
    draw: Callable[[], Figure]


def sections_of(cohort: Any, fit: pl.DataFrame | None, disease: str) -> list[Section]:
    """Return the figures of a cohort, not yet drawn."""
    body = _BODY.format(disease=f"metastatic {disease}")
    return [
        Section("body", "Body map", body, lambda: cohort_bodymap(cohort)),
        Section("funnel", "Funnel", _FUNNEL, lambda: funnel_figure(cohort)),
        Section("stage", "Stage and sites", _STAGE, lambda: stage_and_site_figure(cohort, fit)),
        Section("size", "Size", _SIZE, lambda: size_figure(cohort, fit)),
        Section("survival", "Survival", _SURVIVAL, lambda: survival_figure(cohort, fit)),
        Section("organs", "Organotropism", _ORGANS, lambda: heat_map(cohort, fit)),
        Section("recurrence", "Recurrence", _RECURRENCE, lambda: recurrence_figure(cohort)),
    ]
