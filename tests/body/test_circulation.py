"""The journey of seeds: exact limits, an independent walk, and what was published."""

from dataclasses import replace
from time import perf_counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from paget.atlas.anatomy import BodyMap, load_body_map
from paget.atlas.cancers import known_cancers, load_cancer
from paget.body.anatomy import BodyGraph, Switches, body_graph
from paget.body.circulation import Fates, TransitParameters, circulating_per_ml, fates
from paget.core.errors import ConvergenceError
from paget.words import BLOOD, LYMPH, ROUTES, SEED_KINDS, SEROSA
from tests.body.particle_walk import Walked, particle_walk, start_of

HOUR = 1.0 / 24.0
# Death in transit 0.33 an hour, half shear and half immune attack (assumption).
DRAFT = TransitParameters(
    shear_rate=0.165 / HOUR,
    immune_rate=0.165 / HOUR,
    lymph_death_rate=0.01 / HOUR,
    platelet_fraction=0.0,
    platelet_shield=0.0,
    cluster_shield=0.0,
)
UNHURT = TransitParameters(0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
CLOAKED = DRAFT._replace(platelet_fraction=0.4, platelet_shield=0.8, cluster_shield=0.5)
SMALL = SEED_KINDS.index("small")
FALSE_FAIL = 1e-6  # chance that one statistical check of this file fails although all is right


@pytest.fixture(scope="module")
def body() -> BodyMap:
    return load_body_map()


@pytest.fixture(scope="module")
def graph(body: BodyMap) -> BodyGraph:
    return body_graph(body)


@pytest.fixture(scope="module")
def draft(graph: BodyGraph) -> Fates:
    return fates(graph, DRAFT)


def with_arrest(graph: BodyGraph, bed: float) -> BodyGraph:
    """Return the graph with one arrest probability in every bed, for every kind."""
    arrest = graph.arrest.copy()
    beds = (graph.medium == BLOOD) & graph.lodging.any(axis=1)
    arrest[beds] = bed
    return replace(graph, arrest=arrest)


def assert_complete(result: Fates, graph: BodyGraph) -> None:
    exists = np.asarray(graph.entry.any(axis=2))[:, None, :]
    error = np.abs(result.total() - exists)
    assert error.max() < 1e-12
    for part in (result.arrested, result.died_shear, result.died_immune, result.cleared):
        assert part.min() >= -1e-15


rate = st.floats(0.0, 50.0)
part = st.floats(0.0, 1.0)


@settings(max_examples=25)
@given(st.tuples(rate, rate, rate, part, part, part), st.tuples(*[st.booleans()] * 8))
def test_fates_are_complete(values: tuple[float, ...], on: tuple[bool, ...]) -> None:
    graph = body_graph(load_body_map())
    switches = Switches(*on)
    result = fates(graph, TransitParameters(*values), switches)
    error = np.abs(result.total() - (result.total() > 0.5))
    assert error.max() < 1e-12
    assert result.arrested.min() >= -1e-15


def test_fates_sum_to_one_and_missing_routes_are_zero(graph: BodyGraph, draft: Fates) -> None:
    assert_complete(draft, graph)
    kidney = graph.index("kidney")  # behind the peritoneum
    assert not draft.total()[SEROSA, :, kidney].any()
    assert not draft.time_in_blood[SEROSA, :, kidney].any()


def test_without_filters_arrest_follows_flow(graph: BodyGraph) -> None:
    tiny = with_arrest(graph, 1e-6)
    result = fates(tiny, UNHURT)
    beds = tiny.flow[: graph.n_sites] > 0.0
    by_flow = tiny.flow[: graph.n_sites] / tiny.flow[: graph.n_sites].sum()
    lodged = result.arrested[BLOOD, 0, graph.index("breast")]
    np.testing.assert_allclose(lodged[beds], by_flow[beds], rtol=2e-4)
    liver = lodged[graph.index("liver")] / lodged[graph.index("kidney")]
    flows = graph.flow[graph.index("liver")] / graph.flow[graph.index("kidney")]
    assert liver == pytest.approx(flows, rel=1e-4)  # artery and portal vein count alike


def test_a_perfect_filter_stops_all_in_the_first_bed(graph: BodyGraph) -> None:
    result = fates(with_arrest(graph, 1.0), UNHURT)
    for source, first in (("colon", "liver"), ("kidney", "lung"), ("liver", "lung")):
        lodged = result.arrested[BLOOD, 0, graph.index(source)]
        assert lodged[graph.index(first)] == pytest.approx(1.0, abs=1e-12)
    from_lung = result.arrested[BLOOD, 0, graph.index("lung")]
    artery = graph.onward[graph.index("aorta"), : graph.n_sites]
    np.testing.assert_allclose(from_lung, artery, atol=1e-12)


def test_a_lone_bed_by_hand(graph: BodyGraph) -> None:
    """A perfect filter with death on the way: the probability of reaching the liver is known."""
    result = fates(with_arrest(graph, 1.0), DRAFT)
    way = graph.transit[[graph.index("portal_vein"), graph.index("liver")]].sum()
    kappa = DRAFT.shear_rate + DRAFT.immune_rate
    colon = graph.index("colon")
    arrives = np.exp(-kappa * way)
    lodged = result.arrested[BLOOD, 0, colon, graph.index("liver")]
    assert lodged == pytest.approx(arrives, rel=1e-12)
    assert result.died_shear[BLOOD, 0, colon] == pytest.approx((1.0 - arrives) / 2, rel=1e-10)
    days = (1.0 - arrives) / kappa
    assert result.time_in_blood[BLOOD, 0, colon] == pytest.approx(days, rel=1e-10)


def test_platelets_mix_two_chains(graph: BodyGraph) -> None:
    mixed = fates(graph, CLOAKED)
    naked = fates(graph, CLOAKED._replace(platelet_fraction=0.0))
    cloaked = fates(
        graph,
        CLOAKED._replace(
            platelet_fraction=0.0,
            shear_rate=0.2 * DRAFT.shear_rate,
            immune_rate=0.2 * DRAFT.immune_rate,
        ),
    )
    np.testing.assert_allclose(
        mixed.arrested, 0.6 * naked.arrested + 0.4 * cloaked.arrested, atol=1e-14
    )
    off = fates(graph, CLOAKED, Switches(platelets=False))
    np.testing.assert_array_equal(off.arrested, naked.arrested)


# ------------------------------------------------------------------------- the independent walk


def dkw(n: int) -> float:
    """Return the half-width of the Dvoretzky-Kiefer-Wolfowitz band at `FALSE_FAIL`."""
    return float(np.sqrt(np.log(2.0 / FALSE_FAIL) / (2.0 * n)))


def chain_shares(result: Fates, route: int, kind: int, source: int) -> NDArray[np.float64]:
    at = (route, kind, source)
    others = [result.died_shear[at], result.died_immune[at], result.cleared[at]]
    return np.append(result.arrested[at], others)


def distance(walked: Walked, expected: NDArray[np.float64]) -> float:
    """Return the largest distance of the two distribution functions over the list of ends."""
    return float(np.abs(np.cumsum(walked.shares() - expected)).max())


WALKS = [
    ("blood", "colon", "single", 40_000),
    ("blood", "rectum_lower", "cluster", 40_000),
    ("blood", "prostate", "single", 40_000),
    ("lymph", "pancreas", "single", 40_000),
    ("lymph", "ln_axilla", "single", 40_000),
    ("serosa", "stomach", "cluster", 40_000),
    ("blood", "colon", "small", 2_000),
]


@pytest.mark.parametrize(("route", "source", "kind", "n"), WALKS)
def test_the_chain_agrees_with_the_walk(
    body: BodyMap, graph: BodyGraph, route: str, source: str, kind: str, n: int
) -> None:
    rng = np.random.default_rng([1889, n, len(source)])
    walked = particle_walk(body, CLOAKED, start_of(body, route, source), kind, n, rng)
    at = (ROUTES.index(route), SEED_KINDS.index(kind), graph.index(source))
    result = fates(graph, CLOAKED)
    assert distance(walked, chain_shares(result, *at)) < dkw(n)
    days = walked.days_in_blood
    standard_error = days.std() / np.sqrt(n)
    assert abs(days.mean() - result.time_in_blood[at]) < 5.5 * standard_error  # 4e-8 if normal


@pytest.mark.parametrize("strength", [0.05, 0.2])
def test_a_wrong_chain_fails(body: BodyMap, graph: BodyGraph, strength: float) -> None:
    """The saboteur: arrest in beds too low by 5 or 20 %; the same check must see it."""
    n = 40_000
    rng = np.random.default_rng(5)
    walked = particle_walk(body, DRAFT, start_of(body, "blood", "colon"), "single", n, rng)
    beds = graph.medium == BLOOD
    arrest = np.where(beds[:, None], graph.arrest * (1.0 - strength), graph.arrest)
    wrong = fates(replace(graph, arrest=arrest), DRAFT)
    assert distance(walked, chain_shares(wrong, BLOOD, 0, graph.index("colon"))) > dkw(n)


# ------------------------------------------------------------------------ what was published


def primaries() -> list[str]:
    """Return the organs in which the cancers of the atlas begin."""
    names, start = frozenset(load_body_map().site_names), "onset.primary."
    stated = {name for cancer in known_cancers() for name in load_cancer(cancer, names)}
    return sorted(name.removeprefix(start) for name in stated if name.startswith(start))


def test_half_life_in_blood(graph: BodyGraph, draft: Fates) -> None:
    """Circulating tumour cells have a half-life of 1.0 to 2.4 hours (meng2004)."""
    for source in primaries():
        mean = draft.time_in_blood[BLOOD, SMALL, graph.index(source)]
        assert 1.0 < np.log(2.0) * mean / HOUR < 2.4
    large = draft.time_in_blood[BLOOD, 0, graph.index("colon")]
    assert large < 0.01 * HOUR * 2.4  # the large kind is stopped within a lap


def test_portal_blood_holds_about_150_times_more(graph: BodyGraph, draft: Fates) -> None:
    """Portal against arm blood: 118.4 against 0.8 cells per 7.5 mL (catenacci2015)."""
    shed = np.array([1.0 - 1e-4, 1e-4, 0.0])
    for source in ("colon", "pancreas"):
        at = graph.index(source)
        portal, limb = (graph.volume[graph.index(v)] for v in ("portal_vein", "limb_veins"))
        in_portal = circulating_per_ml(draft.time_in_portal_vein, portal, shed, BLOOD, at)
        in_arm = circulating_per_ml(draft.time_in_limb_veins, limb, shed, BLOOD, at)
        assert 75.0 < in_portal / in_arm < 300.0


# ------------------------------------------------------------------------------- knock-outs


def test_portal_drainage_feeds_the_liver(graph: BodyGraph, draft: Fates) -> None:
    off = fates(graph, DRAFT, Switches(portal_drainage=False))
    assert_complete(off, graph)
    at = (BLOOD, 0, graph.index("colon"))
    liver, lung = graph.index("liver"), graph.index("lung")
    assert draft.arrested[at][liver] > 0.75
    assert off.arrested[at][liver] < 0.05
    assert off.arrested[at][lung] > 0.75


def test_the_rectum_drains_less_and_less_to_the_liver(graph: BodyGraph, draft: Fates) -> None:
    sources = ("colon", "rectum_upper", "rectum_middle", "rectum_lower")
    liver, lung = graph.index("liver"), graph.index("lung")
    ratio = [
        draft.arrested[BLOOD, 0, graph.index(s), lung]
        / draft.arrested[BLOOD, 0, graph.index(s), liver]
        for s in sources
    ]
    assert ratio == sorted(ratio)


def test_routes_can_be_closed(graph: BodyGraph, draft: Fates) -> None:
    off = fates(graph, DRAFT, Switches(lymphatic_route=False, serosal_route=False))
    assert not off.total()[[LYMPH, SEROSA]].any()
    np.testing.assert_allclose(off.arrested[BLOOD], draft.arrested[BLOOD], atol=1e-14)
    afloat = fates(graph, DRAFT, Switches(lymphatic_route=False))
    nodes = [i for i, name in enumerate(graph.sites) if name.startswith("ln_")]
    assert not afloat.arrested[SEROSA][..., nodes].any()


def test_the_plexus_carries_cells_to_bone_past_the_lung(graph: BodyGraph, draft: Fates) -> None:
    off = fates(graph, DRAFT, Switches(vertebral_plexus=False))
    at = (BLOOD, 0, graph.index("prostate"), graph.index("bone"))
    assert draft.arrested[at] > 10 * off.arrested[at]


def test_death_has_its_causes(graph: BodyGraph) -> None:
    no_shear = fates(graph, DRAFT, Switches(shear=False))
    assert not no_shear.died_shear.any()
    no_immune = fates(graph, DRAFT, Switches(immune_attack=False))
    assert not no_immune.died_immune.any()
    assert no_immune.died_shear[BLOOD].min() > 0.0


def test_without_clusters_each_fares_as_a_single_cell(graph: BodyGraph) -> None:
    off = fates(graph, CLOAKED, Switches(clusters=False))
    np.testing.assert_array_equal(off.arrested[:, 2], off.arrested[:, 0])


def test_an_endless_journey_is_refused(graph: BodyGraph) -> None:
    with pytest.raises(ConvergenceError, match="never ends"):
        fates(with_arrest(graph, 0.0), UNHURT)


def test_it_is_fast_enough_to_calibrate(graph: BodyGraph) -> None:
    times: list[float] = []
    for _ in range(10):
        start = perf_counter()
        fates(graph, CLOAKED)
        times.append(perf_counter() - start)
    assert min(times) < 3e-3
