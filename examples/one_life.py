"""One life: a virtual patient from the first malignant cell to death, told and drawn.

The first one of a small cohort whose cancer comes back after surgery; lived alone it is the very
same life. Run it with ``python examples/one_life.py``.
"""

from pathlib import Path

import polars as pl

import paget


def main(patients: int = 500, seed: int = 1889, picture: Path = Path("one_life.svg")) -> None:
    """Find a patient, tell the life, say what there was at diagnosis, and draw it."""
    cohort = paget.simulate("colon", patients=patients, seed=seed)
    relapsed = cohort.patients.filter(pl.col("recurrence_day").is_not_null())
    patient = int(relapsed["patient"][0])

    life = paget.live("colon", patient=patient, seed=seed)
    print(f"Virtual patient {patient}: {life.summary['sex']}, {len(life.lesions):,} lesions.\n")
    milestones = ("invasion", "detectable", "diagnosis", "surgery", "recurrence", "death")
    with pl.Config(tbl_rows=-1, tbl_hide_column_data_types=True, tbl_hide_dataframe_shape=True):
        events = life.events.filter(pl.col("event").cast(str).is_in(milestones))
        print(events.select("day", "event", "site", "detail"), "\n")

        day = life.summary["diagnosis_day"]
        print(f"On day {day:,.0f}, when the cancer was found, seen or not:")
        there = life.at(day).sort("diameter_mm", descending=True)
        print(there.select("site", "kind", "route", "diameter_mm", "state").head(10), "\n")

    life.plot(picture)
    print(f"Drawn to {picture}. {life.notice}")


if __name__ == "__main__":
    main()
