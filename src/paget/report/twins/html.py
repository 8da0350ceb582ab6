"""The report of a comparison: one HTML file that needs nothing else.

It opens with what was compared and the headline, then shows every estimate with its interval and
the gain of twins, what changes, who moves to which stage, lead time, survival, and as an
illustration one virtual person's two lives.

Public names: ``write_comparison``, ``comparison_html``, ``headline``, ``changes``,
``number_text``, ``interval_text``, ``contrast_text``.
"""

import json
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any, Final

import polars as pl

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
from paget.report.page.style import compact, count_text
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

_KEYS: Final = ("cancer", "horizon", "protocol", "population")
_NONE: Final = "–"
_COUNTS: Final = (
    "Absolute risks in either arm with 95 % intervals from a bootstrap over people. The text is "
    "the difference, whose interval is that of twins. What is the same in both arms is left out."
)
_SHIFT: Final = (
    "Everyone who is found, or whose cancer is prevented, in at least one arm: where the same "
    "person stands in the one and in the other, per 1,000. Colours are those of the first arm."
)
_LEAD: Final = (
    "Left: by how many years screening finds a cancer before symptoms would have told, which twins "
    "know. Right: the share of those found by screening that is overdiagnosed: the twin truth "
    "looks into the life that was not lived; a trial counts the excess of cancers found, which is "
    "too high while lead time runs and too low where precursors are removed and cancers prevented. "
    "Its steps are rounds of screening."
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
_TABLE: Final = (
    "Intervals: 95 %, bootstrap over people, Monte Carlo error alone. Gain: how many times larger "
    "the variance of the contrast would be with independent people in the two arms."
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
    heading = f"{names['a']} against {names['b']}"
    sections = list(_sections(comparison, patient))
    links = [("results", "Results"), *((s.name, s.heading) for s in sections)]
    links += [("assumptions", "Assumptions"), ("sources", "Sources")]
    body = _results_html(comparison)
    body += "".join(_section_html(section) for section in sections)
    arms = (comparison.a, comparison.b)
    keys = {key for arm in arms for p in arm.model.parameters.values() for key in p.cited}
    keys |= {key for arm in arms for key in arm.model.protocol.sources if key != "assumption"}
    body += assumptions_html(comparison.a.model.parameters) + sources_html(keys)
    return page_html(heading[:1].upper() + heading[1:], _facts(comparison), links, body)


def headline(comparison: Any) -> str:
    """Return the main result as a sentence, with its interval."""
    table = {row["measure"]: row for row in comparison.table.iter_rows(named=True)}
    row = table.get("death from the cancer")
    who = "people" if comparison.is_of_people else "patients"
    if row is None:
        return "Nobody dies of the cancer in either arm."
    names = titles(comparison)
    ratio = table["mortality ratio, death from the cancer"]
    told = (
        f"Of 1,000 virtual {who}, {compact(row['a'])} die of the cancer under {names['a']} and "
        f"{compact(row['b'])} under {names['b']}"
    )
    if row["estimate"] == 0.0 and row["low"] == row["high"]:
        return f"{told}: no difference in anybody."
    low, high = sorted((abs(row["low"]), abs(row["high"])))
    if row["low"] * row["high"] <= 0.0:
        span = f"{_signed(row['low'])} to {_signed(row['high'])}"
        return f"{told}: a difference of {_signed(row['estimate'])} ({span})."
    word = "fewer" if row["estimate"] < 0.0 else "more"
    return (
        f"{told}: {compact(abs(row['estimate']))} {word} (95 % interval {compact(low)} to "
        f"{compact(high)}), a mortality ratio of {ratio['estimate']:.3f} ({ratio['low']:.3f} to "
        f"{ratio['high']:.3f})."
    )


def changes(comparison: Any) -> pl.DataFrame:
    """Return what the two scenarios say differently: key, and its value in either arm."""
    a, b = (arm.scenario.model_dump() for arm in (comparison.a, comparison.b))
    names = sorted({*a["change"], *b["change"]})
    told = [(key, _as_text(a[key]), _as_text(b[key])) for key in _KEYS]
    told += [(name, *(str(x["change"].get(name, "as it is")) for x in (a, b))) for name in names]
    rows = [{"key": key, "a": one, "b": other} for key, one, other in told if one != other]
    return pl.DataFrame(rows, {"key": pl.String, "a": pl.String, "b": pl.String})


def _as_text(value: object) -> str:
    return "by default" if value is None else value if isinstance(value, str) else json.dumps(value)


# ------------------------------------------------------------------------------------ its parts


def _sections(comparison: Any, patient: int | None) -> Iterator[Section]:
    """Yield the figures, not yet drawn."""
    yield Section("changes", "What changes", _COUNTS, lambda: counts_figure(comparison))
    if any_shift(comparison.patients.lazy()):
        yield Section("shift", "Stage shift", _SHIFT, lambda: shift_figure(comparison))
    if (comparison.columns("detection_b").to_series() == "screen").any():
        yield Section("lead", "Lead time", _LEAD, lambda: lead_figure(comparison))
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
    """Return the headline, what differs between the scenarios, and every estimate."""
    names = titles(comparison)
    differs = "".join(
        f"<tr><td><code>{escape(key)}</code></td><td>{escape(a)}</td><td>{escape(b)}</td></tr>"
        for key, a, b in changes(comparison).iter_rows()
    )
    heads = ("measure", "A", "B", "contrast", "95 % interval", "unit", "gain")
    caption = f"A: {names['a']}. B: {names['b']}. {_TABLE}"
    rows = "".join(_row_html(row) for row in comparison.table.iter_rows(named=True))
    what = (
        f'<details><summary>What differs</summary><div class="table" tabindex="0"><table>'
        f"{head_html(('key', names['a'], names['b']), ())}<tbody>{differs}</tbody></table></div>"
        f"</details>\n"
        if differs
        else "<p>The two scenarios say the same.</p>\n"
    )
    return (
        f'<section id="results">\n<h2>Results</h2>\n<p>{escape(headline(comparison))}</p>\n{what}'
        f'<div class="table" tabindex="0"><table><caption>{escape(caption)}</caption>'
        f"{head_html(heads, (1, 2, 3, 4, 6))}<tbody>{rows}</tbody></table></div>\n</section>\n"
    )


def contrast_text(row: dict[str, Any]) -> str:
    """Return a contrast: a difference with its sign, a number needed only where it is sure."""
    value = row["estimate"]
    if value is None:
        return "not sure" if row["contrast"] == "number needed" else ""
    return _signed(value) if row["contrast"] in ("difference", "bias") else number_text(value)


def _row_html(row: dict[str, Any]) -> str:
    gain = "" if row["gain"] is None else f"× {row['gain']:.3g}"
    cells = [
        ("", row["measure"]),
        ("number", number_text(row["a"]) if row["a"] is not None else ""),
        ("number", number_text(row["b"]) if row["b"] is not None else ""),
        ("number", contrast_text(row)),
        ("number", interval_text(row)),
        ("", "" if row["unit"] == "1" else row["unit"]),
        ("number", gain),
    ]
    tags = "".join(f'<td class="{kind}">{escape(str(text))}</td>' for kind, text in cells)
    return f"<tr>{tags}</tr>"


def number_text(value: float | None) -> str:
    """Return a number in few characters, with a minus sign that is one."""
    if value is None:
        return _NONE
    return compact(value).replace("-", "\u2212")


def interval_text(row: dict[str, Any]) -> str:
    """Return the interval of a contrast; where only arm b has a value, that of arm b."""
    if row["low"] is not None:
        return f"{number_text(row['low'])} to {number_text(row['high'])}"
    if row["b_low"] is not None:
        return f"B: {number_text(row['b_low'])} to {number_text(row['b_high'])}"
    return ""


def _signed(value: float) -> str:
    return f"+{number_text(value)}" if value > 0.0 else number_text(value)
