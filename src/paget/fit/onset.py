r"""Onset from incidence: when cancers begin, so that they are found at the published rates.

Registries count diagnoses; onset is years earlier, and screening moves diagnoses about. The model
itself says how: of those whose cancer invades at age j, the share :math:`K_{ja}` is diagnosed at
age a while other causes of death spare them, under the screening history of the published rates.
The density of onset g solves

.. math:: \text{rate}_a = \sum_j g_j K_{ja}

by expectation-maximisation with smoothing (Richardson-Lucy), which keeps it positive and smooth.

Public names: ``delays``, ``onset_density``, ``fit_onset``, ``as_csv``.
"""

import csv
import io
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from paget.atlas.incidence import LAST_AGE, PER, SEXES, Rate, published_rates
from paget.atlas.mortality import integrated_hazard
from paget.core.units import YEAR
from paget.engine import Model
from paget.engine.lives import live_many
from paget.run.scenario import load_scenario, resolve

Floats = npt.NDArray[np.float64]

HORIZON: Final = "1 day"  # of follow-up: only diagnoses matter here
_BAND: Final = 5  # years of age at invasion whose delays are pooled
_FEWEST: Final = 200  # lives in a band; one with fewer takes its neighbour's delays
_ITERATIONS: Final = 200
_SMOOTHING: Final = 2.0  # [year] SD of the kernel applied in each iteration
_SEEN: Final = 1e-6  # weight of an age in the rates from which on they say something of it
_OLDEST: Final = 100  # [year]: weights beyond are too uncertain


def delays(persons: Any, mortality: Floats) -> Floats:
    """Return (age at invasion, age) the share diagnosed at each age if no other cause killed.

    A diagnosis counts by the inverse probability of having lived to it.
    """
    at_invasion = np.asarray(persons.age_onset)
    days = np.asarray(persons.diagnosis_day - persons.invasion_day)
    found = np.isfinite(days)
    at_diagnosis = np.where(found, at_invasion + np.where(found, days, 0.0) / YEAR, np.inf)
    found &= at_diagnosis < _OLDEST
    lived = np.zeros(len(days))
    for sex in range(len(SEXES)):
        own = found & (persons.sex == sex)
        ages = np.arange(LAST_AGE + 1.0)
        hazard = np.interp(at_diagnosis[own], ages, mortality[sex])
        lived[own] = np.exp(hazard - np.interp(at_invasion[own], ages, mortality[sex]))
    bands = at_invasion.astype(int) // _BAND
    after = np.where(found, np.floor(at_diagnosis) - np.floor(at_invasion), 0.0).astype(int)
    shares = np.zeros((LAST_AGE // _BAND, LAST_AGE))
    for band in range(len(shares)):
        own = bands == band
        shares[band] = np.bincount(after[own], lived[own], LAST_AGE) / max(own.sum(), 1)
    known = np.flatnonzero(np.bincount(bands, minlength=len(shares))[: len(shares)] >= _FEWEST)
    kernel = np.zeros((LAST_AGE, LAST_AGE))
    for age in range(LAST_AGE):
        nearest = known[np.argmin(np.abs(known - age // _BAND))]
        kernel[age, age:] = shares[nearest, : LAST_AGE - age]
    return kernel


def onset_density(kernel: Floats, rates: Sequence[Rate]) -> Floats:
    """Return (age) the density of onset [1/year] that gives published rates of one sex."""
    groups = np.zeros((len(rates), LAST_AGE))
    for row, rate in enumerate(rates):
        last = min(rate.age_to, _OLDEST)
        groups[row, rate.age_from : last] = 1.0 / (last - rate.age_from)
    wanted = np.array([rate.per_100k for rate in rates]) / PER
    reach = kernel @ groups.T  # (age at invasion, group)
    density = _power_of_age(rates)
    weight = reach.sum(axis=1)
    smooth = _smoother()
    for _ in range(_ITERATIONS):
        ratio = wanted / np.maximum(density @ reach, 1e-300)
        factor = np.where(weight > _SEEN, reach @ ratio / np.maximum(weight, _SEEN), np.nan)
        density = density * np.exp(smooth @ np.log(np.maximum(_filled(factor), 1e-12)))
    return density


def _power_of_age(rates: Sequence[Rate]) -> Floats:
    """Return the start: a power of age up to 80 years, then constant, near the largest rate."""
    known = [rate for rate in rates if rate.per_100k > 0.0]
    middle = np.array([0.5 * (rate.age_from + min(rate.age_to, 90)) for rate in known])
    power, offset = np.polyfit(np.log(middle), np.log([rate.per_100k for rate in known]), 1)
    ages = np.minimum(np.arange(LAST_AGE) + 0.5, 80.0)
    return np.exp(offset + power * np.log(ages)) / PER


def _filled(factor: Floats) -> Floats:
    """Return a row whose unknown ends take the value of the nearest known age."""
    known = np.flatnonzero(np.isfinite(factor))
    return np.interp(np.arange(len(factor)), known, factor[known])


def _smoother() -> Floats:
    ages = np.arange(LAST_AGE)
    kernel = np.exp(-0.5 * ((ages[:, None] - ages[None, :]) / _SMOOTHING) ** 2)
    return kernel / kernel.sum(axis=1, keepdims=True)


def history_model(cancer: str, history: str) -> Model:
    """Return the model of a cancer under a screening history, with invasion at all ages."""
    spread = {"onset.age_mean": 55.0, "onset.age_sd": 25.0}
    return resolve(load_scenario(history or cancer, horizon=HORIZON, change=spread))


def fit_onset(cancer: str, patients: int = 200_000, seed: int = 1) -> Floats:
    """Return (sex, age) the hazard of onset [1/year] fitted to the published rates of a cancer."""
    hazards = np.zeros((len(SEXES), LAST_AGE))
    rates = published_rates(cancer)
    histories = {rate.history for rate in rates}
    for history in sorted(histories):
        model = history_model(cancer, history)
        year = int(model.parameters.real("survival.life_table_year"))
        persons = live_many(model, patients, seed)[0]
        kernel = delays(persons, integrated_hazard(year))
        for sex in range(len(SEXES)):
            own = [rate for rate in rates if rate.sex == sex and rate.history == history]
            if own:
                density = onset_density(kernel, own)
                free = 1.0 - np.cumsum(density) + 0.5 * density
                hazards[sex] = density / np.maximum(free, 0.01)
    return hazards


def as_csv(hazards: dict[str, Floats]) -> str:
    """Return fitted hazards by cancer as the text of ``fits/onset.csv``."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("cancer", "sex", "age", "per_100k"))
    for cancer, table in hazards.items():
        for sex, word in enumerate(SEXES):
            if table[sex].any():
                writer.writerows(
                    (cancer, word, age, f"{PER * hazard:.4g}")
                    for age, hazard in enumerate(table[sex])
                )
    return text.getvalue()
