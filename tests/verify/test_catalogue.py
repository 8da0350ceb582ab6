"""`paget verify`: every closed form holds and every saboteur is caught."""

import math

import numpy as np
import pytest
from scipy.integrate import quad

from paget.core.errors import ScenarioError
from paget.verify.catalogue import Check, known_checks, verify
from paget.verify.relapse import PUBLISHED, Facts, free_of_relapse
from paget.verify.statistics import (
    FALSE_FAIL,
    SampleTooSmallError,
    compare_count,
    needed_for_count,
)

QUICK = ("numbers", "growth", "circulation", "relapse.formula", "staging.tables")
LIVED = ("seeding.exponential.number", "hazards.switch", "hazards.nodes", "detection.programme")


def assert_sound(check: Check) -> None:
    missed = [saboteur.name for saboteur in check.saboteurs if not saboteur.caught]
    assert check.passed, (
        f"{check.name}: {check.engine:g} is not {check.theory:g} ({check.statement}); "
        f"{check.statistic:g} is more than {check.limit:g}"
    )
    assert not missed, f"{check.name} does not catch {', '.join(missed)}"


@pytest.mark.parametrize("part", QUICK)
def test_exact_forms_hold(part: str) -> None:
    for check in verify([part]):
        assert_sound(check)


def test_lives_follow_their_laws() -> None:
    for check in verify(LIVED):
        assert_sound(check)


@pytest.mark.science
@pytest.mark.parametrize("name", known_checks())
def test_every_closed_form_holds(name: str) -> None:
    (check,) = verify([name])
    assert_sound(check)


def test_every_check_has_saboteurs_of_stated_strength() -> None:
    strengths: set[float] = set()
    for check in verify(QUICK):
        assert check.saboteurs, check.name
        strengths |= {abs(saboteur.strength) for saboteur in check.saboteurs}
    assert {0.05, 0.2} <= strengths


def test_the_suite_rarely_fails_by_chance() -> None:
    """House rule: the number of checks times the rate of false failures stays below 1 in 1000."""
    assert len(known_checks()) * FALSE_FAIL < 1e-3


def test_names_are_unique_and_unknown_ones_refused() -> None:
    assert len(set(known_checks())) == len(known_checks())
    with pytest.raises(ScenarioError, match=r"growth\.size"):
        verify(["growht.size"])
    with pytest.raises(ScenarioError, match="patients = 0"):
        verify(["growth"], patients=0)


def test_relapse_law_gives_the_published_numbers() -> None:
    law = free_of_relapse(np.array(list(PUBLISHED)), np.full(3, 1e6), Facts())
    np.testing.assert_allclose(law, list(PUBLISHED.values()), rtol=1e-4)


def test_relapse_law_is_near_the_exact_geometric_law() -> None:
    """The limit of large M against the sizes of a birth-death line as they are: .55921, .008196."""
    facts = Facts()
    resected = math.log(1e6) / facts.delta

    def hazard(s: float, t: float) -> float:
        fall = math.exp(-facts.growth * (t - s))
        lasting = facts.growth / (facts.birth - facts.death * fall)
        eta = facts.birth * (1.0 - fall) / (facts.birth - facts.death * fall)
        sizes = eta ** (facts.relapse_cells - 1.0)
        return facts.nu * math.exp(facts.delta * s) * lasting * sizes

    for after, expected in {0.0: 0.98941, 100.0: 0.55921, 200.0: 0.008196}.items():
        t = resected + after
        total, _ = quad(hazard, -200.0, resected, args=(t,), epsrel=1e-10, limit=400)
        assert math.exp(-total) == pytest.approx(expected, rel=2e-4)


def test_what_the_engine_sheds_too_late_changes_little() -> None:
    """The primary sheds from 200 cells on, the law from the first: 1 in 500 of the hazard."""
    whole = free_of_relapse(np.array([100.0]), np.array([1e6]), Facts())
    cut = free_of_relapse(np.array([100.0]), np.array([1e6]), Facts(), first=200.0)
    assert math.log(whole[0]) == pytest.approx(math.log(cut[0]), rel=3e-3)


def test_counts_are_compared_by_the_poisson_law() -> None:
    needed = needed_for_count(detect=0.05)
    assert compare_count(needed, needed, detect=0.05).passed
    assert not compare_count(1.05 * needed, needed, detect=0.05).passed
    assert not compare_count(0.95 * needed, needed, detect=0.05).passed
    with pytest.raises(SampleTooSmallError):
        compare_count(100.0, 100.0, detect=0.05)
