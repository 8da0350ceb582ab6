"""A virtual trial: the same patients under the standard protocol and under a change of ten lines.

The change is a file of ``examples/trials``: adjuvant treatment, the time of surgery, follow-up, or
removing metastases of the liver. Run it with ``python examples/trial.py``.
"""

from pathlib import Path

import polars as pl

import paget

TRIALS = Path(__file__).parent / "trials"
SHOWN = ("death from the cancer", "years lived", "hazard ratio", "alive after", "number needed")


def main(
    patients: int = 4_000,
    seed: int = 1889,
    change: Path = TRIALS / "liver-metastases.toml",
    report: Path = Path("trial.html"),
) -> None:
    """Compare, show the main results and their intervals, and write the report."""
    trial = paget.compare("colon-standard", change, patients=patients, seed=seed)
    print(trial)
    print("A: {}. B: {}.".format(*trial.names))
    for what, a, b in trial.differences:
        print(f"   {what}: {a} | {b}")
    print()

    results = trial.table.filter(pl.col("measure").str.contains("|".join(SHOWN)))
    with pl.Config(
        tbl_rows=-1,
        tbl_width_chars=120,
        fmt_str_lengths=60,
        float_precision=3,
        tbl_hide_column_data_types=True,
        tbl_hide_dataframe_shape=True,
    ):
        print(results.select("measure", "unit", "a", "b", "estimate", "low", "high", "gain"))
    print("Intervals: 95 %, Monte Carlo error alone. Gain: what independent people would cost.\n")

    differs = trial.example()
    if differs is not None:
        print(f"Virtual patient {differs}, twice: an illustration, not a result.")
        print(trial.illustration(differs).select("measure", "unit", "a", "b"), "\n")
    print(f"Report in {trial.report(report)}. {trial.notice}")


if __name__ == "__main__":
    main()
