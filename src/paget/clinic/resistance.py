r"""Resistance and cure: which cells of a lesion no treatment kills, and whether the last one dies.

Resistant cells are there before treatment (Luria and Delbrueck): a lesion that has grown to
:math:`N` cells has seen mutant clones arise at sizes :math:`x_1 < x_2 < \ldots`, a Poisson process
in its own size, and each has grown with it since. A small colony has mostly none and can be cured;
a large one has some, and treatment only delays it. A uniform log-kill would delay both alike.

Public names: ``resistant_cells``, ``inherits``, ``clonogens``, ``cure_probability``,
``eradicated``, ``survivors``.
"""

import math

from paget.core import streams
from paget.kernels.jit import jit
from paget.kernels.philox import exponential

CLONES = 8  # the first clones are drawn one by one; the many small ones that follow, by their mean
MAX_KINDS = 256
_DRAWS = 2 * CLONES  # of one lesion and one kind of drug: when a clone arises, and its luck


@jit
def _clone(luck: float, share: float) -> float:
    """Return the lasting cells of a clone that arose when the lesion had ``share`` of its size.

    Lines that last divide and never die, so that their number is geometric with mean 1/share;
    ``luck`` is a unit exponential, and the number rises with the lesion's size.
    """
    return max(math.ceil(luck / -math.log1p(-share)), 1.0)


@jit
def resistant_cells(
    key: int, patient: int, lesion: int, drug_kind: int, n: float, rate: float, loss: float
) -> float:
    r"""Return how many of the ``n`` cells of a lesion resist a kind of drug.

    Clones whose line lasts arise as a Poisson process in the lesion's size, of rate :math:`\mu` a
    cell: between sizes x and x + dx there are dx/(1 - l) divisions, each makes a mutant with
    probability :math:`\mu`, and its line lasts with probability 1 - l. A clone that arose at
    x has on average n/x cells whose line lasts, and for each of them 1/(1 - l) cells. So

    .. math:: P(R = 0) = e^{-\mu (n - 1)}, \qquad
              \bar R \approx \frac{\mu}{1 - l}\, n \ln n

    Parameters
    ----------
    lesion : its identity, in the keys of draws.
    drug_kind : drugs of one kind share their draws: who resists one early resists the other early.
    n : cells of the lesion [cell].
    rate : mutations to resistance a division, :math:`\mu`.
    loss : death rate over birth rate of its cells, l.

    Assumes
    -------
    The lesion grew from one sensitive cell; resistant cells grow as the others do; cell loss is the
    same at all sizes. Mutants whose line dies out by itself are left out. Every draw is the
    lesion's own, so that the number rises with ``n`` and is the same in twins.

    Source
    ------
    Luria and Delbrueck's law, with death: a birth-death process seen through its lasting lines.
    """
    if rate <= 0.0 or n <= 1.0:
        return 0.0
    first = drug_kind % MAX_KINDS * _DRAWS
    size, cells = 1.0, 0.0
    for i in range(CLONES):
        size += exponential(key, streams.RESISTANT, patient, lesion, first + 2 * i) / rate
        if size >= n:
            return min(cells / (1.0 - loss), n)
        luck = exponential(key, streams.RESISTANT, patient, lesion, first + 2 * i + 1)
        cells += _clone(luck, size / n)
    return min((cells + rate * n * math.log(n / size)) / (1.0 - loss), n)


@jit
def inherits(u: float, parent_share: float) -> bool:
    """Return whether the founder of a lesion was itself resistant: then the whole lesion is.

    ``parent_share`` is the share of resistant cells in the lesion that shed it.
    """
    return u < parent_share


@jit
def clonogens(cells: float, survival: float, cycles: int) -> float:
    """Return the cells expected to be left after ``cycles`` that each leave a share ``survival``.

    Assumes
    -------
    Every cell that is left can found the lesion anew.
    """
    return cells * survival**cycles


@jit
def cure_probability(cells: float, survival: float, cycles: int) -> float:
    r"""Return the probability that none of ``cells`` is left: :math:`e^{-N S^n}`.

    Assumes
    -------
    Cells die independently, so that the number left is Poisson.

    Source
    ------
    The Poisson law of tumour control.
    """
    return math.exp(-clonogens(cells, survival, cycles))


@jit
def eradicated(u: float, expected: float) -> bool:
    """Return whether a lesion in which ``expected`` cells should be left has none.

    ``u`` is the lesion's one draw for a course: it dies out at the first cycle after which
    u < exp(-expected), so that after n cycles the probability is that of ``cure_probability``.
    Between the cycles of one course keep the expectation, not ``survivors`` of it.
    """
    return u < math.exp(-expected)


@jit
def survivors(expected: float) -> float:
    """Return the mean of a Poisson number of mean ``expected``, given that it is not zero."""
    if expected < 1e-8:
        return 1.0
    return expected / -math.expm1(-expected)
