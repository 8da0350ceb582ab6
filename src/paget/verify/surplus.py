"""Surplus cohorts: late disease carried in cohorts against every lesion lived by itself.

Carrying late arrivals as cohorts is an approximation of number, not of law. Its error is bounded
here: the same virtual patients die of their burden twice, once with the atlas's numbers and once
with every lesion by itself, and the mean time from the first seeding to death must not change by
more than a stated share.

Public names: `trials`.
"""

from functools import cache
from typing import Any, Final, NamedTuple

import numpy as np
from scipy import special

from paget.verify.check import Trial, tell
from paget.verify.lives import Lives, theory_model, whole_lives
from paget.verify.statistics import FALSE_FAIL, Verdict

BOUND: Final = 0.005
"""By how much the mean time from first seeding to death may change, as a share of it."""
TWINS: Final = 1000
EVERY_ONE: Final = {"colonisation.explicit": 1_000_000, "colonisation.cohort_rate": 1e9}
COHORTS: Final = {"colonisation.explicit": 8, "colonisation.cohort_rate": 0.1}
"""The numbers of the atlas."""


class Facts(NamedTuple):
    """A cancer that dies of hundreds of metastases."""

    seeds: float = 0.03
    """Colonies a day that a tumour of the reference size of shedding founds."""
    growth: float = 1.0
    """Growth constant of metastases over the primary's."""
    secondary: float = 1.0
    """Shedding of a metastasis over that of a primary of its size."""


def _changes(facts: Facts) -> dict[str, object]:
    return {
        "growth.law": "gompertz",
        "growth.doubling_time": 60,
        "growth.doubling_time.spread": 0.3,
        "shedding.blood_rate": facts.seeds,
        "colonisation.secondary_spread": True,
        "colonisation.secondary_factor": facts.secondary,
        "colonisation.everywhere.growth_factor": facts.growth,
        "survival.everywhere.burden_diameter": 100,
    }


@cache
def _lives(facts: Facts, n: int, *, explicit: bool) -> Lives:
    numbers = EVERY_ONE if explicit else COHORTS
    return whole_lives(theory_model(_changes(facts) | numbers), n)


def _twins(facts: Facts, n: int) -> tuple[Any, Any]:
    """Return the patients with cohorts by these facts, and lesion by lesion by the true ones."""
    return _lives(facts, n, explicit=False).persons, _lives(Facts(), n, explicit=True).persons


def _judge_twins(sample: tuple[Any, Any], _: Facts) -> Verdict:
    """Bound the change of the mean: its size and what chance may hide of it."""
    grouped, explicit = sample
    both = np.isfinite(grouped.first_seeding_day) & np.isfinite(explicit.first_seeding_day)
    found, expected = (twin[both].death_day - twin[both].first_seeding_day for twin in sample)
    change, mean = found - expected, float(expected.mean())
    hidden = -special.ndtri(FALSE_FAIL / 2.0) * change.std(ddof=1) / np.sqrt(len(change))
    bound = (abs(float(change.mean())) + float(hidden)) / mean
    return Verdict(float(found.mean()), mean, bound, BOUND, len(change))


def trials() -> tuple[Trial[Any, Any], ...]:
    """Return the check of surplus cohorts."""
    facts = Facts()
    return (
        Trial(
            "surplus.death",
            "late disease in cohorts, death by burden",
            "mean days from first seeding to death = the same with every lesion by itself",
            facts,
            _twins,
            _judge_twins,
            (
                *tell(facts, "growth", to_engine=True),
                *tell(facts, "seeds", (0.2,), to_engine=True),
            ),
            TWINS,
            BOUND,
        ),
    )
