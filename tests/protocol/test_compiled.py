"""Protocols: from words to one record; files, names and tables of a scenario."""

import tomllib
from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from paget import words
from paget.atlas.clinic import site_group
from paget.atlas.protocols import PROTOCOLS, known_protocols
from paget.clinic import records
from paget.core.errors import ScenarioError, place
from paget.core.toml import load_toml
from paget.protocol.compiled import check_cancer, compile_protocol, load_protocol
from paget.protocol.files import merged
from paget.tell.citations import atlas_sources

SITES = ("liver", "lung", "bone", "brain", "peritoneum", "ln_axilla", "skin")
GROUPS = tuple(site_group(site) for site in SITES)
SUBTYPES = ("er_pos_her2_neg", "er_pos_her2_pos", "er_neg_her2_pos", "er_neg_her2_neg")

TRIAL = """
base = "standard-colon"
label = "later, shorter, rarer"

[line]
later_liver_resection = false
adjuvant_combination = { cycles = 6, delay = "12 week", share = "40 %" }

[screening]
test = "fit"
every = "2 year"
from_age = "50 year"
to_age = "74 year"

[drug.folfox]
log_kill = { value = 0.7, source = "assumption" }
sanctuary.brain = 0
"""


def compiled(source: str | Path | Mapping[str, Any]) -> Any:
    return compile_protocol(load_protocol(source), SITES, GROUPS, SUBTYPES)


@pytest.fixture
def trial(tmp_path: Path) -> Path:
    path = tmp_path / "trial.toml"
    path.write_text(TRIAL, encoding="utf-8")
    return path


@pytest.mark.parametrize("name", known_protocols())
def test_protocols_of_the_atlas_compile(name: str) -> None:
    protocol, record = load_protocol(name), compiled(name)
    assert protocol.label
    assert record.n_lines == len(protocol.lines)
    assert 0.0 < record.floor <= 1.0
    assert set(protocol.sources) <= set(atlas_sources())


@pytest.mark.parametrize("name", known_protocols())
def test_numbers_of_the_atlas_have_sources(name: str) -> None:
    content = tomllib.loads((PROTOCOLS / f"{name}.toml").read_text(encoding="utf-8"))
    assert not list(unsourced(content, ""))


def unsourced(table: Mapping[str, Any], path: str, source: str = "") -> Iterator[str]:
    """Yield the numbers and quantities for which no source is stated, nor in a table around."""
    source = table.get("source", source)
    for key, item in table.items():
        below = f"{path}.{key}"
        if isinstance(item, dict) and key != "if":
            yield from unsourced(item, below, source)
        elif isinstance(item, list):
            tables = (part for part in item if isinstance(part, dict))
            for part in tables:
                yield from unsourced(part, below, source)
        elif not source and is_quantity(item):
            yield below


def is_quantity(item: object) -> bool:
    if isinstance(item, str):
        return item[:1].isdigit()
    return isinstance(item, int | float) and not isinstance(item, bool)


def test_a_number_without_a_source_is_noticed() -> None:
    line = {"share": 0.5, "delay": "6 week", "cycles": {"value": 3, "source": "assumption"}}
    assert list(unsourced({"line": {"x": line}}, "")) == [".line.x.share", ".line.x.delay"]
    assert not list(unsourced({"line": {"x": {"source": "assumption", **line}}}, ""))


def blocks_of_the_page() -> list[str]:
    """Return the TOML blocks of the page on protocols."""
    page = (Path(__file__).parents[2] / "docs" / "protocols.md").read_text(encoding="utf-8")
    return [part.partition("```")[0] for part in page.split("```toml\n")[1:]]


def with_protocol() -> list[Path]:
    """Return the scenarios of the atlas that name a protocol."""
    folder = Path(str(files("paget.atlas"))) / "scenarios"
    return [path for path in sorted(folder.glob("*.toml")) if "protocol" in load_toml(path)[0]]


@pytest.mark.parametrize("path", with_protocol(), ids=lambda path: path.stem)
def test_scenarios_of_the_atlas_name_a_protocol_for_their_cancer(path: Path) -> None:
    content, lines = load_toml(path)
    places = {key: place(path, line) for key, line in lines.items()}
    protocol = load_protocol(content["protocol"], places)
    check_cancer(protocol, path.stem.partition("-")[0])
    compile_protocol(protocol, SITES, GROUPS, SUBTYPES)
    if isinstance(content["protocol"], dict):
        assert protocol.where() == places["protocol"]


