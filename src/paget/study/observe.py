"""The observation layer: what a registry or a clinic would publish of a cohort.

Each published quantity is one function of a sample of lives, named as in ``published/targets.csv``.
Its Monte Carlo error comes from the spread between twenty parts of the sample.

Public names: ``Sample``, ``sample_lives``, ``standard_error``, ``first_metastatic``,
``OBSERVATIONS``.
"""

import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from paget.body.shedding import BLOOD, SMALL
from paget.clinic.staging import STAGE_RULES, n_category, t_category
from paget.core.units import YEAR
from paget.record import Model
from paget.study.lives import live_many

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

MONTH: Final = YEAR / 12.0
PARTS: Final = 20


@dataclass(frozen=True, eq=False)
class Sample:
    """Lives as arrays: the persons whose cancer was found, and all rows of lesions."""

    model: Model
    persons: Any
    lesions: Any
    t: npt.NDArray[np.int64]
    n: npt.NDArray[np.int64]
    """N as the pathologist sees it, or the scan where nothing was resected."""
    stage: npt.NDArray[np.str_]

    @property
    def diameter(self) -> Floats:
        """Return the diameter of the primary at diagnosis [mm]."""
        density = self.model.world.density
        return np.cbrt(6.0 * self.persons.cells_at_diagnosis / (np.pi * density)) / 1000.0

    def seen_at(self, group: str, mask: str = "sites_seen") -> Mask:
        """Return who has a metastasis in a report group, by a mask of sites."""
        bits = np.uint64(0)
        for row, site in enumerate(self.model.sites):
            if self.model.body.report_group(site, self.model.primaries[0]) == group:
                bits |= np.uint64(1) << np.uint64(row)
        return (self.persons[mask] & bits) != 0

    def part(self, rows: npt.NDArray[np.int64] | Mask) -> "Sample":
        """Return the sample of some of the persons; lesions stay those of all."""
        return Sample(
            self.model,
            self.persons[rows],
            self.lesions,
            self.t[rows],
            self.n[rows],
            self.stage[rows],
        )


