"""`paget grow` and what other commands say of tissues."""

import json
import re
from pathlib import Path

import polars as pl
import pytest
import xarray as xr
from typer.testing import CliRunner, Result

from paget.cli.main import app

SMALL = """
base = "franssen-2019"
title = "Small"
until = "6 hour"
grid = { shape = [41, 41], spacing = "10 um", capacity = 4, step = "40 s" }
[change]
"mesenchymal.doubling_time" = "3 hour"
"mesenchymal.motility" = "1e-9 cm^2/s"
"vasculature.residence" = "20 minute"
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("small.toml").write_text(SMALL, encoding="utf-8")
    return tmp_path


def paget(*words: str) -> Result:
    return CliRunner().invoke(app, [*words])


def grown(*words: str) -> str:
    done = paget("grow", "--pictures", "none", *words)
    assert done.exit_code == 0, done.output
    return " ".join(done.stdout.split())


def refused(*words: str) -> str:
    before = sorted(Path().rglob("*"))
    done = paget(*words)
    assert done.exit_code == 2, done.output
    assert sorted(Path().rglob("*")) == before
    assert "Error: " in done.stderr
    return " ".join(done.stderr.split())


def test_a_run_says_what_became_of_it_and_where_it_is() -> None:
    told = grown("small.toml", "--seed", "3", "--frames", "6", "--out", "run")
    assert "After 0.25 days:" in told
    assert "First intravasation: day 0" in told
    assert "primary" in told
    assert "paget cite run" in told
    assert "not medical advice" in told
    dataset = xr.open_zarr("run/tissue.zarr", consolidated=False, chunks=None)
    assert dataset.sizes["time"] == 7
    assert pl.read_parquet("run/counts.parquet")["site"].unique().len() == 4
    manifest = json.loads(Path("run/manifest.json").read_text(encoding="utf-8"))
    assert manifest["status"] == "complete"
    assert manifest["seed"] == 3


def test_pictures_and_a_film_are_drawn() -> None:
    done = paget("grow", "small.toml", "--seed", "3", "--frames", "3", "--out", "run")
    assert done.exit_code == 0, done.output
    assert "frame.png, course.png, sites.png, film.webp" in done.stdout
    assert Path("run/film.webp").read_bytes()[:4] == b"RIFF"


def test_set_changes_a_parameter_and_until_the_time() -> None:
    words = ("--set", "mesenchymal.motility=0 cm^2/s", "--set", "epithelial.motility=0 cm^2/s")
    words += ("--set", "mesenchymal.haptotaxis=0 cm^2/s", "--set", "epithelial.haptotaxis=0 cm^2/s")
    told = grown("small.toml", "--seed", "3", "--until", "1 hour", "--out", "run", *words)
    assert "After 0.04167 days" in told
    assert "First intravasation: none; first metastasis: none" in told


def test_resume_goes_on_to_a_later_time() -> None:
    grown("small.toml", "--seed", "3", "--until", "2 hour", "--frames", "2", "--out", "run")
    assert "After 0.25 days" in grown("--resume", "run", "--until", "6 hour")
    grown("small.toml", "--seed", "3", "--until", "6 hour", "--frames", "6", "--out", "whole")
    run, whole = (
        xr.open_zarr(f"{name}/tissue.zarr", consolidated=False) for name in ("run", "whole")
    )
    assert run.identical(whole)


def test_an_ensemble_shows_mean_spread_and_first_events() -> None:
    told = grown("small.toml", "--seed", "3", "--ensemble", "3", "--frames", "3", "--out", "run")
    assert "mean ± standard deviation over 3 seeds" in told
    assert re.search(r"First intravasation: in 3 of 3 seeds by day 0\.25", told)
    assert "First metastasis: in" in told
    assert len(pl.read_parquet("run/ensemble.parquet")) == 3
    assert "ensemble keeps no state" in refused("grow", "--resume", "run", "--until", "9 hour")


BAD_WORDS = {
    "no model": ([], "models are "),
    "unknown model": (["fransen-2019"], "Did you mean franssen-2019"),
    "no such file": (["no.toml"], "no.toml"),
    "time without unit": (["small.toml", "--until", "3"], "until = '3'"),
    "no time": (["small.toml", "--until", "1 s"], "at least one step of 40 s"),
    "negative seed": (["small.toml", "--seed", "-1"], "seed = -1"),
    "no frame": (["small.toml", "--frames", "0"], "frames = 0"),
    "no thread": (["small.toml", "--threads", "0"], "threads = 0"),
    "no seeds": (["small.toml", "--ensemble", "0"], "ensemble = 0"),
    "unknown parameter": (
        ["small.toml", "--set", "mesenchymal.motilty=1 um^2/day"],
        "unknown parameter mesenchymal.motilty in --set",
    ),
    "out is a file": (["small.toml", "--out", "small.toml"], "small.toml is a file"),
    "resume nothing": (["--resume", "nowhere"], "manifest.json"),
    "resume with a model": (["small.toml", "--resume", "run"], "--resume with a model"),
    "resume with a seed": (["--resume", "run", "--seed", "2"], "--resume with --seed"),
}


@pytest.mark.parametrize(("words", "expected"), BAD_WORDS.values(), ids=BAD_WORDS)
def test_bad_words_are_refused(words: list[str], expected: str) -> None:
    assert expected in refused("grow", *words)


BAD_FILES = {
    "unknown process": ('processes = ["diffusion", "motoin"]', "unknown process 'motoin'"),
    "unknown signal": (
        'rules = ["oxigen increases epithelial.motility towards 2 um^2/day with half-max 8"]',
        "unknown signal 'oxigen'",
    ),
    "unknown behaviour": (
        'rules = ["matrix increases epithelial.motilty towards 2 um^2/day with half-max 8"]',
        "unknown behaviour 'motilty'",
    ),
    "no rule": ('rules = ["epithelial cells move more"]', "is not understood"),
    "field without boundary": ("[fields.mmp2]\nstart = 0.0", "without fields.mmp2.boundary"),
    "step too long": (
        'grid = { shape = [41, 41], spacing = "10 um", capacity = 4, step = "4000 s" }',
        "Give a step of at most",
    ),
    "box too small": (
        'grid = { shape = [5, 5], spacing = "10 um", capacity = 4, step = "40 s" }',
        "Give a larger grid",
    ),
    "too many cells": (
        "start = [{ cells = { epithelial = 9000 } }]\n",
        "the box has room for",
    ),
}


@pytest.mark.parametrize(("text", "expected"), BAD_FILES.values(), ids=BAD_FILES)
def test_a_bad_model_is_refused(text: str, expected: str) -> None:
    is_table = text.startswith("[")
    grid = "" if "grid =" in text else SMALL.strip().splitlines()[3]
    lines = [
        'base = "franssen-2019"',
        *(() if is_table else (text,)),
        grid,
        text if is_table else "",
    ]
    Path("bad.toml").write_text("\n".join(lines), encoding="utf-8")
    told = refused("grow", "bad.toml", "--seed", "1", "--out", "run")
    assert expected in told


def test_a_corrupt_store_is_refused_and_left_as_it_is() -> None:
    grown("small.toml", "--seed", "3", "--frames", "6", "--until", "3 hour", "--out", "run")
    for chunk in Path("run/tissue.zarr/mmp2/c/2").rglob("0"):
        if chunk.is_file():
            chunk.write_bytes(chunk.read_bytes()[:20])
    told = refused("grow", "--resume", "run", "--until", "6 hour")
    assert "run is damaged: frame 2 cannot be read" in told
    assert "nothing in it has been changed" in told


def test_tissues_are_listed_with_their_parameters() -> None:
    assert "franssen-2019" in paget("list").stdout
    assert "201 × 201" in paget("list", "tissues").stdout
    told = paget("list", "parameters", "franssen-2019", "vasculature").stdout
    assert "vasculature.residence" in told
    assert "franssen2019" in told


def test_a_tissue_is_described_with_its_rules() -> None:
    rule = "crowding decreases epithelial.motility towards 0 with half-max 0.5, Hill 2"
    text = SMALL.replace("until", f'rules = ["{rule}"]\nuntil', 1)
    Path("ruled.toml").write_text(text, encoding="utf-8")
    told = " ".join(paget("describe", "ruled.toml").stdout.split())
    assert "41 × 41 voxels" in told
    assert rule in told
    assert "dw/dt" in told
    assert "vasculature.single_survival · franssen2019" in told
    assert "vasculature.residence = 0.333" in told


def test_papers_of_a_tissue_are_cited() -> None:
    told = paget("cite", "franssen-2019").stdout
    assert "franssen2019" in told
    assert "body map" not in told
    grown("small.toml", "--seed", "3", "--until", "10 minute", "--out", "run")
    assert "3 were set by the user" in " ".join(paget("cite", "run").stdout.split())


def test_the_schema_of_a_tissue_knows_its_keys() -> None:
    schema = json.loads(paget("schema", "tissue").stdout)
    assert {"grid", "processes", "rules"} <= set(schema["properties"])
