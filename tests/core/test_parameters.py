"""Parameter sets: reading, changing, comparing; and messages that say what to do."""

import json
import math
import pickle
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from paget.core.errors import ParameterError, UnitError
from paget.core.parameters import Exploration, Parameter, ParameterSet, Variation, load_parameters

FILE = Path(__file__).with_name("atlas.toml")
ATLAS = load_parameters(FILE, sites=["liver", "lung", "bone"])
WAKE = "dormancy.liver.wake_rate"
REALS = [name for name, p in ATLAS.items() if isinstance(p.value, float)]


def test_a_parameter_has_all_that_its_file_says() -> None:
    assert ATLAS[WAKE] == Parameter(
        name=WAKE,
        value=0.34,
        unit="1/year",
        low=0.0,
        high=20.0,
        source="key2004",
        where="Table 2",
        varies=Variation("lognormal", 0.8, "growth.rate", 0.7),
        explore=Exploration(0.1, 2.0, "loguniform"),
        file=str(FILE),
        line=5,
    )
    assert ATLAS["growth.capacity"].high is None
    assert ATLAS["growth.rate"].line == 12
    assert ATLAS.meta["label"] == "Invented cancer"


def test_values_come_in_canonical_units() -> None:
    assert ATLAS.real(WAKE) == pytest.approx(0.34 / 365.25, rel=1e-15)
    assert ATLAS.real("dormancy.liver.asleep") == 0.52
    assert ATLAS.real("soil.table.liver.single") == 3e8
    assert ATLAS[WAKE].canonical_unit == "1/day"
    assert ATLAS.flag("circulation.shear") is True
    assert ATLAS.choice("growth.law") == "gompertz"


def test_a_wrong_kind_is_named_with_its_place() -> None:
    for ask in (ATLAS.real, ATLAS.flag):
        with pytest.raises(ParameterError, match=r"growth\.law.*atlas\.toml line 9"):
            ask("growth.law")
    with pytest.raises(ParameterError, match="not a word"):
        ATLAS.choice(WAKE)


def test_sources_and_assumptions() -> None:
    assert ATLAS["growth.rate"].cited == ("key2004", "other2010")
    assert ATLAS["circulation.shear"].cited == ()
    assert {p.name for p in ATLAS.assumptions()} == {
        "dormancy.liver.asleep",
        "growth.law",
        "circulation.shear",
        "soil.everywhere.affinity",
        "soil.table.liver.single",
        "soil.table.liver.cluster",
    }
    assert ATLAS.changed({WAKE: 1}, "--set")[WAKE].cited == ()


def test_a_site_falls_back_to_everywhere() -> None:
    assert ATLAS["soil.bone.affinity"].name == "soil.bone.affinity"
    assert "soil.bone.affinity" in ATLAS
    assert "soil.moon.affinity" not in ATLAS
    assert "soil.bone.affinity" not in list(ATLAS)
    other = ATLAS.changed({"soil.bone.affinity": 2}, "--set")
    assert other.real("soil.bone.affinity") == 2
    assert other.real("soil.lung.affinity") == 1
    both = ATLAS.changed({"soil.everywhere.affinity": 3, "soil.bone.affinity": 1}, "--set")
    assert both.real("soil.bone.affinity") == 1
    assert both.real("soil.lung.affinity") == 3


@pytest.mark.parametrize(
    ("name", "given", "value"),
    [
        (WAKE, "0.5 /year", 0.5),
        (WAKE, "0.5", 0.5),
        (WAKE, 1, 1.0),
        (WAKE, np.float64(2), 2.0),
        (WAKE, "20 /year", 20.0),
        (WAKE, "0.01 /day", 3.6525),
        ("dormancy.liver.asleep", "0.25 fraction", 25.0),
        ("dormancy.liver.asleep", "1 fraction", 100.0),
        ("circulation.shear", False, False),
        ("circulation.shear", "off", False),
        ("circulation.shear", "true", True),
        ("growth.law", "exponential", "exponential"),
        ("soil.table.liver.single", "1e8 cell/mL", 1e5),
    ],
)
def test_changes(name: str, given: object, value: object) -> None:
    changed = ATLAS.changed({name: given}, "--set")[name]
    assert changed.value == pytest.approx(value)
    assert type(changed.value) is type(value)
    assert changed.unit == ATLAS[name].unit


