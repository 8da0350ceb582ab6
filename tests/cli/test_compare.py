"""``paget compare`` and the two lives of ``paget live``, as a user meets them."""

import json
import re
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner, Result

from paget.cli.main import app
from paget.core.results import NOTICE

SEED = ("--seed", "1889")


def invoked(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def flat(result: Result) -> str:
    return re.sub(r"\s+", " ", result.output)


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    folder = tmp_path_factory.mktemp("compare") / "first"
    words = ("colon", "colon-screened", "--people", "6000", *SEED, "--out", str(folder))
    return folder, invoked("compare", *words)


@pytest.mark.slow
def test_a_comparison_writes_tables_and_a_report(compared: tuple[Path, Result]) -> None:
    folder, result = compared
    assert result.exit_code == 0, result.output
    names = {path.name for path in folder.iterdir()}
    assert names == {
        "manifest.json", "results.csv", "results.parquet", "twins", "shards", "report.html",
    }  # fmt: skip
    table = pl.read_parquet(folder / "results.parquet")
    assert set(table["kind"]) == {"result"}
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["notice"] == NOTICE
    assert manifest["seed"] == 1889
    assert manifest["b"]["scenario"]["protocol"]["screening"]["test"] == "fit"


@pytest.mark.slow
def test_the_terminal_tells_the_main_result(compared: tuple[Path, Result]) -> None:
    text = flat(compared[1])
    for words in ("Deaths from the cancer", "hazard ratio", "false positives", NOTICE):
        assert words in text


@pytest.mark.slow
def test_what_differs_stands_first_and_arms_have_names(compared: tuple[Path, Result]) -> None:
    text = flat(compared[1])
    order = ["A without screening", "B screened by FIT", "What differs", "screening.fit", "Deaths"]
    places = [text.index(words) for words in order]
    assert places == sorted(places)
    assert "estimate of overdiagnosis is not told: screening prevents more" in text
    assert "bias" not in text


@pytest.mark.slow
def test_tables_keep_every_number_in_80_columns(compared: tuple[Path, Result]) -> None:
    lines = compared[1].stdout.splitlines()
    assert max(len(line) for line in lines if "tables" not in line and "report" not in line) <= 80
    (row,) = (line for line in lines if line.startswith("death from the cancer"))
    assert len(re.findall(r"[\d.]+", row)) == 6  # either arm, contrast, two limits, gain
    assert "…" not in compared[1].stdout


@pytest.mark.slow
def test_nobody_gets_it_is_a_complete_comparison(tmp_path: Path) -> None:
    words = ("--people", "20", "--seed", "3", "--out", str(tmp_path / "x"))
    result = invoked("compare", "colon", "colon-screened", *words)
    assert result.exit_code == 0, result.output
    assert "nobody gets the cancer in either arm; of 1,000 at most 168 die of it" in flat(result)
    assert "0 to 0" not in result.output


@pytest.mark.slow
def test_more_than_one_difference_warns(tmp_path: Path) -> None:
    words = ("--patients", "2", *SEED, "--out", str(tmp_path / "x"))
    result = invoked("compare", "colon", "colon-standard", *words)
    assert result.exit_code == 0, result.output
    assert "The arms differ in 16 things" in flat(result)


@pytest.mark.slow
def test_a_folder_that_holds_something_is_refused(compared: tuple[Path, Result]) -> None:
    again = invoked(
        "compare", "colon", "colon-screened", "--people", "10", "--out", str(compared[0])
    )
    assert again.exit_code == 2
    assert "holds something already" in flat(again)


@pytest.mark.slow
def test_a_comparison_is_resumed(compared: tuple[Path, Result]) -> None:
    folder = compared[0]
    (folder / "results.csv").unlink()
    words = ("colon", "colon-screened", "--people", "6000", *SEED, "--resume")
    result = invoked("compare", *words, "--out", str(folder))
    assert result.exit_code == 0, result.output
    assert "lives a second" not in flat(result)
    assert (folder / "results.csv").is_file()
    result = invoked("compare", *words)
    assert result.exit_code == 2
    assert "--resume without --out" in flat(result)


def test_patients_and_people_at_once_are_refused(tmp_path: Path) -> None:
    words = ("--people", "10", "--patients", "10", "--out", str(tmp_path / "x"))
    result = invoked("compare", "colon", "colon", *words)
    assert result.exit_code == 2
    assert not (tmp_path / "x").exists()


def test_two_cancers_are_refused(tmp_path: Path) -> None:
    words = ("--patients", "10", *SEED, "--out", str(tmp_path / "x"))
    result = invoked("compare", "colon", "pancreas", *words)
    assert result.exit_code == 2
    assert "twins have the same cancer" in flat(result)
    assert not (tmp_path / "x").exists()


@pytest.mark.slow
def test_one_patient_lives_twice(tmp_path: Path) -> None:
    target = tmp_path / "lives.svg"
    result = invoked(
        "live", "--scenario", "colon", "--scenario", "colon-adjuvant", "--patient", "7", *SEED,
        "--figure", str(target),
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    text = flat(result)
    assert text.count("What happened") == 2
    assert "An illustration" in text
    assert "Two lives of virtual person 7" in target.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("other", "words"),
    [("breast", "twins have the same cancer"), ("colon-seed-2.toml", "seed of 'colon cancer'")],
)
def test_strangers_are_no_twins(other: str, words: str, tmp_path: Path) -> None:
    if other.endswith(".toml"):
        (tmp_path / other).write_text('base = "colon"\nseed = 2\n', encoding="utf-8")
        other = str(tmp_path / other)
    result = invoked("live", "--scenario", "colon", "--scenario", other, "--patient", "3")
    assert result.exit_code == 2
    assert words in flat(result)


@pytest.mark.slow
def test_a_comparison_is_cited(compared: tuple[Path, Result]) -> None:
    result = invoked("cite", str(compared[0]))
    assert result.exit_code == 0, result.output
    assert "assumption" in flat(result)


def test_a_person_to_show_is_one_of_those_compared(tmp_path: Path) -> None:
    words = ("--patients", "10", *SEED, "--patient", "10", "--out", str(tmp_path / "x"))
    result = invoked("compare", "colon", "colon-adjuvant", *words)
    assert result.exit_code == 2
    assert "must be one of those compared: 0 to 9" in flat(result)
    assert not (tmp_path / "x").exists()


@pytest.mark.slow
def test_one_person_is_enough(tmp_path: Path, recwarn: pytest.WarningsRecorder) -> None:
    words = ("--people", "1", "--seed", "3", "--patient", "0", "--out", str(tmp_path / "x"))
    result = invoked("compare", "colon", "colon-screened", *words)
    assert result.exit_code == 0, result.output
    assert "1 virtual person" in flat(result)
    assert "never has the cancer; the report shows another" in flat(result)
    assert "number needed" not in flat(result)
    assert not [warning for warning in recwarn if issubclass(warning.category, RuntimeWarning)]


@pytest.mark.parametrize("words", [(), ("colon", "--scenario", "colon", "--scenario", "colon")])
def test_one_or_two_scenarios(words: tuple[str, ...]) -> None:
    result = invoked("live", *words, "--patient", "7")
    assert result.exit_code == 2
    assert "one scenario, or two" in flat(result)
