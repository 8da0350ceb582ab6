"""Knock-outs: the same virtual patients without one step of the cascade.

Both cohorts share every random number that the change does not touch, so that the difference of two
means is the effect of the step. Run it with ``python examples/knock_out.py``.
"""

from typing import Any

import polars as pl

import paget

STEPS: dict[str, dict[str, Any]] = {
    "all steps": {},
    "no clusters": {"circulation.clusters": False},
    "no adhesion": {"arrest.adhesion": False},
    "no portal drainage": {"circulation.portal_drainage": False},
    "nobody sleeps": {"dormancy.sleep": False},
    "no angiogenic switch": {"dormancy.angiogenic_switch": False},
}


def main(patients: int = 2_000, seed: int = 1889) -> None:
    """Show distant disease and death by cancer under each knock-out."""
    rows: list[dict[str, object]] = []
    for name, change in STEPS.items():
        cohort = paget.simulate("colon", patients=patients, seed=seed, change=change)
        people = cohort.patients
        found = people.filter(pl.col("diagnosis_day").is_not_null())
        by_cancer = people["death_day"].is_not_null() & (people["cause_of_death"] != "other cause")
        rows.append(
            {
                "knock-out": name,
                "distant at diagnosis": (found["n_metastases_seen"] > 0).mean(),
                "liver seen": found["sites_seen"].list.contains("liver").mean(),
                "died of the cancer": by_cancer.mean(),
            }
        )
    with pl.Config(tbl_rows=-1, float_precision=3, tbl_hide_column_data_types=True):
        print(pl.DataFrame(rows))
    print("Shares of virtual patients; research and education, not medical advice.")


if __name__ == "__main__":
    main()
