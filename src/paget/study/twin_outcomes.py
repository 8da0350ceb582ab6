r"""Outcomes of twins: what happened to every person in either arm, as arrays of numbers.

All is told within one span from a time zero that both twins share: entry into the population, or of
patients the earlier of the two diagnoses, so that finding a cancer sooner lengthens no survival by
itself. Every estimate is a function of weighted sums of these columns; a hazard ratio is one by its
influence values.

Public names: ``Outcomes``, ``Expected``, ``Rest``, ``Survival``, ``outcomes_of``,
``log_hazard_ratio``, ``COLUMNS``, ``STAGES``.
"""

from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from paget.core.units import YEAR
from paget.record import Model
from paget.study.tables import OTHER_CAUSE_WORDS, cancer_label

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

STAGES: Final = ("I", "II", "III", "IV")
MARKS: Final = (5, 10)  # [year] of survival that is told
COLUMNS: Final = (
    "found", "screened", "interval", *(f"stage {stage}" for stage in STAGES), "prevented",
    "in situ", "overdiagnosed", "overdiagnosed, screened", "treated", "recurrence",
    "cancer death", "treatment death", "death", "followed", "years",
    *(f"alive {mark}" for mark in MARKS), "led", "lead", "tests", "false positives",
    "benign", "hazard, cancer", "hazard, any",
)  # fmt: skip
_AT: Final = {name: k for k, name in enumerate(COLUMNS)}
_GRID: Final = 3001  # points of an integral over the follow-up


class Survival(NamedTuple):
    """Time at risk in one arm: years since the common zero, and how it ended."""

    years: Floats
    """Until death or the end of the span; negative: never at risk."""
    of_cancer: Mask
    died: Mask


@dataclass(frozen=True, eq=False)
class Rest:
    """The people of a population who never have the cancer: the same lives in both arms."""

    n: int
    years: float
    """Mean years lived within the span."""
    years_squared: float
    died: float
    """Share who die within the span."""
    tests: tuple[float, float]
    """Mean number of tests, in either arm."""
    false_positives: tuple[float, float]
    benign: tuple[float, float]
    """Share in whom a precursor is found and removed that would never progress."""
    in_situ: tuple[float, float]
    """Share in whom such a precursor is treated as a carcinoma in situ: overdiagnosed."""
    grid: Floats
    """Years since entry,"""
    alive: Floats
    """and the share alive then."""


_NONE: Final = (0.0, 0.0)
NO_REST: Final = Rest(
    n=0,
    years=0.0,
    years_squared=0.0,
    died=0.0,
    tests=_NONE,
    false_positives=_NONE,
    benign=_NONE,
    in_situ=_NONE,
    grid=np.array([0.0, 1e9]),
    alive=np.array([1.0, 1.0]),
)


class Expected(NamedTuple):
    """What is expected of the people of a population without onset, in either arm."""

    a: pl.DataFrame | None = None
    """By sex, from `paget.study.population`; nothing where all are patients."""
    b: pl.DataFrame | None = None
    in_situ: tuple[bool, bool] = (False, False)
    """Whether a precursor that is found is treated as a carcinoma in situ, and counts as one."""


@dataclass(frozen=True, eq=False)
class Outcomes:
    """What happened to every person in either arm."""

    a: Floats
    """(person, column) in the order of ``COLUMNS``."""
    b: Floats
    survival_a: Survival
    survival_b: Survival
    rest: Rest
    log_hazard_ratios: tuple[float, float]
    """Of death from the cancer, and from any cause."""
    persons: int
    span: float
    """[day]"""
    is_of_people: bool
    screens: bool
    """Whether arm b invites to more screening than arm a does."""


