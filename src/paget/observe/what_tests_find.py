"""What is published of tests and of cells in blood, worked out from the laws of a model.

Two of them are told of patients as well: what a test of stool would have shown at diagnosis.

Public names: ``OF_THE_MODEL``, ``STOOL_TEST``.
"""

import math
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, Final

import numpy as np
import polars as pl

from paget.atlas.clinic import load_clinic
from paget.body.precursor import benign_number
from paget.body.progression import diameter
from paget.clinic.imaging import detection_probability
from paget.engine import Model
from paget.observe.at_diagnosis import Key
from paget.observe.cohort_tables import CohortTables
from paget.observe.summaries import Floats, Quantity, mean, of_each
from paget.run.denominators import benign_sizes, none_found, prevalence_found
from paget.words import BLOOD, SMALL

Law = Callable[[Model], float]

_MM: Final = 1000.0  # [um]
_CORLEY: Final = {"50-54": 52.5, "60-64": 62.5, "70-74": 72.5}  # ages, and their middle
_AUTOPSY_AGE: Final = 60.0
_CT_SIZES: Final = {
    "1-5 mm": (1, 5),
    "6-10 mm": (6, 10),
    "11-15 mm": (11, 15),
    "16-20 mm": (16, 20),
    "> 20 mm": (21, 60),
}


def _test(name: str) -> Any:
    """Return a screening test of the atlas, by the names of a programme's fields."""
    return SimpleNamespace(
        **load_clinic("screening")[name], confirm_best=1.0, confirm_median=0.0, confirm_spread=1.0
    )


def _colonoscopy_finds(sex: int, age: float) -> Law:
    return lambda model: 100.0 * prevalence_found(model.world, sex, age, _test("colonoscopy"))


def _adenomas(low_mm: float, high_mm: float) -> Law:
    def law(model: Model) -> float:
        size_mm, weight = benign_sizes(model.world)
        return 100.0 * float(weight[(size_mm >= low_mm) & (size_mm < high_mm)].sum())

    return law


def _occult(model: Model) -> float:
    """Share of women with a precursor that never progresses, of any size."""
    number = benign_number(_AUTOPSY_AGE, 0, model.world)
    return 100.0 * (1.0 - none_found(number, model.world))


def _sensitivity(test: Any, size_mm: Floats) -> Floats:
    law = (test.median, test.spread, test.best)
    return np.array([detection_probability(float(mm), *law) for mm in size_mm])


def _screening(test: str, size_mm: float) -> Law:
    return lambda _: 100.0 * float(_sensitivity(_test(test), np.array([size_mm]))[0])


def _liver_ct(low_mm: float, high_mm: float) -> Law:
    """Sensitivity of the era's CT in the liver, over diameters spread evenly between two."""

    def law(model: Model) -> float:
        if "liver" not in model.sites:
            return float("nan")
        world, ct = model.world, load_clinic("imaging")["ct"]
        soil = world.soil[model.sites.index("liver")]
        median = diameter(float(soil.detection_cells), float(world.density)) / _MM
        test = SimpleNamespace(median=median, spread=ct["spread"], best=ct["best"])
        return 100.0 * mean(_sensitivity(test, np.linspace(low_mm, high_mm, 21)))

    return law


def _half_life(model: Model) -> float:
    """Half-life [hour] in blood of the small cells that circulate, after a tube has been drawn."""
    source = model.body.site_names.index(model.primaries[0])
    return math.log(2.0) * float(model.fates.time_in_blood[BLOOD, SMALL, source]) * 24.0


def _shed_per_gram(model: Model) -> float:
    """Cells shed into blood per gram and day at the reference diameter; a mL weighs a gram."""
    p = model.world
    grams = p.shedding_cells / p.density / 1e12
    return float(model.parameters.real("shedding.blood_rate")) / grams


OF_THE_MODEL: Final[dict[Key, Law]] = {
    **{
        ("adenoma at colonoscopy", f"{word} {ages}"): _colonoscopy_finds(sex, age)
        for sex, word in enumerate(("women", "men"))
        for ages, age in _CORLEY.items()
    },
    ("adenomas by size", "< 6 mm"): _adenomas(0.0, 6.0),
    ("adenomas by size", ">= 10 mm"): _adenomas(10.0, np.inf),
    ("occult carcinoma in situ", "at autopsy"): _occult,
    ("mammography sensitivity", "5 mm"): _screening("mammography", 5.0),
    ("mammography sensitivity", "10 mm"): _screening("mammography", 10.0),
    **{("liver CT sensitivity", word): _liver_ct(*ends) for word, ends in _CT_SIZES.items()},
    ("half-life of circulating tumour cells", ""): _half_life,
    ("cells shed per gram and day", ""): _shed_per_gram,
}


def _by_stool(who: pl.Expr) -> Quantity:
    """Sensitivity of FIT for the cancers of some patients, at the diameter of their diagnosis."""

    def of(tables: CohortTables) -> pl.DataFrame:
        chosen = tables.found.filter(who)
        found = _sensitivity(_test("fit"), chosen["diameter_mm"].to_numpy())
        return of_each(chosen, pl.Series(100.0 * found, dtype=pl.Float64))

    return Quantity(of, mean)


STOOL_TEST: Final[dict[Key, Quantity]] = {
    **{
        ("FIT sensitivity", stage): _by_stool(pl.col("main_stage") == stage)
        for stage in ("I", "II", "III", "IV")
    },
    **{("FIT sensitivity", f"T{t}"): _by_stool(pl.col("clinical_t") == t) for t in (1, 3)},
}
