r"""Lymph nodes: finite stations whose deposits grow, are counted, and spread on.

A station holds a number of nodes. A seed that settles lands in any node of the station with equal
chance; one that lands in a node already taken adds no deposit. Deposits grow, are positive above a
stated size, spread to other nodes of their station at a constant rate and send cells along the
efferent lymph. Whether nodes feed the blood is a switch:

==========  ======================================================================
filter      deposits feed the next stations; what they send on never reaches blood
bystander   deposits send nothing on: they mark spread and cause none
gateway     deposits feed the next stations and, by the thoracic duct, the blood
==========  ======================================================================

Public names: ``FILTER``, ``BYSTANDER``, ``GATEWAY``, ``free_share``, ``node_to_node_rate``,
``feeds``.
"""

import numpy as np

from paget.kernels.jit import jit
from paget.words import BYSTANDER, GATEWAY


@jit
def free_share(taken: float, nodes: float, arrivals: float) -> float:
    """Return the probability that ``arrivals`` seeds take at least one free node of a station.

    Source
    ------
    Classical occupancy: each arrival lands in any of the ``nodes`` with equal chance.
    """
    if taken >= nodes:
        return 0.0
    return 1.0 - (taken / nodes) ** arrivals


@jit
def node_to_node_rate(turnover: float, p: np.record) -> float:
    """Return the seeds per day that one deposit sends to other nodes of its own station.

    Assumes
    -------
    Constant over a deposit's life once it is vascular, and faster in patients with faster turnover.
    """
    return p.node_to_node_rate * turnover


@jit
def feeds(role: int, target_is_node: bool) -> bool:
    """Return whether a deposit in a node may seed a target, given the ``role`` of nodes."""
    if role == BYSTANDER:
        return False
    return target_is_node or role == GATEWAY