def test_surgery_only_is_the_plain_clinic() -> None:
    record = compiled("surgery-only")
    line = record.lines[0]
    assert (record.n_lines, record.n_drugs, record.n_screens, record.n_follow) == (1, 0, 0, 1)
    assert line.kind == words.LINE_KINDS.index("surgery")
    assert line.targets == words.PRIMARY_TARGET + words.NODES_TARGET
    assert line.aim == words.AIMS.index("curative")
    assert (line.share, line.mortality, line.residual, line.delay) == (1.0, 0.0, 1.0, 0.0)
    assert (line.after, line.group) == (-1, -1)
    assert list(line.drugs) == [-1, -1, -1]
    assert (line.sites, line.subtypes) == (records.ANY_SITE, records.ANY_SUBTYPE)
    assert record.follow[0].every == 0.0
    assert list(record.workup[:2]) == [0, -1]


def test_no_treatment_has_no_lines() -> None:
    record = compiled("no-treatment")
    assert (record.n_lines, record.n_follow, record.n_modalities) == (0, 0, 1)


def test_a_trial_is_a_few_lines(trial: Path) -> None:
    protocol, record = load_protocol(trial), compiled(trial)
    names = load_protocol("standard-colon").line_names
    assert protocol.line_names == tuple(n for n in names if n != "later_liver_resection")
    line = record.lines[protocol.line_names.index("adjuvant_combination")]
    assert (line.cycles, line.delay, line.share) == (6, 84.0, 0.4)
    assert (line.n_min, line.n_max, line.max_performance) == (1, 3, 1)  # as in the base
    assert line.after == protocol.line_names.index("resection")
    drug = record.drugs[protocol.drug_names.index("folfox")]
    assert drug.log_kill == 0.7
    assert drug.sanctuary[SITES.index("brain")] == 0.0
    assert drug.sanctuary[SITES.index("liver")] == 1.0


def test_a_plain_screening_table_is_the_one_programme(trial: Path) -> None:
    protocol, record = load_protocol(trial), compiled(trial)
    screen = record.screens[0]
    assert protocol.screen_names == ("fit",)
    assert (screen.every, screen.from_age, screen.to_age) == (2.0, 50.0, 74.0)
    assert (screen.attendance, screen.never, screen.sex) == (1.0, 0.0, 2)
    assert screen.removes == 1
    colonoscopy = compiled("colonoscopy").screens[0]
    for key in ("best", "median", "spread"):
        assert screen[f"confirm_{key}"] == colonoscopy[f"precursor_{key}"]
    # A test that nothing looks behind confirms what it finds itself.
    assert (colonoscopy.confirm_best, colonoscopy.confirm_median) == (1.0, 0.0)
    replaced = load_protocol({"base": "colonoscopy", "screening": {**plain(trial)}})
    assert replaced.screen_names == ("fit",)
    changed = load_protocol({"base": "colonoscopy", "screening": {"every": "5 year"}})
    assert changed.screen_names == ("colonoscopy",)
    assert changed.programmes[0].numbers["every"] == 5.0
    assert changed.programmes[0].numbers["to_age"] == 70.0


def plain(trial: Path) -> dict[str, Any]:
    """Return the screening table of a trial."""
    return dict(tomllib.loads(trial.read_text(encoding="utf-8"))["screening"])


def test_sensitivity_may_be_stated_with_the_programme() -> None:
    fit = {"sensitivity": "60 %", "specificity": 0.9, "precursor_sensitivity": 0.1}
    numbers = load_protocol({"base": "colon-fit", "screening": fit}).programmes[0].numbers
    assert (numbers["best"], numbers["specificity"], numbers["precursor_best"]) == (0.6, 0.9, 0.1)


def test_imaging_looks_by_site() -> None:
    record = compiled({"workup": {"modalities": ["ct", "bone_scan", "pet_ct"]}})
    ct, bone_scan, pet_ct = (record.modalities[row] for row in range(3))
    assert set(ct.median[: len(SITES)]) == {1.0}
    assert np.isinf(ct.median[len(SITES) : -1]).all()
    assert ct.median[-1] == 1.0
    looks = np.isfinite(bone_scan.median[: len(SITES)])
    assert [site for site, seen in zip(SITES, looks, strict=True) if seen] == ["bone"]
    assert (ct.needs_activity, pet_ct.needs_activity) == (0, 1)
    assert list(record.workup[:4]) == list(record.on_recurrence[:4]) == [0, 1, 2, -1]


