r"""The cascade: from the seeds that a lesion sheds to the lesions that they found.

Every lesion is a source. For each site and route its viable seeds arrive as a Poisson process whose
integrated hazard is closed; the k-th arrival falls where it passes the k-th sum of unit exponentials.
A lesion *is* the k-th arrival of (parent, site, route): its identity is a hash of these and all its
draws are keyed by it, so that one lesion more or less changes no draw of any other that is not its
descendant.

The queue holds the next arrival of every process. ``next_lesion`` takes the soonest, lets it take
root or not, and opens the new lesion's own processes.

Public names: ``open_primary``, ``next_lesion``, ``shed_by``, ``N_ROUTES``, ``FULL``, ``NONE``.
"""

import math

import numpy as np

from paget.body.arrest import niche_level
from paget.body.colonisation import group_size, surveillance_share
from paget.body.growth import NEVER
from paget.body.hazard import day_at, integral_after, integrate, set_piece
from paget.body.lesion import Scratch, World, law_of, size_on
from paget.body.nodes import feeds, free_share, node_to_node_rate
from paget.body.queue import pop_soonest, sift_up
from paget.body.settling import settle
from paget.body.shedding import BLOOD, LYMPH, SEROSA, metastasis_shedding
from paget.core import streams
from paget.kernels.jit import jit
from paget.kernels.philox import exponential, mix56, uniform
from paget.kernels.special import gamma_quantile

NODE = 3  # from node to node within one station
NICHE = 4  # by blood, to take root only where the soil has been prepared
N_ROUTES = 5
OTHER = 3  # the row of ``pieces`` for a source that is not the primary

NONE, FULL = -1, -2


@jit
def _arrival_key(site: int, route: int, arrivals: int) -> int:
    """Return the index that names an arrival of one parent: 8 bits site, 3 route, 21 number."""
    return (site << 24) | (route << 21) | (arrivals & 0x1FFFFF)


@jit
def _share_reaching(
    world: World, scratch: Scratch, source: int, site: int, route: int
) -> float:
    """Return the viable seeds at ``site`` per seed that ``source`` sheds into ``route``."""
    origin = scratch.lesions[source].site
    n_sites = len(world.soil)
    if origin < n_sites and world.soil[origin].is_node:
        if route == NODE:
            return 1.0 if site == origin else 0.0
        if not feeds(world.p.node_role, world.soil[site].is_node):
            return 0.0
    elif route == NODE:
        return 0.0
    if route == NICHE:
        return world.reach[BLOOD, origin, site] * world.soil[site].niche_gain
    return world.reach[route, origin, site]


@jit
def _prepare_hazard(
    person: np.record, world: World, scratch: Scratch, source: int, route: int
) -> int:
    """Write the shedding hazard of ``source`` into ``route``; return the row that holds it."""
    medium = BLOOD if route == NICHE else route
    if source == 0:
        return medium
    p = world.p
    row = scratch.pieces[OTHER]
    lesion = scratch.lesions[source]
    is_node = lesion.site < len(world.soil) and world.soil[lesion.site].is_node
    if route == NODE:
        set_piece(row, 0, p.avascular_cells, node_to_node_rate(person.turnover, p), 0.0)
        n = 1
    else:
        factor = person.lymph_factor if medium == LYMPH else person.blood_factor
        share = p.node_shedding if is_node else p.secondary_shedding
        n = metastasis_shedding(row, medium, p.avascular_cells, factor * share, p)
    integrate(law_of(lesion, p), row, n)
    scratch.n_pieces[OTHER] = n
    return OTHER


@jit
def _cohort(person: np.record, world: World, scratch: Scratch, source: int, route: int) -> int:
    """Return how many lesions each child of ``source`` by ``route`` stands for, per lesion of its own.

    One, unless a metastasis of the reference size would found more than ``p.cohort_rate`` lesions a
    day in this patient. It depends on the patient alone, so both twins live the same lesions.
    """
    if source == 0 or route == NODE:
        return 1
    medium = BLOOD if route == NICHE else route
    factor = person.lymph_factor if medium == LYMPH else person.blood_factor
    founded = world.offspring[medium, scratch.lesions[source].site] * factor
    return max(1, math.ceil(founded / world.p.cohort_rate))


@jit
def shed_by(
    person: np.record, world: World, scratch: Scratch, source: int, route: int, day: float
) -> float:
    """Return the seeds that one lesion of ``source`` has shed into ``route`` (0 to 2) by ``day``."""
    lesion = scratch.lesions[source]
    row = _prepare_hazard(person, world, scratch, source, route)
    n = scratch.n_pieces[row]
    day = min(day, lesion.removed)
    law = law_of(lesion, world.p)
    if source == 0:
        days, start = day - lesion.wakes, lesion.start
    else:
        days, start = day - lesion.stall_until, world.p.avascular_cells
    if not days > 0.0:
        return 0.0
    return integral_after(law, scratch.pieces[row], n, start, days)


