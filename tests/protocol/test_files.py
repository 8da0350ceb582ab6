"""Files of protocols: which place is blamed, whoever gave what."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from paget.core.errors import ScenarioError
from paget.protocol.compiled import load_protocol
from paget.run.scenario import load_scenario, resolve

LINE: dict[str, Any] = {
    "kind": "systemic",
    "after": "resection",
    "drugs": ["folfox"],
    "cycles": 12,
    "every": "14 day",
}

FAULTS: dict[str, dict[str, Any]] = {
    "a number": {"line": {"mine": {**LINE, "cycles": 0}}},
    "a unit": {"line": {"mine": {**LINE, "every": 14}}},
    "what is missing": {"line": {"mine": {"after": "resection"}}},
    "a key": {"line": {"mine": {**LINE, "cycle": 1}}},
    "a key above": {"lines": {}},
    "a table": {"line": {"mine": 3}},
    "a follow-up": {"follow": [{"test": "ct", "every": "1 year", "until": "5 mm"}]},
    "a programme": {"screening": {"test": "fit", "every": "2 year", "from_age": 50}},
    "what overlaps": {"line": {"a": LINE, "b": LINE}},
    "the base": {"base": 3},
    "a base that is none": {"base": "surgery-onyl"},
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_in_a_table_names_the_argument(fault: str) -> None:
    protocol = {"base": "surgery-only", **FAULTS[fault]}
    with pytest.raises(ScenarioError) as caught:
        resolve(load_scenario({"base": "colon", "protocol": protocol}))
    assert caught.value.where == "the scenario argument"
    assert "atlas" not in str(caught.value)


@pytest.mark.parametrize("fault", [x for x in FAULTS if x not in ("a key above", "what overlaps")])
def test_a_fault_in_a_file_names_its_line(fault: str, tmp_path: Path) -> None:
    told = FAULTS[fault]
    base = told.get("base", "surgery-only")
    path = tmp_path / "my.toml"
    path.write_text(f'cancer = "colon"\n[protocol]\nbase = {base!r}\n{_toml(told)}')
    with pytest.raises(ScenarioError) as caught:
        resolve(load_scenario(path))
    assert caught.value.where.startswith(f"{path} line ")


def _toml(told: dict[str, Any]) -> str:
    """Return a table as the lines of a protocol in a scenario."""
    lines: list[str] = []
    for key, item in told.items():
        if key != "base":
            lines.append(f"{key} = {_inline(item)}")
    return "\n".join(lines)


def _inline(item: Any) -> str:
    if isinstance(item, dict):
        return "{" + ", ".join(f"{key} = {_inline(x)}" for key, x in item.items()) + "}"
    return repr(item) if not isinstance(item, list) else f"[{', '.join(map(_inline, item))}]"


def test_a_table_alone_blames_no_file() -> None:
    with pytest.raises(ScenarioError) as caught:
        load_protocol({"base": "surgery-only", **FAULTS["a number"]})
    assert "toml" not in str(caught.value)


@pytest.mark.parametrize("given", [None, 3, b"x", "a\0b", ["a"]])
def test_what_is_no_protocol(given: Any) -> None:
    with pytest.raises(ScenarioError, match=r"protocol = "):
        load_protocol(given)


def test_numbers_of_numpy_are_taken() -> None:
    mine = {**LINE, "cycles": np.int64(12)}
    protocol = load_protocol({"base": "surgery-only", "line": {"mine": mine}})
    assert {line.name: line.numbers["cycles"] for line in protocol.lines}["mine"] == 12.0
