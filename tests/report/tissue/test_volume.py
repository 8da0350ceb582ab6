"""The surface of a tissue lies around its cells, in their colours; VTK files hold its values."""

import re
import struct
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from matplotlib.colors import to_rgb

from paget.core.errors import RunError
from paget.core.results import NOTICE
from paget.report.page.style import png_bytes
from paget.report.tissue.style import CELLS, VESSELS
from paget.report.tissue.volume import (
    Volume,
    cell_surface,
    vessel_surface,
    volume_figure,
    volume_of,
)
from paget.report.tissue.vtk import write_vtk
from paget.tissue.kinds import KINDS
from tests.report.lives.test_figures import texts
from tests.report.tissue.made_up import tissue

BOX = tissue((16, 20, 24))
TYPES = {"UInt16": "<u2", "UInt8": "u1", "Float64": "<f8", "Float32": "<f4"}


def ball(radius: float, kinds: tuple[str, ...] = ("epithelial",), n: int = 31) -> Volume:
    """Return a ball of cells in the middle; with two kinds, the second fills its inner half."""
    places = np.indices((n, n, n)) - (n - 1) / 2.0
    distance = np.sqrt((places**2).sum(axis=0))
    cells = np.zeros((len(KINDS), n, n, n))
    for i, kind in enumerate(kinds):
        inside = distance <= radius / (1.0 + i)
        cells[:, inside] = 0.0
        cells[KINDS.index(kind), inside] = 4.0
    spacing = 10.0
    origin = np.full(3, -(n - 1) / 2.0 * spacing)
    return Volume(cells, np.zeros((n, n, n), np.uint8), spacing, origin)


def test_the_surface_of_a_ball_has_its_radius() -> None:
    surface = cell_surface(ball(10.0), cut=False)
    distance = np.linalg.norm(surface.corners, axis=2)
    assert 95.0 < distance.min() < distance.max() < 115.0


def test_facets_have_the_colour_of_the_cells_below_lit_from_one_side() -> None:
    surface = cell_surface(ball(10.0), cut=False)
    ratio = surface.colours / np.array(to_rgb(CELLS["epithelial"]))
    np.testing.assert_allclose(ratio - ratio[:, :1], 0.0, atol=1e-9)
    assert 0.5 <= ratio.min() < 0.55
    assert 0.95 < ratio.max() <= 1.0
    brightest = surface.corners[ratio[:, 0].argmax()].mean(axis=0)
    assert brightest[2] > 0.0 > brightest[1]  # light falls from above and from the front


def test_a_cut_shows_what_lies_inside() -> None:
    volume = ball(12.0, ("epithelial", "necrotic"))
    blue, dark = (np.array(to_rgb(CELLS[kind])) for kind in ("epithelial", "necrotic"))

    def share_dark(cut: bool) -> float:
        colours = cell_surface(volume, cut=cut).colours
        hue = colours / colours.max(axis=1, keepdims=True)
        to_dark = np.abs(hue - dark / dark.max()).sum(axis=1)
        return float((to_dark < np.abs(hue - blue / blue.max()).sum(axis=1)).mean())

    assert share_dark(cut=False) == 0.0
    assert share_dark(cut=True) > 0.03
    corners = cell_surface(volume).corners.reshape(-1, 3)
    away = (corners[:, 0] > 10.0) & (corners[:, 1] < -10.0)  # the quarter towards the eye
    assert not away.any()


def test_what_is_cut_away_colours_no_facet() -> None:
    volume = ball(12.0)
    middle = 15
    quarter = volume.cells[:, :, :middle, middle:]
    quarter[KINDS.index("necrotic")] = quarter[KINDS.index("epithelial")]
    quarter[KINDS.index("epithelial")] = 0.0
    colours = cell_surface(volume).colours
    ratio = colours / np.array(to_rgb(CELLS["epithelial"]))
    np.testing.assert_allclose(ratio - ratio[:, :1], 0.0, atol=1e-9)


def test_a_lone_cell_is_still_seen() -> None:
    assert len(cell_surface(ball(0.5), cut=False).corners) > 0


def test_without_cells_there_is_no_surface() -> None:
    assert len(cell_surface(ball(-1.0)).corners) == 0


def test_vessels_lie_where_they_are() -> None:
    surface = vessel_surface(volume_of(BOX, 0))
    row, column = 3, 5
    x, y = float(BOX.dataset["x"][column]), float(BOX.dataset["y"][row])
    middles = surface.corners.mean(axis=1)
    nearest = np.hypot(middles[:, 0] - x, middles[:, 1] - y).min()
    assert nearest < 10.0
    reds = surface.colours / surface.colours.max(axis=1, keepdims=True)
    lymph = np.array(to_rgb(VESSELS["lymph"].face))
    assert (np.abs(reds - lymph / lymph.max()).sum(axis=1) < 1e-6).any()


