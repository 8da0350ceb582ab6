"""Settling: what becomes of one viable seed in its soil, from arrival to full vessels.

The steps of ``arrest``, ``dormancy`` and ``colonisation`` in the order in which a seed meets them,
each with its own draw keyed by the lesion.

Public names: ``settle``.
"""

import numpy as np

from paget.body.colonisation import extinction, growth_constant, inherited_evasion
from paget.body.dormancy import escape_day, event_day, switch_day, wakes_on, waking_rate
from paget.body.founding import founding_size, surviving_founders
from paget.body.growth import NEVER, corner, elapsed
from paget.body.lesion import Scratch, World, day_of_size, law_of
from paget.body.shedding import cluster_cells
from paget.body.traits import Traits
from paget.core import streams
from paget.kernels.jit import jit
from paget.kernels.philox import ONCE, exponential, normal, uniform
from paget.kernels.special import gamma_quantile
from paget.words import CLUSTER, SINGLE, SMALL


@jit
def _seed(person: Traits, world: World, lesion: np.record, origin: int, route: int) -> None:
    """Draw which kind of seed this one is and how many cells it has."""
    key, patient = person.key, person.patient
    u = uniform(key, streams.SEED_KIND, patient, lesion.id, ONCE)
    shares = world.kinds[route, origin, lesion.site]
    lesion.kind = SINGLE if u < shares[0] else (SMALL if u < shares[1] else CLUSTER)
    lesion.founders = 1
    if lesion.kind == CLUSTER:
        u = uniform(key, streams.CLUSTER_SIZE, patient, lesion.id, ONCE)
        lesion.founders = cluster_cells(u, extinction(1.0, world), world)


@jit
def _sleep(person: Traits, world: World, lesion: np.record, surgery: float) -> None:
    """Draw whether the seed falls asleep, when it wakes and whether it dies first."""
    key, patient, soil = person.key, person.patient, world.soil[lesion.site]
    lesion.wakes = lesion.founded
    lesion.dies_asleep = NEVER
    if uniform(key, streams.SLEEP, patient, lesion.id, ONCE) >= soil.asleep_share:
        return
    u = uniform(key, streams.WAKING_RATE, patient, lesion.id, ONCE)
    rate = waking_rate(soil.wake_rate, gamma_quantile(u, soil.wake_shape), soil.wake_shape)
    threshold = exponential(key, streams.WAKE, patient, lesion.id, ONCE)
    lesion.wakes = wakes_on(lesion.founded, rate, threshold, surgery, world)
    threshold = exponential(key, streams.SLEEP_DEATH, patient, lesion.id, ONCE)
    dies = event_day(lesion.founded, soil.sleep_death_rate, threshold, NEVER, NEVER, 1.0)
    if dies < lesion.wakes:
        lesion.wakes = NEVER
        lesion.dies_asleep = dies


@jit
def _grow(person: Traits, world: World, lesion: np.record) -> None:
    """Draw the colony's own growth and the size from which it grows."""
    p, soil, key, patient = world, world.soil[lesion.site], person.key, person.patient
    factor = soil.growth_factor * person.metastasis_growth
    z = normal(key, streams.LESION_GROWTH, patient, lesion.id, ONCE)
    lesion.rate = growth_constant(person.rate, factor, p.lesion_growth_spread, z)
    lesion.capacity = soil.capacity
    lesion.corner = corner(lesion.rate, lesion.capacity, p.ceiling)
    lesion.start = float(lesion.founders)
    if p.founding:
        loss = extinction(lesion.evasion, p)
        u = uniform(key, streams.SURVIVORS, patient, lesion.id, ONCE)
        lasting = surviving_founders(u, lesion.founders, 1.0, loss)
        u = uniform(key, streams.FOUNDING, patient, lesion.id, ONCE)
        lesion.start = min(founding_size(u, lasting, 1.0, loss), 0.5 * p.avascular_cells)


@jit
def _get_vessels(
    person: Traits, world: World, scratch: Scratch, lesion: np.record, surgery: float
) -> None:
    """Draw how long the colony is held by the immune system and for want of vessels."""
    p, soil, key, patient = world, world.soil[lesion.site], person.key, person.patient
    law = law_of(lesion, p)
    lesion.stall_from = lesion.wakes + elapsed(law, lesion.start, p.avascular_cells)
    lesion.balance_from = lesion.balance_until = lesion.stall_from
    held = p.balance_share * (1.0 - lesion.evasion)
    if held > 0.0 and uniform(key, streams.BALANCE, patient, lesion.id, ONCE) < held:
        threshold = exponential(key, streams.ESCAPE, patient, lesion.id, ONCE)
        lesion.balance_from = lesion.wakes + elapsed(law, lesion.start, p.balance_cells)
        lesion.balance_until = escape_day(lesion.balance_from, threshold, p)
        lesion.stall_from = lesion.balance_until + elapsed(law, p.balance_cells, p.avascular_cells)
    lesion.stall_until = lesion.stall_from
    if (
        not soil.stalls
        or uniform(key, streams.COOPTION, patient, lesion.id, ONCE) < soil.coopt_share
    ):
        return
    threshold = exponential(key, streams.SWITCH, patient, lesion.id, ONCE)
    inhibited = day_of_size(scratch.lesions[0], p.inhibition_cells, p)
    lesion.stall_until = switch_day(
        lesion.stall_from, soil.switch_rate, threshold, inhibited, surgery, p
    )


@jit
def settle(
    person: Traits,
    world: World,
    scratch: Scratch,
    seed: np.record,
    identity: int,
    surgery: float,
) -> bool:
    """Write the seed's lesion into the next free row; return False where the site is gone.

    Nodes of the region that have been removed receive no more seeds.
    """
    lesion = scratch.lesions[scratch.n_lesions]
    parent = scratch.lesions[seed.source]
    soil = world.soil[seed.site]
    if soil.is_regional and seed.day >= surgery:
        return False
    lesion.id = identity
    lesion.parent, lesion.site, lesion.route = seed.source, seed.site, seed.route
    lesion.count, lesion.founded = seed.count, seed.day
    lesion.removed = surgery if soil.is_regional else NEVER
    lesion.anchor = lesion.seen = lesion.first_seen = lesion.overt = NEVER
    lesion.sensitive = lesion.resistant = 0.0
    lesion.treated_by, lesion.killed, lesion.visible_row = -1, 0, -1
    lesion.visible = lesion.visible_cells = lesion.cells = 0.0
    step = exponential(person.key, streams.EVASION, person.patient, identity, ONCE)
    lesion.evasion = inherited_evasion(parent.evasion, step, world)
    _seed(person, world, lesion, parent.site, seed.route)
    _sleep(person, world, lesion, surgery)
    _grow(person, world, lesion)
    _get_vessels(person, world, scratch, lesion, surgery)
    return True
