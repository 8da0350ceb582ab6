r"""Colonisation: a seed that lives becomes a colony, and the colony a metastasis.

Immune surveillance adds to the death rate of small colonies; evasion is inherited from the clone
that seeded them and may be improved a little by each generation. A metastasis grows faster than the
primary at equal size by a factor per cancer and site, towards the site's capacity, and sheds in
turn.

Late disease has hundreds of lesions. The first arrivals of each source, site and route are lived
one by one; later ones are carried in groups that grow with their number, each group as one lesion
that counts for many. Groups are unbiased in the mean number, and never dropped.

Public names: ``extinction``, ``inherited_evasion``, ``surveillance_share``, ``growth_constant``,
``group_size``.
"""

import math

import numpy as np

from paget.kernels.jit import jit


@jit
def extinction(evasion: float, p: np.record) -> float:
    """Return the probability that the line of one cell dies out in its new soil.

    ``p.cell_loss`` is the ratio of death to birth without immune attack; immune surveillance adds
    ``p.immune_kill`` (as a share of the birth rate) to deaths, less what the clone evades.

    Assumes
    -------
    Surveillance acts while a colony is small enough to die out, not later.
    """
    return min(1.0, p.cell_loss + p.immune_kill * (1.0 - evasion))


@jit
def inherited_evasion(parent: float, draw: float, p: np.record) -> float:
    """Return the evasion of a child's clone: what the parent's lacks of 1 shrinks by a random step.

    ``draw`` is unit-exponential, ``p.evasion_step`` the mean step on the scale of the logarithm.
    """
    return 1.0 - (1.0 - parent) * math.exp(-p.evasion_step * draw)


@jit
def surveillance_share(founders: float, evasion: float, p: np.record) -> float:
    """Return the founding probability with ``evasion`` over that with full evasion (at most 1)."""
    attacked = 1.0 - extinction(evasion, p) ** founders
    spared = 1.0 - extinction(1.0, p) ** founders
    return attacked / spared


@jit
def growth_constant(primary: float, factor: float, spread: float, normal: float) -> float:
    """Return a lesion's growth constant [1/day]: the primary's by two factors."""
    return primary * factor * math.exp(spread * normal)


@jit
def group_size(arrivals: int, explicit: float) -> int:
    """Return how many arrivals the next lesion stands for, after ``arrivals`` of its process.

    One for the first ``2 * explicit`` arrivals, then a constant share 1/explicit of those so far: n
    arrivals need about explicit * (1 + ln(n / explicit)) lesions.
    """
    return max(1, int(arrivals / explicit))
