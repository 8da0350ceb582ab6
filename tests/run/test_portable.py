"""A manifest holds what repeats a run, and no place of a file."""

import getpass
import json
import sys
from pathlib import Path

import pytest

from paget.run.folder import resume, run
from paget.run.manifest import check_same, new_manifest, read_manifest
from paget.run.portable import portable_command, portable_scenario
from paget.run.scenario import load_scenario, resolve
from paget.twins.comparison import compare_twins

PROTOCOL = 'base = "surgery-only"\n[workup]\nmodalities = ["ct"]\n'


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """Return a scenario of the user's with all kinds of files and changes."""
    home = tmp_path / "home" / "anna-p"
    home.mkdir(parents=True)
    (home / "below.toml").write_text('cancer = "colon"\n', encoding="utf-8")
    (home / "clinic.toml").write_text(PROTOCOL, encoding="utf-8")
    path = home / "mine.toml"
    path.write_text(
        f'base = "{home}/below.toml"\nprotocol = "{home}/clinic.toml"\npatients = 20\nseed = 1\n'
        '[change]\n"dormancy.liver.wake_rate" = "0.5 /year"\n',
        encoding="utf-8",
    )
    return path


def test_no_manifest_holds_a_place(
    mine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", [f"{mine.parent}/paget", "run", str(mine), f"--out={mine}"])
    run(mine, tmp_path / "run")
    compare_twins(mine, mine, out=tmp_path / "twins")
    for folder in ("run", "twins"):
        text = (tmp_path / folder / "manifest.json").read_text(encoding="utf-8")
        assert json.loads(text)["command"] == ["paget", "run", "mine.toml", "--out=mine.toml"]
        root = Path(__file__).resolve().parents[2]
        for place in (str(tmp_path), "anna-p", str(Path.home()) + "/", str(root)):
            assert place not in text
        assert getpass.getuser() == "root" or getpass.getuser() not in text


def test_files_of_parameters_are_told_within_the_package(mine: Path) -> None:
    scenario = load_scenario(mine)
    records = new_manifest(scenario, resolve(scenario), 500, 1)["parameters"]
    places = {record["name"]: record["file"] for record in records}
    assert places["growth.law"].startswith("atlas/cancers/")
    assert places["dormancy.liver.wake_rate"].startswith("mine.toml line ")


def test_a_run_goes_on_when_the_protocol_file_has_gone(mine: Path, tmp_path: Path) -> None:
    run(mine, tmp_path / "run")
    (mine.parent / "clinic.toml").unlink()
    (tmp_path / "run" / "shards" / "00000.json").unlink()
    assert resume(tmp_path / "run").lived == 20


def test_a_changed_protocol_file_is_another_scenario(mine: Path, tmp_path: Path) -> None:
    scenario = load_scenario(mine)
    before = new_manifest(scenario, resolve(scenario), 500, 1)
    (mine.parent / "clinic.toml").write_text(PROTOCOL.replace("ct", "mri"), encoding="utf-8")
    after = new_manifest(scenario, resolve(scenario), 500, 1)
    assert before["run"] != after["run"]
    with pytest.raises(Exception, match="differs in the scenario"):
        check_same(before, after, tmp_path)


def test_names_of_the_atlas_stay_names() -> None:
    scenario = load_scenario("colon-standard", patients=3, seed=1)
    assert portable_scenario(scenario) == scenario.model_dump()


@pytest.mark.parametrize(
    ("word", "kept"),
    [
        ("/home/anna/x.toml", "x.toml"),
        ("--out=/home/anna/run", "--out=run"),
        ("../../anna/run", "run"),
        ("~/run", "run"),
        ("C:\\Users\\anna\\run", "run"),
        ("runs/first", "runs/first"),
        ("dormancy.liver.wake_rate=0.5 /year", "dormancy.liver.wake_rate=0.5 /year"),
        ("colon", "colon"),
    ],
)
def test_words_of_the_command(word: str, kept: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["/usr/bin/paget", word])
    assert portable_command() == ["paget", kept]


def test_a_manifest_is_sealed(mine: Path, tmp_path: Path) -> None:
    run(mine, tmp_path / "run")
    assert read_manifest(tmp_path / "run")["checksum"]
