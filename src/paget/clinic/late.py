"""Late disease: the hazard of death once metastases or a local relapse are overt.

It is the rate of the worst overt site, times the patient's factor in late disease, times what the
treatment under way leaves of it. The clock of a site starts when a lesion passes the era's
detection size, yet not before symptoms would have found the cancer: to find it early cannot kill.

Public names: ``note_overt``, ``late_death_day``, ``late_passed``, ``worst_site``.
"""

import numpy as np
import numpy.typing as npt

from paget.body.growth import NEVER
from paget.body.lesion import Scratch, World, day_of_size
from paget.clinic.chart import Person
from paget.kernels.jit import jit

Days = npt.NDArray[np.float64]


@jit
def note_overt(person: Person, world: World, scratch: Scratch, lesion: np.record) -> bool:
    """Note the day on which a lesion makes its site overt; return whether that is news."""
    soil = world.soil[lesion.site]
    if soil.is_regional:
        return False
    lesion.overt = max(day_of_size(lesion, soil.detection_cells, world), person.clinical_day)
    if lesion.overt >= lesion.removed or lesion.overt >= scratch.overt[lesion.site]:
        return False
    scratch.overt[lesion.site] = lesion.overt
    return True


@jit
def recount_overt(person: Person, world: World, scratch: Scratch, day: float) -> None:
    """Work out anew, after a treatment on ``day``, when each site is overt.

    A lesion that has been overt stays so, however small, until nothing of it is left.
    """
    local = scratch.overt[world.n_sites]
    scratch.overt[:] = NEVER
    scratch.overt[world.n_sites] = local
    for i in range(1, scratch.n_lesions):
        lesion = scratch.lesions[i]
        if lesion.overt <= day < lesion.removed:
            scratch.overt[lesion.site] = min(scratch.overt[lesion.site], lesion.overt)
    for i in range(1, scratch.n_lesions):
        lesion = scratch.lesions[i]
        if lesion.removed <= day or lesion.overt <= day:
            continue
        if scratch.overt[lesion.site] <= day:
            lesion.overt = NEVER  # the site is overt without it; to be worked out if it is not
        else:
            note_overt(person, world, scratch, lesion)


@jit
def _rate(world: World, site: int) -> float:
    """Return the hazard [1/day] of one overt site; the one after the last soil is local relapse."""
    return world.local_death_rate if site == world.n_sites else world.soil[site].death_rate


@jit
def worst_site(world: World, overt: Days, day: float) -> int:
    """Return the overt site with the highest hazard on ``day``; -1 where none is overt."""
    worst = -1
    for site in range(world.n_sites + 1):
        if overt[site] <= day and (worst < 0 or _rate(world, site) > _rate(world, worst)):
            worst = site
    return worst


@jit
def _next_overt(world: World, overt: Days, day: float) -> float:
    """Return the day after ``day`` on which the next site becomes overt."""
    soonest = NEVER
    for site in range(world.n_sites + 1):
        if day < overt[site] < soonest:
            soonest = overt[site]
    return soonest


@jit
def late_death_day(world: World, overt: Days, since: float, left: float, control: float) -> float:
    """Return the day of death from overt disease, if nothing changes.

    Parameters
    ----------
    overt : (site) the day on which each site became overt; the last entry is local relapse.
    since : [day] until which ``left`` is accounted for.
    left : what is left of the patient's threshold, divided by the factor in late disease.
    control : factor on the hazard by the treatment under way.

    Assumes
    -------
    The worst site decides: sites do not add. Hazards are constant between events; the patient's
    factor is log-normal, so that survival has a long tail.
    """
    day = max(since, _next_overt(world, overt, -NEVER))
    while day < NEVER:
        rate = control * _rate(world, worst_site(world, overt, day))
        soonest = _next_overt(world, overt, day)
        if rate > 0.0 and left <= rate * (soonest - day):
            return day + left / rate
        left -= rate * (soonest - day)
        day = soonest
    return NEVER


@jit
def late_passed(world: World, overt: Days, since: float, until: float, control: float) -> float:
    """Return the hazard of overt disease between two days, the patient's factor apart."""
    day, passed = since, 0.0
    while day < until:
        worst = worst_site(world, overt, day)
        rate = control * _rate(world, worst) if worst >= 0 else 0.0
        soonest = min(_next_overt(world, overt, day), until)
        passed += rate * (soonest - day)
        day = soonest
    return passed
