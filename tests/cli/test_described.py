"""The laws as data: complete, with the right values, with the right state."""

import re
from fnmatch import fnmatchcase

import pytest

from paget.run.scenario import known_scenarios, load_scenario, resolve
from paget.tell.describe import Description, State, ToldLaw, describe


def law(told: Description, title: str) -> ToldLaw:
    return next(law for law in told.laws if law.title == title)


@pytest.mark.parametrize("name", known_scenarios())
def test_every_parameter_stands_in_a_law(name: str) -> None:
    told = describe(name)
    parameters = resolve(load_scenario(name)).parameters
    in_laws = {term.parameter.name for law in told.laws for term in law.terms}
    # Those of a law of growth or of the race that was not chosen stand in no law that is told.
    spare = {"growth.power_exponent", "arrest.detach_rate_unadhered"}
    if parameters.choice("growth.law") == "exponential":
        spare |= {"growth.capacity", "growth.fastest_doubling"}
    assert set(parameters) - in_laws <= spare


@pytest.mark.parametrize("name", known_scenarios())
def test_every_law_is_whole(name: str) -> None:
    for told in describe(name).laws:
        assert told.equations
        assert not re.search(r"[{}]", told.sentence)
        assert told.sentence.endswith(".")
        assert told.terms


def test_a_knock_out_is_told_as_one() -> None:
    told = describe({"cancer": "colon", "change": {"circulation.shear": False}})
    assert law(told, "Shear").state is State.KNOCKED_OUT
    assert law(told, "Immune balance").state is State.OFF
    assert law(told, "Platelets").state is State.ON
    assert [parameter.name for parameter in told.changed] == ["circulation.shear"]


def test_the_textbook_flavour_has_every_mechanism_on() -> None:
    told = describe("colon-textbook")
    assert not told.off
    assert law(told, "The pre-metastatic niche").state is State.SWITCHED_ON


def test_one_law_of_growth_is_told() -> None:
    told = describe({"cancer": "colon", "change": {"growth.law": "power"}})
    titles = {law.title for law in told.laws}
    assert "Growth by a power of size" in titles
    assert "Logistic growth" not in titles
    assert "growth.power_exponent" in {t.parameter.name for law in told.laws for t in law.terms}


def test_the_race_without_adhesion_takes_the_place_of_the_other() -> None:
    told = describe({"cancer": "colon", "change": {"arrest.adhesion": False}})
    assert law(told, "The race after arrest").state is State.KNOCKED_OUT
    terms = {term.parameter.name for term in law(told, "The race without adhesion").terms}
    assert "arrest.detach_rate_unadhered" in terms


def test_values_come_with_their_units() -> None:
    told = describe({"cancer": "colon", "change": {"surgery.delay": "3 week"}})
    assert "21 days after diagnosis" in law(told, "Surgery and local relapse").sentence


def test_values_of_sites_name_their_site() -> None:
    terms = law(describe("colon"), "Soil: which seeds live").terms
    sites = {term.place for term in terms if fnmatchcase(term.parameter.name, "arrest.*.affinity")}
    assert {"", "liver", "lung", "peritoneum"} <= sites
