"""What every command shares: where it writes, how a table looks, how an error is told.

In a terminal there are colours and lines fit its width. In a pipe there are neither: text is folded
at 80 columns and each row of a table stays one line, for ``grep`` and ``less -S``.

Public names: ``screen``, ``complaints``, ``tell_error``, ``show_table``, ``data_table``, ``note``,
``busy``, ``say_notice``.
"""

import os
import re
import sys
from contextlib import AbstractContextManager, nullcontext
from typing import IO, TYPE_CHECKING, Any, Final, cast

from paget.core.errors import PagetError

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

ACCENT: Final = "bold cyan"
FAINT: Final = "dim"
GOOD: Final = "green"
BAD: Final = "bold red"
CHANGED: Final = "yellow"
MIDDLE_DOT: Final = " · "

_PIPE_WIDTH: Final = 80
_BLANK_ENDS: Final = re.compile(r"[ ]+\n")
_ROOM: Final = 10_000  # columns of a table in a pipe: enough for any row
_WIDEST: Final = 110  # of running text in a terminal; longer lines are hard to read


def screen() -> "Console":
    """Return the console of results."""
    return _console(stderr=False)


def complaints() -> "Console":
    """Return the console of errors and of progress."""
    return _console(stderr=True)


def _console(*, stderr: bool) -> "Console":
    from rich.console import Console

    console = Console(stderr=stderr, highlight=False, markup=False, emoji=False)
    if not console.is_terminal and not stderr:
        console.file = cast("IO[str]", _Trimmed(sys.stdout))
    if console.is_terminal:
        console.width = min(console.width, _WIDEST)
    elif "COLUMNS" not in os.environ:
        console.width = _PIPE_WIDTH
    return console


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


def data_table(
    *columns: str,
    right: tuple[str, ...] = (),
    fold: tuple[str, ...] = (),
    for_reading: bool = False,
) -> "Table":
    """Return an empty table without frames.

    Parameters
    ----------
    columns : their headings.
    right : the headings of those with numbers.
    fold : the headings of those that may take several lines in a terminal.
    for_reading : let them do so in a pipe, too; the table is for people, not for ``grep``.
    """
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style=ACCENT)
    folds = for_reading or screen().is_terminal
    for column in columns:
        table.add_column(
            column,
            justify="right" if column in right else "left",
            no_wrap=not (folds and column in fold),
            overflow="fold" if column in fold else "ellipsis",
        )
    return table


def show_table(table: "Table", *, for_reading: bool = False) -> None:
    """Print a table; in a pipe each row stays one line, unless it is for reading."""
    console = screen()
    if not (for_reading or console.is_terminal or "COLUMNS" in os.environ):
        console.width = _ROOM
    console.print(table)


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
    """Return text that is folded with an indent."""
    from rich.padding import Padding
    from rich.text import Text

    return Padding(Text.assemble(*parts), (0, 0, 0, indent), expand=False)
