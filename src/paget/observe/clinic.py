"""The observation layer of the clinic: relapse by place, subtypes, response, screening and blood.

What the Rotterdam tumour bank published is looked at as it was made: grades 2 and 3, operated on,
distant metastasis and loco-regional relapse apart.

Response is told of a virtual trial in metastatic disease: of those who live to their first scan of
response, from the first dose on. Deaths without a progression are censored, as survival has a law
of its own (``clinic/late.py``). A published median is told as the half who are free of it then.

Public names: ``OBSERVATIONS_CLINIC``, ``first_distant_day``, ``rotterdam``, ``first_line``.
"""

import math
from collections.abc import Callable
from typing import Final

import numpy as np

from paget.body.progression import cells
from paget.core.units import YEAR
from paget.observe.sample import (
    MONTH,
    Floats,
    Mask,
    Sample,
    kaplan_meier,
    mean,
    median,
    quantile,
    share,
)
from paget.words import DIAGNOSIS, METASTASIS, PALLIATIVE, PARTIAL, SCREEN, SYMPTOM, SYSTEMIC

Observation = Callable[[Sample], float]

INTERMEDIATE: Final = 2  # grade
ER_POSITIVE, TRIPLE_NEGATIVE = "er_pos", "er_neg_her2_neg"
_TUBE: Final = 5  # circulating cells in 7.5 mL that part patients
_NODES: Final = {"N0": (0, 0), "N1-3": (1, 3), "N4-9": (4, 9), "N10+": (10, 10_000)}
_SIZES: Final = {"<= 20 mm": (0.0, 20.0), "20-50 mm": (20.0, 50.0), "> 50 mm": (50.0, np.inf)}


def of_kind(s: Sample, word: str) -> Mask:
    """Return who has a subtype whose name begins with ``word``."""
    rows = [k for k, name in enumerate(s.model.subtypes) if name.startswith(word)]
    return np.isin(s.persons.subtype, rows)


def _between(values: Floats, ends: tuple[float, float]) -> Mask:
    return (values > ends[0]) & (values <= ends[1])


def rotterdam(s: Sample) -> Sample:
    """Return those whom the tumour bank would hold: grade 2 or 3, no metastasis seen, operated."""
    operated = np.isfinite(s.persons.surgery_day) & (s.persons.n_seen == 0)
    return s.part((s.persons.grade >= INTERMEDIATE) & operated)


def first_distant_day(s: Sample) -> Floats:
    """Return the day on which the first distant metastasis of each is seen; infinite if none."""
    distant = np.append(s.model.soil["is_regional"] == 0, np.zeros(len(s.model.primaries), bool))
    rows = s.lesions[distant[s.lesions.site] & np.isfinite(s.lesions.detected_day)]
    first = np.full(len(s.persons), np.inf)
    where = np.searchsorted(s.persons.patient, rows.patient)
    found = where < len(first)
    found[found] = s.persons.patient[where[found]] == rows.patient[found]
    np.minimum.at(first, where[found], rows.detected_day[found])
    return first


def _with_nodes(word: str) -> Callable[[Sample], Mask]:
    low, high = _NODES[word]
    return lambda s: (s.persons.positive_nodes >= low) & (s.persons.positive_nodes <= high)


def _with_size(word: str) -> Callable[[Sample], Mask]:
    return lambda s: _between(s.diameter, _SIZES[word])


def _with_receptors(word: str) -> Callable[[Sample], Mask]:
    positive = word == "ER+"
    return lambda s: of_kind(s, ER_POSITIVE) == positive


_GROUPS: Final[dict[str, Callable[[Sample], Mask]]] = {
    "all": lambda s: np.ones(len(s.persons), bool),
    **{word: _with_nodes(word) for word in _NODES},
    **{word: _with_size(word) for word in _SIZES},
    **{word: _with_receptors(word) for word in ("ER+", "ER-")},
}


def _distant_by(group: str, years: float) -> Observation:
    """Distant metastasis by a time after surgery; deaths are censored, local relapse ignored."""

    def observe(s: Sample) -> float:
        s = rotterdam(s)
        s = s.part(_GROUPS[group](s))
        day = first_distant_day(s)
        until = np.minimum(day, s.persons.follow_up_day) - s.persons.surgery_day
        return 100.0 - kaplan_meier(until, np.isfinite(day), years)

    return observe


def _first_relapse(place: str, years: float) -> Observation:
    """First relapse at a place by a time after surgery, other firsts competing.

    A relapse in a station that surgery has emptied does not occur: loco-regional is local here.
    """

    def observe(s: Sample) -> float:
        s = rotterdam(s)
        local = s.persons.recurrence_site == len(s.model.sites)
        soon = s.persons.recurrence_day - s.persons.surgery_day <= years * YEAR
        return share(soon & (local if place == "local" else ~local))

    return observe


def _node_positive(size: str) -> Observation:
    def observe(s: Sample) -> float:
        s = rotterdam(s)
        return share(s.persons.positive_nodes[_GROUPS[size](s)] > 0)

    return observe


def _mean_nodes(size: str) -> Observation:
    def observe(s: Sample) -> float:
        s = rotterdam(s)
        return mean(s.persons.positive_nodes[_GROUPS[size](s)])

    return observe


def _doubling(kind: str) -> Observation:
    def observe(s: Sample) -> float:
        primary = s.lesions[s.lesions.parent == -1]
        chosen = np.isin(primary.patient, s.persons.patient[of_kind(s, kind)])
        times = primary.doubling_time_seen[chosen]
        return median(times[times > 0.0])

    return observe


