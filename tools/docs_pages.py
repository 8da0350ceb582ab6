"""Pages of the documentation that are made from the atlas and the data dictionary.

Sphinx calls `write_pages` before it reads the sources (`docs/conf.py`), so that no number is typed
twice. A fragment (`*.inc.md`) is included by a page written by hand; the others are pages. Nothing
here lives a life.

Public names: ``write_pages``, ``table``, ``plain``, ``number``, ``cited``.
"""

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Final

from paget.atlas.anatomy import BodyMap, describe_body
from paget.atlas.cancers import known_cancers, load_cancer
from paget.core.parameter import MECHANISM, Parameter
from paget.core.parameters import ParameterSet
from paget.core.sources import Source
from paget.fit.calibrate import Knob
from paget.fit.fitting import fitted_cancers, knobs_of
from paget.fit.validate import TABLE
from paget.run.scenario import known_scenarios, load_scenario, resolve, the_body
from paget.tables.dictionary import DICTIONARY
from paget.tell.citations import atlas_sources
from paget.tell.describe import describe

FITTED: Final = "fitted"
_WIDE: Final = "---\nhide-toc: true\n---\n\n"  # a page whose tables take the room of its contents
_STEPS: Final = {
    "onset": "Onset: who the patient is",
    "growth": "Growth",
    "progression": "Progression",
    "shedding": "Shedding",
    "circulation": "Circulation",
    "arrest": "Arrest, extravasation, soil",
    "nodes": "Lymph nodes",
    "dormancy": "Dormancy",
    "colonisation": "Colonisation",
    "symptoms": "Symptoms",
    "detection": "Detection",
    "staging": "Staging",
    "surgery": "Surgery",
    "survival": "Survival",
}


def write_pages(folder: Path) -> None:
    """Write all generated pages and fragments into ``folder``; leave alone what has not changed."""
    folder.mkdir(parents=True, exist_ok=True)
    body = the_body()
    cancers = {name: load_cancer(name, frozenset(body.site_names)) for name in known_cancers()}
    pages = {
        "dictionary.inc.md": _dictionary(),
        "counts.inc.md": _counts(cancers),
        "switches.inc.md": _switches(),
        "body-map.inc.md": _body_map(body),
        "body-map-numbers.md": _body_numbers(body),
        "published.inc.md": _published(),
        "bibliography.inc.md": _bibliography(),
        **{f"parameters-{name}.md": _parameters(cancer) for name, cancer in cancers.items()},
        **{
            f"priors-{name}.inc.md": _priors(knobs_of(name), cancer)
            for name, cancer in cancers.items()
            if name in fitted_cancers()
        },
    }
    for name, text in pages.items():
        path = folder / name
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


def plain(text: object) -> str:
    """Return text as Markdown that reads as the text does, also within a table."""
    result = str(text)
    for sign in "\\|<[]*$`":
        result = result.replace(sign, f"\\{sign}")
    return result.replace("\n", " ")


def code(text: object) -> str:
    """Return text as code; nothing stays nothing."""
    return f"`{text}`" if str(text) else ""


