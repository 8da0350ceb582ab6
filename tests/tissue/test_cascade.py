"""The spatial cascade: entering vessels, travelling, arriving."""

import numpy as np
import pytest

from paget.core.errors import ScenarioError
from paget.tissue.cascade import Cascade, Travelling, disaggregated, settle_seed
from paget.tissue.cells import lift
from paget.tissue.kinds import EPITHELIAL, MESENCHYMAL
from paget.tissue.vessels import BLOOD, RUPTURED
from tests.tissue.build import grown, published


def beside_vessel(kinds: list[int], flags: int) -> Cascade:
    """Return a primary with a vessel in the middle and cells left of it and beyond."""
    cascade = grown(published(start=[{"cells": {"epithelial": 1}, "voxels": 1}]))
    primary = cascade.primary
    middle = 100 * 201 + 100
    primary.lattice.vessel[:] = 0
    primary.lattice.vessel[middle - 3] = flags
    primary.settle([middle - 4] * len(kinds), kinds)
    return cascade


def test_an_epithelial_cell_passes_only_a_ruptured_wall() -> None:
    whole = beside_vessel([EPITHELIAL] * 3, BLOOD)
    open_wall = beside_vessel([EPITHELIAL] * 3, BLOOD | RUPTURED)
    whole.advance(3000)
    open_wall.advance(3000)
    assert whole.first_intravasation is None
    assert open_wall.first_intravasation is not None


def test_a_mesenchymal_cell_takes_its_neighbours_along() -> None:
    cascade = beside_vessel([MESENCHYMAL, EPITHELIAL, EPITHELIAL], BLOOD)
    while cascade.first_intravasation is None:
        cascade.advance(1)
    assert cascade.vasculature is not None
    (cluster,) = cascade.vasculature.travelling
    assert MESENCHYMAL in cluster.kinds
    assert cluster.exit_step == cascade.step + 180
    gone = cascade.primary.cells.columns.ended[cluster.ids]
    assert (gone == cascade.step).all()


def test_cells_neither_appear_nor_vanish() -> None:
    vessels = {"ruptured": 60, "clear_centre": 200, "margin": 2}
    model = published(change={"vasculature.single_survival": 0.5}, vessels=vessels)
    cascade = grown(model, steps=5000)
    assert cascade.vasculature is not None
    made = sum(tissue.cells.made for tissue in cascade.tissues)
    here = sum(tissue.cells.n for tissue in cascade.tissues)
    travelling = sum(len(one.ids) for one in cascade.vasculature.travelling)
    left = cascade.tally("intravasated_cells")
    arrived = cascade.tally("arrived_cells")
    assert left > 0
    assert here == made - left + arrived
    died = left - travelling - cascade.tally("survived_cells")
    assert died >= 0
    assert cascade.tally("survived_cells") == arrived + cascade.tally("lost_cells")


def test_arrivals_keep_their_ids_and_fill_around_the_vessel_mesenchymal_first() -> None:
    cascade = grown(published())
    site = cascade.tissues[1]
    vessel = 50 * 201 + 50
    kinds = np.array([EPITHELIAL] * 6 + [MESENCHYMAL] * 3, np.uint8)
    seed = Travelling(1, 0, np.arange(9), kinds)
    assert set(settle_seed(site, vessel, seed)) == set(range(9))
    left = site.cells.voxels == vessel - 1
    assert sorted(site.cells.kinds[left].tolist()) == [EPITHELIAL] + [MESENCHYMAL] * 3
    assert (site.cells.voxels == vessel + 1).sum() == 4
    assert (site.cells.voxels == vessel + 201).sum() == 0 or (
        site.cells.voxels == vessel - 201
    ).sum() == 1


def test_cells_without_room_are_lost_and_counted() -> None:
    cascade = grown(published())
    site = cascade.tissues[1]
    seed = Travelling(1, 0, np.arange(30), np.full(30, MESENCHYMAL, np.uint8))
    assert len(settle_seed(site, 0, seed)) == 8  # a corner has two neighbours


def test_a_lone_cell_does_not_come_apart() -> None:
    one = Travelling(9, 0, np.array([4]), np.array([EPITHELIAL], np.uint8))
    assert disaggregated(np.uint64(1), 0.0, one) == [one]


def test_metastases_shed_again_only_where_the_model_says_so() -> None:
    def entered(*, again: bool) -> int:
        sites = {"sites": {"lungs": 1.0}, "vessels": {"intact": 40}, "shed_again": again}
        start = [{"cells": {"mesenchymal": 380}, "site": "lungs"}, {"cells": {"epithelial": 1}}]
        cascade = grown(published(cascade=sites, start=start), steps=4000)
        return cascade.tissues[1].tallies.get("intravasated_cells", 0)

    assert entered(again=True) > 0
    assert entered(again=False) == 0


def test_a_start_in_an_unknown_tissue_is_refused() -> None:
    with pytest.raises(ScenarioError, match="tissues of this model are primary, bones"):
        grown(published(start=[{"cells": {"epithelial": 1}, "site": "spleen"}]))


def test_a_box_too_small_for_the_start_is_refused() -> None:
    with pytest.raises(ScenarioError, match="room for 388"):
        grown(published(start=[{"cells": {"epithelial": 400}, "voxels": 97}]))
    with pytest.raises(ScenarioError, match="Give a larger grid"):
        grown(
            published(
                grid={"shape": [9, 9], "spacing": "10 um", "capacity": 4, "step": "40 s"},
                vessels={},
                cascade=None,
            )
        )


@pytest.mark.parametrize("seed", [1, 2])
def test_the_same_seed_grows_the_same_tissue(seed: int) -> None:
    first, second = grown(published(), seed, 600), grown(published(), seed, 600)
    assert (first.primary.cells.voxels == second.primary.cells.voxels).all()
    other = grown(published(), seed + 1, 600)
    assert (first.primary.cells.voxels != other.primary.cells.voxels).any()


def test_a_site_where_all_arrivals_died_is_not_frozen() -> None:
    cascade = grown(published())
    site = cascade.tissues[1]
    assert site.is_quiet
    kinds = np.array([MESENCHYMAL], np.uint8)
    settle_seed(site, 50 * 201 + 50, Travelling(1, 0, np.array([7]), kinds))
    site.tally("arrived_cells")
    cascade.advance(50)
    before = float(site.field("mmp2").max())
    voxel = int(site.cells.voxels[0])
    lift(site.lattice, voxel, MESENCHYMAL)
    site.cells.remove(np.array([True]), cascade.step)
    cascade.advance(50)
    assert 0.0 < site.field("mmp2").max() < before
