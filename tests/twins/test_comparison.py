"""Twins through the engine: what they share, what they gain, what cannot be compared."""

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

import paget
from paget.api import Trial
from paget.core.errors import ScenarioError
from paget.core.units import YEAR
from paget.report.twins.html import comparison_html
from paget.tables.hashing import logical_hash
from paget.twins.comparison import compare_twins
from paget.twins.estimates import why_no_trial_estimate
from paget.twins.lives import COURSE

SEED = 1889
N = 1500
UNCHANGED = {
    "base": "colon",
    "protocol": {
        "base": "surgery-only",
        "line": {
            "never": {
                "kind": "systemic", "after": "resection", "drugs": ["folfox"], "cycles": 6,
                "every": "14 day", "if": {"aim": "curative", "age": ["118 year", "119 year"]},
            }
        },
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def adjuvant() -> Trial:
    return paget.compare("colon", "colon-adjuvant", patients=N, seed=SEED)


@pytest.fixture(scope="module")
def screening() -> Trial:
    return paget.compare("colon", "colon-screened", people=20_000, seed=SEED)


def row_of(trial: Any, measure: str) -> dict[str, Any]:
    return trial.table.filter(pl.col("measure") == measure).row(0, named=True)


@pytest.mark.slow
def test_a_change_that_touches_nobody_changes_no_byte() -> None:
    plain = paget.simulate("colon", patients=400, seed=SEED)
    other = paget.simulate(UNCHANGED, patients=400, seed=SEED)
    for name, table in plain.tables.items():
        assert logical_hash(table) == logical_hash(other.tables[name]), name
    assert plain.lesions.height > 400


@pytest.mark.slow
def test_the_same_protocol_twice_makes_no_difference() -> None:
    trial = paget.compare("colon-adjuvant", "colon-adjuvant", patients=400, seed=SEED)
    for name in (*COURSE, "stage"):
        assert trial.patients[f"{name}_a"].equals(trial.patients[f"{name}_b"])
    for cause in ("the cancer", "any cause"):
        row = row_of(trial, f"hazard ratio, death from {cause}")
        assert abs(row["estimate"] - 1.0) < 1e-9
        assert row["differ"] == 0.0
    assert set(trial.table["interval"]) == {"none: the arms are the same"}
    assert trial.table["low"].null_count() == trial.table.height
    differences = trial.table.filter(pl.col("contrast") == "difference")["estimate"]
    assert (differences.drop_nulls() == 0.0).all()


@pytest.mark.slow
def test_what_differs_is_known_though_its_file_goes(tmp_path: Path) -> None:
    file = tmp_path / "later.toml"
    file.write_text('base = "surgery-only"\n[line.resection]\ndelay = "6 week"\n', encoding="utf-8")
    later = {"base": "colon", "protocol": str(file)}
    trial = paget.compare("colon", later, patients=3, seed=SEED)
    file.unlink()
    assert trial.differences == (("line.resection.delay", "by default", "6 week"),)
    assert trial.names[1] == "line.resection.delay 6 week"
    assert "6 week" in comparison_html(trial)


@pytest.mark.slow
def test_each_arm_is_the_cohort_of_its_scenario(adjuvant: Trial) -> None:
    alone = paget.simulate("colon-adjuvant", patients=N, seed=SEED).patients
    assert adjuvant.n_unpaired == 0
    assert adjuvant.patients["death_day_b"].equals(alone["death_day"].alias("death_day_b"))


@pytest.mark.slow
def test_twins_need_ten_times_fewer_people_in_the_example_trial(adjuvant: Trial) -> None:
    for measure in ("death from the cancer", "years lived within 40 years"):
        assert row_of(adjuvant, measure)["gain"] > 10.0
    # The same without the bootstrap: batches of people, paired with themselves or the next batch.
    end = [pl.min_horizontal(f"death_day_{x}", f"follow_up_day_{x}") for x in ("a", "b")]
    years = adjuvant.patients.select(a=end[0] / YEAR, b=end[1] / YEAR).to_numpy()
    means = years.reshape(100, -1, 2).mean(axis=1)
    twins = (means[:, 1] - means[:, 0]).var()
    independent = (np.roll(means[:, 1], 1) - means[:, 0]).var()
    assert independent > 10.0 * twins > 0.0


@pytest.mark.slow
def test_treatment_after_resection_changes_nothing_before_it(adjuvant: Trial) -> None:
    patients = adjuvant.patients
    for name in ("diagnosis_day", "stage", "diameter_mm", "n_metastases_true", "clinical_day"):
        assert patients[f"{name}_a"].equals(patients[f"{name}_b"])
    assert not patients["death_day_a"].equals(patients["death_day_b"])


@pytest.mark.slow
def test_screening_finds_early_and_prevents(screening: Trial) -> None:
    patients = screening.patients
    by_screening = patients.filter(pl.col("detection_b") == "screen")
    clinical = by_screening["clinical_day_a"]
    assert by_screening.height > 20
    assert (
        clinical.drop_nulls() > by_screening["diagnosis_day_b"].filter(clinical.is_not_null())
    ).all()
    prevented = patients.filter(pl.col("prevented_day_b").is_not_null())
    assert prevented["diagnosis_day_b"].null_count() == prevented.height
    assert row_of(screening, "death from the cancer")["high"] < 0.0
    assert row_of(screening, "mortality ratio, death from the cancer")["high"] < 1.0
    lead = row_of(screening, "lead time of those found by screening")
    assert lead["a"] is None
    assert lead["b"] > 0.0


TRUTH = "overdiagnosed among those found by screening: the twin truth"
BY_TRIAL = "the same as a trial estimates it: excess found"


@pytest.mark.slow
def test_the_bias_of_a_trial_is_its_estimate_less_the_truth() -> None:
    trial = paget.compare("breast", "breast-screened", people=6_000, seed=SEED)
    truth, estimate = row_of(trial, TRUTH)["b"], row_of(trial, BY_TRIAL)["estimate"]
    bias = row_of(trial, "bias of the trial's estimate")
    assert bias["estimate"] == pytest.approx(estimate - truth)
    assert bias["low"] < bias["estimate"] < bias["high"]
    assert 0.0 <= truth < 50.0


@pytest.mark.slow
def test_a_trial_estimates_nothing_where_screening_prevents_more(screening: Trial) -> None:
    why = why_no_trial_estimate(screening.outcomes)
    assert why == "screening prevents more cancers than it finds early"
    prevented = row_of(screening, "cancer prevented: precursor removed")
    assert prevented["b"] > row_of(screening, "found by screening")["b"]
    assert BY_TRIAL not in screening.table["measure"]
    assert 0.0 <= row_of(screening, TRUTH)["b"] < 50.0


@pytest.mark.slow
def test_a_trial_estimates_nothing_where_both_arms_screen() -> None:
    trial = paget.compare("colon-screened", "colon-colonoscopy", people=400, seed=SEED)
    assert why_no_trial_estimate(trial.outcomes) == "both arms screen"
    assert BY_TRIAL not in trial.table["measure"]
    assert TRUTH in trial.table["measure"]


@pytest.mark.slow
def test_people_without_the_cancer_count_in_every_denominator(screening: Trial) -> None:
    found = screening.patients["diagnosis_day_a"].drop_nulls().len()
    row = row_of(screening, "cancer found")
    assert row["a"] == pytest.approx(1000.0 * float(found) / screening.persons)
    assert screening.persons > 10 * screening.patients.height
    assert row_of(screening, "tests")["b"] > 1000.0  # everybody is invited, many times
    assert 20.0 < row_of(screening, "years lived within 30 years")["a"] < 30.0


@pytest.mark.slow
def test_scenarios_without_a_clinic_of_their_own_can_be_compared() -> None:
    change = {"shedding.lymphatic_route": False}
    trial = paget.compare(
        "colon", {"base": "colon", "label": "no lymph", "change": change}, patients=300, seed=SEED
    )
    assert trial.patients.height == 300
    assert row_of(trial, "found at stage III")["high"] < 0.0
    assert "found by screening" not in trial.table["measure"]


@pytest.mark.slow
def test_threads_do_not_matter(adjuvant: Trial) -> None:
    again = compare_twins("colon", "colon-adjuvant", patients=N, seed=SEED, threads=1)
    assert logical_hash(again.patients) == logical_hash(adjuvant.patients)
    assert again.table.equals(adjuvant.table)


@pytest.mark.slow
def test_one_person_is_an_illustration(adjuvant: Trial) -> None:
    patient = adjuvant.example()
    assert patient is not None
    table = adjuvant.illustration(patient)
    assert set(table["kind"]) == {"illustration"}
    assert table["low"].null_count() == table.height
    one, other = adjuvant.lives(patient)
    assert one.summary["diagnosis_day"] == other.summary["diagnosis_day"]
    row = adjuvant.patients.filter(pl.col("patient") == patient).row(0, named=True)
    assert (one.summary["death_day"], other.summary["death_day"]) == (
        row["death_day_a"],
        row["death_day_b"],
    )
    with pytest.raises(ScenarioError, match="not among those compared"):
        adjuvant.illustration(10**6)


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ({"base": "colon", "patients": 11}, "number of virtual persons"),
        ({"base": "colon", "patients": 10, "horizon": "5 year"}, "40 years and 5 years"),
        ({"base": "colon", "patients": 10, "seed": 2}, "seed"),
        ({"base": "colon", "patients": 10, "population": {"of": "people"}}, "population"),
        ({"cancer": "pancreas", "patients": 10}, "colon cancer against pancrea"),
    ],
)
def test_what_twins_must_share(other: dict[str, Any], words: str) -> None:
    one = {"base": "colon", "patients": 10, "seed": 1}
    with pytest.raises(ScenarioError, match=words):
        compare_twins(one, {"seed": 1, **other})


def test_twins_need_a_seed() -> None:
    with pytest.raises(ScenarioError, match="without a seed"):
        compare_twins({"cancer": "colon", "patients": 10}, {"cancer": "colon", "patients": 10})


@pytest.mark.slow
def test_a_person_who_never_has_the_cancer_has_no_life_to_look_at(screening: Trial) -> None:
    known = set(screening.patients["patient"])
    free = next(number for number in range(1000) if number not in known)
    with pytest.raises(ScenarioError, match="never has the cancer"):
        screening.lives(free)
    with pytest.raises(ScenarioError, match="never has the cancer"):
        screening.illustration(free)
