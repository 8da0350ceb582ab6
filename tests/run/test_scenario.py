"""Scenarios: files, names and changes; what is refused is refused with its place."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from paget.core.errors import PagetError, ParameterError, ScenarioError, UnitError
from paget.run.scenario import (
    Scenario,
    known_scenarios,
    load_scenario,
    resolve,
    scenario_schema,
)


def written(folder: Path, text: str, name: str = "my.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_colon_is_what_the_readme_says() -> None:
    colon = load_scenario("colon")
    assert (colon.cancer, colon.patients, colon.seed) == ("colon", 20_000, 1889)
    assert colon.horizon_days == pytest.approx(40 * 365.25)


@pytest.mark.parametrize("name", known_scenarios())
def test_scenarios_of_the_atlas_resolve(name: str) -> None:
    assert resolve(load_scenario(name)).sites


def test_textbook_has_every_mechanism_on() -> None:
    parameters = resolve(load_scenario("colon-textbook")).parameters
    off = [name for name, p in parameters.items() if p.source == "mechanism" and p.value is False]
    assert off == []


def test_overrides_win_and_none_leaves_alone() -> None:
    changed = load_scenario("colon", patients=7, seed=None, change={"circulation.clusters": False})
    assert (changed.patients, changed.seed) == (7, 1889)
    assert resolve(changed).parameters.flag("circulation.clusters") is False


def test_a_file_may_build_on_a_scenario(tmp_path: Path) -> None:
    first = (
        'base = "colon"\n[change]\n"circulation.shear" = false\n"circulation.platelets" = false\n'
    )
    second = 'base = "my.toml"\npatients = 5\n[change.circulation]\nshear = true\n'
    written(tmp_path, first)
    scenario = load_scenario(written(tmp_path, second, "second.toml"))
    assert (scenario.cancer, scenario.patients, scenario.seed) == ("colon", 5, 1889)
    assert scenario.change == {"circulation.shear": True, "circulation.platelets": False}


def test_a_circle_of_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="circle"):
        load_scenario(written(tmp_path, 'base = "my.toml"\n'))


def test_an_object_and_its_content_load_alike() -> None:
    colon = load_scenario("colon")
    assert load_scenario(colon) == colon
    assert load_scenario({"base": "colon", "patients": 3}).patients == 3


REFUSED = (
    ("patients = -3", "patients = -3 in {file} line 2; must be at least 1"),
    ("patients = 0", "patients = 0 in {file} line 2; must be at least 1"),
    ("patients = 2.5", "patients = 2.5 in {file} line 2; must be a whole number"),
    ('patients = "many"', "patients = 'many' in {file} line 2; must be a whole number"),
    ("seed = -1", "seed = -1 in {file} line 2; must be at least 0"),
    (
        "pateints = 3",
        "unknown key pateints in {file} line 2. Did you mean patients? Keys are patients",
    ),
    ('horizon = "40 mm"', "horizon = '40 mm' in {file} line 2; must be a time"),
    ('horizon = "40"', "horizon = '40' in {file} line 2; must be a time"),
    ('horizon = "40 yaers"', "horizon = '40 yaers' in {file} line 2; must be a time"),
    ('horizon = "-1 year"', "horizon = '-1 year' in {file} line 2; must be a time"),
    ("horizon = 40", "horizon = 40 in {file} line 2; must be a text in quotes"),
    ("funnel_per_patient = 1", "funnel_per_patient = 1 in {file} line 2; must be true or false"),
    ("change = 3", "change = 3 in {file} line 2; must be a table"),
    ('[change]\n"a.b" = [1]', "change.a.b = [1] in {file} line 3; must be a number, a text"),
    ("patients = ", "Invalid value in {file} line 2; the file must be TOML"),
)


@pytest.mark.parametrize(("text", "message"), REFUSED)
def test_what_is_refused_says_where(tmp_path: Path, text: str, message: str) -> None:
    path = written(tmp_path, f'cancer = "colon"\n{text}\n')
    with pytest.raises(ScenarioError) as refusal:
        load_scenario(path)
    assert message.format(file=path) in str(refusal.value)
    assert refusal.value.exit_code == 2


CHANGES = (
    ("dormancy.liver.wake_rate", -2, "dormancy.liver.wake_rate = -2 /year in {file} line 3; must"),
    ("dormancy.liver.wake_rate", "3 mm", "dormancy.liver.wake_rate = 3 mm in {file} line 3; must"),
    ("dormancy.liver.wake_rat", 1, "unknown parameter dormancy.liver.wake_rat in {file} line 3"),
    ("circulation.clusters", 3, "circulation.clusters = 3 in {file} line 3; must be true or false"),
)


@pytest.mark.parametrize(("name", "value", "message"), CHANGES)
def test_a_wrong_change_says_where(tmp_path: Path, name: str, value: Any, message: str) -> None:
    path = written(tmp_path, f'cancer = "colon"\n[change]\n"{name}" = {value!r}\n')
    with pytest.raises(ParameterError) as refusal:
        resolve(load_scenario(path))
    assert message.format(file=path) in str(refusal.value)


def test_a_wrong_cancer_lists_the_closest_first(tmp_path: Path) -> None:
    path = written(tmp_path, 'cancer = "colno"\n')
    with pytest.raises(ScenarioError, match=r"line 1\. Did you mean colon\? Cancers are colon, "):
        load_scenario(path)


def test_a_wrong_name_lists_the_closest_first() -> None:
    with pytest.raises(
        ScenarioError, match=r"unknown scenario 'colom'\. Did you mean colon\? Scenarios are"
    ):
        load_scenario("colom")


def test_a_missing_file_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(PagetError, match=r"none\.toml does not exist"):
        load_scenario(str(tmp_path / "none.toml"))


def test_a_run_needs_a_seed() -> None:
    with pytest.raises(ScenarioError, match="without a seed"):
        load_scenario({"cancer": "colon"}).required_seed()


def test_arguments_are_named_as_the_place() -> None:
    with pytest.raises(ScenarioError, match="patients = -1 in --patients; must be at least 1"):
        load_scenario("colon", where="--patients", patients=-1)


def test_the_schema_knows_every_key() -> None:
    schema = scenario_schema()
    assert set(schema["properties"]) == set(Scenario.model_fields)
    assert schema["additionalProperties"] is False


VOID = """base = "colon"
people = 20