def sample_lives(model: Model, patients: int, seed: int, first: int = 0) -> Sample:
    """Return a sample of ``patients`` lives of a model, lived on two threads."""
    half = -(-patients // 2)
    with ThreadPoolExecutor(2) as pool:
        parts = list(
            pool.map(
                lambda start: live_many(model, min(half, first + patients - start), seed, start),
                (first, first + half),
            )
        )
    persons: Any = np.concatenate([persons for persons, _, _ in parts]).view(np.recarray)
    lesions: Any = np.concatenate([rows for _, rows, _ in parts]).view(np.recarray)
    persons = persons[persons.detection > 0]
    p = model.world
    pairs = zip(persons.cells_at_diagnosis, persons.depth, strict=True)
    t = np.array([t_category(cells, depth, p) for cells, depth in pairs], dtype=np.int64)
    resected = np.isfinite(persons.surgery_day)
    nodes = np.where(resected, persons.positive_nodes, persons.swollen_nodes)
    n = np.array([n_category(k) for k in nodes], dtype=np.int64)
    rule = STAGE_RULES[model.parameters.choice("staging.rule")]
    groups = [rule[t_, n_] for t_, n_ in zip(t, n, strict=True)]
    stage = np.where(persons.n_seen > 0, "IV", np.array(groups))
    return Sample(model, persons, lesions, t, n, stage)


def _median(values: Floats) -> float:
    return float(np.median(values)) if len(values) else float("nan")


def _mean(values: Floats) -> float:
    return float(np.mean(values)) if len(values) else float("nan")


def _share(chosen: Mask) -> float:
    return 100.0 * float(np.mean(chosen)) if len(chosen) else float("nan")


def _size(low: float, high: float) -> Callable[[Sample], float]:
    return lambda s: _share((s.diameter > low) & (s.diameter <= high))


def _primary_doubling(summary: Callable[[Floats], float]) -> Callable[[Sample], float]:
    def observe(s: Sample) -> float:
        primary = s.lesions[s.lesions.parent == -1]
        times = primary.doubling_time_seen[np.isin(primary.patient, s.persons.patient)]
        return float(summary(times[times > 0.0]))

    return observe


def _liver_doubling(which: str) -> Callable[[Sample], float]:
    """Median doubling time, when it is first seen, of the first liver metastasis of a patient."""

    def observe(s: Sample) -> float:
        liver = s.model.sites.index("liver")
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
        return _median(times)

    return observe


def _node_positive(*t: int, deepest: float = np.inf) -> Callable[[Sample], float]:
    def observe(s: Sample) -> float:
        chosen = np.isin(s.t, t) & (s.persons.depth <= deepest) & (s.persons.n_seen == 0)
        return _share(s.persons.positive_nodes[chosen] > 0)

    return observe


def _seen(group: str) -> Callable[[Sample], float]:
    return lambda s: _share(s.seen_at(group))


def cancer_survival(s: Sample, years: float) -> float:
    """Return cancer-specific survival [%] after diagnosis: Kaplan-Meier, other deaths censored."""
    follow = s.persons.follow_up_day - s.persons.diagnosis_day
    died = s.persons.cause == 1
    order = np.argsort(follow, kind="stable")
    days, died = follow[order], died[order]
    at_risk = np.arange(len(days), 0, -1)
    steps = np.where(died & (days <= years * YEAR), 1.0 - 1.0 / at_risk, 1.0)
    return 100.0 * float(np.prod(steps)) if len(steps) else float("nan")


def _survival_of(stage: str, years: float = 5.0) -> Callable[[Sample], float]:
    return lambda s: cancer_survival(s.part(s.stage == stage), years)


def _stage(*stages: str) -> Callable[[Sample], float]:
    return lambda s: _share(np.isin(s.stage, stages))


def _liver_within(years: float) -> Callable[[Sample], float]:
    def observe(s: Sample) -> float:
        liver = s.model.sites.index("liver")
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
        return _share(first_metastatic(s).seen_at(group))

    return observe


def _site_groups(s: Sample) -> set[str]:
    return {s.model.body.report_group(site, s.model.primaries[0]) for site in s.model.sites}


def _mean_sites(s: Sample) -> float:
    metastatic = first_metastatic(s)
    sites = [metastatic.seen_at(group) for group in sorted(_site_groups(s))]
    return _mean(np.sum(sites, axis=0))


def _age(s: Sample) -> float:
    days = s.persons.diagnosis_day - s.persons.invasion_day
    return _median(s.persons.age_onset + days / YEAR)


def _summary(stage: str) -> Callable[[Sample], float]:
    def observe(s: Sample) -> float:
        distant = s.persons.n_seen > 0
        deep = s.persons.depth >= s.model.world.regional_depth
        regional = ~distant & ((s.n > 0) | deep)
        chosen = {"distant": distant, "regional": regional, "localized": ~distant & ~regional}
        return _share(chosen[stage])

    return observe


def _metastatic_median(s: Sample) -> float:
    s = s.part(s.persons.n_seen > 0)
    return _median(s.persons.follow_up_day - s.persons.diagnosis_day) / MONTH


def _metastatic_dead(months: float) -> Callable[[Sample], float]:
    def observe(s: Sample) -> float:
        s = s.part(s.persons.n_seen > 0)
        return _share(s.persons.follow_up_day - s.persons.diagnosis_day <= months * MONTH)

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
        return _share(chosen[pattern])

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


def _quantile(q: float) -> Callable[[Floats], float]:
    return lambda values: float(np.quantile(values, q)) if len(values) else float("nan")


OBSERVATIONS: Final[dict[tuple[str, str], Callable[[Sample], float]]] = {
    ("size", "<= 20 mm"): _size(0, 20),
    ("size", "20-40 mm"): _size(20, 40),
    ("size", "40-60 mm"): _size(40, 60),
    ("size", "> 60 mm"): _size(60, np.inf),
    ("size", "< 10 mm"): _size(0, 10),
    ("doubling time of the primary", "median"): _primary_doubling(_quantile(0.5)),
    ("doubling time of the primary", "lower quartile"): _primary_doubling(_quantile(0.25)),
    ("doubling time of the primary", "upper quartile"): _primary_doubling(_quantile(0.75)),
    ("doubling time of the primary", "mean"): _primary_doubling(_mean),
    **{
        ("doubling time of liver metastases", which): _liver_doubling(which)
        for which in ("occult", "overt", "metachronous")
    },
    ("node positive", "T1"): _node_positive(1),
    ("node positive", "T1 within 1 mm"): _node_positive(1, deepest=1000.0),
    ("node positive", "T2"): _node_positive(2),
    ("node positive", "T3"): _node_positive(3),
    ("node positive", "T4"): _node_positive(4),
    ("at diagnosis", "metastases"): lambda s: _share(s.persons.n_seen > 0),
    ("at diagnosis", "liver"): _seen("liver"),
    ("at diagnosis", "lung"): _seen("lung"),
    ("at diagnosis", "distant"): _summary("distant"),
    ("at diagnosis", "localized"): _summary("localized"),
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
    ("half-life of circulating tumour cells", ""): _half_life,
    ("cells shed per gram and day", ""): _shed_per_gram,
    ("survival with metastasis", "median"): _metastatic_median,
    ("survival with metastasis", "died within 2 months"): _metastatic_dead(2.0),
    **{
        ("first recurrence after resection", pattern): _first_recurrence(pattern)
        for pattern in ("liver without lung", "lung only", "local", "peritoneum")
    },
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
