"""From the atlas to the engine: one parameter record, one record a soil, and where seeds go.

Named parameters in canonical units become the arrays that every life shares. This is the only place
that knows both the dotted names of the atlas and the fields of the records; what it derives
(rates at a reference size, the chain of circulation, the probability that a seed is viable) it
derives once.

Public names: ``Model``, ``build_model``, ``scratch``, ``people``, ``ROOM``.
"""

import math
from dataclasses import dataclass
from typing import Any, Final, cast

import numpy as np
import numpy.typing as npt

from paget.atlas.anatomy import BodyMap
from paget.atlas.mortality import integrated_hazard
from paget.body.anatomy import BodyGraph, Switches, body_graph
from paget.body.arrest import affinity_power, crossing_probability, viability
from paget.body.circulation import Fates, TransitParameters, fates
from paget.body.colonisation import extinction
from paget.body.growth import LAWS
from paget.body.hazard import MAX_PIECES, N_COLUMNS
from paget.body.lesion import MAX_PRIMARIES, MAX_SITES, Scratch, World, scratch_type
from paget.body.nodes import ROLES, feeds
from paget.body.person import PERSON
from paget.body.shedding import BLOOD, FRAILTIES, N_ROUTES, NICHE, NODE, ROUTES, SEED_KINDS, SEROSA
from paget.clinic.staging import T_RULES
from paget.core.errors import ParameterError
from paget.core.parameters import ParameterSet

Floats = npt.NDArray[np.float64]

# Field of the record: dotted name. Lengths are in um, days, cells; spreads are SDs of a logarithm.
REALS: Final = {
    "age_mean": "onset.age_mean",
    "age_sd": "onset.age_sd",
    "male_share": "onset.male_share",
    "doubling_time": "growth.doubling_time",
    "growth_spread": "growth.doubling_time.spread",
    "power_exponent": "growth.power_exponent",
    "cell_loss": "growth.cell_loss",
    "precursor_doubling_time": "progression.precursor_doubling_time",
    "precursor_spread": "progression.precursor_doubling_time.spread",
    "depth_ratio": "progression.depth_ratio",
    "depth_spread": "progression.depth_ratio.spread",
    "t2_limit": "progression.t2_limit",
    "t3_limit": "progression.t3_limit",
    "t4_depth": "progression.t4_depth",
    "regional_depth": "progression.regional_depth",
    "motile_reference": "progression.motile_fraction",
    "motile_exponent": "progression.motile_exponent",
    "motile_ceiling": "progression.motile_ceiling",
    "grade_spread": "progression.grade2_diameter.spread",
    "clone_mutation_rate": "progression.clone_mutation_rate",
    "clone_advantage": "progression.clone_advantage",
    "access_entry": "progression.access_entry",
    "blood_spread": "shedding.blood_rate.spread",
    "blood_exponent": "shedding.blood_exponent",
    "lymph_spread": "shedding.lymph_rate.spread",
    "lymph_exponent": "shedding.lymph_exponent",
    "frailty_correlation": "shedding.lymph_rate.correlation",
    "incapable_share": "shedding.incapable_share",
    "turnover_exponent": "shedding.turnover_exponent",
    "turnover_reference": "shedding.turnover_reference",
    "cluster_mean": "shedding.cluster_mean",
    "cross_rate": "arrest.cross_rate",
    "detach_rate": "arrest.detach_rate",
    "detach_rate_unadhered": "arrest.detach_rate_unadhered",
    "die_rate": "arrest.die_rate",
    "viability": "arrest.viability",
    "mass_exponent": "arrest.mass_exponent",
    "affinity_on_crossing": "arrest.affinity_on_crossing",
    "affinity_on_viability": "arrest.affinity_on_viability",
    "affinity_on_sleep": "arrest.affinity_on_sleep",
    "niche_decay": "arrest.niche_decay",
    "node_to_node_rate": "nodes.node_to_node_rate",
    "node_shedding": "nodes.shedding_factor",
    "surgery_window": "dormancy.surgery_window",
    "balance_escape_rate": "dormancy.balance_escape_rate",
    "metastasis_growth_spread": "colonisation.everywhere.growth_factor.spread",
    "lesion_growth_spread": "colonisation.lesion_growth_spread",
    "evasion": "colonisation.evasion",
    "evasion_step": "colonisation.evasion_step",
    "explicit": "colonisation.explicit",
    "cohort_rate": "colonisation.cohort_rate",
    "symptom_spread": "symptoms.primary_diameter.spread",
    "symptom_exponent": "symptoms.exponent",
    "metastasis_symptom_exponent": "symptoms.metastasis_exponent",
    "workup_window": "detection.workup_window",
    "surgery_delay": "surgery.delay",
    "residual_shallow": "surgery.residual_shallow",
    "residual_deep": "surgery.residual_deep",
    "local_death_rate": "survival.local_death_rate",
    "late_spread": "survival.late_course.spread",
    "burden_exponent": "survival.burden_exponent",
}

