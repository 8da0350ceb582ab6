r"""Precursors: the adenoma or carcinoma in situ that a cancer grows out of, and those without one.

The precursor of a patient grows from one cell on day 0 by the law of all lesions, with a doubling
time and a capacity of its own, until it breaches the basement membrane on the day of invasion.

Most precursors never progress. People carry a Poisson number of these, whose mean goes with a
person's own risk r, gamma-distributed with mean 1,

.. math:: M(a) = r\, m\, (a / 60)^p,

at age a; the size of each is log-normal and does not depend on age. They need no lives: what
screening finds of them is counted by expectation (`paget.run.denominators`).

Public names: ``precursor_law``, ``invasion_day``, ``precursor_size_on``, ``benign_number``.
"""

import math

import numpy as np

from paget.body.growth import Law, doubling_time, growth_law, size_after
from paget.body.lesion import World
from paget.body.progression import breach_day
from paget.body.traits import Traits
from paget.core import streams
from paget.kernels.jit import jit
from paget.kernels.philox import ONCE, SELF, exponential, normal

STATED_AGE = 60.0  # [year] where the number of benign precursors is stated


@jit
def precursor_law(person: Traits, p: np.record) -> Law:
    """Return how the precursor of this patient grows.

    Assumes
    -------
    Its growth constant is log-normal between patients and independent of that of the cancer.
    """
    z = normal(person.key, streams.PRECURSOR, person.patient, SELF, ONCE)
    unit = growth_law(p.law, 1.0, p.precursor_capacity, math.inf, p.power_exponent)
    rate = doubling_time(unit, p.precursor_cells) / p.precursor_doubling_time
    rate *= math.exp(p.precursor_spread * z)
    return growth_law(p.law, rate, p.precursor_capacity, p.ceiling, p.power_exponent)


@jit
def invasion_day(person: Traits, p: np.record) -> float:
    """Return the day of breach; 0 where the cancer has no precursor."""
    if not p.precursor:
        return 0.0
    threshold = exponential(person.key, streams.BREACH, person.patient, SELF, ONCE)
    return breach_day(precursor_law(person, p), p.breach_rate, threshold)


@jit
def precursor_size_on(person: Traits, world: World, day: float) -> float:
    """Return the cells of the precursor on ``day``; 0 where there is none, or none any more.

    Assumes
    -------
    The cancer replaces its precursor: what is left of it after invasion shows no cancer that is too
    small to be seen itself.
    """
    if not world.precursor or not 0.0 <= day < person.invasion_day:
        return 0.0
    return size_after(precursor_law(person, world), 1.0, day)


@jit
def benign_number(age: float, sex: int, p: np.record) -> float:
    """Return how many precursors that never progress a person of mean risk has at ``age`` [year].

    Assumes
    -------
    They neither vanish nor progress. Their number rises as a power of age, for men by a constant
    factor above women.
    """
    factor = p.benign_male_factor if sex == 1 else 1.0
    return p.benign_number * factor * (max(age, 0.0) / STATED_AGE) ** p.benign_age_power
