"""The physical presets: they load, run, and show what they are for."""

import numpy as np
import pytest

from paget.tissue.cascade import Cascade
from paget.tissue.cells import COUNTER_MASK
from paget.tissue.kinds import MESENCHYMAL, NECROTIC
from paget.tissue.model_file import known_models, load_model
from paget.tissue.processes.membrane import front_depth
from paget.tissue.state import Tissue
from paget.tissue.vessels import carrying_blood
from tests.tissue.colonies import advance

PUBLISHED = ("franssen-2019", "metaspread")
"""Models of others, in their own units: the density of cells in them is not the body's."""
PHYSICAL = tuple(name for name in known_models() if name not in PUBLISHED)


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[pytest.mark.science, pytest.mark.slow] if "3d" in name else [])
        for name in PHYSICAL
    ],
)
def test_a_physical_preset_has_the_cell_density_of_the_body_and_runs(name: str) -> None:
    model = load_model(name)
    full = model.grid.capacity / model.lattice.voxel_volume
    assert full == pytest.approx(2e5)
    tissue = advance(Cascade(model, 1).primary, 2)
    assert tissue.lattice.occupied.sum() == tissue.cells.n
    assert np.isfinite(tissue.lattice.fields).all()


def diameter(tissue: Tissue) -> float:
    """Return the diameter of a ball of the colony's cells, dead ones included [mm]."""
    cells = int((tissue.cells.kinds <= NECROTIC).sum())
    return (6.0 / np.pi * cells / 2e5) ** (1.0 / 3.0)


@pytest.mark.science
@pytest.mark.slow
def test_a_colony_stalls_near_a_millimetre_until_vessels_arrive() -> None:
    avascular = load_model("micrometastasis", change={"angiogenesis.on": False})
    steps = avascular.steps("10 day")
    stalled = Cascade(avascular, 1).primary
    start = diameter(stalled)
    sizes = [diameter(advance(stalled, steps)) for _ in range(4)]
    assert 0.6 < sizes[-1] < 1.2
    assert sizes[0] > 1.5 * start
    assert sizes[-1] - sizes[1] < 0.1 * sizes[1]
    fed = advance(Cascade(load_model("micrometastasis"), 1).primary, 4 * steps)
    assert len(carrying_blood(fed.lattice.vessel)) > len(carrying_blood(stalled.lattice.vessel))
    assert diameter(fed) > 1.3 * sizes[-1]


def surviving(name: str, seed: int) -> int:
    """Return how many founders of a soil have living descendants at the end."""
    model = load_model(name)
    tissue = Cascade(model, seed).primary
    founders = tissue.cells.ids[tissue.cells.kinds <= MESENCHYMAL].copy()
    advance(tissue, model.steps())
    parent = tissue.cells.columns.parent
    lines = tissue.cells.ids[tissue.cells.kinds <= MESENCHYMAL]
    while not (at_founder := np.isin(lines, founders)).all():
        lines = np.unique(np.where(at_founder, lines, parent[lines & COUNTER_MASK]))
    return len(np.unique(lines))


@pytest.mark.slow
def test_more_colonies_survive_in_prepared_soil() -> None:
    naive = [surviving("naive-soil", seed) for seed in range(3)]
    prepared = [surviving("prepared-soil", seed) for seed in range(3)]
    assert sum(naive) < 30
    assert min(prepared) > max(naive) + 10


@pytest.mark.slow
def test_a_tumour_in_situ_breaches_its_membrane_and_invades() -> None:
    tissue = Cascade(load_model("invasion-2d"), 1).primary
    assert front_depth(tissue) == 0.0
    advance(tissue, tissue.model.steps())
    assert 24 < tissue.tallies["breach_step"] < tissue.model.steps()
    assert front_depth(tissue) > 100.0
    held = {"normal.invade": False}
    in_situ = Cascade(load_model("invasion-2d", change=held), 1).primary
    advance(in_situ, in_situ.model.steps())
    assert "breach_step" not in in_situ.tallies
    assert front_depth(in_situ) == 0.0


@pytest.mark.slow
def test_cells_become_mesenchymal_at_home_and_epithelial_abroad() -> None:
    cascade = Cascade(load_model("emt-switching"), 1)
    cascade.advance(24 * 10)
    home, lung = cascade.tissues[0], cascade.tissues[1]
    assert home.tallies["emt"] > 100
    assert lung.site == "lung"
    assert lung.tallies["met"] > 40
    assert lung.count()["epithelial"] > lung.count()["mesenchymal"]
