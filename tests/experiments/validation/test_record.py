"""The record tells who held what, and where it does not tell."""

from __future__ import annotations

from datetime import date

import pytest

from sim.experiments.validation.control import places_in
from sim.experiments.validation.ensembles import campaign
from sim.experiments.validation.record import (
    FIRST_DAY,
    LAST_DAY,
    Change,
    Place,
    holding_of,
    recorded_changes,
    recorded_dead,
    recorded_displaced,
    recorded_places,
    recorded_strikes,
    side_names,
)

GOVERNMENT, YPG, IS = (holding_of(name) for name in ("government", "ypg", "islamic_state"))


def change(earliest: date, latest: date, loser: int, taker: int) -> Change:
    return Change("Ford", earliest, latest, loser, taker, "corroborated", 1)


def place(january: int, june: int, *changes: Change, unknown: date | None = None) -> Place:
    return Place("Ford", ("Ford",), january, june, changes, unknown)


def test_holdings_are_sets_of_sides() -> None:
    assert holding_of("ypg+islamic_state") == YPG | IS
    assert side_names(GOVERNMENT | IS) == "government and IS"
    with pytest.raises(ValueError, match="swiss"):
        holding_of("swiss")


def test_a_place_passes_on_a_day_between_the_first_and_the_last_possible() -> None:
    ford = place(GOVERNMENT, IS, change(date(2015, 3, 4), date(2015, 3, 6), GOVERNMENT, IS))
    told = [ford.holding(date(2015, 3, day)) for day in range(3, 7)]
    assert told == [GOVERNMENT, None, None, IS]
    assert ford.holding(LAST_DAY) == IS


def test_what_was_lost_unseen_is_not_told_until_it_is_taken_back() -> None:
    ford = place(GOVERNMENT, GOVERNMENT, change(date(2015, 7, 25), date(2015, 7, 25), IS, YPG))
    assert ford.holding(date(2015, 6, 20)) == GOVERNMENT
    assert ford.holding(date(2015, 7, 1)) is None
    assert ford.holding(date(2015, 7, 24)) == IS
    assert ford.holding(date(2015, 7, 25)) == YPG
    assert ford.last_known(date(2015, 7, 1)) == GOVERNMENT


def test_a_divided_place_is_divided_until_one_side_has_it_all() -> None:
    ford = place(YPG | IS, YPG, change(date(2015, 1, 26), date(2015, 1, 27), IS, YPG))
    assert ford.holding(date(2015, 1, 25)) == YPG | IS
    assert ford.holding(date(2015, 1, 27)) == YPG


def test_a_place_that_differs_in_june_has_changed_though_nobody_told_when() -> None:
    ford = place(IS, YPG)
    assert ford.holding(FIRST_DAY) == IS
    assert ford.holding(date(2015, 4, 1)) is None
    assert ford.changed(FIRST_DAY, LAST_DAY)
    assert not ford.changed(date(2015, 6, 23), LAST_DAY)


def test_nothing_is_told_after_the_record_breaks_off() -> None:
    ford = place(IS, IS, unknown=date(2015, 7, 1))
    assert ford.holding(date(2015, 6, 30)) == IS
    assert ford.holding(date(2015, 7, 1)) is None


def test_the_second_passage_between_the_same_two_is_told_from_the_first() -> None:
    of_place = [each for each in recorded_changes() if each.place == "Ain Issa"]
    passages = [(each.loser, each.taker, each.nth) for each in of_place]
    assert passages == [(IS, YPG, 1), (YPG, IS, 1), (IS, YPG, 2)]


def test_the_tables_are_read_whole() -> None:
    assert len(recorded_changes()) == 34
    assert len(recorded_places()) == 76
    assert len(recorded_displaced()) == 3
    assert [row.islamic_state for row in recorded_dead()] == [298, 380, 481, 712, 905]
    assert recorded_dead()[1].suicide_attacks is None
    assert sum(row.strikes for row in recorded_strikes() if row.place == "Kobane") == 672


def test_every_change_is_of_a_place_of_the_record() -> None:
    names = {each.name for each in recorded_places()}
    assert {each.place for each in recorded_changes()} <= names


def test_the_campaign_has_all_places_of_the_record_as_they_were_in_january() -> None:
    places = recorded_places()
    assert places_in(campaign(), places) == places
