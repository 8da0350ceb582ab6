"""Division: common clocks, cycles of one's own, contact inhibition."""

import numpy as np
import pytest
from scipy import stats

from paget.core.errors import StabilityError
from tests.statistics import assert_cdf
from tests.tissue.build import flat, grown, published, tissue_of


def test_all_cells_of_a_kind_double_when_their_clock_strikes() -> None:
    model = published(start=[{"cells": {"epithelial": 60, "mesenchymal": 60}, "voxels": 9000}])
    counts = [tissue_of(model, steps=steps).count() for steps in (2000, 2001, 3000, 3001)]
    assert [count["epithelial"] for count in counts] == [60, 120, 120, 120]
    assert [count["mesenchymal"] for count in counts] == [60, 60, 60, 120]


def test_a_full_voxel_takes_no_daughter() -> None:
    model = flat(["division"], cells={"epithelial": 4}, voxels=1, epithelial__division_rate=5.0)
    tissue = tissue_of(model, steps=500)
    assert tissue.cells.n == 4
    assert tissue.tallies["divisions"] == 0


def test_a_full_voxel_spills_into_its_neighbours_where_the_model_says_so() -> None:
    model = flat(
        ["division"],
        cells={"epithelial": 4},
        voxels=1,
        epithelial__division_rate=5.0,
        division__spills=True,
    )
    cascade = grown(model)
    while cascade.primary.cells.n == 4:
        cascade.advance()
    tissue = cascade.primary
    assert tissue.cells.n > 4
    distance = np.abs(model.lattice.places(tissue.cells.voxels)).max(axis=-1)
    assert set(distance.tolist()) <= {0.0, 1.0}


def test_a_crowded_ball_stays_a_ball() -> None:
    model = flat(
        ["division"],
        shape=(61, 61, 61),
        cells={"epithelial": 500},
        epithelial__division_rate=3.0,
        division__spills=True,
    )
    cascade = grown(model)
    while cascade.primary.cells.n < 40_000:
        cascade.advance()
    places = np.abs(model.lattice.places(cascade.primary.cells.voxels))
    along_axis = places.max()
    along_diagonal = places.min(axis=-1).max() * np.sqrt(3.0)
    assert along_diagonal > 0.8 * along_axis


def test_a_division_does_not_slip_between_closed_voxels() -> None:
    model = flat(
        ["division"],
        cells={"epithelial": 4},
        voxels=1,
        epithelial__division_rate=5.0,
        division__spills=True,
    )
    cascade = grown(model)
    middle = 10 * 21 + 10
    cascade.primary.lattice.closed[[middle - 1, middle + 1, middle - 21, middle + 21]] = 1
    cascade.advance(500)
    assert cascade.primary.cells.n == 4


@pytest.mark.parametrize("stages", [1, 4])
def test_cycle_times_are_gamma_with_the_mean_that_the_rate_says(stages: int) -> None:
    rate, cells = 0.5, 20_000
    model = flat(
        ["division"],
        shape=(201, 201),
        capacity=60_000,
        cells={"epithelial": cells},
        voxels=cells,
        epithelial__division_rate=rate,
        division__stages=stages,
    )
    tissue = tissue_of(model, steps=500)
    ledger = tissue.cells.columns
    first = np.full(cells, np.inf)
    made = np.arange(cells, tissue.cells.made)
    of_founders = made[ledger.parent[made] < cells]
    np.minimum.at(first, ledger.parent[of_founders], ledger.born[of_founders])
    law = stats.gamma(stages, scale=1.0 / (stages * rate))
    seen = law.cdf((first[np.isfinite(first)] - 0.5) * model.step_days)
    later = np.random.default_rng(5).uniform(law.cdf(500 * model.step_days), 1.0, cells - len(seen))
    assert_cdf(np.concatenate([seen, later]), lambda u: np.clip(u, 0.0, 1.0), detect=0.04)
    slower = law.cdf(law.ppf(seen) * 1.15)
    with pytest.raises(AssertionError):
        assert_cdf(np.concatenate([slower, later]), lambda u: np.clip(u, 0.0, 1.0), detect=0.04)


def test_a_step_too_long_for_the_cycle_is_refused() -> None:
    with pytest.raises(StabilityError, match="stages of its cycle in one"):
        flat(["division"], epithelial__division_rate=60.0)
