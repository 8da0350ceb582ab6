r"""Estimates from twins: risks, survival, stage shift, lead time, overdiagnosis, with intervals.

Intervals come from a bootstrap over people: each person, with both lives, counts a Poisson number
of times; where there are very many, each block of consecutive persons does. The same draws with one
arm moved on by one replicate tell what independent people in the two arms would give; the ratio of
the two variances is the gain of twins.

Overdiagnosis has two estimates. The twin truth looks into the life that was not lived: a cancer
that screening found and that would never have come to light. A trial cannot see that; it counts
the excess of cancers found, which lead time inflates as long as the follow-up is short and
prevention deflates.

Public names: ``estimate_table``, ``illustration_table``, ``trial_overdiagnosis``, ``REPLICATES``.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
import polars as pl

from paget.core.units import YEAR
from paget.twins.outcomes import COLUMNS, MARKS, STAGES, Floats, Outcomes

REPLICATES: Final = 400
RESULT: Final = "result"
ILLUSTRATION: Final = "illustration"

_AT: Final = {name: k for k, name in enumerate(COLUMNS)}
_TAG: Final = 0x7717  # sets this bootstrap apart from others of the same seed
_CUMULATIVE: Final = np.cumsum([math.exp(-1.0) / math.factorial(k) for k in range(12)])
_POISSON: Final = np.searchsorted(_CUMULATIVE, (np.arange(2**16) + 0.5) / 2**16).astype(np.float64)
"""A Poisson number of mean 1 for each 16 random bits."""
_LIMITS: Final = (2.5, 97.5)  # [%]
_PER: Final = 1000.0
_AS_IN_SITU: Final = ("in situ", "treated", "overdiagnosed", "overdiagnosed, screened")
_SCHEMA: Final = {
    "measure": pl.String, "unit": pl.String,
    "a": pl.Float64, "a_low": pl.Float64, "a_high": pl.Float64,
    "b": pl.Float64, "b_low": pl.Float64, "b_high": pl.Float64,
    "contrast": pl.String, "estimate": pl.Float64, "low": pl.Float64, "high": pl.Float64,
    "gain": pl.Float64, "kind": pl.String,
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Sums:
    """Weighted sums of every column in either arm, one row a replicate; the first is observed."""

    a: Floats
    b: Floats
    persons_a: Floats
    persons_b: Floats
    log_hazard_ratios: tuple[float, float]

    def of(self, arm: str, name: str) -> Floats:
        """Return the sum of a column in an arm; of nothing: all persons."""
        if not name:
            return self.persons_a if arm == "a" else self.persons_b
        return (self.a if arm == "a" else self.b)[:, _AT[name]]

    def independent(self) -> "Sums":
        """Return the replicates with other people in arm b, as many: those of the one before."""
        persons = np.roll(self.persons_b[1:], 1)
        with np.errstate(divide="ignore", invalid="ignore"):  # a replicate of nobody
            scaled = self.a[1:] * (persons / self.persons_a[1:])[:, None]
        return Sums(
            scaled,
            np.roll(self.b[1:], 1, axis=0),
            persons,
            persons,
            self.log_hazard_ratios,
        )


class Row(NamedTuple):
    """One estimate: its value in either arm where it has one, and the contrast."""

    measure: str
    unit: str
    contrast: str
    arms: Callable[[Sums, str], Floats] | None
    value: Callable[[Sums], Floats]


def estimate_table(outcomes: Outcomes, seed: int) -> pl.DataFrame:
    """Return all estimates of a comparison, with 95 % intervals and the gain of twins."""
    sums = _sums(outcomes, seed)
    independent = sums.independent()
    told = [_told(row, sums, independent) for row in _rows(outcomes, sums)]
    told += _number_needed(told, "screen" if outcomes.screens else "treat")
    return pl.DataFrame(told, _SCHEMA).with_columns(pl.col(pl.Float64).fill_nan(None))


# ------------------------------------------------------------------------------------ the sums


def _sums(outcomes: Outcomes, seed: int) -> Sums:
    """Return the observed sums and those of every replicate."""
    rng = np.random.default_rng(np.random.SeedSequence([seed, _TAG]))
    bits = rng.integers(0, len(_POISSON), (REPLICATES + 1, len(outcomes.sizes)), np.uint16)
    weights = _POISSON[bits]
    weights[0] = 1.0
    a, b, persons = weights @ outcomes.a, weights @ outcomes.b, weights @ outcomes.sizes
    persons += _add_rest(outcomes, weights @ outcomes.others, a, b, rng)
    return Sums(a, b, persons, persons.copy(), outcomes.log_hazard_ratios)


def _add_rest(
    outcomes: Outcomes, drawn: Floats, a: Floats, b: Floats, rng: np.random.Generator
) -> Floats:
    """Add the people without the cancer, the same ones to both arms; return how many.

    ``drawn`` are those of the blocks that were drawn; the others vary by themselves.
    """
    rest = outcomes.rest
    alone = max(rest.n - drawn[0], 0.0)
    number = np.append(float(rest.n), rng.poisson(alone, REPLICATES) + drawn[1:])
    chance = np.append(0.0, rng.normal(size=REPLICATES))
    died = np.append(rest.n * rest.died, rng.binomial(number[1:].astype(np.int64), rest.died))
    variance = max(rest.years_squared - rest.years**2, 0.0)
    years = number * rest.years + np.sqrt(number * variance) * chance
    for k, arm in enumerate((a, b)):
        for name, added in (
            ("followed", number),
            ("death", died),
            ("years", years),
            ("tests", number * rest.tests[k]),
            ("false positives", number * rest.false_positives[k]),
            ("benign", number * rest.benign[k]),
            ("hazard, cancer", number * outcomes.rest_moves[0][k]),
            *((name, number * rest.in_situ[k]) for name in _AS_IN_SITU),
        ):
            arm[:, _AT[name]] += added
    return number


# ------------------------------------------------------------------------------------ the rows


_COUNTS: Final = {
    "cancer found": "found",
    "found by screening": "screened",
    **{f"found at stage {stage}": f"stage {stage}" for stage in STAGES},
    "cancer prevented: precursor removed": "prevented",
    "precursor treated in situ": "in situ",
    "overdiagnosed: would never have come to light": "overdiagnosed",
    "recurrence": "recurrence",
    "death from the cancer": "cancer death",
    "of these, from its treatment": "treatment death",
    "death from any cause": "death",
    "tests": "tests",
    "false positives": "false positives",
    "with a precursor removed that never progresses": "benign",
}


def _rows(outcomes: Outcomes, sums: Sums) -> Iterator[Row]:
    """Yield the estimates that say something of this comparison."""
    who = "people" if outcomes.is_of_people else "patients"
    for measure, name in _COUNTS.items():
        if sums.of("a", name)[0] or sums.of("b", name)[0]:
            yield _share(measure, f"per {_PER:,.0f} {who}", name, "", _PER)
    if sums.of("a", "found")[0] or sums.of("b", "found")[0]:
        for stage in STAGES:
            yield _share(f"stage {stage} among those found", "%", f"stage {stage}", "found", 100.0)
    yield from _survival_rows(outcomes, sums)
    yield from _screening_rows(sums)


def _survival_rows(outcomes: Outcomes, sums: Sums) -> Iterator[Row]:
    """Yield years lived, survival and hazards.

    Of a population the hazard from any cause is left out: few of its deaths are from this cancer.
    """
    yield _share(f"years lived within {outcomes.span / YEAR:g} years", "year", "years", "followed")
    if sums.of("a", "cancer death")[0] or sums.of("b", "cancer death")[0]:
        yield _ratio("mortality ratio, death from the cancer", "cancer death")
        yield _hazard("hazard ratio, death from the cancer", 0)
    if outcomes.is_of_people:
        return
    yield _hazard("hazard ratio, death from any cause", 1)
    for mark in MARKS:
        if mark * YEAR <= outcomes.span:
            yield _share(f"alive after {mark} years", "%", f"alive {mark}", "followed", 100.0)


def _screening_rows(sums: Sums) -> Iterator[Row]:
    """Yield lead time and overdiagnosis, where an arm screens."""
    if not (sums.of("a", "treated")[0] or sums.of("b", "treated")[0]):
        return
    yield _share("lead time of those found by screening", "year", "lead", "led")
    truth = "overdiagnosed among those found by screening: the twin truth"
    yield _share(truth, "%", "overdiagnosed, screened", "treated", 100.0)
    if sums.of("b", "treated")[0]:
        yield Row("the same as a trial estimates it: excess found", "%", "estimator", None, _excess)
        yield Row("bias of the trial's estimate", "%", "bias", None, _bias)


def _quotient(sums: Sums, arm: str, over: str, under: str, scale: float) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return scale * sums.of(arm, over) / sums.of(arm, under)


def _share(measure: str, unit: str, over: str, under: str, scale: float = 1.0) -> Row:
    """Return a mean or share in each arm, and their difference."""

    def arms(sums: Sums, arm: str) -> Floats:
        return _quotient(sums, arm, over, under, scale)

    return Row(measure, unit, "difference", arms, lambda sums: arms(sums, "b") - arms(sums, "a"))


def _ratio(measure: str, name: str) -> Row:
    def value(sums: Sums) -> Floats:
        with np.errstate(divide="ignore", invalid="ignore"):
            return _quotient(sums, "b", name, "", 1.0) / _quotient(sums, "a", name, "", 1.0)

    return Row(measure, "1", "ratio", None, value)


def _hazard(measure: str, which: int) -> Row:
    name = ("hazard, cancer", "hazard, any")[which]

    def value(sums: Sums) -> Floats:
        moved = sums.of("a", name) + sums.of("b", name)
        return np.exp(sums.log_hazard_ratios[which] + moved)

    return Row(measure, "1", "hazard ratio", None, value)


def _excess(sums: Sums) -> Floats:
    """Return what a trial calls overdiagnosis: the excess of cancers found, of those by screening.

    Precursors treated in situ count as found, as in trials of mammography.
    """
    found = [sums.of(arm, "found") + sums.of(arm, "in situ") for arm in ("a", "b")]
    with np.errstate(divide="ignore", invalid="ignore"):
        return 100.0 * (found[1] - found[0]) / sums.of("b", "treated")


def _bias(sums: Sums) -> Floats:
    return _excess(sums) - _quotient(sums, "b", "overdiagnosed, screened", "treated", 100.0)


def trial_overdiagnosis(
    patients: pl.DataFrame, years: Floats, harmless: tuple[float, float] = (0.0, 0.0)
) -> tuple[Floats, Floats]:
    """Return what a trial of a population would say by some years after entry, and the truth [%].

    The excess of cancers found until then, and the overdiagnosed found until then, both as shares
    of those that screening has found by then in arm b. ``harmless`` is the number of carcinomas in
    situ, in either arm, of people who never get the cancer: found, it is taken, in step with those
    found by screening.
    """

    def days(name: str, x: str) -> Floats:
        values = patients[f"{name}_{x}"] - patients["entry_day"]
        return values.fill_null(np.inf).to_numpy() / YEAR

    found = {x: np.minimum(days("diagnosis_day", x), days("in_situ_day", x)) for x in ("a", "b")}
    is_screened = (patients["detection_b"] == "screen").fill_null(value=False).to_numpy()
    is_screened |= np.isfinite(days("in_situ_day", "b"))
    never = patients.select(pl.coalesce("clinical_day_a", "clinical_day_b").is_null())
    over = is_screened & never.to_series().to_numpy()

    def by(days_found: Floats) -> Floats:
        return np.searchsorted(np.sort(days_found), years, side="right").astype(np.float64)

    with np.errstate(divide="ignore", invalid="ignore"):
        lived = by(found["b"][is_screened])
        step = lived / max(float(is_screened.sum()), 1.0)
        screened = lived + harmless[1] * step
        excess = by(found["b"]) - by(found["a"]) + (harmless[1] - harmless[0]) * step
        return 100.0 * excess / screened, 100.0 * (
            by(found["b"][over]) + harmless[1] * step
        ) / screened


# ----------------------------------------------------------------------------------- the table


def _told(row: Row, sums: Sums, independent: Sums) -> dict[str, object]:
    """Return one estimate as a row of the table."""
    told: dict[str, object] = {
        "measure": row.measure,
        "unit": row.unit,
        "contrast": row.contrast,
        "kind": RESULT,
    }
    if row.arms is not None:
        for arm in ("a", "b"):
            told |= _spread(row.arms(sums, arm), arm, f"{arm}_")
    value = row.value(sums)
    return told | _spread(value, "estimate", "") | {"gain": _gain(value, row.value(independent))}


def _spread(values: Floats, name: str, prefix: str) -> dict[str, float]:
    """Return the observed value and its interval."""
    low, high = np.nan, np.nan
    replicates = values[1:][np.isfinite(values[1:])]
    if np.isfinite(values[0]) and len(replicates):
        low, high = np.percentile(replicates, _LIMITS)
    return {name: float(values[0]), f"{prefix}low": float(low), f"{prefix}high": float(high)}


def _gain(twins: Floats, independent: Floats) -> float:
    """Return how many times larger the variance is with independent people in the arms."""
    ours, theirs = (x[np.isfinite(x)] for x in (twins[1:], independent))
    if len(ours) < 2 or ours.var() == 0.0:  # noqa: PLR2004 - a variance takes two
        return np.nan
    return float(theirs.var() / ours.var())


def _number_needed(told: list[dict[str, object]], what: str) -> list[dict[str, object]]:
    """Return how many persons one death less, or more, takes: no number where neither is sure."""
    row = next((row for row in told if row["measure"] == "death from the cancer"), None)
    if row is None:
        return []
    made: dict[str, object] = {
        "measure": f"number needed to {what} for one death from the cancer less",
        "unit": "1",
        "contrast": "number needed",
        "kind": RESULT,
    }
    low, value, high = (float(str(row[name])) for name in ("low", "estimate", "high"))
    if not low * high > 0.0:
        return [made]
    if value > 0.0:
        more = {"measure": "number under B for one death from the cancer more"}
        return [made | more | {"estimate": _PER / value, "low": _PER / high, "high": _PER / low}]
    return [made | {"estimate": -_PER / value, "low": -_PER / low, "high": -_PER / high}]


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
