"""Numbers under the laws: the random generator and the special functions.

Public names: `trials`.
"""

from typing import Any, Final, NamedTuple, cast

import numpy as np
from scipy import special

from paget.kernels.philox import philox4x32
from paget.kernels.special import expint1, expint1_inverse, gamma_p, gamma_quantile, normal_cdf
from paget.verify.check import Lie, Trial, tell
from paget.verify.statistics import Floats, Verdict

# Counter, key (low word first) and output from the file kat_vectors of Random123.
KNOWN_ANSWERS: Final = (
    ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    ((0xFFFFFFFF,) * 4, (0xFFFFFFFF,) * 2, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
)


class Facts(NamedTuple):
    """Factors of saboteurs, and a bit of the key that one of them flips."""

    argument: float = 1.0
    flipped: int = 0


def _blocks(facts: Facts, _: int) -> Floats:
    """Return the twelve words of the three published blocks."""
    words: list[float] = []
    for counter, (low, high), _answer in KNOWN_ANSWERS:
        key = np.uint64((high << 32 | low) ^ facts.flipped)
        words += [float(word) for word in philox4x32(cast("int", key), *counter)]
    return np.array(words)


def _judge_blocks(words: Floats, _: Facts) -> Verdict:
    answers = np.array([float(word) for *_rest, answer in KNOWN_ANSWERS for word in answer])
    wrong = np.flatnonzero(words != answers)
    at = int(wrong[0]) if len(wrong) else 0
    return Verdict(float(words[at]), float(answers[at]), float(len(wrong)), 0.0, 0)


POINTS: Final = np.geomspace(1e-12, 600.0, 400)
NOT_TINY: Final = np.geomspace(1e-3, 600.0, 400)
INVERTED: Final = slice(0, 390)
CHANCES: Final = np.linspace(0.001, 0.999, 97)
SHAPES: Final = (0.5, 1.0, 2.0, 8.0, 100.0)


def _functions(_: Facts, __: int) -> list[Floats]:
    """Return the special functions of the kernels on a grid."""
    e1 = np.array([expint1(x) for x in POINTS])
    return [
        e1,
        np.array([expint1_inverse(y) for y in e1[INVERTED]]),
        np.array([gamma_p(a, x) for a in SHAPES for x in NOT_TINY]),
        np.array([gamma_quantile(u, a) for a in SHAPES for u in CHANCES]),
        np.array([normal_cdf(x) for x in np.linspace(-6.0, 6.0, 97)]),
    ]


def _judge_functions(found: list[Floats], facts: Facts) -> Verdict:
    """Compare with scipy, the argument scaled where a saboteur says so."""
    f = facts.argument
    expected: list[Floats] = [
        special.exp1(f * POINTS),
        f * POINTS[INVERTED],
        np.concatenate([special.gammainc(a, f * NOT_TINY) for a in SHAPES]),
        np.concatenate([f * special.gammaincinv(a, CHANCES) for a in SHAPES]),
        special.ndtr(f * np.linspace(-6.0, 6.0, 97)),
    ]
    worst = Verdict(0.0, 0.0, 0.0, 1e-10, 0)
    for engine, theory in zip(found, expected, strict=True):
        off = np.abs(engine - theory) / np.maximum(np.abs(theory), 1e-300)
        at = int(np.argmax(off))
        if off[at] > worst.statistic:
            worst = Verdict(float(engine[at]), float(theory[at]), float(off[at]), worst.limit, 0)
    return worst


def trials() -> tuple[Trial[Any, Any], ...]:
    """Return the checks of numbers."""
    facts = Facts()
    return (
        Trial(
            "numbers.philox",
            "Philox 4x32-10",
            "12 words = the published known answers (Random123)",
            facts,
            _blocks,
            _judge_blocks,
            (Lie("one bit of the key", 1.0, Facts(flipped=1), to_engine=True),),
        ),
        Trial(
            "numbers.special",
            "special functions",
            "E1, its inverse, gamma and its quantile, normal = scipy",
            facts,
            _functions,
            _judge_functions,
            tell(facts, "argument"),
        ),
    )
