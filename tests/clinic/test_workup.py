"""The work-up: what there is and what is seen on the day of diagnosis."""

import numpy as np
import pytest

from paget.body.growth import size_after
from paget.body.hazard import MAX_PIECES, N_COLUMNS, rate_at
from paget.body.lesion import law_of, size_on
from paget.body.shedding import metastasis_shedding
from paget.clinic.workup import circulating_cells, examine_nodes, work_up
from tests.clinic.colonies import Case, case


def arm_volume(c: Case) -> float:
    limbs = next(vessel for vessel in c.model.body.vessels if vessel.name == "limb_veins")
    return limbs.blood * c.model.body.blood_volume


def test_what_is_seen_goes_by_the_detection_diameter() -> None:
    c = case({"detection.everywhere.diameter": "10 mm", "nodes.positive_diameter": "0.5 mm"})
    day = 1500.0
    c.person.diagnosis_day = day
    c.add("liver", 300.0, rate=0.01, count=2)  # large
    c.add("lung", day - 1.0)  # just past 1 mm
    c.add("ln_para_aortic", 300.0, rate=0.01)  # beyond the region: distant
    c.add("ln_colon_local", day - 1.0, count=3)  # positive, not swollen
    unborn = c.add("bone", day + 500.0)
    assert unborn.founded > day
    work_up(c.person, c.model.world, c.scratch)
    sites = ("liver", "lung", "ln_para_aortic")
    bits = {site: np.uint64(1) << np.uint64(c.row(site)) for site in sites}
    assert c.person.n_true == 4
    assert c.person.n_seen == 3
    assert c.person.sites_true == sum(bits.values())
    assert c.person.sites_seen == bits["liver"] | bits["ln_para_aortic"]
    assert c.person.positive_nodes == 3
    assert c.person.swollen_nodes == 0
    primary = c.scratch.lesions[0]
    n = size_after(law_of(primary, c.p), primary.start, day)
    assert c.person.cells_at_diagnosis == pytest.approx(n)
    diameter = (6.0 * n / np.pi / c.p.density) ** (1.0 / 3.0)
    assert c.person.depth == pytest.approx(c.person.depth_ratio * diameter)


def test_circulating_cells_are_the_rate_times_the_time_in_the_arm() -> None:
    c = case({"shedding.lymphatic_route": False})
    day = 3000.0
    primary = c.scratch.lesions[0]
    n = size_after(law_of(primary, c.p), primary.start, day)
    names = list(c.model.body.site_names)
    days = c.model.fates.time_in_limb_veins[0, :, names.index("colon")] @ c.model.kind_shares
    rate = rate_at(c.scratch.pieces[0], int(c.scratch.n_pieces[0]), n)
    expected = rate * days / arm_volume(c)
    cells = circulating_cells(c.person, c.model.world, c.scratch, day)
    assert cells == pytest.approx(expected)
    assert expected > 0.0


def test_metastases_shed_into_blood_too() -> None:
    c = case({"shedding.lymphatic_route": False})
    day, world = 3000.0, c.model.world
    alone = circulating_cells(c.person, world, c.scratch, day)
    one = c.add("liver", 500.0)
    with_one = circulating_cells(c.person, world, c.scratch, day) - alone
    names = list(c.model.body.site_names)
    days = c.model.fates.time_in_limb_veins[0, :, names.index("liver")] @ c.model.kind_shares
    pieces = np.zeros((MAX_PIECES, N_COLUMNS))
    factor = c.person.blood_factor * c.p.secondary_shedding
    n = metastasis_shedding(pieces, 0, c.p.avascular_cells, one.capacity, factor, c.p)
    rate = rate_at(pieces, n, size_on(one, day, c.p))
    assert with_one == pytest.approx(rate * days / arm_volume(c), rel=1e-9)
    assert with_one > 0.0
    one.count = 5
    five = circulating_cells(c.person, world, c.scratch, day) - alone
    assert five == pytest.approx(5.0 * with_one)
    one.removed = day
    assert circulating_cells(c.person, world, c.scratch, day) == pytest.approx(alone)


def test_fewer_examined_nodes_find_fewer_positive_ones() -> None:
    c = case({})
    c.person.positive_nodes = 6
    examine_nodes(c.person, c.model.world)
    assert c.person.found_nodes == 6
    found = []
    c.model.world.protocol.examined_nodes = 4.0
    for patient in range(500):
        c.person.patient = patient
        examine_nodes(c.person, c.model.world)
        assert c.person.found_nodes <= min(6, c.person.examined_nodes)
        found.append(c.person.found_nodes / c.person.examined_nodes)
    soil = c.model.soil
    share = 6.0 / soil["nodes"][soil["is_regional"] == 1].sum()
    assert np.mean(found) == pytest.approx(share, rel=0.15)


def test_a_positive_sentinel_is_one_of_the_positive_nodes() -> None:
    c = case({})
    c.model.world.protocol.examined_nodes = 4.0
    c.person.positive_nodes, c.person.sentinel = 1, 1
    for patient in range(50):
        c.person.patient = patient
        examine_nodes(c.person, c.model.world)
        assert c.person.found_nodes == 1
    c.person.positive_nodes = 6
    found = []
    for patient in range(500):
        c.person.patient = patient
        examine_nodes(c.person, c.model.world)
        assert 1 <= c.person.found_nodes <= min(6, c.person.examined_nodes)
        found.append((c.person.found_nodes - 1) / max(c.person.examined_nodes - 1, 1))
    soil = c.model.soil
    share = 5.0 / (soil["nodes"][soil["is_regional"] == 1].sum() - 1)
    assert np.mean(found) == pytest.approx(share, rel=0.2)


@pytest.mark.parametrize(("sentinel", "examined", "found"), [(-1, 0, 0), (0, 2, 0), (1, 2, 1)])
def test_of_nodes_that_stay_the_sentinel_alone_is_known(
    sentinel: int, examined: int, found: int
) -> None:
    c = case({})
    c.person.positive_nodes, c.person.nodes_stay, c.person.sentinel = 3, 1, sentinel
    examine_nodes(c.person, c.model.world)
    assert (c.person.examined_nodes, c.person.found_nodes) == (examined, found)
