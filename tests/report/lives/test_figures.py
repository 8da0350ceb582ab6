"""Every figure is drawn from full and from empty cohorts, with its notice and its interval."""

import itertools
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import polars as pl
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

from paget.core.results import NOTICE
from paget.core.units import YEAR
from paget.report.lives.bodymap import cohort_bodymap, life_bodymap, site_links
from paget.report.lives.figures import heat_map, size_figure, stage_and_site_figure
from paget.report.lives.fit_figure import fit_figure, misfit
from paget.report.lives.funnel_figure import funnel_by_route, funnel_figure
from paget.report.lives.life_figures import life_timeline, phases_of
from paget.report.lives.recurrence_figure import recurrence_figure
from paget.report.lives.survival_figure import survival_curves, survival_figure
from paget.report.page.style import png_bytes, svg_text
from tests.report.synthetic import MadeUpCohort, averted_life, cohort, fit_table, life

COHORT_FIGURES: list[Callable[[Any], Figure]] = [
    cohort_bodymap,
    funnel_figure,
    stage_and_site_figure,
    size_figure,
    survival_figure,
    heat_map,
    recurrence_figure,
]
COHORTS = {
    "full": cohort(150),
    "lazy": cohort(60).lazy(),
    "without metastases": cohort(40, metastases=False),
    "all censored": cohort(40, deaths=False),
    "one patient": cohort(1),
    "nobody found": cohort(5).undiagnosed(),
    "nobody": cohort(5).nobody(),
    "no seeds": cohort(30, metastases=False).without_seeds(),
    "people": cohort(5).of_people(2000),
    "nobody of people": cohort(5).nobody().of_people(20),
}


def texts(figure: Figure) -> str:
    """Return all text in a figure."""
    found: list[Any] = figure.findobj(Text)
    return "\n".join(text.get_text() for text in found)


@pytest.mark.parametrize("kind", COHORTS)
@pytest.mark.parametrize("draw", COHORT_FIGURES)
def test_cohort_figures_are_drawn_with_notice_and_seed(
    draw: Callable[[Any], Figure], kind: str
) -> None:
    figure = draw(COHORTS[kind])
    assert svg_text(figure, "x").startswith("<svg")
    small_print = texts(figure)
    assert NOTICE in small_print
    assert "seed 1889" in small_print
    assert re.search(r"virtual (patient|people)", small_print)


@pytest.mark.parametrize("draw", [stage_and_site_figure, size_figure, survival_figure, heat_map])
def test_published_values_are_drawn_beside_the_model(draw: Callable[..., Figure]) -> None:
    figure = draw(cohort(80), fit_table())
    assert "published" in texts(figure)
    assert png_bytes(figure, dpi=40).startswith(b"\x89PNG")


@pytest.mark.parametrize(("n", "diagnosed"), [(0, False), (0, True), (1, True), (200, False)])
def test_a_life_is_drawn_however_many_lesions_it_has(n: int, diagnosed: bool) -> None:
    one = life(n, diagnosed=diagnosed)
    for figure in (life_timeline(one), life_bodymap(one, 9000.0), life_bodymap(one, -1.0)):
        assert svg_text(figure, "x").startswith("<svg")
        assert NOTICE in texts(figure)


def test_a_life_without_any_lesion_says_so_and_shows_why() -> None:
    one = averted_life()
    figure = life_timeline(one)
    told = texts(figure)
    assert "Virtual patient 7 without colon cancer" in told
    assert "There is no lesion to draw." in told
    assert "precursor removed" in told
    first, last = figure.axes[0].get_xlim()
    assert first < 2500.0 / YEAR < 9300.0 / YEAR < last
    assert "No lesion on this day." in texts(life_bodymap(one, 9000.0))


def test_a_long_life_shows_the_largest_lesions_and_counts_the_rest() -> None:
    one = life(200)
    total = int(one.lesions["count"].sum())
    figure = life_timeline(one)
    labels = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert len(labels) == 25
    shown = sum(40 if "×40" in label else 1 for label in labels)
    assert f"and {total - shown} smaller lesions" in texts(figure).replace("\u2009", "")


