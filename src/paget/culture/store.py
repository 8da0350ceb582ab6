"""The store of a grown tissue: a Zarr group that xarray, and any other reader of Zarr, opens.

::

    time (frame)                 day of each frame
    site, kind, z, y, x          names; where the voxels lie, from the centre of the grid
    mmp2, matrix, oxygen, ...    (time, site, z, y, x)        each field of the model
    cells                        (time, site, kind, z, y, x)  cells in each voxel
    vessel, closed               (time, site, z, y, x)        flags of vessels; no way for cells
    cells_now, lineage,          groups of columns: the cells of the last frame, every cell that
    arrivals, intravasations     ever was with its parent, what founded metastases, what left

Every array carries its unit and every chunk a checksum. Where nothing has ever been, no chunk is
written: a field has its value of the start there. While a tissue grows, frames to come have a time
that is not a number; they are cut off when it ends.

Public names: ``TissueStore``, ``FLAGS``.
"""

import shutil
import zlib
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Final, cast

import numpy as np
import numpy.typing as npt
import polars as pl
import xarray as xr
import zarr
from zarr.codecs import Crc32cCodec, ZstdCodec
from zarr.storage import LocalStore, MemoryStore

from paget.core.errors import RunError
from paget.core.results import NOTICE
from paget.culture.cell_tables import TABLES, read_table, tables_of, write_table
from paget.culture.counts import days_of, unit_of
from paget.run.portable import name_of
from paget.tissue.cascade import Cascade
from paget.tissue.kinds import KINDS
from paget.tissue.model import Model
from paget.tissue.state import Tissue

Digests = list[list[int]]
"""For each frame one checksum a site, 0 where nothing has ever been, and one of the vessels."""

FLAGS: Final = "1 blood, 2 lymph, 4 ruptured, 8 sprout without blood; their sum"
_LIGHT: Final = 1  # level of compression: more costs time and gains little on such fields
_FRAMES_IN_CHUNK: Final = 4096
_WAYS: Final = ("vessel", "closed")
_MANY: Final = 4_000_000  # voxels of all kinds above which each kind has a chunk of its own


