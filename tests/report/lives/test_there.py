"""What there is in a cohort, and the sentences for what there is not."""

from typing import Any

import pytest

from paget.report.lives.sections import sections_of
from paget.report.lives.there import There, left_out, there_is, told
from tests.report.synthetic import cohort

MANY = There(200, False, 200, 0, 150, 60, 110, 40, 120, 900, 1e9)
PEOPLE = MANY._replace(persons=2000, of_people=True)
NOBODY = There(20, True, 0, 0, 0, 0, 0, 0, 0, 0, 0.0)
NAMES = {section.name for section in sections_of(None, None, "cancer")}


def test_counts_are_those_of_the_tables() -> None:
    made = cohort(120)
    there = there_is(made)
    assert there.persons == there.got == there.found == 120
    assert there.died == made.patients["death_day"].drop_nulls().len()
    assert there.free == (made.patients["sites_seen"].list.len() == 0).sum()
    assert there.lesions == made.lesions["route"].drop_nulls().len()
    assert there == there_is(made.lazy())
    assert there_is(made.of_people(3000)) == there._replace(persons=3000, of_people=True)
    assert there_is(made.undiagnosed()).found == 0
    assert there_is(made.nobody().of_people(20)) == NOBODY


@pytest.mark.parametrize(
    ("there", "sentences"),
    [
        (
            MANY,
            "150 of 200 virtual patients were found to have the cancer while they lived: 75.0 %",
        ),
        (PEOPLE, "200 of 2,000 people got the cancer. 150 of 200 virtual patients were found"),
        (
            PEOPLE._replace(averted=3),
            "got the cancer. In 3 screening found a precursor in time. 15",
        ),
        (NOBODY, "None of 20 people got the cancer."),
        (NOBODY._replace(persons=1), "The one virtual person did not get the cancer."),
        (MANY._replace(found=0), "None of 200 virtual patients was found to have the cancer"),
        (MANY._replace(found=1), "1 of 200 virtual patients was found"),
        (MANY._replace(persons=1, got=1, found=0), "The one virtual patient was not found"),
        (MANY._replace(spread=0), "None of those found had a metastasis at diagnosis"),
        (MANY._replace(lesions=0), "No seed settled anywhere"),
        (MANY._replace(died=0), "Nobody died before the end of the record."),
        (
            MANY._replace(got=0, averted=200),
            "None of 200 patients got the cancer. In 200 screening",
        ),
    ],
)
def test_it_is_said_in_words(there: There, sentences: str) -> None:
    assert sentences in " ".join(told(there, "{:,}".format))


@pytest.mark.parametrize(
    ("there", "names"),
    [
        (MANY, set[str]()),
        (MANY._replace(found=0, spread=0, free=0, recurred=0), NAMES - {"funnel"}),
        (NOBODY, NAMES),
        (MANY._replace(spread=0), set[str]()),
        (MANY._replace(spread=0, recurred=0), {"organs", "recurrence"}),
        (MANY._replace(shed=0.0), {"funnel"}),
    ],
)
def test_what_has_nothing_to_show_is_left_out(there: There, names: set[str]) -> None:
    why: dict[str, Any] = left_out(there)
    assert set(why) == names
    assert all(sentence.endswith(".") for sentence in why.values())
