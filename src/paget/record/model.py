"""Model: a parameter set made ready for lives.

Public names: ``Model``, ``build_model``, ``scratch``, ``people``, ``ROOM``.
"""

from dataclasses import dataclass
from typing import Any, Final, cast

import numpy as np
import numpy.typing as npt

from paget.atlas.anatomy import BodyMap
from paget.atlas.mortality import integrated_hazard
from paget.body.anatomy import Switches, body_graph
from paget.body.arrest import crossing_probability
from paget.body.circulation import Fates, TransitParameters, fates
from paget.body.hazard import MAX_PIECES, N_COLUMNS
from paget.body.lesion import MAX_PRIMARIES, MAX_SITES, Scratch, World, scratch_type
from paget.body.person import PERSON
from paget.core.errors import ParameterError
from paget.core.parameters import ParameterSet
from paget.record.seeds import (
    all_routes,
    cumulative_kinds,
    founding,
    offspring,
    viable_by_kind,
)
from paget.record.values import parameter_record, soils

Floats = npt.NDArray[np.float64]

_ONE: Final = 1e-9  # shares that sum to one may miss it by this
ROOM: Final = 2048  # lesions of one life, to begin with: each size of scratch is compiled once


@dataclass(frozen=True, eq=False)
class Model:
    """A parameter set made ready: the arrays of the engine and the names that go with them."""

    parameters: ParameterSet
    body: BodyMap
    world: World
    sites: tuple[str, ...]
    """Names of the soils, in the order of ``world.soil``."""
    primaries: tuple[str, ...]
    """Names of the sites in which the primary may lie."""
    fates: Fates
    kind_shares: Floats
    """(3,) shares of single cells, small cells and clusters among shed seeds."""
    crossing: Floats
    """(site,) probability that a seed arrested in a soil crosses; 1 where it need not."""

    @property
    def soil(self) -> Any:
        """Return the soils, one record a site."""
        return self.world.soil[: len(self.sites)]

    @property
    def reach(self) -> Floats:
        """Return (route, source, site) viable seeds per shed seed; sources end with primaries."""
        n_sites, n_primaries = len(self.sites), len(self.primaries)
        reach: Floats = self.world.reach[:, : n_sites + n_primaries, :n_sites]
        return reach

    @property
    def kinds(self) -> Floats:
        """Return (route, source, site, 2) the cumulative shares of single and of small cells."""
        n_sites, n_primaries = len(self.sites), len(self.primaries)
        kinds: Floats = self.world.kinds[:, : n_sites + n_primaries, :n_sites]
        return kinds


def build_model(parameters: ParameterSet, body: BodyMap, horizon: float) -> Model:
    """Return the model of a parameter set on a body map.

    Parameters
    ----------
    parameters : the cancer's, changes included.
    body : the body map.
    horizon : how long patients are followed from diagnosis [day].
    """
    graph = body_graph(body)
    primaries = _primaries(parameters, body)
    sites = _soils(parameters, body, primaries)
    p = parameter_record(parameters, body, horizon)
    soil: Any = soils(parameters, body, sites, primaries, p)
    seed_fates = fates(graph, _transit(parameters), _switches(parameters))
    kind_shares = _kind_shares(parameters)
    p.n_primaries = len(primaries)
    p.primary_share[: len(primaries)] = np.cumsum(
        [parameters.real(f"onset.primary.{name}") for name in primaries]
    )
    rows = [graph.index(name) for name in (*sites, *primaries)]
    _blood_days(p, seed_fates, kind_shares, rows[len(sites) :])
    affinity = np.array([parameters.real(f"arrest.{site}.affinity") for site in sites])
    crossing = np.array([crossing_probability(a, p) for a in affinity])
    crossing[soil.is_node == 1] = 1.0
    by_kind = viable_by_kind(parameters, body, graph, seed_fates, p, sites, rows, crossing)
    by_kind *= kind_shares[:, None, None]
    by_kind = all_routes(by_kind, soil, p, kind_shares * founding(p))
    reach = by_kind.sum(axis=1)
    cumulative = cumulative_kinds(by_kind, reach)
    n_sites, n_sources = len(sites), len(rows)
    p.n_sites = n_sites
    p.soil[:n_sites] = soil
    p.reach[:, :n_sources, :n_sites] = reach
    p.total_reach[:, :n_sources] = reach.sum(axis=2)
    p.offspring[:, :n_sources] = offspring(p, soil, reach)
    p.kinds[:, :n_sources, :n_sites] = np.moveaxis(cumulative, 1, -1)
    p.mortality[:] = integrated_hazard(int(parameters.real("survival.life_table_year")))
    return Model(parameters, body, p, sites, primaries, seed_fates, kind_shares, crossing)


