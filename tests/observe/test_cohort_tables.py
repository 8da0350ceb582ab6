"""One observation: whoever fits looks at the tables that users get, person by person."""

import polars as pl
import pytest
from polars.testing import assert_frame_equal

import paget
from paget.clinic.staging import STAGE_RULES
from paget.observe.cohort_tables import live_tables, tables_of
from paget.observe.selection import Selection
from paget.run.scenario import known_scenarios, load_scenario, resolve
from paget.run.shards import Engine

SEED = 1889
FEW = 150


@pytest.mark.parametrize("name", ["colon-standard", "breast-standard", "pancreas-adjuvant"])
def test_a_fit_looks_at_the_tables_that_users_get(name: str) -> None:
    cohort = paget.simulate(name, patients=FEW, seed=SEED)
    theirs, own = tables_of(cohort), live_tables(cohort.model, FEW, SEED)
    for table in ("patients", "lesions", "treatments"):
        assert_frame_equal(getattr(own, table), getattr(theirs, table))


@pytest.mark.parametrize("name", known_scenarios())
def test_the_stage_is_one_person_by_person(name: str) -> None:
    """Under every scenario of the catalogue, by T and N and the rule of its cancer."""
    model = resolve(load_scenario(name))
    tables = live_tables(model, FEW, SEED)
    users = pl.concat([frame for frame, _ in Engine(model, SEED).patients(0, FEW)])
    assert_frame_equal(tables.patients, users)
    rule = STAGE_RULES[model.parameters.choice("staging.rule")]
    by_stage: dict[str, list[int]] = {}
    for row in tables.found.iter_rows(named=True):
        n = row["clinical_n"] if row["pathological_n"] is None else row["pathological_n"]
        stage = "IV" if row["clinical_m"] else rule[row["clinical_t"], n]
        assert row["stage"] == stage, row
        by_stage.setdefault(row["main_stage"], []).append(row["patient"])
    for stage, patients in by_stage.items():
        assert Selection(stages=(stage,)).of(users)["patient"].to_list() == patients


def test_the_same_patients_however_many_are_lived() -> None:
    model = resolve(load_scenario("pancreas"))
    whole, part = live_tables(model, 31, SEED), live_tables(model, 10, SEED, first=7)
    chosen = whole.patients.filter(pl.col("patient").is_between(7, 16))
    assert_frame_equal(part.patients, chosen)
    assert live_tables(model, 0, SEED).found.is_empty()
    assert live_tables(model, 1, SEED).patients.height == 1
