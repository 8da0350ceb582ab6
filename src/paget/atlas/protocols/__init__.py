"""The protocols of the atlas: what the clinic does, as one file each.

Public names: ``known_protocols``, ``PROTOCOLS``.
"""

from importlib.resources import files
from typing import Final

PROTOCOLS: Final = files("paget.atlas") / "protocols"


def known_protocols() -> tuple[str, ...]:
    """Return the names of the protocols of the atlas."""
    names = (entry.name for entry in PROTOCOLS.iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml")))
