r"""Outcomes of twins: what happened to the persons in either arm, as arrays of numbers.

All is told within one span from a time zero that both twins share: entry into the population, or of
patients the earlier of the two diagnoses, so that finding a cancer sooner lengthens no survival by
itself. Every estimate is a function of weighted sums over persons of these columns; a hazard ratio
is one by its influence values. Only sums over blocks of consecutive persons are kept, each who gets
the cancer being a block of their own where they are few: persons are independent of each other, so
blocks of many are as good a unit of the bootstrap, and memory stays small however many there are.

Public names: ``Outcomes``, ``Survival``, ``outcomes_of``, ``log_hazard_ratio``, ``COLUMNS``,
``STAGES``, ``BLOCKS``.
"""

from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from paget.core.units import YEAR
from paget.engine import Model
from paget.tables.staging import MAIN_STAGES
from paget.tables.vocabulary import cancer_label
from paget.twins.rest import NO_REST, Expected, Rest, rest_of
from paget.words import OTHER_CAUSE_WORDS

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

STAGES: Final = MAIN_STAGES
BLOCKS: Final = 4096  # at most: a variance from so many is known to 2 %
_AT_ONCE: Final = 100_000  # persons whose columns are in memory
MARKS: Final = (5, 10)  # [year] of survival that is told
COLUMNS: Final = (
    "found", "screened", "interval", *(f"stage {stage}" for stage in STAGES), "prevented",
    "in situ", "overdiagnosed", "overdiagnosed, screened", "treated", "recurrence",
    "cancer death", "treatment death", "death", "followed", "years",
    *(f"alive {mark}" for mark in MARKS), "led", "lead", "tests", "false positives",
    "benign", "hazard, cancer", "hazard, any",
)  # fmt: skip
_AT: Final = {name: k for k, name in enumerate(COLUMNS)}


class Survival(NamedTuple):
    """Time at risk in one arm: years since the common zero, and how it ended."""

    years: Floats
    """Until death or the end of the span; negative: never at risk."""
    of_cancer: Mask
    died: Mask


@dataclass(frozen=True, eq=False)
class Outcomes:
    """What happened to the persons in either arm."""

    a: Floats
    """(block, column) sums over the persons of a block, in the order of ``COLUMNS``."""
    b: Floats
    sizes: Floats
    """Persons in each block who get the cancer."""
    others: Floats
    """And who do not; those of no block vary by themselves."""
    survival_a: Survival
    survival_b: Survival
    rest: Rest
    log_hazard_ratios: tuple[float, float]
    """Of death from the cancer, and from any cause."""
    rest_moves: tuple[tuple[float, float], tuple[float, float]]
    """By how much one person without the cancer moves either, in arm a and in arm b."""
    persons: int
    span: float
    """[day]"""
    is_of_people: bool
    screens: bool
    """Whether arm b invites to more screening than arm a does."""
    more: Floats
    """(column,) persons of whom arm b has more than arm a has; of a hazard, whose end differs,"""
    fewer: Floats
    """and of whom arm b has less."""
    invites: tuple[bool, bool] = (False, True)
    """Whether the clinic of either arm screens at all."""

    def differing(self, name: str) -> float:
        """Return in how many persons the arms differ in a column; never in who there is."""
        return sum(self.directions(name)) if name else 0.0

    def directions(self, name: str) -> tuple[float, float]:
        """Return of how many persons arm b has more of a column, and of how many less."""
        return float(self.more[_AT[name]]), float(self.fewer[_AT[name]])

    def both(self, name: str) -> float:
        """Return to how many persons something that counts once happens in both arms."""
        return float(self.a[:, _AT[name]].sum() - self.fewer[_AT[name]])


