"""Colonisation: surveillance, inherited evasion, growth, and groups."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paget.body.colonisation import (
    extinction,
    group_size,
    growth_constant,
    inherited_evasion,
    surveillance_share,
)
from tests.lived import Changes, Table, lives, model_of
from tests.witness.scenario import COMPARED


def parameters(changes: Changes) -> Table:
    return model_of(changes).world


LOSSES: Changes = {"growth.cell_loss": 0.8, "colonisation.immune_kill": 0.1}


def test_extinction() -> None:
    p = parameters(LOSSES)
    assert extinction(1.0, p) == pytest.approx(0.8)
    assert extinction(0.0, p) == pytest.approx(0.9)
    assert extinction(0.0, parameters({**LOSSES, "colonisation.immune_kill": 0.9})) == 1.0
    off = parameters({**LOSSES, "colonisation.immune_surveillance": False})
    assert extinction(0.0, off) == pytest.approx(0.8)


def test_evasion_is_inherited_and_improved() -> None:
    p = parameters({"colonisation.evasion_step": 0.1})
    assert inherited_evasion(0.5, 0.0, p) == pytest.approx(0.5)
    assert inherited_evasion(0.5, 2.0, p) == pytest.approx(1.0 - 0.5 * math.exp(-0.2))
    assert inherited_evasion(0.5, 1e3, p) == pytest.approx(1.0)
    assert inherited_evasion(1.0, 3.0, p) == pytest.approx(1.0)


def test_surveillance_share() -> None:
    p = parameters(LOSSES)
    assert surveillance_share(1.0, 1.0, p) == pytest.approx(1.0)
    assert surveillance_share(1.0, 0.0, p) == pytest.approx(0.5)
    by_hand = (1.0 - 0.9**3) / (1.0 - 0.8**3)
    assert surveillance_share(3.0, 0.0, p) == pytest.approx(by_hand)
    assert surveillance_share(3.0, 0.0, p) > surveillance_share(1.0, 0.0, p)


def test_growth_constant() -> None:
    assert growth_constant(0.01, 2.0, 0.3, 0.0) == pytest.approx(0.02)
    assert growth_constant(0.01, 2.0, 0.3, 1.0) == pytest.approx(0.02 * math.exp(0.3))


def test_groups_grow_with_their_number() -> None:
    assert [group_size(n, 8) for n in (0, 1, 8, 15, 16, 23, 24, 80)] == [1, 1, 1, 1, 2, 2, 3, 10]


@given(st.integers(1, 50), st.integers(100, 1_000_000))
def test_lesions_needed_grow_with_the_logarithm(explicit: int, arrivals: int) -> None:
    seen = lesions = 0
    while seen < arrivals:
        seen += group_size(seen, explicit)
        lesions += 1
    bound = 2.0 * explicit + (explicit + 1.0) * math.log(max(1.0, arrivals / explicit)) + 2.0
    assert lesions <= 1.2 * bound


def test_groups_carry_as_many_as_arrive() -> None:
    scenario: Changes = {
        **COMPARED,
        "shedding.blood_rate": "5e9 cell/day",
        "colonisation.secondary_spread": False,
        "shedding.lymphatic_route": False,
    }
    one_by_one = lives(scenario, 3000, 3)
    grouped = lives({**scenario, "colonisation.explicit": 2}, 3000, 3)
    exact = one_by_one.lesions["count"].sum() - 3000
    carried = grouped.lesions["count"].sum() - 3000
    assert len(grouped.lesions) < 0.9 * len(one_by_one.lesions)
    assert carried == pytest.approx(exact, rel=0.1)
