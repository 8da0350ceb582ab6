r"""Growth: sizes, their inverses and the integrals of powers of size, against integration.

The laws are stated once more, as right-hand sides only, and integrated numerically: sizes by
an ODE solver, times and integrals by quadrature over the logarithm of size. What the engine has in
closed form must agree to a stated tolerance.

Public names: `trials`.
"""

import math
from collections.abc import Callable, Iterator
from itertools import pairwise, product
from typing import Any, Final, NamedTuple

import numpy as np
from scipy.integrate import quad, solve_ivp

from paget.body.growth import (
    Law,
    elapsed,
    growth_law,
    growth_rate,
    power_integral,
    size_after,
    time_at_integral,
)
from paget.verify.check import Lie, Trial, tell
from paget.verify.statistics import Verdict
from paget.words import GROWTH_LAWS

TOLERANCE: Final = 1e-9
POWERS: Final = (0.3, 2.0 / 3.0, 1.0, 1.5)
# From one cell to a tumour near its capacity; the ceiling binds Gompertz growth at first.
SPANS: Final = ((1.0, 50.0), (1.0, 1e6), (30.0, 3e8), (1e6, 9.9e8))


class Facts(NamedTuple):
    """The constants of a law of growth, as `paget.body.growth.Law` has them."""

    rate: float = 0.004
    capacity: float = 1e9
    ceiling: float = 0.05
    exponent: float = 0.6
    power_scale: float = 1.0
    """A factor on the power of size under the integral: 1, but for saboteurs."""


Pair = tuple[float, float]
Answers = dict[tuple[str, float, float, float], Pair]
"""By law, sizes and power: two numbers of the engine."""


def slope(kind: str, facts: Facts, y: float) -> float:
    """Return the growth per cell [1/day] at the logarithm ``y`` of size: the law itself."""
    if kind == "exponential":
        return facts.rate
    if kind == "logistic":
        return facts.rate * (1.0 - math.exp(y) / facts.capacity)
    if kind == "power":
        return facts.rate * math.exp((facts.exponent - 1.0) * y)
    if kind == "gompertz":
        return min(facts.ceiling, facts.rate * (math.log(facts.capacity) - y))
    # A law that is not stated once more: its sizes and integrals against its own rate of growth.
    own = growth_law(
        GROWTH_LAWS.index(kind), facts.rate, facts.capacity, facts.ceiling, facts.exponent
    )
    return growth_rate(own, math.exp(y))


def _kink(kind: str, facts: Facts) -> float | None:
    """Return the logarithm of size at which a law changes its form."""
    if kind != "gompertz":
        return None
    return math.log(facts.capacity) - facts.ceiling / facts.rate


def _over_size(kind: str, facts: Facts, span: Pair, power: float) -> float:
    """Return the integral of N^power over time from size to size, by quadrature over ln N."""
    low, high = math.log(span[0]), math.log(span[1])
    kink = _kink(kind, facts)
    inside = [kink] if kink is not None and low < kink < high else []
    edges = [low, *inside, high]
    # Scaled by its largest value, so that the solver's absolute tolerance means something.
    top = power * high
    total = 0.0
    for a, b in pairwise(edges):
        part, _ = quad(
            lambda y: math.exp(power * y - top) / slope(kind, facts, y),
            a,
            b,
            epsabs=0.0,
            epsrel=1e-12,
            limit=400,
        )
        total += part
    return total * math.exp(top)


def _grown(kind: str, facts: Facts, n: float, days: float) -> float:
    """Return the size after ``days``, by an ODE solver on ln N."""

    def right(_: float, y: Any) -> list[float]:
        return [slope(kind, facts, float(y[0]))]

    start, left = math.log(n), days
    kink = _kink(kind, facts)
    if kink is not None and start < kink:
        to_kink = (kink - start) / facts.ceiling
        if to_kink >= days:
            return math.exp(start + facts.ceiling * days)
        start, left = kink, days - to_kink
    solved = solve_ivp(right, (0.0, left), [start], method="DOP853", rtol=1e-13, atol=1e-13)
    return math.exp(float(solved.y[0, -1]))


