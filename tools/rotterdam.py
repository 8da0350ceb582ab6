"""Work out the Rotterdam rows of ``published/targets.csv`` from the data, which are not shipped.

    python tools/rotterdam.py rotterdam_relapse_metastasis.csv

The file is data set BrCa of the R package Epi 2.47 (GPL-2; see published/README.md),
with columns size_mm, nodes, er, local_relapse_years, metastasis_years, death_years, exit_years.
Only the figures that this prints are in the package.
"""

import sys
from pathlib import Path

import numpy as np
import polars as pl

YEARS = (2, 5, 10, 15)
GROUPS = {
    "all": pl.lit(value=True),
    "N0": pl.col("nodes") == 0,
    "N1-3": pl.col("nodes").is_between(1, 3),
    "N4-9": pl.col("nodes").is_between(4, 9),
    "N10+": pl.col("nodes") >= 10,
    "<= 20 mm": pl.col("size_mm") == "<=20",
    "20-50 mm": pl.col("size_mm") == "20-50",
    "> 50 mm": pl.col("size_mm") == ">50",
    "ER+": pl.col("er") >= 10,
    "ER-": pl.col("er") < 10,
}


def distant(rows: pl.DataFrame) -> list[float]:
    """Return Kaplan-Meier distant metastasis [%], deaths censored, local relapse ignored."""
    metastasis = rows["metastasis_years"].fill_null(np.inf).to_numpy()
    until = np.minimum(metastasis, rows["exit_years"].to_numpy())
    order = np.argsort(until, kind="stable")
    happened = np.isfinite(metastasis[order])
    free = np.cumprod(np.where(happened, 1.0 - 1.0 / np.arange(len(order), 0, -1), 1.0))
    before = np.searchsorted(until[order], YEARS, side="right")
    return [100.0 * (1.0 - float(free[n - 1])) for n in before]


def first_relapse(rows: pl.DataFrame) -> dict[str, list[float]]:
    """Return the cumulative incidence [%] of each place as first relapse, death competing."""
    local = rows["local_relapse_years"].fill_null(np.inf).to_numpy()
    metastasis = rows["metastasis_years"].fill_null(np.inf).to_numpy()
    first = np.minimum(local, metastasis)
    died = rows["death_years"].fill_null(np.inf).to_numpy()
    until = np.minimum(np.minimum(first, died), rows["exit_years"].to_numpy())
    order = np.argsort(until, kind="stable")
    event = np.minimum(first, died) <= until
    steps = np.where(event[order], 1.0 / np.arange(len(order), 0, -1), 0.0)
    free = np.concatenate([[1.0], np.cumprod(1.0 - steps)[:-1]])
    told: dict[str, list[float]] = {}
    for place, day in (("local", local), ("distant", metastasis)):
        here = (day == first) & (first <= died) & (first <= until)
        total = np.cumsum(free * steps * here[order])
        before = np.searchsorted(until[order], YEARS, side="right")
        told[place] = [100.0 * float(total[n - 1]) for n in before]
    return told


def main(path: Path) -> None:
    """Print the figures."""
    rows = pl.read_csv(path, infer_schema_length=None)
    for name, chosen in GROUPS.items():
        group = rows.filter(chosen)
        positive = 100.0 * float((group["nodes"] > 0).mean())  # type: ignore[arg-type]
        figures = "  ".join(f"{share:5.1f}" for share in distant(group))
        print(f"{name:9}{group.height:6}  distant {figures}  node positive {positive:5.1f}", end="")
        print(f"  mean nodes {group['nodes'].mean():.2f}")
    for place, shares in first_relapse(rows).items():
        print(f"{place} first {'  '.join(f'{share:5.1f}' for share in shares)}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
