"""The presets against the published program: ensembles of ten seeds, tolerance stated before.

Counts agree where the two means are within three standard errors of their difference, computed
from both ensembles: of ten such comparisons of a right engine, fewer than 3 % fail by chance; the
seeds are fixed, so a right engine that passed once passes always.
"""

import pytest

from paget.culture.reference import Measured, measure, published_rows, within
from paget.tissue.model_file import load_model
from tests.tissue.build import grown

STEPS = {"metaspread": (6000, 12000, 18000), "franssen-2019": (6000, 12000)}


@pytest.mark.science
@pytest.mark.slow
@pytest.mark.parametrize("preset", STEPS)
def test_a_preset_gives_the_published_counts(preset: str) -> None:
    found: list[Measured] = []
    for seed in range(1, 11):
        found += measure(preset, seed, STEPS[preset])
    for row in published_rows():
        if row["preset"] == preset:
            for quantity, (distance, allowed) in within(row, found).items():
                assert distance <= allowed, (row["step"], quantity, distance, allowed)


@pytest.mark.science
@pytest.mark.parametrize(
    "lie",
    [
        {"mesenchymal.doubling_time": "90000 s"},
        {"mesenchymal.haptotaxis": "0 cm^2/s"},
        {"mesenchymal.mmp2_secretion": "5.5e-6 /s"},
    ],
    ids=["slower division", "no haptotaxis", "more MMP-2"],
)
def test_the_comparison_finds_a_wrong_law(lie: dict[str, object]) -> None:
    row = next(r for r in published_rows() if (r["preset"], r["step"]) == ("metaspread", 6000))
    right = [measure("metaspread", seed, (6000,))[0] for seed in range(1, 5)]
    wrong = [measure("metaspread", seed, (6000,), lie)[0] for seed in range(1, 5)]
    assert all(distance <= allowed for distance, allowed in within(row, right).values())
    assert any(distance > allowed for distance, allowed in within(row, wrong).values())


@pytest.mark.science
@pytest.mark.slow
def test_threads_change_nothing() -> None:
    model = load_model(
        {
            "base": "franssen-2019",
            "grid": {"shape": [24, 25, 26], "spacing": "10 um", "capacity": 4, "step": "40 s"},
            "vessels": {"intact": 20, "clear_centre": 200, "margin": 2},
        },
        change={"mesenchymal.motility": "1e-9 cm^2/s", "mesenchymal.doubling_time": "8000 s"},
    )
    alone, together = grown(model, 3, 500), grown(model, 3, 500, threads=2)
    assert (alone.primary.cells.voxels == together.primary.cells.voxels).all()
    assert (alone.primary.lattice.fields == together.primary.lattice.fields).all()
    assert alone.primary.tallies == together.primary.tallies
