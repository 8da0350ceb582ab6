"""Scenarios: which cancer, how many virtual patients, which seed, and what is changed.

A scenario is a TOML file, a name of the atlas, or an object::

    cancer   = "colon"
    patients = 100_000
    seed     = 1889
    horizon  = "40 year"

    [change]                                # any parameter of the atlas, by its dotted name
    "dormancy.liver.wake_rate" = "0.5 /year"
    "circulation.clusters" = false          # a knock-out

A file may build on another one: ``base = "colon"``. Every cancer of the atlas is a scenario too.
What is refused is refused with its file and line.

Public names: ``Scenario``, ``ScenarioLike``, ``load_scenario``, ``known_scenarios``,
``scenario_schema``, ``resolve``, ``model_of``, ``the_body``, ``PopulationTable``.
"""

import math
from collections.abc import Mapping
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, ValidationError

from paget.atlas.anatomy import BodyMap, load_body_map
from paget.atlas.cancers import known_cancers, load_cancer
from paget.core.arguments import ARGUMENTS, plain, shown
from paget.core.errors import ScenarioError, UnitError, place, whats_close
from paget.core.parameters import ParameterSet
from paget.core.refusals import (
    Whole,
    flat_changes,
    inherited,
    nearest_first,
    path_of,
    places_in,
    refusal,
    source_of,
)
from paget.core.toml import load_toml
from paget.core.units import YEAR, parse_quantity, same_dimension, to_canonical
from paget.engine import PATIENTS, Model, Population, build_model
from paget.protocol.compiled import check_cancer, load_protocol
from paget.protocol.reach import Reach, check_reach

_FOLDER: Final = files("paget.atlas") / "scenarios"
_LONGEST: Final = 150.0 * YEAR  # of a horizon [day]
_OLDEST: Final = 110.0 * YEAR  # at entry [day]
_MOST_PATIENTS: Final = 2**32  # a patient's number has 32 bits in the counter of the draws
_MOST_SEEDS: Final = 2**64
_DEEPEST: Final = 10  # scenarios that build on one another


class PopulationTable(BaseModel):
    """Who is lived: patients, or people of whom some become patients."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    of: Literal["people", "patients"] = Field("people", description="people or patients.")
    entry_age: str = Field("50 year", description="Age at which people enter, with its unit.")
    follow_up: str = Field("30 year", description="How long people are followed, with its unit.")


class Scenario(BaseModel):
    """What a run carries out. It never changes; `load_scenario` checks it and makes another."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    cancer: str = Field(description="A cancer of the atlas.")
    label: str = Field("", max_length=200, description="What people call this scenario.")
    base: str | None = Field(None, description="The scenario, or file, on which this one builds.")
    patients: Whole = Field(
        20_000, ge=1, le=_MOST_PATIENTS, description="How many virtual patients have this cancer."
    )
    people: Whole | None = Field(
        None,
        ge=1,
        le=_MOST_PATIENTS,
        description="How many virtual people are followed, of whom some get the cancer; instead of "
        "patients.",
    )
    population: PopulationTable | None = Field(
        None, description="Whether persons are patients or people, and when people enter."
    )
    protocol: str | dict[str, Any] | None = Field(
        None, description="What the clinic does: a protocol's name, file, or table with its base."
    )
    seed: Whole | None = Field(
        None, ge=0, le=_MOST_SEEDS - 1, description="The key of every random draw."
    )
    horizon: str = Field(
        "40 year", description="How long patients are followed from diagnosis, with its unit."
    )
    funnel_per_patient: bool = Field(
        default=False, description="Write the funnel of each patient, not only of the cohort."
    )
    change: dict[str, bool | int | float | str] = Field(
        default_factory=dict[str, bool | int | float | str],
        description="New values of parameters by dotted name: texts with a unit, numbers of "
        "parameters that have none, switches or words.",
    )

    _places: dict[str, str] = PrivateAttr(default_factory=dict[str, str])

    @property
    def horizon_days(self) -> float:
        """Return the horizon [day]."""
        number, unit = parse_quantity(self.horizon)
        return to_canonical(number, unit)

    @property
    def is_of_people(self) -> bool:
        """Tell whether the persons are people, of whom some get the cancer."""
        if self.population is not None:
            return self.population.of == "people"
        return self.people is not None

    @property
    def persons(self) -> int:
        """Return how many persons are considered."""
        if not self.is_of_people:
            return self.patients
        return self.patients if self.people is None else self.people

    @property
    def who(self) -> Population:
        """Return the population in the units of the engine."""
        if not self.is_of_people:
            return PATIENTS
        table = self.population or PopulationTable.model_validate({})
        age, follow_up = (
            to_canonical(*parse_quantity(x)) for x in (table.entry_age, table.follow_up)
        )
        return Population(of_people=True, entry_age=age / YEAR, follow_up=follow_up)

    @property
    def title(self) -> str:
        """Return the label, or the name of the cancer where there is none."""
        return self.label or self.cancer

    def where(self, key: str) -> str:
        """Return where a key was given: ``my.toml line 14``; nothing where that is not known."""
        return self._places.get(key, "")

    @property
    def places(self) -> dict[str, str]:
        """Return where each key was given, by dotted name."""
        return dict(self._places)

    def placed(self, places: Mapping[str, str]) -> "Scenario":
        """Return the same scenario that knows where its keys were given."""
        copy = self.model_copy()
        copy._places = dict(places)  # noqa: SLF001 - a copy of its own kind
        return copy

    def required_seed(self) -> int:
        """Return the seed, or say that one is needed."""
        if self.seed is None:
            raise ScenarioError(
                f"scenario {self.title!r} without a seed",
                allowed="a run must be nameable and repeatable",
                remedy="Give seed = 1889, or any other whole number.",
            )
        return self.seed


