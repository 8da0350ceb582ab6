"""Compile kernels and laws, and remember the machine code until any source changes.

Numba looks only at the file of the function it compiles: edit a law that lives in another file
and its caller keeps the old machine code. Here the cache folder is named by a hash of *all* the
sources of the rooms that may hold compiled code, so that any edit there starts a fresh one; the
newest few are kept. An edit elsewhere (tables, reports, commands) costs no compiling.

The folder is ``<user cache>/paget/<hash>``, or ``$PAGET_CACHE_DIR/<hash>``. Numba's own setting is
changed only while one function is being decorated, so the functions of others are not affected.
With ``NUMBA_DISABLE_JIT=1`` functions stay plain Python: the slow twin of every law.

Compiled functions freeze the module constants they use. A constant that is read from a data file
would outlive an edit of that file: pass such numbers as arguments.

Public names: ``jit``, ``inlined``, ``constant``, ``COMPILED_ROOMS``.
"""

import hashlib
import os
import shutil
import warnings
from collections.abc import Callable, Generator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Literal, TypeVar, cast

import numba
import numpy as np
from numba.core import config
from platformdirs import user_cache_dir

F = TypeVar("F", bound=Callable[..., Any])

_settings: Any = config
_PACKAGE = Path(__file__).resolve().parents[1]
# The rooms that may hold compiled code, and those whose constants it freezes (tested).
COMPILED_ROOMS = (
    "atlas",
    "body",
    "clinic",
    "core",
    "engine",
    "kernels",
    "life",
    "tissue",
    "verify",
    "words",
)
_KEPT_FOLDERS = 4
_HASH_LENGTH = 16


def jit(function: F) -> F:
    """Compile a function with the settings of the whole package.

    No global lock is held while it runs, division by zero gives infinity, and the machine code
    is cached on disk. A type checker sees the function as it was written.
    """
    return _compiled(function, inline="never")


def inlined(function: F) -> F:
    """Compile a function as `jit` does, but into the body of each function that calls it.

    A call that passes arrays in a named tuple counts references to every one of them, which costs
    more than most laws; a law that is called for every cell in every step is spared that here.
    """
    return _compiled(function, inline="always")


def constant(value: int) -> int:
    """Return a whole number that compiled functions take as one among others.

    For a Python integer that is written in a call numba compiles the called function once more,
    as if that number were a type of its own.
    """
    return cast(int, np.int64(value))


def _compiled(function: F, inline: Literal["never", "always"]) -> F:
    if _settings.DISABLE_JIT:
        return function
    folder = _cache_folder()
    with _numba_cache(folder):
        njit: Any = numba.njit  # its stubs know fewer options than it takes
        compiled: Any = njit(
            nogil=True,
            error_model="numpy",
            cache=folder is not None,
            inline=inline,
            no_cfunc_wrapper=True,  # nothing calls a law through a C pointer: compiles faster
        )(function)
        return compiled


@contextmanager
def _numba_cache(folder: Path | None) -> Generator[None]:
    """Point numba's cache to a folder for a moment: it reads the setting when it decorates."""
    before = _settings.CACHE_DIR
    if folder is not None:
        _settings.CACHE_DIR = str(folder)
    try:
        yield
    finally:
        _settings.CACHE_DIR = before


@cache
def _cache_folder() -> Path | None:
    """Make, and return, the folder for the sources as they are now; None where none can be."""
    base = _cache_base()
    folder = base / _hash_of_sources(_PACKAGE)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.utime(folder)
    except OSError as error:
        warnings.warn(
            f"compiled functions cannot be kept in {base} ({error.strerror}), so every start will "
            "compile them anew; set PAGET_CACHE_DIR to a folder that can be written",
            RuntimeWarning,
            stacklevel=3,
        )
        return None
    _prune(base, keep=_KEPT_FOLDERS)
    return folder


def _cache_base() -> Path:
    """Return the folder that holds one cache folder for each state of the sources."""
    chosen = os.environ.get("PAGET_CACHE_DIR")
    if chosen:
        return Path(chosen).expanduser().absolute()
    return Path(user_cache_dir("paget", appauthor=False))


def _hash_of_sources(package: Path) -> str:
    """Return a short hash over the paths and the bytes of all sources that count, in order."""
    digest = hashlib.sha256()
    files = {path.relative_to(package).as_posix(): path for path in package.rglob("*.py")}
    for name in sorted(files):
        if name.split("/", 1)[0].removesuffix(".py") not in COMPILED_ROOMS:
            continue
        content = files[name].read_bytes()
        digest.update(f"{name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()[:_HASH_LENGTH]


def _prune(base: Path, keep: int) -> None:
    """Remove all cache folders but the newest; another process may be doing the same."""
    folders = [path for path in base.iterdir() if _is_cache_folder(path)]
    for old in sorted(folders, key=_age_key, reverse=True)[keep:]:
        shutil.rmtree(old, ignore_errors=True)


def _is_cache_folder(path: Path) -> bool:
    """Say whether this program named the folder: nothing else may ever be removed."""
    named = len(path.name) == _HASH_LENGTH and set(path.name) <= set("0123456789abcdef")
    return named and path.is_dir()


def _age_key(path: Path) -> float:
    """Return the time a folder was last used, or 0 if it has just gone."""
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
