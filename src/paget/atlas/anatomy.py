"""The body map as data: organs, vessels, lymph-node stations, ducts and serous cavities.

`anatomy.toml` holds what is known, number by number with its source; this module reads it into
frozen dataclasses, with every check that the graph of a body must pass. Published shares of cardiac
output and of blood volume are kept raw in the file and divided by their sum here, since tables of
different origin do not add up to exactly one.

A *site* is a place where cells can lodge: an organ's bed, a node station, or the surface of a
serous cavity. The order of sites in the file is their order everywhere.

Public names: `load_body_map`, `describe_body`, `BodyMap`, `Organ`, `Vessel`, `Station`, `Duct`,
`Cavity`, `Shares`, `SEED_KINDS`, `CLEARED`.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from paget.atlas.anatomy_file import ANATOMY_FILE, ARTERIAL, PREFIX, read_anatomy
from paget.core.errors import DataError, ParameterError, place, whats_close
from paget.core.parameters import ParameterSet
from paget.words import SEED_KINDS

CLEARED: Final = "cleared"
NAMED_VESSELS: Final = (
    "right_heart",
    "left_heart",
    "aorta",
    "limb_veins",
    "vena_cava",
    "portal_vein",
    "hepatic_vein",
    "vertebral_plexus",
)
"""Vessels that laws and switches name: every body map has them, and a liver."""

_ONE: Final = 1e-9

Shares = Mapping[str, float]
"""Parts of a flow by target; they sum to one."""

Arrest = tuple[float, float, float]
"""Probability of being stopped in one passage, by seed kind."""


@dataclass(frozen=True, slots=True)
class Organ:
    """An organ with its capillary bed, or the surface of a serous cavity."""

    name: str
    label: str
    group: str
    """What reports count it under."""
    flow: float
    """Share of cardiac output by its artery; over all organs the shares sum to one."""
    blood: float
    """Share of the blood volume in its bed; over all beds and vessels the shares sum to one."""
    mass: float
    """Mass without contents [g]."""
    arrest: Arrest
    veins: Shares
    """Where the venous outflow goes: vessels."""
    lymph: Shares
    """First lymph-node stations."""
    cavity: str | None
    """The serous cavity that its surface faces."""
    regional: tuple[str, ...]
    """Stations that count as regional for a primary here."""


@dataclass(frozen=True, slots=True)
class Vessel:
    """A blood vessel, a group of them, or a half of the heart."""

    name: str
    label: str
    blood: float
    """Share of the blood volume."""
    to: Shares
    """Where its blood goes: vessels and organs; empty for the aorta, which feeds every organ."""


@dataclass(frozen=True, slots=True)
class Station:
    """A lymph-node station: a filter on the way of lymph, and a site."""

    name: str
    label: str
    group: str
    transit: float
    """Time from the organ or station before it [day]."""
    arrest: Arrest
    to: Shares
    """Efferent lymph: stations and ducts."""
    veins: Shares
    """Where its venous blood goes: vessels."""


@dataclass(frozen=True, slots=True)
class Duct:
    """A lymphatic duct, or the vein in which lymph enters blood: no filter, no site."""

    name: str
    label: str
    transit: float
    """Transit time [day]."""
    to: Shares


@dataclass(frozen=True, slots=True)
class Cavity:
    """A serous cavity in which cells float until they settle, leave by lymph or die."""

    name: str
    label: str
    transit: float
    """Time afloat [day]."""
    settle: Arrest
    """Probability of settling on a surface, by seed kind."""
    surfaces: Shares
    """On which surface those settle: sites."""
    to: Shares
    """What becomes of those that do not settle: stations, or cleared."""


@dataclass(frozen=True, slots=True)
class BodyMap:
    """The whole map, checked. Fractions are normalised; quantities are in canonical units."""

    cardiac_output: float
    """[mL/day]"""
    blood_volume: float
    """[mL]"""
    organs: tuple[Organ, ...]
    stations: tuple[Station, ...]
    surfaces: tuple[Organ, ...]
    vessels: tuple[Vessel, ...]
    ducts: tuple[Duct, ...]
    cavities: tuple[Cavity, ...]
    numbers: ParameterSet
    """Every number of the file by its dotted name, raw, with unit, range and source."""
    raw_flow_sum: float
    """What the published shares of cardiac output summed to before they were divided by it."""
    raw_blood_sum: float
    """The same for the shares of the blood volume."""

    @property
    def sites(self) -> tuple[Organ | Station, ...]:
        """Return the places where cells can lodge: organs, stations, surfaces."""
        return (*self.organs, *self.stations, *self.surfaces)

    @property
    def site_names(self) -> tuple[str, ...]:
        """Return the names of the sites, in their order."""
        return tuple(site.name for site in self.sites)

    @property
    def beds(self) -> tuple[Organ, ...]:
        """Return the sites that have an artery: organs and surfaces."""
        return (*self.organs, *self.surfaces)

    def site(self, name: str) -> Organ | Station:
        """Return the site of that name."""
        for site in self.sites:
            if site.name == name:
                return site
        near = whats_close(name, self.site_names)
        raise ParameterError(f"unknown site {name!r}", allowed="must be a site", remedy=near)

    def report_group(self, site: str, primary: str) -> str:
        """Return what a deposit at `site` counts as for a primary at `primary`.

        Examples
        --------
        >>> body = load_body_map()
        >>> body.report_group("ln_colon_local", "colon"), body.report_group("omentum", "colon")
        ('regional_node', 'peritoneum')
        """
        origin = self.site(primary)
        is_regional = isinstance(origin, Organ) and site in origin.regional
        return "regional_node" if is_regional else self.site(site).group


def load_body_map(path: Path = ANATOMY_FILE, numbers: ParameterSet | None = None) -> BodyMap:
    """Read an anatomy file and check it.

    Parameters
    ----------
    path : the file.
    numbers : values to use in place of the file's own, such as
        ``load_body_map().numbers.changed({"anatomy.arrest.node.single": 0.5}, "--set")``.
    """
    content, stated = read_anatomy(path)
    body = _Builder(content, numbers or stated).body_map()
    _check_map(body, path)
    return body


class _Builder:
    """Turn the content of the file and its numbers into a body map."""

    def __init__(self, content: Mapping[str, Any], numbers: ParameterSet) -> None:
        self.content = content
        self.numbers = numbers
        beds = [f"{s}.{n}" for s in ("organ", "surface") for n in content[s]]
        vessels = [f"vessel.{n}" for n in content["vessel"]]
        self.flow_sum = math.fsum(self.real(f"{place_}.flow") for place_ in beds)
        self.blood_sum = math.fsum(self.real(f"{place_}.blood") for place_ in beds + vessels)

    def real(self, dotted: str) -> float:
        return self.numbers.real(f"{PREFIX}.{dotted}")

    def shares(self, dotted: str, entry: Any) -> Shares:
        if entry == ARTERIAL:
            return {}
        shares = {cell: self.real(f"{dotted}.{cell}") for cell in entry["cells"]}
        total = math.fsum(shares.values())
        if abs(total - 1.0) > _ONE:
            raise ParameterError(
                f"{PREFIX}.{dotted} sums to {total:.10g}",
                self.numbers[f"{PREFIX}.{dotted}.{next(iter(shares))}"].file,
                "the shares of a flow must sum to 1",
                "Change the other shares with it.",
            )
        return shares

    def arrest(self, row: str) -> Arrest:
        single, small, cluster = (self.real(f"arrest.{row}.{kind}") for kind in SEED_KINDS)
        return single, small, cluster

    def organ(self, section: str, name: str) -> Organ:
        entry = self.content[section][name]
        dotted = f"{section}.{name}"
        return Organ(
            name=name,
            label=entry["label"],
            group=entry.get("group", name),
            flow=self.real(f"{dotted}.flow") / self.flow_sum,
            blood=self.real(f"{dotted}.blood") / self.blood_sum,
            mass=self.real(f"{dotted}.mass"),
            arrest=self.arrest(entry["arrest"]),
            veins=self.shares(f"{dotted}.veins", entry["veins"]),
            lymph=self.shares(f"{dotted}.lymph", entry["lymph"]),
            cavity=entry.get("cavity"),
            regional=tuple(entry.get("regional", entry["lymph"]["cells"])),
        )

    def vessel(self, name: str) -> Vessel:
        entry = self.content["vessel"][name]
        blood = self.real(f"vessel.{name}.blood") / self.blood_sum
        return Vessel(name, entry["label"], blood, self.shares(f"vessel.{name}.to", entry["to"]))

    def station(self, name: str) -> Station:
        entry = self.content["station"][name]
        dotted = f"station.{name}"
        return Station(
            name=name,
            label=entry["label"],
            group=entry.get("group", name),
            transit=self.real(f"{dotted}.transit"),
            arrest=self.arrest(entry["arrest"]),
            to=self.shares(f"{dotted}.to", entry["to"]),
            veins=self.shares(f"{dotted}.veins", entry["veins"]),
        )

    def duct(self, name: str) -> Duct:
        entry = self.content["duct"][name]
        to = self.shares(f"duct.{name}.to", entry["to"])
        return Duct(name, entry["label"], self.real(f"duct.{name}.transit"), to)

    def cavity(self, name: str) -> Cavity:
        entry = self.content["cavity"][name]
        dotted = f"cavity.{name}"
        return Cavity(
            name=name,
            label=entry["label"],
            transit=self.real(f"{dotted}.transit"),
            settle=self.arrest(entry["arrest"]),
            surfaces=self.shares(f"{dotted}.surfaces", entry["surfaces"]),
            to=self.shares(f"{dotted}.to", entry["to"]),
        )

    def body_map(self) -> BodyMap:
        return BodyMap(
            cardiac_output=self.real("body.cardiac_output"),
            blood_volume=self.real("body.blood_volume"),
            organs=tuple(self.organ("organ", name) for name in self.content["organ"]),
            stations=tuple(self.station(name) for name in self.content["station"]),
            surfaces=tuple(self.organ("surface", name) for name in self.content["surface"]),
            vessels=tuple(self.vessel(name) for name in self.content["vessel"]),
            ducts=tuple(self.duct(name) for name in self.content["duct"]),
            cavities=tuple(self.cavity(name) for name in self.content["cavity"]),
            numbers=self.numbers,
            raw_flow_sum=self.flow_sum,
            raw_blood_sum=self.blood_sum,
        )


def _edges(body: BodyMap) -> Iterator[tuple[str, str, set[str]]]:
    """Yield each edge of the map (from, to) with the kinds of place that it may lead to."""
    for organ in body.beds:
        yield from ((organ.name, to, {"vessel"}) for to in organ.veins)
        yield from ((organ.name, to, {"station"}) for to in organ.lymph)
        yield from ((organ.name, to, {"cavity"}) for to in (organ.cavity,) if to)
    for station in body.stations:
        yield from ((station.name, to, {"station", "duct"}) for to in station.to)
        yield from ((station.name, to, {"vessel"}) for to in station.veins)
    for vessel in body.vessels:
        yield from ((vessel.name, to, {"vessel", "bed"}) for to in vessel.to)
    for duct in body.ducts:
        yield from ((duct.name, to, {"station", "duct", "vessel"}) for to in duct.to)
    for cavity in body.cavities:
        yield from ((cavity.name, to, {"bed"}) for to in cavity.surfaces)
        yield from ((cavity.name, to, {"station", CLEARED}) for to in cavity.to)


def _check_map(body: BodyMap, path: Path) -> None:
    """Raise unless the map is the graph of a body: known targets, no orphan, all blood returns."""
    kinds = _kinds(body, path)
    edges = list(_edges(body))
    for start, end, allowed in edges:
        if kinds.get(end) not in allowed:
            what = f"{start} leads to {end}, which is {kinds.get(end, 'unknown')}"
            raise DataError(what, place(path), f"must be a {' or '.join(sorted(allowed))}")
    for organ in body.beds:
        for name in organ.regional:
            if kinds.get(name) != "station":
                raise DataError(
                    f"{organ.name} has {name} as regional", place(path), "is no station"
                )
    for name in (*NAMED_VESSELS, "liver"):
        if kinds.get(name) != ("bed" if name == "liver" else "vessel"):
            raise DataError(f"no {name}", place(path), "laws and switches name it")
    _check_flow(body, kinds, [(start, end) for start, end, _ in edges], path)


def _kinds(body: BodyMap, path: Path) -> dict[str, str]:
    """Return what each name is; no two places may share one."""
    kinds = {CLEARED: CLEARED}
    for kind, places in (
        ("bed", body.beds),
        ("station", body.stations),
        ("vessel", body.vessels),
        ("duct", body.ducts),
        ("cavity", body.cavities),
    ):
        for entry in places:
            if entry.name in kinds:
                raise DataError(f"two places named {entry.name}", place(path))
            kinds[entry.name] = kind
    return kinds


def _check_flow(
    body: BodyMap, kinds: Mapping[str, str], edges: list[tuple[str, str]], path: Path
) -> None:
    fed_by_all = [vessel.name for vessel in body.vessels if not vessel.to]
    if fed_by_all != ["aorta"]:
        raise DataError(f"arterial shares at {fed_by_all}", place(path), "must be at the aorta")
    reached = {end for _, end in edges} | {organ.name for organ in body.beds}
    # Every way ends in the aorta or, from a cavity alone, nowhere: walk the map backwards.
    drains = {"aorta"}
    while found := {start for start, end in edges if end in drains} - drains:
        drains |= found
    for name, kind in kinds.items():
        if name == CLEARED:
            continue
        if name not in reached:
            raise DataError(f"nothing leads to {kind} {name}", place(path))
        if name not in drains:
            raise DataError(f"{kind} {name} does not drain to the heart", place(path))


def describe_body(body: BodyMap) -> str:
    """Return the map as text, one line a place: flow, mass, and where it leads."""
    sums = f"{body.raw_flow_sum:.4f} (flow) and {body.raw_blood_sum:.4f} (blood volume)"
    lines = [f"{len(body.sites)} sites; published shares summed to {sums}."]
    for organ in body.beds:
        faces = f"; faces the {organ.cavity} cavity" if organ.cavity else ""
        lines.append(
            f"{organ.label}: {100 * organ.flow:.2f} % of output, {organ.mass:g} g; blood to"
            f" {_told(organ.veins)}; lymph to {_told(organ.lymph)}{faces}"
        )
    lines += [f"{station.label}: lymph to {_told(station.to)}" for station in body.stations]
    lines += [
        f"{cavity.label}: settles on {_told(cavity.surfaces)}; else {_told(cavity.to)}"
        for cavity in body.cavities
    ]
    return "\n".join(lines)


def _told(shares: Shares) -> str:
    return ", ".join(f"{name} {share:g}" for name, share in shares.items())
