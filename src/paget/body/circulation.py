r"""The journey of a seed: where it lodges, where it dies, how long it is on its way.

A travelling seed is a random walker on the body map. At each state it travels for the transit time
:math:`\tau` and dies on the way at the rate :math:`\kappa`, of shear or of immune attack; if it
lives it is stopped there with the probability :math:`a` of its kind, or goes on along the flow.
That is an absorbing Markov chain, and its fates are exact:

.. math:: F = E\,(I - Q)^{-1} R, \qquad Q_{ij} = e^{-\kappa_i \tau_i} (1 - a_i)\, p_{ij}

with :math:`E` the places of entry and :math:`R` the ways to end: lodged at a site, dead of shear,
dead of immune attack, cleared. The same fundamental matrix with the time spent in a state gives the
number of circulating cells.

Public names: `fates`, `Fates`, `TransitParameters`, `circulating_per_ml`.
"""

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from paget.body.anatomy import BodyGraph, Switches, knock_out
from paget.core.errors import ConvergenceError
from paget.words import BLOOD, CLUSTER, SEED_KINDS, SINGLE

Floats = NDArray[np.float64]

N_KINDS: Final = len(SEED_KINDS)
ALL_ON: Final = Switches()
_TOLERANCE: Final = 1e-9


class TransitParameters(NamedTuple):
    """What happens to seeds on their way, whatever the body."""

    shear_rate: float
    """Death of a naked single cell in blood by shear [1/day]."""
    immune_rate: float
    """Death of a naked single cell in blood by immune attack [1/day]."""
    lymph_death_rate: float
    """Death in lymph and in cavities, where there is no shear, by immune attack [1/day]."""
    platelet_fraction: float
    """Part of the seeds in blood that platelets cloak [1]."""
    platelet_shield: float
    """Part of the death rate in blood that the cloak takes away [1]."""
    cluster_shield: float
    """Part of the death rate in blood that a cluster's outer cells take away [1]."""


@dataclass(frozen=True, slots=True, eq=False)
class Fates:
    """What becomes of one seed, by route (3), seed kind (3) and source site (S).

    For each route, kind and source the probabilities sum to one; where a source has no such route
    they are all zero.
    """

    arrested: Floats
    """(3, 3, S, S) lodged, by the site where: the last axis."""
    died_shear: Floats
    """(3, 3, S)"""
    died_immune: Floats
    """(3, 3, S)"""
    cleared: Floats
    """(3, 3, S) lost from a cavity without lodging."""
    time_in_blood: Floats
    """(3, 3, S) mean time in all beds and vessels [day]."""
    time_in_portal_vein: Floats
    """(3, 3, S) [day]"""
    time_in_limb_veins: Floats
    """(3, 3, S) mean time in the veins from which an arm sample is drawn [day]."""

    def total(self) -> Floats:
        """Return the sum of all probabilities, (3, 3, S)."""
        return self.arrested.sum(axis=-1) + self.died_shear + self.died_immune + self.cleared


class _Walks(NamedTuple):
    """The C walks to solve: each kind of seed naked and, where platelets act, cloaked."""

    kind: NDArray[np.int64]
    """(C,) whose fates this walk is part of."""
    weight: Floats
    """(C,) the part of that kind that walks so."""
    arrest: Floats
    """(C, n) probability of being stopped at the end of a passage."""
    shear_rate: Floats
    """(C, n) [1/day]"""
    immune_rate: Floats
    """(C, n) [1/day]"""


def fates(graph: BodyGraph, parameters: TransitParameters, switches: Switches = ALL_ON) -> Fates:
    """Return the fates of seeds of every kind from every site by every route.

    Assumes
    -------
    A seed keeps its kind: clusters neither break up nor meet others. It has no memory of where it
    came from. It travels first and meets the filter at the end. Death has the same hazard in all
    blood; lymph and cavities have no shear. The cloak of platelets is there for the whole journey
    or not at all, so cloaked and naked seeds are two chains whose fates are mixed.

    Source
    ------
    The chain is exact for these assumptions. Arrest in the first beds along the flow:
    chambers2002; half-life in blood: meng2004.
    """
    graph = knock_out(graph, switches)
    walks = _walks(graph, parameters, switches)
    has_entry = np.asarray(graph.entry.any(axis=2))
    dies = walks.shear_rate + walks.immune_rate
    lives = np.exp(-dies * graph.transit)
    stopped = lives * walks.arrest
    stays = _time_in_state(dies, graph.transit)
    visits = _visits(graph, lives - stopped, graph.entry[has_entry])

    def by_source(per_visit: Floats) -> Floats:
        """Return a quantity that each visit adds to, by route, kind and source."""
        return _by_source(np.einsum("cun,cn->cu", visits, per_visit), walks, has_entry)

    arrested = (visits * stopped[:, None, :]) @ graph.lodging
    in_blood = np.where(graph.medium == BLOOD, stays, 0.0)
    result = Fates(
        arrested=_by_source(arrested, walks, has_entry),
        died_shear=by_source(walks.shear_rate * stays),
        died_immune=by_source(walks.immune_rate * stays),
        cleared=by_source((lives - stopped) * graph.cleared),
        time_in_blood=by_source(in_blood),
        time_in_portal_vein=by_source(_only(graph, "portal_vein", stays)),
        time_in_limb_veins=by_source(_only(graph, "limb_veins", stays)),
    )
    _check(result, has_entry)
    return result


