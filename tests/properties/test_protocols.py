"""Protocols on common random numbers: what a treatment can and cannot do to one life."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from paget.engine import build_model
from paget.protocol.compiled import load_protocol
from paget.words import REMOVED
from tests.lived import HORIZON, Lives, body, colon, live_in

SEED = 71
N = 2500
SCREENING = {
    "test": "fit",
    "every": "2 year",
    "from_age": "40 year",
    "to_age": "80 year",
    "attendance": 0.9,
}
ADJUVANT = {
    "kind": "systemic",
    "after": "resection",
    "drugs": ["folfox"],
    "delay": "6 week",
    "cycles": 12,
    "every": "14 day",
    "if": {"aim": "curative"},
}


def under(protocol: Mapping[str, Any] | str) -> Lives:
    model = build_model(colon({}), body(), HORIZON, load_protocol(protocol))
    return live_in(model, N, SEED)


def from_the_primary(lived: Lives) -> set[tuple[int, int]]:
    """Return the lesions that the primary founded outside nodes, where room is finite."""
    rows = lived.lesions
    in_node = np.append(lived.soil.is_node == 1, [True] * len(lived.model.primaries))
    chosen = rows[(rows.parent == 0) & ~in_node[rows.site]]
    return set(zip(chosen.patient.tolist(), chosen.lesion.tolist(), strict=True))


@pytest.fixture(scope="module")
def plain() -> Lives:
    return under("surgery-only")


def test_a_line_for_nobody_changes_no_byte(plain: Lives) -> None:
    nobody = ADJUVANT | {"share": 1e-12}
    other = under({"base": "surgery-only", "line": {"adjuvant": nobody}})
    for a, b in ((plain.persons, other.persons), (plain.lesions, other.lesions)):
        for name in a.dtype.names:
            assert np.array_equal(a[name], b[name], equal_nan=True), name


def test_to_find_a_cancer_early_never_kills(plain: Lives) -> None:
    screened = under({"base": "surgery-only", "screening": SCREENING})
    assert np.array_equal(plain.persons.patient, screened.persons.patient)
    assert np.sum(np.isfinite(screened.persons.screen_day)) > 200
    assert np.sum(np.isfinite(screened.persons.prevented_day)) > 50
    sooner = screened.persons.death_day < plain.persons.death_day - 1e-6
    assert not np.any(sooner), screened.persons.patient[sooner][:5].tolist()
    found = np.isfinite(screened.persons.screen_day)
    earlier = screened.persons.diagnosis_day[found]
    assert np.all(earlier <= screened.persons.clinical_day[found])
    both = np.isfinite(screened.persons.death_day) & np.isfinite(plain.persons.death_day)
    later = screened.persons.death_day[both] - plain.persons.death_day[both]
    assert np.sum(later > 100.0) > 20


def test_an_adjuvant_only_takes_away(plain: Lives) -> None:
    treated = under({"base": "surgery-only", "line": {"adjuvant": ADJUVANT}})
    a, b = plain.persons, treated.persons
    assert np.array_equal(a.surgery_day, b.surgery_day)
    recurred = np.isfinite(a.recurrence_day)
    assert np.all(b.recurrence_day >= a.recurrence_day - 1e-6)
    cured = recurred & ~np.isfinite(b.recurrence_day)
    assert 0.02 < cured.sum() / recurred.sum() < 0.9
    more = from_the_primary(treated) - from_the_primary(plain)
    alive_as_long = set(a.patient[a.follow_up_day >= b.follow_up_day - 1e-6].tolist())
    assert not {pair for pair in more if pair[0] in alive_as_long}


def test_what_was_cut_out_in_part_had_been_seen() -> None:
    rows = []
    for residual in (0.0, 1.0):  # a local relapse changes what is seen later, not at diagnosis
        model = build_model(
            colon({"surgery.residual_deep": residual}),
            body(),
            HORIZON,
            load_protocol("standard-colon"),
        )
        lived = live_in(model, N, SEED)
        at_diagnosis = dict(zip(lived.persons.patient, lived.persons.diagnosis_day, strict=True))
        rows.append({(r.patient, r.lesion): r for r in lived.lesions if r.parent >= 0})
    whole, in_part = rows
    cut_out = [k for k, r in whole.items() if r.fate == REMOVED]
    known = [k for k in cut_out if whole[k].detected_day == at_diagnosis[k[0]]]
    left = [k for k in known if in_part[k].fate != REMOVED]
    assert len(left) > 5
    assert all(in_part[k].detected_day == at_diagnosis[k[0]] for k in left)


def ghosts(lived: Lives) -> list[tuple[int, int]]:
    """Return the lesions that were founded by a parent that was gone, as patient and lesion."""
    rows = lived.lesions
    ends = {(r.patient, r.lesion): r.fate_day for r in rows}
    children = rows[rows.parent >= 0]
    return [(r.patient, r.lesion) for r in children if r.founded_day > ends[r.patient, r.parent]]


FRAIL = {"shedding.blood_rate.spread": 2.0, "colonisation.secondary_factor": 0.5}


@pytest.mark.slow
@pytest.mark.parametrize("explicit", [1, 4, 40])
@pytest.mark.parametrize("cohort_rate", ["0.00001 /year", "0.02 /year", "0.2 /year"])
def test_what_is_gone_founds_nothing_at_any_weight(explicit: int, cohort_rate: str) -> None:
    weights = {"colonisation.explicit": explicit, "colonisation.cohort_rate": cohort_rate}
    model = build_model(colon(FRAIL | weights), body(), HORIZON, load_protocol("standard-colon"))
    lived = live_in(model, 6000, SEED)
    rows = lived.lesions
    removed = (rows.fate == REMOVED) & (rows.parent >= 0)
    assert removed.sum() > 1000
    assert ghosts(lived) == []
