"""The report of a comparison: one HTML file that needs nothing else.

It opens with what differs between the arms and the headline, then shows every estimate with its
interval and the gain of twins, what changes, who moves to which stage, lead time, survival, and as
an illustration one virtual person's two lives.

Public names: ``write_comparison``, ``comparison_html``.
"""

from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path
from typing import Any, Final

from paget.core.results import write_atomically
from paget.core.units import YEAR
from paget.report.lives.sections import Section
from paget.report.page.document import (
    assumptions_html,
    facts_html,
    figure_html,
    head_html,
    page_html,
    sources_html,
)
from paget.report.page.style import count_text
from paget.report.twins.figures import (
    any_shift,
    counts_figure,
    lead_figure,
    shift_figure,
    titles,
    twin_facts,
)
from paget.report.twins.lives import ILLUSTRATION, two_lives_figure
from paget.report.twins.survival import twin_survival_figure
from paget.report.twins.words import (
    EXPLAINED,
    arm_text,
    caution,
    contrast_text,
    headline,
    interval_text,
    no_trial,
    number_text,
)
from paget.twins.arms import shared_title

_MOST: Final = 8  # things that differ in the open; more are folded away
_COUNTS: Final = (
    "Absolute risks in either arm with 95 % intervals. The text is the difference, whose interval "
    "is that of twins. What differs in nobody is left out."
)
_SHIFT: Final = (
    "Everyone who is found, or whose cancer is prevented, in at least one arm: where the same "
    "person stands in the one and in the other, per 1,000. Colours are those of the first arm."
)
_LEAD: Final = (
    "Left: by how many years screening finds a cancer before symptoms would have told, which twins "
    "know. Right: the share of those found by screening that is overdiagnosed: the twin truth "
    "looks into the life that was not lived. "
)
_TRIAL: Final = (
    "A trial counts the excess of cancers found, which is too high while lead time runs and too "
    "low where precursors are removed and cancers prevented. Its steps are rounds of screening."
)
_SURVIVAL_PEOPLE: Final = (
    "Left: deaths from the cancer, its treatment included, per 1,000 people, with Wilson intervals "
    "and the people alive. Middle: the difference, with the 95 % interval of twins. Right: "
    "survival of those found, from their own diagnosis; lead time and overdiagnosis alone lengthen "
    "it, so that it must not be read as a benefit."
)
_SURVIVAL_PATIENTS: Final = (
    "Kaplan-Meier curves with 95 % intervals (log-log, Greenwood) and the patients at risk, from "
    "the earlier of the twins' diagnoses. Twins are the same people: their difference (right, with "
    "its own 95 % interval) is surer than these intervals, which are of either arm alone."
)


def write_comparison(comparison: Any, path: str | Path, patient: int | None = None) -> Path:
    """Write the report of a comparison to one HTML file; return its path.

    Parameters
    ----------
    comparison : what ``paget.compare`` returns.
    path : the file.
    patient : whose two lives are shown; by default one in whom they differ.
    """
    target = Path(path)
    content = comparison_html(comparison, patient).encode()
    write_atomically(target, lambda file: file.write(content))
    return target


def comparison_html(comparison: Any, patient: int | None = None) -> str:
    """Return the report of a comparison as the text of an HTML page."""
    names = titles(comparison)
    shared = shared_title(comparison.a, comparison.b)
    heading = (f"{shared}: " if shared else "") + f"{names['a']} against {names['b']}"
    sections = list(_sections(comparison, patient))
    links = [
        ("differs", "What differs"),
        ("results", "Results"),
        *((s.name, s.heading) for s in sections),
    ]
    links += [("assumptions", "Assumptions"), ("sources", "Sources")]
    body = _results_html(comparison)
    body += "".join(_section_html(section) for section in sections)
    arms = (comparison.a, comparison.b)
    keys = {key for arm in arms for p in arm.model.parameters.values() for key in p.cited}
    keys |= {key for arm in arms for key in arm.model.protocol.sources if key != "assumption"}
    body += assumptions_html(comparison.a.model.parameters) + sources_html(keys)
    return page_html(heading[:1].upper() + heading[1:], _facts(comparison), links, body)


# ------------------------------------------------------------------------------------ its parts


