r"""Complications: what a burden of tumour does to its organ, short of death.

A complication sets in on the day on which the tumour in its organs passes what the patient can
bear. Organs count by their own reference diameters: with :math:`V_s` the tumour in organ s,
:math:`\sum_s V_s / V_{ref,s}` is the burden, and a patient bears :math:`e^{\sigma z}` of it, with z
drawn once for each complication. Treatment that shrinks the tumour postpones it.

Public names: ``COMPLICATION``, ``MAX_COMPLICATIONS``, ``complication_table``,
``complication_names``, ``failure_name``, ``tolerance``, ``complication_day``, ``complicate``.
"""

import math
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from paget.atlas.clinic import at_most, clinic_parameters, narrowest
from paget.body.growth import NEVER
from paget.body.lesion import MAX_SITES, Scratch, World, size_on
from paget.body.progression import cells
from paget.clinic.burden import measure
from paget.clinic.chart import Person
from paget.clinic.notes import note
from paget.core import streams
from paget.core.parameters import ParameterSet
from paget.kernels.jit import jit
from paget.kernels.philox import SELF, normal
from paget.words import COMPLICATION_NOTE, NOTHING, PALLIATIVE

MAX_COMPLICATIONS: Final = 12
COMPLICATION: Final = np.dtype(
    [
        ("weight", "f8", (MAX_SITES + 1,)),  # [1/cell] of each soil; the last is the primary's
        ("spread", "f8"),  # SD of the logarithm of what patients bear
        ("relief", "f8"),  # factor on it under supportive care
    ]
)
PRIMARY: Final = "primary"
UNKNOWN_FAILURE: Final = "cachexia"
_STEPS = 40
_DAY = 0.01  # [day] to which the onset is found


# ------------------------------------------------------------------------------------- the data


def _stated() -> ParameterSet:
    return clinic_parameters("complications")


def complication_names() -> tuple[str, ...]:
    """Return the names of the complications, in the order of their codes."""
    names = tuple(dict.fromkeys(name.partition(".")[0] for name in _stated()))
    return at_most(MAX_COMPLICATIONS, names, "complications")


def _diameter(name: str, place: str) -> float:
    """Return the diameter [um] of tumour in one place that the median patient just bears; or 0.

    What is stated for a site itself comes before what is stated for its group, and for everywhere.
    """
    start = f"{name}.diameter."
    stated = {other.removeprefix(start) for other in _stated() if other.startswith(start)}
    part = narrowest(place, stated)
    return _stated().real(start + part) if part in stated else 0.0


def complication_table(sites: Sequence[str], density: float) -> npt.NDArray[Any]:
    """Return the complications as records of a world.

    Parameters
    ----------
    sites : the soils, in order.
    density : of tumour cells [cell/um^3].
    """
    table = np.zeros(MAX_COMPLICATIONS, COMPLICATION)
    columns = [*enumerate(sites), (MAX_SITES, PRIMARY)]
    for row, name in zip(table, complication_names(), strict=False):
        for column, place in columns:
            diameter = _diameter(name, place)
            row["weight"][column] = 1.0 / cells(diameter, density) if diameter > 0.0 else 0.0
        row["spread"] = _stated().real(f"{name}.spread")
        row["relief"] = _stated().real(f"{name}.relief")
    return table


def failure_name(site: str) -> str:
    """Return what a patient dies of whose worst metastases lie in a site."""
    for name in complication_names():
        if _stated()[f"{name}.fatal"].value and _diameter(name, site) > 0.0:
            return name.replace("_", " ")
    return UNKNOWN_FAILURE


# ------------------------------------------------------------------------------------- the laws


@jit
def tolerance(key: int, patient: int, kind: int, spread: float, relief: float) -> float:
    """Return the burden at which a complication sets in, over that of the median patient.

    Assumes
    -------
    Log-normal between patients and independent between complications; supportive care multiplies
    it by a stated factor.
    """
    return relief * math.exp(spread * normal(key, streams.COMPLICATION, patient, SELF, kind))


