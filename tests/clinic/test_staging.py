"""Staging: categories by their limits, stage groups by row, and what is seen."""

import numpy as np
import pytest

from paget.body.growth import size_after
from paget.body.hazard import rate_at
from paget.body.lesion import law_of
from paget.clinic.staging import STAGE_RULES, circulating_cells, n_category, stage, t_category
from tests.clinic.colonies import case

MM = 1000.0


@pytest.mark.parametrize(
    ("depth_mm", "t"), [(0.1, 1), (2.9, 1), (3.0, 2), (5.9, 2), (6.0, 3), (19.9, 3), (20.0, 4)]
)
def test_t_by_depth(depth_mm: float, t: int) -> None:
    limits = {"t2_limit": "3 mm", "t3_limit": "6 mm", "t4_depth": "20 mm", "t_rule": "depth"}
    p = case({f"progression.{name}": value for name, value in limits.items()}).p
    assert t_category(1e9, depth_mm * MM, p) == t


@pytest.mark.parametrize(
    ("diameter_mm", "depth_mm", "t"),
    [(19.0, 1.0, 1), (21.0, 1.0, 2), (41.0, 1.0, 3), (5.0, 31.0, 4)],
)
def test_t_by_diameter_and_t4_by_depth(diameter_mm: float, depth_mm: float, t: int) -> None:
    limits = {"t2_limit": "20 mm", "t3_limit": "40 mm", "t4_depth": "30 mm", "t_rule": "diameter"}
    c = case({f"progression.{name}": value for name, value in limits.items()})
    assert t_category(c.cells(diameter_mm), depth_mm * MM, c.p) == t


def test_n_by_number_of_positive_nodes() -> None:
    assert [n_category(k) for k in (0, 1, 3, 4, 40)] == [0, 1, 1, 2, 2]


@pytest.mark.parametrize("rule", STAGE_RULES)
def test_stage_groups_cover_every_row_and_never_fall(rule: str) -> None:
    rows = STAGE_RULES[rule]
    assert set(rows) == {(t, n) for t in (1, 2, 3, 4) for n in (0, 1, 2)}
    order = ["I", "IA", "IB", "IIA", "IIB", "III", "IIIA", "IIIB", "IIIC"]
    for t in (1, 2, 3, 4):
        assert order.index(rows[t, 0]) <= order.index(rows[t, 1]) <= order.index(rows[t, 2])


@pytest.mark.parametrize(
    ("t", "n", "group"),
    [(1, 0, "I"), (3, 0, "IIA"), (4, 0, "IIB"), (2, 1, "IIIA"), (3, 1, "IIIB"), (2, 2, "IIIC")],
)
def test_colorectal_groups(t: int, n: int, group: str) -> None:
    assert STAGE_RULES["colorectal"][t, n] == group


@pytest.mark.parametrize(
    ("t", "n", "group"), [(1, 0, "IA"), (2, 0, "IB"), (3, 0, "IIA"), (3, 1, "IIB"), (4, 0, "III")]
)
def test_pancreatic_groups(t: int, n: int, group: str) -> None:
    assert STAGE_RULES["pancreas"][t, n] == group


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
    stage(c.person, c.model.world, c.scratch)
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


def test_circulating_cells_are_the_rate_times_the_time_in_blood() -> None:
    c = case({"shedding.lymphatic_route": False})
    day = 3000.0
    primary = c.scratch.lesions[0]
    n = size_after(law_of(primary, c.p), primary.start, day)
    names = list(c.model.body.site_names)
    days = c.model.fates.time_in_blood[0, :, names.index("colon")] @ c.model.kind_shares
    rate = rate_at(c.scratch.pieces[0], int(c.scratch.n_pieces[0]), n)
    expected = rate * days / c.model.body.blood_volume
    assert circulating_cells(c.model.world, c.scratch, day) == pytest.approx(expected)
    assert expected > 0.0
