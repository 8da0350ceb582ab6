"""Streams: one number a decision, for ever."""

import pytest

from paget.core import streams
from paget.core.errors import ParameterError
from paget.core.streams import STREAMS, registered, stream


def test_every_stream_has_a_constant_of_its_number() -> None:
    for name, number in STREAMS.items():
        assert getattr(streams, name.upper()) == number
        assert type(number) is int
    assert len(set(STREAMS.values())) == len(STREAMS)
    assert min(STREAMS.values()) >= 1
    assert max(STREAMS.values()) <= 254


def test_numbers_that_results_rest_on() -> None:
    # Changing any of these changes the lives behind every published seed.
    known = {"growth": 10, "frailty": 12, "arrival": 30, "wake": 37, "symptom": 60}
    assert {name: STREAMS[name] for name in known} == known


@pytest.mark.parametrize(
    "table", [[("a", 1), ("a", 2)], [("a", 1), ("b", 1)], [("a", 0)], [("a", 255)]]
)
def test_a_name_or_number_given_twice_is_an_error(table: list[tuple[str, int]]) -> None:
    with pytest.raises(ParameterError):
        registered(table)


def test_an_unknown_stream_names_the_closest() -> None:
    assert stream("wake") == streams.WAKE
    with pytest.raises(ParameterError, match="Did you mean wake"):
        stream("wak")


def test_the_table_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        STREAMS["mine"] = 7  # type: ignore[index]