# Field: dotted name of a diameter that the engine knows as a number of cells.
SIZES: Final = {
    "capacity": "growth.capacity",
    "reference_cells": "growth.reference_diameter",
    "detectable_cells": "growth.detectable_diameter",
    "precursor_cells": "progression.precursor_reference",
    "precursor_capacity": "progression.precursor_capacity",
    "motile_cells": "progression.motile_diameter",
    "grade2_cells": "progression.grade2_diameter",
    "grade3_cells": "progression.grade3_diameter",
    "shedding_cells": "shedding.reference_diameter",
    "niche_cells": "arrest.niche_diameter",
    "positive_cells": "nodes.positive_diameter",
    "avascular_cells": "dormancy.avascular_diameter",
    "inhibition_cells": "dormancy.inhibition_diameter",
    "balance_cells": "dormancy.balance_diameter",
    "symptom_cells": "symptoms.primary_diameter",
    "residual_cells": "surgery.residual_diameter",
    "local_detection_cells": "surgery.local_detection_diameter",
    "primary_burden_cells": "survival.primary_burden_diameter",
}

FLAGS: Final = {
    "founding": "growth.founding",
    "precursor": "progression.precursor",
    "clone": "progression.clone",
    "adhesion": "arrest.adhesion",
    "niche": "arrest.niche",
    "surgery": "surgery.on",
}

CHOICES: Final = {
    "law": ("growth.law", LAWS),
    "frailty_family": ("shedding.frailty", FRAILTIES),
    "node_role": ("nodes.role", ROLES),
    "t_rule": ("progression.t_rule", T_RULES),
}

# Derived: worked out by ``_derive`` from what is above.
DERIVED: Final = (
    "density",
    "ceiling",
    "breach_rate",
    "blood_rate",
    "lymph_rate",
    "serosal_rate",
    "reference_mass",
    "inhibition",
    "immune_kill",
    "balance_share",
    "secondary_shedding",
    "surgery_waking_factor",
    "horizon",
    "blood_volume",
)

LAYERS: Final = ("layer_1", "layer_2", "layer_3", "layer_4")
VECTORS: Final = {
    "access_depth": "progression.access_depth",
    "access_blood": "progression.access_blood",
    "access_lymph": "progression.access_lymph",
    "access_serosa": "progression.access_serosa",
}
MAX_AGE: Final = 120

# Field of a soil: dotted name with the site's own in place of {}.
SOIL_REALS: Final = {
    "nodes": "nodes.{}.per_station",
    "asleep_share": "dormancy.{}.asleep_share",
    "wake_rate": "dormancy.{}.wake_rate",
    "wake_shape": "dormancy.{}.wake_shape",
    "sleep_death_rate": "dormancy.{}.sleep_death_rate",
    "switch_rate": "dormancy.{}.switch_rate",
    "coopt_share": "dormancy.{}.coopt_share",
    "growth_factor": "colonisation.{}.growth_factor",
    "niche_gain": "arrest.{}.niche_gain",
    "death_rate": "survival.{}.death_rate",
}
SOIL_SIZES: Final = {
    "capacity": "colonisation.{}.capacity",
    "symptom_cells": "symptoms.{}.diameter",
    "detection_cells": "detection.{}.diameter",
    "burden_cells": "survival.{}.burden_diameter",
}
SOIL: Final = np.dtype(
    [(name, "f8") for name in (*SOIL_REALS, *SOIL_SIZES)]
    + [("is_node", "i8"), ("is_regional", "i8"), ("stalls", "i8")]
    + [("place", "i8")]  # the site's place on the body map: it names the site in the keys of draws
)


