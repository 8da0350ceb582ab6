"""What every command shares: where it writes, how a table looks, how an error is told.

In a terminal there are colours and lines fit its width. In a pipe there are neither: text is folded
at 80 columns, and where nobody has said how wide lines are (``COLUMNS``), each row of a table stays
one line, for ``grep`` and ``less -S``.

Text is folded at words, which are never cut. A table that is too wide folds the columns that may
be folded; where that does not do, it is stacked: a block a row, a line a column. No number is ever
dropped.

Public names: ``screen``, ``complaints``, ``tell_error``, ``show_table``, ``data_table``, ``note``,
``busy``, ``say_notice``, ``heading``, ``write_text``, ``hanging``, ``fits``.
"""

import os
import re
import sys
from contextlib import AbstractContextManager, nullcontext
from functools import cache
from typing import IO, TYPE_CHECKING, Any, Final, cast

from paget.core.errors import PagetError

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

ACCENT: Final = "bold cyan"
FAINT: Final = "dim"
GOOD: Final = "green"
BAD: Final = "bold red"
CHANGED: Final = "yellow"
MIDDLE_DOT: Final = " · "

_PIPE_WIDTH: Final = 80
_WORD: Final = re.compile(r"\S+")
_BLANK_ENDS: Final = re.compile(r"[ ]+\n")
_ROOM: Final = 10_000  # columns of a table in a pipe: enough for any row
_BETWEEN: Final = 3  # columns between two columns of a table
_NARROW: Final = 12  # columns that are left at least to what is folded
_INDENT: Final = 2  # of what is stacked below its name
_WIDEST: Final = 110  # of running text in a terminal; longer lines are hard to read


def screen(*, widest: int = _WIDEST) -> "Console":
    """Return the console of results, with lines of at most so many columns."""
    return _console(stderr=False, widest=widest)


def complaints() -> "Console":
    """Return the console of errors and of progress."""
    return _console(stderr=True)


def _console(*, stderr: bool, widest: int = _WIDEST) -> "Console":
    console = _whole_console()(stderr=stderr, highlight=False, markup=False, emoji=False)
    if not console.is_terminal and not stderr:
        console.file = cast("IO[str]", _Trimmed(sys.stdout))
    if console.is_terminal:
        console.width = min(console.width, widest)
    elif "COLUMNS" not in os.environ:
        console.width = _PIPE_WIDTH
    return console


@cache
def _whole_console() -> Any:
    """Return a kind of console that lets a word stand out of its line rather than cut it."""
    from rich.console import Console
    from rich.text import Text

    class Whole(Console):
        def print(self, *objects: Any, **how: Any) -> None:
            if not how.get("soft_wrap"):
                objects = tuple(
                    hanging(0, item) if isinstance(item, str | Text) else item for item in objects
                )
            whole: dict[str, Any] = {"crop": False}
            super().print(*objects, **whole | how)

    return Whole


class _Trimmed:
    """A stream that drops blanks at the ends of lines, with which a layout fills its columns."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        return self._stream.write(_BLANK_ENDS.sub("\n", text))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def tell_error(error: PagetError) -> None:
    """Say in one message what was given, what is allowed and what to do."""
    from rich.text import Text

    console = complaints()
    message = Text.assemble(("Error: ", BAD), str(error))
    # In a pipe one line, which a script can read; a terminal folds it at words.
    console.print(message, soft_wrap=not console.is_terminal)


def data_table(*columns: str, right: tuple[str, ...] = (), fold: tuple[str, ...] = ()) -> "Table":
    """Return an empty table without frames.

    Parameters
    ----------
    columns : their headings.
    right : the headings of those with numbers.
    fold : the headings of those that may take several lines.
    """
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style=ACCENT)
    for column in columns:
        table.add_column(
            column, justify="right" if column in right else "left", no_wrap=column not in fold
        )
    return table


def show_table(table: "Table", *, for_reading: bool = False) -> None:
    """Print a table within its lines: as it is, folded, or stacked.

    Parameters
    ----------
    table : what `data_table` made, with its rows.
    for_reading : keep within the lines in a pipe, too; the table is for people, not for ``grep``.
    """
    console = screen(widest=_ROOM)
    if not (for_reading or console.is_terminal or "COLUMNS" in os.environ):
        console.width = _ROOM
    if fits(table, console.width):
        console.print(table)
    else:
        _stack(table, console)


def fits(table: "Table", room: int) -> bool:
    """Set the widths of a table's columns within some room; tell whether all words are whole."""
    widths = _widths(table, room)
    for column, width in zip(table.columns, widths or (), strict=widths is not None):
        column.width = width
    return widths is not None


