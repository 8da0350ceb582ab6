"""The report of twins: a whole page, figures of people and of patients, two lives in one figure."""

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from matplotlib.figure import Figure

import paget
from paget.api import Trial
from paget.core.results import NOTICE
from paget.report.comparison_figures import (
    counts_figure,
    lead_figure,
    shift_figure,
    stage_flows,
    titles,
)
from paget.report.comparison_html import changes, comparison_html, headline
from paget.report.comparison_lives import ILLUSTRATION, shared_rows, two_lives_figure
from paget.report.comparison_survival import alive, twin_survival_figure
from paget.report.style import svg_text
from tests.report.test_html import Page
from tests.study.twin_rows import twins

SEED = 1889


@pytest.fixture(scope="module")
def people() -> Trial:
    return paget.compare("colon", "colon-screened", people=8_000, seed=SEED)


@pytest.fixture(scope="module")
def patients() -> Trial:
    return paget.compare("colon", "colon-adjuvant", patients=300, seed=SEED)


@pytest.mark.slow
@pytest.mark.parametrize("which", ["people", "patients"])
def test_the_report_is_a_whole_page(which: str, request: pytest.FixtureRequest) -> None:
    trial: Trial = request.getfixturevalue(which)
    text = comparison_html(trial)
    page = Page()
    page.feed(text)
    assert not page.crossed
    assert not page.open
    assert len(page.ids) == len(set(page.ids))
    assert all(link.startswith("#") for link in page.links)
    for words in (NOTICE, "mortality ratio", "95 %", "per 1,000", ILLUSTRATION, "Gain", "seed"):
        assert words in text
    assert ("Lead time" in text) == (which == "people")


@pytest.mark.slow
def test_a_report_is_written_for_the_person_who_is_asked_for(
    patients: Trial, tmp_path: Path
) -> None:
    path = patients.report(tmp_path / "report.html", patient=5)
    assert "Two lives of virtual person 5" in path.read_text(encoding="utf-8")


@pytest.mark.slow
@pytest.mark.parametrize("figure", [counts_figure, shift_figure, lead_figure, twin_survival_figure])
@pytest.mark.parametrize("which", ["people", "patients"])
def test_every_figure_carries_the_notice(
    figure: Callable[[Trial], Figure], which: str, request: pytest.FixtureRequest
) -> None:
    text = svg_text(figure(request.getfixturevalue(which)), "x")
    assert NOTICE in text


@pytest.mark.slow
def test_the_numbers_at_risk_hold_those_without_the_cancer(people: Trial) -> None:
    found = people.outcomes
    assert alive(found.survival_a, found.rest, 0.0) == people.persons
    late = alive(found.survival_a, found.rest, 30.0)
    assert 0.4 * people.persons < late < 0.7 * people.persons


@pytest.mark.slow
def test_twins_have_the_same_lesion_in_the_same_row(patients: Trial) -> None:
    patient = patients.example()
    assert patient is not None
    lives = patients.lives(patient)
    rows = shared_rows([life.lesions for life in lives])
    known = set(lives[0].lesions["lesion"]) | set(lives[1].lesions["lesion"])
    assert set(rows) <= known
    assert next(iter(rows)) == 0  # the primary comes first
    assert "illustration" in svg_text(two_lives_figure(lives, ("a", "b")), "x")


@pytest.mark.slow
def test_a_prevented_cancer_has_an_empty_life_beside_it(people: Trial) -> None:
    both = people.patients.filter(
        pl.col("prevented_day_b").is_not_null() & pl.col("diagnosis_day_a").is_not_null()
    )
    lives = people.lives(int(both["patient"][0]))
    assert lives[1].lesions.is_empty()
    text = svg_text(two_lives_figure(lives, ("a", "b")), "x")
    assert "precursor removed" in text
    assert "no cancer" in text


@pytest.mark.slow
def test_the_headline_and_what_differs(people: Trial) -> None:
    told = headline(people)
    assert "fewer" in told
    assert "mortality ratio" in told
    assert changes(people)["key"].to_list() == ["protocol"]
    same = paget.compare("colon", "colon", patients=50, seed=SEED)
    assert "no difference in anybody" in headline(same)
    assert changes(same).is_empty()
    assert len(set(titles(same).values())) == 2


def test_the_flows_are_of_those_found_in_either_arm() -> None:
    flows = stage_flows(
        twins(
            {"diagnosis_day_a": 1.0, "stage_a": "IV", "diagnosis_day_b": 1.0, "stage_b": "I"},
            {"diagnosis_day_a": 1.0, "stage_a": "IV", "prevented_day_b": 1.0},
            {"in_situ_day_b": 1.0},
            {},
        ).lazy()
    )
    assert sorted(flows.iter_rows()) == [
        ("IV", "I", 1),
        ("IV", "prevented", 1),
        ("never found", "in situ", 1),
    ]
