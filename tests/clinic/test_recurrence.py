"""Recurrence: when a site becomes overt, and residual cells."""

import numpy as np
import pytest

from paget.body.growth import NEVER, elapsed
from paget.body.lesion import day_of_size, law_of
from paget.clinic.late import note_overt
from paget.clinic.recurrence import local_relapse
from tests.clinic.colonies import case


def test_a_site_is_overt_when_its_first_lesion_is_seen() -> None:
    c = case({"detection.everywhere.diameter": "10 mm"})
    c.person.clinical_day = 200.0
    late, early = c.add("liver", 900.0), c.add("liver", 400.0)
    world, row = c.model.world, c.row("liver")
    assert note_overt(c.person, world, c.scratch, late)
    assert c.scratch.overt[row] == pytest.approx(day_of_size(late, c.cells(10.0), c.p))
    assert note_overt(c.person, world, c.scratch, early)
    assert c.scratch.overt[row] == pytest.approx(day_of_size(early, c.cells(10.0), c.p))
    assert not note_overt(c.person, world, c.scratch, late)


def test_what_is_there_at_diagnosis_is_overt_from_then_on() -> None:
    c = case({"detection.everywhere.diameter": "10 mm"})
    c.person.clinical_day = 5000.0
    assert note_overt(c.person, c.model.world, c.scratch, c.add("lung", 400.0))
    assert c.scratch.overt[c.row("lung")] == 5000.0


def test_regional_nodes_and_stalled_colonies_are_never_overt() -> None:
    c = case({})
    c.person.clinical_day = 100.0
    assert not note_overt(c.person, c.model.world, c.scratch, c.add("ln_colon_local", 10.0))
    stalled = c.add("liver", 400.0)
    stalled.stall_until = NEVER
    assert not note_overt(c.person, c.model.world, c.scratch, stalled)
    assert np.all(np.isinf(c.scratch.overt))


@pytest.mark.parametrize(("depth_mm", "chance"), [(5.0, 0.2), (30.0, 0.6)])
def test_residual_cells_are_left_by_depth_and_regrow(depth_mm: float, chance: float) -> None:
    c = case(
        {
            "surgery.residual_shallow": 0.2,
            "surgery.residual_deep": 0.6,
            "progression.regional_depth": "20 mm",
            "surgery.residual_diameter": "1 mm",
            "surgery.local_detection_diameter": "15 mm",
        }
    )
    c.person.depth, c.person.surgery_day = depth_mm * 1000.0, 700.0
    expected = 700.0 + elapsed(law_of(c.scratch.lesions[0], c.p), c.cells(1.0), c.cells(15.0))
    relapses = 0
    for patient in range(4000):
        c.person.patient = patient
        day = local_relapse(c.person, c.model.world, c.scratch)
        assert day == NEVER or day == pytest.approx(expected)
        relapses += day < NEVER
    spread = np.sqrt(chance * (1.0 - chance) * 4000)
    assert abs(relapses - 4000 * chance) < 5.0 * spread