ScenarioLike = Scenario | Mapping[str, Any] | str | Path


def known_scenarios() -> tuple[str, ...]:
    """Return the names of the scenarios of the atlas; each cancer is one of its own."""
    names = (entry.name for entry in _FOLDER.iterdir())
    found = {name.removesuffix(".toml") for name in names if name.endswith(".toml")}
    return tuple(sorted(found | set(known_cancers())))


def scenario_schema() -> dict[str, Any]:
    """Return the JSON Schema of a scenario file."""
    schema = Scenario.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def load_scenario(
    source: ScenarioLike,
    *,
    where: str = ARGUMENTS,
    argument: str = "scenario",
    bare: bool = True,
    **overrides: object,
) -> Scenario:
    """Return a checked scenario.

    Parameters
    ----------
    source : a name of the atlas, the path of a TOML file, a mapping or a scenario.
    where : where the overrides were given, for messages: ``"--set"``.
    argument : the name of the argument that holds ``source``, for messages.
    bare : allow changes without the unit of their parameter; those of users must carry it.
    overrides : keys of a scenario that replace those of ``source``; None leaves one as it is.
        ``change`` is added to what the source changes.
    """
    given = source_of(argument, source, (Scenario,))
    content, places = _read(given, Path(), 0, f"the {argument} argument")
    stated = {key: value for key, value in overrides.items() if value is not None}
    _check_number_of(stated, dict.fromkeys(stated, where))
    if "patients" in stated:
        content.pop("people", None)
    for key, value in stated.items():
        if key == "change":
            spot = "the change argument" if where == ARGUMENTS else where
            new = flat_changes(value, spot)
            content["change"] = {**content.get("change", {}), **new}
            places |= {f"change.{name}": spot for name in new}
        else:
            content[key] = plain(value)
            places[key] = where
    scenario = _checked(content, places)
    if not bare:
        _check_units(scenario, source)
    return scenario


def _check_units(scenario: Scenario, source: ScenarioLike) -> None:
    """Refuse changes that lack their unit; those of a scenario that is there were checked."""
    checked = source.change if isinstance(source, Scenario) else {}
    new = {key: value for key, value in scenario.change.items() if checked.get(key) != value}
    if new:
        places = {key: scenario.where(f"change.{key}") for key in new}
        load_cancer(scenario.cancer, frozenset(the_body().site_names)).check_units(new, places)


def _check_number_of(content: Mapping[str, Any], places: Mapping[str, str]) -> None:
    """Refuse a number of patients beside one of people."""
    if content.get("people") is not None and content.get("patients") is not None:
        raise ScenarioError(
            f"people = {shown(content['people'])} with patients = {shown(content['patients'])}",
            places.get("people", ""),
            "patients all have the cancer, people may get it",
            "Give one of them.",
        )


def resolve(scenario: Scenario) -> Model:
    """Return the model of a scenario: its cancer's parameters, changed, on the body map."""
    body = the_body()
    parameters = load_cancer(scenario.cancer, frozenset(body.site_names))
    places = {
        name: scenario.where(f"change.{name}") or "the change argument" for name in scenario.change
    }
    model = model_of(scenario, parameters.changed(scenario.change, places))
    check_reach(model.protocol, _reach(scenario.who, model.worlds))
    return model


def _reach(who: Population, worlds: Any) -> Reach:
    """Return whom a protocol can meet: the ages of those followed, and their sexes."""
    men = worlds["people_male_share" if who.of_people else "male_share"]
    women_and_men = bool((men < 1.0).any()), bool((men > 0.0).any())
    if not who.of_people:
        return Reach(0.0, math.inf, *women_and_men)
    return Reach(who.entry_age, who.entry_age + who.follow_up / YEAR, *women_and_men)


