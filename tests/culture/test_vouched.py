"""What a manifest vouches for: every file of a tissue, and no file that is not of it."""

from pathlib import Path

import pytest

from paget.core.errors import RunError
from paget.culture.vouched import check_files, checksums_of, sweep

PATTERNS = ("store/**/*", "counts")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("store/a/b", "store/c", "counts", "picture.png"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name, encoding="utf-8")
    return tmp_path


def test_other_files_are_not_vouched_for(folder: Path) -> None:
    assert list(checksums_of(folder, PATTERNS)) == ["counts", "store/a/b", "store/c"]


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("store/a/b", "other", "b was changed"),
        ("store/a/b", None, "b is missing"),
        ("counts", "", "counts was changed"),
        ("store/d", "new", "d is not of this folder"),
    ],
)
def test_every_difference_is_told(folder: Path, name: str, content: str | None, why: str) -> None:
    manifest = {"schema_version": 2, "files": checksums_of(folder, PATTERNS)}
    check_files(folder, manifest, PATTERNS)
    (folder / "picture.png").unlink()
    (folder / "store" / ".DS_Store").touch()
    check_files(folder, manifest, PATTERNS)
    if content is None:
        (folder / name).unlink()
    else:
        (folder / name).write_text(content, encoding="utf-8")
    with pytest.raises(RunError, match=why):
        check_files(folder, manifest, PATTERNS)
    check_files(folder, {"schema_version": 1}, PATTERNS)  # version 0.1.0 says nothing of it


def test_what_was_never_finished_goes(folder: Path) -> None:
    half = [folder / ".counts.12.part", folder / "store" / "a" / "b.34.partial"]
    for path in half:
        path.touch()
    before = checksums_of(folder, PATTERNS)
    sweep(folder)
    assert not any(path.exists() for path in half)
    assert set(before) - {"store/a/b.34.partial"} == set(checksums_of(folder, PATTERNS))
