r"""Arrest, extravasation and soil: which arrested seeds leave the vessel and can live.

After arrest a seed adheres and crosses the wall, detaches, or dies: a race, so that it crosses with
probability :math:`k_{cross} / (k_{cross} + k_{detach} + k_{die})`. Receptors of the seed and
signals of the soil meet in one affinity of a cancer for a site, which acts with its own power on
crossing, viability, falling asleep, waking and growth. Viability per arrested cell falls with the
mass of the organ. A soil can be prepared: the burden elsewhere recruits marrow cells and remodels
the matrix before any cell arrives (the pre-metastatic niche), and this fades after the primary is
removed.

Of a cancer's chain of factors only viability cannot be observed: it is the residual that makes the
product agree with what is seen.

Public names: ``crossing_probability``, ``viability``, ``affinity_power``, ``niche_level``.
"""

import math

import numpy as np

from paget.kernels.jit import jit


@jit
def affinity_power(affinity: float, exponent: float) -> float:
    """Return affinity**exponent; a site with no affinity stays without."""
    if affinity <= 0.0:
        return 0.0
    return affinity**exponent


@jit
def crossing_probability(affinity: float, p: np.record) -> float:
    """Return the probability that an arrested seed crosses the vessel wall.

    Without adhesion molecules (``arrest.adhesion`` off) a seed is held by its size alone and
    detaches at a faster rate.

    Assumes
    -------
    The race has constant rates; a seed that detaches is lost: its next pass is not followed.

    Source
    ------
    A race of constant rates; the rates are assumptions.
    """
    cross = p.cross_rate * affinity_power(affinity, p.affinity_on_crossing)
    detach = p.detach_rate if p.adhesion else p.detach_rate_unadhered
    return cross / (cross + detach + p.die_rate)


@jit
def viability(affinity: float, mass: float, p: np.record) -> float:
    """Return the probability that a seed which has crossed lives in an organ of ``mass`` [g].

    Assumes
    -------
    Signals are diluted in a large organ: viability per arrested cell falls with mass to the power
    ``p.mass_exponent`` (0 to 1). The level is the residual of the cascade.
    """
    soil = affinity_power(affinity, p.affinity_on_viability)
    return min(1.0, p.viability * soil * (mass / p.reference_mass) ** -p.mass_exponent)


@jit
def niche_level(burden: float, days_since_removal: float, p: np.record) -> float:
    """Return how far a soil is prepared, from 0 to 1.

    ``burden`` [cell] is the tumour elsewhere, at its removal where it has been removed.

    Assumes
    -------
    The niche saturates with burden and decays exponentially once the burden is gone. The soil then
    receives seeds at 1 + gain * niche times the naive rate.

    Source
    ------
    Direction only: Costa-Silva 2015 (mouse); the numbers are assumptions.
    """
    level = burden / (burden + p.niche_cells)
    return level * math.exp(-p.niche_decay * max(days_since_removal, 0.0))