def outcomes_of(
    patients: pl.DataFrame | pl.LazyFrame,
    persons: int,
    span: float,
    model: Model,
    expected: Expected,
) -> Outcomes:
    """Return the outcomes of joined twins.

    Parameters
    ----------
    patients : the joined table of a comparison.
    persons : all who are compared.
    span : how long twins are compared [day].
    model : of arm a.
    expected : what is expected of the people without onset.
    """
    blocks = _Blocks(patients, persons)
    rest = rest_of(persons - int(blocks.sizes.sum()), span, model, expected)
    a, b, directions, survivals = _summed(patients, blocks, span, cancer_label(model))
    one, other = survivals
    fits = (
        log_hazard_ratio(one.years, one.of_cancer, other.years, other.of_cancer, rest),
        log_hazard_ratio(one.years, one.died, other.years, other.died, rest),
    )
    for name, fit in zip(("hazard, cancer", "hazard, any"), fits, strict=True):
        for sums, influence in ((a, fit.influence_a), (b, fit.influence_b)):
            blocks.add(sums[:, _AT[name]], influence, 0)
    directions[0, _AT["hazard, cancer"]] = _differing(one, other, "of_cancer")
    directions[0, _AT["hazard, any"]] = _differing(one, other, "died")
    more = float(b[:, _AT["screened"]].sum() - a[:, _AT["screened"]].sum())
    averted = float((b - a)[:, [_AT["prevented"], _AT["in situ"]]].sum())
    return Outcomes(
        a,
        b,
        blocks.sizes,
        blocks.others,
        one,
        other,
        rest,
        (fits[0].estimate, fits[1].estimate),
        (fits[0].rest, fits[1].rest),
        persons,
        span,
        expected.a is not None,
        more + averted > 0.0,
        directions[0],
        directions[1],
        expected.screens,
    )


def _differing(one: Survival, other: Survival, cause: str) -> int:
    """Return how many persons leave the arms otherwise: on another day, or of another cause."""
    ends = getattr(one, cause) != getattr(other, cause)
    return int(np.count_nonzero((one.years != other.years) | ends))


def _summed(
    patients: pl.DataFrame | pl.LazyFrame, blocks: "_Blocks", span: float, label: str
) -> tuple[Floats, Floats, Floats, tuple[Survival, Survival]]:
    """Return the sums over blocks in either arm, in whom they differ, and all times at risk."""
    a, b = blocks.zeros(len(COLUMNS)), blocks.zeros(len(COLUMNS))
    directions = np.zeros((2, len(COLUMNS)))
    parts: tuple[list[Survival], list[Survival]] = ([], [])
    for first in range(0, int(blocks.sizes.sum()), _AT_ONCE):
        some = patients.lazy().slice(first, _AT_ONCE).collect()
        made: list[Floats] = []
        for sums, told, arm in zip((a, b), parts, _arms(some, span, label), strict=True):
            told.append(arm.survival())
            made.append(arm.columns(told[-1]))
            blocks.add(sums, made[-1], first)
        directions[0] += (made[1] > made[0]).sum(axis=0)
        directions[1] += (made[1] < made[0]).sum(axis=0)
    return a, b, directions, (_together(parts[0]), _together(parts[1]))


class _Blocks:
    """Which row of a table sums up to which block, and how many people without one a block has.

    Few rows are a block each, and the people without the cancer belong to none. Else a block is a
    range of the persons' numbers, with all who are in it: the number of those who get the cancer
    varies from block to block as it does between samples.
    """

    def __init__(self, patients: pl.DataFrame | pl.LazyFrame, persons: int) -> None:
        number = patients.lazy().select("patient").collect().to_series().to_numpy()
        n = len(number)
        self._of_row, self.sizes = np.arange(n), np.ones(n)
        self.others = np.zeros(n)
        if n <= BLOCKS:
            return
        total = max(persons, int(number[-1]) + 1)
        self._of_row = number * BLOCKS // total
        self.sizes = np.bincount(self._of_row, minlength=BLOCKS).astype(np.float64)
        self.others = np.zeros(BLOCKS)
        if persons > n:
            self.others = np.maximum(persons / BLOCKS - self.sizes, 0.0)

    def zeros(self, columns: int) -> Floats:
        """Return sums of nothing: (block, column)."""
        return np.zeros((len(self.sizes), columns))

    def add(self, sums: Floats, values: Floats, first: int) -> None:
        """Add the values of consecutive rows from row ``first`` on to the sums of their blocks."""
        if len(values):
            block = self._of_row[first : first + len(values)]
            cuts = np.flatnonzero(np.diff(block, prepend=-1))
            sums[block[cuts]] += np.add.reduceat(values, cuts, axis=0)


