"""What grows can draw itself, and all its pictures go to a folder."""

from pathlib import Path

import pytest

import paget
from paget.core.errors import RunError
from paget.report.tissue.pictures import write_pictures
from tests.culture.tissues import SMALL
from tests.report.tissue.made_up import ensemble, tissue


@pytest.mark.parametrize(
    ("shape", "sites", "expected"),
    [
        ((16, 16), ("bones",), {"frame.png", "course.png", "sites.png", "film.webp"}),
        ((16, 16), (), {"frame.png", "course.png", "film.webp"}),
        ((10, 10, 10), (), {"frame.png", "course.png", "volume.png", "film.webp"}),
    ],
)
def test_the_pictures_of_a_tissue(
    tmp_path: Path, shape: tuple[int, ...], sites: tuple[str, ...], expected: set[str]
) -> None:
    written = write_pictures(tissue(shape, sites=sites, frames=2), tmp_path)
    assert {path.name for path in written} == expected
    assert {path.name for path in tmp_path.iterdir()} == expected
    assert all(path.stat().st_size > 1000 for path in written)


def test_a_film_can_be_left_out(tmp_path: Path) -> None:
    written = write_pictures(tissue(frames=2), tmp_path, film=False)
    assert "film.webp" not in {path.name for path in written}


def test_an_ensemble_has_one_picture(tmp_path: Path) -> None:
    assert write_pictures(ensemble(), tmp_path) == (tmp_path / "ensemble.png",)


def test_what_grows_draws_itself(tmp_path: Path) -> None:
    grown = paget.grow(SMALL, seed=1, until="40 minute", frames=2)
    grown.plot(tmp_path / "frame.png", day=0.0)
    grown.plot_sites(tmp_path / "sites.svg")
    grown.plot_course(tmp_path / "course.png")
    assert grown.film(tmp_path / "film.gif", site="bones").exists()
    assert grown.to_vtk(tmp_path / "tissue.vti").exists()
    assert len(list(tmp_path.iterdir())) == 5
    with pytest.raises(RunError, match="in the plane"):
        grown.render()


def test_an_ensemble_that_grew_draws_itself(tmp_path: Path) -> None:
    grown = paget.grow(SMALL, seed=1, ensemble=2, until="20 minute", frames=2, threads=1)
    figure = grown.plot(tmp_path / "ensemble.png")
    assert (tmp_path / "ensemble.png").exists()
    assert len(figure.axes) == 6
