"""Every public verb with every argument of a wrong kind: an error of Paget or an answer."""

import inspect
import math
from collections.abc import Callable, Iterator
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl
import pytest

import paget
from paget.core.errors import PagetError
from paget.run.folder import run
from paget.run.scenario import load_scenario


class Anything:
    """What can be made of anything."""

    def __init__(self, *_: object) -> None:
        pass


CIRCLE: Final[dict[str, Any]] = {}
CIRCLE["change"] = CIRCLE

VALUES: Final[dict[str, Any]] = {
    "true": True,
    "three": 3,
    "minus one": -1,
    "a half": 0.5,
    "nan": math.nan,
    "infinity": math.inf,
    "a huge number": 10**400,
    "no text": "",
    "a text": "x.xyz",
    "a null byte": "\0",
    "a long text": "x" * 100_000,
    "a home of nobody": "~nobody-of-that-name/x",
    "bytes": b"x",
    "a list": [1],
    "nested lists": [[["a"]], {}],
    "a tuple": (1, "a"),
    "a set": {1},
    "an empty table": {},
    "a table": {"a": 1},
    "a table with numbers as keys": {1: 2},
    "a table of tables": {"change": {"a": {"b": [1]}}},
    "a table in a circle": CIRCLE,
    "an object": object(),
    "a class": Anything,
    "a function": lambda *_: None,
    "a complex number": 1j,
    "a fraction": Fraction(1, 2),
    "a decimal": Decimal(1),
    "numpy's minus three": np.int64(-3),
    "numpy's half": np.float32(0.5),
    "numpy's true": np.True_,
    "numpy's text": np.str_("x.xyz"),
    "numpy's array": np.array([1, 2]),
    "numpy's day": np.datetime64("2020-01-01"),
    "a data frame": pl.DataFrame({"a": [1, 2]}),
    "a series": pl.Series([1, 2]),
    "a path": Path("nowhere"),
}

VERBS: Final[dict[str, dict[str, Any]]] = {
    "simulate": {"scenario": "colon", "patients": 2, "seed": 1},
    "live": {"scenario": "colon", "patient": 7, "seed": 1889},
    "compare": {"a": "colon", "b": "colon", "patients": 2, "seed": 1},
    "grow": {"model": "franssen-2019", "until": "1 min", "seed": 1},
    "read": {"folder": "a-run"},
}
"""A call of each verb that is right, and short."""


def arguments() -> Iterator[tuple[str, str]]:
    for verb in VERBS:
        for name in inspect.signature(getattr(paget, verb)).parameters:
            yield verb, name


def answers(call: Callable[[], object]) -> bool:
    """Tell whether there is an answer; an error of Paget, short and on one line, is none."""
    try:
        call()
    except PagetError as error:
        told = str(error)
    else:
        return True
    assert len(told.splitlines()) == 1
    assert len(told) < 2000
    return False


def test_every_verb_is_called() -> None:
    assert set(VERBS) == {name for name in paget.__all__ if callable(getattr(paget, name))}


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(("verb", "name"), list(arguments()))
def test_a_wrong_argument_is_refused_by_name(verb: str, name: str) -> None:
    right = VERBS[verb]
    if verb == "read":
        run(load_scenario("colon", patients=2, seed=1), "a-run")
    for kind, value in VALUES.items():
        if kind == "a text" and name == "out":
            continue  # a right one
        call = {**right, name: value}
        if name == "people":
            del call["patients"]
        try:
            found = answers(lambda call=call: getattr(paget, verb)(**call))
        except Exception as error:
            error.add_note(f"{verb}({name}={kind})")
            raise
        assert not found or kind in RIGHT.get(name, ()), f"{verb}({name}={kind})"


RIGHT: Final[dict[str, tuple[str, ...]]] = {
    "verify": ("true", "numpy's true"),
    "patients": ("three",),
    "people": ("three",),
    "patient": ("three",),
    "seed": ("three",),
    "threads": ("three",),
    "ensemble": ("three",),
    "frames": ("three", "a huge number"),
    "memory_limit": ("three", "a huge number"),
    "change": ("an empty table",),
    "progress": ("a function", "a class"),
    "resume": ("true", "numpy's true"),
    "stop_at_edge": ("true", "numpy's true"),
    "long": ("true", "numpy's true"),
    "out": ("a path", "a text", "numpy's text"),
}
"""Values that are right for an argument of that name."""
