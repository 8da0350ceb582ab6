"""The report of a run: one HTML file that needs nothing else, for a phone, a screen or paper.

It opens with what the run was and who there is in it, the body map and the funnel, then shows
stage, sites, size, survival, organotropism and recurrence beside published figures where there are
some, the fit with its misfits marked, and every assumption and source. A figure that would have
nothing to show is left out with a sentence.

Public names: ``write_report``, ``report_html``.
"""

from html import escape
from pathlib import Path
from typing import Any, Final

import polars as pl

from paget.core.results import write_atomically
from paget.report.lives.fit_figure import fit_figure
from paget.report.lives.sections import Section, sections_of
from paget.report.lives.there import left_out, there_is, told
from paget.report.page.document import (
    assumptions_html,
    facts_html,
    figure_html,
    head_html,
    page_html,
    sources_html,
    told_html,
)
from paget.report.page.style import RunFacts, compact, count_text, facts_of

_SECONDS: Final = ("seconds", "wall_seconds", "wall_s")


def write_report(cohort: Any, path: str | Path, fit: pl.DataFrame | None = None) -> Path:
    """Write the report of a cohort to one HTML file; return its path.

    Parameters
    ----------
    cohort : what ``paget.simulate`` returns.
    path : the file.
    fit : published figures beside the model's, one row each; None leaves them out.
    """
    target = Path(path)
    content = report_html(cohort, fit).encode()
    write_atomically(target, lambda file: file.write(content))
    return target


def report_html(cohort: Any, fit: pl.DataFrame | None = None) -> str:
    """Return the report of a cohort as the text of an HTML page."""
    facts = facts_of(cohort)
    heading = f"{_title(cohort, facts)}: {facts.who}"
    there = there_is(cohort)
    why_not = left_out(there)
    sections = sections_of(cohort, fit, facts.disease)
    links = [(s.name, s.heading) for s in sections]
    body = "".join(_section_html(section, why_not.get(section.name, "")) for section in sections)
    if fit is not None and not fit.is_empty():
        links.append(("fit", "Fit"))
        body += _fit_html(cohort, fit)
    links += [("assumptions", "Assumptions"), ("sources", "Sources")]
    parameters = getattr(cohort, "parameters", None)
    body += assumptions_html(parameters) + sources_html(_keys(parameters, fit))
    return page_html(heading, _facts_html(cohort, facts) + told_html(told(there)), links, body)


# ----------------------------------------------------------------------------------- the run


def _title(cohort: Any, facts: RunFacts) -> str:
    label = str(getattr(getattr(cohort, "scenario", None), "label", "") or facts.disease)
    return label[:1].upper() + label[1:]


def _facts_html(cohort: Any, facts: RunFacts) -> str:
    """Return what the run was, as a list of terms."""
    parameters = getattr(cohort, "parameters", None)
    provenance = getattr(cohort, "provenance", None) or {}
    rows = [
        ("cancer", facts.disease),
        ("virtual people" if facts.of_people else "virtual patients", count_text(facts.patients)),
        ("seed", str(facts.seed)),
        ("Paget", str(provenance.get("paget_version", ""))),
        ("wall time", _wall_time(getattr(cohort, "stats", None) or {})),
    ]
    if parameters is not None:
        told = f"{len(parameters.assumptions())} of {len(parameters)} parameters"
        rows.append(("assumptions", told))
    return facts_html(rows)


def _wall_time(stats: Any) -> str:
    seconds = next((stats[name] for name in _SECONDS if stats.get(name) is not None), None)
    if seconds is None:
        return ""
    minute = 60.0
    return f"{seconds:.3g} s" if seconds < minute else f"{seconds / minute:.3g} min"


# -------------------------------------------------------------------------------- the figures


def _section_html(section: Section, why_not: str) -> str:
    """Return a figure with its heading, or the reason for which there is none."""
    if why_not:
        drawn = told_html([why_not])
    else:
        drawn = figure_html(section.draw(), section.name, section.heading, section.caption)
    return f'<section id="{section.name}">\n<h2>{escape(section.heading)}</h2>\n{drawn}</section>\n'


# ------------------------------------------------------------------------------------- the fit


def _fit_html(cohort: Any, fit: pl.DataFrame) -> str:
    """Return the fit as a figure and a table, with misfits marked."""
    inside = int(fit["within"].fill_null(value=False).sum())
    known = int(fit["model"].is_not_null().sum())
    caption = (
        "Each published figure beside the model's. Targets were used in the fit; consistency "
        "checks were set with the result in view; predictions had their interval fixed before they "
        "were scored."
    )
    text = (
        f"{inside} of {known} figures are within what is allowed: the wider of the published "
        "interval and the stated tolerance."
    )
    if known < fit.height:
        text += f" {fit.height - known} more cannot be told: too few lives tell them."
    drawn = ""
    if known:
        drawn = figure_html(fit_figure(fit, cohort), "fit", "Published figures", caption)
    heads = ("quantity", "published", "allowed ±", "model", "kind", "source")
    rows = "".join(_fit_row(row) for row in fit.iter_rows(named=True))
    return (
        f'<section id="fit">\n<h2>Fit</h2>\n<p>{escape(text)}</p>\n{drawn}'
        f'<details open><summary>The table</summary><div class="table" tabindex="0"><table>'
        "<caption>± behind the model: 95 % Monte Carlo interval.</caption>"
        f"{head_html(heads, (1, 2, 3))}<tbody>{rows}</tbody></table></div></details>\n</section>\n"
    )


def _fit_row(row: dict[str, Any]) -> str:
    unit = str(row["unit"] or "")
    name = f"{row['quantity']}: {row['group']}" if row["group"] else str(row["quantity"])
    misfit = row["within"] is False
    span = _interval(row["low"], row["high"])
    model = _shown(row["model"])
    if row["error"]:
        model += f" ± {1.96 * row['error']:.2g}"
    note = "; ".join(str(row[k]) for k in ("source", "note") if row.get(k))
    cells = [
        ("", name + (" (outside)" if misfit else "")),
        ("number", f"{_shown(row['published'])}{span} {unit}".strip()),
        ("number", ("×÷ " if row.get("is_factor") else "") + _shown(row["tolerance"])),
        ("number", model),
        ("", str(row["kind"] or "")),
        ("", note),
    ]
    tags = "".join(f'<td class="{kind}">{escape(text)}</td>' for kind, text in cells)
    return f'<tr class="misfit">{tags}</tr>' if misfit else f"<tr>{tags}</tr>"


def _shown(value: Any) -> str:
    if value is None:
        return "–"
    return compact(float(value)) if isinstance(value, int | float) else str(value)


def _interval(low: Any, high: Any) -> str:
    return "" if low is None or high is None else f" ({_shown(low)}–{_shown(high)})"


def _keys(parameters: Any, fit: pl.DataFrame | None) -> set[str]:
    """Return the keys of the publications behind the parameters and the published figures."""
    keys = {key for parameter in (parameters or {}).values() for key in parameter.cited}
    if fit is not None:
        keys |= {str(key) for key in fit["source"] if key and key != "assumption"}
    return keys
