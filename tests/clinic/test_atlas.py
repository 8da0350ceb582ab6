"""The clinic's files of the atlas: units as the records have them, sources that exist."""

from importlib.resources import as_file, files

import numpy as np
import pytest

from paget.atlas.clinic import clinic_parameters, load_clinic, site_group
from paget.core.errors import ParameterError
from paget.core.sources import load_sources

FILES = [
    "imaging",
    "screening",
    "symptoms",
    "blood",
    "biopsy",
    "staging",
    "drugs",
    "radiotherapy",
    "complications",
]
MM_FIELDS = ("median", "precursor_median")


@pytest.mark.parametrize("name", FILES)
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
