"""The words behind the codes of one model: its sites, its cancer, its causes of death.

Words that no model changes stand in `paget.words`.

Public names: ``ROUTE_CODES``, ``site_words``, ``cancer_name``, ``cancer_label``,
``causes_of_death``.
"""

from typing import Final

import numpy as np

from paget.engine import Model
from paget.words import BLOOD, CAUSE_SUFFIXES, LYMPH, NODE, OTHER_CAUSE_WORDS, SEROSA

# By the engine's route the place of its word: a seed for prepared soil came by blood as well.
ROUTE_CODES: Final = np.array([BLOOD, LYMPH, SEROSA, NODE, BLOOD], np.int64)


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
