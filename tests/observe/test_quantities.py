"""Every published quantity, of the lives of the catalogue's cancers."""

import math

import pytest

from paget.atlas.cancers import known_cancers
from paget.observe.cohort_tables import live_tables
from paget.observe.quantities import KNOWN, OF_THE_MODEL, QUANTITIES, error_of, value_of
from paget.observe.summaries import share
from paget.run.scenario import load_scenario, resolve


@pytest.mark.parametrize("cancer", known_cancers())
def test_every_quantity_is_finite_or_concerns_nobody(cancer: str) -> None:
    """Of some hundred lives: where somebody is concerned there is a value, and a share is one."""
    tables = live_tables(resolve(load_scenario(f"{cancer}-standard")), 300, seed=1889)
    for name, quantity in QUANTITIES.items():
        value, told = value_of(tables, *name), quantity.of(tables)
        assert math.isfinite(value) == (told.height > 0) or name[0] == "positive nodes missed", name
        assert sum(told.null_count().row(0)) == 0, name
        assert not value < 0.0, name
        assert not (quantity.summary is share and value > 100.0), name
        assert not error_of(tables, *name) < 0.0, name


def test_what_follows_from_the_laws_has_no_error() -> None:
    tables = live_tables(resolve(load_scenario("colon")), 0, seed=1)
    assert {*QUANTITIES, *OF_THE_MODEL} == KNOWN
    assert not set(QUANTITIES) & set(OF_THE_MODEL)
    for name in OF_THE_MODEL:
        assert math.isfinite(value_of(tables, *name)), name
        assert error_of(tables, *name) == 0.0
