"""What is published of patients at diagnosis, on cohorts set up by hand."""

import numpy as np
import pytest
from scipy.stats import betabinom

from paget.observe.at_diagnosis import AT_DIAGNOSIS, beta_binomial, found_nodes
from paget.tables.patients import unit_doubling_days
from tests.observe.by_hand import MODEL, NEVER, YEAR, Row, cohort


def value(quantity: str, group: str, *rows: Row) -> float:
    return AT_DIAGNOSIS[quantity, group].value(cohort(rows))


def test_shares_of_sizes_and_stages_sum_to_all() -> None:
    rows = [
        {"diameter_mm": size, "stage_pathological": stage}
        for size, stage in ((5.0, "IA"), (20.0, "IIB"), (20.5, NEVER), (60.0, "IIIC"), (99.0, "IV"))
    ]
    sizes = [value("size", group, *rows) for group in ("<= 20 mm", "20-40 mm", "40-60 mm")]
    assert sizes == [40.0, 20.0, 20.0]
    assert value("size", "> 60 mm", *rows) == 20.0
    # Without pathology the stage is that of the work-up, which is I here.
    assert [value("stage share", group, *rows) for group in ("I", "II", "III")] == [40, 20, 20]


def test_nodes_are_those_that_were_looked_at() -> None:
    rows = [
        {"clinical_t": 1, "depth_mm": 0.5, "positive_nodes": 2},
        {"clinical_t": 1, "depth_mm": 2.0},
        {"clinical_t": 1, "depth_mm": 0.5, "positive_nodes": NEVER},
        {"clinical_t": 1, "depth_mm": 0.5, "positive_nodes": 9, "n_metastases_seen": 1},
        {"clinical_t": 3, "depth_mm": 9.0, "positive_nodes": 1},
    ]
    assert value("node positive", "T1", *rows) == 50.0
    assert value("node positive", "T1 within 1 mm", *rows) == 100.0
    assert np.isnan(value("node positive", "T2", *rows))


def test_a_carcinoma_in_situ_is_a_small_tumour_though_no_cancer_is_found() -> None:
    in_situ = {"diagnosis_day": NEVER, "in_situ_day": 9.0}
    rows = [{"diameter_mm": 30.0}, {"diameter_mm": 19.0}, in_situ, {"diagnosis_day": NEVER}]
    assert value("under 20 mm or in situ", "", *rows) == pytest.approx(200.0 / 3.0)
    assert value("size", "<= 20 mm", *rows) == 50.0


def test_sites_are_those_that_are_seen() -> None:
    rows = [
        {"n_metastases_seen": 2, "sites_seen": ["bone", "skin"]},
        {"n_metastases_seen": 2, "sites_seen": ["lung", "bone"]},
        {"n_metastases_seen": 1, "sites_seen": ["liver"]},
        {},
    ]
    shares = {g: value("at diagnosis", g, *rows) for g in ("bone", "lung", "liver", "brain")}
    assert shares == {"bone": 50.0, "lung": 25.0, "liver": 25.0, "brain": 0.0}
    assert value("several organs", "of metastatic", *rows) == pytest.approx(100.0 / 3.0)


def lesion(patient: int, kind: str, site: str, *days: float) -> dict[str, object]:
    names = ("founded_day", "detected_day", "doubling_days_at_detection")
    return {"patient": patient, "kind": kind, "site": site, **dict(zip(names, days, strict=True))}


def test_doubling_times_are_those_on_the_day_of_detection() -> None:
    patients = [{"diagnosis_day": 100.0}, {"diagnosis_day": 100.0, "subtype": "er_neg_her2_neg"}]

    lesions = [
        lesion(0, "primary", "breast", 0.0, 100.0, 200.0),
        lesion(10, "primary", "breast", 0.0, 100.0, 80.0),
        lesion(10, "local", "breast", 100.0, 500.0, 1.0),
        lesion(0, "distant", "liver", 50.0, 300.0, 70.0),
        lesion(0, "distant", "liver", 60.0, 200.0, 60.0),
        lesion(10, "distant", "liver", 150.0, 400.0, 30.0),
    ]
    tables = cohort(patients, lesions)
    told = {
        group: AT_DIAGNOSIS["doubling time of the primary", group].value(tables)
        for group in ("mean", "ER+", "triple negative")
    }
    assert told == {"mean": 140.0, "ER+": 200.0, "triple negative": 80.0}
    liver = {
        word: AT_DIAGNOSIS["doubling time of liver metastases", word].value(tables)
        for word in ("occult", "metachronous")
    }
    assert liver == {"occult": 60.0, "metachronous": 45.0}  # the first that is seen, of each
    assert np.isnan(AT_DIAGNOSIS["doubling time of liver metastases", "overt"].value(tables))