@jit
def _schedule(
    person: np.record, world: World, scratch: Scratch, row: int, reaching: float, until: float
) -> None:
    """Draw the next arrival of the process in the queue's last place; keep it if it comes in time.

    The place holds source, site, route, arrivals and total; ``row`` its hazard.
    """
    n = scratch.counts[1]
    seed = scratch.queue[n]
    lesion = scratch.lesions[seed.source]
    index = _arrival_key(seed.site, seed.route, seed.arrivals)
    group = group_size(seed.arrivals, world.p.explicit)
    if group == 1:
        passed = exponential(person.key, streams.ARRIVAL, person.patient, lesion.id, index)
        at = seed.total + passed
    else:
        u = uniform(person.key, streams.ARRIVAL, person.patient, lesion.id, index)
        passed = gamma_quantile(u, float(group))
        at = seed.total + passed * uniform(
            person.key, streams.GROUP, person.patient, lesion.id, index
        )
    seed.total += passed
    law = law_of(lesion, world.p)
    pieces, n_pieces = scratch.pieces[row], scratch.n_pieces[row]
    if seed.source == 0:
        start, n_start = lesion.wakes, lesion.start
    else:
        start, n_start = lesion.stall_until, world.p.avascular_cells
    cohort = _cohort(person, world, scratch, seed.source, seed.route)
    seed.group = group
    seed.count = group * cohort * lesion.count
    seed.day = start + day_at(law, pieces, n_pieces, n_start, at * cohort / reaching)
    if seed.day < min(until, lesion.removed):
        scratch.counts[1] = n + 1
        sift_up(scratch.queue, n + 1)


@jit
def _open_route(
    person: np.record, world: World, scratch: Scratch, source: int, route: int, until: float
) -> None:
    """Queue the first seed from ``source`` by ``route`` to every site, where one comes in time."""
    row = NONE
    shed = 0.0
    for site in range(len(world.soil)):
        reaching = _share_reaching(world, scratch, source, site, route)
        if reaching <= 0.0:
            continue
        if row == NONE:
            row = _prepare_hazard(person, world, scratch, source, route)
            shed = shed_by(person, world, scratch, source, route, until)
            shed /= _cohort(person, world, scratch, source, route)
        lesion = scratch.lesions[source]
        index = _arrival_key(site, route, 0)
        first = exponential(person.key, streams.ARRIVAL, person.patient, lesion.id, index)
        if first > shed * reaching or scratch.counts[1] >= len(scratch.queue):
            continue
        seed = scratch.queue[scratch.counts[1]]
        seed.source, seed.site, seed.route = source, site, route
        seed.arrivals, seed.total = 0, 0.0
        _schedule(person, world, scratch, row, reaching, until)


@jit
def _open_source(
    person: np.record, world: World, scratch: Scratch, source: int, until: float
) -> None:
    """Queue the first seeds of every route that ``source`` sheds into."""
    p = world.p
    for route in range(N_ROUTES):
        if route == NICHE and not p.niche:
            continue
        _open_route(person, world, scratch, source, route, until)


@jit
def open_primary(person: np.record, world: World, scratch: Scratch, until: float) -> None:
    """Start the cascade of the primary in row 0 of ``scratch.lesions``; forget any earlier one."""
    scratch.counts[0] = 1
    scratch.counts[1] = 0
    scratch.taken[:] = 0.0
    _open_source(person, world, scratch, 0, until)


@jit
def _takes_root(
    person: np.record, world: World, scratch: Scratch, seed: np.record, identity: int, founders: int
) -> bool:
    """Return whether a viable seed founds a lesion: a free node, a prepared soil, an evading clone."""
    p = world.p
    parent = scratch.lesions[seed.source]
    chance = surveillance_share(float(founders), parent.evasion, p)
    soil = world.soil[seed.site]
    if soil.is_node:
        chance *= free_share(scratch.taken[seed.site], soil.nodes, float(seed.count))
    if seed.route == NICHE:
        primary = scratch.lesions[0]
        burden = size_on(primary, min(seed.day, primary.removed - 1.0), p)
        chance *= niche_level(burden, seed.day - primary.removed, p)
    return uniform(person.key, streams.TAKES_ROOT, person.patient, identity, 0) < chance


@jit
def _take_nodes(world: World, scratch: Scratch, deposit: np.record) -> None:
    """Let a deposit take its nodes: as many as it stands for, where so many are free."""
    free = max(1, int(world.soil[deposit.site].nodes - scratch.taken[deposit.site]))
    deposit.count = min(deposit.count, free)
    scratch.taken[deposit.site] += deposit.count


@jit
def next_lesion(
    person: np.record, world: World, scratch: Scratch, surgery: float, until: float
) -> int:
    """Found the next lesion before ``until``; return its row, ``NONE`` or ``FULL``.

    ``surgery`` is the day on which the primary and the regional nodes are removed. ``until`` may
    only become sooner from call to call.
    """
    while scratch.counts[1] > 0:
        n = scratch.counts[1]
        if scratch.queue[0].day >= until:
            return NONE
        if n + N_ROUTES * len(world.soil) >= len(scratch.queue):
            return FULL
        pop_soonest(scratch.queue, n)
        scratch.counts[1] = n - 1
        seed = scratch.queue[n - 1]
        i = scratch.counts[0]
        if i >= len(scratch.lesions):
            return FULL
        parent = scratch.lesions[seed.source]
        index = _arrival_key(seed.site, seed.route, seed.arrivals)
        identity = mix56(parent.id, index)
        rooted = settle(person, world, scratch, seed, identity, surgery)
        rooted = rooted and _takes_root(
            person, world, scratch, seed, identity, scratch.lesions[i].founders
        )
        if rooted:
            scratch.counts[0] = i + 1
            if world.soil[seed.site].is_node:
                _take_nodes(world, scratch, scratch.lesions[i])
        source, site, route = seed.source, seed.site, seed.route
        seed.arrivals += seed.group
        row = _prepare_hazard(person, world, scratch, source, route)
        reaching = _share_reaching(world, scratch, source, site, route)
        _schedule(person, world, scratch, row, reaching, until)
        if rooted:
            if scratch.lesions[i].stall_until < until:
                _open_source(person, world, scratch, i, until)
            return i
    return NONE