_ONE: Final = 1e-9  # shares that sum to one may miss it by this
ROOM: Final = 2048  # lesions of one life, to begin with: each size of scratch is compiled once
_SOURCES: Final = MAX_SITES + MAX_PRIMARIES
_ARRAYS: Final = {
    "primary_share": (MAX_PRIMARIES,),
    "blood_days": (MAX_PRIMARIES, len(ROUTES)),
    "reach": (N_ROUTES, _SOURCES, MAX_SITES),
    "total_reach": (N_ROUTES, _SOURCES),
    "offspring": (len(ROUTES), _SOURCES),
    "kinds": (N_ROUTES, _SOURCES, MAX_SITES, 2),
    "mortality": (2, MAX_AGE + 1),
    **dict.fromkeys(VECTORS, (len(LAYERS),)),
}
RECORD: Final = np.dtype(
    [(name, "f8") for name in (*REALS, *SIZES, *DERIVED)]
    + [(name, "i8") for name in (*FLAGS, *CHOICES, "n_sites", "n_primaries")]
    + [(name, "f8", shape) for name, shape in _ARRAYS.items()]
    + [("soil", SOIL, (MAX_SITES,))]
)


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
    p = _record(parameters, body, horizon)
    soil: Any = _soil(parameters, body, sites, primaries, p)
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
    by_kind = _viable_by_kind(parameters, body, graph, seed_fates, p, sites, rows, crossing)
    by_kind *= kind_shares[:, None, None]
    by_kind = _all_routes(by_kind, soil, p, kind_shares * _founding(p))
    reach = by_kind.sum(axis=1)
    cumulative = _cumulative_kinds(by_kind, reach)
    n_sites, n_sources = len(sites), len(rows)
    p.n_sites = n_sites
    p.soil[:n_sites] = soil
    p.reach[:, :n_sources, :n_sites] = reach
    p.total_reach[:, :n_sources] = reach.sum(axis=2)
    p.offspring[:, :n_sources] = _offspring(p, soil, reach)
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


def _cells(diameter: float, density: float) -> float:
    """Return the cells in a ball of a diameter [um]; zero and infinity stay what they are."""
    return math.pi / 6.0 * density * diameter**3


def _record(parameters: ParameterSet, body: BodyMap, horizon: float) -> np.record:
    """Return the parameter record."""
    p = np.zeros(1, RECORD).view(np.recarray)[0]
    p.density = parameters.real("growth.cell_density") / 1e12  # cell/mL to cell/um3
    for field, name in REALS.items():
        p[field] = parameters.real(name)
    for field, name in SIZES.items():
        p[field] = _cells(parameters.real(name), p.density)
    for field, name in FLAGS.items():
        p[field] = parameters.flag(name)
    for field, (name, words) in CHOICES.items():
        p[field] = words.index(parameters.choice(name))
    for field, name in VECTORS.items():
        p[field] = [parameters.real(f"{name}.{layer}") for layer in LAYERS]
    year = 365.25
    p.age_mean, p.age_sd = p.age_mean / year, p.age_sd / year
    _derive(p, parameters)
    p.horizon, p.blood_volume = horizon, body.blood_volume
    p.reference_mass = next(organ.mass for organ in body.organs if organ.name == "liver")
    _check(p, parameters)
    return p


def _derive(p: np.record, parameters: ParameterSet) -> None:
    """Fill the fields that follow from the named parameters."""

    def when(switch: str, name: str, off: float = 0.0) -> float:
        return parameters.real(name) if parameters.flag(switch) else off

    p.ceiling = math.log(2.0) / parameters.real("growth.fastest_doubling")
    p.breach_rate = parameters.real("progression.breach_rate") / p.precursor_cells ** (2.0 / 3.0)
    for route, exponent in (("blood", p.blood_exponent), ("lymph", p.lymph_exponent)):
        at_reference = motile(p, p.shedding_cells) * p.shedding_cells**exponent
        switch = "blood_route" if route == "blood" else "lymphatic_route"
        p[f"{route}_rate"] = when(f"shedding.{switch}", f"shedding.{route}_rate") / at_reference
    at_reference = motile(p, p.shedding_cells) * p.shedding_cells**p.blood_exponent
    p.serosal_rate = when("shedding.serosal_route", "shedding.serosal_rate") / at_reference
    p.inhibition = when("dormancy.inhibition", "dormancy.inhibition_strength")
    p.balance_share = when("dormancy.immune_balance", "dormancy.balance_share")
    p.surgery_waking_factor = when("dormancy.surgery_waking", "dormancy.surgery_waking_factor", 1.0)
    p.immune_kill = when("colonisation.immune_surveillance", "colonisation.immune_kill")
    p.secondary_shedding = when("colonisation.secondary_spread", "colonisation.secondary_factor")


