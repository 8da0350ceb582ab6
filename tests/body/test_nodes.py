"""Lymph nodes: occupancy and what their role lets them feed."""

import numpy as np
import pytest

from paget.body.nodes import feeds, free_share, node_to_node_rate
from paget.words import BYSTANDER, FILTER, GATEWAY
from tests.lived import model_of


def test_free_share_is_that_of_classical_occupancy() -> None:
    assert free_share(0.0, 15.0, 1.0) == 1.0
    assert free_share(5.0, 15.0, 1.0) == pytest.approx(2.0 / 3.0)
    assert free_share(5.0, 15.0, 2.0) == pytest.approx(1.0 - 1.0 / 9.0)
    assert free_share(15.0, 15.0, 3.0) == 0.0
    assert free_share(17.0, 15.0, 3.0) == 0.0


def test_arrivals_fill_a_station_as_balls_fill_boxes() -> None:
    nodes, arrivals, taken = 15.0, 20, 0.0
    expected = nodes * (1.0 - (1.0 - 1.0 / nodes) ** arrivals)
    rng = np.random.default_rng(1)
    counts = []
    for _ in range(4000):
        taken = 0.0
        for _ in range(arrivals):
            taken += rng.random() < free_share(taken, nodes, 1.0)
        counts.append(taken)
    assert np.mean(counts) == pytest.approx(expected, abs=5.0 * float(np.std(counts)) / 63.0)


@pytest.mark.parametrize(
    ("role", "node", "organ"),
    [(FILTER, True, False), (BYSTANDER, False, False), (GATEWAY, True, True)],
)
def test_roles(role: int, node: bool, organ: bool) -> None:
    assert feeds(role, True) is node
    assert feeds(role, False) is organ


def test_node_to_node_rate_goes_with_turnover() -> None:
    p = model_of({"nodes.node_to_node_rate": "0.5 /year"}).world
    assert node_to_node_rate(2.0, p) == pytest.approx(1.0 / 365.25)
