"""The journey of a seed told particle by particle: an independent witness of the absorbing chain.

It reads the body map by names, not the graph's arrays, and draws for each particle one time of
death by shear and one by immune attack, which its clock runs towards, instead of asking at each
state. What it shares with the chain is the map and nothing else.

Public names: `particle_walk`, `Walked`, `start_of`.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from paget.atlas.anatomy import CLEARED, BodyMap, Organ, Shares, Station
from paget.body.circulation import TransitParameters
from paget.words import SEED_KINDS

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Walked(NamedTuple):
    """Where each particle ended, and how long it was in blood."""

    ends: tuple[str, ...]
    """Names of the ends: sites, then shear, immune, cleared."""
    end: Ints
    """(particles,) index of its end."""
    days_in_blood: Floats
    """(particles,)"""

    def shares(self) -> Floats:
        """Return the share of particles that came to each end."""
        return np.bincount(self.end, minlength=len(self.ends)) / len(self.end)


def particle_walk(
    body: BodyMap,
    parameters: TransitParameters,
    start: Shares,
    kind: str,
    n: int,
    rng: np.random.Generator,
) -> Walked:
    """Walk `n` seeds of one kind from the places in `start`."""
    places = _Places(body, SEED_KINDS.index(kind))
    ends = (*body.site_names, "shear", "immune", CLEARED)
    number = {name: i for i, name in enumerate(ends)}
    shield = np.where(rng.random(n) < parameters.platelet_fraction, parameters.platelet_shield, 0.0)
    exposed = 1.0 - shield
    if kind == "cluster":
        exposed *= 1.0 - parameters.cluster_shield
    shear_left = rng.exponential(size=n)
    immune_left = rng.exponential(size=n)
    end = np.full(n, -1)
    days = np.zeros(n)
    at = places.pick(start, n, rng)
    alive = np.arange(n)
    while len(alive):
        here = at[alive]
        tau, blood = places.transit[here], places.is_blood[here]
        shear = np.where(blood, parameters.shear_rate * exposed[alive], 0.0)
        immune = np.where(
            blood, parameters.immune_rate * exposed[alive], parameters.lymph_death_rate
        )
        until_shear = _until(shear_left[alive], shear)
        until_immune = _until(immune_left[alive], immune)
        spent = np.minimum(tau, np.minimum(until_shear, until_immune))
        days[alive] += np.where(blood, spent, 0.0)
        shear_left[alive] -= shear * spent
        immune_left[alive] -= immune * spent
        dead = spent < tau
        end[alive[dead]] = np.where(
            until_shear[dead] < until_immune[dead], number["shear"], number["immune"]
        )
        alive, here = alive[~dead], here[~dead]
        held = rng.random(len(alive)) < places.arrest[here]
        for place in np.unique(here[held]):
            stuck = alive[held & (here == place)]
            end[stuck] = places.pick(places.lodges[place], len(stuck), rng, number)
        alive, here = alive[~held], here[~held]
        for place in np.unique(here):
            movers = alive[here == place]
            at[movers] = places.pick(places.onward[place], len(movers), rng)
        lost = at[alive] == places.number[CLEARED]
        end[alive[lost]] = number[CLEARED]
        alive = alive[~lost]
    return Walked(ends, end, days)


def _until(left: Floats, rate: Floats) -> Floats:
    return np.divide(left, rate, out=np.full(len(left), np.inf), where=rate > 0.0)


class _Places:
    """The places of the map with what a particle of one kind meets there."""

    def __init__(self, body: BodyMap, kind: int) -> None:
        blood = {**{b.name: b.blood for b in body.beds}, **{v.name: v.blood for v in body.vessels}}
        others = (*body.stations, *body.ducts, *body.cavities)
        names = [*blood, *(place.name for place in others), CLEARED]
        self.number: dict[str, int] = {name: i for i, name in enumerate(names)}
        flow = _flows(body)
        self.transit = np.zeros(len(names))
        self.is_blood = np.zeros(len(names), dtype=bool)
        self.arrest = np.zeros(len(names))
        self.lodges: list[Shares] = [{} for _ in names]
        self.onward: list[Shares] = [{} for _ in names]
        for name, share in blood.items():
            self.is_blood[self.number[name]] = True
            self.transit[self.number[name]] = share * body.blood_volume / flow[name]
        for place in others:
            self.transit[self.number[place.name]] = place.transit
            self.onward[self.number[place.name]] = place.to
        for site in body.sites:
            here = self.number[site.name]
            self.arrest[here] = site.arrest[kind]
            self.lodges[here] = {site.name: 1.0}
            self.onward[here] = site.veins if isinstance(site, Organ) else site.to
        for vessel in body.vessels:
            arteries = {bed.name: bed.flow for bed in body.beds}
            self.onward[self.number[vessel.name]] = vessel.to or arteries
        for cavity in body.cavities:
            self.arrest[self.number[cavity.name]] = cavity.settle[kind]
            self.lodges[self.number[cavity.name]] = cavity.surfaces

    def pick(
        self,
        shares: Shares,
        n: int,
        rng: np.random.Generator,
        number: Mapping[str, int] | None = None,
    ) -> Ints:
        """Draw `n` places by their shares."""
        known = self.number if number is None else number
        edges = np.cumsum(list(shares.values()))
        which = np.searchsorted(edges / edges[-1], rng.random(n), side="right")
        return np.array([known[name] for name in shares])[which]


def _flows(body: BodyMap) -> dict[str, float]:
    """Return the blood flow of each bed and vessel, by following the blood until it is steady."""
    arterial = {bed.name: bed.flow * body.cardiac_output for bed in body.beds}
    ways: dict[str, Shares] = {bed.name: bed.veins for bed in body.beds}
    ways |= {vessel.name: vessel.to for vessel in body.vessels}
    flow = dict.fromkeys(ways, 0.0)
    for _ in range(200):
        arriving = {name: arterial.get(name, 0.0) for name in ways}
        for name, shares in ways.items():
            for to, share in shares.items():
                arriving[to] += share * flow[name]
        arriving["aorta"] = body.cardiac_output
        flow = arriving
    return flow


def start_of(body: BodyMap, route: str, source: str) -> Shares:
    """Return where a seed from `source` enters by `route`."""
    site = body.site(source)
    if route == "blood":
        return site.veins
    if route == "lymph":
        return site.to if isinstance(site, Station) else site.lymph
    cavity = site.cavity if isinstance(site, Organ) else None
    return {cavity: 1.0} if cavity else {}
