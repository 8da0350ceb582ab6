r"""Cure: lesions that the engine treats, against the Poisson law of the last cells.

n cycles that each leave a share S of N cells cure with probability :math:`e^{-N S^n}`. A lesion of
N cells holds no clone that resists with probability :math:`e^{-\mu(N-1)}`, so that a course that
kills every sensitive cell cures small colonies and only delays large ones. A uniform log-kill,
which delays all alike and cures none, is a saboteur here.

Public names: `trials`.
"""

import math
from typing import Any, Final, NamedTuple

import numpy as np

from paget.body.growth import NEVER
from paget.clinic.dosing import give_cycles
from paget.clinic.resistance import cure_probability
from paget.engine import ROOM, people, scratch
from paget.engine.lives import run_key
from paget.verify.check import Lie, Trial, tell
from paget.verify.lives import SEED, theory_model
from paget.verify.statistics import (
    FALSE_FAIL,
    Floats,
    Verdict,
    compare_proportion,
    needed_for_proportion,
)
from paget.words import SYSTEMIC


class Course(NamedTuple):
    """A course of one drug."""

    survival: float
    """Share of the sensitive cells that survives a cycle."""
    cycles: int
    sizes: tuple[float, ...]
    """Cells of the lesions that are treated."""
    rate: float = 0.0
    """Mutations to resistance a division."""
    loss: float = 0.9
    grown: float = 1.0
    """Factor by which what is left grows until the next cycle."""
    uniform: bool = False
    """A saboteur's treatment: every lesion loses the same share, and none dies out."""


DETECT_CURE: Final = 0.03
EVERY: Final = 14.0
"""Days between cycles."""
CURE: Final = Course(0.1, 4, (1e4,))
GROWING: Final = Course(0.1, 4, (3e3,), grown=1.5)
"""The cycles are given at once, as between two assessments, and the cells grow in between."""
ADJUVANT: Final = Course(1e-3, 10, (1e4, 1e5, 3e5, 1e8), rate=1e-5)
"""Enough for every sensitive cell: the smallest colony is mostly cured, the largest never is."""


def _treated(facts: Course, n: int) -> Floats:
    """Return (size, lesion) the share of its cells that each lesion keeps after the course."""
    return np.array([_one_size(facts, size, n) for size in facts.sizes])


def _one_size(facts: Course, size: float, n: int) -> Floats:
    if facts.uniform:
        return np.full(n, facts.survival**facts.cycles)
    world = _world(facts)
    parts = [
        _one_patient(facts, world, size, patient, min(ROOM, n - first))
        for patient, first in enumerate(range(0, n, ROOM))
    ]
    return np.concatenate(parts)


def _world(facts: Course) -> Any:
    """Return a world whose protocol has one line of one drug."""
    changes = {"growth.law": "exponential", "growth.cell_loss": facts.loss}
    world: Any = theory_model(changes).world
    protocol = world.protocol
    drug, line = protocol.drugs[0], protocol.lines[0]
    drug["subtypes"], drug["responders"], drug["durable"] = 1, 1.0, 0.0
    drug["log_kill"], drug["resistance_rate"] = -math.log10(facts.survival), facts.rate
    drug["norton_simon"], drug["arrest"], drug["sanctuary"] = 0.0, 0.0, 1.0
    line["kind"], line["drugs"] = SYSTEMIC, (0, -1, -1)
    line["every"] = EVERY if facts.grown > 1.0 else 0.0
    protocol.n_drugs = protocol.n_lines = 1
    return world


