"""Immunity: killing by those in reach, exhaustion by engagement, cells let in by vessels."""

import numpy as np
import pytest

from paget.tissue.kinds import CD8, NK
from paget.tissue.state import Tissue
from paget.tissue.vessels import BLOOD, LYMPH, SPROUT
from tests.statistics import assert_proportion
from tests.tissue.colonies import OPEN, a_tissue, advance, put

SIDE = 301
PLACES = [(i, j) for i in range(2, SIDE - 2, 4) for j in range(2, SIDE - 2, 4)]


def among(killers: dict[str, list[tuple[int, int]]], **change: object) -> Tissue:
    """Return lone tumour cells, each with killers at these places around it."""
    named = {name.replace("__", "."): value for name, value in change.items()}
    tissue = a_tissue(["killing", "exhaustion"], shape=(SIDE, SIDE), change=named)
    put(tissue, "epithelial", *PLACES)
    for kind, offsets in killers.items():
        for a, b in offsets:
            put(tissue, kind, *[(i + a, j + b) for i, j in PLACES])
    return tissue


TIRELESS = {
    "nk__exhaustion_rate": 0.0,
    "cd8__exhaustion_rate": 0.0,
    "nk__departure_rate": 0.0,
    "cd8__departure_rate": 0.0,
    "exhausted__departure_rate": 0.0,
}


@pytest.mark.parametrize(
    ("killers", "rate"),
    [
        ({"nk": [(0, 0)]}, 0.5),
        ({"nk": [(0, 1), (-1, 0)]}, 1.0),
        ({"nk": [(0, 0)], "cd8": [(1, 0)]}, 0.5 + 0.8),
        ({"nk": [(1, 1)]}, 0.0),
        ({"exhausted": [(0, 0)]}, 0.0),
    ],
)
def test_a_cell_feels_the_killers_in_reach(
    killers: dict[str, list[tuple[int, int]]], rate: float
) -> None:
    tissue = among(killers, nk__kill_rate=0.5, cd8__kill_rate=0.8, **TIRELESS)
    advance(tissue, 24)
    left = tissue.count()["epithelial"]
    assert_proportion(left, len(PLACES), np.exp(-rate), detect=0.06)
    assert tissue.tallies.get("killed", 0) == len(PLACES) - left
    if rate > 0.0:
        with pytest.raises(AssertionError):
            assert_proportion(left, len(PLACES), np.exp(-1.3 * rate), detect=0.06)


def test_susceptibility_and_evasion_scale_the_hazard() -> None:
    killers = {"nk": [(0, 0)]}
    evasive = among(killers, nk__kill_rate=8.0, normal__evade=True, **TIRELESS)
    left = advance(evasive, 24).count()["epithelial"]
    residual = evasive.model.values.real("normal.residual_susceptibility")
    assert_proportion(left, len(PLACES), np.exp(-8.0 * residual), detect=0.06)


def test_killers_tire_by_engagement_alone() -> None:
    change = TIRELESS | {"nk__kill_rate": 0.0, "nk__exhaustion_rate": 0.7}
    engaged = advance(among({"nk": [(0, 1)]}, **change), 24)
    idle = advance(among({"nk": [(2, 0)]}, **change), 24)
    left = engaged.count()["nk"]
    assert_proportion(left, len(PLACES), np.exp(-0.7), detect=0.06)
    assert engaged.count()["exhausted"] == len(PLACES) - left == engaged.tallies["exhaustions"]
    assert idle.count()["nk"] == len(PLACES)


def test_cells_of_the_blood_leave_again() -> None:
    change = TIRELESS | {"nk__kill_rate": 0.0, "nk__departure_rate": 0.4}
    tissue = advance(among({"nk": [(2, 0)]}, **change), 24)
    assert_proportion(tissue.count()["nk"], len(PLACES), np.exp(-0.4), detect=0.06)
    assert tissue.count()["epithelial"] == len(PLACES)
    assert tissue.lattice.counts[NK].sum() == tissue.count()["nk"]


ALARM = "chemokine increases nk.recruitment_rate towards 6 /day with half-max 1"


def let_in(flag: int, chemokine: float) -> tuple[Tissue, np.ndarray]:
    tissue = a_tissue(
        ["recruitment"],
        cells={"fibroblast": 1},
        capacity=500,
        change={"nk.recruitment_rate": 1.0},
        fields={"chemokine": {**OPEN, "start": chemokine}},
        rules=[ALARM],
    )
    doors = np.arange(0, 1681, 2)
    tissue.lattice.vessel[doors] = flag
    return advance(tissue, 48), doors


@pytest.mark.parametrize("chemokine", [0.0, 1.0, 9.0])
def test_vessels_let_cells_in_where_the_chemokine_calls(chemokine: float) -> None:
    tissue, doors = let_in(BLOOD, chemokine)
    rate = 1.0 + 5.0 * chemokine / (1.0 + chemokine)
    came = int(tissue.lattice.counts[NK, doors].sum())
    tries = 48 * len(doors)
    assert_proportion(came, tries, -np.expm1(-rate / 24.0), detect=0.02)
    with pytest.raises(AssertionError):
        assert_proportion(came, tries, -np.expm1(-1.5 * rate / 24.0), detect=0.02)
    assert tissue.count()["cd8"] == 0
    assert tissue.lattice.counts[NK].sum() == came == tissue.tallies["recruited_nk"]


@pytest.mark.parametrize("flag", [LYMPH, BLOOD | SPROUT])
def test_neither_lymph_nor_sprouts_let_cells_in(flag: int) -> None:
    tissue, _ = let_in(flag, 9.0)
    assert tissue.count()["nk"] == 0


def test_a_full_voxel_lets_no_one_in() -> None:
    tissue = a_tissue(
        ["recruitment"], cells={"epithelial": 8405}, change={"cd8.recruitment_rate": 50.0}
    )
    tissue.lattice.vessel[:] = BLOOD
    assert advance(tissue, 10).lattice.counts[CD8].sum() == 0
