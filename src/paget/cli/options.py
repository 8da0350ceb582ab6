"""Options that several commands share, and the scenario that they make together.

Public names: ``ScenarioArgument``, ``SetOption``, ``SeedOption``, ``PatientsOption``,
``PeopleOption``, ``ThreadsOption``, ``chosen``, ``parse_changes``, ``free_folder``.
"""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from paget.cli.usage import whole_number
from paget.core.errors import ScenarioError

if TYPE_CHECKING:
    from paget.run.scenario import Scenario

ScenarioArgument = Annotated[
    str, typer.Argument(metavar="SCENARIO", help="A scenario's name, or the path of a TOML file.")
]
SetOption = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="NAME=VALUE",
        help="Change a parameter by its dotted name, or switch a step on or off; may be repeated.",
    ),
]
SeedOption = Annotated[
    int | None,
    typer.Option(
        "--seed", parser=whole_number("--seed"), metavar="N", help="The key of every random draw."
    ),
]
PatientsOption = Annotated[
    int | None,
    typer.Option(
        "--patients",
        "-n",
        parser=whole_number("--patients"),
        metavar="N",
        help="How many virtual patients.",
    ),
]
PeopleOption = Annotated[
    int | None,
    typer.Option(
        "--people",
        parser=whole_number("--people"),
        metavar="N",
        help="How many virtual people, of whom some get the cancer; not with --patients.",
    ),
]
ThreadsOption = Annotated[
    int | None,
    typer.Option(
        "--threads",
        parser=whole_number("--threads"),
        metavar="N",
        help="How many threads live; all cores by default.",
    ),
]

_EXAMPLE: Final = 'Write it as --set dormancy.liver.wake_rate="0.5 /year".'


def parse_changes(given: list[str] | None) -> dict[str, str]:
    """Return the changes of ``--set`` by parameter name."""
    changes: dict[str, str] = {}
    for text in given or []:
        name, equals, value = (part.strip() for part in text.partition("="))
        if not (name and equals and value):
            raise ScenarioError(f"--set {text!r}", allowed="must be name=value", remedy=_EXAMPLE)
        if changes.get(name, value) != value:
            raise ScenarioError(
                f"{name} = {value}", "--set", f"was set to {changes[name]} already", "Set it once."
            )
        changes[name] = value
    return changes


def chosen(
    source: str,
    *,
    patients: int | None = None,
    people: int | None = None,
    seed: int | None = None,
    changes: list[str] | None = None,
) -> "Scenario":
    """Return the scenario with what the options change, each with the place where it was given."""
    from paget.run.scenario import load_scenario

    scenario = load_scenario(source, bare=False)
    if patients is not None:
        if people is not None:
            raise ScenarioError("--patients with --people", remedy="Give one of them.")
        scenario = load_scenario(scenario, where="--patients", patients=patients)
    if people is not None:
        scenario = load_scenario(scenario, where="--people", people=people)
    if seed is not None:
        scenario = load_scenario(scenario, where="--seed", seed=seed)
    if changes:
        new = parse_changes(changes)
        scenario = load_scenario(scenario, where="--set", bare=False, change=new)
    return scenario


def free_folder(parent: Path, name: str) -> Path:
    """Return a folder that is not there yet, named after what runs and the time."""
    stem = f"{name}-{datetime.now().astimezone():%Y%m%d-%H%M%S}"
    folder, number = parent / stem, 1
    while folder.exists():
        number += 1
        folder = parent / f"{stem}-{number}"
    return folder
