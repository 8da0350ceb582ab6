"""Intervals of the estimates: from the bootstrap, exact from few events, or none and why.

Public names: ``Interval``, ``arm_interval``, ``contrast_interval``, ``differing``, ``BOOTSTRAP``,
``EXACT``, ``NOBODY_DIFFERS``, ``SAME_ARMS``.
"""

from typing import Final, NamedTuple

import numpy as np

from paget.twins.limits import (
    FEW,
    Limits,
    combined,
    paired_difference_limits,
    paired_ratio_limits,
    share_limits,
)
from paget.twins.outcomes import Floats, Outcomes
from paget.twins.rows import EXCESS, HAZARD, MEAN, RATIO, SHARE, Row
from paget.twins.sums import Sums, expected

BOOTSTRAP: Final = "bootstrap"
EXACT: Final = "exact"
NOBODY_DIFFERS: Final = "none: nobody differs"
SAME_ARMS: Final = "none: the arms are the same"
_FEW_DIFFER: Final = "none: few differ"
_FEW_EVENTS: Final = "none: few events"
_FEW_PERSONS: Final = "none: few persons"
_EXPECTED: Final = "none: expected"
_PERCENT: Final = (2.5, 97.5)
_DEATHS: Final = {"hazard, cancer": "cancer death", "hazard, any": "death"}
_EQUAL: Final = 1e-9  # relative: apart by rounding alone


class Interval(NamedTuple):
    """A 95 % interval, and where it comes from; nan where there is none."""

    low: float
    high: float
    kind: str


_NO_VALUE: Final = Interval(np.nan, np.nan, "")


def arm_interval(row: Row, arm: str, sums: Sums, outcomes: Outcomes) -> Interval:
    """Return the interval of an estimate in one arm."""
    n = float(sums.of(arm, row.under)[0])
    if n <= 0.0:
        return _NO_VALUE
    if row.kind == MEAN:
        return _none(_FEW_PERSONS) if n < FEW else _drawn(row.arm(sums, arm))
    added = _expected(row, arm, outcomes)
    lived = float(sums.of(arm, row.over)[0]) - added
    if (added and not lived) or FEW <= lived <= n - FEW:
        return _drawn(row.arm(sums, arm))
    return _exact(share_limits(lived, n), row.scale, added / n)


def contrast_interval(row: Row, sums: Sums, outcomes: Outcomes) -> Interval:
    """Return the interval of the contrast of the arms."""
    values = row.value(sums)
    if not np.isfinite(values[0]) and row.kind not in (RATIO, HAZARD):
        return _NO_VALUE
    return _CONTRASTS[row.kind](row, values, sums, outcomes)


def differing(row: Row, outcomes: Outcomes) -> float | None:
    """Return in how many persons the arms differ; None where that is expected, not counted."""
    unknown = row.kind == EXCESS or _expected(row, "a", outcomes) or _expected(row, "b", outcomes)
    return None if unknown else outcomes.differing(row.over)


def _of_shares(row: Row, values: Floats, sums: Sums, outcomes: Outcomes) -> Interval:
    between = _between_others if outcomes.differing(row.under) else _between_twins
    return between(row, values, sums, outcomes)


def _between_twins(row: Row, values: Floats, sums: Sums, outcomes: Outcomes) -> Interval:
    """Return the interval of a difference between shares of the same persons."""
    more, fewer = outcomes.directions(row.over)
    n = float(sums.of("a", row.under)[0])
    added = _expected(row, "b", outcomes) - _expected(row, "a", outcomes)
    if more + fewer >= FEW or (added and not more + fewer):
        return _drawn(values)
    return _exact(paired_difference_limits(more, fewer, n), row.scale, added / n)


def _between_others(row: Row, values: Floats, sums: Sums, outcomes: Outcomes) -> Interval:
    """Return the interval of a difference between shares of persons who are partly others."""
    few = outcomes.differing(row.over) + outcomes.differing(row.under) < FEW
    told: list[tuple[float, Limits]] = []
    for arm in ("b", "a"):
        count, n = float(sums.of(arm, row.over)[0]), float(sums.of(arm, row.under)[0])
        few = few or min(count, n - count) < FEW
        told.append((count / n, share_limits(count, n)))
    return _exact(combined(*told[0], *told[1]), row.scale) if few else _drawn(values)


def _of_means(row: Row, values: Floats, sums: Sums, outcomes: Outcomes) -> Interval:
    if min(sums.of(arm, row.under)[0] for arm in ("a", "b")) < FEW:
        return _none(_FEW_PERSONS)
    differ = differing(row, outcomes)
    few = "" if differ is None else _few(differ)
    return _none(few) if few else _drawn(values)


def _ratio(row: Row, values: Floats, _: Sums, outcomes: Outcomes) -> Interval:
    """Return the interval of a ratio of shares; of no event in arm a it has a lower limit alone."""
    more, fewer = outcomes.directions(row.over)
    both = outcomes.both(row.over)
    if min(more + fewer, both + more, both + fewer) >= FEW:
        return _drawn(values)
    return _exact(paired_ratio_limits(both, more, fewer), 1.0)


def _excess(row: Row, values: Floats, sums: Sums, _: Outcomes) -> Interval:
    return _none(_FEW_EVENTS) if sums.of("b", row.under)[0] < FEW else _drawn(values)


def _hazard(row: Row, values: Floats, sums: Sums, outcomes: Outcomes) -> Interval:
    deaths = min(sums.of(arm, _DEATHS[row.over])[0] for arm in ("a", "b"))
    few = (_FEW_EVENTS if deaths < 1.0 else "") or _few(outcomes.differing(row.over))
    few = few or (_FEW_EVENTS if deaths < FEW else "")
    return _none(few) if few else _drawn(values)


def _few(differ: float) -> str:
    return NOBODY_DIFFERS if not differ else _FEW_DIFFER if differ < FEW else ""


def _expected(row: Row, arm: str, outcomes: Outcomes) -> float:
    """Return which part of what a row counts of all persons was not lived."""
    return 0.0 if row.under else expected(outcomes.rest, arm, row.over)


def _exact(limits: Limits, scale: float, added: float = 0.0) -> Interval:
    low, high = (scale * (limit + added) for limit in limits)
    return Interval(low, high if np.isfinite(high) else np.nan, EXACT)


def _none(why: str) -> Interval:
    return Interval(np.nan, np.nan, why)


def _drawn(values: Floats) -> Interval:
    """Return the percentile interval; none where every replicate is the same."""
    replicates = values[1:][np.isfinite(values[1:])]
    if not np.isfinite(values[0]) or not len(replicates):
        return _NO_VALUE
    low, high = (float(x) for x in np.percentile(replicates, _PERCENT))
    if high - low <= _EQUAL * abs(high):
        return _none(_EXPECTED)
    return Interval(low, high, BOOTSTRAP)


_CONTRASTS: Final = {
    SHARE: _of_shares, MEAN: _of_means, RATIO: _ratio, HAZARD: _hazard, EXCESS: _excess,
}  # fmt: skip
