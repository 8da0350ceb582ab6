"""Paget, a virtual laboratory for cancer metastasis.

A primary grows, invades and sheds cells; nearly all of them die on the way; a few sleep or grow in
a distant organ. Paget simulates that whole cascade for virtual patients. Research and education,
not medical advice.

The public names are `simulate` (a cohort), `live` (one life), `compare` (twins under two
scenarios), `grow` (a tissue), `read` (what a folder holds), `NOTICE` and `__version__`. They load
when first used, so that ``import paget`` stays fast.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from paget.api import compare, grow, live, read, simulate
    from paget.core.results import NOTICE

__version__ = "0.1.0"

__all__ = ["NOTICE", "__version__", "compare", "grow", "live", "read", "simulate"]

_HOMES = {
    "NOTICE": "paget.core.results",
    "compare": "paget.api",
    "grow": "paget.api",
    "live": "paget.api",
    "read": "paget.api",
    "simulate": "paget.api",
}


import_module("paget.run.forked")  # sees from now on whether a fork follows; loads nothing else


def __getattr__(name: str) -> object:
    """Load a public name from its home when it is first used."""
    home = _HOMES.get(name)
    if home is None:
        message = f"module 'paget' has no attribute {name!r}; it has {', '.join(__all__)}"
        raise AttributeError(message)
    value = getattr(import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
