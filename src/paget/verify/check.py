"""A check: the engine against theory, with saboteurs that the same check must catch.

A `Trial` says how to ask the engine, how to judge its answer by a theory, and which lies about the
law are told to one of them: a saboteur. A lie told to the engine keeps the theory and lives other
lives; a lie told to the theory keeps the lives. Either way the check must fail.

Public names: `Check`, `Saboteur`, `Lie`, `Trial`, `tell`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from paget.verify.statistics import FALSE_FAIL, Verdict

Facts = TypeVar("Facts")
Sample = TypeVar("Sample")

EXACT: Final = 0.0
"""The rate of false failures of a check in which nothing is random."""


@dataclass(frozen=True, slots=True)
class Saboteur:
    """A deliberately wrong law, and whether the check caught it."""

    name: str
    strength: float
    """By how much the law is wrong, as a share of what is right; 1 for another law."""
    caught: bool


@dataclass(frozen=True, slots=True)
class Check:
    """One closed form and how far the engine is from it."""

    name: str
    law: str
    """Whose law it is, or what it says, in a few words."""
    statement: str
    """The closed form as a formula in plain text."""
    engine: float
    """What the engine gave, where the two are compared."""
    theory: float
    """What theory says there."""
    statistic: float
    """How far apart they are."""
    limit: float
    """How far apart they may be."""
    draws: int
    """Independent draws behind the engine's value; 0 where nothing is random."""
    false_fail: float
    """How often a right engine fails; 0 where nothing is random."""
    detect: float
    """The fault that is missed with a probability of at most 1 in 1000, in the statistic's unit."""
    passed: bool
    saboteurs: tuple[Saboteur, ...]

    @property
    def sound(self) -> bool:
        """Tell whether the engine passed and every saboteur was caught."""
        return self.passed and all(saboteur.caught for saboteur in self.saboteurs)


@dataclass(frozen=True, slots=True)
class Lie(Generic[Facts]):
    """What a saboteur makes the theory, or the engine, believe."""

    name: str
    strength: float
    facts: Facts
    to_engine: bool = False


@dataclass(frozen=True, slots=True)
class Trial(Generic[Facts, Sample]):
    """How to make one check."""

    name: str
    law: str
    statement: str
    facts: Facts
    engine: Callable[[Facts, int], Sample]
    """Ask the engine: what holds, and how many draws or lives are wanted."""
    judge: Callable[[Sample, Facts], Verdict]
    lies: tuple[Lie[Facts], ...]
    needed: int = 0
    """Lives that the check needs for what it promises; 0 where nothing is random."""
    detect: float = 0.0

    def run(self, lives: int | None = None) -> Check:
        """Make the check with the lives that it needs, or with more."""
        wanted = max(self.needed, lives or 0) if self.needed else 0
        sample = self.engine(self.facts, wanted)
        verdict = self.judge(sample, self.facts)
        return Check(
            name=self.name,
            law=self.law,
            statement=self.statement,
            engine=verdict.engine,
            theory=verdict.theory,
            statistic=verdict.statistic,
            limit=verdict.limit,
            draws=verdict.draws,
            false_fail=FALSE_FAIL if self.needed else EXACT,
            detect=self.detect if self.needed else verdict.limit,
            passed=verdict.passed,
            saboteurs=tuple(self._meet(lie, sample, wanted) for lie in self.lies),
        )

    def _meet(self, lie: Lie[Facts], sample: Sample, wanted: int) -> Saboteur:
        """Put a saboteur through the same check."""
        if lie.to_engine:
            verdict = self.judge(self.engine(lie.facts, wanted), self.facts)
        else:
            verdict = self.judge(sample, lie.facts)
        return Saboteur(lie.name, lie.strength, not verdict.passed)


def tell(
    facts: Any, name: str, strengths: Sequence[float] = (0.05, 0.2), *, to_engine: bool = False
) -> tuple[Lie[Any], ...]:
    """Return the lies that one number of ``facts`` (a named tuple) is larger by each strength."""
    return tuple(
        Lie(
            f"{name} × {1.0 + strength:g}" + (" in the engine" if to_engine else ""),
            strength,
            facts._replace(**{name: (1.0 + strength) * getattr(facts, name)}),
            to_engine,
        )
        for strength in strengths
    )
