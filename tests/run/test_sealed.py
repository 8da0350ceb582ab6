"""JSON that vouches for itself: a change of content is noticed, one of layout is none."""

import json
from pathlib import Path
from typing import Any

import pytest

from paget.core.errors import RunError
from paget.run.sealed import read_content, read_sealed, write_sealed

CONTENT: dict[str, Any] = {"a": 1, "b": [0.1, None, True], "c": {"d": "µm", "e": -0.0}}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    write_sealed(CONTENT, tmp_path / "a.json")
    return tmp_path / "a.json"


def test_what_was_written_is_read(file: Path) -> None:
    read = read_sealed(file)
    assert {name: read[name] for name in CONTENT} == CONTENT


def test_another_layout_is_the_same_content(file: Path) -> None:
    content = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps(dict(reversed(content.items()))), encoding="utf-8")
    assert read_sealed(file) == content


@pytest.mark.parametrize(
    ("old", "new"),
    [('"a": 1', '"a": 2'), ("0.1", "0.2"), ("null", "NaN"), ("true", "1"), ("-0.0", "0.0")],
)
def test_every_change_of_content_is_noticed(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(RunError, match=r"a\.json was changed or damaged"):
        read_sealed(file)


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b"\xff\xfe", b"[" * 100_000, b"3"])
def test_what_is_no_table_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.json").write_bytes(content)
    with pytest.raises(RunError, match=r"a\.json (is not JSON|holds no table)"):
        read_content(tmp_path / "a.json")


def test_a_file_without_a_checksum_is_not_sealed(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"a": 1}', encoding="utf-8")
    with pytest.raises(RunError, match="changed"):
        read_sealed(tmp_path / "a.json")
