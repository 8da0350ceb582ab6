"""Motion: the probabilities of a jump, who may go where, and that order changes nothing."""

import numpy as np
import pytest

from paget.core.errors import StabilityError
from paget.tissue.kinds import EPITHELIAL, MESENCHYMAL
from paget.tissue.processes.motion import STAYS, Motion, jump
from paget.tissue.state import Tissue
from tests.tissue.build import flat, grown, published, tissue_of


def shares(tissue: Tissue, motion: Motion, voxel: int, kind: int) -> dict[int, float]:
    """Return how probable each jump is: the share of a fine comb of uniform numbers."""
    comb = (np.arange(200_000) + 0.5) / 200_000
    ends = [
        jump(
            tissue.lattice, motion.motility.table, motion.drift, voxel, kind, motion.pace, float(u)
        )
        for u in comb
    ]
    places, numbers = np.unique(ends, return_counts=True)
    return dict(zip(places.tolist(), (numbers / len(comb)).tolist(), strict=True))


@pytest.fixture(scope="module")
def slope() -> tuple[Tissue, Motion]:
    """Return a published tissue whose matrix falls from 1 to 0 over two voxels."""
    tissue = tissue_of(published())
    matrix = tissue.field("matrix")
    matrix[:, 50:] = 0.0
    matrix[:, 49] = 0.5
    motion = next(p for p in tissue.processes if isinstance(p, Motion))
    return tissue, motion


def test_probabilities_are_those_of_the_published_scheme(slope: tuple[Tissue, Motion]) -> None:
    tissue, motion = slope
    tissue.field("matrix")[100, :] = 0.7  # a gentle place: the matrix differs by 0.3 up and down
    voxel = 99 * 201 + 20
    found = shares(tissue, motion, voxel, MESENCHYMAL)
    a, D, phi, difference = 40.0, 1e-4, 5e-4, 0.7 - 1.0
    assert found[voxel - 1] == pytest.approx(a * D, abs=2e-5)
    assert found[voxel + 1] == pytest.approx(a * D, abs=2e-5)
    assert found[voxel + 201] == pytest.approx(a * (D + phi / 4 * difference), abs=2e-5)
    assert found[voxel - 201] == pytest.approx(a * (D - phi / 4 * difference), abs=2e-5)
    assert found[STAYS] == pytest.approx(1.0 - 4 * a * D, abs=2e-5)


@pytest.mark.parametrize("kind", [EPITHELIAL, MESENCHYMAL])
def test_probabilities_stay_within_0_and_1_in_the_steepest_gradient(
    slope: tuple[Tissue, Motion], kind: int
) -> None:
    tissue, motion = slope
    voxel = 30 * 201 + 49
    found = shares(tissue, motion, voxel, kind)
    assert voxel + 1 not in found  # clipped at 0: what it lacks goes to staying
    D = {EPITHELIAL: 5e-5, MESENCHYMAL: 1e-4}[kind]
    assert found[voxel - 1] == pytest.approx(40.0 * (D + 5e-4 / 4), abs=2e-5)
    assert sum(found.values()) == pytest.approx(1.0)
    leaving = 1.0 - found[STAYS]
    assert leaving <= motion.bounds()[kind]


def test_no_jump_leaves_the_grid_and_no_gradient_is_felt_across_its_edge(
    slope: tuple[Tissue, Motion],
) -> None:
    tissue, motion = slope
    tissue.field("matrix")[:, 1] = 0.0
    found = shares(tissue, motion, 30 * 201, MESENCHYMAL)
    assert set(found) == {STAYS, 30 * 201 + 1, 29 * 201, 31 * 201}
    assert found[30 * 201 + 1] == pytest.approx(40.0 * 1e-4, abs=2e-5)


def test_no_voxel_takes_more_than_its_capacity() -> None:
    model = flat(["motion"], capacity=2, cells={"epithelial": 100}, epithelial__motility=900.0)
    tissue = tissue_of(model, steps=300)
    assert tissue.lattice.occupied.max() == 2
    assert tissue.cells.n == 100


def test_a_closed_voxel_is_never_entered() -> None:
    model = flat(["motion"], cells={"epithelial": 36}, voxels=9, epithelial__motility=900.0)
    cascade = grown(model)
    ring = np.zeros((21, 21), np.uint8)
    ring[7:14, 7:14] = 1
    ring[8:13, 8:13] = 0
    cascade.primary.lattice.closed[:] = ring.ravel()
    cascade.advance(300)
    inside = np.zeros((21, 21), bool)
    inside[8:13, 8:13] = True
    assert inside.ravel()[cascade.primary.cells.voxels].all()


def test_a_step_too_long_names_the_limit_and_the_remedy() -> None:
    with pytest.raises(StabilityError, match=r"probability of up to 1\.8.*at most"):
        flat(["motion"], epithelial__motility=4500.0)


def test_where_a_cell_lies_in_the_columns_changes_nothing() -> None:
    first, second = grown(published()), grown(published())
    columns = second.primary.cells.columns
    order = np.random.default_rng(3).permutation(second.primary.cells.n)
    n = len(order)
    for column in (columns.id, columns.voxel, columns.kind, columns.stage):
        column[:n] = column[:n][order]
    columns.rings[:, :n] = columns.rings[:, :n][:, order]
    first.advance(2200)
    second.advance(2200)

    def sorted_cells(tissue: Tissue) -> np.ndarray:
        cells = tissue.cells
        return np.stack([cells.ids, cells.voxels, cells.kinds])[:, np.argsort(cells.ids)]

    assert (sorted_cells(first.primary) == sorted_cells(second.primary)).all()
