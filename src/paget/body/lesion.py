r"""A lesion: the primary, a nodal deposit or a metastasis, and its size on any day.

A colony that wakes on day ``wakes`` grows from ``start`` cells. It may be held twice: by immune
surveillance at ``p.balance_cells`` and, without vessels, at ``p.avascular_cells``; with its
vessels it grows on to the site's capacity. The primary is never held.

Public names: ``LESION``, ``World``, ``Scratch``, ``scratch_type``, ``law_of``, ``is_real``,
``size_on``, ``day_of_size``.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from paget.body.growth import NEVER, Law, elapsed, size_after
from paget.body.queue import QUEUE
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
        ("corner", "f8"),  # [cell] from which the ceiling of the cell cycle no longer binds
        ("balance_from", "f8"),  # [day] held by immune surveillance
        ("balance_until", "f8"),
        ("stall_from", "f8"),  # [day] without vessels
        ("stall_until", "f8"),  # [day] the angiogenic switch
        ("evasion", "f8"),  # of immune surveillance, 0 to 1
        ("removed", "f8"),  # [day] by surgery, or eradicated; founded if it was taken back
        ("killed", "i8"),  # 1: eradicated, not cut out
        ("anchor", "f8"),  # [day] of the last treatment that left cells; never if untreated
        ("sensitive", "f8"),  # [cell] on that day
        ("resistant", "f8"),
        ("treated_by", "i8"),  # row of the drug to which ``resistant`` refers; -1 none
        ("seen", "f8"),  # [day] the clinic sees it; anew, once it was cut out in part
        ("first_seen", "f8"),  # [day] before it was cut out in part, if it was
        ("visible_row", "i8"),  # the modality to which the next two refer; -1 none
        ("visible_cells", "f8"),  # from which that modality sees it
        ("visible", "f8"),  # [day] from which it does, if nothing changes; -1 not known
        ("cells", "f8"),  # on the day on which the patient's lesions were last measured
        ("overt", "f8"),  # [day] it counts as overt disease
    ]
)


# What all patients share: one structured record, made by ``paget.engine``. Beside the scalar
# parameters it holds, padded to ``MAX_SITES``: ``soil``, one record a site; ``reach`` (route,
# source, site), the viable seeds per shed seed, and ``total_reach`` (route, source), their sum;
# ``first_arrivals`` (route, site), the indices that name the first arrivals in keys of draws;
# ``offspring`` (route, source), the lesions that a metastasis of the reference size founds a day
# in a patient of factor 1; ``kinds`` (route, source, site, 2), the cumulative shares of seed
# kinds; ``mortality`` (sex, age), the integrated hazard of death from other causes at each
# birthday. A record is passed by its address, which in compiled code costs nothing; a tuple of
# arrays costs more than most laws.
World = np.record

# The working arrays of one life, one record too, passed in so that a life allocates nothing:
# ``lesions``, ``queue``, ``pieces`` and ``n_pieces`` of hazards, nodes ``taken`` and lesions
# ``by_site``, ``draws`` of first arrivals, the day on which each site was ``overt``, and how many
# lesions, queued seeds and notes there are; beside them what
# the clinic keeps.
Scratch = np.record

MAX_SITES = 62  # a bit each in the masks of a person, and one for local relapse
MAX_PRIMARIES = 4


def scratch_type(
    lesions: int, pieces: int, columns: int, clinic: Sequence[tuple[Any, ...]]
) -> np.dtype:
    """Return the type of the working record of a life of at most ``lesions`` rows.

    ``clinic`` are the fields that the clinic adds.
    """
    return np.dtype(
        [
            ("lesions", LESION, (lesions,)),
            ("queue", QUEUE, (4 * lesions,)),
            ("pieces", "f8", (4, pieces, columns)),
            ("n_pieces", "i8", (4,)),
            ("taken", "f8", (MAX_SITES,)),
            ("by_site", "f8", (MAX_SITES,)),
            ("draws", "f8", (MAX_SITES,)),
            ("overt", "f8", (MAX_SITES + 1,)),
            ("n_lesions", "i8"),
            ("n_queued", "i8"),
            ("n_notes", "i8"),
            ("n_kept_notes", "i8"),  # those from before the cancer was found
            *clinic,
        ]
    )


@jit
def law_of(lesion: np.record, p: np.record) -> Law:
    """Return the law by which a lesion grows."""
    rate, capacity = lesion.rate, lesion.capacity
    return Law(p.law, rate, capacity, p.ceiling, p.power_exponent, lesion.corner)


@jit
def is_real(lesion: np.record) -> bool:
    """Return whether a lesion was ever there: its seed may have been taken back."""
    return lesion.removed > lesion.founded


@jit
def size_on(lesion: np.record, day: float, p: np.record) -> float:
    """Return the cells of one lesion on ``day``: 0 before it is founded and after it is gone."""
    if day < lesion.founded or day >= lesion.removed or day >= lesion.dies_asleep:
        return 0.0
    if day < lesion.wakes:
        return float(lesion.founders)
    untreated = untreated_size_on(lesion, day, p)
    if day < lesion.anchor:
        return untreated
    cells = lesion.sensitive + lesion.resistant
    return min(untreated, size_after(law_of(lesion, p), cells, day - lesion.anchor))


@jit
def untreated_size_on(lesion: np.record, day: float, p: np.record) -> float:
    """Return the cells of a lesion that is awake, had nobody treated it."""
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
    """Return the day on which a lesion reaches ``n`` cells, as if it were never removed.

    Of a treated lesion: the day on which it is that large again, or the day of its treatment.
    """
    if lesion.wakes == NEVER:
        return NEVER
    law = law_of(lesion, p)
    first = _untreated_day(lesion, law, n, p)
    if lesion.anchor == NEVER:
        return first
    return max(first, lesion.anchor + elapsed(law, lesion.sensitive + lesion.resistant, n))


@jit
def _untreated_day(lesion: np.record, law: Law, n: float, p: np.record) -> float:
    """Return the day on which a lesion that wakes reaches ``n`` cells, had nobody treated it."""
    if n <= p.avascular_cells or lesion.balance_from == NEVER:
        day = lesion.wakes + elapsed(law, lesion.start, n)
        if day <= lesion.balance_from:
            return day
        return lesion.balance_until + elapsed(law, p.balance_cells, n)
    if lesion.stall_until == NEVER:
        return NEVER
    return lesion.stall_until + elapsed(law, p.avascular_cells, n)
