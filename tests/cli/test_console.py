"""Lines: no name is cut, no number is dropped, however narrow the terminal or the pipe."""

import re
from collections import Counter

import pytest
from rich.text import Text
from typer.testing import CliRunner

from paget.cli.console import data_table, hanging, screen, show_table
from paget.cli.main import app
from tests.cli.commands import CALLS, SLOW, names

NAME = "arrest.affinity_on_crossing"
LIGHT = [name for name in names() if name not in (*SLOW, "schema")]
FIRST = {"parameter", "site", "cancer", "scenario", "tissue"}
"""Headings of first columns, which a stack does not need."""
MORE = {
    "parameters": ["list", "parameters", "colon", "arrest"],
    "parameters of a tissue": ["list", "parameters", "invasion-2d"],
    "targets": ["list", "targets", "colon"],
    "sites": ["list", "sites"],
}


def printed() -> None:
    table = data_table("name", "A", "B", "what it is", right=("A", "B"), fold=("what it is",))
    table.add_row(NAME, "0.123456789", "1,234", "how much seeds that cling cross more readily")
    table.add_row(Text("other"), "3", "", Text(""))
    show_table(table)


def words(text: str) -> Counter[str]:
    """Return the words of a text without what draws lines, and without what parts blocks."""
    bare = re.sub(r"\x1b\[[0-9;]*m|[─-╿]", " ", text).replace(":", " ")
    return Counter(bare.split())


@pytest.mark.parametrize("width", [200, 100, 80, 66, 50, 20])
def test_a_table_loses_no_word(
    width: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    printed()
    text = capsys.readouterr().out
    told = words(text)
    for word in (NAME, "0.123456789", "1,234", "3", "other", "readily"):
        assert told[word] == 1
    assert max(map(len, text.splitlines())) <= max(width, len(NAME))


def test_a_table_that_is_too_wide_folds_and_then_is_stacked(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    found: dict[int, list[str]] = {}
    for width in (200, 80, 50):
        monkeypatch.setenv("COLUMNS", str(width))
        printed()
        found[width] = capsys.readouterr().out.splitlines()
    assert len(found[200]) == 4
    assert found[80][0].startswith("name")
    assert len(found[80]) > 4
    assert found[50][:3] == [NAME, "  A: 0.123456789", "  B: 1,234"]


def test_rows_stay_whole_in_a_pipe_of_no_stated_width(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    printed()
    assert re.search(rf"^{NAME} .* more readily$", capsys.readouterr().out, re.MULTILINE)


def test_text_folds_at_words_with_its_indent(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    screen().print(hanging(4, f"{NAME} ends", " a line\nand another"))
    screen().print("as does a text that is long")
    screen().print()
    assert capsys.readouterr().out.splitlines() == [
        f"    {NAME}", "    ends a line", "    and another", "as does a text that", "is long", "",
    ]  # fmt: skip


@pytest.mark.parametrize("terminal", [False, True])
@pytest.mark.parametrize("width", [80, 40])
@pytest.mark.parametrize("call", [*(CALLS[name] for name in LIGHT), *MORE.values()], ids=" ".join)
def test_no_command_loses_a_word(call: list[str], width: int, terminal: bool) -> None:
    wide = CliRunner().invoke(app, call, env={"COLUMNS": "5000"})
    colour = {"FORCE_COLOR": "1"} if terminal else {}
    narrow = CliRunner().invoke(app, call, env={"COLUMNS": str(width), **colour})
    assert narrow.exit_code == 0
    assert set(words(wide.stdout)) - set(words(narrow.stdout)) <= FIRST
