"""All pictures of a grown tissue, or of an ensemble, in one folder.

Public names: ``write_pictures``.
"""

from pathlib import Path
from typing import Any, Final

from matplotlib.figure import Figure

from paget.core.results import write_atomically
from paget.report.page.style import png_bytes
from paget.report.tissue.ensemble import ensemble_figure
from paget.report.tissue.figures import course_figure
from paget.report.tissue.film import write_film
from paget.report.tissue.frames import frame_figure
from paget.report.tissue.sites import sites_figure
from paget.report.tissue.volume import volume_figure

FILM: Final = "film.webp"
_SPACE: Final = 3  # dimensions


def write_pictures(grown: Any, folder: str | Path, *, film: bool = True) -> tuple[Path, ...]:
    """Write the pictures of what grew to a folder that is there; return their paths.

    Parameters
    ----------
    grown : what ``paget.grow`` returns, for one seed or for several.
    folder : where the pictures go.
    film : whether to write a film too, which takes the most time.
    """
    target = Path(folder)
    if hasattr(grown, "members"):
        return (_save(ensemble_figure(grown), target / "ensemble.png"),)
    figures = {"frame.png": frame_figure(grown), "course.png": course_figure(grown)}
    if len(grown.model.sites) > 1:
        figures["sites.png"] = sites_figure(grown)
    if grown.model.lattice.dimensions == _SPACE:
        figures["volume.png"] = volume_figure(grown)
    written = [_save(figure, target / name) for name, figure in figures.items()]
    if film:
        written.append(write_film(grown, target / FILM))
    return tuple(written)


def _save(figure: Figure, path: Path) -> Path:
    content = png_bytes(figure)
    write_atomically(path, lambda file: file.write(content))
    return path
