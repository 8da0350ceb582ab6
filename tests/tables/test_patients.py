"""Tables: their columns, what must hold between them, and the funnel's sums."""

from functools import cache

import numpy as np
import polars as pl
import pytest

from paget.run.scenario import load_scenario, resolve
from paget.run.shards import Block, Engine, no_tables
from paget.tables.dictionary import DICTIONARY, units_of
from paget.tables.funnel import BASIS, EXPECTED, STEPS, Counts, chain, funnel_table
from paget.tables.hashing import logical_hash
from paget.words import LESION_ROUTES

SEED = 1889
N = 600


@cache
def block(patients: int = N, *, per_patient: bool = False) -> Block:
    """Return the tables of some patients."""
    engine = Engine(resolve(load_scenario("colon")), SEED, funnel_per_patient=per_patient)
    (only,) = engine.blocks(0, patients)
    return only


def table(name: str) -> pl.DataFrame:
    return block().tables[name]


def cohort_funnel() -> pl.DataFrame:
    return funnel_table(chain(resolve(load_scenario("colon"))), block().counts)


def holds(frame: pl.DataFrame, rule: pl.Expr) -> bool:
    """Tell whether a rule holds in every row where it says anything."""
    return bool(frame.select(rule.fill_null(value=True).all()).item())


@pytest.mark.parametrize("name", ["patients", "lesions", "events"])
def test_columns_are_those_of_the_dictionary(name: str) -> None:
    assert table(name).columns == [column.name for column in DICTIONARY[name]]


def test_the_funnel_has_the_columns_of_the_dictionary() -> None:
    assert cohort_funnel().columns == [column.name for column in DICTIONARY["funnel"]]


@pytest.mark.parametrize("name", list(DICTIONARY))
def test_every_number_has_a_unit(name: str) -> None:
    frame = no_tables(resolve(load_scenario("colon")))[name]
    numeric = {column for column, dtype in frame.schema.items() if dtype.is_numeric()}
    assert numeric == set(units_of(name))


def test_tables_of_nobody_have_the_same_types() -> None:
    for name, empty in no_tables(resolve(load_scenario("colon"))).items():
        full = cohort_funnel() if name == "funnel" else table(name)
        assert empty.schema == full.schema
        assert empty.is_empty()


def test_one_row_a_patient() -> None:
    assert table("patients")["patient"].to_list() == list(range(N))


def test_null_means_did_not_happen() -> None:
    patients = table("patients")
    found = pl.col("diagnosis_day").is_not_null()
    operated = pl.col("pathological_t").is_not_null()
    for column in ("detection", "grade", "true_t", "summary_stage", "sites_seen", "intent"):
        assert holds(patients, pl.col(column).is_not_null() == found)
    for column in ("surgery_day", "examined_nodes"):
        assert holds(patients, pl.col(column).is_not_null() == operated)
    for column in ("pathological_n", "positive_nodes", "stage_pathological"):
        looked_at = (pl.col("examined_nodes") > 0).fill_null(value=False)
        assert holds(patients, pl.col(column).is_not_null() == looked_at)
    assert holds(patients, operated.not_() | (pl.col("intent") == "curative"))
    recurred = pl.col("recurrence_day").is_not_null()
    for column in ("recurrence_kind", "recurrence_sites"):
        assert holds(patients, pl.col(column).is_not_null() == recurred)
    assert holds(patients, pl.col("death_day").is_null() == pl.col("cause_of_death").is_null())
    assert patients["diagnosis_day"].null_count() > 0
    assert patients["recurrence_day"].drop_nulls().len() > 0


def test_days_are_in_order() -> None:
    patients = table("patients")
    until = pl.col("follow_up_day")
    for column in ("detectable_day", "diagnosis_day", "recurrence_day", "first_seeding_day"):
        assert holds(patients, pl.col(column) >= pl.col("invasion_day"))
        assert holds(patients, pl.col(column) <= until)
    assert holds(patients, pl.col("death_day") == until)
    assert holds(patients, pl.col("diagnosis_day") < pl.col("recurrence_day"))


