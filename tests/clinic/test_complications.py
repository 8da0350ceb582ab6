"""Complications: what an organ's burden does, when, and to whom."""

import math

import numpy as np
import pytest

from paget.body.growth import NEVER
from paget.body.lesion import MAX_SITES, day_of_size, size_on
from paget.clinic.complications import (
    MAX_COMPLICATIONS,
    burden_of,
    complicate,
    complication_day,
    complication_names,
    complication_table,
    failure_name,
    tolerance,
)
from paget.words import COMPLICATION_NOTE
from tests.clinic.colonies import Case, case
from tests.lived import Table
from tests.statistics import assert_cdf

NAMED = (
    "liver_failure",
    "respiratory_failure",
    "neurological_failure",
    "fracture",
    "cord_compression",
    "effusion",
    "ascites",
    "hypercalcaemia",
    "thrombosis",
    "cachexia",
)
LATE = 20_000.0


def code(name: str) -> int:
    return complication_names().index(name)


def bears(c: Case, burden: float) -> None:
    """Let everybody bear the same burden, in every complication."""
    c.p.complications["spread"] = 0.0
    c.p.complications["relief"] = burden
    c.person.aim = 2


def noted(c: Case) -> dict[int, Table]:
    """Return the complications that were noted, by their code."""
    notes = c.scratch.notes[: c.scratch.n_notes]
    assert (notes["code"] == COMPLICATION_NOTE).all()
    return {int(row["detail"]): row for row in notes}


def test_the_atlas_names_them() -> None:
    assert complication_names()[: len(NAMED)] == NAMED  # others follow: codes stay
    assert len(complication_names()) <= MAX_COMPLICATIONS


def test_what_each_organ_dies_of() -> None:
    assert failure_name("liver") == "liver failure"
    assert failure_name("pleura") == "respiratory failure"
    assert failure_name("brain") == "neurological failure"
    for site in ("bone", "ln_axilla", "peritoneum", "primary"):
        assert failure_name(site) == "cachexia"


def test_a_cell_counts_by_the_diameter_of_its_site() -> None:
    table = complication_table(("lung", "pleura", "omentum"), 2e-4)
    effusion = table[code("effusion")]["weight"]
    lung, pleura = (np.pi / 6.0 * 2e-4 * (1000.0 * mm) ** 3 for mm in (70.0, 20.0))
    assert effusion[:3] == pytest.approx([1.0 / lung, 1.0 / pleura, 0.0])
    assert not effusion[3:].any()
    cachexia = table[code("cachexia")]["weight"]
    assert (cachexia[[0, 1, 2, MAX_SITES]] > 0.0).all()
    assert not cachexia[3:MAX_SITES].any()


def test_patients_bear_a_log_normal_burden() -> None:
    drawn = np.array([tolerance(7, patient, 3, 0.5, 2.0) for patient in range(20_000)])

    def cdf(x: np.ndarray) -> np.ndarray:
        return np.array([0.5 * math.erfc(-math.log(v / 2.0) / 0.5 / math.sqrt(2.0)) for v in x])

    assert_cdf(drawn, cdf, detect=0.04)


def test_it_sets_in_on_the_day_on_which_the_burden_is_reached() -> None:
    c = case({})
    lesion = c.add("liver", 300.0)
    kind, cells = code("liver_failure"), c.cells(60.0)
    limit = cells * c.p.complications[kind]["weight"][lesion.site]
    expected = day_of_size(lesion, cells, c.p)
    day = complication_day(c.model.world, c.scratch, kind, limit, 0.0, LATE)
    assert day == pytest.approx(expected, abs=0.02)
    world = c.model.world
    assert complication_day(world, c.scratch, kind, limit, 0.0, expected - 1.0) == NEVER
    late = complication_day(world, c.scratch, kind, limit, expected + 5.0, LATE)
    assert late == expected + 5.0


def test_organs_add_by_their_shares() -> None:
    c = case({})
    lung, pleura = c.add("lung", 300.0), c.add("pleura", 900.0, count=3)
    kind, day = code("effusion"), 3000.0
    weight = c.p.complications[kind]["weight"]
    expected = weight[lung.site] * size_on(lung, day, c.p)
    expected += 3.0 * weight[pleura.site] * size_on(pleura, day, c.p)
    assert burden_of(c.model.world, c.scratch, kind, day) == pytest.approx(expected)


def test_each_is_noted_once_and_on_its_day() -> None:
    c = case({})
    c.scratch.lesions[0].removed = 0.0
    liver = c.add("liver", 300.0)
    bears(c, 0.01)
    world, args = c.model.world, (c.scratch, 0.0, LATE)
    complicate(c.person, world, *args)
    found = noted(c)
    assert set(found) == {code(n) for n in ("liver_failure", "ascites", "thrombosis", "cachexia")}
    for kind, row in found.items():
        assert row["site"] == liver.site
        assert (c.person.complications >> kind) & 1
        assert burden_of(world, c.scratch, kind, row["day"]) == pytest.approx(0.01, rel=1e-3)
    complicate(c.person, world, *args)
    assert len(noted(c)) == c.scratch.n_notes == len(found)


def test_supportive_care_and_treatment_postpone_it() -> None:
    c = case({})
    c.scratch.lesions[0].removed = 0.0
    bone = c.add("bone", 300.0)
    kind = code("fracture")
    c.p.complications["spread"] = 0.0
    c.person.aim = 1
    complicate(c.person, c.model.world, c.scratch, 0.0, LATE)
    plain = noted(c)[kind]["day"]
    c.person.aim, c.person.complications, c.scratch.n_notes = 2, 0, 0
    complicate(c.person, c.model.world, c.scratch, 0.0, LATE)
    cared = noted(c)[kind]["day"]
    assert cared > plain
    bone.anchor, bone.sensitive, bone.resistant = plain - 100.0, 1e5, 0.0
    c.person.complications = c.scratch.n_notes = 0
    complicate(c.person, c.model.world, c.scratch, plain - 100.0, LATE)
    assert kind not in noted(c) or noted(c)[kind]["day"] > cared


def test_who_has_no_tumour_has_no_complications() -> None:
    c = case({})
    c.scratch.lesions[0].removed = 0.0
    c.add("liver", 300.0).removed = 400.0
    bears(c, 1e-12)
    complicate(c.person, c.model.world, c.scratch, 500.0, LATE)
    assert not noted(c)
    assert c.person.complications == 0
