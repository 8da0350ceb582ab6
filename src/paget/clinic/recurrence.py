"""Recurrence: the first lesion that grows past detection after the primary is gone.

Distant disease recurs from lesions that had left before surgery; local disease from residual cells.

Public names: ``note_overt``, ``local_relapse``.
"""

import numpy as np

from paget.body.growth import NEVER, elapsed
from paget.body.lesion import Scratch, World, day_of_size, law_of
from paget.core import streams
from paget.kernels.jit import jit
from paget.kernels.philox import uniform


@jit
def note_overt(person: np.record, world: World, scratch: Scratch, lesion: np.record) -> bool:
    """Note the day on which a lesion makes its site overt; return whether that is news.

    A site is overt from the diagnosis on where the work-up sees a lesion, else from the day on
    which a lesion grows past the site's detection diameter.
    """
    soil = world.soil[lesion.site]
    if soil.is_regional:
        return False
    day = max(day_of_size(lesion, soil.detection_cells, world), person.diagnosis_day)
    if day >= lesion.removed or day >= scratch.overt[lesion.site]:
        return False
    scratch.overt[lesion.site] = day
    return True


@jit
def local_relapse(person: np.record, world: World, scratch: Scratch) -> float:
    """Return the day on which residual cells at the site of the primary become visible, or never.

    Assumes
    -------
    Residual cells are left with a probability that depends on the depth of the tumour alone; they
    regrow by the primary's law from a stated number of cells.
    """
    p, primary = world, scratch.lesions[0]
    deep = person.depth >= p.regional_depth
    chance = p.residual_deep if deep else p.residual_shallow
    if uniform(person.key, streams.LOCAL_RELAPSE, person.patient, 0, 0) >= chance:
        return NEVER
    days = elapsed(law_of(primary, p), p.residual_cells, p.local_detection_cells)
    return person.surgery_day + days
