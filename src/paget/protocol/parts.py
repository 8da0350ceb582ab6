"""Parts of a protocol: what its file says, checked word by word and in the units of the records.

Numbers are kept under the names of the fields of `paget.clinic.records` that they fill.

Public names: ``Eligibility``, ``Line``, ``Programme``, ``Modality``, ``Drug``, ``FollowUp``,
``Marker``, ``Protocol``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar
from zlib import crc32

ANY_NUMBER = 2**31  # of metastases
LATEST_AGE = 150.0  # [year]


@dataclass(frozen=True, slots=True)
class Part:
    """A named part, which knows where its keys were given."""

    table: ClassVar[str] = ""
    """The table of a protocol file in which such parts stand."""
    name: str
    places: Mapping[str, str] = field(repr=False, compare=False)
    """Where each key stands, as a file and a line; the part's own place under the empty key."""

    @property
    def key(self) -> int:
        """Return a number of 16 bits for its name: the keys of draws hold it.

        A row would not do: a line that is added or taken away would move the draws of others.
        """
        return crc32(self.name.encode()) & 0xFFFF

    def where(self, key: str = "") -> str:
        """Return where a key was given, or the part that lacks it."""
        return self.places.get(key) or self.places.get("", "")

    def blamed(self, *keys: str) -> str:
        """Return the key among some that its own file states; none where all come from below."""
        own = _file(self.where())
        return next((k for k in keys if k in self.places and _file(self.places[k]) == own), "")


@dataclass(frozen=True, slots=True)
class Eligibility:
    """For whom a line is, by what the clinic sees."""

    aim: str = "any"
    t: tuple[int, int] = (0, 4)
    n: tuple[int, int] = (0, 3)
    m: tuple[int, int] = (0, 1)
    subtype: tuple[str, ...] = ()
    """Words that stand in the names of its subtypes; none: every subtype."""
    sites: tuple[str, ...] = ()
    """Sites, or groups of them, outside which no metastasis is seen; none: wherever they are."""
    most_metastases: int = ANY_NUMBER
    age: tuple[float, float] = (0.0, LATEST_AGE)
    """From birthday to birthday [year]."""
    performance: int = 4
    response: int = 3
    """The worst response to the last line: 0 complete, 1 partial, 2 stable, 3 progression."""

    def meets(self, other: "Eligibility") -> bool:
        """Return whether one patient can be eligible for both."""
        spans = zip(self.spans, other.spans, strict=True)
        return (
            all(a[0] <= b[1] and b[0] <= a[1] for a, b in spans)
            and ("any" in (self.aim, other.aim) or self.aim == other.aim)
            and _meet(self.subtype, other.subtype)
            and (_meet(self.sites, other.sites) or self.m[0] == other.m[0] == 0)
        )

    def covers(self, other: "Eligibility") -> bool:
        """Return whether every patient eligible for ``other`` is eligible here too."""
        spans = zip(self.spans, other.spans, strict=True)
        return (
            all(a[0] <= b[0] and b[1] <= a[1] for a, b in spans)
            and self.aim in ("any", other.aim)
            and _holds(self.subtype, other.subtype)
            and _holds(self.sites, other.sites)
            and self.most_metastases >= other.most_metastases
            and self.performance >= other.performance
            and self.response >= other.response
        )

    @property
    def spans(self) -> tuple[tuple[float, float], ...]:
        """Return what is allowed from one number to another: T, N, M and age."""
        return (self.t, self.n, self.m, self.age)


@dataclass(frozen=True, slots=True)
class Line(Part):
    """A line of treatment: surgery, radiotherapy or drugs."""

    table = "line"
    kind: str
    trigger: str
    after: str
    """The line that must have ended; empty where none."""
    group: str
    """The alternatives among which the first eligible one starts; empty where none."""
    targets: tuple[str, ...]
    drugs: tuple[str, ...]
    eligibility: Eligibility
    numbers: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Programme(Part):
    """A screening programme."""

    table = "screening"
    test: str
    confirm: str
    """The test that looks again when the first is positive; empty where none."""
    numbers: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Modality(Part):
    """An imaging test."""

    table = "test"
    median: Mapping[str, float]
    """Detection diameter over the era's by site or group; ``everywhere`` stands in."""
    numbers: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Drug(Part):
    """A drug, or a regimen that is given as one."""

    table = "drug"
    subtypes: tuple[str, ...]
    """Words that stand in the names of the subtypes that carry its target; none: all do."""
    sanctuary: Mapping[str, float]
    """Share of its kill that reaches a site or group; ``everywhere`` stands in."""
    numbers: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class FollowUp(Part):
    """A test that is repeated after the diagnosis; its name is the test's."""

    table = "follow"
    is_marker: bool
    numbers: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Marker(Part):
    """A marker in blood."""

    numbers: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Protocol(Part):
    """What the clinic does: screening, work-up, treatment lines, follow-up."""

    label: str
    cancers: tuple[str, ...]
    """The cancers for which it is; none: any."""
    modalities: tuple[Modality, ...]
    programmes: tuple[Programme, ...]
    drugs: tuple[Drug, ...]
    lines: tuple[Line, ...]
    follow: tuple[FollowUp, ...]
    workup: tuple[str, ...]
    on_recurrence: tuple[str, ...]
    marker: Marker | None
    numbers: Mapping[str, float]
    sources: tuple[str, ...]
    """Keys of the publications on which it rests, sorted."""

    @property
    def modality_names(self) -> tuple[str, ...]:
        """Return the names of the imaging tests in the order of their rows."""
        return tuple(part.name for part in self.modalities)

    @property
    def screen_names(self) -> tuple[str, ...]:
        """Return the names of the screening programmes in the order of their rows."""
        return tuple(part.name for part in self.programmes)

    @property
    def drug_names(self) -> tuple[str, ...]:
        """Return the names of the drugs in the order of their rows."""
        return tuple(part.name for part in self.drugs)

    @property
    def line_names(self) -> tuple[str, ...]:
        """Return the names of the lines in the order of their rows."""
        return tuple(part.name for part in self.lines)


def _file(where: str) -> str:
    return where.rpartition(" line ")[0]


def _meet(first: tuple[str, ...], second: tuple[str, ...]) -> bool:
    return not first or not second or bool(set(first) & set(second))


def _holds(outer: tuple[str, ...], inner: tuple[str, ...]) -> bool:
    return not outer or (bool(inner) and set(inner) <= set(outer))
