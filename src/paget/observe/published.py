"""The observation layer: what a registry or a clinic would publish of a cohort.

Each published quantity is one function of a sample of lives, named as in ``published/targets.csv``.
Its Monte Carlo error comes from the spread between twenty parts of the sample.

Public names: ``standard_error``, ``first_metastatic``, ``OBSERVATIONS``.
"""

import math
from collections.abc import Callable
from typing import Final

import numpy as np

from paget.core.units import YEAR
from paget.observe.clinic import OBSERVATIONS_CLINIC
from paget.observe.detection import OBSERVATIONS_TESTS
from paget.observe.sample import (
    MONTH,
    Floats,
    Sample,
    kaplan_meier,
    mean,
    median,
    quantile,
    share,
)
from paget.words import BLOOD, CANCER, SMALL

PARTS: Final = 20


def _size(low: float, high: float) -> Callable[[Sample], float]:
    return lambda s: share((s.diameter > low) & (s.diameter <= high))


def _primary_doubling(summary: Callable[[Floats], float]) -> Callable[[Sample], float]:
    def observe(s: Sample) -> float:
        primary = s.lesions[s.lesions.parent == -1]
        times = primary.doubling_time_seen[np.isin(primary.patient, s.persons.patient)]
        return float(summary(times[times > 0.0]))

    return observe


def _liver_doubling(which: str) -> Callable[[Sample], float]:
    """Median doubling time, when it is first seen, of the first liver metastasis of a patient."""

    def observe(s: Sample) -> float:
        liver = s.model.sites.index("liver") if "liver" in s.model.sites else -1
        rows = s.lesions[(s.lesions.site == liver) & (s.lesions.doubling_time_seen > 0.0)]
        persons = s.persons[np.isin(s.persons.patient, rows.patient)]
        if not len(persons):
            return float("nan")
        where = np.searchsorted(persons.patient, rows.patient)
        keep = (where < len(persons)) & (
            persons.patient[np.minimum(where, len(persons) - 1)] == rows.patient
        )
        rows, owner = rows[keep], persons[where[keep]]
        if which == "overt":
            keep = (rows.detected_day <= owner.diagnosis_day) & (
                rows.founded_day < owner.diagnosis_day
            )
        elif which == "occult":
            keep = (rows.founded_day < owner.diagnosis_day) & (
                rows.detected_day > owner.diagnosis_day
            )
            keep &= owner.n_seen == 0
        else:
            keep = (rows.detected_day > owner.diagnosis_day) & (owner.n_seen == 0)
        rows = rows[keep]
        order = np.lexsort((rows.detected_day, rows.patient))
        _, first = np.unique(rows.patient[order], return_index=True)
        times = rows.doubling_time_seen[order][first]
        return median(times)

    return observe


def _node_positive(*t: int, deepest: float = np.inf) -> Callable[[Sample], float]:
    def observe(s: Sample) -> float:
        chosen = np.isin(s.t, t) & (s.persons.depth <= deepest) & (s.persons.n_seen == 0)
        return share(s.persons.positive_nodes[chosen] > 0)

    return observe


def _seen(group: str) -> Callable[[Sample], float]:
    return lambda s: share(s.seen_at(group))


def cancer_survival(s: Sample, years: float) -> float:
    """Return cancer-specific survival [%] after diagnosis: Kaplan-Meier, other deaths censored."""
    follow = s.persons.follow_up_day - s.persons.diagnosis_day
    return kaplan_meier(follow, s.persons.cause == 1, years)


def _survival_of(stage: str, years: float = 5.0) -> Callable[[Sample], float]:
    return lambda s: cancer_survival(s.part(s.stage == stage), years)


def _stage(*stages: str) -> Callable[[Sample], float]:
    return lambda s: share(np.isin(s.stage, stages))


