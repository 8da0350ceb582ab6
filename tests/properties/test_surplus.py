"""Surplus cohorts: lives in which rows stand for many lesions against the same, lesion by lesion.

The spread of the frailty is lowered to 1, or the frailest have too many lesions to live each.
"""

from functools import cache

import numpy as np
import numpy.typing as npt
import pytest

from paget.engine import build_model
from paget.protocol.compiled import load_protocol
from paget.words import ALIVE, ASLEEP, KILLED
from tests.lived import HORIZON, Lives, body, colon, live_in

pytestmark = [pytest.mark.science, pytest.mark.slow]

Floats = npt.NDArray[np.float64]

N = 4000
SEED = 71
YEARS = 10.0
_YEAR = 365.25
EVERY = (1_000_000, 1e9)
"""The arrivals lived one by one, and lesions a year from which children share a row: no sharing."""
ATLAS = (4, 0.02)

# How far means may lie from those of every lesion by itself, three standard errors included.
BOUNDS = {
    "log10 burden": 0.02,  # of one plus the volume [mm3] at the end
    "log10 number": 0.006,  # of one plus the distant metastases of a life
    "log10 number at diagnosis": 0.004,
    "liver": 0.004,  # shares of patients
    "lung": 0.004,
    "peritoneum": 0.004,
    "relapse": 0.004,
    "some killed": 0.004,
    "cured": 0.004,  # metastases were killed, and none is left
    "death of cancer": 0.004,  # in ten years
    "years lived": 0.025,  # of ten
}
APART = 0.01  # how far two distributions may lie apart (Kolmogorov and Smirnov)


@cache
def lived_with(explicit: int, cohort_rate: float, viability: float = 1.0) -> Lives:
    """Live the same patients at one weight."""
    plain = {"shedding.blood_rate.spread": 1.0}
    known = colon(plain).real("arrest.viability")
    weights = {
        "colonisation.explicit": explicit,
        "colonisation.cohort_rate": f"{cohort_rate} /year",
        "arrest.viability": known * viability,
    }
    model = build_model(colon(plain | weights), body(), HORIZON, load_protocol("standard-colon"))
    return live_in(model, N, SEED)


def measures(lived: Lives, *, counted: bool = True) -> dict[str, Floats]:
    """Return what is compared, patient by patient."""
    who, rows = lived.persons, lived.lesions
    owner = np.searchsorted(who.patient, rows.patient)
    near = np.append(lived.soil.is_regional == 1, [True] * len(lived.model.primaries))
    distant = ~near[rows.site]
    count = rows["count"] if counted else np.ones(len(rows))
    there = distant & np.isin(rows.fate, (ALIVE, ASLEEP))
    killed = distant & (rows.fate == KILLED)

    def total(chosen: npt.NDArray[np.bool_], amount: Floats) -> Floats:
        return np.bincount(owner[chosen], amount[chosen], len(who)).astype(float)

    volume = np.pi / 6.0 * count * rows.diameter_mm_at_fate**3
    number = total(distant, count)
    early = distant & (rows.founded_day < who.diagnosis_day[owner])
    years = (who.follow_up_day - who.diagnosis_day) / _YEAR
    found = np.isfinite(who.diagnosis_day)
    some_killed, none_left = total(killed, count) > 0.0, total(there, count) == 0.0
    told = {
        "log10 burden": np.log10(1.0 + total(there, volume)),
        "log10 number": np.log10(1.0 + number),
        "log10 number at diagnosis": np.log10(1.0 + total(early, count)),
        "relapse": np.isfinite(who.recurrence_day),
        "some killed": some_killed,
        "cured": some_killed & none_left,
        "death of cancer": (who.cause == 1) & (years < YEARS),
        "years lived": np.where(found, np.minimum(years, YEARS), 0.0),
    }
    for site in ("liver", "lung", "peritoneum"):
        told[site] = total(distant & (rows.site == lived.row(site)), count) > 0.0
    return {name: np.asarray(values, float) for name, values in told.items()}


def apart(a: Floats, b: Floats) -> float:
    """Return the largest difference between two distributions."""
    at = np.concatenate([a, b])
    shares = [np.searchsorted(np.sort(x), at, side="right") / len(x) for x in (a, b)]
    return float(np.abs(shares[0] - shares[1]).max())


def beyond(found: dict[str, Floats], times: float = 1.0) -> dict[str, float]:
    """Return what lies beyond the bounds, and how far its mean lies from that of every lesion."""
    exact, out = measures(lived_with(*EVERY)), {}
    for name, bound in BOUNDS.items():
        change = found[name] - exact[name]
        error = 3.0 * float(change.std(ddof=1)) / len(change) ** 0.5
        mean = float(change.mean())
        far = apart(found[name], exact[name]) > times * APART
        if abs(mean) + error > times * bound or far:
            out[name] = mean
    return out


@pytest.mark.parametrize("weight", [(4, 1e9), (20, 1e9), (4, 20.0), (8, 100.0)])
def test_lives_are_those_of_every_lesion_by_itself(weight: tuple[int, float]) -> None:
    lived = lived_with(*weight)
    assert lived.lesions["count"].max() > 5
    assert beyond(measures(lived)) == {}


def test_with_the_fewest_lesions_one_by_one_they_are_within_twice_the_bounds() -> None:
    assert beyond(measures(lived_with(1, 1e9)), 2.0) == {}


def test_with_the_weights_of_the_atlas_they_are_within_ten_times_the_bounds() -> None:
    """Fewer spread from metastases: 1.4 points fewer die of the cancer in ten years."""
    assert beyond(measures(lived_with(*ATLAS)), 10.0) == {}


@pytest.mark.xfail(
    strict=True,
    reason="children of a metastasis that share a row come all or none, so that fewer patients "
    "have any: at 0.02 a year 1.4 points fewer die of the cancer in ten years",
)
@pytest.mark.parametrize("weight", [ATLAS, (4, 0.2)])
def test_lives_with_children_in_large_cohorts_are_those_of_every_lesion(
    weight: tuple[int, float],
) -> None:
    assert beyond(measures(lived_with(*weight))) == {}


def test_the_check_sees_lives_in_which_a_row_counts_as_one() -> None:
    """The saboteur: whoever forgets what a row stands for finds fewer lesions."""
    lived = lived_with(1, 1e9)
    few = set(beyond(measures(lived, counted=False), 2.0))
    assert {"log10 number", "log10 number at diagnosis"} <= few


def test_the_check_sees_that_a_tenth_of_the_seeds_is_lost() -> None:
    """The saboteur: the same weights, but of ten arrivals that should found a lesion nine do."""
    lost = beyond(measures(lived_with(4, 1e9, 0.9)))
    assert {"log10 number", "liver", "lung"} <= set(lost)
    assert {"death of cancer", "years lived"} <= set(lost)
