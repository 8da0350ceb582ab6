"""The body map: what its file holds, what its loader refuses, and the graph made of it."""

import re
from pathlib import Path

import numpy as np
import pytest

from paget.atlas.anatomy import CLEARED, BodyMap, describe_body, load_body_map
from paget.atlas.anatomy_file import ANATOMY_FILE
from paget.body.anatomy import BodyGraph, Switches, body_graph, knock_out
from paget.core.errors import DataError, ParameterError
from paget.core.sources import load_sources
from paget.words import BLOOD, LYMPH, SEROSA


@pytest.fixture(scope="module")
def body() -> BodyMap:
    return load_body_map()


@pytest.fixture(scope="module")
def graph(body: BodyMap) -> BodyGraph:
    return body_graph(body)


def edited(tmp_path: Path, old: str, new: str) -> Path:
    """Return an anatomy file with one text replaced."""
    text = ANATOMY_FILE.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "mine.toml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


def test_published_shares_are_normalised(body: BodyMap) -> None:
    assert body.raw_flow_sum == pytest.approx(1.0255)
    assert body.raw_blood_sum == pytest.approx(1.0184)
    assert sum(bed.flow for bed in body.beds) == pytest.approx(1.0, abs=1e-12)
    held = [*body.beds, *body.vessels]
    assert sum(place.blood for place in held) == pytest.approx(1.0, abs=1e-12)


def test_every_number_has_a_known_source_and_its_value_in_range(body: BodyMap) -> None:
    sources = load_sources(ANATOMY_FILE.with_name("sources.bib"))
    for number in body.numbers.values():
        assert number.is_assumption or number.source in sources, number.name
        for key in re.findall(r"\b[a-z]+(?:19|20)\d\d\b", number.note):
            assert key in sources, number.name
        assert number.low is not None
        assert number.high is not None
        assert isinstance(number.value, float)
        assert number.low <= number.value <= number.high
        assert number.line > 0


def test_every_organ_drains_by_blood_and_lymph(body: BodyMap) -> None:
    for bed in body.beds:
        assert bed.veins
        assert bed.lymph
        assert bed.mass > 0.0


def test_the_parts_that_reports_count(body: BodyMap) -> None:
    assert {body.site(name).group for name in ("peritoneum", "omentum")} == {"peritoneum"}
    assert body.report_group("ln_colon_central", "colon") == "regional_node"
    assert body.report_group("ln_supraclavicular", "colon") == "distant_node"
    assert body.report_group("ln_coeliac", "pancreas") == "regional_node"
    assert body.report_group("liver", "colon") == "liver"
    necks = [name for name in body.site_names if name.startswith("ln_neck")]
    assert len(necks) == 12  # levels I-V and VII on two sides


def test_numbers_can_be_changed_by_name() -> None:
    before = load_body_map()
    changed = before.numbers.changed({"anatomy.arrest.node.single": 0.5}, "--set")
    after = load_body_map(numbers=changed)
    assert after.site("ln_axilla").arrest == (0.5, 0.85, 0.98)
    assert before.site("ln_axilla").arrest == (0.9, 0.85, 0.98)


def test_the_map_can_be_read_by_people(body: BodyMap) -> None:
    text = describe_body(body)
    assert "colon: 3.22 % of output, 300 g; blood to portal_vein 1" in text


@pytest.mark.parametrize(
    ("old", "new", "error", "message"),
    [
        (
            "portal_vein = 0.93",
            "portal_vein = 0.95",
            ParameterError,
            "rectum_upper.veins sums to 1.02",
        ),
        ("cells = {ln_hilum = 1}", "cells = {ln_hilus = 1}", DataError, "leads to ln_hilus"),
        (
            "cells = {ln_hilum = 1}",
            "cells = {ln_coeliac = 1}",
            DataError,
            "nothing leads to station",
        ),
        ('arrest = "node"\ntransit', 'arest = "node"\ntransit', DataError, "unknown key .*arest"),
        ("value = 6.5", "value = 65", ParameterError, "cardiac_output = 65 L/min"),
        ('value = 5.3, unit = "L", ', "value = 5.3, ", DataError, "blood_volume has no unit"),
        ('unit = "L/min"', 'unit = "day"', ParameterError, "cardiac_output"),
        ("[vessel.limb_veins]", "[vessel.arm_veins]", DataError, "limb_veins"),
        ('arrest = "cavity"', 'arrest = "cave"', ParameterError, "anatomy.arrest.cave.single"),
        ("[cavity.pleural]", "[cavity.pleura]", DataError, "pleura"),
        ('to = "arterial shares"', 'to = "arteries"', DataError, "aorta"),
        ('label = "liver"\n', "", DataError, "organ.liver has no label"),
    ],
)
def test_a_wrong_map_is_refused(
    tmp_path: Path, old: str, new: str, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        load_body_map(edited(tmp_path, old, new))


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="does not exist"):
        load_body_map(tmp_path / "none.toml")