def test_a_fine_grid_is_made_coarser_without_losing_cells() -> None:
    grown = tissue((20, 20, 150), sites=())
    volume = volume_of(grown, 3)
    assert max(volume.vessel.shape) <= 72
    there = grown.dataset["cells"].isel(time=3).sel(site="primary")
    assert volume.spacing == 30.0
    assert volume.cells.sum() * 27.0 == pytest.approx(float(there.sum()))
    assert volume.origin[0] == float(grown.dataset["x"][1])  # the middle of three voxels


@pytest.mark.parametrize("alive", [True, False])
@pytest.mark.parametrize("vessels", [True, False])
def test_every_box_is_drawn_with_its_notice(alive: bool, vessels: bool) -> None:
    figure = volume_figure(tissue((12, 12, 12), alive=alive, vessels=vessels))
    assert png_bytes(figure, 40).startswith(b"\x89PNG")
    assert NOTICE in texts(figure)
    assert ("a quarter is cut away" in texts(figure)) is alive
    assert ("There are no cells." in texts(figure)) is not alive


def test_a_plane_has_no_volume() -> None:
    with pytest.raises(RunError, match=r"in the plane.*plot"):
        volume_figure(tissue())


# ------------------------------------------------------------------------------------------- VTK


def read_vti(path: Path) -> tuple[dict[str, str], dict[str, npt.NDArray[Any]]]:
    """Return the attributes of the grid and the arrays of a VTK image, x fastest."""
    content = path.read_bytes()
    start = content.index(b"<AppendedData")
    head, data = content[:start].decode(), content[content.index(b"_", start) + 1 :]
    found = re.search(r"<ImageData ([^>]*)>", head)
    assert found is not None
    grid: dict[str, str] = dict(re.findall(r'(\w+)="([^"]*)"', found[1]))
    arrays: dict[str, npt.NDArray[Any]] = {}
    for tag in re.findall(r"<DataArray ([^>]*)/?>", head):
        told: dict[str, str] = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        offset = int(told["offset"])
        size = struct.unpack_from("<Q", data, offset)[0]
        values = np.frombuffer(
            data,
            TYPES[told["type"]],
            offset=offset + 8,
            count=size // np.dtype(TYPES[told["type"]]).itemsize,
        )
        arrays[told["Name"]] = values
    return grid, arrays


def test_a_vtk_image_holds_cells_fields_and_places(tmp_path: Path) -> None:
    path = write_vtk(BOX, tmp_path / "box.vti", day=4.0)
    grid, arrays = read_vti(path)
    assert grid["WholeExtent"].split() == ["0", "24", "0", "20", "0", "16"]
    assert [float(one) for one in grid["Origin"].split()] == [-120.0, -100.0, -80.0]
    assert [float(one) for one in grid["Spacing"].split()] == [10.0] * 3
    there = BOX.dataset.isel(time=2).sel(site="primary")
    for name in ("epithelial", "necrotic"):
        expected = there["cells"].sel(kind=name).to_numpy()  # z, y, x: x fastest
        assert arrays[name].tolist() == expected.ravel().tolist()
    np.testing.assert_array_equal(arrays["oxygen [mmHg]"], there["oxygen"].to_numpy().ravel())
    np.testing.assert_array_equal(arrays["vessel"], there["vessel"].to_numpy().ravel())


def test_a_plane_is_an_image_one_voxel_thick(tmp_path: Path) -> None:
    grown = tissue()
    grid, arrays = read_vti(write_vtk(grown, tmp_path / "plane.vti"))
    assert grid["WholeExtent"].split() == ["0", "30", "0", "24", "0", "1"]
    expected = grown.dataset["mmp2"].isel(time=-1).sel(site="primary").to_numpy()
    np.testing.assert_array_equal(arrays["mmp2 [relative]"], expected.ravel())


def test_all_frames_are_a_series_in_time(tmp_path: Path) -> None:
    path = write_vtk(tissue(frames=3), tmp_path / "all.pvd", site="bones")
    text = path.read_text()
    assert re.findall(r'timestep="([\d.]+)"', text) == ["0.0", "2.0", "4.0"]
    files = re.findall(r'file="([^"]+)"', text)
    assert len(files) == 3
    assert read_vti(tmp_path / files[2])[1]["mesenchymal"].sum() == 2


def test_other_endings_are_refused(tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"must end in \.vti or \.pvd"):
        write_vtk(BOX, tmp_path / "box.vtk")
