r"""Staging: what there is and what the work-up sees on the day of diagnosis.

T goes by depth of invasion or by diameter, N by the number of positive nodes, M by distant lesions:
each once as it is (true) and once as seen, with a stated detection diameter per site. Stage groups
are the project's own anatomical rules, written from open sources.

Public names: ``stage``, ``t_category``, ``n_category``, ``STAGE_RULES``, ``stage_group``,
``summary_stage``.
"""

import numpy as np

from paget.body.hazard import rate_at
from paget.body.lesion import Scratch, World, size_on
from paget.body.progression import depth, diameter, grade
from paget.kernels.jit import jit

BY_DEPTH, BY_DIAMETER = 0, 1
T_RULES = ("depth", "diameter")


@jit
def t_category(n: float, depth_um: float, p: np.record) -> int:
    """Return T (1 to 4) of a primary of ``n`` cells that reaches ``depth_um``.

    Hollow organs are staged by depth. Solid ones are staged by diameter, with T4 by depth (the
    tumour has reached what surrounds the organ).
    """
    if depth_um >= p.t4_depth:
        return 4
    size = depth_um if p.t_rule == BY_DEPTH else diameter(n, p.density)
    if size >= p.t3_limit:
        return 3
    if size >= p.t2_limit:
        return 2
    return 1


@jit
def n_category(positive: int) -> int:
    """Return N: 0 without positive nodes, 1 for one to three, 2 for four or more."""
    if positive == 0:
        return 0
    return 1 if positive <= 3 else 2


@jit
def circulating_cells(world: World, scratch: Scratch, day: float) -> float:
    """Return the circulating tumour cells per mL of blood on ``day``, from the primary.

    The rate of shedding times the mean time that a shed seed spends in blood, over blood volume.
    """
    primary = scratch.lesions[0]
    n = size_on(primary, day, world)
    days = world.blood_days[primary.site - world.n_sites]
    total = 0.0
    for route in range(2):
        rate = rate_at(scratch.pieces[route], scratch.n_pieces[route], n)
        total += rate * days[route]
    return total / world.blood_volume


@jit
def stage(person: np.record, world: World, scratch: Scratch) -> None:
    """Write into ``person`` what there is and what is seen on the day of diagnosis.

    Assumes
    -------
    A lesion is seen where its diameter is at least the detection diameter of its site.
    """
    p, day = world, person.diagnosis_day
    n = size_on(scratch.lesions[0], day, p)
    person.cells_at_diagnosis = n
    person.depth = depth(n, person.depth_ratio, p.density)
    person.grade = grade(n, person.grade_factor, p)
    person.ctc = circulating_cells(world, scratch, day)
    person.positive_nodes = person.swollen_nodes = 0
    person.n_true = person.n_seen = 0
    person.sites_true = person.sites_seen = 0
    for i in range(1, scratch.counts[0]):
        lesion = scratch.lesions[i]
        size = size_on(lesion, day, p)
        soil = world.soil[lesion.site]
        if size <= 0.0:
            continue
        seen = size >= soil.detection_cells
        if soil.is_regional:
            person.positive_nodes += lesion.count if size >= p.positive_cells else 0
            person.swollen_nodes += lesion.count if seen else 0
            continue
        bit = np.uint64(1) << np.uint64(lesion.site)
        person.n_true += lesion.count
        person.sites_true |= bit
        if seen:
            person.n_seen += lesion.count
            person.sites_seen |= bit


# Stage group by (T, N) for M0; M1 is IV. Rules as the sources describe the 6th edition's groups.
STAGE_RULES: dict[str, dict[tuple[int, int], str]] = {
    "colorectal": {
        (1, 0): "I", (2, 0): "I", (3, 0): "IIA", (4, 0): "IIB",
        (1, 1): "IIIA", (2, 1): "IIIA", (3, 1): "IIIB", (4, 1): "IIIB",
        (1, 2): "IIIC", (2, 2): "IIIC", (3, 2): "IIIC", (4, 2): "IIIC",
    },
    "pancreas": {
        (1, 0): "IA", (2, 0): "IB", (3, 0): "IIA", (4, 0): "III",
        (1, 1): "IIB", (2, 1): "IIB", (3, 1): "IIB", (4, 1): "III",
        (1, 2): "IIB", (2, 2): "IIB", (3, 2): "IIB", (4, 2): "III",
    },
}  # fmt: skip