def motile(p: np.record, n: float) -> float:
    """Return the motile fraction at ``n`` cells, uncompiled."""
    rising = p.motile_reference * (n / p.motile_cells) ** p.motile_exponent
    return min(p.motile_ceiling, rising)


def _check(p: np.record, parameters: ParameterSet) -> None:
    """Refuse combinations that no single range can rule out."""
    for vector in VECTORS:
        values = p[vector]
        steps = np.diff(values)
        if np.any(steps < 0.0) or (vector == "access_depth" and np.any(steps == 0.0)):
            raise ParameterError(
                f"{VECTORS[vector]} = {', '.join(f'{value:g}' for value in values)}",
                allowed="must rise from layer to layer: access is monotone in depth",
            )
    if p.balance_cells > p.avascular_cells:
        raise ParameterError(
            f"dormancy.balance_diameter = {parameters['dormancy.balance_diameter'].shown}",
            allowed="must be at most dormancy.avascular_diameter "
            f"= {parameters['dormancy.avascular_diameter'].shown}",
        )


def _soil(
    parameters: ParameterSet,
    body: BodyMap,
    sites: tuple[str, ...],
    primaries: tuple[str, ...],
    p: np.record,
) -> Any:
    """Return one record a soil."""
    soil: Any = np.zeros(len(sites), SOIL).view(np.recarray)
    stations = {station.name for station in body.stations}
    organs = {organ.name: organ for organ in (*body.organs, *body.surfaces)}
    regional = {name for primary in primaries for name in organs[primary].regional}
    sleeps, stalls = parameters.flag("dormancy.sleep"), parameters.flag("dormancy.stall")
    switches = parameters.flag("dormancy.angiogenic_switch")
    on_waking = parameters.real("arrest.affinity_on_waking")
    on_growth = parameters.real("arrest.affinity_on_growth")
    for row, name in enumerate(sites):
        s = soil[row]
        for field, pattern in SOIL_REALS.items():
            s[field] = parameters.real(pattern.format(name))
        for field, pattern in SOIL_SIZES.items():
            s[field] = _cells(parameters.real(pattern.format(name)), p.density)
        s.is_node, s.is_regional = name in stations, name in regional
        s.place = body.site_names.index(name)
        s.stalls = stalls and not s.is_node
        if s.is_node:
            s.capacity = _cells(parameters.real("nodes.capacity"), p.density)
            s.growth_factor = parameters.real("nodes.growth_factor")
        if s.is_regional:  # regional nodes give no symptoms of their own and kill nobody
            s.symptom_cells = s.burden_cells = 0.0
        affinity = parameters.real(f"arrest.{name}.affinity")
        share = s.asleep_share if sleeps else 0.0
        odds = share / (1.0 - share) / affinity_power(affinity, p.affinity_on_sleep)
        s.asleep_share = odds / (1.0 + odds)
        s.wake_rate *= affinity_power(affinity, on_waking)
        s.growth_factor *= affinity_power(affinity, on_growth)
        s.switch_rate *= switches
    return soil


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


def _all_routes(by_kind: Floats, soil: Any, p: np.record, shed: Floats) -> Floats:
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


def _cumulative_kinds(by_kind: Floats, reach: Floats) -> Floats:
    """Return (route, 2, source, site): the cumulative shares of single and small cells."""
    return np.cumsum(by_kind, axis=1)[:, :2] / np.where(reach > 0.0, reach, 1.0)[:, None]


def _offspring(p: np.record, soil: Any, reach: Floats) -> Floats:
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
    return motile(p, n) * rates[:, None] * factor * reach[: len(ROUTES)].sum(axis=2)


def _founding(p: np.record) -> Floats:
    """Return the probability that a seed's line lasts where nothing attacks it, by kind."""
    if not p.founding:
        return np.ones(len(SEED_KINDS))
    loss = extinction(1.0, p)
    stay = 1.0 - 1.0 / (p.cluster_mean - 1.0)
    clusters = 1.0 - loss**2 * (1.0 - stay) / (1.0 - loss * stay)
    return np.array([1.0 - loss, 1.0 - loss, clusters])


def _viable_by_kind(
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
    lasting = _founding(p)
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
