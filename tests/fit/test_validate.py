"""The targets, the model beside them and the fit of the atlas."""

import math

import polars as pl
import pytest

from paget.atlas.cancers import known_cancers
from paget.fit.fitting import fitted_cancers
from paget.fit.validate import (
    COHORTS,
    COLORECTAL,
    FIT_COLUMNS,
    Target,
    cohort_model,
    cohorts,
    fit_table,
    model_value,
    monte_carlo_error,
    score,
    targets,
)
from paget.observe.quantities import KNOWN
from paget.run.scenario import known_scenarios
from tests.observe.by_hand import cohort


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


@pytest.mark.parametrize("cancer", fitted_cancers())
def test_every_target_row_is_observed_and_unconfirmed_ones_are_no_targets(cancer: str) -> None:
    rows = targets(cancer)
    assert len(rows) > 10
    for row in rows:
        assert (row.quantity, row.group) in KNOWN
        assert row.confirmed or row.kind != "target"


@pytest.mark.parametrize("cancer", known_cancers())
@pytest.mark.parametrize("patients", [1, 2, 3])
def test_few_patients_get_a_whole_answer(cancer: str, patients: int) -> None:
    assert_whole(fit_table(cancer, patients, seed=4), cancer)


NO_METASTASIS = {"arrest.viability": 0.0, "nodes.viability": 0.0, "arrest.serosal_viability": 0.0}
NOBODY_FOUND: dict[str, object] = {
    **NO_METASTASIS,
    "growth.doubling_time": "2000 day",
    "growth.doubling_time.spread": 0.0,
    "symptoms.primary_diameter": "200 mm",
    "symptoms.primary_diameter.spread": 0.0,
}
ONE_SEX = {"onset.male_share": 1.0}
NO_LIVER = {"arrest.liver.affinity": 0.0}


@pytest.mark.parametrize("changes", [NOBODY_FOUND, NO_METASTASIS, ONE_SEX, NO_LIVER])
@pytest.mark.parametrize("cancer", fitted_cancers())
def test_odd_cohorts_get_a_whole_answer(changes: dict[str, object], cancer: str) -> None:
    assert_whole(fit_table(cancer, 40, 4, changes), cancer)


def test_what_concerns_nobody_is_null() -> None:
    unmoved = fit_table("colon", 60, 4, NO_METASTASIS)
    first = unmoved.filter(pl.col("quantity") == "first metastatic site")
    assert first["model"].null_count() == first.height > 0
    unfound = fit_table("colon", 60, 4, NOBODY_FOUND)
    size = unfound.filter(pl.col("quantity") == "size")
    assert size["model"].null_count() == size.height > 0


def assert_whole(table: pl.DataFrame, cancer: str) -> None:
    """All rows are there; what concerns nobody is null, and nothing is undefined or infinite."""
    assert table.height == len(targets(cancer))
    assert dict(table.schema) == {name: dtype() for name, dtype in FIT_COLUMNS.items()}
    for name in ("model", "error"):
        assert table[name].drop_nulls().is_finite().all(), table.filter(~pl.col(name).is_finite())
    assert table["within"].is_null().equals(table["model"].is_null())
    told = table.filter(pl.col("within").is_not_null(), kind="target", confirmed=True)
    assert score(table) == (int(told["within"].sum()), told.height)


def test_a_mixed_series_of_nobody_metastatic_is_unknown() -> None:
    row = target(cancer=COLORECTAL, quantity="metastatic sites at first metastasis", group="mean")
    for found in ([], [{}], [{}] * 40):
        tables = {"colon": cohort(found), "rectum": cohort(found)}
        assert math.isnan(model_value(row, tables, "colon"))
        assert math.isnan(monte_carlo_error(row, tables, "colon"))


@pytest.mark.science
@pytest.mark.parametrize("cancer", fitted_cancers())
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


def test_a_cohort_keeps_its_own_clinic_whatever_the_fit_tries() -> None:
    changes = {"detection.everywhere.diameter": 5.0, "growth.doubling_time": 100.0}
    era = cohort_model("breast-rotterdam", changes, known=False)
    density = float(era.world.density)
    liver = era.world.soil[era.sites.index("liver")]
    assert (6.0 * liver.detection_cells / (math.pi * density)) ** (1 / 3) == pytest.approx(25_000)
    assert era.world.doubling_time == 100.0


def test_a_row_is_told_of_its_own_cohort() -> None:
    metastatic = {"n_metastases_seen": 1, "sites_seen": ["lung"]}
    found = {"breast": cohort([{}, {}]), "breast, Rotterdam": cohort([{}, metastatic])}
    row = target(cancer="breast, Rotterdam", quantity="at diagnosis", group="metastases")
    assert model_value(row, found, "breast") == 50.0
    assert (
        model_value(target(cancer="all", quantity=row.quantity, group=row.group), found, "breast")
        == 0.0
    )
