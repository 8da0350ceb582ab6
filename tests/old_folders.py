"""Folders as version 0.1.0 wrote them, made out of those that this version writes.

Their manifests and markers say less: no checksum of themselves, no key of the run, no sizes; those
of tissues do not name their files.
"""

import json
from pathlib import Path
from typing import Any, Final

_LATER: Final = ("checksum", "run")
_LATER_IN_MARKERS: Final = (*_LATER, "sizes", "seed", "size")


def as_0_1_0(folder: Path) -> Path:
    """Rewrite the JSON of a folder as version 0.1.0 had it; return the folder."""
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    kind = manifest["kind"]
    gone = [*_LATER, *(["kind"] if kind == "cohort" else ["files"] * ("tissue" in kind))]
    _write(folder / "manifest.json", {**manifest, "schema_version": 1}, gone)
    for marker in (*folder.glob("shards/*.json"), *folder.glob("seeds/*.json")):
        _write(marker, json.loads(marker.read_text(encoding="utf-8")), _LATER_IN_MARKERS)
    return folder


def _write(path: Path, content: dict[str, Any], gone: Any) -> None:
    kept = {name: value for name, value in content.items() if name not in gone}
    path.write_text(json.dumps(kept, indent=2), encoding="utf-8")
