"""The engine on the cancer ``theory``: models, whole lives, and colonies up to a stated day.

Two ways to ask the engine. `whole_lives` lives lives as a run does. `colonies` draws the person,
founds the primary and lets the cascade run to a stated day, with the clinic left out: the day of
the closed forms is a number, not a death.

Public names: `theory_model`, `cells_to_mm`, `CELLS_PER_MM3`, `SEED`, `whole_lives`, `Lives`,
`colonies`, `Colonies`.
"""

import math
from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import cache
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from paget.atlas.anatomy import BodyMap, load_body_map
from paget.atlas.cancers import load_cancer
from paget.body.cascade import FULL, NONE, next_lesion, open_primary
from paget.body.growth import NEVER
from paget.body.lesion import Scratch, World, size_on
from paget.body.person import draw_person, found_primary
from paget.body.queue import Records
from paget.clinic.chart import Person
from paget.core.errors import RunError
from paget.core.parameters import ParameterSet
from paget.core.units import YEAR
from paget.engine import ROOM, Model, build_model, people, scratch
from paget.engine.lives import live_many, run_key
from paget.kernels.jit import jit

SEED: Final = 1889
CELLS_PER_MM3: Final = 2e5
"""The density of cells in the cancer ``theory``."""
"""Lesions for which a life has room at first: as in a run, so that compiled code is shared."""
LARGEST: Final = 1 << 17

Table = Any
"""A record array: numpy's types cannot name its fields."""

COLONY: Final = np.dtype(
    [
        ("life", "i8"),
        ("parent", "i8"),  # 0: the primary
        ("founders", "i8"),
        ("count", "i8"),
        ("founded", "f8"),
        ("wakes", "f8"),
        ("dies_asleep", "f8"),
        ("stall_from", "f8"),
        ("stall_until", "f8"),
        ("start", "f8"),
        ("cells", "f8"),  # on the last day
    ]
)


class Lives(NamedTuple):
    """Whole lives: one record a person, one row a lesion."""

    model: Model
    persons: Table
    lesions: Table


class Colonies(NamedTuple):
    """The colonies of many lives on one day."""

    table: Table
    """One `COLONY` a colony, life by life in the order of founding."""
    primary: npt.NDArray[np.float64]
    """(life,) cells of the primary on that day."""

    def per_life(self, weights: npt.ArrayLike | None = None) -> npt.NDArray[np.float64]:
        """Return (life,) the colonies of each life, or the sum of a weight over them."""
        return np.bincount(self.table.life, weights, minlength=len(self.primary)).astype(float)


@cache
def _body() -> BodyMap:
    return load_body_map()


@cache
def theory() -> ParameterSet:
    """Return the parameters of the cancer ``theory``."""
    return load_cancer("theory", frozenset(_body().site_names))


def cells_to_mm(cells: float) -> float:
    """Return the diameter [mm] of a ball of ``cells`` at the density of ``theory``."""
    return (6.0 * cells / (math.pi * CELLS_PER_MM3)) ** (1.0 / 3.0)


def perfect_filters(body: BodyMap, stops: Collection[str]) -> BodyMap:
    """Return the body with sites that stop every seed, and all others open to every seed."""

    def filtered(site: Any) -> Any:
        return replace(site, arrest=(1.0,) * 3 if site.name in stops else (0.0,) * 3)

    return replace(
        body,
        organs=tuple(filtered(site) for site in body.organs),
        stations=tuple(filtered(site) for site in body.stations),
        surfaces=tuple(filtered(site) for site in body.surfaces),
    )


def theory_model(
    changes: Mapping[str, object],
    horizon: float = 40.0 * YEAR,
    stops: Collection[str] = ("liver",),
) -> Model:
    """Return the model of ``theory`` with changes, on a body in which only ``stops`` stop seeds.

    The liver must be among them, so that every journey ends. As theory lets no seed die, a seed
    shed is then a colony founded.
    """
    parameters = theory().changed(changes, "paget verify")
    return build_model(parameters, perfect_filters(_body(), stops), horizon)


def whole_lives(model: Model, n: int, seed: int = SEED) -> Lives:
    """Live ``n`` lives as a run does."""
    persons, rows, _ = live_many(model, n, seed)
    return Lives(model, persons, rows)


def colonies(
    model: Model, day: float, n: int, surgery: float = NEVER, seed: int = SEED
) -> Colonies:
    """Let the cascade of ``n`` lives run to ``day``, the primary removed on ``surgery``."""
    person, primary = people(1)[0], np.zeros(n)
    parts: list[Table] = []
    done, room = 0, ROOM
    work = scratch(room)
    while done < n:
        rows: Table = np.zeros(64 * (n - done) + room, COLONY).view(np.recarray)
        lived, written, full = _colonies(
            run_key(seed), done, day, surgery, model.world, work, person, primary, rows
        )
        parts.append(rows[:written].copy())
        done += lived
        if full:
            room = _more(room, done)
            work = scratch(room)
    return Colonies(np.concatenate(parts).view(np.recarray), primary)


def _more(room: int, life: int) -> int:
    """Return room for more lesions; there is an end to it."""
    if room >= LARGEST:
        raise RunError(f"life {life}", "paget verify", f"needs room for more than {room} lesions")
    return room * 16


@jit
def _colonies(
    key: int,
    first: int,
    day: float,
    surgery: float,
    world: World,
    work: Scratch,
    person: Person,
    primary: npt.NDArray[np.float64],
    rows: Records,
) -> tuple[int, int, bool]:
    """Fill ``primary`` and ``rows`` from life ``first`` on; return lives, rows and want of room."""
    n_rows = 0
    for life in range(first, len(primary)):
        draw_person(key, life, world, person)
        found_primary(person, world, work)
        open_primary(person, world, work, day)
        while True:
            i = next_lesion(person, world, work, surgery, day, NEVER)
            if i == FULL:
                return life - first, n_rows, True
            if i == NONE:
                break
        if n_rows + work.n_lesions > len(rows):
            return life - first, n_rows, False
        primary[life] = size_on(work.lesions[0], day, world)
        for j in range(1, work.n_lesions):
            lesion, row = work.lesions[j], rows[n_rows]
            row.life, row.parent = life, lesion.parent
            row.founders, row.count = lesion.founders, lesion.count
            row.founded, row.wakes = lesion.founded, lesion.wakes
            row.dies_asleep, row.start = lesion.dies_asleep, lesion.start
            row.stall_from, row.stall_until = lesion.stall_from, lesion.stall_until
            row.cells = size_on(lesion, day, world)
            n_rows += 1
    return len(primary) - first, n_rows, False
