"""The observation layer, the targets and the fit of the atlas."""

import math

import numpy as np
import pytest
from lifelines import KaplanMeierFitter

from paget.atlas.anatomy import load_body_map
from paget.atlas.cancers import load_cancer
from paget.engine import build_model
from paget.fit.validate import (
    COHORTS,
    Target,
    cohort_model,
    cohorts,
    fit_table,
    model_value,
    score,
    targets,
)
from paget.observe.published import (
    OBSERVATIONS,
    cancer_survival,
    first_metastatic,
    standard_error,
)
from paget.observe.sample import Sample, sample_lives
from paget.run.scenario import known_scenarios
from tests.lived import HORIZON


@pytest.fixture(scope="module")
def sample() -> Sample:
    body = load_body_map()
    colon = load_cancer("colon", frozenset(body.site_names))
    return sample_lives(build_model(colon, body, HORIZON), 3000, seed=5)


def target(**changes: object) -> Target:
    plain: dict[str, object] = {
        "cancer": "colon",
        "quantity": "size",
        "group": "<= 20 mm",
        "value": 13.0,
        "low": None,
        "high": None,
        "stated": 3.0,
        "is_factor": False,
        "unit": "%",
        "kind": "target",
        "confirmed": True,
        "source": "ncdb2015",
        "where": "abstract",
        "note": "",
    }
    return Target(**(plain | changes))  # type: ignore[arg-type]


def test_tolerance_is_the_larger_of_interval_and_stated() -> None:
    assert target().tolerance == 3.0
    assert target(low=11.5, high=15.4).tolerance == 3.0
    assert target(low=5.0, high=15.0).tolerance == 8.0
    # Quartiles say how patients differ, not how well the median is known.
    assert target(low=5.0, high=15.0, note="low and high are the quartiles").tolerance == 3.0


def test_a_factor_is_a_ratio() -> None:
    loose = target(value=100.0, stated=10.0, is_factor=True)
    assert loose.holds(11.0)
    assert loose.holds(990.0)
    assert not loose.holds(9.0)
    assert not loose.holds(0.0)


def test_every_target_row_is_observed_and_unconfirmed_ones_are_no_targets() -> None:
    for cancer in ("colon", "pancreas"):
        rows = targets(cancer)
        assert len(rows) > 10
        for row in rows:
            assert (row.quantity, row.group) in OBSERVATIONS
            assert row.confirmed or row.kind != "target"


def test_survival_is_kaplan_meier(sample: Sample) -> None:
    days = sample.persons.follow_up_day - sample.persons.diagnosis_day
    fitter = KaplanMeierFitter().fit(days, sample.persons.cause == 1)
    expected = 100.0 * float(fitter.predict(5.0 * 365.25))
    assert cancer_survival(sample, 5.0) == pytest.approx(expected, abs=1e-9)


def test_shares_of_sizes_sum_to_all(sample: Sample) -> None:
    groups = ("<= 20 mm", "20-40 mm", "40-60 mm", "> 60 mm")
    assert sum(OBSERVATIONS["size", group](sample) for group in groups) == pytest.approx(100.0)
    summary = [OBSERVATIONS["stage share", group](sample) for group in ("I", "II", "III")]
    distant = OBSERVATIONS["at diagnosis", "metastases"](sample)
    assert sum(summary) + distant == pytest.approx(100.0)


def test_first_metastatic_patients_have_a_site(sample: Sample) -> None:
    found = first_metastatic(sample)
    assert np.all(found.persons.sites_seen != 0)
    assert len(found.persons) >= int(np.sum(sample.persons.n_seen > 0))


def test_standard_error_is_that_of_a_share(sample: Sample) -> None:
    share = OBSERVATIONS["size", "20-40 mm"](sample) / 100.0
    expected = 100.0 * math.sqrt(share * (1.0 - share) / len(sample.persons))
    error = standard_error(sample, "size", "20-40 mm")
    assert 0.5 * expected < error < 2.0 * expected


@pytest.mark.science
@pytest.mark.parametrize("cancer", ["colon", "pancreas"])
def test_the_atlas_fits_its_targets(cancer: str) -> None:
    """At least 80 % of the confirmed target rows are within tolerance, on a seed no fit saw."""
    table = fit_table(cancer, patients=40_000, seed=20_261_120)
    within, rows = score(table)
    assert within >= 0.8 * rows, table.filter(~table["within"])


@pytest.mark.science
def test_a_wrong_atlas_does_not_fit() -> None:
    """The saboteur: growth a third faster and soil twice as good must fall below the bar."""
    wrong = {"growth.doubling_time": "200 day", "arrest.viability": 4e-9, "nodes.viability": 5e-8}
    within, rows = score(fit_table("colon", patients=20_000, seed=20_261_120, changes=wrong))
    assert within < 0.8 * rows


def test_rows_of_another_clinic_are_told_of_their_own_cohort() -> None:
    own = ("breast", "breast, Rotterdam", "breast, screened", "breast, a taxane")
    assert cohorts("breast") == own
    assert cohorts("colon") == ("colon", "rectum", "colon, FOLFOX")
    assert cohorts("pancreas") == ("pancreas", "pancreas, FOLFIRINOX", "pancreas, gemcitabine")
    assert {row.cancer for row in targets("breast")} == {*own, "all"}
    assert set(COHORTS.values()) <= set(known_scenarios())


def test_a_cohort_keeps_its_own_clinic_whatever_the_fit_tries(sample: Sample) -> None:
    changes = {"detection.everywhere.diameter": 5.0, "growth.doubling_time": 100.0}
    era = cohort_model("breast-rotterdam", changes, known=False)
    density = float(era.world.density)
    liver = era.world.soil[era.sites.index("liver")]
    assert (6.0 * liver.detection_cells / (math.pi * density)) ** (1 / 3) == pytest.approx(25_000)
    assert era.world.doubling_time == 100.0
    found = {"breast": sample, "breast, Rotterdam": sample.part(np.arange(10))}
    row = target(cancer="breast, Rotterdam", quantity="at diagnosis", group="metastases")
    few = found["breast, Rotterdam"]
    assert model_value(row, found, "breast") == pytest.approx(
        100.0 * np.mean(few.persons.n_seen > 0)
    )
