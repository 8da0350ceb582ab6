"""Every key that the atlas cites stands in the bibliography."""

import pytest

from paget.atlas.anatomy import load_body_map
from paget.atlas.anatomy_file import ANATOMY_FILE
from paget.atlas.cancers import known_cancers, load_cancer
from paget.core.sources import load_sources
from paget.fit.validate import targets

BIBLIOGRAPHY = load_sources(ANATOMY_FILE.with_name("sources.bib"))


@pytest.mark.parametrize("cancer", known_cancers())
def test_parameters_cite_what_is_there(cancer: str) -> None:
    parameters = load_cancer(cancer, frozenset(load_body_map().site_names))
    cited = {key: p.name for p in parameters.values() for key in p.cited}
    assert cited
    assert not {key: name for key, name in cited.items() if key not in BIBLIOGRAPHY}


@pytest.mark.parametrize("cancer", known_cancers())
def test_confirmed_targets_cite_what_is_there(cancer: str) -> None:
    assert not {t.source for t in targets(cancer) if t.confirmed} - set(BIBLIOGRAPHY)
