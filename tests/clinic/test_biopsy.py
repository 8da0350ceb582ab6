"""Biopsy: origin by inherited markers, changed receptors, a primary that is not found."""

import pytest

from paget.clinic.biopsy import biopsy_result, confirms, primary_not_found, receptor_changed
from paget.words import CHANGED, CONFIRMED, NO_ANSWER, PRIMARY_NOT_FOUND


@pytest.mark.parametrize(
    ("u", "evasion", "told"),
    [(0.89, 0.0, True), (0.91, 0.0, False), (0.44, 1.0, True), (0.46, 1.0, False)],
)
def test_evasion_silences_the_origin(u: float, evasion: float, told: bool) -> None:
    assert confirms(u, evasion, kept=0.9, loss=0.5) == told


def test_receptors_change_in_a_share() -> None:
    assert [receptor_changed(u, 0.12) for u in (0.0, 0.119, 0.12, 0.9)] == [
        True,
        True,
        False,
        False,
    ]


@pytest.mark.parametrize(
    ("diameter", "hidden"), [(0.0, True), (4.9, True), (5.1, False), (50.0, False)]
)
def test_a_primary_is_found_by_its_size(diameter: float, hidden: bool) -> None:
    assert primary_not_found(0.5, diameter, 5.0, 0.3, 1.0) == hidden


def test_a_test_that_sees_nothing_finds_no_primary() -> None:
    assert primary_not_found(0.5, 1e6, 5.0, 0.3, 0.4)


@pytest.mark.parametrize(
    ("confirmed", "changed", "hidden", "says"),
    [
        (True, False, False, CONFIRMED),
        (True, False, True, CONFIRMED),  # the markers tell the origin all the same
        (True, True, True, CHANGED),
        (False, True, False, NO_ANSWER),
        (False, False, True, PRIMARY_NOT_FOUND),
    ],
)
def test_the_report(confirmed: bool, changed: bool, hidden: bool, says: int) -> None:
    assert biopsy_result(confirmed, changed, hidden) == says
