"""Protocols that are refused: each with what was given, the file, the line and what is allowed."""

import math
import re
import tomllib
from collections.abc import Iterator
from copy import deepcopy
from functools import reduce
from operator import getitem
from pathlib import Path
from typing import Any

import pytest

from paget.atlas.clinic import site_group
from paget.core.errors import ScenarioError
from paget.protocol.compiled import compile_protocol, load_protocol
from paget.protocol.parts import Eligibility

SITES = ("liver", "lung", "bone")
SUBTYPES = ("er_pos_her2_neg", "er_pos_her2_pos", "er_neg_her2_neg")

# Line 1 of each file is its base; what is refused stands on the line that the message names.
BASE = 'base = "standard-colon"\n'
ADJUVANT = """[line.x]
kind = "systemic"
after = "resection"
drugs = ["folfiri"]
every = "14 day"
"""
TWICE = ADJUVANT.replace(".x", ".y") + "cycles = 3\n"
FIT = '[screening.x]\ntest = "fit"\nevery = "2 year"\nfrom_age = "50 year"\nto_age = "74 year"\n'
SURGERY = '[line.x]\nkind = "surgery"\ntrigger = "recurrence"\ntargets = ["metastases"]\n'
RADIATION = (
    '[line.x]\nkind = "radiotherapy"\nafter = "resection"\ntargets = ["nodes"]\nfractions = 5\n'
)
CEA = '[[follow]]\ntest = "cea"\nevery = "1 year"\nuntil = "3 year"\n'
CT = '[[follow]]\ntest = "ct"\n'