def scratch(lesions: int = ROOM) -> Scratch:
    """Return the working record of one life of at most ``lesions`` rows.

    Each size is a type of its own, which is compiled once.
    """
    work = np.zeros(1, scratch_type(lesions, MAX_PIECES, N_COLUMNS)).view(np.recarray)
    return cast("np.record", work[0])


def people(n: int) -> Any:
    """Return records for ``n`` persons."""
    return np.zeros(n, PERSON).view(np.recarray)


def _primaries(parameters: ParameterSet, body: BodyMap) -> tuple[str, ...]:
    """Return the sites in which the primary may lie, checked against the body map."""
    prefix = "onset.primary."
    names = [name.removeprefix(prefix) for name in parameters if name.startswith(prefix)]
    chosen = tuple(name for name in names if parameters.real(prefix + name) > 0.0)
    total = sum(parameters.real(prefix + name) for name in chosen)
    if not chosen or len(chosen) > MAX_PRIMARIES or abs(total - 1.0) > _ONE:
        raise ParameterError(
            f"{prefix}* = {', '.join(chosen) or 'nothing'}, shares summing to {total:g}",
            allowed=f"one to {MAX_PRIMARIES} sites of the primary whose shares sum to 1",
        )
    unknown = [name for name in chosen if name not in body.site_names]
    if unknown:
        raise ParameterError(f"{prefix}{unknown[0]}", allowed="a site of the body map")
    return chosen


def _soils(parameters: ParameterSet, body: BodyMap, primaries: tuple[str, ...]) -> tuple[str, ...]:
    """Return the sites in which lesions can grow: those with affinity, the primary's own apart."""
    sites = tuple(
        name
        for name in body.site_names
        if name not in primaries and parameters.real(f"arrest.{name}.affinity") > 0.0
    )
    if not sites or len(sites) > MAX_SITES:
        raise ParameterError(
            f"{len(sites)} sites with arrest.<site>.affinity above 0",
            allowed=f"1 to {MAX_SITES}",
        )
    return sites


def _transit(parameters: ParameterSet) -> TransitParameters:
    names = TransitParameters._fields
    return TransitParameters(*(parameters.real(f"circulation.{name}") for name in names))


def _switches(parameters: ParameterSet) -> Switches:
    routes = {"lymphatic_route": "shedding", "serosal_route": "shedding"}
    values = {
        name: parameters.flag(f"{routes.get(name, 'circulation')}.{name}")
        for name in Switches._fields
    }
    return Switches(**values)


def _kind_shares(parameters: ParameterSet) -> Floats:
    """Return the shares of single cells, small cells and clusters among shed seeds."""
    clusters = parameters.real("shedding.cluster_share")
    if not parameters.flag("circulation.clusters"):
        clusters = 0.0
    small = parameters.real("shedding.small_share")
    return np.array([(1.0 - clusters) * (1.0 - small), (1.0 - clusters) * small, clusters])


def _blood_days(p: np.record, seed_fates: Fates, kind_shares: Floats, rows: list[int]) -> None:
    """Fill the mean days that a seed shed by the primary spends in blood, by primary and route."""
    days = np.einsum("rks,k->sr", seed_fates.time_in_blood, kind_shares)
    p.blood_days[: len(rows)] = days[rows]
