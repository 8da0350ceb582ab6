"""Lines of keys: an odd file by hand, and any file by property."""

import json
import random
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paget.core.errors import ParameterError, ScenarioError
from paget.core.toml import key_lines, load_toml

ODD = Path(__file__).with_name("odd.toml")
EXPECTED = {
    "title": 2,
    "quoted.key": 3,
    "single [q]": 4,
    'esc"aped': 5,
    "a": 6,
    "a.b.c": 6,
    "table": 8,
    "table.multi": 9,
    "table.multi[0]": 10,
    "table.multi[1]": 11,
    "table.multi[2]": 11,
    "table.multi[2][1]": 12,
    "table.multi[3].x": 13,
    "table.multi[3].y.z": 13,
    "table.text": 15,
    "table.raw": 19,
    "table.empty": 22,
    "table.after": 23,
    "table.inline.q r[0].s": 24,
    "table.inline.t.u": 24,
    "list": 26,
    "list[0].name": 27,
    "list[0].sub.k": 29,
    "list[0].inner[1].v": 32,
    "list[1]": 33,
    "list[1].name": 34,
    "list[1].sub.k": 36,
    "x.y.z": 38,
}


def test_odd_file() -> None:
    content, lines = load_toml(ODD)
    assert {path: lines.get(path) for path in EXPECTED} == EXPECTED
    assert set(lines) >= set(paths(content))
    assert not any("no" in path.split(".")[-1].split("_") for path in lines)


def paths(table: Any, prefix: str = "") -> list[str]:
    """Return the path of everything in a parsed file."""
    if isinstance(table, dict):
        below = {f"{prefix}.{key}" if prefix else str(key): item for key, item in table.items()}
    elif isinstance(table, list):
        below = {f"{prefix}[{index}]": item for index, item in enumerate(table)}
    else:
        return []
    return [path for name, item in below.items() for path in (name, *paths(item, name))]


keys = st.text(st.sampled_from("ab1 \"#=[]{}'\\éµ\U0001f9ec"), min_size=1, max_size=5)
scalars = st.integers(-9, 9) | st.booleans() | st.sampled_from(["", "]", "# x", "'", "a = 1", '"{'])
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=8,
)
tables = st.dictionaries(keys, values, max_size=4)


def written(value: Any, layout: random.Random) -> str:
    """Write a value as TOML, with line ends and comments where arrays allow them."""
    if isinstance(value, dict):
        return (
            "{ " + ", ".join(f"{word(k)} = {written(v, layout)}" for k, v in value.items()) + " }"
        )
    if isinstance(value, list):
        gap = layout.choice([" ", "\n", '  # ] [ { " = 1\n'])
        return f"[{gap}{f'{gap},{gap}'.join(written(item, layout) for item in value)}{gap}]"
    if isinstance(value, str) and "'" not in value:
        return layout.choice([f"'{value}'", f"'''\n{value}'''", f'"""\\\n  {word(value)[1:-1]}"""'])
    return word(value)


def word(value: Any) -> str:
    """Write a scalar or a quoted key."""
    return json.dumps(value, ensure_ascii=False)


@given(top=tables, below=st.dictionaries(keys, tables, max_size=3), seed=st.integers(0, 99))
def test_every_key_stands_on_its_line(
    top: dict[str, Any], below: dict[str, dict[str, Any]], seed: int
) -> None:
    layout = random.Random(seed)  # noqa: S311 - layout, not science
    text = ""
    expected: dict[str, int] = {}
    for header, table in (("", top), *((k, v) for k, v in below.items() if k not in top)):
        if header or table is not top:
            text += f"[{word(header)}]  # [no]\n"
        for key, value in table.items():
            text += "# [no] = 1\n" * layout.randrange(3)
            expected[key if table is top else f"{header}.{key}"] = text.count("\n") + 1
            text += f"{word(key)} = {written(value, layout)}\n"
    lines = key_lines(text)
    assert set(lines) >= set(paths(tomllib.loads(text)))
    assert {key: lines[key] for key in expected} == expected


def test_line_ends_of_windows_and_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_bytes("\ufeffa = 1\r\n\r\n[b]\r\nc = [\r\n{d = 2}]\r\n".encode())
    content, lines = load_toml(path)
    assert content == {"a": 1, "b": {"c": [{"d": 2}]}}
    assert lines == {"a": 1, "b": 3, "b.c": 4, "b.c[0]": 5, "b.c[0].d": 5}


@pytest.mark.parametrize(
    ("text", "line"),
    [("a = 1\nb = \n", 2), ("a = 1\na = 2\n", 2), ("[x\n", 1), ("\n\nb = [1,\n", 5)],
)
def test_syntax_errors_name_the_line(tmp_path: Path, text: str, line: int) -> None:
    path = tmp_path / "a.toml"
    path.write_text(text)
    with pytest.raises(ScenarioError) as caught:
        load_toml(path, ScenarioError)
    assert caught.value.where.startswith(str(path))
    assert caught.value.where in {f"{path} line {line}", f"{path} line {line - 1}"}


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match="does not exist"):
        load_toml(tmp_path / "none.toml")
    with pytest.raises(ParameterError, match="is a folder"):
        load_toml(tmp_path)
    (tmp_path / "latin.toml").write_bytes(b"a = 1\nb = '\xe9'\n")
    with pytest.raises(ParameterError, match="line 2; TOML is UTF-8"):
        load_toml(tmp_path / "latin.toml")
    (tmp_path / "deep.toml").write_text("a = " + "[" * 100_000)
    with pytest.raises(ParameterError, match="nested too deeply"):
        load_toml(tmp_path / "deep.toml")


def test_the_scanner_never_walks_for_ever() -> None:
    with pytest.raises(ValueError, match="line 1 is not TOML"):
        key_lines("= = =")
