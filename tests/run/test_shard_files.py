"""Markers come in the order of their shards, of their run alone; damage is in `properties`."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from paget.core.errors import RunError
from paget.run.shard_files import MARKERS, Marker, done_shards, sound_markers, sweep, write_marker

RUN = "0123"
MANIFEST: dict[str, Any] = {
    "schema_version": 2,
    "status": "complete",
    "patients": 100_001,
    "shard": 1,
    "run": RUN,
    "files": {},
}


def mark(folder: Path, shard: int, **given: Any) -> None:
    (folder / MARKERS).mkdir(exist_ok=True)
    plain = Marker(shard, shard, 1, files={}, rows={}, counts={}, run=RUN)
    write_marker(folder, replace(plain, **given))


def test_markers_come_in_the_order_of_their_shards(tmp_path: Path) -> None:
    for shard in (100_000, 2, 99_999, 0):  # 100000.json sorts before 99999.json
        mark(tmp_path, shard)
    manifest = {**MANIFEST, "status": "running"}
    found = [marker.shard for marker in sound_markers(tmp_path, manifest, verify=True)]
    assert found == [0, 2, 99_999, 100_000]
    with pytest.raises(RunError, match=r"00001\.json is missing"):
        sound_markers(tmp_path, MANIFEST, verify=True)


@pytest.mark.parametrize(
    "given", [{"first": 7}, {"patients": 2}, {"files": {"../../a.parquet": "0"}}]
)
def test_a_marker_that_does_not_fit_is_refused_and_done_again(
    tmp_path: Path, given: dict[str, Any]
) -> None:
    mark(tmp_path, 3, **given)
    with pytest.raises(RunError, match=r"00003\.json is the marker of another shard"):
        sound_markers(tmp_path, {**MANIFEST, "status": "running"}, verify=True)
    assert done_shards(tmp_path, MANIFEST) == []
    assert not list((tmp_path / MARKERS).iterdir())


def test_a_marker_under_another_name_is_refused(tmp_path: Path) -> None:
    mark(tmp_path, 3)
    (tmp_path / MARKERS / "00003.json").rename(tmp_path / MARKERS / "00004.json")
    with pytest.raises(RunError, match="another shard"):
        sound_markers(tmp_path, {**MANIFEST, "status": "running"}, verify=True)


def test_remains_go_and_all_else_stays(tmp_path: Path) -> None:
    names = ("a/part-00000.parquet", "a/part-00001.parquet", "a/.part-00002.parquet.1.part", "a/b")
    (tmp_path / "a").mkdir()
    for name in names:
        (tmp_path / name).touch()
    sweep(tmp_path, [Marker(0, 0, 1, {names[0]: ""}, {}, {})])
    assert sorted(path.name for path in (tmp_path / "a").iterdir()) == ["b", "part-00000.parquet"]
