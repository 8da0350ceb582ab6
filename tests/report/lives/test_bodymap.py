"""The body map: discs in proportion, every site with a place, outlines that stay in the figure."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.patches import Circle

from paget.atlas.anatomy import load_body_map
from paget.report.lives.body_marks import MARGIN
from paget.report.lives.body_shapes import HEIGHT, PLACES, SHAPES, TUBES, smooth
from paget.report.lives.bodymap import disc_radius, life_bodymap
from tests.report.synthetic import life

SIZES = st.floats(0.01, 300.0)


@given(SIZES, SIZES, SIZES)
def test_area_is_in_proportion_to_volume(one: float, other: float, largest: float) -> None:
    areas = disc_radius(one, largest) ** 2 / disc_radius(other, largest) ** 2
    assert areas == pytest.approx((one / other) ** 3, rel=1e-9)


def test_discs_on_the_map_have_area_by_volume() -> None:
    one, day = life(2), 9200.0
    there = one.at(day)
    sizes = sorted(there["diameter_mm"].to_list(), reverse=True)
    figure = life_bodymap(one, day)
    circles: list[Any] = [p for p in figure.axes[0].patches if isinstance(p, Circle)]
    drawn = sorted((c.get_radius() for c in circles if c.get_zorder() == 20), reverse=True)
    for size in sizes[1:]:
        wanted = drawn[0] * math.sqrt((size / sizes[0]) ** 3)
        assert any(math.isclose(wanted, radius, rel_tol=1e-9) for radius in drawn) or wanted < 1.3


def test_every_site_of_the_body_has_a_place() -> None:
    missing = [name for name in load_body_map().site_names if name not in PLACES]
    assert missing == []


def test_what_is_drawn_stays_in_the_figure() -> None:
    for shape in (*SHAPES, *TUBES):
        vertices = np.asarray(smooth(shape.points, closed=shape in SHAPES).vertices)
        assert np.all(np.abs(vertices[:, 0]) < MARGIN)
        assert np.all((vertices[:, 1] >= -6.0) & (vertices[:, 1] <= HEIGHT + 2.0))
    for x, y in PLACES.values():
        assert abs(x) < 150.0
        assert 0.0 < y < HEIGHT


def test_places_lie_in_the_body() -> None:
    body = smooth(SHAPES[0].points, closed=True)
    outside = [name for name, at in PLACES.items() if not body.contains_point(at)]
    assert set(outside) <= {"skin"}


def test_a_point_given_twice_is_a_corner() -> None:
    curve = smooth(((0, 0), (1, 0), (1, 0), (1, 1)), closed=False)
    assert np.asarray(curve.vertices)[3:6].tolist() == [[1.0, 0.0]] * 3
