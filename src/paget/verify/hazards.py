r"""Hazards: days drawn by integrated hazards, put back through them.

If a day T has the integrated hazard H, then :math:`1 - e^{-H(T)}` is uniform whatever the hazard:
symptoms of the primary and of an organ's metastases, death by life table, and the delays of
dormancy, each drawn by the engine in whole lives or colonies, is put through its own closed form.
Lives that end first give an interval, of which a uniform part is taken: the whole stays uniform.

Public names: `trials`.
"""

import csv
import math
from functools import cache
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special, stats

from paget.atlas.mortality import TABLE
from paget.core.units import YEAR
from paget.verify.check import Lie, Trial, tell
from paget.verify.lives import (
    SEED,
    Colonies,
    Lives,
    cells_to_mm,
    colonies,
    theory_model,
    whole_lives,
)
from paget.verify.statistics import Floats, Verdict, compare_cdf, needed_for_cdf

DETECT: Final = 0.015
"""A hazard 5 % wrong moves its distribution by 0.018."""


def _judged(hazard: Floats, *, is_event: NDArray[np.bool_] | None = None) -> Verdict:
    """Compare with the uniform law; where there was no event, the day lies beyond the hazard."""
    free = np.exp(-hazard)
    if is_event is not None:
        u = np.random.default_rng(SEED).random(len(free))
        free = np.where(is_event, free, u * free)
    return compare_cdf(1.0 - free, lambda u: u, detect=DETECT)


# ------------------------------------------------------------------- symptoms of the primary


class Symptoms(NamedTuple):
    """A hazard of (D / D_s)^power a year under Gompertz growth that differs between patients."""

    diameter: float = 30.0
    """D_s [mm]"""
    power: float = 2.4
    capacity: float = 150.0
    """[mm]"""
    growth: float = 1.0
    """A factor on the growth constant: 1, but for saboteurs."""


def _found_by_symptoms(facts: Symptoms, n: int) -> Lives:
    return whole_lives(
        theory_model(
            {
                "growth.law": "gompertz",
                "growth.fastest_doubling": 0.001,
                "growth.capacity": facts.capacity,
                "growth.doubling_time": 150,
                "growth.doubling_time.spread": 0.7,
                "symptoms.primary_diameter": facts.diameter,
                "symptoms.primary_diameter.spread": 0.75,
                "symptoms.exponent": facts.power,
            }
        ),
        n,
    )


def _judge_symptoms(lives: Lives, facts: Symptoms) -> Verdict:
    """Expect K^p [E1(p z) - E1(p z0)] / (a n_s^p) with p a third of the power of diameter."""
    persons = lives.persons
    found = persons.diagnosis_day < np.inf
    day = np.where(found, persons.diagnosis_day, persons.death_day)
    p, capacity = facts.power / 3.0, facts.capacity**3 / cells_to_mm(1.0) ** 3
    a, z0 = persons.rate * facts.growth, math.log(capacity)
    grown = special.exp1(p * z0 * np.exp(-a * day)) - special.exp1(p * z0)
    scale = (facts.capacity / facts.diameter) ** facts.power / YEAR
    return _judged(persons.symptom_factor * scale * grown / a, is_event=found)


# ------------------------------------------------------------- symptoms of an organ's burden


class Burden(NamedTuple):
    """A hazard of (V / V_s)^p a year, V all the metastases of one organ, each growing at a."""

    cells: float = 1e4
    """V_s [cell]"""
    power: float = 4.0
    """p is a third of it."""
    growth: float = 0.05
    weight: float = 1.0
    """Lesions that a lesion counts for: 1, but for saboteurs."""


VESSELS_AT: Final = 100.0
"""Size [cell] from which a metastasis weighs and the primary sheds."""


def _found_by_metastases(facts: Burden, n: int) -> Lives:
    return whole_lives(
        theory_model(
            {
                "growth.doubling_time": math.log(2.0) / facts.growth,
                "shedding.blood_rate": 0.2,
                "shedding.blood_exponent": 0.25,
                "shedding.reference_diameter": cells_to_mm(1e6),
                "dormancy.avascular_diameter": cells_to_mm(VESSELS_AT),
                "dormancy.balance_diameter": cells_to_mm(VESSELS_AT),
                "symptoms.liver.diameter": cells_to_mm(facts.cells),
                "symptoms.metastasis_exponent": facts.power,
            },
            horizon=0.001,
        ),
        n,
    )