def test_an_unknown_site_names_the_closest(body: BodyMap) -> None:
    with pytest.raises(ParameterError, match="Did you mean liver"):
        body.site("livr")


def test_all_blood_returns_and_all_flows_are_shares(body: BodyMap, graph: BodyGraph) -> None:
    output = body.cardiac_output
    assert graph.flow[graph.index("left_heart")] == pytest.approx(output, rel=1e-12)
    # The bronchial artery's blood goes straight back to the left heart.
    bronchial = body.organs[graph.index("lung")].flow * output
    assert graph.flow[graph.index("right_heart")] == pytest.approx(output - bronchial, rel=1e-12)
    gut = ("stomach", "small_bowel", "colon", "pancreas", "spleen")
    portal = sum(graph.flow[graph.index(name)] for name in gut)
    assert graph.flow[graph.index("portal_vein")] == pytest.approx(portal, rel=0.06)
    liver = graph.flow[graph.index("liver")] / output
    assert liver == pytest.approx(0.255, abs=0.015)  # 6.5 % by artery and 19 % by vein, published


def test_transit_is_volume_over_flow(body: BodyMap, graph: BodyGraph) -> None:
    colon = graph.index("colon")
    bed = body.organs[colon]
    seconds = bed.blood * body.blood_volume / (bed.flow * body.cardiac_output) * 86_400
    assert graph.transit[colon] * 86_400 == pytest.approx(seconds)
    assert graph.volume.sum() == pytest.approx(body.blood_volume)


def test_rows_are_shares(graph: BodyGraph) -> None:
    total = graph.onward.sum(axis=1) + graph.cleared
    np.testing.assert_allclose(total, 1.0, atol=1e-12)
    lodges = graph.lodging.sum(axis=1)
    np.testing.assert_allclose(lodges, graph.arrest.any(axis=1), atol=1e-12)
    assert set(np.flatnonzero(graph.cleared)) == set(np.flatnonzero(graph.medium == SEROSA))


def test_entries(body: BodyMap, graph: BodyGraph) -> None:
    total = graph.entry.sum(axis=2)
    np.testing.assert_allclose(total[[BLOOD, LYMPH]], 1.0, atol=1e-12)
    faces = [getattr(site, "cavity", None) is not None for site in body.sites]
    np.testing.assert_array_equal(total[SEROSA], faces)
    axilla = graph.index("ln_axilla")
    ahead = body.stations[axilla - len(body.organs)].to
    assert graph.entry[LYMPH, axilla, graph.index("subclavian")] == ahead["subclavian"]


def test_knock_outs_close_their_way_only(graph: BodyGraph) -> None:
    assert knock_out(graph, Switches()) is graph
    portal, liver = graph.index("portal_vein"), graph.index("liver")
    without = knock_out(graph, Switches(portal_drainage=False))
    assert without.onward[portal, liver] == 0.0
    assert without.onward[portal, graph.index("hepatic_vein")] == 1.0
    np.testing.assert_array_equal(without.transit, graph.transit)
    plexus = graph.index("vertebral_plexus")
    without = knock_out(graph, Switches(vertebral_plexus=False))
    assert not without.onward[:, plexus].any()
    assert not without.entry[..., plexus].any()
    np.testing.assert_allclose(without.onward.sum(axis=1), graph.onward.sum(axis=1))
    without = knock_out(graph, Switches(lymphatic_route=False, serosal_route=False))
    assert not without.entry[LYMPH].any()
    assert not without.entry[SEROSA].any()
    assert without.entry[BLOOD].any()


def test_cleared_is_no_place(body: BodyMap) -> None:
    assert CLEARED not in body.site_names
