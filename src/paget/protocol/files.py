"""Protocol files: from a name, a path or a table of a scenario to one table with its places.

A protocol may build on another one. Tables merge key by key; lists are replaced; ``false`` in the
place of a line or a programme takes it away.

Public names: ``ProtocolLike``, ``read_protocol``, ``merged``.
"""

from collections.abc import Mapping
from importlib.resources import as_file
from pathlib import Path
from typing import Any, Final

from paget.atlas.protocols import PROTOCOLS, known_protocols
from paget.core.arguments import a_path, plain, shown
from paget.core.errors import ScenarioError, place, whats_close
from paget.core.refusals import nearest_first, places_in, source_of
from paget.core.toml import load_toml

ProtocolLike = str | Path | Mapping[str, Any]
Read = tuple[dict[str, Any], dict[str, str]]

_DEEPEST: Final = 10  # protocols that build on one another
_IN_SCENARIO: Final = "protocol"  # the key of a protocol in a scenario
_REMOVABLE: Final = ("line", "screening", "test", "drug", "tissue")


def read_protocol(
    source: ProtocolLike, where: str | Mapping[str, str], folder: Path, depth: int = 0
) -> Read:
    """Return the content of a protocol, what it builds on included, and where each key stands.

    Parameters
    ----------
    source : a name of the atlas, the path of a TOML file, or a table.
    where : where it was given; for a table of a scenario, the places of the scenario's keys.
    folder : where paths begin.
    depth : how many protocols build on this one.
    """
    if isinstance(source, Mapping):
        content = plain(source)
        # Each key of a table has a place, so that none of those below is blamed for it.
        stated = _places_of(where)
        places = {key: _nearest(stated, key) for key in places_in(content, "")} | stated
    else:
        name = source_of("protocol", source, ())
        content, places, folder = _read_named(name, _of_protocol(where), folder)
    base = content.get("base")
    below: dict[str, Any] = {}
    below_places: dict[str, str] = {}
    if base is not None:
        at = places.get("base") or places.get("", "")
        if not isinstance(base, str):
            raise ScenarioError(
                f"base = {shown(base)}", at, "must be the name of a protocol or a path"
            )
        if depth >= _DEEPEST:
            allowed = "protocols build on each other in a circle"
            raise ScenarioError(f"base = {base!r}", at, allowed)
        below, below_places = read_protocol(base, at, folder, depth + 1)
    _name_programme(content, below, places)
    return _without_removed(merged(below, content)), below_places | places


def _places_of(where: str | Mapping[str, str]) -> dict[str, str]:
    """Return the places of a table's keys, its own under the empty key."""
    if isinstance(where, str):
        return {"": where}
    start = f"{_IN_SCENARIO}."
    inside = {key.removeprefix(start): at for key, at in where.items() if key.startswith(start)}
    return {"": _of_protocol(where)} | inside


def _nearest(places: Mapping[str, str], key: str) -> str:
    """Return the place of a key, or that of the table around it."""
    while key and key not in places:
        key = key.rpartition(".")[0]
    return places.get(key, "")


def _of_protocol(where: str | Mapping[str, str]) -> str:
    return where if isinstance(where, str) else where.get(_IN_SCENARIO, "")


def _read_named(
    source: str | Path, where: str, folder: Path
) -> tuple[dict[str, Any], dict[str, str], Path]:
    """Return the content, the places of its keys and the folder of a file or a name."""
    known = known_protocols()
    if source in known:
        with as_file(PROTOCOLS / f"{source}.toml") as path:
            return (*_read_file(path), folder)
    path = folder / a_path("protocol", source, where)
    if not _is_file(path):
        raise ScenarioError(
            f"unknown protocol {shown(source)}",
            where,
            f"protocols are {', '.join(nearest_first(str(source), known))}",
            whats_close(str(source), known) or "Or give the path of a TOML file.",
        )
    return (*_read_file(path), path.parent)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a name that is too long
        return False


def _read_file(path: Path) -> Read:
    content, lines = load_toml(path, ScenarioError)
    return content, {"": str(path)} | {key: place(path, line) for key, line in lines.items()}


def _name_programme(content: dict[str, Any], below: dict[str, Any], places: dict[str, str]) -> None:
    """Give the one programme of a plain ``[screening]`` table a name.

    It stands in the place of every other programme of the protocol on which this one builds.
    Without a test it changes the only one there is.
    """
    given = content.get("screening")
    if not isinstance(given, Mapping) or all(_is_entry(item) for item in given.values()):
        return
    test = given.get("test")
    known = below.get("screening", {})
    if isinstance(test, str):
        name = test
        below["screening"] = {name: known[name]} if name in known else {}
    elif test is None and len(known) == 1:
        name = next(iter(known))
    else:
        allowed = "must name its test, or build on a protocol with one programme"
        raise ScenarioError("screening", places.get("screening") or places.get("", ""), allowed)
    content["screening"] = {name: dict(given)}
    start = "screening."
    for key in [key for key in places if key.startswith(start)]:
        places[f"{start}{name}.{key.removeprefix(start)}"] = places.pop(key)
    places[f"{start}{name}"] = places.get("screening", "") or places.get("", "")


def _is_entry(item: object) -> bool:
    """Return whether an item of ``[screening]`` is a programme of its own, or takes one away."""
    return item is False or (isinstance(item, Mapping) and "value" not in item)


def merged(below: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Return one table out of two, key by key; what is its own goes before what is below.

    New keys stand before the next known one of their file, else at the end: the order of lines
    decides between alternatives.
    """
    names = list(below)
    at = len(names)
    for key in reversed(list(own)):
        if key in below:
            at = names.index(key)
        else:
            names.insert(at, key)
    return {key: _either(below.get(key), own.get(key)) for key in names}


def _either(below: Any, own: Any) -> Any:
    is_table = isinstance(own, Mapping) and "value" not in own
    if is_table and isinstance(below, Mapping):
        return merged(below, own)
    return below if own is None else own


def _without_removed(content: dict[str, Any]) -> dict[str, Any]:
    """Return the content without the parts that ``false`` takes away."""
    result = dict(content)
    for key in _REMOVABLE:
        items = result.get(key)
        if isinstance(items, Mapping):
            result[key] = {name: item for name, item in items.items() if item is not False}
    return result