def _together(parts: list[Survival]) -> Survival:
    if not parts:
        return Survival(np.zeros(0), np.zeros(0, np.bool_), np.zeros(0, np.bool_))
    return Survival(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def _arms(patients: pl.DataFrame, span: float, label: str) -> tuple["_Arm", "_Arm"]:
    """Return both arms of some persons."""
    zero = _zero_day(patients)
    clinical = _floats(patients.select(pl.coalesce("clinical_day_a", "clinical_day_b")).to_series())
    return (
        _Arm(patients, "a", zero, clinical, span, label),
        _Arm(patients, "b", zero, clinical, span, label),
    )


def _floats(series: pl.Series) -> Floats:
    """Return days; infinite where a thing did not happen."""
    return series.cast(pl.Float64).fill_null(np.inf).to_numpy()


def _zero_day(patients: pl.DataFrame) -> Floats:
    """Return the day from which both twins are followed; infinite where there is none."""
    entry = patients["entry_day"]
    if entry.null_count() == 0:
        return _floats(entry)
    return np.minimum(*(_floats(patients[f"diagnosis_day_{x}"]) for x in ("a", "b")))


class _Arm:
    """One arm's columns of the joined table, as arrays."""

    def __init__(
        self, table: pl.DataFrame, letter: str, zero: Floats, clinical: Floats, span: float,
        label: str,
    ) -> None:  # fmt: skip
        self._table, self._letter, self._zero = table, letter, zero
        self._clinical, self._until = clinical, zero + span
        self._label = label
        self._death = _floats(self._column("death_day"))
        self._in_time = np.isfinite(self._death) & (self._death <= self._until)

    def _column(self, name: str) -> pl.Series:
        return self._table[f"{name}_{self._letter}"]

    def _happened(self, name: str) -> Mask:
        """Tell to whom something happened within the span."""
        day = _floats(self._column(name))
        return np.isfinite(day) & (day <= self._until)

    def _is(self, name: str, word: str) -> Mask:
        """Tell where a column is a word; a null is none."""
        is_so = self._column(name).cast(pl.String) == word
        return is_so.fill_null(value=False).to_numpy()

    def survival(self) -> Survival:
        """Return the time at risk since the common zero."""
        followed = np.isfinite(self._zero)
        end = np.where(self._in_time, self._death, self._until)
        with np.errstate(invalid="ignore"):
            years = np.where(followed, (end - self._zero) / YEAR, -1.0)
        died = self._in_time & followed
        return Survival(years, died & self._is_of_cancer(), died)

    def _is_of_cancer(self) -> Mask:
        """Tell who dies of the cancer, or of its treatment."""
        known = self._column("cause_of_death").is_not_null().to_numpy()
        return self._in_time & known & ~self._is("cause_of_death", OTHER_CAUSE_WORDS)

    def columns(self, survival: Survival) -> Floats:
        """Return (person, column)."""
        found, of_cancer = self._happened("diagnosis_day"), self._is_of_cancer()
        screened = found & self._is("detection", "screen")
        in_situ, prevented = self._happened("in_situ_day"), self._happened("prevented_day")
        never = np.isinf(self._clinical) & (found | in_situ)
        led = screened & np.isfinite(self._clinical)
        diagnosis = _floats(self._column("diagnosis_day"))
        followed = survival.years >= 0.0
        made: dict[str, Any] = {
            "found": found,
            "screened": screened,
            "interval": found & ~screened,
            **{f"stage {word}": found & self._is("stage", word) for word in STAGES},
            "prevented": prevented,
            "in situ": in_situ,
            "overdiagnosed": never,
            "overdiagnosed, screened": never & (screened | in_situ),
            "treated": screened | in_situ,
            "recurrence": self._happened("recurrence_day"),
            "cancer death": of_cancer,
            "treatment death": of_cancer & ~self._is("cause_of_death", self._label),
            "death": self._in_time,
            "followed": followed,
            "years": np.where(followed, survival.years, 0.0),
            **{
                f"alive {mark}": followed & ~(survival.died & (survival.years <= mark))
                for mark in MARKS
            },
            "led": led,
            "lead": np.where(led, self._clinical - np.where(led, diagnosis, 0.0), 0.0) / YEAR,
            "tests": self._column("n_tests").to_numpy(),
            "false positives": self._column("n_false_positives").to_numpy(),
        }
        result = np.zeros((len(found), len(COLUMNS)))
        for name, values in made.items():
            result[:, _AT[name]] = values
        return result


# ------------------------------------------------------------------------------- hazard ratio


class HazardFit(NamedTuple):
    """A log hazard ratio, and by how much each person of an arm moves it."""

    estimate: float
    influence_a: Floats
    influence_b: Floats
    rest: tuple[float, float] = (0.0, 0.0)
    """And one of those without the cancer in either arm, who never die of it, on average."""


def log_hazard_ratio(
    years_a: Floats, died_a: Mask, years_b: Floats, died_b: Mask, rest: Rest = NO_REST
) -> HazardFit:
    r"""Return the log hazard ratio of arm b against arm a by Cox's partial likelihood.

    With one binary covariate the score is
    :math:`d_b - \sum_j D_j \, \theta n_b / (n_a + \theta n_b)` over the days of death j (Breslow's
    ties), with n at risk; the influence values are the score residuals over the information.

    Assumes
    -------
    Proportional hazards, else it is an average over the follow-up. People without the cancer are at
    risk by their expected number alive; what chance moves in that number moves the ratio less than
    one death does.

    Source
    ------
    Agrees with ``lifelines.CoxPHFitter`` (tested).
    """
    zeros = np.zeros(len(years_a)), np.zeros(len(years_b))
    times, deaths = np.unique(
        np.concatenate([years_a[died_a], years_b[died_b]]), return_counts=True
    )
    if not died_a.any() or not died_b.any():
        return HazardFit(np.nan, *zeros)
    alive = np.interp(times, rest.grid, rest.alive)
    more = rest.n * alive
    n_a, place_a = _at_risk(times, years_a)
    n_b, place_b = _at_risk(times, years_b)
    n_a, n_b = n_a + more, n_b + more
    beta = 0.0
    for _ in range(60):
        share = np.exp(beta) * n_b / (n_a + np.exp(beta) * n_b)
        score = died_b.sum() - deaths @ share
        step = score / (deaths @ (share * (1.0 - share)))
        beta += float(np.clip(step, -1.0, 1.0))
        if abs(step) < 1e-12:  # noqa: PLR2004 - of a logarithm
            break
    share = np.exp(beta) * n_b / (n_a + np.exp(beta) * n_b)
    information = deaths @ (share * (1.0 - share))
    hazard = deaths / (n_a + np.exp(beta) * n_b)  # baseline, at each day of death
    move_a, move_b = share * hazard, -(1.0 - share) * np.exp(beta) * hazard
    passed_a = np.append(0.0, np.cumsum(move_a))[place_a]
    passed_b = np.append(0.0, np.cumsum(move_b))[place_b]
    at_a, at_b = (np.clip(place - 1, 0, None) for place in (place_a, place_b))
    return HazardFit(
        beta,
        (np.where(died_a, -share[at_a], 0.0) + passed_a) / information,
        (np.where(died_b, 1.0 - share[at_b], 0.0) + passed_b) / information,
        (float(move_a @ alive / information), float(move_b @ alive / information)),
    )


def _at_risk(times: Floats, years: Floats) -> tuple[Floats, npt.NDArray[np.int64]]:
    """Return how many are at risk at each time, and how many times each person reaches."""
    place = np.searchsorted(times, years, side="right")
    number = np.bincount(place, minlength=len(times) + 1)
    return (len(years) - np.cumsum(number)[:-1]).astype(np.float64), place
