"""Catalogue: the tests, markers and drugs that a protocol can name.

They are the atlas's own, changed or added to by the protocol's tables ``[test.<name>]``,
``[drug.<name>]`` and ``[tissue.<name>]``. A table that nothing names is refused.

Public names: ``Catalogue``, ``of_atlas``.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final, NamedTuple

from paget.atlas.clinic import clinic_parameters
from paget.core.errors import place, whats_close
from paget.protocol import forms
from paget.protocol.entries import Table
from paget.protocol.files import merged

_KEYS: Final = {
    "imaging": "test",
    "screening": "test",
    "blood": "test",
    "drugs": "drug",
    "radiotherapy": "tissue",
}


class Entry(NamedTuple):
    """What a file of the atlas says of one name."""

    content: Mapping[str, Any]
    places: Mapping[str, str]
    sources: frozenset[str]


class Catalogue:
    """What a protocol can name, by the file of the atlas in which it stands."""

    def __init__(self, protocol: Table) -> None:
        self.own = {key: protocol.tables(key) for key in set(_KEYS.values())}
        self.protocol = protocol
        self.sources: set[str] = set()
        """Sources of what was found so far."""
        self._found: set[tuple[str, str]] = set()

    def names(self, file: str) -> tuple[str, ...]:
        """Return the names that a file and the protocol hold."""
        held = {other: set(of_atlas(other)) for other, key in _KEYS.items() if key == _KEYS[file]}
        new = set(self.own[_KEYS[file]]).difference(*held.values())
        return tuple(sorted(held[file] | new))

    def find(self, file: str, name: str) -> Table:
        """Return the table of a test, marker or drug."""
        path = f"{_KEYS[file]}.{name}"
        entry = of_atlas(file).get(name, Entry({}, {}, frozenset()))
        content, places = dict(entry.content), dict(entry.places)
        self.sources |= entry.sources
        self._found.add((_KEYS[file], name))
        own = self.own[_KEYS[file]].get(name)
        if own is not None:
            content = merged(content, own.content)
            places |= {f"{path}.{key}": own.place(key) for key in _dotted(own.content)}
            places |= {"": self.protocol.place(), path: own.place()}
        return Table(content, path, places)

    def check_used(self) -> None:
        """Refuse a table of the protocol's own file that nothing in it names: it does nothing."""
        for key, tables in self.own.items():
            for name, table in tables.items():
                used = {found for other, found in self._found if other == key}
                if name not in used and _file(table.place()) == _file(self.protocol.place()):
                    allowed = "it can never apply: the protocol names it nowhere"
                    raise table.error("", allowed, whats_close(name, used))


@cache
def of_atlas(file: str) -> Mapping[str, Entry]:
    """Return what a file of the atlas says, by name; a key that nobody reads is refused."""
    contents: dict[str, dict[str, Any]] = {}
    places: dict[str, dict[str, str]] = {}
    sources: dict[str, set[str]] = {}
    for dotted, parameter in clinic_parameters(file).items():
        name, _, rest = dotted.partition(".")
        *groups, last = rest.split(".")
        table = contents.setdefault(name, {})
        for group in groups:
            table = table.setdefault(group, {})
        quantity = {"value": parameter.value, "unit": parameter.unit}
        table[last] = quantity if parameter.unit else parameter.value
        at = places.setdefault(name, {})
        at[f"{_KEYS[file]}.{dotted}"] = place(parameter.file, parameter.line)
        sources.setdefault(name, set()).add(parameter.source)
    for name, content in contents.items():
        forms.check_keys(Table(content, f"{_KEYS[file]}.{name}", places[name]), file)
    return {
        name: Entry(content, places[name], frozenset(sources[name]))
        for name, content in contents.items()
    }


def _dotted(content: Mapping[str, Any]) -> Iterator[str]:
    """Yield the keys of a table and of those within it."""
    for key, item in content.items():
        yield key
        if isinstance(item, Mapping):
            yield from (f"{key}.{inner}" for inner in _dotted(item))


def _file(where: str) -> str:
    return where.rpartition(" line ")[0] or where
