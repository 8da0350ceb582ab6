"""The words of the tables of a cohort, each list once, in the order of their codes.

Public names: ``SEXES``, ``DETECTIONS``, ``STAGES``, ``INTENTS``, ``FINDINGS``, ``RESPONSES``,
``RECURRENCES``, ``KINDS`` and its places, ``ROUTE_WORDS``, ``ROUTE_CODES``, ``FATE_WORDS``,
``ASLEEP``, ``OTHER_CAUSE_WORDS``; ``site_words``, ``cancer_name``, ``cancer_label``,
``causes_of_death``.
"""

from typing import Final

import numpy as np

from paget.engine import Model

SEXES: Final = ("female", "male")
DETECTIONS: Final = ("symptom", "metastasis", "screen", "incidental")
STAGES: Final = ("0", "I", "IA", "IB", "II", "IIA", "IIB", "III", "IIIA", "IIIB", "IIIC", "IV")
INTENTS: Final = ("curative", "palliative")
FINDINGS: Final = ("scan", "symptom", "marker")
RESPONSES: Final = ("complete", "partial", "stable", "progression")
CAUSE_SUFFIXES: Final = (" (operation)", " (treatment)")
RECURRENCES: Final = ("local", "regional", "distant", "second_primary")
KINDS: Final = ("primary", "nodal", "distant", "local", "second_primary")
PRIMARY, NODAL, DISTANT_KIND, LOCAL = 0, 1, 2, 3
ROUTE_WORDS: Final = ("blood", "lymph", "serosa", "node")
# A seed that settles only in prepared soil came by blood as well.
ROUTE_CODES: Final = np.array([0, 1, 2, 3, 0], np.int64)
FATE_WORDS: Final = ("alive", "removed", "extinct", "asleep", "killed")
ASLEEP: Final = 3
OTHER_CAUSE_WORDS: Final = "other cause"


def site_words(model: Model) -> tuple[str, ...]:
    """Return the names behind the site codes of a lesion: soils, then sites of the primary."""
    return (*model.sites, *model.primaries)


def cancer_name(model: Model) -> str:
    """Return the cancer's name in the atlas."""
    return str(model.parameters.meta.get("cancer", "cancer"))


def cancer_label(model: Model) -> str:
    """Return what people call the cancer, metastatic or not."""
    return str(model.parameters.meta.get("label", cancer_name(model)))


def causes_of_death(model: Model) -> tuple[str, ...]:
    """Return the words for the causes of death, in the order of their codes."""
    label = cancer_label(model)
    return (label, OTHER_CAUSE_WORDS, *(label + suffix for suffix in CAUSE_SUFFIXES))
