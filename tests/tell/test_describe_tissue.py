"""Tissue models in words: every process, parameter and rule is told."""

from fnmatch import fnmatchcase

import pytest

from paget.tell.describe_tissue import _entries, describe_tissue, names_tissue
from paget.tissue.model_file import known_models, load_model
from paget.tissue.processes import PROCESSES
from tests.culture.tissues import SMALL


def test_every_process_has_words() -> None:
    assert set(PROCESSES) <= set(_entries())


@pytest.mark.parametrize("name", known_models())
def test_every_parameter_stands_in_a_law(name: str) -> None:
    patterns = [pattern for entry in _entries().values() for pattern in entry["terms"].values()]
    untold = [
        parameter
        for parameter in load_model(name).values
        if not any(fnmatchcase(parameter, pattern) for pattern in patterns)
    ]
    assert not untold


@pytest.mark.parametrize("name", known_models())
def test_laws_stand_in_the_order_of_a_step_with_their_values(name: str) -> None:
    model, told = load_model(name), describe_tissue(name)
    titles = [_entries()[process]["title"] for process in model.processes]
    assert [law.title for law in told.laws][: len(titles)] == titles
    assert list(told.rules) == model.rules
    shown = {term.parameter.name for law in told.laws for term in law.terms}
    for process in model.processes:
        for behaviour in PROCESSES[process].behaviours:
            wanted = {each for each in model.values if each.partition(".")[2] == behaviour}
            assert wanted <= shown, process
    assert 0 < told.n_assumptions < told.n_parameters


def test_what_a_model_changes_is_told() -> None:
    told = describe_tissue(SMALL)
    assert {parameter.name for parameter in told.changed} == set(SMALL["change"])
    assert "41 × 41 voxels" in told.setting[0]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("franssen-2019", True),
        ("colon", False),
        ("fransen", True),
        ("coln", False),
        ("no such thing at all", False),
    ],
)
def test_names_are_told_apart(name: str, expected: bool) -> None:
    assert names_tissue(name) is expected
