"""Scenarios made at random: right, odd and wrong, each from its number alone.

Public names: ``made``, ``lived``, ``as_toml``.
"""

import math
import random
from typing import Any

import polars as pl

import paget
from paget.atlas.anatomy import load_body_map
from paget.atlas.cancers import known_cancers, load_cancer
from paget.core.errors import PagetError
from paget.core.parameters import ParameterSet
from paget.core.refusals import is_of_atlas
from paget.protocol.files import known_protocols
from paget.run.scenario import known_scenarios

TABLES = ("patients", "lesions", "events", "tests", "treatments", "funnel")
ODD_WORDS = ("", " ", "liver", "∞", "-", "nan day", "1e400 day", "5 parsec", "day", "0x10", "yes")
ODD_NUMBERS = (0, -1, 1e-300, 1e300, math.inf, -math.inf, math.nan, 2**63, -0.0)
FACTORS = (0.0, 0.01, 0.3, 0.9, 1.1, 3.0, 30.0)


def parameters_of(cancer: str) -> ParameterSet:
    """Return what a scenario of a cancer may change."""
    return load_cancer(cancer, frozenset(load_body_map().site_names))


def made(number: int) -> dict[str, Any]:
    """Return scenario ``number``: three in four may be right."""
    luck = random.Random(number)  # noqa: S311 - no secret
    cancer = luck.choice(known_cancers())
    scenario: dict[str, Any] = {
        "base": luck.choice([name for name in known_scenarios() if name.startswith(cancer)]),
        "patients": luck.choice([1, 2, 3, 5]),
        "seed": luck.randrange(2**32),
    }
    if luck.random() < 0.3:
        people(scenario, luck)
    if luck.random() < 0.5:
        scenario["protocol"] = protocol(cancer, luck)
    if luck.random() < 0.8:
        known = list(parameters_of(cancer).items())
        scenario["change"] = {
            name: changed(parameter, luck)
            for name, parameter in luck.sample(known, luck.randint(1, 4))
        }
    if luck.random() < 0.25:
        break_it(scenario, luck)
    return scenario


def people(scenario: dict[str, Any], luck: random.Random) -> None:
    """Make it a scenario of people."""
    scenario["people"] = luck.choice([1, 20, 300])
    del scenario["patients"]
    scenario["population"] = {
        "of": "people",
        "entry_age": f"{luck.choice([0, 20, 50, 80, 109])} year",
        "follow_up": f"{luck.choice([1, 30, 100])} year",
    }


def protocol(cancer: str, luck: random.Random) -> Any:
    """Return a protocol by name, or one with a screening programme of its own."""
    fitting = ("surgery-only", "no-treatment", f"standard-{cancer}")
    name = luck.choice(fitting if luck.random() < 0.8 else known_protocols())
    if luck.random() < 0.5:
        return name
    return {
        "base": name,
        "screening": {
            "mine": {
                "test": luck.choice(["fit", "mammography", "colonoscopy", "low_dose_ct", "psa"]),
                "every": f"{luck.choice([0.1, 1, 2, 10])} year",
                "from_age": f"{luck.choice([0, 40, 50, 90])} year",
                "to_age": f"{luck.choice([45, 74, 120])} year",
            }
        },
    }


def changed(parameter: Any, luck: random.Random) -> Any:
    """Return a new value of a parameter: within its range, at its end, or odd."""
    if isinstance(parameter.value, bool):
        return not parameter.value
    if isinstance(parameter.value, str):
        return luck.choice(parameter.choices)
    chance = luck.random()
    if chance < 0.08:
        return luck.choice(ODD_NUMBERS)
    if chance < 0.12:
        return luck.choice(ODD_WORDS)
    ends = [end for end in (parameter.low, parameter.high) if end is not None]
    if chance < 0.3 and ends:
        number = luck.choice(ends)
    elif chance < 0.6 and len(ends) == 2:
        number = luck.uniform(*ends)
    else:
        number = parameter.value * luck.choice(FACTORS)
    return number if parameter.unit == "1" else f"{number!r} {parameter.unit}"


def break_it(scenario: dict[str, Any], luck: random.Random) -> None:
    """Put one thing into a scenario that is hardly right."""
    key = luck.choice(
        ["patients", "people", "seed", "horizon", "cancer", "base", "protocol", "chage"]
    )
    scenario[key] = luck.choice([*ODD_WORDS, *ODD_NUMBERS, None, [], {}, True, b"x"])


def lived(scenario: Any) -> str:
    """Live a scenario; return the message of a clean refusal, or nothing after a sound run.

    Anything else is a fault: another exception, a number that is none, a day that never comes.
    """
    try:
        cohort = paget.simulate(scenario)
    except PagetError as error:
        return refused(error)
    for name in TABLES:
        table = getattr(cohort, name)
        frame = table.collect() if isinstance(table, pl.LazyFrame) else table
        for column in frame.select(pl.col(pl.Float32, pl.Float64)).iter_columns():
            is_sound = column.drop_nulls().is_finite().all()
            assert is_sound, f"{name}.{column.name} is not finite"
    return ""


def refused(error: PagetError) -> str:
    """Return what a refusal says, which is something, and blames nobody's own file."""
    message = str(error)
    assert message.strip(), "a refusal without a word"
    assert not is_of_atlas(error.where), f"an installed file is blamed: {message}"
    return message


def as_toml(scenario: dict[str, Any]) -> str:
    """Return a scenario as a file; what TOML has no word for is written as it looks."""
    lines = [f"{key} = {_literal(value)}" for key, value in scenario.items() if key != "change"]
    changes = scenario.get("change", {})
    lines += ["[change]", *(f'"{name}" = {_literal(value)}' for name, value in changes.items())]
    return "\n".join(lines) + "\n"


def _literal(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_literal(item)}" for key, item in value.items()) + " }"
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return repr(value)
