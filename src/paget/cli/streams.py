"""Streams: text gets out whatever the terminal or the pipe can show.

Where a stream is not Unicode (code page 1252, ``LC_ALL=C``) each character that it lacks is
replaced by the nearest plain one: ``5×10⁷`` becomes ``5x10^7``, never a number with digits missing.

Public names: ``any_encoding``, ``plain_text``.
"""

import re
import sys
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, Final, TextIO, cast
from unicodedata import name, normalize

_RAISED: Final = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-", strict=True))
_POWER: Final = re.compile(f"[{''.join(_RAISED)}]+")
_NEAREST: Final = {
    "×": "x", "÷": "/", "·": "*", "±": "+-", "−": "-", "–": "-", "—": "-", "…": "...",
    "≤": "<=", "≥": ">=", "≈": "~", "≠": "!=", "→": "->", "←": "<-", "∞": "inf", "√": "sqrt",
    "∂": "d", "∇": "grad", "∫": "integral", "∑": "sum", "∏": "product", "∈": "in", "∝": "~",
    "µ": "u", "†": "+", "○": "o", "━": "=", "─": "-", "│": "|", "’": "'", "‘": "'",
    "“": '"', "”": '"',
}  # fmt: skip
_GREEK: Final = re.compile(r"GREEK (SMALL|CAPITAL) LETTER (?:FINAL )?(\w+)")


def plain_text(text: str, encoding: str) -> str:
    """Return a text in which characters that an encoding lacks are replaced.

    Examples
    --------
    >>> plain_text("5×10⁻⁷ µm ≥ λ", "ascii")
    '5x10^-7 um >= lambda'
    """
    if _holds(text, encoding):
        return text
    text = _POWER.sub(lambda power: _lowered(power[0], encoding), text)
    return "".join(c if _holds(c, encoding) else _nearest(c, encoding) for c in text)


def _lowered(power: str, encoding: str) -> str:
    """Return a power as it is, where all of it can be shown, or with a sign before its digits."""
    if _holds(power, encoding):
        return power
    return f"^{''.join(_RAISED[digit] for digit in power)}"


def _nearest(character: str, encoding: str) -> str:
    greek = _GREEK.fullmatch(name(character, ""))
    if greek is not None:
        word = greek[2].lower().replace("lamda", "lambda")
        return word if greek[1] == "SMALL" else word.capitalize()
    for found in (_NEAREST.get(character, ""), normalize("NFKD", character)):
        kept = "".join(c for c in found if _holds(c, encoding))
        if kept:
            return kept
    return "?"


def _holds(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


class _Readable:
    """A stream that replaces what its encoding lacks."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        return self._stream.write(plain_text(text, self._stream.encoding))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


@contextmanager
def any_encoding() -> Generator[None]:
    """Write to the output and the error stream what their encodings can show."""
    streams = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = (_readable(stream) for stream in streams)
    try:
        yield
    finally:
        sys.stdout, sys.stderr = streams


def _readable(stream: Any) -> Any:
    encoding = str(getattr(stream, "encoding", None) or "utf-8")
    is_unicode = encoding.lower().replace("-", "").startswith("utf")
    return stream if is_unicode else cast("Any", _Readable(stream))