class TissueStore:
    """The frames of one cascade.

    Parameters
    ----------
    path : the folder of the Zarr group; in memory where it is None.
    model : what grows.
    group : an existing group.
    """

    def __init__(self, path: Path | None, model: Model, group: "zarr.Group | None" = None) -> None:
        self.path = path
        self.model = model
        self.frames = 0
        self.digests: Digests = []
        self._arrays: dict[str, zarr.Array[Any]] = {}
        self._kept: dict[str, Any] = {}  # what a store in memory holds, by key
        self._group = group if group is not None else _new_group(path, model, self._kept)

    @classmethod
    def open(cls, path: Path, model: Model) -> "TissueStore":
        """Open the store of a folder, to read it or to go on."""
        try:
            group = zarr.open_group(LocalStore(path), mode="r+")
            store = cls(path, model, group)
            store.frames = int(np.isfinite(store._array("time")[:]).sum())
        except Exception as error:  # noqa: BLE001 - damaged metadata fails in any way
            raise _damaged(path, str(error)) from None
        return store

    def plan(self, frames: int) -> None:
        """Make room for a number of frames in all."""
        for name in self._framed():
            array = self._array(name)
            array.resize((frames, *array.shape[1:]))

    def append(self, cascade: Cascade) -> None:
        """Write a frame: every field, the cells and the vessels now."""
        frame, digest = self.frames, list[int]()
        for tissue in cascade.tissues:
            digest.append(0 if tissue.is_quiet else self._write(frame, tissue))
        ways = [np.stack([_shaped(one, name) for one in cascade.tissues]) for name in _WAYS]
        for name, values in zip(_WAYS, ways, strict=True):
            self._array(name)[frame] = values
        digest.append(_digest(ways))
        self._array("time")[frame] = days_of(self.model, cascade.step)
        self.frames += 1
        self.digests.append(digest)

    def go_back(self, digests: Digests) -> None:
        """Forget the frames after those that have a digest; the next frame takes their place."""
        self.frames, self.digests = len(digests), list(digests)

    def check(self, digests: Digests, steps: Sequence[int]) -> str:
        """Return what is wrong with the frames; nothing where all are whole.

        Parameters
        ----------
        digests : of the frames.
        steps : of the frames.
        """
        try:
            problem = layout_fault(self._group, self.model, steps)
        except Exception as error:  # noqa: BLE001 - damaged metadata fails in any codec
            return f"its layout cannot be read ({error})"
        for frame, digest in enumerate(digests):
            for number, expected in enumerate(digest):
                if expected and not problem:
                    problem = self._fault(frame, number, expected)
        return problem

    def _fault(self, frame: int, number: int, expected: int) -> str:
        """Return what is wrong with a site of a frame, or behind the last site with its vessels."""
        names = (*self.model.field_names, "cells")
        places = [(name, (frame, number)) for name in names]
        if number == len(self.model.sites):
            places = [(name, (frame,)) for name in _WAYS]
        try:
            parts = [np.asarray(self._array(name)[place]) for name, place in places]
        except Exception as error:  # noqa: BLE001 - a damaged chunk fails in any codec
            return f"frame {frame} cannot be read ({error})"
        return "" if _digest(parts) == expected else f"frame {frame} is not what was written"

    def check_readable(self) -> None:
        """Read every frame and table once: all that can be asked of a store without checksums."""
        try:
            for name in self._framed():
                for frame in range(self.frames):
                    np.asarray(self._array(name)[frame])
        except Exception as error:  # noqa: BLE001 - a damaged chunk fails in any codec
            raise _damaged(self.path, str(error)) from None
        for name in TABLES:
            self.table(name)

    def close(self, cascade: Cascade) -> None:
        """Cut off what has no frame; write the tables of cells and events."""
        self.plan(self.frames)
        for name, table in tables_of(cascade).items():
            write_table(self._group, name, table)
        self.__dict__.pop("dataset", None)

    def table(self, name: str) -> pl.DataFrame:
        """Return one of the tables of cells and events."""
        try:
            return read_table(self._group, name)
        except Exception as error:  # noqa: BLE001 - a damaged array fails in any codec
            raise _damaged(self.path, str(error)) from None

    @cached_property
    def dataset(self) -> "xr.Dataset":
        """Return the frames; values are read when they are asked for."""
        try:
            opened = xr.open_zarr(self._group.store, consolidated=False, chunks=None)
            # Plain text, which every tool that takes a dataset understands.
            names = {name: opened[name].to_numpy().tolist() for name in ("site", "kind")}
            return opened.assign_coords(names)
        except Exception as error:  # noqa: BLE001 - damaged metadata fails in any way
            raise _damaged(self.path, str(error)) from None

    def copy_to(self, path: Path) -> None:
        """Copy the store to a new folder."""
        if self.path is not None:
            shutil.copytree(self.path, path)
            return
        for key, part in self._kept.items():
            file = path / key
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(part.to_bytes())

    def _write(self, frame: int, tissue: Tissue) -> int:
        """Write the fields and cells of a site; return their checksum."""
        parts = [tissue.field(name) for name in self.model.field_names]
        parts.append(tissue.lattice.counts.reshape(-1, *self.model.lattice.shape))
        for name, values in zip((*self.model.field_names, "cells"), parts, strict=True):
            self._array(name)[frame, tissue.number] = values
        return _digest(parts)

    def _framed(self) -> tuple[str, ...]:
        return framed_names(self.model)

    def _array(self, name: str) -> "zarr.Array[Any]":
        if name not in self._arrays:
            self._arrays[name] = cast("zarr.Array[Any]", self._group[name])
        return self._arrays[name]


def _digest(parts: list[npt.NDArray[Any]]) -> int:
    """Return a checksum of arrays, never 0."""
    checksum = 0
    for part in parts:
        checksum = zlib.crc32(np.ascontiguousarray(part).data, checksum)
    return checksum or 1


def _shaped(tissue: Tissue, name: str) -> npt.NDArray[Any]:
    return getattr(tissue.lattice, name).reshape(tissue.model.lattice.shape)


