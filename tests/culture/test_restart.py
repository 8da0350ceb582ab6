"""A state that was put away and taken up again goes on as if nothing had happened."""

from typing import Any

import numpy as np
import pytest

from paget.culture.counts import BREACH, Counts
from paget.culture.restart import freeze, thaw
from paget.tissue.cascade import Cascade
from paget.tissue.kinds import KINDS
from paget.tissue.model_file import known_models, load_model
from tests.culture.tissues import SMALL


def copied(cascade: Cascade) -> tuple[dict[str, Any], dict[str, Any]]:
    arrays, told = freeze(cascade)
    return {name: array.copy() for name, array in arrays.items()}, told


def assert_same_state(one: Cascade, other: Cascade) -> None:
    arrays, told = freeze(one)
    others, told_other = freeze(other)
    assert told == told_other
    assert arrays.keys() == others.keys()
    for name, array in arrays.items():
        assert np.array_equal(array, others[name]), name


def test_cells_under_way_in_vessels_arrive_after_a_restart() -> None:
    model = load_model(SMALL)
    cascade = Cascade(model, 3)
    while not (cascade.vasculature and cascade.vasculature.travelling):
        cascade.advance()
    arrays, told = copied(cascade)
    again = thaw(model, 3, 1, arrays, told)
    assert_same_state(again, cascade)
    again.advance(300)
    cascade.advance(300)
    assert cascade.arrivals
    assert_same_state(again, cascade)


def test_a_state_is_needed_for_that() -> None:
    model = load_model(SMALL)
    cascade, again = Cascade(model, 3), Cascade(model, 3)
    cascade.advance(60)
    arrays, told = copied(cascade)
    arrays["0/rings"] += 1  # a saboteur: every clock rings one step late
    again = thaw(model, 3, 1, arrays, told)
    cascade.advance(60)
    again.advance(60)
    with pytest.raises(AssertionError):
        assert_same_state(again, cascade)


@pytest.mark.slow
@pytest.mark.parametrize("name", known_models())
def test_every_model_goes_on_after_a_restart(name: str) -> None:
    model = load_model(name)
    cascade = Cascade(model, 5)
    cascade.advance(25)
    arrays, told = copied(cascade)
    again = thaw(model, 5, 1, arrays, told)
    cascade.advance(25)
    again.advance(25)
    assert_same_state(again, cascade)
    counts = Counts()
    counts.take(cascade)
    columns = set(counts.table().columns)
    for tissue in cascade.tissues:
        assert not set(tissue.tallies) & set(KINDS)  # a count of events is no count of cells
        assert set(tissue.tallies) - {BREACH} <= columns