def outcomes_of(
    patients: pl.DataFrame,
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
    zero = _zero_day(patients)
    clinical = patients.select(pl.coalesce("clinical_day_a", "clinical_day_b")).to_series()
    label = cancer_label(model)
    arms = [_Arm(patients, x, zero, _floats(clinical), span, label) for x in ("a", "b")]
    a, b = (arm.columns() for arm in arms)
    rest = _rest(persons - patients.height, span, model, expected)
    survivals = [arm.survival() for arm in arms]
    ratios: list[float] = []
    for name, cause in (("hazard, cancer", "of_cancer"), ("hazard, any", "died")):
        died = [getattr(survival, cause) for survival in survivals]
        fit = log_hazard_ratio(survivals[0].years, died[0], survivals[1].years, died[1], rest)
        a[:, _AT[name]], b[:, _AT[name]] = fit.influence_a, fit.influence_b
        ratios.append(fit.estimate)
    more = float(b[:, _AT["screened"]].sum() - a[:, _AT["screened"]].sum())
    averted = float((b - a)[:, [_AT["prevented"], _AT["in situ"]]].sum())
    people = expected.a is not None
    return Outcomes(
        a,
        b,
        survivals[0],
        survivals[1],
        rest,
        (ratios[0], ratios[1]),
        persons,
        span,
        people,
        more + averted > 0.0,
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
        self._cause = table[f"cause_of_death_{letter}"].fill_null("").to_numpy().astype(str)
        self._label = label
        self._death = _floats(self._column("death_day"))
        self._in_time = np.isfinite(self._death) & (self._death <= self._until)

    def _column(self, name: str) -> pl.Series:
        return self._table[f"{name}_{self._letter}"]

    def _happened(self, name: str) -> Mask:
        """Tell to whom something happened within the span."""
        day = _floats(self._column(name))
        return np.isfinite(day) & (day <= self._until)

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
        cause = self._cause
        return self._in_time & (cause != OTHER_CAUSE_WORDS) & (cause != "")

    def columns(self) -> Floats:
        """Return (person, column)."""
        found, of_cancer = self._happened("diagnosis_day"), self._is_of_cancer()
        screened = found & (self._column("detection").fill_null("") == "screen").to_numpy()
        in_situ, prevented = self._happened("in_situ_day"), self._happened("prevented_day")
        never = np.isinf(self._clinical) & (found | in_situ)
        led = screened & np.isfinite(self._clinical)
        diagnosis = _floats(self._column("diagnosis_day"))
        stage = self._column("stage").fill_null("").to_numpy().astype(str)
        survival = self.survival()
        followed = survival.years >= 0.0
        made: dict[str, Any] = {
            "found": found,
            "screened": screened,
            "interval": found & ~screened,
            **{f"stage {word}": found & (stage == word) for word in STAGES},
            "prevented": prevented,
            "in situ": in_situ,
            "overdiagnosed": never,
            "overdiagnosed, screened": never & (screened | in_situ),
            "treated": screened | in_situ,
            "recurrence": self._happened("recurrence_day"),
            "cancer death": of_cancer,
            "treatment death": of_cancer & (self._cause != self._label),
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


def _rest(n: int, span: float, model: Model, expected: Expected) -> Rest:
    """Return what ``n`` people without the cancer live through, by the life table."""
    one, other = expected.a, expected.b
    if one is None or other is None or n <= 0:
        return NO_REST
    weight = one["without_onset"].to_numpy() / float(one["without_onset"].sum())
    sexes = [("female", "male").index(sex) for sex in one["sex"]]
    entry, ages = model.population.entry_age, np.arange(model.world.mortality.shape[1])
    grid = np.linspace(0.0, span / YEAR, _GRID)
    hazard = [np.interp(entry + grid, ages, model.world.mortality[sex]) for sex in sexes]
    alive = np.sum([w * np.exp(h[0] - h) for w, h in zip(weight, hazard, strict=True)], axis=0)
    totals = [table.drop("sex").sum().row(0, named=True) for table in (one, other)]
    each = [{name: x / total["without_onset"] for name, x in total.items()} for total in totals]
    benign, in_situ = _benign(each, expected.in_situ)
    return Rest(
        n,
        float(np.trapezoid(alive, grid)),
        float(2.0 * np.trapezoid(grid * alive, grid)),
        float(1.0 - alive[-1]),
        (each[0]["tests"], each[1]["tests"]),
        (each[0]["false_positives"], each[1]["false_positives"]),
        benign,
        in_situ,
        grid,
        alive,
    )


def _benign(
    each: list[dict[str, Any]], in_situ: tuple[bool, bool]
) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return in whom a harmless precursor is removed, and in whom treated as in situ, by arm."""
    found = [float(arm["people_with_benign_found"]) for arm in each]
    treated = [x if is_one else 0.0 for x, is_one in zip(found, in_situ, strict=True)]
    return (found[0] - treated[0], found[1] - treated[1]), (treated[0], treated[1])


# ------------------------------------------------------------------------------- hazard ratio


class HazardFit(NamedTuple):
    """A log hazard ratio, and by how much each person of an arm moves it."""

    estimate: float
    influence_a: Floats
    influence_b: Floats


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
    more = rest.n * np.interp(times, rest.grid, rest.alive)
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
    passed_a = np.append(0.0, np.cumsum(-share * hazard))[place_a]
    passed_b = np.append(0.0, np.cumsum((1.0 - share) * np.exp(beta) * hazard))[place_b]
    at_a, at_b = (np.clip(place - 1, 0, None) for place in (place_a, place_b))
    return HazardFit(
        beta,
        (np.where(died_a, -share[at_a], 0.0) - passed_a) / information,
        (np.where(died_b, 1.0 - share[at_b], 0.0) - passed_b) / information,
    )


def _at_risk(times: Floats, years: Floats) -> tuple[Floats, npt.NDArray[np.int64]]:
    """Return how many are at risk at each time, and how many times each person reaches."""
    place = np.searchsorted(times, years, side="right")
    number = np.bincount(place, minlength=len(times) + 1)
    return (len(years) - np.cumsum(number)[:-1]).astype(np.float64), place
