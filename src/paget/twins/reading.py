"""A comparison read back from its folder.

Public names: ``read_twins``.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from paget.core.errors import RunError
from paget.run.cohort import MEMORY_LIMIT, is_large, read_model
from paget.run.denominators import denominators
from paget.run.manifest import manifest_of, stated_in, whole
from paget.run.shard_files import sound_markers
from paget.twins.arms import differences
from paget.twins.comparison import Comparison
from paget.twins.files import COMPARISON, joined
from paget.twins.lives import Arm, no_twins


def read_twins(
    path: str | Path, *, memory_limit: int = MEMORY_LIMIT, verify: bool = True
) -> Comparison:
    """Return the comparison of a folder; refuse one that is not whole or was cut off.

    Parameters
    ----------
    path : the folder that a comparison wrote.
    memory_limit : [byte]; a table of persons that would exceed it comes as a lazy scan.
    verify : read every file once to compare its checksum. Without, sizes alone are compared.
    """
    folder = Path(path).expanduser()
    manifest = manifest_of(folder, COMPARISON)
    if manifest.get("status") != "complete":
        raise RunError(
            f"{folder} holds a comparison that was cut off",
            remedy=f"Finish it: paget compare A B --out {folder} --resume",
        )
    markers = sound_markers(folder, manifest, verify=verify)
    with whole(folder):
        arms = _arm(manifest["a"], manifest, folder), _arm(manifest["b"], manifest, folder)
        table = joined(folder, markers, no_twins(arms))
        persons = int(manifest["persons"]) - sum(marker.excluded for marker in markers)
        n_unpaired = sum(int(marker.counts["unpaired"]) for marker in markers)
        is_lazy = is_large(folder, markers, memory_limit)
        return Comparison(
            *arms,
            table if is_lazy else table.collect(),
            persons,
            n_unpaired,
            int(manifest["seed"]),
            dict(manifest["stats"]),
            differences(*arms),
        )


def _arm(content: Mapping[str, Any], manifest: Mapping[str, Any], folder: Path) -> Arm:
    """Return one of the two scenarios, with the parameters that it was lived with."""
    scenario, parameters = stated_in(content, folder)
    model = read_model(scenario, parameters, manifest, folder)
    return Arm(scenario, model, denominators(scenario, model) if scenario.is_of_people else None)
