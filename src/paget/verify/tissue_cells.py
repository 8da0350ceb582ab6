r"""Cells of a tissue: how they spread, how fast their front moves, how many survive their travel.

Cells of motility D spread as :math:`\langle r^2 \rangle = 2 d D t` in d dimensions. Cells that also
divide at rate r advance as a front; of many small cells its speed is that of the field,
:math:`2\sqrt{rD}` (Fisher; on a lattice slightly more), and with N cells in a full voxel it is
slower by :math:`\pi^2 / (2 (\ln N + 3 \ln\ln N)^2)` of it (Brunet and Derrida): from below as N
grows. Of the cells of a cluster a known number survives their travel on average.

Public names: `trials`.
"""

import math
from typing import Any, Final, NamedTuple

import numpy as np
from scipy.optimize import minimize_scalar

from paget.tissue.cascade import Cascade, Travelling
from paget.tissue.kinds import EPITHELIAL
from paget.tissue.model import Model
from paget.tissue.model_file import load_model
from paget.verify.check import Lie, Trial, tell
from paget.verify.statistics import (
    Floats,
    Verdict,
    compare_mean,
    needed_for_mean,
)

SPACING: Final = 10.0  # [µm]
STEP: Final = 0.01  # [day]
FRONT_STEP: Final = 0.05  # [day]
FRONT_DAYS: Final = 55.0  # both fronts stay off the edges of the line


def flat_model(
    shape: list[int],
    capacity: int,
    start: dict[str, Any],
    processes: list[str],
    *,
    step: float = STEP,
    **change: object,
) -> Model:
    """Return a model of epithelial cells in a flat tissue; changes have ``__`` for the dot."""
    return load_model(
        {
            "title": "theory",
            "parameters": "theory",
            "until": "1 day",
            "processes": processes,
            "grid": {
                "shape": shape,
                "spacing": f"{SPACING} um",
                "capacity": capacity,
                "step": f"{step} day",
            },
            "start": [start],
        },
        change={name.replace("__", "."): value for name, value in change.items()},
    )


_BOXES: Final = {1: [1, 161], 2: [161, 161], 3: [61, 61, 61]}


class Walk(NamedTuple):
    """A crowd that starts in one voxel."""

    motility: float = 800.0
    """[µm²/day]."""
    dimensions: int = 2
    days: float = 1.0


def _walked(facts: Walk, cells: int) -> Floats:
    """Return the squared distance [µm²] of each cell from its start."""
    shape = _BOXES[facts.dimensions]
    start = {"cells": {"epithelial": cells}, "place": "centre", "voxels": 1}
    model = flat_model(shape, cells, start, ["motion"], epithelial__motility=facts.motility)
    cascade = Cascade(model, 1889)
    cascade.advance(round(facts.days / STEP))
    places = model.lattice.places(cascade.primary.cells.voxels) * SPACING
    return np.asarray((places**2).sum(axis=-1), np.float64)


def _judge_walk(squared: Floats, facts: Walk) -> Verdict:
    expected = 2.0 * facts.dimensions * facts.motility * facts.days
    return compare_mean(squared, expected, detect=0.1 * expected)


def _walk(dimensions: int) -> Trial[Walk, Floats]:
    facts = Walk(dimensions=dimensions)
    expected = 2.0 * dimensions * facts.motility * facts.days
    deviation = expected * math.sqrt(2.0 / dimensions)
    return Trial(
        name=f"tissue_cells.walk_{dimensions}d",
        law=f"random motion in {dimensions} dimensions",
        statement=f"mean-square displacement {2 * dimensions} D t",
        facts=facts,
        engine=_walked,
        judge=_judge_walk,
        lies=(
            *tell(facts, "motility", (0.2,)),
            *tell(facts, "motility", (0.2,), to_engine=True),
        ),
        needed=needed_for_mean(1.3 * deviation, detect=0.1 * expected, skewness=3.0),
        detect=0.1 * expected,
    )


class Front(NamedTuple):
    """Fronts of dividing, wandering cells on a line, for voxels of growing capacity."""

    replicates: tuple[tuple[int, int], ...] = ((10, 8), (40, 4), (1000, 1))
    """Pairs of a capacity and how many fronts to average over."""
    rate: float = 1.0
    """Divisions a day."""
    motility: float = SPACING**2


def lattice_speed(rate: float, motility: float) -> float:
    """Return the speed of a front of many cells on a lattice in discrete steps [µm/day].

    A front of the form exp(k(ct - x)) is carried on by growth of (1 + p) and by jumps of
    probability D dt/dx² to either side in a step; it moves at the smallest speed over k.
    """
    jump = motility * FRONT_STEP / SPACING**2
    growth = 2.0 - math.exp(-rate * FRONT_STEP)

    def speed(k: float) -> float:
        spread = 1.0 + 2.0 * jump * (math.cosh(k * SPACING) - 1.0)
        return math.log(growth * spread) / (k * FRONT_STEP)

    middle = math.sqrt(rate / motility)
    found: Any = minimize_scalar(speed, bounds=(middle / 10.0, middle * 10.0), method="bounded")
    return float(found.fun)