[population]
entry_age = "{entry} year"
follow_up = "10 year"

[protocol]
base = "surgery-only"

[protocol.screening]
test = "fit"
every = "2 year"
from_age = "20 year"
to_age = "{end} year"
"""


def test_a_programme_that_meets_nobody_is_refused_with_its_line(tmp_path: Path) -> None:
    path = written(tmp_path, VOID.format(entry=50, end=30))
    with pytest.raises(ScenarioError, match="people are followed from 50 to 60 years") as refusal:
        resolve(load_scenario(path))
    assert refusal.value.where == f"{path} line 15"
    for entry, end in ((50, 50), (20, 30)):
        resolve(load_scenario(written(tmp_path, VOID.format(entry=entry, end=end))))


def screened_by(test: str, cancer: str, **more: Any) -> dict[str, Any]:
    """Return a scenario with a programme of its own."""
    ages = {"from_age": "50 year", "to_age": "70 year", "every": "2 year"}
    protocol = {"base": "surgery-only", "screening": {"mine": {"test": test, **ages}}}
    return {"base": cancer, "protocol": protocol, **more}


def test_a_programme_for_a_sex_that_is_not_followed() -> None:
    assert resolve(load_scenario(screened_by("psa", "colon", people=9))).protocol.screen_names
    for scenario, who in (
        (screened_by("psa", "breast", people=9), "men"),
        (screened_by("mammography", "breast", change={"onset.male_share": 1}), "women"),
    ):
        with pytest.raises(ScenarioError, match=f"it is for {who}, and there are none"):
            resolve(load_scenario(scenario))


def test_a_programme_of_the_atlas_may_find_nobody() -> None:
    """Nothing in it is the user's fault: it is a protocol for others, and nobody is tested."""
    men = {"base": "breast-screened", "change": {"onset.male_share": 1}}
    assert resolve(load_scenario(men)).protocol.screen_names
    old = {"of": "people", "entry_age": "95 year", "follow_up": "1 year"}
    assert resolve(load_scenario({"base": "colon-screened", "people": 9, "population": old}))


@pytest.mark.parametrize("name", known_scenarios())
def test_no_scenario_that_ships_is_refused(name: str) -> None:
    assert resolve(load_scenario(name)).protocol.label


# ------------------------------------------------------------------- arguments of other kinds


@pytest.mark.parametrize("given", [np.int64(7), np.float64(7.0), 7.0, np.array(7)])
def test_a_number_of_numpy_is_one(given: Any) -> None:
    scenario = load_scenario("colon", patients=given, seed=given)
    assert (scenario.patients, scenario.seed) == (7, 7)
    assert load_scenario({"base": "colon", "patients": given}).patients == 7


