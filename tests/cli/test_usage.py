"""Words of a command: whole numbers in all spellings; every fault of usage is one sentence."""

from typing import Any

import pytest
from typer.main import get_command

from paget.cli.main import app
from paget.cli.usage import UsageError, refusal, whole_number
from paget.core.errors import ScenarioError


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("20000", 20_000),
        ("20_000", 20_000),
        ("20,000", 20_000),
        ("1,000,000", 1_000_000),
        ("1e6", 1_000_000),
        ("2.5e3", 2500),
        ("-3", -3),
        (" 7 ", 7),
        (60, 60),
        ("18446744073709551615", 2**64 - 1),
    ],
)
def test_a_whole_number_in_any_spelling(text: object, number: int) -> None:
    assert whole_number("--patients")(text) == number


@pytest.mark.parametrize(
    "text",
    ["", "many", "2.5", "1e-3", "1,00", ",100", "1,0000", "nan", "inf", "1e99999999", "0x10"],
)
def test_what_is_no_whole_number_is_refused_at_once(text: str) -> None:
    with pytest.raises(
        ScenarioError, match=r"^patients = .* in --patients; must be a whole number"
    ):
        whole_number("--patients")(text)


def test_a_fault_that_is_not_known_is_still_one_sentence() -> None:
    error = UsageError("Something\n  is odd.")
    assert str(refusal(error, "root run")) == (
        "something is odd in paget run; `paget run --help` shows how it is called."
    )


def test_every_switch_shows_no_kind() -> None:
    group: object = get_command(app)
    commands: dict[str, Any] = getattr(group, "commands")  # noqa: B009 - has no public type
    for name, command in commands.items():
        context = command.make_context(name, [], resilient_parsing=True)
        for option in command.get_params(context):
            if getattr(option, "is_flag", False):
                assert not option.metavar, f"{name} {option.opts}"
                assert option.metavar is not None
