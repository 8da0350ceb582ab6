r"""Fields of a tissue that spread, against closed forms.

A field of diffusion D and decay λ spreads as a Gaussian, its variance growing by 2 D t along each
axis; around a point source of strength S in the plane it settles at
:math:`S K_0(r \sqrt{\lambda/D}) / (2 \pi D)`. A field that also grows, at rate r up to 1, has
fronts of speed :math:`2 \sqrt{rD}` (Fisher), which they approach from below (Ebert and van
Saarloos).

Public names: `trials`.
"""

import math
from typing import Any, Final, NamedTuple

import numpy as np
from scipy.special import k0

from paget.tissue.kinds import MESENCHYMAL
from paget.verify.check import Lie, Trial, tell
from paget.verify.statistics import Floats, Verdict
from paget.verify.still_tissue import Profiles, distance, middle, run, still_tissue

# ------------------------------------------------------------------- a Gaussian that spreads


class Spot(NamedTuple):
    """A Gaussian spot that spreads."""

    solver: str
    order: float
    """Of convergence: of the error in the spacing (explicit) or in the step (implicit)."""
    tolerance: float
    """Of the finest solution, as a share of the peak."""
    diffusion: float = 1000.0
    """[µm²/day]."""
    width: float = 50.0
    """Standard deviation at the start [µm]."""
    days: float = 1.2


_ORDER_TOLERANCE: Final = 0.15
_SPOT: Final = 960.0  # side of the plane [µm]: the tails never reach it


def _spot(facts: Spot, spacing: float, step: float) -> tuple[Floats, Floats]:
    side = 2 * round(_SPOT / spacing / 2.0) + 1
    tissue = still_tissue(
        (side, side),
        ["diffusion"],
        {"mmp2": 0.0},
        spacing=spacing,
        step=step,
        mmp2__diffusion=facts.diffusion,
        mmp2__solver=facts.solver,
    )
    r = distance((side, side), spacing)
    tissue.field("mmp2")[:] = np.exp(-(r**2) / (2.0 * facts.width**2))
    run(tissue, round(facts.days / step))
    return r, tissue.field("mmp2").copy()


def _spread_explicit(facts: Spot, _: int) -> Profiles:
    """Halve the spacing twice, and quarter the step each time."""
    return [_spot(facts, 20.0, 0.04), _spot(facts, 10.0, 0.01), _spot(facts, 5.0, 0.0025)]


def _spread_implicit(facts: Spot, _: int) -> Profiles:
    """Halve the step twice."""
    return [_spot(facts, 8.0, step) for step in (0.04, 0.02, 0.01)]


def _judge_spot(found: Profiles, facts: Spot) -> Verdict:
    """Compare the finest solution, and the order in which solutions converge, with theory.

    The order is that of what two halvings change at the middle. Both errors are in units of what
    is allowed.
    """
    variance = facts.width**2 + 2.0 * facts.diffusion * facts.days
    peak = facts.width**2 / variance
    r, finest = found[-1]
    error = float(np.abs(finest - peak * np.exp(-(r**2) / (2.0 * variance))).max()) / peak
    coarse, middle, fine = (float(u[r == 0.0][0]) for r, u in found)
    order = math.log2(abs(coarse - middle) / abs(middle - fine))
    off = max(error / facts.tolerance, abs(order - facts.order) / _ORDER_TOLERANCE)
    return Verdict(order, facts.order, off, 1.0, 0)


def _gauss(solver: str, order: float, tolerance: float) -> Trial[Spot, Profiles]:
    facts = Spot(solver, order, tolerance)
    return Trial(
        name=f"tissue_fields.gauss_{solver}",
        law=f"diffusion, {solver}",
        statement="variance s^2 + 2 D t; error falls as dx^2 (explicit), as dt (implicit)",
        facts=facts,
        engine=_spread_explicit if solver == "explicit" else _spread_implicit,
        judge=_judge_spot,
        lies=(
            *tell(facts, "diffusion"),
            *tell(facts, "diffusion", to_engine=True),
            Lie("another order", 1.0, facts._replace(order=3.0 - order)),
        ),
    )


# ----------------------------------------------------------- a point source in a steady state


class Point(NamedTuple):
    """One cell that secretes, in the middle of a plane."""

    solver: str
    step: float
    """[day]."""
    anisotropy: float
    """How far single voxels may be off."""
    diffusion: float = 1000.0
    """[µm²/day]."""
    decay: float = 0.1
    """[1/day]: molecules reach 100 µm."""
    secretion: float = 1.0
    """[1/day]."""


_RING: Final = (60.0, 300.0)  # distances that are compared [µm]
_RING_TOLERANCE: Final = 0.01


