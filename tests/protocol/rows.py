"""Rows of a protocol set up by hand, for the laws of treatment.

Public names: ``drug``.
"""

from typing import Any

import numpy as np

from paget.clinic.records import DRUG


def drug(**fields: float) -> Any:
    """Return a drug whose target subtype 0 carries, blank but for ``fields``."""
    rows: Any = np.zeros(1, DRUG).view(np.recarray)
    row = rows[0]
    row.subtypes = 1
    for name, value in fields.items():
        row[name] = value
    return row
