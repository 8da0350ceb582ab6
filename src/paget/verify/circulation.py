"""Circulation: limits of filters and flow, and the walk told particle by particle.

Public names: `trials`.
"""

from dataclasses import replace
from functools import cache
from typing import Any, Final, NamedTuple

import numpy as np

from paget.atlas.anatomy import BodyMap, load_body_map
from paget.body.anatomy import BodyGraph, body_graph
from paget.body.circulation import Fates, TransitParameters, fates
from paget.core.errors import ConvergenceError
from paget.verify.check import Trial, tell
from paget.verify.lives import SEED
from paget.verify.particle_walk import Walked, particle_walk, start_of
from paget.verify.statistics import (
    Floats,
    Verdict,
    compare_cdf,
    needed_for_cdf,
)
from paget.words import BLOOD, ROUTES, SEED_KINDS

HOUR: Final = 1.0 / 24.0
UNHURT: Final = TransitParameters(0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
OPEN: Final = 1e-6
"""Arrest in beds that let nearly all pass: the limit is reached to about 100 times this."""


class Facts(NamedTuple):
    """A journey: from where, by which route, as which kind; and factors of saboteurs, else 1."""

    route: str = "blood"
    source: str = "colon"
    kind: str = "single"
    arrest: float = 1.0
    """A factor on arrest in beds, nodes and cavities."""
    liver_flow: float = 1.0
    """A factor on the flow through the liver."""
    kept: float = 1.0
    """The part of the stopped seeds that lodge somewhere."""

    @property
    def transit(self) -> TransitParameters:
        """Return death in transit with all its shields at work."""
        rate = 0.165 / HOUR
        return TransitParameters(rate, rate, 0.01 / HOUR, 0.4, 0.8, 0.5)


@cache
def _body() -> BodyMap:
    return load_body_map()


def _graph(facts: Facts) -> BodyGraph:
    """Return the graph of the body, sabotaged where the facts say so."""
    graph = body_graph(_body())
    arrest = np.minimum(graph.arrest * facts.arrest, 1.0)
    return replace(graph, arrest=arrest, lodging=graph.lodging * facts.kept)


def _with_arrest(facts: Facts, bed: float) -> BodyGraph:
    graph = _graph(facts)
    beds = (graph.medium == BLOOD) & graph.lodging.any(axis=1)
    return replace(graph, arrest=np.where(beds[:, None], bed, graph.arrest))


def _farthest(found: Floats, expected: Floats, limit: float, *, relative: bool = False) -> Verdict:
    off = np.abs(found - expected) / (expected if relative else 1.0)
    at = np.unravel_index(int(np.argmax(off)), off.shape)
    return Verdict(float(found[at]), float(expected[at]), float(off[at]), limit, 0)


# ------------------------------------------------------------------------------ the limits


def _arrested(facts: Facts, bed: float, sources: tuple[str, ...]) -> Floats:
    graph = _with_arrest(facts, bed)
    rows = [graph.index(source) for source in sources]
    return fates(graph, UNHURT).arrested[BLOOD, 0, rows]


def _open_filters(facts: Facts, _: int) -> Floats:
    """Ask where seeds from the breast lodge when every bed lets nearly all pass."""
    return _arrested(facts, OPEN, ("breast",))[0]


def _judge_open(found: Floats, facts: Facts) -> Verdict:
    """Expect arrest in proportion to the flow through each bed; the artery's, known from the map.

    Blood passes the liver by its artery and by the portal vein, and all of it passes the lung.
    """
    graph = body_graph(_body())
    flow = graph.flow[: graph.n_sites].copy()
    flow[graph.index("liver")] *= facts.liver_flow
    has_flow = flow > 0.0
    return _farthest(found[has_flow], (flow / flow.sum())[has_flow], 100.0 * OPEN, relative=True)


FIRST_BEDS: Final = {"colon": "liver", "kidney": "lung", "liver": "lung"}


def _perfect_filters(facts: Facts, _: int) -> Floats:
    """Ask where seeds lodge when no bed lets any pass."""
    return _arrested(facts, 1.0 * facts.arrest, tuple(FIRST_BEDS))


def _judge_perfect(found: Floats, facts: Facts) -> Verdict:
    graph = body_graph(_body())
    expected = np.zeros_like(found)
    for row, first in enumerate(FIRST_BEDS.values()):
        expected[row, graph.index(first)] = facts.kept
    return _farthest(found, expected, 1e-12)


def _conservation(facts: Facts, _: int) -> Floats:
    """Ask for the sum of all fates of every seed that can be shed."""
    graph = _graph(facts)
    try:
        total = fates(graph, facts.transit).total()
    except ConvergenceError:  # the engine's own guard against a body that loses seeds
        return np.zeros(1)
    has_route = np.asarray(graph.entry.any(axis=2))
    return total[np.broadcast_to(has_route[:, None, :], total.shape)]


def _judge_conservation(found: Floats, _: Facts) -> Verdict:
    return _farthest(found, np.ones_like(found), 1e-12)


# ---------------------------------------------------------------------- the particle walk


def _chain(facts: Facts, n: int) -> tuple[Fates, int]:
    return fates(_graph(facts), facts.transit), n


@cache
def _walk(facts: Facts, n: int) -> Walked:
    rng = np.random.default_rng([SEED, n, len(facts.source)])
    start = start_of(_body(), facts.route, facts.source)
    return particle_walk(_body(), facts.transit, start, facts.kind, n, rng)


def _judge_walk(sample: tuple[Fates, int], facts: Facts) -> Verdict:
    """Compare where seeds end, over the list of ends, with the walk."""
    chain, n = sample
    walked = _walk(facts._replace(arrest=1.0), n)
    graph = body_graph(_body())
    at = (
        ROUTES.index(facts.route),
        SEED_KINDS.index(facts.kind),
        graph.index(facts.source),
    )
    ends = [chain.died_shear[at], chain.died_immune[at], chain.cleared[at]]
    cdf = np.cumsum(np.append(chain.arrested[at], ends))
    return compare_cdf(
        walked.end.astype(float), lambda x: cdf[x.astype(int)], detect=DETECT, discrete=True
    )


DETECT: Final = 0.015
JOURNEYS: Final = (
    Facts(),
    Facts("blood", "rectum_lower", "cluster"),
    Facts("blood", "prostate", "single"),
    Facts("lymph", "pancreas", "single"),
    Facts("serosa", "stomach", "cluster"),
)


def trials() -> tuple[Trial[Any, Any], ...]:
    """Return the checks of circulation."""
    facts = Facts()
    return (
        Trial(
            "circulation.open_filters",
            "limit of pass fraction 1",
            "arrested at j = flow_j / sum of flows",
            facts,
            _open_filters,
            _judge_open,
            tell(facts, "liver_flow"),
        ),
        Trial(
            "circulation.perfect_filters",
            "limit of pass fraction 0",
            "arrested in the first bed = 1",
            facts,
            _perfect_filters,
            _judge_perfect,
            tell(facts, "arrest", (-0.05, -0.2), to_engine=True),
        ),
        Trial(
            "circulation.conservation",
            "no seed is lost",
            "arrested + dead + cleared = 1",
            facts,
            _conservation,
            _judge_conservation,
            tell(facts, "kept", (-0.05, -0.2), to_engine=True),
        ),
        *(
            Trial(
                f"circulation.walk.{journey.source}",
                f"absorbing chain, {journey.kind} by {journey.route}",
                "F = E (I - Q)^-1 R = shares of a walk told particle by particle",
                journey,
                _chain,
                _judge_walk,
                tell(journey, "arrest", (-0.05, -0.2), to_engine=True),
                needed_for_cdf(detect=DETECT),
                DETECT,
            )
            for journey in JOURNEYS
        ),
    )
