"""Rows of the table of estimates: what each counts, of whom, and how it contrasts the arms.

Public names: ``Row``, ``share``, ``mean``, ``ratio``, ``hazard``, ``excess``, ``bias``, and the
kinds ``SHARE``, ``MEAN``, ``RATIO``, ``HAZARD``, ``EXCESS``.
"""

from collections.abc import Callable
from typing import Final, NamedTuple

import numpy as np

from paget.twins.outcomes import Floats
from paget.twins.sums import Sums

SHARE: Final = "share"  # each person counts once, or not
MEAN: Final = "mean"
RATIO: Final = "ratio"
HAZARD: Final = "hazard"
EXCESS: Final = "excess"


class Row(NamedTuple):
    """One estimate: what is counted of whom, and the contrast of the arms."""

    measure: str
    unit: str
    contrast: str
    kind: str
    over: str
    """The column that is counted,"""
    under: str
    """and the one of those of whom; all persons where empty."""
    scale: float
    value: Callable[[Sums], Floats]

    @property
    def has_arms(self) -> bool:
        """Tell whether either arm has a value of its own."""
        return self.kind in (SHARE, MEAN)

    def arm(self, sums: Sums, arm: str) -> Floats:
        """Return the value in an arm."""
        return _quotient(sums, arm, self.over, self.under, self.scale)


def share(measure: str, unit: str, over: str, under: str, scale: float) -> Row:
    """Return a share in each arm, and their difference."""
    return _two_arms(measure, unit, SHARE, over, under, scale)


def mean(measure: str, unit: str, over: str, under: str, scale: float = 1.0) -> Row:
    """Return a mean in each arm, and their difference."""
    return _two_arms(measure, unit, MEAN, over, under, scale)


def _two_arms(measure: str, unit: str, kind: str, over: str, under: str, scale: float) -> Row:
    def value(sums: Sums) -> Floats:
        b, a = (_quotient(sums, arm, over, under, scale) for arm in "ba")
        return b - a

    return Row(measure, unit, "difference", kind, over, under, scale, value)


def ratio(measure: str, name: str) -> Row:
    """Return the ratio of two shares of all persons."""

    def value(sums: Sums) -> Floats:
        with np.errstate(divide="ignore", invalid="ignore"):
            return _quotient(sums, "b", name, "", 1.0) / _quotient(sums, "a", name, "", 1.0)

    return Row(measure, "1", "ratio", RATIO, name, "", 1.0, value)


def hazard(measure: str, which: int) -> Row:
    """Return the hazard ratio of death from the cancer, or from any cause."""
    name = ("hazard, cancer", "hazard, any")[which]

    def value(sums: Sums) -> Floats:
        moved = sums.of("a", name) + sums.of("b", name)
        return np.exp(sums.log_hazard_ratios[which] + moved)

    return Row(measure, "1", "hazard ratio", HAZARD, name, "", 1.0, value)


def excess(measure: str) -> Row:
    """Return what a trial calls overdiagnosis: the excess of cancers found, of those by screening.

    Precursors treated in situ count as found, as in trials of mammography.
    """
    return Row(measure, "%", "estimator", EXCESS, "found", "treated", 100.0, _excess)


def bias(measure: str) -> Row:
    """Return how far the excess is from the share that is overdiagnosed."""

    def value(sums: Sums) -> Floats:
        return _excess(sums) - _quotient(sums, "b", "overdiagnosed, screened", "treated", 100.0)

    return Row(measure, "%", "bias", EXCESS, "found", "treated", 100.0, value)


def _excess(sums: Sums) -> Floats:
    found = [sums.of(arm, "found") + sums.of(arm, "in situ") for arm in ("a", "b")]
    with np.errstate(divide="ignore", invalid="ignore"):
        return 100.0 * (found[1] - found[0]) / sums.of("b", "treated")


def _quotient(sums: Sums, arm: str, over: str, under: str, scale: float) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return scale * sums.of(arm, over) / sums.of(arm, under)
