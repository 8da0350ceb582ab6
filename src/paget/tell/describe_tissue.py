"""Describe a tissue model: its laws as equations and sentences, its rules, its parameters.

The wording stands in ``tissue_laws.toml``, one entry a process. Nothing here prints.

Public names: ``describe_tissue``, ``names_tissue``, ``TissueDescription``.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from paget.core.errors import closest
from paget.core.parameter import Parameter
from paget.core.parameters import SET_BY_USER, ParameterSet
from paget.core.toml import load_toml
from paget.run.scenario import known_scenarios
from paget.tell.describe import State, Term, ToldLaw, terms_of
from paget.tissue.model import FieldSpec, Model, StartSpec, VesselSpec
from paget.tissue.model_file import ModelLike, known_models, load_model

_OTHERS = {"vasculature": "cascade", "normal": "normal", "tissue": "density"}
"""Entries that are no process, by the group of their parameters."""
_EDGES = {"no-flux": "no flux", "mirror": "mirrored", "fixed": "held"}


@dataclass(frozen=True, slots=True)
class TissueDescription:
    """A tissue model in words."""

    title: str
    about: str
    setting: tuple[str, ...]
    """Sentences on grid, fields, start, vessels and sites."""
    laws: tuple[ToldLaw, ...]
    """In the order of a step."""
    rules: tuple[str, ...]
    changed: tuple[Parameter, ...]
    """What the model, or the user, changes of the parameter file."""
    n_parameters: int
    n_assumptions: int


def describe_tissue(source: ModelLike) -> TissueDescription:
    """Return a tissue model in words."""
    model = load_model(source)
    laws = tuple(_tell(name, model.values, "each step") for name in model.processes)
    groups = {name.partition(".")[0] for name in model.values}
    others = [entry for group, entry in _OTHERS.items() if group in groups]
    if model.cascade is None and "cascade" in others:
        others.remove("cascade")
    used = (*laws, *(_tell(name, model.values, "beside the steps") for name in others))
    changed = [one for one in model.values.values() if one.source == SET_BY_USER]
    return TissueDescription(
        title=model.title,
        about=model.about,
        setting=tuple(_setting(model)),
        laws=used,
        rules=tuple(rule.text for rule in model.understood_rules),
        changed=tuple(changed),
        n_parameters=len(model.values),
        n_assumptions=len(model.values.assumptions()),
    )


def names_tissue(source: str) -> bool:
    """Tell whether a name, or a file, is that of a tissue model rather than of a scenario."""
    models, scenarios = known_models(), known_scenarios()
    if source in models or source in scenarios:
        return source in models
    path = Path(source).expanduser()
    if path.is_file():
        return _is_tissue_file(path)
    return any(name in models for name in closest(source, (*models, *scenarios), 1))


def _is_tissue_file(path: Path) -> bool:
    """Tell it of a file, by its own keys or by what it builds on."""
    content = load_toml(path)[0]
    if "processes" in content or "grid" in content:
        return True
    base = content.get("base")
    if not isinstance(base, str) or base == str(path):
        return False
    below = path.parent / base
    return base in known_models() or (below.is_file() and _is_tissue_file(below))


@cache
def _entries() -> Mapping[str, Any]:
    """Return the wording of all laws of tissues."""
    with as_file(files("paget.tell") / "tissue_laws.toml") as path:
        return load_toml(path)[0]


def _tell(name: str, values: ParameterSet, step: str) -> ToldLaw:
    entry = _entries()[name]
    return ToldLaw(
        step=step,
        file=entry["file"],
        title=entry["title"],
        state=State.ON,
        switches=(),
        equations=tuple(entry["equations"]),
        sentence=entry["sentence"],
        terms=tuple(_terms(entry["terms"], values)),
    )


def _terms(patterns: Mapping[str, str], values: ParameterSet) -> Iterator[Term]:
    """Yield the parameters that a model has of those that a law may have."""
    for symbol, pattern in patterns.items():
        if any(fnmatchcase(name, pattern) for name in values):
            yield from terms_of(symbol, pattern, values)


def _setting(model: Model) -> Iterator[str]:
    """Yield what there is before the first step."""
    grid = model.lattice
    shape = " × ".join(str(length) for length in grid.shape)
    yield (
        f"{shape} voxels, {grid.spacing:.4g} µm apart, room for {model.grid.capacity} cells in "
        f"each; steps of {model.grid.step}, until {model.until} unless told otherwise."
    )
    if model.fields:
        yield f"Fields: {_listed(_told_field(*item) for item in model.fields.items())}."
    yield f"At the start: {_listed(map(_told_start, model.start))}."
    if told := _told_vessels(model.vessels):
        yield f"Vessels: {told}."
    if model.membrane is not None:
        yield f"A basement membrane {model.membrane:g} voxels around the centre."
    if model.cascade is not None:
        shares = _listed(f"{site} {share:g}" for site, share in model.cascade.sites.items())
        again = "shed again" if model.cascade.shed_again else "do not shed"
        yield f"The vasculature leads to {shares}; metastases {again}."


def _told_field(name: str, spec: FieldSpec) -> str:
    return f"{name} ({spec.start:g} everywhere, {_EDGES[spec.boundary]} at the edge)"


def _told_start(spec: StartSpec) -> str:
    cells = _listed(f"{number} {kind}" for kind, number in spec.cells.items())
    place = {"centre": "in the centre", "anywhere": "anywhere", "outside": "beyond the centre"}
    voxels = f" of {spec.voxels} voxels" if spec.voxels else ""
    return f"{cells} cells {place[spec.place]}{voxels}{f' of {spec.site}' if spec.site else ''}"


def _told_vessels(spec: VesselSpec) -> str:
    numbers = {"intact": spec.intact, "ruptured": spec.ruptured, "lymph": spec.lymph}
    pattern = "of one voxel each" if spec.pattern == "points" else "straight through the grid"
    told = _listed(f"{number} {name}" for name, number in numbers.items() if number)
    return f"{told}, {pattern}" if told else ""


def _listed(parts: Iterable[str]) -> str:
    return ", ".join(parts)
