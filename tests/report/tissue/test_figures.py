"""Curves of a tissue, and of an ensemble, are those of its counts."""

from typing import Any

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from paget.core.results import NOTICE
from paget.report.page.style import png_bytes
from paget.report.tissue.ensemble import ensemble_figure, share_by_day
from paget.report.tissue.figures import course_figure, front_speed, occupancy
from tests.report.lives.test_figures import texts
from tests.report.tissue.made_up import DAYS_A_FRAME, ensemble, tissue

FULL = tissue(frames=6)
TISSUES = {
    "full": FULL,
    "one site": tissue(sites=()),
    "no field": tissue(fields=()),
    "extinct": tissue(alive=False),
    "one frame": tissue(frames=1),
    "a box": tissue((10, 12, 14)),
}
ENSEMBLES = {
    "full": ensemble(),
    "one seed": ensemble(1),
    "one site": ensemble(sites=()),
    "extinct": ensemble(alive=False),
}


def panel(figure: Figure, title: str) -> Axes:
    """Return the panel with a title."""
    return next(axes for axes in figure.axes if axes.get_title(loc="left") == title)


def line(figure: Figure, title: str, label: str = "") -> Any:
    """Return the values of a line by the beginning of its label."""
    lines = panel(figure, title).get_lines()
    found = [one for one in lines if str(one.get_label()).startswith(label)]
    return np.asarray(found[0].get_ydata())


@pytest.mark.parametrize("kind", TISSUES)
def test_every_course_is_drawn_with_notice_and_seed(kind: str) -> None:
    figure = course_figure(TISSUES[kind])
    assert png_bytes(figure, 40).startswith(b"\x89PNG")
    assert NOTICE in texts(figure)
    assert "seed 7" in texts(figure)


@pytest.mark.parametrize("kind", ENSEMBLES)
def test_every_ensemble_is_drawn_with_notice_and_seeds(kind: str) -> None:
    figure = ensemble_figure(ENSEMBLES[kind])
    assert png_bytes(figure, 40).startswith(b"\x89PNG")
    assert NOTICE in texts(figure)
    assert f"{len(ENSEMBLES[kind].members)} seeds" in texts(figure)


def test_curves_hold_the_counts() -> None:
    figure = course_figure(FULL)
    primary = FULL.counts.filter(FULL.counts["site"] == "primary")
    bones = FULL.counts.filter(FULL.counts["site"] == "bones")
    cells = line(figure, "Cells in the primary", "mesenchymal")
    assert cells.tolist() == primary["mesenchymal"].to_list()
    assert line(figure, "Cells that spread", "bones").tolist() == bones["tumour"].to_list()
    radius = line(figure, "Radius of the primary")
    np.testing.assert_allclose(radius * 1000.0, primary["radius_um"])
    oxygen = primary["oxygen_mean"].to_numpy()
    np.testing.assert_allclose(
        line(figure, "Fields in the primary, mean", "oxygen"), oxygen / oxygen.max()
    )


def test_those_in_vessels_are_counted_over_all_sites() -> None:
    travelling = line(course_figure(FULL), "Cells that spread", "in vessels")
    assert travelling.tolist() == [3 * number for number in range(6)]


def test_first_events_are_marked_on_every_curve() -> None:
    figure = course_figure(FULL)
    dashed = [
        one.get_xdata()
        for one in panel(figure, "Radius of the primary").get_lines()
        if one.get_linestyle() == "--"
    ]
    assert sorted(float(np.asarray(days)[0]) for days in dashed) == [2.0, 4.0]
    assert "first metastasis" in texts(figure)
    assert "first metastasis" not in texts(course_figure(TISSUES["extinct"]))


def test_the_title_names_the_outcome() -> None:
    assert "to day 10.00: metastasis" in texts(course_figure(FULL))
    assert "extinct" in texts(course_figure(TISSUES["extinct"]))


def test_the_front_of_a_steady_tumour_has_its_speed() -> None:
    days, speed = front_speed(np.linspace(0.0, 8.0, 41), 25.0 * np.linspace(0.0, 8.0, 41))
    np.testing.assert_allclose(speed, 25.0)
    assert 0.0 < days[0] < days[-1] < 8.0


def test_the_speed_follows_a_change_of_pace() -> None:
    days = np.linspace(0.0, 10.0, 101)
    speed = front_speed(days, np.where(days < 5.0, 10.0 * days, 50.0))[1]
    np.testing.assert_allclose(speed[[0, -1]], [10.0, 0.0], atol=1e-9)


def test_too_few_points_have_no_speed() -> None:
    assert [len(values) for values in front_speed(np.arange(3.0), np.arange(3.0))] == [0, 0]


def test_occupancy_counts_voxels_by_their_cells() -> None:
    names, voxels = occupancy(FULL, 5)
    total = FULL.dataset["cells"].isel(time=5).sel(site="primary").sum("kind").to_numpy()
    assert names == ["1", "2", "3", "4"]
    assert voxels.tolist() == [int((total == n).sum()) for n in (1, 2, 3, 4)]
    bars = panel(course_figure(FULL), "Crowding in the primary").patches
    heights = [bar.get_height() for bar in bars]  # pyright: ignore[reportAttributeAccessIssue]
    assert heights[4:] == voxels.tolist()


def test_counts_have_their_band() -> None:
    axes = panel(ensemble_figure(ENSEMBLES["full"]), "Cells in the primary")
    one = tissue(sites=("bones",)).counts.filter(site="primary")["epithelial"][-1]
    cells = np.array([one * seed for seed in range(1, 6)])
    corners = np.asarray(axes.collections[0].get_paths()[0].vertices)
    last = corners[corners[:, 0] == 3 * DAYS_A_FRAME][:, 1]
    assert last.min() == pytest.approx(cells.mean() - cells.std(ddof=1))
    assert last.max() == pytest.approx(cells.mean() + cells.std(ddof=1))


def test_bands_are_mean_and_standard_deviation_over_the_seeds() -> None:
    grown = ENSEMBLES["full"]
    axes = panel(ensemble_figure(grown), "Radius of the primary")
    radii = np.array([40.0 * 3 + 10.0 * seed for seed in range(1, 6)])
    line_end = float(np.asarray(axes.get_lines()[0].get_ydata())[-1])
    assert line_end * 1000.0 == pytest.approx(radii.mean())
    corners = np.asarray(axes.collections[0].get_paths()[0].vertices)
    last = corners[corners[:, 0] == 3 * DAYS_A_FRAME][:, 1] * 1000.0
    sd = radii.std(ddof=1)
    assert last.min() == pytest.approx(radii.mean() - sd)
    assert last.max() == pytest.approx(radii.mean() + sd)


def test_first_events_count_the_seeds_that_had_none() -> None:
    figure = ensemble_figure(ENSEMBLES["full"])
    assert "first intravasation: none in 3 of 5" in texts(figure)
    shares = line(figure, "First events", "first intravasation")
    assert shares.tolist() == [0.0, 0.2, 0.4, 0.4]
    assert share_by_day([], 4, 6.0)[1].tolist() == [0.0, 0.0]


def test_metastases_are_counted_by_seed() -> None:
    bars = panel(ensemble_figure(ENSEMBLES["full"]), "Metastases founded").patches
    heights = [bar.get_height() for bar in bars]  # pyright: ignore[reportAttributeAccessIssue]
    assert heights == [3.0, 0.0, 2.0]