def _judge_burden(lives: Lives, facts: Burden) -> Verdict:
    """Integrate the hazard in closed form from each metastasis's start to the next one's."""
    found = lives.persons.diagnosis_day < np.inf
    diagnosis = np.where(found, lives.persons.diagnosis_day, lives.persons.death_day)
    rows = lives.lesions[lives.lesions.parent >= 0]
    rows = rows[rows.switch_day < diagnosis[rows.patient]]
    rows = rows[np.lexsort((rows.switch_day, rows.patient))]
    a, p = facts.growth, facts.power / 3.0
    start, end = rows.switch_day, diagnosis[rows.patient]
    is_first = np.diff(rows.patient, prepend=-1) > 0
    until = np.where(np.append(is_first[1:], True), end, np.append(start[1:], 0.0))
    # In units of the cells that the organ's first metastasis would have had on day 0.
    first = start[np.flatnonzero(is_first)][np.cumsum(is_first) - 1]
    seeds = np.cumsum(np.exp(-a * (start - first)))
    base = (seeds - np.exp(-a * (start - first)))[np.flatnonzero(is_first)]
    seeds -= base[np.cumsum(is_first) - 1]
    scale = facts.weight * VESSELS_AT / facts.cells * seeds
    grown = np.exp(a * p * (until - first)) - np.exp(a * p * (start - first))
    hazard: Floats = np.bincount(
        rows.patient, scale**p * grown / (a * p * YEAR), minlength=len(found)
    ).astype(float)
    return _judged(hazard, is_event=found)


# ----------------------------------------------------------------------------- other causes


class Mortality(NamedTuple):
    """Which life table, and factors of saboteurs on it."""

    year: int = 2000
    hazard: float = 1.0
    age_shift: float = 0.0
    """[year]"""


def _until_death(facts: Mortality, n: int) -> Lives:
    changes: dict[str, object] = {
        "onset.age_mean": 50,
        "onset.age_sd": 12,
        "growth.doubling_time": 3000,  # the primary itself kills nobody in time
        "survival.life_table_year": facts.year,
    }
    return whole_lives(theory_model(changes), n)


def _judge_mortality(lives: Lives, facts: Mortality) -> Verdict:
    """Read the probabilities of death anew and integrate the hazard between two ages."""
    with TABLE.open(encoding="utf-8") as stream:
        rows = [row for row in csv.DictReader(stream) if int(row["year"]) == facts.year]
    hazard = np.zeros(len(lives.persons))
    for sex, name in enumerate(("female", "male")):
        q = np.array([float(row["qx"]) for row in rows if row["sex"] == name])[:120]
        whole = np.concatenate([[0.0], np.cumsum(-np.log1p(-np.minimum(q, 1.0 - 1e-9)))])
        of = lives.persons.sex == sex
        person = lives.persons[of]
        onset = person.age_onset + facts.age_shift
        died = onset + person.death_day / YEAR
        years = np.arange(121.0)
        hazard[of] = np.interp(died, years, whole) - np.interp(onset, years, whole)
    return _judged(facts.hazard * hazard)


# --------------------------------------------------------------------------------- dormancy


class Dormancy(NamedTuple):
    """Waking at a gamma-distributed rate, faster for a while after surgery; and the switch."""

    wake_rate: float = 6.0
    """Mean over seeds [1/year]."""
    shape: float = 2.0
    """Of the gamma law; infinity is one rate for all, a saboteur."""
    window_factor: float = 3.0
    switch_rate: float = 4.0
    """[1/year]"""


SURGERY: Final = 160.0
WINDOW: Final = 30.0
LAST_DAY: Final = 165.0
"""Primaries of founder day 0 have seeded by then; what sleeps wakes later."""


@cache
def _sleepers(facts: Dormancy, lives: int) -> Colonies:
    changes: dict[str, object] = {
        "shedding.blood_rate": 0.01 * 1e4,
        "shedding.blood_exponent": 2.0 / 3.0,
        "shedding.reference_diameter": cells_to_mm(1e6),
        "growth.doubling_time": math.log(2.0) / 0.05,
        "dormancy.avascular_diameter": cells_to_mm(100.0),
        "dormancy.balance_diameter": cells_to_mm(100.0),
        "dormancy.sleep": True,
        "dormancy.everywhere.asleep_share": 0.999,
        "dormancy.everywhere.wake_rate": facts.wake_rate,
        "dormancy.everywhere.wake_shape": facts.shape,
        "dormancy.everywhere.sleep_death_rate": 0,
        "dormancy.surgery_waking": True,
        "dormancy.surgery_waking_factor": facts.window_factor,
        "dormancy.surgery_window": WINDOW,
        "dormancy.stall": True,
        "dormancy.everywhere.switch_rate": facts.switch_rate,
        "dormancy.everywhere.coopt_share": 0,
    }
    return colonies(theory_model(changes), LAST_DAY, lives, surgery=SURGERY)


def _judge_waking(sample: Colonies, facts: Dormancy) -> Verdict:
    """Expect asleep(t) = (1 + A(t) mean / k)^-k, A the time asleep with the window stretched."""
    table = sample.table[sample.table.wakes > sample.table.founded]
    inside = np.minimum(table.wakes, SURGERY + WINDOW) - np.maximum(table.founded, SURGERY)
    stretched = table.wakes - table.founded
    stretched += (facts.window_factor - 1.0) * np.maximum(inside, 0.0)
    passed = stretched * facts.wake_rate / YEAR
    if facts.shape == math.inf:
        return _judged(passed)
    return _judged(facts.shape * np.log1p(passed / facts.shape))


