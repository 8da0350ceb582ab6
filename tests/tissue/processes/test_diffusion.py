"""Fields of a tissue: published steps, solvers, the matrix, oxygen, and what is refused."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from paget.core.errors import ConvergenceError, ScenarioError, StabilityError
from paget.tissue.kinds import EPITHELIAL, HYBRID, MESENCHYMAL
from paget.tissue.model_file import load_model
from paget.tissue.processes.diffusion import Diffusion
from paget.tissue.processes.oxygen import Oxygen
from paget.tissue.state import Tissue
from paget.tissue.vessels import BLOOD, LYMPH, RUPTURED, SPROUT
from paget.verify.catalogue import verify
from paget.verify.still_tissue import run, still_tissue
from tests.tissue.build import published, tissue_of
from tests.verify.test_catalogue import assert_sound

Floats = NDArray[np.float64]


def law_of(tissue: Tissue, kind: type[Any]) -> Any:
    return next(process for process in tissue.processes if isinstance(process, kind))


@pytest.mark.parametrize(
    "part", ["tissue_fields.source_explicit", "tissue_fields.source_implicit", "tissue_balance"]
)
def test_fields_follow_closed_forms(part: str) -> None:
    for check in verify([part]):
        assert_sound(check)


def test_a_step_is_the_published_one() -> None:
    """The article's numbers, with its points mirrored at the edge, on cells put anywhere."""
    model = published(processes=["diffusion", "matrix"])
    tissue = tissue_of(model)
    rng = np.random.default_rng(7)
    tissue.settle(rng.integers(0, 40401, 3000), rng.choice([EPITHELIAL, MESENCHYMAL], 3000))
    m, w = tissue.field("mmp2"), tissue.field("matrix")
    m[:], w[:] = rng.random(m.shape), rng.random(w.shape)
    cells = tissue.cells_per_voxel(MESENCHYMAL).astype(float)
    old_m, old_w = m.copy(), w.copy()
    tissue.advance()
    dt, dx = 1e-3, 5e-3
    ghosted = np.pad(old_m, 1, mode="reflect")
    around = ghosted[:-2, 1:-1] + ghosted[2:, 1:-1] + ghosted[1:-1, :-2] + ghosted[1:-1, 2:]
    laplacian = (around - 4.0 * old_m) / dx**2
    new_m = old_m + dt * (1e-3 * laplacian + 0.195 * cells - 0.1 * old_m)
    np.testing.assert_allclose(m, new_m, rtol=1e-12)
    np.testing.assert_allclose(w, old_w * (1.0 - dt * (cells + new_m)), rtol=1e-12)


