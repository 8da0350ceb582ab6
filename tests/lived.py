"""Lives for tests: the engine itself, without scenarios, files or threads.

Public names: ``Lives``, ``choices``, ``words_of``, ``colon``, ``model_of``, ``soil_of``, ``lives``,
``live_in``, ``lone_life``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from paget.atlas.anatomy import BodyMap, load_body_map
from paget.atlas.cancers import load_cancer
from paget.core.parameters import ParameterSet
from paget.core.units import YEAR
from paget.engine import Model, build_model
from paget.engine.lives import live_many

HORIZON = 40.0 * YEAR

Changes = Mapping[str, object]
Table = Any
"""A record array: numpy's types cannot name its fields."""


@dataclass(frozen=True)
class Lives:
    """What a block of lives leaves: the persons, their lesions and the model they lived in."""

    model: Model
    persons: Table
    lesions: Table
    shed: Table
    """(route, source) seeds shed, as whole numbers."""

    @property
    def soil(self) -> Table:
        """The soils, one record a site."""
        return soil_of(self.model)

    def of(self, patient: int) -> Table:
        """Return the lesions of one patient, the primary first."""
        return self.lesions[self.lesions.patient == patient]

    def row(self, site: str) -> int:
        """Return the row of a soil by its name."""
        return self.model.sites.index(site)


def soil_of(model: Model) -> Table:
    """Return the soils of a model as a record array, with fields by name."""
    return np.asarray(model.soil).view(np.recarray)


@cache
def body() -> BodyMap:
    """Return the body map."""
    return load_body_map()


def colon(changes: Changes, cancer: str = "colon") -> ParameterSet:
    """Return the parameters of colon cancer with some of them changed."""
    known = load_cancer(cancer, frozenset(body().site_names))
    return known.changed(changes, "a test") if changes else known


def words_of(name: str) -> tuple[str, ...]:
    """Return the words that a parameter of the atlas may be."""
    return colon({})[name].choices


def choices() -> list[tuple[str, str]]:
    """Return every parameter that is a word, with each word that it may be."""
    return [(name, word) for name, p in colon({}).items() for word in p.choices]


def model_of(changes: Changes, cancer: str = "colon", horizon: float = HORIZON) -> Model:
    """Return the model of colon cancer with some parameters changed."""
    return build_model(colon(changes, cancer), body(), horizon)


def lives(
    changes: Changes,
    n: int,
    seed: int,
    *,
    first: int = 0,
    cancer: str = "colon",
    horizon: float = HORIZON,
) -> Lives:
    """Live patients ``first`` to ``first + n - 1`` of colon cancer with some parameters changed."""
    return live_in(model_of(changes, cancer, horizon), n, seed, first=first)


def live_in(model: Model, n: int, seed: int, *, first: int = 0) -> Lives:
    """Live ``n`` patients in a model, with as much room as the largest life needs."""
    persons, rows, shed = live_many(model, n, seed, first)
    return Lives(model, persons, rows, shed)


def lone_life(model: Model, patient: int, seed: int) -> Lives:
    """Live one patient alone."""
    return live_in(model, 1, seed, first=patient)