def _new_group(path: Path | None, model: Model, kept: dict[str, Any]) -> zarr.Group:
    """Return a group with an array for everything that is recorded, and no frame yet."""
    store = MemoryStore(kept) if path is None else LocalStore(path)
    about = {
        "title": model.title,
        "model": name_of(model.name),
        "notice": NOTICE,
        "units": "see each array",
    }
    try:
        group = zarr.create_group(store, zarr_format=3, attributes=about)
    except OSError as error:
        raise RunError(f"{path} cannot be made ({error.strerror})") from None
    _coordinates(group, model)
    grid, sites = model.lattice, len(model.sites)
    for name, spec in model.fields.items():
        _framed(group, name, (sites, *grid.shape), (1, *grid.shape), model.field_dtype, spec.start)
    kinds = 1 if grid.voxels * len(KINDS) > _MANY else len(KINDS)
    shape = (sites, len(KINDS), *grid.shape)
    _framed(group, "cells", shape, (1, kinds, *grid.shape), np.uint16, 0)
    for name in _WAYS:
        shape = (sites, *grid.shape)
        _framed(group, name, shape, shape, np.uint8, 0)
    group["vessel"].attrs["flags"] = FLAGS
    return group


def _coordinates(group: zarr.Group, model: Model) -> None:
    """Write the names of sites and kinds and the places of voxels; prepare the times."""
    grid = model.lattice
    for name, words in (("site", model.sites), ("kind", KINDS)):
        array = group.create_array(
            name, shape=(len(words),), chunks=(len(words),), dtype=str, dimension_names=(name,)
        )
        array[:] = np.array(words, object)
    for axis, length in zip(grid.axes, grid.shape, strict=True):
        places = (np.arange(length) - (length - 1) / 2.0) * grid.spacing
        array = group.create_array(
            axis, data=places, chunks=(length,), dimension_names=(axis,), attributes={"units": "um"}
        )
    group.create_array(
        "time",
        shape=(0,),
        chunks=(_FRAMES_IN_CHUNK,),
        dtype=np.float64,
        fill_value=np.nan,
        dimension_names=("time",),
        attributes={"units": "day"},
    )


def _framed(
    group: zarr.Group,
    name: str,
    shape: tuple[int, ...],
    chunk: tuple[int, ...],
    dtype: Any,
    fill: float,
) -> None:
    """Prepare an array over frames and sites."""
    axes = ("z", "y", "x")[-(len(shape) - 1 - (name == "cells")) :]
    names = ("time", "site", *(("kind",) if name == "cells" else ()), *axes)
    group.create_array(
        name,
        shape=(0, *shape),
        chunks=(1, *chunk),
        dtype=dtype,
        fill_value=fill,
        compressors=[ZstdCodec(level=_LIGHT), Crc32cCodec()],
        dimension_names=names,
        attributes={"units": unit_of(name)},
    )


def framed_names(model: Model) -> tuple[str, ...]:
    """Return the names of the arrays over frames."""
    return ("time", *model.field_names, "cells", *_WAYS)


def layout_fault(group: zarr.Group, model: Model, steps: Sequence[int]) -> str:
    """Return what is wrong with the arrays of a group beside their frames; else nothing.

    Parameters
    ----------
    group : the arrays.
    model : what grows in them.
    steps : of the frames that there are.
    """
    fresh = _new_group(None, model, {})
    if fresh.attrs.asdict() != group.attrs.asdict():
        return "what it says of itself was changed"
    framed = framed_names(model)
    for name in ("site", "kind", *model.lattice.axes, *framed):
        new, old = (cast("zarr.Array[Any]", one[name]) for one in (fresh, group))
        has_frames = name in framed
        if _layout(new, is_framed=has_frames) != _layout(old, is_framed=has_frames):
            return f"the layout of {name} was changed"
        if not has_frames and not np.array_equal(new[:], old[:]):
            return f"{name} is not what was written"
    lengths = {cast("zarr.Array[Any]", group[name]).shape[0] for name in framed}
    if len(lengths) > 1 or min(lengths) < len(steps):
        return "some of its arrays are shorter than others"
    days = np.asarray(cast("zarr.Array[Any]", group["time"])[: len(steps)])
    return "" if np.array_equal(days, days_of(model, steps)) else "its times are not as written"


def _layout(array: "zarr.Array[Any]", *, is_framed: bool) -> list[Any]:
    """Return all that decides how an array is read, but for the number of frames."""
    meta: Any = array.metadata
    shape, attributes = array.shape[1:] if is_framed else array.shape, array.attrs.asdict()
    chunks, fill = array.chunks, repr(array.fill_value)
    return [shape, chunks, str(array.dtype), fill, meta.dimension_names, attributes]


def _damaged(path: Path | None, what: str) -> RunError:
    return RunError(
        f"{path} is no whole store of a tissue ({what})",
        remedy="Grow it again in a new folder: the same seed gives the same tissue.",
    )
