r"""What becomes of matrix, oxygen and secreted mass in a tissue, against closed forms.

Matrix falls as :math:`e^{-\Gamma c t}` under cells that stay. Around a vessel in the middle of a
disc that uses oxygen at a constant rate, oxygen falls as in Krogh's cylinder; on a square lattice
a vessel of one voxel acts as one of radius :math:`e^{-\gamma} / (2 \sqrt 2)` spacings. A closed
box holds what was secreted into it.

Public names: `trials`.
"""

import math
from typing import Any, Final, NamedTuple

import numpy as np

from paget.tissue.kinds import MESENCHYMAL
from paget.tissue.vessels import BLOOD
from paget.verify.check import Lie, Trial, tell
from paget.verify.statistics import Floats, Verdict
from paget.verify.still_tissue import Profiles, distance, middle, run, still_tissue

# ------------------------------------------------------------------ the matrix under a cell


class Contact(NamedTuple):
    """Cells and MMP-2 that dissolve the matrix where they are."""

    mt1mmp: float = 0.5
    """[1/day]."""
    loss_to_mmp2: float = 0.8
    """[1/day]."""
    enzyme: float = 0.6
    days: float = 1.0


def _dissolved(facts: Contact, _: int) -> Floats:
    """Return the matrix under 0, 1, 2, 3 and 4 cells, with MMP-2 everywhere."""
    tissue = still_tissue(
        (3, 5),
        ["diffusion", "matrix"],
        {"mmp2": facts.enzyme, "matrix": 1.0},
        spacing=10.0,
        step=0.001,
        mesenchymal__mt1mmp=facts.mt1mmp,
        matrix__loss_to_mmp2=facts.loss_to_mmp2,
    )
    tissue.settle(np.repeat(np.arange(5, 10), np.arange(5)), MESENCHYMAL)
    run(tissue, round(facts.days / 0.001))
    return tissue.field("matrix")[1].copy()


def _judge_matrix(found: Floats, facts: Contact) -> Verdict:
    rate = facts.mt1mmp * np.arange(5) + facts.loss_to_mmp2 * facts.enzyme
    theory = np.exp(-rate * facts.days)
    off = np.abs(found / theory - 1.0)
    at = int(np.argmax(off))
    return Verdict(float(found[at]), float(theory[at]), float(off[at]), 0.005, 0)


# ------------------------------------------------------------------------------ oxygen, Krogh


class Cylinder(NamedTuple):
    """A vessel, and a disc around it whose cells use oxygen at a constant rate."""

    diffusion: float = 1000.0
    """[µm²/day]."""
    consumption: float = 1.0
    """Of the disc [mmHg/day]."""
    blood: float = 60.0
    """[mmHg]."""
    exchange: float = 1000.0
    """[1/day]."""


_DISC: Final = 120.0  # radius [µm]
_VESSEL_RADIUS: Final = math.exp(-np.euler_gamma) / (2.0 * math.sqrt(2.0))  # spacings


def _oxygen_around(facts: Cylinder, _: int) -> Profiles:
    shape, spacing = (41, 41), 8.0
    tissue = still_tissue(
        shape,
        ["oxygen"],
        {"oxygen": facts.blood},
        spacing=spacing,
        step=1.0,
        oxygen__diffusion=facts.diffusion,
        oxygen__blood_level=facts.blood,
        oxygen__vessel_exchange=facts.exchange,
        oxygen__half_consumption=1e-6,
        mesenchymal__oxygen_consumption=4.0 * facts.consumption,
    )
    r = distance(shape, spacing)
    tissue.settle(np.flatnonzero((r <= _DISC) & (r > 0.0)), MESENCHYMAL)
    tissue.lattice.vessel[middle(shape)] = BLOOD
    run(tissue, 1)
    return [(r, tissue.field("oxygen").copy())]


def _judge_krogh(found: Profiles, facts: Cylinder) -> Verdict:
    """Compare every voxel of the disc, from the third beside the vessel on, with theory."""
    r, u = found[0]
    spacing = 8.0
    disc = (r <= _DISC) & (r > 0.0)
    used = facts.consumption * int(disc.sum()) * spacing**2
    at_wall = facts.blood - used / (facts.exchange * spacing**2)
    seen = disc & (r >= 3.0 * spacing)
    wall = _VESSEL_RADIUS * spacing
    lost = used / (2.0 * math.pi * facts.diffusion) * np.log(r[seen] / wall)
    theory = at_wall - lost + facts.consumption / (4.0 * facts.diffusion) * r[seen] ** 2
    off = np.abs(u[seen] - theory)
    at = int(np.argmax(off))
    fall = at_wall - float(theory.min())
    return Verdict(float(u[seen][at]), float(theory[at]), float(off[at]) / fall, 0.01, 0)


# ------------------------------------------------------------------------------------- mass


class Mass(NamedTuple):
    """Cells that secrete in a closed box, near its edge."""

    secretion: float = 2.0
    """[1/day]."""
    boundary: str = "no-flux"


def _collected(facts: Mass, _: int) -> Floats:
    """Return what a tenth of a day collects, in the plane and in a box, by both solvers."""
    totals: list[float] = []
    for shape in ((9, 12), (5, 6, 7)):
        for solver in ("explicit", "implicit"):
            tissue = still_tissue(
                shape,
                ["diffusion"],
                {"mmp2": 0.0},
                spacing=10.0,
                step=0.001,
                boundary=facts.boundary,
                mmp2__diffusion=1e4,
                mmp2__solver=solver,
                mesenchymal__mmp2_secretion=facts.secretion,
            )
            tissue.settle([0, 1, 1], MESENCHYMAL)
            run(tissue, 100)
            totals.append(float(tissue.field("mmp2").sum()))
    return np.array(totals)


def _judge_mass(totals: Floats, facts: Mass) -> Verdict:
    theory = 3.0 * facts.secretion * 0.1
    off = np.abs(totals / theory - 1.0)
    at = int(np.argmax(off))
    return Verdict(float(totals[at]), theory, float(off[at]), 1e-12, 0)


def trials() -> tuple[Trial[Any, Any], ...]:
    """Return the checks of matrix, oxygen and mass."""
    contact, cylinder, mass = Contact(), Cylinder(), Mass()
    return (
        Trial(
            "tissue_balance.matrix",
            "matrix degradation",
            "exp(-(Gamma_1 c + Gamma_2 m) t) under cells that stay",
            contact,
            _dissolved,
            _judge_matrix,
            (*tell(contact, "mt1mmp", to_engine=True), *tell(contact, "loss_to_mmp2")),
        ),
        Trial(
            "tissue_balance.krogh",
            "oxygen around a vessel",
            "c_wall - Q/(2 pi D) ln(r/a) + M r^2/(4 D)",
            cylinder,
            _oxygen_around,
            _judge_krogh,
            (*tell(cylinder, "consumption"), *tell(cylinder, "diffusion", to_engine=True)),
        ),
        Trial(
            "tissue_balance.mass",
            "mass of a closed box",
            "what is there = what was secreted",
            mass,
            _collected,
            _judge_mass,
            (
                *tell(mass, "secretion", to_engine=True),
                Lie(
                    "an edge that holds nothing",
                    1.0,
                    mass._replace(boundary="fixed"),
                    to_engine=True,
                ),
            ),
        ),
    )
