"""Files of tissue models: what they mean, and what is refused with its line."""

from pathlib import Path

import pytest

from paget.core.errors import ScenarioError, StabilityError
from paget.tissue.model_file import known_models, load_model, model_schema
from tests.tissue.build import published

SMALL = """
base = "franssen-2019"
until = "1 day"

[change]
"mesenchymal.motility" = "2e-10 cm^2/s"
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "mine.toml"
    path.write_text(text)
    return path


@pytest.mark.parametrize("name", known_models())
def test_every_model_of_the_atlas_is_whole(name: str) -> None:
    model = load_model(name)
    assert model.about
    assert model.steps() > 0
    assert all(parameter.source for parameter in model.values.values())


def test_a_file_builds_on_another_one(tmp_path: Path) -> None:
    model = load_model(written(tmp_path, SMALL))
    assert model.steps() == 2160
    assert model.values.real("mesenchymal.motility") == pytest.approx(0.02 * 86400)
    assert model.title == "Franssen 2019"


def test_the_presets_hold_the_published_numbers() -> None:
    model = load_model("franssen-2019")
    a = model.step_days / model.lattice.spacing**2
    assert a * model.values.real("mesenchymal.motility") == pytest.approx(40 * 1e-4)
    assert a * model.values.real("epithelial.haptotaxis") == pytest.approx(40 * 5e-4)
    assert a * model.values.real("mmp2.diffusion") == pytest.approx(40 * 1e-3)
    assert model.step_days * model.values.real("mesenchymal.mmp2_secretion") == pytest.approx(
        0.195e-3
    )
    assert model.step_days * model.values.real("matrix.loss_to_mmp2") == pytest.approx(1e-3)


def test_spacing_follows_from_the_density_of_the_body() -> None:
    grid = {"shape": [99, 99], "capacity": 4, "step": "40 s"}
    model = published(grid=grid)
    per_mm3 = model.values.real("tissue.cell_density") / 1000.0
    assert model.grid.capacity / model.lattice.voxel_volume == pytest.approx(per_mm3)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('processes = ["motion", "matirx"]', r"unknown process 'matirx' in .*line 2.*matrix"),
        (
            'rules = ["light increases epithelial.motility towards 9 um^2/day with half-max 1"]',
            "unknown signal 'light' in .*line 2",
        ),
        ('until = "soon"', "until = 'soon'|must be above 0"),
        ('parameters = "fransen"', "Did you mean franssen"),
        ("shape = [3, 3]", "unknown key shape in .*line 2"),
        ("[fields.mmp2]\nstart = 1.0", r"mine\.toml line 2; fields\.mmp2\.boundary must be given"),
        ('[fields.mmp2]\nboundary = "open"', "fields.mmp2.boundary = 'open' in .*line 3"),
        (
            '[grid]\nshape = [201, 201]\nspacing = "10 um"\ncapacity = 0\nstep = "40 s"',
            "grid.capacity = 0 in .*line 5; must be at least 1",
        ),
        ('[change]\n"mesenchymal.speed" = 3', "unknown parameter mesenchymal.speed in .*line 3"),
        ('base = "franssen"', "Cannot overwrite|unknown tissue model"),
    ],
)
def test_a_wrong_line_is_refused_with_its_place(tmp_path: Path, line: str, message: str) -> None:
    path = written(tmp_path, f'base = "franssen-2019"\n{line}\n')
    with pytest.raises(Exception, match=message) as caught:
        load_model(path).steps()
    assert isinstance(caught.value, ScenarioError) or "parameter" in str(caught.value)


def test_a_process_without_its_field_says_so() -> None:
    content = {"base": "franssen-2019", "fields": {"mmp2": {"boundary": "no-flux"}}}
    with pytest.raises(ScenarioError, match="without the field matrix"):
        load_model(content)


def test_a_step_above_the_stable_limit_is_refused() -> None:
    grid = {"shape": [99, 99], "spacing": "10 um", "capacity": 4, "step": "3 hour"}
    with pytest.raises(StabilityError, match="Give a step of at most"):
        published(grid=grid)


def test_the_schema_names_every_key() -> None:
    assert {"grid", "fields", "processes", "rules", "start"} <= set(model_schema()["properties"])


def test_what_the_atlas_changes_is_its_assumption_and_what_the_user_changes_is_his() -> None:
    model = load_model("micrometastasis", change={"vegf.diffusion": "2e4 um^2/day"})
    assert model.values["vegf.decay"].source == "assumption"
    assert model.values["vegf.decay"].note.startswith("for Micrometastasis; was ")
    assert model.values["vegf.diffusion"].source == "set by the user"
