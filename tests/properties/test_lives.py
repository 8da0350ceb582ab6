"""What holds in every life, in every scenario."""

from collections.abc import Mapping

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import paget
from paget.atlas.cancers import known_cancers
from paget.core.units import YEAR
from tests.lived import Lives, choices, lives, words_of

FIELDS_OF_DAYS = ("founded_day", "asleep_until_day", "switch_day", "detected_day", "fate_day")


def parents_of(lived: Lives) -> tuple[np.ndarray, np.ndarray]:
    """Return the rows of all lesions but the primaries, and the rows of their parents."""
    rows = lived.lesions
    names = zip(rows.patient.tolist(), rows.lesion.tolist(), strict=True)
    row_of = {name: i for i, name in enumerate(names)}
    children = np.flatnonzero(rows.parent >= 0)
    keys = zip(rows.patient[children].tolist(), rows.parent[children].tolist(), strict=True)
    return children, np.array([row_of[key] for key in keys], np.int64)


def check_lesions(lived: Lives) -> None:
    rows, model = lived.lesions, lived.model
    n_sites = len(model.sites)
    assert len(np.unique(np.stack([rows.patient, rows.lesion]), axis=1).T) == len(rows)
    primary = rows.parent < 0
    assert np.array_equal(primary, rows.site >= n_sites)
    assert np.sum(primary) == len(lived.persons)
    for field in FIELDS_OF_DAYS:
        assert np.all(rows[field] >= 0.0), field
    for field in ("diameter_mm_at_diagnosis", "diameter_mm_at_fate"):
        assert np.all(np.isfinite(rows[field])), field
        assert np.all(rows[field] >= 0.0), field
    assert np.all(rows.founders >= 1)
    assert np.all((rows.founders >= 2) == (rows.seed_kind == 2))
    assert np.all(rows["count"] >= 1)
    assert np.all(rows.asleep_until_day >= rows.founded_day)
    assert np.all(rows.fate_day >= rows.founded_day)
    removed = rows.fate == 1
    assert np.all(rows.diameter_mm_at_fate[removed] > 0.0), "what has died cannot be removed"
    station = np.array([*lived.soil.is_node, *([0] * len(model.primaries))])
    assert np.all(rows.seed_kind[primary] == -1)
    assert np.all(station[rows.site[rows.route == 3]] == 1), "from node to node"


def check_families(lived: Lives) -> None:
    rows = lived.lesions
    children, parents = parents_of(lived)
    born = rows.founded_day[children]
    assert np.all(born > rows.founded_day[parents])
    secondary = rows.parent[parents] >= 0
    vessels = rows.switch_day[parents[secondary]]
    assert np.all(born[secondary] > vessels), "before its parent had vessels"
    gone = (rows.fate[parents] == 1) | (rows.fate[parents] == 2)
    assert np.all(born[gone] <= rows.fate_day[parents[gone]]), "after its parent was gone"


def check_nodes(lived: Lives) -> None:
    rows, soil = lived.lesions, lived.soil
    in_soil = rows[rows.site < len(soil)]
    for site in np.flatnonzero(soil.is_node == 1):
        here = in_soil[in_soil.site == site]
        taken = np.bincount(here.patient - rows.patient.min(), here["count"], len(lived.persons))
        assert np.all(taken <= soil.nodes[site])
    surgery = dict(zip(lived.persons.patient.tolist(), lived.persons.surgery_day, strict=True))
    regional = in_soil[soil.is_regional[in_soil.site] == 1]
    assert all(row.founded_day < surgery[int(row.patient)] for row in regional)


def check_persons(lived: Lives) -> None:
    who, rows = lived.persons, lived.lesions
    found = np.isfinite(who.diagnosis_day)
    died = np.isfinite(who.death_day)
    assert np.all(who.diagnosis_day[found] > who.invasion_day[found])
    assert np.all(found == (who.detection > 0))
    assert np.all(died == (who.cause > 0))
    assert np.all(died[~found]), "who is never found dies unfound"
    assert np.all(who.death_day >= np.where(found, who.diagnosis_day, 0.0))
    horizon = lived.model.world.horizon
    end = np.where(found, who.diagnosis_day + horizon, np.inf)
    assert np.array_equal(who.follow_up_day, np.minimum(end, who.death_day))
    assert np.all(who.n_seen <= who.n_true)
    assert np.all((who.sites_seen & ~who.sites_true) == 0)
    operated = np.isfinite(who.surgery_day)
    assert np.all(found[operated])
    assert np.all(who.n_seen[operated] == 0)
    recurs = np.isfinite(who.recurrence_day)
    assert np.all(found[recurs])
    assert np.all(who.n_seen[recurs] == 0)
    assert np.all(who.recurrence_day[recurs] >= who.diagnosis_day[recurs])
    assert np.all(who.recurrence_day[recurs] < who.follow_up_day[recurs])
    assert np.all((who.recurrence_site >= 0) == recurs)
    assert np.array_equal(who.n_lesions, np.unique(rows.patient, return_counts=True)[1])


