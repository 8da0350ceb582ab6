"""A cohort: what a study of many virtual patients hands back, in memory or as scans of files.

Public names: ``Cohort``, ``read_run``, ``read_model``, ``provenance_of``, ``is_large``,
``MEMORY_LIMIT``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import polars as pl

from paget.core.errors import PagetError, RunError
from paget.core.parameters import ParameterSet
from paget.core.results import NOTICE, Status
from paget.engine import Model
from paget.run.denominators import denominators
from paget.run.folder import cohort_funnel
from paget.run.manifest import COHORT, manifest_of, stated_in, whole
from paget.run.scenario import Scenario, model_of
from paget.run.sealed import CHECKSUM
from paget.run.shard_files import Marker, part_paths, size_of, sound_markers
from paget.run.shards import TABLES, no_tables

Table = pl.DataFrame | pl.LazyFrame

MEMORY_LIMIT: Final = 2_000_000_000  # bytes; larger results come as lazy scans of their files
_SWELLING: Final = 5  # bytes in memory for each byte of compressed Parquet, at most


@dataclass(frozen=True, eq=False, repr=False)
class Cohort:
    """Many virtual patients under one scenario.

    Tables are `polars.DataFrame`, or `polars.LazyFrame` where the result exceeds the memory limit.
    """

    patients: Any
    """One row a virtual patient."""
    lesions: Any
    """One row a lesion."""
    events: Any
    """What happened to each virtual patient, in order."""
    tests: Any
    """What the clinic looked for, and found."""
    treatments: Any
    """Lines of treatment and operations."""
    funnel: Any
    """Counts per step of the cascade; patient null: the whole cohort."""
    scenario: Scenario
    parameters: ParameterSet
    seed: int
    status: Status
    stats: Mapping[str, Any]
    """Virtual patients, rows of tables, seconds, patients per second."""
    provenance: Mapping[str, Any]
    """Version, commit, host, times; the manifest without its lists."""
    path: Path | None = None
    """The folder of the run, where there is one."""
    _keeper: object = field(default=None)
    """Keeps a temporary folder for as long as somebody holds the cohort."""

    @property
    def tables(self) -> dict[str, Table]:
        """Return the tables by name."""
        return {name: getattr(self, name) for name in TABLES}

    @property
    def notice(self) -> str:
        """Return what this is for, and what it is not for."""
        return NOTICE

    @property
    def is_lazy(self) -> bool:
        """Tell whether the tables are scans of files."""
        return isinstance(self.patients, pl.LazyFrame)

    @cached_property
    def model(self) -> Model:
        """Return the model that was lived in: the parameters made ready."""
        return model_of(self.scenario, self.parameters)

    @cached_property
    def population(self) -> pl.DataFrame:
        """Return what is expected of the people who never have the cancer, one row a sex."""
        return denominators(self.scenario, self.model)

    def __repr__(self) -> str:
        """Return a short description."""
        lazy = ", tables as lazy scans" if self.is_lazy else ""
        where = f", in {self.path}" if self.path else ""
        n = int(self.stats.get("patients") or 0)
        return (
            f"<Cohort {self.status.value}: {n:,} virtual patients, {self.scenario.title}, "
            f"seed {self.seed}{lazy}{where}. {NOTICE}>"
        )


def read_run(
    path: str | Path,
    *,
    lazy: bool | None = None,
    memory_limit: int = MEMORY_LIMIT,
    verify: bool = True,
) -> Cohort:
    """Return the cohort of a run's folder; of an unfinished run what is done of it.

    A folder that is not whole is refused: everything that its manifest vouches for must be there
    and agree with its checksum.

    Parameters
    ----------
    path : the folder that a run wrote.
    lazy : give tables as scans of their files; by default where they exceed ``memory_limit``
        [byte].
    verify : read every file once to compare its checksum. Without, sizes alone are compared.
    """
    folder = Path(path).expanduser()
    manifest = manifest_of(folder, COHORT)
    scenario, parameters = stated_in(manifest, folder)
    with whole(folder):
        seed, status = int(manifest["seed"]), _status(str(manifest["status"]))
        stats = dict(manifest["stats"])
    markers = sound_markers(folder, manifest, verify=verify)
    is_lazy = is_large(folder, markers, memory_limit) if lazy is None else lazy
    model = read_model(scenario, parameters, manifest, folder)
    with whole(folder):
        tables = _tables(folder, markers, model, lazy=is_lazy)
    cohort = Cohort(
        **tables,
        scenario=scenario,
        parameters=parameters,
        seed=seed,
        status=status,
        stats={**stats, "patients": sum(marker.patients for marker in markers)},
        provenance=provenance_of(manifest),
        path=folder,
    )
    cohort.__dict__["model"] = model  # made already: the cached property need not make it again
    return cohort


def read_model(
    scenario: Scenario, parameters: ParameterSet, manifest: Mapping[str, Any], folder: Path
) -> Model:
    """Return the model that a run was lived in; say what to do where this version has none."""
    try:
        return model_of(scenario, parameters)
    except PagetError as error:
        version = manifest.get("paget_version", "another version")
        raise RunError(
            f"{folder} holds a run of Paget {version}, of which this version makes no model "
            f"({str(error).rstrip('.')})",
            remedy=f"Read it with Paget {version}; its tables are Parquet, which Polars, DuckDB "
            "and pandas read without Paget.",
        ) from None


def provenance_of(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Return a manifest without its lists."""
    left_out = ("scenario", "parameters", "files", "stats", "cancer", CHECKSUM)
    return {key: value for key, value in manifest.items() if key not in left_out}


def _status(word: str) -> Status:
    """Return the status of a run; one that never came to an end was cut off."""
    return Status.PARTIAL if word == "running" else Status(word)


def is_large(folder: Path, markers: list[Marker], memory_limit: int) -> bool:
    """Tell whether the tables of some shards would exceed a limit [byte] in memory."""
    return _SWELLING * size_of(folder, markers) > memory_limit


def _tables(folder: Path, markers: list[Marker], model: Model, *, lazy: bool) -> dict[str, Table]:
    """Return the tables of the shards that are done, and the funnel of all of them."""
    empty = no_tables(model)
    tables: dict[str, Table] = {}
    for name in TABLES:
        parts: list[Table] = [pl.scan_parquet(p) for p in part_paths(folder, markers, name)]
        if name == "funnel":
            # Counted anew: after a crash the written one may tell of fewer shards.
            parts.insert(0, cohort_funnel(model, markers).lazy())
        scan = pl.concat([part.lazy() for part in parts]) if parts else empty[name].lazy()
        tables[name] = scan if lazy else scan.collect()
    return tables
