"""Catalogue: the tests, markers and drugs that a protocol can name.

They are the atlas's own, changed or added to by the protocol's tables ``[test.<name>]``,
``[drug.<name>]`` and ``[tissue.<name>]``.

Public names: ``Catalogue``.
"""

from typing import Any, Final

from paget.atlas.clinic import clinic_parameters
from paget.core.errors import place
from paget.protocol.entries import Table
from paget.protocol.files import merged

_KEYS: Final = {
    "imaging": "test",
    "screening": "test",
    "blood": "test",
    "drugs": "drug",
    "radiotherapy": "tissue",
}


class Catalogue:
    """What a protocol can name, by the file of the atlas in which it stands."""

    def __init__(self, protocol: Table) -> None:
        self.own = {key: protocol.tables(key) for key in set(_KEYS.values())}
        self.protocol = protocol
        self.sources: set[str] = set()
        """Sources of what was found so far."""

    def names(self, file: str) -> tuple[str, ...]:
        """Return the names that a file and the protocol hold."""
        held = {other: _held(other) for other, key in _KEYS.items() if key == _KEYS[file]}
        new = set(self.own[_KEYS[file]]).difference(*held.values())
        return tuple(sorted(held[file] | new))

    def find(self, file: str, name: str) -> Table:
        """Return the table of a test, marker or drug."""
        path = f"{_KEYS[file]}.{name}"
        content, places = self._of_atlas(file, name)
        own = self.own[_KEYS[file]].get(name)
        if own is not None:
            content = merged(content, own.content)
            stated = self.protocol.all_places
            places |= {key: at for key, at in stated.items() if f"{key}.".startswith(f"{path}.")}
        return Table(content, path, places)

    def _of_atlas(self, file: str, name: str) -> tuple[dict[str, Any], dict[str, str]]:
        """Return what the atlas says of a name, and where."""
        content: dict[str, Any] = {}
        places: dict[str, str] = {}
        for dotted, parameter in clinic_parameters(file).items():
            first, _, rest = dotted.partition(".")
            if first != name:
                continue
            *groups, last = rest.split(".")
            table = content
            for group in groups:
                table = table.setdefault(group, {})
            quantity = {"value": parameter.value, "unit": parameter.unit}
            table[last] = quantity if parameter.unit else parameter.value
            places[f"{_KEYS[file]}.{dotted}"] = place(parameter.file, parameter.line)
            self.sources.add(parameter.source)
        return content, places


def _held(file: str) -> set[str]:
    """Return the names in a file of the atlas."""
    return {name.partition(".")[0] for name in clinic_parameters(file)}
