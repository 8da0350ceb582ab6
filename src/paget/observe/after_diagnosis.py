"""What is published of patients after their diagnosis: spread, relapse, response, survival.

Response is told of a virtual trial in metastatic disease: of those who live to their first scan of
response, from the first dose on. Deaths without a progression are censored, as survival has a law
of its own (``clinic/late.py``). A published median is told as the half who are free of it then.

Public names: ``AFTER_DIAGNOSIS``, ``first_metastatic``, ``first_line``.
"""

from typing import Final

import polars as pl

from paget.core.units import YEAR
from paget.observe.at_diagnosis import NONE_SEEN, SEEN, TRIPLE_NEGATIVE, Key, of_subtype
from paget.observe.cohort_tables import CohortTables
from paget.observe.summaries import MONTH, Quantity, free_at, mean, months, of_each, share
from paget.tables.vocabulary import cancer_label

_SINCE: Final = pl.col("follow_up_day") - pl.col("diagnosis_day")
_RESPONDED: Final = ("complete", "partial")
_GROUPS: Final = ("liver", "lung", "peritoneum", "distant_node", "bone", "brain")
_STAGES: Final = ("I", "IIA", "IIB", "IIIA", "IIIB", "IIIC", "IV")
_SUBTYPES: Final = ("er_pos_her2_neg", "er_pos_her2_pos", "er_neg_her2_pos", "er_neg_her2_neg")
_PATTERNS: Final = ("liver without lung", "lung only", "local", "peritoneum")


# ------------------------------------------------------------------------------ spread and relapse


def _liver_within(years: float) -> Quantity:
    def of(tables: CohortTables) -> pl.DataFrame:
        liver = tables.lesions_in("liver")
        first = liver.group_by("patient").agg(pl.col("detected_day").min())
        found = tables.found.join(first, on="patient", how="left", maintain_order="left")
        soon = pl.col("detected_day") - pl.col("diagnosis_day") <= years * YEAR
        return of_each(found, soon.fill_null(value=False))

    return Quantity(of, share)


def first_metastatic(tables: CohortTables) -> pl.DataFrame:
    """Return those with metastases at diagnosis or as first recurrence, and their first sites."""
    local = list(tables.model.primaries)
    elsewhere = pl.col("recurrence_sites").list.set_difference(local)
    first = pl.when(SEEN).then("sites_seen").otherwise(elsewhere).alias("first_sites")
    return tables.found.with_columns(first).filter(pl.col("first_sites").list.len() > 0)


def _first_site(group: str) -> Quantity:
    return Quantity(
        lambda tables: of_each(first_metastatic(tables), tables.holds("first_sites", group)), share
    )


def _first_groups(tables: CohortTables) -> pl.DataFrame:
    """Return in how many report groups the first metastases of each lie."""
    groups = [
        tables.holds("first_sites", group).cast(pl.Int64)
        for group in sorted(set(tables.report_groups.values()))
    ]
    return of_each(first_metastatic(tables), pl.sum_horizontal(groups))


def _first_recurrence(pattern: str) -> Quantity:
    def of(tables: CohortTables) -> pl.DataFrame:
        relapsed = tables.found.filter(pl.col("recurrence_day").is_not_null(), NONE_SEEN)
        return of_each(relapsed, _recurs(tables, pattern))

    return Quantity(of, share)


def _recurs(tables: CohortTables, pattern: str) -> pl.Expr:
    """Return who has a pattern of sites at the first recurrence."""

    def at(group: str) -> pl.Expr:
        return tables.holds("recurrence_sites", group)

    groups = set(tables.report_groups.values())
    anywhere = tables.holds_any("recurrence_sites", list(tables.report_groups))
    local = tables.holds_any("recurrence_sites", tables.model.primaries)
    beyond_lung = pl.any_horizontal(at(group) for group in sorted(groups - {"lung"}))
    return {
        "liver without lung": at("liver") & ~at("lung"),
        "lung only": at("lung") & ~beyond_lung & ~local,
        "local": local & ~anywhere,
        "peritoneum": at("peritoneum") & ~at("liver") & ~at("lung"),
    }[pattern]


