"""The compile cache: fresh after any edit, kept where it is told, never fatal."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from numba.core import config

from paget.kernels import jit as jit_module

PACKAGE = Path(jit_module.__file__).parents[1]

LAW = "from {home} import {jit}\n\n@{jit}\ndef law(x: float) -> float:\n    return {factor} * x\n"
CALLER = (
    "from {home} import {jit}\n"
    "from paget.body.probe_law import law\n\n"
    "@{jit}\ndef life(x: float) -> float:\n    return law(x) + 1.0\n"
)
OURS = {"home": "paget.kernels.jit", "jit": "jit"}
SABOTEUR = {"home": "paget.probe_saboteur", "jit": "plain_jit"}


def run(code: str, source: Path, **environment: str) -> str:
    """Run Python on the packages of a folder, with warnings as errors, and return what it says."""
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("NUMBA_", "PAGET_"))}
    # Python would not see an edit within one second that leaves the size of a file as it was.
    no_bytecode = {"PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        env={**inherited, "PYTHONPATH": str(source), **no_bytecode, **environment},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """Copy the package's kernels to a folder of their own."""
    target = tmp_path / "source" / "paget"
    shutil.copytree(
        PACKAGE / "kernels", target / "kernels", ignore=shutil.ignore_patterns("__pycache__")
    )
    (target / "body").mkdir()
    (target / "__init__.py").touch()
    (target / "body" / "__init__.py").touch()
    (target / "probe_saboteur.py").write_text(
        "import numba\n\ndef plain_jit(f):\n    return numba.njit(f, cache=True)\n"
    )
    return target


def numbers_before_and_after_an_edit(copied: Path, names: dict[str, str]) -> list[float]:
    """Run a law through its caller in another file, edit the law, run again."""
    (copied / "body" / "probe_caller.py").write_text(CALLER.format(**names))
    numbers: list[float] = []
    for factor in ("2.0", "3.0"):
        (copied / "body" / "probe_law.py").write_text(LAW.format(factor=factor, **names))
        caches = {
            "PAGET_CACHE_DIR": str(copied.parent / "ours"),
            "NUMBA_CACHE_DIR": str(copied.parent / "plain"),
        }
        code = "from paget.body.probe_caller import life; print(life(10.0))"
        numbers.append(float(run(code, copied.parent, **caches)))
    return numbers


def test_edited_law_gives_a_new_number_in_another_file(copied: Path) -> None:
    assert numbers_before_and_after_an_edit(copied, OURS) == [21.0, 31.0]


def test_saboteur_of_the_cache_gives_the_old_number(copied: Path) -> None:
    """Numba's own cache does not see the edit. When it does, our folders are not needed."""
    assert numbers_before_and_after_an_edit(copied, SABOTEUR) == [21.0, 21.0]


def test_second_start_compiles_nothing(copied: Path) -> None:
    code = (
        "from paget.kernels.special import expint1\n"
        "expint1(1.0)\n"
        "print(sum(expint1.stats.cache_hits.values()), sum(expint1.stats.cache_misses.values()))"
    )
    cache = {"PAGET_CACHE_DIR": str(copied.parent / "cache")}
    assert run(code, copied.parent, **cache) == "0 1"
    assert run(code, copied.parent, **cache) == "1 0"


