"""Bad input: one message with what was given and where, exit code 2, nothing written."""

from pathlib import Path
from typing import NoReturn

import pytest
from typer.testing import CliRunner

from paget.cli.main import app

CASES = {
    "unknown scenario": (
        ["run", "coln"],
        ["unknown scenario 'coln'", "Did you mean colon? Scenarios are colon"],
    ),
    "missing file": (["run", "no.toml"], ["no.toml", "does not exist"]),
    "negative patients": (["run", "colon", "--patients", "-3"], ["patients = -3 in --patients"]),
    "patients beyond count": (["run", "colon", "--patients", "99999999999"], ["at most"]),
    "negative seed": (["run", "colon", "--seed", "-1"], ["seed = -1 in --seed"]),
    "no thread": (["run", "colon", "--threads", "0"], ["threads = 0"]),
    "set without value": (["run", "colon", "--set", "growth.law"], ["must be name=value"]),
    "set without name": (["run", "colon", "--set", "=3"], ["must be name=value"]),
    "set twice": (
        ["run", "colon", "--set", "growth.law=power", "--set", "growth.law=logistic"],
        ["growth.law = logistic in --set", "already"],
    ),
    "wrong unit": (
        ["run", "colon", "--set", "dormancy.liver.wake_rate=0.5 mm"],
        ["dormancy.liver.wake_rate = 0.5 mm in --set", "/year"],
    ),
    "unknown unit": (
        ["run", "colon", "--set", "dormancy.liver.wake_rate=0.5 /fortnight"],
        ["dormancy.liver.wake_rate", "fortnight"],
    ),
    "unknown parameter": (
        ["run", "colon", "--set", "dormancy.liver.wake_rte=1"],
        ["unknown parameter dormancy.liver.wake_rte in --set. Did you mean dormancy.liver.wake_"],
    ),
    "out of range": (
        ["run", "colon", "--set", "dormancy.liver.wake_rate=-2 /year"],
        ["dormancy.liver.wake_rate = -2 /year in --set", "between 0 and 100 /year"],
    ),
    "no switch": (
        ["run", "colon", "--set", "circulation.clusters=maybe"],
        ["circulation.clusters = maybe in --set", "true or false"],
    ),
    "unknown word": (["run", "colon", "--set", "growth.law=gomperz"], ["mean gompertz"]),
    "resume what": (["compare", "colon", "colon", "--resume"], ["--resume without --out"]),
    "run what": (["run"], ["without a scenario", "--resume DIR"]),
    "resume nothing": (["run", "--resume", "none"], ["none/manifest.json cannot be read"]),
    "resume elsewhere": (["run", "--resume", "full", "--out", "new"], ["--resume with --out"]),
    "out is a file": (["run", "colon", "--out", "file"], ["file is a file"]),
    "out holds something": (["run", "colon", "--out", "full"], ["full holds something"]),
    "out below a file": (["run", "colon", "--out", "file/run"], ["file/run cannot be"]),
    "out has a long name": (["run", "colon", "--out", "x" * 300], ["name is too long"]),
    "out has a long part": (["run", "colon", "--out", f"new/{'x' * 300}/run"], ["too long"]),
    "out is a device": (["run", "colon", "--out", "/dev/full"], ["/dev/full is no folder"]),
    "out leads nowhere": (["run", "colon", "--out", "dangling"], ["a link that leads nowhere"]),
    "twins on a device": (["compare", "colon", "colon", "--out", "/dev/full"], ["is no folder"]),
    "twins have a long name": (["compare", "colon", "colon", "--out", "x" * 300], ["at most 255"]),
    "tissue on a device": (["grow", "metaspread", "--out", "/dev/full"], ["is no folder"]),
    "tissue has a long name": (["grow", "metaspread", "--out", "x" * 300], ["at most 255"]),
    "tissue leads nowhere": (["grow", "metaspread", "--out", "dangling"], ["leads nowhere"]),
    "no such patient": (["live", "colon", "--patient", "-1"], ["patient = -1"]),
    "figure of no kind": (
        ["live", "colon", "--patient", "1", "--figure", "life.doc"],
        ["--figure life.doc", ".png, .svg, .pdf"],
    ),
    "figure that is there": (
        ["live", "colon", "--patient", "1", "--figure", "old.png"],
        ["--figure old.png is there already"],
    ),
    "figure in no folder": (
        ["live", "colon", "--patient", "1", "--figure", "nowhere/life.png"],
        ["there is no folder nowhere"],
    ),
    "list of nothing": (
        ["list", "parmeters"],
        ["Did you mean parameters? What can be listed is cancers"],
    ),
    "parameters of nothing": (["list", "parameters", "colonn"], ["cancer = 'colonn'", "colon"]),
    "pattern of nothing": (["list", "parameters", "colon", "zzz"], ["no parameter", "zzz"]),
    "cite nothing": (["cite", "coln"], ["neither the folder of a run nor a scenario", "colon"]),
    "cite a long name": (["cite", "x" * 300], ["neither the folder of a run nor a scenario"]),
    "cite no user": (["cite", "~nobody-here/run"], ["neither the folder of a run"]),
    "cite no run": (["cite", "full"], ["manifest.json"]),
    "describe nothing": (["describe", "colan"], ["unknown scenario 'colan'", "colon"]),
    "validate theory": (["validate", "coln"], ["unknown scenario 'coln'"]),
}

