r"""Treatment: dose, resistance, cure and response, against closed forms and a simulation.

Radiotherapy leaves :math:`e^{-n(\alpha d + \beta d^2)}`; n cycles that each leave a share S of N
cells cure with probability :math:`e^{-N S^n}`; a lesion of n cells holds no clone that resists with
probability :math:`e^{-\mu(n-1)}` (Luria and Delbrueck), so that a course that kills every sensitive
cell cures small colonies and only delays large ones. A uniform log-kill, which delays all alike and
cures none, is a saboteur here.

Public names: `trials`.
"""

import math
from functools import cache
from typing import Any, Final, NamedTuple

import numpy as np

from paget.body.growth import NEVER
from paget.clinic.dosing import give_cycles
from paget.clinic.radiotherapy import equivalent_dose, surviving_fraction
from paget.clinic.records import SYSTEMIC
from paget.clinic.resistance import cure_probability, resistant_cells
from paget.clinic.response import RESPONSES, recist
from paget.core import streams
from paget.kernels.jit import jit
from paget.kernels.philox import uniform
from paget.record import ROOM, people, scratch
from paget.study.lives import run_key
from paget.study.verification.check import Lie, Trial, tell
from paget.study.verification.lives import SEED, theory_model
from paget.study.verification.statistics import (
    FALSE_FAIL,
    Floats,
    Verdict,
    compare_proportion,
    compare_same,
    needed_for_proportion,
    needed_for_same,
)

# ------------------------------------------------------------------------------------ radiotherapy


class Dose(NamedTuple):
    """Radiosensitivity [1/Gy], [1/Gy^2]."""

    alpha: float = 0.33
    beta: float = 0.033


DOSES: Final = ((2.0, 25), (1.8, 28), (2.67, 15), (5.0, 5), (12.0, 3), (20.0, 1))


def _irradiated(facts: Dose, _: int) -> Floats:
    """Return the share of cells that each course leaves, and its equivalent dose."""
    left = [surviving_fraction(dose, n, facts.alpha, facts.beta) for dose, n in DOSES]
    return np.array([*left, *(equivalent_dose(d, n, facts.alpha, facts.beta) for d, n in DOSES)])


def _judge_irradiated(found: Floats, facts: Dose) -> Verdict:
    """Expect the linear-quadratic law; and the same kill from the equivalent dose at 2 Gy."""
    dose, n = np.array(DOSES).T
    kill = n * (facts.alpha * dose + facts.beta * dose**2)
    expected = np.concatenate([np.exp(-kill), kill / (facts.alpha + 2.0 * facts.beta)])
    off = np.abs(found / expected - 1.0)
    at = int(np.argmax(off))
    return Verdict(float(found[at]), float(expected[at]), float(off[at]), 1e-12, 0)


# -------------------------------------------------------------------------------------- resistance


class Clones(NamedTuple):
    """A lesion in which cells become resistant as it grows."""

    rate: float = 2e-3
    """Mutations a division."""
    loss: float = 0.5
    """Death rate over birth rate."""
    n: float = 1000.0
    """Cells of the lesion."""


DETECT_NONE: Final = 0.02
DETECT_CLONES: Final = 0.05
LESIONS: Final = 1_000_000
"""Lesions are numbered from here on, apart from the patients of other checks."""


def _resistant(facts: Clones, lesions: int) -> Floats:
    """Return how many lasting cells resist in each of many lesions."""
    key, (rate, loss, n) = run_key(SEED), facts
    lasting = 1.0 - loss
    found = [resistant_cells(key, 0, LESIONS + i, 0, n, rate, loss) for i in range(lesions)]
    return np.round(np.array(found) * lasting)


def _judge_none(found: Floats, facts: Clones) -> Verdict:
    """Expect no resistant cell with the probability of Luria and Delbrueck."""
    none = int(np.count_nonzero(found == 0.0))
    chance = math.exp(-facts.rate * (facts.n - 1.0))
    return compare_proportion(none, len(found), chance, detect=DETECT_NONE)


@jit
def _branching(key: int, lesion: int, n: int, rate: float, loss: float) -> int:
    """Let a line of one cell divide, die and mutate cell by cell; return the lasting mutants at n.

    The line starts again where it dies out. A mutant lasts if its own line never would.
    """
    index, sensitive, mutants = 0, 1, 0
    birth = 1.0 / (1.0 + loss)
    while 0 < sensitive + mutants < n:
        u = uniform(key, streams.RESISTANT, 1, lesion, 2 * index)
        resists = u * (sensitive + mutants) < mutants
        u = uniform(key, streams.RESISTANT, 1, lesion, 2 * index + 1)
        index += 1
        if u >= birth:
            mutants -= resists
            sensitive -= not resists
        elif resists or u < birth * rate:
            mutants += 1
        else:
            sensitive += 1
        if sensitive + mutants == 0:
            sensitive = 1
    lasting = 0
    for i in range(mutants):
        lasting += uniform(key, streams.RESISTANT, 2, lesion, i) >= loss
    return lasting


@cache
def _simulated(facts: Clones, lesions: int) -> Floats:
    n, key = int(facts.n), run_key(SEED)
    return np.array([_branching(key, i, n, facts.rate, facts.loss) for i in range(lesions)], float)


def _judge_clones(found: Floats, facts: Clones) -> Verdict:
    """Expect as many as a simulation of every division and death finds."""
    return compare_same(found, _simulated(facts, len(found)), detect=DETECT_CLONES)