def test_a_million_may_be_written_short(tmp_path: Path) -> None:
    path = written(tmp_path, 'cancer = "colon"\npatients = 1e6\nseed = 3.0\n')
    assert (load_scenario(path).patients, load_scenario(path).seed) == (1_000_000, 3)


WRONG: tuple[tuple[dict[str, Any], str], ...] = (
    ({"base": "colon", "patients": -3}, "patients = -3 in the a argument; must be at least 1"),
    ({"base": "colon", "protocol": 4}, "protocol = 4 in the a argument; must be a text in quotes"),
    ({"base": "colon", "pateints": 4}, "unknown key pateints in the a argument. Did you mean"),
    ({"base": "colon", "change": 3}, "change = 3 in the a argument; must be a table"),
    ({"base": "colon", "population": {"of": "x"}}, "population.of = 'x' in the a argument; must"),
    ({"patients": 3}, "a scenario without cancer in the a argument; cancer must be given"),
)


@pytest.mark.parametrize(("content", "message"), WRONG)
def test_a_fault_in_a_table_names_the_argument(content: dict[str, Any], message: str) -> None:
    with pytest.raises(ScenarioError) as refusal:
        load_scenario(content, argument="a")
    assert str(refusal.value).startswith(message)


def test_a_wrong_change_names_the_argument() -> None:
    with pytest.raises(ScenarioError, match=r"^change = 3 in the change argument; must be a table"):
        load_scenario("colon", change=3)
    with pytest.raises(ParameterError, match=r"^unknown parameter a\.b in the change argument; "):
        resolve(load_scenario("colon", change={"a.b": 1}))


def test_an_empty_file_is_named(tmp_path: Path) -> None:
    path = written(tmp_path, "")
    with pytest.raises(ScenarioError) as refusal:
        load_scenario(path)
    assert str(refusal.value) == f"a scenario without cancer in {path}; cancer must be given."


def test_people_and_patients_in_one_place_are_refused(tmp_path: Path) -> None:
    path = written(tmp_path, 'cancer = "colon"\npatients = 3\npeople = 4\n')
    with pytest.raises(ScenarioError, match=r"people = 4 with patients = 3 in .*my\.toml line 3; "):
        load_scenario(path)
    with pytest.raises(ScenarioError, match="in the arguments"):
        load_scenario("colon", people=4, patients=3)


def test_patients_stand_in_the_place_of_people_below(tmp_path: Path) -> None:
    below = written(tmp_path, 'base = "colon"\npeople = 5\n')
    above = written(tmp_path, 'base = "my.toml"\npatients = 3\n', "above.toml")
    for scenario in (load_scenario(above), load_scenario(below, patients=3)):
        assert (scenario.persons, scenario.is_of_people) == (3, False)
    assert load_scenario(above, people=9).persons == 9


@pytest.mark.parametrize("given", [0.5, "0.5", 0, "0", np.float64(0.5)])
def test_a_change_of_a_user_carries_its_unit(given: Any) -> None:
    wake = "dormancy.liver.wake_rate"
    with pytest.raises(UnitError, match=rf"^{wake} = \S+ in the change argument; must carry its"):
        load_scenario("colon", bare=False, change={wake: given})
    load_scenario("colon", bare=False, change={wake: "0.5 /year", "arrest.liver.affinity": 1})
    scenario = load_scenario("colon", change={wake: given})
    assert load_scenario(scenario, bare=False) == scenario  # what is there was checked


@pytest.mark.parametrize("name", known_scenarios())
def test_scenarios_of_the_atlas_state_units(name: str) -> None:
    load_scenario(name, bare=False)


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("dormancy.lver.wake_rate", "Did you mean dormancy.liver.wake_rate? `paget list param"),
        ("dormancy.liver.wake_rat", "Did you mean dormancy.liver.wake_rate? "),
        ("growth.lawn", "Did you mean growth.law? "),
    ],
)
def test_the_name_of_a_site_is_suggested(name: str, meant: str) -> None:
    with pytest.raises(ParameterError) as refusal:
        resolve(load_scenario("colon", change={name: 1}))
    assert meant in str(refusal.value)


@pytest.mark.parametrize("name", ["nothing", "x" * 300, "", "a\0b"])
def test_what_is_far_from_all_names_has_no_suggestion(name: str) -> None:
    with pytest.raises(ScenarioError) as refusal:
        load_scenario(name)
    assert "Did you mean" not in str(refusal.value)
