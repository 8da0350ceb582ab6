"""Prove that the checkers check: each must fail on errors planted for it.

A small clean package passes ruff, pyright and import-linter under the project's own settings. Then
bad files are planted, one error each, and every one of them must be reported by the rule that
forbids it. A checker that is misconfigured, or reads no file at all, fails here.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent

PACKAGE = ROOT / "src" / "paget"
PACKAGES = tuple(sorted(path.parent.name for path in PACKAGE.glob("*/__init__.py")))
MODULES = tuple(sorted(path.stem for path in PACKAGE.glob("*.py") if path.stem != "__init__"))
CLEAN = '"""{name}."""\n'
FUNCTION = (
    '"""Plant."""\n\n\ndef half(x: float) -> float:\n    """Return half of `x`."""\n    return {}\n'
)


class Plant(NamedTuple):
    """A bad file and what its checker must say of it."""

    path: str
    text: str
    complaint: str


FORMAT = (Plant("src/paget/core/wide.py", '"""Plant."""\n\nx = { "a" :1 }\n', "wide.py"),)

LINT = (
    Plant("src/paget/core/unused.py", '"""Plant."""\n\nimport math\n', "F401"),
    Plant("src/paget/core/silent.py", "x = 1\n", "D100"),
    Plant("src/paget/run/loud.py", '"""Plant."""\n\nprint("here")\n', "T201"),
    Plant("src/paget/run/up.py", '"""Plant."""\n\nfrom ..core import x as x\n', "TID252"),
    Plant("tests/lost/test_lost.py", "x = 1\n", "INP001"),
    Plant("tests/test_blind.py", "import pickle\n\npickle.loads(b'')\n", "S301"),
)

TYPES = (
    Plant("src/paget/core/wrong.py", FUNCTION.format("str(x)"), "reportReturnType"),
    Plant("src/paget/body/bare.py", "def f(x): return x\n", "reportMissingParameterType"),
    Plant("src/paget/run/gone.py", "import paget.nowhere\n", "reportMissingImports"),
    Plant("tests/test_wrong.py", 'n: int = "one"\n', "reportAssignmentType"),
)

IMPORTS = (
    Plant("src/paget/body/upward.py", "import paget.clinic\n", "paget.body.upward -> paget.clinic"),
    Plant(
        "src/paget/body/sideways.py", "import paget.tissue\n", "paget.body.sideways -> paget.tissue"
    ),
    Plant("src/paget/stray.py", "x = 1\n", "paget.stray"),
    Plant("src/paget/kernels/tables.py", "import polars\n", "paget.kernels.tables -> polars"),
    Plant("src/paget/clinic/cluster.py", "import dask\n", "paget.clinic.cluster -> dask"),
    Plant("src/paget/core/quantity.py", "import pint\n", "paget.core.quantity -> pint"),
    Plant("src/paget/run/figure.py", "import matplotlib\n", "paget.run.figure -> matplotlib"),
    Plant("src/paget/core/one.py", "import paget.core.two\n", "made acyclic"),
    Plant("src/paget/core/two.py", "import paget.core.one\n", "two -> .one"),
)

CHECKERS: tuple[tuple[str, tuple[str, ...], tuple[Plant, ...]], ...] = (
    ("ruff format", ("ruff", "format", "--check", "."), FORMAT),
    ("ruff check", ("ruff", "check", "--no-cache", "--output-format=concise", "."), LINT),
    ("pyright", ("pyright",), TYPES),
    ("import-linter", ("lint-imports", "--no-cache"), IMPORTS),
)


def write(root: Path, path: str, text: str) -> None:
    """Write `text` to `path` below `root`, with its folder."""
    target = root / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")


def lay_out(root: Path) -> None:
    """Make a small clean copy of the house, under the project's own settings."""
    (root / "pyproject.toml").write_bytes((ROOT / "pyproject.toml").read_bytes())
    (root / ".venv").symlink_to(BIN.parent, target_is_directory=True)
    write(root, "src/paget/__init__.py", CLEAN.format(name="House"))
    for name in PACKAGES:
        write(root, f"src/paget/{name}/__init__.py", CLEAN.format(name=name.capitalize()))
    for name in MODULES:
        write(root, f"src/paget/{name}.py", CLEAN.format(name=name.capitalize()))
    write(root, "tests/__init__.py", "")
    for path in ("src/paget/core/good.py", "tests/test_good.py", "tools/good.py"):
        write(root, path, FUNCTION.format("x / 2"))


def complaints(root: Path, command: tuple[str, ...]) -> tuple[int, str]:
    """Run a checker in `root`; return its exit code and all that it said."""
    program, *arguments = command
    done = subprocess.run(
        [str(BIN / program), *arguments],
        cwd=root,
        env=os.environ | {"PYTHONPATH": str(root / "src"), "COLUMNS": "500"},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def failures_of(name: str, command: tuple[str, ...], plants: tuple[Plant, ...]) -> list[str]:
    """List what is wrong with one checker: it cries at clean code, or misses a planted error."""
    with tempfile.TemporaryDirectory(prefix="planted-") as folder:
        root = Path(folder)
        lay_out(root)
        code, said = complaints(root, command)
        if code != 0:
            return [f"{name} fails on clean code:\n{said}"]
        for plant in plants:
            write(root, plant.path, plant.text)
        code, said = complaints(root, command)
    if code == 0:
        return [f"{name} passes with {len(plants)} planted errors"]
    lines = " ".join(said.split())
    missed = [plant for plant in plants if plant.complaint not in lines]
    return [f"{name} does not report {p.complaint} in {p.path}:\n{said}" for p in missed]


def main() -> int:
    """Check every checker; return the exit code."""
    failures: list[str] = []
    for name, command, plants in CHECKERS:
        found = failures_of(name, command, plants)
        failures += found
        verdict = "does not check" if found else f"reports what was planted ({len(plants)})"
        print(f"{name}: {verdict}")
    for failure in failures:
        print(failure, file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
