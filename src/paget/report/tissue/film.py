"""A film of a growing tissue: one picture a frame, with the same colours from first to last.

Written by matplotlib: as animated WebP or GIF by Pillow, as MP4 where ffmpeg is on the path.

Public names: ``write_film``, ``FILM_SUFFIXES``.
"""

from pathlib import Path
from typing import Any, Final

from matplotlib.animation import AbstractMovieWriter, FFMpegWriter, PillowWriter

from paget.core.arguments import a_path
from paget.core.errors import RunError
from paget.report.page.style import in_style
from paget.report.tissue.frames import Picture
from paget.report.tissue.style import PRIMARY_SITE

FILM_SUFFIXES: Final = (".webp", ".gif", ".mp4")
_SECONDS: Final = 10.0  # that a film lasts, about
_SLOWEST, _FASTEST = 2, 12  # frames a second
_DPI: Final = 90
_STILL: Final = 1.5  # seconds that the last frame stays
_MOST_PANELS: Final = 2  # fields beside the cells: a film is to be taken in at a glance


@in_style
def write_film(grown: Any, path: str | Path, *, site: str = PRIMARY_SITE) -> Path:
    """Write the film of one site; return its path.

    Parameters
    ----------
    grown : what ``paget.grow`` returns.
    path : the file; its ending, one of ``FILM_SUFFIXES``, says what kind of film.
    site : the tissue.
    """
    target = a_path("path", path)
    frames = int(grown.dataset.sizes["time"])
    speed = min(max(round(frames / _SECONDS), _SLOWEST), _FASTEST)
    writer = _writer(target, speed)
    picture = Picture(grown, site, _MOST_PANELS)
    picture.show(frames - 1)
    picture.figure.canvas.draw()
    picture.figure.set_layout_engine("none")  # as laid out now: nothing moves but the tissue
    part = target.with_name(f".{target.stem}-part{target.suffix}")
    try:
        with writer.saving(picture.figure, str(part), dpi=_DPI):
            for number in range(frames):
                picture.show(number)
                writer.grab_frame()
            for _ in range(round(_STILL * speed)):
                writer.grab_frame()
        part.replace(target)
    except OSError as error:
        raise RunError(f"{target} cannot be written ({error.strerror or error})") from None
    finally:
        part.unlink(missing_ok=True)
    return target


def _writer(path: Path, speed: int) -> AbstractMovieWriter:
    """Return what writes a film of that kind."""
    if path.suffix not in FILM_SUFFIXES:
        raise RunError(f"a film {path.name!r}", allowed=f"must end in {', '.join(FILM_SUFFIXES)}")
    if path.suffix != ".mp4":
        return PillowWriter(fps=speed)
    if not FFMpegWriter.isAvailable():
        raise RunError(
            f"{path.name} needs ffmpeg, which is not on the path",
            remedy="Install ffmpeg, or write a film that ends in .webp or .gif.",
        )
    return FFMpegWriter(fps=speed, codec="libx264", extra_args=["-pix_fmt", "yuv420p"])
