"""Protocols: what the clinic does, as data.

A protocol is a TOML file, a name of the atlas, or a table in a scenario::

    base = "surgery-only"

    [workup]
    modalities = ["ct"]

    [screening.fit]
    test = "fit"
    every = "2 year"
    from_age = "50 year"
    to_age = "74 year"

    [line.adjuvant]
    kind = "systemic"
    after = "resection"
    drugs = ["folfox"]
    cycles = 12
    every = "14 day"
    if = { n = [1, 3], performance = 2 }

    [[follow]]
    test = "ct"
    every = "1 year"
    until = "5 year"

It is checked as a whole, then becomes one record for the compiled life.

Public names: ``load_protocol``, ``compile_protocol``, ``check_cancer``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np

from paget import words
from paget.atlas.clinic import EVERYWHERE, PRIMARY, narrowest
from paget.body.growth import NEVER
from paget.clinic import records
from paget.core.errors import ScenarioError, whats_close
from paget.core.refusals import is_of_atlas
from paget.protocol import checks
from paget.protocol.entries import Table
from paget.protocol.files import ProtocolLike, read_protocol
from paget.protocol.parts import Drug, Eligibility, Line, Modality, Part, Protocol
from paget.protocol.reading import protocol_of

NO_SITE: Final = "nowhere"
"""In the place of the sites of a line of the atlas that this cancer never reaches."""


def load_protocol(
    source: ProtocolLike, where: str | Mapping[str, str] = "", folder: Path | None = None
) -> Protocol:
    """Return a checked protocol.

    Parameters
    ----------
    source : a name of the atlas, the path of a TOML file, or a table.
    where : where it was given, for messages; for a table of a scenario, the places of the
        scenario's keys.
    folder : where paths begin; the current folder if not given.
    """
    content, places = read_protocol(source, where, folder or Path())
    name = str(source.get("base", "")) if isinstance(source, Mapping) else Path(source).stem
    protocol = protocol_of(name, Table(content, "", places))
    checks.check_protocol(protocol)
    return protocol


def check_cancer(protocol: Protocol, cancer: str, where: str = "") -> None:
    """Refuse a protocol that is for other cancers."""
    if protocol.cancers and cancer not in protocol.cancers:
        raise ScenarioError(
            f"protocol {protocol.name!r} for {cancer}",
            where or protocol.where("cancers"),
            f"it is for {', '.join(protocol.cancers)}",
        )


def compile_protocol(
    protocol: Protocol,
    sites: Sequence[str],
    site_groups: Sequence[str],
    subtypes: Sequence[str],
) -> np.record:
    """Return the record of a protocol for one cancer.

    Parameters
    ----------
    protocol : what `load_protocol` returned.
    sites : names of the soils, in the order of their rows.
    site_groups : the group of each of them.
    subtypes : names of the cancer's subtypes; none where it has one kind only.
    """
    record: Any = np.zeros(1, records.PROTOCOL).view(np.recarray)[0]
    lines = [_for_cancer(line, sites, site_groups, subtypes) for line in protocol.lines]
    checks.check_lines(lines)
    for line in lines:
        _check_targets(line, protocol, subtypes)
    record.workup[:] = record.on_recurrence[:] = -1
    for row, modality in enumerate(protocol.modalities):
        _write_modality(record.modalities[row], modality, sites)
    for row, programme in enumerate(protocol.programmes):
        _write(record.screens[row], programme.numbers)
    for row, drug in enumerate(protocol.drugs):
        _write_drug(record.drugs[row], drug, sites, subtypes)
    for row, line in enumerate(lines):
        _write_line(record.lines[row], line, protocol, sites, subtypes)
    for row, visit in enumerate(protocol.follow):
        _write(record.follow[row], visit.numbers)
        names = protocol.modality_names
        record.follow[row].modality = -1 if visit.is_marker else names.index(visit.name)
    for field in ("workup", "on_recurrence"):
        rows = [protocol.modality_names.index(name) for name in getattr(protocol, field)]
        record[field][: len(rows)] = rows
    _write_keys(record, protocol)
    if protocol.marker is not None:
        _write(record, {f"marker_{key}": x for key, x in protocol.marker.numbers.items()})
    _write(record, protocol.numbers)
    record.floor = min([1.0, *(line.numbers["control"] for line in lines)])
    return record


def _write(record: Any, numbers: Mapping[str, float]) -> None:
    for field, number in numbers.items():
        record[field] = number


def _write_keys(record: Any, protocol: Protocol) -> None:
    """Write how many parts there are, and the key of each."""
    kinds: dict[str, Sequence[Part]] = {
        "modalities": protocol.modalities,
        "screens": protocol.programmes,
        "drugs": protocol.drugs,
        "lines": protocol.lines,
        "follow": protocol.follow,
    }
    for field, parts in kinds.items():
        record[f"n_{field}"] = len(parts)
        names = [part.name for part in parts]  # only a follow-up may come twice
        keys = [part.key + names[:row].count(part.name) for row, part in enumerate(parts)]
        record[field]["key"][: len(parts)] = keys


def _write_modality(record: Any, modality: Modality, sites: Sequence[str]) -> None:
    _write(record, modality.numbers)
    record.median[:] = NEVER
    record.median[: len(sites)] = _by_site(modality.median, sites, NEVER)
    record.median[-1] = modality.median.get(PRIMARY, modality.median.get(EVERYWHERE, NEVER))
    record.median[record.median >= checks.NOWHERE] = NEVER


def _write_drug(record: Any, drug: Drug, sites: Sequence[str], subtypes: Sequence[str]) -> None:
    _write(record, drug.numbers)
    record.sanctuary[: len(sites)] = _by_site(drug.sanctuary, sites, 1.0)
    record.subtypes = records.ANY_SUBTYPE
    if drug.subtypes:
        record.subtypes = _mask(_carrying(drug.subtypes, subtypes), subtypes)


def _write_line(
    record: Any, line: Line, protocol: Protocol, sites: Sequence[str], subtypes: Sequence[str]
) -> None:
    who = line.eligibility
    _write(record, line.numbers)
    record.kind = words.LINE_KINDS.index(line.kind)
    record.trigger = words.TRIGGERS.index(line.trigger)
    record.after = protocol.line_names.index(line.after) if line.after else -1
    groups = sorted({other.group for other in protocol.lines if other.group})
    record.group = groups.index(line.group) if line.group else -1
    record.aim = words.AIMS.index(who.aim)
    for key, span in {"t": who.t, "n": who.n, "m": who.m}.items():
        record[f"{key}_min"], record[f"{key}_max"] = span
    record.subtypes = _mask(who.subtype, subtypes) if who.subtype else records.ANY_SUBTYPE
    record.sites = _mask(who.sites, sites) if who.sites else records.ANY_SITE
    record.most_metastases = who.most_metastases
    record.min_age, record.max_age = who.age
    record.max_performance, record.response = who.performance, who.response
    record.targets = sum(checks.TARGETS[target] for target in line.targets)
    record.drugs[:] = -1
    record.drugs[: len(line.drugs)] = [protocol.drug_names.index(name) for name in line.drugs]


def _for_cancer(
    line: Line, sites: Sequence[str], site_groups: Sequence[str], subtypes: Sequence[str]
) -> Line:
    """Return the line with the sites and subtypes of one cancer in the place of its words."""
    who = line.eligibility
    found = tuple(
        site
        for site, group in zip(sites, site_groups, strict=True)
        if site in who.sites or group in who.sites
    )
    for word in who.sites:
        if word not in (*sites, *site_groups) and not is_of_atlas(line.where("if.sites")):
            raise _unknown(line, "sites", word, (*sites, *dict.fromkeys(site_groups)))
    for word in who.subtype:
        if not _carrying((word,), subtypes):
            raise _unknown(line, "subtype", word, subtypes)
    carrying = _carrying(who.subtype, subtypes)
    eligibility: Eligibility = replace(
        who, sites=found or (who.sites and (NO_SITE,)), subtype=carrying
    )
    return replace(line, eligibility=eligibility)


def _check_targets(line: Line, protocol: Protocol, subtypes: Sequence[str]) -> None:
    """Refuse drugs whose target none of a line's patients carries."""
    patients = set(line.eligibility.subtype or subtypes)
    for name in line.drugs:
        words = protocol.drugs[protocol.drug_names.index(name)].subtypes
        if words and not patients & set(_carrying(words, subtypes)):
            raise ScenarioError(
                f"line.{line.name}.drugs: {name!r}",
                line.where("drugs"),
                f"a drug without effect: its target is {', '.join(words)}, which no patient has",
            )


def _unknown(line: Line, key: str, word: str, known: Sequence[str]) -> ScenarioError:
    names = ", ".join(known) or "none"
    return ScenarioError(
        f"line.{line.name}.if.{key}: {word!r}",
        line.where(f"if.{key}"),
        f"the line can never apply: those of this cancer are {names}",
        whats_close(word, known) or f"Write line.{line.name} = false to take the line away.",
    )


def _carrying(words: Sequence[str], subtypes: Sequence[str]) -> tuple[str, ...]:
    """Return the subtypes in whose names one of some words stands: er_pos in er_pos_her2_neg."""
    return tuple(name for name in subtypes if any(f"_{word}_" in f"_{name}_" for word in words))


def _mask(chosen: Sequence[str], known: Sequence[str]) -> int:
    return sum(1 << known.index(name) for name in chosen if name != NO_SITE)


def _by_site(values: Mapping[str, float], sites: Sequence[str], default: float) -> list[float]:
    return [values.get(narrowest(site, values), default) for site in sites]
