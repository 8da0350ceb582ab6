"""From the atlas to the engine: one parameter record, one record a soil, and where seeds go.

Named parameters in canonical units become the arrays that every life shares. This is the only place
that knows both the dotted names of the atlas and the fields of the records; what it derives
(rates at a reference size, the chain of circulation, the probability that a seed is viable) it
derives once.

Public names: ``Model``, ``build_model``, ``scratch``, ``people``, ``ROOM``,
``Population``, ``PATIENTS``.
"""

from paget.engine.model import ROOM, Model, build_model, people, scratch
from paget.engine.population import PATIENTS, Population

__all__ = ["PATIENTS", "ROOM", "Model", "Population", "build_model", "people", "scratch"]
