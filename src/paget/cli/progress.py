"""Progress of lives, or of steps of a tissue: how many, how fast, and an honest time left.

The first ones wait for the compiler, so the clock that measures the rate starts when it is done.
Where nobody watches, a line now and then.

Public names: ``LivesProgress``.
"""

import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any, Final, Self

from paget.cli.console import complaints, note

_COMPILING: Final = "compiling the laws (once, up to a minute)"
_LOADING: Final = "loading the laws"
_PATIENCE: Final = 2.0  # seconds: laws that were compiled before are loaded by then
_SHARE: Final = 0.25  # of the patients between two lines where nobody watches
_QUICK: Final = 3.0  # seconds without a word of compiling: the laws were compiled before


class LivesProgress:
    """Shows the progress of lives between its beginning and its end.

    Parameters
    ----------
    announce : called once, when the run has begun: what was asked for is possible.
    what : what is counted.
    doing, done : what is done to them.
    """

    def __init__(
        self,
        announce: Callable[[], None] = lambda: None,
        what: str = "patients",
        doing: str = "living",
        done: str = "lived",
    ) -> None:
        self._what, self._doing, self._done = what, doing, done
        self._console = complaints()
        self._announce = announce
        self._bar: Any = None
        self._task: Any = None
        self._clock: tuple[float, int] | None = None
        self._calls = 0
        self._next_share = _SHARE
        self._timer = threading.Timer(_PATIENCE, self._say_compiling)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        """Wait for the first lives: nothing is shown of a run that is refused."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Take the bar away: the summary says what it said."""
        self._timer.cancel()
        if self._bar is not None:
            self._bar.stop()

    def update(self, lived: int, wanted: int) -> None:
        """Show that so many of the virtual patients have been lived."""
        self._calls += 1
        if self._calls == 1:  # told before the compiler starts
            self._begin()
            return
        self._timer.cancel()
        if self._clock is None:
            self._clock = time.perf_counter(), lived
        rate = self._rate(lived)
        left = (wanted - lived) / rate if rate > 0.0 else None
        if self._bar is not None:
            shown = f"{rate:,.0f} {self._what}/s" if rate > 0.0 else ""
            self._bar.update(
                self._task,
                description=self._doing,
                completed=lived,
                total=wanted,
                rate=shown,
                left="" if left is None else f"{_spoken(left)} left",
            )
        elif lived >= self._next_share * wanted and lived < wanted:
            self._next_share = lived / wanted + _SHARE
            if left is not None and left > _QUICK:
                text = f"{lived:,} of {wanted:,} {self._done}, {rate:,.0f} a second"
                text = f"{text}, {_spoken(left)} left"
                note(text, "none", self._console)

    def _begin(self) -> None:
        """Say what is going to be lived, and show the bar in a terminal."""
        self._announce()
        if self._console.is_terminal:
            self._bar = _bar(self._console)
            self._task = self._bar.add_task(_LOADING, total=None, rate="", left="")
            self._bar.start()
        self._timer.start()

    def _say_compiling(self) -> None:
        """Say why nothing is lived yet."""
        if self._bar is not None:
            self._bar.update(self._task, description=_COMPILING)
        else:
            note(_COMPILING, "none", self._console)

    def _rate(self, lived: int) -> float:
        """Return patients per second since the laws were compiled."""
        if self._clock is None:
            return 0.0
        start, before = self._clock
        seconds = time.perf_counter() - start
        return (lived - before) / seconds if seconds > 0.0 else 0.0


def _bar(console: Any) -> Any:
    """Return a bar that fits 80 columns."""
    from rich.progress import (
        BarColumn,
        Progress,
        SpinnerColumn,
        TaskProgressColumn,
        TextColumn,
        TimeElapsedColumn,
    )

    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=20),
        TaskProgressColumn(),
        TextColumn("{task.fields[rate]}"),
        TextColumn("{task.fields[left]}", style="dim"),
        TimeElapsedColumn(),
        console=console,
        transient=True,
    )


def _spoken(seconds: float) -> str:
    """Return a time as people say it.

    Examples
    --------
    >>> _spoken(42.3), _spoken(200), _spoken(9000)
    ('43 s', '4 min', '2.5 h')
    """
    if seconds < 100:  # noqa: PLR2004 - where seconds stop being read
        return f"{int(seconds) + 1} s"
    if seconds < 6000:  # noqa: PLR2004 - where minutes do
        return f"{int(seconds / 60) + 1} min"
    return f"{seconds / 3600:.1f} h"
