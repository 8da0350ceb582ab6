"""A law of growth, a symptom and a cancer, added to a copy of the package as CONTRIBUTING says.

Nothing else of the copy is touched: what the walk does not name must follow by itself.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import paget

PACKAGE = Path(paget.__file__).parent

# Mayneord 1932 (recalled): a tumour whose diameter grows at a constant rate.
SURFACE_LAW = r'''"""Growth of a rim: the diameter grows at a constant rate, dN/dt = a N^(2/3)."""

import math

from paget.body.growth.law import Law
from paget.kernels.jit import jit

THIRD = 1.0 / 3.0


@jit
def growth_rate(law: Law, n: float) -> float:
    return law.rate * n**-THIRD


@jit
def largest_size(_law: Law) -> float:
    return math.inf


@jit
def elapsed(law: Law, n1: float, n2: float) -> float:
    return 3.0 * (n2**THIRD - n1**THIRD) / law.rate


@jit
def size_after(law: Law, n1: float, days: float) -> float:
    return (n1**THIRD + law.rate * days / 3.0) ** 3


@jit
def size_before(law: Law, n: float, days: float) -> float:
    return max(n**THIRD - law.rate * days / 3.0, 0.0) ** 3


@jit
def power_integral(law: Law, alpha: float, n1: float, n2: float) -> float:
    e = alpha + THIRD
    return (n2**e - n1**e) / (law.rate * e)


@jit
def time_at_integral(law: Law, alpha: float, n1: float, target: float) -> float:
    e = alpha + THIRD
    return elapsed(law, n1, (n1**e + target * law.rate * e) ** (1.0 / e))
'''

TOLD = """
[[law]]
step = "growth"
file = "body/growth/rim.py"
title = "Growth of a rim"
when = ["growth.law = rim"]
equations = ["dN/dt = a N^(2/3)"]
sentence = "The diameter grows at a constant rate."
terms = { "DT" = "growth.doubling_time", "at" = "growth.reference_diameter" }
"""

CANCER = """base = "colon"
cancer = "caecum"
label = "cancer of the caecum"

[growth]
doubling_time = { value = 200, source = "assumption" }
"""

SCENARIO = """cancer = "caecum"
label = "cancer of the caecum"
patients = 300
seed = 3
horizon = "40 year"
"""

ASKED = """
import json
import paget
from paget.body.growth import growth_law, growth_rate, size_after
from paget.verify.growth import trials
from paget.words import GROWTH_LAWS

held = [trial.run().sound for trial in trials()]
caecum = paget.simulate("caecum", patients=3000)
rim = paget.simulate("colon", patients=300, seed=3, change={"growth.law": "rim"})
words = caecum.events.get_column("detail").drop_nulls().to_list()
print(json.dumps({
    "held": held,
    "code": GROWTH_LAWS.index("rim"),
    "tripled": size_after(growth_law(GROWTH_LAWS.index("rim"), 3.0, 1e12, 1.0, 0.5), 1.0, 2.0),
    "label": sorted(set(caecum.patients.get_column("cancer").to_list())),
    "found": rim.patients.get_column("diagnosis_day").drop_nulls().len(),
    "itch": words.count("itch"),
}))
"""


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy the package and add to it what the walk names, and nothing else."""
    folder = tmp_path_factory.mktemp("source")
    copied = folder / "paget"
    shutil.copytree(PACKAGE, copied, ignore=shutil.ignore_patterns("__pycache__"))
    (copied / "body" / "growth" / "rim.py").write_text(SURFACE_LAW)
    replace(copied / "words.py", '"logistic", "power")', '"logistic", "power", "rim")')
    with (copied / "tell" / "laws.toml").open("a") as stream:
        stream.write(TOLD)
    replace(
        copied / "atlas" / "clinic" / "symptoms.toml",
        "cells.cough = 40",
        "cells.cough = 40\ncells.itch = 100",
    )
    (copied / "atlas" / "cancers" / "caecum.toml").write_text(CANCER)
    (copied / "atlas" / "scenarios" / "caecum.toml").write_text(SCENARIO)
    return folder


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} in {path.name}"
    path.write_text(text.replace(old, new), encoding="utf-8")


def python(source: Path, *arguments: str) -> str:
    """Run Python on the copy."""
    done = subprocess.run(
        [sys.executable, *arguments],
        env={
            **os.environ,
            "PYTHONPATH": str(source),
            "PAGET_CACHE_DIR": str(source / "cache"),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.science
@pytest.mark.slow
def test_what_is_added_by_the_walk_is_lived_described_and_verified(source: Path) -> None:
    answer = json.loads(python(source, "-c", ASKED).splitlines()[-1])
    assert all(answer["held"])
    assert answer["code"] == 4
    assert answer["tripled"] == pytest.approx(27.0)
    assert answer["label"] == ["caecum"]
    assert answer["found"] > 100
    assert answer["itch"] > 0
    told = python(source, "-m", "paget", "describe", "colon", "--set", "growth.law=rim")
    assert "Growth of a rim" in told
    assert "caecum" in python(source, "-m", "paget", "list")
