"""Forms of a protocol: which numbers each of its tables holds, their units and what is allowed.

Public names: ``LINE``, ``OF_KIND``, ``ELIGIBLE``, ``PROGRAMME``, ``SCREENING_TEST``,
``IMAGING_TEST``, ``DRUG``, ``FOLLOW``, ``START``, ``CONTINUOUS``, ``WHOLE``, ``marker``,
``check_keys``.
"""

import math
from collections.abc import Mapping
from typing import Final

from paget.clinic.records import MOST_LINES
from paget.protocol.entries import Number, Table
from paget.protocol.parts import ANY_NUMBER, LATEST_AGE

Forms = Mapping[str, Number]

_LONG: Final = 150.0 * 366.0  # [day]
_SHARE: Final = Number("1", 0, 1)
_NONE: Final = Number("1", 0, 1, 0.0)
_ALL: Final = Number("1", 0, 1, 1.0)
_AGE: Final = Number("year", 0, LATEST_AGE)
_LENGTH: Final = Number("mm", 0, 1000, 0.0)
_SPREAD: Final = Number("1", 0, 10, 0.0)
_INTERVAL: Final = Number("day", 1, _LONG)

LINE: Final[Forms] = {
    "repeats": Number("1", 1, MOST_LINES, 1.0, whole=True),
    "share": _ALL,
    "delay": Number("day", 0, _LONG, 0.0),
}
OF_KIND: Final[Mapping[str, Forms]] = {
    "surgery": {
        "residual": Number("1", 0, math.inf, 1.0),
        "mortality": _NONE,
        "mortality_decade": Number("1", 0.1, 10, 1.0),
    },
    "radiotherapy": {
        "dose": Number("Gy", 0, 100),
        "fractions": Number("1", 1, 100, whole=True),
        "alpha": Number("1/Gy", 0, 10),
        "beta": Number("1/Gy^2", 0, 10),
        "control": Number("1", 0, 10, 1.0),
    },
    "systemic": {
        "cycles": Number("1", 1, 1000, 0.0, whole=True),
        "every": _INTERVAL,
        "assess": Number("day", 1, _LONG, 0.0),
        "control": Number("1", 0, 10, 1.0),
    },
}
ELIGIBLE: Final[Forms] = {
    "t": Number("1", 0, 4, whole=True),
    "n": Number("1", 0, 3, whole=True),
    "m": Number("1", 0, 1, whole=True),
    "age": _AGE,
    "most_metastases": Number("1", 0, ANY_NUMBER, float(ANY_NUMBER), whole=True),
    "performance": Number("1", 0, 4, 4.0, whole=True),
}
PROGRAMME: Final[Forms] = {
    "from_age": _AGE,
    "to_age": _AGE,
    "every": Number("year", 1.0 / 60.0, LATEST_AGE),
    "attendance": _ALL,
    "never": _NONE,
}
SCREENING_TEST: Final[Forms] = {
    "best": _NONE,
    "median": _LENGTH,
    "spread": _SPREAD,
    "precursor_best": _NONE,
    "precursor_median": _LENGTH,
    "precursor_spread": _SPREAD,
    "specificity": _SHARE,
    "removes": _NONE,
}
IMAGING_TEST: Final[Forms] = {
    "spread": _SPREAD,
    "best": _NONE,
    "needs_activity": _NONE,
    "false_positive": _NONE,
}
DRUG: Final[Forms] = {
    "log_kill": Number("1", 0, 20, 0.0),
    "norton_simon": _NONE,
    "arrest": _NONE,
    "resistance_rate": _NONE,
    "responders": _ALL,
    "durable": _NONE,
    "eliminates": _NONE,
    "toxicity": _NONE,
    "toxic_death": _NONE,
}
FOLLOW: Final[Forms] = {"every": _INTERVAL, "until": _INTERVAL}
START: Final = Number("day", 0, _LONG)
CONTINUOUS: Final = _NONE
WHOLE: Final[Forms] = {
    "examined_nodes": Number("1", 0, 1000, 0.0),
    "sentinel": _NONE,
    "second_primary": Number("1/day", 0, 1, 0.0),
}


def marker(unit: str) -> Forms:
    """Return the form of a marker whose level is in ``unit``."""
    level = Number(unit, 0, math.inf)
    return {
        "baseline": level,
        "per_cell": Number(f"{unit}/cell", 0, math.inf),
        "spread": Number("1", 0, 10),
        "limit": level,
    }


_KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    "imaging": (*IMAGING_TEST, "median"),
    "screening": (*SCREENING_TEST, "confirm", "sex"),
    "blood": tuple(marker("1")),
    "drugs": (*DRUG, "kind", "subtypes", "sanctuary", "on_asleep", "on_stalled"),
    "radiotherapy": ("alpha", "beta"),
}
_WHAT: Final[Mapping[str, str]] = {
    "imaging": "an imaging test",
    "screening": "a screening test",
    "blood": "a marker",
    "drugs": "a drug",
    "radiotherapy": "a tissue",
}


def check_keys(table: Table, file: str) -> None:
    """Refuse keys that are not known of what a file of the clinic's atlas holds."""
    table.only(_KEYS[file], _WHAT[file])
