"""One life: a virtual patient lived alone, the same one as in any cohort of that seed.

Public names: ``Life``, ``live_one``, ``NobodyError``.
"""

import math
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from paget.body.growth import NEVER
from paget.body.lesion import LESION
from paget.core.arguments import whole_number
from paget.core.errors import ScenarioError
from paget.core.parameters import ParameterSet
from paget.core.results import NOTICE
from paget.engine import Model
from paget.engine.reading import write_sizes
from paget.run.scenario import Scenario, resolve
from paget.run.shards import Engine
from paget.tables import columns
from paget.tables.patients import diameters_mm
from paget.words import LESION_KINDS, LOCAL

Floats = npt.NDArray[np.float64]

STATES: Final = ("asleep", "held", "stalled", "growing")
_LAST_PATIENT: Final = 2**32 - 1
_FEWEST: Final = 1e-300  # cells: keeps a share from dividing by none


class NobodyError(ScenarioError):
    """A person of a population has no life with the cancer to tell."""


@dataclass(frozen=True, eq=False, repr=False)
class Life:
    """One virtual patient, from the first malignant cell to death."""

    patient: int
    seed: int
    summary: Mapping[str, Any]
    """The row of this patient in ``Cohort.patients``, by column."""
    events: pl.DataFrame
    """All that happened, each lesion's own events included."""
    lesions: pl.DataFrame
    funnel: pl.DataFrame
    scenario: Scenario
    model: Model
    records: Any
    """The engine's own records of the lesions, in the order of ``lesions``."""
    left: Any
    """And of what each treatment has left of them, in order of time."""

    @property
    def notice(self) -> str:
        """Return what this is for, and what it is not for."""
        return NOTICE

    @property
    def parameters(self) -> ParameterSet:
        """Return the parameters of the scenario."""
        return self.model.parameters

    def at(self, day: float) -> pl.DataFrame:
        """Return the lesions that there are on a day: where, of how many cells, in which state.

        A lesion is asleep, held by the immune system, stalled without vessels, or growing. One that
        was treated has the cells that its last treatment before that day has left to grow from;
        what is not founded yet, was removed or died out is absent. After the end of the record
        there is nothing to tell, and a warning says why.
        """
        day = self._day_of(day)
        records = _as_of(self.records, self.left, day)
        cells = np.zeros(len(records))
        write_sizes(records, day, self.model.world, cells)
        state = np.select(
            [
                day < records["wakes"],
                (day >= records["balance_from"]) & (day < records["balance_until"]),
                (day >= records["stall_from"]) & (day < records["stall_until"]),
            ],
            [0, 1, 2],
            3,
        )
        known = self.lesions.select(
            "lesion", "parent", "site", "kind", "route", "count", "founded_day"
        )
        table = known.with_columns(
            cells=columns.numbers(cells),
            diameter_mm=columns.numbers(diameters_mm(cells, self.model.world.density)),
            state=columns.words(state, STATES),
        )
        return table.filter((pl.col("cells") > 0.0) & (day <= self.summary["follow_up_day"]))

    def _day_of(self, given: object) -> float:
        """Return a day as a number; warn where it comes after the end of the record."""
        try:
            day = float(given)  # pyright: ignore[reportArgumentType]
        except (TypeError, ValueError):
            day = math.nan
        if math.isnan(day):
            raise ScenarioError(f"day = {given!r}", "the arguments", "must be a number of days")
        end, died = self.summary["follow_up_day"], self.summary["death_day"] is not None
        if day > end:
            told = "died on" if died else "was followed until"
            warnings.warn(
                f"nothing is told of day {day:.10g}: virtual patient {self.patient} "
                f"{told} day {end:.10g}",
                stacklevel=3,
            )
        return day

    @property
    def treated(self) -> pl.DataFrame:
        """Return what each treatment has left of each lesion: cells, and the share that resists.

        Cells of few are expected numbers. A lesion that is removed or dies out has no row for it.
        """
        left = self.left
        cells = left["sensitive"] + left["resistant"]
        return self.lesions[left["lesion"]].select(
            "lesion",
            "site",
            "kind",
            day=columns.numbers(left["day"]),
            cells=columns.numbers(cells),
            resistant_share=columns.numbers(left["resistant"] / np.maximum(cells, _FEWEST)),
        )

    def __repr__(self) -> str:
        """Return a short description."""
        return (
            f"<{type(self).__name__} of virtual patient {self.patient}, {self.scenario.title}, "
            f"seed {self.seed}: {len(self.lesions)} lesions, {len(self.events)} events. {NOTICE}>"
        )


def live_one(scenario: Scenario, patient: int, model: Model | None = None) -> Life:
    """Return the life of one virtual patient of a scenario; its model, where that is there."""
    patient = whole_number("patient", patient, 0, _LAST_PATIENT)
    model, seed = model or resolve(scenario), scenario.required_seed()
    engine = Engine(model, seed, one_life=True)
    block = next(iter(engine.blocks(patient, 1)))
    tables = block.tables
    if tables["patients"].is_empty():
        why = "had the cancer before entering the population"
        raise NobodyError(
            f"virtual person {patient}",
            "the arguments",
            f"this one {why if block.excluded else 'never has the cancer while followed'}",
            "Choose another; the patients of a cohort are those who have it.",
        )
    summary = tables["patients"].row(0, named=True)
    return Life(
        patient,
        seed,
        summary,
        tables["events"],
        tables["lesions"],
        tables["funnel"],
        scenario,
        model,
        _records(engine.last_lesions(), tables["lesions"], model),
        engine.last_left(),
    )


def _records(lesions: Any, table: pl.DataFrame, model: Model) -> Any:
    """Return the engine's records, with one for a local relapse where the table has one."""
    local = table.filter(pl.col("kind") == LESION_KINDS[LOCAL])
    if local.is_empty():
        return lesions
    primary, extra = lesions[0], np.zeros(1, LESION)
    for name in ("site", "rate", "capacity", "corner", "evasion"):
        extra[name] = primary[name]
    for name in (
        "dies_asleep", "removed", "balance_from", "balance_until", "stall_from", "stall_until",
        "anchor",
    ):  # fmt: skip
        extra[name] = NEVER
    extra["founded"] = extra["wakes"] = local["founded_day"][0]
    extra["start"] = model.world.residual_cells
    extra["id"], extra["count"], extra["route"], extra["kind"] = local["lesion"][0], 1, -1, -1
    return np.concatenate([lesions, extra])


def _as_of(records: Any, left: Any, day: float) -> Any:
    """Return the records as they were on a day: each with its last treatment before that."""
    then, so_far = records.copy(), left[left["day"] <= day]
    then["anchor"][left["lesion"]] = NEVER
    for name in ("anchor", "sensitive", "resistant"):
        then[name][so_far["lesion"]] = so_far[name]  # of several, the last one stays
    return then
