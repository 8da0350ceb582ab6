"""Checks of a protocol as a whole: what can never apply, what overlaps, what has no end.

Public names: ``check_protocol``, ``check_lines``, ``TARGETS``, ``NOWHERE``.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Final

from paget import words
from paget.clinic import records
from paget.core.errors import ScenarioError, whats_close
from paget.protocol.parts import ANY_NUMBER, Drug, Line, Modality, Part, Programme, Protocol
from paget.words import BOTH_SEXES, ELIMINATE, HOLD, PROGRESSED

TARGETS: Final[Mapping[str, int]] = {
    "primary": words.PRIMARY_TARGET,
    "nodes": words.NODES_TARGET,
    "metastases": words.METASTASES_TARGET,
}
NOWHERE: Final = 1e9  # a detection diameter over CT's from which on a test does not look there

_MOST_VISITS: Final = 250  # of one kind in one life: the keys of draws have room for no more
_NEVER: Final = "it can never apply"


def check_protocol(protocol: Protocol) -> None:
    """Refuse what is impossible in a protocol, whatever the cancer."""
    for modality in protocol.modalities:
        _check_modality(modality)
    for programme in protocol.programmes:
        _check_programme(programme)
    for drug in protocol.drugs:
        _check_drug(drug)
    for first, second in combinations(protocol.programmes, 2):
        _check_programmes_apart(first, second)
    for line in protocol.lines:
        _check_line(line)
    _check_follow(protocol)
    _check_waiting(protocol.lines)
    _check_progression(protocol.lines)
    _check_repeats(protocol)
    check_lines(protocol.lines)
    for parts in (protocol.modalities, protocol.programmes, protocol.drugs, protocol.lines):
        _check_keys(parts)
    _check_room(protocol)


def check_lines(lines: Sequence[Line]) -> None:
    """Refuse lines that cannot follow one another, that overlap, or that are never reached."""
    by_name = {line.name: line for line in lines}
    for line in lines:
        for earlier in _before(line, by_name):
            if not earlier.eligibility.meets(line.eligibility):
                allowed = f"{_NEVER}: nobody is eligible for it and for {earlier.name} before it"
                raise _refusal(line, "after", allowed)
    for first, second in combinations(lines, 2):
        if (first.trigger, first.after) == (second.trigger, second.after):
            _check_apart(first, second)


def _refusal(part: Part, keys: str, allowed: str, remedy: str = "") -> ScenarioError:
    """Return the refusal of a part for one of its keys, the first that its own file states."""
    key = part.blamed(*keys.split())
    given = f"{part.table}.{part.name}" + (f".{key}" if key else "")
    return ScenarioError(given, part.where(key), allowed, remedy)


def _check_modality(modality: Modality) -> None:
    if modality.numbers["best"] == 0.0:
        remedy = "Give best, its highest sensitivity, above 0."
        raise _refusal(modality, "best", "a test without sensitivity", remedy)
    if not modality.median or min(modality.median.values()) >= NOWHERE:
        remedy = "Give median, its detection diameter over that of CT, at some site."
        raise _refusal(modality, "median", "a test without sensitivity: it looks nowhere", remedy)


def _check_programme(programme: Programme) -> None:
    numbers = programme.numbers
    if numbers["from_age"] > numbers["to_age"]:
        allowed = f"ages out of order: it begins at {numbers['from_age']:g} years and ends at"
        raise _refusal(programme, "to_age from_age", f"{allowed} {numbers['to_age']:g}")
    if numbers["best"] == numbers["precursor_best"] == 0.0:
        remedy = "Give sensitivity = 0.8, or another share above 0."
        keys = "sensitivity precursor_sensitivity test"
        raise _refusal(programme, keys, f"{programme.test} is a test without sensitivity", remedy)
    if numbers["attendance"] == 0.0 or numbers["never"] == 1.0:
        key = "never" if numbers["never"] == 1.0 else "attendance"
        remedy = f"Write {programme.name} = false to take the programme away."
        raise _refusal(programme, key, f"{_NEVER}: nobody attends", remedy)
    rounds = (numbers["to_age"] - numbers["from_age"]) / numbers["every"]
    if rounds > _MOST_VISITS:
        raise _refusal(programme, "every", f"repeats {rounds:.0f} times; at most {_MOST_VISITS}")


def _check_programmes_apart(first: Programme, second: Programme) -> None:
    a, b = first.numbers, second.numbers
    sexes_meet = BOTH_SEXES in (a["sex"], b["sex"]) or a["sex"] == b["sex"]
    ages_meet = a["from_age"] <= b["to_age"] and b["from_age"] <= a["to_age"]
    if first.test == second.test and sexes_meet and ages_meet:
        allowed = f"overlaps {first.name} in {first.where()}: the same test for the same people"
        raise _refusal(second, "", allowed, "Part them by age or by sex.")


def _check_drug(drug: Drug) -> None:
    numbers = drug.numbers
    reaches = {"everywhere": 1.0, **drug.sanctuary}
    kills = numbers["log_kill"] > 0.0 and max(reaches.values()) > 0.0
    on_sleepers = {int(numbers["on_asleep"]), int(numbers["on_stalled"])}
    holds = HOLD in on_sleepers or (ELIMINATE in on_sleepers and numbers["eliminates"] > 0.0)
    works = kills or numbers["arrest"] > 0.0 or holds
    if not works or numbers["responders"] == 0.0:
        remedy = "Give log_kill, arrest, or an effect on sleeping or stalled colonies."
        keys = "responders" if works else "log_kill sanctuary arrest eliminates"
        raise _refusal(drug, keys, "a drug without effect", "" if works else remedy)


def _check_line(line: Line) -> None:
    for keys, why in _contradictions(line):
        stated = " ".join(f"if.{key}" for key in keys.split())
        raise _refusal(line, stated, f"{_NEVER}: {why}")
    if line.numbers["share"] == 0.0:
        remedy = f"Write line.{line.name} = false to take the line away."
        raise _refusal(line, "share", f"{_NEVER}: nobody gets it", remedy)
    dose, alpha, beta = (line.numbers[key] for key in ("dose", "alpha", "beta"))
    if line.kind == "radiotherapy" and dose * (alpha + beta * dose) == 0.0:
        raise _refusal(
            line, "dose alpha beta", "radiation without effect", "Give dose and alpha above 0."
        )
    if line.kind == "systemic" and line.numbers["cycles"] == line.numbers["assess"] == 0.0:
        remedy = 'Give assess = "8 week", or a number of cycles.'
        raise _refusal(line, "until assess", "has no end: nobody looks for progression", remedy)


def _contradictions(line: Line) -> Iterator[tuple[str, str]]:
    """Yield what contradicts what in the eligibility of a line: its keys and the reason."""
    who = line.eligibility
    nothing_seen = who.m == (0, 0)
    if nothing_seen and who.sites:
        yield "sites m", "m = 0 is without metastases"
    if nothing_seen and who.aim == "palliative" and line.trigger == "diagnosis":
        yield "aim m", "without metastases the aim at diagnosis is curative"
    if who.m[0] > 0 and who.most_metastases == 0:
        yield "most_metastases m", "m = 1 is with at least one metastasis"
    if nothing_seen and line.targets == ("metastases",):
        yield "m", "there is no metastasis to treat"
    if 0 < who.most_metastases < ANY_NUMBER and nothing_seen:
        yield "most_metastases m", "m = 0 is without metastases"
    if who.response < PROGRESSED and line.trigger == "diagnosis":
        yield "response", "at diagnosis there is no line to respond to"
    if who.response < PROGRESSED and line.trigger == "progression":
        yield "response", "after progression the last response is progression"


def _before(line: Line, by_name: Mapping[str, Line]) -> Iterator[Line]:
    """Yield the lines that must have ended before a line, the last one first."""
    while line.after:
        line = by_name[line.after]
        yield line


def _check_waiting(lines: Sequence[Line]) -> None:
    """Refuse lines that wait for one that is not there, or for each other."""
    by_name = {line.name: line for line in lines}
    for line in lines:
        if line.after and line.after not in by_name:
            names = ", ".join(by_name)
            remedy = whats_close(line.after, by_name)
            raise _refusal(line, "after", f"{line.after!r} is none of the lines {names}", remedy)
    for line in lines:
        chain = [line.name]
        while (after := by_name[chain[-1]].after) and after not in chain:
            chain.append(after)
        if after:
            circle = " after ".join([*chain, after])
            raise _refusal(line, "after", f"lines wait for each other in a circle: {circle}")


def _check_progression(lines: Sequence[Line]) -> None:
    """Refuse a line upon progression where nothing is given that could fail."""
    for line in lines:
        if line.trigger != "progression":
            continue
        others = (other for other in lines if other is not line and other.kind == "systemic")
        if not any(other.numbers["assess"] > 0.0 for other in others):
            allowed = f"{_NEVER}: no other line assesses its response"
            raise _refusal(line, "trigger", allowed, 'Give one assess = "8 week".')


def _check_repeats(protocol: Protocol) -> None:
    total = 0.0
    for line in protocol.lines:
        total += line.numbers["repeats"]
        if total > records.MOST_LINES:
            allowed = f"the protocol loops: one patient could start more than {records.MOST_LINES}"
            raise _refusal(line, "repeats", f"{allowed} lines", "Let lines repeat fewer times.")


def _check_apart(first: Line, second: Line) -> None:
    """Refuse two lines upon one trigger that give the same to the same patients."""
    if not first.eligibility.meets(second.eligibility):
        return
    if first.group and first.group == second.group:
        if first.eligibility.covers(second.eligibility) and first.numbers["share"] == 1.0:
            allowed = f"{_NEVER}: {first.name} before it in the group takes all who are eligible"
            raise _refusal(second, "group", allowed)
        return
    same = set(first.targets) & set(second.targets) | set(first.drugs) & set(second.drugs)
    if first.kind == second.kind and same:
        allowed = f"overlaps {first.name} in {first.where()}: both give {', '.join(sorted(same))}"
        remedy = "Part them in if = {...}, or put them into one group of alternatives."
        raise _refusal(second, "", f"{allowed} to the same patients", remedy)


def _check_follow(protocol: Protocol) -> None:
    for visit in protocol.follow:
        numbers = visit.numbers
        if numbers["every"] == 0.0:
            if visit.is_marker or len(protocol.follow) > 1:
                allowed = "must be the only follow-up, and an imaging test"
                raise _refusal(visit, "continuous", allowed)
            continue
        if numbers["start"] > numbers["until"]:
            raise _refusal(visit, "until start", f"{_NEVER}: it ends before it begins")
        visits = (numbers["until"] - numbers["start"]) / numbers["every"]
        if visits > _MOST_VISITS:
            raise _refusal(visit, "every", f"repeats {visits:.0f} times; at most {_MOST_VISITS}")
    for first, second in combinations(protocol.follow, 2):
        a, b = first.numbers, second.numbers
        if first.name == second.name and a["start"] < b["until"] and b["start"] < a["until"]:
            raise _refusal(second, "", f"overlaps the same test in {first.where()}")


def _check_keys(parts: Sequence[Part]) -> None:
    for first, second in combinations(parts, 2):
        if first.key == second.key:
            allowed = f"its draws could not be told from those of {first.name}"
            raise _refusal(second, "", allowed, "Give it another name.")


def _check_room(protocol: Protocol) -> None:
    """Refuse more parts than the record of the compiled life holds."""
    room = {
        "imaging tests": (protocol.modalities, records.MAX_MODALITIES),
        "screening programmes": (protocol.programmes, records.MAX_SCREENS),
        "drugs": (protocol.drugs, records.MAX_DRUGS),
        "lines": (protocol.lines, records.MAX_LINES),
        "follow-ups": (protocol.follow, records.MAX_FOLLOW),
    }
    for what, (parts, most) in room.items():
        if len(parts) > most:
            last: Part = parts[most]
            raise ScenarioError(f"{len(parts)} {what}", last.where(), f"at most {most}")
