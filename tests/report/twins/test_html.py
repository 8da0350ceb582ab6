"""The report of twins: a whole page, figures of people and of patients, two lives in one figure."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import cast

import numpy as np
import polars as pl
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

import paget
from paget.api import Trial
from paget.core.results import NOTICE
from paget.report.lives.life_figures import diameters, life_timeline, treatments_of, window_of
from paget.report.page.style import svg_text
from paget.report.twins.figures import (
    any_shift,
    counts_figure,
    lead_figure,
    shift_figure,
    stage_flows,
    titles,
)
from paget.report.twins.html import comparison_html
from paget.report.twins.lives import ILLUSTRATION, shared_rows, two_lives_figure
from paget.report.twins.survival import alive, paired_difference, twin_survival_figure
from paget.report.twins.words import headline
from paget.twins.limits import paired_difference_limits
from paget.twins.outcomes import Survival
from tests.report.lives.test_html import Page
from tests.twins.rows import twins

SEED = 1889


@pytest.fixture(scope="module")
def people() -> Trial:
    return paget.compare("colon", "colon-screened", people=8_000, seed=SEED)


@pytest.fixture(scope="module")
def patients() -> Trial:
    return paget.compare("colon", "colon-adjuvant", patients=1500, seed=SEED)


@pytest.mark.slow
@pytest.mark.parametrize("which", ["people", "patients"])
def test_the_report_is_a_whole_page(which: str, request: pytest.FixtureRequest) -> None:
    trial: Trial = request.getfixturevalue(which)
    text = comparison_html(trial)
    page = Page()
    page.feed(text)
    assert not page.crossed
    assert not page.open
    assert not re.search(r"\bnan\b", text, re.IGNORECASE)
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


def test_the_difference_between_twins_by_hand() -> None:
    years = np.array([1.0, 2.0, 3.0, 9.0])
    a = Survival(years, years < 9.0, years < 9.0)
    later = Survival(years + np.array([4.0, 0, 0, 0]), years < 9.0, years < 9.0)
    mean, low, high = paired_difference(a, later, "died", 100, np.array([0.5, 1.5, 2.5, 5.5]))
    assert mean.tolist() == [0.0, -0.01, -0.01, 0.0]
    # Few differ: the limits are exact, and nobody of a hundred is no certainty.
    assert (low[1], high[1]) == paired_difference_limits(0, 1, 100)
    assert (low[0], high[0]) == paired_difference_limits(0, 0, 100)
    assert low[0] < 0.0 < high[0]


def test_the_difference_between_many_twins_has_their_own_variance() -> None:
    n = 400
    years, died = np.full(n, 5.0), np.arange(n) < 100
    a, b = Survival(years, died, died), Survival(years, died & False, died & False)
    mean, low, high = paired_difference(a, b, "died", n, np.array([6.0]))
    half = 1.959964 * np.sqrt((0.25 - 0.25**2) / n)
    assert mean[0] == -0.25
    assert (low[0], high[0]) == pytest.approx((-0.25 - half, -0.25 + half))


@pytest.mark.slow
def test_no_legend_covers_a_title(patients: Trial) -> None:
    for figure in (counts_figure(patients), twin_survival_figure(patients)):
        renderer = cast("FigureCanvasAgg", figure.canvas).get_renderer()
        figure.draw(renderer)
        title = next(x for x in figure.texts if x.get_text() == figure.get_suptitle())
        (legend,) = figure.legends
        assert title.get_window_extent(renderer).x1 < legend.get_window_extent(renderer).x0


@pytest.mark.slow
def test_only_what_differs_is_drawn(patients: Trial) -> None:
    assert not any_shift(patients.patients.lazy())
    text = svg_text(counts_figure(patients), "x")
    assert "recurrence" in text
    assert "cancer found" not in text
    assert "Stage shift" not in comparison_html(patients)


@pytest.mark.slow
def test_treatments_are_shaded_and_curves_fall_with_them() -> None:
    for number in range(200):
        life = paget.live("colon-adjuvant", patient=number, seed=SEED)
        if life.treated["lesion"].n_unique() > 1:
            break
    else:
        pytest.fail("nobody is treated")
    ((start, end),) = treatments_of(life)
    assert end - start == pytest.approx(12 * 14.0)
    assert "drugs or radiation" in svg_text(life_timeline(life), "x")
    window = window_of(life.lesions, life.summary)
    falls = []
    for _, days, sizes in diameters(life, life.lesions, window):
        after = [size for day, size in zip(days, sizes, strict=True) if day >= start]
        before = [size for day, size in zip(days, sizes, strict=True) if day < start]
        falls.append(bool(before and after) and after[1:] != [] and after[1] < 0.9 * before[-1])
    assert any(falls)


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
    assert "without screening" in told
    assert [one.what for one in people.differences] == ["screening.fit"]
    text = comparison_html(people)
    assert text.index('id="differs"') < text.index('id="results"')
    same = paget.compare("colon", "colon", patients=50, seed=SEED)
    assert "The two arms say the same" in headline(same)
    assert "The two arms say the same" in comparison_html(same)
    assert same.differences == ()
    assert same.table["low"].null_count() == same.table.height
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