def test_disease_keeps_its_origin() -> None:
    told = texts(life_timeline(life(30)))
    assert "metastatic colon cancer (liver)" in told
    assert "liver cancer" not in told


@pytest.mark.parametrize(
    ("changes", "phases"),
    [
        ({"fate": "asleep", "asleep_until_day": None}, ["asleep"]),
        ({"fate": "extinct", "fate_day": 30.0}, ["asleep"]),
        ({"asleep_until_day": None, "switch_day": None, "diameter_mm_at_fate": 1.0}, ["held"]),
        ({"asleep_until_day": None, "switch_day": None}, ["growing"]),
        ({"kind": "primary", "asleep_until_day": None, "switch_day": None}, ["growing"]),
        ({"switch_day": 200.0}, ["asleep", "held"]),
    ],
)
def test_phases_follow_the_table(changes: dict[str, Any], phases: list[str]) -> None:
    row: dict[str, Any] = {
        "kind": "distant", "fate": "alive", "founded_day": 10.0, "asleep_until_day": 30.0,
        "switch_day": 70.0, "fate_day": 90.0, "diameter_mm_at_fate": 9.0,
    }  # fmt: skip
    found = phases_of(row | changes, 100.0)
    assert [phase for phase, _, _ in found] == phases
    assert all(a[2] == b[1] for a, b in itertools.pairwise(found))


def test_links_count_lesions_founded_before_diagnosis() -> None:
    made = cohort(200)
    links = site_links(made)
    days = dict(made.patients.select("patient", "diagnosis_day").iter_rows())
    early = [
        row
        for row in made.lesions.iter_rows(named=True)
        if row["route"] and row["founded_day"] < days[row["patient"]]
    ]
    assert links["count"].sum() == sum(row["count"] for row in early)
    assert links["count"].is_sorted(descending=True)


def test_funnel_keeps_its_totals_and_its_basis() -> None:
    made = cohort(50)
    table = funnel_by_route(made)
    assert table["count"].sum() == pytest.approx(made.funnel["count"].sum())
    assert table["step"][0] == "shed"
    counted = table.filter(pl.col("step") == "viable", pl.col("route") == "blood").row(
        0, named=True
    )
    assert counted["low"] < counted["count"] < counted["high"]
    assert set(table["basis"]) <= {"measured", "assumed", "residual"}


def test_funnel_per_patient_is_not_counted_twice() -> None:
    made = cohort(4)
    each = pl.concat(
        [
            made.funnel.with_columns(pl.lit(k).cast(pl.Int64).alias("patient"), pl.col("count") / 4)
            for k in range(4)
        ]
    )
    both = MadeUpCohort(
        made.patients, made.lesions, pl.concat([made.funnel, each]), made.parameters
    )
    only = MadeUpCohort(made.patients, made.lesions, each, made.parameters)
    for other in (both, only):
        assert funnel_by_route(other)["count"].sum() == pytest.approx(made.funnel["count"].sum())


def test_survival_counts_only_the_cancer_where_asked() -> None:
    patients = cohort(400).patients
    own = survival_curves(patients, cause_specific=True)
    every = survival_curves(patients, cause_specific=False)
    for stage, curve in own.items():
        assert np.all(curve.alive >= every[stage].alive - 1e-12)
        assert np.all((curve.low <= curve.alive + 1e-12) & (curve.alive <= curve.high + 1e-12))
        assert curve.alive[0] == 1.0
        assert np.all(np.diff(curve.at_risk) <= 0)


def test_misfit_is_in_units_of_the_tolerance() -> None:
    row = {"model": 26.0, "published": 20.0, "tolerance": 3.0, "error": 0.0, "within": False}
    assert misfit(row) == (2.0, 0.0)
    factor = {"model": 1e7, "published": 1e6, "tolerance": 100.0, "error": 0.0, "within": True}
    assert misfit(factor)[0] == pytest.approx(0.5)


def test_fit_figure_names_every_row() -> None:
    table = fit_table()
    told = texts(fit_figure(table, cohort(10)))
    assert all(group in told for group in table["group"])
    assert "No published figure" in texts(fit_figure(table.clear(), cohort(10)))
