"""Results: tables with their units, what happened, and where it all came from.

A `Result` on disk is a folder: one Parquet file a table and ``result.json``, which is written
last, so that a folder without it is an unfinished one. The unit of each column and the notice stand
in the Parquet schema, where DuckDB, Polars and pandas read them without Paget: as JSON under the
file's key ``paget.units``, and as ``unit`` in the metadata of each Arrow field.

Every file is written under a temporary name, synced and renamed, so that a reader meets a whole
file or none.

Public names: `Result`, `Status`, `NOTICE`, `write_table`, `read_units`, `write_atomically`,
`write_json`, `plain`, `sha256`.
"""

import hashlib
import json
import os
import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any, BinaryIO, Final, cast

import polars as pl

from paget.core.errors import PagetError, RunError, whats_close

NOTICE: Final = "Research and education, not medical advice."
SCHEMA_VERSION: Final = 1
_FILE: Final = "result.json"
_UNITS_KEY: Final = "paget.units"
_NOTICE_KEY: Final = "paget.notice"

Table = pl.DataFrame | pl.LazyFrame
Units = Mapping[str, str]


class Status(Enum):
    """How a run ended."""

    COMPLETE = "complete"
    PARTIAL = "partial"
    INTERRUPTED = "interrupted"
    FAILED = "failed"

    @property
    def text(self) -> str:
        """Return what happened and what to try."""
        return _STATUS_TEXTS[self]


_STATUS_TEXTS: Final = {
    Status.COMPLETE: "Everything that was asked for is there.",
    Status.PARTIAL: "Some parts are missing; resume the run to do them.",
    Status.INTERRUPTED: "Stopped on request; what was finished is whole. Resume to do the rest.",
    Status.FAILED: "Stopped by an error; what was finished is whole. See the message, then resume.",
}


@dataclass(frozen=True)
class Result:
    """Tables, and all that is needed to trust and repeat them.

    A table is also an attribute: ``result.patients`` is ``result.tables["patients"]``.
    """

    tables: Mapping[str, Table]
    status: Status = Status.COMPLETE
    stats: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """Counts and times: steps, events, seconds."""
    provenance: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """Version, commit, parameter values and sources, seed, command, platform."""
    units: Mapping[str, Units] = field(default_factory=dict[str, Units])
    """The unit of each column that has one, by table and column."""

    @property
    def notice(self) -> str:
        """Return what this is for, and what it is not for."""
        return NOTICE

    def __getattr__(self, name: str) -> Any:
        """Return the table of that name."""
        # Dunder names are asked for by copy and pickle before there are any fields.
        tables = {} if name.startswith("_") else self.__dict__.get("tables", {})
        if name in tables:
            return tables[name]
        message = f"no table {name}; there are {', '.join(tables)}. {whats_close(name, tables)}"
        raise AttributeError(message.rstrip())

    def __repr__(self) -> str:
        """Return a short description."""
        return f"<{type(self).__name__} {self.status.value}: {', '.join(self.tables)}. {NOTICE}>"

    def save(self, folder: str | Path) -> Path:
        """Write the tables and all else to a new folder, and return it."""
        target = Path(folder)
        if target.exists() and (not target.is_dir() or any(target.iterdir())):
            raise RunError(f"{target} holds something already", remedy="Name a new folder.")
        try:
            target.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise RunError(f"{target} cannot be made ({error.strerror})") from None
        listed: dict[str, dict[str, str]] = {}
        for name, table in self.tables.items():
            path = target / f"{name}.parquet"
            write_table(table, path, self.units.get(name, {}))
            listed[name] = {"file": path.name, "sha256": sha256(path)}
        content = {
            "schema_version": SCHEMA_VERSION,
            "notice": NOTICE,
            "status": self.status.value,
            "stats": dict(self.stats),
            "provenance": dict(self.provenance),
            "tables": listed,
        }
        write_json(content, target / _FILE)
        return target

    @classmethod
    def load(cls, folder: str | Path, *, lazy: bool = False) -> "Result":
        """Read what `save` wrote; checksums must agree.

        Parameters
        ----------
        folder : the folder.
        lazy : give tables as scans of their files, for those that exceed the memory.
        """
        source = Path(folder)
        content = _read_json(source / _FILE)
        tables: dict[str, Table] = {}
        units: dict[str, Units] = {}
        try:
            for name, entry in content["tables"].items():
                path = source / Path(str(entry["file"])).name  # never outside the folder
                _check_sum(path, str(entry["sha256"]))
                tables[name] = pl.scan_parquet(path) if lazy else pl.read_parquet(path)
                units[name] = read_units(path)
            status = Status(content["status"])
            return cls(tables, status, content["stats"], content["provenance"], units)
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise RunError(f"{source / _FILE} is not a whole result ({error!r})") from None


