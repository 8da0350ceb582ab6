"""Citations: the publications on which a run rests, and how much of it is assumed.

Public names: ``citations``, ``Citations``, ``Cited``, ``atlas_sources``.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from paget.core.errors import ScenarioError, closest, whats_close
from paget.core.parameter import MECHANISM
from paget.core.parameters import SET_BY_USER, ParameterSet
from paget.core.sources import Source, load_sources
from paget.culture.manifest import ENSEMBLE, TISSUE
from paget.run.manifest import read_manifest, whole
from paget.run.scenario import ScenarioLike, known_scenarios, load_scenario, resolve, the_body
from paget.tissue.model_file import known_models, load_model


@dataclass(frozen=True, slots=True)
class Cited:
    """A publication and the numbers that rest on it."""

    source: Source
    names: tuple[str, ...]
    """Parameters, and numbers of the body map."""


@dataclass(frozen=True, slots=True)
class Citations:
    """What a run or a scenario rests on."""

    title: str
    cited: tuple[Cited, ...]
    """The publications, by key."""
    n_parameters: int
    """Parameters of the cancer."""
    n_assumptions: int
    """Of these, assumptions."""
    n_switches: int
    """Of these, steps of the model that can be switched off, which rest on no number."""
    n_changed: int
    """Of these, set by the user."""
    n_body: int
    """Numbers of the body map."""
    n_body_assumptions: int

    @property
    def bibtex(self) -> str:
        """Return the publications as BibTeX."""
        return "\n\n".join(cited.source.bibtex for cited in self.cited)


def citations(run_or_scenario: ScenarioLike) -> Citations:
    """Return what a run (by its folder) or a scenario rests on."""
    title, parameters, body = _parameters(run_or_scenario)
    users: dict[str, list[str]] = {}
    for numbers in (parameters, body):
        for name, parameter in numbers.items():
            for key in parameter.cited:
                users.setdefault(key, []).append(name)
    known = atlas_sources()
    cited = (Cited(known[key], tuple(users[key])) for key in sorted(users) if key in known)
    values = list(parameters.values())
    return Citations(
        title=title,
        cited=tuple(cited),
        n_parameters=len(values),
        n_assumptions=len(parameters.assumptions()),
        n_switches=sum(parameter.source == MECHANISM for parameter in values),
        n_changed=sum(parameter.source == SET_BY_USER for parameter in values),
        n_body=len(body),
        n_body_assumptions=len(body.assumptions()),
    )


@cache
def atlas_sources() -> Mapping[str, Source]:
    """Return the publications of the atlas by key, read once."""
    with as_file(files("paget.atlas") / "sources.bib") as path:
        return load_sources(path)


def _parameters(source: ScenarioLike) -> tuple[str, ParameterSet, ParameterSet]:
    """Return the title, the parameters and the numbers of the body map of a run or a scenario.

    A tissue has no body map.
    """
    nothing = ParameterSet(())
    if isinstance(source, str) and source in known_models():
        return f"tissue {source}", load_model(source).values, nothing
    folder = _folder(source)
    if folder is not None:
        manifest = read_manifest(folder)
        is_tissue = manifest.get("kind") in (TISSUE, ENSEMBLE)
        with whole(folder):
            parameters = ParameterSet.from_records(_records(manifest))
        return f"the run in {folder}", parameters, nothing if is_tissue else the_body().numbers
    scenario = load_scenario(source)
    return f"scenario {scenario.title}", resolve(scenario).parameters, the_body().numbers


def _records(manifest: Mapping[str, Any]) -> list[Any]:
    """Return the parameters of a run; of a comparison those of both arms, each once."""
    if "parameters" in manifest:
        return list(manifest["parameters"])
    known: dict[str, Any] = {}
    for record in (*manifest["a"]["parameters"], *manifest["b"]["parameters"]):
        if record["name"] not in known or record["source"] == SET_BY_USER:
            known[record["name"]] = record
    return list(known.values())


def _folder(source: ScenarioLike) -> Path | None:
    """Return the folder of a run; None for a scenario, or an error where it is neither."""
    known = known_scenarios()
    if not isinstance(source, str | Path) or str(source) in known:
        return None
    with suppress(OSError, RuntimeError):  # a name too long; no such user: no path
        path = Path(source).expanduser()
        if path.exists() or path.suffix == ".toml":
            return path if path.is_dir() else None
    near = closest(str(source), known)
    others = (name for name in known if name not in near)
    raise ScenarioError(
        f"{str(source)!r} is neither the folder of a run nor a scenario",
        allowed=f"scenarios are {', '.join((*near, *others))}",
        remedy=whats_close(str(source), known),
    )
