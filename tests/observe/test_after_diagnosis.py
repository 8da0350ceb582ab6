"""What is published of patients after their diagnosis, on cohorts set up by hand."""

import numpy as np
import pytest

from paget.engine import Model
from paget.fit.validate import cohort_model
from paget.observe.after_diagnosis import AFTER_DIAGNOSIS, first_line, first_metastatic
from paget.tables.vocabulary import cancer_label
from tests.observe.by_hand import MODEL, YEAR, Row, cohort

MONTH = YEAR / 12.0
PRIMARY = MODEL.primaries[0]
METASTATIC = {"n_metastases_seen": 2, "sites_seen": ["lung", "liver"]}
TREATED = {**METASTATIC, "intent": "palliative", "follow_up_day": 900.0}
TAXANE = cohort_model("breast-taxane", {}, known=True)


def value(quantity: str, group: str, *rows: Row) -> float:
    return AFTER_DIAGNOSIS[quantity, group].value(cohort(rows))


def relapsed(*sites: str) -> dict[str, object]:
    return {"recurrence_day": 9.0, "recurrence_sites": list(sites)}


def test_first_metastases_are_those_at_diagnosis_or_of_the_first_recurrence() -> None:
    rows = [METASTATIC, relapsed("lung", PRIMARY), relapsed(PRIMARY), {}]
    first = first_metastatic(cohort(rows))
    assert first["first_sites"].to_list() == [["lung", "liver"], ["lung"]]
    assert value("first metastatic site", "lung", *rows) == 100.0
    assert value("first metastatic site", "liver", *rows) == 50.0
    assert value("metastatic sites at first metastasis", "mean", *rows) == 1.5


def test_sites_are_told_by_report_group() -> None:
    rows = [relapsed("ln_mediastinum"), relapsed("ln_axilla"), relapsed("lung", "ln_mediastinum")]
    assert value("first metastatic site", "distant_node", *rows) == pytest.approx(200.0 / 3.0)


def test_patterns_of_first_recurrence() -> None:
    rows = [
        relapsed("liver", "brain"),
        relapsed("liver", "lung"),
        relapsed("lung"),
        relapsed("lung", PRIMARY),
        relapsed(PRIMARY),
        {**relapsed("liver"), **METASTATIC},
        {},
    ]
    shares = {
        pattern: value("first recurrence after resection", pattern, *rows)
        for pattern in ("liver without lung", "lung only", "local", "peritoneum")
    }
    assert shares == {
        "liver without lung": 20.0, "lung only": 20.0, "local": 20.0, "peritoneum": 0.0,
    }  # fmt: skip


def test_liver_metastases_are_counted_once_a_patient() -> None:
    lesions = [
        {"patient": 0, "site": "liver", "detected_day": 3.0 * YEAR},
        {"patient": 0, "site": "liver", "detected_day": 9.0 * YEAR},
        {"patient": 10, "site": "liver", "detected_day": 6.0 * YEAR},
        {"patient": 20, "site": "lung", "detected_day": 1.0 * YEAR},
        {"patient": 30, "site": "liver"},
    ]
    within = AFTER_DIAGNOSIS["liver metastases", "within 5 years"]
    assert within.value(cohort([{}] * 4, lesions)) == 25.0


def test_survival_counts_deaths_of_the_cancer() -> None:
    died = {"follow_up_day": 1.0 * YEAR, "stage_pathological": "IIA"}
    alive = {"follow_up_day": 9.0 * YEAR, "stage_pathological": "IIA"}
    label = cancer_label(MODEL)
    rows = [
        {**died, "cause_of_death": label},
        {**died, "follow_up_day": 0.5 * YEAR, "cause_of_death": "other cause"},
        alive,
        {**alive, "stage_pathological": "I"},
    ]
    assert value("5-year survival", "IIA", *rows) == pytest.approx(50.0)
    assert value("5-year survival", "I", *rows) == 100.0
    assert np.isnan(value("5-year survival", "IV", *rows))
    deaths = [{"cause_of_death": label, "death_site": site} for site in ("lung", PRIMARY, None)]
    assert value("cancer deaths", "with metastasis", *deaths) == pytest.approx(100.0 / 3.0)


def test_survival_with_metastasis_is_of_one_subtype() -> None:
    rows = [
        {**METASTATIC, "follow_up_day": 36.0 * MONTH},
        {**METASTATIC, "subtype": "er_neg_her2_neg", "follow_up_day": 1.5 * MONTH},
        {"subtype": "er_neg_her2_neg", "follow_up_day": 99.0 * MONTH},
    ]
    assert value("survival with metastasis", "er_pos_her2_neg, median", *rows) == pytest.approx(36)
    assert value("survival with metastasis", "er_neg_her2_neg, median", *rows) == pytest.approx(1.5)
    assert value("survival with metastasis", "died within 2 months", *rows) == 50.0


def test_response_is_of_those_who_live_to_their_first_scan() -> None:
    responses = ("complete", "partial", "stable", "progression", None)
    rows = [
        *({**TREATED, "best_response": word} for word in responses),
        {**TREATED, "best_response": "complete", "intent": "curative"},
        {**TREATED, "best_response": "complete", "n_metastases_seen": 0},
    ]
    assert first_line(cohort(rows)).height == 4
    assert value("response to a first line", "objective", *rows) == 50.0


def test_progression_counts_from_the_first_dose_and_deaths_are_censored() -> None:
    dose = 21.0
    rows = [
        {"subtype": "er_neg_her2_neg", "progression_day": dose + 5.9 * MONTH},
        {"subtype": "er_neg_her2_neg", "progression_day": dose + 6.1 * MONTH},
        {"subtype": "er_neg_her2_neg", "follow_up_day": dose + 2.0 * MONTH},
        {"subtype": "er_pos_her2_pos", "progression_day": dose + 14.0 * MONTH},
    ]
    patients = [{**TREATED, "best_response": "stable", **row} for row in rows]
    later = dose + 400.0
    doses = [
        {"patient": 10 * k, "day": day, "kind": "systemic"}
        for k in range(4)
        for day in (later, dose)
    ]
    tables = cohort(patients, treatments=doses, model=TAXANE)
    free = {
        group: AFTER_DIAGNOSIS["free of progression", group].value(tables)
        for group in ("triple negative, 6 months", "6 months", "er_pos_her2_pos, 13.3 months")
    }
    assert free["triple negative, 6 months"] == pytest.approx(50.0)
    assert free["6 months"] == pytest.approx(200.0 / 3.0)
    assert free["er_pos_her2_pos, 13.3 months"] == 100.0


@pytest.mark.parametrize("model", [MODEL, TAXANE])
def test_without_a_first_line_nobody_is_free_of_progression_on_it(model: Model) -> None:
    tables = cohort([{**TREATED, "best_response": "stable"}], model=model)
    assert np.isnan(AFTER_DIAGNOSIS["free of progression", "6 months"].value(tables))
