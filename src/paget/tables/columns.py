"""From arrays of the engine to columns of a table, without one Python object a row.

Public names: ``numbers``, ``flags``, ``days``, ``words``, ``site_lists``, ``constant``, ``Codes``,
``Mask``.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

Codes = npt.NDArray[np.integer[Any]]
Mask = npt.NDArray[np.bool_]


def numbers(
    values: npt.ArrayLike, present: Mask | None = None, dtype: Any = np.float64
) -> pl.Series:
    """Return a column of numbers; null where ``present`` is false."""
    plain = np.ascontiguousarray(values, dtype)
    # Arrow takes numpy's memory as it is and null flags from a mask.
    return pl.Series(pa.array(plain, mask=None if present is None else ~present))


def flags(values: Mask, present: Mask | None = None) -> pl.Series:
    """Return a column of yes or no; null where ``present`` is false."""
    return pl.Series(pa.array(values, mask=None if present is None else ~present))


def days(values: npt.NDArray[np.float64], until: npt.NDArray[np.float64]) -> pl.Series:
    """Return a column of days; null where a day comes after ``until``: it did not happen."""
    return numbers(values, values <= until)


def words(codes: Codes, vocabulary: Sequence[str], present: Mask | None = None) -> pl.Series:
    """Return a column of words from their places in a vocabulary.

    A word that stands in it twice, such as the name of a programme that is a test's too, is one
    word of the column.
    """
    known = pl.Series(vocabulary, dtype=pl.Enum(tuple(dict.fromkeys(vocabulary))))
    return known.gather(numbers(codes, present, np.uint32))


def constant(word: str, n: int) -> pl.Series:
    """Return a column of one word."""
    return words(np.zeros(n, np.uint32), (word,))


def site_lists(
    masks: npt.NDArray[np.uint64], names: Sequence[str], present: Mask | None = None
) -> pl.Series:
    """Return a column of lists of names from bit masks; bit k stands for ``names[k]``."""
    unique, place = np.unique(masks, return_inverse=True)
    lists = [
        [name for k, name in enumerate(names) if int(mask) >> k & 1] for mask in unique.tolist()
    ]
    known = pl.Series(lists, dtype=pl.List(pl.String))
    return known.gather(numbers(place, present, np.uint32))
