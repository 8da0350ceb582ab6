"""Arrest and soil: the race of extravasation, organ mass, affinity, niche; and their product."""

import math

import numpy as np
import pytest

from paget.body.arrest import affinity_power, crossing_probability, niche_level, viability
from tests.lived import Changes, Table, colon, model_of


def parameters(changes: Changes) -> Table:
    return model_of(changes).world


def test_affinity_power() -> None:
    assert affinity_power(4.0, 0.5) == pytest.approx(2.0)
    assert affinity_power(0.3, 0.0) == 1.0
    assert affinity_power(0.0, 0.0) == 0.0


def test_crossing_is_a_race() -> None:
    rates = {"arrest.cross_rate": 2.0, "arrest.detach_rate": 1.0, "arrest.die_rate": 5.0}
    changes = {name: f"{rate} /hour" for name, rate in rates.items()}
    p = parameters(changes)
    assert crossing_probability(1.0, p) == pytest.approx(2.0 / 8.0)
    assert crossing_probability(0.0, p) == 0.0
    p = parameters(
        {**changes, "arrest.adhesion": False, "arrest.detach_rate_unadhered": "13 /hour"}
    )
    assert crossing_probability(1.0, p) == pytest.approx(2.0 / 20.0)


def test_crossing_and_viability_rise_with_affinity() -> None:
    p = parameters({})
    affinities = np.geomspace(1e-3, 10.0, 20)
    assert np.all(np.diff([crossing_probability(a, p) for a in affinities]) > 0.0)
    assert np.all(np.diff([viability(a, 500.0, p) for a in affinities]) > 0.0)


def test_viability_falls_with_mass() -> None:
    p = parameters({"arrest.mass_exponent": 0.5})
    assert viability(1.0, p.reference_mass, p) == pytest.approx(p.viability)
    assert viability(1.0, 4.0 * p.reference_mass, p) == pytest.approx(p.viability / 2.0)
    assert viability(1e30, p.reference_mass, p) == 1.0


def test_niche_saturates_and_decays() -> None:
    p = parameters({"arrest.niche_decay": "0.01 /day"})
    assert niche_level(0.0, 0.0, p) == 0.0
    assert niche_level(p.niche_cells, -100.0, p) == pytest.approx(0.5)
    assert niche_level(1e30, 0.0, p) == pytest.approx(1.0)
    assert niche_level(p.niche_cells, 100.0, p) == pytest.approx(0.5 * math.exp(-1.0))


def test_what_reaches_a_soil_is_the_product_of_the_chain() -> None:
    model = model_of({})
    parameters = colon({})
    p, sites, body = model.world, model.sites, model.body
    loss, mean = parameters.real("growth.cell_loss"), parameters.real("shedding.cluster_mean")
    sizes = np.arange(2, 400)
    odds = (1.0 / (mean - 1.0)) * (1.0 - 1.0 / (mean - 1.0)) ** (sizes - 2)
    lasting = np.array([1.0 - loss, 1.0 - loss, np.sum(odds * (1.0 - loss**sizes))])
    names = list(body.site_names)
    source = names.index("colon")
    for site in ("liver", "lung", "bone"):
        affinity = parameters.real(f"arrest.{site}.affinity")
        mass = next(organ.mass for organ in body.organs if organ.name == site)
        alive = viability(affinity, mass, p)
        arrested = model.fates.arrested[0, :, source, names.index(site)]
        per_seed = arrested * lasting * model.kind_shares
        expected = per_seed.sum() * crossing_probability(affinity, p) * alive
        found = model.reach[0, len(sites), sites.index(site)]
        assert found == pytest.approx(expected, rel=1e-9)
        kinds = model.kinds[0, len(sites), sites.index(site)]
        assert kinds == pytest.approx(np.cumsum(per_seed)[:2] / per_seed.sum())