def test_a_change_is_marked_and_leaves_the_original() -> None:
    changed = ATLAS.changed({WAKE: 2}, "--set")[WAKE]
    assert (changed.source, changed.where) == ("set by the user", "--set")
    assert changed.note == "was 0.34 /year (source key2004)"
    assert ATLAS[WAKE].value == 0.34
    assert ATLAS.changed({WAKE: "0.34 /year"}, "--set")[WAKE] == ATLAS[WAKE]


@pytest.mark.parametrize(
    ("name", "given", "message"),
    [
        (WAKE, -2, f"{WAKE} = -2 /year in my.toml line 14; must be between 0 and 20 /year (source"),
        (WAKE, "-2 /day", f"{WAKE} = -2 /day in my.toml line 14; must be between 0 and 20 /year"),
        (WAKE, math.nan, "= nan"),
        (WAKE, 10**400, "must be between"),
        (WAKE, True, f"{WAKE} = True in my.toml line 14; must be between"),
        (WAKE, None, "Give a number"),
        (WAKE, [1], "Give a number"),
        ("growth.capacity", "-1 cell", "must be at least 1 cell (source key2004). The current"),
        ("growth.capacity", math.inf, "must be at least 1 cell"),
        ("growth.law", "gompetz", "Did you mean gompertz? Must be one of gompertz, exponential."),
        ("growth.law", 3, "must be one of"),
        ("circulation.shear", 1, "must be true or false"),
        ("circulation.shear", "maybe", "must be true or false"),
        ("dormancy.liver.wak_rate", 1, f"in my.toml line 14. Did you mean {WAKE}?"),
        ("wake_rate", 1, f"Did you mean {WAKE}"),
    ],
)
def test_refused_changes(name: str, given: object, message: str) -> None:
    with pytest.raises(ParameterError) as caught:
        ATLAS.changed({name: given}, "my.toml line 14")
    assert message in str(caught.value)
    assert caught.value.where == "my.toml line 14"


@pytest.mark.parametrize("given", ["2 day", "2 cell/day", "3 foo", "year"])
def test_refused_units(given: str) -> None:
    with pytest.raises(UnitError, match=r"dormancy\.liver\.wake_rate = .* in --set"):
        ATLAS.changed({WAKE: given}, "--set")


def test_each_change_may_have_its_own_place() -> None:
    with pytest.raises(ParameterError, match=r"in my\.toml line 3"):
        ATLAS.changed({WAKE: -1}, {WAKE: "my.toml line 3"})


def outcomes(name: str) -> st.SearchStrategy[float]:
    """Draw values that the parameter's range allows."""
    p = ATLAS[name]
    return st.floats(p.low, p.high, allow_nan=False, allow_infinity=False)


changes = st.lists(st.sampled_from(REALS), unique=True).flatmap(
    lambda names: st.fixed_dictionaries({name: outcomes(name) for name in names})
)


@given(changes)
def test_differences_are_the_changes(new: dict[str, float]) -> None:
    changed = ATLAS.changed(new, "the change argument")
    differences = ATLAS.differences(changed)
    assert set(differences) == {name for name, v in new.items() if v != ATLAS[name].value}
    for name, (before, after) in differences.items():
        assert before == ATLAS[name]
        assert after is not None
        assert after.value == new[name]
    assert changed.differences(ATLAS).keys() == differences.keys()
    undone = changed.changed({name: ATLAS[name].value for name in new}, "undo")
    assert not ATLAS.differences(undone)


@given(changes)
def test_records_bring_the_set_back(new: dict[str, float]) -> None:
    changed = ATLAS.changed(new, "the change argument")
    written = json.dumps(changed.to_records(), allow_nan=False)
    assert ParameterSet.from_records(json.loads(written), ATLAS.sites) == changed


def test_sets_differ_in_parameters_that_one_lacks() -> None:
    fewer = ParameterSet([ATLAS[WAKE]])
    differences = ATLAS.differences(fewer)
    assert differences["growth.law"] == (ATLAS["growth.law"], None)
    assert fewer.differences(ATLAS)["growth.law"] == (None, ATLAS["growth.law"])
    assert WAKE not in differences


def test_a_set_survives_pickling() -> None:
    again: Any = pickle.loads(pickle.dumps(ATLAS))  # noqa: S301 - our own bytes
    assert again == ATLAS
    assert again.real("soil.bone.affinity") == 1


def test_reading_is_cheap() -> None:
    ATLAS.real(WAKE)
    started = time.perf_counter()
    for _ in range(30_000):
        ATLAS.real(WAKE)
    assert time.perf_counter() - started < 1  # a calibration reads 300 of them hundreds of times
