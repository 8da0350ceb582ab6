"""`import paget` is quick and loads nothing heavy."""

import subprocess
import sys

import pytest

import paget

HEAVY = ("numba", "scipy", "matplotlib", "dask", "polars", "numpy", "xarray", "zarr")


def test_import_loads_nothing_heavy() -> None:
    code = "import sys, paget; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, timeout=60
    )
    loaded = set(done.stdout.split())
    assert "paget" in loaded
    assert loaded.isdisjoint(HEAVY)


def test_public_names_are_listed() -> None:
    assert set(paget.__all__) <= set(dir(paget))


@pytest.mark.parametrize("name", paget.__all__)
def test_public_names_load(name: str) -> None:
    assert getattr(paget, name) is not None


def test_unknown_name_lists_the_known() -> None:
    with pytest.raises(AttributeError, match="simulate"):
        paget.no_such_name  # noqa: B018  # pyright: ignore[reportAttributeAccessIssue]