def test_what_is_seen_is_there() -> None:
    patients = table("patients")
    assert holds(patients, pl.col("n_metastases_seen") <= pl.col("n_metastases_true"))
    assert holds(patients, pl.col("clinical_m") <= pl.col("true_m"))
    unseen = pl.col("sites_seen").list.set_difference("sites_true").list.len()
    assert holds(patients, unseen == 0)
    assert holds(patients, (pl.col("summary_stage") == "distant") == (pl.col("clinical_m") == 1))
    assert holds(patients, (pl.col("stage_clinical") == "IV") == (pl.col("clinical_m") == 1))
    assert holds(patients, pl.col("positive_nodes") <= pl.col("examined_nodes"))
    occult = (pl.col("true_m") == 1) & (pl.col("clinical_m") == 0)
    assert holds(patients, pl.col("is_occult") == occult)


def test_disease_keeps_its_origin() -> None:
    assert table("patients")["cause_of_death"].drop_nulls().unique().sort().to_list() == [
        "colon cancer",
        "other cause",
    ]


def test_lesions_have_parents_that_are_older() -> None:
    lesions = table("lesions")
    parents = lesions.select("patient", parent="lesion", parent_founded="founded_day")
    joined = lesions.join(parents, on=["patient", "parent"], how="left")
    children = joined.filter(pl.col("kind") != "primary")
    assert children["parent_founded"].null_count() == 0
    assert holds(children, pl.col("founded_day") > pl.col("parent_founded"))
    assert lesions.filter(pl.col("kind") == "primary").height == N
    assert not lesions.select(pl.struct("patient", "lesion").is_duplicated().any()).item()


def test_lesions_end_when_their_life_does() -> None:
    ends = table("patients").select("patient", "follow_up_day")
    lesions = table("lesions").join(ends, on="patient")
    for column in ("fate_day", "detected_day", "switch_day", "asleep_until_day", "founded_day"):
        assert holds(lesions, pl.col(column) <= pl.col("follow_up_day"))
    assert holds(lesions, pl.col("diameter_mm_at_fate") > 0.0)
    assert holds(lesions, (pl.col("fate") == "asleep") <= pl.col("asleep_until_day").is_null())


def test_metastases_at_diagnosis_are_counted_alike() -> None:
    patients = table("patients").filter(pl.col("diagnosis_day").is_not_null())
    there = (
        table("lesions")
        .join(patients.select("patient", "diagnosis_day"), on="patient")
        .filter((pl.col("kind") == "distant") & (pl.col("diameter_mm_at_diagnosis") > 0.0))
        .group_by("patient")
        .agg(pl.col("count").sum())
    )
    both = patients.join(there, on="patient", how="left").with_columns(pl.col("count").fill_null(0))
    assert both["count"].to_list() == both["n_metastases_true"].to_list()


def test_a_local_relapse_has_a_lesion() -> None:
    engine = Engine(resolve(load_scenario("colon", change={"surgery.residual_deep": 1.0})), SEED)
    (only,) = engine.blocks(0, 300)
    patients, lesions = only.tables["patients"], only.tables["lesions"]
    relapsed = patients.filter(pl.col("recurrence_kind") == "local")
    local = lesions.filter(pl.col("kind") == "local")
    assert relapsed.height > 10
    assert local["patient"].to_list() == relapsed["patient"].to_list()
    assert local["detected_day"].to_list() == relapsed["recurrence_day"].to_list()
    assert all("colon" in sites for sites in relapsed["recurrence_sites"])
    # It is seen at 15 mm and has grown since.
    assert local["diameter_mm_at_fate"].min() >= 15.0 - 1e-9  # pyright: ignore[reportOptionalOperand, reportOperatorIssue]


def test_events_are_those_of_the_patients() -> None:
    events, patients = table("events"), table("patients")
    for event, column in (
        ("invasion", "invasion_day"),
        ("detectable", "detectable_day"),
        ("diagnosis", "diagnosis_day"),
        ("first_seeding", "first_seeding_day"),
        ("recurrence", "recurrence_day"),
        ("death", "death_day"),
    ):
        days = events.filter(pl.col("event") == event)
        happened = patients.filter(pl.col(column).is_not_null())
        assert days["patient"].to_list() == happened["patient"].to_list()
        assert days["day"].to_list() == happened[column].to_list()
    seen = table("lesions").filter(
        pl.col("detected_day").is_not_null() & (pl.col("kind") != "primary")
    )
    assert events.filter(pl.col("event") == "lesion_detected").height == seen.height
    assert events.equals(events.sort("patient", "day", maintain_order=True))


# --------------------------------------------------------------------------------- the funnel


