r"""Estimates from twins: risks, survival, stage shift, lead time, overdiagnosis, with intervals.

Intervals come from a bootstrap over people (`paget.twins.sums`), whose variance beside that of
independent people in the two arms is the gain of twins. Where fewer than 20 events, or persons in
whom the arms differ, stand behind a share, exact limits stand in its place (`paget.twins.limits`);
a mean, or a hazard ratio, of so few has no interval, and the table says so.

Overdiagnosis has two estimates. The twin truth looks into the life that was not lived: a cancer
that screening found and that would never have come to light. A trial cannot see that; it counts
the excess of cancers found. That is told only of screening against none, and only where the
programme finds more cancers early than it prevents: else the excess says nothing of overdiagnosis.

Public names: ``estimate_table``, ``illustration_table``, ``why_no_trial_estimate``,
``DEATHS``, ``FOUND``.
"""

from collections.abc import Iterator
from typing import Final

import numpy as np
import polars as pl

from paget.core.units import YEAR
from paget.twins.intervals import BOOTSTRAP, arm_interval, contrast_interval, differing
from paget.twins.outcomes import COLUMNS, MARKS, STAGES, Floats, Outcomes
from paget.twins.rows import Row, bias, excess, hazard, mean, ratio, share
from paget.twins.sums import Sums, sums_of

RESULT: Final = "result"
ILLUSTRATION: Final = "illustration"

DEATHS: Final = "death from the cancer"
FOUND: Final = "cancer found"
_ALWAYS: Final = (DEATHS, FOUND)  # told even where there is none

_PER: Final = 1000.0
_SCHEMA: Final = {
    "measure": pl.String, "unit": pl.String,
    "a": pl.Float64, "a_low": pl.Float64, "a_high": pl.Float64,
    "b": pl.Float64, "b_low": pl.Float64, "b_high": pl.Float64,
    "contrast": pl.String, "estimate": pl.Float64, "low": pl.Float64, "high": pl.Float64,
    "interval": pl.String, "differ": pl.Float64, "gain": pl.Float64, "kind": pl.String,
}  # fmt: skip


def estimate_table(outcomes: Outcomes, seed: int) -> pl.DataFrame:
    """Return all estimates of a comparison, with 95 % intervals and the gain of twins."""
    sums = sums_of(outcomes, seed)
    independent = sums.independent()
    told: list[dict[str, object]] = []
    for row in _rows(outcomes, sums):
        told.append(_estimate_row(row, sums, independent, outcomes))
        if row.measure == DEATHS and sums.of("a", row.over)[0] + sums.of("b", row.over)[0]:
            told.append(_number_needed(told[-1], "screen" if outcomes.screens else "treat"))
    return pl.DataFrame(told, _SCHEMA).with_columns(pl.col(pl.Float64).fill_nan(None))


def why_no_trial_estimate(outcomes: Outcomes) -> str:
    """Return why a trial's estimate of overdiagnosis says nothing here; nothing where it does."""
    sums = outcomes.b.sum(axis=0)
    prevented, early = (float(sums[COLUMNS.index(name)]) for name in ("prevented", "treated"))
    early += outcomes.rest.n * outcomes.rest.in_situ[1]
    if all(outcomes.invites):
        return "both arms screen"
    if not outcomes.invites[1]:
        return "the second arm does not screen"
    if not outcomes.is_of_people:
        return "it takes people, of whom not all have the cancer"
    if prevented > early:
        return "screening prevents more cancers than it finds early"
    return ""


# ------------------------------------------------------------------------------------ the rows


_ENDS: Final = {
    DEATHS: "cancer death",
    "of these, from its treatment": "treatment death",
    "death from any cause": "death",
}
_COURSES: Final = {
    FOUND: "found",
    "found by screening": "screened",
    **{f"found at stage {stage}": f"stage {stage}" for stage in STAGES},
    "cancer prevented: precursor removed": "prevented",
    "precursor treated in situ": "in situ",
    "overdiagnosed: would never have come to light": "overdiagnosed",
    "recurrence": "recurrence",
}
_TESTS: Final = {"tests": "tests", "false positives": "false positives"}
_BENIGN: Final = {"with a precursor removed that never progresses": "benign"}


def _rows(outcomes: Outcomes, sums: Sums) -> Iterator[Row]:
    """Yield the estimates that say something of this comparison, deaths first."""
    unit = f"per {_PER:,.0f} {'people' if outcomes.is_of_people else 'patients'}"
    yield from _counts(_ENDS, unit, sums)
    yield from _survival_rows(outcomes, sums)
    yield from _counts(_COURSES, unit, sums)
    if sums.of("a", "found")[0] or sums.of("b", "found")[0]:
        for stage in STAGES:
            yield share(f"stage {stage} among those found", "%", f"stage {stage}", "found", 100.0)
    yield from _screening_rows(outcomes, sums)
    for measure, name in _TESTS.items():
        if _any(sums, name):
            yield mean(measure, unit, name, "", _PER)
    yield from _counts(_BENIGN, unit, sums)


def _counts(named: dict[str, str], unit: str, sums: Sums) -> Iterator[Row]:
    """Yield risks of all persons."""
    for measure, name in named.items():
        if _any(sums, name) or measure in _ALWAYS:
            yield share(measure, unit, name, "", _PER)


