"""Trials: what was published of adjuvant treatment and screening, beside what twins say.

Rows of ``published/trials.csv`` name two scenarios, who is let in, what is estimated and what a
trial found. Nothing is ever fitted to them. The unknown parts of a drug's numbers (kill, who
responds, how often cells resist) are told by a spread: the same twins under other values.

Public names: ``Trial``, ``trials``, ``Estimate``, ``Chance``, ``estimate``, ``is_of_people``,
``under``.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final, NamedTuple

import numpy as np
import polars as pl

from paget.atlas.clinic import load_clinic
from paget.core.units import YEAR
from paget.run.scenario import Scenario, load_scenario
from paget.twins.comparison import Comparison
from paget.twins.limits import FEW, share_limits
from paget.twins.outcomes import Floats, Mask, log_hazard_ratio
from paget.words import OTHER_CAUSE_WORDS

TABLE: Final = files("paget.atlas") / "published" / "trials.csv"
IN_ARM: Final = "disease-free in "
_OF_PEOPLE: Final = {
    "mortality ratio": ("mortality ratio, death from the cancer", ""),
    "overdiagnosed by screening": (
        "overdiagnosed among those found by screening: the twin truth",
        "b",
    ),
}
_TWO_SIDED: Final = 1.96  # of 95 %


class Estimate(NamedTuple):
    """A number and its 95 % Monte Carlo interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Trial:
    """One published result of a trial, or of trials together."""

    trial: str
    arm_a: str
    arm_b: str
    stages: tuple[str, ...]
    """I to IV; of all, where empty."""
    subtype: str
    """What the names of the subtypes that are let in contain."""
    below_age: float
    """[year] at diagnosis."""
    estimate: str
    from_years: float
    to_years: float
    value: float
    low: float | None
    high: float | None
    unit: str
    kind: str
    confirmed: bool
    source: str
    where: str
    note: str


@cache
def trials() -> tuple[Trial, ...]:
    """Return the published results, in the order of the table."""
    with TABLE.open(encoding="utf-8") as stream:
        return tuple(_trial(row) for row in csv.DictReader(stream))


def _trial(row: Mapping[str, str]) -> Trial:
    return Trial(
        row["trial"],
        row["arm_a"],
        row["arm_b"],
        tuple(row["stages"].split()),
        row["subtype"],
        float(row["below_age"] or np.inf),
        row["estimate"],
        float(row["from_years"] or 0.0),
        float(row["to_years"] or np.inf),
        float(row["value"]),
        float(row["low"]) if row["low"] else None,
        float(row["high"]) if row["high"] else None,
        row["unit"],
        row["kind"],
        row["confirmed"] == "yes",
        row["source"],
        row["where"],
        row["note"],
    )


def is_of_people(trial: Trial) -> bool:
    """Tell whether a trial is one of people, of whom some get the cancer."""
    return trial.estimate in _OF_PEOPLE


# -------------------------------------------------------------------------------- the estimates


def estimate(trial: Trial, twins: Comparison) -> Estimate:
    """Return what twins say of a published result; nan where nobody is let in."""
    if is_of_people(trial):
        measure, arm = _OF_PEOPLE[trial.estimate]
        names = (arm, f"{arm}_low", f"{arm}_high") if arm else ("estimate", "low", "high")
        rows = twins.table.filter(pl.col("measure") == measure).select(names).rows()
        told = rows[0] if rows else (None,) * len(names)  # nobody dies, or is found by screening
        return Estimate(*(np.nan if value is None else value for value in told))
    cohort = let_in(trial, twins.patients)
    if trial.estimate.startswith(IN_ARM):
        return _share_free(trial, cohort, trial.estimate.removeprefix(IN_ARM))
    (years_a, happened_a), (years_b, happened_b) = (
        _followed(trial, cohort, trial.estimate, arm) for arm in "ab"
    )
    fit = log_hazard_ratio(years_a, happened_a, years_b, happened_b)
    # A person's two lives move the ratio together: that is what twins gain.
    error = _TWO_SIDED * float(np.sqrt(np.sum((fit.influence_a + fit.influence_b) ** 2)))
    value = fit.estimate
    return Estimate(
        float(np.exp(value)), float(np.exp(value - error)), float(np.exp(value + error))
    )


def let_in(trial: Trial, patients: pl.DataFrame | pl.LazyFrame) -> pl.DataFrame:
    """Return the twins whom a trial lets in: treated to cure, by stage, subtype and age."""
    age = pl.col("age_onset_years") + (pl.col("diagnosis_day_a") - pl.col("invasion_day_a")) / YEAR
    intent, stage, subtype = (
        pl.col(name).cast(pl.String) for name in ("intent_a", "stage_a", "subtype")
    )
    tests = [pl.col("diagnosis_day_a").is_not_null(), intent == "curative"]
    tests.append(age < trial.below_age)
    if trial.stages:
        tests.append(stage.is_in(trial.stages))
    if trial.subtype:
        tests.append(subtype.str.contains(trial.subtype, literal=True))
    return patients.lazy().filter(*tests).collect()


