"""Write the pages `docs/fit-<cancer>.md`: the model beside what was published, misfits named.

Virtual patients are lived anew, so this takes a while and is no part of `make docs`::

    .venv/bin/python tools/fit_pages.py --patients 40000 --seed 1889 --identify 20000

``--identify`` also says how well the data pin each direction of the fit, from one step of it; below
some ten thousand lives noise makes directions look better known than they are. The sentences that
explain misfits stand in `docs/misfits.toml`.
"""

import argparse
import math
import sys
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl
from docs_pages import cited, code, number, plain, table

import paget
from paget.atlas.cancers import load_cancer
from paget.fit.calibrate import Fit
from paget.fit.fitting import fit_cancer, fitted_cancers
from paget.fit.validate import fit_table, score
from paget.run.scenario import the_body

DOCS: Final = Path(__file__).parents[1] / "docs"
FREE: Final = 0.8  # from this posterior over prior SD on the data hardly speak of a direction
TIED: Final = 0.5  # from this correlation on two directions are named together
KINDS: Final = {
    "target": ("Targets", "The fit tried to meet these."),
    "consistency": (
        "Consistency",
        "Set with the result in view, or recalled and not confirmed: broad priors, no evidence.",
    ),
    "prediction": ("Predictions", "Never fitted."),
}

Row = Mapping[str, Any]


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the pages that the command line asks for."""
    parser = argparse.ArgumentParser(description="Write docs/fit-<cancer>.md.")
    parser.add_argument("cancers", nargs="*", default=fitted_cancers(), help="all if none is named")
    parser.add_argument("--patients", type=int, default=40_000, help="lives behind the table")
    parser.add_argument("--seed", type=int, default=1889, help="of these lives")
    parser.add_argument(
        "--identify", type=int, metavar="PATIENTS", help="lives an evaluation for what data pin"
    )
    given = parser.parse_args(arguments)
    explained = tomllib.loads((DOCS / "misfits.toml").read_text(encoding="utf-8"))
    for cancer in given.cancers:
        found = fit_table(cancer, patients=given.patients, seed=given.seed)
        fit = fit_cancer(cancer, given.identify, steps=1) if given.identify else None
        text = page(cancer, found, (given.patients, given.seed), explained.get(cancer, {}), fit)
        path = DOCS / f"fit-{cancer}.md"
        path.write_text(text, encoding="utf-8")
        holds, n = score(found)
        print(f"{path}: {holds} of {n} confirmed target rows within tolerance")
        for name in stale(found, explained.get(cancer, {})):
            print(f"docs/misfits.toml: {cancer}: {name!r} is no misfit", file=sys.stderr)


def page(
    cancer: str,
    found: pl.DataFrame,
    lived: tuple[int, int],
    explained: Mapping[str, str],
    fit: Fit | None,
) -> str:
    """Return the page of one cancer."""
    label = load_cancer(cancer, frozenset(the_body().site_names)).meta["label"]
    holds, n = score(found)
    patients, seed = lived
    rows = found.to_dicts()
    share = f" ({100 * holds / n:.0f} %)" if n else ""
    lived_by = (
        f"{patients:,} virtual patients, seed {seed}, Paget {paget.__version__}; written by "
        "`tools/fit_pages.py`. [How the fit was done](fit.md) says what the columns and the kinds "
        "of rows mean.\n"
    )
    parts = [
        f"---\nhide-toc: true\n---\n\n# Fit of {label}\n",
        f"**{holds} of {n} confirmed target rows within tolerance{share}.**\n",
        lived_by,
    ]
    for kind, (title, told) in KINDS.items():
        chosen = [row for row in rows if row["kind"] == kind]
        if chosen:
            parts += [f"## {title}\n", f"{told}\n", beside(chosen)]
    parts += ["## Misfits\n", misfits(rows, explained)]
    if fit is not None:
        parts += ["## What the data pin\n", pinned(fit)]
    return "\n".join(parts)


def beside(rows: Iterable[Row]) -> str:
    """Return the table of the model beside what was published."""
    head = ("quantity", "unit", ">published", ">tolerance", ">model", ">error", "", "source")
    return table(head, [_line(row) for row in rows])


def _line(row: Row) -> tuple[str, ...]:
    sign = "×÷" if row["is_factor"] else "±"
    verdict = "too few" if row["within"] is None else "within" if row["within"] else "**misfit**"
    source = cited(str(row["source"])) + ("" if row["confirmed"] else ", not confirmed")
    return (
        plain(named(row)),
        plain(row["unit"]),
        _published(row),
        f"{sign} {number(row['tolerance'], 3)}",
        "nobody" if row["model"] is None else number(row["model"], 4),
        _error(row),
        verdict,
        source,
    )


def _error(row: Row) -> str:
    if row["error"] is None:  # too few tell it
        return "?"
    return number(row["error"], 2) if row["error"] > 1e-9 * abs(row["model"]) else "exact"


def _published(row: Row) -> str:
    told = number(row["published"], 4)
    if row["low"] is not None and row["high"] is not None:
        told += f" ({number(row['low'], 4)} to {number(row['high'], 4)})"
    return told


def named(row: Row) -> str:
    """Return a row's name: the quantity, and its group where it has one."""
    return f"{row['quantity']}: {row['group']}" if row["group"] else str(row["quantity"])


def misfits(rows: Iterable[Row], explained: Mapping[str, str]) -> str:
    """Return the rows outside their tolerance, each with its explanation."""
    lines: list[str] = []
    for row in rows:
        if row["within"] is not False:
            continue
        why = explained.get(named(row), "*Not explained yet.*")
        beside_it = f"{number(row['model'], 4)} beside {number(row['published'], 4)}"
        lines.append(f"- **{plain(named(row))}** ({beside_it} {plain(row['unit'])}). {why}")
    return "\n".join(lines or ["None."]) + "\n"


def stale(found: pl.DataFrame, explained: Mapping[str, str]) -> list[str]:
    """Return the explanations whose rows lie within tolerance, or do not exist."""
    missed = {named(row) for row in found.to_dicts() if row["within"] is False}
    return [name for name in explained if name not in missed]


def pinned(fit: Fit) -> str:
    """Return how much the data say of each direction that the fit explores."""
    ratio = np.asarray(fit.posterior_sd, dtype=float)
    free = [knob.name for knob, sd in zip(fit.knobs, ratio, strict=True) if sd > FREE]
    head = ("direction", ">prior", ">SD after / before", "tied to")
    rows = [
        (code(knob.name), number(knob.prior), f"{ratio[i]:.2f}", _tied(fit, i))
        for i, knob in enumerate(fit.knobs)
    ]
    told = (
        "The SD of each direction given the data, over that of its prior: near 0 the data decide, "
        "near 1 they say nothing and the value is its prior; linearised at the atlas's values. "
        f"*Tied to*: correlation above {TIED} in size, which means that the data see the two "
        "together better than either alone.\n"
    )
    names = ", ".join(code(name) for name in free) or "none"
    return f"{told}\n{table(head, rows)}\nHardly identified (above {FREE}): {names}.\n"


def _tied(fit: Fit, i: int) -> str:
    correlation = np.asarray(fit.correlation, dtype=float)[i]
    others = [k for k in range(len(fit.knobs)) if k != i and abs(correlation[k]) >= TIED]
    others.sort(key=lambda k: -math.fabs(correlation[k]))
    return ", ".join(f"{code(fit.knobs[k].name)} {correlation[k]:+.2f}" for k in others[:3])


if __name__ == "__main__":
    main()
