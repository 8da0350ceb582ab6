"""Made-up tissues for pictures: what `paget.grow` returns as far as pictures look at it.

Public names: ``MadeUpTissue``, ``MadeUpEnsemble``, ``tissue``, ``ensemble``.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
import xarray as xr

from paget.core.results import Status
from paget.culture.counts import unit_of
from paget.culture.ensemble import Ensemble, Member
from paget.culture.fate import Fate, Outcome
from paget.tissue.kinds import KINDS, TUMOUR
from paget.tissue.model import Model
from paget.tissue.model_file import load_model
from paget.tissue.vessels import BLOOD, LYMPH, RUPTURED, SPROUT

DAYS_A_FRAME = 2.0
CAPACITY = 4
FLAGS = (BLOOD, BLOOD | RUPTURED, LYMPH, BLOOD | SPROUT)
VESSEL = (3, 5)
"""Row and column of the first vessel; the others follow in its row."""


@dataclass
class MadeUpTissue:
    """As much of a grown tissue as pictures look at."""

    model: Model
    dataset: xr.Dataset
    fate: Fate
    seed: int = 7

    @cached_property
    def counts(self) -> pl.DataFrame:
        """Return the counts that agree with the frames."""
        rows: list[dict[str, Any]] = []
        for number, day in enumerate(self.dataset["time"].to_numpy().tolist()):
            for site in self.model.sites:
                there = self.dataset.isel(time=number).sel(site=site)
                cells = there["cells"].to_numpy()
                of_kind = cells.reshape(len(KINDS), -1).sum(axis=1, dtype=np.int64).tolist()
                row: dict[str, Any] = {"step": number, "day": day, "site": site}
                row |= dict(zip(KINDS, of_kind, strict=True))
                row |= {"tumour": sum(of_kind[kind] for kind in TUMOUR), "in_vasculature": number}
                row["radius_um"] = 40.0 * number
                for name in self.model.field_names:
                    values = there[name].to_numpy()
                    row |= {f"{name}_mean": values.mean(), f"{name}_max": values.max()}
                rows.append(row)
        return pl.DataFrame(rows)


def model_of(
    shape: tuple[int, ...], fields: tuple[str, ...], sites: tuple[str, ...], **more: Any
) -> Model:
    """Return a model with a grid, fields and sites."""
    content: dict[str, Any] = {
        "title": "Made-up tissue",
        "parameters": "franssen",
        "until": "8 day",
        "processes": ["motion"],
        "grid": {"shape": list(shape), "spacing": "10 um", "capacity": CAPACITY, "step": "40 s"},
        "fields": {name: {"boundary": "no-flux"} for name in fields},
        "start": [{"cells": {"epithelial": 1}}],
    }
    if sites:
        shares = dict.fromkeys(sites, 1.0 / len(sites))
        content["cascade"] = {"sites": shares, "vessels": {"intact": 1}}
    return load_model(content | more)


def tissue(
    shape: tuple[int, ...] = (24, 30),
    *,
    fields: tuple[str, ...] = ("matrix", "mmp2", "oxygen"),
    sites: tuple[str, ...] = ("bones", "liver"),
    frames: int = 4,
    vessels: bool = True,
    alive: bool = True,
) -> MadeUpTissue:
    """Return a disc, or ball, that grows; its right half is mesenchymal, its middle necrotic."""
    model = model_of(shape, fields, sites)
    names, axes = model.sites, model.lattice.axes
    flags = np.zeros((frames, len(names), *shape), np.uint8)
    if vessels:
        row, column = VESSEL
        flags[..., row, column : column + len(FLAGS)] = FLAGS
    cells = np.zeros((frames, len(names), len(KINDS), *shape), np.uint16)
    for frame in range(frames if alive else 0):
        cells[frame, 0] = _ball(shape, 2.0 + 2.0 * frame)
        if frame >= 2 and len(names) > 1:
            cells[frame, 1, KINDS.index("mesenchymal"), ..., 4, 6] = 2
    over = ("time", "site", *axes)
    data = {name: (over, _field(name, cells, frames, len(names), shape)) for name in fields}
    dataset = xr.Dataset(
        {
            **data,
            "cells": (("time", "site", "kind", *axes), cells),
            "vessel": (over, flags),
            "closed": (over, np.zeros_like(flags)),
        },
        coords={
            "time": np.arange(frames) * DAYS_A_FRAME,
            "site": list(names),
            "kind": list(KINDS),
            **{
                axis: (np.arange(n) - (n - 1) / 2.0) * 10.0
                for axis, n in zip(axes, shape, strict=True)
            },
        },
    )
    for name in fields:
        dataset[name].attrs["units"] = unit_of(name)
    outcome = Outcome.METASTASIS if alive else Outcome.EXTINCT
    first = (2.0, 4.0) if alive else (None, None)
    fate = fate_of(outcome, (frames - 1) * DAYS_A_FRAME, *first, metastases=1)
    return MadeUpTissue(model, dataset, fate)


def fate_of(
    outcome: Outcome,
    day: float,
    intravasation: float | None,
    metastasis: float | None,
    *,
    metastases: int,
) -> Fate:
    """Return what became of a tissue."""
    return Fate(
        outcomes=(outcome,),
        day=day,
        first_intravasation_day=intravasation,
        first_metastasis_day=metastasis,
        breach_day=None,
        edge_day=None,
        intravasations=3,
        metastases=metastases,
        tumour_cells=10,
    )


def _ball(shape: tuple[int, ...], radius: float) -> npt.NDArray[np.uint16]:
    """Return the cells of each kind in a ball in the middle."""
    places = np.indices(shape) - (np.array(shape).reshape(-1, *[1] * len(shape)) - 1) / 2.0
    distance = np.sqrt((places**2).sum(axis=0))
    cells = np.zeros((len(KINDS), *shape), np.uint16)
    inside, right = distance <= radius, places[-1] > 0
    dead = distance <= radius / 2.0
    cells[KINDS.index("necrotic")][dead] = 3
    cells[KINDS.index("epithelial")][inside & ~right & ~dead] = CAPACITY
    cells[KINDS.index("mesenchymal")][inside & right & ~dead] = 1
    return cells


def _field(
    name: str, cells: npt.NDArray[Any], frames: int, sites: int, shape: tuple[int, ...]
) -> npt.NDArray[np.float64]:
    """Return a field that grows with the frame and rises from left to right; matrix is eaten."""
    if name == "matrix":
        return np.where(cells.sum(axis=2) > 0, 0.0, 1.0)
    slope = np.broadcast_to(np.linspace(0.0, 1.0, shape[-1]), (frames, sites, *shape))
    return slope * np.arange(frames).reshape(-1, *[1] * (1 + len(shape)))


def ensemble(
    seeds: int = 5, *, sites: tuple[str, ...] = ("bones",), alive: bool = True
) -> Ensemble:
    """Return an ensemble; odd seeds meet no vessel, the last one founds no metastasis."""
    one = tissue(sites=sites, alive=alive)
    members: list[Member] = []
    for seed in range(1, seeds + 1):
        met = seed % 2 == 0 and alive
        first = (float(seed), 5.0 if seed < seeds else None) if met else (None, None)
        fate = fate_of(Outcome.NO_METASTASIS, 6.0, *first, metastases=2 * met)
        counts = one.counts.with_columns(
            radius_um=pl.col("radius_um") + 10.0 * seed, epithelial=pl.col("epithelial") * seed
        )
        members.append(Member(seed, fate, counts))
    return Ensemble(one.model, Status.COMPLETE, tuple(members), {})
