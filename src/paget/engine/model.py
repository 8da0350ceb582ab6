"""Model: a parameter set made ready for lives.

Public names: ``Model``, ``build_model``, ``scratch``, ``people``, ``ROOM``.
"""

from dataclasses import dataclass
from typing import Any, Final, cast

import numpy as np
import numpy.typing as npt

from paget.atlas.anatomy import BodyMap
from paget.atlas.clinic import clinic_parameters, site_group
from paget.atlas.incidence import integrated_onset
from paget.atlas.mortality import integrated_hazard
from paget.atlas.subtypes import of_subtype, prevalence, subtypes
from paget.body.anatomy import Switches, body_graph
from paget.body.arrest import crossing_probability
from paget.body.cascade import arrival_key
from paget.body.circulation import Fates, TransitParameters, fates
from paget.body.hazard import MAX_PIECES, N_COLUMNS
from paget.body.lesion import MAX_PRIMARIES, MAX_SITES, Scratch, World, scratch_type
from paget.body.nodes import feeds
from paget.clinic.chart import PERSON
from paget.clinic.complications import MAX_COMPLICATIONS, complication_table
from paget.clinic.records import COURSE, LEFT, MAX_LEFT, MAX_NOTES, NOTE
from paget.clinic.staging import node_limits
from paget.clinic.symptoms import symptom_table
from paget.core.errors import ParameterError
from paget.core.parameters import ParameterSet
from paget.engine.fields import RECORD
from paget.engine.population import PATIENTS, Population
from paget.engine.seeds import (
    all_routes,
    cumulative_kinds,
    founding,
    offspring,
    viable_by_kind,
)
from paget.engine.values import parameter_record, soils
from paget.protocol.compiled import compile_protocol, load_protocol
from paget.protocol.parts import Protocol
from paget.words import N_ROUTES

Floats = npt.NDArray[np.float64]

_ONE: Final = 1e-9  # shares that sum to one may miss it by this
ROOM: Final = 2**15  # lesions of one life, to begin with: each size of scratch is compiled once,
# and memory that is never written costs nothing


@dataclass(frozen=True, eq=False)
class Model:
    """A parameter set made ready: the arrays of the engine and the names that go with them."""

    parameters: ParameterSet
    body: BodyMap
    worlds: Any
    """(subtype,) one record a subtype; of one kind only where the cancer has none."""
    subtypes: tuple[str, ...]
    """Names of the subtypes; none where the cancer has one kind only."""
    protocol: Protocol
    population: Population
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
    def world(self) -> World:
        """Return what the patients of the first, or the only, subtype share."""
        return cast("World", self.worlds[0])

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


def build_model(
    parameters: ParameterSet,
    body: BodyMap,
    horizon: float,
    protocol: Protocol | None = None,
    population: Population = PATIENTS,
) -> Model:
    """Return the model of a parameter set on a body map.

    Parameters
    ----------
    parameters : the cancer's, changes included.
    body : the body map.
    horizon : how long patients are followed from diagnosis [day].
    protocol : what the clinic does; by default it operates where nothing metastatic is seen.
    population : whether persons are patients or people of whom some become patients.
    """
    protocol = protocol or load_protocol("surgery-only")
    kinds = subtypes(parameters)
    sets = [of_subtype(parameters, kind) for kind in kinds] or [parameters]
    made = [_kind(own, body, horizon) for own in sets]
    first = made[0]
    worlds: Any = np.zeros(len(made), RECORD).view(np.recarray)
    for row, kind in enumerate(made):
        if kind.sites != first.sites or kind.primaries != first.primaries:
            raise ParameterError(
                f"subtype {kinds[row]!r} with other sites than {kinds[0]!r}",
                allowed="subtypes of one cancer share their sites",
            )
        worlds[row] = kind.world
    _fill_clinic(worlds, protocol, parameters, first.sites, kinds)
    if population.of_people:
        worlds.of_people, worlds.entry_age = True, population.entry_age
        worlds.follow_up = population.follow_up
        worlds.onset = integrated_onset(_cancer(parameters))
    return Model(
        parameters,
        body,
        worlds,
        kinds,
        protocol,
        population,
        first.sites,
        first.primaries,
        first.fates,
        first.kind_shares,
        first.crossing,
    )


