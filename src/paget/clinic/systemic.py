r"""Systemic treatment: what a cycle of drugs does to the cells of one lesion.

A drug works in a share of the patients who carry its target. Where it works it kills a share of
the sensitive cells a cycle (log-kill), or stops their growth (arrest), or both; what of it reaches
an organ is stated by site. A sleeping or a stalled colony is left alone, held, or eliminated, by
a choice that is stated for each class of drug.

Public names: ``has_target``, ``responds``, ``growth_fraction``, ``cycle_survival``, ``arrested``,
``sleeper_effect``, ``toxic_outcome``.
"""

import numpy as np

from paget.kernels.jit import jit
from paget.words import ELIMINATE, SPARES

ASLEEP, STALLED = 0, 1
TOLERATED, TOXIC, FATAL = 0, 1, 2


@jit
def has_target(drug: np.record, subtype: int) -> bool:
    """Return whether cancers of a subtype carry what the drug aims at."""
    return (drug.subtypes >> subtype) & 1 == 1


@jit
def responds(u: float, responders: float) -> bool:
    """Return whether a drug works in a patient of uniform luck ``u`` at all.

    Assumes
    -------
    A drug works in all lesions of a patient or in none.
    """
    return u < responders


@jit
def growth_fraction(rate: float, fastest: float) -> float:
    """Return how fast a lesion grows now, as a share of its own fastest growth.

    Assumes
    -------
    Tumours differ in growth by how many cells they lose, which a drug does not see; one tumour
    slows as it grows because fewer of its cells divide, which it does.
    """
    return min(max(rate / fastest, 0.0), 1.0)


@jit
def cycle_survival(
    drug: np.record, reaches: float, growth_fraction: float, subtype_hit: bool
) -> float:
    r"""Return the share of sensitive cells that survive one cycle of a drug.

    .. math:: S = 10^{-k r \left[(1 - s) + s g\right]}

    with k the drug's log-kill, r what of it reaches the site, s its Norton-Simon share and g the
    lesion's growth fraction: with s = 0 every cycle kills the same share at any size, with s = 1
    kill is in proportion to growth, so that large, slow lesions are hurt least.

    Assumes
    -------
    Cycles act independently of each other; cells between them grow by the lesion's law.

    Source
    ------
    Log-kill as a share a cycle; Norton 1988 for kill in proportion to growth (read in abstract
    only: the law, not its numbers).
    """
    if not subtype_hit:
        return 1.0
    share = min(growth_fraction, 1.0)
    kill = drug.log_kill * reaches * (1.0 - drug.norton_simon + drug.norton_simon * share)
    return 10.0**-kill


@jit
def arrested(drug: np.record, reaches: float, grown: float, subtype_hit: bool) -> float:
    r"""Return the factor on sensitive cells by which a drug undoes their growth in a cycle.

    .. math:: G^{-a r}

    with G the growth of the lesion in the cycle (``grown``, at least 1), a the share of growth that
    the drug stops and r what of it reaches the site: with a r = 1 sensitive cells stand still.
    """
    if not subtype_hit:
        return 1.0
    return grown ** (-drug.arrest * reaches)


@jit
def sleeper_effect(drug: np.record, state: int, u: float) -> int:
    """Return what a course does to a colony that does not grow: 0 nothing, 1 hold, 2 eliminate.

    Parameters
    ----------
    state : 0 asleep, 1 stalled for want of vessels.
    u : the colony's uniform luck in this course.

    Assumes
    -------
    A stated choice for each class of drug: cells that do not divide escape most chemotherapy;
    endocrine treatment holds them while it lasts; immune cells can find them.
    """
    effect = drug.on_asleep if state == ASLEEP else drug.on_stalled
    if effect == ELIMINATE and u >= drug.eliminates:
        return SPARES
    return effect


@jit
def toxic_outcome(drug: np.record, u: float) -> int:
    """Return what a course does to the patient: 0 tolerated, 1 ended by toxicity, 2 a toxic death.

    Assumes
    -------
    Toxicity strikes once a course and is over with it.
    """
    if u < drug.toxic_death:
        return FATAL
    return TOXIC if u < drug.toxic_death + drug.toxicity else TOLERATED
