"""What tests find, beside what was published."""

import pytest

from paget.observe.what_tests_find import OF_THE_MODEL, STOOL_TEST
from tests.observe.by_hand import MODEL, cohort


def test_imaging_holds_what_was_published() -> None:
    assert OF_THE_MODEL["mammography sensitivity", "5 mm"](MODEL) == pytest.approx(26, abs=1)
    assert OF_THE_MODEL["liver CT sensitivity", "6-10 mm"](MODEL) == pytest.approx(55, abs=4)


def test_a_test_of_stool_sees_large_cancers_more_often() -> None:
    rows = [
        {"diameter_mm": 10.0, "clinical_t": 1, "stage_pathological": "I"},
        {"diameter_mm": 60.0, "clinical_t": 3, "stage_pathological": "IIIB"},
    ]
    small, large = (
        STOOL_TEST["FIT sensitivity", group].value(cohort(rows)) for group in ("T1", "T3")
    )
    assert 0.0 < small < large < 100.0
    assert STOOL_TEST["FIT sensitivity", "III"].value(cohort(rows)) == large