def by_step(funnel: pl.DataFrame, *others: str) -> pl.DataFrame:
    return funnel.group_by(*others, "step").agg(pl.col("count").sum())


def test_every_seed_shed_has_one_fate() -> None:
    wide = by_step(cohort_funnel(), "route", "seed_kind").pivot(
        "step", index=["route", "seed_kind"], values="count"
    )
    wide = wide.filter(pl.col("shed").is_not_null()).fill_null(0.0)
    ends = wide["died_of_shear"] + wide["died_of_immune_attack"] + wide["cleared"]
    np.testing.assert_allclose(wide["shed"], ends + wide["arrested"], rtol=1e-9)
    assert (wide["self_seeded"] <= wide["arrested"]).all()
    assert (wide["extravasated"] <= wide["arrested"]).all()


def test_every_viable_seed_has_one_end() -> None:
    wide = by_step(cohort_funnel(), "route", "site").pivot(
        "step", index=["route", "site"], values="count"
    )
    wide = wide.filter(pl.col("viable").is_not_null()).fill_null(0.0)
    ends = wide["dormant"] + wide["micrometastases"] + wide["macrometastases"]
    assert wide["viable"].to_list() == ends.to_list()
    lesions = table("lesions").filter(pl.col("route").is_not_null())
    assert wide["viable"].sum() == lesions["count"].sum()


def test_the_cohort_is_the_sum_of_its_patients() -> None:
    whole = block(100, per_patient=True)
    cohort = funnel_table(chain(resolve(load_scenario("colon"))), whole.counts)
    keys = ["site", "route", "seed_kind", "step", "basis"]
    summed = whole.tables["funnel"].group_by(keys).agg(pl.col("count").sum())
    both = cohort.join(summed, on=keys, how="full", suffix="_summed")
    assert both.null_count().select("count", "count_summed").row(0) == (0, 0)
    np.testing.assert_allclose(both["count"], both["count_summed"], rtol=1e-9)


def test_every_bar_says_what_it_rests_on() -> None:
    assert {(step, "") for step in STEPS} <= set(BASIS)
    assert all(route in ("", *LESION_ROUTES) for _, route in BASIS)
    assert cohort_funnel()["basis"].null_count() == 0


def test_a_knocked_out_route_sheds_nothing() -> None:
    model = resolve(load_scenario("colon", change={"shedding.lymphatic_route": False}))
    (only,) = Engine(model, SEED).blocks(0, 200)
    funnel = funnel_table(chain(model), only.counts)
    assert "lymph" not in funnel["route"].to_list()
    assert "lymph" not in only.tables["lesions"]["route"].to_list()


@pytest.mark.parametrize("role", ["filter", "bystander"])
def test_seeds_have_one_fate_whatever_nodes_do(role: str) -> None:
    links = chain(resolve(load_scenario("colon", change={"nodes.role": role})))
    ends = links.at_source["cleared"] + links.at_source["died_of_shear"]
    ends = ends + links.at_source["died_of_immune_attack"]
    arrested = links.at_site["arrested"].sum(axis=-1)
    np.testing.assert_allclose(links.at_source["shed"], ends + arrested, atol=1e-9)


def test_counts_survive_json() -> None:
    counts = block().counts
    again = Counts.from_plain(counts.to_plain(), counts.lesions.shape[-1])
    assert (again.shed == counts.shed).all()
    assert (again.lesions == counts.lesions).all()
    assert len(EXPECTED) + len(counts.lesions) == len(STEPS)


# ---------------------------------------------------------------------------------- the rest


def test_the_hash_is_of_rows_not_of_their_order() -> None:
    lesions = table("lesions")
    shuffled = lesions.sample(fraction=1.0, shuffle=True, seed=3)
    assert logical_hash(shuffled) == logical_hash(lesions)
    assert logical_hash(shuffled.lazy()) == logical_hash(lesions)


@pytest.mark.parametrize("column", ["day", "site", "lesion"])
def test_the_hash_sees_one_changed_value(column: str) -> None:
    events = table("events")
    known = int(events[column].is_not_null().arg_true()[2])
    changed = events.with_columns(
        pl.when(pl.int_range(pl.len()) == known).then(None).otherwise(pl.col(column)).alias(column)
    )
    assert changed[column].null_count() == events[column].null_count() + 1
    assert logical_hash(changed) != logical_hash(events)
