"""Arguments: what Python hands over, as plain values, or why not.

Scalars and arrays of numpy count as Python's own, and so does a whole number that was written as
one of a kind with a point: ``1e6``. A refusal names the argument and shows what was given.

Public names: ``plain``, ``whole``, ``whole_number``, ``number``, ``flag``, ``text``, ``a_path``,
``a_call``, ``table``, ``shown``, ``ARGUMENTS``.
"""

import math
import os
from collections.abc import Callable, Mapping
from numbers import Integral, Real
from pathlib import Path
from reprlib import Repr
from typing import Any, Final

from paget.core.errors import ScenarioError

ARGUMENTS: Final = "the arguments"
"""Where an argument of Python was given, in messages."""

_EXACT: Final = 2**53  # up to here a float tells one whole number from the next
_SHORT: Final = Repr()
_SHORT.maxstring = _SHORT.maxother = 80
_SHORT.maxlong = 40
_TOLD: Final = (str, int, float, list, tuple, dict, type(None))
_MANY_BITS: Final = 32
_LONGEST_NAME: Final = 255  # of a file: what file systems take
_DEEPEST: Final = 50  # tables within tables


def plain(given: Any, depth: int = 0) -> Any:
    """Return numpy's scalars and arrays as Python's numbers and lists, within tables too.

    Examples
    --------
    >>> import numpy as np
    >>> plain({"patients": np.int64(7), "shape": (np.int32(3), 4), "on": np.True_})
    {'patients': 7, 'shape': [3, 4], 'on': True}
    """
    if depth > _DEEPEST:
        raise ScenarioError("tables nested too deeply", ARGUMENTS, "a few levels are enough")
    if isinstance(given, Mapping):
        return {_key(key): plain(item, depth + 1) for key, item in given.items()}
    if isinstance(given, list | tuple):
        return [plain(item, depth + 1) for item in given]
    if hasattr(given, "tolist") and not isinstance(given, type):
        return plain(given.tolist(), depth + 1)
    return given if isinstance(given, bool) or not isinstance(given, Integral) else int(given)


def _key(key: object) -> str:
    if not isinstance(key, str):
        raise ScenarioError(f"key {shown(key)}", ARGUMENTS, "keys of a table must be texts")
    return str(key)


def whole(given: Any) -> Any:
    """Return a whole number as an integer, whatever its kind; all else as it is.

    Examples
    --------
    >>> whole(1e6), whole(2.5), whole(True), whole("7")
    (1000000, 2.5, True, '7')
    """
    value = plain(given)
    is_whole = isinstance(value, float) and value.is_integer() and abs(value) <= _EXACT
    return int(value) if is_whole else value


def whole_number(
    name: str, given: object, low: int = 0, high: int | None = None, where: str = ARGUMENTS
) -> int:
    """Return a whole number between two bounds, or refuse it.

    Parameters
    ----------
    name : of the argument.
    given : its value.
    low, high : the least and the greatest that is allowed; without ``high`` there is none.
    where : where it was given.
    """
    value = whole(given)
    if not isinstance(value, int) or isinstance(value, bool):
        raise ScenarioError(f"{name} = {shown(given)}", where, "must be a whole number")
    if value < low or (high is not None and value > high):
        allowed = f"at least {low}" if high is None else f"between {low} and {_told(high)}"
        raise ScenarioError(f"{name} = {shown(value)}", where, f"must be {allowed}")
    return value


def number(
    name: str,
    given: object,
    low: float = -math.inf,
    high: float = math.inf,
    where: str = ARGUMENTS,
) -> float:
    """Return a number between two bounds, which is not ``nan``, or refuse it."""
    value = plain(given)
    if isinstance(value, bool) or not isinstance(value, Real):
        raise ScenarioError(f"{name} = {shown(given)}", where, "must be a number")
    try:
        found = float(value)
    except OverflowError:  # an integer beyond every float
        found = math.nan
    if not low <= found <= high:
        least = "" if math.isinf(low) else f" of at least {low:g}"
        most = "" if math.isinf(high) else f" up to {high:g}"
        raise ScenarioError(f"{name} = {shown(value)}", where, f"must be a number{least}{most}")
    return found


def flag(name: str, given: object, where: str = ARGUMENTS) -> bool:
    """Return a switch, or refuse what is none."""
    value = plain(given)
    if not isinstance(value, bool):
        raise ScenarioError(f"{name} = {shown(given)}", where, "must be true or false")
    return value


def text(name: str, given: object, example: str = "", where: str = ARGUMENTS) -> str:
    """Return a text, or refuse what is none."""
    value = plain(given)
    if not isinstance(value, str):
        remedy = f"Write it as {example}." if example else ""
        raise ScenarioError(f"{name} = {shown(given)}", where, "must be a text in quotes", remedy)
    return value


def a_path(name: str, given: object, where: str = ARGUMENTS) -> Path:
    """Return a path, or refuse what is none."""
    told = os.fspath(given) if isinstance(given, str | os.PathLike) else None
    if not isinstance(told, str) or "\0" in told or not told:
        raise ScenarioError(f"{name} = {shown(given)}", where, "must be a path")
    try:
        path = Path(told).expanduser()
    except RuntimeError:  # ~somebody, who has no home here
        raise ScenarioError(f"{name} = {shown(given)}", where, "there is no such home") from None
    if any(len(os.fsencode(part)) > _LONGEST_NAME for part in path.parts):
        allowed = f"names of files have at most {_LONGEST_NAME} letters"
        raise ScenarioError(f"{name} = {shown(given)}", where, allowed)
    return path


def a_call(name: str, given: object, where: str = ARGUMENTS) -> Callable[..., Any]:
    """Return what can be called, or refuse what cannot."""
    if not callable(given):
        raise ScenarioError(f"{name} = {shown(given)}", where, "must be a function")
    return given


def table(name: str, given: object, where: str = ARGUMENTS) -> dict[str, Any]:
    """Return a table of plain values, or refuse what is none."""
    if not isinstance(given, Mapping):
        raise ScenarioError(f"{name} = {shown(given)}", where, "must be a table")
    return dict(plain(given))


def shown(given: object) -> str:
    """Return a value as a message shows it: short, on one line.

    Examples
    --------
    >>> shown("colon"), shown(None), shown(Path("a/b")), shown({1, 2})
    ("'colon'", 'None', "'a/b'", 'a set')
    """
    if isinstance(given, os.PathLike):
        given = os.fspath(given)
    value = plain(given) if _is_scalar(given) else given
    if isinstance(value, _TOLD):
        return _SHORT.repr(value)
    kind = type(given).__name__
    return f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}"


def _is_scalar(given: object) -> bool:
    return getattr(given, "shape", None) == () and hasattr(given, "tolist")


def _told(bound: int) -> str:
    """Return a bound as people read it: 2^64 - 1 has twenty digits."""
    power = (bound + 1).bit_length() - 1
    return f"2^{power} - 1" if bound + 1 == 2**power and power > _MANY_BITS else str(bound)
