"""The clinic's files of the atlas: units as the records have them, sources that exist."""

from importlib.resources import as_file, files
from pathlib import Path

import numpy as np
import pytest

from paget.atlas.clinic import (
    GROUPS,
    at_most,
    check_place,
    clinic_parameters,
    known_clinic,
    load_clinic,
    narrowest,
    read_clinic,
    site_group,
)
from paget.core.errors import ParameterError, place
from paget.core.sources import load_sources

MM_FIELDS = ("median", "precursor_median")


@pytest.mark.parametrize("name", known_clinic())
def test_every_source_is_known(name: str) -> None:
    with as_file(files("paget.atlas") / "sources.bib") as path:
        known = load_sources(path)
    cited = {key for parameter in clinic_parameters(name).values() for key in parameter.cited}
    assert cited <= set(known)


def test_tables_hold_the_values_as_stated() -> None:
    imaging = load_clinic("imaging")
    assert imaging["ct"]["median"]["everywhere"] == 1.0
    assert imaging["pet_ct"]["needs_activity"] is True
    assert load_clinic("screening")["fit"]["confirm"] == "colonoscopy"


def test_lengths_of_screening_are_in_mm() -> None:
    for name, parameter in clinic_parameters("screening").items():
        if name.rpartition(".")[2] in MM_FIELDS:
            assert parameter.unit == "mm"
        elif isinstance(parameter.value, float):
            assert parameter.unit == "1"


def test_an_unknown_file_names_the_known() -> None:
    with pytest.raises(ParameterError, match="screening") as caught:
        load_clinic("screenings")
    assert "Did you mean screening" in caught.value.remedy


@pytest.mark.parametrize(
    ("site", "group"),
    [
        ("ln_para_aortic", "nodes"),
        ("pleura", "serosa"),
        ("brain", "brain"),
        ("lung", "lung"),
        ("adrenal", "other"),
    ],
)
def test_groups_of_sites(site: str, group: str) -> None:
    assert site_group(site) == group


def test_every_modality_looks_somewhere() -> None:
    for name, modality in load_clinic("imaging").items():
        assert min(modality["median"].values()) < 10.0, name
        assert {"everywhere", "primary"} <= set(modality["median"])
        assert 0.0 < modality["best"] <= 1.0
        assert np.isfinite(modality["false_positive"])


PARAMETER = '{ value = 1, unit = "1", range = [0, 100], source = "assumption" }'
UNREAD = {
    "a place of symptoms": ("symptoms", "[adrenl]", "cells.pain", "Did you mean adrenal"),
    "everywhere, of symptoms": ("symptoms", "[everywhere]", "pain", "known are liver, lung"),
    "a cancer of symptoms": ("symptoms", "[primary.colin]", "pain", "Did you mean colon"),
    "symptoms too deep": ("symptoms", "[liver.left]", "upper.pain", "known are <site>.<name>"),
    "a place of complications": ("complications", "[itch]", "diameter.livr", "Did you mean liver"),
    "a key of complications": ("complications", "[itch]", "spred", "Did you mean spread"),
    "a key of biopsies": ("biopsy", "[biopsies]", "kept", "Did you mean biopsy"),
    "a category of stages": ("staging", "[lung.groups]", "T5N1", "Did you mean T"),
    "a key of stages": ("staging", "[lung]", "n4_from", "Did you mean n3_from"),
}


@pytest.mark.parametrize("case", UNREAD)
def test_a_name_that_nobody_reads_is_refused_with_its_line(case: str, tmp_path: Path) -> None:
    name, table, key, words = UNREAD[case]
    with as_file(files("paget.atlas") / "clinic" / f"{name}.toml") as shipped:
        text = shipped.read_text(encoding="utf-8")
    path = tmp_path / f"{name}.toml"
    path.write_text(text, encoding="utf-8")
    assert set(read_clinic(path)) == set(clinic_parameters(name))
    path.write_text(f"{text}\n{table}\n{key} = {PARAMETER}\n", encoding="utf-8")
    with pytest.raises(ParameterError) as refused:
        read_clinic(path)
    assert refused.value.where == place(path, text.count("\n") + 3)
    assert words in str(refused.value)


@pytest.mark.parametrize("key", ["base", "cancer"])
def test_a_file_of_the_clinic_builds_on_nothing(key: str, tmp_path: Path) -> None:
    path = tmp_path / "symptoms.toml"
    path.write_text(f'{key} = "common"\n', encoding="utf-8")
    with pytest.raises(ParameterError, match=f"unknown key {key} in .*symptoms.toml"):
        read_clinic(path)


def test_any_site_of_the_body_map_may_have_its_own_symptoms(tmp_path: Path) -> None:
    path = tmp_path / "symptoms.toml"
    path.write_text(f"[adrenal]\ncells.flank_pain = {PARAMETER}\n", encoding="utf-8")
    assert set(read_clinic(path)) == {"adrenal.flank_pain"}


def test_what_is_stated_of_the_narrowest_place_holds() -> None:
    stated = {"omentum", "serosa", "other", "everywhere"}
    assert [narrowest(site, stated) for site in ("omentum", "pleura", "skin", "liver")] == [
        "omentum",
        "serosa",
        "other",
        "everywhere",
    ]


@pytest.mark.parametrize("place", [*GROUPS, "omentum", "adrenal"])
def test_places_are_sites_and_groups(place: str) -> None:
    assert check_place(place) is None


def test_an_unknown_place_names_the_closest() -> None:
    wrong = check_place("primry", ("primary",))
    assert wrong is not None
    assert "Did you mean primary" in wrong[1]
    assert check_place("primary") is not None


def test_more_names_than_there_is_room_for_are_refused() -> None:
    assert at_most(2, ("a", "b"), "symptoms") == ("a", "b")
    with pytest.raises(ParameterError, match="3 symptoms; there is room for 2"):
        at_most(2, ("a", "b", "c"), "symptoms")