def _liver_within(years: float) -> Callable[[Sample], float]:
    def observe(s: Sample) -> float:
        liver = s.model.sites.index("liver") if "liver" in s.model.sites else -1
        rows = s.lesions[(s.lesions.site == liver) & np.isfinite(s.lesions.detected_day)]
        where = np.searchsorted(s.persons.patient, rows.patient)
        if not len(s.persons):
            return float("nan")
        where = np.minimum(where, len(s.persons) - 1)
        owned = s.persons.patient[where] == rows.patient
        soon = rows.detected_day - s.persons.diagnosis_day[where] <= years * YEAR
        return 100.0 * len(np.unique(rows.patient[owned & soon])) / len(s.persons)

    return observe


def first_metastatic(s: Sample) -> Sample:
    """Return those with metastases at diagnosis or as first recurrence, first sites as seen."""
    at_diagnosis = s.persons.n_seen > 0
    mask = np.where(at_diagnosis, s.persons.sites_seen, s.persons.recurrence_sites)
    local = np.uint64(1) << np.uint64(len(s.model.sites))
    mask = mask & ~local
    persons = s.persons.copy().view(np.recarray)
    persons.sites_seen = mask
    whole = Sample(s.model, persons, s.lesions, s.t, s.n, s.stage)
    return whole.part(mask != 0)


def _first_site(group: str) -> Callable[[Sample], float]:
    def observe(s: Sample) -> float:
        return share(first_metastatic(s).seen_at(group))

    return observe


def _site_groups(s: Sample) -> set[str]:
    return {s.model.body.report_group(site, s.model.primaries[0]) for site in s.model.sites}


def _mean_sites(s: Sample) -> float:
    metastatic = first_metastatic(s)
    sites = [metastatic.seen_at(group) for group in sorted(_site_groups(s))]
    return mean(np.sum(sites, axis=0))


def _age(s: Sample) -> float:
    days = s.persons.diagnosis_day - s.persons.invasion_day
    return median(s.persons.age_onset + days / YEAR)


def _summary(stage: str) -> Callable[[Sample], float]:
    def observe(s: Sample) -> float:
        distant = s.persons.n_seen > 0
        deep = s.persons.depth >= s.model.world.regional_depth
        regional = ~distant & ((s.n > 0) | deep)
        chosen = {"distant": distant, "regional": regional, "localized": ~distant & ~regional}
        return share(chosen[stage])

    return observe


def _metastatic_median(s: Sample) -> float:
    s = s.part(s.persons.n_seen > 0)
    return median(s.persons.follow_up_day - s.persons.diagnosis_day) / MONTH


def _metastatic_dead(months: float) -> Callable[[Sample], float]:
    def observe(s: Sample) -> float:
        s = s.part(s.persons.n_seen > 0)
        return share(s.persons.follow_up_day - s.persons.diagnosis_day <= months * MONTH)

    return observe


def _first_recurrence(pattern: str) -> Callable[[Sample], float]:
    def observe(s: Sample) -> float:
        s = s.part(np.isfinite(s.persons.recurrence_day) & (s.persons.n_seen == 0))
        groups = {g: s.seen_at(g, "recurrence_sites") for g in sorted(_site_groups(s))}
        local = (s.persons.recurrence_sites >> np.uint64(len(s.model.sites))) & np.uint64(1) == 1
        liver, lung = groups["liver"], groups["lung"]
        others = sum(found.astype(int) for g, found in groups.items() if g != "lung")
        distant = sum(found.astype(int) for found in groups.values())
        chosen = {
            "liver without lung": liver & ~lung,
            "lung only": lung & (others == 0) & ~local,
            "local": local & (distant == 0),
            "peritoneum": groups["peritoneum"] & ~liver & ~lung,
        }
        return share(chosen[pattern])

    return observe


def _half_life(s: Sample) -> float:
    """Half-life [hour] in blood of the small cells that circulate, after a tube has been drawn."""
    source = s.model.body.site_names.index(s.model.primaries[0])
    return math.log(2.0) * float(s.model.fates.time_in_blood[BLOOD, SMALL, source]) * 24.0


def _shed_per_gram(s: Sample) -> float:
    """Cells shed into blood per gram and day at the reference diameter; a mL weighs a gram."""
    p = s.model.world
    grams = p.shedding_cells / p.density / 1e12
    return float(s.model.parameters.real("shedding.blood_rate")) / grams


