"""Write `docs/tissue-reference.md`: the published spatial model beside this one.

Ensembles are grown anew, so this takes some minutes and is no part of `make docs`::

    .venv/bin/python tools/tissue_pages.py --seeds 20
"""

import argparse
import statistics
import sys
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from docs_pages import table

from paget.culture.reference import Measured, measure, published_rows, within

PAGE: Final = Path(__file__).parents[1] / "docs" / "tissue-reference.md"
PRESETS: Final = ("metaspread", "franssen-2019")
STEPS: Final = (6_000, 12_000, 18_000, 24_000, 27_600)
INTRO: Final = """# The published spatial model, reproduced

Two presets restate the spatial model of Franssen, Lorenzi, Burgess and Chaplain 2019.
`franssen-2019` has the clocks of the article (epithelial-like cells divide every 2,000 steps,
mesenchymal-like ones every 3,000) and its three sites; `metaspread` is the program MetaSpread as
shipped, which has the two doubling times the other way round and two sites. Steps are 40 s, so
27,600 of them are 12.8 days.

The article leaves open, and these presets choose: a ruptured vessel is one point, clusters come
apart when they leave the vasculature, a cell stays in its cluster with probability 0.5, all cells
of a kind divide at once, MMP-2 is updated before the matrix, and a jump whose probability would
be negative is not made (its share goes to staying).

Published means and standard deviations are of 10 seeds ([published tables](published.md)). Counts
agree where they are within three standard errors of their difference, which was stated before the
first run; radius, MMP-2 and matrix were published without a deviation and have fixed tolerances
(0.03 mm, 5 %, 0.005). Later steps have no published figure here: they are what this program says,
and stand to be compared.
"""


def main(arguments: Sequence[str] | None = None) -> None:
    """Grow the ensembles and write the page."""
    parser = argparse.ArgumentParser(description="Write docs/tissue-reference.md.")
    parser.add_argument("--seeds", type=int, default=20)
    given = parser.parse_args(arguments)
    jobs = [(preset, seed) for preset in PRESETS for seed in range(1, given.seeds + 1)]
    with ThreadPoolExecutor(2) as pool:
        grown = list(pool.map(lambda job: measure(job[0], job[1], STEPS), jobs))
    found = [one for run in grown for one in run]
    parts = [INTRO]
    for preset in PRESETS:
        mine = [one for one in found if one.preset == preset]
        parts += [f"## `{preset}`, {given.seeds} seeds\n", *_sections(preset, mine)]
    PAGE.write_text("\n".join(parts), encoding="utf-8")


def _sections(preset: str, found: Sequence[Measured]) -> Iterable[str]:
    yield _beside_published(preset, found)
    yield "Every step, mean and standard deviation between seeds:\n"
    yield _course(found)
    yield "Voxels of the primary that hold 1, 2, 3 or 4 cells, mean:\n"
    yield _occupancy(found)
    yield _vessels(found) + "\n"


def _beside_published(preset: str, found: Sequence[Measured]) -> str:
    rows: list[list[str]] = []
    for row in published_rows():
        if row["preset"] != preset:
            continue
        mine = [one for one in found if one.step == row["step"]]
        for quantity, (distance, allowed) in within(row, found).items():
            mean = statistics.fmean(getattr(one, quantity) for one in mine)
            deviation = row.get(f"{quantity}_sd")
            form = ",.0f" if deviation else ".3f"
            published = f"{row[quantity]:{form}}" + (f" ± {deviation}" if deviation else "")
            verdict = "agrees" if distance <= allowed else "**differs**"
            rows.append(
                [
                    f"{row['step']:,}",
                    quantity.replace("_", " "),
                    published,
                    *(f"{value:{form}}" for value in (mean, distance, allowed)),
                    verdict,
                ]
            )
    heads = [">step", "quantity", ">published", ">this program", ">distance", ">allowed", ""]
    return table(heads, rows)


def _course(found: Sequence[Measured]) -> str:
    def cell(step: int, quantity: str, digits: str) -> str:
        values = [float(getattr(one, quantity)) for one in found if one.step == step]
        return f"{statistics.fmean(values):{digits}} ± {statistics.stdev(values):{digits}}"

    rows = [
        [
            f"{step:,}",
            cell(step, "mesenchymal", ",.0f"),
            cell(step, "epithelial", ",.0f"),
            cell(step, "radius_mm", ".3f"),
            cell(step, "largest_mmp2", ".3f"),
            cell(step, "mean_matrix", ".4f"),
            cell(step, "intravasations", ",.0f"),
        ]
        for step in STEPS
    ]
    heads = [
        ">step",
        ">mesenchymal",
        ">epithelial",
        ">radius, mm",
        ">largest MMP-2",
        ">mean matrix",
        ">intravasations",
    ]
    return table(heads, rows)


def _occupancy(found: Sequence[Measured]) -> str:
    rows: list[list[str]] = []
    for step in STEPS:
        histograms = [one.voxels_with for one in found if one.step == step]
        means = [statistics.fmean(column) for column in zip(*histograms, strict=True)]
        rows.append([f"{step:,}", *(f"{mean:,.0f}" for mean in means)])
    return table([">step", ">1 cell", ">2 cells", ">3 cells", ">4 cells"], rows)


def _vessels(found: Sequence[Measured]) -> str:
    """Say when the first cells entered a vessel and when the first metastasis was founded."""
    last = [one for one in found if one.step == STEPS[-1]]
    return " ".join(
        _distribution(name, [getattr(one, key) for one in last])
        for name, key in (
            ("First intravasation", "first_intravasation_day"),
            ("First metastasis", "first_metastasis_day"),
        )
    )


def _distribution(name: str, days: Sequence[float | None]) -> str:
    seen = sorted(day for day in days if day is not None)
    if not seen:
        return f"{name}: in none of {len(days)} seeds by the end."
    return (
        f"{name}: in {len(seen)} of {len(days)} seeds by the end, "
        f"day {seen[0]:.1f} to {seen[-1]:.1f}, median {statistics.median(seen):.1f}."
    )


if __name__ == "__main__":
    sys.exit(main())
