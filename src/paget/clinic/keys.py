"""Keys: the index by which the clinic's draws tell one occasion from another.

A drug, a line of treatment, a test or a programme has a key from its name, so that another one
added to a protocol changes no draw of it; the occasion is counted below.

Public names: ``course_key``, ``operation_key``, ``visit_key``, ``round_key``.
"""

from paget.kernels.jit import jit

_COURSES = 6  # bits: courses of one drug or line in one life
_VISITS = 8  # bits: visits of one kind
_ROUNDS = 16  # bits: rounds of one programme
_OPERATION = 2**_COURSES - 1  # beyond the last course


@jit
def course_key(key: int, given: int) -> int:
    """Return the index of the course of a drug or a line that is given for the n-th time."""
    return key << _COURSES | given


@jit
def operation_key(key: int) -> int:
    """Return the index of what an operation or irradiation by a line leaves."""
    return key << _COURSES | _OPERATION


@jit
def visit_key(key: int, number: int) -> int:
    """Return the index of a visit of a follow-up."""
    return key << _VISITS | number


@jit
def round_key(key: int, number: int) -> int:
    """Return the index of a round of a screening programme."""
    return key << _ROUNDS | number
