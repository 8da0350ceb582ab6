"""Files of tissue models: read, built on one another, checked.

Public names: `ModelLike`, `known_models`, `load_model`, `model_schema`.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from paget.core.errors import ScenarioError, place, whats_close
from paget.core.parameters import SET_BY_USER, ParameterSet, load_parameters
from paget.core.refusals import (
    flat_changes,
    inherited,
    nearest_first,
    path_of,
    places_in,
    refusal,
    source_of,
)
from paget.core.toml import load_toml
from paget.tissue.model import Model
from paget.tissue.normal import with_switches
from paget.tissue.processes import PROCESSES, process_class
from paget.tissue.rules import parse_rule

ModelLike = Model | Mapping[str, Any] | str | Path

_FOLDER: Final = files("paget.atlas") / "tissues"
ASSUMPTION: Final = "assumption"
_ARGUMENT: Final = "the model argument"
_DEEPEST: Final = 10  # models that build on one another


def known_models() -> tuple[str, ...]:
    """Return the names of the tissue models of the atlas."""
    names = (entry.name for entry in _FOLDER.iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml")))


def model_schema() -> dict[str, Any]:
    """Return the JSON Schema of a file of a tissue model."""
    schema = Model.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def load_model(
    source: ModelLike,
    *,
    change: Mapping[str, object] | None = None,
    where: str = "the change argument",
    bare: bool = True,
) -> Model:
    """Return a checked model.

    Parameters
    ----------
    source : a name of the atlas, the path of a TOML file, a mapping or a model.
    change : new values of parameters by dotted name, on top of those that the model changes.
    where : where ``change`` was given, for messages: ``"--set"``.
    bare : allow changes without the unit of their parameter; those of users must carry it.
    """
    content, places = _read(source_of("model", source, (Model,)), Path(), 0)
    given = {} if change is None else flat_changes(change, where)
    content["change"] = {**content["change"], **given}
    places |= {f"change.{name}": where for name in given}
    try:
        model = Model.model_validate(content)
    except ValidationError as error:
        known = {"": Model.model_fields}
        raise refusal(error, content, places, known, "a tissue model") from None
    if not bare:
        _check_units(model, source, places)
    return _settled(model, _name_of(source), places)


def _check_units(model: Model, source: ModelLike, places: Mapping[str, str]) -> None:
    """Refuse changes that lack their unit; those of a model that is there were checked."""
    checked = source.change if isinstance(source, Model) else {}
    new = {key: value for key, value in model.change.items() if checked.get(key) != value}
    values = _parameters(model.parameters, places.get("parameters", ""))
    values.check_units(new, {key: places.get(f"change.{key}", "") for key in new})


def _name_of(source: ModelLike) -> str:
    if isinstance(source, Model):
        return source.name
    return str(source) if isinstance(source, str | Path) else "the model"


def _settled(model: Model, name: str, places: dict[str, str]) -> Model:
    """Return the model with its parameters and rules, once both are understood."""
    values = with_switches(_changed(model, name, places))
    behaviours: dict[str, str] = {}
    for number, process in enumerate(model.processes):
        spot = places.get(f"processes[{number}]", places.get("processes", name))
        behaviours |= process_class(process, spot).behaviours
    rules = tuple(
        parse_rule(
            text,
            tuple(model.fields),
            behaviours,
            places.get(f"rules[{number}]", places.get("rules", name)),
        )
        for number, text in enumerate(model.rules)
    )
    settled = model.settled(name, places, values, rules)
    for process in model.processes:
        PROCESSES[process](settled)  # asks for its fields and parameters, and checks its step
    return settled


def _changed(model: Model, name: str, places: Mapping[str, str]) -> ParameterSet:
    """Return the parameters as the model changes them; what the atlas changes is its assumption."""
    values = _parameters(model.parameters, places.get("parameters", name))
    if name in known_models():  # so that a refusal can say what lists them
        values = ParameterSet(values.values(), values.sites, {**values.meta, "model": name})
    spots = {key: places.get(f"change.{key}", name) for key in model.change}
    changed = values.changed(model.change, spots)
    own = [key for key, spot in spots.items() if spot.startswith(str(_FOLDER))]
    told = {
        key: replace(
            changed[key], source=ASSUMPTION, note=f"for {model.title}; {changed[key].note}"
        )
        for key in own
        if changed[key].source == SET_BY_USER
    }
    return ParameterSet({**dict(changed.items()), **told}.values())


@cache
def _parameters(name: str, where: str) -> ParameterSet:
    """Return a parameter file of the atlas on top of those that it builds on."""
    folder = _FOLDER / "parameters"
    known = sorted(entry.name.removesuffix(".toml") for entry in folder.iterdir())
    if name not in known:
        raise ScenarioError(
            f"parameters = {name!r}",
            where,
            f"parameter files are {', '.join(nearest_first(name, known))}",
            whats_close(name, known),
        )
    with as_file(folder / f"{name}.toml") as path:
        base = load_toml(path)[0].get("base")
        return load_parameters(path, _parameters(str(base), where) if base else None)


def _read(source: ModelLike, folder: Path, depth: int) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the content of a model, what it builds on included, and where each key stands."""
    if isinstance(source, Model):
        places = {key: source.where(key) for key in source.model_fields_set}
        return {"change": {}, **source.model_dump(exclude_unset=True)}, places
    if isinstance(source, Mapping):
        content = {"change": {}, **source}
        content["change"] = flat_changes(content["change"], _ARGUMENT)
        places = places_in(content, _ARGUMENT)
    else:
        content, places, folder = _read_named(source, folder)
    base = content.get("base")
    if not isinstance(base, str):
        return content, places
    if depth >= _DEEPEST:
        raise ScenarioError(
            f"base = {base!r}", places.get("base", ""), "models build on each other in a circle"
        )
    below, below_places = _read(base, folder, depth + 1)
    changes = {**below["change"], **content["change"]}
    kept = inherited(below_places, content)
    return {**below, **content, "change": changes}, kept | places


def _read_named(source: str | Path, folder: Path) -> tuple[dict[str, Any], dict[str, str], Path]:
    """Return the content, the places of its keys and the folder of a file or a name."""
    if isinstance(source, str) and source in known_models():
        with as_file(_FOLDER / f"{source}.toml") as path:
            return (*_read_file(path), folder)
    path = path_of(source, folder, known_models(), "tissue model")
    return (*_read_file(path), path.parent)


def _read_file(path: Path) -> tuple[dict[str, Any], dict[str, str]]:
    content, lines = load_toml(path, ScenarioError)
    places = {"": str(path)} | {key: place(path, line) for key, line in lines.items()}
    content["change"] = flat_changes(content.get("change", {}), places.get("change", str(path)))
    return content, places
