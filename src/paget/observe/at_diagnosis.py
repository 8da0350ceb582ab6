"""What is published of patients at diagnosis: size, nodes, stage, sites, growth, blood.

Nodes are those that a pathologist finds, so they are told of patients who were operated on.

Public names: ``AT_DIAGNOSIS``, ``of_subtype``, ``between``, ``ER_POSITIVE``, ``TRIPLE_NEGATIVE``,
``found_nodes``, ``beta_binomial``.
"""

from collections.abc import Callable
from functools import cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.optimize import minimize
from scipy.special import betaln
from scipy.stats import hypergeom, poisson

from paget.body.growth import elapsed, growth_law
from paget.body.progression import cells
from paget.core.units import YEAR
from paget.observe.cohort_tables import CohortTables
from paget.observe.summaries import (
    Floats,
    Quantity,
    Summary,
    mean,
    median,
    of_each,
    quantile,
    share,
)
from paget.tables.patients import unit_doubling_days

Ints = npt.NDArray[np.int64]
Key = tuple[str, str]

ER_POSITIVE, TRIPLE_NEGATIVE = "er_pos", "er_neg_her2_neg"
NONE_SEEN: Final = pl.col("n_metastases_seen") == 0
SEEN: Final = pl.col("n_metastases_seen") > 0
NODES_LOOKED_AT: Final = pl.col("positive_nodes").is_not_null()
_SIZE: Final = "diameter_mm"
_SMALL: Final = 20.0  # [mm]
_TUBE: Final = 5  # circulating cells in 7.5 mL that part patients
_EXAMINED: Final = 12.0  # nodes on average, 1994 to 2005: an assumption; a median of 17.8 later
_NARROW: Final = 8.0  # logarithm of the parameters of a beta law, at most
_FIRST_MM: Final = 1.0
_ORGANS: Final = ("bone", "lung", "liver", "brain")


def of_subtype(word: str) -> pl.Expr:
    """Return who has a subtype whose name begins with ``word``."""
    return pl.col("subtype").cast(pl.String).str.starts_with(word).fill_null(value=False)


def between(column: str, ends: tuple[float, float]) -> pl.Expr:
    """Return where a column lies above the first end and not above the second."""
    return pl.col(column).is_between(*ends, closed="right")


def _share_of(chosen: pl.Expr, *who: pl.Expr) -> Quantity:
    """Return the share of some of the patients found in whom something holds."""
    return Quantity(lambda tables: of_each(tables.found.filter(*who), chosen), share)


def _of_each(value: pl.Expr, summary: Summary, *who: pl.Expr) -> Quantity:
    return Quantity(lambda tables: of_each(tables.found.filter(*who), value), summary)


# ------------------------------------------------------------------------- size, stage and nodes


def _stage(group: str) -> Quantity:
    return _share_of(pl.col("main_stage") == group)


def _summary(stage: str) -> Quantity:
    return _share_of(pl.col("summary_stage") == stage)


def _node_positive(t: int, deepest_mm: float = np.inf) -> Quantity:
    who = (pl.col("clinical_t") == t) & (pl.col("depth_mm") <= deepest_mm)
    return _share_of(pl.col("positive_nodes") > 0, who, NONE_SEEN, NODES_LOOKED_AT)


def _small(tables: CohortTables) -> pl.DataFrame:
    """Return whether a tumour is under 20 mm or in situ."""
    in_situ = pl.col("in_situ_day").is_not_null()
    tumours = tables.patients.filter(in_situ | pl.col("diagnosis_day").is_not_null())
    return of_each(tumours, in_situ | (pl.col(_SIZE) < _SMALL).fill_null(value=False))


def _nodes_examined(tables: CohortTables) -> pl.DataFrame:
    operated = tables.found.filter(NONE_SEEN, NODES_LOOKED_AT, pl.col("examined_nodes") > 0)
    return of_each(operated, pl.col("positive_nodes"), pl.col("examined_nodes"))


