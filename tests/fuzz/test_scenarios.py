"""A run or a clean error, whatever the scenario: no traceback, no NaN, no infinite day."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fuzz.made import as_toml, lived, made

FAST, SLOW = 300, 2_000
SHARES = 20  # tests among which the scenarios are dealt
FROM = int(os.environ.get("PAGET_FUZZ_FROM", "0"))
MORE = int(os.environ.get("PAGET_FUZZ", "0"))
"""How many `make fuzz` lives."""


def told(numbers: range) -> int:
    """Live some scenarios; return how many were refused."""
    refused = 0
    for number in numbers:
        scenario = made(number)
        try:
            refused += bool(lived(scenario))
        except Exception as error:
            raise AssertionError(f"scenario {number}: {scenario}") from error
    return refused


@pytest.mark.parametrize("share", range(SHARES))
def test_a_run_or_a_clean_error(share: int) -> None:
    numbers = range(share, FAST, SHARES)
    assert told(numbers) < len(numbers), "nothing was lived: the scenarios test refusals alone"


@pytest.mark.science
@pytest.mark.parametrize("share", range(SHARES))
def test_a_run_or_a_clean_error_of_more(share: int) -> None:
    told(range(FAST + share, FAST + SLOW, SHARES))


@pytest.mark.skipif(MORE == 0, reason="for `make fuzz`")
@pytest.mark.parametrize("share", range(SHARES))
def test_a_run_or_a_clean_error_of_very_many(share: int) -> None:
    told(range(FROM + share, FROM + MORE, SHARES))


def carried_out(number: int, folder: Path) -> None:
    """Carry out scenario ``number`` by the command line, from a file."""
    file, out = folder / f"{number}.toml", folder / f"run-{number}"
    file.write_text(as_toml(made(number)), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "paget", "run", str(file), "--out", str(out)],
        capture_output=True,
        text=True,
        check=False,
    )
    both = done.stdout + done.stderr
    assert "Traceback" not in both, f"scenario {number}: {both}"
    assert done.returncode in {0, 2}, f"scenario {number}: {done.returncode}, {both}"
    assert (done.returncode == 0) == (out / "report.html").exists(), f"scenario {number}: {both}"
    assert (done.returncode == 0) == out.exists(), f"scenario {number}: {both}"


@pytest.mark.parametrize("number", range(8))
def test_by_the_command_line(number: int, tmp_path: Path) -> None:
    carried_out(number, tmp_path)


@pytest.mark.science
@pytest.mark.parametrize("number", range(8, 48))
def test_more_by_the_command_line(number: int, tmp_path: Path) -> None:
    carried_out(number, tmp_path)
