"""A grown tissue: what is recorded is what was, and a resumed run is the unbroken one."""

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from paget.core.errors import RunError, ScenarioError
from paget.core.results import Status, read_units
from paget.culture.fate import Outcome
from paget.culture.grow import Grown, grow, read_grown, resume
from paget.tissue.kinds import KINDS
from tests.culture.tissues import ALONE, CROWDED, EMPTY, SMALL

FRAMES = 9


@pytest.fixture(scope="module")
def whole() -> Grown:
    """Return a run in memory that nothing broke."""
    return grow(SMALL, seed=3, frames=FRAMES)


def assert_same(one: Grown, other: Grown) -> None:
    assert one.dataset.identical(other.dataset)
    assert one.counts.equals(other.counts)
    for table in ("cells", "lineage", "arrivals", "intravasations"):
        assert getattr(one, table).equals(getattr(other, table)), table
    assert one.fate == other.fate


def stop_at(step: int, act: Callable[[], object]) -> Callable[[int, int], None]:
    """Return a progress that acts once when a step is reached."""
    acted: list[int] = []

    def progress(done: int, _: int) -> None:
        if done >= step and not acted:
            acted.append(done)
            act()

    return progress


def interrupt() -> None:
    raise KeyboardInterrupt


def content_of(folder: Path) -> dict[str, str]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
    }


@pytest.fixture(autouse=True)
def every_step_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("paget.culture.grow._LOOK", 0.0)


def test_frames_are_regular_and_end_at_the_last_step(whole: Grown) -> None:
    steps = np.rint(whole.dataset["time"].to_numpy() / whole.model.step_days).astype(int)
    assert steps.tolist() == [0, 60, 120, 180, 240, 300, 360, 420, 480, 540]
    counted = whole.counts["step"].unique().sort().to_list()
    assert counted == list(range(0, 541, 12))


def test_everything_that_can_have_a_unit_has_one(whole: Grown) -> None:
    for name, array in whole.dataset.variables.items():
        assert name in ("site", "kind") or array.attrs["units"], name
    assert whole.dataset["time"].attrs["units"] == "day"
    assert whole.dataset["x"].attrs["units"] == "um"


def test_a_frame_holds_the_cells_that_are_counted(whole: Grown) -> None:
    frames = whole.dataset["cells"].sum(["y", "x"]).to_numpy()
    steps = np.rint(whole.dataset["time"].to_numpy() / whole.model.step_days).astype(int)
    for site_number, site in enumerate(whole.model.sites):
        of_site = whole.counts.filter(pl.col("site") == site, pl.col("step").is_in(steps))
        assert np.array_equal(of_site.select(KINDS).to_numpy(), frames[:, site_number])
    assert frames[0].sum() == 388
    assert frames[-1, 1:].sum() > 0


def test_a_frame_holds_the_fields_that_are_counted(whole: Grown) -> None:
    last = whole.counts.filter(step=540)
    matrix = whole.dataset["matrix"].isel(time=-1)
    assert last["matrix_mean"].to_numpy() == pytest.approx(matrix.mean(["y", "x"]).to_numpy())
    assert last["matrix_min"][0] == matrix.isel(site=0).min() < 1.0
    largest = whole.dataset["mmp2"].isel(time=-1, site=0).max()
    assert last["mmp2_max"][0] == largest > 0.0


def test_a_site_that_nothing_reached_is_as_it_was(whole: Grown) -> None:
    alone = grow(ALONE, seed=3, frames=FRAMES)
    assert (alone.dataset["matrix"].sel(site="liver") == 1.0).all()
    assert alone.dataset["cells"].sel(site="liver").sum() == 0
    assert alone.outcome is Outcome.NO_METASTASIS
    assert alone.fate.first_intravasation_day is None
    assert whole.outcome is Outcome.METASTASIS


