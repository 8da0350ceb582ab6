"""Text gets out: in every command, on output that is not Unicode, with nothing lost."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from paget.cli.main import app
from paget.cli.streams import plain_text
from tests.cli.commands import CALLS, SLOW, names


def calls() -> list[object]:
    return [pytest.param(name, marks=pytest.mark.slow if name in SLOW else ()) for name in names()]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_every_command_is_called() -> None:
    assert set(CALLS) == set(names())


@pytest.mark.parametrize("encoding", ["cp1252", pytest.param("ascii", marks=pytest.mark.science)])
@pytest.mark.parametrize("name", calls())
def test_every_command_gets_its_text_out(name: str, encoding: str) -> None:
    done = CliRunner(charset=encoding).invoke(app, CALLS[name])
    assert done.exit_code == 0, done.output
    assert done.stdout_bytes.decode(encoding).strip()


@pytest.mark.parametrize("name", names())
def test_every_help_gets_its_text_out(name: str) -> None:
    done = CliRunner(charset="ascii").invoke(app, [name, "--help"])
    assert done.exit_code == 0, done.output
    assert "<bool>" not in done.stdout
    assert ("--patients  " in done.stdout) == ("  -n  " in done.stdout)


def test_refusals_get_out() -> None:
    done = CliRunner(charset="ascii").invoke(app, ["run", "colón"])
    assert done.exit_code == 2
    assert "unknown scenario 'colon'. Did you mean colon?" in done.stderr


@pytest.mark.parametrize("variables", [{"PYTHONIOENCODING": "cp1252"}, {"LC_ALL": "C"}])
def test_a_process_of_its_own_gets_its_text_out(variables: dict[str, str]) -> None:
    plain = {"PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    done = subprocess.run(
        [sys.executable, "-m", "paget", "describe", "colon", "--brief"],
        capture_output=True,
        check=False,
        env={**os.environ, **plain, **variables},
    )
    assert done.returncode == 0, done.stderr
    assert not done.stderr
    assert b"10^7" in done.stdout or b"10^5" in done.stdout


@pytest.mark.parametrize(
    ("text", "encoding", "told"),
    [
        ("5×10⁻⁷", "ascii", "5x10^-7"),
        ("10¹⁷ cells", "cp1252", "10^17 cells"),
        ("10² mm²", "cp1252", "10² mm²"),
        ("σ ≥ Λ µm", "ascii", "sigma >= Lambda um"),
        ("naïve † 患者", "ascii", "naive + ??"),
        ("5×10⁻⁷", "utf-8", "5×10⁻⁷"),
    ],
)
def test_what_an_encoding_lacks_is_replaced(text: str, encoding: str, told: str) -> None:
    assert plain_text(text, encoding) == told