# -------------------------------------------------------------------------------------------- cure


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
    uniform: bool = False
    """A saboteur's treatment: every lesion loses the same share, and none dies out."""


DETECT_CURE: Final = 0.03
CURE: Final = Course(0.1, 4, (1e4,))
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
    line["kind"], line["drugs"], line["every"] = SYSTEMIC, (0, -1, -1), 0.0
    protocol.n_drugs = protocol.n_lines = 1
    return world


def _one_patient(facts: Course, world: Any, size: float, patient: int, n: int) -> Floats:
    """Give the course to the ``n`` lesions of one patient; return the share that each keeps."""
    work: Any = scratch(ROOM)
    person: Any = people(1)[0]
    person.key, person.patient, person.subtype = run_key(SEED), patient, 0
    lesions = work.lesions[:n]
    lesions["id"], lesions["site"] = LESIONS + np.arange(n), 0
    lesions["rate"], lesions["capacity"], lesions["count"] = 1e-9, math.inf, 1
    lesions["removed"] = lesions["dies_asleep"] = NEVER
    lesions["founded"] = lesions["wakes"] = -1.0
    lesions["sensitive"], lesions["treated_by"] = size, -1  # as many cells on day 0, all sensitive
    work.counts[0] = n
    for _ in range(facts.cycles):
        give_cycles(person, world, work, 0, 1, 0.0)
    left = (lesions["sensitive"] + lesions["resistant"]) / size
    return np.where(lesions["removed"] == NEVER, left, 0.0)


def _judge_cure(found: Floats, facts: Course) -> Verdict:
    """Expect the Poisson law of the last cells."""
    gone = int(np.count_nonzero(found[0] == 0.0))
    chance = cure_probability(facts.sizes[0], facts.survival, facts.cycles)
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


# ---------------------------------------------------------------------------------------- response


class Scan(NamedTuple):
    """A factor of saboteurs on what a scan measures today."""

    measured: float = 1.0


# Sums of diameters [mm]: at the start, least, today; a new lesion; targets gone; the response.
CASES: Final = (
    (100.0, 100.0, 100.0, False, False, "stable"),
    (100.0, 100.0, 69.0, False, False, "partial"),
    (100.0, 100.0, 71.0, False, False, "stable"),
    (100.0, 100.0, 119.0, False, False, "stable"),
    (100.0, 100.0, 121.0, False, False, "progression"),
    (100.0, 40.0, 47.5, False, False, "partial"),
    (100.0, 40.0, 48.5, False, False, "progression"),
    (100.0, 20.0, 24.5, False, False, "partial"),
    (100.0, 20.0, 25.5, False, False, "progression"),
    (100.0, 30.0, 0.0, False, True, "complete"),
    (100.0, 30.0, 0.0, True, True, "progression"),
    (100.0, 60.0, 50.0, True, False, "progression"),
)


def _responses(facts: Scan, _: int) -> Floats:
    codes = [
        recist(base, least, facts.measured * now, new, gone)
        for base, least, now, new, gone, _ in CASES
    ]
    return np.array(codes, float)


def _judge_responses(found: Floats, _: Scan) -> Verdict:
    expected = np.array([float(RESPONSES.index(case[-1])) for case in CASES])
    wrong = np.flatnonzero(found != expected)
    at = int(wrong[0]) if len(wrong) else 0
    return Verdict(float(found[at]), float(expected[at]), float(len(wrong)), 0.0, 0)


# ------------------------------------------------------------------------------------------ trials


def _of_resistance() -> tuple[Trial[Any, Any], ...]:
    clones = Clones()
    no_clone = math.exp(-clones.rate * (clones.n - 1.0))
    return (
        Trial(
            "treatment.no_resistance",
            "Luria and Delbrueck",
            "P(no resistant cell) = exp(-rate (n - 1))",
            clones,
            _resistant,
            _judge_none,
            tell(clones, "rate", (0.2,)) + tell(clones, "rate", (0.2,), to_engine=True),
            needed_for_proportion(no_clone, detect=DETECT_NONE),
            DETECT_NONE,
        ),
        Trial(
            "treatment.clones",
            "Luria and Delbrueck, every division and death simulated",
            "the number of lasting resistant cells has the law of the simulation",
            clones,
            _resistant,
            _judge_clones,
            tell(clones, "rate", (0.2,), to_engine=True)
            + tell(clones, "n", (0.2,), to_engine=True),
            needed_for_same(detect=DETECT_CLONES),
            DETECT_CLONES,
        ),
    )


def _of_cure() -> tuple[Trial[Any, Any], ...]:
    chances = [math.exp(-ADJUVANT.rate * (size - 1.0)) for size in ADJUVANT.sizes]
    share = FALSE_FAIL / len(chances)
    return (
        Trial(
            "treatment.cure",
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
            "treatment.adjuvant",
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


def trials() -> tuple[Trial[Any, Any], ...]:
    """Return the checks of treatment."""
    dose, scan = Dose(), Scan()
    return (
        Trial(
            "treatment.radiotherapy",
            "the linear-quadratic law",
            "S = exp(-n (alpha d + beta d^2)); EQD2 = n d (alpha + beta d)/(alpha + 2 beta)",
            dose,
            _irradiated,
            _judge_irradiated,
            tell(dose, "alpha") + tell(dose, "beta"),
        ),
        *_of_resistance(),
        *_of_cure(),
        Trial(
            "treatment.response",
            "RECIST",
            "the response of each case = by hand",
            scan,
            _responses,
            _judge_responses,
            tell(scan, "measured", to_engine=True),
        ),
    )
