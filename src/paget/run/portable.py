"""What a manifest keeps of a scenario and a command: all that repeats the run, no place of a file.

A protocol that was given as a file is kept as its content, so that the folder says all of it and
the file may change or go.

Public names: ``portable_scenario``, ``portable_records``, ``portable_command``, ``name_of``.
"""

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any, Final

from paget.atlas.protocols import known_protocols
from paget.core.parameters import SET_BY_USER
from paget.protocol.files import read_protocol
from paget.run.scenario import Scenario, known_scenarios

_PACKAGE: Final = Path(__file__).resolve().parents[1]


def portable_scenario(scenario: Scenario) -> dict[str, Any]:
    """Return a scenario as a manifest keeps it."""
    content = scenario.model_dump()
    if scenario.base is not None and scenario.base not in known_scenarios():
        content["base"] = name_of(scenario.base)
    content["protocol"] = _portable_protocol(scenario.protocol)
    return content


def portable_records(records: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the records of parameters, each with the name of its file alone."""
    return [
        {
            **record,
            "file": _within_package(record["file"]),
            "where": name_of(record["where"])
            if record["source"] == SET_BY_USER
            else record["where"],
        }
        for record in records
    ]


def portable_command() -> list[str]:
    """Return the words of the command line, of each path its name."""
    return [name_of(sys.argv[0]), *(_portable_word(word) for word in sys.argv[1:])]


def _portable_protocol(protocol: Any) -> Any:
    base = protocol.get("base") if isinstance(protocol, Mapping) else protocol
    if base is None or base in known_protocols():
        return protocol
    content, _ = read_protocol(protocol, "", Path())
    return {name: item for name, item in content.items() if name != "base"}


def _portable_word(word: str) -> str:
    """Return a word of a command; ``--out=/home/me/run`` becomes ``--out=run``."""
    head, equals, tail = word.rpartition("=")
    return f"{head}{equals}{name_of(tail) if _is_path(tail) else tail}"


def _is_path(word: str) -> bool:
    """Tell whether a word is a path that leads out of the folder where the command was given."""
    is_absolute = PurePosixPath(word).is_absolute() or PureWindowsPath(word).is_absolute()
    return is_absolute or word.startswith(("~", ".."))


def name_of(path: str) -> str:
    """Return the last part of a path."""
    return PureWindowsPath(path).name if "\\" in path else PurePosixPath(path).name


def _within_package(file: str) -> str:
    """Return the place of a file within Paget, or its name where it is the user's."""
    if file and Path(file).is_relative_to(_PACKAGE):
        return Path(file).relative_to(_PACKAGE).as_posix()
    return name_of(file)