def test_without_the_compiler_the_bits_are_the_same(copied: Path) -> None:
    """Draws are equal to the last bit; functions with many roundings to 1e-14."""
    code = (
        "import numpy as np\n"
        "from paget.kernels import philox as p, special as s\n"
        "for i in range(200):\n"
        "    key = np.uint64(i * 0x123456789ABCDEF % 2**64)\n"
        "    child = p.mix56(key, i)\n"
        "    print(*p.philox4x32(key, i, 2, 3, 4), child)\n"
        "    print(p.uniform(key, 3, i, child, 2**32 - 1 - i).hex())\n"
        "print('and')\n"
        "for i in range(1, 100):\n"
        "    u = i / 100\n"
        "    print(s.expint1(i / 7), s.expint1_inverse(u * u), s.normal_cdf(3 * u), sep='\\n')\n"
        "    print(s.gamma_p(2.5, 5 * u), s.gamma_quantile(u, 0.7), sep='\\n')\n"
        "    print(p.exponential(1889, 1, 2, 3, i), p.normal(1889, 1, 2, 3, i), sep='\\n')\n"
    )
    cache = {"PAGET_CACHE_DIR": str(copied.parent / "cache")}
    exact, close = run(code, copied.parent, **cache).split("and")
    plain_exact, plain_close = run(code, copied.parent, **cache, NUMBA_DISABLE_JIT="1").split("and")
    assert exact == plain_exact
    numbers = [float(line) for line in close.split()]
    assert numbers == pytest.approx([float(line) for line in plain_close.split()], rel=1e-14)


def test_without_the_compiler_functions_stay_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    def half(x: float) -> float:
        return 0.5 * x

    monkeypatch.setattr(config, "DISABLE_JIT", 1)
    assert jit_module.jit(half) is half


def test_numbas_own_setting_is_left_alone() -> None:
    before = getattr(config, "CACHE_DIR")  # noqa: B009 (unknown to the type checker)

    def half(x: float) -> float:
        return 0.5 * x

    assert jit_module.jit(half)(3.0) == 1.5
    assert getattr(config, "CACHE_DIR") == before  # noqa: B009


def test_hash_sees_names_and_bytes(copied: Path) -> None:
    hashes = [jit_module._hash_of_sources(copied)]
    probe = copied / "body" / "one.py"
    probe.write_text("x = 1\n")
    hashes.append(jit_module._hash_of_sources(copied))
    probe.write_text("x = 2\n")
    hashes.append(jit_module._hash_of_sources(copied))
    probe.rename(copied / "body" / "two.py")
    hashes.append(jit_module._hash_of_sources(copied))
    assert len(set(hashes)) == 4
    (copied / "body" / "data.toml").write_text("x = 1\n")
    (copied / "cli").mkdir()
    (copied / "cli" / "three.py").write_text("x = 1\n")
    assert jit_module._hash_of_sources(copied) == hashes[-1]


def test_only_the_rooms_in_the_hash_compile() -> None:
    compiling = re.compile(r"^\s*(from paget\.kernels\.jit|import numba|from numba)", re.MULTILINE)
    rooms = {
        path.relative_to(PACKAGE).parts[0].removesuffix(".py")
        for path in PACKAGE.rglob("*.py")
        if compiling.search(path.read_text(encoding="utf-8"))
    }
    assert {"body", "clinic", "engine", "kernels", "life", "tissue"} <= rooms
    assert rooms <= set(jit_module.COMPILED_ROOMS)


def test_only_the_newest_folders_are_kept(tmp_path: Path) -> None:
    for age in range(6):
        folder = tmp_path / f"{age:016x}"
        (folder / "inside").mkdir(parents=True)
        os.utime(folder, (1e9 - age, 1e9 - age))
    (tmp_path / "somebody-elses").mkdir()
    (tmp_path / ("f" * 16)).write_text("a file\n")
    jit_module._prune(tmp_path, keep=4)
    left = {path.name for path in tmp_path.iterdir()}
    assert left == {f"{age:016x}" for age in range(4)} | {"somebody-elses", "f" * 16}


def test_cache_folder_that_cannot_be_made_is_no_disaster(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way\n")
    monkeypatch.setenv("PAGET_CACHE_DIR", str(tmp_path / "file" / "cache"))
    with pytest.warns(RuntimeWarning, match="set PAGET_CACHE_DIR"):
        assert jit_module._cache_folder.__wrapped__() is None
    monkeypatch.setattr(jit_module, "_cache_folder", lambda: None)

    def half(x: float) -> float:
        return 0.5 * x

    assert jit_module.jit(half)(3.0) == 1.5
