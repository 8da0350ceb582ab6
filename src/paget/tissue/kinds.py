"""Kinds of cells in a tissue: states of the tumour's cells, and the cells that it meets.

Public names: `KINDS`, `TUMOUR`, `kind_number` and one number for each kind.
"""

from typing import Final

from paget.core.errors import ScenarioError, whats_close

EPITHELIAL: Final = 0
HYBRID: Final = 1
MESENCHYMAL: Final = 2
NECROTIC: Final = 3
FIBROBLAST: Final = 4
NK: Final = 5
CD8: Final = 6
EXHAUSTED: Final = 7
"""An NK or CD8 cell that kills no more."""
TIP: Final = 8
"""The endothelial cell that leads a new vessel."""

KINDS: Final = (
    "epithelial",
    "hybrid",
    "mesenchymal",
    "necrotic",
    "fibroblast",
    "nk",
    "cd8",
    "exhausted",
    "tip",
)
N_KINDS: Final = len(KINDS)
TUMOUR: Final = (EPITHELIAL, HYBRID, MESENCHYMAL)
"""The living cells of the tumour."""


def kind_number(name: str, where: str = "") -> int:
    """Return the number of a kind.

    Examples
    --------
    >>> kind_number("hybrid")
    1
    """
    if name not in KINDS:
        raise ScenarioError(
            f"unknown kind of cell {name!r}",
            where,
            f"kinds are {', '.join(KINDS)}",
            whats_close(name, KINDS),
        )
    return KINDS.index(name)