REFUSED = {
    # A protocol that can never apply.
    "nobody gets it": (ADJUVANT + "cycles = 6\nshare = 0", 8, "never apply: nobody gets it"),
    "nobody attends": (FIT + "attendance = 0", 7, "never apply: nobody attends"),
    "all stay away": (FIT + "never = 1", 7, "never apply: nobody attends"),
    "no line before": (
        ADJUVANT.replace("resection", "resecton") + "cycles = 6",
        4,
        "none of the lines",
    ),
    "disjoint from the line before": (
        ADJUVANT + 'cycles = 6\nif = { aim = "palliative" }',
        4,
        "never apply: nobody is eligible for it and for resection before it",
    ),
    "never reached": (
        ADJUVANT + 'cycles = 6\ngroup = "g"\n' + TWICE + 'group = "g"\nif = { n = [1, 2] }',
        15,
        "never apply: x before it in the group takes all",
    ),
    "nothing to progress from": (
        "[line]\nfirst_line = false\nfirst_line_at_recurrence = false\n[line.second_line]",
        5,
        "never apply: no other line assesses its response",
    ),
    # Contradictory eligibility.
    "no metastases in the liver": (SURGERY + 'if = { m = 0, sites = ["liver"] }', 6, "m = 0 is"),
    "nothing to remove": (SURGERY + "if = { m = 0 }", 6, "no metastasis to treat"),
    "at least one and none": (
        SURGERY + "if = { m = 1, most_metastases = 0 }",
        6,
        "m = 1 is with at least one",
    ),
    "palliative without metastases": (
        "[line.first_line]\nif = { m = 0 }",
        3,
        "the aim at diagnosis is curative",
    ),
    "response before treatment": (
        '[line.first_line]\nif = { response = "partial" }',
        3,
        "no line to respond to",
    ),
    "response after progression": (
        '[line.second_line]\nif = { response = "stable" }',
        3,
        "the last response is progression",
    ),
    "categories out of order": (ADJUVANT + "cycles = 6\nif = { n = [2, 1] }", 8, "out of order"),
    # Overlapping lines.
    "the same drug twice": (
        ADJUVANT + "cycles = 6\n" + TWICE + "if = { n = 2 }",
        8,
        "overlaps x in {file} line 2: both",
    ),
    "the same site twice": (
        '[line.x]\nkind = "surgery"\ntrigger = "diagnosis"\ntargets = ["primary"]',
        2,
        "overlaps resection in",
    ),
    "the same test twice": (FIT + FIT.replace(".x", ".y"), 7, "overlaps x in {file} line 2"),
    "the same scan twice": (
        CT + 'every = "1 year"\nuntil = "3 year"\n' + CT + 'every = "2 year"\nuntil = "9 year"',
        6,
        "overlaps the same test in {file} line 2",
    ),
    # A test without sensitivity.
    "sensitivity zero": (
        FIT + "sensitivity = 0\nprecursor_sensitivity = 0",
        7,
        "without sensitivity",
    ),
    "a new test": (
        FIT.replace('"fit"', '"new"') + "[test.new]\nspecificity = 0.9",
        3,
        "new is a test without",
    ),
    "a scan that sees nothing": ("[test.ct]\nbest = 0", 3, "a test without sensitivity"),
    "a scan that looks nowhere": (
        "[test.ct.median]\neverywhere = inf\nprimary = inf",
        2,
        "it looks nowhere",
    ),
    # Ages out of order.
    "a programme": (
        FIT.replace("74", "40"),
        6,
        "ages out of order: it begins at 50 years and ends",
    ),
    "a line": (ADJUVANT + 'cycles = 6\nif = { age = ["70 year", "60 year"] }', 8, "out of order"),
    # A drug without effect.
    "no kill": ("[drug.folfox]\nlog_kill = 0", 3, "a drug without effect"),
    "nobody responds": ("[drug.folfox]\nresponders = 0", 3, "a drug without effect"),
    "reaches nothing": ("[drug.folfox]\nsanctuary = 0", 3, "a drug without effect"),
    "a drug that no line gives": (
        "[drug.folfx]\nlog_kill = 0.3",
        2,
        "Did you mean folfox? It can never apply: the protocol names it nowhere|names it nowhere",
    ),
    "a test that nobody does": ("[test.mri]\nbest = 0.9", 2, "the protocol names it nowhere"),
    "a new drug": (
        ADJUVANT.replace("folfiri", "new") + 'cycles = 6\n[drug.new]\nkind = "targeted"',
        8,
        "a drug without effect",
    ),
    "radiation without dose": (RADIATION + 'dose = "0 Gy"', 7, "radiation without effect"),
    # A protocol that loops.
    "lines in a circle": (
        '[line.resection]\ntrigger = "after"\nafter = "adjuvant_single"',
        4,
        "wait for each other in a circle: ",
    ),
    "a line after itself": (
        ADJUVANT.replace("resection", "x") + "cycles = 6",
        4,
        "in a circle: x after x",
    ),
    "no end": (ADJUVANT + 'until = "progression"', 7, "has no end: nobody looks for progression"),
    "repeats too often": ("[line.second_line]\nrepeats = 60", 3, "the protocol loops"),
    "repeats without end": ("[line.second_line]\nrepeats = inf", 3, "must be between 1 and 64"),
    "a scan a day": (
        CT + 'every = "1 day"\nuntil = "9 year"',
        4,
        "repeats 3286 times; at most 250",
    ),
    "no interval": (CT + 'every = "0 day"\nuntil = "9 year"', 4, "must be at least 1 day|between"),
    "a circle of protocols": ("[x]\n", 1, "in a circle"),
    # Words, numbers and units.
    "an unknown table": ("[lines.x]", 2, "Did you mean line"),
    "an unknown key": ("[line.resection]\nshares = 1", 3, "Did you mean share"),
    "a key of another kind": ("[line.resection]\ncycles = 6", 3, "keys of a line of surgery are"),
    "an unknown drug": (
        ADJUVANT.replace("folfiri", "folfir") + "cycles = 6",
        5,
        "Did you mean folfiri",
    ),
    "an unknown place": ("[drug.folfox.sanctuary]\nlivr = 0.5", 3, "Did you mean liver"),
    "no place of a drug": ("[drug.folfox.sanctuary]\nprimary = 0.5", 3, "places are everywhere, l"),
    "an unknown place of a test": ("[test.ct]\nmedian.adrenl = 0.5", 3, "Did you mean adrenal"),
    "an unknown key of a tissue": (
        RADIATION + 'dose = "2 Gy"\n[tissue.carcinoma]\ngamma = 1',
        9,
        "keys of a tissue are alpha, beta",
    ),
    "an unknown test": ('[workup]\nmodalities = ["ctt"]', 3, "'ctt' is none of"),
    "an unknown kind": ('[line.resection]\nkind = "surgry"', 3, "Did you mean surgery"),
    "a number without its unit": ("[line.resection]\ndelay = 12", 3, "must carry its unit"),
    "another unit": ('[line.resection]\ndelay = "12 mm"', 3, 'must be such as "2 day"'),
    "a share above one": ("[line.first_line]\nshare = 1.2", 3, "must be between 0 and 1"),
    "half a cycle": (ADJUVANT + "cycles = 6.5", 7, "must be a whole number"),
    "no cycles": (ADJUVANT, 2, "cycles must be given"),
    "no test": ('[screening]\nevery = "2 year"', 2, "must name its test"),
    "a text for a table": ('line = "x"', 2, "must be a table"),
    "follow-up that is no list": ('[follow]\ntest = "ct"', 2, "must be tables [[follow]]"),
    "ends before it begins": (
        CT + 'every = "1 year"\nstart = "5 year"\nuntil = "3 year"',
        6,
        "it ends before it begins",
    ),
    "continuous with a scan": (
        CT + "continuous = true\n" + CT + 'every = "1 year"\nuntil = "3 year"',
        4,
        "the only follow-up",
    ),
    "two markers": (CEA + CEA.replace("cea", "ca_19_9"), 7, "one marker is followed"),
    "no work-up": ("[workup]\nmodalities = []", 3, "must name at least one imaging test"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_with_file_and_line(name: str, tmp_path: Path) -> None:
    text, line, words = REFUSED[name]
    file = tmp_path / "my.toml"
    base = 'base = "my.toml"\n' if name == "a circle of protocols" else BASE
    file.write_text(base + text, encoding="utf-8")
    with pytest.raises(ScenarioError) as refused:
        load_protocol(file)
    error = refused.value
    assert error.where == f"{file} line {line}", str(error)
    assert error.given
    assert any(word in str(error) for word in words.replace("{file}", str(file)).split("|"))


def test_refused_in_a_scenario_with_its_line() -> None:
    protocol = {"base": "standard-colon", "line": {"resection": {"share": 2}}}
    places = {"protocol": "my.toml line 4", "protocol.line.resection.share": "my.toml line 7"}
    with pytest.raises(ScenarioError, match=r"line.resection.share = 2 in my.toml line 7; must be"):
        load_protocol(protocol, places)
    with pytest.raises(ScenarioError, match=r"unknown protocol 'standard-colo' in my.toml line 4"):
        load_protocol("standard-colo", places)
    plain = {"base": "colon-fit", "screening": {"test": "fit", "every": "2 mm"}}
    places = {"protocol": "my.toml line 4", "protocol.screening.every": "my.toml line 9"}
    with pytest.raises(ScenarioError, match=r"screening.fit.every = '2 mm' in my.toml line 9"):
        load_protocol(plain, places)


ODD: tuple[Any, ...] = (
    [], {}, "", "x", -1, 0, math.inf, math.nan, True, [1, 2, 3], [[1]], {"value": [1]}, "nan year",
    {"value": 3, "unit": 7}, "-3 day", {"x": {}},
)  # fmt: skip


def paths(content: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of everything in a protocol."""
    items = content.items() if isinstance(content, dict) else enumerate(content)
    for key, item in items:
        yield (*path, key)
        if isinstance(item, dict | list):
            yield from paths(item, (*path, key))


def test_whatever_is_wrong_is_a_refusal_with_its_place() -> None:
    text = FIT + ADJUVANT + "cycles = 6\n" + CT + 'every = "1 year"\nuntil = "5 year"'
    content: dict[str, Any] = {"base": "surgery-only", **tomllib.loads(text)}
    content["line"]["x"]["if"] = {"aim": "curative", "n": [1, 3], "subtype": ["a"]}
    content["drug"] = {"folfiri": {"log_kill": 0.3, "sanctuary": {"brain": 0.1}}}
    assert load_protocol(content).line_names == ("resection", "x")
    places: list[str] = []
    for path in paths(content):
        for odd in ODD:
            changed = deepcopy(content)
            reduce(getitem, path[:-1], changed)[path[-1]] = odd
            try:
                load_protocol(changed, "here")
            except ScenarioError as error:
                places.append(error.where)
    assert len(places) > 300
    assert all(places)


def refused(protocol: dict[str, Any]) -> str:
    groups = [site_group(site) for site in SITES]
    loaded = load_protocol({"base": "no-treatment", **protocol}, "my.toml line 2")
    with pytest.raises(ScenarioError) as error:
        compile_protocol(loaded, SITES, groups, SUBTYPES)
    assert error.value.where == "my.toml line 2"
    return str(error.value)


def test_refused_for_this_cancer() -> None:
    surgery = {"kind": "surgery", "trigger": "recurrence", "targets": ["metastases"]}

    def line(**who: object) -> dict[str, Any]:
        return {"line": {"x": {**surgery, "if": who}}}

    assert "never apply: those of this cancer are liver" in refused(line(sites=["livr"]))
    assert "er_pos_her2_neg" in refused(line(subtype=["er_ps_her2_neg"]))
    both: dict[str, dict[str, Any]] = {
        "a": {**surgery, "if": {"subtype": ["er_pos"]}},
        "b": {**surgery, "if": {"subtype": ["her2_pos"]}},
    }
    assert "overlaps a" in refused({"line": both})
    both["b"]["if"] = {"subtype": ["er_neg"]}
    loaded = load_protocol({"base": "no-treatment", "line": both})
    compile_protocol(loaded, SITES, SITES, SUBTYPES)


def test_a_drug_needs_its_target() -> None:
    herceptin: dict[str, Any] = {
        "kind": "systemic",
        "trigger": "diagnosis",
        "drugs": ["trastuzumab"],
        "cycles": 3,
    }
    protocol = {"line": {"x": {**herceptin, "every": "21 day"}}}
    loaded = load_protocol({"base": "no-treatment", **protocol}, "my.toml line 2")
    with pytest.raises(ScenarioError, match=re.escape("a drug without effect")):
        compile_protocol(loaded, SITES, SITES, ())
    protocol["line"]["x"]["if"] = {"subtype": ["er_pos_her2_neg"]}
    assert "a drug without effect" in refused(protocol)


def test_eligibility_meets_and_covers() -> None:
    everyone, nodes = Eligibility(), Eligibility(n=(1, 3))
    assert everyone.covers(nodes)
    assert not nodes.covers(everyone)
    assert nodes.meets(everyone)
    assert not nodes.meets(Eligibility(n=(0, 0)))
    assert not Eligibility(aim="curative").meets(Eligibility(aim="palliative"))
    liver, lung = Eligibility(m=(1, 1), sites=("liver",)), Eligibility(m=(1, 1), sites=("lung",))
    assert not liver.meets(lung)
    # Without metastases both wait for nobody's site.
    assert Eligibility(sites=("liver",)).meets(Eligibility(sites=("lung",)))
    assert not Eligibility(subtype=("a",)).covers(everyone)
    assert not Eligibility(performance=1).covers(everyone)
    assert Eligibility(most_metastases=3).covers(Eligibility(most_metastases=2, response=1))
