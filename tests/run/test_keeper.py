"""A temporary folder goes with its keeper, and not with a copy of it in a child."""

import gc
import os

import pytest

from paget.run.keeper import Keeper


def test_the_folder_goes_with_its_keeper() -> None:
    keeper = Keeper()
    folder = keeper.folder
    assert folder.is_dir()
    del keeper
    gc.collect()
    assert not folder.exists()


def test_the_copy_of_a_child_leaves_it(monkeypatch: pytest.MonkeyPatch) -> None:
    keeper = Keeper()
    folder = keeper.folder
    with monkeypatch.context() as child:
        child.setattr(os, "getpid", lambda: -1)
        del keeper
        gc.collect()
        assert folder.is_dir()
    folder.rmdir()