def _widths(table: "Table", room: int) -> list[int] | None:
    """Return the widths of the columns within some room; None where a word would be cut."""
    wants: list[int] = []
    needs: list[int] = []
    for column in table.columns:
        cells = [_text(cell) for cell in (column.header, *column.cells)]
        widest, word = max(cell.cell_len for cell in cells), max(map(_longest_word, cells))
        narrow = max(word, min(widest, _NARROW))
        least = max(column.min_width or 0, widest if column.no_wrap else narrow)
        wants.append(max(least, min(widest, column.max_width or widest)))
        needs.append(least)
    left = room - _BETWEEN * (len(needs) - 1)
    if sum(needs) > left:
        return None
    widths = needs
    while sum(widths) < left and widths != wants:  # the narrowest that wants more gets it
        _, place = min((w, i) for i, w in enumerate(widths) if w < wants[i])
        widths = [w + (i == place) for i, w in enumerate(widths)]
    return widths


def _stack(table: "Table", console: "Console") -> None:
    """Print each row as a block: its first cell, and below it a line for each of the others."""
    names = [_text(column.header).plain for column in table.columns]
    for row in zip(*(column.cells for column in table.columns), strict=True):
        for place, (name, cell) in enumerate(zip(names, map(_text, row), strict=True)):
            if place == 0:
                console.print(hanging(0, cell))
            elif cell.plain:
                console.print(hanging(_INDENT, (f"{name}: " if name else "", ACCENT), cell))


def _text(cell: Any) -> "Text":
    from rich.text import Text

    return cell if isinstance(cell, Text) else Text(str(cell))


def _longest_word(cell: "Text") -> int:
    from rich.cells import cell_len

    return max(map(cell_len, cell.plain.split()), default=0)


def note(text: str, style: str = FAINT, console: "Console | None" = None) -> None:
    """Print a line of running text in one style."""
    (console or screen()).print(text, style=style)


def busy(what: str) -> AbstractContextManager[Any]:
    """Return a context that says what is being done, in a terminal."""
    console = complaints()
    return console.status(what) if console.is_terminal else nullcontext()


def heading(text: str) -> None:
    """Print a heading with an empty line before it."""
    console = screen()
    console.print()
    console.print(text, style="bold")


def say_notice(console: "Console | None" = None) -> None:
    """Print what all this is for, and what not."""
    from paget.core.results import NOTICE

    note(f"{NOTICE} Every person in it is virtual.", FAINT, console)


def write_text(text: str) -> None:
    """Write text as it stands, for another program to read: JSON, BibTeX."""
    sys.stdout.write(text if text.endswith("\n") else f"{text}\n")


def hanging(indent: int, *parts: Any) -> Any:
    """Return text that is folded with an indent, at words."""
    from rich.text import Text

    return _hanging()(indent, Text.assemble(*parts))


@cache
def _hanging() -> Any:
    from rich.console import Console, ConsoleOptions, RenderResult
    from rich.text import Text

    class Hanging:
        def __init__(self, indent: int, text: Text) -> None:
            self.indent, self.text = indent, text

        def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
            del console
            for line in self.text.split("\n", allow_blank=True):
                for part in line.divide(_breaks(line.plain, options.max_width - self.indent)):
                    part.rstrip()
                    yield Text.assemble(" " * self.indent, part, no_wrap=True, overflow="ignore")

    return Hanging


def _breaks(line: str, room: int) -> list[int]:
    """Return where to break a line so that its parts fit; a word is never broken."""
    from rich.cells import cell_len

    breaks: list[int] = []
    start = 0
    for word in _WORD.finditer(line):
        if word.start() > start and cell_len(line[start : word.end()]) > room:
            start = word.start()
            breaks.append(start)
    return breaks
