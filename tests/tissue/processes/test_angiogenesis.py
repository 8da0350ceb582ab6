"""Angiogenesis: where tips go and how often, branches, sprouts that meet, blood that flows."""

import numpy as np
import numpy.typing as npt
import pytest

from paget.tissue.kinds import TIP
from paget.tissue.state import Tissue
from paget.tissue.vessels import BLOOD, LYMPH, RUPTURED, SPROUT
from tests.statistics import assert_proportion
from tests.tissue.colonies import OPEN, a_tissue, advance, put

SIDE = 201
PLAIN = {"tip.branching": 0.0, "tip.sprouting_rate": 0.0}


def a_bed(shape: tuple[int, ...] = (SIDE, SIDE), **change: object) -> Tissue:
    named = {name.replace("__", "."): value for name, value in change.items()}
    return a_tissue(
        ["angiogenesis"], shape=shape, change=PLAIN | named, fields={"vegf": dict(OPEN)}
    )


def slope(tissue: Tissue, per_voxel: float = 0.004) -> None:
    """Let the occupancy of receptors rise along the columns."""
    columns = tissue.model.lattice.shape[-1]
    occupancy = np.minimum(per_voxel * np.arange(columns), 0.95)
    tissue.field("vegf")[:] = occupancy / (1.0 - occupancy)


def with_tips(places: list[tuple[int, ...]], tissue: Tissue) -> Tissue:
    """Put a tip on a sprout of one voxel in each place."""
    put(tissue, "tip", *places)
    tissue.lattice.vessel.reshape(tissue.model.lattice.shape)[tuple(np.transpose(places))] = (
        BLOOD | SPROUT
    )
    return tissue


LONE = [(i, j) for i in range(4, SIDE - 4, 6) for j in range(4, 196, 6)]


def where(tissue: Tissue) -> npt.NDArray[np.int64]:
    """Return row and column of each tip, in order of its id."""
    order = np.argsort(tissue.cells.ids)
    return np.stack(np.unravel_index(tissue.cells.voxels[order], (SIDE, SIDE)), axis=1)


@pytest.mark.parametrize("guidance", [0.0, 150.0])
def test_tips_choose_their_way_by_the_slope_of_occupancy(guidance: float) -> None:
    seen = np.zeros(3)  # up the slope, down, across
    for seed_row in range(4):
        tissue = a_bed(tip__speed=2000.0, angiogenesis__guidance=guidance)
        slope(tissue)
        tissue.key = np.uint64(seed_row)
        with_tips(LONE, tissue)
        moves = where(advance(tissue, 1)) - np.array(LONE)
        seen += [(moves[:, 1] > 0).sum(), (moves[:, 1] < 0).sum(), (moves[:, 0] != 0).sum()]
    weights = np.array([np.exp(0.004 * guidance), np.exp(-0.004 * guidance), 2.0])
    for number, share in zip(seen, weights / weights.sum(), strict=True):
        assert_proportion(int(number), int(seen.sum()), share, detect=0.1)
    if guidance:
        with pytest.raises(AssertionError):
            assert_proportion(int(seen[0]), int(seen.sum()), 0.25, detect=0.1)


def test_tips_advance_at_their_speed() -> None:
    tissue = with_tips(LONE, a_bed(tip__speed=150.0))
    moved = (where(advance(tissue, 1)) != np.array(LONE)).any(axis=1).sum()
    advances = -np.expm1(-150.0 / 24.0 / tissue.model.lattice.spacing)
    assert_proportion(int(moved), len(LONE), advances, detect=0.15)
    assert (tissue.lattice.vessel > 0).sum() == len(LONE) + moved


def test_tips_branch_at_an_advance() -> None:
    tissue = with_tips(LONE, a_bed(tip__speed=2000.0, tip__branching=0.3))
    moved = (where(advance(tissue, 1))[: len(LONE)] != np.array(LONE)).any(axis=1).sum()
    born = tissue.count()["tip"] - len(LONE)
    assert_proportion(born, int(moved), 0.3, detect=0.15)
    assert born == tissue.tallies["branchings"]
    parents = tissue.cells.columns.parent[len(LONE) : tissue.cells.made]
    assert np.isin(parents, tissue.cells.ids[: len(LONE)]).all()


