"""Staging: the tables row by row, and the nodes that a pathologist finds.

The groups of each rule are written here a second time. The engine's own laws place tumours just
short of each limit and just past it, by depth and by diameter, with every number of positive nodes
that matters, and must name the group that the table has.

Public names: `trials`, `TABLES`.
"""

from functools import cache
from typing import Any, Final, NamedTuple

import numpy as np
from scipy import stats

from paget.body.progression import cells
from paget.clinic.staging import STAGE_RULES, found_positive, n_category, node_limits, t_category
from paget.core import streams
from paget.engine.lives import run_key
from paget.kernels.philox import uniform
from paget.verify.check import Lie, Trial, tell
from paget.verify.lives import SEED, theory_model
from paget.verify.statistics import Floats, Verdict, compare_cdf, needed_for_cdf
from paget.words import T_RULES

DETECT: Final = 0.02
TABLES: Final = {
    "colorectal": ("I I IIA IIB", "IIIA IIIA IIIB IIIB", "IIIC IIIC IIIC IIIC"),
    "pancreas": ("IA IB IIA III", "IIB IIB IIB III", "IIB IIB IIB III"),
    "breast": (
        "I IIA IIB IIIB",
        "IIA IIB IIIA IIIB",
        "IIIA IIIA IIIA IIIB",
        "IIIC IIIC IIIC IIIC",
    ),
}
"""Groups from T1 to T4, a row for each N from 0 up, by rule."""
NODES: Final = (0, 1, 3, 4, 9, 10, 30)
MM: Final = 1000.0


class Limits(NamedTuple):
    """Where categories begin."""

    t2: float = 3.0
    """[mm]"""
    t3: float = 6.0
    t4: float = 20.0
    n2: int = 4
    """Positive nodes."""
    n3: int = 10
    """Where a rule has it."""


SIZES: Final = tuple(limit * side for limit in Limits()[:3] for side in (0.99, 1.01))
"""[mm] Just short of each limit, and just past it."""


def _categories(facts: Limits, t_rule: str) -> list[int]:
    """Return the engine's T of each size, by depth or by diameter with T4 by depth."""
    changes = {"t2_limit": facts.t2, "t3_limit": facts.t3, "t4_depth": facts.t4}
    named = {f"progression.{name}": f"{value} mm" for name, value in changes.items()}
    p = theory_model({**named, "progression.t_rule": t_rule}).world
    return [t_category(cells(size * MM, p.density), size * MM, p) for size in SIZES]


@cache
def _groups(facts: Limits, _: int) -> list[str]:
    """Return the engine's group of each rule, kind of T, size and number of nodes."""
    return [
        STAGE_RULES[rule][t, n_category(nodes, node_limits(rule))]
        for rule in TABLES
        for t_rule in T_RULES
        for t in _categories(facts, t_rule)
        for nodes in NODES
    ]


def _judge_groups(found: list[str], facts: Limits) -> Verdict:
    """Count the rows in which the engine and the tables differ."""
    expected: list[str] = []
    for rows in TABLES.values():
        last = facts.n3 if len(rows) > len(("N0", "N1", "N2")) else max(NODES) + 1
        for size in (*SIZES, *SIZES):
            t = sum(size >= limit for limit in (facts.t2, facts.t3, facts.t4))
            for nodes in NODES:
                n = sum(nodes >= limit for limit in (1, facts.n2, last))
                expected.append(rows[n].split()[t])
    wrong = sum(a != b for a, b in zip(found, expected, strict=True))
    return Verdict(float(len(found) - wrong), float(len(found)), float(wrong), 0.0, 0)


class Nodes(NamedTuple):
    """Nodes removed, those that hold tumour, and those that are examined."""

    total: int = 20
    positive: int = 3
    examined: int = 12


def _nodes(facts: Nodes, n: int) -> Floats:
    """Return the positive nodes found in each of many patients."""
    draws = (uniform(run_key(SEED), streams.EXAMINED, k, 0, 1) for k in range(n))
    return np.array(
        [float(found_positive(facts.positive, facts.total, facts.examined, u)) for u in draws]
    )


def _judge_nodes(found: Floats, facts: Nodes) -> Verdict:
    law = stats.hypergeom(facts.total, facts.positive, facts.examined)
    return compare_cdf(found, law.cdf, detect=DETECT, discrete=True)


def trials() -> tuple[Trial[Any, Any], ...]:
    """Return the checks of staging."""
    limits, nodes = Limits(), Nodes()
    fewer = nodes._replace(examined=11)
    return (
        Trial(
            "staging.tables",
            "T, N and stage groups",
            "rows that agree = all rows of the tables",
            limits,
            _groups,
            _judge_groups,
            (
                *tell(limits, "t2"),
                *tell(limits, "t3", to_engine=True),
                *tell(limits, "t4", to_engine=True),
                Lie("N2 from three nodes", 1.0, limits._replace(n2=3)),
                Lie("N3 from nine nodes", 1.0, limits._replace(n3=9)),
            ),
        ),
        Trial(
            "staging.nodes",
            "positive nodes among the examined",
            "found = hypergeometric (nodes, positive, examined)",
            nodes,
            _nodes,
            _judge_nodes,
            (
                Lie("one node more examined", 0.08, nodes._replace(examined=13)),
                Lie("one node fewer examined", 0.08, fewer, to_engine=True),
                Lie("one node more positive", 0.33, nodes._replace(positive=4)),
            ),
            needed_for_cdf(detect=DETECT),
            DETECT,
        ),
    )
