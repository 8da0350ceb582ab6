r"""The cascade: from the seeds that a lesion sheds to the lesions that they found.

Every lesion is a source. For each site and route its viable seeds arrive as a Poisson process whose
integrated hazard is closed; the k-th arrival falls where it passes the k-th sum of unit
exponentials. A lesion *is* the k-th arrival of (parent, site, route): its identity is a hash of
these and all its draws are keyed by it, so that one lesion more or less changes no draw of any
other that is not its descendant.

The queue holds the next arrival of every process. ``next_lesion`` takes the soonest, lets it take
root or not, and opens the new lesion's own processes.

Public names: ``open_primary``, ``next_lesion``, ``take_back``, ``shed_by``, ``shed_a_day``,
``arrival_key``, ``N_ROUTES``, ``FULL``, ``NONE``.
"""

import math

import numpy as np

from paget.body.arrest import niche_level
from paget.body.colonisation import group_size, surveillance_share
from paget.body.growth import largest_size, size_after
from paget.body.hazard import day_at, integral_after, integrate, rate_at, set_piece
from paget.body.lesion import Scratch, World, is_real, law_of, size_on, untreated_size_on
from paget.body.nodes import free_share, node_to_node_rate
from paget.body.queue import pop_soonest, sift_up
from paget.body.settling import settle
from paget.body.shedding import metastasis_shedding
from paget.body.traits import Traits
from paget.core import streams
from paget.kernels.jit import constant, jit
from paget.kernels.philox import ONCE, exponential, mix56, uniform, uniform_row
from paget.kernels.special import gamma_quantile
from paget.words import BLOOD, LYMPH, N_ROUTES, NICHE, NODE

OTHER = 3  # the row of ``pieces`` for a source that is not the primary

PRIMARY_ROW = constant(0)
NONE, FULL = -1, -2


@jit
def arrival_key(place: int, route: int, arrivals: int) -> int:
    """Return the index that names an arrival of one parent: 8 bits place, 3 route, 21 number.

    The site is named by its place on the body map, which no change of parameters moves.
    """
    return (place << 24) | (route << 21) | (arrivals & 0x1FFFFF)


@jit
def _write_hazard(person: Traits, world: World, scratch: Scratch, source: int, route: int) -> int:
    """Write the shedding hazard of ``source`` into ``route``; return the row that holds it.

    The primary's rows stand ready with their integrals; others are written here without.
    """
    medium = BLOOD if route == NICHE else route
    if source == 0:
        return medium
    p = world
    row = scratch.pieces[OTHER]
    lesion = scratch.lesions[source]
    is_node = lesion.site < world.n_sites and world.soil[lesion.site].is_node
    if route == NODE:
        set_piece(row, 0, p.avascular_cells, node_to_node_rate(person.turnover, p), 0.0)
        n = 1
    else:
        factor = person.lymph_factor if medium == LYMPH else person.blood_factor
        share = p.node_shedding if is_node else p.secondary_shedding
        limit = largest_size(law_of(lesion, p))
        n = metastasis_shedding(row, medium, p.avascular_cells, limit, factor * share, p)
    scratch.n_pieces[OTHER] = n
    return OTHER


@jit
def _prepare_hazard(person: Traits, world: World, scratch: Scratch, source: int, route: int) -> int:
    """Write the shedding hazard of ``source`` into ``route`` with its integrals; return its row."""
    row = _write_hazard(person, world, scratch, source, route)
    if row == OTHER:
        law = law_of(scratch.lesions[source], world)
        integrate(law, scratch.pieces[row], scratch.n_pieces[row])
    return row


@jit
def _shed_at_most(
    person: Traits, world: World, scratch: Scratch, source: int, route: int, until: float
) -> float:
    """Return a bound on what one lesion of ``source`` sheds into ``route`` by ``until``.

    Exact for the primary; for others the last rate times the time, since shedding only rises: the
    bound needs no integral, and nearly all metastases found nothing.
    """
    if source == 0:
        return shed_by(person, world, scratch, source, route, until)
    lesion = scratch.lesions[source]
    days = min(until, lesion.removed) - lesion.stall_until
    if not days > 0.0:
        return 0.0
    row = _write_hazard(person, world, scratch, source, route)
    n = size_after(law_of(lesion, world), world.avascular_cells, days)
    return days * rate_at(scratch.pieces[row], scratch.n_pieces[row], n)


@jit
def _cohort(person: Traits, world: World, scratch: Scratch, source: int, route: int) -> int:
    """Return how many lesions a child of ``source`` by ``route`` stands for, per lesion of its own.

    One, unless a metastasis of the reference size would found more than ``p.cohort_rate`` lesions a
    day in this patient. It depends on the patient alone, so both twins live the same lesions.
    """
    if source == 0 or route == NODE:
        return 1
    medium = BLOOD if route == NICHE else route
    factor = person.lymph_factor if medium == LYMPH else person.blood_factor
    founded = world.offspring[medium, scratch.lesions[source].site] * factor
    return max(1, math.ceil(founded / world.cohort_rate))