def write_table(table: Table, path: str | Path, units: Units | None = None) -> None:
    """Write a table to Parquet with the units of its columns and the notice in the schema."""
    known = dict(units or {})
    unknown = [column for column in known if column not in table.collect_schema().names()]
    if unknown:
        remedy = whats_close(unknown[0], table.collect_schema().names())
        raise RunError(f"a unit for column {unknown[0]}, which {path} does not have", remedy=remedy)
    metadata = {_NOTICE_KEY: NOTICE, _UNITS_KEY: json.dumps(known, ensure_ascii=False)}
    if isinstance(table, pl.LazyFrame):
        lazy = table
        write_atomically(path, lambda file: lazy.sink_parquet(file, metadata=metadata))
    else:
        arrow = _labelled(table, known, metadata)
        write_atomically(path, lambda file: _write_arrow(arrow, file))


def read_units(path: str | Path) -> dict[str, str]:
    """Return the units of the columns of a Parquet file that Paget wrote."""
    try:
        metadata = pl.read_parquet_metadata(path)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise RunError(f"{path} cannot be read ({error})") from None
    return dict(json.loads(metadata.get(_UNITS_KEY, "{}")))


def write_json(content: Mapping[str, Any], path: str | Path) -> None:
    """Write JSON whole or not at all; numbers of numpy, paths and dates are put as plain ones."""
    text = json.dumps(plain(content), indent=2, ensure_ascii=False, allow_nan=False)
    write_atomically(path, lambda file: file.write(f"{text}\n".encode()))


def write_atomically(path: str | Path, write: Callable[[BinaryIO], object]) -> None:
    """Let `write` fill a file under a temporary name, sync it and rename it to `path`.

    After a crash, a full disk or Ctrl-C the path holds what it held before.
    """
    target = Path(path)
    temporary = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    try:
        with temporary.open("xb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(target)
        _sync_folder(target.parent)
    except BaseException as error:  # Ctrl-C must not leave the temporary file either
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        if isinstance(error, OSError) and not isinstance(error, PagetError):
            reason = error.strerror or str(error)
            remedy = "Make room, or choose a folder that can be written."
            raise RunError(f"{target} cannot be written ({reason})", remedy=remedy) from error
        raise


def sha256(path: str | Path) -> str:
    """Return the SHA-256 of a file, as hexadecimal digits."""
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _labelled(table: pl.DataFrame, units: Units, metadata: Mapping[str, str]) -> Any:
    """Return an Arrow table whose fields carry their units."""
    # Oldest compatible types: other readers do not know Polars' string views.
    arrow: Any = table.to_arrow(compat_level=pl.CompatLevel.oldest())
    schema: Any = arrow.schema
    for index, column in enumerate(schema.names):
        if column in units:
            more = {**(schema.field(index).metadata or {}), b"unit": units[column].encode()}
            schema = schema.set(index, schema.field(index).with_metadata(more))
    return arrow.cast(schema).replace_schema_metadata(dict(metadata))


def _write_arrow(arrow: Any, file: BinaryIO) -> None:
    from pyarrow import parquet

    # Numbers that hardly repeat gain nothing from a dictionary, and a dictionary is slow to build.
    repeated: Any = [f.name for f in arrow.schema if str(f.type) not in ("double", "int64")]
    parquet.write_table(arrow, file, compression="lz4", use_dictionary=repeated)


def _sync_folder(folder: Path) -> None:
    """Make a rename last; some systems do not sync folders and need not."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    with suppress(OSError):
        os.fsync(handle)
    os.close(handle)


def _read_json(path: Path) -> dict[str, Any]:
    try:
        content: Any = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        remedy = "Give the folder of a finished result."
        raise RunError(f"{path} cannot be read ({error.strerror})", remedy=remedy) from None
    except ValueError as error:
        raise RunError(f"{path} is not JSON ({error})") from None
    version = content.get("schema_version") if isinstance(content, dict) else None
    if version != SCHEMA_VERSION:
        allowed = f"this version of Paget reads {SCHEMA_VERSION}"
        raise RunError(f"schema_version = {version}", str(path), allowed)
    return cast("dict[str, Any]", content)


def _check_sum(path: Path, expected: str) -> None:
    if not path.is_file():
        raise RunError(f"{path} is missing", remedy="Copy the whole folder, or run again.")
    if sha256(path) != expected:
        allowed = "its checksum does not agree with that of result.json"
        raise RunError(f"{path} was changed or damaged", "", allowed, "Run again.")


def plain(item: Any) -> Any:
    """Return what JSON can hold; what is not a finite number becomes null."""
    if isinstance(item, Mapping):
        return {str(key): plain(value) for key, value in item.items()}
    if isinstance(item, list | tuple | set | frozenset):
        return [plain(value) for value in item]
    if isinstance(item, float):
        return item if item - item == 0 else None
    if item is None or isinstance(item, str | bool | int):
        return item
    if hasattr(item, "tolist"):  # numpy's scalars and arrays
        return plain(item.tolist())
    return item.isoformat() if hasattr(item, "isoformat") else str(item)