def test_vessels_sprout_where_vegf_is_and_never_two_side_by_side() -> None:
    tissue = a_bed((SIDE + 20, SIDE + 20), tip__sprouting_rate=0.5, tip__speed=0.0)
    put(tissue, "fibroblast", (0, 0))
    vessel = tissue.field("vegf") * 0
    vessel[5:-5:4, 5:-5:4] = 1
    tissue.lattice.vessel[:] = vessel.astype(np.uint8).ravel() * BLOOD
    number = int(vessel.sum())
    advance(tissue, 24)
    assert_proportion(tissue.count()["tip"], number, -np.expm1(-0.5), detect=0.08)
    with pytest.raises(AssertionError):
        assert_proportion(tissue.count()["tip"], number, -np.expm1(-0.8), detect=0.08)
    advance(tissue, 24 * 20)
    assert tissue.count()["tip"] == number  # each of them has its sprout now
    for flag in (LYMPH, BLOOD | SPROUT):
        tissue = a_bed(tissue.model.lattice.shape, tip__sprouting_rate=50.0, tip__speed=0.0)
        put(tissue, "fibroblast", (0, 0))
        tissue.lattice.vessel[:] = vessel.astype(np.uint8).ravel() * flag
        assert advance(tissue, 24).count()["tip"] == 0


def two_vessels(seed: int = 1, loop: int = 4) -> Tissue:
    """Return two vessels across a slope of VEGF, and one tip between them on the left."""
    tissue = a_bed((21, 21), tip__speed=500.0, angiogenesis__shortest_loop=loop)
    tissue.key = np.uint64(seed)
    slope(tissue, 0.04)
    vessel = tissue.lattice.vessel.reshape(21, 21)
    vessel[:, 3] = BLOOD
    vessel[:, 17] = BLOOD | RUPTURED
    return with_tips([(10, 4)], tissue)


def test_a_sprout_carries_blood_once_it_meets_another_vessel() -> None:
    tissue = two_vessels()
    for _ in range(24 * 5):
        before = tissue.lattice.vessel.copy()
        tissue.advance()
        if tissue.cells.n == 0:
            break
        assert (before & SPROUT).sum() > 0
    vessel = tissue.lattice.vessel.reshape(21, 21)
    assert tissue.tallies["anastomoses"] == 1
    assert not (vessel & SPROUT).any()
    assert (vessel[:, 4:17] & BLOOD).any(axis=0).all()  # a way from one to the other
    assert tissue.lattice.counts[TIP].sum() == 0 == tissue.lattice.occupied.sum()


def test_two_sprouts_that_meet_carry_blood_both() -> None:
    for seed in range(8):
        tissue = two_vessels(seed)
        tissue.field("vegf")[:] = 0.0
        tissue.field("vegf")[10, 5:16] = 6.0 - np.abs(np.arange(5, 16) - 10)
        with_tips([(10, 16)], tissue)
        advance(tissue, 24 * 10)
        assert tissue.tallies.get("anastomoses", 0) >= 1
        way = (tissue.lattice.vessel & (BLOOD | SPROUT)).reshape(21, 21) == BLOOD
        assert way[:, 4:17].any(axis=0).all()


def test_no_short_loops_and_no_second_touch_of_its_own_sprout() -> None:
    tissue = two_vessels(loop=1000)
    advance(tissue, 24 * 8)
    assert tissue.tallies.get("anastomoses", 0) == 0
    line = tissue.lattice.vessel.reshape(21, 21) & SPROUT > 0
    beside = np.sum([np.roll(line, k, axis) for k in (1, -1) for axis in (0, 1)], axis=0)
    assert (beside[line] <= 2).all()  # a line: nothing that touches itself
    assert line.sum() >= 3


def test_a_switch_keeps_vessels_as_they_are() -> None:
    tissue = a_bed(angiogenesis__on=False, tip__sprouting_rate=50.0)
    put(tissue, "fibroblast", (0, 0))
    tissue.lattice.vessel[5] = BLOOD
    assert advance(tissue, 24).count()["tip"] == 0
