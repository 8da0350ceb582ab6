"""Every compiled law of the body and the clinic is called by the engine, not restated."""

import ast
from collections.abc import Iterable
from pathlib import Path

import pytest

import paget

PACKAGE = Path(paget.__file__).parent
COMPILERS = {"jit", "inlined"}


def parsed(*rooms: str) -> dict[Path, ast.Module]:
    """Return the syntax trees of the files of some rooms; of all rooms without a name."""
    folders = [PACKAGE / room for room in rooms] or [PACKAGE]
    files = [path for folder in folders for path in folder.rglob("*.py")]
    return {path: ast.parse(path.read_text(encoding="utf-8")) for path in files}


def laws() -> list[tuple[Path, str]]:
    """Return every compiled function of the body and the clinic, with its file."""
    return [
        (path, node.name)
        for path, tree in parsed("body", "clinic").items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
        and any(isinstance(d, ast.Name) and d.id in COMPILERS for d in node.decorator_list)
    ]


def mentioned(trees: Iterable[ast.Module]) -> set[str]:
    """Return every name that is read or called; a field of the same name is no call."""
    nodes = [node for tree in trees for node in ast.walk(tree)]
    read = {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
    called = {
        n.func.attr for n in nodes if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute)
    }
    return read | called


MENTIONED = mentioned(parsed().values())


@pytest.mark.parametrize(("path", "law"), laws(), ids=lambda part: getattr(part, "stem", part))
def test_every_compiled_law_has_a_caller(path: Path, law: str) -> None:
    assert law in MENTIONED, f"{path.stem}.{law} is compiled and never called"


def test_a_field_of_the_name_of_a_law_is_no_caller() -> None:
    assert len(laws()) > 200
    fields = ast.parse("soil.asleep_share = soil.asleep_share * 2.0")
    assert "asleep_share" not in mentioned([fields])
    for call in ("x = asleep_share(0.5, 1.0, p)", "x = dormancy.asleep_share(0.5, 1.0, p)"):
        assert "asleep_share" in mentioned([ast.parse(call)])