def test_masks_name_sites_and_subtypes() -> None:
    record = compiled("standard-breast")
    names = load_protocol("standard-breast").line_names
    drugs = load_protocol("standard-breast").drug_names
    assert record.drugs[drugs.index("trastuzumab")].subtypes == 0b0110
    assert record.drugs[drugs.index("tamoxifen")].subtypes == 0b0011
    assert record.drugs[drugs.index("taxane")].subtypes == records.ANY_SUBTYPE
    assert record.lines[names.index("chemotherapy_er_neg")].subtypes == 0b1000
    tamoxifen = record.lines[names.index("tamoxifen")]
    assert tamoxifen.group == record.lines[names.index("aromatase_inhibitor")].group >= 0
    liver = compiled("standard-colon").lines[3]
    assert (liver.sites, liver.most_metastases, liver.m_min) == (0b1, 4, 1)
    seen_in = {"sites": ["nodes", "lung"]}
    line = {"kind": "surgery", "trigger": "recurrence", "targets": ["metastases"], "if": seen_in}
    record = compiled({"base": "no-treatment", "line": {"x": line}})
    assert record.lines[0].sites == 0b0100010


def test_radiotherapy_takes_the_sensitivity_of_its_tissue() -> None:
    lines = compiled("standard-breast").lines
    assert lines[1].kind == words.LINE_KINDS.index("radiotherapy")
    assert (lines[1].dose, lines[1].fractions) == (2.67, 15)
    assert lines[1].alpha / lines[1].beta == pytest.approx(4.0, rel=0.05)
    line = {"alpha": "0.2 /Gy"}
    own = compiled({"base": "standard-breast", "line": {"radiotherapy": line}}).lines[1]
    assert (own.alpha, own.beta) == (0.2, lines[1].beta)


def test_follow_up_and_its_marker() -> None:
    protocol, record = load_protocol("standard-colon"), compiled("standard-colon")
    cea, ct = record.follow[0], record.follow[1]
    assert (cea.modality, ct.modality) == (-1, protocol.modality_names.index("ct"))
    assert (cea.every, cea.start, cea.until) == pytest.approx((182.625, 182.625, 1826.25))
    assert record.marker_baseline < record.marker_limit
    visit = {"test": "cea", "every": "3 month", "until": "2 year", "limit": "10 ng/mL"}
    assert compiled({"base": "no-treatment", "follow": [visit]}).marker_limit == 10.0


def test_keys_of_draws_do_not_hang_on_rows() -> None:
    colon, rectum = compiled("standard-colon"), compiled("standard-rectum")
    names = {name: load_protocol(name).line_names for name in ("standard-colon", "standard-rectum")}
    for row, name in enumerate(names["standard-colon"]):
        assert colon.lines[row].key == rectum.lines[names["standard-rectum"].index(name)].key
    assert len({line.key for line in rectum.lines[: rectum.n_lines]}) == rectum.n_lines
    visits = [
        {"test": "cea", "every": "3 month", "until": "2 year"},
        {"test": "cea", "every": "6 month", "start": "30 month", "until": "5 year"},
    ]
    follow = compiled({"base": "no-treatment", "follow": visits}).follow
    assert follow[0].key != follow[1].key


def test_order_of_lines_when_files_merge() -> None:
    below = {"a": 1, "b": {"x": 1}, "c": 3}
    assert list(merged(below, {"new": 0, "b": {"x": 2}, "last": 0})) == [
        "a",
        "new",
        "b",
        "c",
        "last",
    ]
    assert merged(below, {"b": {"y": 2}})["b"] == {"x": 1, "y": 2}
    names = load_protocol("standard-rectum").line_names
    assert names.index("resection_after_radiotherapy") < names.index("resection")


def test_a_protocol_is_for_its_cancers() -> None:
    colon = load_protocol("standard-colon")
    check_cancer(colon, "colon")
    check_cancer(load_protocol("surgery-only"), "breast")
    with pytest.raises(
        ScenarioError, match=r"'standard-colon' for breast in my.toml line 3; it is"
    ):
        check_cancer(colon, "breast", "my.toml line 3")


def test_paths_begin_at_the_folder(trial: Path) -> None:
    assert load_protocol("trial.toml", folder=trial.parent) == load_protocol(trial)
    (trial.parent / "next.toml").write_text('base = "trial.toml"\n', encoding="utf-8")
    assert load_protocol(trial.parent / "next.toml").lines == load_protocol(trial).lines


@pytest.mark.parametrize("block", blocks_of_the_page())
def test_what_the_page_shows_loads(block: str) -> None:
    content = tomllib.loads(block)
    is_scenario = "protocol" in content
    load_protocol(content["protocol"] if is_scenario else {"base": "surgery-only", **content})


def test_a_site_of_its_own_goes_before_its_group() -> None:
    own = {"skin": 0.5, "other": 0.25, "everywhere": 2.0}
    record = compiled({"base": "surgery-only", "test": {"ct": {"median": own}}})
    ct = record.modalities[0]
    expected = {"liver": 2.0, "skin": 0.5}
    assert {site: ct.median[SITES.index(site)] for site in expected} == expected
