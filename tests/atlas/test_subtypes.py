"""Subtypes: what a cancer's file states for a kind of it overlays the cancer's own."""

from pathlib import Path

import pytest

from paget.atlas.anatomy import load_body_map
from paget.atlas.cancers import load_cancer
from paget.atlas.subtypes import of_subtype, prevalence, subtypes
from paget.core.errors import ParameterError
from paget.core.parameters import ParameterSet, load_parameters

SITES = frozenset(load_body_map().site_names)

SHARE = 'value = {}, unit = "1", range = [0, 1], source = "assumption"'
FILE = f"""
[growth]
doubling_time = {{ value = 200, source = "assumption" }}

[subtype.slow]
prevalence = {{ {SHARE.format(0.75)} }}
arrest.liver.affinity = {{ value = 0.3, source = "assumption" }}

[subtype.fast]
prevalence = {{ {SHARE.format(0.25)} }}
growth.doubling_time = {{ value = "PLACE", source = "assumption" }}
"""


def kinds(tmp_path: Path, text: str = FILE.replace('"PLACE"', "50")) -> ParameterSet:
    file = tmp_path / "kinds.toml"
    file.write_text(text, encoding="utf-8")
    return load_parameters(file, load_cancer("common", SITES), SITES)


def test_a_kind_differs_in_what_it_states_alone(tmp_path: Path) -> None:
    parameters = kinds(tmp_path)
    assert subtypes(parameters) == ("slow", "fast")
    assert prevalence(parameters).tolist() == [0.75, 0.25]
    fast, slow = of_subtype(parameters, "fast"), of_subtype(parameters, "slow")
    assert fast.real("growth.doubling_time") == 50.0
    assert slow.real("growth.doubling_time") == 200.0
    assert slow.real("arrest.liver.affinity") == 0.3
    assert slow.real("arrest.lung.affinity") == fast.real("arrest.liver.affinity") == 0.0


def test_it_inherits_unit_and_range_and_keeps_the_variation(tmp_path: Path) -> None:
    parameters = kinds(tmp_path)
    stated = parameters["subtype.fast.growth.doubling_time"]
    own = parameters["growth.doubling_time"]
    assert (stated.unit, stated.low, stated.high) == (own.unit, own.low, own.high)
    assert of_subtype(parameters, "fast").real("growth.doubling_time.spread") == 0.8


def test_a_scenario_may_change_a_kind(tmp_path: Path) -> None:
    changed = kinds(tmp_path).changed({"subtype.fast.growth.doubling_time": "60 day"}, "--set")
    assert of_subtype(changed, "fast").real("growth.doubling_time") == 60.0


def test_a_value_out_of_range_is_refused_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match="line 11") as refused:
        kinds(tmp_path, FILE.replace('"PLACE"', "1e6"))
    assert "growth.doubling_time" in refused.value.given


def test_an_unknown_name_is_refused(tmp_path: Path) -> None:
    text = FILE.replace('"PLACE"', "50").replace(
        "growth.doubling_time = { value = 50,",
        'growth.doubling = { value = 50, unit = "day", range = [1, 100],',
    )
    parameters = kinds(tmp_path, text)
    with pytest.raises(ParameterError, match=r"unknown parameter growth\.doubling"):
        of_subtype(parameters, "fast")


def test_prevalences_sum_to_one(tmp_path: Path) -> None:
    text = FILE.replace('"PLACE"', "50").replace("value = 0.25,", "value = 0.3,")
    with pytest.raises(ParameterError, match=r"must sum to 1, not to 1\.05"):
        prevalence(kinds(tmp_path, text))


def test_an_unknown_kind_is_refused_with_the_closest(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match="slow, fast"):
        of_subtype(kinds(tmp_path), "fats")


def test_a_cancer_of_one_kind_has_none() -> None:
    assert subtypes(load_cancer("colon", SITES)) == ()


def test_breast_is_one_of_four_kinds() -> None:
    breast = load_cancer("breast", SITES)
    assert len(subtypes(breast)) == 4
    assert prevalence(breast).sum() == pytest.approx(1.0)
    fast = of_subtype(breast, "er_neg_her2_neg")
    assert fast.real("growth.doubling_time") < breast.real("growth.doubling_time")
