"""Folders of every kind that Paget writes, and a seeded generator of damage to them."""

import hashlib
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any, Final

import paget
from paget.run.folder import resume as resume_run
from paget.run.folder import run
from paget.run.scenario import load_scenario
from paget.tables.hashing import logical_hash
from tests.culture.tissues import SMALL

OPERATIONS: Final = ("truncate", "flip", "delete", "empty", "swap", "foreign")
ARMS: Final = ("colon", "colon-adjuvant")
SMALLEST: Final = {**SMALL, "until": "2 hour"}


def make_cohort(folder: Path, seed: int) -> None:
    run(load_scenario("colon-standard", patients=90, seed=seed), folder, shard=40)


def make_twins(folder: Path, seed: int) -> None:
    paget.compare(*ARMS, patients=1100, seed=seed, out=folder)


def make_tissue(folder: Path, seed: int) -> None:
    paget.grow(SMALLEST, seed=seed, out=folder, frames=3)


def make_ensemble(folder: Path, seed: int) -> None:
    paget.grow(SMALLEST, seed=seed, ensemble=2, out=folder, frames=3)


MAKERS: Final[dict[str, Callable[[Path, int], None]]] = {
    "cohort": make_cohort,
    "twins": make_twins,
    "tissue": make_tissue,
    "ensemble": make_ensemble,
}


def resumed(kind: str, folder: Path) -> None:
    """Do what is missing of a folder."""
    from paget.culture.ensemble import resume_ensemble
    from paget.culture.grow import resume

    if kind == "twins":
        paget.compare(*ARMS, patients=1100, seed=1, out=folder, resume=True)
    else:
        {"cohort": resume_run, "tissue": resume, "ensemble": resume_ensemble}[kind](folder)


def content_of(folder: Path) -> str:
    """Return a hash of all that a folder opens as."""
    opened: Any = paget.read(folder)
    digest = hashlib.sha256()
    for part in _parts(opened):
        digest.update(repr(part).encode())
    return digest.hexdigest()


def _parts(opened: Any) -> list[Any]:
    if hasattr(opened, "tables"):  # a cohort
        tables = [logical_hash(table) for table in opened.tables.values()]
        values = [(name, one.value) for name, one in opened.parameters.items()]
        return [*tables, values, opened.seed, opened.status, opened.scenario]
    if hasattr(opened, "persons"):
        arms = [arm.scenario for arm in (opened.a, opened.b)]
        return [logical_hash(opened.patients), opened.table.rows(), opened.persons, arms]
    if hasattr(opened, "members"):
        tables = [opened.seeds, opened.counts, opened.moments, opened.firsts]
        return [opened.status, *(table.rows() for table in tables)]
    frames = [
        (k, v.dims, v.attrs, v.to_numpy().tolist()) for k, v in sorted(opened.dataset.items())
    ]
    coordinates = [
        (k, v.attrs, v.to_numpy().tolist()) for k, v in sorted(opened.dataset.coords.items())
    ]
    tables = [opened.counts, opened.cells, opened.lineage, opened.arrivals, opened.intravasations]
    return [opened.fate, opened.seed, frames, coordinates, *(table.rows() for table in tables)]


@dataclass(frozen=True)
class Damage:
    """What is done to one file of a folder."""

    kind: str
    operation: str
    file: str
    number: int

    def do(self, folder: Path, sibling: Path) -> None:
        """Damage a file; ``sibling`` is the folder of another run of its kind."""
        path, random = folder / self.file, Random(self.number)  # noqa: S311 - repeatable
        content = bytearray(path.read_bytes())
        if self.operation == "delete":
            path.unlink()
        elif self.operation == "empty":
            path.write_bytes(b"")
        elif self.operation == "truncate":
            path.write_bytes(content[: random.randrange(max(len(content), 1))])
        elif self.operation == "flip" and content:
            content[random.randrange(len(content))] ^= 1 << random.randrange(8)
            path.write_bytes(content)
        elif self.operation == "foreign" and (sibling / self.file).is_file():
            shutil.copy(sibling / self.file, path)
        else:
            others = [p for p in files_of(folder) if p.suffix == path.suffix and p != path]
            other = random.choice(others or [path])
            path.write_bytes(other.read_bytes())
            other.write_bytes(content)


def files_of(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def damages(folders: dict[str, Path], n: int, seed: int) -> list[Damage]:
    """Return n damages to folders of all kinds in turn, each time to a file of another sort."""
    random, found = Random(seed), list[Damage]()  # noqa: S311 - repeatable
    for number in range(n):
        kind = list(folders)[number % len(folders)]
        sorts: dict[str, list[str]] = {}
        for path in files_of(folders[kind]):
            name = path.relative_to(folders[kind]).as_posix()
            is_array = path.parent.name == "c" or "/c/" in name
            sort = "chunk" if is_array else f"{name.split('/')[0]}{path.suffix}"
            sorts.setdefault(sort, []).append(name)
        file = random.choice(random.choice(list(sorts.values())))
        found.append(Damage(kind, random.choice(OPERATIONS), file, number))
    return found
