"""One life in the terminal: what happened in words, and each lesion as a bar of text.

Public names: ``told_events``, ``lesion_bar``, ``moment_line``, ``Window``, ``LEGEND``.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from paget.report.lives.life_figures import phases_of
from paget.report.page.style import RunFacts, disease_at, site_text

LEGEND: Final = "· asleep   ─ small, without vessels   ━ growing   ○ seen   × removed or died out"
MOMENTS: Final = {
    "diagnosis_day": "D",
    "surgery_day": "S",
    "recurrence_day": "R",
    "death_day": "†",
}

_STROKES: Final = {"asleep": "·", "held": "─", "growing": "━"}
_MILESTONES: Final = frozenset(
    {
        "precursor_removed",
        "treated_in_situ",
        "invasion",
        "first_seeding",
        "detectable",
        "diagnosis",
        "surgery",
        "recurrence",
        "death",
    }
)
_BY: Final = {
    "symptom": "its own symptoms",
    "metastasis": "symptoms of a metastasis",
    "screen": "screening",
    "incidental": "chance",
}


class Window(NamedTuple):
    """The days that a bar of text shows, and its width in characters."""

    start: float
    end: float
    width: int

    def column(self, day: float) -> int:
        """Return the character of a day, the nearest one inside."""
        share = (day - self.start) / max(self.end - self.start, 1.0)
        return min(max(int(share * self.width), 0), self.width - 1)


def told_events(
    life: Any, facts: RunFacts, *, everything: bool
) -> Iterator[tuple[float, str, str]]:
    """Yield (day, event, text) of a life: its milestones, or all that happened."""
    seen_first = False
    for row in life.events.iter_rows(named=True):
        event = str(row["event"])
        first_seen = event == "lesion_detected" and row["detail"] == "distant" and not seen_first
        seen_first |= first_seen
        if everything or event in _MILESTONES or first_seen:
            yield float(row["day"]), event, _text(event, row, facts)


def _text(event: str, row: Mapping[str, Any], facts: RunFacts) -> str:
    """Return an event as a sentence without its end."""
    site, detail = row["site"], row["detail"]
    where = "" if site is None else site_text(str(site))
    there = _named(row, facts)
    told = {
        "invasion": f"the first malignant cell, in the {where}",
        "precursor_removed": "screening finds and removes the precursor: there is no cancer",
        "treated_in_situ": "screening finds the precursor, which is treated: there is no cancer",
        "detectable": "the primary has grown to a size that could be found",
        "diagnosis": f"{facts.disease} is found by {_BY.get(str(detail), str(detail))}",
        "surgery": "the primary and its regional nodes are removed",
        "first_seeding": f"the first seed settles: {there}",
        "lesion_detected": f"the clinic sees {there}",
        "recurrence": f"{detail} recurrence: {there}",
        "death": f"death of {'another cause' if detail == 'other cause' else detail}",
        "seeded": f"a seed settles: {there}",
        "woke": f"wakes: {there}",
        "switched": f"gets its own vessels: {there}",
        "died_asleep": f"dies asleep: {there}",
        "removed": f"is removed: {there}",
    }
    return told.get(event, f"{event.replace('_', ' ')} {where}".rstrip())


def _named(row: Mapping[str, Any], facts: RunFacts) -> str:
    """Return what lies at an event's site, by its origin."""
    if row["site"] is None:
        return facts.disease
    if row["detail"] in {"primary", "local"}:
        return f"{facts.disease} ({site_text(str(row['site']))})"
    return disease_at(facts.disease, str(row["site"]))


def lesion_bar(row: Mapping[str, Any], window: Window) -> str:
    """Return a lesion's life as text: asleep, small, growing, seen, gone."""
    cells = [" "] * window.width
    for phase, begin, end in phases_of(row, window.end):
        if end >= window.start:
            for column in range(window.column(begin), window.column(end) + 1):
                cells[column] = _STROKES[phase]
    if row["detected_day"] is not None and row["kind"] != "primary":
        cells[window.column(float(row["detected_day"]))] = "○"
    if row["fate"] in {"removed", "killed", "extinct"}:
        cells[window.column(float(row["fate_day"]))] = "×"
    return "".join(cells).rstrip()


def moment_line(days: Mapping[str, float | None], window: Window) -> str:
    """Return the letters of diagnosis, surgery, recurrence and death at their days.

    Examples
    --------
    >>> moment_line({"diagnosis_day": 50.0, "death_day": 99.0}, Window(0.0, 100.0, 10))
    '     D   †'
    """
    cells = [" "] * window.width
    for name, letter in MOMENTS.items():
        day = days.get(name)
        if day is None:
            continue
        column = window.column(float(day))
        while column < window.width - 1 and cells[column] != " ":
            column += 1
        cells[column] = letter
    return "".join(cells).rstrip()
