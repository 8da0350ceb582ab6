"""A first cohort: how colon cancer is found, where it has spread, what the cascade did.

Run it with ``python examples/first_cohort.py``. Research and education, not medical advice.
"""

import polars as pl

import paget


def main(patients: int = 2_000, seed: int = 1889) -> None:
    """Live a cohort and show its stages, its sites and its funnel."""
    cohort = paget.simulate("colon", patients=patients, seed=seed)
    found = cohort.patients.filter(pl.col("diagnosis_day").is_not_null())
    print(f"{len(found):,} of {patients:,} virtual patients were found to have the cancer.\n")

    print("Stage as seen, at diagnosis:")
    print(found["summary_stage"].value_counts(normalize=True, sort=True), "\n")

    print("Metastatic colon cancer, patients by site seen at diagnosis:")
    sites = found["sites_seen"].explode().drop_nulls()
    print(sites.value_counts(sort=True).head(5), "\n")

    print("The funnel: of all seeds shed, how many are left after each step?")
    whole = cohort.funnel.filter(pl.col("patient").is_null())
    with pl.Config(tbl_rows=-1, tbl_hide_column_data_types=True, tbl_hide_dataframe_shape=True):
        print(whole.group_by("step", maintain_order=True).agg(pl.col("count").sum()), "\n")

    print(cohort.notice)


if __name__ == "__main__":
    main()
