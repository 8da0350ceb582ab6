"""A damaged folder opens as what was written, or ends in one error: never as something else."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from paget.core.errors import PagetError
from tests.properties.damaging import MAKERS, Damage, content_of, damages, files_of, resumed


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return a whole folder of every kind."""
    parent = tmp_path_factory.mktemp("whole")
    return made_below(parent, seed=1)


@pytest.fixture(scope="module")
def siblings(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return the same with another seed."""
    return made_below(tmp_path_factory.mktemp("others"), seed=2)


def made_below(parent: Path, seed: int) -> dict[str, Path]:
    for kind, make in MAKERS.items():
        make(parent / kind, seed)
    return {kind: parent / kind for kind in MAKERS}


@pytest.fixture(scope="module")
def contents(folders: dict[str, Path]) -> dict[str, str]:
    return {kind: content_of(folder) for kind, folder in folders.items()}


def outcome(folder: Path) -> str:
    """Return what a folder opens as, or that it is refused in one sentence or two."""
    return ended(lambda: content_of(folder), folder)


def ended(act: Callable[[], object], folder: Path) -> str:
    """Return what comes of an act, or that it is refused in words that name the folder."""
    try:
        return str(act())
    except PagetError as error:
        told = str(error)
    assert str(folder) in told
    assert "\n" not in told
    return "refused"


def check(damage: Damage, folders: dict[str, Path], siblings: dict[str, Path], to: Path) -> str:
    """Damage a copy of a folder and open it; return what came of it."""
    folder = Path(shutil.copytree(folders[damage.kind], to))
    damage.do(folder, siblings[damage.kind])
    return outcome(folder)


def test_twenty_damaged_folders(
    folders: dict[str, Path], siblings: dict[str, Path], contents: dict[str, str], tmp_path: Path
) -> None:
    refused = 0
    for damage in damages(folders, 20, seed=1889):
        found = check(damage, folders, siblings, tmp_path / str(damage.number))
        assert found in (contents[damage.kind], "refused"), damage
        refused += found == "refused"
    assert refused > 15


@pytest.mark.science
def test_a_hundred_damaged_folders_and_their_resumption(
    folders: dict[str, Path], siblings: dict[str, Path], contents: dict[str, str], tmp_path: Path
) -> None:
    for damage in damages(folders, 100, seed=1863):
        folder = tmp_path / str(damage.number)
        found = check(damage, folders, siblings, folder)
        assert found in (contents[damage.kind], "refused"), damage
        if ended(lambda d=damage, f=folder: resumed(d.kind, f), folder) != "refused":
            assert content_of(folder) == contents[damage.kind], damage
        shutil.rmtree(folder)


@pytest.mark.parametrize("kind", MAKERS)
def test_every_file_that_is_lost_is_missed(
    kind: str, folders: dict[str, Path], tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(folders[kind], tmp_path / kind))
    for path in files_of(folder)[::7]:
        content = path.read_bytes()
        path.unlink()
        with pytest.raises(PagetError, match=path.name):
            content_of(folder)
        path.write_bytes(content)
