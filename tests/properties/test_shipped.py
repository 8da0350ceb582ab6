"""Everything that ships is lived: every scenario and every protocol, and every table is read.

The lists are the catalogue's: what is added to the atlas is lived by being there.
"""

from typing import Any

import polars as pl
import pytest

import paget
from paget.atlas.cancers import known_cancers
from paget.atlas.incidence import known_incidence
from paget.atlas.protocols import known_protocols
from paget.protocol.compiled import load_protocol
from paget.report.lives.html import report_html
from paget.run.scenario import known_scenarios, load_scenario
from paget.tables.dictionary import DICTIONARY

PATIENTS, PEOPLE = 20, 300
SEED = 1889
ALWAYS = {
    "patients": ("patient", "cancer", "sex", "follow_up_day", "n_tests", "n_false_positives"),
    "lesions": ("patient", "lesion", "site", "kind", "count", "founded_day", "fate", "fate_day"),
    "events": ("patient", "day", "event"),
    "tests": ("patient", "day", "test", "reason", "result"),
    "treatments": ("patient", "day", "line", "kind", "agent"),
    "funnel": ("step", "count", "basis"),
}
"""Columns in which every row says something."""


def _both(name: str, scenario: dict[str, Any], cancer: str) -> list[Any]:
    """Return a scenario lived by patients and, where there is incidence, by people."""
    cases = [pytest.param({**scenario, "patients": PATIENTS}, id=f"{name}, patients")]
    if cancer in known_incidence():
        population = {"of": "people"}
        of_people = {**scenario, "people": PEOPLE, "population": population}
        cases.append(pytest.param(of_people, id=f"{name}, people"))
    return cases


def _scenarios() -> list[Any]:
    cancers = {name: load_scenario(name).cancer for name in known_scenarios()}
    return [
        case for name, cancer in cancers.items() for case in _both(name, {"base": name}, cancer)
    ]


def _protocols() -> list[Any]:
    """Return each protocol under each cancer that it is for.

    One for cancers that are yet to come is lived under colon cancer.
    """
    cases: list[Any] = []
    for name in known_protocols():
        meant = load_protocol(name).cancers or known_cancers()
        for cancer in [c for c in meant if c in known_cancers()] or ["colon"]:
            protocol = {"base": name, "cancers": [cancer]}
            scenario = {"cancer": cancer, "protocol": protocol}
            cases += _both(f"{name} for {cancer}", scenario, cancer)
    return cases


def _read(cohort: Any) -> None:
    """Read every table: its columns, its nulls, its words and its numbers."""
    everybody = set(cohort.patients["patient"])
    for name, table in cohort.tables.items():
        assert table.columns == [column.name for column in DICTIONARY[name]]
        for column, dtype in table.schema.items():
            values = table[column]
            if column in ALWAYS[name]:
                assert values.null_count() == 0, (name, column)
            if isinstance(dtype, pl.Enum):
                words = dtype.categories.to_list()
                assert len(words) == len(set(words)), (name, column)
                assert set(values.drop_nulls().cast(pl.String)) <= set(words), (name, column)
            elif dtype.is_float():
                assert values.drop_nulls().is_finite().all(), (name, column)
        assert set(table["patient"].drop_nulls()) <= everybody
    assert cohort.patients["patient"].is_unique().all()


@pytest.mark.parametrize("scenario", [*_scenarios(), *_protocols()])
def test_what_ships_is_lived_and_its_tables_are_read(scenario: dict[str, Any]) -> None:
    cohort = paget.simulate(scenario, seed=SEED, threads=1)
    lived = PEOPLE if "people" in scenario else PATIENTS
    assert cohort.stats["patients"] == lived
    assert "people" in scenario or cohort.patients.height == PATIENTS
    _read(cohort)


def test_one_name_for_a_programme_and_a_test_is_one_word() -> None:
    cohort = paget.simulate("breast-registry", patients=200, seed=SEED, threads=1)
    test = cohort.tests["test"]
    assert isinstance(test.dtype, pl.Enum)
    assert test.dtype.categories.to_list().count("mammography") == 1
    reasons = cohort.tests.filter(test == "mammography")["reason"].cast(pl.String)
    assert {"screening", "follow_up"} <= set(reasons)


@pytest.mark.science
@pytest.mark.parametrize("scenario", [*_scenarios(), *_protocols()])
def test_what_ships_has_a_report(scenario: dict[str, Any]) -> None:
    cohort = paget.simulate(scenario, seed=SEED, threads=1)
    text = report_html(cohort)
    assert text.count("<section") >= 7
    assert "nan" not in text.split()