def model_of(scenario: Scenario, parameters: ParameterSet) -> Model:
    """Return the model of a scenario whose parameters are known."""
    where, protocol = scenario.where("protocol"), None
    if scenario.protocol is not None:
        source = scenario.protocol
        places = scenario.places if isinstance(source, dict) else where
        protocol = load_protocol(source, places)
        check_cancer(protocol, scenario.cancer, where)
    return build_model(parameters, the_body(), scenario.horizon_days, protocol, scenario.who)


@cache
def the_body() -> BodyMap:
    """Return the body map of the atlas, read once."""
    return load_body_map()


def _read(
    source: ScenarioLike, folder: Path, depth: int, where: str
) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the content of a scenario, what it builds on included, and where each key stands.

    A table was given ``where``; a file says that itself.
    """
    if isinstance(source, Scenario):
        return source.model_dump(exclude_unset=True), source.places
    if isinstance(source, Mapping):
        content = {"change": {}, **source}
        content["change"] = flat_changes(content["change"], where)
        places = places_in(content, where)
    else:
        content, places, folder = _read_named(source, folder)
    _check_number_of(content, places)
    base = content.get("base")
    if not isinstance(base, str):
        return content, places
    if depth >= _DEEPEST:
        raise ScenarioError(
            f"base = {base!r}", places.get("base", ""), "scenarios build on each other in a circle"
        )
    below, below_places = _read(base, folder, depth + 1, where)
    changes = {**below.get("change", {}), **content["change"]}
    kept = inherited(below_places, content)
    if "patients" in content:
        below.pop("people", None)
    return {**below, **content, "change": changes}, kept | places


def _read_named(source: str | Path, folder: Path) -> tuple[dict[str, Any], dict[str, str], Path]:
    """Return the content, the places of its keys and the folder of a file or a name."""
    name = source if isinstance(source, str) else ""
    inside = _FOLDER / f"{name}.toml"
    if name in known_scenarios():
        if not inside.is_file():
            return {"cancer": name, "label": "", "change": {}}, {}, folder
        with as_file(inside) as path:
            return (*_read_file(path), folder)
    path = path_of(source, folder, known_scenarios(), "scenario")
    return (*_read_file(path), path.parent)


def _read_file(path: Path) -> tuple[dict[str, Any], dict[str, str]]:
    content, lines = load_toml(path, ScenarioError)
    places = {"": str(path)} | {key: place(path, line) for key, line in lines.items()}
    content["change"] = flat_changes(content.get("change", {}), places.get("change", str(path)))
    return content, places


def _checked(content: Mapping[str, Any], places: dict[str, str]) -> Scenario:
    """Return the scenario, or say what is wrong with its first wrong key and where."""
    try:
        scenario = Scenario.model_validate(dict(content)).placed(places)
    except ValidationError as error:
        known = {"": Scenario.model_fields, "population": PopulationTable.model_fields}
        raise refusal(error, content, places, known, "a scenario") from None
    if scenario.cancer not in known_cancers():
        raise ScenarioError(
            f"cancer = {scenario.cancer!r}",
            scenario.where("cancer"),
            f"cancers are {', '.join(nearest_first(scenario.cancer, known_cancers()))}",
            whats_close(scenario.cancer, known_cancers()),
        )
    _check_time("horizon", scenario.horizon, scenario, _LONGEST)
    if scenario.population is not None:
        table = scenario.population
        _check_time("population.entry_age", table.entry_age, scenario, _OLDEST)
        _check_time("population.follow_up", table.follow_up, scenario, _LONGEST)
        if table.of == "patients" and scenario.people is not None:
            raise ScenarioError(
                f"people = {scenario.people} with population.of = 'patients'",
                scenario.where("people"),
                "people are followed only where the population is of people",
                "Give patients = ... instead, or population.of = 'people'.",
            )
    return scenario


def _check_time(key: str, text: str, scenario: Scenario, most: float) -> None:
    given, where = f"{key} = {text!r}", scenario.where(key)
    allowed = f"must be a time above 0 and up to {most / YEAR:g} years, with its unit"
    try:
        number, unit = parse_quantity(text)
    except UnitError as error:
        raise ScenarioError(given, where, allowed, str(error)) from None
    if not unit or not same_dimension(unit, "day"):
        raise ScenarioError(given, where, allowed, "Write it as '40 year'.")
    if not 0.0 < to_canonical(number, unit) <= most:
        raise ScenarioError(given, where, allowed)
