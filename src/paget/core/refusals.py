"""Refusals: what pydantic does not accept, said in the words of Paget.

Public names: `refusal`, `path_of`, `inherited`, `nearest_first`.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from paget.core.errors import ScenarioError, closest, whats_close

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
    places: Mapping[str, str],
    known: Mapping[str, Iterable[str]],
    what: str,
) -> ScenarioError:
    """Return the first refusal of pydantic as an error of Paget.

    Parameters
    ----------
    error : what pydantic raised.
    places : where each dotted key was given: ``my.toml line 14``.
    known : the keys that the file may have, ``""``, and those of its tables by name.
    what : what the file describes: ``"a scenario"``.
    """
    first = error.errors(include_url=False)[0]
    path = [str(part) for part in first["loc"]]
    is_change = path[0] == _CHANGE and len(path) > 1
    path = path[:2] if is_change else path  # then come the types that a value might have had
    key = ".".join(path)
    where = _deepest(path, places)
    if first["type"] == "extra_forbidden":
        keys = tuple(known.get(".".join(path[:-1]), ()))
        return ScenarioError(
            f"unknown key {key}",
            where,
            f"keys are {', '.join(nearest_first(key, keys))}" if keys else "",
            whats_close(key, keys),
        )
    if first["type"] == "missing":
        return ScenarioError(f"{what} without {key}", where, f"{key} must be given")
    allowed = _WORDS.get(first["type"], first["msg"]).format(**first.get("ctx", {}))
    return ScenarioError(f"{key} = {first['input']!r}", where, _A_CHANGE if is_change else allowed)


def path_of(source: str | Path, folder: Path, known: Iterable[str], what: str) -> Path:
    """Return the path of a file that is no name of the atlas, or refuse a misspelt name.

    Parameters
    ----------
    source : what was given: a path, or a text that is none of the known names.
    folder : where a relative path starts.
    known : the names of the atlas.
    what : what the file describes: ``"scenario"``.
    """
    path = folder / Path(source).expanduser()
    if isinstance(source, str) and path.suffix != ".toml" and not path.exists():
        names = tuple(known)
        raise ScenarioError(
            f"unknown {what} {source!r}",
            allowed=f"{what.rpartition(' ')[2]}s are {', '.join(nearest_first(source, names))}",
            remedy=whats_close(source, names) or "Or give the path of a TOML file.",
        )
    return path


def inherited(places: Mapping[str, str], content: Iterable[str]) -> dict[str, str]:
    """Return where keys of a file below stand, without the tables that the file above replaces.

    Parameters
    ----------
    places : of the file below, by dotted key: ``start[0].cells``.
    content : the keys of the file above; of all its tables, ``change`` alone adds to that below.
    """
    replaced = set(content) - {_CHANGE}
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
        found = places.get(".".join(path[:length]))
        if found:
            return found
    return next(iter(places.values()), "").rpartition(" line ")[0]
