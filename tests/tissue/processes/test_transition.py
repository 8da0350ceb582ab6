"""Transition: rates of EMT and MET, the balance between them, the signals that set them."""

import numpy as np
import pytest

from paget.tissue.state import Tissue
from tests.statistics import assert_cdf, assert_proportion
from tests.tissue.colonies import OPEN, a_tissue, advance

CELLS = 8000
STILL = {"epithelial.emt_rate": 0.0, "hybrid.emt_rate": 0.0, "hybrid.met_rate": 0.0}


def a_line(kind: str, oxygen: float = 38.0, rules: tuple[str, ...] = (), **rates: float) -> Tissue:
    change = STILL | {"mesenchymal.met_rate": 0.0}
    change |= {name.replace("__", "."): rate for name, rate in rates.items()}
    return a_tissue(
        ["transition"],
        cells={kind: CELLS},
        change=change,
        fields={"oxygen": {**OPEN, "start": oxygen}},
        rules=list(rules),
    )


def test_a_step_of_emt_comes_at_its_rate() -> None:
    tissue = advance(a_line("epithelial", epithelial__emt_rate=0.5), 48)
    left = tissue.count()["epithelial"]
    assert_proportion(left, CELLS, np.exp(-0.5 * 2.0), detect=0.05)
    assert tissue.tallies["emt"] == CELLS - left == tissue.count()["hybrid"]
    with pytest.raises(AssertionError):
        assert_proportion(left, CELLS, np.exp(-0.6 * 2.0), detect=0.05)


def test_waiting_for_met_is_exponential() -> None:
    tissue = a_line("mesenchymal", mesenchymal__met_rate=2.0)
    days: list[float] = []
    for step in range(1, 400):
        before = tissue.count()["mesenchymal"]
        tissue.advance()
        days += [step / 24.0] * (before - tissue.count()["mesenchymal"])
    waited = np.array(days)
    assert len(waited) == CELLS

    def law(day: np.ndarray) -> np.ndarray:
        return -np.expm1(-2.0 * day)

    assert_cdf(waited, law, detect=0.06, discrete=True)
    with pytest.raises(AssertionError):
        assert_cdf(waited, lambda day: law(1.2 * day), detect=0.06, discrete=True)


def test_both_ways_come_to_a_balance() -> None:
    tissue = a_line(
        "epithelial",
        epithelial__emt_rate=1.0,
        hybrid__emt_rate=2.0,
        hybrid__met_rate=1.5,
        mesenchymal__met_rate=3.0,
    )
    found = advance(tissue, 24 * 12).count()
    parts = np.array([1.0, 1.0 / 1.5, 1.0 * 2.0 / (1.5 * 3.0)])
    for kind, share in zip(
        ("epithelial", "hybrid", "mesenchymal"), parts / parts.sum(), strict=True
    ):
        assert_proportion(found[kind], CELLS, share, detect=0.05)


HYPOXIA = "oxygen decreases epithelial.emt_rate from 1 /day towards 0 with half-max 8 mmHg, Hill 4"
REPAIR = "oxygen increases mesenchymal.met_rate towards 1 /day with half-max 15 mmHg, Hill 4"


def test_oxygen_sets_the_rate_of_emt_by_its_rule() -> None:
    for oxygen in (2.0, 8.0, 38.0):
        tissue = advance(a_line("epithelial", oxygen, (HYPOXIA,)), 24)
        rate = 1.0 / (1.0 + (oxygen / 8.0) ** 4)
        assert_proportion(tissue.count()["epithelial"], CELLS, np.exp(-rate), detect=0.05)


def test_met_awaits_the_signals_of_a_new_organ() -> None:
    rules = (HYPOXIA, REPAIR)
    at_home = advance(a_line("mesenchymal", 1.0, rules), 24).count()["mesenchymal"]
    abroad = advance(a_line("mesenchymal", 38.0, rules), 24).count()["mesenchymal"]
    assert at_home == CELLS
    rate = 1.0 - 1.0 / (1.0 + (38.0 / 15.0) ** 4)
    assert_proportion(abroad, CELLS, np.exp(-rate), detect=0.05)
