"""Grown tissues that can draw themselves.

Public names: ``PlottedTissue``, ``PlottedEnsemble``.
"""

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Self

from paget.culture.ensemble import Ensemble
from paget.culture.grow import Grown
from paget.report.page.style import saved


@dataclass(frozen=True, eq=False, repr=False)
class PlottedTissue(Grown):
    """A tissue that can draw itself. Pictures load when they are asked for."""

    @classmethod
    def of(cls, grown: Grown) -> Self:
        """Return the same tissue, able to draw itself."""
        return cls(**{field.name: getattr(grown, field.name) for field in fields(Grown)})

    def plot(
        self,
        path: str | Path | None = None,
        *,
        day: float | None = None,
        site: str = "primary",
    ) -> Any:
        """Return one frame, the last or that nearest to ``day``, as a matplotlib figure.

        Parameters
        ----------
        path : where to save it too.
        day : of the frame.
        site : the tissue.
        """
        from paget.report.tissue.frames import frame_figure

        return saved(frame_figure(self, day, site), path)

    def plot_sites(self, path: str | Path | None = None, *, day: float | None = None) -> Any:
        """Return the primary and all other sites in one frame as a matplotlib figure."""
        from paget.report.tissue.sites import sites_figure

        return saved(sites_figure(self, day), path)

    def plot_course(self, path: str | Path | None = None) -> Any:
        """Return cells, spread, fields, radius, front and crowding over time as a figure."""
        from paget.report.tissue.figures import course_figure

        return saved(course_figure(self), path)

    def film(self, path: str | Path, *, site: str = "primary") -> Path:
        """Write a film that ends in .webp, .gif or, with ffmpeg, .mp4; return its path."""
        from paget.report.tissue.film import write_film

        return write_film(self, path, site=site)

    def render(
        self,
        path: str | Path | None = None,
        *,
        day: float | None = None,
        site: str = "primary",
        cut: bool = True,
    ) -> Any:
        """Return the cells and vessels of a tissue in three dimensions as a matplotlib figure.

        Parameters
        ----------
        path : where to save it too.
        day : the frame nearest to it is drawn; the last one by default.
        site : the tissue.
        cut : whether to cut away a quarter, to show what lies inside.
        """
        from paget.report.tissue.volume import volume_figure

        return saved(volume_figure(self, day, site, cut=cut), path)

    def to_vtk(self, path: str | Path, *, day: float | None = None, site: str = "primary") -> Path:
        """Write one frame (.vti) or all of them (.pvd) for ParaView; return the path."""
        from paget.report.tissue.vtk import write_vtk

        return write_vtk(self, path, day, site)


@dataclass(frozen=True, eq=False, repr=False)
class PlottedEnsemble(Ensemble):
    """An ensemble that can draw itself."""

    @classmethod
    def of(cls, ensemble: Ensemble) -> Self:
        """Return the same ensemble, able to draw itself."""
        return cls(**{field.name: getattr(ensemble, field.name) for field in fields(Ensemble)})

    def plot(self, path: str | Path | None = None) -> Any:
        """Return mean and spread over time, and the first events, as a matplotlib figure."""
        from paget.report.tissue.ensemble import ensemble_figure

        return saved(ensemble_figure(self), path)
