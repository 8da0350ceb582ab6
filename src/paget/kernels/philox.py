r"""Random numbers as pure functions of what they decide: Philox 4x32-10.

A draw has no state. It is a function of a 64-bit key (the seed) and a 128-bit counter that says
which decision it is, so the order of draws, the number of threads and the number of other draws
can change nothing. The counter of a decision is laid out as four words of 32 bits::

    c0   bits 0-7: stream      bits 8-31: high 24 bits of the entity (56 bits)
    c1   patient
    c2   low 32 bits of the entity
    c3   index of the draw

Integers of any kind are accepted; they must not be negative, and bits beyond their field are cut.
Plain Python passes a key of 2^63 or more as ``numpy.uint64``: numba takes a Python int for int64.
All arithmetic is on 64-bit words that hold 32-bit numbers: nothing overflows, so that the plain
Python twin gives the same bits without a warning.

Public names: ``philox4x32``, ``uniforms``, ``counter``, ``uniform``, ``uniform_row``,
``exponential``, ``normal``, ``normals``, ``mix56``, ``SELF``, ``ONCE``.

Source: J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw, "Parallel random numbers: as easy as
1, 2, 3", SC11 (2011); checked against the published known-answer vectors.
"""

import math
from collections.abc import Callable
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from paget.kernels.jit import constant, jit

Row = npt.NDArray[Any]

# Numpy's integer types, which a type checker sees as functions to int.
_word = cast("Callable[[int], int]", np.uint64)
_word_32 = cast("Callable[[int], int]", np.uint32)

_MULTIPLIER_0 = _word(0xD2511F53)
_MULTIPLIER_1 = _word(0xCD9E8D57)
_WEYL_0 = _word(0x9E3779B9)
_WEYL_1 = _word(0xBB67AE85)
_LOW_32 = _word(0xFFFFFFFF)
_LOW_24 = _word(0xFFFFFF)
_LOW_8 = _word(0xFF)
_EIGHT = _word(8)
_ELEVEN = _word(11)
_THIRTY_TWO = _word(32)
_ONE = _word(1)
_TWO_TO_MINUS_53 = 2.0**-53
_MIX_KEY = _word(0x452821E638D01377)  # public and arbitrary: hexadecimal digits of pi


@jit
def _block(key: int, c0: int, c1: int, c2: int, c3: int) -> tuple[int, int, int, int]:
    """Return the four words of one block, each a 32-bit number in a 64-bit word."""
    k0 = _word(key) & _LOW_32
    k1 = _word(key) >> _THIRTY_TWO
    x0 = _word(c0) & _LOW_32
    x1 = _word(c1) & _LOW_32
    x2 = _word(c2) & _LOW_32
    x3 = _word(c3) & _LOW_32
    for _ in range(10):
        product_0 = _MULTIPLIER_0 * x0
        product_1 = _MULTIPLIER_1 * x2
        x0 = (product_1 >> _THIRTY_TWO) ^ x1 ^ k0
        x2 = (product_0 >> _THIRTY_TWO) ^ x3 ^ k1
        x1 = product_1 & _LOW_32
        x3 = product_0 & _LOW_32
        k0 = (k0 + _WEYL_0) & _LOW_32
        k1 = (k1 + _WEYL_1) & _LOW_32
    return x0, x1, x2, x3


@jit
def philox4x32(key: int, c0: int, c1: int, c2: int, c3: int) -> tuple[int, int, int, int]:
    """Return the four 32-bit words of Philox 4x32-10 for a 64-bit key and a counter."""
    x0, x1, x2, x3 = _block(key, c0, c1, c2, c3)
    return _word_32(x0), _word_32(x1), _word_32(x2), _word_32(x3)


@jit
def _open_unit(low: int, high: int) -> float:
    """Return an odd multiple of 2^-53 from two words: never 0, never 1, mean exactly 1/2."""
    word = (high << _THIRTY_TWO) | low
    return float((word >> _ELEVEN) | _ONE) * _TWO_TO_MINUS_53


@jit
def uniforms(key: int, c0: int, c1: int, c2: int, c3: int) -> tuple[float, float]:
    """Return two independent uniform numbers in the open interval (0, 1)."""
    x0, x1, x2, x3 = _block(key, c0, c1, c2, c3)
    return _open_unit(x0, x1), _open_unit(x2, x3)


@jit
def counter(stream: int, patient: int, entity: int, index: int) -> tuple[int, int, int, int]:
    """Return the counter of a decision (see the layout above)."""
    entity_64 = _word(entity)
    high = (entity_64 >> _THIRTY_TWO) & _LOW_24
    return (
        (_word(stream) & _LOW_8) | (high << _EIGHT),
        _word(patient) & _LOW_32,
        entity_64 & _LOW_32,
        _word(index) & _LOW_32,
    )


SELF = constant(0)  # the entity of a draw that is the patient's own
ONCE = constant(0)  # the index of a decision that is taken once


@jit
def uniform(key: int, stream: int, patient: int, entity: int, index: int) -> float:
    """Return the uniform number in (0, 1) of a decision."""
    c0, c1, c2, c3 = counter(stream, patient, entity, index)
    return uniforms(key, c0, c1, c2, c3)[0]


@jit
def uniform_row(key: int, stream: int, patient: int, entity: int, indices: Row, out: Row) -> None:
    """Write the uniform number of each of many decisions of one entity.

    The same numbers as ``uniform`` gives one by one, several at a time: the loop has no branches.
    """
    for i in range(len(out)):
        out[i] = uniform(key, stream, patient, entity, indices[i])


@jit
def exponential(key: int, stream: int, patient: int, entity: int, index: int) -> float:
    """Return the exponential number of mean 1 of a decision."""
    return -math.log(uniform(key, stream, patient, entity, index))


@jit
def _radius(u: float) -> float:
    """Return the distance from the origin of a pair of normal numbers (Box and Muller)."""
    return math.sqrt(-2.0 * math.log(u))


@jit
def normals(key: int, stream: int, patient: int, entity: int, index: int) -> tuple[float, float]:
    """Return the two independent standard normal numbers of a decision (Box and Muller)."""
    c0, c1, c2, c3 = counter(stream, patient, entity, index)
    u, v = uniforms(key, c0, c1, c2, c3)
    radius, angle = _radius(u), 2.0 * math.pi * v
    return radius * math.cos(angle), radius * math.sin(angle)


@jit
def normal(key: int, stream: int, patient: int, entity: int, index: int) -> float:
    """Return the standard normal number of a decision: the first of ``normals``."""
    c0, c1, c2, c3 = counter(stream, patient, entity, index)
    u, v = uniforms(key, c0, c1, c2, c3)
    return _radius(u) * math.cos(2.0 * math.pi * v)


@jit
def mix56(a: int, b: int) -> int:
    """Return a 56-bit hash of two 64-bit integers: the id of the b-th child of entity a."""
    a_64 = _word(a)
    b_64 = _word(b)
    x0, x1, _, _ = _block(_MIX_KEY, a_64, a_64 >> _THIRTY_TWO, b_64, b_64 >> _THIRTY_TWO)
    return ((x1 & _LOW_24) << _THIRTY_TWO) | x0
