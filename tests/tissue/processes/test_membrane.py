"""Basement membrane: closed to cells, dissolved by MMPs by its law, breached in time."""

import numpy as np
import pytest

from paget.core.errors import ScenarioError
from paget.tissue.processes.membrane import Membrane, front_depth
from paget.tissue.state import Tissue
from tests.tissue.colonies import OPEN, a_tissue, advance, put

RADIUS = 10.0


def in_situ(
    processes: tuple[str, ...] = ("membrane",),
    mmp2: float = 0.0,
    shape: tuple[int, ...] = (41, 41),
    **change: object,
) -> Tissue:
    named = {name.replace("__", "."): value for name, value in change.items()}
    return a_tissue(
        processes,
        shape=shape,
        change=named,
        fields={
            "membrane": dict(OPEN),
            "mmp2": {**OPEN, "start": mmp2},
        },
        membrane=RADIUS,
    )


def distances(tissue: Tissue) -> np.ndarray:
    return np.sqrt((tissue.model.lattice.places(tissue.cells.voxels) ** 2).sum(axis=-1))


def test_a_cell_beside_the_membrane_breaks_it_in_the_time_of_the_law() -> None:
    tissue = in_situ(mesenchymal__mt1mmp=1.5, membrane__resistance=2.0, membrane__opens_below=0.3)
    put(tissue, "mesenchymal", (20, 29), (20, 29))
    assert tissue.lattice.closed.reshape(41, 41)[20, 30] == 1
    expected = int(np.ceil(np.log(1.0 / 0.3) * 2.0 / (2 * 1.5) * 24.0))
    advance(tissue, expected - 1)
    assert "breach_step" not in tissue.tallies
    left = tissue.field("membrane")[20, 30]
    assert left == pytest.approx(np.exp(-2 * 1.5 / 2.0 * (expected - 1) / 24.0))
    advance(tissue, 40)
    assert tissue.tallies["breach_step"] == expected
    assert tissue.tallies["membrane_voxels_opened"] == 1
    assert tissue.lattice.closed.reshape(41, 41)[20, 30] == 0


def test_mmp2_dissolves_all_of_it_at_once() -> None:
    tissue = in_situ(mmp2=0.5, matrix__loss_to_mmp2=4.0, membrane__resistance=1.0)
    put(tissue, "epithelial", (20, 20))
    shell = int(tissue.lattice.closed.sum())
    opens = tissue.model.values.real("membrane.opens_below")
    advance(tissue, 48)
    assert tissue.tallies["breach_step"] == int(np.ceil(np.log(1.0 / opens) / 2.0 * 24.0))
    assert tissue.tallies["membrane_voxels_opened"] == shell


@pytest.mark.parametrize("shape", [(41, 41), (31, 31, 31)])
def test_no_cell_passes_a_whole_membrane(shape: tuple[int, ...]) -> None:
    tissue = in_situ(
        ("membrane", "division", "motion"),
        shape=shape,
        mesenchymal__mt1mmp=0.0,
        mesenchymal__motility=2000.0,
    )
    put(tissue, "mesenchymal", *[tuple(n // 2 for n in shape)] * 5)
    advance(tissue, 24 * 12)
    assert tissue.cells.n > 100
    assert distances(tissue).max() < RADIUS
    assert front_depth(tissue) == 0.0
    tissue.lattice.closed[:] = 0  # the saboteur: without the shell they are out at once
    advance(tissue, 48)
    assert distances(tissue).max() > RADIUS
    assert front_depth(tissue) == pytest.approx(
        (distances(tissue).max() - RADIUS) * tissue.model.lattice.spacing
    )


def test_mmps_let_a_tumour_out() -> None:
    tissue = in_situ(("membrane", "division", "motion"), mesenchymal__mt1mmp=2.0)
    put(tissue, "mesenchymal", *[(20, 20)] * 5)
    advance(tissue, 24 * 20)
    assert tissue.tallies["breach_step"] > 24
    assert front_depth(tissue) > 30.0


def test_a_membrane_needs_a_radius_within_the_grid() -> None:
    tissue = in_situ()
    with pytest.raises(ScenarioError, match="needs to know where"):
        Membrane(tissue.model.model_copy(update={"membrane": None}))
    with pytest.raises(ScenarioError, match="must lie within"):
        Membrane(tissue.model.model_copy(update={"membrane": 20.5}))
