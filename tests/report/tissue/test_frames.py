"""A frame shows the cells, fields and vessels of its moment, in their places, with one scale."""

from typing import Any

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from paget.core.errors import ScenarioError
from paget.core.results import NOTICE
from paget.report.page.style import png_bytes
from paget.report.tissue.frames import Picture, frame_figure, frame_of, nearest_frame, panels_of
from paget.report.tissue.sites import front_of, largest_colony, sites_figure
from paget.report.tissue.style import CELLS, cell_colours, scales, vessel_kinds
from paget.tissue.kinds import KINDS
from tests.report.lives.test_figures import texts
from tests.report.tissue.made_up import CAPACITY, FLAGS, VESSEL, MadeUpTissue, tissue

FULL = tissue()
TISSUES = {
    "full": FULL,
    "no vessels": tissue(vessels=False),
    "no oxygen": tissue(fields=("matrix", "mmp2")),
    "no matrix": tissue(fields=("oxygen",)),
    "no field": tissue(fields=()),
    "six fields": tissue(fields=("matrix", "membrane", "mmp2", "oxygen", "vegf", "chemokine")),
    "one site": tissue(sites=()),
    "extinct": tissue(alive=False),
    "one frame": tissue(frames=1),
    "a box": tissue((12, 16, 20)),
}


@pytest.mark.parametrize("draw", [frame_figure, sites_figure])
@pytest.mark.parametrize("kind", TISSUES)
def test_every_tissue_is_drawn_with_notice_seed_and_time(kind: str, draw: Any) -> None:
    grown = TISSUES[kind]
    figure: Figure = draw(grown)
    assert png_bytes(figure, 40).startswith(b"\x89PNG")
    text = texts(figure)
    assert NOTICE in text
    assert "seed 7" in text
    assert "voxels of 10 µm" in text
    assert f"day {float(grown.dataset['time'][-1]):.2f}" in text


def shown(image: Any) -> Any:
    """Return the values that an image draws."""
    return np.asarray(image.get_array())


def test_the_panels_hold_the_values_of_the_frame() -> None:
    picture = Picture(FULL)
    frame = picture.show(2)
    there = FULL.dataset.isel(time=2).sel(site="primary")
    assert set(picture.fields) == {"mmp2", "oxygen"}
    np.testing.assert_array_equal(shown(picture.fields["oxygen"]), there["oxygen"])
    np.testing.assert_array_equal(shown(picture.cells.matrix), there["matrix"])
    colours = shown(picture.cells.cells)
    np.testing.assert_allclose(colours, cell_colours(frame.cells, KINDS, CAPACITY))
    assert (colours[..., 3] > 0).tolist() == (there["cells"].sum("kind") > 0).values.tolist()


def test_rows_of_the_grid_run_upwards_and_columns_to_the_right() -> None:
    picture = Picture(FULL)
    picture.show(0)
    row, column = VESSEL
    x, y = float(FULL.dataset["x"][column]), float(FULL.dataset["y"][row])
    marks = np.asarray(picture.cells.vessels["blood"].get_offsets())
    np.testing.assert_array_equal(marks, [[x, y]])
    image = picture.cells.cells
    assert image.origin == "lower"
    left, right, bottom, top = image.get_extent()
    assert (left, right, bottom, top) == (-150.0, 150.0, -120.0, 120.0)


def test_each_kind_of_vessel_has_its_mark() -> None:
    picture = Picture(FULL)
    picture.show(0)
    marked = {
        name: len(np.asarray(marks.get_offsets())) for name, marks in picture.cells.vessels.items()
    }
    assert marked == {"blood": 1, "ruptured": 1, "lymph": 1, "sprout": 1}
    kinds = vessel_kinds(np.array(FLAGS))
    assert [there.tolist().index(True) for there in kinds.values()] == [0, 1, 2, 3]


def test_colours_mean_the_same_in_every_frame() -> None:
    picture = Picture(FULL)
    limits: list[tuple[float, float]] = []
    for number in (0, 3):
        picture.show(number)
        limits.append(picture.fields["oxygen"].get_clim())
    top = float(FULL.dataset["oxygen"].max())
    assert limits == [(0.0, top), (0.0, top)]
    assert scales(FULL)["oxygen"] == top


def test_a_field_that_is_nothing_still_has_a_scale() -> None:
    assert scales(tissue(frames=1))["oxygen"] == 1.0


