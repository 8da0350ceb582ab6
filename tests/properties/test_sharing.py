"""Twins share every draw that a change does not touch: one lesion more or less changes no other."""

from collections.abc import Mapping

import numpy as np
import pytest

from tests.lived import Lives, Table, lives
from tests.witness.scenario import COMPARED

# The scenario lives every lesion by itself: groups depend on the rates of all sites together.
FIELDS = ("founded_day", "founders", "seed_kind", "asleep_until_day", "site", "route", "parent")
N = 1000


def ancestry(rows: Table, soil: Table, forbidden: Mapping[int, bool]) -> dict[int, bool]:
    """Return, for each lesion of one patient by id, whether it descends from a forbidden site."""
    marked: dict[int, bool] = {}
    for row in rows:
        inherited = marked.get(int(row.parent), False)
        marked[int(row.lesion)] = inherited or forbidden.get(int(row.site), False)
    assert len(soil) > 0
    return marked


def kept(lived: Lives, patient: int, places: set[int], until: float) -> dict[int, Table]:
    """Return the lesions founded before a day that do not descend from sites at some places."""
    soil = lived.soil
    forbidden = {row: int(soil[row].place) in places for row in range(len(soil))}
    rows = lived.of(patient)
    marked = ancestry(rows, soil, forbidden)
    return {
        int(row.lesion): row
        for row in rows
        if not marked[int(row.lesion)] and row.founded_day < until and row.parent >= 0
    }


def shared_until(one: Lives, other: Lives, i: int) -> float:
    """Return the day until which nothing that medicine does differs between twins."""
    a, b = one.persons[i], other.persons[i]
    same = a.diagnosis_day == b.diagnosis_day and a.surgery_day == b.surgery_day
    last = min(a.follow_up_day, b.follow_up_day)
    return last if same else min(last, a.diagnosis_day, b.diagnosis_day)


def assert_share(one: Lives, other: Lives, places: set[int]) -> int:
    """Check that twins share the lesions that do not descend from some places; return how many."""
    names = one.model.sites, other.model.sites
    compared = 0
    for i in range(len(one.persons)):
        until = shared_until(one, other, i)
        patient = int(one.persons.patient[i])
        a, b = (kept(lived, patient, places, until) for lived in (one, other))
        assert a.keys() == b.keys(), f"patient {patient}"
        for key, row in a.items():
            for field in FIELDS:
                if field == "site":
                    assert names[0][row.site] == names[1][b[key].site]
                elif field == "asleep_until_day":
                    assert min(row[field], until) == min(b[key][field], until)
                else:
                    assert row[field] == b[key][field], field
        compared += len(a)
    return compared


def places_of(lived: Lives, *sites: str) -> set[int]:
    soil = lived.soil
    return {int(soil[lived.row(site)].place) for site in sites}


def nodes_of(lived: Lives) -> set[int]:
    """Return the places of node stations: their free nodes couple those who arrive."""
    soil = lived.soil
    return {int(place) for place in soil.place[soil.is_node == 1]}


@pytest.mark.parametrize("site", ["lung", "liver", "peritoneum"])
@pytest.mark.parametrize("affinity", [0.0, 1e-9])
def test_removing_a_site_changes_nothing_but_its_descendants(site: str, affinity: float) -> None:
    base = lives(COMPARED, N, 7)
    less = lives({**COMPARED, f"arrest.{site}.affinity": affinity}, N, 7)
    assert assert_share(base, less, places_of(base, site) | nodes_of(base)) > 200


def test_removing_the_first_nodes_changes_nothing_else() -> None:
    base = lives(COMPARED, N, 7)
    less = lives({**COMPARED, "arrest.ln_colon_local.affinity": 0.0}, N, 7)
    assert assert_share(base, less, nodes_of(base)) > 200


def test_more_medicine_changes_nothing_before_it() -> None:
    base = lives(COMPARED, N, 7)
    other = lives({**COMPARED, "surgery.delay": "300 day"}, N, 7)
    assert np.array_equal(base.persons.diagnosis_day, other.persons.diagnosis_day)
    assert assert_share(base, other, set()) > 200


@pytest.mark.parametrize("explicit", [2, 64])
def test_carrying_more_in_groups_keeps_the_first_lesions(explicit: int) -> None:
    # Without nodes, of which a group takes several at once.
    one_by_one = {**COMPARED, "shedding.lymphatic_route": False}
    base = lives(one_by_one, 600, 8)
    grouped = lives({**one_by_one, "colonisation.explicit": explicit}, 600, 8)
    compared = 0
    for i in range(len(base.persons)):
        patient = int(base.persons.patient[i])
        rows = grouped.of(patient)
        in_groups = rows[rows["count"] > 1]
        first_group = in_groups.founded_day.min() if len(in_groups) else np.inf
        until = min(shared_until(base, grouped, i), first_group)
        a, b = (kept(lived, patient, set(), until) for lived in (base, grouped))
        assert set(b) <= set(a)
        assert all(b[key].founded_day == a[key].founded_day for key in b)
        compared += len(b)
    assert compared > 500


def test_carrying_cohorts_keeps_the_children_of_the_primary() -> None:
    base = lives(COMPARED, 600, 8)
    carried = lives({**COMPARED, "colonisation.cohort_rate": "0.01 /year"}, 600, 8)
    assert np.any(carried.lesions["count"] > 1)
    compared = 0
    for i in range(len(base.persons)):
        until = shared_until(base, carried, i)
        patient = int(base.persons.patient[i])
        a, b = (kept(lived, patient, nodes_of(base), until) for lived in (base, carried))
        direct = [{key for key, row in found.items() if row.parent == 0} for found in (a, b)]
        assert direct[0] == direct[1], f"patient {patient}"
        assert all(a[key].founded_day == b[key].founded_day for key in direct[0])
        compared += len(direct[0])
    assert compared > 500


def test_a_niche_only_adds_lesions() -> None:
    scenario = {**COMPARED, "shedding.lymphatic_route": False}
    naive = lives(scenario, N, 9)
    prepared = lives({**scenario, "arrest.niche": True}, N, 9)
    extra = 0
    for i in range(N):
        until = shared_until(naive, prepared, i)
        patient = int(naive.persons.patient[i])
        a, b = (kept(lived, patient, set(), until) for lived in (naive, prepared))
        assert set(a) <= set(b), f"patient {patient}"
        extra += len(b) - len(a)
    assert extra > 50


def test_patients_share_who_they_are_under_any_change() -> None:
    traits = ("sex", "age_onset", "rate", "depth_ratio", "symptom_factor", "late_factor")
    a = lives({}, 200, 10).persons
    b = lives({"dormancy.sleep": False, "shedding.blood_route": False}, 200, 10).persons
    for trait in traits:
        assert np.array_equal(a[trait], b[trait]), trait
