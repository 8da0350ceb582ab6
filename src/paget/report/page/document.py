"""One page of HTML that needs nothing else: its frame, its figures, what it rests on.

Figures are inline SVG; there is no script. Whatever comes from a scenario or a parameter file is
escaped.

Public names: ``page_html``, ``figure_html``, ``facts_html``, ``told_html``, ``head_html``,
``assumptions_html``, ``sources_html``, ``VIRTUAL``.
"""

import re
from collections.abc import Iterable, Sequence
from html import escape
from importlib.resources import as_file, files
from typing import Any, Final

from matplotlib.figure import Figure

from paget.core.parameter import Parameter
from paget.core.results import NOTICE
from paget.core.sources import load_sources
from paget.report.page.style import svg_text

VIRTUAL: Final = "All persons in this report are virtual."


def page_html(heading: str, facts: str, links: Sequence[tuple[str, str]], body: str) -> str:
    """Return a whole page.

    Parameters
    ----------
    heading : its title.
    facts : what it is about, as HTML (`facts_html`).
    links : anchor and text of each section.
    body : the sections, as HTML.
    """
    contents = "".join(f'<li><a href="#{name}">{escape(text)}</a></li>' for name, text in links)
    css = (files("paget.report") / "report.css").read_text(encoding="utf-8")
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>Paget: {escape(heading)}</title>\n<style>\n{css}</style>\n</head>\n<body>\n"
        f"<header>\n<h1>{escape(heading)}</h1>\n"
        f'<p class="notice"><strong>{escape(NOTICE)}</strong> {escape(VIRTUAL)}</p>\n'
        f"{facts}"
        f'<nav aria-label="Contents"><ul>{contents}</ul></nav>\n</header>\n<main>\n{body}'
        "</main>\n"
        f"<footer><p>{escape(NOTICE)} {escape(VIRTUAL)}</p></footer>\n</body>\n</html>\n"
    )


def facts_html(rows: Iterable[tuple[str, str]]) -> str:
    """Return a list of terms, those without a text left out."""
    items = (f"<div><dt>{escape(k)}</dt><dd>{escape(v)}</dd></div>" for k, v in rows if v)
    return f'<dl class="facts">{"".join(items)}</dl>\n'


def told_html(sentences: Iterable[str]) -> str:
    """Return sentences as a paragraph; nothing of none."""
    text = " ".join(sentences)
    return f"<p>{escape(text)}</p>\n" if text else ""


def figure_html(figure: Figure, name: str, title: str, caption: str) -> str:
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


def assumptions_html(parameters: Any) -> str:
    """Return every parameter that rests on no publication, folded away."""
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
        f"{head_html(('parameter', 'value', 'note'), ())}<tbody>{rows}</tbody></table></div>"
        f"</details>\n"
        f"</section>\n"
    )


def sources_html(keys: Iterable[str]) -> str:
    """Return the publications that a report rests on, by their keys."""
    with as_file(files("paget.atlas") / "sources.bib") as path:
        known = load_sources(path)
    texts = [known[key].text if key in known else key for key in sorted(set(keys))]
    items = "".join(f"<li>{escape(text)}</li>" for text in texts)
    return (
        f'<section id="sources">\n<h2>Sources</h2>\n<p>This report rests on {len(texts)} '
        f'publications.</p>\n<ol class="sources">{items}</ol>\n</section>\n'
    )


def head_html(names: Iterable[str], numbers: Sequence[int]) -> str:
    """Return the head of a table; ``numbers`` are the columns that hold some."""
    cells = (
        f'<th scope="col" class="{"number" if i in numbers else ""}">{escape(name)}</th>'
        for i, name in enumerate(names)
    )
    return f"<thead><tr>{''.join(cells)}</tr></thead>"