def slowed(capacity: int) -> float:
    """Return the speed of a front of cells as a share of the field's, to the second order."""
    log = math.log(capacity)
    return 1.0 - math.pi**2 / (2.0 * (log + 3.0 * math.log(log)) ** 2)


def front_speed(facts: Front, capacity: int, seed: int) -> float:
    """Return how fast the cells advance [µm/day], once the front has formed."""
    model = flat_model(
        [1, 301],
        capacity,
        {"cells": {"epithelial": 41 * capacity}, "place": "centre", "voxels": 41},
        ["division", "motion"],
        step=FRONT_STEP,
        epithelial__motility=facts.motility,
        epithelial__division_rate=facts.rate,
    )
    cascade = Cascade(model, seed)
    days: list[float] = []
    cells: list[float] = []
    for _ in range(10):
        cascade.advance(round(0.1 * FRONT_DAYS / FRONT_STEP))
        days.append(cascade.step * FRONT_STEP)
        cells.append(float(cascade.primary.cells.n))
    slope = np.polyfit(days[4:], cells[4:], 1)[0]
    return float(slope) / capacity / 2.0 * SPACING


def _front_speeds(facts: Front, _: int) -> Floats:
    return np.array(
        [
            float(np.mean([front_speed(facts, capacity, seed) for seed in range(fronts)]))
            for capacity, fronts in facts.replicates
        ]
    )


def _judge_front(speeds: Floats, facts: Front) -> Verdict:
    """Pass where speeds rise with the capacity, stay below the field's and near the theory's."""
    ratios = speeds / lattice_speed(facts.rate, facts.motility)
    expected = slowed(facts.replicates[-1][0])
    from_below = bool((np.diff(ratios) > 0.0).all() and ratios[-1] < 1.0)
    distance = abs(float(ratios[-1]) - expected) if from_below else math.inf
    return Verdict(float(ratios[-1]), expected, distance, 0.05, 0)


class Travel(NamedTuple):
    """Clusters in the vasculature."""

    cells: int = 5
    cohesion: float = 0.5
    single: float = 0.1
    cluster: float = 0.6


def expected_survivors(cells: int, cohesion: float, single: float, cluster: float) -> float:
    """Return how many cells of a cluster survive, on average."""
    if cells == 1:
        return single
    alone = cells * cohesion * (1.0 - cohesion) ** (cells - 1)
    return (
        cells * (1.0 - cohesion) * single + cells * cohesion * cluster + alone * (single - cluster)
    )


def _survived(facts: Travel, clusters: int) -> Floats:
    """Return how many cells of each cluster survived."""
    model = load_model(
        "franssen-2019",
        change={
            "vasculature.cohesion": facts.cohesion,
            "vasculature.single_survival": facts.single,
            "vasculature.cluster_survival": facts.cluster,
        },
    )
    cascade = Cascade(model, 1889)
    kinds = np.full(facts.cells, EPITHELIAL, np.uint8)
    survivors = np.empty(clusters)
    for cluster in range(clusters):
        ids = np.arange(facts.cells) + cluster * facts.cells
        before = cascade.tally("survived_cells")
        cascade.send(Travelling(cascade.step + 1, 0, ids, kinds))
        cascade.arrive(cascade.step + 1)
        survivors[cluster] = cascade.tally("survived_cells") - before
    return survivors


def _judge_travel(survivors: Floats, facts: Travel) -> Verdict:
    expected = expected_survivors(facts.cells, facts.cohesion, facts.single, facts.cluster)
    return compare_mean(survivors, expected, detect=0.1 * expected)


def _travel(facts: Travel) -> Trial[Travel, Floats]:
    expected = expected_survivors(facts.cells, facts.cohesion, facts.single, facts.cluster)
    return Trial(
        name=f"tissue_cells.cluster_of_{facts.cells}",
        law="survival of clusters",
        statement="s(1-p)P_s + s p P_C + s p (1-p)^(s-1) (P_s - P_C)",
        facts=facts,
        engine=_survived,
        judge=_judge_travel,
        lies=(
            *tell(facts, "cluster", (0.2,)),
            *tell(facts, "cluster", (0.2,), to_engine=True),
            Lie(
                "no disaggregation in the engine", 1.0, facts._replace(cohesion=1.0), to_engine=True
            ),
        ),
        needed=needed_for_mean(2.4 * expected, detect=0.1 * expected, skewness=1.0),
        detect=0.1 * expected,
    )


def trials() -> tuple[Trial[Any, Any], ...]:
    """Return the checks of this part."""
    front = Front()
    return (
        *(_walk(dimensions) for dimensions in (1, 2, 3)),
        Trial(
            name="tissue_cells.front",
            law="speed of a front of cells",
            statement="2 sqrt(r D) (1 - pi^2/(2 (ln N + 3 ln ln N)^2)), from below as N grows",
            facts=front,
            engine=_front_speeds,
            judge=_judge_front,
            lies=(
                *tell(front, "motility", (0.2,)),
                *tell(front, "rate", (0.2,)),
                *tell(front, "rate", (0.2,), to_engine=True),
            ),
        ),
        _travel(Travel()),
        _travel(Travel(cells=2)),
    )
