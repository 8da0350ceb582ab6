"""Seeds: where the seeds of every source go, and how many of them live.

The chain of factors of the cascade, worked out once: arrested (the exact fates of the journey),
crossed, alive in the soil, its line lasting.

Public names: ``viable_by_kind``, ``all_routes``, ``cumulative_kinds``, ``offspring``, ``founding``.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from paget.atlas.anatomy import BodyMap
from paget.body.anatomy import BodyGraph
from paget.body.arrest import viability
from paget.body.circulation import Fates
from paget.body.colonisation import extinction
from paget.body.founding import founding_probability
from paget.body.nodes import feeds
from paget.body.progression import motile_fraction
from paget.core.parameters import ParameterSet
from paget.words import BLOOD, N_ROUTES, NICHE, NODE, ROUTES, SEED_KINDS, SEROSA

Floats = npt.NDArray[np.float64]


def all_routes(by_kind: Floats, soil: Any, p: np.record, shed: Floats) -> Floats:
    """Return (5 routes, kind, source, site): the map's, from node to node, to a prepared soil.

    What deposits in nodes may feed depends on the role of nodes. Seeds that go from node to node
    are of the kinds that are shed and last; their number is a rate of its own.
    """
    n_sites = len(soil)
    result = np.zeros((N_ROUTES, *by_kind.shape[1:]))
    result[: len(ROUTES)] = by_kind
    for source in np.flatnonzero(soil.is_node):
        for site in range(n_sites):
            if not feeds(p.node_role, bool(soil.is_node[site])):
                result[:, :, source, site] = 0.0
        result[NODE, :, source, source] = shed / shed.sum()
    if p.niche:
        result[NICHE] = result[BLOOD] * soil.niche_gain
    return result


def cumulative_kinds(by_kind: Floats, reach: Floats) -> Floats:
    """Return (route, 2, source, site): the cumulative shares of single and small cells."""
    return np.cumsum(by_kind, axis=1)[:, :2] / np.where(reach > 0.0, reach, 1.0)[:, None]


def offspring(p: np.record, soil: Any, reach: Floats) -> Floats:
    """Return (route, source): the lesions that a metastasis of the reference size founds a day."""
    n = p.shedding_cells
    rates = np.array(
        [
            p.blood_rate * n**p.blood_exponent,
            p.lymph_rate * n**p.lymph_exponent,
            p.serosal_rate * n**p.blood_exponent,
        ]
    )
    factor = np.full(reach.shape[1], p.secondary_shedding)
    factor[: len(soil)][soil.is_node == 1] = p.node_shedding
    return motile_fraction(n, p) * rates[:, None] * factor * reach[: len(ROUTES)].sum(axis=2)


def founding(p: np.record) -> Floats:
    """Return the probability that a seed's line lasts where nothing attacks it, by kind."""
    if not p.founding:
        return np.ones(len(SEED_KINDS))
    loss = extinction(1.0, p)
    stay = 1.0 - 1.0 / (p.cluster_mean - 1.0)
    clusters = 1.0 - loss**2 * (1.0 - stay) / (1.0 - loss * stay)
    lone = founding_probability(1.0, 1.0, loss)
    return np.array([lone, lone, clusters])


def viable_by_kind(
    parameters: ParameterSet,
    body: BodyMap,
    graph: BodyGraph,
    seed_fates: Fates,
    p: np.record,
    sites: tuple[str, ...],
    rows: list[int],
    crossing: Floats,
) -> Floats:
    """Return (route, kind, source, site): the viable seeds at a site for each seed shed.

    Arrested, crossed, alive in the soil, its line lasting: the chain of factors of the cascade.
    """
    stations = {station.name for station in body.stations}
    surfaces = {surface.name for surface in body.surfaces}
    lasting = founding(p)
    in_node = parameters.real("nodes.viability")
    on_surface = parameters.real("arrest.serosal_viability")
    destinations = rows[: len(sites)]
    result = seed_fates.arrested[:, :, rows][:, :, :, destinations].copy()
    for j, name in enumerate(sites):
        affinity = parameters.real(f"arrest.{name}.affinity")
        if name in stations:
            result[:, :, :, j] *= min(1.0, in_node * affinity)
            continue
        mass = float(graph.mass[rows[j]])
        lives = viability(affinity, mass, p)
        for route in range(len(ROUTES)):
            settles = route == SEROSA and name in surfaces
            share = min(1.0, on_surface * affinity) if settles else crossing[j] * lives
            result[route, :, :, j] *= share
    result *= lasting[None, :, None, None]
    return result
