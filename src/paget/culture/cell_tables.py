"""Tables of a grown tissue: the cells of the last frame, all lineages, and what entered vessels.

A table in the store is a group with one array a column. A column of lists is kept as the lengths
of the lists and, in an array of its own, all their entries one after another (the contiguous
ragged array of the CF conventions).

Public names: ``TABLES``, ``tables_of``, ``write_table``, ``read_table``.
"""

from collections.abc import Sequence
from typing import Any, Final, cast

import numpy as np
import numpy.typing as npt
import polars as pl
import zarr

from paget.culture.counts import days_of
from paget.tissue.cascade import Arrival, Cascade, Departure
from paget.tissue.cells import ALIVE, ID_BITS
from paget.tissue.kinds import KINDS
from paget.tissue.vessels import LYMPH, RUPTURED

TABLES: Final = ("cells_now", "lineage", "arrivals", "intravasations")
_CHUNK: Final = 1_000_000
_UNITS: Final = {
    "day": "day",
    "born_day": "day",
    "ended_day": "day",
    "z": "um",
    "y": "um",
    "x": "um",
}


def tables_of(cascade: Cascade) -> dict[str, pl.DataFrame]:
    """Return the tables by name; places are from the centre of the grid [µm]."""
    return {
        "cells_now": _cells_now(cascade),
        "lineage": _lineage(cascade),
        "arrivals": _arrivals(cascade),
        "intravasations": _intravasations(cascade),
    }


def _cells_now(cascade: Cascade) -> pl.DataFrame:
    parts = [
        pl.DataFrame(
            {
                "id": tissue.cells.ids,
                "site": np.full(tissue.cells.n, tissue.site, dtype=object).tolist(),
                "kind": np.array(KINDS, dtype=object)[tissue.cells.kinds].tolist(),
                **_places(cascade, tissue.cells.voxels),
            },
            schema_overrides={"site": pl.String, "kind": pl.String},
        ).sort("id")
        for tissue in cascade.tissues
    ]
    return pl.concat(parts)


def _lineage(cascade: Cascade) -> pl.DataFrame:
    model, parts = cascade.model, list[pl.DataFrame]()
    for tissue in cascade.tissues:
        made, columns = tissue.cells.made, tissue.cells.columns
        ended = columns.ended[:made]
        parts.append(
            pl.DataFrame(
                {
                    "id": np.arange(made, dtype=np.int64) | (tissue.number << ID_BITS),
                    "parent": columns.parent[:made],
                    "site": np.full(made, tissue.site, dtype=object).tolist(),
                    "born_day": days_of(model, columns.born[:made]),
                    "ended_day": np.where(ended == ALIVE, np.nan, days_of(model, ended)),
                },
                schema_overrides={"site": pl.String},
            )
        )
    return pl.concat(parts)


def _arrivals(cascade: Cascade) -> pl.DataFrame:
    rows = cascade.arrivals
    table = _events(cascade, rows).with_columns(
        pl.Series("source", [one.source for one in rows], pl.String),
        pl.Series("lost", [one.lost for one in rows], pl.Int64),
    )
    return table.select("day", "site", "source", *_axes(cascade), "lost", "ids")


def _intravasations(cascade: Cascade) -> pl.DataFrame:
    rows = cascade.departures
    table = _events(cascade, rows).with_columns(
        pl.Series("route", ["lymph" if r.vessel & LYMPH else "blood" for r in rows], pl.String),
        pl.Series("ruptured", [bool(r.vessel & RUPTURED) for r in rows], pl.Boolean),
    )
    return table.select("day", "site", "route", "ruptured", *_axes(cascade), "ids")


def _events(cascade: Cascade, rows: Sequence[Arrival | Departure]) -> pl.DataFrame:
    """Return when, where and which cells."""
    steps = np.array([row.step for row in rows], np.int64)
    voxels = np.array([row.voxel for row in rows], np.int64)
    return pl.DataFrame(
        {
            "day": days_of(cascade.model, steps),
            "site": [row.site for row in rows],
            **_places(cascade, voxels),
            "ids": [list(row.ids) for row in rows],
        },
        schema_overrides={"site": pl.String, "ids": pl.List(pl.Int64)},
    )


def _axes(cascade: Cascade) -> tuple[str, ...]:
    return cascade.model.lattice.axes


def _places(cascade: Cascade, voxels: npt.NDArray[Any]) -> dict[str, npt.NDArray[np.float64]]:
    grid = cascade.model.lattice
    return dict(zip(grid.axes, (grid.places(voxels) * grid.spacing).T, strict=True))


def write_table(parent: zarr.Group, name: str, table: pl.DataFrame) -> None:
    """Write a table as a group, in the place of one that was there."""
    attributes = {"columns": table.columns}
    group = parent.create_group(name, overwrite=True, attributes=attributes)
    for column in table.iter_columns():
        if column.dtype == pl.List:
            _write(group, f"{column.name}_length", column.list.len().to_numpy(), name)
            entries = column.explode(empty_as_null=False).to_numpy()
            _write(group, column.name, entries, f"{name}_{column.name}")
        else:
            _write(group, column.name, column.to_numpy(), name)


def read_table(parent: zarr.Group, name: str) -> pl.DataFrame:
    """Return a table that `write_table` wrote."""
    group = cast("zarr.Group", parent[name])
    columns = cast("list[str]", group.attrs["columns"])
    return pl.DataFrame([_read(group, column) for column in columns])


def _write(group: zarr.Group, name: str, values: npt.NDArray[Any], dimension: str) -> None:
    is_text = values.dtype == object
    array = group.create_array(
        name,
        shape=values.shape,
        chunks=(max(1, min(len(values), _CHUNK)),),
        dtype=str if is_text else values.dtype,
        dimension_names=(dimension,),
        attributes={} if is_text else {"units": _UNITS.get(name, "1")},
    )
    array[:] = values


def _read(group: zarr.Group, name: str) -> pl.Series:
    values = _values(group, name)
    if values.dtype.kind == "T":
        return pl.Series(name, values.tolist(), pl.String)
    if f"{name}_length" not in group:
        return pl.Series(name, values)
    lengths = _values(group, f"{name}_length")
    parts = np.split(values, np.cumsum(lengths)[:-1]) if len(lengths) else []
    return pl.Series(name, [part.tolist() for part in parts], pl.List(pl.Int64))


def _values(group: zarr.Group, name: str) -> npt.NDArray[Any]:
    return np.asarray(cast("zarr.Array[Any]", group[name])[:])
