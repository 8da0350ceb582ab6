"""Arguments: what counts as a whole number, a number, a switch, a text, a path; what is refused."""

import math
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from paget.core.arguments import (
    a_call,
    a_path,
    flag,
    number,
    plain,
    shown,
    table,
    text,
    whole,
    whole_number,
)
from paget.core.errors import ScenarioError


@pytest.mark.parametrize("given", [7, 7.0, np.int64(7), np.uint8(7), np.float32(7), np.array(7)])
def test_a_whole_number_of_any_kind(given: object) -> None:
    found = whole_number("patients", given)
    assert (found, type(found)) == (7, int)


@pytest.mark.parametrize("given", [None, True, np.True_, 7.5, math.nan, math.inf, "7", [7], 1j])
def test_no_whole_number(given: object) -> None:
    with pytest.raises(ScenarioError, match=r"^patients = .* in the arguments; must be a whole"):
        whole_number("patients", given)


@pytest.mark.parametrize(
    ("given", "allowed"), [(0, "between 1 and 9"), (10, "between 1 and 9"), (10**30, "between")]
)
def test_a_whole_number_out_of_bounds(given: int, allowed: str) -> None:
    with pytest.raises(ScenarioError, match=f"seed = 1?0+ in --seed; must be {allowed}"):
        whole_number("seed", given, 1, 9, where="--seed")


def test_bounds_are_told_as_people_read_them() -> None:
    with pytest.raises(ScenarioError, match=r"must be between 0 and 2\^64 - 1\.$"):
        whole_number("seed", -1, 0, 2**64 - 1)
    with pytest.raises(ScenarioError, match=r"must be at least 1\.$"):
        whole_number("seed", 0, 1)


def test_beyond_what_a_float_tells_apart_no_float_is_whole() -> None:
    assert whole(2.0**53) == 2**53
    assert isinstance(whole(2.0**54), float)


@pytest.mark.parametrize("given", [2, 2.0, np.float32(2), np.int8(2), Fraction(2)])
def test_a_number_of_any_kind(given: object) -> None:
    assert number("day", given) == 2.0


@pytest.mark.parametrize("given", [None, True, "2", math.nan, 1j, 10**400, [2.0]])
def test_no_number(given: object) -> None:
    with pytest.raises(ScenarioError, match=r"day = .* in the arguments; must be a number"):
        number("day", given)


def test_a_number_out_of_bounds() -> None:
    with pytest.raises(ScenarioError, match=r"must be a number of at least 0 up to 1\."):
        number("share", 2.0, 0.0, 1.0)


def test_a_switch() -> None:
    assert flag("long", np.False_) is False
    for given in (1, 0, "true", None):
        with pytest.raises(ScenarioError, match=r"long = .*; must be true or false"):
            flag("long", given)


def test_a_text_a_function_and_a_table() -> None:
    assert text("until", np.str_("2 day")) == "2 day"
    assert a_call("progress", len) is len
    assert table("change", {"a": np.int64(1)}) == {"a": 1}
    for check in (text, a_call, table):
        with pytest.raises(ScenarioError, match=r"x = 3 in the arguments; must be a "):
            check("x", 3)
    with pytest.raises(ScenarioError, match="Write it as '2 day'"):
        text("until", 2, "'2 day'")


@pytest.mark.parametrize("given", [None, 3, b"x", "", "a\0b", "x" * 300, f"a/{'é' * 200}/b"])
def test_no_path(given: object) -> None:
    with pytest.raises(ScenarioError, match=r"out = .* in the arguments; "):
        a_path("out", given)


def test_a_path() -> None:
    assert a_path("out", "a/b") == a_path("out", Path("a/b")) == Path("a/b")
    assert a_path("out", "~/b") == Path.home() / "b"
    with pytest.raises(ScenarioError, match="no such home"):
        a_path("out", "~nobody-of-that-name/b")


def test_tables_are_made_plain_within() -> None:
    given = {"shape": (np.int32(3), 4), "start": [{"cells": {"a": np.int64(2)}}], "x": np.ones(2)}
    assert plain(given) == {"shape": [3, 4], "start": [{"cells": {"a": 2}}], "x": [1.0, 1.0]}


def test_tables_that_cannot_be_made_plain() -> None:
    circle: dict[str, Any] = {}
    circle["a"] = [circle]
    with pytest.raises(ScenarioError, match="nested too deeply"):
        plain(circle)
    with pytest.raises(ScenarioError, match="key 1 in the arguments; keys of a table must be text"):
        plain({"a": {1: 2}})


def test_a_value_is_shown_short_and_on_one_line() -> None:
    assert shown(np.int64(7)) == "7"
    assert len(shown("x" * 10_000)) < 100
    assert len(shown(10**4000)) < 100
    assert shown(object()) == "an object"
    assert "\n" not in shown("a\nb")
