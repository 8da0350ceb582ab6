r"""Relapse after surgery: whole lives against the law of Avanzini and Antal.

A primary of :math:`n(s) = e^{\delta s}` cells is resected on day T with N cells. It has founded
lines at :math:`\nu n(s)` a day, each a birth-death process with birth alpha, death beta and growth
lambda; the cancer recurs when the first of them reaches M cells. Then

.. math:: P(\text{no relapse by } t) = \exp\left[-\frac{\nu}{\alpha} e^{\delta t}
          x^{-\delta/\lambda} \, \gamma\!\left(\frac{\delta}{\lambda},
          x e^{-\lambda (t-T)^+}\right)\right], \quad x = \frac{\lambda M}{\alpha}.

In the engine patients are found by symptoms, so each has a T and an N of its own. Each patient's
day of relapse is put through the law with these; the result must be uniform.

Public names: `trials`, `free_of_relapse`.
"""

import itertools
import math
from functools import cache
from typing import Any, Final, NamedTuple

import numpy as np
from scipy import integrate, special

from paget.verify.check import Lie, Trial, tell
from paget.verify.lives import SEED, Lives, cells_to_mm, theory_model, whole_lives
from paget.verify.statistics import (
    Floats,
    Verdict,
    compare_cdf,
    needed_for_cdf,
)

DETECT: Final = 0.015
FOLLOW_UP: Final = 250.0
"""Days from diagnosis for which patients are followed."""
VESSELS_AT: Final = 200.0
"""Size [cell] from which the engine's primary sheds; the law is cut there too."""


class Facts(NamedTuple):
    """The numbers of the law; those of its authors' example."""

    birth: float = 0.25
    death: float = 0.20
    delta: float = 0.04
    nu: float = 1e-6
    relapse_cells: float = 1e4

    @property
    def growth(self) -> float:
        """Return lambda, the growth of a line [1/day]."""
        return self.birth - self.death


def free_of_relapse(after: Floats, cells: Floats, facts: Facts, first: float = 0.0) -> Floats:
    """Return the probability of no relapse by day T + ``after``.

    Parameters
    ----------
    after : days since the resection; negative before it.
    cells : N, cells of the primary on day T.
    facts : the numbers of the law.
    first : size of the primary from which it founds lines [cell].

    Source
    ------
    Avanzini and Antal, the relapse law, in the limit of large M.
    """
    power = facts.delta / facts.growth
    x = facts.growth * facts.relapse_cells / facts.birth
    started = np.log(np.where(first > 0.0, cells / max(first, 1e-300), np.inf)) / facts.delta
    latest = x * np.exp(-facts.growth * np.maximum(after, 0.0))
    earliest = x * np.exp(-facts.growth * (after + started))
    lines = special.gammainc(power, latest) - special.gammainc(power, earliest)
    lines *= special.gamma(power) * x**-power * cells * np.exp(facts.delta * after)
    return np.exp(-facts.nu / facts.birth * np.maximum(lines, 0.0))


def _changes(facts: Facts) -> dict[str, object]:
    return {
        "growth.founding": True,
        "growth.cell_loss": facts.death / facts.birth,
        "growth.doubling_time": math.log(2.0) / facts.delta,
        "colonisation.everywhere.growth_factor": facts.growth / facts.delta,
        "shedding.reference_diameter": cells_to_mm(1e6),
        "shedding.blood_rate": facts.nu * 1e6,
        "shedding.blood_exponent": 1.0,
        "dormancy.avascular_diameter": cells_to_mm(VESSELS_AT),
        "dormancy.balance_diameter": cells_to_mm(VESSELS_AT),
        "detection.everywhere.diameter": cells_to_mm(facts.relapse_cells),
        "symptoms.primary_diameter": cells_to_mm(3.5e5),
        "symptoms.exponent": 10.0,
        "surgery.on": True,
        # Those seen with metastases keep their primary; what it sheds later concerns no check.
        "colonisation.explicit": 100,
    }


@cache
def _lives(facts: Facts, n: int) -> Lives:
    return whole_lives(theory_model(_changes(facts), horizon=FOLLOW_UP), n)