def _followed(trial: Trial, cohort: pl.DataFrame, event: str, arm: str) -> tuple[Floats, Mask]:
    """Return years at risk within the trial's window, and whether the event came then.

    Who has had it, or has left, before the window is not at risk in it.
    """
    day = {
        name: cohort[f"{name}_day_{arm}"].fill_null(np.inf).to_numpy()
        for name in ("recurrence", "death", "follow_up")
    }
    of_cancer = (
        cohort[f"cause_of_death_{arm}"].cast(pl.String).fill_null(OTHER_CAUSE_WORDS)
        != OTHER_CAUSE_WORDS
    ).to_numpy()
    events = {
        "disease-free": np.minimum(day["recurrence"], day["death"]),
        "recurrence": day["recurrence"],
        "death": day["death"],
        "death from the cancer": np.where(of_cancer, day["death"], np.inf),
    }
    happens = events[event]
    leaves = np.minimum(day["death"], day["follow_up"])
    start = cohort["diagnosis_day_a"].to_numpy() + trial.from_years * YEAR
    end = np.minimum(np.minimum(happens, leaves), start + _window(trial) * YEAR)
    years = (end - start) / YEAR
    return np.where(years > 0.0, years, -1.0), (happens <= end) & (years > 0.0)


def _window(trial: Trial) -> float:
    return trial.to_years - trial.from_years


def _share_free(trial: Trial, cohort: pl.DataFrame, arm: str) -> Estimate:
    """Return who is alive without recurrence at the end of the window [%]."""
    _, happened = _followed(trial, cohort, "disease-free", arm)
    if not len(happened):
        return Estimate(np.nan, np.nan, np.nan)
    free = 1.0 - float(happened.mean())
    if min(happened.sum(), len(happened) - happened.sum()) < FEW:
        low, high = share_limits(float(len(happened) - happened.sum()), len(happened))
        return Estimate(100.0 * free, 100.0 * low, 100.0 * high)
    error = _TWO_SIDED * float(np.sqrt(free * (1.0 - free) / len(happened)))
    return Estimate(100.0 * free, 100.0 * (free - error), 100.0 * (free + error))


# --------------------------------------------------------------------- what nobody knows of drugs


class Chance(NamedTuple):
    """Where in their priors the unknown numbers of drugs lie, each from 0 to 1.

    One chance moves all drugs of a comparison alike, so that it keeps which of two is stronger.
    """

    kill: float
    responders: float
    arrest: float
    resistance: float


KILL: Final = (0.3 / 1.32, 3.0 / 1.32)
"""Factors on log-kill: from 0.3 to 3 decades for a regimen of two weeks (recalled, wide)."""
ODDS: Final = (1 / 3, 3.0)
"""Factors on the odds of responding, and on those of arrested growth."""
RATES: Final = (1 / 30, 30.0)
"""Factors on the rate of resistance."""


def under(name: str, chance: Chance) -> Scenario:
    """Return a scenario of the atlas whose drugs have other numbers; alike where it has none."""
    scenario = load_scenario(name)
    protocol: Any = scenario.protocol
    if not isinstance(protocol, dict):
        return scenario
    lines = protocol.get("line", {}).values()
    drugs = sorted({drug for line in lines for drug in line.get("drugs", ())})
    stated = load_clinic("drugs")
    other = {drug: _moved(stated[drug], chance) for drug in drugs}
    content = scenario.model_dump(exclude_unset=True)
    return load_scenario({**content, "protocol": {**protocol, "drug": other}})


def _moved(drug: Mapping[str, Any], chance: Chance) -> dict[str, float]:
    """Return the unknown numbers of a drug, moved."""
    moved = {
        "responders": _odds(drug["responders"], _between(ODDS, chance.responders)),
        "resistance_rate": drug["resistance_rate"] * _between(RATES, chance.resistance),
    }
    if "log_kill" in drug:
        moved["log_kill"] = drug["log_kill"] * _between(KILL, chance.kill)
    if "arrest" in drug:
        moved["arrest"] = _odds(drug["arrest"], _between(ODDS, chance.arrest))
    return moved


def _between(ends: tuple[float, float], share: float) -> float:
    """Return the factor that lies at ``share`` of the way, on the logarithm."""
    return float(ends[0] ** (1.0 - share) * ends[1] ** share)


def _odds(share: float, factor: float) -> float:
    return factor * share / (1.0 - share + factor * share)
