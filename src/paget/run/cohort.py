"""A cohort: what a study of many virtual patients hands back, in memory or as scans of files.

Public names: ``Cohort``, ``read_run``, ``provenance_of``, ``MEMORY_LIMIT``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import polars as pl

from paget.core.errors import RunError
from paget.core.parameters import ParameterSet
from paget.core.results import NOTICE, Status
from paget.engine import Model
from paget.run.denominators import denominators
from paget.run.folder import cohort_funnel
from paget.run.manifest import MANIFEST, read_manifest
from paget.run.scenario import Scenario, model_of, the_body
from paget.run.shard_files import Marker, done_shards, part_paths
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
    path: str | Path, *, lazy: bool | None = None, memory_limit: int = MEMORY_LIMIT
) -> Cohort:
    """Return the cohort of a run's folder; of an unfinished run what is done of it.

    Parameters
    ----------
    path : the folder that a run wrote.
    lazy : give tables as scans of their files; by default where they exceed ``memory_limit``
        [byte]. Tables that are read whole must agree with their checksums.
    """
    folder = Path(path).expanduser()
    manifest = read_manifest(folder)
    try:
        scenario = Scenario.model_validate(manifest["scenario"])
        sites = the_body().site_names
        stated = ParameterSet.from_records(manifest["parameters"], sites)
        parameters = ParameterSet(stated.values(), sites, manifest["cancer"])
        seed, status = int(manifest["seed"]), _status(str(manifest["status"]))
    except (KeyError, TypeError, ValueError) as error:
        remedy = "Run the scenario again."
        raise RunError(f"{folder / MANIFEST} is not whole ({error!r})", remedy=remedy) from None
    markers = done_shards(folder, verify=False)
    is_lazy = _is_large(folder, markers, memory_limit) if lazy is None else lazy
    if not is_lazy:
        _check(folder, markers)
    model = model_of(scenario, parameters)
    tables = _tables(folder, markers, model, lazy=is_lazy)
    cohort = Cohort(
        **tables,
        scenario=scenario,
        parameters=parameters,
        seed=seed,
        status=status,
        stats={**manifest["stats"], "patients": sum(marker.patients for marker in markers)},
        provenance=provenance_of(manifest),
        path=folder,
    )
    cohort.__dict__["model"] = model  # made already: the cached property need not make it again
    return cohort


def provenance_of(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Return a manifest without its lists."""
    left_out = ("scenario", "parameters", "files", "stats", "cancer")
    return {key: value for key, value in manifest.items() if key not in left_out}


def _status(word: str) -> Status:
    """Return the status of a run; one that never came to an end was cut off."""
    return Status.PARTIAL if word == "running" else Status(word)


def _is_large(folder: Path, markers: list[Marker], memory_limit: int) -> bool:
    sizes = [(folder / part).stat().st_size for marker in markers for part in marker.files]
    return _SWELLING * sum(sizes) > memory_limit


def _check(folder: Path, markers: list[Marker]) -> None:
    sound = {marker.shard for marker in done_shards(folder, verify=True)}
    damaged = [marker.shard for marker in markers if marker.shard not in sound]
    if damaged:
        raise RunError(
            f"shard {damaged[0]} of {folder} was changed or damaged",
            allowed="its checksum does not agree with its marker",
            remedy="Resume the run: what is damaged is lived again.",
        )


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
