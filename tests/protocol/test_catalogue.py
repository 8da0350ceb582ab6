"""The catalogue: every test, marker, drug and tissue of the atlas can be named, and is read."""

from collections.abc import Mapping
from typing import Any

import pytest

from paget.atlas.clinic import load_clinic
from paget.clinic.records import MAX_MODALITIES
from paget.core.errors import ScenarioError
from paget.protocol import forms
from paget.protocol.catalogue import of_atlas
from paget.protocol.compiled import load_protocol
from paget.protocol.entries import Table

FILES = ("imaging", "screening", "blood", "drugs", "radiotherapy")


@pytest.mark.parametrize("file", FILES)
def test_the_catalogue_holds_what_the_atlas_states(file: str) -> None:
    assert set(of_atlas(file)) == set(load_clinic(file))
    for name, entry in of_atlas(file).items():
        assert set(entry.content) == set(load_clinic(file)[name])
        assert entry.sources
        assert all(" line " in where for where in entry.places.values())


def _line(kind: str, **more: object) -> Mapping[str, Any]:
    return {"kind": kind, "trigger": "recurrence", **more}


@pytest.mark.parametrize("name", load_clinic("drugs"))
def test_every_drug_can_be_given(name: str) -> None:
    line = _line("systemic", drugs=[name], cycles=3, every="21 day")
    protocol = load_protocol({"base": "no-treatment", "line": {"x": line}})
    assert protocol.drug_names == (name,)


@pytest.mark.parametrize("name", load_clinic("radiotherapy"))
def test_every_tissue_can_be_irradiated(name: str) -> None:
    line = _line("radiotherapy", targets=["metastases"], tissue=name, dose="2 Gy", fractions=5)
    protocol = load_protocol({"base": "no-treatment", "line": {"x": line}})
    assert protocol.lines[0].numbers["alpha"] == load_clinic("radiotherapy")[name]["alpha"]


@pytest.mark.parametrize("name", [*load_clinic("imaging"), *load_clinic("blood")])
def test_every_test_can_be_followed(name: str) -> None:
    visit = {"test": name, "every": "1 year", "until": "3 year"}
    protocol = load_protocol({"base": "no-treatment", "follow": [visit]})
    assert protocol.follow[0].name == name
    assert len(protocol.modalities) <= MAX_MODALITIES


@pytest.mark.parametrize("name", load_clinic("screening"))
def test_every_programme_can_be_held(name: str) -> None:
    ages = {"from_age": "50 year", "to_age": "70 year", "every": "2 year"}
    protocol = load_protocol({"base": "no-treatment", "screening": {"test": name, **ages}})
    assert protocol.screen_names == (name,)


@pytest.mark.parametrize("file", FILES)
def test_a_key_that_nobody_reads_is_refused(file: str) -> None:
    table = Table({"speed": 1}, "x", {"x.speed": "my.toml line 3"})
    with pytest.raises(ScenarioError, match=r"x.speed = 1 in my.toml line 3.* [Kk]eys of an? "):
        forms.check_keys(table, file)


def test_a_fault_of_ones_own_never_blames_the_atlas() -> None:
    line = _line("systemic", drugs=["folfox"], cycles=3, every="21 day")
    protocol = {"base": "no-treatment", "line": {"x": line}, "drug": {"folfox": {"log_kill": -1}}}
    with pytest.raises(ScenarioError) as refused:
        load_protocol(protocol, {"protocol": "the argument", "protocol.drug": "my.toml line 3"})
    assert refused.value.where == "my.toml line 3"
