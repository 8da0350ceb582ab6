"""The observation layer of tests: what screening, imaging and pathology would find.

Each figure is worked out from the laws of the tests and, where it asks for patients, from those of
the sample.

Public names: ``OBSERVATIONS_TESTS``.
"""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, Final

import numpy as np

from paget.atlas.clinic import load_clinic
from paget.body.precursor import benign_number
from paget.body.progression import diameter
from paget.clinic.imaging import detection_probability
from paget.study.population import benign_sizes, none_found, prevalence_found
from paget.study.sample import Floats, Mask, Sample, mean, share

Observation = Callable[[Sample], float]

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
_STAGES: Final = {
    "I": ("I",),
    "II": ("IIA", "IIB"),
    "III": ("IIIA", "IIIB", "IIIC"),
    "IV": ("IV",),
}


def _test(name: str) -> Any:
    """Return a screening test of the atlas, by the names of a programme's fields."""
    return SimpleNamespace(
        **load_clinic("screening")[name], confirm_best=1.0, confirm_median=0.0, confirm_spread=1.0
    )


def _colonoscopy_finds(sex: int, age: float) -> Observation:
    def observe(s: Sample) -> float:
        return 100.0 * prevalence_found(s.model.world, sex, age, _test("colonoscopy"))

    return observe


def _adenomas(low_mm: float, high_mm: float) -> Observation:
    def observe(s: Sample) -> float:
        size_mm, weight = benign_sizes(s.model.world)
        return 100.0 * float(weight[(size_mm >= low_mm) & (size_mm < high_mm)].sum())

    return observe


def _occult(s: Sample) -> float:
    """Share of women with a precursor that never progresses, of any size."""
    number = benign_number(_AUTOPSY_AGE, 0, s.model.world)
    return 100.0 * (1.0 - none_found(number, s.model.world))


def _sensitivity(test: Any, size_mm: Floats) -> Floats:
    law = (test.median, test.spread, test.best)
    return np.array([detection_probability(float(mm), *law) for mm in size_mm])


def _screening(test: str, size_mm: float) -> Observation:
    return lambda _: 100.0 * float(_sensitivity(_test(test), np.array([size_mm]))[0])


def _by_fit(chosen: Callable[[Sample], Mask]) -> Observation:
    return lambda s: 100.0 * mean(_sensitivity(_test("fit"), s.diameter[chosen(s)]))


def _of_stage(group: str) -> Callable[[Sample], Mask]:
    return lambda s: np.isin(s.stage, _STAGES[group])


def _of_t(t: int) -> Callable[[Sample], Mask]:
    return lambda s: s.t == t


def _liver_ct(low_mm: float, high_mm: float) -> Observation:
    """Sensitivity of the era's CT in the liver, over diameters spread evenly between two."""

    def observe(s: Sample) -> float:
        world, ct = s.model.world, load_clinic("imaging")["ct"]
        soil = world.soil[s.model.sites.index("liver")]
        median = diameter(float(soil.detection_cells), float(world.density)) / _MM
        test = SimpleNamespace(median=median, spread=ct["spread"], best=ct["best"])
        return 100.0 * mean(_sensitivity(test, np.linspace(low_mm, high_mm, 21)))

    return observe


def _missed(examined: int) -> Observation:
    """Share of node-positive patients none of whose positive nodes is among those examined."""

    def observe(s: Sample) -> float:
        soil = s.model.soil
        total = int(soil["nodes"][soil["is_regional"] == 1].sum())
        positive = np.minimum(s.persons.positive_nodes[s.persons.positive_nodes > 0], total)
        left = total - positive[:, None] - np.arange(examined)
        none = np.prod(np.maximum(left, 0) / (total - np.arange(examined)), axis=1)
        return share(none) if len(none) else float("nan")

    return observe


OBSERVATIONS_TESTS: Final[dict[tuple[str, str], Observation]] = {
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
    **{("FIT sensitivity", group): _by_fit(_of_stage(group)) for group in _STAGES},
    ("FIT sensitivity", "T1"): _by_fit(_of_t(1)),
    ("FIT sensitivity", "T3"): _by_fit(_of_t(3)),
    **{("liver CT sensitivity", word): _liver_ct(*ends) for word, ends in _CT_SIZES.items()},
    **{("positive nodes missed", f"{n} examined"): _missed(n) for n in (5, 8, 12)},
}
