"""The processes of a tissue: one file each, with its law, its assumptions and its source.

Public names: `PROCESSES`, `process_class`.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from paget.core.errors import ScenarioError, whats_close
from paget.tissue.process import Process
from paget.tissue.processes.angiogenesis import Angiogenesis
from paget.tissue.processes.collapse import Collapse
from paget.tissue.processes.diffusion import Diffusion
from paget.tissue.processes.division import Division, SynchronousDivision
from paget.tissue.processes.immunity import Exhaustion, Killing, Recruitment
from paget.tissue.processes.intravasation import Intravasation
from paget.tissue.processes.matrix import MatrixDegradation
from paget.tissue.processes.membrane import Membrane
from paget.tissue.processes.motion import Motion
from paget.tissue.processes.necrosis import Necrosis
from paget.tissue.processes.oxygen import Oxygen
from paget.tissue.processes.taxis import Chemotaxis, Haptotaxis
from paget.tissue.processes.transition import Transition

_ALL: Final = (
    Diffusion,
    Oxygen,
    MatrixDegradation,
    Membrane,
    Division,
    SynchronousDivision,
    Transition,
    Necrosis,
    Recruitment,
    Killing,
    Exhaustion,
    Angiogenesis,
    Collapse,
    Haptotaxis,
    Chemotaxis,
    Motion,
    Intravasation,
)

PROCESSES: Final[Mapping[str, type[Process]]] = MappingProxyType(
    {process.name: process for process in _ALL}
)
"""Every process by the name that a model file gives it."""


def process_class(name: str, where: str = "") -> type[Process]:
    """Return the process of a name."""
    if name not in PROCESSES:
        raise ScenarioError(
            f"unknown process {name!r}",
            where,
            f"processes are {', '.join(PROCESSES)}",
            whats_close(name, PROCESSES),
        )
    return PROCESSES[name]