def _doubling_diameter(summary: Callable[[Floats], float]) -> Observation:
    """Years from 10 to 20 mm, of all tumours under Gompertz growth below its ceiling."""

    def observe(s: Sample) -> float:
        world = s.model.world
        left = [math.log(world.capacity / cells(mm * 1000.0, world.density)) for mm in (10, 20)]
        return summary(math.log(left[0] / left[1]) / s.persons.rate / YEAR)

    return observe


def _several_organs(s: Sample) -> float:
    s = s.part(s.persons.n_seen > 0)
    organs = [s.seen_at(group) for group in ("bone", "lung", "liver", "brain")]
    return share(np.sum(organs, axis=0) > 1)


def _median_survival(kind: str) -> Observation:
    """Median survival with metastasis at diagnosis [month]: Kaplan-Meier of any death."""

    def observe(s: Sample) -> float:
        s = s.part((s.persons.n_seen > 0) & of_kind(s, kind))
        return median(s.persons.follow_up_day - s.persons.diagnosis_day) / MONTH

    return observe


def first_line(s: Sample) -> Sample:
    """Return those with metastasis at diagnosis who lived to the first scan of a first line."""
    assessed = (s.persons.best_response >= 0) & (s.persons.intent == PALLIATIVE)
    return s.part(assessed & (s.persons.n_seen > 0))


def _objective_response(s: Sample) -> float:
    return share(first_line(s).persons.best_response <= PARTIAL)


def _progression_free(months: float, kind: str = "") -> Observation:
    """Share free of progression some months after the first dose."""

    def observe(s: Sample) -> float:
        protocol = s.model.world.protocol
        lines = protocol.lines[: protocol.n_lines]
        lines = lines[(lines["kind"] == SYSTEMIC) & (lines["trigger"] == DIAGNOSIS)]
        persons = first_line(s.part(of_kind(s, kind)) if kind else s).persons
        if not len(lines) or not len(persons):
            return float("nan")
        first_dose = persons.diagnosis_day + lines["delay"][0]
        until = np.minimum(persons.progression_day, persons.follow_up_day) - first_dose
        return kaplan_meier(until, np.isfinite(persons.progression_day), months * MONTH / YEAR)

    return observe


def _mean_diameter(*detection: int) -> Observation:
    return lambda s: mean(s.diameter[np.isin(s.persons.detection, detection)])


def _small(s: Sample) -> float:
    """Share of tumours under 20 mm or in situ."""
    in_situ = np.isfinite(s.persons.in_situ_day)
    return share((s.diameter < _SIZES["<= 20 mm"][1]) | in_situ)


def _tube(*, metastatic: bool, at_least: int) -> Observation:
    def observe(s: Sample) -> float:
        chosen = (s.persons.n_seen > 0) == metastatic
        return share(s.persons.ctc_tube[chosen] >= at_least)

    return observe


OBSERVATIONS_CLINIC: Final[dict[tuple[str, str], Observation]] = {
    **{("node positive, grade 2-3", size): _node_positive(size) for size in _SIZES},
    **{("mean positive nodes, grade 2-3", size): _mean_nodes(size) for size in _SIZES},
    **{
        ("distant metastasis, grade 2-3", f"{group}, {years} years"): _distant_by(group, years)
        for group in _GROUPS
        for years in (2, 5, 10, 15)
    },
    **{
        (f"{place} relapse first, grade 2-3", f"{years} years"): _first_relapse(place, years)
        for place in ("local", "distant")
        for years in (5, 10, 15)
    },
    ("doubling time of the primary", "ER+"): _doubling(ER_POSITIVE),
    ("doubling time of the primary", "triple negative"): _doubling(TRIPLE_NEGATIVE),
    ("years from 10 to 20 mm", "mean"): _doubling_diameter(mean),
    ("years from 10 to 20 mm", "5th percentile"): _doubling_diameter(quantile(0.05)),
    ("years from 10 to 20 mm", "95th percentile"): _doubling_diameter(quantile(0.95)),
    ("diameter at diagnosis", "median"): lambda s: median(s.diameter),
    ("several organs", "of metastatic"): _several_organs,
    **{
        ("survival with metastasis", f"{kind}, median"): _median_survival(kind)
        for kind in ("er_pos_her2_neg", "er_pos_her2_pos", "er_neg_her2_pos", "er_neg_her2_neg")
    },
    ("response to a first line", "objective"): _objective_response,
    **{
        ("free of progression", f"{months} months"): _progression_free(months)
        for months in (3.3, 6, 6.4)
    },
    ("free of progression", "triple negative, 6 months"): _progression_free(6, TRIPLE_NEGATIVE),
    ("free of progression", "er_pos_her2_pos, 13.3 months"): _progression_free(
        13.3, "er_pos_her2_pos"
    ),
    ("mean diameter", "screen-detected"): _mean_diameter(SCREEN),
    ("mean diameter", "by symptoms"): _mean_diameter(SYMPTOM, METASTASIS),
    ("under 20 mm or in situ", ""): _small,
    ("circulating cells in 7.5 mL", "5 or more, metastatic"): _tube(
        metastatic=True, at_least=_TUBE
    ),
    ("circulating cells in 7.5 mL", "any, no metastasis"): _tube(metastatic=False, at_least=1),
}