def _uniform(lives: Lives, facts: Facts) -> Floats:
    """Return each patient's day of relapse, put through the law.

    Where only an interval is known (relapsed before T, or not by the end of follow-up) the draw is
    uniform over what the law gives the interval, so that the whole is uniform if the law is right.
    """
    found = lives.persons[np.isfinite(lives.persons.diagnosis_day)]
    cells = found.cells_at_diagnosis
    end = found.follow_up_day - found.diagnosis_day
    day = np.where(found.recurrence_day < np.inf, found.recurrence_day - found.diagnosis_day, end)
    no_relapse = free_of_relapse(day, cells, facts, VESSELS_AT)
    at_surgery = free_of_relapse(np.zeros_like(day), cells, facts, VESSELS_AT)
    u = np.random.default_rng(SEED).random(len(found))
    seen = found.n_seen > 0
    relapsed = ~seen & (found.recurrence_day < np.inf)
    before, later = u * (1.0 - at_surgery), 1.0 - u * no_relapse
    return np.where(seen, before, np.where(relapsed, 1.0 - no_relapse, later))


def _judge_days(lives: Lives, facts: Facts) -> Verdict:
    return compare_cdf(_uniform(lives, facts), lambda u: u, detect=DETECT)


# ------------------------------------------------------------------------ the published numbers

PUBLISHED: Final = {0.0: 0.98941, 100.0: 0.55913, 200.0: 0.008197}


def _published(_: Facts, __: int) -> Floats:
    """Return the law at its authors' numbers, by integration over the day of founding."""
    facts = Facts()
    resected = math.log(1e6) / facts.delta

    def hazard(s: float, t: float) -> float:
        grown = math.exp(facts.growth * (t - s))
        reaches = math.exp(-facts.growth * facts.relapse_cells / (facts.birth * grown))
        return facts.nu * math.exp(facts.delta * s) * facts.growth / facts.birth * reaches

    def expected(t: float) -> float:
        edges = (-800.0, -200.0, 100.0, min(t, resected))
        parts = [
            integrate.quad(hazard, a, b, args=(t,), epsabs=1e-14, epsrel=1e-12, limit=400)[0]
            for a, b in itertools.pairwise(edges)
        ]
        return math.exp(-sum(parts))

    return np.array([expected(resected + after) for after in PUBLISHED])


def _judge_published(integrated: Floats, facts: Facts) -> Verdict:
    """Compare the closed form with the integral, and both with the numbers as published."""
    after = np.array(list(PUBLISHED))
    closed = free_of_relapse(after, np.full(3, 1e6), facts)
    printed = np.array(list(PUBLISHED.values()))
    off = np.abs(closed / integrated - 1.0) + np.maximum(np.abs(closed / printed - 1.0) - 1e-4, 0.0)
    at = int(np.argmax(off))
    return Verdict(float(integrated[at]), float(closed[at]), float(off[at]), 1e-8, 0)


def trials() -> tuple[Trial[Any, Any], ...]:
    """Return the checks of relapse."""
    facts = Facts()
    formula = (
        "P(no relapse by t) = exp(-(nu/alpha) e^{delta t} x^{-delta/lambda} "
        "lowergamma(delta/lambda, x e^{-lambda (t-T)+})), x = lambda M / alpha"
    )
    no_extinction = Lie("lines never die out", 1.0, facts._replace(nu=facts.nu * 5.0))
    return (
        Trial(
            "relapse.formula",
            "the authors' numbers",
            f"{formula} = .98941, .55913, .008197 at t - T = 0, 100, 200",
            facts,
            _published,
            _judge_published,
            (*tell(facts, "nu"), *tell(facts, "delta"), *tell(facts, "relapse_cells")),
        ),
        Trial(
            "relapse.days",
            "Avanzini-Antal, whole lives",
            formula,
            facts,
            _lives,
            _judge_days,
            (
                *tell(facts, "nu"),
                *tell(facts, "nu", to_engine=True),
                *tell(facts, "delta"),
                *tell(facts, "death"),
                *tell(facts, "relapse_cells", (0.2,)),
                no_extinction,
            ),
            needed_for_cdf(detect=DETECT) + 2000,
            DETECT,
        ),
    )
