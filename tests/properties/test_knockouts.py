"""A step that is knocked out leaves no trace; a step made worse leaves a smaller one."""

from collections.abc import Callable
from functools import cache

import numpy as np
import pytest

from tests.lived import Lives, Table, lives
from tests.statistics import FALSE_FAIL
from tests.witness.scenario import COMPARED

N = 2000
BLOOD, LYMPH, SEROSA, NODE = range(4)


@cache
def colon_with(*changes: tuple[str, object]) -> Lives:
    """Live the same virtual patients with some parameters changed."""
    return lives({**COMPARED, **dict(changes)}, N, 1889)


def distant(lived: Lives, site: str | None = None) -> int:
    """Return the lesions outside nodes (in one site), each counted for as many as it stands for."""
    rows = lived.lesions
    n_sites = len(lived.model.sites)
    station = np.append(lived.soil.is_node, np.ones(len(lived.model.primaries)))
    there = station[rows.site] == 0 if site is None else rows.site == lived.row(site)
    return int(rows["count"][there & (rows.site < n_sites)].sum())


def by_route(lived: Lives, *routes: int) -> Table:
    return lived.lesions[np.isin(lived.lesions.route, routes)]


def lesions(lived: Lives) -> Table:
    return lived.lesions[lived.lesions.parent >= 0]


def grandchildren(lived: Lives) -> Table:
    """Return the lesions founded by distant metastases."""
    rows, soil = lived.lesions, lived.soil
    keys = zip(rows.patient.tolist(), rows.lesion.tolist(), strict=True)
    distant_ids = {
        key
        for key, row in zip(keys, rows, strict=True)
        if row.parent >= 0 and not soil[row.site].is_node
    }
    parents = zip(rows.patient.tolist(), rows.parent.tolist(), strict=True)
    return rows[[key in distant_ids for key in parents]]


GONE: dict[str, Callable[[Lives], Table]] = {
    "shedding.blood_route": lambda lived: by_route(lived, BLOOD),
    "shedding.lymphatic_route": lambda lived: by_route(lived, LYMPH, NODE),
    "shedding.serosal_route": lambda lived: by_route(lived, SEROSA),
    "circulation.clusters": lambda lived: lived.lesions[lived.lesions.seed_kind == 2],
    "dormancy.sleep": lambda lived: lived.lesions[
        lived.lesions.asleep_until_day > lived.lesions.founded_day
    ],
    "colonisation.secondary_spread": grandchildren,
}


@pytest.mark.parametrize("step", GONE)
def test_lesions_of_a_knocked_out_step_vanish(step: str) -> None:
    assert len(GONE[step](colon_with())) > 20, "the step must matter before it is knocked out"
    assert len(GONE[step](colon_with((step, False)))) == 0


def test_without_a_switch_only_coopting_colonies_get_vessels() -> None:
    coopting = 0.25
    known = ("dormancy.everywhere.coopt_share", coopting)
    lived = colon_with(known, ("dormancy.angiogenic_switch", False))
    soil = lived.soil
    rows = lesions(lived)
    rows = rows[(soil.stalls[rows.site] == 1) & (rows.parent == 0)]
    stalled = rows.diameter_mm_at_fate >= 0.999 * 1.0  # has reached the avascular limit
    vascular = np.isfinite(rows.switch_day) & stalled
    spread = np.sqrt(coopting * (1.0 - coopting) / stalled.sum())
    share = vascular.sum() / stalled.sum()
    assert abs(share - coopting) < 5.0 * spread, f"{share:.3f} (false fail below {FALSE_FAIL})"


def test_without_stalling_no_colony_waits_for_vessels() -> None:
    lived = colon_with(("dormancy.stall", False), ("dormancy.everywhere.switch_rate", "0 /year"))
    rows = lesions(lived)
    large = rows[rows.diameter_mm_at_fate > 1.001]
    assert len(large) > 100
    assert np.all(np.isfinite(large.switch_day))


def test_without_surgery_nothing_is_removed() -> None:
    lived = colon_with(("surgery.on", False))
    assert not np.any(np.isfinite(lived.persons.surgery_day))
    assert not np.any(lived.lesions.fate == 1)
    operated = colon_with()
    assert np.any(operated.lesions.fate == 1)
    assert np.mean(lived.persons.cause == 1) > np.mean(operated.persons.cause == 1) + 0.05


def test_incapable_patients_found_nothing() -> None:
    two = colon_with(("shedding.frailty", "two-class"), ("shedding.incapable_share", 0.6))
    incapable = two.persons.blood_factor == 0.0
    assert 0.5 < np.mean(incapable) < 0.7
    assert np.all(two.persons.n_lesions[incapable] == 1)


FEWER: dict[str, tuple[tuple[str, object], str | None]] = {
    "no adhesion": (("arrest.adhesion", False), None),
    "no portal drainage": (("circulation.portal_drainage", False), "liver"),
    "no blood route": (("shedding.blood_route", False), "lung"),
    "no clusters": (("circulation.clusters", False), None),
    "stronger immune attack": (("circulation.immune_rate", "10 /hour"), None),
    "stronger surveillance": (("colonisation.immune_kill", 0.08), None),
    "less congenial soil": (("arrest.liver.affinity", 0.3), "liver"),
    "slower shedding": (("shedding.blood_rate", "1e8 cell/day"), None),
}
MORE: dict[str, tuple[tuple[str, object], tuple[str, object]]] = {
    "no shear": (("circulation.shear_rate", "10 /hour"), ("circulation.shear", False)),
    "no immune attack": (
        ("circulation.immune_rate", "10 /hour"),
        ("circulation.immune_attack", False),
    ),
    "no surveillance": (
        ("colonisation.immune_kill", 0.05),
        ("colonisation.immune_surveillance", False),
    ),
}
"""A strong setting of a step, and its knock-out."""


@pytest.mark.parametrize("name", FEWER)
def test_a_step_made_worse_leaves_fewer(name: str) -> None:
    change, site = FEWER[name]
    assert distant(colon_with(change), site) < distant(colon_with(), site)


@pytest.mark.parametrize("name", MORE)
def test_knocking_out_a_defence_leaves_more(name: str) -> None:
    strong, off = MORE[name]
    assert distant(colon_with(strong, off)) > distant(colon_with(strong))


def test_a_bystanding_node_feeds_nothing() -> None:
    lived = colon_with(("nodes.role", "bystander"))
    rows, soil = lived.lesions, lived.soil
    keys = list(zip(rows.patient.tolist(), rows.lesion.tolist(), strict=True))
    site_of = dict(zip(keys, rows.site.tolist(), strict=True))
    for row in rows[rows.parent > 0]:
        parent = site_of[int(row.patient), int(row.parent)]
        assert not soil[parent].is_node or row.route == NODE


def test_a_filtering_node_feeds_only_nodes() -> None:
    lived = colon_with(("nodes.role", "filter"))
    rows, soil = lived.lesions, lived.soil
    keys = list(zip(rows.patient.tolist(), rows.lesion.tolist(), strict=True))
    site_of = dict(zip(keys, rows.site.tolist(), strict=True))
    for row in rows[rows.parent > 0]:
        if soil[site_of[int(row.patient), int(row.parent)]].is_node:
            assert soil[row.site].is_node
