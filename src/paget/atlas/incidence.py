"""Incidence: what registries count by age and sex, and the onset that was fitted to it.

``published/incidence.csv`` holds rates of diagnosis and under which screening history they arose;
``fits/onset.csv`` the hazard of invasion per person-year by year of age, which `paget.fit.onset`
fits to them.

Public names: ``Rate``, ``published_rates``, ``known_incidence``, ``integrated_onset``.
"""

import csv
from functools import cache
from importlib.resources import files
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from paget.atlas.mortality import LAST_AGE
from paget.core.errors import ParameterError

Floats = npt.NDArray[np.float64]

PUBLISHED: Final = files("paget.atlas") / "published" / "incidence.csv"
FITTED: Final = files("paget.atlas") / "fits" / "onset.csv"
SEXES: Final = ("female", "male")
PER: Final = 1e5  # persons whom rates are told of


class Rate(NamedTuple):
    """A published rate of diagnosis."""

    sex: int
    """0 women, 1 men."""
    age_from: int
    """[year]"""
    age_to: int
    """[year], excluded."""
    per_100k: float
    """Diagnoses a year."""
    history: str
    """The scenario under which people were screened; empty: the cancer's own, unscreened."""
    source: str


@cache
def known_incidence() -> tuple[str, ...]:
    """Return the cancers whose onset by age and sex the atlas knows: those that people may get."""
    with FITTED.open(encoding="utf-8") as stream:
        return tuple(sorted({row["cancer"] for row in csv.DictReader(stream)}))


@cache
def published_rates(cancer: str) -> tuple[Rate, ...]:
    """Return the published rates of a cancer; none where the atlas has none."""
    with PUBLISHED.open(encoding="utf-8") as stream:
        return tuple(
            Rate(
                SEXES.index(row["sex"]),
                int(row["age_from"]),
                int(row["age_to"]),
                float(row["rate_per_100k"]),
                row["history"],
                row["source"],
            )
            for row in csv.DictReader(stream)
            if row["cancer"] == cancer
        )


@cache
def integrated_onset(cancer: str) -> Floats:
    """Return (sex, age) the hazard of onset [1] integrated from birth to each birthday.

    Onset is invasion. Sex is 0 for women, 1 for men; a sex without published rates never gets
    the cancer.
    """
    hazards = np.zeros((len(SEXES), LAST_AGE))
    with FITTED.open(encoding="utf-8") as stream:
        rows = [row for row in csv.DictReader(stream) if row["cancer"] == cancer]
    if not rows:
        raise ParameterError(
            f"onset of {cancer!r} in a population of people",
            allowed=f"the atlas has incidence of {', '.join(known_incidence())}",
            remedy="Ask for patients instead of people.",
        )
    for row in rows:
        hazards[SEXES.index(row["sex"]), int(row["age"])] = float(row["per_100k"]) / PER
    result = np.zeros((len(SEXES), LAST_AGE + 1))
    result[:, 1:] = np.cumsum(hazards, axis=1)
    result.flags.writeable = False
    return result
