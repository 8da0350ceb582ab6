"""Overdiagnosis over the follow-up: as twins know it, and as a trial would count it.

A trial counts the excess of cancers found, which lead time inflates as long as the follow-up is
short and prevention deflates.

Public names: ``trial_overdiagnosis``.
"""

import numpy as np
import polars as pl

from paget.core.units import YEAR
from paget.twins.outcomes import Floats


def trial_overdiagnosis(
    patients: pl.DataFrame, years: Floats, harmless: tuple[float, float] = (0.0, 0.0)
) -> tuple[Floats, Floats]:
    """Return what a trial of a population would say by some years after entry, and the truth [%].

    The excess of cancers found until then, and the overdiagnosed found until then, both as shares
    of those that screening has found by then in arm b. ``harmless`` is the number of carcinomas in
    situ, in either arm, of people who never get the cancer: found, it is taken, in step with those
    found by screening.
    """

    def days(name: str, x: str) -> Floats:
        values = patients[f"{name}_{x}"] - patients["entry_day"]
        return values.fill_null(np.inf).to_numpy() / YEAR

    found = {x: np.minimum(days("diagnosis_day", x), days("in_situ_day", x)) for x in ("a", "b")}
    is_screened = (patients["detection_b"] == "screen").fill_null(value=False).to_numpy()
    is_screened |= np.isfinite(days("in_situ_day", "b"))
    never = patients.select(pl.coalesce("clinical_day_a", "clinical_day_b").is_null())
    over = is_screened & never.to_series().to_numpy()

    def by(days_found: Floats) -> Floats:
        return np.searchsorted(np.sort(days_found), years, side="right").astype(np.float64)

    with np.errstate(divide="ignore", invalid="ignore"):
        lived = by(found["b"][is_screened])
        step = lived / max(float(is_screened.sum()), 1.0)
        screened = lived + harmless[1] * step
        excess = by(found["b"]) - by(found["a"]) + (harmless[1] - harmless[0]) * step
        return 100.0 * excess / screened, 100.0 * (
            by(found["b"][over]) + harmless[1] * step
        ) / screened
