"""The speed of a front of cells, up to voxels that hold ten thousand."""

import pytest

from paget.verify.tissue_cells import Front, front_speed, lattice_speed, slowed


@pytest.mark.science
@pytest.mark.slow
def test_a_front_nears_the_speed_of_the_field_from_below() -> None:
    facts = Front()
    limit = lattice_speed(facts.rate, facts.motility)
    ratios = [front_speed(facts, capacity, seed=1) / limit for capacity in (10, 100, 10_000)]
    assert ratios == sorted(ratios)
    # Luck moves a pair of fronts by pi^2 / sqrt(3 ln^3 N) voxels in a root day: 2 % of their way.
    assert abs(ratios[-1] - slowed(10_000)) < 0.05
