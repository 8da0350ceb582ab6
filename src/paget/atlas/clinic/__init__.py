"""What the clinic can do: tests, symptoms, markers, staging rules and drugs, as parameter files.

Each file has the form of a cancer's: every number has a unit, a range and a source.

Public names: ``load_clinic``, ``clinic_parameters``, ``site_group``.
"""

from functools import cache
from importlib.resources import as_file, files
from typing import Any

from paget.core.errors import ParameterError, whats_close
from paget.core.parameters import ParameterSet, load_parameters

_FOLDER = files("paget.atlas") / "clinic"
_ALONE = ("liver", "lung", "bone", "brain")
_SEROSA = ("peritoneum", "omentum", "pleura")


@cache
def clinic_parameters(name: str) -> ParameterSet:
    """Return the parameters of a file of the clinic, with their sources."""
    known = sorted(entry.name for entry in _FOLDER.iterdir() if entry.name.endswith(".toml"))
    if f"{name}.toml" not in known:
        names = [file.removesuffix(".toml") for file in known]
        raise ParameterError(
            f"file {name!r} of the clinic",
            allowed=f"files are {', '.join(names)}",
            remedy=whats_close(name, names),
        )
    with as_file(_FOLDER / f"{name}.toml") as path:
        return load_parameters(path)


def load_clinic(name: str) -> dict[str, Any]:
    """Return the values of a file of the clinic as nested tables, in the units that it states."""
    tables: dict[str, Any] = {}
    for dotted, parameter in clinic_parameters(name).items():
        *path, last = dotted.split(".")
        table = tables
        for part in path:
            table = table.setdefault(part, {})
        table[last] = parameter.value
    return tables


def site_group(site: str) -> str:
    """Return the group of sites that tests and drugs reach alike.

    Examples
    --------
    >>> site_group("ln_axilla"), site_group("omentum"), site_group("bone"), site_group("skin")
    ('nodes', 'serosa', 'bone', 'other')
    """
    if site.startswith("ln_"):
        return "nodes"
    if site in _SEROSA:
        return "serosa"
    return site if site in _ALONE else "other"
