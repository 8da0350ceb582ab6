"""Refusals: where keys of tables stand, and what is said of those that are wrong."""

from typing import Literal

import pytest
from pydantic import BaseModel, ConfigDict, ValidationError

from paget.core.errors import ScenarioError
from paget.core.refusals import Whole, flat_changes, inherited, places_in, refusal, source_of


class Row(BaseModel):
    """A row of what is tried here."""

    model_config = ConfigDict(extra="forbid", strict=True)

    n: Whole = 1


class Tried(BaseModel):
    """What is tried here."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: str | dict[str, int]
    kind: Literal["a", "b"] = "a"
    rows: list[Row] = []


def refused(content: dict[str, object]) -> str:
    places = places_in(content, "the scenario argument")
    with pytest.raises(ValidationError) as caught:
        Tried.model_validate(content)
    error = refusal(caught.value, content, places, {"": Tried.model_fields}, "a trial")
    assert error.where == "the scenario argument"
    return str(error)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({}, "a trial without name in"),
        ({"name": 3}, "name = 3 in the scenario argument; must be a text in quotes or a table."),
        ({"name": "x", "kind": "c"}, "kind = 'c' in the scenario argument; must be 'a' or 'b'."),
        ({"name": "x", "rows": [{"n": 1}, {"n": 1.5}]}, "rows[1].n = 1.5 in the"),
        ({"name": "x", "rows": [3]}, "rows[0] = 3 in the scenario argument; must be a table."),
        ({"nam": "x", "name": "x"}, "unknown key nam in the scenario argument. Did you mean name?"),
        ({"name": object()}, "name = an object in"),
    ],
)
def test_what_is_refused_is_named(content: dict[str, object], message: str) -> None:
    assert refused(content).startswith(message)


def test_a_whole_number_of_any_kind_is_taken() -> None:
    assert Row.model_validate({"n": 1e6}).n == 1_000_000
    with pytest.raises(ValidationError):
        Row.model_validate({"n": True})


def test_a_key_of_a_file_below_keeps_its_place() -> None:
    below = {"": "a.toml", "start": "a.toml line 2", "start[0].x": "a.toml line 3", "change.y": "z"}
    assert inherited(below, {"start": [], "change": {}}) == {"change.y": "z"}


def test_changes_are_flat() -> None:
    assert flat_changes({"a": {"b": {"c": 1}}, "d.e": 2}, "x") == {"a.b.c": 1, "d.e": 2}
    with pytest.raises(ScenarioError, match=r"change = \[1\] in x; must be a table of parameters"):
        flat_changes([1], "x")


@pytest.mark.parametrize("given", [None, 3, "", "a\0", b"x", [1]])
def test_what_is_no_source(given: object) -> None:
    with pytest.raises(ScenarioError, match=r"model = .* in the arguments; must be a name, a path"):
        source_of("model", given, ())
