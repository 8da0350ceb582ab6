r"""Founding: lines that die out, and how large the others are, against the birth-death process.

A cell divides at rate b and dies at rate d. Its line dies out with probability d/b, a cluster of n
cells with (d/b)^n; a lasting line of one cell has a geometric number of cells on any later day. The
engine draws W from the limit of large numbers; its sizes are compared with the exact geometric law
and with a simulation of every division and death.

Public names: `trials`, `branching`.
"""

import math
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from paget.core import streams
from paget.kernels.jit import jit
from paget.kernels.philox import counter, uniforms
from paget.verify.check import Lie, Trial, tell
from paget.verify.lives import SEED, cells_to_mm, colonies, theory_model
from paget.verify.statistics import (
    Floats,
    Verdict,
    compare_cdf,
    compare_count,
    compare_same,
    needed_for_cdf,
    needed_for_count,
    needed_for_same,
)

GROWTH: Final = 0.05
"""b - d of every cell here [1/day]."""
DETECT_SIZE: Final = 0.018
DETECT_SHARE: Final = 0.025
DETECT_FOUNDERS: Final = 0.015
DETECT_BRANCHING: Final = 0.026
VESSELS_AT: Final = 2000.0
"""Size [cell] from which the primary sheds: lines are large by then."""


class Facts(NamedTuple):
    """A birth-death process and the clusters that start it."""

    loss: float
    """d / b."""
    cluster_mean: float = 2.0
    """Mean cells of a cluster."""
    founder_power: float = 1.0
    """(d/b)^(power n) is the probability that n founders die out: 1, but for saboteurs."""
    size_scale: float = 1.0
    """A factor on sizes: 1, but for saboteurs."""
    founders: int = 1


def _changes(facts: Facts) -> dict[str, object]:
    return {
        "growth.founding": True,
        "growth.cell_loss": facts.loss,
        "growth.doubling_time": math.log(2.0) / GROWTH,
        "dormancy.avascular_diameter": cells_to_mm(VESSELS_AT),
        "dormancy.balance_diameter": cells_to_mm(VESSELS_AT),
    }


# ------------------------------------------------------------- how large a lasting line is

DAY_OF_SIZE: Final = math.log(1e8) / GROWTH


def _primaries(facts: Facts, lives: int) -> Floats:
    """Return the cells of primaries founded by one cell, on one day."""
    return colonies(theory_model(_changes(facts)), DAY_OF_SIZE, lives).primary


def _judge_geometric(cells: Floats, facts: Facts) -> Verdict:
    birth = GROWTH / (1.0 - facts.loss)
    grown = math.exp(GROWTH * DAY_OF_SIZE) * facts.size_scale
    log_eta = math.log1p(-GROWTH / (birth * grown - facts.loss * birth))
    return compare_cdf(cells, lambda n: -np.expm1(n * log_eta), detect=DETECT_SIZE)


# ------------------------------------------------------------ how many seeds found a colony

SHED: Final = 0.01
"""Seeds a day and cell to the power 2/3 of the primary."""
DAY_OF_COLONIES: Final = 175.0
PER_LIFE: Final = 100.0
"""Seeds that a life sheds by then, at least, on average."""


class Founded(NamedTuple):
    """What became of the seeds of many lives."""

    colonies: Floats
    """(life,)"""
    expected: Floats
    """(life,) mean number of seeds shed by a primary that is as large as this one."""
    founders: Floats
    """(colony,)"""
    start: Floats
    """(colony,) W [cell]."""


def _seed(facts: Facts, lives: int) -> Founded:
    """Let primaries shed seeds: clusters, or single cells where their mean is 1."""
    power = 2.0 / 3.0
    changes = _changes(facts) | {
        "shedding.blood_rate": SHED * 1e6**power,
        "shedding.blood_exponent": power,
        "shedding.reference_diameter": cells_to_mm(1e6),
    }
    if facts.cluster_mean > 1.0:
        changes |= {"shedding.cluster_share": 1.0, "shedding.cluster_mean": facts.cluster_mean}
    found = colonies(theory_model(changes), DAY_OF_COLONIES, lives)
    grown = np.maximum(found.primary, VESSELS_AT) ** power - VESSELS_AT**power
    return Founded(
        found.per_life(),
        SHED * grown / (GROWTH * power),
        found.table.founders.astype(float),
        found.table.start.copy(),
    )


def _stay(facts: Facts) -> float:
    """Return the ratio of the geometric law of cluster sizes 2, 3, ..."""
    return 1.0 - 1.0 / (facts.cluster_mean - 1.0)


def _lasting(facts: Facts) -> float:
    """Return the probability that a seed's line does not die out."""
    loss = facts.loss**facts.founder_power
    if facts.cluster_mean <= 1.0:
        return 1.0 - loss
    stay = _stay(facts)
    return 1.0 - loss**2 * (1.0 - stay) / (1.0 - loss * stay)


def _judge_extinction(sample: Founded, facts: Facts) -> Verdict:
    share = _lasting(facts)
    shed, found = float(sample.expected.sum()), float(sample.colonies.sum())
    verdict = compare_count(found, share * shed, detect=DETECT_SHARE)
    return verdict._replace(engine=found / shed, theory=share)


