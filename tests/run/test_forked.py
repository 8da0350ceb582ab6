"""A child that is forked after Paget was used says so at once; before, and by spawn, it works."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="Windows has no forks"),
]

PATIENCE = 120  # seconds until a child counts as one that waits for ever

CASE = """
import multiprocessing, sys, warnings
warnings.simplefilter("ignore", DeprecationWarning)  # of Python's own about forks and threads
import paget
from paget.core.errors import RunError


def job(seed):
    table = paget.simulate("colon", patients=30, seed=seed, threads=1).patients
    return float(table["age_onset_years"].sum())


def grown(seed):
    return paget.grow("franssen-2019", seed=seed, until="10 min").fate.tumour_cells


def opened(seed):
    return paget.read(f"no-folder-{seed}")


if __name__ == "__main__":
    before, method, work, given = sys.argv[1:]
    if before == "lives":
        job(1)
    elif before == "tables":
        import polars
        polars.DataFrame({"a": range(99999)}).group_by("a").len()
    with multiprocessing.get_context(method).Pool(2) as pool:
        call = pool.apply_async(globals()[work], [int(given) if given.isdigit() else given])
        try:
            print("result", call.get(timeout=100))
        except RunError as error:
            print("refused", error)
"""


def outcome(tmp_path: Path, before: str, method: str, work: str, given: str = "1") -> str:
    script = tmp_path / "case.py"
    script.write_text(CASE, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(script), before, method, work, given],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
    )
    return done.stdout


@pytest.mark.parametrize(
    ("before", "work"),
    [("lives", "job"), ("lives", "grown"), ("lives", "opened"), ("tables", "job")],
)
def test_a_child_of_a_process_that_was_used_is_refused(
    tmp_path: Path, before: str, work: str
) -> None:
    told = outcome(tmp_path, before, "fork", work)
    assert told.startswith("refused")
    assert '"spawn"' in told


def test_a_child_of_a_process_that_was_not_used_works(tmp_path: Path) -> None:
    assert outcome(tmp_path, "nothing", "fork", "job").startswith("result")


def test_the_lines_of_the_documentation_work(tmp_path: Path) -> None:
    page = Path(__file__).parents[2] / "docs" / "getting-started.md"
    text = page.read_text(encoding="utf-8")
    blocks = re.findall(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    (block,) = (block for block in blocks if "spawn" in block)
    (tmp_path / "many.py").write_text(block, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(tmp_path / "many.py")],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
    )
    assert re.fullmatch(r"\[\d+, \d+, \d+, \d+\]\n", done.stdout)


def test_a_spawned_child_works(tmp_path: Path) -> None:
    assert outcome(tmp_path, "lives", "spawn", "job").startswith("result")
