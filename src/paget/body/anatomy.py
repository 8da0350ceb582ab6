"""The body map as a graph in arrays, ready for a walk of seeds.

A state is a place where a travelling seed can be: a bed, a node station, a vessel, a duct or a
cavity. The graph knows, for each state, how long a passage takes, with which probability a seed of
each kind is stopped, on which site it then lodges, and where the others go. Sites come first among
the states, in their order, so a site's index is also its state's.

Seeds enter by three routes. Blood: an organ sheds into its veins, a station into its own. Lymph: an
organ sheds towards its first stations, a station into its efferent vessels. Serosa: an organ whose
surface faces a cavity sheds into it.

Public names: `body_graph`, `knock_out`, `BodyGraph`, `Switches`, `ROUTES`, `BLOOD`, `LYMPH`,
`SEROSA`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from paget.atlas.anatomy import CLEARED, BodyMap, Organ, Station
from paget.core.errors import DataError
from paget.words import BLOOD, LYMPH, ROUTES, SEROSA

Floats = NDArray[np.float64]


class Switches(NamedTuple):
    """Steps of the journey that can be knocked out; all are on by default."""

    shear: bool = True
    """Shear kills cells in blood."""
    immune_attack: bool = True
    """Immune cells kill cells on their way, in blood, lymph and cavities."""
    platelets: bool = True
    """Platelets cloak a fraction of cells in blood."""
    clusters: bool = True
    """Clusters travel as clusters; off: each fares as a single cell does."""
    portal_drainage: bool = True
    """Portal blood passes the liver; off: it flows past it into the hepatic veins."""
    lymphatic_route: bool = True
    """Seeds enter and travel in lymph."""
    serosal_route: bool = True
    """Seeds enter cavities."""
    vertebral_plexus: bool = True
    """Veins connect with the plexus of the spine; off: its blood goes to the vena cava."""


@dataclass(frozen=True, slots=True, eq=False)
class BodyGraph:
    """The graph; n states, of which the first S are the sites."""

    states: tuple[str, ...]
    n_sites: int
    medium: NDArray[np.int64]
    """(n,) where a state is: `BLOOD`, `LYMPH` or `SEROSA`."""
    volume: Floats
    """(n,) blood volume [mL]; zero outside blood."""
    flow: Floats
    """(n,) blood flow [mL/day]; zero outside blood."""
    transit: Floats
    """(n,) time of one passage [day]."""
    arrest: Floats
    """(n, 3) probability of being stopped in one passage, by seed kind."""
    lodging: Floats
    """(n, S) on which site a seed lodges that is stopped; a row sums to one, or is zero."""
    onward: Floats
    """(n, n) where a seed goes that passes; what a row lacks to one is cleared."""
    entry: Floats
    """(3, S, n) where a seed enters, by route and source; zeros: there is no such route."""
    mass: Floats
    """(S,) mass of an organ [g]; nan for stations."""

    @property
    def sites(self) -> tuple[str, ...]:
        """Return the names of the sites."""
        return self.states[: self.n_sites]

    @property
    def cleared(self) -> Floats:
        """Return the part of the passing seeds that is lost at each state, (n,)."""
        # Rounding may leave 1e-17 where nothing is lost.
        lost = 1.0 - self.onward.sum(axis=1)
        return np.where(lost > 1e-12, lost, 0.0)

    def index(self, name: str) -> int:
        """Return the index of a state."""
        return self.states.index(name)


def body_graph(body: BodyMap) -> BodyGraph:
    """Return the graph of a body map.

    Assumes
    -------
    Flow is steady and conserved; the transit time of a bed or vessel is its blood volume over its
    flow, the same for every seed. The bronchial artery feeds the same bed that all blood of the
    right heart passes.

    Source
    ------
    The numbers of `anatomy.toml`, each with its own.
    """
    states = _states(body)
    index = {name: i for i, name in enumerate(states)}
    n, n_sites = len(states), len(body.sites)
    in_blood = [*(bed.name for bed in body.beds), *(vessel.name for vessel in body.vessels)]
    onward = _onward(body, index)
    volume = np.zeros(n)
    for place in (*body.beds, *body.vessels):
        volume[index[place.name]] = place.blood * body.blood_volume
    medium = np.full(n, LYMPH)
    medium[[index[name] for name in in_blood]] = BLOOD
    medium[[index[cavity.name] for cavity in body.cavities]] = SEROSA
    flow = _flow(onward, medium == BLOOD, index["aorta"], body.cardiac_output)
    transit = np.divide(volume, flow, out=np.zeros(n), where=flow > 0.0)
    for place in (*body.stations, *body.ducts, *body.cavities):
        transit[index[place.name]] = place.transit
    arrest, lodging = _filters(body, index, n_sites)
    return BodyGraph(
        states=states,
        n_sites=n_sites,
        medium=medium,
        volume=volume,
        flow=flow,
        transit=transit,
        arrest=arrest,
        lodging=lodging,
        onward=onward,
        entry=_entries(body, index),
        mass=np.array([s.mass if isinstance(s, Organ) else np.nan for s in body.sites]),
    )


def knock_out(graph: BodyGraph, switches: Switches) -> BodyGraph:
    """Return the graph without the ways that are switched off.

    Transit times stay: a knock-out takes seeds off a way, not blood.
    """
    ways = (
        switches.portal_drainage,
        switches.lymphatic_route,
        switches.serosal_route,
        switches.vertebral_plexus,
    )
    if all(ways):
        return graph
    onward, entry = graph.onward.copy(), graph.entry.copy()
    if not switches.portal_drainage:
        portal, liver = graph.index("portal_vein"), graph.index("liver")
        onward[portal, graph.index("hepatic_vein")] += onward[portal, liver]
        onward[portal, liver] = 0.0
    if not switches.vertebral_plexus:
        plexus, cava = graph.index("vertebral_plexus"), graph.index("vena_cava")
        for ends in (onward, entry):
            ends[..., cava] += ends[..., plexus]
            ends[..., plexus] = 0.0
    if not switches.lymphatic_route:
        entry[LYMPH] = 0.0
        afloat, lymph = graph.medium == SEROSA, graph.medium == LYMPH
        onward[np.ix_(afloat, lymph)] = 0.0
    if not switches.serosal_route:
        entry[SEROSA] = 0.0
    return replace(graph, onward=onward, entry=entry)


def _states(body: BodyMap) -> tuple[str, ...]:
    others = (*body.vessels, *body.ducts, *body.cavities)
    return (*body.site_names, *(place.name for place in others))


def _fill(row: Floats, shares: Mapping[str, float], index: Mapping[str, int]) -> None:
    for name, share in shares.items():
        if name != CLEARED:
            row[index[name]] = share


def _onward(body: BodyMap, index: Mapping[str, int]) -> Floats:
    """Return where a seed goes that passes a state, (n, n)."""
    onward = np.zeros((len(index), len(index)))
    for bed in body.beds:
        _fill(onward[index[bed.name]], bed.veins, index)
    for place in (*body.stations, *body.vessels, *body.ducts, *body.cavities):
        _fill(onward[index[place.name]], place.to, index)
    _fill(onward[index["aorta"]], {bed.name: bed.flow for bed in body.beds}, index)
    return onward


def _flow(onward: Floats, blood: NDArray[np.bool_], aorta: int, cardiac_output: float) -> Floats:
    """Return the blood flow through each state [mL/day]: what leaves one state enters the next."""
    where = np.flatnonzero(blood)
    start = int(np.searchsorted(where, aorta))
    moves = onward[np.ix_(where, where)]
    moves[:, start] = 0.0  # cut the loop where the flow is known
    source = np.zeros(len(where))
    source[start] = cardiac_output
    inside = np.linalg.solve(np.eye(len(where)) - moves.T, source)
    flow = np.zeros(len(blood))
    flow[where] = inside
    back = float(flow @ onward[:, aorta])
    if abs(back / cardiac_output - 1.0) > 1e-9 or inside.min() <= 0.0:
        raise DataError(
            f"{back / cardiac_output:.6g} of the cardiac output returns to the heart",
            "the body map",
            "all blood must return, and every bed and vessel must have some",
        )
    return flow


def _filters(body: BodyMap, index: Mapping[str, int], n_sites: int) -> tuple[Floats, Floats]:
    """Return how each state stops seeds, (n, 3), and where those lodge, (n, S)."""
    arrest = np.zeros((len(index), 3))
    lodging = np.zeros((len(index), n_sites))
    for i, site in enumerate(body.sites):
        arrest[i] = site.arrest
        lodging[i, i] = 1.0
    for cavity in body.cavities:
        arrest[index[cavity.name]] = cavity.settle
        _fill(lodging[index[cavity.name]], cavity.surfaces, index)
    return arrest, lodging


def _entries(body: BodyMap, index: Mapping[str, int]) -> Floats:
    """Return where seeds enter by route and source, (3, S, n)."""
    entry = np.zeros((len(ROUTES), len(body.sites), len(index)))
    for i, site in enumerate(body.sites):
        _fill(entry[BLOOD, i], site.veins, index)
        _fill(entry[LYMPH, i], site.to if isinstance(site, Station) else site.lymph, index)
        if isinstance(site, Organ) and site.cavity is not None:
            entry[SEROSA, i, index[site.cavity]] = 1.0
    return entry