def circulating_per_ml(
    time_in: Floats, volume: float, shed_rate: Floats, route: int, source: int
) -> float:
    """Return the concentration of circulating cells [1/mL] in a steady state.

    Parameters
    ----------
    time_in : mean time in a compartment, such as `Fates.time_in_limb_veins` [day]
    volume : blood volume of that compartment [mL]
    shed_rate : (3,) seeds shed per day, by kind [1/day]
    route, source : of the seeds.

    Assumes
    -------
    Shedding changes slowly against the hours that a seed is in blood. A cluster counts once.

    Source
    ------
    Little's law: number in a compartment = rate of arrival times mean time there.
    """
    return float(shed_rate @ time_in[route, :, source]) / volume


def _walks(graph: BodyGraph, parameters: TransitParameters, switches: Switches) -> _Walks:
    """Return each kind of seed as one walk or, where platelets cloak a part of it, as two."""
    cloaked = parameters.platelet_fraction if switches.platelets else 0.0
    parts = [(1.0 - cloaked, 1.0), (cloaked, 1.0 - parameters.platelet_shield)]
    parts = [(weight, exposed) for weight, exposed in parts if weight > 0.0]
    kind = np.repeat(np.arange(N_KINDS), len(parts))
    weight = np.tile([weight for weight, _ in parts], N_KINDS)
    exposed = np.tile([exposed for _, exposed in parts], N_KINDS)
    travels_as = kind
    if switches.clusters:
        exposed = np.where(kind == CLUSTER, (1.0 - parameters.cluster_shield) * exposed, exposed)
    else:
        travels_as = np.where(kind == CLUSTER, SINGLE, kind)
    shear = parameters.shear_rate * exposed * switches.shear
    immune = parameters.immune_rate * exposed * switches.immune_attack
    elsewhere = parameters.lymph_death_rate * switches.immune_attack
    is_blood = graph.medium == BLOOD
    return _Walks(
        kind=kind,
        weight=weight,
        arrest=graph.arrest.T[travels_as],
        shear_rate=np.where(is_blood, shear[:, None], 0.0),
        immune_rate=np.where(is_blood, immune[:, None], elsewhere),
    )


def _time_in_state(death_rate: Floats, transit: Floats) -> Floats:
    """Return the mean time from arrival to the end of the passage or death [day].

    It is (1 - exp(-rate * transit)) / rate, and times the rate it is the probability of dying.
    """
    hazard = death_rate * transit
    safe = np.where(hazard > 0.0, hazard, 1.0)
    share: Floats = np.where(hazard > 0.0, -np.expm1(-safe) / safe, 1.0)
    return transit * share


def _visits(graph: BodyGraph, passes: Floats, starts: Floats) -> Floats:
    """Return the expected visits to each state by walk and start, (C, U, n)."""
    stays_on = np.eye(len(graph.states)) - passes[:, :, None] * graph.onward
    try:
        # Transposed, so that all starts are right-hand sides of one factorisation a walk.
        solved = np.linalg.solve(stays_on.transpose(0, 2, 1), starts.T)
    except np.linalg.LinAlgError:
        raise _endless() from None
    return np.asarray(solved, dtype=np.float64).transpose(0, 2, 1)


def _by_source(values: Floats, walks: _Walks, has_entry: NDArray[np.bool_]) -> Floats:
    """Mix the walks (C, U, ...) into kinds, and put each start at its route and source."""
    mixing = np.where(walks.kind == np.arange(N_KINDS)[:, None], walks.weight, 0.0)
    mixed: Floats = np.tensordot(mixing, values, axes=1)
    n_routes, n_sites = has_entry.shape
    placed = np.zeros((N_KINDS, n_routes, n_sites, *values.shape[2:]))
    placed[:, has_entry] = mixed
    return np.moveaxis(placed, 0, 1)


def _only(graph: BodyGraph, state: str, values: Floats) -> Floats:
    return np.where(np.arange(len(graph.states)) == graph.index(state), values, 0.0)


def _check(result: Fates, has_entry: NDArray[np.bool_]) -> None:
    error = np.abs(result.total() - has_entry[:, None, :])
    if not np.all(error < _TOLERANCE):
        raise _endless()


def _endless() -> ConvergenceError:
    return ConvergenceError(
        "a journey that never ends",
        "the body map with circulation.*",
        "every seed must lodge, die or be cleared",
        "Give beds an arrest above 1e-6 or seeds a death rate above zero.",
    )
