"""Tests mirror the package: each module has a file of its name, or a line that says where else.

``mirror.toml`` has those lines; a module or a folder (``report/tissue/``) stands on the left.
"""

import tomllib
from pathlib import Path

import paget

PACKAGE = Path(paget.__file__).parent
TESTS = Path(__file__).parent


def modules() -> list[Path]:
    """Return every module, relative to the package."""
    files = sorted(path.relative_to(PACKAGE) for path in PACKAGE.rglob("*.py"))
    return [path for path in files if path.name != "__init__.py"]


def elsewhere() -> dict[str, str]:
    """Return where modules without a file of their own are tested."""
    return tomllib.loads((TESTS / "mirror.toml").read_text(encoding="utf-8"))


def own(module: Path) -> Path:
    """Return the file in which a module is tested, if it has one of its own."""
    return TESTS / module.parent / f"test_{module.name}"


def said(module: Path, lines: dict[str, str]) -> str | None:
    """Return the key of the line that speaks of a module or of its folder."""
    names = (module.as_posix(), *(f"{folder.as_posix()}/" for folder in module.parents))
    return next((name for name in names if name in lines), None)


def test_every_module_says_where_it_is_tested() -> None:
    lines = elsewhere()
    silent = [m.as_posix() for m in modules() if not own(m).exists() and said(m, lines) is None]
    assert not silent, f"no test file of its name and no line in mirror.toml: {silent}"


def test_every_line_is_wanted_and_leads_somewhere() -> None:
    lines = elsewhere()
    wanted = {said(module, lines) for module in modules() if not own(module).exists()}
    assert set(lines) <= wanted, f"not wanted any more: {set(lines) - wanted}"
    lost = [target for target in lines.values() if not (TESTS / target).exists()]
    assert not lost, f"no such test: {lost}"
