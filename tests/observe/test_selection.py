"""The observation layer over tables: who is let in, what counts as a relapse, mixed treatments."""

import polars as pl
import pytest

from paget.core.errors import ScenarioError
from paget.core.units import YEAR
from paget.observe.selection import Selection, relapse_free, treatment_mix

PATIENTS = pl.DataFrame(
    {
        "patient": [0, 1, 2, 3],
        "sex": ["female", "male", "female", "male"],
        "subtype": ["er_pos", "er_neg", None, "er_pos"],
        "diagnosis_day": [0.0, 0.0, 0.0, None],
        "age_diagnosis_years": [50.0, 60.0, 70.0, None],
        "detection": ["screen", "symptom", "symptom", None],
        "grade": [1, 2, 3, None],
        "diameter_mm": [21.0, 30.0, 60.0, None],
        "diameter_mm_measured": [19.0, 20.0, 55.0, None],
        "stage_pathological": ["I", "IIIA", None, None],
        "stage_clinical": ["I", "II", "IV", None],
        "summary_stage": ["localized", "regional", "distant", None],
        "intent": ["curative", "curative", "palliative", None],
        "recurrence_day": [2 * YEAR, 4 * YEAR, None, None],
        "recurrence_kind": ["local", "distant", None, None],
        "death_day": [None, 6 * YEAR, YEAR, 5.0],
        "follow_up_day": [10 * YEAR, 6 * YEAR, YEAR, 5.0],
    }
)


@pytest.mark.parametrize(
    ("selection", "who"),
    [
        (Selection(), [0, 1, 2]),
        (Selection(grades=(2, 3)), [1, 2]),
        (Selection(stages=("III", "IV")), [1, 2]),
        (Selection(summary_stages=("localized",)), [0]),
        (Selection(subtypes=("er_pos",)), [0]),
        (Selection(sexes=("female",), detections=("symptom",)), [2]),
        (Selection(ages=(50.0, 60.0)), [0]),
        (Selection(diameters_mm=(0.0, 20.0)), [0, 1]),  # as measured: one is 30 mm in truth
        (Selection(diameters_mm=(20.0, 60.0)), [2]),
        (Selection(intents=("palliative",)), [2]),
    ],
)
def test_a_selection_lets_in_what_the_clinic_sees(selection: Selection, who: list[int]) -> None:
    assert selection.of(PATIENTS)["patient"].to_list() == who


@pytest.mark.parametrize(
    ("counts", "or_death", "happened"),
    [
        ("any", False, [True, True]),
        ("distant", False, [False, True]),
        ("loco-regional", False, [True, False]),
        ("distant", True, [False, True]),
    ],
)
def test_what_counts_as_a_relapse(counts: str, or_death: bool, happened: list[bool]) -> None:
    told = relapse_free(PATIENTS, counts, or_death=or_death)
    assert told.years.tolist() == pytest.approx([2.0, 4.0])
    assert told.happened.tolist() == happened


def test_a_death_without_relapse_counts_only_where_it_is_asked_for() -> None:
    died = PATIENTS.with_columns(
        recurrence_day=pl.lit(None, pl.Float64), recurrence_kind=pl.lit(None, pl.String)
    )
    assert relapse_free(died).happened.tolist() == [False, False]
    assert relapse_free(died, or_death=True).happened.tolist() == [False, True]
    assert relapse_free(died).years.tolist() == pytest.approx([10.0, 6.0])


def test_an_unknown_definition_is_refused() -> None:
    with pytest.raises(ScenarioError, match="any, distant, loco-regional"):
        relapse_free(PATIENTS, "nearby")


def test_a_mix_of_treatments_weighs_each_twin_by_its_share() -> None:
    mixed = treatment_mix([PATIENTS, PATIENTS], (0.3, 0.7))
    assert mixed.height == 2 * PATIENTS.height
    assert mixed["weight"].sum() == pytest.approx(PATIENTS.height)
    with pytest.raises(ScenarioError, match="sum to 1"):
        treatment_mix([PATIENTS, PATIENTS], (0.3, 0.6))