def number(value: float | None, digits: int = 6) -> str:
    """Return a number as it can be pasted into a file; nothing for None."""
    return "" if value is None else f"{value:.{digits}g}"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table; heads that begin with ``>`` stand over columns of numbers."""
    marks = ["---:" if name.startswith(">") else "---" for name in head]
    names = [name.removeprefix(">") for name in head]
    lines = [names, marks, *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def cited(source: str) -> str:
    """Return a source, each key of the bibliography in it a link."""
    known = atlas_sources()
    words = [word.strip() for word in source.replace(";", ",").split(",")]
    if not all(word in known for word in words):
        return plain(source)
    return ", ".join(f"[{word}](#source-{word})" for word in words)


# ------------------------------------------------------------------------------------- dictionary


def _dictionary() -> str:
    parts: list[str] = []
    for name, columns in DICTIONARY.items():
        rows = [(code(c.name), plain(c.unit), plain(c.meaning)) for c in columns]
        parts += [f"## {name}\n", table(("column", "unit", "is"), rows)]
    return "\n".join(parts)


# ------------------------------------------------------------------------------------- parameters


def _parameters(cancer: ParameterSet) -> str:
    """Return the page of a cancer: one table a step."""
    label = str(cancer.meta["label"])
    parts = [f"{_WIDE}# Parameters of {label}\n", _count_sentence(cancer)]
    for step, group in _by_part(cancer, 0).items():
        parts += [f"## {_STEPS.get(step, step)}\n", _parameter_table(group)]
    return "\n".join(parts)


def _by_part(numbers: ParameterSet, part: int) -> dict[str, list[Parameter]]:
    """Return parameters by one part of their dotted name, in the order of their first."""
    groups: dict[str, list[Parameter]] = {}
    for name, parameter in numbers.items():
        groups.setdefault(name.split(".")[part], []).append(parameter)
    return groups


def _parameter_table(parameters: Iterable[Parameter]) -> str:
    head = ("name", ">value", "unit", "range", "source", "note")
    rows = [
        (code(p.name), _value(p), _unit(p), _range(p), cited(p.source), plain(_note(p)))
        for p in parameters
    ]
    return table(head, rows)


def _value(p: Parameter) -> str:
    is_number = not isinstance(p.value, bool | str)
    return number(float(p.value)) if is_number else code(p.shown)


def _unit(p: Parameter) -> str:
    return "" if p.unit in ("", "1") else plain(p.unit)


def _range(p: Parameter) -> str:
    if p.choices:
        return ", ".join(code(word) for word in p.choices)
    if p.low is None and p.high is None:
        return ""
    return f"{number(p.low)} to {number(p.high)}"


def _note(p: Parameter) -> str:
    parts = [p.where, p.note]
    if p.varies is not None:
        told = f"{p.varies.law} between patients, spread {p.varies.spread:g}"
        if p.varies.with_:
            told += f", correlation {p.varies.correlation:g} with {p.varies.with_}"
        parts.append(told)
    return "; ".join(part for part in parts if part)


def _kind(p: Parameter) -> str:
    """Return what a value rests on, in one word."""
    if p.is_assumption:
        return "assumption"
    if p.source == MECHANISM:
        return "switch"
    return FITTED if p.source.startswith(FITTED) else "source"


def _count_sentence(cancer: ParameterSet) -> str:
    kinds = Counter(_kind(p) for p in cancer.values())
    return (
        f"Of {len(cancer)} parameters {kinds['assumption']} are assumptions, {kinds[FITTED]} were "
        f"fitted to published figures, {kinds['source']} have a source and {kinds['switch']} are "
        "switches of mechanisms.\n"
    )


def _counts(cancers: Mapping[str, ParameterSet]) -> str:
    head = ("cancer", ">parameters", ">assumptions", ">fitted", ">with a source", ">switches")
    rows: list[tuple[str, ...]] = []
    for name, cancer in cancers.items():
        kinds = Counter(_kind(p) for p in cancer.values())
        counts = (len(cancer), *(kinds[k] for k in ("assumption", FITTED, "source", "switch")))
        label = f"[{cancer.meta['label']}](generated/parameters-{name}.md)"
        rows.append((label, *(str(count) for count in counts)))
    body = the_body().numbers
    kinds = Counter(_kind(p) for p in body.values())
    told = (
        f"\nThe [body map](body-map.md), which all share, has {len(body)} numbers of its own: "
        f"{kinds['assumption']} assumptions and {kinds['source']} with a source.\n"
    )
    return table(head, rows) + told


def _flavours() -> tuple[str, ...]:
    """Return the cancers, and the scenarios that change a parameter."""
    known = known_scenarios()
    return tuple(n for n in known if n in known_cancers() or load_scenario(n).change)


def _switches() -> str:
    """Return which steps can be switched off, and where they are on."""
    laws = describe("colon").laws
    flavours = {name: resolve(load_scenario(name)).parameters for name in _flavours()}
    names = [name for name, p in flavours["colon"].items() if isinstance(p.value, bool)]
    rows: list[tuple[str, ...]] = []
    for name in names:
        told = [f"{law.title} (`{law.file}`)" for law in laws if name in law.switches]
        states = ("on" if flavour.flag(name) else "–" for flavour in flavours.values())
        rows.append((code(name), "; ".join(told), *states))
    return table(("switch", "law", *flavours), rows)


def _priors(knobs: Iterable[Knob], cancer: ParameterSet) -> str:
    head = ("direction", ">prior", ">SD", "scale", ">value in the atlas")
    rows: list[tuple[str, ...]] = []
    for knob in knobs:
        now = cancer[knob.names[0]]
        unit = f" {now.unit}" if _unit(now) else ""
        value = f"{number(float(now.value), 4)}{plain(unit)}"
        rows.append((code(knob.name), number(knob.prior), number(knob.sd), knob.scale, value))
    return table(head, rows)


# --------------------------------------------------------------------------------------- body map


def _body_map(body: BodyMap) -> str:
    first, *lines = describe_body(body).splitlines()
    places = (line.partition(": ") for line in lines)
    told = "\n".join(f"- **{plain(place)}**: {plain(rest)}" for place, _, rest in places)
    beds = [
        (
            plain(bed.label),
            code(bed.name),
            f"{100 * bed.flow:.2f}",
            f"{100 * bed.blood:.2f}",
            number(bed.mass),
            plain(bed.group.replace("_", " ")),
            ", ".join(code(station) for station in bed.regional),
        )
        for bed in body.beds
    ]
    head = ("bed", "name", ">output %", ">blood %", ">mass g", "counted as", "regional stations")
    return "\n".join((plain(first), "\n## Beds\n", table(head, beds), "## Ways\n", told, ""))


def _body_numbers(body: BodyMap) -> str:
    parts = [f"{_WIDE}# Numbers of the body map\n"]
    for place, group in _by_part(body.numbers, 1).items():
        parts += [f"## {place.replace('_', ' ').capitalize()}\n", _parameter_table(group)]
    return "\n".join(parts)


# ------------------------------------------------------------------------- published, bibliography


def _published() -> str:
    """Return every row of ``targets.csv``, one table a cancer."""
    with TABLE.open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    head = ("quantity", ">published", ">tolerance", "unit", "kind", "source", "where", "note")
    parts: list[str] = []
    for cancer, group in groupby(rows, lambda row: row["cancer"]):
        name, *cohort = cancer.split(", ")
        title = ", ".join(
            ("Any cancer" if name == "all" else f"{name.capitalize()} cancer", *cohort)
        )
        parts += [f"## {title}\n", table(head, (_target(row) for row in group))]
    return "\n".join(parts)


def _target(row: Mapping[str, str]) -> tuple[str, ...]:
    name = f"{row['quantity']}: {row['group']}" if row["group"] else row["quantity"]
    published = row["value"]
    if row["low"]:
        published += f" ({row['low']} to {row['high']})"
    tolerance = row["tolerance"].replace("factor", "×÷") if row["tolerance"] else ""
    kind = row["kind"] if row["confirmed"] == "yes" else f"{row['kind']}, not confirmed"
    words = (name, published, tolerance, row["unit"], kind)
    return (*map(plain, words), cited(row["source"]), plain(row["where"]), plain(row["note"]))


def _bibliography() -> str:
    sources = sorted(atlas_sources().values(), key=lambda source: source.key)
    return "\n".join(part for source in sources for part in _reference(source))


def _reference(source: Source) -> Iterator[str]:
    yield f"(source-{source.key})="
    yield f"**{source.key}.** {plain(source.text)}"
    if source.note:
        yield f"*{plain(source.note)}.*"
    yield ""