def _judge_switch(sample: Colonies, facts: Dormancy) -> Verdict:
    stalled = sample.table.stall_until - sample.table.stall_from
    return _judged(stalled * facts.switch_rate / YEAR)


# -------------------------------------------------------------------------------- node stations


class Station(NamedTuple):
    """Arrivals at a station of so many nodes."""

    nodes: int = 15
    arrivals: float = 12.0
    """Mean number of seeds that settle by the day of counting."""


def _deposits(facts: Station, lives: int) -> Floats:
    """Return the deposits of each life in one station."""
    a, alpha, day = 0.05, 2.0 / 3.0, 150.0
    m = facts.arrivals * a * alpha / math.expm1(a * alpha * day)
    changes: dict[str, object] = {
        "growth.doubling_time": math.log(2.0) / a,
        "arrest.liver.affinity": 0,
        "arrest.ln_colon_local.affinity": 1,
        "shedding.lymph_rate": m * 1e4,
        "shedding.lymph_exponent": alpha,
        "shedding.reference_diameter": cells_to_mm(1e6),
        "nodes.everywhere.per_station": facts.nodes,
        "dormancy.avascular_diameter": cells_to_mm(1.0),
        "dormancy.balance_diameter": cells_to_mm(1.0),
    }
    model = theory_model(changes, stops=("liver", "ln_colon_local"))
    return colonies(model, day, lives).per_life()


def _judge_deposits(deposits: Floats, facts: Station) -> Verdict:
    """Expect a binomial number: each node is taken by the first of its own Poisson arrivals."""
    law = stats.binom(facts.nodes, -math.expm1(-facts.arrivals / facts.nodes))
    verdict = compare_cdf(deposits, law.cdf, detect=DETECT_DEPOSITS, discrete=True)
    return verdict._replace(engine=float(deposits.mean()), theory=float(law.mean()))


DETECT_DEPOSITS: Final = 0.05


def _dormancy_trials() -> tuple[Trial[Any, Any], ...]:
    """Return the checks of delays."""
    dormancy = Dormancy()
    lives = math.ceil(needed_for_cdf(detect=DETECT) / 60.0)
    return (
        Trial(
            "hazards.waking",
            "gamma waking, faster after surgery",
            "P(asleep) = (1 + A/tau)^-k, A = t + (f - 1) days in the window, tau = k / mean rate",
            dormancy,
            _sleepers,
            _judge_waking,
            (
                *tell(dormancy, "wake_rate"),
                *tell(dormancy, "wake_rate", to_engine=True),
                *tell(dormancy, "shape", (0.2,)),
                *tell(dormancy, "window_factor", (0.2,)),
                Lie("one rate for all seeds", 1.0, dormancy._replace(shape=math.inf)),
            ),
            lives,
            DETECT,
        ),
        Trial(
            "hazards.switch",
            "angiogenic switch",
            "P(no vessels) = e^{-rate t}",
            dormancy,
            _sleepers,
            _judge_switch,
            tell(dormancy, "switch_rate"),
            lives,
            DETECT,
        ),
    )


def trials() -> tuple[Trial[Any, Any], ...]:
    """Return the checks of days that are drawn by a hazard."""
    symptoms, burden, mortality, station = Symptoms(), Burden(), Mortality(), Station()
    needed = needed_for_cdf(detect=DETECT)
    return (
        Trial(
            "hazards.symptoms",
            "symptoms of the primary, Gompertz growth",
            "H = f (K/n_s)^p [E1(p z) - E1(p z0)] / a, p = exponent / 3",
            symptoms,
            _found_by_symptoms,
            _judge_symptoms,
            (
                *tell(symptoms, "power"),
                *tell(symptoms, "power", to_engine=True),
                *tell(symptoms, "growth"),
                *tell(symptoms, "diameter"),
            ),
            needed,
            DETECT,
        ),
        Trial(
            "hazards.organ",
            "symptoms of all metastases of an organ",
            "H = int (sum of lesions' cells / V_s)^p dt",
            burden,
            _found_by_metastases,
            _judge_burden,
            (*tell(burden, "weight"), *tell(burden, "power"), *tell(burden, "cells")),
            needed,
            DETECT,
        ),
        Trial(
            "hazards.mortality",
            "life table",
            "P(alive at age y | alive at x) = product of (1 - q), hazard constant within a year",
            mortality,
            _until_death,
            _judge_mortality,
            (
                *tell(mortality, "hazard"),
                Lie("another table", 1.0, mortality._replace(year=1950)),
                Lie("a year older", 0.05, mortality._replace(age_shift=1.0)),
            ),
            needed,
            DETECT,
        ),
        *_dormancy_trials(),
        Trial(
            "hazards.nodes",
            "occupancy of a node station",
            "deposits ~ Binomial(n, 1 - e^{-arrivals / n})",
            station,
            _deposits,
            _judge_deposits,
            (*tell(station, "arrivals"), *tell(station, "arrivals", to_engine=True)),
            needed_for_cdf(detect=DETECT_DEPOSITS),
            DETECT_DEPOSITS,
        ),
    )
