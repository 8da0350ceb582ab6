"""Collapse: vessels under tumour cells close at their rate, or are co-opted."""

import numpy as np
import pytest

from paget.tissue.vessels import BLOOD
from tests.statistics import assert_proportion
from tests.tissue.colonies import a_tissue, advance

SIDE = 91


@pytest.mark.parametrize(("cells", "rate"), [("epithelial", 0.5), ("epithelial", 0.0), ("nk", 0.5)])
def test_vessels_close_under_tumour_cells_alone(cells: str, rate: float) -> None:
    tissue = a_tissue(
        ["collapse"],
        shape=(SIDE, SIDE),
        cells={cells: 5 * SIDE**2},
        change={"vessel.collapse_rate": rate},
    )
    tissue.lattice.vessel[:] = BLOOD
    advance(tissue, 24)
    left = int((tissue.lattice.vessel > 0).sum())
    if cells == "nk" or rate == 0.0:
        assert left == SIDE**2
        return
    assert_proportion(left, SIDE**2, np.exp(-rate), detect=0.05)
    assert tissue.tallies["vessel_voxels_collapsed"] == SIDE**2 - left
    with pytest.raises(AssertionError):
        assert_proportion(left, SIDE**2, np.exp(-1.2 * rate), detect=0.05)
