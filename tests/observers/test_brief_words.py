"""Words of a brief: numbers, names of sides, lists."""

import pytest

from sim.observers import brief_words as words


@pytest.mark.parametrize(
    ("label", "inside", "fighter", "plural"),
    [
        ("Government", "the government", "government fighter", False),
        ("Rebels", "the rebels", "rebel fighter", True),
        ("Grey Company", "Grey Company", "Grey Company fighter", False),
        ("Northern Front", "the Northern Front", "Northern Front fighter", False),
        ("Free Forces", "the Free Forces", "Free Forces fighter", True),
        ("ABC", "the ABC", "ABC fighter", False),
        ("ABC and allies", "the ABC and allies", "ABC and allied fighter", True),
        ("ABC groups of X", "the ABC groups of X", "fighter of the ABC groups of X", True),
        ("The Watch", "The Watch", "The Watch fighter", False),
        ("blue", "blue", "blue fighter", False),
    ],
)
def test_a_side_has_the_article_that_its_name_needs(label, inside, fighter, plural):
    assert words.in_text(label) == inside
    assert words.fighters_of(label)[0] == fighter
    assert words.is_plural(label) is plural


def test_numbers_are_words_up_to_nine():
    assert [words.count(n, "day", "days") for n in (0, 1, 2, 9, 10, 1200)] == [
        "no days",
        "one day",
        "two days",
        "nine days",
        "10 days",
        "1,200 days",
    ]


def test_ordinals():
    assert [words.ordinal(n) for n in (1, 2, 3, 4, 11, 12, 13, 21, 33, 102, 111)] == [
        "1st",
        "2nd",
        "3rd",
        "4th",
        "11th",
        "12th",
        "13th",
        "21st",
        "33rd",
        "102nd",
        "111th",
    ]


def test_lists_have_a_comma_before_and_only_where_parts_have_an_and():
    assert words.joined([]) == ""
    assert words.joined(["A"]) == "A"
    assert words.joined(["A", "B"]) == "A and B"
    assert words.joined(["A", "B", "C"]) == "A, B and C"
    assert words.joined(["A and B", "C"]) == "A and B, and C"
    assert words.joined(["C", "A and B"]) == "C and A and B"
    assert words.some_of(list("ABCDEFG"), 3) == "A, B, C and four others"
    assert words.some_of(list("ABCD"), 3) == "A, B, C and D"


def test_large_numbers_are_rounded_and_say_so():
    assert [words.rounded(n) for n in (0, 7, 99, 104, 1250, 18947, 1234567)] == [
        "no",
        "seven",
        "99",
        "about 100",
        "about 1,300",
        "about 19,000",
        "about 1,200,000",
    ]


def test_owners_and_sentences():
    assert words.possessive("the rebels") == "the rebels'"
    assert words.possessive("the ABC") == "the ABC's"
    assert words.sentence("it began") == "It began."
