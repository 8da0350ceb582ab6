"""After a run nobody may be assumed: a complete run of few, or of nobody, says so and ends well."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from paget.cli.main import app
from paget.core.results import NOTICE

NO_ROUTE = [f"shedding.{route}=false" for route in ("blood_route", "lymphatic_route")]
FEW: dict[str, tuple[list[str], list[str], str]] = {
    "one patient": (["pancreas", "--patients", "1"], [], "The one virtual patient was found"),
    "two patients": (["pancreas", "--patients", "2"], [], "of 2 virtual patients were found"),
    "three patients": (["pancreas", "--patients", "3"], [], "of 3 virtual patients were found"),
    "nobody gets it": (["colon", "--people", "20"], [], "None of 20 people got the cancer."),
    "one person": (["colon", "--people", "1"], [], "The one virtual person did not get the cancer"),
    "a site without soil": (
        ["colon", "--patients", "10"],
        ["arrest.liver.affinity=0"],
        "of 10 virtual patients were found",
    ),
    "nothing is ever shed": (
        ["colon", "--patients", "20"],
        [*NO_ROUTE, "shedding.serosal_route=false"],
        "No seed settled anywhere: there is no lesion but the primaries.",
    ),
    "nobody is found": (
        ["colon", "--patients", "10"],
        ["symptoms.primary_diameter=1e8 mm", "symptoms.everywhere.diameter=0 mm"],
        "None of 10 virtual patients was found to have the cancer while they lived.",
    ),
    "men alone": (
        ["colon", "--people", "60"],
        ["onset.people_male_share=1"],
        "of 60 people got the cancer.",
    ),
}

NOBODY_FOUND = ("nobody gets it", "one person", "nobody is found")


def invoked(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def flat(text: str) -> str:
    return re.sub(r"\s+", " ", text)


@pytest.mark.slow
@pytest.mark.parametrize("case", FEW)
def test_a_run_of_few_is_complete_and_says_so(case: str, tmp_path: Path) -> None:
    words, changes, sentence = FEW[case]
    sets = [word for change in changes for word in ("--set", change)]
    result = invoked("run", *words, "--seed", "3", *sets, "--out", str(tmp_path / "run"))
    assert result.exit_code == 0, result.output
    assert sentence in flat(result.stdout)
    report = (tmp_path / "run" / "report.html").read_text(encoding="utf-8")
    assert sentence in flat(report)
    # Shares of those found are told where there is somebody.
    assert ("of those found" in result.stdout) == (case not in NOBODY_FOUND)


LIVES = {
    "a precursor removed": (
        ["colon-screened", "--patient", "3"],
        "screening found a precursor in time: there never is a cancer.",
    ),
    "treated in situ": (
        ["breast-screened", "--patient", "3"],
        "screening finds the precursor, which is treated: there is no cancer",
    ),
    "never found": (["colon-screened", "--patient", "10"], "the cancer was never found."),
    "no lesion but the primary": (
        ["colon-screened", "--patient", "5"],
        "No metastasis was there at diagnosis.",
    ),
    "of people, a precursor removed": (
        ["colon-screened", "--people", "300", "--patient", "123"],
        "Years since entry into the population.",
    ),
}


@pytest.mark.parametrize("case", LIVES)
def test_a_life_of_little_is_told_and_drawn(case: str, tmp_path: Path) -> None:
    words, sentence = LIVES[case]
    figure = tmp_path / "life.png"
    result = invoked("live", *words, "--seed", "5", "--figure", str(figure))
    assert result.exit_code == 0, result.output
    assert sentence in flat(result.stdout)
    assert not re.search(r"\bnan\b", result.stdout)
    assert figure.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("twins", [False, True])
def test_who_never_gets_the_cancer_has_no_life_to_tell(twins: bool, tmp_path: Path) -> None:
    figure = tmp_path / "life.png"
    names = ["--scenario", "colon", "--scenario", "colon-screened"] if twins else ["colon-screened"]
    who = ["--people", "300", "--patient", "4", "--seed", "5", "--figure", str(figure)]
    result = invoked("live", *names, *who)
    assert result.exit_code == 0, result.output
    assert "Virtual person 4: this one never has the cancer while followed." in flat(result.stdout)
    assert NOTICE in result.stdout
    assert not figure.exists()
