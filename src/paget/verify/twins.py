r"""Twins: what a comparison estimates, against survival that is known.

Two arms die at constant hazards: Cox's partial likelihood must give their ratio. Patients of two
ages die of their cancer at constant hazards and of the life table besides: Pohar Perme's estimator
must give net survival, :math:`\overline{e^{-\lambda_i t}}`, where the old have both the higher
hazard of other causes and the worse cancer. Ederer II, which does not weigh for those whom other
causes took, is a saboteur here.

Public names: `trials`.
"""

import math
from typing import Any, Final, NamedTuple

import numpy as np
from scipy import special

from paget.atlas.mortality import integrated_hazard
from paget.observe.relative_survival import EDERER_II, POHAR_PERME, Followed, relative_survival
from paget.twins.outcomes import log_hazard_ratio
from paget.verify.check import Lie, Trial, tell
from paget.verify.lives import SEED
from paget.verify.statistics import FALSE_FAIL, MISS, Verdict

DETECT_RATIO: Final = 0.05
"""Of a log hazard ratio."""
DETECT_NET: Final = 0.03
"""Of net survival."""
_STRICT: Final = float(-special.ndtri(FALSE_FAIL / 2.0))
_SURE: Final = float(-special.ndtri(MISS))
_Z95: Final = float(-special.ndtri(0.025))


class Arms(NamedTuple):
    """Two arms of patients."""

    rate: float = 0.2
    """Hazard of death in the first [1/year]."""
    ratio: float = 0.6
    """Of the hazard in the second."""
    follow_up: float = 20.0
    """[year]"""
    immortal: float = 0.0
    """A saboteur's years before the second arm can die."""


class Registry(NamedTuple):
    """Patients of two ages, half of them each."""

    ages: tuple[float, float] = (45.0, 78.0)
    """[year] at diagnosis."""
    excess: float = 0.03
    """Hazard of death from the cancer at the younger age [1/year]."""
    older: float = 8.0
    """Times that at the older."""
    years: int = 10
    method: str = POHAR_PERME


class Told(NamedTuple):
    """An estimate and its standard error."""

    value: float
    error: float
    draws: int


def _hazard_ratio(facts: Arms, n: int) -> Told:
    """Let two arms die, and compare them as twins are compared."""
    rng = np.random.default_rng(SEED)
    days = [rng.exponential(1.0 / rate, n) for rate in (facts.rate, facts.rate * facts.ratio)]
    days[1] += facts.immortal
    years = [np.minimum(day, facts.follow_up) for day in days]
    died = [day < facts.follow_up for day in days]
    fit = log_hazard_ratio(years[0], died[0], years[1], died[1])
    squares = float(fit.influence_a @ fit.influence_a + fit.influence_b @ fit.influence_b)
    return Told(fit.estimate, math.sqrt(squares), n)


def _judge_ratio(found: Told, facts: Arms) -> Verdict:
    theory = math.log(facts.ratio)
    return Verdict(
        found.value, theory, abs(found.value - theory), _STRICT * found.error, found.draws
    )


def _net_survival(facts: Registry, n: int) -> Told:
    """Let a registry's patients die, and return net survival at the end."""
    rng = np.random.default_rng(SEED + 1)
    table, birthdays = integrated_hazard(2010), np.arange(121.0)
    age = np.repeat(np.array(facts.ages), n // 2)
    excess = facts.excess * np.where(age > facts.ages[0], facts.older, 1.0)
    passed = np.interp(age, birthdays, table[0]) + rng.exponential(size=len(age))
    other = np.interp(passed, table[0], birthdays) - age
    day = np.minimum(other, rng.exponential(size=len(age)) / excess)
    lives = Followed(
        np.minimum(day, facts.years),
        day < facts.years,
        age,
        np.zeros(len(age), np.int64),
        np.ones(len(age)),
    )
    row = relative_survival(lives, table, facts.years, facts.method).row(-1, named=True)
    return Told(row["relative"], (row["high"] - row["low"]) / (2.0 * _Z95), n)


def _judge_net(found: Told, facts: Registry) -> Verdict:
    rates = facts.excess, facts.excess * facts.older
    theory = sum(math.exp(-rate * facts.years) for rate in rates) / len(rates)
    return Verdict(
        found.value, theory, abs(found.value - theory), _STRICT * found.error, found.draws
    )


def trials() -> tuple[Trial[Any, Any], ...]:
    """Return the checks of what twins estimate."""
    arms, registry = Arms(), Registry()
    return (
        Trial(
            "twins.hazard_ratio",
            "partial likelihood of two arms",
            "hazard ratio of constant hazards = their ratio",
            arms,
            _hazard_ratio,
            _judge_ratio,
            (
                *tell(arms, "ratio", (0.1, 0.3)),
                Lie("half a year without death", 1.0, arms._replace(immortal=0.5), to_engine=True),
            ),
            math.ceil(2.2 * ((_STRICT + _SURE) / DETECT_RATIO) ** 2),
            DETECT_RATIO,
        ),
        Trial(
            "twins.net_survival",
            "Pohar Perme's estimator",
            "net survival = mean of exp(-excess t), whoever else dies of other causes",
            registry,
            _net_survival,
            _judge_net,
            (
                *tell(registry, "excess", (0.2, 0.5)),
                Lie("Ederer II", 1.0, registry._replace(method=EDERER_II), to_engine=True),
            ),
            math.ceil(0.4 * ((_STRICT + _SURE) / DETECT_NET) ** 2),
            DETECT_NET,
        ),
    )
