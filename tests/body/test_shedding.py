"""Shedding: the gauge, frailty, turnover, and the kinds of seed."""

import math
from typing import Any

import numpy as np
import pytest
from scipy import stats

from paget.body.hazard import MAX_PIECES, N_COLUMNS, rate_at
from paget.body.progression import motile_fraction
from paget.body.shedding import (
    cluster_cells,
    frailty,
    metastasis_shedding,
    primary_shedding,
    turnover_factor,
)
from paget.words import BLOOD, LYMPH, SEROSA
from tests.lived import Changes, Table, colon, model_of
from tests.statistics import assert_mean

ROUTES = {BLOOD: "blood", LYMPH: "lymph", SEROSA: "serosal"}


def parameters(changes: Changes) -> Table:
    return model_of(changes).world


@pytest.mark.parametrize("route", ROUTES)
def test_the_stated_rate_holds_at_the_reference_with_full_access(route: int) -> None:
    p = parameters({})
    pieces = np.zeros((MAX_PIECES, N_COLUMNS))
    n = metastasis_shedding(pieces, route, p.avascular_cells, math.inf, 1.0, p)
    stated = colon({}).real(f"shedding.{ROUTES[route]}_rate")
    assert rate_at(pieces, n, p.shedding_cells) == pytest.approx(stated)


@pytest.mark.parametrize("route", ROUTES)
def test_a_primary_of_full_depth_sheds_like_a_metastasis(route: int) -> None:
    p = parameters({})
    primary, metastasis = np.zeros((MAX_PIECES, N_COLUMNS)), np.zeros((MAX_PIECES, N_COLUMNS))
    per_depth = math.pi / 6.0 * float(p.density) / 1.0**3  # as deep as it is wide
    n = primary_shedding(primary, route, p.avascular_cells, math.inf, per_depth, 2.0, p)
    m = metastasis_shedding(metastasis, route, p.avascular_cells, math.inf, 2.0, p)
    size = p.shedding_cells  # 42 mm deep: below the last layer
    assert rate_at(primary, n, size) == pytest.approx(rate_at(metastasis, m, size))


def test_nothing_is_shed_before_vessels() -> None:
    p = parameters({})
    pieces = np.zeros((MAX_PIECES, N_COLUMNS))
    n = metastasis_shedding(pieces, BLOOD, p.avascular_cells, math.inf, 1.0, p)
    assert rate_at(pieces, n, 0.99 * p.avascular_cells) == 0.0
    assert metastasis_shedding(pieces, BLOOD, p.avascular_cells, math.inf, 0.0, p) == 0


def test_pieces_beyond_the_largest_size_are_left_out() -> None:
    p = parameters({"progression.motile_ceiling": 0.051})
    pieces = np.zeros((MAX_PIECES, N_COLUMNS))
    assert metastasis_shedding(pieces, BLOOD, p.avascular_cells, math.inf, 1.0, p) == 2
    assert metastasis_shedding(pieces, BLOOD, p.avascular_cells, 1e6, 1.0, p) == 1
    per_depth = math.pi / 6.0 * float(p.density) / 0.3**3
    whole = primary_shedding(pieces, BLOOD, p.avascular_cells, math.inf, per_depth, 1.0, p)
    cut = primary_shedding(pieces, BLOOD, p.avascular_cells, 1e8, per_depth, 1.0, p)
    assert cut < whole


def test_shedding_goes_with_its_power_of_size() -> None:
    p = parameters({"progression.motile_exponent": 0.0})
    pieces = np.zeros((MAX_PIECES, N_COLUMNS))
    n = metastasis_shedding(pieces, LYMPH, p.avascular_cells, math.inf, 1.0, p)
    ratio = rate_at(pieces, n, 1e9) / rate_at(pieces, n, 1e8)
    assert ratio == pytest.approx(10.0**p.lymph_exponent)


def test_shedding_follows_the_motile_fraction_to_its_ceiling() -> None:
    p = parameters({"progression.motile_ceiling": 0.051})
    pieces = np.zeros((MAX_PIECES, N_COLUMNS))
    n = metastasis_shedding(pieces, BLOOD, p.avascular_cells, math.inf, 1.0, p)
    assert n == 2
    for size in (1e7, 1e9, 1e12):
        expected = p.blood_rate * motile_fraction(size, p) * size**p.blood_exponent
        assert rate_at(pieces, n, size) == pytest.approx(expected)


def test_turnover() -> None:
    p = parameters({"shedding.turnover_exponent": 0.5, "shedding.turnover_reference": "200 day"})
    assert turnover_factor(200.0, p) == pytest.approx(1.0)
    assert turnover_factor(50.0, p) == pytest.approx(2.0)


def test_frailty_families() -> None:
    z = stats.norm.ppf((np.arange(20_000) + 0.5) / 20_000)
    p = parameters({"shedding.frailty": "lognormal"})
    drawn = np.array([frailty(x, 0.8, p) for x in z])
    assert np.log(drawn).std() == pytest.approx(0.8, rel=1e-3)
    assert np.median(drawn) == pytest.approx(1.0, rel=1e-3)
    p = parameters({"shedding.frailty": "gamma"})
    drawn = np.array([frailty(x, 0.8, p) for x in z])
    assert drawn.mean() == pytest.approx(1.0, rel=1e-3)
    assert drawn.var() == pytest.approx(0.64, rel=5e-3)


def test_cluster_sizes_given_that_the_line_lasts() -> None:
    p = parameters({"shedding.cluster_mean": 4})
    loss = 0.9
    u = (np.arange(50_000) + 0.5) / 50_000
    drawn = np.array([cluster_cells(x, loss, p) for x in u])
    sizes = np.arange(2, 60)
    law: Any = stats.geom(1.0 / 3.0)
    weight = law.pmf(sizes - 1) * (1.0 - loss**sizes)
    weight /= weight.sum()
    for size, expected in zip(sizes[:20], weight[:20], strict=True):
        assert np.mean(drawn == size) == pytest.approx(expected, abs=1e-4)
    never_lost = np.array([cluster_cells(x, 0.0, p) for x in u])
    assert never_lost.mean() == pytest.approx(4.0, rel=1e-3)


def test_frailties_are_correlated_as_stated() -> None:
    from tests.lived import lives

    rho = 0.6
    spreads = {"shedding.blood_rate.spread": 1.0, "shedding.lymph_rate.spread": 2.0}
    who = lives(
        {
            **spreads,
            "shedding.lymph_rate.correlation": rho,
            "shedding.turnover_exponent": 0.0,
            "shedding.blood_route": False,
            "shedding.lymphatic_route": False,
            "shedding.serosal_route": False,
        },
        40_000,
        1,
    ).persons
    blood, lymph = np.log(who.blood_factor), np.log(who.lymph_factor) / 2.0
    assert_mean(blood, 0.0, detect=0.05)
    assert_mean(blood**2, 1.0, detect=0.08)
    assert_mean(lymph**2, 1.0, detect=0.08)
    assert_mean(blood * lymph, rho, detect=0.06)
