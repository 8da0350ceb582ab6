"""How long a tissue takes to grow is told before it does."""

import pytest

from paget.core.errors import ScenarioError
from paget.culture.length import check_length
from paget.tissue.model_file import load_model

MODEL = load_model("franssen-2019")


def test_more_than_a_day_of_computing_is_refused_unless_asked_for() -> None:
    with pytest.raises(ScenarioError) as caught:
        check_length(MODEL, "1e9 year", long=False)
    told = str(caught.value)
    assert told.startswith("until = '1e9 year' in the arguments; ")
    assert "788,940,000,000,000 steps would take about 5,100 years of computing" in told
    assert "--long (in Python long=True)" in told
    check_length(MODEL, "1e9 year", long=True)
    check_length(MODEL, None, long=False)


def test_many_seeds_take_as_many_times_as_long() -> None:
    check_length(MODEL, "10 year", long=False)
    with pytest.raises(ScenarioError, match="days of computing"):
        check_length(MODEL, "10 year", long=False, seeds=100)
