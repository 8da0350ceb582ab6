"""The commands that only look into the model: what they show, in a pipe."""

import json
import re
import subprocess
import sys

import pytest
from typer.testing import CliRunner, Result

import paget
from paget.cli.main import app
from paget.core.results import NOTICE

PIPE = {"NO_COLOR": "1"}


def shown(*words: str) -> Result:
    # Test runners may set COLUMNS, which a pipe does not.
    result = CliRunner().invoke(app, list(words), env={"COLUMNS": None})
    assert result.exit_code == 0, result.output
    return result


def test_alone_it_shows_the_help_with_the_notice() -> None:
    text = shown().stdout
    assert NOTICE in text
    for command in ("run", "live", "list", "describe", "cite", "schema", "verify", "validate"):
        assert re.search(rf"\b{command}\b", text)


def test_version() -> None:
    assert shown("--version").stdout == f"paget {paget.__version__}\n"


def test_help_is_quick_to_load() -> None:
    code = "import sys, paget.cli.main; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, timeout=60
    )
    loaded = set(done.stdout.split())
    assert loaded.isdisjoint(
        {"numba", "numpy", "scipy", "matplotlib", "polars", "pydantic", "pint"}
    )


def test_list_alone_shows_cancers_and_scenarios() -> None:
    text = shown("list").stdout
    assert re.search(r"^colon +colon cancer +\d+ +\d+$", text, re.MULTILINE)
    assert re.search(r"^colon-textbook +.*every mechanism on +colon", text, re.MULTILINE)


@pytest.mark.parametrize("what", ["cancers", "scenarios", "sites", "targets"])
def test_each_list_has_rows(what: str) -> None:
    assert len(shown("list", what).stdout.splitlines()) > 4


def test_list_parameters_has_value_unit_range_and_source() -> None:
    text = shown("list", "parameters", "colon", "dormancy").stdout
    row = next(line for line in text.splitlines() if "everywhere.wake_rate" in line)
    assert re.search(r"wake_rate +\S+ +/year +0 to 100 +assumption$", row)
    assert re.search(r"\d+ parameters of colon, of which \d+ are assumptions", text)
    assert "shedding" not in text


def test_list_parameters_of_a_scenario_has_its_changes() -> None:
    text = shown("list", "parameters", "colon-textbook", "arrest.niche").stdout
    assert re.search(r"^arrest\.niche +on +set by the user$", text, re.MULTILINE)


def test_list_parameters_takes_wild_cards_and_no_cancer() -> None:
    text = shown("list", "parameters", "colon", "arrest.*.affinity").stdout
    assert "arrest.liver.affinity" in text
    assert "growth.law" in shown("list", "parameters").stdout


def test_rows_stay_whole_in_a_pipe() -> None:
    lines = shown("list", "targets", "colon").stdout.splitlines()
    rows = [line for line in lines if line.startswith("colon")]
    assert rows
    assert all("target" in row or "consistency" in row or "prediction" in row for row in rows)


def test_schema_is_json_of_the_scenario() -> None:
    schema = json.loads(shown("schema").stdout)
    assert schema["$schema"].startswith("https://json-schema.org/")
    assert {"cancer", "patients", "seed", "horizon", "change"} <= set(schema["properties"])


def test_cite_lists_papers_and_counts_assumptions() -> None:
    text = shown("cite", "colon").stdout
    assert re.search(r"delmonte2009 +Del Monte U", text)
    assert re.search(r"Of \d+ parameters \d+ are assumptions", text)
    assert NOTICE in text


def test_cite_as_bibtex_is_nothing_else() -> None:
    text = shown("cite", "colon", "--bibtex").stdout
    assert text.startswith("@")
    assert len(re.findall(r"^@\w+\{", text, re.MULTILINE)) == len(
        set(re.findall(r"^@.*", text, re.MULTILINE))
    )
    assert NOTICE not in text


def test_describe_tells_laws_values_and_sources() -> None:
    text = shown("describe", "colon").stdout
    assert "dN/dt = min(r_max, a ln(K/N)) N" in text
    assert re.search(r"K = 150 mm +growth\.capacity · assumption", text)
    assert re.search(r"ρ_c = .* +growth\.cell_density · delmonte2009", text)
    assert re.search(r"The pre-metastatic niche · off · arrest\.niche", text)
    assert max(map(len, text.splitlines())) <= 80


def test_describe_shows_knock_outs_and_changes() -> None:
    wake = 'dormancy.liver.wake_rate="0.5 /year"'.replace('"', "")
    text = shown("describe", "--set", "circulation.clusters=false", "--set", wake).stdout
    assert "Clusters · knocked out by the user · circulation.clusters" in text
    assert "dormancy.liver.wake_rate = 0.5 /year" in text
    assert re.search(r"w: liver 0\.5 /year", text)


def test_describe_brief_leaves_the_parameters_out() -> None:
    text = shown("describe", "pancreas", "--brief").stdout
    assert "growth.capacity" not in text
    assert "The angiogenic switch" in text


def test_no_colours_in_a_pipe() -> None:
    for words in (("list",), ("describe", "--brief"), ("cite", "colon")):
        assert "\x1b" not in shown(*words).output
