"""Verify: the engine against closed forms, each check with saboteurs that it must catch.

The cancer ``theory`` of the atlas is changed until a life reduces to a law that has been solved,
and the engine lives it: the same compiled laws, streams and loops as in any run. A stochastic check
states how often a right engine would fail it (``false_fail``) and which fault it finds
(``detect``), and works out how many lives that takes. Then a lie about the law is told to the
engine or to the theory, and the check must fail: one that catches no saboteur proves nothing.

Public names: `verify`, `each_check`, `known_checks`, `Check`, `Saboteur`.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from paget.core.errors import ScenarioError, whats_close
from paget.verify import (
    circulation,
    cure,
    detection,
    founding,
    growth,
    hazards,
    numbers,
    relapse,
    seeding,
    staging,
    surplus,
    tissue_balance,
    tissue_cells,
    tissue_fields,
    treatment,
    twins,
)
from paget.verify.check import Check, Saboteur, Trial

__all__ = ["Check", "Saboteur", "each_check", "known_checks", "verify"]

_PARTS = (
    numbers,
    growth,
    founding,
    circulation,
    seeding,
    staging,
    surplus,
    relapse,
    hazards,
    detection,
    treatment,
    cure,
    twins,
    tissue_cells,
    tissue_fields,
    tissue_balance,
)


def _trials() -> dict[str, Trial[Any, Any]]:
    return {trial.name: trial for part in _PARTS for trial in part.trials()}


def known_checks() -> tuple[str, ...]:
    """Return the names of all checks, in the order in which they are made."""
    return tuple(_trials())


def verify(names: Iterable[str] | None = None, patients: int | None = None) -> list[Check]:
    """Make checks and return what they found.

    Parameters
    ----------
    names : checks by name (``"growth.size"``) or by part (``"growth"``); all of them by default.
    patients : virtual lives for each stochastic check, where that is more than the check needs.
    """
    return list(each_check(names, patients))


def each_check(names: Iterable[str] | None = None, patients: int | None = None) -> Iterator[Check]:
    """Make checks one by one, so that each can be shown as soon as it is made."""
    if patients is not None and patients < 1:
        raise ScenarioError(f"patients = {patients}", allowed="must be at least 1")
    trials = _trials()
    chosen = list(trials) if names is None else _chosen(list(names), list(trials))
    return (trials[name].run(patients) for name in chosen)


def _chosen(names: list[str], known: list[str]) -> list[str]:
    """Return the known checks that the names mean, in their own order."""
    for name in names:
        if not any(_means(name, check) for check in known):
            parts = sorted({check.partition(".")[0] for check in known})
            raise ScenarioError(
                f"check {name!r}",
                allowed=f"checks are {', '.join(parts)}, or one of each by its name",
                remedy=whats_close(name, [*known, *parts]),
            )
    return [check for check in known if any(_means(name, check) for name in names)]


def _means(name: str, check: str) -> bool:
    return check == name or check.startswith(f"{name}.")
