"""Symptoms: of the primary by its size, of metastases by their organ's burden, and their names."""

import numpy as np
import pytest

from paget.atlas.clinic import load_clinic
from paget.body.growth import NEVER, power_integral
from paget.body.lesion import MAX_SITES, law_of, size_on
from paget.clinic import symptoms
from paget.clinic.symptoms import (
    MAX_SYMPTOMS,
    metastasis_symptom_bound,
    metastasis_symptom_day,
    primary_symptom_day,
    symptom_names,
    symptom_of,
    symptom_table,
)
from paget.core import streams
from paget.kernels.philox import exponential
from tests.clinic.colonies import case
from tests.lived import colon

YEAR = 365.25


@pytest.mark.parametrize("patient", range(4))
def test_the_primary_is_found_where_its_hazard_passes_the_threshold(patient: int) -> None:
    c = case({}, patient)
    day = primary_symptom_day(c.person, c.model.world, c.scratch)
    primary = c.scratch.lesions[0]
    alpha = c.p.symptom_exponent / 3.0
    scale = c.cells(colon({}).real("symptoms.primary_diameter") / 1000.0)
    size = size_on(primary, day, c.p)
    integral = power_integral(law_of(primary, c.p), alpha, primary.start, size)
    passed = c.person.symptom_factor * integral / scale**alpha / YEAR
    threshold = exponential(c.person.key, streams.SYMPTOM, c.person.patient, 0, 0)
    assert passed == pytest.approx(threshold, rel=1e-6)


def test_more_awareness_finds_sooner() -> None:
    c = case({})
    day = primary_symptom_day(c.person, c.model.world, c.scratch)
    c.person.symptom_factor *= 2.0
    assert primary_symptom_day(c.person, c.model.world, c.scratch) < day


def test_the_organ_that_speaks_first_finds_the_cancer() -> None:
    c = case({})
    liver, lung = c.add("liver", 300.0), c.add("lung", 2000.0)
    world = c.model.world
    bounds = [metastasis_symptom_bound(c.person, world, lesion, NEVER) for lesion in (liver, lung)]
    day = metastasis_symptom_day(c.person, world, c.scratch, max(bounds) + 1.0)
    assert day == pytest.approx(min(bounds), abs=1.0)
    assert metastasis_symptom_day(c.person, world, c.scratch, min(bounds) - 5.0) == NEVER


def test_an_organ_without_symptoms_is_silent() -> None:
    c = case({"symptoms.liver.diameter": "0 mm"})
    lesion = c.add("liver", 300.0)
    assert metastasis_symptom_bound(c.person, c.model.world, lesion, NEVER) == NEVER
    assert metastasis_symptom_day(c.person, c.model.world, c.scratch, 1e5) == NEVER


def test_regional_nodes_are_not_metastases() -> None:
    c = case({})
    lesion = c.add("ln_colon_local", 300.0)
    assert metastasis_symptom_bound(c.person, c.model.world, lesion, NEVER) == NEVER


SYMPTOMATIC = np.dtype([("n_sites", "i8"), ("symptoms", "f8", (MAX_SITES + 1, MAX_SYMPTOMS))])
SITES = ("liver", "brain", "ln_axilla", "omentum", "skin")


def named(site: int, cancer: str = "colon") -> dict[str, float]:
    """Return the symptoms of a site and their shares, by drawing evenly."""
    world = np.zeros(1, SYMPTOMATIC).view(np.recarray)[0]
    world.n_sites, world.symptoms = len(SITES), symptom_table(SITES, cancer)
    u = (np.arange(2000) + 0.5) / 2000
    names = [symptom_names()[symptom_of(world, site, x)] for x in u]
    return {name: names.count(name) / len(u) for name in dict.fromkeys(names)}


@pytest.mark.parametrize(
    ("site", "table"), [(0, "liver"), (1, "brain"), (2, "nodes"), (3, "serosa"), (4, "other")]
)
def test_each_place_has_its_symptoms(site: int, table: str) -> None:
    weights = load_clinic("symptoms")[table]
    total = sum(weights.values())
    expected = {name: weight / total for name, weight in weights.items()}
    assert named(site) == pytest.approx(expected, abs=1e-3)


@pytest.mark.parametrize("site", [len(SITES), len(SITES) + 1, MAX_SITES])
def test_beyond_the_soils_lies_the_primary(site: int) -> None:
    assert set(named(site)) == set(load_clinic("symptoms")["primary"]["colon"])


def test_a_cancer_without_a_table_of_its_own() -> None:
    expected = set(load_clinic("symptoms")["primary"]["everywhere"])
    assert set(named(len(SITES), "sarcoma")) == expected


def test_there_is_room_for_every_name() -> None:
    assert len(symptom_names()) <= MAX_SYMPTOMS
    assert len(set(symptom_names())) == len(symptom_names())


def test_a_site_may_have_symptoms_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    tables = load_clinic("symptoms") | {"skin": {"ulcer": 2.0, "pain": 2.0}}
    monkeypatch.setattr(symptoms, "load_clinic", lambda _: tables)
    symptom_names.cache_clear()
    assert named(SITES.index("skin")) == pytest.approx({"ulcer": 0.5, "pain": 0.5})
    assert "ulcer" not in named(SITES.index("omentum"))
    monkeypatch.undo()
    symptom_names.cache_clear()