def _one_patient(facts: Course, world: Any, size: float, patient: int, n: int) -> Floats:
    """Give the course to the ``n`` lesions of one patient; return the share that each keeps."""
    work: Any = scratch(ROOM)
    person: Any = people(1)[0]
    person.key, person.patient, person.subtype = run_key(SEED), patient, 0
    lesions = work.lesions[:n]
    lesions["id"], lesions["site"] = np.arange(n), 0
    rate = max(math.log(facts.grown) / EVERY, 1e-9)
    lesions["rate"], lesions["capacity"], lesions["count"] = rate, math.inf, 1
    lesions["founded"] = lesions["wakes"] = -1.0
    lesions["start"] = size * math.exp(-rate)  # so that it has its size on day 0
    for field in ("removed", "dies_asleep", "balance_from", "stall_from", "anchor"):
        lesions[field] = NEVER
    lesions["treated_by"] = -1
    work.n_lesions = n
    at_once = facts.cycles if facts.grown > 1.0 else 1
    for _ in range(0, facts.cycles, at_once):
        give_cycles(person, world, work, 0, at_once, 0.0)
    left = (lesions["sensitive"] + lesions["resistant"]) / size
    return np.where(lesions["removed"] == NEVER, left, 0.0)


def _judge_cure(found: Floats, facts: Course) -> Verdict:
    """Expect the Poisson law of the last cells."""
    gone = int(np.count_nonzero(found[0] == 0.0))
    cells = facts.sizes[0] * facts.grown ** (facts.cycles - 1)
    chance = cure_probability(cells, facts.survival, facts.cycles)
    return compare_proportion(gone, found.shape[1], chance, detect=DETECT_CURE)


def _judge_adjuvant(found: Floats, facts: Course) -> Verdict:
    """Expect that those without a clone are cured, and they alone; return the worst size."""
    share = FALSE_FAIL / len(facts.sizes)
    verdicts: list[Verdict] = []
    for size, left in zip(facts.sizes, found, strict=True):
        gone = int(np.count_nonzero(left == 0.0))
        chance = math.exp(-facts.rate * (size - 1.0))
        verdicts.append(
            compare_proportion(gone, len(left), chance, detect=DETECT_CURE, false_fail=share)
        )
    return max(verdicts, key=_strain)


def _strain(verdict: Verdict) -> float:
    """Return how much of its limit a comparison uses up."""
    if verdict.limit == 0.0:
        return 0.0 if verdict.passed else math.inf
    return verdict.statistic / verdict.limit


def trials() -> tuple[Trial[Any, Any], ...]:
    """Return the checks of cure."""
    chances = [math.exp(-ADJUVANT.rate * (size - 1.0)) for size in ADJUVANT.sizes]
    share = FALSE_FAIL / len(chances)
    return (
        Trial(
            "cure.cycles",
            "Poisson law of the last cells",
            "P(cured after n cycles) = exp(-N S^n)",
            CURE,
            _treated,
            _judge_cure,
            (
                *tell(CURE, "survival", to_engine=True),
                Lie("a cycle less", 1.0, CURE._replace(cycles=CURE.cycles - 1), to_engine=True),
            ),
            needed_for_proportion(math.exp(-1.0), detect=DETECT_CURE),
            DETECT_CURE,
        ),
        Trial(
            "cure.regrowth",
            "Poisson law of the last cells, which grow between cycles",
            "P(cured after n cycles) = exp(-N S^n G^(n-1))",
            GROWING,
            _treated,
            _judge_cure,
            (
                *tell(GROWING, "grown", (0.2,), to_engine=True),
                Lie("no growth in between", 1.0, GROWING._replace(grown=1.0), to_engine=True),
            ),
            needed_for_proportion(math.exp(-1.0), detect=DETECT_CURE),
            DETECT_CURE,
        ),
        Trial(
            "cure.adjuvant",
            "small colonies are cured, large ones only delayed",
            "P(cured) = exp(-rate (N - 1)) at every size N",
            ADJUVANT,
            _treated,
            _judge_adjuvant,
            (
                *tell(ADJUVANT, "rate", (0.2,), to_engine=True),
                Lie("uniform log-kill", 1.0, ADJUVANT._replace(uniform=True), to_engine=True),
                Lie("nobody resists", 1.0, ADJUVANT._replace(rate=0.0), to_engine=True),
            ),
            max(needed_for_proportion(p, detect=DETECT_CURE, false_fail=share) for p in chances),
            DETECT_CURE,
        ),
    )
