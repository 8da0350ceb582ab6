"""Population: whether the persons of a run are patients, or people of whom some become patients.

Public names: ``Population``, ``PATIENTS``.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Population:
    """Who is lived.

    Patients all have the cancer and are followed from diagnosis. People enter at one age, free of
    diagnosed cancer, and are followed from then on.
    """

    of_people: bool = False
    entry_age: float = 0.0
    """[year]"""
    follow_up: float = 0.0
    """[day] from entry on."""


PATIENTS: Final = Population()
