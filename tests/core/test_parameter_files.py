"""Parameter files: what they inherit, and every omission with its line."""

from pathlib import Path

import pytest

from paget.core.errors import ParameterError, UnitError
from paget.core.parameters import ParameterSet, load_parameters
from paget.words import GROWTH_LAWS

FILE = Path(__file__).with_name("atlas.toml")
ATLAS = load_parameters(FILE, sites=["liver", "lung"])
WAKE = "dormancy.liver.wake_rate"
GOOD = 'value = 1, unit = "day", range = [0, 2], source = "assumption"'


def read(tmp_path: Path, text: str, base: ParameterSet | None = None) -> ParameterSet:
    """Load a file with that text."""
    path = tmp_path / "my.toml"
    path.write_text(text, encoding="utf-8")
    return load_parameters(path, base)


def test_cells_of_a_vector_inherit() -> None:
    liver, lung = ATLAS["soil.viability.liver"], ATLAS["soil.viability.lung"]
    assert (liver.value, liver.unit, liver.source, liver.where) == (0.3, "1", "key2004", "Table 3")
    # "Table 3" speaks of the other source: it may not slip under this one.
    assert (lung.value, lung.high, lung.source, lung.where) == (0.1, 1.0, "other2010", "")
    assert ATLAS["soil.table.liver.cluster"].high == 2e5
    assert (liver.line, lung.line) == (36, 37)


def test_an_exploration_law_alone_explores_the_range() -> None:
    explore = ATLAS["growth.rate"].explore
    assert explore is not None
    assert (explore.low, explore.law) == (0.0, "normal")


def test_a_file_on_a_base_inherits_all_but_the_source(tmp_path: Path) -> None:
    text = f'base = "x"\nlabel = "mine"\n[{WAKE}]\nvalue = 1\nsource = "new2020"\n'
    mine = read(tmp_path, text, ATLAS)
    assert mine[WAKE].value == 1.0
    assert (mine[WAKE].unit, mine[WAKE].high) == ("1/year", 20.0)
    assert (mine[WAKE].source, mine[WAKE].where) == ("new2020", "")
    assert mine[WAKE].varies == ATLAS[WAKE].varies
    assert mine[WAKE].explore == ATLAS[WAKE].explore
    assert mine.meta["label"] == "mine"
    assert mine.meta["description"] == ATLAS.meta["description"]
    assert mine.sites == ATLAS.sites
    assert set(mine.differences(ATLAS)) == {WAKE}
    with pytest.raises(ParameterError, match=r"wake_rate has no source in .*my\.toml line 2"):
        read(tmp_path, f"[{WAKE}]\nvalue = 1\n", ATLAS)


def test_a_site_may_restate_what_everywhere_has(tmp_path: Path) -> None:
    mine = read(tmp_path, 'soil.lung.affinity = {value = 4, source = "new2020"}', ATLAS)
    assert mine["soil.lung.affinity"].high == 10.0
    assert mine.real("soil.liver.affinity") == 1.0


def test_a_base_in_another_unit_gives_no_range(tmp_path: Path) -> None:
    text = f'{WAKE} = {{value = 0.001, unit = "1/day", source = "a"}}'
    with pytest.raises(ParameterError, match="has no range"):
        read(tmp_path, text, ATLAS)
    with pytest.raises(UnitError, match=r"atlas\.toml line 5 has it in 1/year"):
        read(tmp_path, f'{WAKE} = {{value = 1, unit = "day", source = "a"}}', ATLAS)
    with pytest.raises(ParameterError, match="of another kind"):
        read(tmp_path, f'{WAKE} = {{value = true, source = "a"}}', ATLAS)


def test_a_variation_can_be_taken_back(tmp_path: Path) -> None:
    text = f'{WAKE} = {{value = 1, source = "a", varies = false, explore = false}}'
    mine = read(tmp_path, text, ATLAS)
    assert mine[WAKE].varies is None
    assert mine[WAKE].explore is None


def test_names_that_look_like_descriptions(tmp_path: Path) -> None:
    mine = read(tmp_path, f"[a]\nlaw = {{{GOOD}}}\nvalue = {{{GOOD}}}\nexplore.x = {{{GOOD}}}\n")
    assert set(mine) == {"a.law", "a.value", "a.explore.x"}


