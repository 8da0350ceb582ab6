"""Sums over twins, as they are and as a bootstrap over people draws them.

Each person, with both lives, counts a Poisson number of times; where there are very many, each
block of consecutive persons does. The same draws with one arm moved on by one replicate tell what
independent people in the two arms would give.

Public names: ``Sums``, ``sums_of``, ``expected``, ``REPLICATES``.
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from paget.twins.outcomes import COLUMNS, Floats, Outcomes
from paget.twins.rest import Rest

REPLICATES: Final = 400

_AT: Final = {name: k for k, name in enumerate(COLUMNS)}
_TAG: Final = 0x7717  # sets this bootstrap apart from others of the same seed
_CUMULATIVE: Final = np.cumsum([math.exp(-1.0) / math.factorial(k) for k in range(12)])
_POISSON: Final = np.searchsorted(_CUMULATIVE, (np.arange(2**16) + 0.5) / 2**16).astype(np.float64)
"""A Poisson number of mean 1 for each 16 random bits."""
_AS_IN_SITU: Final = ("in situ", "treated", "overdiagnosed", "overdiagnosed, screened")


@dataclass(frozen=True, eq=False)
class Sums:
    """Weighted sums of every column in either arm, one row a replicate; the first is observed."""

    a: Floats
    b: Floats
    persons_a: Floats
    persons_b: Floats
    log_hazard_ratios: tuple[float, float]

    def of(self, arm: str, name: str) -> Floats:
        """Return the sum of a column in an arm; of nothing: all persons."""
        if not name:
            return self.persons_a if arm == "a" else self.persons_b
        return (self.a if arm == "a" else self.b)[:, _AT[name]]

    def independent(self) -> "Sums":
        """Return the replicates with other people in arm b, as many: those of the one before."""
        persons = np.roll(self.persons_b[1:], 1)
        with np.errstate(divide="ignore", invalid="ignore"):  # a replicate of nobody
            scaled = self.a[1:] * (persons / self.persons_a[1:])[:, None]
        return Sums(
            scaled,
            np.roll(self.b[1:], 1, axis=0),
            persons,
            persons,
            self.log_hazard_ratios,
        )


def sums_of(outcomes: Outcomes, seed: int) -> Sums:
    """Return the observed sums and those of every replicate."""
    rng = np.random.default_rng(np.random.SeedSequence([seed, _TAG]))
    bits = rng.integers(0, len(_POISSON), (REPLICATES + 1, len(outcomes.sizes)), np.uint16)
    weights = _POISSON[bits]
    weights[0] = 1.0
    a, b, persons = weights @ outcomes.a, weights @ outcomes.b, weights @ outcomes.sizes
    persons += _add_rest(outcomes, weights @ outcomes.others, a, b, rng)
    return Sums(a, b, persons, persons.copy(), outcomes.log_hazard_ratios)


def _add_rest(
    outcomes: Outcomes, drawn: Floats, a: Floats, b: Floats, rng: np.random.Generator
) -> Floats:
    """Add the people without the cancer, the same ones to both arms; return how many.

    ``drawn`` are those of the blocks that were drawn; the others vary by themselves.
    """
    rest = outcomes.rest
    alone = max(rest.n - drawn[0], 0.0)
    number = np.append(float(rest.n), rng.poisson(alone, REPLICATES) + drawn[1:])
    chance = np.append(0.0, rng.normal(size=REPLICATES))
    died = np.append(rest.n * rest.died, rng.binomial(number[1:].astype(np.int64), rest.died))
    variance = max(rest.years_squared - rest.years**2, 0.0)
    years = number * rest.years + np.sqrt(number * variance) * chance
    for k, arm in enumerate((a, b)):
        for name, added in (
            ("followed", number),
            ("death", died),
            ("years", years),
            ("hazard, cancer", number * outcomes.rest_moves[0][k]),
            *((name, number * each) for name, each in _each(rest, k).items()),
        ):
            arm[:, _AT[name]] += added
    return number


def _each(rest: Rest, k: int) -> dict[str, float]:
    """Return what one person without the cancer has of some columns in an arm, as expected."""
    told = {"tests": rest.tests, "false positives": rest.false_positives, "benign": rest.benign}
    in_situ = dict.fromkeys(_AS_IN_SITU, rest.in_situ[k])
    return {name: each[k] for name, each in told.items()} | in_situ


def expected(rest: Rest, arm: str, name: str) -> float:
    """Return which part of a sum in an arm was not lived, but follows from the life table."""
    return rest.n * _each(rest, "ab".index(arm)).get(name, 0.0)
