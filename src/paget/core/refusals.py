"""Refusals: what is wrong with a file or a table, said in the words of Paget.

Public names: `refusal`, `path_of`, `inherited`, `nearest_first`, `places_in`, `flat_changes`,
`source_of`, `is_of_atlas`, `Whole`.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, ValidationError

from paget.core.arguments import ARGUMENTS, a_path, plain, shown, whole
from paget.core.errors import ScenarioError, closest, whats_close

Whole = Annotated[int, BeforeValidator(whole)]
"""A whole number of a file or a table; ``1e6`` is one."""

_ATLAS: Final = Path(__file__).resolve().parents[1] / "atlas"
_CHANGE: Final = "change"
_A_CHANGE: Final = "must be a number, a text such as '0.5 /year', true or false"
_WORDS: Final = {
    "greater_than": "must be above {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
    "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "string_type": "must be a text in quotes",
    "bool_type": "must be true or false",
    "dict_type": "must be a table",
    "model_type": "must be a table",
    "list_type": "must be a list",
    "tuple_type": "must be a list",
    "literal_error": "must be {expected}",
    "string_too_long": "must have at most {max_length} characters",
}


def refusal(
    error: ValidationError,
    content: Mapping[str, Any],
    places: Mapping[str, str],
    known: Mapping[str, Iterable[str]],
    what: str,
) -> ScenarioError:
    """Return the first refusal of pydantic as an error of Paget.

    Parameters
    ----------
    error : what pydantic raised.
    content : what it was given.
    places : where each dotted key was given: ``my.toml line 14``; all of it under the empty key.
    known : the keys that the file may have, ``""``, and those of its tables by name.
    what : what the file describes: ``"a scenario"``.
    """
    found = error.errors(include_url=False)
    first = found[0]
    path = _stated([str(part) for part in first["loc"]], first["type"], content)
    key, above = _joined(path), _joined(path[:-1])
    where = _deepest(path, places)
    if first["type"] == "extra_forbidden":
        keys = tuple(known.get(above, ()))
        return ScenarioError(
            f"unknown key {key}",
            where,
            f"keys are {', '.join(nearest_first(key, keys))}" if keys else "",
            whats_close(key, keys),
        )
    if first["type"] == "missing":
        return ScenarioError(f"{what} without {key}", where, f"{key} must be given")
    is_change = path[0] == _CHANGE and len(path) > 1
    ways = [e for e in found if _stated([str(x) for x in e["loc"]], e["type"], content) == path]
    allowed = _A_CHANGE if is_change else _either(ways)
    return ScenarioError(f"{key} = {shown(first['input'])}", where, allowed)


def _stated(path: Sequence[str], kind: str, content: Any) -> list[str]:
    """Return the part of a path that the content has: then come the kinds a value might have."""
    stated: list[str] = []
    for part in path:
        if isinstance(content, list) and part.isdecimal():
            content = content[int(part)]
        elif isinstance(content, Mapping) and part in content:
            content = content[part]
        else:
            return [*stated, part] if kind == "missing" else stated or [part]
        stated.append(part)
    return stated


def _either(errors: Sequence[Any]) -> str:
    """Return what is allowed instead, where a value may be of several kinds."""
    words = [(_WORDS.get(e["type"]) or e["msg"]).format(**e.get("ctx", {})) for e in errors]
    first, *others = dict.fromkeys(words)
    return " or ".join((first, *(other.removeprefix("must be ") for other in others)))


def source_of(name: str, given: Any, kinds: tuple[type, ...]) -> Any:
    """Return the name, path, table or object of what is to be lived or grown, or refuse it.

    Parameters
    ----------
    name : of the argument: ``"scenario"``.
    given : its value.
    kinds : of objects that are what they should be already.
    """
    if isinstance(given, kinds):
        return given
    if isinstance(given, Mapping):
        return plain(given)
    if isinstance(given, str) and given and "\0" not in given:
        return str(given)
    if isinstance(given, Path):
        return a_path(name, given)
    raise ScenarioError(f"{name} = {shown(given)}", ARGUMENTS, "must be a name, a path or a table")


def path_of(source: str | Path, folder: Path, known: Iterable[str], what: str) -> Path:
    """Return the path of a file that is no name of the atlas, or refuse a misspelt name.

    Parameters
    ----------
    source : what was given: a path, or a text that is none of the known names.
    folder : where a relative path starts.
    known : the names of the atlas.
    what : what the file describes: ``"scenario"``.
    """
    path = folder / a_path(what, source)
    if isinstance(source, str) and path.suffix != ".toml" and not _is_there(path):
        names = tuple(known)
        raise ScenarioError(
            f"unknown {what} {shown(source)}",
            allowed=f"{what.rpartition(' ')[2]}s are {', '.join(nearest_first(source, names))}",
            remedy=whats_close(source, names) or "Or give the path of a TOML file.",
        )
    return path


def is_of_atlas(where: str) -> bool:
    """Tell whether a place is in a file that comes with Paget: nothing there is a user's fault."""
    return where.startswith(str(_ATLAS))


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # a name that is too long
        return False


def places_in(content: Any, where: str, key: str = "") -> dict[str, str]:
    """Return one place for each dotted key of a table, and for the table itself.

    Examples
    --------
    >>> list(places_in({"a": {"b": 1}, "c": [2]}, "the scenario argument"))
    ['', 'a', 'a.b', 'c', 'c[0]']
    """
    found = {key: where}
    if isinstance(content, Mapping):
        for name, item in content.items():
            found |= places_in(item, where, f"{key}.{name}" if key else str(name))
    elif isinstance(content, list):
        for row, item in enumerate(content):
            found |= places_in(item, where, f"{key}[{row}]")
    return found


def flat_changes(changes: object, where: str) -> dict[str, Any]:
    """Return changes by dotted name, from tables within tables."""
    if not isinstance(changes, Mapping):
        raise ScenarioError(
            f"change = {shown(changes)}", where, "must be a table of parameters by dotted name"
        )
    result: dict[str, Any] = {}
    for key, value in plain(changes).items():
        if isinstance(value, Mapping):
            result |= {f"{key}.{name}": inner for name, inner in flat_changes(value, where).items()}
        else:
            result[key] = value
    return result


def inherited(places: Mapping[str, str], content: Iterable[str]) -> dict[str, str]:
    """Return where keys of a file below stand, without the tables that the file above replaces.

    Parameters
    ----------
    places : of the file below, by dotted key: ``start[0].cells``.
    content : the keys of the file above; of all its tables, ``change`` alone adds to that below.
    """
    replaced = {*content, ""} - {_CHANGE}
    return {
        key: spot
        for key, spot in places.items()
        if key.partition(".")[0].partition("[")[0] not in replaced
    }


def nearest_first(name: str, known: Iterable[str]) -> tuple[str, ...]:
    """Return the known names, those most like ``name`` first."""
    names = tuple(known)
    near = closest(name, names)
    return (*near, *(other for other in names if other not in near))


def _deepest(path: list[str], places: Mapping[str, str]) -> str:
    """Return where the longest part of a path that has a place stands."""
    for length in range(len(path), 0, -1):
        found = places.get(_joined(path[:length]))
        if found:
            return found
    return places.get("", "")


def _joined(path: Sequence[str]) -> str:
    """Return a path as files have it: ``start[0].cells``."""
    return "".join(f"[{x}]" if x.isdecimal() else f".{x}" for x in path).removeprefix(".")
