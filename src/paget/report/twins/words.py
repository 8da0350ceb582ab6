"""A comparison in words: what differs, the main result, numbers and intervals as people read them.

Public names: ``headline``, ``what_differs``, ``caution``, ``no_trial``, ``number_text``,
``contrast_text``, ``interval_text``, ``arm_text``, ``only_arm_text``, ``same_in_everybody``,
``short_measure``, ``EXPLAINED``.
"""

import math
from collections.abc import Mapping
from typing import Any, Final

from paget.report.page.style import compact, count_text
from paget.twins.estimates import DEATHS, why_no_trial_estimate
from paget.twins.intervals import EXACT

EXPLAINED: Final = (
    "Intervals: 95 %, bootstrap over people, Monte Carlo error alone; * exact limits, from fewer "
    "than 20 events or persons in whom the arms differ. Gain: how many times larger the variance "
    "of the contrast would be with independent people in the two arms."
)
_SHORT: Final = {
    "of these, from its treatment": "of these, by treatment",
    "mortality ratio, death from the cancer": "mortality ratio",
    "hazard ratio, death from the cancer": "hazard ratio, cancer",
    "hazard ratio, death from any cause": "hazard ratio, any cause",
    "cancer prevented: precursor removed": "prevented",
    "precursor treated in situ": "treated in situ",
    "overdiagnosed: would never have come to light": "overdiagnosed",
    "with a precursor removed that never progresses": "harmless one removed",
    "lead time of those found by screening": "lead time",
    "overdiagnosed among those found by screening: the twin truth": "overdiagnosed: truth",
    "the same as a trial estimates it: excess found": "as a trial counts it",
    "bias of the trial's estimate": "bias of the trial",
    "number under B for one death from the cancer more": "number for one more",
}
_NEEDED: Final = " for one death from the cancer less"


def headline(comparison: Any) -> str:
    """Return the main result as a sentence, with its interval."""
    table = {row["measure"]: row for row in comparison.table.iter_rows(named=True)}
    row, n = table[DEATHS], comparison.persons
    who = _who(comparison, 1_000)
    if not n:
        return "Nobody is compared: whoever is there had the cancer before entry."
    one, other = comparison.names
    if not row["a"] and not row["b"]:
        gets = "dies of" if comparison.n_rows else "gets"
        return (
            f"Of {count_text(n)} virtual {_who(comparison, n)} nobody {gets} the "
            f"cancer in either arm; of 1,000 at most {number_text(row['a_high'])} die of it (95 % "
            "limit)."
        )
    told = (
        f"Deaths from the cancer, of 1,000 virtual {who}: {number_text(row['a'])} ({one}), "
        f"{number_text(row['b'])} ({other})"
    )
    if not comparison.differences:
        return f"{told}. The two arms say the same: nobody can differ."
    interval = f"95 % interval {_span(row)}"
    if not row["differ"]:
        return f"{told}: no difference in anybody ({interval})."
    if row["low"] * row["high"] <= 0.0:
        return f"{told}: a difference of {_signed(row['estimate'])} ({interval})."
    return f"{told}: {_sure(row)}{_ratio(table['mortality ratio, death from the cancer'])}."


def what_differs(comparison: Any) -> tuple[str, ...]:
    """Return in what the arms differ, a line each."""
    return tuple(f"{what}: {a} | {b}" for what, a, b in comparison.differences)


def caution(comparison: Any) -> str:
    """Return a warning where the arms differ in more than one thing."""
    n = len(comparison.differences)
    if n == 0:
        return "The two arms say the same: whatever differs between them would be a fault."
    if n == 1:
        return ""
    return (
        f"The arms differ in {n} things. Twins tell what all of them do together, not which of "
        "them does it."
    )


def no_trial(comparison: Any) -> str:
    """Return why a trial's estimate of overdiagnosis is not told, where screening is compared."""
    if not (comparison.a.screens or comparison.b.screens):
        return ""
    why = why_no_trial_estimate(comparison.outcomes)
    return f"A trial's estimate of overdiagnosis is not told: {why}." if why else ""


# ----------------------------------------------------------------------------- numbers as texts


def number_text(value: float | None) -> str:
    """Return a number in few characters, with a minus sign that is one; a dash for none."""
    if value is None or not math.isfinite(value):
        return "–"
    return compact(value).replace("-", "\u2212")


def contrast_text(row: Mapping[str, Any]) -> str:
    """Return a contrast: a difference with its sign, a number needed only where it is sure."""
    value = row["estimate"]
    if value is None:
        return "not sure" if row["contrast"] == "number needed" else ""
    return _signed(value) if row["contrast"] in ("difference", "bias") else number_text(value)


def interval_text(row: Mapping[str, Any]) -> str:
    """Return the interval of a contrast, or why there is none."""
    if row["low"] is not None:
        return _span(row) + ("*" if row["interval"] == EXACT else "")
    why = str(row["interval"] or "")
    if why.startswith("none: "):
        return why.removeprefix("none: ")
    return ""


def only_arm_text(row: Mapping[str, Any]) -> str:
    """Return the interval in the one arm that has a value, where there is no contrast."""
    alone = [x for x in "ab" if row[f"{x}_low"] is not None]
    has = row["estimate"] is None and len(alone) == 1
    return f"{alone[0].upper()}: {_ends(row, alone[0])}" if has else ""


def arm_text(row: Mapping[str, Any], arm: str) -> str:
    """Return the value in one arm with its interval."""
    if row[arm] is None:
        return ""
    has = row[f"{arm}_low"] is not None
    return number_text(row[arm]) + (f" ({_ends(row, arm)})" if has else "")


def same_in_everybody(row: Mapping[str, Any]) -> bool:
    """Tell whether an estimate says no more than that nobody differs in it."""
    return row["differ"] == 0.0 and row["contrast"] == "difference" and row["measure"] != DEATHS


def short_measure(row: Mapping[str, Any]) -> str:
    """Return what an estimate is in few words, with a unit that is no risk's, for a terminal."""
    told = _SHORT.get(row["measure"], str(row["measure"]).removesuffix(_NEEDED))
    if told.startswith("years lived"):
        return "years lived"
    return f"{told} [{row['unit']}]" if row["unit"] in ("%", "year") else told


def _ends(row: Mapping[str, Any], arm: str) -> str:
    return f"{number_text(row[f'{arm}_low'])} to {number_text(row[f'{arm}_high'])}"


def _span(row: Mapping[str, Any]) -> str:
    if row["low"] is None:
        return "none"
    if row["high"] is None:
        return f"above {number_text(row['low'])}"
    return f"{number_text(row['low'])} to {number_text(row['high'])}"


def _signed(value: float) -> str:
    return f"+{number_text(value)}" if value > 0.0 else number_text(value)


def _who(comparison: Any, n: int) -> str:
    if comparison.is_of_people:
        return "people" if n > 1 else "person"
    return "patients" if n > 1 else "patient"


def _sure(row: Mapping[str, Any]) -> str:
    low, high = sorted((abs(row["low"]), abs(row["high"])))
    word = "fewer" if row["estimate"] < 0.0 else "more"
    return (
        f"{number_text(abs(row['estimate']))} {word} "
        f"(95 % interval {number_text(low)} to {number_text(high)})"
    )


def _ratio(row: Mapping[str, Any]) -> str:
    if row["estimate"] is None or row["low"] is None or row["high"] is None:
        return ""
    value, low, high = (number_text(row[x]) for x in ("estimate", "low", "high"))
    return f", a mortality ratio of {value} ({low} to {high})"
