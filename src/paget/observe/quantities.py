"""Every published quantity by its name, as in ``published/targets.csv``: the observation layer.

A quantity is told of the tables of a cohort, the very ones that users get; a few follow from the
laws of the model alone.

Public names: ``QUANTITIES``, ``OF_THE_MODEL``, ``KNOWN``, ``value_of``, ``error_of``.
"""

from typing import Final

from paget.observe.after_diagnosis import AFTER_DIAGNOSIS
from paget.observe.at_diagnosis import AT_DIAGNOSIS, Key
from paget.observe.cohort_tables import CohortTables
from paget.observe.summaries import Quantity
from paget.observe.tumour_bank import TUMOUR_BANK
from paget.observe.what_tests_find import OF_THE_MODEL, STOOL_TEST

QUANTITIES: Final[dict[Key, Quantity]] = {
    **AT_DIAGNOSIS,
    **AFTER_DIAGNOSIS,
    **TUMOUR_BANK,
    **STOOL_TEST,
}
KNOWN: Final = frozenset({*QUANTITIES, *OF_THE_MODEL})
"""The quantity and the group of all that can be told."""


def value_of(tables: CohortTables, quantity: str, group: str) -> float:
    """Return a published quantity of a cohort; nan where it concerns nobody there."""
    law = OF_THE_MODEL.get((quantity, group))
    return law(tables.model) if law else QUANTITIES[quantity, group].value(tables)


def error_of(tables: CohortTables, quantity: str, group: str) -> float:
    """Return the Monte Carlo standard error of a published quantity; laws have none."""
    if (quantity, group) in OF_THE_MODEL:
        return 0.0
    return QUANTITIES[quantity, group].standard_error(tables)