def box(threads: int = 1, shape: tuple[int, ...] = (7, 9, 8)) -> Tissue:
    """Return a box with every field, cells at random and a vessel."""
    tissue = still_tissue(
        shape,
        ["diffusion", "oxygen", "matrix"],
        {"mmp2": 0.1, "matrix": 1.0, "oxygen": 38.0},
        spacing=20.0,
        step=0.01,
        mmp2__diffusion=3000.0,
        mmp2__decay=2.0,
        mesenchymal__mmp2_secretion=1.0,
        mesenchymal__mt1mmp=1.0,
        oxygen__diffusion=1e8,
        oxygen__host_level=38.0,
        oxygen__host_supply=1e4,
        oxygen__blood_level=60.0,
        oxygen__vessel_exchange=1e5,
        mesenchymal__oxygen_consumption=1e6,
    )
    tissue.threads = threads
    voxels = np.prod(shape)
    tissue.settle(np.random.default_rng(3).permutation(voxels)[: voxels // 2], MESENCHYMAL)
    tissue.lattice.vessel[voxels // 3] = BLOOD
    return tissue


@pytest.mark.parametrize("solver", ["explicit", "implicit"])
def test_threads_change_no_bit(solver: str) -> None:
    results: list[Any] = []
    for threads in (1, 2, 3):
        tissue = box(threads)
        diffusion = law_of(tissue, Diffusion)
        model = load_model(tissue.model, change={"mmp2.solver": solver})
        processes: Any = (Diffusion(model), *tissue.processes[1:])
        tissue.processes = processes
        assert diffusion is not tissue.processes[0]
        run(tissue, 5)
        results.append(tissue.lattice.fields.copy())
    for one, other in pairwise(results):
        np.testing.assert_array_equal(one, other)


def plane(fields: dict[str, float], processes: list[str], **content: Any) -> Tissue:
    """Return a small tissue of the physical parameters, with given parts of its file."""
    model = load_model(
        {
            "title": "a plane",
            "parameters": "physical",
            "until": "1 day",
            "processes": processes,
            "grid": {"shape": [20, 24], "capacity": 5, "step": "6 minute"}
            | content.pop("grid", {}),
            "fields": {n: {"boundary": "no-flux", "start": v} for n, v in fields.items()},
            "start": [{"cells": {"epithelial": 30}, "place": "centre"}],
            **content,
        }
    )
    return tissue_of(model)


def test_the_solver_is_chosen_by_the_step_and_reported() -> None:
    tissue = plane({"mmp2": 0.0, "vegf": 0.0}, ["diffusion"])
    assert law_of(tissue, Diffusion).solver == {
        "mmp2": "explicit",
        "vegf": "implicit, sub-steps: 1",
    }


def test_an_explicit_step_beyond_its_limit_is_refused() -> None:
    with pytest.raises(StabilityError, match="4 times over in an explicit step") as caught:
        still_tissue(
            (5, 5),
            ["diffusion"],
            {"mmp2": 0.0},
            spacing=10.0,
            step=0.1,
            mmp2__diffusion=1000.0,
            mmp2__solver="explicit",
        )
    assert "mmp2.solver = 'auto'" in str(caught.value)
    assert "limit is 2.16e+03 s" in str(caught.value)  # 10^2 / (4 x 1000) day


def test_a_rule_acts_on_secretion() -> None:
    """Cells without oxygen call for vessels, cells with oxygen do not."""
    rule = "oxygen decreases epithelial.vegf_secretion towards 0 with half-max 8 mmHg, Hill 4"
    tissue = plane({"vegf": 0.0, "oxygen": 0.0}, ["diffusion"], rules=[rule])
    oxygen = tissue.field("oxygen")
    oxygen[:] = np.linspace(0.0, 40.0, 24)
    cells = tissue.cells_per_voxel(EPITHELIAL)
    tissue.advance()
    base = tissue.model.values.real("epithelial.vegf_secretion")
    made = (cells * base * (1.0 - oxygen**4 / (8.0**4 + oxygen**4))).sum() * tissue.model.step_days
    decay = tissue.model.values.real("vegf.decay") * tissue.model.step_days
    assert tissue.field("vegf").sum() == pytest.approx(made / (1.0 + decay), rel=1e-12)


def test_a_step_that_dissolves_too_much_is_refused() -> None:
    with pytest.raises(StabilityError, match=r"cells would dissolve 0\.4 of") as caught:
        still_tissue(
            (5, 5), ["matrix"], {"matrix": 1.0}, spacing=10.0, step=0.1, mesenchymal__mt1mmp=1.0
        )
    assert "at most 2.16e+03 s" in str(caught.value)


def test_much_mmp2_leaves_no_negative_matrix() -> None:
    tissue = still_tissue(
        (3, 3),
        ["matrix"],
        {"mmp2": 5.0, "matrix": 1.0},
        spacing=10.0,
        step=0.1,
        matrix__loss_to_mmp2=10.0,
    )
    run(tissue, 1)
    assert (tissue.field("matrix") == 0.0).all()


@pytest.mark.parametrize(
    ("process", "field"), [("matrix", "matrix"), ("oxygen", "oxygen"), ("haptotaxis", "matrix")]
)
def test_a_process_without_its_field_is_refused(process: str, field: str) -> None:
    with pytest.raises(ScenarioError, match=f"a model without the field {field}"):
        still_tissue((5, 5), [process, "motion"], {"mmp2": 0.0}, spacing=10.0, step=0.1)


# ------------------------------------------------------------------------------------- oxygen


def oxygen_plane(**change: float) -> Tissue:
    """Return a plane of tissue at 38 mmHg with a few idle cells."""
    given: dict[str, Any] = {
        "oxygen__diffusion": 1e8,
        "oxygen__host_level": 38.0,
        "oxygen__host_supply": 1e4,
        "oxygen__blood_level": 60.0,
        "oxygen__vessel_exchange": 1e5,
    }
    given |= change
    return still_tissue((31, 35), ["oxygen"], {"oxygen": 10.0}, spacing=20.0, step=0.01, **given)


def test_the_hosts_tissue_holds_its_level() -> None:
    tissue = oxygen_plane()
    run(tissue, 1)
    np.testing.assert_allclose(tissue.field("oxygen"), 38.0, atol=1e-5)


def balance_of(tissue: Tissue, vessel: float, used: Floats) -> Floats:
    """Return how far each voxel is from its balance, in mmHg, by the equation as it stands."""
    real = tissue.model.values.real
    c = tissue.field("oxygen")
    pace = real("oxygen.diffusion") / 20.0**2
    ghosted = np.pad(c, 1, mode="edge")
    around = ghosted[:-2, 1:-1] + ghosted[2:, 1:-1] + ghosted[1:-1, :-2] + ghosted[1:-1, 2:]
    room = 1.0 - tissue.lattice.occupied.reshape(c.shape) / tissue.lattice.capacity
    host = real("oxygen.host_supply") * room * (real("oxygen.host_level") - c)
    blood = np.zeros(c.shape)
    blood[12, 9] = vessel * (real("oxygen.blood_level") - c[12, 9])
    taken = used * c / (real("oxygen.half_consumption") + c)
    return (pace * (around - 4.0 * c) + host + blood - taken) / (4.0 * pace)


@pytest.mark.parametrize(
    ("flags", "open_"),
    [(BLOOD, True), (BLOOD | RUPTURED, True), (BLOOD | SPROUT, False), (LYMPH, False)],
)
def test_oxygen_is_in_balance_with_cells_and_vessels(flags: int, open_: bool) -> None:
    tissue = oxygen_plane(mesenchymal__oxygen_consumption=1e7)
    tissue.settle(np.repeat(np.arange(400, 500), 3), MESENCHYMAL)
    tissue.lattice.vessel[12 * 35 + 9] = flags
    run(tissue, 1)
    used = tissue.cells_per_voxel(MESENCHYMAL) * 1e7 / tissue.lattice.capacity
    off = balance_of(tissue, 1e5 if open_ else 0.0, used)
    assert np.abs(off).max() < 1e-6
    assert tissue.field("oxygen").min() < 1.0


@pytest.mark.parametrize(("supply", "vessels"), [(0.0, 35), (30.0, 0), (3000.0, 2)])
def test_the_stated_tolerance_holds(supply: float, vessels: int) -> None:
    """A loose solution is near a strict one, also where tissue hardly returns to its level."""
    found: list[Floats] = []
    for tolerance in (0.05, 1e-7):
        tissue = oxygen_plane(
            mesenchymal__oxygen_consumption=3e6,
            oxygen__tolerance=tolerance,
            oxygen__host_supply=supply,
        )
        tissue.settle(np.repeat(np.arange(500, 502), 4), MESENCHYMAL)
        tissue.lattice.vessel[:vessels] = BLOOD
        run(tissue, 1)
        found.append(tissue.field("oxygen").copy())
    assert found[1].max() > 1.0
    assert np.abs(found[0] - found[1]).max() < 0.05


def test_oxygen_waits_for_its_turn_and_starts_from_where_it_was() -> None:
    tissue = oxygen_plane(oxygen__every=3, mesenchymal__oxygen_consumption=1e7)
    run(tissue, 1)
    tissue.settle(np.arange(400, 500), MESENCHYMAL)
    before = tissue.field("oxygen").copy()
    run(tissue, 2)
    np.testing.assert_array_equal(tissue.field("oxygen"), before)
    run(tissue, 1)
    assert tissue.field("oxygen").min() < before.min() - 1.0
    oxygen = law_of(tissue, Oxygen)
    tissue.field("oxygen")[:] = 0.0
    cold = oxygen.settle(tissue)
    assert oxygen.settle(tissue) <= cold // 2


def test_oxygen_that_cannot_settle_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("paget.tissue.processes.oxygen._MOST_SWEEPS", 3)
    tissue = oxygen_plane()
    with pytest.raises(ConvergenceError, match="oxygen in primary at step 1; was still changing"):
        run(tissue, 1)


def test_several_kinds_give_off_what_each_does() -> None:
    tissue = plane({"mmp2": 0.0}, ["diffusion"])
    tissue.settle([5, 7, 7], [HYBRID, MESENCHYMAL, MESENCHYMAL])
    tissue.advance()
    real = tissue.model.values.real
    made = real("hybrid.mmp2_secretion") + 2.0 * real("mesenchymal.mmp2_secretion")
    assert tissue.field("mmp2").sum() == pytest.approx(made * tissue.model.step_days, rel=1e-12)
