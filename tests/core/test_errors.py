"""Errors carry four parts, read as one message, and survive the way between processes."""

import pickle

import pytest

from paget.core import errors
from paget.core.errors import PagetError, ParameterError, UnitError, closest, place, whats_close

ALL_ERRORS = [
    error
    for error in vars(errors).values()
    if isinstance(error, type) and issubclass(error, PagetError)
]


def test_message_says_what_where_allowed_remedy() -> None:
    error = ParameterError("x = -2 day", "my.toml line 14", "must be positive", "Use 2 day.")
    assert str(error) == "x = -2 day in my.toml line 14; must be positive. Use 2 day."
    assert (error.given, error.where) == ("x = -2 day", "my.toml line 14")
    assert (error.allowed, error.remedy) == ("must be positive", "Use 2 day.")


def test_message_without_parts() -> None:
    assert str(PagetError("nothing to do")) == "nothing to do."
    assert str(PagetError("a", remedy="Do b")) == "a. Do b."


@pytest.mark.parametrize("error", ALL_ERRORS)
def test_every_error_survives_pickling_and_leads_to_exit_code_2(error: type[PagetError]) -> None:
    made = error("given", "where", "allowed", "remedy")
    again = pickle.loads(pickle.dumps(made))  # noqa: S301 - our own bytes
    assert type(again) is error
    assert str(again) == str(made)
    assert again.exit_code == 2


def test_one_tree() -> None:
    assert issubclass(UnitError, ParameterError)
    assert all(error.__name__ in (errors.__doc__ or "") for error in ALL_ERRORS)


def test_place() -> None:
    assert place("a.toml", 3) == "a.toml line 3"
    assert place("a.toml") == "a.toml"


def test_closest_knows_misspellings_and_wrong_groups() -> None:
    known = ["dormancy.liver.wake_rate", "dormancy.lung.wake_rate", "growth.law"]
    assert closest("dormancy.liver.wak_rate", known)[0] == "dormancy.liver.wake_rate"
    assert "dormancy.lung.wake_rate" in closest("sleep.wake_rate", known)
    assert closest("qqqq", known) == []
    assert whats_close("qqqq", known) == ""
    assert whats_close("growth.lwa", known).startswith("Did you mean growth.law")
