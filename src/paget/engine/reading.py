"""Reading: what tables and figures ask of the records of lives, many at a time.

Public names: ``write_sizes``, ``write_categories``, ``write_local_relapses``,
``LOCAL_RELAPSE_INDEX``.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from paget.body.growth import NEVER, doubling_time, growth_law, size_after
from paget.body.lesion import World, size_on
from paget.body.progression import diameter
from paget.body.queue import Records
from paget.clinic.staging import n_category, t_category
from paget.kernels.jit import jit
from paget.kernels.philox import mix56
from paget.words import ALIVE

__all__ = ["write_categories", "write_local_relapses", "write_sizes"]

Floats = npt.NDArray[np.float64]

LOCAL_RELAPSE_INDEX = 2**32 - 1  # no arrival has it: sites end before 255


@jit
def write_sizes(lesions: Any, day: float, p: np.record, cells: Floats) -> None:
    """Write the cells of each lesion on a day."""
    for i in range(len(lesions)):
        cells[i] = size_on(lesions[i], day, p)


@jit
def write_categories(persons: Records, p: np.record, result: npt.NDArray[np.int64]) -> None:
    """Write T and the true, clinical and pathological N of those whose cancer was found."""
    for i in range(len(persons)):
        person = persons[i]
        if person.diagnosis_day < NEVER:
            result[0, i] = t_category(person.cells_at_diagnosis, person.depth, p)
            result[1, i] = n_category(person.positive_nodes, p.n3_from)
            result[2, i] = n_category(person.swollen_nodes, p.n3_from)
            result[3, i] = n_category(person.found_nodes, p.n3_from)


@jit
def write_local_relapses(persons: Records, world: World, rows: Records) -> None:
    """Write a lesion for each local relapse: residual cells that regrow by the primary's law."""
    p = world
    for i in range(len(persons)):
        person, row = persons[i], rows[i]
        law = growth_law(p.law, person.rate, p.capacity, p.ceiling, p.power_exponent)
        end = person.follow_up_day
        row.patient, row.parent = person.patient, 0
        row.lesion = mix56(0, LOCAL_RELAPSE_INDEX)
        row.site = world.n_sites + person.primary_site
        row.route = row.seed_kind = -1
        row.founders, row.count = max(1, round(p.residual_cells)), 1
        row.founded_day = row.asleep_until_day = person.surgery_day
        row.switch_day = NEVER
        row.detected_day = person.recurrence_day
        seen = size_after(law, p.residual_cells, person.recurrence_day - person.surgery_day)
        row.doubling_time_seen = doubling_time(law, seen)
        row.fate, row.fate_day = ALIVE, end
        cells = size_after(law, p.residual_cells, end - person.surgery_day)
        row.diameter_mm_at_fate = diameter(cells, p.density) / 1000.0