def _sections(comparison: Any, patient: int | None) -> Iterator[Section]:
    """Yield the figures, not yet drawn."""
    yield Section("changes", "What changes", _COUNTS, lambda: counts_figure(comparison))
    if any_shift(comparison.patients.lazy()):
        yield Section("shift", "Stage shift", _SHIFT, lambda: shift_figure(comparison))
    if (comparison.columns("detection_b").to_series() == "screen").any():
        told = _LEAD + (no_trial(comparison) or _TRIAL)
        yield Section("lead", "Lead time", told, lambda: lead_figure(comparison))
    caption = _SURVIVAL_PEOPLE if comparison.is_of_people else _SURVIVAL_PATIENTS
    yield Section("survival", "Survival", caption, lambda: twin_survival_figure(comparison))
    chosen = comparison.example() if patient is None else patient
    if chosen is not None:
        names = tuple(titles(comparison).values())
        yield Section(
            "lives", "One virtual person, twice", _lives_text(comparison, chosen),
            lambda: two_lives_figure(comparison.lives(chosen), names),
        )  # fmt: skip


def _lives_text(comparison: Any, patient: int) -> str:
    """Return what the figure of two lives shows, with the numbers of this person."""
    table = comparison.illustration(patient)
    parts = [
        f"{row['measure']}, {number_text(row['a'])} and {number_text(row['b'])}"
        + (" mm" if row["unit"] == "mm" else "")
        for row in table.iter_rows(named=True)
    ]
    return f"Virtual person {patient}: {'; '.join(parts)}. {ILLUSTRATION}"


def _section_html(section: Section) -> str:
    drawn = figure_html(section.draw(), section.name, section.heading, section.caption)
    return f'<section id="{section.name}">\n<h2>{escape(section.heading)}</h2>\n{drawn}</section>\n'


def _facts(comparison: Any) -> str:
    """Return what was compared, as a list of terms."""
    facts = twin_facts(comparison)
    who = "virtual people" if comparison.is_of_people else "virtual patients"
    span = f"{comparison.span / YEAR:g} years"
    left_out = comparison.a.scenario.persons - comparison.persons
    rows = [
        ("cancer", facts.disease),
        (who, count_text(facts.patients)),
        ("had it before entry", count_text(left_out) if left_out else ""),
        ("who get the cancer", count_text(comparison.n_rows)),
        ("compared over", span),
        ("seed", str(facts.seed)),
        ("without a twin", count_text(comparison.n_unpaired) if comparison.n_unpaired else ""),
    ]
    return facts_html(rows)


def _results_html(comparison: Any) -> str:
    """Return what differs between the arms, the headline, and every estimate."""
    names = titles(comparison)
    heads = ("measure", names["a"], names["b"], "contrast", "95 % interval", "unit", "gain")
    caption = f"Contrast: {names['b']} less {names['a']}, or the ratio named. {EXPLAINED}"
    rows = "".join(_row_html(row) for row in comparison.table.iter_rows(named=True))
    said = "".join(f"<p>{escape(text)}</p>\n" for text in (no_trial(comparison),) if text)
    return (
        f"{_differs_html(comparison)}"
        f'<section id="results">\n<h2>Results</h2>\n<p>{escape(headline(comparison))}</p>\n'
        f'<div class="table" tabindex="0"><table><caption>{escape(caption)}</caption>'
        f"{head_html(heads, (1, 2, 3, 4, 6))}<tbody>{rows}</tbody></table></div>\n{said}"
        "</section>\n"
    )


def _differs_html(comparison: Any) -> str:
    """Return what differs between the arms, and a warning where that is more than one thing."""
    names, differ = titles(comparison), comparison.differences
    rows = [
        f'<tr><td style="white-space:nowrap"><code>{escape(what)}</code></td>'
        f"<td>{escape(a)}</td><td>{escape(b)}</td></tr>"
        for what, a, b in differ
    ]
    head = head_html(("entry", names["a"], names["b"]), ())
    warning = f"<p><strong>{escape(caution(comparison))}</strong></p>\n" if len(differ) != 1 else ""
    shown = _table_html(head, rows[:_MOST]) if rows else ""
    if rows[_MOST:]:
        more = _table_html(head, rows[_MOST:])
        shown += f"<details><summary>And {len(rows) - _MOST} more</summary>{more}</details>\n"
    return f'<section id="differs">\n<h2>What differs</h2>\n{warning}{shown}</section>\n'


def _table_html(head: str, rows: Sequence[str]) -> str:
    return (
        f'<div class="table" tabindex="0"><table>{head}<tbody>{"".join(rows)}</tbody></table>'
        "</div>\n"
    )


def _row_html(row: dict[str, Any]) -> str:
    gain = "" if row["gain"] is None else f"× {row['gain']:.3g}"
    cells = [
        ("", row["measure"]),
        ("number", arm_text(row, "a")),
        ("number", arm_text(row, "b")),
        ("number", contrast_text(row)),
        ("number", interval_text(row)),
        ("", "" if row["unit"] == "1" else row["unit"]),
        ("number", gain),
    ]
    tags = "".join(f'<td class="{kind}">{escape(str(text))}</td>' for kind, text in cells)
    return f"<tr>{tags}</tr>"
