"""Mortality from all causes by sex and age, from a period life table.

Public names: ``integrated_hazard``, ``LAST_AGE``.
"""

import csv
import math
from functools import cache
from importlib.resources import files
from typing import Final

import numpy as np
import numpy.typing as npt

TABLE = files("paget.atlas") / "published" / "life_table_us.csv"
LAST_AGE: Final = 120
"""At which the table ends [year]: nobody outlives it."""


@cache
def _rows() -> list[tuple[int, str, int, float]]:
    """Return (year, sex, age, probability of death within the year) of every row of the table."""
    with TABLE.open(encoding="utf-8") as stream:
        return [
            (int(row["year"]), row["sex"], int(row["age"]), float(row["qx"]))
            for row in csv.DictReader(stream)
        ]


@cache
def integrated_hazard(year: int) -> npt.NDArray[np.float64]:
    """Return (sex, age) the hazard of death [1] integrated from birth to each birthday.

    Sex is 0 for women, 1 for men. The table has every fifth year; the nearest one is taken.

    Source
    ------
    US Social Security Administration, 2020 Trustees Report: period life tables, historical to 2017,
    projected after.
    """
    nearest = min({row[0] for row in _rows()}, key=lambda known: (abs(known - year), known))
    result = np.zeros((2, LAST_AGE + 1))
    for sex, name in enumerate(("female", "male")):
        died = {age: q for known, s, age, q in _rows() if known == nearest and s == name}
        hazards = [-math.log1p(-min(died[age], 1.0 - 1e-9)) for age in range(LAST_AGE)]
        result[sex, 1:] = np.cumsum(hazards)
    return result
