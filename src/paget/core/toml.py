"""TOML files with the line of every key, so that a message can say where a value was given.

`tomllib` reads the file and vouches for its syntax; a small scanner then walks the same text, which
it may trust, and notes the line of each key. Keys in inline tables count, and so do tables in
arrays: the second ``[[line]]`` is ``line[1]``.

Public names: `load_toml`, `key_lines`.
"""

import re
import tomllib
from pathlib import Path
from typing import Any, Final

from paget.core.arguments import shown
from paget.core.errors import PagetError, ParameterError, place

_WHERE: Final = re.compile(r"(.*?) \(at (?:line (\d+), column \d+|end of document)\)")
_BARE_KEY: Final = re.compile(r"[A-Za-z0-9_-]+")
_SCALAR: Final = re.compile(r"[^,\]}#\n]+")
_BLANK: Final = re.compile(r"(?:[ \t\n]+|#[^\n]*)*")
_QUOTES: Final = ('"""', "'''", '"', "'")
_LARGEST_FILE: Final = 16_000_000


def load_toml(
    path: str | Path, error: type[PagetError] = ParameterError
) -> tuple[dict[str, Any], dict[str, int]]:
    """Read a TOML file; return its content and the line of each dotted key.

    Parameters
    ----------
    path : the file.
    error : the error to raise when the file is missing or not TOML.

    Returns
    -------
    The content as `tomllib` gives it, and a map from dotted path to line. A quoted key that has
    dots in it is joined as it stands: ``[change] "a.b" = 1`` is ``change.a.b``.
    """
    text = _text(Path(path), error)
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as failure:
        raise _syntax_error(path, text, str(failure), error) from None
    except RecursionError:
        raise error(
            f"brackets nested too deeply in {path}", allowed="a few levels are enough"
        ) from None
    return content, key_lines(text)


def key_lines(text: str) -> dict[str, int]:
    r"""Return the line of each key of a TOML text that `tomllib` accepts.

    Examples
    --------
    >>> key_lines("a = 1\n[b]\nc = {d = 2}\n")
    {'a': 1, 'b': 2, 'b.c': 3, 'b.c.d': 3}
    """
    return _Scanner(text.replace("\r\n", "\n")).scan()


def _text(path: Path, error: type[PagetError]) -> str:
    try:
        is_file, is_folder = path.is_file(), path.is_dir()
    except OSError as failure:  # a name that is too long, for one
        raise error(f"{shown(path)} cannot be read ({failure.strerror})") from None
    if not is_file:
        what = "is a folder" if is_folder else "does not exist"
        raise error(f"{path} {what}", remedy="Give the path of a TOML file.")
    if path.stat().st_size > _LARGEST_FILE:
        raise error(f"{path} is larger than {_LARGEST_FILE // 1_000_000} MB")
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as failure:
        line = path.read_bytes()[: failure.start].count(b"\n") + 1
        raise error("text that is not UTF-8", place(path, line), "TOML is UTF-8") from None
    except OSError as failure:
        raise error(f"{path} cannot be read ({failure.strerror})") from None


def _syntax_error(path: str | Path, text: str, message: str, error: type[PagetError]) -> PagetError:
    found = _WHERE.fullmatch(message)
    what, line = (found[1], found[2]) if found else (message, None)
    number = int(line) if line else text.count("\n") + 1
    return error(what, place(path, number), "the file must be TOML")


class _Scanner:
    """Walk a valid TOML text once and note the line of each key."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.line = 1
        self.lines: dict[str, int] = {}
        self.counts: dict[str, int] = {}  # tables seen so far of each array of tables

    def scan(self) -> dict[str, int]:
        """Return the line of each dotted key."""
        prefix = ""
        while self._skip_blank():
            if self._take("[["):
                prefix = self._array_header()
            elif self._take("["):
                prefix = self._header(self._key())
                self._skip_blank()
                self._take("]")
            else:
                self._pair(prefix)
        return self.lines

    def _array_header(self) -> str:
        key = self._key()
        outer = self._header(key[:-1]) if len(key) > 1 else ""
        name = _joined(outer, key[-1])
        self.lines.setdefault(name, self.line)
        index = self.counts.get(name, 0)
        self.counts[name] = index + 1
        self.lines[f"{name}[{index}]"] = self.line
        self._skip_blank()
        self._take("]]")
        return f"{name}[{index}]"

    def _header(self, key: list[str]) -> str:
        """Return the path of a header; a part that names an array means its last table."""
        path = ""
        for part in key:
            path = _joined(path, part)
            self.lines.setdefault(path, self.line)
            if path in self.counts:
                path = f"{path}[{self.counts[path] - 1}]"
        return path

    def _pair(self, prefix: str) -> None:
        path = prefix
        for part in self._key():
            path = _joined(path, part)
            self.lines.setdefault(path, self.line)
        self._skip_blank()
        self._take("=")
        self._skip_blank()
        self._value(path)

    def _value(self, path: str) -> None:
        if self._take("{"):
            while self._skip_blank() and not self._take("}"):
                if not self._take(","):
                    self._pair(path)
        elif self._take("["):
            self._array(path)
        elif (quote := self._quote()) is not None:
            self._string(quote)
        else:  # number, date or boolean: up to what can only follow it
            self._token(_SCALAR)

    def _array(self, path: str) -> None:
        index = 0
        while self._skip_blank() and not self._take("]"):
            if self._take(","):
                continue
            element = f"{path}[{index}]"
            self.lines[element] = self.line
            self._value(element)
            index += 1

    def _key(self) -> list[str]:
        parts: list[str] = []
        while True:
            self._skip_blank()
            quote = self._quote()
            if quote is not None:
                raw = self._string(quote)
                parts.append(str(tomllib.loads(f"k={raw}")["k"]))
            else:
                parts.append(self._token(_BARE_KEY))
            self._skip_blank()
            if not self._take("."):
                return parts

    def _quote(self) -> str | None:
        return next((quote for quote in _QUOTES if self.text.startswith(quote, self.at)), None)

    def _string(self, quote: str) -> str:
        """Pass over a string and return it as it is written, quotes included."""
        start = self.at
        if self.text.startswith(quote[0] * 2, self.at) and len(quote) == 1:
            self._move(2)  # an empty string
            return self.text[start : self.at]
        self._move(len(quote))
        escapes = quote[0] == '"'
        while self.at < len(self.text) and not self.text.startswith(quote, self.at):
            self._move(2 if escapes and self.text[self.at] == "\\" else 1)
        self._move(len(quote))
        # Up to two more quotes before the closing three belong to the string.
        while len(quote) == 3 and self.text.startswith(quote[0], self.at):  # noqa: PLR2004
            self._move(1)
        return self.text[start : self.at]

    def _skip_blank(self) -> bool:
        """Pass over blanks, line ends and comments; tell whether text is left."""
        found = _BLANK.match(self.text, self.at)
        self._move(len(found[0]) if found else 0)
        return self.at < len(self.text)

    def _take(self, token: str) -> bool:
        if not self.text.startswith(token, self.at):
            return False
        self._move(len(token))
        return True

    def _token(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self.text, self.at)
        if found is None:  # never in valid TOML; without it a wrong text would be walked for ever
            raise ValueError(f"line {self.line} is not TOML")
        self._move(len(found[0]))
        return found[0]

    def _move(self, n: int) -> None:
        self.line += self.text.count("\n", self.at, self.at + n)
        self.at += n


def _joined(path: str, part: str) -> str:
    return f"{path}.{part}" if path else part