def _deaths_with_metastasis(s: Sample) -> float:
    """Share of the deaths of the cancer in which a distant metastasis was overt."""
    died = s.persons.cause == CANCER
    site = s.persons.death_site[died]
    return share((site >= 0) & (site < len(s.model.sites)))


OBSERVATIONS: Final[dict[tuple[str, str], Callable[[Sample], float]]] = {
    ("size", "<= 20 mm"): _size(0, 20),
    ("size", "20-40 mm"): _size(20, 40),
    ("size", "40-60 mm"): _size(40, 60),
    ("size", "> 60 mm"): _size(60, np.inf),
    ("size", "< 10 mm"): _size(0, 10),
    ("doubling time of the primary", "median"): _primary_doubling(quantile(0.5)),
    ("doubling time of the primary", "lower quartile"): _primary_doubling(quantile(0.25)),
    ("doubling time of the primary", "upper quartile"): _primary_doubling(quantile(0.75)),
    ("doubling time of the primary", "mean"): _primary_doubling(mean),
    **{
        ("doubling time of liver metastases", which): _liver_doubling(which)
        for which in ("occult", "overt", "metachronous")
    },
    ("node positive", "T1"): _node_positive(1),
    ("node positive", "T1 within 1 mm"): _node_positive(1, deepest=1000.0),
    ("node positive", "T2"): _node_positive(2),
    ("node positive", "T3"): _node_positive(3),
    ("node positive", "T4"): _node_positive(4),
    ("at diagnosis", "metastases"): lambda s: share(s.persons.n_seen > 0),
    ("at diagnosis", "liver"): _seen("liver"),
    ("at diagnosis", "lung"): _seen("lung"),
    ("at diagnosis", "distant"): _summary("distant"),
    ("at diagnosis", "regional"): _summary("regional"),
    ("at diagnosis", "localized"): _summary("localized"),
    ("at diagnosis", "bone"): _seen("bone"),
    ("at diagnosis", "brain"): _seen("brain"),
    ("liver metastases", "within 5 years"): _liver_within(5.0),
    **{
        ("first metastatic site", group): _first_site(group)
        for group in ("liver", "lung", "peritoneum", "distant_node", "bone", "brain")
    },
    ("metastatic sites at first metastasis", "mean"): _mean_sites,
    **{
        ("5-year survival", stage): _survival_of(stage)
        for stage in ("I", "IIA", "IIB", "IIIA", "IIIB", "IIIC", "IV")
    },
    ("stage share", "I"): _stage("I"),
    ("stage share", "II"): _stage("IIA", "IIB"),
    ("stage share", "III"): _stage("IIIA", "IIIB", "IIIC"),
    ("age at diagnosis", "median"): _age,
    ("cancer deaths", "with metastasis"): _deaths_with_metastasis,
    ("half-life of circulating tumour cells", ""): _half_life,
    ("cells shed per gram and day", ""): _shed_per_gram,
    ("survival with metastasis", "median"): _metastatic_median,
    ("survival with metastasis", "died within 2 months"): _metastatic_dead(2.0),
    **{
        ("first recurrence after resection", pattern): _first_recurrence(pattern)
        for pattern in ("liver without lung", "lung only", "local", "peritoneum")
    },
    **OBSERVATIONS_CLINIC,
    **OBSERVATIONS_TESTS,
}


def standard_error(sample: Sample, quantity: str, group: str) -> float:
    """Return the Monte Carlo standard error of a published quantity of the sample.

    It is that of the mean over twenty parts of the sample, which holds for medians and curves
    too; a quantity that does not depend on the lives has none.
    """
    observe = OBSERVATIONS[quantity, group]
    order = np.arange(len(sample.persons))
    parts = np.array([observe(sample.part(order % PARTS == k)) for k in range(PARTS)])
    parts = parts[np.isfinite(parts)]
    if len(parts) > 1 and parts.min() == parts.max():
        return 0.0  # and not the rounding of a mean
    return float(parts.std(ddof=1) / np.sqrt(len(parts))) if len(parts) > 1 else float("nan")
