r"""Treatment: dose, resistance and response, against closed forms, a simulation and cases by hand.

Radiotherapy leaves :math:`e^{-n(\alpha d + \beta d^2)}`; a lesion of n cells holds no clone that
resists with probability :math:`e^{-\mu(n-1)}` (Luria and Delbrueck), and how many cells resist is
held against a simulation of every division and death.

Public names: `trials`.
"""

import math
from functools import cache
from typing import Any, Final, NamedTuple

import numpy as np

from paget.clinic.radiotherapy import equivalent_dose, surviving_fraction
from paget.clinic.resistance import resistant_cells
from paget.clinic.response import recist
from paget.core import streams
from paget.engine.lives import run_key
from paget.kernels.jit import jit
from paget.kernels.philox import uniform
from paget.verify.check import Trial, tell
from paget.verify.lives import SEED
from paget.verify.statistics import (
    Floats,
    Verdict,
    compare_proportion,
    compare_same,
    needed_for_proportion,
    needed_for_same,
)
from paget.words import RESPONSES

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
