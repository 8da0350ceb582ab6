"""The folder of a comparison: its tables and what was compared.

::

    manifest.json      both scenarios, every parameter with its source, seed, versions
    results.csv        every estimate with its interval
    results.parquet
    twins.parquet      one row a person who gets the cancer: both lives

Public names: ``check_folder``, ``write_tables``.
"""

from pathlib import Path
from typing import Any, Final

from paget.core.errors import RunError
from paget.core.results import NOTICE, Status, write_atomically, write_json
from paget.study.manifest import MANIFEST, SCHEMA_VERSION, new_manifest, now
from paget.study.run import default_shard, threads_of
from paget.study.twins import Arm, Comparison

_ARM: Final = ("scenario", "n_assumptions", "cancer", "parameters")
_BOTH: Final = ("seed", "paget_version", "source_hash", "commit", "host", "command")


def check_folder(folder: Path) -> None:
    """Refuse a folder that holds something already."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise RunError(f"{folder} is there already", remedy="Name a new folder.")


def write_tables(comparison: Comparison, folder: Path) -> None:
    """Write the tables of a comparison, each whole or not at all, and last its manifest."""
    check_folder(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RunError(f"{folder} cannot be made ({error.strerror})") from None
    results = comparison.table
    write_atomically(folder / "results.csv", results.write_csv)
    write_atomically(folder / "results.parquet", results.write_parquet)
    write_atomically(folder / "twins.parquet", comparison.patients.write_parquet)
    write_json(_manifest(comparison), folder / MANIFEST)


def _manifest(comparison: Comparison) -> dict[str, Any]:
    whole = [_arm_manifest(arm) for arm in (comparison.a, comparison.b)]
    return {
        "schema_version": SCHEMA_VERSION,
        "notice": NOTICE,
        "status": Status.COMPLETE.value,
        "persons": comparison.persons,
        "unpaired": comparison.n_unpaired,
        **{key: whole[0][key] for key in _BOTH},
        "finished": now(),
        "stats": dict(comparison.stats),
        **{x: {key: arm[key] for key in _ARM} for x, arm in zip("ab", whole, strict=True)},
    }


def _arm_manifest(arm: Arm) -> dict[str, Any]:
    shard = default_shard(arm.scenario.persons)
    return new_manifest(arm.scenario, arm.model, shard, threads_of(None))