FILES = {
    "unknown key": ("horizn = '4 year'\n", ["unknown key horizn in bad.toml line 2", "horizon"]),
    "unknown cancer": (
        "",
        ["cancer = 'coln' in bad.toml line 1", "Did you mean colon? Cancers are colon"],
    ),
    "parameter out of range": (
        "[change]\n'dormancy.liver.wake_rate' = '-2 /year'\n",
        ["dormancy.liver.wake_rate = -2 /year in bad.toml line 3"],
    ),
    "not TOML": ("patients = = 3\n", ["bad.toml line 2", "TOML"]),
    "wrong kind": ("patients = 'many'\n", ["patients = 'many' in bad.toml line 2", "whole number"]),
    "horizon without unit": ("horizon = '40'\n", ["horizon = '40' in bad.toml line 2", "unit"]),
}


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in an empty folder with a file and a folder that is not empty."""
    monkeypatch.chdir(tmp_path)
    Path("file").touch()
    Path("old.png").touch()
    Path("full").mkdir()
    Path("full/something").touch()
    Path("dangling").symlink_to("nowhere/at/all")
    return tmp_path


def refused(words: list[str], parts: list[str], folder: Path) -> None:
    before = sorted(folder.rglob("*"))
    result = CliRunner().invoke(app, words)
    assert result.exit_code == 2, result.output
    lines = result.stderr.splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("Error: ")
    for part in parts:
        assert part in lines[0]
    assert not result.stdout
    assert sorted(folder.rglob("*")) == before


@pytest.mark.parametrize("case", CASES)
def test_options(case: str, here: Path) -> None:
    words, parts = CASES[case]
    refused(words, parts, here)


@pytest.mark.parametrize("case", FILES)
def test_files(case: str, here: Path) -> None:
    more, parts = FILES[case]
    cancer = "coln" if case == "unknown cancer" else "colon"
    Path("bad.toml").write_text(f"cancer = '{cancer}'\n{more}", encoding="utf-8")
    refused(["run", "bad.toml", "--out", "new"], parts, here)


USAGE = {
    "unknown command": (["rnu"], ["unknown command 'rnu'. Did you mean run? Commands are run, "]),
    "far from any command": (["zzz"], ["unknown command 'zzz'; commands are run, "]),
    "unknown option": (
        ["run", "colon", "--patiens", "3"],
        ["unknown option --patiens in paget run. Did you mean --patients?", "paget run --help"],
    ),
    "unknown option of all": (["--versoin"], ["unknown option --versoin in paget. Did you mean"]),
    "missing argument": (["compare", "colon"], ["paget compare without B; `paget compare --help`"]),
    "missing option": (["live", "colon"], ["paget live without --patient; `paget live --help`"]),
    "no value": (["run", "colon", "--seed"], ["--seed without a value in paget run"]),
    "no number": (
        ["run", "colon", "--patients", "many"],
        ["patients = 'many' in --patients; must be a whole number, such as 20000 or 1e6"],
    ),
    "no whole number": (["run", "colon", "-n", "2.5"], ["patients = '2.5' in --patients"]),
    "no finite number": (["run", "colon", "-n", "1e999999999"], ["must be a whole number"]),
    "no thousands": (["run", "colon", "-n", "1,00"], ["must be a whole number"]),
    "no step": (["calibrate", "colon", "--steps", "0"], ["steps = 0 in --steps; must be at least"]),
    "unknown choice": (
        ["schema", "tisue"], ["WHAT 'tisue' in paget schema. Did you mean tissue? Must be one of"]
    ),
    "one word too many": (["run", "colon", "rectum"], ["'rectum' is too much in paget run"]),
    "two numbers": (
        ["run", "colon", "-n", "3", "--people", "4"], ["--patients with --people", "Give one"]
    ),
    "far from any scenario": (["validate", "nothing"], ["unknown scenario 'nothing'; scenarios"]),
    "without its unit": (
        ["run", "colon", "--set", "dormancy.liver.wake_rate=0.5"],
        ["dormancy.liver.wake_rate = 0.5 in --set; must carry its unit. Write it as '0.5 /year'"],
    ),
    "for ever": (
        ["grow", "metaspread", "--until", "1e9 year", "--seed", "1"],
        ["steps would take about", "years of computing", "--long"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", USAGE)
def test_usage(case: str, here: Path) -> None:
    words, parts = USAGE[case]
    refused(words, parts, here)


def test_ctrl_c_anywhere_is_exit_code_130(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted() -> NoReturn:
        raise KeyboardInterrupt

    monkeypatch.setattr("paget.run.scenario.scenario_schema", interrupted)
    result = CliRunner().invoke(app, ["schema"])
    assert result.exit_code == 130
    assert result.stderr == "Stopped.\n"
