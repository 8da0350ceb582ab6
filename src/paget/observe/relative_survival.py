r"""Relative survival, as registries publish it: survival beyond what a life table expects.

Pohar Perme's estimator gives net survival: were the cancer the only cause of death. Everyone still
at risk counts with the inverse of the chance of having survived other causes so far,

.. math::
    \Lambda_E(t) = \int_0^t \frac{\sum_i w_i \, dN_i - \sum_i w_i Y_i \, d\Lambda_{P,i}}
    {\sum_i w_i Y_i}, \qquad w_i = 1 / S_{P,i}(t).

Ederer II takes all weights as 1: the older way, in most tables of registries. The integral is told
over short intervals of follow-up, in which rates are deaths over person-time.

Public names: ``relative_survival``, ``Followed``, ``followed_of``, ``EDERER_II``, ``POHAR_PERME``.
"""

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from paget.core.units import YEAR

Floats = npt.NDArray[np.float64]

EDERER_II: Final = "ederer-ii"
POHAR_PERME: Final = "pohar-perme"
INTERVALS: Final = 24  # in a year
_Z: Final = 1.959963984540054


class Followed(NamedTuple):
    """Patients since their diagnosis."""

    years: Floats
    """Until death or the end of the follow-up."""
    died: npt.NDArray[np.bool_]
    """Of any cause."""
    age: Floats
    """[year] at diagnosis."""
    sex: npt.NDArray[np.int64]
    """0 female, 1 male."""
    weight: Floats
    """How often each counts: 1, or a share in a mix of treatments."""


def followed_of(patients: pl.DataFrame) -> Followed:
    """Return the patients of a cohort whose cancer was found, from diagnosis on.

    A column ``weight`` is taken where there is one (`paget.observe.selection.treatment_mix`).
    """
    found = patients.filter(pl.col("diagnosis_day").is_not_null())
    end = pl.coalesce("death_day", "follow_up_day")
    weight = found["weight"] if "weight" in found.columns else pl.Series([1.0] * found.height)
    return Followed(
        found.select((end - pl.col("diagnosis_day")) / YEAR).to_series().to_numpy(),
        found["death_day"].is_not_null().to_numpy(),
        found["age_diagnosis_years"].to_numpy(),
        (found["sex"].cast(pl.String) == "male").cast(pl.Int64).to_numpy(),
        weight.to_numpy().astype(np.float64),
    )


def relative_survival(
    lives: Followed, table: Floats, last_year: int, method: str = POHAR_PERME
) -> pl.DataFrame:
    """Return observed, expected and relative survival at each whole year, with 95 % intervals.

    Parameters
    ----------
    lives : the patients.
    table : (sex, age) integrated hazard of death at each birthday: `atlas.mortality`.
    last_year : how many years.
    method : ``POHAR_PERME`` (net survival) or ``EDERER_II``.

    Assumes
    -------
    The life table holds for these people but for their cancer: it contains deaths from the cancer,
    and does not change over calendar years.

    Source
    ------
    Ederer and Heise 1959; Pohar Perme, Stare and Esteve 2012, in the form of rates in intervals.
    """
    width = 1.0 / INTERVALS
    passed = {"died": 0.0, "expected": 0.0, "excess": 0.0, "variance": 0.0}
    rows: list[dict[str, float]] = []
    for k in range(last_year * INTERVALS):
        start = k * width
        here = lives.years > start
        if not here.any():
            break
        summed = _interval(_part(lives, here), table, start, width, weighted=method == POHAR_PERME)
        passed = {name: passed[name] + summed[name] for name in passed}
        if (k + 1) % INTERVALS == 0:
            half = _Z * np.sqrt(passed["variance"])
            year = (k + 1) // INTERVALS
            rows.append(
                {
                    "year": year,
                    "at_risk": float(lives.weight[lives.years >= year].sum()),
                    "observed": np.exp(-passed["died"]),
                    "expected": np.exp(-passed["expected"]),
                    "relative": np.exp(-passed["excess"]),
                    "low": np.exp(-passed["excess"] - half),
                    "high": np.exp(-passed["excess"] + half),
                }
            )
    names = ("year", "at_risk", "observed", "expected", "relative", "low", "high")
    return pl.DataFrame(rows, dict.fromkeys(names, pl.Float64))


def _part(lives: Followed, rows: npt.NDArray[np.bool_]) -> Followed:
    years, died, age, sex, weight = lives
    return Followed(years[rows], died[rows], age[rows], sex[rows], weight[rows])


def _interval(
    lives: Followed, table: Floats, start: float, width: float, *, weighted: bool
) -> dict[str, float]:
    """Return the integrated hazards of one interval: observed, expected, excess, its variance."""
    time = np.minimum(lives.years - start, width)
    died = lives.died & (lives.years <= start + width)
    before, middle, after = (
        _hazard(table, lives.age + start + share * time, lives.sex) for share in (0.0, 0.5, 1.0)
    )
    plain = lives.weight
    net = plain * np.exp(middle - _hazard(table, lives.age, lives.sex)) if weighted else plain
    person_time, weighted_time = float(plain @ time), float(net @ time)
    rate = float(net @ died) / weighted_time
    expected = float(net @ (after - before)) / weighted_time
    return {
        "died": width * float(plain @ died) / person_time,
        "expected": width * float(plain @ (after - before)) / person_time,
        "excess": width * (rate - expected),
        "variance": float((net**2) @ died) * (width / weighted_time) ** 2,
    }


def _hazard(table: Floats, age: Floats, sex: npt.NDArray[np.int64]) -> Floats:
    """Return the integrated hazard from birth to an age, linear between birthdays."""
    last = table.shape[1] - 1
    years = np.clip(age, 0.0, last)
    birthday = np.minimum(years.astype(np.int64), last - 1)
    before, after = table[sex, birthday], table[sex, birthday + 1]
    return before + (years - birthday) * (after - before)
