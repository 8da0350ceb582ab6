"""The cancers of the atlas: one parameter file each, on top of what all cancers share.

Public names: ``known_cancers``, ``load_cancer``.
"""

from functools import cache
from importlib.resources import as_file, files
from pathlib import Path

from paget.core.errors import ScenarioError, whats_close
from paget.core.parameters import ParameterSet, load_parameters
from paget.core.toml import load_toml

COMMON = "common"
THEORY = "theory"
_FOLDER = files("paget.atlas") / "cancers"


def known_cancers() -> tuple[str, ...]:
    """Return the names of the cancers in the atlas, without the minimal one of ``paget verify``."""
    names = (entry.name for entry in _FOLDER.iterdir())
    found = sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml"))
    return tuple(name for name in found if name not in (COMMON, THEORY))


@cache
def load_cancer(name: str, sites: frozenset[str]) -> ParameterSet:
    """Return the parameters of a cancer of the atlas, with those of the files that it builds on.

    Parameters
    ----------
    name : a cancer of the atlas.
    sites : the sites of the body map, for which ``<step>.everywhere.<name>`` stands in.
    """
    if name not in (*known_cancers(), COMMON, THEORY):
        raise ScenarioError(
            f"cancer = {name!r}",
            allowed=f"cancers are {', '.join(known_cancers())}",
            remedy=whats_close(name, known_cancers()),
        )
    with as_file(_FOLDER / f"{name}.toml") as path:
        base_name = _base_of(path)
        base = load_cancer(base_name, sites) if base_name else None
        return load_parameters(path, base, sites)


def _base_of(path: Path) -> str | None:
    """Return the cancer on which a file builds."""
    base = load_toml(path)[0].get("base")
    return str(base) if base is not None else None
