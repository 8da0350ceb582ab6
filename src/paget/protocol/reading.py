"""Reading: from the table of a protocol to its parts, each word and number checked by itself.

Public names: ``protocol_of``.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from paget import words
from paget.atlas.clinic import EVERYWHERE, PRIMARY, check_place
from paget.clinic import records
from paget.protocol import forms
from paget.protocol.catalogue import Catalogue
from paget.protocol.entries import Number, Table
from paget.protocol.parts import (
    Drug,
    Eligibility,
    FollowUp,
    Line,
    Marker,
    Modality,
    Programme,
    Protocol,
)
from paget.words import INVITED, RESPONSES, TARGETS

_KEYS: Final = (
    "base", "cancers", "workup", "screening", "line", "follow", "test", "drug", "tissue",
    "second_primary",
)  # fmt: skip
_WORKUP_KEYS: Final = ("modalities", "on_recurrence", "examined_nodes", "sentinel")
_LINE_KEYS: Final = ("kind", "trigger", "after", "group", "if")
_KIND_KEYS: Final = {
    "surgery": ("targets",),
    "radiotherapy": ("targets", "tissue"),
    "systemic": ("drugs", "until"),
}
_SENSITIVITY: Final = {"sensitivity": "best", "precursor_sensitivity": "precursor_best"}
_MEDIAN: Final = Number("1", 0, float("inf"))
_SANCTUARY: Final = Number("1", 0, 1)
_CURVE: Final = ("best", "median", "spread")
_CITATION: Final = re.compile(r"[A-Za-z0-9_:.+-]+")
_NO_CITATION: Final = ("assumption", "mechanism")


def protocol_of(name: str, table: Table) -> Protocol:
    """Return the protocol that a table states."""
    table.only(_KEYS, "a protocol")
    catalogue = Catalogue(table)
    workup = table.table("workup")
    workup.only(_WORKUP_KEYS, "a work-up")
    looking = catalogue.names("imaging")
    first = workup.words("modalities", looking)
    if not first:
        raise workup.error("modalities", "must name at least one imaging test", 'Such as ["ct"].')
    again = workup.words("on_recurrence", looking) or first
    follow, marker = _follow(table, catalogue)
    lines = tuple(_line(name, item, catalogue) for name, item in table.tables("line").items())
    used = (*first, *again, *(visit.name for visit in follow if not visit.is_marker))
    drugs = [drug for line in lines for drug in line.drugs]
    protocol = Protocol(
        name=name,
        places=table.places,
        label=table.text("label"),
        cancers=table.words("cancers"),
        modalities=tuple(_modality(catalogue.find("imaging", n)) for n in dict.fromkeys(used)),
        programmes=tuple(
            _programme(name, item, catalogue) for name, item in table.tables("screening").items()
        ),
        drugs=tuple(_drug(catalogue.find("drugs", n)) for n in dict.fromkeys(drugs)),
        lines=lines,
        follow=follow,
        workup=first,
        on_recurrence=again,
        marker=marker,
        numbers={
            key: (workup if key in _WORKUP_KEYS else table).number(key, form)
            for key, form in forms.WHOLE.items()
        },
        sources=_citations({*_stated(table.content), *catalogue.sources}),
    )
    catalogue.check_used()
    return protocol


def _line(name: str, table: Table, catalogue: Catalogue) -> Line:
    kind = table.word("kind", words.LINE_KINDS)
    numbers = {**forms.LINE, **forms.OF_KIND[kind]}
    table.only((*_LINE_KEYS, *_KIND_KEYS[kind], *numbers), f"a line of {kind}")
    after = table.text("after")
    trigger = table.word("trigger", words.TRIGGERS, "after" if after else None)
    if bool(after) != (trigger == "after"):
        raise table.error("trigger", 'must be "after" where a line is named in after, only there')
    drugs: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    if kind == "systemic":
        drugs = table.words("drugs", catalogue.names("drugs"))
        if not 1 <= len(drugs) <= records.LINE_DRUGS:
            raise table.error("drugs", f"must name 1 to {records.LINE_DRUGS}")
        if table.word("until", ("progression", "cycles"), "cycles") == "cycles":
            table.number("cycles", numbers["cycles"]._replace(default=None))
    else:
        targets = table.words("targets", TARGETS)
        if kind == "radiotherapy":
            numbers |= _sensitivity(table, catalogue)
        if not targets:
            raise table.error("targets", f"must name some of {', '.join(TARGETS)}")
    return Line(
        name=name,
        places=table.places,
        kind=kind,
        trigger=trigger,
        after=after,
        group=table.text("group"),
        targets=targets,
        drugs=drugs,
        eligibility=_eligibility(table.table("if")),
        numbers=_defaults() | table.numbers(numbers),
    )


def _sensitivity(table: Table, catalogue: Catalogue) -> dict[str, Number]:
    """Return the forms of a line's radiosensitivity: what it does not state is its tissue's."""
    name = table.word("tissue", catalogue.names("radiotherapy"), "carcinoma")
    tissue = catalogue.find("radiotherapy", name)
    forms.check_keys(tissue, "radiotherapy")
    kind = forms.OF_KIND["radiotherapy"]
    stated = {key: tissue.number(key, kind[key]) for key in ("alpha", "beta")}
    return {key: kind[key]._replace(default=value) for key, value in stated.items()}


def _defaults() -> dict[str, float]:
    """Return the numbers of every kind of line, for those that a line is not of."""
    every = {key: form for kind in forms.OF_KIND.values() for key, form in kind.items()}
    return {key: form.default or 0.0 for key, form in every.items()}


def _eligibility(table: Table) -> Eligibility:
    table.only((*forms.ELIGIBLE, "aim", "subtype", "sites", "response"), "an eligibility")
    spans = {key: table.span(key, forms.ELIGIBLE[key]) for key in ("t", "n", "m", "age")}
    t, n, m = ((int(low), int(high)) for low, high in list(spans.values())[:3])
    return Eligibility(
        aim=table.word("aim", words.AIMS, "any"),
        t=t,
        n=n,
        m=m,
        subtype=table.words("subtype"),
        sites=table.words("sites"),
        most_metastases=int(table.number("most_metastases", forms.ELIGIBLE["most_metastases"])),
        age=spans["age"],
        performance=int(table.number("performance", forms.ELIGIBLE["performance"])),
        response=RESPONSES.index(table.word("response", RESPONSES, "progression")),
    )


def _programme(name: str, table: Table, catalogue: Catalogue) -> Programme:
    table.only(
        (*forms.PROGRAMME, "test", "confirm", "sex", "specificity", *_SENSITIVITY), "a programme"
    )
    known = catalogue.names("screening")
    test = table.word("test", known)
    first = _screening_test(catalogue.find("screening", test), catalogue)
    confirm = table.word("confirm", ("", *known), first.text("confirm"))
    numbers = first.numbers(forms.SCREENING_TEST)
    for key, field in (*_SENSITIVITY.items(), ("specificity", "specificity")):
        form = forms.SCREENING_TEST[field]
        numbers[field] = table.number(key, form._replace(default=numbers[field]))
    # Without a second test whatever the first one finds is confirmed.
    second = dict.fromkeys(_CURVE, 0.0) | {"best": 1.0}
    if confirm:
        found = _screening_test(catalogue.find("screening", confirm), catalogue)
        look = found.numbers(forms.SCREENING_TEST)
        second = {key: look[f"precursor_{key}"] for key in _CURVE}
        numbers["removes"] = look["removes"]
    sex = first.word("sex", INVITED, "both")
    return Programme(
        name=name,
        places=table.places,
        test=test,
        confirm=confirm,
        numbers={
            **numbers,
            **{f"confirm_{key}": value for key, value in second.items()},
            **table.numbers(forms.PROGRAMME),
            "sex": float(INVITED.index(table.word("sex", INVITED, sex))),
        },
    )


def _screening_test(table: Table, catalogue: Catalogue) -> Table:
    forms.check_keys(table, "screening")
    table.word("confirm", ("", *catalogue.names("screening")), "")
    return table


def _modality(table: Table) -> Modality:
    forms.check_keys(table, "imaging")
    return Modality(
        name=table.path.partition(".")[2],
        places=table.places,
        median=_by_place(table, "median", _MEDIAN, EVERYWHERE, PRIMARY),
        numbers=table.numbers(forms.IMAGING_TEST),
    )


def _drug(table: Table) -> Drug:
    states = {"on_asleep": "on_asleep", "on_stalled": "on_stalled"}
    forms.check_keys(table, "drugs")
    kind = words.DRUG_CLASSES.index(table.word("kind", words.DRUG_CLASSES))
    effects = words.SLEEPER_EFFECTS
    on = {key: effects.index(table.word(key, effects, "nothing")) for key in states}
    return Drug(
        name=table.path.partition(".")[2],
        places=table.places,
        subtypes=tuple(word for word in table.words("subtypes") if word != "any"),
        sanctuary=_by_place(table, "sanctuary", _SANCTUARY, EVERYWHERE),
        numbers={**table.numbers(forms.DRUG), **on, "kind": float(kind)},
    )


def _by_place(table: Table, key: str, form: Number, *widest: str) -> dict[str, float]:
    """Return numbers by site or group of sites; a number alone holds everywhere.

    ``widest`` are the words that may stand for more than one group.
    """
    given = table.content.get(key, {})
    if not isinstance(given, Mapping) or "value" in given:
        return {EVERYWHERE: table.number(key, form)}
    stated = table.table(key)
    for part in stated.content:
        wrong = check_place(part, widest)
        if wrong:
            raise stated.error(part, f"places are {wrong[0]}", wrong[1])
    return {part: stated.number(part, form) for part in stated.content}


def _follow(table: Table, catalogue: Catalogue) -> tuple[tuple[FollowUp, ...], Marker | None]:
    """Return the visits, and the marker that they measure."""
    looking, markers = catalogue.names("imaging"), catalogue.names("blood")
    visits: list[FollowUp] = []
    marker: Marker | None = None
    given: Any = table.content.get("follow", [])
    if not isinstance(given, list):
        raise table.error("follow", "must be tables [[follow]]")
    for i, content in enumerate(given):
        item = Table(content, f"follow[{i}]", table.all_places)
        item.only((*forms.FOLLOW, "test", "start", "limit", "continuous"), "a follow-up")
        test = item.word("test", (*looking, *markers))
        is_marker = test not in looking
        numbers = _visits(item)
        if is_marker:
            marker = _marker(item, test, catalogue, marker)
        visits.append(FollowUp(test, item.places, is_marker, numbers))
    return tuple(visits), marker


def _visits(table: Table) -> dict[str, float]:
    """Return when a test is done; every 0 days means that nothing escapes it for a day."""
    if not table.number("continuous", forms.CONTINUOUS):
        numbers = table.numbers(forms.FOLLOW)
        start = table.number("start", forms.START._replace(default=numbers["every"]))
        return {**numbers, "start": start}
    for key in ("every", "start", "until"):
        if key in table.content:
            raise table.error(key, "must be left out where follow-up is continuous")
    return {"every": 0.0, "start": 0.0, "until": forms.START.high}


def _marker(visit: Table, name: str, catalogue: Catalogue, known: Marker | None) -> Marker:
    if known is not None and known.name != name:
        raise visit.error("test", f"one marker is followed, and {known.name} is")
    table = catalogue.find("blood", name)
    stated: Any = table.content.get("limit")
    form = forms.marker(stated["unit"] if isinstance(stated, Mapping) else "1")
    forms.check_keys(table, "blood")
    numbers = table.numbers(form)
    limit = known.numbers["limit"] if known else numbers["limit"]
    numbers["limit"] = visit.number("limit", form["limit"]._replace(default=limit))
    return Marker(name, table.places, numbers)


def _stated(content: object) -> Iterator[str]:
    """Yield the sources that a table and those within it name."""
    if isinstance(content, list):
        for item in content:
            yield from _stated(item)
    if isinstance(content, Mapping):
        for key, item in content.items():
            if key == "source" and isinstance(item, str):
                yield item
            else:
                yield from _stated(item)


def _citations(sources: set[str]) -> tuple[str, ...]:
    """Return the keys of publications among some sources, sorted."""
    return tuple(sorted(s for s in sources if _CITATION.fullmatch(s) and s not in _NO_CITATION))