def test_lineages_lead_back_to_the_founders(whole: Grown) -> None:
    lineage = whole.lineage
    assert lineage["id"].n_unique() == len(lineage)
    born = dict(lineage.select("id", "born_day").iter_rows())
    founders = lineage.filter(pl.col("parent") == -1)
    assert len(founders) == 388
    for child, parent, day in lineage.select("id", "parent", "born_day").iter_rows():
        assert parent == -1 or born[parent] < day, child
    living = set(lineage.filter(pl.col("ended_day").is_nan())["id"])
    here = set(whole.cells["id"])
    arrived = {cell for ids in whole.arrivals["ids"] for cell in ids}
    assert here <= living | arrived
    assert len(whole.cells) == whole.counts.filter(step=540).select(KINDS).to_numpy().sum()


def test_what_arrived_had_left_before(whole: Grown) -> None:
    left = {cell: day for day, ids in rows(whole.intravasations) for cell in ids}
    arrived = {cell: day for day, ids in rows(whole.arrivals) for cell in ids}
    assert arrived
    delay = 30 / 2160  # 20 minutes
    for cell, day in arrived.items():
        assert day - left[cell] == pytest.approx(delay)
    assert min(left.values()) == pytest.approx(whole.fate.first_intravasation_day)
    assert min(arrived.values()) == pytest.approx(whole.fate.first_metastasis_day)


def rows(table: pl.DataFrame) -> list[tuple[float, list[int]]]:
    return [(row[0], row[1]) for row in table.select("day", "ids").iter_rows()]


def test_recording_changes_nothing(whole: Grown) -> None:
    sparse = grow(SMALL, seed=3, frames=1)
    assert sparse.cells.equals(whole.cells)
    assert sparse.dataset["mmp2"].isel(time=-1).equals(whole.dataset["mmp2"].isel(time=-1))


def test_a_folder_holds_what_memory_does(whole: Grown, tmp_path: Path) -> None:
    assert_same(grow(SMALL, seed=3, frames=FRAMES, out=tmp_path / "run"), whole)
    assert_same(read_grown(tmp_path / "run"), whole)
    assert_same(read_grown(whole.save(tmp_path / "saved")), whole)
    assert read_units(tmp_path / "run" / "counts.parquet")["radius_um"] == "um"