@jit
def shed_by(
    person: Traits, world: World, scratch: Scratch, source: int, route: int, day: float
) -> float:
    """Return the seeds that one lesion of ``source`` has shed into ``route`` by ``day``."""
    lesion = scratch.lesions[source]
    since, start = lesion.stall_until, world.avascular_cells
    if source == 0:
        since, start = lesion.wakes, lesion.start
    days = min(day, lesion.removed) - since
    if not days > 0.0:
        return 0.0
    row = _prepare_hazard(person, world, scratch, source, route)
    law = law_of(lesion, world)
    return integral_after(law, scratch.pieces[row], scratch.n_pieces[row], start, days)


@jit
def shed_a_day(
    person: Traits, world: World, scratch: Scratch, source: int, route: int, day: float
) -> float:
    """Return the seeds that ``source``, all its lesions together, sheds into ``route`` a day."""
    lesion = scratch.lesions[source]
    row = _write_hazard(person, world, scratch, source, route)
    n = size_on(lesion, day, world)
    return lesion.count * rate_at(scratch.pieces[row], scratch.n_pieces[row], n)


@jit
def _schedule(person: Traits, world: World, scratch: Scratch, until: float) -> None:
    """Draw the next arrival of the process in the queue's last place; keep it if it comes in time.

    The place holds source, site, route, arrivals and total.
    """
    n = scratch.n_queued
    seed = scratch.queue[n]
    lesion = scratch.lesions[seed.source]
    index = arrival_key(world.soil[seed.site].place, seed.route, seed.arrivals)
    group = group_size(seed.arrivals, world.explicit)
    if group == 1:
        passed = exponential(person.key, streams.ARRIVAL, person.patient, lesion.id, index)
        at = seed.total + passed
    else:
        u = uniform(person.key, streams.ARRIVAL, person.patient, lesion.id, index)
        passed = gamma_quantile(u, float(group))
        u = uniform(person.key, streams.GROUP, person.patient, lesion.id, index)
        # Any of the group with equal chance: the last arrival ends the interval, the rest lie
        # within.
        at = seed.total + passed * min(u * group / (group - 1.0), 1.0)
    seed.total += passed
    row = _prepare_hazard(person, world, scratch, seed.source, seed.route)
    reaching = world.reach[seed.route, lesion.site, seed.site]
    law = law_of(lesion, world)
    pieces, n_pieces = scratch.pieces[row], scratch.n_pieces[row]
    if seed.source == 0:
        start, n_start = lesion.wakes, lesion.start
    else:
        start, n_start = lesion.stall_until, world.avascular_cells
    cohort = _cohort(person, world, scratch, seed.source, seed.route)
    seed.group = group
    seed.count = group * cohort * lesion.count
    seed.day = start + day_at(law, pieces, n_pieces, n_start, at * cohort / reaching)
    if seed.day < min(until, lesion.removed):
        scratch.n_queued = n + 1
        sift_up(scratch.queue, n + 1)


@jit
def _is_full(world: World, scratch: Scratch, site: int) -> bool:
    """Return whether a node station has no free node left: no seed takes root there again."""
    soil = world.soil[site]
    return soil.is_node and scratch.taken[site] >= soil.nodes


@jit
def _open_source(person: Traits, world: World, scratch: Scratch, source: int, until: float) -> None:
    """Queue the first seed from ``source`` by every route to every site, where one comes in time.

    This is the hottest loop of a life: what does not depend on the site is worked out before it.
    """
    key, patient, lesion = person.key, person.patient, scratch.lesions[source]
    soil, taken, draws = world.soil, scratch.taken, scratch.draws[: world.n_sites]
    for route in range(N_ROUTES):
        reach = world.reach[route, lesion.site]
        if world.total_reach[route, lesion.site] <= 0.0:
            continue
        shed = _shed_at_most(person, world, scratch, source, route, until)
        if shed <= 0.0:
            continue
        shed /= _cohort(person, world, scratch, source, route)
        uniform_row(key, streams.ARRIVAL, patient, lesion.id, world.first_arrivals[route], draws)
        for site in range(world.n_sites):
            expected, u = shed * reach[site], draws[site]
            if 1.0 - u > expected or -math.log(u) > expected:  # the first test spares the logarithm
                continue
            if soil[site].is_node and taken[site] >= soil[site].nodes:
                continue
            _open_process(person, world, scratch, source, route, site, until)


@jit
def _open_process(
    person: Traits,
    world: World,
    scratch: Scratch,
    source: int,
    route: int,
    site: int,
    until: float,
) -> None:
    """Queue the first seed of one source, route and site."""
    if scratch.n_queued >= len(scratch.queue):
        return
    seed = scratch.queue[scratch.n_queued]
    seed.source, seed.site, seed.route = source, site, route
    seed.arrivals, seed.total = 0, 0.0
    _schedule(person, world, scratch, until)


@jit
def open_primary(person: Traits, world: World, scratch: Scratch, until: float) -> None:
    """Start the cascade of the primary in row 0 of ``scratch.lesions``; forget any earlier one."""
    scratch.n_lesions = 1
    scratch.n_queued = 0
    scratch.taken[:] = 0.0
    _open_source(person, world, scratch, PRIMARY_ROW, until)