def _judge_clusters(sample: Founded, facts: Facts) -> Verdict:
    n = np.arange(2.0, 65.0)
    stay = _stay(facts)
    weight = (1.0 - stay) * stay ** (n - 2.0) * (1.0 - facts.loss ** (facts.founder_power * n))
    cdf = np.cumsum(weight) / weight.sum()
    return compare_cdf(
        sample.founders, lambda x: cdf[x.astype(int) - 2], detect=DETECT_FOUNDERS, discrete=True
    )


# -------------------------------------------------------------- against every single division

SETTLED: Final = 100.0
"""exp((b - d) t) on the day of comparison: by then lines last or are gone."""


@jit
def branching(
    key: int,
    founders: int,
    birth: float,
    death: float,
    day: float,
    cells: npt.NDArray[np.float64],
) -> None:
    """Fill ``cells`` with the sizes on ``day`` of lines of ``founders`` cells, event by event."""
    both = birth + death
    for line in range(len(cells)):
        n, t, step = founders, 0.0, 0
        while n > 0:
            c0, c1, c2, c3 = counter(streams.WALK, line, 0, step)
            wait, kind = uniforms(key, c0, c1, c2, c3)
            t -= math.log(wait) / (n * both)
            if t > day:
                break
            n += 1 if kind * both < birth else -1
            step += 1
        cells[line] = n


def _simulated(facts: Facts, lines: int) -> Floats:
    birth = GROWTH / (1.0 - facts.loss)
    cells = np.zeros(int(1.1 * lines / (1.0 - facts.loss**facts.founders)))
    day = math.log(SETTLED) / GROWTH
    branching(SEED, facts.founders, birth, birth * facts.loss, day, cells)
    return cells[cells > 0.0]


def _grown_clusters(facts: Facts, lives: int) -> tuple[Floats, int]:
    """Return the sizes of the engine's colonies of two founders, and how many to simulate."""
    sample = _seed(facts, lives)
    grown = sample.start[sample.founders == facts.founders] * SETTLED
    return grown, needed_for_same(detect=DETECT_BRANCHING)


_witness: dict[tuple[Facts, int], Floats] = {}


def _judge_branching(sample: tuple[Floats, int], facts: Facts) -> Verdict:
    cells, lines = sample
    if (facts, lines) not in _witness:
        _witness[facts, lines] = _simulated(facts, lines)
    return compare_same(cells, _witness[facts, lines], detect=DETECT_BRANCHING)


def _lives_for(colonies_wanted: int, share: float) -> int:
    """Return the lives that found so many colonies, with a margin for how primaries differ."""
    return math.ceil(1.2 * colonies_wanted / (share * PER_LIFE))


def _size_trials() -> tuple[Trial[Any, Any], ...]:
    """Return the checks of how large lines are."""
    single, pair = Facts(0.8, cluster_mean=1.0), Facts(0.6, cluster_mean=2.01, founders=2)
    pairs = needed_for_same(detect=DETECT_BRANCHING)
    return (
        Trial(
            "founding.size",
            "geometric sizes of a birth-death line",
            "P(N <= n | line lasts) = 1 - eta^n, eta = b (e^{(b-d)t} - 1) / (b e^{(b-d)t} - d)",
            single,
            _primaries,
            _judge_geometric,
            (*tell(single, "size_scale"), *tell(single, "loss", to_engine=True)),
            needed_for_cdf(detect=DETECT_SIZE),
            DETECT_SIZE,
        ),
        Trial(
            "founding.branching",
            "sizes of lasting lines of two founders",
            "W e^{(b-d)t}, W gamma by lasting founders = every division and death simulated",
            pair,
            _grown_clusters,
            _judge_branching,
            tell(pair, "loss"),
            _lives_for(pairs, _lasting(pair)),
            DETECT_BRANCHING,
        ),
    )


def trials() -> tuple[Trial[Any, Any], ...]:
    """Return the checks of founding."""
    single, cluster = Facts(0.8, cluster_mean=1.0), Facts(0.8, cluster_mean=4.0)
    wanted = needed_for_count(detect=DETECT_SHARE)
    return (
        *_size_trials(),
        Trial(
            "founding.extinction",
            "extinction of a single cell's line",
            "P(colony | seed) = 1 - d/b",
            single,
            _seed,
            _judge_extinction,
            (*tell(single, "loss"), *tell(single, "loss", to_engine=True)),
            _lives_for(wanted, _lasting(single)),
            DETECT_SHARE,
        ),
        Trial(
            "founding.clusters",
            "extinction of a cluster's line",
            "P(colony | cluster of n) = 1 - (d/b)^n, clusters 2 + geometric",
            cluster,
            _seed,
            _judge_extinction,
            (
                Lie("d/b whatever the founders", 1.0, single),
                *tell(cluster, "founder_power"),
                *tell(cluster, "loss"),
            ),
            _lives_for(wanted, _lasting(cluster)),
            DETECT_SHARE,
        ),
        Trial(
            "founding.founders",
            "founders of the clusters that last",
            "P(n | lasts) ~ P(n) (1 - (d/b)^n)",
            cluster,
            _seed,
            _judge_clusters,
            (
                Lie("clusters last whatever their size", 1.0, cluster._replace(loss=0.0)),
                *tell(cluster, "cluster_mean"),
            ),
            _lives_for(needed_for_cdf(detect=DETECT_FOUNDERS), _lasting(cluster)),
            DETECT_FOUNDERS,
        ),
    )