BAD = [
    ("value = 1", "has no source", 3),
    ('value = 1, source = " "', "has no source", 3),
    ('value = 1, source = "a"', "has no unit", 3),
    ('value = 1, unit = "day", source = "a"', "has no range", 3),
    ('value = 1, unit = "dya", range = [0, 2], source = "a"', "unit 'dya' is not known", 3),
    ('value = 3, unit = "day", range = [0, 2], source = "a"', "must be between 0 and 2 day", 3),
    ('value = nan, unit = "day", range = [0, 2], source = "a"', "must be between", 3),
    ('value = 1, unit = "day", range = [2, 0], source = "a"', "lowest, highest", 3),
    ('value = 1, unit = "day", range = [0, "2"], source = "a"', "lowest, highest", 3),
    ('value = 1, unit = "day", range = 2, source = "a"', "lowest, highest", 3),
    ('value = "x", source = "a"', "a word needs choices", 3),
    ('value = "x", choices = ["xy"], source = "a"', "Did you mean xy", 3),
    ('value = [1, 2], source = "a"', "Give each cell", 3),
    (f"{GOOD}, rnage = [0, 1]", "unknown key a.b.rnage", 3),
    (f"{GOOD}, note = 3", "must be a text", 3),
    (f"{GOOD}, varies = {{spread = 1}}", "varies", 3),
    (f'{GOOD}, varies = {{law = "normal"}}', "spread = None", 3),
    (f'{GOOD}, varies = {{law = "normal", spread = 1, corelation = 1}}', "Did you mean", 3),
    (f'{GOOD}, varies = {{law = "normal", spread = 1, correlation = 2}}', "between -1 and 1", 3),
    (f'{GOOD}, varies = {{law = "normal", spread = 1, with = "a.c"}}', "which is unknown", 3),
    (f"{GOOD}, explore = {{range = [0, 3]}}", "must lie within", 3),
    (f'{GOOD}, explore = {{law = "loguniform"}}', "needs more than 0", 3),
    ('value = 1, unit = "day", range = [0, inf], law = "uniform", source = "a"', "open end", 3),
    (f'{GOOD}, law = "unifrom"', "Did you mean uniform", 3),
]


@pytest.mark.parametrize(("leaf", "message", "line"), BAD)
def test_a_bad_parameter_is_named_with_its_line(
    tmp_path: Path, leaf: str, message: str, line: int
) -> None:
    with pytest.raises(ParameterError) as caught:
        read(tmp_path, f"# one\n[a]\nb = {{{leaf}}}\n")
    assert message in str(caught.value)
    assert f"my.toml line {line}" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[a]\nvalu = 1\n", "Did you mean value"),
        ("x = 1\n", "unknown key x = 1"),
        ('unit = "day"\n', "a file describes parameters in tables"),
        ('[a.b]\nunit = "day"\n', "a.b states no value"),
        (f'["a.b"]\nc = {{{GOOD}}}\n', "name 'a.b'"),
        (f"[a]\nb = {{{GOOD}}}\n[a.cells]\nb = {{{GOOD}}}\n", "a.b is stated twice"),
    ],
)
def test_a_bad_table_is_refused(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ParameterError) as caught:
        read(tmp_path, text)
    assert message in str(caught.value)
    assert "my.toml line" in str(caught.value)


def test_a_missing_file() -> None:
    with pytest.raises(ParameterError, match="does not exist"):
        load_parameters("nowhere.toml")


def test_choices_may_be_a_list_that_laws_go_by(tmp_path: Path) -> None:
    stated = '[growth]\nlaw = {{ value = "{}", choices = "{}", source = "assumption" }}\n'
    path = tmp_path / "cancer.toml"
    path.write_text(stated.format("power", "growth_laws"))
    assert load_parameters(path)["growth.law"].choices == GROWTH_LAWS
    path.write_text(stated.format("cubic", "growth_laws"))
    with pytest.raises(ParameterError, match="one of exponential"):
        load_parameters(path)
    path.write_text(stated.format("power", "growth_law"))
    with pytest.raises(ParameterError, match="Did you mean growth_laws"):
        load_parameters(path)
