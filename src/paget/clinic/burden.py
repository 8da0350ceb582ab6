r"""Burden: events whose hazard goes with all the tumour in one organ.

Ten lesions of 30 mm weigh on the liver as one of 65 mm, not as one of 30 mm, so that symptoms of
metastases and organ failure are hazards of the organ's total tumour volume,
:math:`(V/V_{ref})^{p/3}` a year. One lesion alone has a closed integral; several are integrated by
Gauss-Legendre panels, after a bound has ruled out the many organs in which nothing can happen.

Public names: ``lone_lesion_day``, ``measure``, ``organ_cells``, ``organ_event_day``,
``organ_hazard``, ``NEGLIGIBLE``.
"""

import numpy as np

from paget.body.growth import NEVER, size_after, time_at_integral
from paget.body.lesion import Scratch, World, law_of, size_on
from paget.core.units import YEAR
from paget.kernels.jit import jit
from paget.kernels.quadrature import NODES_8, WEIGHTS_8

NEGLIGIBLE = 1e-7  # a hazard of which nothing is kept
PANEL_GROWTH = 10.0  # the most by which an organ's tumour grows in one panel
PANEL_DAYS = 40.0  # a panel of this length is never divided


@jit
def lone_lesion_day(
    lesion: np.record,
    reference_cells: float,
    exponent: float,
    threshold: float,
    p: np.record,
    until: float = NEVER,
) -> float:
    """Return the day of the event if this lesion were alone in its organ; never after ``until``.

    ``threshold`` is a unit-exponential draw. With other lesions in the organ the day is no later.
    """
    days = until - lesion.stall_until
    if lesion.stall_until == NEVER or days <= 0.0:
        return NEVER
    alpha, law = exponent / 3.0, law_of(lesion, p)
    coefficient = (lesion.count / reference_cells) ** alpha / YEAR
    if until < NEVER:  # the last hazard times the time is a bound that costs no inversion
        largest = size_after(law, p.avascular_cells, days)
        if coefficient * largest**alpha * days < threshold:
            return NEVER
    days = time_at_integral(law, alpha, p.avascular_cells, threshold / coefficient)
    return lesion.stall_until + days


@jit
def measure(world: World, scratch: Scratch, day: float) -> None:
    """Work out the cells of every lesion on ``day``, and the tumour in each organ."""
    course = scratch.course
    if course.measured == day:
        return
    scratch.organ[:] = 0.0
    for i in range(scratch.n_lesions):
        lesion = scratch.lesions[i]
        lesion.cells = size_on(lesion, day, world)
        if i > 0:
            scratch.organ[lesion.site] += lesion.count * lesion.cells
    course.measured = day


@jit
def organ_cells(scratch: Scratch, site: int, day: float, p: np.record) -> float:
    """Return the tumour cells in the organ of soil ``site`` on ``day``, all lesions counted."""
    total = 0.0
    for i in range(1, scratch.n_lesions):
        lesion = scratch.lesions[i]
        if lesion.site == site and day > lesion.stall_until:
            total += lesion.count * size_on(lesion, day, p)
    return total


@jit
def _first_day(scratch: Scratch, site: int) -> float:
    """Return the day on which the first lesion of an organ gets its vessels."""
    first = NEVER
    for i in range(1, scratch.n_lesions):
        if scratch.lesions[i].site == site:
            first = min(first, scratch.lesions[i].stall_until)
    return first


@jit
def _panel_end(scratch: Scratch, site: int, start: float, until: float, p: np.record) -> float:
    """Return the end of a panel from ``start`` on in which the organ's tumour grows smoothly."""
    most = PANEL_GROWTH * max(organ_cells(scratch, site, start, p), p.avascular_cells)
    end = until
    while end - start > PANEL_DAYS and organ_cells(scratch, site, end, p) > most:
        end = 0.5 * (start + end)
    return end


@jit
def _panel(
    scratch: Scratch, site: int, start: float, end: float, scale: float, alpha: float, p: np.record
) -> float:
    """Return the hazard integrated from ``start`` to ``end`` in one Gauss-Legendre panel."""
    middle, half = 0.5 * (start + end), 0.5 * (end - start)
    total = 0.0
    for k in range(8):
        n = organ_cells(scratch, site, middle + half * NODES_8[k], p)
        total += WEIGHTS_8[k] * (n / scale) ** alpha
    return total * half / YEAR


@jit
def organ_hazard(
    scratch: Scratch,
    site: int,
    reference_cells: float,
    exponent: float,
    since: float,
    until: float,
    p: np.record,
) -> float:
    """Return the hazard of the organ's burden integrated from ``since`` to ``until``."""
    alpha = exponent / 3.0
    start = max(_first_day(scratch, site), since)
    if not start < until:
        return 0.0
    ceiling = (organ_cells(scratch, site, until, p) / reference_cells) ** alpha / YEAR
    if ceiling * (until - start) < NEGLIGIBLE:
        return 0.0
    passed = 0.0
    while start < until:
        end = _panel_end(scratch, site, start, until, p)
        passed += _panel(scratch, site, start, end, reference_cells, alpha, p)
        start = end
    return passed


@jit
def organ_event_day(
    scratch: Scratch,
    site: int,
    reference_cells: float,
    exponent: float,
    threshold: float,
    since: float,
    end: float,
    p: np.record,
) -> float:
    """Return the day on which the organ's burden causes the event, or never.

    Parameters
    ----------
    threshold : what is left of a unit-exponential draw on the day ``since``.
    end : the day before which it must come.

    Source
    ------
    The total volume and not the number of lesions: an assumption.
    """
    alpha = exponent / 3.0
    ceiling = (organ_cells(scratch, site, end, p) / reference_cells) ** alpha / YEAR
    start = max(_first_day(scratch, site), since)
    if not start < end or ceiling * (end - start) < threshold:
        return NEVER
    low, high = start, end
    for _ in range(6):  # before ``low`` the integral stays below a thousandth of the threshold
        middle = 0.5 * (low + high)
        rate = (organ_cells(scratch, site, middle, p) / reference_cells) ** alpha / YEAR
        if rate * (middle - start) < 1e-3 * threshold:
            low = middle
        else:
            high = middle
    passed = 0.0
    while low < end:
        high = _panel_end(scratch, site, low, end, p)
        step = _panel(scratch, site, low, high, reference_cells, alpha, p)
        if passed + step >= threshold:
            left = threshold - passed
            return _inside(scratch, site, low, high, reference_cells, alpha, left, p)
        passed, low = passed + step, high
    return NEVER


@jit
def _inside(
    scratch: Scratch,
    site: int,
    start: float,
    end: float,
    scale: float,
    alpha: float,
    left: float,
    p: np.record,
) -> float:
    """Return the day within a panel on which the integral has grown by ``left``.

    Burden only rises, so the integral is convex and Newton's steps from the panel's end come down
    to the day without passing it.
    """
    day = end
    for _ in range(12):
        passed = _panel(scratch, site, start, day, scale, alpha, p) - left
        rate = (organ_cells(scratch, site, day, p) / scale) ** alpha / YEAR
        if rate <= 0.0 or passed <= 1e-9 * left:
            break
        day -= passed / rate
    return max(day, start)
