"""One short call of every command, for tests that ask the same of all of them.

Public names: ``CALLS``, ``SLOW``, ``names``.
"""

from typing import Final

from typer.main import get_command

from paget.cli.main import app

CALLS: Final[dict[str, list[str]]] = {
    "run": ["run", "colon", "-n", "20", "--seed", "3", "--out", "run"],
    "live": ["live", "colon", "--patient", "7", "--seed", "1889", "--all"],
    "grow": ["grow", "franssen-2019", "--until", "5 min", "--seed", "1", "--out", "grown"],
    "compare": ["compare", "colon", "colon-adjuvant", "-n", "20", "--seed", "3", "--out", "both"],
    "list": ["list"],
    "describe": ["describe", "colon"],
    "cite": ["cite", "colon"],
    "schema": ["schema"],
    "verify": ["verify", "numbers"],
    "validate": ["validate", "colon", "-n", "20", "--seed", "3"],
    "calibrate": ["calibrate", "pancreas", "-n", "20", "--steps", "1"],
}
SLOW: Final = ("run", "live", "grow", "compare", "verify", "validate", "calibrate")
"""Those that live or grow, or hold the engine against theory."""


def names() -> tuple[str, ...]:
    """Return the names of the commands, as the command line itself has them."""
    group: object = get_command(app)
    return tuple(getattr(group, "commands"))  # noqa: B009 - of a kind that has no public name