def check(lived: Lives) -> None:
    check_lesions(lived)
    check_families(lived)
    check_nodes(lived)
    check_persons(lived)


@pytest.mark.parametrize("cancer", known_cancers())
def test_atlas_lives_are_coherent(cancer: str) -> None:
    check(lives({}, 1500, 1, cancer=cancer))


EVERYTHING: Mapping[str, object] = {
    "progression.clone": True,
    "progression.clone_mutation_rate": 1e-7,
    "arrest.niche": True,
    "dormancy.inhibition": True,
    "dormancy.immune_balance": True,
}


def test_lives_with_every_mechanism_are_coherent() -> None:
    check(lives(EVERYTHING, 1500, 2))


@pytest.mark.parametrize(("name", "word"), choices())
def test_lives_under_every_choice_are_coherent(name: str, word: str) -> None:
    spreads = {"shedding.blood_rate.spread": 1.5, "shedding.lymph_rate.spread": 1.5}
    check(lives({**spreads, "growth.power_exponent": 0.7, name: word}, 200, 3, horizon=10.0 * YEAR))


@pytest.mark.parametrize("family", words_of("shedding.frailty"))
@pytest.mark.parametrize("role", words_of("nodes.role"))
def test_lives_under_both_choices_of_spread_are_coherent(family: str, role: str) -> None:
    spreads = {"shedding.blood_rate.spread": 1.5, "shedding.lymph_rate.spread": 1.5}
    check(lives({**spreads, "shedding.frailty": family, "nodes.role": role}, 400, 4))


@settings(max_examples=12)
@given(
    doubling=st.floats(40.0, 400.0),
    spread=st.floats(0.0, 1.0),
    loss=st.floats(0.0, 0.95),
    sleep=st.floats(0.0, 0.9),
    rate=st.floats(1e5, 1e9),
    stall=st.floats(0.3, 2.0),
    detection=st.floats(2.0, 30.0),
    explicit=st.integers(1, 20),
)
def test_any_lives_are_coherent(
    doubling: float,
    spread: float,
    loss: float,
    sleep: float,
    rate: float,
    stall: float,
    detection: float,
    explicit: int,
) -> None:
    changes = {
        "growth.doubling_time": f"{doubling} day",
        "growth.doubling_time.spread": spread,
        "growth.cell_loss": loss,
        "dormancy.everywhere.asleep_share": sleep,
        "shedding.blood_rate": f"{rate} cell/day",
        "dormancy.avascular_diameter": f"{stall} mm",
        "detection.everywhere.diameter": f"{detection} mm",
        "colonisation.explicit": explicit,
    }
    check(lives(changes, 60, 5, horizon=10.0 * YEAR))


def test_probabilities_sum_to_one() -> None:
    model = lives({}, 1, 1).model
    ends = model.fates.total()
    assert np.allclose(ends[ends > 0.0], 1.0, atol=1e-9)
    assert np.isclose(model.kind_shares.sum(), 1.0)
    kinds = model.kinds
    assert np.all(np.diff(kinds, axis=-1) >= -1e-12)
    assert np.all((kinds >= 0.0) & (kinds <= 1.0 + 1e-12))
    assert np.all((model.reach >= 0.0) & (model.reach < 1.0))
    last = int(model.world.n_primaries) - 1
    assert np.isclose(model.world.primary_share[last], 1.0)


@pytest.mark.slow
def test_whoever_dies_on_the_very_day_of_diagnosis_has_an_intent() -> None:
    # One patient in a million does; a record that ends at diagnosis is that day for all.
    patients = paget.simulate(
        {"base": "colon", "horizon": "1e-13 day"}, patients=60, seed=1889
    ).patients
    found = patients.filter(pl.col("diagnosis_day").is_not_null())
    assert (found["follow_up_day"] == found["diagnosis_day"]).all()
    assert found["intent"].null_count() == 0
    assert set(found["intent"]) == {"curative", "palliative"}