def _fill_clinic(
    worlds: Any,
    protocol: Protocol,
    parameters: ParameterSet,
    sites: tuple[str, ...],
    kinds: tuple[str, ...],
) -> None:
    """Fill what the clinic knows: the protocol, complications, symptoms, biopsies, staging."""
    groups = [site_group(site) for site in sites]
    record = compile_protocol(protocol, sites, groups, kinds)
    if record.n_follow and record.follow[0].every <= 0.0:  # continuous: the detection size is sharp
        record.modalities["spread"] = 0.0
    worlds.protocol = record
    worlds.prevalence = np.cumsum(prevalence(parameters)) if kinds else 1.0
    worlds.complications = complication_table(sites, float(worlds[0].density))
    worlds.symptoms = symptom_table(sites, _cancer(parameters))
    findings = clinic_parameters("biopsy")
    for name in ("kept", "loss", "changed"):
        worlds[f"biopsy_{name}"] = findings.real(f"biopsy.{name}")
    if not kinds:  # no receptors that could change
        worlds.biopsy_changed = 0.0
    worlds.n3_from = node_limits(parameters.choice("staging.rule"))


def _cancer(parameters: ParameterSet) -> str:
    """Return the name of the cancer in the atlas."""
    return str(parameters.meta.get("cancer", ""))


@dataclass(frozen=True, eq=False)
class _Kind:
    """One subtype made ready; its fields are those of `Model`."""

    world: World
    sites: tuple[str, ...]
    primaries: tuple[str, ...]
    fates: Fates
    kind_shares: Floats
    crossing: Floats


def _kind(parameters: ParameterSet, body: BodyMap, horizon: float) -> _Kind:
    """Return the world of one subtype, its protocol apart."""
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
    _arm_days(p, soil, seed_fates, kind_shares, rows)
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
    for route in range(N_ROUTES):
        p.first_arrivals[route, :n_sites] = [arrival_key(int(k), route, 0) for k in soil.place]
    p.offspring[:, :n_sources] = offspring(p, soil, reach)
    p.kinds[:, :n_sources, :n_sites] = np.moveaxis(cumulative, 1, -1)
    p.mortality[:] = integrated_hazard(int(parameters.real("survival.life_table_year")))
    return _Kind(p, sites, primaries, seed_fates, kind_shares, crossing)


def scratch(lesions: int = ROOM) -> Scratch:
    """Return the working record of one life of at most ``lesions`` rows, and of notes to match.

    Each size is a type of its own, which is compiled once.
    """
    times = max(1, lesions // ROOM)
    clinic = (
        ("course", COURSE),
        ("notes", NOTE, (MAX_NOTES * times,)),
        ("left", LEFT, (MAX_LEFT * times,)),
        ("n_left", "i8"),  # of these; below 0: none is kept
        ("organ", "f8", (MAX_SITES,)),
        ("complicating", "f8", (MAX_COMPLICATIONS,)),
    )
    work = np.zeros(1, scratch_type(lesions, MAX_PIECES, N_COLUMNS, clinic)).view(np.recarray)
    work[0].course.measured = -1.0  # on no day yet
    work[0].n_left = -1
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


def _arm_days(
    p: np.record, soil: Any, seed_fates: Fates, kind_shares: Floats, rows: list[int]
) -> None:
    """Fill the mean days that a seed spends in the veins of the limbs, by source and route."""
    days = np.einsum("rks,k->sr", seed_fates.time_in_limb_veins, kind_shares)[rows]
    if not feeds(p.node_role, target_is_node=False):
        days[: len(soil)][soil.is_node == 1] = 0.0
    p.arm_days[: len(rows)] = days
