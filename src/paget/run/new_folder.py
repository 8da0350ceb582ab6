"""A folder that is to be written: refused before anything is, taken away if nothing came of it.

Public names: ``folder_at``, ``holds_something``, ``NewFolder``.
"""

import os
import shutil
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager, suppress
from errno import ENAMETOOLONG
from pathlib import Path
from typing import Any

from paget.core.errors import RunError

_TOO_LONG = "its name is too long"
_ELSEWHERE = "Choose a folder that can be written."


def folder_at(out: str | Path) -> Path:
    """Return a path where there is a folder, or where one can be made; refuse any other.

    Nothing is written.
    """
    given: Any = out
    if not isinstance(given, str | Path):
        raise RunError(f"out = {out!r}", "the arguments", "must be the path of a folder")
    try:
        path = Path(out).expanduser()
        if "\0" in str(path):
            raise ValueError("a path has no null byte")  # noqa: TRY301 - as the system says it
        if path.is_symlink() and not path.exists():
            raise RunError(f"{path} is a link that leads nowhere", remedy="Name a folder.")
        if path.exists():
            _check_there(path)
        else:
            _check_parent(path)
    except OSError as error:
        raise _cannot_be_made(Path(out), error) from None
    except (ValueError, RuntimeError) as error:  # a null byte; no such user
        raise RunError(f"{str(out)!r} cannot be made ({error})", remedy="Name a folder.") from None
    return path


def _check_there(path: Path) -> None:
    if path.is_file():
        raise RunError(f"{path} is a file", remedy="Name a folder.")
    if not path.is_dir():
        raise RunError(f"{path} is no folder", remedy="Name a folder.")
    if not os.access(path, os.R_OK | os.W_OK | os.X_OK):
        raise RunError(f"{path} cannot be written (Permission denied)", remedy=_ELSEWHERE)


def _check_parent(path: Path) -> None:
    """Refuse a path of which no folder can be made below the first that there is."""
    above = next(parent for parent in path.absolute().parents if parent.exists())
    if not above.is_dir():
        raise NotADirectoryError(0, "Not a directory")
    if not os.access(above, os.W_OK | os.X_OK):
        raise PermissionError(0, "Permission denied")


def holds_something(folder: Path) -> bool:
    """Tell whether there is anything in a folder."""
    try:
        return folder.exists() and any(folder.iterdir())
    except OSError as error:
        raise RunError(f"{folder} cannot be read ({error.strerror})") from None


class NewFolder:
    """A folder that is being made, and what of it was not there before.

    Parameters
    ----------
    path : the folder, of which `folder_at` had nothing to say.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.was_empty = not holds_something(path)
        self._made: list[Path] = []

    def make(self, names: Iterable[str] = ()) -> None:
        """Make the folder and some folders within it, or none of them."""
        try:
            for folder in (self.path, *(self.path / name for name in names)):
                self._make(folder)
        except OSError as error:
            self.take_away()
            raise _cannot_be_made(self.path, error) from None

    def take_away(self, *names: str) -> None:
        """Remove what was made here, and ``names`` within: nothing came of it."""
        with suppress(OSError):
            for path in (*(self.path / name for name in names), *self.path.glob(".*.part")):
                _remove(path)
        for folder in reversed(self._made):
            with suppress(OSError):  # something else is in it by now: it stays
                shutil.rmtree(folder) if folder.parent == self.path else folder.rmdir()
        self._made.clear()

    @contextmanager
    def taken_away_unless(self, came_of_it: Callable[[], bool], *names: str) -> Generator[None]:
        """Take away what is made within where it ends in an error before anything came of it."""
        try:
            yield
        except BaseException:
            if self.was_empty and not came_of_it():
                self.take_away(*names)
            raise

    def _make(self, folder: Path) -> None:
        missing = [folder, *folder.parents]
        missing = missing[: next(i for i, path in enumerate(missing) if path.exists())]
        for path in reversed(missing):
            path.mkdir()
            self._made.append(path)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _cannot_be_made(path: Path, error: OSError) -> RunError:
    reason = _TOO_LONG if error.errno == ENAMETOOLONG else error.strerror or str(error)
    told = str(path)
    shown = told if len(told) < 200 else f"{told[:60]}..."  # noqa: PLR2004 - of a line
    return RunError(f"{shown} cannot be made ({reason})", remedy=_ELSEWHERE)
