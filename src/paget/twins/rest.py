"""The rest: people of a population who never have the cancer, the same lives in both arms.

Nobody lives them one by one: what they live through is expected by the life table.

Public names: ``Rest``, ``NO_REST``, ``Expected``, ``rest_of``.
"""

from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from paget.core.units import YEAR
from paget.engine import Model

Floats = npt.NDArray[np.float64]

_GRID: Final = 3001  # points of an integral over the follow-up


@dataclass(frozen=True, eq=False)
class Rest:
    """The people of a population who never have the cancer: the same lives in both arms."""

    n: int
    years: float
    """Mean years lived within the span."""
    years_squared: float
    died: float
    """Share who die within the span."""
    tests: tuple[float, float]
    """Mean number of tests, in either arm."""
    false_positives: tuple[float, float]
    benign: tuple[float, float]
    """Share in whom a precursor is found and removed that would never progress."""
    in_situ: tuple[float, float]
    """Share in whom such a precursor is treated as a carcinoma in situ: overdiagnosed."""
    grid: Floats
    """Years since entry,"""
    alive: Floats
    """and the share alive then."""


_NONE: Final = (0.0, 0.0)
NO_REST: Final = Rest(
    n=0,
    years=0.0,
    years_squared=0.0,
    died=0.0,
    tests=_NONE,
    false_positives=_NONE,
    benign=_NONE,
    in_situ=_NONE,
    grid=np.array([0.0, 1e9]),
    alive=np.array([1.0, 1.0]),
)


class Expected(NamedTuple):
    """What is expected of the people of a population without onset, in either arm."""

    a: pl.DataFrame | None = None
    """By sex, from `paget.run.denominators`; nothing where all are patients."""
    b: pl.DataFrame | None = None
    in_situ: tuple[bool, bool] = (False, False)
    """Whether a precursor that is found is treated as a carcinoma in situ, and counts as one."""
    screens: tuple[bool, bool] = (False, True)
    """Whether the clinic of an arm screens."""


def rest_of(n: int, span: float, model: Model, expected: Expected) -> Rest:
    """Return what ``n`` people without the cancer live through, by the life table."""
    one, other = expected.a, expected.b
    if one is None or other is None or n <= 0:
        return NO_REST
    weight = one["without_onset"].to_numpy() / float(one["without_onset"].sum())
    sexes = [("female", "male").index(sex) for sex in one["sex"]]
    entry, ages = model.population.entry_age, np.arange(model.world.mortality.shape[1])
    grid = np.linspace(0.0, span / YEAR, _GRID)
    hazard = [np.interp(entry + grid, ages, model.world.mortality[sex]) for sex in sexes]
    alive = np.sum([w * np.exp(h[0] - h) for w, h in zip(weight, hazard, strict=True)], axis=0)
    totals = [table.drop("sex").sum().row(0, named=True) for table in (one, other)]
    each = [{name: x / total["without_onset"] for name, x in total.items()} for total in totals]
    benign, in_situ = _benign(each, expected.in_situ)
    return Rest(
        n,
        float(np.trapezoid(alive, grid)),
        float(2.0 * np.trapezoid(grid * alive, grid)),
        float(1.0 - alive[-1]),
        (each[0]["tests"], each[1]["tests"]),
        (each[0]["false_positives"], each[1]["false_positives"]),
        benign,
        in_situ,
        grid,
        alive,
    )


def _benign(
    each: list[dict[str, Any]], in_situ: tuple[bool, bool]
) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return in whom a harmless precursor is removed, and in whom treated as in situ, by arm."""
    found = [float(arm["people_with_benign_found"]) for arm in each]
    treated = [x if is_one else 0.0 for x, is_one in zip(found, in_situ, strict=True)]
    return (found[0] - treated[0], found[1] - treated[1]), (treated[0], treated[1])
