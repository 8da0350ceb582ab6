"""The report of a run: one HTML file that needs nothing else, for a phone, a screen or paper.

It opens with what the run was, the body map and the funnel, then shows stage, sites, size,
survival, organotropism and recurrence beside published figures where there are some, the fit with
its misfits marked, and every assumption and source. Figures are inline SVG; there is no script.
Whatever comes from a scenario or a parameter file is escaped.

Public names: ``write_report``, ``report_html``.
"""

import re
from collections.abc import Iterable, Sequence
from html import escape
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, Final

import polars as pl
from matplotlib.figure import Figure

from paget.core.parameter import Parameter
from paget.core.results import NOTICE, write_atomically
from paget.core.sources import load_sources
from paget.report.fit_figure import fit_figure
from paget.report.sections import Section, sections_of
from paget.report.style import RunFacts, compact, count_text, facts_of, svg_text

VIRTUAL: Final = "All persons in this report are virtual."
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
    heading = f"{_title(cohort, facts)}: {count_text(facts.patients)} virtual patients"
    sections = sections_of(cohort, fit, facts.disease)
    links = [(s.name, s.heading) for s in sections]
    body = "".join(_section_html(section) for section in sections)
    if fit is not None and not fit.is_empty():
        links.append(("fit", "Fit"))
        body += _fit_html(cohort, fit)
    links += [("assumptions", "Assumptions"), ("sources", "Sources")]
    contents = "".join(f'<li><a href="#{name}">{escape(text)}</a></li>' for name, text in links)
    css = (files("paget.report") / "report.css").read_text(encoding="utf-8")
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>Paget: {escape(heading)}</title>\n<style>\n{css}</style>\n</head>\n<body>\n"
        f"<header>\n<h1>{escape(heading)}</h1>\n"
        f'<p class="notice"><strong>{escape(NOTICE)}</strong> {escape(VIRTUAL)}</p>\n'
        f"{_facts_html(cohort, facts)}"
        f'<nav aria-label="Contents"><ul>{contents}</ul></nav>\n</header>\n<main>\n{body}'
        f"{_assumptions_html(cohort)}{_sources_html(cohort, fit)}</main>\n"
        f"<footer><p>{escape(NOTICE)} {escape(VIRTUAL)}</p></footer>\n</body>\n</html>\n"
    )


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
        ("virtual patients", count_text(facts.patients)),
        ("seed", str(facts.seed)),
        ("Paget", str(provenance.get("paget_version", ""))),
        ("wall time", _wall_time(getattr(cohort, "stats", None) or {})),
    ]
    if parameters is not None:
        told = f"{len(parameters.assumptions())} of {len(parameters)} parameters"
        rows.append(("assumptions", told))
    items = (f"<div><dt>{escape(k)}</dt><dd>{escape(v)}</dd></div>" for k, v in rows if v)
    return f'<dl class="facts">{"".join(items)}</dl>\n'


def _wall_time(stats: Any) -> str:
    seconds = next((stats[name] for name in _SECONDS if stats.get(name) is not None), None)
    if seconds is None:
        return ""
    minute = 60.0
    return f"{seconds:.3g} s" if seconds < minute else f"{seconds / minute:.3g} min"


# -------------------------------------------------------------------------------- the figures


def _section_html(section: Section) -> str:
    drawn = _figure_html(section.draw(), section.name, section.heading, section.caption)
    return f'<section id="{section.name}">\n<h2>{escape(section.heading)}</h2>\n{drawn}</section>\n'


def _figure_html(figure: Figure, name: str, title: str, caption: str) -> str:
    """Return a figure as inline SVG that scales with the page, with its text for screen readers."""
    svg = svg_text(figure, f"{name}-fig")
    svg = re.sub(r'\s(width|height)="[\d.]+pt"', "", svg, count=2)
    width = round(110 * figure.get_figwidth())
    label = escape(f"{title}. {caption}", quote=True)
    opening = f'<svg role="img" aria-label="{label}" style="max-width:{width}px" '
    svg = svg.replace("<svg ", opening, 1)
    return (
        f'<figure>\n<div class="plot" tabindex="0" role="group" aria-label="{escape(title)}">'
        f"{svg}</div>\n"
        f"<figcaption>{escape(caption)}</figcaption>\n</figure>\n"
    )


# ------------------------------------------------------------------------------------- the fit


def _fit_html(cohort: Any, fit: pl.DataFrame) -> str:
    """Return the fit as a figure and a table, with misfits marked."""
    inside = int(fit["within"].fill_null(value=False).sum())
    caption = (
        "Each published figure beside the model's. Targets were used in the fit; consistency "
        "checks were set with the result in view; predictions had their interval fixed before they "
        "were scored."
    )
    text = (
        f"{inside} of {fit.height} figures are within what is allowed: the wider of the published "
        "interval and the stated tolerance."
    )
    drawn = _figure_html(fit_figure(fit, cohort), "fit", "Published figures", caption)
    heads = ("quantity", "published", "allowed ±", "model", "kind", "source")
    rows = "".join(_fit_row(row) for row in fit.iter_rows(named=True))
    return (
        f'<section id="fit">\n<h2>Fit</h2>\n<p>{escape(text)}</p>\n{drawn}'
        f'<details open><summary>The table</summary><div class="table" tabindex="0"><table>'
        "<caption>± behind the model: 95 % Monte Carlo interval.</caption>"
        f"{_head(heads, (1, 2, 3))}<tbody>{rows}</tbody></table></div></details>\n</section>\n"
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


# --------------------------------------------------------------------- assumptions and sources


def _assumptions_html(cohort: Any) -> str:
    """Return every parameter that rests on no publication, folded away."""
    parameters = getattr(cohort, "parameters", None)
    assumed: Sequence[Parameter] = [] if parameters is None else parameters.assumptions()
    total = 0 if parameters is None else len(parameters)
    rows = "".join(
        f"<tr><td><code>{escape(p.name)}</code></td><td>{escape(p.shown)}</td>"
        f"<td>{escape(p.note)}</td></tr>"
        for p in assumed
    )
    text = f"{len(assumed)} of {total} parameters rest on no publication and are assumptions."
    return (
        f'<section id="assumptions">\n<h2>Assumptions</h2>\n<p>{escape(text)}</p>\n<details>'
        f'<summary>All {len(assumed)} of them</summary><div class="table" tabindex="0"><table>'
        f"{_head(('parameter', 'value', 'note'), ())}<tbody>{rows}</tbody></table></div>"
        f"</details>\n"
        f"</section>\n"
    )


def _sources_html(cohort: Any, fit: pl.DataFrame | None) -> str:
    """Return the publications that the parameters and the published figures rest on."""
    parameters = getattr(cohort, "parameters", None) or {}
    keys = {key for parameter in parameters.values() for key in parameter.cited}
    if fit is not None:
        keys |= {str(key) for key in fit["source"] if key and key != "assumption"}
    with as_file(files("paget.atlas") / "sources.bib") as path:
        known = load_sources(path)
    texts = [known[key].text if key in known else key for key in sorted(keys)]
    items = "".join(f"<li>{escape(text)}</li>" for text in texts)
    return (
        f'<section id="sources">\n<h2>Sources</h2>\n<p>This report rests on {len(texts)} '
        f'publications.</p>\n<ol class="sources">{items}</ol>\n</section>\n'
    )


def _head(names: Iterable[str], numbers: Sequence[int]) -> str:
    cells = (
        f'<th scope="col" class="{"number" if i in numbers else ""}">{escape(name)}</th>'
        for i, name in enumerate(names)
    )
    return f"<thead><tr>{''.join(cells)}</tr></thead>"