def test_an_interrupted_run_goes_on_as_if_nothing_had_happened(
    whole: Grown, tmp_path: Path
) -> None:
    cut = grow(SMALL, seed=3, frames=FRAMES, out=tmp_path / "run", progress=stop_at(200, interrupt))
    assert cut.status is Status.INTERRUPTED
    assert cut.fate.day == pytest.approx(180 / 2160)
    assert cut.counts["step"].max() == 180
    assert cut.dataset.identical(whole.dataset.isel(time=slice(0, 4)))
    assert_same(resume(tmp_path / "run"), whole)
    assert_same(resume(tmp_path / "run"), whole)  # nothing is left to do


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a run as a kill left it, within its eighth frame."""
    folder = tmp_path_factory.mktemp("killed")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("paget.culture.grow._LOOK", 0.0)
        copy = stop_at(400, lambda: shutil.copytree(folder / "run", folder / "left"))
        grow(SMALL, seed=3, frames=FRAMES, out=folder / "run", progress=copy)
    return folder / "left"


@pytest.fixture
def left(killed: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(killed, tmp_path / "left"))


def test_a_killed_run_goes_on_from_its_last_frame(whole: Grown, left: Path) -> None:
    with pytest.raises(RunError, match="was cut off"):
        read_grown(left)
    assert_same(resume(left), whole)


def test_a_kill_within_a_frame_loses_that_frame_alone(whole: Grown, left: Path) -> None:
    chunk = left / "tissue.zarr" / "mmp2" / "c" / "7" / "0" / "0" / "0"
    assert not chunk.exists()
    chunk.parent.mkdir(parents=True)
    chunk.write_bytes(b"half of a chu")
    assert_same(resume(left), whole)


@pytest.mark.parametrize("number", [0, 1])
def test_a_damaged_restart_file_is_made_up_for_by_the_other(
    whole: Grown, left: Path, number: int
) -> None:
    file = left / f"restart-{number}.npz"
    file.write_bytes(file.read_bytes()[:-5000])
    assert_same(resume(left), whole)


def test_every_changed_byte_of_a_restart_file_is_noticed(whole: Grown, left: Path) -> None:
    newest = max((left / f"restart-{n}.npz" for n in (0, 1)), key=lambda p: p.stat().st_mtime_ns)
    content = bytearray(newest.read_bytes())
    content[len(content) // 2] ^= 1
    newest.write_bytes(bytes(content))
    assert_same(resume(left), whole)


@pytest.mark.parametrize("how", ["cut off", "changed", "missing"])
def test_a_damaged_last_frame_is_grown_again(whole: Grown, left: Path, how: str) -> None:
    damage(left, 6, how)
    assert_same(resume(left), whole)


@pytest.mark.parametrize("how", ["cut off", "changed", "missing"])
def test_a_damaged_earlier_frame_is_refused_and_nothing_is_lost(left: Path, how: str) -> None:
    damage(left, 2, how)
    before = content_of(left)
    with pytest.raises(RunError, match="frame 2") as caught:
        resume(left)
    assert caught.value.exit_code == 2
    assert "the same seed" in caught.value.remedy
    assert content_of(left) == before


def damage(folder: Path, frame: int, how: str) -> None:
    chunk = folder / "tissue.zarr" / "matrix" / "c" / str(frame) / "0" / "0" / "0"
    content = bytearray(chunk.read_bytes())
    if how == "missing":
        chunk.unlink()
        return
    content[len(content) // 2] ^= 64
    chunk.write_bytes(bytes(content if how == "changed" else content[: len(content) // 2]))


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("matrix/zarr.json", b'"float64"', b'"float32"'),
        ("cells/zarr.json", b'"fill_value": 0', b'"fill_value": 1'),
        ("zarr.json", b'"Small"', b'"Large"'),
        ("mmp2/zarr.json", b'"units"', b'"units'),
        ("x/c/0", b"", b"rot"),
        ("time/c/0", b"", b""),
        ("kind/zarr.json", b"", b""),
    ],
)
def test_a_damaged_layout_is_refused_and_nothing_is_lost(
    left: Path, file: str, old: bytes, new: bytes
) -> None:
    path = left / "tissue.zarr" / file
    content = path.read_bytes()
    assert old in content
    path.write_bytes(content.replace(old, new) if old else new)
    before = content_of(left)
    with pytest.raises(RunError, match=str(left)) as caught:
        resume(left)
    assert "the same seed" in caught.value.remedy
    assert content_of(left) == before


def test_lost_vessels_of_a_frame_are_missed(left: Path) -> None:
    chunk = next((left / "tissue.zarr" / "vessel" / "c" / "2").rglob("*"), None)
    assert chunk is not None
    shutil.rmtree(left / "tissue.zarr" / "vessel" / "c" / "2")
    with pytest.raises(RunError, match="frame 2"):
        resume(left)


def test_the_state_of_another_run_is_not_gone_on_from(left: Path, tmp_path: Path) -> None:
    grow(SMALL, seed=4, frames=FRAMES, out=tmp_path / "other")
    shutil.copy(tmp_path / "other" / "manifest.json", left / "manifest.json")
    with pytest.raises(RunError, match="those of another run"):
        resume(left)


def test_files_that_were_being_written_go_when_it_is_resumed(whole: Grown, left: Path) -> None:
    half = [left / ".restart-0.npz.12ab.part", left / "tissue.zarr" / "x" / "c" / "0.99.partial"]
    for path in half:
        path.write_bytes(b"half")
    assert_same(resume(left), whole)
    assert not any(path.exists() for path in half)
    assert_same(read_grown(left), whole)


@pytest.mark.parametrize("error", [KeyboardInterrupt, RunError])
def test_nothing_is_left_of_a_tissue_that_fails_before_its_first_frame(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: type[BaseException]
) -> None:
    def fail(*_: object) -> None:
        raise error("the disk is full")

    monkeypatch.setattr("paget.culture.recording.write_slot", fail)
    with pytest.raises(error):
        grow(SMALL, seed=1, until="10 minute", out=tmp_path / "deep" / "run")
    assert not list(tmp_path.iterdir())


def test_without_restart_files_nothing_can_go_on(left: Path) -> None:
    for number in (0, 1):
        (left / f"restart-{number}.npz").unlink()
    before = content_of(left)
    with pytest.raises(RunError, match="restart files"):
        resume(left)
    assert content_of(left) == before


def test_a_longer_time_goes_on_where_the_shorter_one_ended(whole: Grown, tmp_path: Path) -> None:
    # 2.5 hours end between two frames: that frame goes when the run goes on.
    short = grow(SMALL, seed=3, frames=4, until="2.5 hour", out=tmp_path / "run")
    assert short.manifest["schedule"]["frame_every"] == 60
    assert short.counts["step"].max() == 225
    assert_same(resume(tmp_path / "run", until="6 hour"), whole)
    with pytest.raises(ScenarioError, match="already"):
        resume(tmp_path / "run", until="3 hour")


def test_a_run_of_other_code_is_not_resumed(left: Path) -> None:
    manifest = left / "manifest.json"
    text = manifest.read_text(encoding="utf-8")
    manifest.write_text(text.replace('"source_hash": "', '"source_hash": "x'), encoding="utf-8")
    with pytest.raises(RunError, match="code"):
        resume(left)


def test_extinction_is_an_outcome() -> None:
    empty = grow(EMPTY, seed=1, until="10 minute")
    assert empty.outcome is Outcome.EXTINCT
    assert empty.fate.tumour_cells == 0


def test_a_tumour_at_the_edge_is_an_outcome(tmp_path: Path) -> None:
    on = grow(CROWDED, seed=1, frames=12)
    stopped = grow(CROWDED, seed=1, frames=12, stop_at_edge=True, out=tmp_path / "run")
    assert Outcome.EDGE_REACHED in on.fate.outcomes
    assert on.fate.day == pytest.approx(0.25)
    assert stopped.fate.day == stopped.fate.edge_day == on.fate.edge_day
    assert 0.0 < stopped.fate.day < 0.25
    edges = stopped.dataset["cells"].isel(time=-1, site=0).sum("kind").to_numpy()
    assert edges[[0, -1]].sum() + edges[:, [0, -1]].sum() > 0
    assert_same(resume(tmp_path / "run"), stopped)


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(RunError, match="holds something"):
        grow(SMALL, seed=1, out=tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_breach_and_the_depth_of_the_front_are_told() -> None:
    change = {
        "epithelial.mt1mmp": "5 /day",
        "epithelial.motility": "2000 um^2/day",
        "epithelial.necrosis_rate": 0,
    }
    grid = {"shape": [61, 61], "capacity": 5, "step": "300 s"}
    model = {"base": "invasion-2d", "title": "In situ", "grid": grid, "change": change}
    model |= {"membrane": 10.0, "vessels": {}, "rules": []}
    model["start"] = [{"cells": {"epithelial": 1400}}]
    tumour = grow(model, seed=1, until="2 day", frames=8)
    depth = tumour.counts["front_depth_um"]
    assert tumour.fate.breach_day is not None
    assert 0.0 < tumour.fate.breach_day < 2.0
    before = tumour.counts.filter(pl.col("day") < tumour.fate.breach_day)
    assert before["front_depth_um"].max() == 0.0
    assert depth[-1] > 0.0
    assert "breach_step" not in tumour.counts.columns
