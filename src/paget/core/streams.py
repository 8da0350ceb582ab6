"""Streams: one named source of randomness a decision, each with a number of its own.

A draw is a pure function of (seed, stream, patient, entity, index), so a stream must be one
decision and one only: two decisions on one stream would share their luck. The numbers are part of
the reproducibility promise. Never reuse or renumber one; a new stream takes a free number and then
changes no other draw. Numbers 1 to 127 belong to bodies and clinics, 128 to 199 to tissues, 200 to
254 to studies; 255 is the hash of ids (`paget.kernels.philox.mix56`), 0 is never used.

Laws import the constants: ``from paget.core.streams import WAKE``.

Public names: `STREAMS`, `stream`, `registered`, and one constant a stream.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from paget.core.errors import ParameterError, whats_close

_LAST: Final = 254


def registered(table: Iterable[tuple[str, int]]) -> Mapping[str, int]:
    """Return the streams of a table by name; a name or a number given twice is an error."""
    streams: dict[str, int] = {}
    for name, number in table:
        if name in streams or number in streams.values():
            raise ParameterError(f"stream {name} = {number}", allowed="is registered already")
        if not 1 <= number <= _LAST:
            raise ParameterError(f"stream {name} = {number}", allowed=f"must be 1 to {_LAST}")
        streams[name] = number
    return MappingProxyType(streams)


# Who the person is.
ONSET: Final = 1  # the age of the first malignant cell of somebody of a population
SEX: Final = 2
AGE: Final = 3
PRIMARY_SITE: Final = 6
OTHER_DEATH: Final = 5
SUBTYPE: Final = 4
PERFORMANCE: Final = 7
# How the patient differs from others.
GROWTH: Final = 10
SITE_GROWTH: Final = 11
FRAILTY: Final = 12
FRAILTY_CLASS: Final = 13
DEPTH: Final = 14
SYMPTOM_FACTOR: Final = 15
# How the primary progresses.
PRECURSOR: Final = 20
BREACH: Final = 21
GRADE: Final = 22
CLONE: Final = 24
# What becomes of a seed.
ARRIVAL: Final = 30
SEED_KIND: Final = 31
CLUSTER_SIZE: Final = 32
FOUNDING: Final = 35  # the random size of a line that lasts
SLEEP: Final = 36
WAKE: Final = 37
WAKING_RATE: Final = 38
SLEEP_DEATH: Final = 39
SWITCH: Final = 40
COOPTION: Final = 41
BALANCE: Final = 42
ESCAPE: Final = 43
LESION_GROWTH: Final = 44
LOCAL_RELAPSE: Final = 49
WALK: Final = 51
EVASION: Final = 52  # what a clone adds to the evasion that it inherits
TAKES_ROOT: Final = 53  # whether an arrival in a gated site stays
SURVIVORS: Final = 54  # how many founders' lines last
GROUP: Final = 55  # when, within a cohort of arrivals carried as one
# What the clinic sees and does, and how the life ends.
SYMPTOM: Final = 60
METASTASIS_SYMPTOM: Final = 61
METASTATIC_DEATH: Final = 77
LATE_COURSE: Final = 78  # how a patient differs in the course of late disease
BURDEN_DEATH: Final = 75
# How a tissue begins.
TISSUE_CELLS: Final = 128
TISSUE_VESSELS: Final = 129
# What a cell of a tissue does; each is a clock, whose gaps are draws of the same stream.
MOTION: Final = 130
CYCLE: Final = 131
TRANSITION: Final = 132  # from epithelial to mesenchymal and back
CELL_DEATH: Final = 133
KILLING: Final = 134
EXHAUSTION: Final = 135
RECRUITMENT: Final = 136
SPROUTING: Final = 137
BRANCHING: Final = 138
TIP_MOTION: Final = 140
COLLAPSE: Final = 141  # of a vessel
# What becomes of cells that enter a vessel of a tissue.
INTRAVASATION: Final = 145
DISAGGREGATION: Final = 146
TRANSIT: Final = 147
CHOICE_OF_SITE: Final = 148
CROSSING: Final = 149
ATTENDANCE: Final = 94
NEVER_ATTENDS: Final = 62
SCREEN_TEST: Final = 63
CONFIRM: Final = 64  # the second look after a positive screening test
FALSE_POSITIVE: Final = 65
SYMPTOM_NAME: Final = 66
SEEN: Final = 67  # from which diameter a modality sees this lesion
BIOPSY: Final = 68
BLOOD_TUBE: Final = 69
MARKER: Final = 70
EXAMINED: Final = 71  # nodes that the pathologist examines, and those found among them
LINE_SHARE: Final = 72
RESPONDER: Final = 73
CURE: Final = 74  # whether the last cells of a lesion survive a treatment
RESISTANT: Final = 76
TOXICITY: Final = 79
OPERATIVE: Final = 80
COMPLICATION: Final = 81
SECOND_PRIMARY: Final = 82
THINNED: Final = 83  # whether a treated source still sheds the seed that it would have shed
SLEEPER: Final = 84
MEASURED: Final = 86
SENTINEL: Final = 87
RESIDUAL: Final = 88  # of a metastasis that was removed
CHANGED_RECEPTOR: Final = 89
RECURRENCE_SYMPTOM: Final = 91
RADIATION: Final = 92

STREAMS: Final = registered(
    (name.lower(), number)
    for name, number in tuple(globals().items())
    if name.isupper() and not name.startswith("_") and isinstance(number, int)
)


def stream(name: str) -> int:
    """Return the number of a stream.

    Examples
    --------
    >>> stream("wake") == WAKE
    True
    """
    if name not in STREAMS:
        raise ParameterError(f"unknown stream {name}", remedy=whats_close(name, STREAMS))
    return STREAMS[name]
