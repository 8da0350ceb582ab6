"""The tissue beside MetaSpread, and alone: steps, cells and memory.

MetaSpread comes from PyPI into an environment of its own (``--metaspread PYTHON`` names its Python;
by default one is made in a temporary folder). Both programs run the same model at the same size
from the same number of cells in one go; MetaSpread for a few hundred steps, from which its rate is
stated, and its whole run only extrapolated, openly. Rates are of the machine at hand.

    python benchmarks/bench_tissue.py
    python benchmarks/bench_tissue.py --metaspread /path/to/python --steps 300
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path

from paget.tissue.cascade import Cascade
from paget.tissue.kinds import KINDS
from paget.tissue.model_file import load_model

THREADS = os.cpu_count() or 1
WHOLE = 27_600  # steps: 12.8 days
REPEATS = 3
PEER = """
import json, os, sys, time
steps = int(sys.argv[1])
import metaspread, metaspread.configs
metaspread.configs.generate_default_configs()
metaspread.configs.init_simulation_configs("simulations_configs.csv")
model = metaspread.CancerModel(388, 201, 201, 3, steps + 10, 10**9, "out", "")
model.step()
seconds = []
for _ in range(steps):
    start = time.perf_counter()
    model.step()
    seconds.append(time.perf_counter() - start)
print("RESULT", json.dumps({"seconds": sorted(seconds)[len(seconds) // 2]}))
"""


def peer_python(given: str | None) -> str:
    """Return a Python that has MetaSpread, made anew where none is given."""
    if given:
        return given
    folder = Path(tempfile.mkdtemp(prefix="paget-metaspread-"))
    venv.create(folder, with_pip=True)
    python = str(folder / "bin" / "python")
    subprocess.run([python, "-m", "pip", "install", "-q", "metaspread==2024.0.6"], check=True)
    return python


def peer_step(python: str, steps: int) -> float:
    """Return the median seconds of a step of MetaSpread over its first steps."""
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "peer.py"
        script.write_text(PEER)
        done = subprocess.run(
            [python, str(script), str(steps)],
            cwd=folder,
            check=True,
            capture_output=True,
            text=True,
        )
    line = next(line for line in done.stdout.splitlines() if line.startswith("RESULT"))
    return float(json.loads(line.removeprefix("RESULT"))["seconds"])


def early_step(steps: int) -> float:
    """Return the median seconds of a step over the same first steps."""
    seconds: list[float] = []
    for seed in range(REPEATS):
        cascade = Cascade(load_model("metaspread"), seed)
        cascade.advance(1)
        start = time.perf_counter()
        cascade.advance(steps)
        seconds.append((time.perf_counter() - start) / steps)
    return statistics.median(seconds)


def whole_run() -> tuple[float, int]:
    """Return the median seconds of the whole published run, and the cells at its end."""
    seconds: list[float] = []
    cells = 0
    for seed in range(REPEATS):
        cascade = Cascade(load_model("metaspread"), seed)
        start = time.perf_counter()
        cascade.advance(WHOLE)
        seconds.append(time.perf_counter() - start)
        cells = sum(tissue.cells.n for tissue in cascade.tissues)
    return statistics.median(seconds), cells


def million() -> tuple[float, float]:
    """Return the updates a second of a million cells in 3-D, fields apart, and bytes a cell."""
    model = load_model("invasion-3d")
    processes = ["transition", "division", "haptotaxis", "motion"]
    content = model.model_dump(exclude_unset=True) | {
        "processes": processes,
        "rules": [],
        "grid": {"shape": [120, 120, 120], "capacity": 5, "step": model.grid.step},
        "start": [{"cells": {"epithelial": 500_000, "mesenchymal": 500_000}, "voxels": 400_000}],
        "vessels": {},
        "cascade": None,
    }
    cascade = Cascade(load_model(content), 1, THREADS)
    cascade.advance(3)
    rates: list[float] = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        cascade.advance(20)
        rates.append(20 * cascade.primary.cells.n / (time.perf_counter() - start))
    return statistics.median(rates), cascade.primary.cells.bytes_per_cell


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--metaspread", help="a Python that has MetaSpread 2024.0.6")
    parser.add_argument("--steps", type=int, default=300)
    given = parser.parse_args()
    print(platform.platform(), platform.processor(), f"Python {platform.python_version()}")
    ours = early_step(given.steps)
    print(f"Paget, first {given.steps} steps from 388 cells: {ours * 1e6:.0f} us a step")
    theirs = peer_step(peer_python(given.metaspread), given.steps)
    print(f"MetaSpread, the same steps: {theirs:.3f} s a step, {theirs / ours:,.0f} times as long")
    seconds, cells = whole_run()
    print(f"Paget, {WHOLE} steps to {cells} cells: {seconds:.1f} s")
    print(
        f"MetaSpread, extrapolated from its first steps (later ones take longer): at least "
        f"{theirs * WHOLE / 3600:.1f} h, {theirs * WHOLE / seconds:,.0f} times as long"
    )
    rate, size = million()
    print(f"A million cells in 3-D ({len(KINDS)} kinds): {rate / 1e6:.0f} M cell updates/s")
    print(f"{size:.0f} bytes a cell")


if __name__ == "__main__":
    sys.exit(main())
