r"""Staging: categories and groups by what there is, and by what the clinic sees of it.

T goes by depth of invasion or by diameter, N by the number of positive nodes, M by distant lesions.
Each has a true value, a clinical one (what the tests see) and a pathological one (what is found in
the nodes that were examined). Stage groups are the project's own anatomical rules, tables of the
atlas; metastasis seen at a distance is IV.

Public names: ``t_category``, ``n_category``, ``found_positive``, ``sentinel_positive``,
``measured_cells``, ``summary_stage``, ``SUMMARY_STAGES``, ``STAGE_RULES``, ``node_limits``.
"""

import math
from typing import Final

import numpy as np
import numpy.typing as npt

from paget.atlas.clinic import load_clinic
from paget.body.progression import diameter
from paget.core.errors import ParameterError
from paget.kernels.jit import jit
from paget.words import BY_DEPTH, SUMMARY_STAGES

N2_FROM = 4  # positive nodes, in every rule

Mask = npt.NDArray[np.bool_]


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
def n_category(positive: int, n3_from: int = 0) -> int:
    """Return N: 0 without positive nodes, 1 for one to three, 2 for four or more.

    With ``n3_from`` (see ``node_limits``), 3 for as many or more.
    """
    if positive == 0:
        return 0
    if positive < N2_FROM:
        return 1
    return 3 if 0 < n3_from <= positive else 2


@jit
def found_positive(positive: int, total: int, examined: int, u: float) -> int:
    """Return how many of ``positive`` nodes among ``total`` are found when ``examined`` are.

    The hypergeometric law, by inversion from the least number possible.

    Assumes
    -------
    The nodes examined are any of those removed; an examined positive node is recognised. Deposits
    beyond the number of nodes share nodes.

    Source
    ------
    gonen2009 argues that few examined nodes miss positive ones; the law is elementary.
    """
    positive, examined = min(positive, total), min(examined, total)
    if examined == total or positive == 0:
        return positive
    most = min(positive, examined)
    k = max(0, positive + examined - total)
    chance = math.exp(
        _log_choose(positive, k)
        + _log_choose(total - positive, examined - k)
        - _log_choose(total, examined)
    )
    below = chance
    while below < u and k < most:
        chance *= (positive - k) * (examined - k)
        chance /= (k + 1.0) * (total - positive - examined + k + 1.0)
        below += chance
        k += 1
    return k


@jit
def _log_choose(n: int, k: int) -> float:
    """Return the logarithm of the number of ways to choose ``k`` of ``n``."""
    return math.lgamma(n + 1.0) - math.lgamma(k + 1.0) - math.lgamma(n - k + 1.0)


@jit
def sentinel_positive(positive: int, sensitivity: float, u: float) -> bool:
    """Return whether the sentinel node holds a deposit where ``positive`` nodes do.

    Assumes
    -------
    The sentinel is the first node that a deposit reaches, missed with one probability whatever the
    number of positive nodes; a negative basin has a negative sentinel.

    Source
    ------
    sentinel596: 9.9 % of positive basins had a negative sentinel.
    """
    return positive > 0 and u < sensitivity


@jit
def measured_cells(cells: float, spread: float, z: float) -> float:
    """Return the cells of a ball of the diameter that the clinic measures.

    ``spread`` is the SD of the logarithm of the measured diameter, ``z`` a standard normal number.

    Assumes
    -------
    The error is log-normal with median 1, the same for all sizes.
    """
    return cells * math.exp(3.0 * spread * z)


def summary_stage(regional: Mask, distant: Mask) -> npt.NDArray[np.int64]:
    """Return the place of each summary stage in ``SUMMARY_STAGES``: the farthest that is seen.

    Parameters
    ----------
    regional : (patient,) a regional node holds tumour, or the tumour has grown past its organ.
    distant : (patient,) a metastasis is seen.
    """
    stage = np.where(regional, SUMMARY_STAGES.index("regional"), SUMMARY_STAGES.index("localized"))
    stage[distant] = SUMMARY_STAGES.index("distant")
    return stage


def _stage_rules() -> dict[str, dict[tuple[int, int], str]]:
    """Return the group by (T, N) of each rule of the atlas, from names such as ``T3N1``."""
    rules: dict[str, dict[tuple[int, int], str]] = {}
    for rule, tables in load_clinic("staging").items():
        groups = tables.get("groups", {})
        most = 3 if "n3_from" in tables else 2
        wanted = {f"T{t}N{n}" for t in range(1, 5) for n in range(most + 1)}
        if wanted ^ set(groups):
            given = f"staging.{rule}.groups: {', '.join(sorted(wanted ^ set(groups)))}"
            raise ParameterError(given, allowed="a group for each T and N, N3 where n3_from is")
        rules[rule] = {(int(name[1]), int(name[3])): group for name, group in groups.items()}
    return rules


def node_limits(rule: str) -> int:
    """Return the positive nodes from which a rule of the atlas says N3; 0 where it does not."""
    return int(load_clinic("staging")[rule].get("n3_from", 0))


STAGE_RULES: Final = _stage_rules()
"""Stage group by (T, N) for M0, by rule; M1 is IV."""
