"""The siege: the longest spell, with gaps of up to three days."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.outcomes.siege import GAP_DAYS, find_siege


def siege(days: str):
    """Find the siege in a line of days, ``x`` for a day on which the attacker stands there."""
    found = find_siege(np.array([[day == "x"] for day in days]).reshape(len(days), 1))
    return (
        bool(found.began[0]),
        bool(found.ended[0]),
        int(found.first_day[0]),
        int(found.last_day[0]),
    )


def longest_spell_by_hand(standing: list[bool]) -> tuple[int, int] | None:
    """Return first and last day of the longest spell, one day at a time."""
    spells: list[list[int]] = []
    for day, there in enumerate(standing):
        if there and spells and day - spells[-1][1] <= GAP_DAYS + 1:
            spells[-1][1] = day
        elif there:
            spells.append([day, day])
    best = max(spells, key=lambda spell: spell[1] - spell[0], default=None)
    return None if best is None else (best[0], best[1])


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ("......", (False, False, 0, -1)),
        ("..xxx.", (True, True, 2, 4)),
        ("xx...x......", (True, True, 0, 5)),
        ("xx....x.....", (True, True, 0, 1)),
        ("x....xxx....", (True, True, 5, 7)),
        ("xx.....xx...", (True, True, 0, 1)),
        ("..xxxx", (True, False, 2, 5)),
        ("xxxx......x", (True, True, 0, 3)),
        ("", (False, False, 0, -1)),
    ],
)
def test_the_longest_spell_is_found(days, expected):
    assert siege(days) == expected


@given(st.lists(st.lists(st.booleans(), min_size=30, max_size=30), min_size=1, max_size=4))
def test_it_agrees_with_a_search_one_day_at_a_time(rows):
    found = find_siege(np.array(rows).T)
    for replicate, standing in enumerate(rows):
        by_hand = longest_spell_by_hand(standing)
        assert bool(found.began[replicate]) == (by_hand is not None)
        if by_hand is not None:
            assert (found.first_day[replicate], found.last_day[replicate]) == by_hand
            assert bool(found.ended[replicate]) == (by_hand[1] < len(standing) - 1)


def test_the_days_of_a_siege_are_those_from_first_to_last():
    found = find_siege(np.array([[False, False, True, True, False, False, False]]).T)
    assert found.days_of(7)[:, 0].tolist() == [False, False, True, True, False, False, False]
    assert found.days_of(7, days_after=1)[:, 0].sum() == 3


def test_no_day_belongs_to_a_siege_that_never_began():
    found = find_siege(np.zeros((5, 2), np.bool_))
    assert not found.days_of(5, days_after=3).any()