def _any(sums: Sums, name: str) -> bool:
    return bool(sums.of("a", name)[0] or sums.of("b", name)[0])


def _survival_rows(outcomes: Outcomes, sums: Sums) -> Iterator[Row]:
    """Yield years lived, survival and hazards.

    Of a population the hazard from any cause is left out: few of its deaths are from this cancer.
    """
    if _any(sums, "cancer death"):
        yield ratio("mortality ratio, death from the cancer", "cancer death")
        yield hazard("hazard ratio, death from the cancer", 0)
    yield mean(f"years lived within {outcomes.span / YEAR:g} years", "year", "years", "followed")
    if outcomes.is_of_people:
        return
    yield hazard("hazard ratio, death from any cause", 1)
    for mark in MARKS:
        if mark * YEAR <= outcomes.span:
            yield share(f"alive after {mark} years", "%", f"alive {mark}", "followed", 100.0)


def _screening_rows(outcomes: Outcomes, sums: Sums) -> Iterator[Row]:
    """Yield lead time and overdiagnosis, where an arm screens."""
    if not _any(sums, "treated"):
        return
    yield mean("lead time of those found by screening", "year", "lead", "led")
    truth = "overdiagnosed among those found by screening: the twin truth"
    yield share(truth, "%", "overdiagnosed, screened", "treated", 100.0)
    if sums.of("b", "treated")[0] and not why_no_trial_estimate(outcomes):
        yield excess("the same as a trial estimates it: excess found")
        yield bias("bias of the trial's estimate")


# ----------------------------------------------------------------------------------- the table


def _estimate_row(row: Row, sums: Sums, independent: Sums, outcomes: Outcomes) -> dict[str, object]:
    """Return one estimate as a row of the table."""
    told: dict[str, object] = {
        "measure": row.measure,
        "unit": row.unit,
        "contrast": row.contrast,
        "kind": RESULT,
    }
    for arm in ("a", "b") if row.has_arms else ():
        low, high, _ = arm_interval(row, arm, sums, outcomes)
        value = float(row.arm(sums, arm)[0])
        told |= {arm: value, f"{arm}_low": low, f"{arm}_high": high}
    values = row.value(sums)
    low, high, kind = contrast_interval(row, sums, outcomes)
    value = float(values[0]) if np.isfinite(values[0]) else np.nan
    told |= {"estimate": value, "low": low, "high": high, "interval": kind}
    told["differ"] = differing(row, outcomes)
    told["gain"] = _gain(values, row.value(independent)) if kind == BOOTSTRAP else np.nan
    return told


def _gain(twins: Floats, independent: Floats) -> float:
    """Return how many times larger the variance is with independent people in the arms."""
    ours, theirs = (x[np.isfinite(x)] for x in (twins[1:], independent))
    if len(ours) < 2 or ours.var() == 0.0:  # noqa: PLR2004 - a variance takes two
        return np.nan
    return float(theirs.var() / ours.var())


def _number_needed(deaths: dict[str, object], what: str) -> dict[str, object]:
    """Return how many persons one death less, or more, takes: no number where neither is sure."""
    made: dict[str, object] = {
        "measure": f"number needed to {what} for one death from the cancer less",
        "unit": "1",
        "contrast": "number needed",
        "interval": deaths["interval"],
        "differ": deaths["differ"],
        "kind": RESULT,
    }
    low, value, high = (float(str(deaths[name])) for name in ("low", "estimate", "high"))
    if not low * high > 0.0:
        return made
    if value > 0.0:
        more = {"measure": "number under B for one death from the cancer more"}
        return made | more | {"estimate": _PER / value, "low": _PER / high, "high": _PER / low}
    return made | {"estimate": -_PER / value, "low": -_PER / low, "high": -_PER / high}


def illustration_table(row: pl.DataFrame, *, is_of_people: bool) -> pl.DataFrame:
    """Return one person's two lives: each a number, their difference an illustration."""
    one = row.row(0, named=True)
    invasion = one["invasion_day_a"] if one["invasion_day_a"] is not None else one["invasion_day_b"]
    zero = one["entry_day"] if is_of_people or invasion is None else invasion
    measures = {
        "found, years after entry" if is_of_people else "found, years after invasion": "diagnosis",
        "death, years after entry" if is_of_people else "death, years after invasion": "death",
    }
    told = [
        (name, "year", *(_since(one[f"{day}_day_{x}"], zero) for x in ("a", "b")))
        for name, day in measures.items()
    ]
    told.append(("diameter when found", "mm", one["diameter_mm_a"], one["diameter_mm_b"]))
    told.append(("tests", "1", one["n_tests_a"], one["n_tests_b"]))
    return pl.DataFrame(
        [
            {
                "measure": name, "unit": unit, "a": a, "b": b, "contrast": "difference",
                "estimate": None if a is None or b is None else b - a, "kind": ILLUSTRATION,
            }
            for name, unit, a, b in told
        ],
        _SCHEMA,
    )  # fmt: skip


def _since(day: float | None, zero: float) -> float | None:
    return None if day is None else (day - zero) / YEAR
