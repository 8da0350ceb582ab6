"""Systemic treatment: log-kill, growth, targets, arrest and what sleeps."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paget.atlas.clinic import load_clinic
from paget.body.growth import growth_law, growth_rate, size_after
from paget.clinic.systemic import (
    ASLEEP,
    FATAL,
    STALLED,
    TOLERATED,
    TOXIC,
    arrested,
    cycle_survival,
    growth_fraction,
    has_target,
    responds,
    sleeper_effect,
    toxic_outcome,
)
from paget.words import DRUG_CLASSES, ELIMINATE, GOMPERTZ, HOLD, SLEEPER_EFFECTS, SPARES
from tests.protocol.rows import drug

SHARES = st.floats(0.0, 1.0)


def test_log_kill_by_hand() -> None:
    assert cycle_survival(drug(log_kill=1.0), 1.0, 0.3, True) == pytest.approx(0.1)
    assert cycle_survival(drug(log_kill=2.0), 0.5, 0.3, True) == pytest.approx(0.1)
    assert cycle_survival(drug(log_kill=1.0), 0.0, 0.3, True) == 1.0
    assert cycle_survival(drug(log_kill=1.0), 1.0, 1.0, False) == 1.0


def test_norton_and_simon_by_hand() -> None:
    whole = drug(log_kill=1.0, norton_simon=1.0)
    assert cycle_survival(whole, 1.0, 0.5, True) == pytest.approx(10.0**-0.5)
    half = drug(log_kill=1.0, norton_simon=0.5)
    assert cycle_survival(half, 1.0, 0.5, True) == pytest.approx(10.0**-0.75)
    assert cycle_survival(half, 1.0, 7.0, True) == pytest.approx(0.1)


@given(st.floats(0.0, 3.0), SHARES, SHARES, SHARES)
def test_a_share_survives(kill: float, share: float, reaches: float, pace: float) -> None:
    found = cycle_survival(drug(log_kill=kill, norton_simon=share), reaches, pace, True)
    assert 10.0**-kill <= found * (1.0 + 1e-12)
    assert found <= 1.0


def test_a_large_lesion_is_hurt_less_by_norton_and_simon() -> None:
    law = growth_law(GOMPERTZ, 0.004, 1e11, math.log(2.0) / 4.0, 0.5)
    paces = [growth_fraction(growth_rate(law, n), law.ceiling) for n in (1e2, 1e8, 1e10)]
    assert paces[0] > paces[1] > paces[2] > 0.0
    whole = drug(log_kill=1.0, norton_simon=1.0)
    left = [cycle_survival(whole, 1.0, pace, True) for pace in paces]
    assert left[0] < left[1] < left[2]


def test_growth_fraction_is_a_share() -> None:
    assert growth_fraction(0.05, 0.2) == pytest.approx(0.25)
    assert growth_fraction(0.5, 0.2) == 1.0
    assert growth_fraction(-0.1, 0.2) == 0.0


def test_arrest_undoes_growth() -> None:
    law = growth_law(GOMPERTZ, 0.004, 1e11, math.log(2.0) / 4.0, 0.5)
    n, days = 1e7, 28.0
    grown = size_after(law, n, days) / n
    still = arrested(drug(arrest=1.0), 1.0, grown, True)
    assert size_after(law, n, days) * still == pytest.approx(n)
    assert arrested(drug(arrest=0.5), 1.0, 4.0, True) == pytest.approx(0.5)
    assert arrested(drug(arrest=1.0), 0.5, 4.0, True) == pytest.approx(0.5)
    assert arrested(drug(arrest=1.0), 1.0, 4.0, False) == 1.0


def test_targets_are_a_mask_of_subtypes() -> None:
    aimed = drug(subtypes=0b1010)
    assert [has_target(aimed, subtype) for subtype in range(5)] == [False, True, False, True, False]


def test_who_responds() -> None:
    assert responds(0.59, 0.6)
    assert not responds(0.6, 0.6)


@pytest.mark.parametrize("state", [ASLEEP, STALLED])
def test_what_does_not_grow(state: int) -> None:
    field = ("on_asleep", "on_stalled")[state]
    other = ("on_stalled", "on_asleep")[state]
    assert sleeper_effect(drug(eliminates=1.0), state, 0.1) == SPARES
    assert sleeper_effect(drug(**{field: HOLD}), state, 0.99) == HOLD
    assert sleeper_effect(drug(**{field: ELIMINATE, "eliminates": 0.3}), state, 0.29) == ELIMINATE
    assert sleeper_effect(drug(**{field: ELIMINATE, "eliminates": 0.3}), state, 0.3) == SPARES
    assert sleeper_effect(drug(**{other: HOLD}), state, 0.5) == SPARES


def test_the_toxic_die_first() -> None:
    toxic = drug(toxic_death=0.01, toxicity=0.2)
    luck = (0.009, 0.011, 0.209, 0.211)
    assert [toxic_outcome(toxic, u) for u in luck] == [FATAL, TOXIC, TOXIC, TOLERATED]
    assert toxic_outcome(drug(), 1e-12) == TOLERATED


def test_the_codes_are_the_places_of_the_words() -> None:
    assert SLEEPER_EFFECTS[SPARES] == "nothing"
    assert SLEEPER_EFFECTS[HOLD] == "hold"
    assert SLEEPER_EFFECTS[ELIMINATE] == "eliminate"


def test_every_drug_of_the_atlas_does_something_and_can_be_resisted() -> None:
    for name, stated in load_clinic("drugs").items():
        effects = [stated.get("log_kill", 0.0), stated.get("arrest", 0.0)]
        assert max(effects) > 0.0, name
        assert stated["responders"] > 0.0, name
        assert stated["resistance_rate"] > 0.0 or not stated.get("log_kill"), name
        eliminates = "eliminate" in (stated["on_asleep"], stated["on_stalled"])
        assert eliminates == (stated.get("eliminates", 0.0) > 0.0), name


CHOICES = {
    "chemotherapy": {("nothing", "nothing")},
    "targeted": {("nothing", "nothing"), ("nothing", "hold"), ("hold", "nothing")},
    "endocrine": {("hold", "hold")},
    "immunotherapy": {("eliminate", "eliminate")},
}


def test_each_class_makes_its_choice_about_sleepers() -> None:
    assert set(CHOICES) == set(DRUG_CLASSES)
    for name, stated in load_clinic("drugs").items():
        assert (stated["on_asleep"], stated["on_stalled"]) in CHOICES[stated["kind"]], name
