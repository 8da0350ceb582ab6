"""The observation layer of tests: what screening, imaging and pathology would find.

Each figure is worked out from the laws of the tests and, where it asks for patients, from those of
the sample.

Public names: ``OBSERVATIONS_TESTS``, ``found_nodes``, ``beta_binomial``.
"""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.special import betaln
from scipy.stats import hypergeom, poisson

from paget.atlas.clinic import load_clinic
from paget.body.precursor import benign_number
from paget.body.progression import diameter
from paget.clinic.imaging import detection_probability
from paget.observe.sample import Floats, Mask, Sample, mean
from paget.run.denominators import benign_sizes, none_found, prevalence_found

Ints = npt.NDArray[np.int64]
Observation = Callable[[Sample], float]

_MM: Final = 1000.0  # [um]
_CORLEY: Final = {"50-54": 52.5, "60-64": 62.5, "70-74": 72.5}  # ages, and their middle
_AUTOPSY_AGE: Final = 60.0
_EXAMINED: Final = 12.0  # nodes on average, 1994 to 2005: an assumption; a median of 17.8 later
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


def found_nodes(positive: Ints, total: int) -> Floats:
    """Return the expected patients by nodes examined (row) and nodes found positive (column).

    The era examined a Poisson number of nodes, which are a random draw from the ``total``.
    """
    held = np.bincount(np.minimum(positive, total), minlength=total + 1).astype(np.float64)
    number = np.arange(total + 1)
    found = np.array([hypergeom.pmf(number, total, k, number[:, None]) for k in number])
    examined = poisson.pmf(number, _EXAMINED) * (number > 0)
    return examined[:, None] * np.tensordot(held, found, axes=1)


def beta_binomial(patients: Floats) -> tuple[float, float]:
    """Return the beta law of the share of positive nodes that makes what was found likeliest.

    ``patients`` are counted by nodes examined (row) and nodes found positive (column).
    """
    n, x = np.nonzero(patients)
    weight = patients[n, x] / patients.sum()

    def surprise(at: Floats) -> float:
        a, b = np.exp(at)
        return -float(weight @ (betaln(x + a, n - x + b) - betaln(a, b)))

    a, b = np.exp(minimize(surprise, np.array([0.0, 1.0]), method="Nelder-Mead").x)
    return float(a), float(b)


def _missed(examined: int) -> Observation:
    """Chance to miss every positive node among those examined, worked out as the registry did.

    A beta-binomial is fitted to the patients in stages I to III in whom a positive node was found;
    those in whom all were missed are not among them.
    """

    def observe(s: Sample) -> float:
        soil = s.model.soil
        total = int(soil["nodes"][soil["is_regional"] == 1].sum())
        operated = np.isfinite(s.persons.surgery_day) & (s.persons.n_seen == 0)
        patients = found_nodes(s.persons.positive_nodes[operated], total)
        patients[:, 0] = 0.0
        if not patients.sum() > 0.0:
            return float("nan")
        a, b = beta_binomial(patients)
        return 100.0 * float(np.exp(betaln(a, b + examined) - betaln(a, b)))

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
