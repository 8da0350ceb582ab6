"""The cascade: arrivals are a Poisson process at the shed rate times the share that reaches."""

from typing import Any

import numpy as np
import pytest
from scipy import stats

from paget.body.cascade import arrival_key, shed_a_day, take_back
from paget.body.growth import NEVER
from paget.body.lesion import is_real, size_on
from paget.body.queue import QUEUE, pop_soonest, sift_up
from paget.engine.lives import run_key
from paget.words import BLOOD, NODE
from tests.clinic.colonies import Case, case
from tests.lived import Changes, Lives, lives, model_of, soil_of
from tests.statistics import FALSE_FAIL
from tests.witness.scenario import COMPARED

SAME_FOR_ALL: Changes = {
    **COMPARED,
    "growth.doubling_time.spread": 0.0,
    "growth.founding": False,
    "progression.depth_ratio.spread": 0.0,
    "shedding.blood_rate.spread": 0.0,
    "shedding.lymphatic_route": False,
    "shedding.serosal_route": False,
    "symptoms.primary_diameter.spread": 0.0,
    "symptoms.everywhere.diameter": 0.0,
    "detection.everywhere.diameter": "1000 mm",
    "survival.everywhere.burden_diameter": 0.0,
    "surgery.delay": "0 day",
    "colonisation.secondary_spread": False,
    "colonisation.immune_surveillance": False,
}
"""Every primary grows alike and nothing but its own seeds makes lesions."""


@pytest.fixture(scope="module")
def alike() -> Lives:
    return lives(SAME_FOR_ALL, 8000, 1)


def test_arrivals_have_the_mean_of_the_shed_seeds_that_live(alike: Lives) -> None:
    who, rows, model = alike.persons, alike.lesions, alike.model
    source = len(model.sites)
    for site in ("liver", "lung"):
        row = alike.row(site)
        at_site = rows.patient[rows.site == row]
        arrived = np.bincount(at_site, minlength=len(who)).astype(float)
        expected = who.shed_blood * model.reach[0, source, row]
        # Nothing that arrives changes what is shed, so that the total is Poisson.
        law = stats.poisson(expected.sum())
        assert law.ppf(FALSE_FAIL / 2.0) <= arrived.sum() <= law.isf(FALSE_FAIL / 2.0)
        assert 5.0 * law.std() < 0.1 * law.mean(), "a fault of a tenth must show"
        # And numbers are Poisson in every patient: their variance is their mean.
        assert np.var(arrived - expected) == pytest.approx(expected.mean(), rel=0.15)


def test_kinds_arrive_in_their_shares(alike: Lives) -> None:
    rows, model = alike.lesions, alike.model
    row = alike.row("liver")
    shares = model.kinds[0, len(model.sites), row]
    kinds = rows.seed_kind[rows.site == row]
    single = np.mean(kinds == 0)
    assert abs(single - shares[0]) < 5.0 * np.sqrt(0.25 / len(kinds))


def test_seeds_from_node_to_node_are_as_they_were_shed() -> None:

    model = model_of({})
    p = model.world
    loss, go_on = float(p.cell_loss), 1.0 - 1.0 / (float(p.cluster_mean) - 1.0)
    clusters = 1.0 - loss**2 * (1.0 - go_on) / (1.0 - loss * go_on)
    lasting = model.kind_shares * np.array([1.0 - loss, 1.0 - loss, clusters])
    station = model.sites.index("ln_colon_local")
    shares = model.kinds[NODE, station, station]
    assert shares == pytest.approx(np.cumsum(lasting)[:2] / lasting.sum())


def test_surveillance_thins_arrivals_by_its_share() -> None:
    from paget.body.colonisation import surveillance_share

    founding: Changes = {**SAME_FOR_ALL, "growth.founding": True, "circulation.clusters": False}
    free = lives(founding, 6000, 2)
    killed: Changes = {
        "colonisation.immune_surveillance": True,
        "colonisation.immune_kill": 0.05,
        "colonisation.evasion": 0.0,
    }
    held = lives({**founding, **killed}, 6000, 2)
    share = surveillance_share(1.0, 0.0, held.model.world)
    assert share == pytest.approx(0.5)
    n_free, n_held = len(free.lesions) - 6000, len(held.lesions) - 6000
    assert n_held / n_free == pytest.approx(share, abs=5.0 * np.sqrt(0.25 / n_free))