def _settled_point(facts: Point, _: int) -> Profiles:
    shape = (121, 121)
    tissue = still_tissue(
        shape,
        ["diffusion"],
        {"mmp2": 0.0},
        spacing=10.0,
        step=facts.step,
        mmp2__diffusion=facts.diffusion,
        mmp2__decay=facts.decay,
        mmp2__solver=facts.solver,
        mesenchymal__mmp2_secretion=facts.secretion,
    )
    tissue.settle([middle(shape)], [MESENCHYMAL])
    run(tissue, round(12.0 / facts.decay / facts.step))
    return [(distance(shape, 10.0), tissue.field("mmp2").copy())]


def _judge_point(found: Profiles, facts: Point) -> Verdict:
    """Compare the mean around the source, and every single voxel, with theory."""
    r, u = found[0]
    ring = (r >= _RING[0]) & (r < _RING[1])
    strength = facts.secretion * 10.0**2
    shape = k0(r[ring] * math.sqrt(facts.decay / facts.diffusion))
    theory = strength / (2.0 * math.pi * facts.diffusion) * shape
    mean, expected = float(u[ring].mean()), float(theory.mean())
    off = max(
        abs(mean / expected - 1.0) / _RING_TOLERANCE,
        float(np.abs(u[ring] / theory - 1.0).max()) / facts.anisotropy,
    )
    return Verdict(mean, expected, off, 1.0, 0)


def _source(solver: str, step: float, anisotropy: float) -> Trial[Point, Profiles]:
    facts = Point(solver, step, anisotropy)
    return Trial(
        name=f"tissue_fields.source_{solver}",
        law=f"steady source, {solver}",
        statement="S K0(r sqrt(decay/D)) / (2 pi D)",
        facts=facts,
        engine=_settled_point,
        judge=_judge_point,
        lies=(
            *tell(facts, "diffusion"),
            *tell(facts, "decay", (0.2,)),
            *tell(facts, "secretion", to_engine=True),
        ),
    )


# ----------------------------------------------------------------------------- Fisher's front


class Front(NamedTuple):
    """A field that spreads and grows towards 1."""

    diffusion: float = 1000.0
    """[µm²/day]."""
    rate: float = 1.0
    """[1/day]."""


_FRONT: Final = (1, 801)  # voxels
_FRONT_SPACING: Final = 6.0  # [µm]: a fifth of the front's width
_FRONT_STEP: Final = 0.005
_HALF: Final = 0.5
_FRONT_TIMES: Final = (20.0, 60.0)
_FRONT_START: Final = 50  # voxels that are full at the start


def _advance_front(facts: Front, _: int) -> Floats:
    """Return where the field is 1/2 at two times [µm].

    In each step the field grows by its closed form, then the engine spreads it.
    """
    tissue = still_tissue(
        _FRONT,
        ["diffusion"],
        {"mmp2": 0.0},
        spacing=_FRONT_SPACING,
        step=_FRONT_STEP,
        mmp2__diffusion=facts.diffusion,
    )
    u = tissue.field("mmp2")
    u[0, :_FRONT_START] = 1.0
    grown = math.exp(facts.rate * _FRONT_STEP)
    places: list[float] = []
    for until in _FRONT_TIMES:
        while tissue.step < round(until / _FRONT_STEP):
            u[:] = u * grown / (1.0 + u * (grown - 1.0))
            tissue.advance()
        after = int(np.argmax(u[0] < _HALF))
        share = (u[0, after - 1] - _HALF) / (u[0, after - 1] - u[0, after])
        places.append((after - 1 + float(share)) * _FRONT_SPACING)
    return np.array(places)


def _judge_front(places: Floats, facts: Front) -> Verdict:
    """Compare the mean speed between two times with theory, to the second order in 1 / sqrt(t)."""
    first, second = (facts.rate * time for time in _FRONT_TIMES)
    way = 2.0 * (second - first) - 1.5 * math.log(second / first)
    way -= 3.0 * math.sqrt(math.pi) * (second**-0.5 - first**-0.5)
    days = _FRONT_TIMES[1] - _FRONT_TIMES[0]
    theory = way * math.sqrt(facts.diffusion / facts.rate) / days
    found = float(np.diff(places)[0]) / days
    return Verdict(found, theory, abs(found / theory - 1.0), 0.01, 0)


def _fisher() -> Trial[Front, Floats]:
    facts = Front()
    return Trial(
        name="tissue_fields.fisher",
        law="a front of a growing field",
        statement="speed 2 sqrt(r D), approached as 1 - 3/(4t) + ...",
        facts=facts,
        engine=_advance_front,
        judge=_judge_front,
        lies=(*tell(facts, "diffusion", to_engine=True), *tell(facts, "rate")),
    )


def trials() -> tuple[Trial[Any, Any], ...]:
    """Return the checks of fields that spread."""
    return (
        _gauss("explicit", 2.0, 0.001),
        _gauss("implicit", 1.0, 0.01),
        _source("explicit", 0.02, 0.005),
        _source("implicit", 0.1, 0.03),
        _fisher(),
    )
