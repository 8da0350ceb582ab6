"""A comparison is read back as the very one, or with a reason why not."""

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from paget.core.errors import RunError, ScenarioError
from paget.run.shards import Engine
from paget.twins.comparison import compare_twins
from paget.twins.reading import read_twins

ARMS = ("colon", "colon-adjuvant")


def test_above_the_memory_limit_it_comes_as_a_scan(tmp_path: Path) -> None:
    lived = compare_twins(*ARMS, patients=30, seed=1, out=tmp_path / "twins")
    opened = read_twins(tmp_path / "twins", memory_limit=1)
    assert isinstance(opened.patients, pl.LazyFrame)
    assert opened.patients.collect().equals(lived.patients)


def test_one_that_was_cut_off_is_to_be_resumed(tmp_path: Path) -> None:
    def stop(lived: int, wanted: int) -> None:
        if 0 < lived < wanted:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        compare_twins(
            *ARMS, patients=1600, seed=1, out=tmp_path / "twins", threads=1, progress=stop
        )
    with pytest.raises(RunError, match="was cut off") as caught:
        read_twins(tmp_path / "twins")
    assert "--resume" in caught.value.remedy


def test_a_refusal_within_the_lives_leaves_no_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise ScenarioError("a protocol that loops")

    monkeypatch.setattr(Engine, "_check", refuse)
    with pytest.raises(ScenarioError, match="loops"):
        compare_twins(*ARMS, patients=30, seed=1, out=tmp_path / "deep" / "twins")
    assert not list(tmp_path.iterdir())


def test_a_refusal_in_the_middle_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: Engine, persons: Any) -> None:
        if persons["patient"][0] >= 500:
            raise ScenarioError("a protocol that loops")

    monkeypatch.setattr(Engine, "_check", refuse)
    with pytest.raises(ScenarioError, match="loops"):
        compare_twins(*ARMS, patients=1100, seed=1, out=tmp_path / "twins", threads=1)
    manifest = json.loads((tmp_path / "twins" / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["status"], manifest["failure"]) == ("failed", "a protocol that loops.")
    assert len(manifest["files"]) == 1
    monkeypatch.undo()
    resumed = compare_twins(*ARMS, patients=1100, seed=1, out=tmp_path / "twins", resume=True)
    assert read_twins(tmp_path / "twins").patients.equals(resumed.patients)