def test_ids_are_those_of_parent_site_route_and_number(alike: Lives) -> None:
    from paget.kernels.philox import mix56

    liver = alike.row("liver")
    place = int(alike.soil[liver].place)
    checked = 0
    for patient in range(50):
        here = [row for row in alike.of(patient) if row.site == liver]
        expected = [
            int(mix56(run_key(0), run_key(arrival_key(place, 0, k)))) for k in range(len(here))
        ]
        assert [int(row.lesion) for row in here] == expected
        checked += len(here)
    assert checked > 5


def testarrival_keys_are_distinct() -> None:
    soil = soil_of(model_of({}))
    keys = {
        arrival_key(int(place), route, k)
        for place in soil.place
        for route in range(5)
        for k in range(40)
    }
    assert len(keys) == len(soil) * 5 * 40


def test_queue_gives_the_soonest_first() -> None:
    rng = np.random.default_rng(1)
    queue = np.zeros(200, QUEUE).view(np.recarray)
    days = rng.permutation(200).astype(float)
    for n, day in enumerate(days, 1):
        queue[n - 1].day, queue[n - 1].total = day, 3.0 * day
        sift_up(queue, n)
    out = []
    for n in range(200, 0, -1):
        pop_soonest(queue, n)
        out.append((queue[n - 1].day, queue[n - 1].total))
    assert out == [(float(day), 3.0 * day) for day in range(200)]


TREATED = 5000.0  # [day]


def a_family() -> tuple[Case, list[Any]]:
    """Return a patient and a lesion of the liver with its child, grandchild and a sibling."""
    c = case({})
    parent = c.add("liver", 3000.0, rate=0.002)
    others = [c.add("lung", vascular, rate=0.002) for vascular in (4900.0, 6000.0, 6100.0, 6200.0)]
    for lesion, source in zip(others, (1, 1, 3, 0), strict=True):
        lesion.parent, lesion.route = source, BLOOD
    return c, [parent, *others]


def test_what_was_founded_ahead_of_the_removal_of_its_source_is_taken_back() -> None:
    c, (parent, before, child, grandchild, of_primary) = a_family()
    parent.removed = TREATED
    take_back(c.person, c.p, c.scratch, TREATED)
    assert [is_real(one) for one in (before, child, grandchild, of_primary)] == [
        True, False, False, True,
    ]  # fmt: skip


def test_without_a_treatment_nothing_is_taken_back() -> None:
    c, lesions = a_family()
    take_back(c.person, c.p, c.scratch, TREATED)
    assert all(is_real(one) for one in lesions)


def test_of_what_was_founded_ahead_of_a_treatment_the_share_stays_that_is_still_shed() -> None:
    c, (parent, _, child, _, _) = a_family()
    person, p, work = c.person, c.p, c.scratch
    untreated = shed_a_day(person, p, work, 1, BLOOD, child.founded)
    parent.anchor, parent.sensitive = TREATED, 0.125 * size_on(parent, TREATED, p)
    share = shed_a_day(person, p, work, 1, BLOOD, child.founded) / untreated
    assert 0.1 < share < 0.9
    kept, n = 0, 4000
    for patient in range(n):
        person.patient, child.removed = patient, NEVER
        take_back(person, p, work, TREATED)
        kept += is_real(child)
    assert kept / n == pytest.approx(share, abs=5.0 * (share * (1.0 - share) / n) ** 0.5)


def test_a_node_of_a_deposit_that_is_taken_back_is_free_again() -> None:
    c, (parent, *_) = a_family()
    station = next(k for k, name in enumerate(c.model.sites) if name.startswith("ln_"))
    deposit = c.add(c.model.sites[station], 6300.0)
    deposit.parent, deposit.route, deposit.count = 1, BLOOD, 3
    c.scratch.taken[station] = 5.0
    parent.removed = TREATED
    take_back(c.person, c.p, c.scratch, TREATED)
    assert c.scratch.taken[station] == 2.0
