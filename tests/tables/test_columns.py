"""Columns: numbers, words and lists from arrays of codes, null where something did not happen."""

import numpy as np

from paget.tables import columns

THERE = np.array([True, False, True])


def test_what_did_not_happen_is_null() -> None:
    assert columns.numbers(np.array([1.0, 2.0, 3.0]), THERE).to_list() == [1.0, None, 3.0]
    assert columns.flags(np.array([True, True, False]), THERE).to_list() == [True, None, False]


def test_a_day_after_the_end_is_null() -> None:
    days = columns.days(np.array([1.0, 9.0, np.inf]), np.array([5.0, 5.0, 5.0]))
    assert days.to_list() == [1.0, None, None]


def test_words_follow_their_codes() -> None:
    words = columns.words(np.array([1, 0, 1]), ("liver", "lung"), THERE)
    assert words.to_list() == ["lung", None, "lung"]


def test_a_word_that_stands_twice_in_a_vocabulary_is_one_word() -> None:
    words = columns.words(np.array([0, 1, 2]), ("mammography", "ct", "mammography"))
    assert words.to_list() == ["mammography", "ct", "mammography"]


def test_masks_become_lists_of_names() -> None:
    masks = np.array([0, 1, 6], np.uint64)
    lists = columns.site_lists(masks, ("liver", "lung", "bone"), THERE)
    assert lists.to_list() == [[], None, ["lung", "bone"]]