def _laws(facts: Facts) -> Iterator[tuple[str, Law]]:
    for kind in GROWTH_LAWS:
        # The other laws grow at their constant, which is near 0.05 for all but the power law's.
        rate = facts.rate if kind == "gompertz" else 5.0 * facts.rate
        code = GROWTH_LAWS.index(kind)
        yield kind, growth_law(code, rate, facts.capacity, facts.ceiling, facts.exponent)


def _facts_of(law: Law, facts: Facts) -> Facts:
    return facts._replace(rate=law.rate)


def _worst(answers: Answers, expected: Callable[[str, Pair, float], Pair]) -> Verdict:
    """Return the verdict on the answer that is farthest off."""
    worst = Verdict(0.0, 0.0, 0.0, TOLERANCE, 0)
    for (kind, low, high, power), found in answers.items():
        for engine, theory in zip(found, expected(kind, (low, high), power), strict=True):
            off = abs(engine / theory - 1.0)
            if not off <= worst.statistic:
                worst = worst._replace(engine=engine, theory=theory, statistic=off)
    return worst


# ------------------------------------------------------------------------------- the engine


def _sizes(facts: Facts, _: int) -> Answers:
    """Ask for the size after a time and the time back from that size."""
    answers: Answers = {}
    for (kind, law), (low, high) in product(_laws(facts), SPANS):
        days = elapsed(law, low, high)
        answers[kind, low, high, 0.0] = (days, size_after(law, low, days))
    return answers


def _integrals(facts: Facts, _: int) -> Answers:
    """Ask for the integral of a power of size and for the time at which it is reached."""
    answers: Answers = {}
    for (kind, law), (low, high), power in product(_laws(facts), SPANS, POWERS):
        total = power_integral(law, power, low, high)
        answers[kind, low, high, power] = (total, time_at_integral(law, power, low, total))
    return answers


# -------------------------------------------------------------------------------- the theory


def _judge_inverse(answers: Answers, facts: Facts) -> Verdict:
    """Expect to be back at the size, for a time that the law of ``facts`` takes."""
    laws = dict(_laws(facts))
    return _worst(
        answers,
        lambda kind, span, _: (elapsed(laws[kind], *span), span[1]),
    )


def _judge_sizes(answers: Answers, facts: Facts) -> Verdict:
    laws = dict(_laws(facts))

    def expected(kind: str, span: Pair, _: float) -> Pair:
        own = _facts_of(laws[kind], facts)
        days = answers[kind, *span, 0.0][0]
        return _over_size(kind, own, span, 0.0), _grown(kind, own, span[0], days)

    return _worst(answers, expected)


def _judge_integrals(answers: Answers, facts: Facts) -> Verdict:
    laws = dict(_laws(facts))

    def expected(kind: str, span: Pair, power: float) -> Pair:
        own = _facts_of(laws[kind], facts)
        return (
            _over_size(kind, own, span, power * facts.power_scale),
            _over_size(kind, own, span, 0.0),
        )

    return _worst(answers, expected)


def _without_ceiling(facts: Facts) -> Lie[Facts]:
    """Return the lie that cells can divide without limit: another law below the corner."""
    return Lie("Gompertz without the ceiling", 1.0, facts._replace(ceiling=np.inf))


def trials() -> tuple[Trial[Facts, Answers], ...]:
    """Return the checks of the laws of growth."""
    facts = Facts()
    wrong = (*tell(facts, "rate"), *tell(facts, "exponent"), _without_ceiling(facts))
    return (
        Trial(
            "growth.inverse",
            "laws of growth",
            "size_after(N1, elapsed(N1, N2)) = N2",
            facts,
            _sizes,
            _judge_inverse,
            wrong,
        ),
        Trial(
            "growth.size",
            "laws of growth",
            "dN/dt = g(N) N, integrated; time = int dlnN / g(N)",
            facts,
            _sizes,
            _judge_sizes,
            wrong,
        ),
        Trial(
            "growth.integral",
            "powers of size",
            "int N^p dt = int N^p / g(N) dlnN; Gompertz K^p [E1(p z2) - E1(p z1)] / a",
            facts,
            _integrals,
            _judge_integrals,
            (*wrong, *tell(facts, "power_scale")),
        ),
    )
