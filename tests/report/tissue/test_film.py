"""A film has one picture a frame; its ending says what kind it is."""

from pathlib import Path

import pytest
from matplotlib.animation import FFMpegWriter
from PIL import Image

from paget.core.errors import RunError
from paget.report.tissue.film import write_film
from tests.report.tissue.made_up import tissue

GROWN = tissue(frames=3)


@pytest.mark.parametrize("suffix", [".webp", ".gif"])
def test_a_film_shows_every_frame_and_then_rests(tmp_path: Path, suffix: str) -> None:
    path = write_film(GROWN, tmp_path / f"film{suffix}")
    assert [file.name for file in tmp_path.iterdir()] == [path.name]
    with Image.open(path) as film:
        assert getattr(film, "n_frames", 1) == 3
        pictures: list[bytes] = []
        for number in range(3):
            film.seek(number)
            pictures.append(film.convert("RGB").tobytes())
    assert len(set(pictures)) == 3


def test_a_film_of_one_frame_is_a_film(tmp_path: Path) -> None:
    assert write_film(tissue(frames=1), tmp_path / "film.webp").stat().st_size > 0


def test_an_unknown_kind_of_film_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"must end in \.webp, \.gif, \.mp4"):
        write_film(GROWN, tmp_path / "film.avi")


def test_mp4_without_ffmpeg_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FFMpegWriter, "isAvailable", classmethod(lambda _: False))
    with pytest.raises(RunError, match="Install ffmpeg"):
        write_film(GROWN, tmp_path / "film.mp4")


@pytest.mark.skipif(not FFMpegWriter.isAvailable(), reason="no ffmpeg on the path")
def test_mp4_is_written_where_ffmpeg_is(tmp_path: Path) -> None:
    assert b"ftyp" in write_film(GROWN, tmp_path / "film.mp4").read_bytes()[:32]


def test_a_folder_that_is_not_there_is_an_error_of_ours(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="cannot be written"):
        write_film(GROWN, tmp_path / "nowhere" / "film.webp")
