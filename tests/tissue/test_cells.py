"""Cells: room without a cap, ids for good, counts that agree with the columns."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from paget.tissue.cells import ALIVE, COUNTER_MASK, ID_BITS, lift
from paget.tissue.kinds import EPITHELIAL, KINDS, MESENCHYMAL, N_KINDS
from paget.tissue.state import Tissue
from tests.tissue.build import flat, grown, published, tissue_of


def agrees(tissue: Tissue) -> bool:
    """Tell whether the lattice counts what the columns hold."""
    counts = np.zeros((N_KINDS, tissue.model.lattice.voxels), np.int64)
    np.add.at(counts, (tissue.cells.kinds, tissue.cells.voxels), 1)
    lattice = tissue.lattice
    return bool(
        (counts == lattice.counts).all()
        and (counts.sum(axis=0) == lattice.occupied).all()
        and (counts.sum(axis=1) == lattice.numbers).all()
    )


def test_the_lattice_counts_what_the_columns_hold() -> None:
    cascade = grown(published(), steps=2500)
    assert cascade.primary.tallies["divisions"] > 0
    assert all(agrees(tissue) for tissue in cascade.tissues)


def test_room_grows_without_a_cap_and_stays_under_100_bytes_a_cell() -> None:
    tissue = tissue_of(flat(["motion"], capacity=60_000, cells={"epithelial": 50_000}, voxels=1))
    tissue.settle(np.zeros(50_000, int), EPITHELIAL)
    assert tissue.cells.n == 100_000
    assert tissue.cells.bytes_per_cell < 100


def test_a_dividing_cell_keeps_its_id_and_the_new_one_names_it() -> None:
    tissue = tissue_of(published(), steps=2001)  # the epithelial clock strikes once
    ledger = tissue.cells.columns
    born = np.flatnonzero(ledger.born[: tissue.cells.made] == 2001)
    assert len(born) > 50
    assert set(ledger.parent[born]) <= set(range(388))
    assert len(set(ledger.parent[born])) == len(born)


def test_an_id_is_never_given_again() -> None:
    tissue = tissue_of(flat(["motion"], cells={"epithelial": 10}))
    gone = np.zeros(10, bool)
    gone[[2, 5]] = True
    for voxel in tissue.cells.voxels[gone]:
        lift(tissue.lattice, int(voxel), EPITHELIAL)
    tissue.cells.remove(gone, step=3)
    tissue.settle(tissue.cells.voxels[:1], MESENCHYMAL)
    assert tissue.cells.ids.tolist() == [0, 1, 3, 4, 6, 7, 8, 9, 10]
    ended = tissue.cells.columns.ended
    assert ended[[2, 5]].tolist() == [3, 3]
    assert set(ended[[0, 1, 3]]) == {ALIVE}
    assert agrees(tissue)


def test_ids_name_the_tissue_of_birth() -> None:
    model = published(
        start=[{"cells": {"mesenchymal": 4}, "site": "lungs"}, {"cells": {"epithelial": 4}}]
    )
    cascade = grown(model)
    lungs = cascade.tissues[model.sites.index("lungs")]
    assert (lungs.cells.ids >> ID_BITS == lungs.number).all()
    assert (lungs.cells.ids & COUNTER_MASK).tolist() == [0, 1, 2, 3]


def test_a_tissue_without_cells_costs_nothing() -> None:
    cascade = grown(published(), steps=5)
    empty = cascade.tissues[1]
    assert empty.is_quiet
    assert not empty.field("mmp2").any()


@given(st.lists(st.integers(0, len(KINDS) - 1), min_size=1, max_size=40), st.data())
def test_removal_keeps_the_others_in_order(kinds: list[int], data: st.DataObject) -> None:
    tissue = tissue_of(flat(["motion"], capacity=100))
    tissue.settle([3] * len(kinds), kinds)
    before = list(zip(tissue.cells.ids.tolist(), tissue.cells.kinds.tolist(), strict=True))
    n = len(before)
    gone = np.array(data.draw(st.lists(st.booleans(), min_size=n, max_size=n)))
    tissue.cells.remove(gone, step=1)
    after = list(zip(tissue.cells.ids.tolist(), tissue.cells.kinds.tolist(), strict=True))
    assert after == [cell for cell, goes in zip(before, gone, strict=True) if not goes]
