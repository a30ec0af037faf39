"""Measures that count the dead, leaders, weapons, fighters and places."""

import numpy as np
import pytest

from sim.outcomes import measures_counts as measures
from sim.outcomes.registry import OutcomeError
from tests.outcomes.histories import (
    CENTRE,
    COALITION,
    DURING,
    FAR,
    GOVERNMENT,
    ISLAMIC_STATE,
    SOUTH,
    VILLAGE,
    history,
    random_history,
    stand,
)

IS = {"faction": "islamic_state"}


@pytest.fixture
def battle():
    """A siege of the days 5 to 14 with deaths before, in, after and beside it."""
    record = history(days=20, replicates=2)
    stand(record, slice(5, 15), SOUTH)
    record.killed[3, :, ISLAMIC_STATE, SOUTH] = 1
    record.killed[10, :, ISLAMIC_STATE, SOUTH] = 10
    record.killed[10, :, ISLAMIC_STATE, VILLAGE] = 100
    record.killed[16, :, ISLAMIC_STATE, CENTRE] = 1000
    record.reported_killed[15, :, ISLAMIC_STATE, SOUTH] = 7
    return record


def count(name, record, **arguments):
    return getattr(measures, name)(record, **arguments).values.tolist()


def test_without_a_scope_all_the_dead_count(battle):
    assert count("deaths", battle, **IS) == [1111, 1111]


def test_only_the_dead_of_the_city_count_if_one_is_named(battle):
    assert count("deaths", battle, **IS, city="Riverton") == [1011, 1011]
    assert count("deaths", battle, **IS, city="Riverton", outside=True) == [100, 100]


def test_places_around_the_city_count_with_it(battle):
    assert count("deaths", battle, **IS, city="Riverton", around=["Village"]) == [1111, 1111]


def test_during_a_siege_nothing_else_counts_and_without_one_nothing(battle):
    assert count("deaths", battle, **IS, **DURING) == [10, 0]


def test_reports_may_come_some_days_after_the_siege(battle):
    assert count("deaths", battle, **IS, **DURING, reported=True) == [0, 0]
    assert count("deaths", battle, **IS, **DURING, reported=True, days_after=1) == [7, 0]


def test_the_dead_of_another_faction_do_not_count(battle):
    assert count("deaths", battle, faction="government") == [0, 0]


def test_the_share_of_children_is_that_of_the_same_dead(battle):
    battle.children_killed[10, :, ISLAMIC_STATE, SOUTH] = 2
    share = measures.child_share_of_dead(battle, **IS, **DURING)
    assert share.values.tolist() == [0.2, 0.0]
    assert share.by_end.tolist() == [True, False]


def test_a_share_is_never_nan():
    share = measures.child_share_of_dead(history(), faction="ypg")
    assert np.isfinite(share.values).all()
    assert not share.by_end.any()


def test_weapons_are_counted_by_who_used_them_where(battle):
    battle.air_strikes[10, 0, COALITION, SOUTH] = 3
    battle.air_strikes[10, 0, GOVERNMENT, SOUTH] = 5
    strikes = {"faction": "coalition", "weapon": "air_strikes"}
    assert count("weapons_used", battle, **strikes, **DURING) == [3, 0]
    with pytest.raises(OutcomeError, match="did you mean 'car_bombs'"):
        measures.weapons_used(battle, faction="coalition", weapon="car_bomb")


def test_leaders_and_the_head_of_the_headquarters(battle):
    battle.leaders_killed[10, 1, ISLAMIC_STATE, SOUTH] = 2
    battle.headquarters_killed[10, 1, ISLAMIC_STATE, FAR] = 1
    assert count("leaders_killed", battle, **IS) == [0, 2]
    assert count("headquarters_killed", battle, **IS) == [False, True]
    assert count("headquarters_killed", battle, **IS, city="Riverton") == [False, False]


def test_the_peak_is_the_largest_sum_of_a_day(battle):
    battle.strength[6, 0, ISLAMIC_STATE, CENTRE] = 30
    assert count("peak_strength", battle, **IS, city="Riverton") == [80, 0]


def test_a_place_is_lost_if_another_holds_it_at_the_end():
    record = history(days=3)
    record.controller[1:, 0, SOUTH] = ISLAMIC_STATE
    record.controller[1, 0, CENTRE] = ISLAMIC_STATE
    assert count("places_lost", record, faction="government") == [1]
    assert count("places_lost", record, faction="government", places=["Centre"]) == [0]


@pytest.mark.parametrize("needing", [{"around": ["Village"]}, {"outside": True}])
def test_a_scope_needs_a_city(battle, needing):
    with pytest.raises(OutcomeError, match="city: found nothing"):
        measures.deaths(battle, **IS, **needing)


def test_reported_dead_are_never_more_than_the_true_ones_in_a_consistent_history():
    record = random_history(5)
    true = measures.deaths(record, **IS).values
    reported = measures.deaths(record, **IS, reported=True).values
    assert (reported <= true).all()


def test_the_dead_can_be_counted_between_dates(battle):
    assert count("deaths", battle, **IS, until=battle.date(9)) == [1, 1]
    assert count("deaths", battle, **IS, since=battle.date(4), until=battle.date(10)) == [110, 110]
    assert count("deaths", battle, **IS, since=battle.date(17)) == [0, 0]
    within = {"city": "Riverton", "during_siege_by": "islamic_state"}
    assert count("deaths", battle, **IS, **within, until=battle.date(10)) == [10, 0]


def test_a_count_up_to_a_day_that_is_not_recorded_is_not_known(battle):
    assert not measures.deaths(battle, **IS, until="2015-08-01").by_end.any()
    assert not measures.child_share_of_dead(battle, **IS, until="2015-08-01").by_end.any()


def test_the_dead_of_allies_count_where_they_are_named(battle):
    battle.killed[2, :, GOVERNMENT, FAR] = 5
    assert count("deaths", battle, faction="ypg", allies=["government"]) == [5, 5]
    assert count("deaths", battle, faction="government", allies=["government"]) == [5, 5]