def test_years_from_10_to_20_mm_are_those_of_gompertz_growth() -> None:
    world, rate = MODEL.world, 1e-3
    n10, n20 = (np.pi / 6.0 * world.density * (1000.0 * mm) ** 3 for mm in (10.0, 20.0))
    cells, days = n10, 0.0
    while cells < n20:  # by Euler's method
        cells += rate * np.log(world.capacity / cells) * cells
        days += 1.0
    row = {"doubling_days_at_reference": unit_doubling_days(world) / rate}
    years = value("years from 10 to 20 mm", "mean", row)
    assert years == pytest.approx(days / YEAR, rel=0.01)


def test_circulating_cells_part_patients() -> None:
    rows = [
        {"ctc_in_tube": 5, "n_metastases_seen": 1},
        {"ctc_in_tube": 4, "n_metastases_seen": 1},
        {"ctc_in_tube": 1},
        {"ctc_in_tube": 0},
    ]
    assert value("circulating cells in 7.5 mL", "5 or more, metastatic", *rows) == 50.0
    assert value("circulating cells in 7.5 mL", "any, no metastasis", *rows) == 50.0


def test_found_nodes_are_a_random_draw() -> None:
    patients = found_nodes(np.array([1, 1, 0, 4]), 30)
    assert patients.sum() == pytest.approx(4.0, rel=1e-3)  # all but those with no node examined
    examined = patients.sum(axis=1)
    with_one = found_nodes(np.array([1]), 30)
    assert with_one[12, 1] / with_one[12].sum() == pytest.approx(12.0 / 30.0)
    assert float(examined @ np.arange(31)) / 4.0 == pytest.approx(12.0, rel=1e-3)


def test_beta_binomial_finds_the_law_of_the_share() -> None:
    number = np.arange(41)
    patients = np.zeros((41, 41))
    for n in (5, 12, 40):
        patients[n] = betabinom.pmf(number, n, 1.5, 4.0)
    assert beta_binomial(patients) == pytest.approx((1.5, 4.0), rel=1e-3)


@pytest.mark.parametrize("positive", [[1], [30], [1, 1, 1, 1], [29, 30, 30], [3, 3, 12]])
def test_missed_nodes_of_few_patients_are_a_share(positive: list[int]) -> None:
    rows = [{"positive_nodes": k} for k in positive]
    for examined in (5, 8, 12):
        assert 0.0 <= value("positive nodes missed", f"{examined} examined", *rows) <= 100.0


def test_missed_nodes_are_told_of_those_found_positive() -> None:
    """Of stages I to III only; who has one node of thirty is seldom found, and little counted."""
    few = [{"positive_nodes": 1}] * 5 + [{"positive_nodes": 15}] * 5
    missed = AT_DIAGNOSIS["positive nodes missed", "5 examined"]
    told = missed.value(cohort(few))
    left = np.array([29.0, 15.0])[:, None] - np.arange(5)
    true = 100.0 * float(np.mean(np.prod(left / (30.0 - np.arange(5)), axis=1)))
    assert 5.0 < told < true - 5.0
    others = [
        {"positive_nodes": NEVER, "examined_nodes": 0},
        {"positive_nodes": 30, "n_metastases_seen": 1},
    ]
    assert missed.value(cohort(few + others)) == pytest.approx(told)
    assert np.isnan(missed.value(cohort([{"positive_nodes": 0}])))
    assert np.isnan(missed.value(cohort([])))
