"""Records: structured types of numpy, made from a class that names and documents their fields.

Compiled code sees a record of 64-bit numbers, a type checker the class, a reader one text for both.
An ``int`` is a signed whole number, a `Key` or a `Mask` an unsigned one, a ``float`` a float.

Public names: ``Key``, ``Mask``, ``Bits``, ``fields_of``, ``record_type``.
"""

from typing import Annotated, Any, get_type_hints

import numpy as np

Key = Annotated[int, "u8"]
"""An unsigned number that names something."""

Mask = Annotated[int | np.uint64, "u8"]
"""A mask of bits."""

Bits = Annotated[int | np.int64, "i8"]
"""A mask of fewer than 63 bits in a signed number."""

_CODES: dict[Any, str] = {int: "i8", float: "f8", Key: "u8", Mask: "u8", Bits: "i8"}


def fields_of(shape: type) -> list[tuple[str, str]]:
    """Return the fields that a class annotates itself, in order, as numpy wants them."""
    hints = get_type_hints(shape, include_extras=True)
    return [(name, _CODES[hints[name]]) for name in shape.__annotations__]


def record_type(*shapes: type) -> np.dtype:
    """Return the type of a record with the fields of all classes, one after another."""
    return np.dtype([field for shape in shapes for field in fields_of(shape)])