def found_nodes(positive: Ints, total: int) -> Floats:
    """Return the expected patients by nodes examined (row) and nodes found positive (column).

    The era examined a Poisson number of nodes, which are a random draw from the ``total``.
    """
    held = np.bincount(np.minimum(positive, total), minlength=total + 1).astype(np.float64)
    number = np.arange(total + 1)
    examined = poisson.pmf(number, _EXAMINED) * (number > 0)
    return examined[:, None] * np.tensordot(held, _draws(total), axes=1)


@cache
def _draws(total: int) -> Floats:
    """Return (held, examined, found) the chance to find so many positive nodes."""
    number = np.arange(total + 1)
    return np.array([hypergeom.pmf(number, total, k, number[:, None]) for k in number])


def beta_binomial(patients: Floats) -> tuple[float, float]:
    """Return the beta law of the share of positive nodes that makes what was found likeliest.

    ``patients`` are counted by nodes examined (row) and nodes found positive (column). Few of them
    may have no likeliest law but ever narrower ones; the search ends at a stated one.
    """
    n, x = np.nonzero(patients)
    weight = patients[n, x] / patients.sum()

    def surprise(at: Floats) -> float:
        a, b = np.exp(at)
        return -float(weight @ (betaln(x + a, n - x + b) - betaln(a, b)))

    limits = [(-_NARROW, _NARROW)] * 2
    a, b = np.exp(minimize(surprise, [0.0, 1.0], method="Nelder-Mead", bounds=limits).x)
    return float(a), float(b)


def _missed_by(examined: int) -> Summary:
    """Return the chance to miss every positive node among those examined, as the registry did.

    A beta-binomial is fitted to the patients in stages I to III in whom a positive node was found;
    those in whom all were missed are not among them.
    """

    def missed(positive: Floats, looked_at: Floats) -> float:
        most = int(looked_at.max(initial=0.0))
        patients = np.zeros((most + 1, most + 1))
        for total in np.unique(looked_at).astype(np.int64):
            held = positive[looked_at == total].astype(np.int64)
            patients[: total + 1, : total + 1] += found_nodes(held, int(total))
        patients[:, 0] = 0.0
        if not patients.sum() > 0.0:
            return float("nan")
        a, b = beta_binomial(patients)
        return 100.0 * float(np.exp(betaln(a, b + examined) - betaln(a, b)))

    return missed


# ------------------------------------------------------------------------------- growth and sites


def _primary_doubling(summary: Summary, *who: pl.Expr) -> Quantity:
    def of(tables: CohortTables) -> pl.DataFrame:
        chosen = tables.found.filter(*who).select("patient")
        primary = tables.lesions.filter(pl.col("kind") == "primary")
        seen = primary.drop_nulls("doubling_days_at_detection")
        return of_each(seen.join(chosen, on="patient"), pl.col("doubling_days_at_detection"))

    return Quantity(of, summary)


def _liver_doubling(which: pl.Expr) -> Quantity:
    """Median doubling time, when it is first seen, of the first liver metastasis of a patient."""

    def of(tables: CohortTables) -> pl.DataFrame:
        liver = tables.lesions_in("liver")
        owners = tables.found.select("patient", "diagnosis_day", "n_metastases_seen")
        seen = liver.drop_nulls("doubling_days_at_detection").join(owners, on="patient")
        first = seen.filter(which).sort("patient", "detected_day", maintain_order=True)
        first = first.unique("patient", keep="first", maintain_order=True)
        return of_each(first, pl.col("doubling_days_at_detection"))

    return Quantity(of, median)


_BEFORE: Final = pl.col("founded_day") < pl.col("diagnosis_day")
_LATER: Final = (pl.col("detected_day") > pl.col("diagnosis_day")) & NONE_SEEN
_LIVER: Final[dict[str, pl.Expr]] = {
    "occult": _BEFORE & _LATER,
    "overt": _BEFORE & (pl.col("detected_day") <= pl.col("diagnosis_day")),
    "metachronous": _LATER,
}


