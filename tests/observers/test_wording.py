"""A wording stands for the numbers that it is used for."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.observers.wording import BINS, about, at_least, counted, in_words, numbers_meant

NUMBERS = st.integers(0, 10**6)


@given(NUMBERS, st.sampled_from([in_words, at_least, about]))
def test_a_number_is_among_those_that_its_wording_can_mean(number, word):
    low, high = numbers_meant(word(number))
    assert low <= number
    assert high is None or number <= high


@given(NUMBERS)
def test_about_stands_for_exactly_the_numbers_that_are_rounded_to_it(number):
    low, high = numbers_meant(about(number))
    assert high is not None
    assert {about(each) for each in range(low, high + 1)} == {about(number)}
    assert about(high + 1) != about(number)
    assert low == 0 or about(low - 1) != about(number)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "none"),
        (1, "one"),
        (2, "two"),
        (3, "several"),
        (9, "several"),
        (10, "about 10"),
        (23, "about 25"),
        (24, "dozens"),
        (99, "dozens"),
        (100, "about 100"),
        (287, "about 290"),
        (1234, "about 1200"),
    ],
)
def test_vague_words(number, words):
    assert in_words(number) == words


def test_a_lower_bound_has_no_upper_side():
    assert numbers_meant(at_least(287)) == (287, None)


def test_words_do_not_overlap_and_rise():
    ends = list(BINS.values())
    assert all(high < low for (_, high), (low, _) in pairwise(ends))


@pytest.mark.parametrize(
    "words",
    ["", "many", "about 101", "about 3", "about -5", "at least", "at least 01", "about 1e3", "25"],
)
def test_what_is_no_wording_is_refused(words):
    with pytest.raises(ValueError, match="is no wording of a number"):
        numbers_meant(words)


def test_nothing_is_counted_below_none():
    for word in (in_words, at_least, about):
        with pytest.raises(ValueError, match="from 0, not -1"):
            word(-1)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("one", "one fighter"),
        ("two", "two fighters"),
        ("dozens", "dozens of fighters"),
        ("at least 1", "at least 1 fighter"),
        ("at least 21", "at least 21 fighters"),
    ],
)
def test_what_is_counted_follows_the_number(words, said):
    assert counted(words, "fighter", "fighters") == said
