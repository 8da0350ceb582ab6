"""Who is under observation: people of every cancer, age of entry and protocol of the catalogue."""

from functools import cache
from typing import Any

import polars as pl
import pytest

from paget.atlas.cancers import known_cancers
from paget.atlas.incidence import integrated_onset
from paget.atlas.protocols import known_protocols
from paget.core.errors import PagetError
from paget.protocol.compiled import check_cancer, load_protocol
from paget.run.denominators import denominators
from paget.run.scenario import load_scenario, resolve
from paget.run.shards import Engine
from tests.coherence import check, events_before_the_founder, tables_of

AGES = (20, 50, 65, 85)


def has_people(cancer: str) -> bool:
    """Return whether the catalogue knows how often people get a cancer."""
    try:
        integrated_onset(cancer)
    except PagetError:
        return False
    return True


CANCERS = [cancer for cancer in known_cancers() if has_people(cancer)]


@cache
def protocols_for(cancer: str) -> tuple[str, ...]:
    """Return the protocols of the catalogue that are for a cancer."""
    found = []
    for name in known_protocols():
        try:
            check_cancer(load_protocol(name), cancer)
        except PagetError:
            continue
        found.append(name)
    return tuple(found)


def people(cancer: str, age: int, protocol: str, n: int) -> dict[str, Any]:
    """Return a scenario of people who enter at one age."""
    who = {"of": "people", "entry_age": f"{age} year", "follow_up": "30 year"}
    return {"cancer": cancer, "people": n, "population": who, "protocol": protocol}


EVERY = [(c, age, p) for c in CANCERS for age in AGES for p in protocols_for(c)]


@pytest.mark.parametrize(("cancer", "age", "protocol"), EVERY[:: max(1, len(EVERY) // 6)])
def test_people_are_observed_from_entry_to_the_end(cancer: str, age: int, protocol: str) -> None:
    check(tables_of(people(cancer, age, protocol, 1), 4000))


@pytest.mark.science
@pytest.mark.slow
@pytest.mark.parametrize(("cancer", "age", "protocol"), EVERY)
def test_all_people_are_observed_from_entry_to_the_end(
    cancer: str, age: int, protocol: str
) -> None:
    check(tables_of(people(cancer, age, protocol, 1), 40_000))


def test_nobody_whom_the_cancer_killed_before_entry_is_among_the_people() -> None:
    """The cancer that nobody found kills at any age; who enters at 80 has outlived it."""
    model = resolve(load_scenario(people("colon", 80, "surgery-only", 30_000)))
    blocks = list(Engine(model, 11).blocks(0, 30_000))
    patients = pl.concat([block.tables["patients"] for block in blocks])
    assert patients.height > 1000
    assert patients.filter(pl.col("death_day") < pl.col("entry_day")).is_empty()
    assert sum(block.excluded for block in blocks) > 100


def test_who_dies_before_the_day_of_invasion_has_no_cancer() -> None:
    tables = tables_of({"base": "colon-screened", "people": 1}, 20_000)
    patients = tables["patients"]
    died_first = patients.filter(
        pl.col("invasion_day").is_null() & pl.col("prevented_day").is_null()
    )
    assert died_first.height > 20
    assert set(died_first["cause_of_death"].cast(pl.String)) == {"other cause"}
    for column in ("detectable_day", "clinical_day", "diagnosis_day", "first_seeding_day"):
        assert died_first[column].null_count() == died_first.height, column
    assert (
        tables["lesions"]
        .filter(pl.col("patient").is_in(died_first["patient"].implode()))
        .is_empty()
    )


def test_days_before_the_founder_are_of_people_who_died_without_one() -> None:
    """Day 0 is the founder of the precursor, which may come after a person has entered and died."""
    tables = tables_of({"base": "colon-screened", "people": 1}, 20_000)
    early = tables["patients"].filter(pl.col("follow_up_day") < 0.0)
    assert early.height > 3
    assert early["invasion_day"].null_count() == early.height
    assert events_before_the_founder(tables) == {"death"}


def test_every_person_is_a_row_or_excluded_or_expected_without_onset() -> None:
    n = 40_000
    scenario = load_scenario(people("colon", 50, "surgery-only", n))
    model = resolve(scenario)
    blocks = list(Engine(model, 3).blocks(0, n))
    rows = sum(block.tables["patients"].height + block.excluded for block in blocks)
    free = float(denominators(scenario, model)["without_onset"].sum())
    spread = (free * (1.0 - free / n)) ** 0.5
    assert abs(rows + free - n) < 5.0 * spread