# --------------------------------------------------------------------------------------- survival


def _of_cancer(tables: CohortTables) -> pl.Expr:
    cause = pl.col("cause_of_death").cast(pl.String)
    return (cause == cancer_label(tables.model)).fill_null(value=False)


def _cancer_survival(stage: str, years: float) -> Quantity:
    """Cancer-specific survival after diagnosis: Kaplan-Meier, other deaths censored."""

    def of(tables: CohortTables) -> pl.DataFrame:
        staged = tables.found.filter(pl.col("stage") == stage)
        return of_each(staged, _SINCE, _of_cancer(tables))

    return Quantity(of, free_at(years))


def _deaths_with_metastasis(tables: CohortTables) -> pl.DataFrame:
    """Return whether a distant metastasis was overt in a death of the cancer."""
    site = pl.col("death_site").cast(pl.String)
    overt = site.is_in(list(tables.model.sites)).fill_null(value=False)
    return of_each(tables.found.filter(_of_cancer(tables)), overt)


def _median_survival(*who: pl.Expr) -> Quantity:
    """Median time to any death with metastasis at diagnosis [month]."""
    return Quantity(lambda tables: of_each(tables.found.filter(SEEN, *who), _SINCE), months)


def _metastatic_dead(within_months: float) -> Quantity:
    dead = _SINCE.is_between(0.0, within_months * MONTH)
    return Quantity(lambda tables: of_each(tables.found.filter(SEEN), dead), share)


# --------------------------------------------------------------------------------------- response


def first_line(tables: CohortTables) -> pl.DataFrame:
    """Return those with metastasis at diagnosis who lived to the first scan of a first line."""
    palliative = pl.col("intent").cast(pl.String) == "palliative"
    return tables.found.filter(pl.col("best_response").is_not_null(), palliative, SEEN)


def _objective_response(tables: CohortTables) -> pl.DataFrame:
    return of_each(first_line(tables), pl.col("best_response").cast(pl.String).is_in(_RESPONDED))


def _progression_free(after_months: float, subtype: str = "") -> Quantity:
    """Share free of progression some months after the first dose."""

    def of(tables: CohortTables) -> pl.DataFrame:
        doses = tables.treatments.filter(pl.col("kind").cast(pl.String) == "systemic")
        first = doses.group_by("patient").agg(first_dose=pl.col("day").min())
        treated = first_line(tables).join(first, on="patient", maintain_order="left")
        chosen = treated.filter(of_subtype(subtype)) if subtype else treated
        until = pl.min_horizontal("progression_day", "follow_up_day") - pl.col("first_dose")
        return of_each(chosen, until, pl.col("progression_day").is_not_null())

    return Quantity(of, free_at(after_months * MONTH / YEAR))


AFTER_DIAGNOSIS: Final[dict[Key, Quantity]] = {
    ("liver metastases", "within 5 years"): _liver_within(5.0),
    **{("first metastatic site", group): _first_site(group) for group in _GROUPS},
    ("metastatic sites at first metastasis", "mean"): Quantity(_first_groups, mean),
    **{
        ("first recurrence after resection", pattern): _first_recurrence(pattern)
        for pattern in _PATTERNS
    },
    **{("5-year survival", stage): _cancer_survival(stage, 5.0) for stage in _STAGES},
    ("cancer deaths", "with metastasis"): Quantity(_deaths_with_metastasis, share),
    ("survival with metastasis", "median"): _median_survival(),
    ("survival with metastasis", "died within 2 months"): _metastatic_dead(2.0),
    **{
        ("survival with metastasis", f"{subtype}, median"): _median_survival(of_subtype(subtype))
        for subtype in _SUBTYPES
    },
    ("response to a first line", "objective"): Quantity(_objective_response, share),
    **{
        ("free of progression", f"{after} months"): _progression_free(after)
        for after in (3.3, 6, 6.4)
    },
    ("free of progression", "triple negative, 6 months"): _progression_free(6, TRIPLE_NEGATIVE),
    ("free of progression", "er_pos_her2_pos, 13.3 months"): _progression_free(
        13.3, "er_pos_her2_pos"
    ),
}
