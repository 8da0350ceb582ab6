"""Normal cells: with all switches off a tissue stays as it is; each switch adds what it says."""

import numpy as np
import pytest

from paget.tissue.cascade import Cascade
from paget.tissue.kinds import MESENCHYMAL
from paget.tissue.model_file import load_model
from paget.tissue.normal import SWITCHES
from paget.tissue.state import Tissue
from tests.tissue.colonies import advance

PATCH = 400
STRAYS = 50


def a_patch(*on: str, days: int = 10, **more: object) -> Tissue:
    """Return the preset with some switches on, after some days."""
    change = {f"normal.{switch}": switch in on for switch in SWITCHES}
    tissue = Cascade(load_model({"base": "normal-tissue", **more}, change=change), 1).primary
    return advance(tissue, 24 * days)


def tumour(tissue: Tissue) -> np.ndarray:
    """Return how far from the centre each cell of the tumour is [voxel]."""
    voxels = tissue.cells.voxels[tissue.cells.kinds <= MESENCHYMAL]
    return np.sqrt((tissue.model.lattice.places(voxels) ** 2).sum(axis=-1))


ALONE = [{"cells": {"epithelial": PATCH}, "place": "centre"}]


def test_normal_epithelium_stays_put() -> None:
    at_start, later = a_patch(days=0, start=ALONE), a_patch(start=ALONE)
    assert len(tumour(later)) <= PATCH
    assert len(tumour(later)) > 0.9 * PATCH  # its dead are replaced
    assert tumour(later).max() == tumour(at_start).max()
    assert later.count()["mesenchymal"] == 0
    assert later.field("matrix").min() == 1.0


def test_normal_cells_die_astray_without_oxygen_and_by_killers() -> None:
    lone = [{"cells": {"epithelial": STRAYS}, "place": "anywhere"}]
    assert len(tumour(a_patch(start=lone))) < STRAYS / 2
    airless = a_patch(
        days=2, start=ALONE, fields={"oxygen": _still(0.0)}, rules=[], processes=["necrosis"]
    )
    assert len(tumour(airless)) < 0.05 * PATCH
    among_killers = a_patch()
    assert among_killers.tallies["killed"] > 20


def _still(value: float) -> dict[str, object]:
    return {"boundary": "no-flux", "start": value}


def test_survive_keeps_strays_alive() -> None:
    lone = [{"cells": {"epithelial": STRAYS}, "place": "anywhere"}]
    assert len(tumour(a_patch("survive", start=lone))) >= STRAYS


def test_grow_lets_a_patch_grow_beyond_its_place() -> None:
    normal, growing = a_patch(start=ALONE), a_patch("grow", start=ALONE)
    assert len(tumour(growing)) > 2 * PATCH
    assert tumour(growing).max() > tumour(normal).max() + 3
    assert growing.field("matrix").min() == 1.0


def test_invade_lets_cells_leave_and_dissolve_matrix() -> None:
    normal, invading = a_patch(start=ALONE), a_patch("invade", start=ALONE)
    assert tumour(invading).max() > 2 * tumour(normal).max()
    assert invading.field("matrix").min() < 0.8
    assert invading.tallies["emt"] > 0


def test_evade_spares_cells_from_killers() -> None:
    killed = a_patch(days=5).tallies["killed"]
    assert a_patch("evade", days=5).tallies.get("killed", 0) < killed / 4


@pytest.mark.slow
def test_all_four_make_a_tumour() -> None:
    normal, malignant = a_patch(days=15), a_patch(*SWITCHES, days=15)
    assert len(tumour(normal)) < PATCH + STRAYS
    assert len(tumour(malignant)) > 15 * PATCH
    assert malignant.field("matrix").mean() < 0.7


def test_a_switch_says_what_it_changed() -> None:
    values = load_model("normal-tissue").values
    assert values["epithelial.motility"].value == 0.0
    assert "normal.invade = false" in values["epithelial.motility"].where
    assert not values.flag("division.spills")
    with_all = load_model("normal-tissue", change={f"normal.{name}": True for name in SWITCHES})
    assert with_all.values.real("epithelial.anoikis_rate") == 0.0
    residual = with_all.values.real("normal.residual_susceptibility")
    assert with_all.values.real("epithelial.susceptibility") == residual