@jit
def _weight(world: World, kind: int, site: int) -> float:
    """Return what one cell in a site counts for a complication."""
    return world.complications[kind].weight[min(site, MAX_SITES)]


@jit
def _site_of(world: World, lesion: np.record) -> int:
    """Return the column of a lesion's site: primaries share the last one."""
    return lesion.site if lesion.site < world.n_sites else MAX_SITES


@jit
def burden_of(world: World, scratch: Scratch, kind: int, day: float) -> float:
    """Return the burden of one complication on ``day``, in that of the median patient."""
    total = 0.0
    for i in range(scratch.n_lesions):
        lesion = scratch.lesions[i]
        weight = _weight(world, kind, _site_of(world, lesion))
        if weight > 0.0:
            total += weight * lesion.count * size_on(lesion, day, world)
    return total


@jit
def _weigh(world: World, scratch: Scratch) -> None:
    """Write the burden of each complication into ``scratch.complicating``, lesions as measured."""
    scratch.complicating[:] = 0.0
    for i in range(scratch.n_lesions):
        lesion = scratch.lesions[i]
        site = _site_of(world, lesion)
        cells = lesion.count * lesion.cells
        for kind in range(MAX_COMPLICATIONS):
            scratch.complicating[kind] += cells * _weight(world, kind, site)


@jit
def _level(burden: float, limit: float) -> float:
    """Return the logarithm of a burden over its limit."""
    return math.log(burden / limit) if burden > 0.0 else -math.inf


@jit
def complication_day(
    world: World, scratch: Scratch, kind: int, limit: float, since: float, until: float
) -> float:
    """Return the first day on which the burden of a complication is ``limit``; never if it is not.

    Assumes
    -------
    Nothing is treated in between, so that burden only rises.
    """
    low, high = since, until
    first, last = burden_of(world, scratch, kind, low), burden_of(world, scratch, kind, high)
    if first >= limit:
        return since
    if last < limit:
        return NEVER
    # False position on the logarithm, which burden follows nearly in a straight line; an end that
    # stays twice counts half (the Illinois rule), so that both ends close in.
    below, above, stayed = _level(first, limit), _level(last, limit), 0
    for _ in range(_STEPS):
        if high - low <= _DAY:
            break
        day = 0.5 * (low + high)
        if below > -math.inf:
            day = high - above * (high - low) / (above - below)
        level = _level(burden_of(world, scratch, kind, day), limit)
        if level < 0.0:
            low, below = day, level
            above *= 0.5 if stayed == 1 else 1.0
            stayed = 1
        else:
            high, above = day, level
            below *= 0.5 if stayed == -1 else 1.0
            stayed = -1
    return high


@jit
def _main_site(world: World, scratch: Scratch, kind: int, day: float) -> int:
    """Return the site of the lesion that weighs most in a complication."""
    site, most = -1, 0.0
    for i in range(scratch.n_lesions):
        lesion = scratch.lesions[i]
        weight = _weight(world, kind, _site_of(world, lesion))
        weight *= lesion.count * size_on(lesion, day, world)
        if weight > most:
            site, most = lesion.site, weight
    return site


@jit
def complicate(person: Person, world: World, scratch: Scratch, since: float, until: float) -> None:
    """Let complications set in between two events of the clinic, and note each on its day.

    Each happens once in a life. Patients whose aim is palliative have supportive care.
    """
    measure(world, scratch, until)
    _weigh(world, scratch)
    for kind in range(MAX_COMPLICATIONS):
        burden = scratch.complicating[kind]
        if burden <= 0.0 or (person.complications >> kind) & 1:
            continue
        stated = world.complications[kind]
        relief = stated.relief if person.aim == PALLIATIVE else 1.0
        limit = tolerance(person.key, person.patient, kind, stated.spread, relief)
        if burden < limit:
            continue
        day = complication_day(world, scratch, kind, limit, since, until)
        person.complications |= np.int64(1) << kind
        site = _main_site(world, scratch, kind, day)
        note(scratch, person, day, COMPLICATION_NOTE, site, NOTHING, kind, burden)