@jit
def _takes_root(
    person: Traits, world: World, scratch: Scratch, seed: np.record, identity: int, founders: int
) -> bool:
    """Return whether a seed founds a lesion: a free node, a prepared soil, an evading clone."""
    p = world
    parent = scratch.lesions[seed.source]
    chance = surveillance_share(float(founders), parent.evasion, p) if p.founding else 1.0
    soil = world.soil[seed.site]
    if soil.is_node:
        chance *= free_share(float(scratch.taken[seed.site]), soil.nodes, float(seed.count))
    if seed.route == NICHE:
        primary = scratch.lesions[0]
        burden = size_on(primary, min(seed.day, primary.removed - 1.0), p)
        chance *= niche_level(burden, seed.day - primary.removed, p)
    return uniform(person.key, streams.TAKES_ROOT, person.patient, identity, ONCE) < chance


@jit
def _still_sheds(
    person: Traits,
    world: World,
    scratch: Scratch,
    source: int,
    route: int,
    day: float,
    identity: int,
) -> bool:
    """Return whether a treated lesion sheds a seed that it would have shed untreated on ``day``.

    Treatment never makes a lesion larger, so its arrivals are those of the untreated one, each kept
    with the ratio of the two rates: exact, and no other draw moves.
    """
    parent = scratch.lesions[source]
    row = _write_hazard(person, world, scratch, source, route)
    pieces, n = scratch.pieces[row], scratch.n_pieces[row]
    untreated = rate_at(pieces, n, untreated_size_on(parent, day, world))
    treated = rate_at(pieces, n, size_on(parent, day, world))
    u = uniform(person.key, streams.THINNED, person.patient, identity, ONCE)
    return u * untreated < treated


@jit
def take_back(person: Traits, world: World, scratch: Scratch, day: float) -> None:
    """Take back the lesions that stand already but that a treatment on ``day`` has prevented.

    The search for the day of a symptom looks ahead, and what it has founded by then may come after
    that day and after the treatment that the symptom leads to. A source that is gone has not shed
    it; one that was treated has with the ratio of the two rates. Rows stand in order of founding,
    so that children follow their parents.
    """
    first = scratch.n_lesions
    while first > 1 and scratch.lesions[first - 1].founded > day:
        first -= 1
    for i in range(first, scratch.n_lesions):
        lesion = scratch.lesions[i]
        parent = scratch.lesions[lesion.parent]
        stays = lesion.founded < parent.removed
        if stays and lesion.founded >= parent.anchor:
            stays = _still_sheds(
                person, world, scratch, lesion.parent, lesion.route, lesion.founded, lesion.id
            )
        if stays or not is_real(lesion):
            continue
        lesion.removed = lesion.founded
        if world.soil[lesion.site].is_node:
            scratch.taken[lesion.site] -= lesion.count


@jit
def _take_nodes(world: World, scratch: Scratch, deposit: np.record) -> None:
    """Let a deposit take its nodes: as many as it stands for, where so many are free."""
    free = max(1, int(world.soil[deposit.site].nodes - scratch.taken[deposit.site]))
    deposit.count = min(deposit.count, free)
    scratch.taken[deposit.site] += deposit.count


@jit
def next_lesion(
    person: Traits,
    world: World,
    scratch: Scratch,
    surgery: float,
    until: float,
    stop: float,
) -> int:
    """Found the next lesion before ``until``; return its row, ``NONE`` or ``FULL``.

    ``surgery`` is the day on which the primary and the regional nodes are removed. ``until`` may
    only become sooner from call to call: what comes later is forgotten. ``stop`` may move on: what
    comes later waits.
    """
    while scratch.n_queued > 0:
        n = scratch.n_queued
        if scratch.queue[0].day >= min(until, stop):
            return NONE
        if n + N_ROUTES * world.n_sites >= len(scratch.queue):
            return FULL
        pop_soonest(scratch.queue, n)
        scratch.n_queued = n - 1
        seed = scratch.queue[n - 1]
        i = scratch.n_lesions
        if i >= len(scratch.lesions):
            return FULL
        parent = scratch.lesions[seed.source]
        if seed.day >= parent.removed:
            continue
        index = arrival_key(world.soil[seed.site].place, seed.route, seed.arrivals)
        identity = mix56(parent.id, index)
        rooted = not _is_full(world, scratch, seed.site)
        if rooted and seed.day >= parent.anchor:
            rooted = _still_sheds(
                person, world, scratch, seed.source, seed.route, seed.day, identity
            )
        rooted = rooted and settle(person, world, scratch, seed, identity, surgery)
        rooted = rooted and _takes_root(
            person, world, scratch, seed, identity, scratch.lesions[i].founders
        )
        if rooted:
            scratch.n_lesions = i + 1
            if world.soil[seed.site].is_node:
                _take_nodes(world, scratch, scratch.lesions[i])
        seed.arrivals += seed.group
        if not _is_full(world, scratch, seed.site):
            _schedule(person, world, scratch, until)
        if rooted:
            if scratch.lesions[i].stall_until < until:
                _open_source(person, world, scratch, i, until)
            return i
    return NONE
