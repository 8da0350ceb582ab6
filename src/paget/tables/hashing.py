"""The hash of a logical table: its rows in order, whatever files or shards they came from.

Public names: ``logical_hash``, ``in_order``.
"""

import hashlib
from typing import Final

import numpy as np
import polars as pl

Table = pl.DataFrame | pl.LazyFrame

_KEYS: Final = ("patient", "lesion", "day")
_NULL: Final = "\0"


def in_order(table: Table) -> pl.DataFrame:
    """Return a table sorted by patient, lesion and day, then by what else it has."""
    frame = table.collect() if isinstance(table, pl.LazyFrame) else table
    plain = frame.with_columns(
        pl.col(pl.Enum, pl.Categorical).cast(pl.String),
        pl.col(pl.List(pl.String)).list.join(_NULL),
    )
    rest = [name for name in frame.columns if name not in _KEYS]
    keys = [name for name in _KEYS if name in frame.columns]
    return plain.sort([*keys, *rest], nulls_last=False)


def logical_hash(table: Table) -> str:
    """Return the SHA-256 of a table's rows in order.

    Equal tables have equal hashes, in any number of files and in any order of rows. The last bit of
    every number counts.
    """
    frame = in_order(table)
    digest = hashlib.sha256()
    for column in frame:
        digest.update(f"{column.name}:{column.dtype}:{len(column)}\n".encode())
        digest.update(np.packbits(column.is_null().to_numpy()).tobytes())
        if column.dtype == pl.String:
            digest.update("\n".join(column.fill_null(_NULL).to_list()).encode())
        elif column.dtype == pl.Null:
            continue
        else:
            digest.update(column.cast(_plain(column.dtype)).fill_null(0).to_numpy().tobytes())
    return digest.hexdigest()


def _plain(dtype: pl.DataType) -> type[pl.Float64] | type[pl.Int64]:
    return pl.Float64 if dtype.is_float() else pl.Int64
