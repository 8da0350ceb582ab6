"""What must hold in the tables of any cohort, whatever its cancer, protocol and people.

Public names: ``Tables``, ``tables_of``, ``check_numbers``, ``check_clinic``, ``check_lesions``,
``check_observation``, ``check``.
"""

from collections.abc import Mapping
from typing import Any

import polars as pl

from paget.run.scenario import load_scenario, resolve
from paget.run.shards import Engine

Tables = Mapping[str, pl.DataFrame]
"""The tables of a cohort by name."""

# What a count in `patients` leaves out of `tests`.
NOT_COUNTED = ("biopsy", "circulating cells")
# What may come before a person enters the population: it goes on in the body unseen.
BIOLOGY = ("invasion_day", "detectable_day", "first_seeding_day")
CLINIC = (
    "screen_day", "prevented_day", "in_situ_day", "diagnosis_day", "progression_day",
    "recurrence_day", "second_primary_day", "death_day", "follow_up_day",
)  # fmt: skip


def tables_of(scenario: Mapping[str, Any] | str, n: int, seed: int = 5) -> dict[str, pl.DataFrame]:
    """Return the tables of the first ``n`` persons of a scenario."""
    blocks = list(Engine(resolve(load_scenario(scenario)), seed).blocks(0, n))
    names = [name for name in blocks[0].tables if name != "funnel"]
    return {name: pl.concat([block.tables[name] for block in blocks]) for name in names}


def none(rows: pl.DataFrame, what: str) -> None:
    """Assert that there is no such row."""
    assert rows.is_empty(), f"{what}: {rows.height} rows, the first {rows.row(0, named=True)}"


def check_numbers(tables: Tables) -> None:
    """Check that every number is finite or null."""
    for name, table in tables.items():
        for column in table.select(pl.selectors.float()):
            assert column.is_finite().all(), f"{name}.{column.name}"


def _agree(tables: Tables, column: str, rows: pl.DataFrame) -> None:
    """Check that a count in `patients` is the number of rows."""
    counted = rows.group_by("patient").agg(rows=pl.len())
    both = tables["patients"].select("patient", column).join(counted, on="patient", how="full")
    differ = pl.col(column).fill_null(0) != pl.col("rows").fill_null(0)
    none(both.filter(differ | pl.col("patient").is_null()), column)


def check_clinic(tables: Tables) -> None:
    """Check that what the tables tell of the clinic is the same thing in all of them."""
    patients, tests, events = tables["patients"], tables["tests"], tables["events"]
    treatments, result = tables["treatments"], pl.col("result").cast(pl.String)
    counted = ~pl.col("test").cast(pl.String).is_in(NOT_COUNTED)
    _agree(tables, "n_tests", tests.filter(counted))
    _agree(tables, "n_false_positives", tests.filter(result == "false positive"))
    _agree(tables, "n_lines", treatments)
    regular = tests.filter(pl.col("reason").cast(pl.String).is_in(["screening", "follow_up"]))
    again = regular.group_by("patient", "day", "test").len().filter(pl.col("len") > 1)
    none(again, "one test of one person twice on a day")
    key = ["patient", "day"]
    operations = treatments.filter(pl.col("kind") == "surgery")
    for event in ("surgery", "operation"):
        told = events.filter(pl.col("event") == event)
        none(told.join(operations, on=key, how="anti"), f"{event} that is no treatment")
    killed = patients.filter(pl.col("cause_of_death").cast(pl.String).str.ends_with("(operation)"))
    died = treatments.filter(result == "died of it")
    assert killed["patient"].to_list() == died["patient"].to_list()
    assert killed["death_day"].to_list() == died["day"].to_list()
    assessed = events.filter(pl.col("event") == "response")["patient"].unique()
    rated = patients.filter(pl.col("best_response").is_not_null())["patient"]
    assert set(rated) == set(assessed)
    diagnosed = pl.col("diagnosis_day").is_not_null()
    for column in ("summary_stage", "stage_true", "stage_clinical", "intent", "detection"):
        none(patients.filter(pl.col(column).is_not_null() != diagnosed), column)
    none(patients.filter(pl.col("death_day") < pl.col("diagnosis_day")), "dead before diagnosis")


def check_lesions(tables: Tables) -> None:
    """Check that lesions have parents that were there, and events lesions that there are."""
    patients, lesions, events = tables["patients"], tables["lesions"], tables["events"]
    key = ["patient", "lesion"]
    named = events.filter(pl.col("lesion").is_not_null())
    none(named.join(lesions, on=key, how="anti"), "an event of a lesion that is not there")
    primaries = lesions.filter(pl.col("kind") == "primary")
    invaded = patients.filter(pl.col("invasion_day").is_not_null())
    assert primaries["patient"].to_list() == invaded["patient"].to_list()
    assert set(lesions["patient"]) == set(invaded["patient"])
    parents = lesions.select("patient", parent="lesion", gone="fate_day", since="founded_day")
    children = lesions.filter(pl.col("parent").is_not_null())
    together = children.join(parents, on=["patient", "parent"], how="left")
    none(together.filter(pl.col("gone").is_null()), "a lesion without its parent")
    early = pl.col("founded_day") < pl.col("since")
    none(together.filter(early | (pl.col("founded_day") > pl.col("gone"))), "seeded by none")


def check_observation(tables: Tables) -> None:
    """Check that people are observed from their entry to the end of their record, and not beyond.

    What grows unseen may be older; what symptoms would have found without screening may be later.
    """
    patients, end, entry = tables["patients"], pl.col("follow_up_day"), pl.col("entry_day")
    for day in (*BIOLOGY, *CLINIC):
        none(patients.filter(pl.col(day) > end), f"{day} after the end of the record")
    for day in CLINIC:
        none(patients.filter(pl.col(day) < entry), f"{day} before entry")
    unscreened = pl.all_horizontal(pl.col("screen_day", "prevented_day", "in_situ_day").is_null())
    none(patients.filter((pl.col("clinical_day") > end) & unscreened), "clinical_day")
    none(patients.filter(pl.col("clinical_day") < entry), "clinical_day before entry")
    who = patients.select("patient", "follow_up_day", "entry_day", "invasion_day")
    for name in ("events", "tests", "treatments"):
        rows = tables[name].join(who, on="patient", how="left")
        none(rows.filter(end.is_null()), f"{name} of nobody")
        none(rows.filter(pl.col("day") > end), f"{name} after the end of the record")
    for name in ("tests", "treatments"):
        rows = tables[name].join(who, on="patient")
        none(rows.filter(pl.col("day") < entry), f"{name} before entry")
    lesions = tables["lesions"].join(who, on="patient")
    days = pl.col("founded_day", "fate_day", "detected_day", "switch_day")
    none(lesions.filter(pl.any_horizontal(days > end)), "a lesion after the end of the record")
    # Before the founder of a precursor there is life and its end, but no cancer.
    before = events_before_the_founder(tables)
    assert before <= {"death"}, before


def events_before_the_founder(tables: Tables) -> set[str]:
    """Return the events that come before day 0."""
    return set(tables["events"].filter(pl.col("day") < 0.0)["event"].cast(pl.String))


def check(tables: Tables) -> None:
    """Check all of it."""
    check_numbers(tables)
    check_clinic(tables)
    check_lesions(tables)
    check_observation(tables)
