r"""A lesion: the primary, a nodal deposit or a metastasis, and its size on any day.

A colony that wakes on day ``wakes`` grows from ``start`` cells. It may be held twice: by immune
surveillance at ``p.balance_cells`` and, without vessels, at ``p.avascular_cells``; with its vessels it
grows on to the site's capacity. The primary is never held.

Public names: ``LESION``, ``World``, ``Scratch``, ``law_of``, ``size_on``, ``day_of_size``.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from paget.body.growth import NEVER, Law, elapsed, size_after
from paget.body.queue import Records
from paget.kernels.jit import jit

LESION = np.dtype(
    [
        ("id", "u8"),  # 56-bit hash of (parent id, site, route, arrival); 0 for the primary
        ("parent", "i8"),  # row of the parent lesion; -1 for the primary
        ("site", "i8"),  # row of the soil; n_sites for the primary
        ("route", "i8"),
        ("kind", "i8"),  # of the seed
        ("founders", "i8"),  # cells in the seed
        ("count", "i8"),  # lesions that this row stands for
        ("founded", "f8"),  # [day]
        ("wakes", "f8"),  # [day]; founded if never asleep, never if it dies asleep
        ("dies_asleep", "f8"),  # [day]
        ("start", "f8"),  # [cell] size from which it grows on waking
        ("rate", "f8"),  # growth constant [1/day]
        ("capacity", "f8"),  # [cell]
        ("balance_from", "f8"),  # [day] held by immune surveillance
        ("balance_until", "f8"),
        ("stall_from", "f8"),  # [day] without vessels
        ("stall_until", "f8"),  # [day] the angiogenic switch
        ("evasion", "f8"),  # of immune surveillance, 0 to 1
        ("removed", "f8"),  # [day] by surgery
    ]
)


class World(NamedTuple):
    """All that patients share, as arrays: what a parameter set becomes before the first life.

    ``p`` is the parameter record, ``soil`` one record a site, ``reach`` (route, source, site) the
    viable seeds per shed seed and ``total_reach`` (route, source) their sum, ``offspring`` (route, source) the lesions that a metastasis of the
    reference size founds a day in a patient of factor 1, ``kinds`` (route, source, site, 2) the cumulative shares of seed
    kinds, ``mortality`` (sex, age) the integrated hazard of death from other causes at each birthday.
    """

    p: np.record
    soil: Records
    reach: npt.NDArray[np.float64]
    total_reach: npt.NDArray[np.float64]
    offspring: npt.NDArray[np.float64]
    kinds: npt.NDArray[np.float64]
    mortality: npt.NDArray[np.float64]


class Scratch(NamedTuple):
    """Working arrays of one life, passed in so that a life allocates nothing.

    ``counts`` holds the lesions and the queued seeds of the moment.
    """

    lesions: Records
    queue: Records
    pieces: npt.NDArray[np.float64]
    n_pieces: npt.NDArray[np.int64]
    taken: npt.NDArray[np.float64]
    counts: npt.NDArray[np.int64]
    by_site: npt.NDArray[np.float64]
    overt: npt.NDArray[np.float64]


@jit
def law_of(lesion: np.record, p: np.record) -> Law:
    """Return the law by which a lesion grows."""
    return Law(p.law, lesion.rate, lesion.capacity, p.ceiling, p.power_exponent)


@jit
def size_on(lesion: np.record, day: float, p: np.record) -> float:
    """Return the cells of one lesion on ``day``: 0 before it is founded and after it is gone."""
    if day < lesion.founded or day >= lesion.removed or day >= lesion.dies_asleep:
        return 0.0
    if day < lesion.wakes:
        return float(lesion.founders)
    law = law_of(lesion, p)
    if day < lesion.balance_from:
        return size_after(law, lesion.start, day - lesion.wakes)
    if day < lesion.balance_until:
        return p.balance_cells
    if day < lesion.stall_from:
        return size_after(law, p.balance_cells, day - lesion.balance_until)
    if day < lesion.stall_until:
        return p.avascular_cells
    return size_after(law, p.avascular_cells, day - lesion.stall_until)


@jit
def day_of_size(lesion: np.record, n: float, p: np.record) -> float:
    """Return the day on which a lesion reaches ``n`` cells, as if it were never removed."""
    if lesion.wakes == NEVER:
        return NEVER
    law = law_of(lesion, p)
    if n <= p.avascular_cells or lesion.balance_from == NEVER:
        day = lesion.wakes + elapsed(law, lesion.start, n)
        if day <= lesion.balance_from:
            return day
        return lesion.balance_until + elapsed(law, p.balance_cells, n)
    if lesion.stall_until == NEVER:
        return NEVER
    return lesion.stall_until + elapsed(law, p.avascular_cells, n)