def _years_of_growth(summary: Summary) -> Quantity:
    """Years from 10 to 20 mm, of all tumours under the growth law below its ceiling."""

    def of(tables: CohortTables) -> pl.DataFrame:
        world: Any = tables.model.world
        law = growth_law(world.law, 1.0, world.capacity, np.inf, world.power_exponent)
        small, large = (cells(mm * 1000.0, world.density) for mm in (10.0, 20.0))
        doublings = elapsed(law, small, large) / unit_doubling_days(world)
        return of_each(tables.found, pl.col("doubling_days_at_reference") * doublings / YEAR)

    return Quantity(of, summary)


def _seen_in(group: str) -> Quantity:
    return Quantity(lambda tables: of_each(tables.found, tables.holds("sites_seen", group)), share)


def _several_organs(tables: CohortTables) -> pl.DataFrame:
    organs = [tables.holds("sites_seen", group).cast(pl.Int64) for group in _ORGANS]
    return of_each(tables.found.filter(SEEN), pl.sum_horizontal(organs) > 1)


def _tube(who: pl.Expr, at_least: int) -> Quantity:
    return _share_of(pl.col("ctc_in_tube") >= at_least, who)


_DETECTED: Final[Callable[..., pl.Expr]] = pl.col("detection").cast(pl.String).is_in
AT_DIAGNOSIS: Final[dict[Key, Quantity]] = {
    ("size", "<= 20 mm"): _share_of(between(_SIZE, (0, 20))),
    ("size", "20-40 mm"): _share_of(between(_SIZE, (20, 40))),
    ("size", "40-60 mm"): _share_of(between(_SIZE, (40, 60))),
    ("size", "> 60 mm"): _share_of(between(_SIZE, (60, np.inf))),
    ("size", "< 10 mm"): _share_of(between(_SIZE, (0, 10))),
    ("under 20 mm or in situ", ""): Quantity(_small, share),
    ("diameter at diagnosis", "median"): _of_each(pl.col(_SIZE), median),
    ("mean diameter", "screen-detected"): _of_each(pl.col(_SIZE), mean, _DETECTED(["screen"])),
    ("mean diameter", "by symptoms"): _of_each(
        pl.col(_SIZE), mean, _DETECTED(["symptom", "metastasis"])
    ),
    ("doubling time of the primary", "median"): _primary_doubling(median),
    ("doubling time of the primary", "lower quartile"): _primary_doubling(quantile(0.25)),
    ("doubling time of the primary", "upper quartile"): _primary_doubling(quantile(0.75)),
    ("doubling time of the primary", "mean"): _primary_doubling(mean),
    ("doubling time of the primary", "ER+"): _primary_doubling(median, of_subtype(ER_POSITIVE)),
    ("doubling time of the primary", "triple negative"): _primary_doubling(
        median, of_subtype(TRIPLE_NEGATIVE)
    ),
    **{
        ("doubling time of liver metastases", word): _liver_doubling(which)
        for word, which in _LIVER.items()
    },
    ("years from 10 to 20 mm", "mean"): _years_of_growth(mean),
    ("years from 10 to 20 mm", "5th percentile"): _years_of_growth(quantile(0.05)),
    ("years from 10 to 20 mm", "95th percentile"): _years_of_growth(quantile(0.95)),
    **{("node positive", f"T{t}"): _node_positive(t) for t in (1, 2, 3, 4)},
    ("node positive", "T1 within 1 mm"): _node_positive(1, _FIRST_MM),
    **{
        ("positive nodes missed", f"{n} examined"): Quantity(_nodes_examined, _missed_by(n))
        for n in (5, 8, 12)
    },
    **{("stage share", group): _stage(group) for group in ("I", "II", "III")},
    **{("at diagnosis", word): _summary(word) for word in ("distant", "regional", "localized")},
    ("at diagnosis", "metastases"): _share_of(SEEN),
    **{("at diagnosis", group): _seen_in(group) for group in _ORGANS},
    ("several organs", "of metastatic"): Quantity(_several_organs, share),
    ("age at diagnosis", "median"): _of_each(pl.col("age_diagnosis_years"), median),
    ("circulating cells in 7.5 mL", "5 or more, metastatic"): _tube(SEEN, _TUBE),
    ("circulating cells in 7.5 mL", "any, no metastasis"): _tube(NONE_SEEN, 1),
}
