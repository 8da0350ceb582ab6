"""Tissues as files of VTK, for ParaView and other viewers: images of voxels, written by pyevtk.

Public names: ``write_vtk``, ``VTK_SUFFIXES``.
"""

from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from pyevtk.hl import imageToVTK
from pyevtk.vtk import VtkGroup

from paget.core.arguments import a_path
from paget.core.errors import RunError
from paget.report.tissue.frames import nearest_frame, still
from paget.report.tissue.style import PRIMARY_SITE, unit_text

VTK_SUFFIXES: Final = (".vti", ".pvd")
_FLAGS: Final = ("vessel", "closed")


def write_vtk(
    grown: Any, path: str | Path, day: float | None = None, site: str = PRIMARY_SITE
) -> Path:
    """Write one frame (``.vti``), or every frame with its day (``.pvd``); return the path.

    A voxel holds the cells of each kind, every field with its unit in the name, and the flags of
    vessels. Lengths are in µm, from the centre of the grid. The frames of a ``.pvd`` file lie in a
    folder of its name beside it.

    Parameters
    ----------
    grown : what ``paget.grow`` returns.
    path : the file.
    day : the frame nearest to it is written to a ``.vti`` file; the last one by default.
    site : the tissue.
    """
    target = a_path("path", path)
    if target.suffix not in VTK_SUFFIXES:
        raise RunError(
            f"a VTK file {target.name!r}", allowed=f"must end in {' or '.join(VTK_SUFFIXES)}"
        )
    try:
        if target.suffix == ".vti":
            _write_frame(grown, target, nearest_frame(grown, day), site)
        else:
            _write_series(grown, target, site)
    except OSError as error:
        raise RunError(f"{target} cannot be written ({error.strerror or error})") from None
    return target


def _write_series(grown: Any, path: Path, site: str) -> None:
    folder = path.with_suffix("")
    folder.mkdir(exist_ok=True)
    series = VtkGroup(str(folder))
    for number, day in enumerate(grown.dataset["time"].to_numpy().tolist()):
        frame = folder / f"{number:04d}.vti"
        _write_frame(grown, frame, number, site)
        series.addFile(str(frame), day)
    series.save()


def _write_frame(grown: Any, path: Path, number: int, site: str) -> None:
    there = still(grown, number, site)
    spacing = float(grown.model.lattice.spacing)
    voxels: dict[str, npt.NDArray[Any]] = {}
    for kind in there["kind"].to_numpy().tolist():
        voxels[kind] = _ordered(there["cells"].sel(kind=kind))
    for name in grown.model.field_names:
        unit = unit_text(str(there[name].attrs.get("units", "")))
        voxels[f"{name} [{unit}]"] = _ordered(there[name])
    voxels |= {name: _ordered(there[name]) for name in _FLAGS}
    first = [float(there[axis][0]) if axis in there.dims else 0.0 for axis in ("x", "y", "z")]
    imageToVTK(
        str(path.with_suffix("")),
        origin=tuple(place - spacing / 2.0 for place in first),
        spacing=(spacing, spacing, spacing),
        cellData=voxels,
    )


def _ordered(values: Any) -> npt.NDArray[Any]:
    """Return values with the axes x, y, z; a plane is one voxel thick."""
    array: npt.NDArray[Any] = values.to_numpy()
    planes = array if array.ndim == len("xyz") else array[np.newaxis]
    return planes.transpose(2, 1, 0)
