"""Necrosis, apoptosis, anoikis and lysis: rates, signals, what stays and what goes."""

import numpy as np
import pytest

from paget.tissue.state import Tissue
from tests.statistics import assert_proportion
from tests.tissue.colonies import OPEN, a_tissue, advance, put

CELLS = 8000
ALIVE = {
    "epithelial.necrosis_rate": 0.0,
    "epithelial.anoikis_rate": 0.0,
    "normal.survive": True,
    "necrotic.lysis_rate": 0.0,
}
SHORTAGE = "oxygen decreases epithelial.necrosis_rate towards 0 with half-max 3.75 mmHg, Hill 8"


def a_colony(oxygen: float = 38.0, cells: int = CELLS, **change: object) -> Tissue:
    named = {name.replace("__", "."): value for name, value in change.items()}
    return a_tissue(
        ["necrosis"],
        cells={"epithelial": cells},
        change=ALIVE | named,
        fields={"oxygen": {**OPEN, "start": oxygen}},
        rules=[SHORTAGE],
    )


@pytest.mark.parametrize("oxygen", [0.0, 3.0, 5.0, 38.0])
def test_necrosis_follows_oxygen(oxygen: float) -> None:
    tissue = advance(a_colony(oxygen, epithelial__necrosis_rate=4.0), 6)
    rate = 4.0 / (1.0 + (oxygen / 3.75) ** 8)
    left = tissue.count()["epithelial"]
    assert_proportion(left, CELLS, np.exp(-0.25 * rate), detect=0.05)
    assert tissue.count()["necrotic"] == CELLS - left == tissue.tallies.get("necrotic_deaths", 0)


def test_the_dead_keep_their_room_until_they_are_lysed() -> None:
    tissue = advance(a_colony(0.0, epithelial__necrosis_rate=90.0), 12)
    assert tissue.count()["necrotic"] == CELLS
    assert tissue.lattice.occupied.sum() == CELLS
    tissue = a_colony(0.0, epithelial__necrosis_rate=1e-9, necrotic__lysis_rate=0.5)
    put(tissue, "necrotic", *[(i, j) for i in range(41) for j in range(41)] * 3)
    advance(tissue, 24)
    assert_proportion(tissue.count()["necrotic"], 3 * 41**2, np.exp(-0.5), detect=0.06)
    assert tissue.lattice.occupied.sum() == tissue.cells.n


def test_the_ways_to_die_share_their_deaths_by_their_rates() -> None:
    tissue = a_colony(
        0.0, epithelial__necrosis_rate=3.0, epithelial__apoptosis_rate=1.0, normal__survive=False
    )
    advance(tissue, 24)
    deaths = tissue.tallies["necrotic_deaths"] + tissue.tallies["apoptosis"]
    assert_proportion(deaths, CELLS, -np.expm1(-4.0), detect=0.05)
    assert_proportion(tissue.tallies["apoptosis"], deaths, 0.25, detect=0.05)
    with pytest.raises(AssertionError):
        assert_proportion(tissue.tallies["apoptosis"], deaths, 1.0 / 3.0, detect=0.05)


def test_a_cell_without_touch_dies_and_its_like_in_pairs_live() -> None:
    change = {"epithelial.anoikis_rate": 1.0, "epithelial.apoptosis_rate": 0.0}
    tissue = a_tissue(
        ["necrosis"], shape=(281, 281), change=ALIVE | {"normal.survive": False} | change
    )
    lone = [(i, j) for i in range(1, 280, 4) for j in range(1, 140, 4)]
    pairs = [(i, j + k) for i in range(1, 280, 4) for j in range(145, 279, 4) for k in (0, 1)]
    put(tissue, "epithelial", *lone, *pairs)
    advance(tissue, 24)
    columns = tissue.cells.voxels % 281
    assert_proportion(int((columns < 142).sum()), len(lone), np.exp(-1.0), detect=0.09)
    assert int((columns > 142).sum()) == len(pairs)
    assert tissue.tallies["anoikis"] == len(lone) - int((columns < 142).sum())


def test_lineages_keep_the_step_of_a_death() -> None:
    tissue = a_colony(cells=500, epithelial__apoptosis_rate=1.0, normal__survive=False)
    counts = [advance(tissue, 1).cells.n for _ in range(24)]
    ended = tissue.cells.columns.ended[: tissue.cells.made]
    lived = [int(((ended < 0) | (ended > step)).sum()) for step in range(1, 25)]
    assert lived == counts
    assert 0 < counts[-1] < 500
