"""A run from its command to its report, interrupted and resumed; one life as text and figure."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner, Result

from paget.cli.main import app
from paget.core.results import NOTICE

PAGET = [sys.executable, "-c", "from paget.cli.main import main; main()"]


def invoked(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    """Carry out a small run."""
    folder = tmp_path_factory.mktemp("runs") / "first"
    words = ["--patients", "300", "--seed", "5", "--out", str(folder)]
    return folder, invoked("run", "colon", *words, "--set", "dormancy.liver.wake_rate=0.5 /year")


@pytest.mark.slow
def test_run_writes_tables_and_a_report(first: tuple[Path, Result]) -> None:
    folder, result = first
    assert result.exit_code == 0, result.output
    assert (folder / "report.html").is_file()
    assert pl.read_parquet(folder / "patients" / "*.parquet").height == 300


@pytest.mark.slow
def test_run_ends_with_a_summary(first: tuple[Path, Result]) -> None:
    folder, result = first
    text = result.stdout
    assert re.search(r"\d+ of 300 virtual patients were found", text)
    for name in ("stage I", "stage IV", "metastases seen at diagnosis", "alive 5 years"):
        assert re.search(rf"^{name} .* %  .* to .* % +\d+$", text, re.MULTILINE)
    assert re.search(rf"^run +{re.escape(str(folder))}$", text, re.MULTILINE)
    assert re.search(r"report\.html$", text, re.MULTILINE)
    assert re.search(
        r"^rests on +\d+ parameters, of which \d+ are assumptions;", text, re.MULTILINE
    )
    assert NOTICE in text
    assert "seed 5" in result.stderr
    assert "\x1b" not in result.output


@pytest.mark.slow
def test_cite_a_run_counts_what_the_user_set(first: tuple[Path, Result]) -> None:
    text = " ".join(invoked("cite", str(first[0])).stdout.split())
    assert "1 were set by the user" in text


@pytest.mark.slow
def test_a_second_run_into_the_folder_is_refused(first: tuple[Path, Result]) -> None:
    result = invoked("run", "colon", "--patients", "300", "--out", str(first[0]))
    assert result.exit_code == 2
    assert "holds another run already" in result.stderr


@pytest.mark.slow
def test_resuming_what_is_done_does_nothing(first: tuple[Path, Result]) -> None:
    same = [
        "colon",
        "--patients",
        "300",
        "--seed",
        "5",
        "--set",
        "dormancy.liver.wake_rate=0.5 /year",
    ]
    for scenario in ([], same):
        result = invoked("run", *scenario, "--resume", str(first[0]))
        assert result.exit_code == 0, result.output
        assert "speed    0 lived" in result.stdout


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["colon"], "differs in the scenario"),
        (["colon", "--patients", "300", "--seed", "6"], "differs in the scenario"),
        (["pancreas", "--patients", "300"], "differs in the scenario"),
        (["--seed", "5"], "--resume with --seed"),
        (["--set", "dormancy.liver.wake_rate=0.5 /year"], "--resume with --set"),
    ],
)
def test_a_run_is_resumed_as_it_was_started(
    first: tuple[Path, Result], words: list[str], why: str
) -> None:
    before = {path: path.stat().st_mtime_ns for path in first[0].rglob("*")}
    result = invoked("run", *words, "--resume", str(first[0]))
    assert result.exit_code == 2
    assert why in " ".join(result.stderr.split())
    assert {path: path.stat().st_mtime_ns for path in first[0].rglob("*")} == before


@pytest.mark.slow
def test_without_a_folder_it_takes_a_new_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("mine.toml").write_text("cancer = 'colon'\npatients = 20\n", encoding="utf-8")
    result = invoked("run", "mine.toml")
    assert result.exit_code == 0, result.output
    (folder,) = Path("runs").iterdir()
    assert re.fullmatch(r"mine-\d{8}-\d{6}", folder.name)
    assert re.search(r"seed \d+", result.stderr)  # one was chosen, and is told


@pytest.mark.slow
def test_live_tells_one_life(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = invoked("live", "colon", "--patient", "595", "--seed", "1889", "--all")
    assert result.exit_code == 0, result.output
    text = result.stdout
    assert "Virtual patient 595 · colon cancer · seed 1889" in text
    assert "metastatic colon cancer (" in text
    assert not re.search(r"\b(liver|lung|bone|brain) cancer", text)
    assert NOTICE in text
    assert max(map(len, text.splitlines())) <= 80
    assert Path("life-colon-595.png").read_bytes().startswith(b"\x89PNG")
    again = invoked("live", "colon", "--patient", "595", "--seed", "1889")
    assert "Drawn in life-colon-595-2.png" in again.stdout


@pytest.mark.slow
def test_ctrl_c_leaves_a_run_that_can_be_resumed(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    words = ["run", "colon", "--patients", "40000", "--seed", "3", "--out", str(folder)]
    process = subprocess.Popen(
        [*PAGET, *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    deadline = time.monotonic() + 240.0
    while not list(folder.glob("shards/*.json")) and time.monotonic() < deadline:
        assert process.poll() is None
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=60)
    assert process.returncode == 130
    assert re.search(r"Stopped\. [\d,]+ of 40,000 virtual patients are in", told)
    assert re.search(r"paget run --resume \S+$", told, re.MULTILINE)
    assert "Traceback" not in told
    n = pl.read_parquet(folder / "patients" / "*.parquet").height
    assert 0 < n < 40_000
    result = invoked("run", "--resume", str(folder))
    assert result.exit_code == 0, result.output
    assert pl.read_parquet(folder / "patients" / "*.parquet").height == 40_000
