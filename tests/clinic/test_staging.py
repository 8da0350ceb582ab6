"""Staging: categories by their limits, stage groups by row, nodes by what is examined."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from paget.atlas.anatomy import load_body_map
from paget.atlas.cancers import load_cancer
from paget.clinic.staging import (
    STAGE_RULES,
    found_positive,
    measured_cells,
    n_category,
    node_limits,
    sentinel_positive,
    summary_stage,
    t_category,
)
from paget.verify.staging import TABLES
from paget.words import STAGES, SUMMARY_STAGES
from tests.clinic.colonies import case

MM = 1000.0
ORDER = ["I", "IA", "IB", "IIA", "IIB", "III", "IIIA", "IIIB", "IIIC"]
"""Stage groups from best to worst, of all rules."""


@pytest.mark.parametrize(
    ("depth_mm", "t"), [(0.1, 1), (2.9, 1), (3.0, 2), (5.9, 2), (6.0, 3), (19.9, 3), (20.0, 4)]
)
def test_t_by_depth(depth_mm: float, t: int) -> None:
    limits = {"t2_limit": "3 mm", "t3_limit": "6 mm", "t4_depth": "20 mm", "t_rule": "depth"}
    p = case({f"progression.{name}": value for name, value in limits.items()}).p
    assert t_category(1e9, depth_mm * MM, p) == t


@pytest.mark.parametrize(
    ("diameter_mm", "depth_mm", "t"),
    [(19.0, 1.0, 1), (21.0, 1.0, 2), (41.0, 1.0, 3), (5.0, 31.0, 4)],
)
def test_t_by_diameter_and_t4_by_depth(diameter_mm: float, depth_mm: float, t: int) -> None:
    limits = {"t2_limit": "20 mm", "t3_limit": "40 mm", "t4_depth": "30 mm", "t_rule": "diameter"}
    c = case({f"progression.{name}": value for name, value in limits.items()})
    assert t_category(c.cells(diameter_mm), depth_mm * MM, c.p) == t


def test_n_by_number_of_positive_nodes() -> None:
    assert [n_category(k) for k in (0, 1, 3, 4, 40)] == [0, 1, 1, 2, 2]
    assert [n_category(k, 10) for k in (0, 1, 3, 4, 9, 10, 40)] == [0, 1, 1, 2, 2, 3, 3]


@pytest.mark.parametrize("rule", STAGE_RULES)
def test_the_rules_say_where_n3_begins(rule: str) -> None:
    most = max(n for _, n in STAGE_RULES[rule])
    assert n_category(100, node_limits(rule)) == most


def test_every_rule_can_be_chosen_and_its_groups_have_words() -> None:
    common = load_cancer("common", frozenset(load_body_map().site_names))
    assert set(common["staging.rule"].choices or ()) == set(STAGE_RULES)
    assert {group for rows in STAGE_RULES.values() for group in rows.values()} <= set(STAGES)


@pytest.mark.parametrize("rule", STAGE_RULES)
def test_stage_groups_cover_every_row_and_never_fall_with_n(rule: str) -> None:
    rows = STAGE_RULES[rule]
    most = 3 if node_limits(rule) else 2
    assert set(rows) == set(itertools.product((1, 2, 3, 4), range(most + 1)))
    for t, n in itertools.product((1, 2, 3, 4), range(most)):
        assert ORDER.index(rows[t, n]) <= ORDER.index(rows[t, n + 1])


@pytest.mark.parametrize("rule", STAGE_RULES)
def test_stage_groups_never_fall_with_t(rule: str) -> None:
    rows = STAGE_RULES[rule]
    for (t, n), group in rows.items():
        if (t + 1, n) in rows:
            assert ORDER.index(group) <= ORDER.index(rows[t + 1, n])


@pytest.mark.parametrize("rule", STAGE_RULES)
def test_stage_groups_row_by_row(rule: str) -> None:
    for n, row in enumerate(TABLES[rule]):
        assert [STAGE_RULES[rule][t, n] for t in (1, 2, 3, 4)] == row.split()


@given(st.integers(0, 30), st.integers(1, 40), st.integers(0, 45), st.floats(1e-6, 1.0 - 1e-6))
def test_found_nodes_are_the_quantile_of_the_hypergeometric_law(
    positive: int, total: int, examined: int, u: float
) -> None:
    k = found_positive(positive, total, examined, u)
    law = stats.hypergeom(total, min(positive, total), min(examined, total))
    assert law.cdf(k) >= u - 1e-9
    assert k == 0 or law.cdf(k - 1) <= u + 1e-9


def test_all_are_found_where_all_are_examined() -> None:
    assert [found_positive(5, 20, examined, 0.01) for examined in (20, 25)] == [5, 5]
    assert found_positive(30, 20, 20, 0.5) == 20  # deposits beyond the nodes share them
    assert found_positive(0, 20, 10, 0.99) == 0


def test_few_examined_nodes_hide_positive_ones() -> None:
    """Of 25 nodes 3 are positive: the chance of missing all falls with the number examined."""
    u = (np.arange(2000) + 0.5) / 2000
    missed = [
        np.mean([found_positive(3, 25, examined, x) == 0 for x in u]) for examined in (5, 8, 12)
    ]
    assert missed == pytest.approx([0.496, 0.296, 0.124], abs=0.001)


def test_sentinel_node() -> None:
    assert [sentinel_positive(k, 0.9, 0.89) for k in (0, 1, 7)] == [False, True, True]
    assert not sentinel_positive(5, 0.9, 0.91)


def test_the_measured_size_errs_in_diameter() -> None:
    assert measured_cells(1e9, 0.2, 0.0) == 1e9
    assert measured_cells(1e9, 0.2, 1.0) == pytest.approx(1e9 * np.exp(0.2) ** 3)


def test_summary_stage_is_the_farthest_that_is_seen() -> None:
    rows = [(0, 0), (1, 0), (0, 1), (1, 1)]
    stages = summary_stage(*np.array(rows, bool).T)
    names = [SUMMARY_STAGES[place] for place in stages]
    assert names == ["localized", "regional", "distant", "distant"]
