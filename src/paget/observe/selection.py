"""The observation layer over tables: a cohort as a registry or a trial would have seen it.

A published figure has a cohort behind it: who was let in, how sizes were measured, what counted as
a relapse, which treatments were mixed. `Selection` lets in by what the clinic sees, never by the
truth: grade, stage and measured diameter (whose error the engine draws). The era is that of the
scenario: a cohort of another era is lived under another scenario.

Public names: ``Selection``, ``Relapse``, ``relapse_free``, ``treatment_mix``, ``RELAPSES``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from paget.core.errors import ScenarioError
from paget.core.units import YEAR
from paget.tables.staging import MAIN_STAGE

Floats = npt.NDArray[np.float64]

RELAPSES: Final = {
    "any": ("local", "regional", "distant"),
    "distant": ("distant",),
    "loco-regional": ("local", "regional"),
}
_ONE: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Selection:
    """Who is let into a cohort; an empty tuple or None lets everyone in.

    Only patients whose cancer was found are let in at all.
    """

    grades: tuple[int, ...] = ()
    stages: tuple[str, ...] = ()
    """I to IV, by pathology after surgery, else as the clinic sees it; IIIA is let in by III."""
    summary_stages: tuple[str, ...] = ()
    """localized, regional, distant."""
    subtypes: tuple[str, ...] = ()
    sexes: tuple[str, ...] = ()
    detections: tuple[str, ...] = ()
    intents: tuple[str, ...] = ()
    ages: tuple[float, float] | None = None
    """[year] at diagnosis: from, and below."""
    diameters_mm: tuple[float, float] | None = None
    """As measured: above, and up to."""

    def of(self, patients: pl.DataFrame) -> pl.DataFrame:
        """Return the rows that are let in."""
        words = (
            (MAIN_STAGE.cast(pl.String), self.stages),
            (pl.col("summary_stage").cast(pl.String), self.summary_stages),
            (pl.col("subtype").cast(pl.String), self.subtypes),
            (pl.col("sex").cast(pl.String), self.sexes),
            (pl.col("detection").cast(pl.String), self.detections),
            (pl.col("intent").cast(pl.String), self.intents),
            (pl.col("grade"), self.grades),
        )
        tests = [pl.col("diagnosis_day").is_not_null()]
        tests += [column.is_in(list(allowed)) for column, allowed in words if allowed]
        if self.ages is not None:
            tests.append(pl.col("age_diagnosis_years").is_between(*self.ages, closed="left"))
        if self.diameters_mm is not None:
            size = pl.col("diameter_mm_measured")
            tests.append(size.is_between(*self.diameters_mm, closed="right"))
        return patients.filter(*tests)


class Relapse(NamedTuple):
    """Time to relapse, for a Kaplan-Meier curve."""

    years: Floats
    """Since diagnosis, until the relapse, death or the end of the follow-up."""
    happened: npt.NDArray[np.bool_]


def relapse_free(patients: pl.DataFrame, counts: str = "any", *, or_death: bool = False) -> Relapse:
    """Return time to relapse of those who were treated to cure.

    Parameters
    ----------
    patients : a cohort's table, or a selection of it.
    counts : ``any``, ``distant`` or ``loco-regional``. Only a patient's first recurrence is in the
        table: with ``distant`` a local one before it ends the follow-up.
    or_death : a death counts as an event, too (disease-free survival).
    """
    if counts not in RELAPSES:
        raise ScenarioError(
            f"relapse counted as {counts!r}", allowed=f"one of {', '.join(RELAPSES)}"
        )
    treated = patients.filter(pl.col("intent").cast(pl.String) == "curative")
    kind = pl.col("recurrence_kind").cast(pl.String).is_in(RELAPSES[counts])
    end = pl.coalesce("recurrence_day", "death_day", "follow_up_day")
    died = pl.col("recurrence_day").is_null() & pl.col("death_day").is_not_null()
    followed = treated.select(
        years=(end - pl.col("diagnosis_day")) / YEAR,
        happened=kind.fill_null(value=False) | (died & pl.lit(or_death)),
    )
    return Relapse(followed["years"].to_numpy(), followed["happened"].to_numpy())


def treatment_mix(arms: Sequence[pl.DataFrame], shares: Sequence[float]) -> pl.DataFrame:
    """Return patients of whom a share is treated in each way, as rows with a ``weight``.

    Twins make the mix exact: each person is there once a treatment, with its share as weight.

    Parameters
    ----------
    arms : the patients of each treatment, the same persons in each.
    shares : of the treatments, in the same order.
    """
    if len(arms) != len(shares) or not arms or abs(sum(shares) - 1.0) > _ONE or min(shares) < 0.0:
        raise ScenarioError(
            f"shares {', '.join(f'{share:g}' for share in shares)} for {len(arms)} treatments",
            allowed="one share a treatment; they sum to 1",
        )
    words = pl.col(pl.Enum).cast(pl.String)
    rows = [
        arm.with_columns(words, weight=pl.lit(float(share)))
        for arm, share in zip(arms, shares, strict=True)
    ]
    return pl.concat(rows)
