"""Records made from classes: the fields, their types and their order."""

import numpy as np
import pytest

from paget.kernels.records import Bits, Key, Mask, record_type


class First:
    name: Key
    number: int
    size: float


class Second:
    places: Mask
    marks: Bits


def test_fields_stand_in_order_with_their_types() -> None:
    made = record_type(First, Second)
    assert made == np.dtype(
        [("name", "u8"), ("number", "i8"), ("size", "f8"), ("places", "u8"), ("marks", "i8")]
    )


def test_a_field_that_no_record_can_hold_is_an_error() -> None:
    class Odd:
        text: str

    with pytest.raises(KeyError, match="str"):
        record_type(Odd)


def test_two_fields_of_one_name_are_an_error() -> None:
    with pytest.raises(ValueError, match="name"):
        record_type(First, First)
