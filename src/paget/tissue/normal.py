"""Normal cells: what a cell of the tumour can do and a normal cell cannot, as four switches.

``normal.invade``
    Off: the cells stay where they are. They neither move nor dissolve matrix, do not become
    mesenchymal and enter no vessel.
``normal.survive``
    On: the cells live on without touch and do not give up where oxygen is short; without any
    oxygen they die all the same.
``normal.grow``
    Off: a cell divides only where its own voxel has room, which fills the place of one that died.
``normal.evade``
    On: only the share ``normal.residual_susceptibility`` of what killers do to a cell is left.

All four off is a normal tissue, all four on a tumour. A switch sets the parameters of the tumour's
kinds before anything else sees them.

Public names: `SWITCHES`, `with_switches`.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from paget.core.parameters import ParameterSet
from paget.tissue.kinds import KINDS, TUMOUR

SWITCHES: Final = ("invade", "survive", "grow", "evade")
_INVASION: Final = (
    "motility",
    "haptotaxis",
    "chemotaxis",
    "mt1mmp",
    "mmp2_secretion",
    "emt_rate",
    "intravasation",
)
_SCRUPLES: Final = ("anoikis_rate", "apoptosis_rate")


def with_switches(values: ParameterSet) -> ParameterSet:
    """Return the parameters as the switches leave them; as they are where there are none."""
    for switch in SWITCHES:
        name = f"normal.{switch}"
        if name in values:
            state = values.flag(name)
            changes = dict(_changes(values, switch, on=state))
            values = values.changed(changes, f"{name} = {str(state).lower()}")
    return values


def _changes(values: ParameterSet, switch: str, *, on: bool) -> Iterator[tuple[str, object]]:
    if switch == "invade" and not on:
        yield from _each(values, _INVASION, 0.0)
    elif switch == "survive" and on:
        yield from _each(values, _SCRUPLES, 0.0)
    elif switch == "grow" and not on:
        yield "division.spills", False
    elif switch == "evade" and on:
        left = values.real("normal.residual_susceptibility")
        yield from _each(values, ("susceptibility",), left)


def _each(
    values: Mapping[str, object], behaviours: tuple[str, ...], value: float
) -> Iterator[tuple[str, object]]:
    """Yield a value for behaviours of the tumour's kinds, where a model has them."""
    for kind in TUMOUR:
        for behaviour in behaviours:
            name = f"{KINDS[kind]}.{behaviour}"
            if name in values:
                yield name, value
