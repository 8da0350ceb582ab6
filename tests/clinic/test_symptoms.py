"""Symptoms: of the primary by its size, of metastases by their organ's burden."""

import pytest

from paget.body.growth import NEVER, power_integral
from paget.body.lesion import law_of, size_on
from paget.clinic.symptoms import (
    metastasis_symptom_bound,
    metastasis_symptom_day,
    primary_symptom_day,
)
from paget.core import streams
from paget.kernels.philox import exponential
from tests.clinic.colonies import case
from tests.engine import colon

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
    bounds = [metastasis_symptom_bound(c.person, world, lesion) for lesion in (liver, lung)]
    day = metastasis_symptom_day(c.person, world, c.scratch, max(bounds) + 1.0)
    assert day == pytest.approx(min(bounds), abs=1.0)
    assert metastasis_symptom_day(c.person, world, c.scratch, min(bounds) - 5.0) == NEVER


def test_an_organ_without_symptoms_is_silent() -> None:
    c = case({"symptoms.liver.diameter": "0 mm"})
    lesion = c.add("liver", 300.0)
    assert metastasis_symptom_bound(c.person, c.model.world, lesion) == NEVER
    assert metastasis_symptom_day(c.person, c.model.world, c.scratch, 1e5) == NEVER


def test_regional_nodes_are_not_metastases() -> None:
    c = case({})
    lesion = c.add("ln_colon_local", 300.0)
    assert metastasis_symptom_bound(c.person, c.model.world, lesion) == NEVER