def test_mixed_voxels_have_mixed_colours_and_fuller_ones_are_deeper() -> None:
    counts = np.array([[[4, 2, 1, 0]], [[0, 2, 0, 0]]])
    colours = cell_colours(counts, ("epithelial", "mesenchymal"), 4.0)[0]
    blue, orange = (np.array(to_rgb(CELLS[kind])) for kind in ("epithelial", "mesenchymal"))
    np.testing.assert_allclose(colours[0], [*blue, 1.0])
    np.testing.assert_allclose(colours[1], [*(blue + orange) / 2.0, 1.0])
    assert 0.5 < colours[2, 3] < 0.7
    assert colours[3, 3] == 0.0


def test_the_legend_names_what_was_ever_there_and_the_line_below_counts_it() -> None:
    picture = Picture(FULL)
    picture.show(0)
    text = texts(picture.figure)
    for word in ("epithelial", "mesenchymal", "necrotic", "ruptured vessel", "lymph vessel"):
        assert word in text
    assert "fibroblast" not in text
    row = FULL.counts.row(0, named=True)
    counted = f"{row['epithelial']} epithelial, {row['mesenchymal']} mesenchymal"
    assert counted in text.replace("\u00a0", " ")
    assert "no cells" in texts(frame_figure(TISSUES["extinct"]))


def test_a_box_is_shown_by_the_plane_through_its_centre() -> None:
    grown = TISSUES["a box"]
    frame = frame_of(grown, 3)
    middle = grown.dataset["cells"].isel(time=3, z=6).sel(site="primary")
    np.testing.assert_array_equal(frame.cells, middle)
    assert "plane through the centre" in texts(frame_figure(grown))


def test_fields_stand_side_by_side_in_a_fixed_order() -> None:
    found = {name: panels_of(grown) for name, grown in TISSUES.items()}
    assert found["full"] == ("mmp2", "oxygen")
    assert found["no oxygen"] == ("mmp2", "matrix")
    assert found["no field"] == ()
    assert found["six fields"] == ("mmp2", "oxygen", "vegf", "chemokine")


def test_the_nearest_frame_is_found() -> None:
    assert [nearest_frame(FULL, day) for day in (None, 0.9, 3.2, 99.0)] == [3, 0, 2, 3]


def test_an_unknown_site_is_refused_with_those_there_are() -> None:
    with pytest.raises(ScenarioError, match="primary, bones, liver"):
        frame_figure(FULL, site="bone")


def test_every_site_is_drawn_with_its_largest_colony() -> None:
    text = texts(sites_figure(FULL))
    assert "Metastases: bones" in text
    assert "Metastases: liver" in text
    assert "2 tumour cells" in text.replace("\u00a0", " ")
    assert text.count("No living tumour cell.") == 1  # the liver
    assert texts(sites_figure(TISSUES["extinct"])).count("No living tumour cell.") == 3


def test_the_largest_colony_is_framed_whole() -> None:
    cells = np.zeros((80, 100), np.int64)
    cells[10:14, 20:23] = 1
    cells[50:56, 70:76] = 2
    cells[54, 77] = 1  # a scout belongs to it
    box = largest_colony(cells)
    assert box is not None
    left, bottom, side = box
    assert left <= 70
    assert left + side > 77
    assert bottom <= 50
    assert bottom + side > 55
    assert not (bottom <= 10 < bottom + side)
    assert largest_colony(np.zeros((5, 5))) is None


def test_a_box_at_the_edge_stays_inside_the_picture() -> None:
    cells = np.zeros((30, 30), np.int64)
    cells[29, 0] = 1
    box = largest_colony(cells)
    assert box is not None
    left, bottom, side = box
    assert left == 0
    assert bottom + side == 30


def test_the_front_is_on_the_right_side_of_the_tumour() -> None:
    rows, columns = np.indices((100, 100)) - 50
    disc = (np.hypot(rows, columns) <= 30).astype(np.int64)
    left, bottom, side = front_of(disc)
    assert left < 80 < left + side
    assert bottom < 50 < bottom + side


def test_membranes_close_voxels() -> None:
    grown: MadeUpTissue = tissue(fields=("matrix", "membrane"))
    grown.dataset["closed"][:, 0, 2, 2] = 1
    picture = Picture(grown)
    picture.show(1)
    drawn = shown(picture.cells.closed)[..., 3]
    assert drawn[2, 2] == 1.0
    assert drawn.sum() == 1.0
