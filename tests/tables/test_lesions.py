"""Lesions: doubling times on the day on which a lesion is seen."""

import polars as pl

from paget.run.scenario import load_scenario, resolve
from paget.run.shards import Engine

SEED = 1889


def test_doubling_times_are_of_lesions_that_are_seen() -> None:
    engine = Engine(resolve(load_scenario("colon", change={"surgery.residual_deep": 1.0})), SEED)
    tables = next(engine.observed(0, 400))
    lesions = tables["lesions"]
    days = pl.col("doubling_days_at_detection")
    seen = lesions.filter(pl.col("detected_day").is_not_null())
    assert (
        lesions.filter(pl.col("detected_day").is_null())["doubling_days_at_detection"]
        .is_null()
        .all()
    )
    assert set(seen["kind"].unique()) == {"primary", "nodal", "distant", "local"}
    told = seen.filter(days.is_not_null())
    assert told.height > 0.99 * seen.height
    assert told["doubling_days_at_detection"].is_finite().all()
    assert set(told["kind"].unique()) == {"primary", "nodal", "distant", "local"}


def test_a_primary_doubles_as_its_patient_does_at_the_reference() -> None:
    """Gompertz growth slows: smaller than the reference it doubles faster, and slower beyond."""
    tables = next(Engine(resolve(load_scenario("colon")), SEED).observed(0, 400))
    primary = tables["lesions"].filter(pl.col("kind") == "primary")
    both = primary.join(tables["patients"], on="patient").drop_nulls("doubling_days_at_detection")
    ratio = pl.col("doubling_days_at_detection") / pl.col("doubling_days_at_reference")
    beyond = pl.col("diameter_mm") > 40.0  # growth.reference_diameter
    told = both.select(ratio=ratio, beyond=beyond, near=(pl.col("diameter_mm") - 40.0).abs() < 1.0)
    assert told.select(((pl.col("ratio") > 1.0) == pl.col("beyond")).all()).item()
    near = told.filter("near")["ratio"]
    assert near.len() > 3
    assert near.is_between(0.95, 1.05).all()
