"""Where a folder can be made: one sentence where not, and nothing left of one that is given up."""

import os
from pathlib import Path
from typing import Any, cast

import pytest

from paget.core.errors import RunError
from paget.run.new_folder import NewFolder, folder_at, holds_something


@pytest.fixture
def here(tmp_path: Path) -> Path:
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    (tmp_path / "dangling").symlink_to(tmp_path / "no" / "where")
    (tmp_path / "round").symlink_to(tmp_path / "round")
    return tmp_path


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("file", "is a file"),
        ("file/run", "cannot be made"),
        ("/dev/full", "is no folder"),
        ("/dev/full/run", "cannot be made"),
        ("dangling", "a link that leads nowhere"),
        ("round", "round"),
        ("x" * 300, "its name is too long"),
        (f"new/{'x' * 300}/run", "its name is too long"),
        ("a\0b", "cannot be made"),
        ("~no-such-user-here/run", "cannot be made"),
    ],
)
def test_what_cannot_be_a_folder_is_refused_in_one_sentence(
    here: Path, name: str, why: str
) -> None:
    before = sorted(here.rglob("*"))
    with pytest.raises(RunError, match=why) as caught:
        NewFolder(folder_at(name if name[0] in "/~" else f"{here}/{name}")).make(["tables"])
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 400
    assert sorted(here.rglob("*")) == before


@pytest.mark.parametrize("below", ["", "run"])
def test_a_folder_without_permission_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, below: str
) -> None:
    monkeypatch.setattr(os, "access", lambda path, _: Path(path) != tmp_path)
    with pytest.raises(RunError, match="Permission denied"):
        folder_at(tmp_path / below)


def test_what_is_no_path_is_refused() -> None:
    with pytest.raises(RunError, match="out = 3"):
        folder_at(cast("Any", 3))


def test_what_was_made_goes_and_what_was_there_stays(tmp_path: Path) -> None:
    made = NewFolder(tmp_path / "deep" / "down" / "run")
    made.make(["tables"])
    (made.path / "tables" / "part").touch()
    (made.path / "manifest.json").touch()
    (made.path / ".manifest.json.1234.part").touch()
    made.take_away("manifest.json")
    assert not list(tmp_path.iterdir())

    there = NewFolder(tmp_path)
    there.make(["tables"])
    there.take_away("manifest.json")
    assert tmp_path.is_dir()
    assert not holds_something(tmp_path)


def test_a_file_of_somebody_else_is_never_taken_away(tmp_path: Path) -> None:
    made = NewFolder(tmp_path / "run")
    made.make(["tables"])
    (made.path / "thesis.txt").touch()
    made.take_away("manifest.json")
    assert [path.name for path in made.path.iterdir()] == ["thesis.txt"]


@pytest.mark.parametrize("came_of_it", [True, False])
def test_a_folder_stays_where_something_came_of_it(tmp_path: Path, came_of_it: bool) -> None:
    made = NewFolder(tmp_path / "run")
    made.make()
    (made.path / "file").touch()
    with pytest.raises(KeyError), made.taken_away_unless(lambda: came_of_it, "file"):
        raise KeyError
    assert made.path.exists() is came_of_it
