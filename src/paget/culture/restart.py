"""Restart: the whole state of a cascade, in two files that are written in turn.

Each file is whole or not there, and carries a checksum of every part. If the newer one is damaged,
the older one takes its place, and what came after is grown again: the same, because every draw is
keyed by its step. Processes keep nothing of a tissue between steps, so that its cells, lattice and
tallies are all of it.

Public names: ``freeze``, ``thaw``, ``Slot``, ``write_slot``, ``sound_slots``, ``RESTARTS``.
"""

import json
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from paget.core.results import write_atomically
from paget.run.sealed import CHECKSUM, check_seal, digest_of
from paget.tissue.cascade import Arrival, Cascade, Departure, Travelling
from paget.tissue.cells import Columns
from paget.tissue.model import Model
from paget.tissue.state import Tissue

Arrays = dict[str, npt.NDArray[Any]]

RESTARTS: Final = "restart-*.npz"
_FILES: Final = ("restart-0.npz", "restart-1.npz")
_TOLD: Final = "told"
_SUMS: Final = "sums"
_SPARSE: Final = ("occupied", "counts")
_DENSE: Final = ("numbers", "closed", "vessel", "fields")


def freeze(cascade: Cascade) -> tuple[Arrays, dict[str, Any]]:
    """Return all that a cascade is between two steps: arrays, and numbers as JSON has them."""
    arrays: Arrays = {}
    for tissue in cascade.tissues:
        arrays |= {f"{tissue.number}/{name}": one for name, one in _arrays(tissue).items()}
    travelling = cascade.vasculature.travelling if cascade.vasculature else []
    state = {
        "step": cascade.step,
        "first_intravasation": cascade.first_intravasation,
        "arrivals": [asdict(one) for one in cascade.arrivals],
        "departures": [asdict(one) for one in cascade.departures],
        "travelling": [
            [one.exit_step, one.source, one.ids.tolist(), one.kinds.tolist()] for one in travelling
        ],
        "tissues": [
            {"made": tissue.cells.made, "tallies": tissue.tallies} for tissue in cascade.tissues
        ],
    }
    return arrays, state


def thaw(
    model: Model, seed: int, threads: int, arrays: Arrays, state: Mapping[str, Any]
) -> Cascade:
    """Return the cascade that `freeze` took the state of."""
    cascade = Cascade(model, seed, threads)
    cascade.step = state["step"]
    cascade.first_intravasation = state["first_intravasation"]
    cascade.arrivals = [replace(Arrival(**one), ids=tuple(one["ids"])) for one in state["arrivals"]]
    cascade.departures = [
        replace(Departure(**one), ids=tuple(one["ids"])) for one in state["departures"]
    ]
    if cascade.vasculature is not None:
        cascade.vasculature.travelling = [
            Travelling(exit_step, source, np.array(ids, np.int64), np.array(kinds, np.uint8))
            for exit_step, source, ids, kinds in state["travelling"]
        ]
    for tissue, more in zip(cascade.tissues, state["tissues"], strict=True):
        prefix = f"{tissue.number}/"
        own = {
            name.removeprefix(prefix): one
            for name, one in arrays.items()
            if name.startswith(prefix)
        }
        _restore(tissue, cascade.step, more, own)
    return cascade


def _arrays(tissue: Tissue) -> Arrays:
    """Return the cells, the ledger and the lattice of a tissue."""
    cells, lattice = tissue.cells, tissue.lattice
    ledger = ("parent", "born", "ended")
    arrays: Arrays = {
        name: column[..., : cells.made if name in ledger else cells.n]
        for name, column in cells.columns._asdict().items()
    }
    for name in _DENSE:
        arrays[name] = getattr(lattice, name)
    for name in _SPARSE:
        flat = getattr(lattice, name).ravel()
        places = np.flatnonzero(flat)
        arrays[f"{name}_at"], arrays[name] = places, flat[places]
    return arrays


def _restore(tissue: Tissue, step: int, more: Mapping[str, Any], arrays: Arrays) -> None:
    cells, lattice = tissue.cells, tissue.lattice
    tissue.step = step
    tissue.tallies = dict(more["tallies"])
    cells.columns = Columns(**{name: arrays[name] for name in Columns._fields})
    cells.n, cells.made = len(cells.columns.id), more["made"]
    for name in _DENSE:
        getattr(lattice, name)[:] = arrays[name]
    for name in _SPARSE:
        flat = getattr(lattice, name).reshape(-1)
        flat[:] = 0
        flat[arrays[f"{name}_at"]] = arrays[name]


@dataclass(frozen=True, eq=False)
class Slot:
    """A state that a run can go on from."""

    number: int
    """0 or 1, of the file."""
    arrays: Arrays
    state: Mapping[str, Any]

    @property
    def step(self) -> int:
        """Return the step of the state."""
        return int(self.state["step"])


def write_slot(folder: Path, slot: Slot) -> None:
    """Write a state, whole or not at all."""
    state = {**slot.state, _SUMS: _sums(slot.arrays)}
    text = json.dumps({**state, CHECKSUM: digest_of(state)}).encode()
    parts: dict[str, Any] = {_TOLD: np.frombuffer(text, np.uint8), **slot.arrays}
    write_atomically(folder / _FILES[slot.number], lambda file: np.savez(file, **parts))


def sound_slots(folder: Path) -> list[Slot]:
    """Return the states that are whole, the latest first."""
    slots = [slot for number in range(len(_FILES)) if (slot := _read(folder, number))]
    return sorted(slots, key=lambda slot: -slot.step)


def _read(folder: Path, number: int) -> Slot | None:
    """Return a state; nothing where its file is missing, cut off or damaged."""
    path = folder / _FILES[number]
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
        state = json.loads(arrays.pop(_TOLD).tobytes())
        check_seal(state, path)
        is_whole = state.pop(_SUMS) == _sums(arrays)
    except Exception:  # noqa: BLE001 - a damaged archive fails in any way
        return None
    return Slot(number, arrays, state) if is_whole else None


def _sums(arrays: Arrays) -> dict[str, int]:
    """Return a checksum of each array, by name."""
    return {name: zlib.crc32(np.ascontiguousarray(one).data) for name, one in arrays.items()}
