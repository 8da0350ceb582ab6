"""The funnel of the cascade: how many seeds are left after each step.

Millions of seeds fail for one that lives. Those that fail are counted, not lived: the seeds that
each lesion sheds, times the exact fates of the journey, times the probability to cross. Those that
live are the lesions themselves. Each bar says what it rests on (`BASIS`).

Public names: ``Chain``, ``Counts``, ``count_block``, ``chain``, ``funnel_table``, ``BASIS``,
``STEPS``, ``LESION_ROUTES``, ``MICROMETASTASIS_MM``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from paget.engine import Model
from paget.tables import columns
from paget.tables.vocabulary import ROUTE_CODES
from paget.words import (
    ASLEEP,
    BYSTANDER,
    EXTINCT,
    FILTER,
    LESION_ROUTES,
    ROUTES,
    SEED_KINDS,
    SEROSA,
)

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Records = Any

MICROMETASTASIS_MM: Final = 2.0  # from here on a metastasis is a macrometastasis: assumption
EXPECTED: Final = (
    "shed",
    "died_of_shear",
    "died_of_immune_attack",
    "cleared",
    "arrested",
    "self_seeded",
    "extravasated",
)
COUNTED: Final = ("viable", "dormant", "micrometastases", "macrometastases")
STEPS: Final = (*EXPECTED, *COUNTED)
BASES: Final = ("measured", "assumed", "residual")

# (basis, why) by step, and by route where a route differs.
BASIS: Final[Mapping[tuple[str, str], tuple[str, str]]] = {
    ("shed", "blood"): ("measured", "pinned by circulating cells"),
    ("shed", ""): ("assumed", "only its product with viability is seen"),
    ("died_of_shear", ""): ("assumed", "the half-life in blood bounds the sum of both deaths"),
    ("died_of_immune_attack", ""): ("assumed", "the half-life in blood bounds the sum"),
    ("cleared", ""): ("assumed", "what a cavity or a node does not hold"),
    ("arrested", "blood"): ("measured", "follows blood flow and what each bed holds back"),
    ("arrested", ""): ("assumed", "flow of lymph and of cavities is known in direction only"),
    ("self_seeded", "blood"): ("measured", "follows blood flow, as arrest does"),
    ("self_seeded", ""): ("assumed", "as arrest by that route"),
    ("extravasated", ""): ("assumed", "a race of three rates that literature bounds loosely"),
    ("viable", ""): ("residual", "what makes the product of the chain agree with metastases seen"),
    ("dormant", ""): ("assumed", "share and rates of sleep are assumptions"),
    ("micrometastases", ""): ("assumed", "below what imaging sees"),
    ("macrometastases", ""): ("measured", "what clinics count; the fit compares it"),
}


@dataclass(frozen=True, eq=False)
class Chain:
    """What one shed seed comes to, on average: the exact part of the funnel.

    Sources are the sites that can shed (soils, then sites of the primary); sites are those of the
    whole body map.
    """

    sites: tuple[str, ...]
    source_sites: Integers
    """(source,) the site of the body in which each source lies."""
    at_source: Mapping[str, Floats]
    """(route, kind, source) by step: shed, died and cleared."""
    at_site: Mapping[str, Floats]
    """(route, kind, source, site) by step: arrested, self_seeded and extravasated."""


@dataclass(frozen=True, eq=False)
class Counts:
    """What a block of lives adds to the funnel, for each of its people or for all of them.

    ``shed`` (part, route, source) and ``lesions`` (counted step, person, route, kind, site of the
    body) are whole numbers, so that sums in any order agree. A part is a person or some lives.
    """

    shed: npt.NDArray[Any]
    lesions: Integers

    def __add__(self, other: "Counts") -> "Counts":
        """Return the sum of two blocks."""
        return Counts(self.shed + other.shed, self.lesions + other.lesions)

    def total(self) -> "Counts":
        """Return the counts of all the people together, in numbers that never overflow."""
        shed = self.shed.astype(object).sum(axis=0, keepdims=True)
        return Counts(shed, self.lesions.sum(axis=1, keepdims=True))

    def to_plain(self) -> dict[str, Any]:
        """Return what JSON can hold: whole numbers, the lesions as (flat place, count)."""
        flat = self.lesions.ravel()
        places = np.flatnonzero(flat)
        return {
            "shed": [[[int(n) for n in row] for row in person] for person in self.shed.tolist()],
            "lesions": [places.tolist(), flat[places].tolist()],
        }

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any], n_sites: int) -> "Counts":
        """Return what `to_plain` described."""
        shed = np.array(plain["shed"], dtype=object)
        lesions = np.zeros(_shape(len(shed), n_sites), np.int64)
        places, counts = plain["lesions"]
        lesions.ravel()[np.array(places, np.int64)] = counts
        return cls(shed, lesions)

    @classmethod
    def none(cls, n_sources: int, n_sites: int) -> "Counts":
        """Return the counts of nobody."""
        shed = np.zeros((1, len(ROUTES), n_sources), dtype=object)
        return cls(shed, np.zeros(_shape(1, n_sites), np.int64))


def chain(model: Model) -> Chain:
    """Return the fates of one seed shed by each source.

    Assumes
    -------
    A seed that a node holds in its role as a filter, and that would have gone on into the blood, is
    cleared; a bystander sends nothing on.
    """
    names = model.body.site_names
    sources = np.array([names.index(name) for name in (*model.sites, *model.primaries)])
    fates, n_soils = model.fates, len(model.sites)
    shares = model.kind_shares[None, :, None]
    arrested = fates.arrested[:, :, sources, :] * shares[..., None]
    cleared = fates.cleared[:, :, sources] * shares
    shed = fates.total()[:, :, sources] * shares
    soil: Records = model.soil
    is_node = np.append(soil["is_node"] == 1, np.zeros(len(model.primaries), bool))
    sends = np.where(is_node & (model.world.node_role == BYSTANDER), 0.0, 1.0)
    if model.world.node_role == FILTER:
        stations = np.isin(names, [station.name for station in model.body.stations])
        lost = arrested * (is_node[:, None] & ~stations)
        arrested, cleared = arrested - lost, cleared + lost.sum(axis=-1)
    at_source = {
        "shed": shed * sends,
        "died_of_shear": fates.died_shear[:, :, sources] * shares * sends,
        "died_of_immune_attack": fates.died_immune[:, :, sources] * shares * sends,
        "cleared": cleared * sends,
    }
    arrested = arrested * sends[:, None]
    primary = np.isin(np.arange(len(names)), sources[n_soils:])
    at_site = {
        "arrested": arrested,
        "self_seeded": arrested * primary,
        "extravasated": arrested * _crossing(model, sources[:n_soils])[:, None, None, :],
    }
    return Chain(names, sources, at_source, at_site)


def _crossing(model: Model, soils: Integers) -> Floats:
    """Return (route, site) the probability that a seed lodged there crosses into the soil."""
    surfaces = {surface.name for surface in model.body.surfaces}
    crossing = np.zeros((len(ROUTES), len(model.body.site_names)))
    crossing[:, soils] = model.crossing
    settled = [place for place in soils if model.body.site_names[place] in surfaces]
    crossing[SEROSA, settled] = 1.0  # there is no wall to cross
    return crossing


def count_block(model: Model, rows: Records, shed: Integers, patients: Integers | None) -> Counts:
    """Return what a block adds to the funnel.

    With the numbers of its ``patients``, for each patient: then ``shed`` is (person, route,
    source); else for all of them together.
    """
    n_people = 1 if patients is None else len(patients)
    names = model.body.site_names
    places = np.array([names.index(name) for name in (*model.sites, *model.primaries)])
    seeds = rows[rows["route"] >= 0]
    person = np.zeros(len(seeds), np.int64)
    if patients is not None:
        person = np.searchsorted(patients, seeds["patient"])
    cell = np.ravel_multi_index(
        (person, ROUTE_CODES[seeds["route"]], seeds["seed_kind"], places[seeds["site"]]),
        _shape(n_people, len(names))[1:],
    )
    asleep = (seeds["fate"] == ASLEEP) | (seeds["fate"] == EXTINCT)
    large = ~asleep & (seeds["diameter_mm_at_fate"] >= MICROMETASTASIS_MM)
    shape = _shape(n_people, len(names))
    lesions = np.zeros((shape[0], int(np.prod(shape[1:]))), np.int64)
    for step, chosen in enumerate((None, asleep, ~asleep & ~large, large)):
        where = cell if chosen is None else cell[chosen]
        number = seeds["count"] if chosen is None else seeds["count"][chosen]
        np.add.at(lesions[step], where, number)
    return Counts(shed, lesions.reshape(shape))


def _shape(n_people: int, n_sites: int) -> tuple[int, int, int, int, int]:
    return (len(COUNTED), n_people, len(LESION_ROUTES), len(SEED_KINDS), n_sites)


def funnel_table(links: Chain, counts: Counts, patients: Integers | None = None) -> pl.DataFrame:
    """Return the funnel as a long table of the steps that somebody reached.

    ``patients`` are the numbers of those of ``counts``; without them they are the cohort's.
    """
    shed = counts.shed.astype(np.float64)
    parts: list[tuple[npt.NDArray[Any], ...]] = []
    for step, name in enumerate(STEPS):
        if name in links.at_source:
            amount = shed[:, :, None, :] * links.at_source[name]
            person, route, kind, site = np.nonzero(amount)
            where = links.source_sites[site]
        elif name in links.at_site:
            amount = np.einsum("prs,rksj->prkj", shed, links.at_site[name])
            person, route, kind, site = np.nonzero(amount)
            where = site
        else:
            amount = counts.lesions[step - len(EXPECTED)]
            person, route, kind, site = np.nonzero(amount)
            where = site
        number = amount[person, route, kind, site].astype(np.float64)
        parts.append((person, where, route, kind, np.full(len(person), step), number))
    person, where, route, kind, step, number = (np.concatenate(p) for p in zip(*parts, strict=True))
    order = np.lexsort((where, kind, route, step, person))
    person, where, route, kind, step, number = (
        column[order] for column in (person, where, route, kind, step, number)
    )
    is_patient = np.full(len(person), patients is not None)
    number_of = person if patients is None else patients[person]
    return pl.DataFrame(
        {
            "patient": columns.numbers(number_of, is_patient, np.int64),
            "site": columns.words(where, links.sites),
            "route": columns.words(route, LESION_ROUTES),
            "seed_kind": columns.words(kind, SEED_KINDS),
            "step": columns.words(step, STEPS),
            "count": columns.numbers(number),
            "basis": columns.words(_basis_codes()[step, route], BASES),
        }
    )


def _basis_codes() -> Integers:
    """Return (step, route) the place of each basis in ``BASES``."""
    return np.array(
        [
            [BASES.index(BASIS.get((step, route), BASIS[step, ""])[0]) for route in LESION_ROUTES]
            for step in STEPS
        ]
    )
