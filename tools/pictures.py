"""Draw the pictures of the README and of the documentation, from one virtual life.

Lives are lived anew, so this takes half a minute and is no part of `make docs`::

    .venv/bin/python tools/pictures.py

The patient is the first of a cohort whose cancer comes back in two sites and spreads further, with
few enough lesions to be looked at one by one. So a picture stays what it says after a new fit.
"""

from pathlib import Path
from typing import Final

import matplotlib as mpl
import polars as pl

import paget
from paget.report.lives.bodymap import life_bodymap
from paget.report.lives.life_figures import life_timeline

IMAGES: Final = Path(__file__).parents[1] / "docs" / "images"
PATIENTS, SEED = 4_000, 1889
LESIONS: Final = (12, 40)  # rows of a life that can be looked at
SITES: Final = 5


def main() -> None:
    """Write the pictures."""
    IMAGES.mkdir(exist_ok=True)
    patient = choose()
    life = paget.live("colon", patient=patient, seed=SEED)
    figures = {
        "life-map.svg": life_bodymap(life, life.summary["diagnosis_day"]),
        "life-timeline.svg": life_timeline(life),
    }
    mpl.rcParams["svg.hashsalt"] = "paget"  # the same life gives the same file
    for name, figure in figures.items():
        figure.savefig(IMAGES / name, metadata={"Date": None})
    print(f"patient {patient}, seed {SEED}: {', '.join(figures)} in {IMAGES}")


def choose() -> int:
    """Return the number of the patient to draw."""
    cohort = paget.simulate("colon", patients=PATIENTS, seed=SEED)
    relapsed = cohort.patients.filter(
        pl.col("recurrence_day").is_not_null(),
        pl.col("recurrence_sites").list.len() >= 2,
        pl.col("sites_true").list.len() >= 3,
        pl.col("cause_of_death") != "other cause",
    )
    spread = cohort.lesions.group_by("patient").agg(
        pl.len().alias("rows"), pl.col("site").n_unique().alias("sites")
    )
    fit = relapsed.join(spread, on="patient").filter(
        pl.col("rows").is_between(*LESIONS), pl.col("sites") >= SITES
    )
    return int(fit.sort("patient")["patient"][0])


if __name__ == "__main__":
    main()
