"""Measures of a campaign: towns, retreats, offensives, who fought whom."""

import pytest

from sim.outcomes import measures_campaign as measures
from sim.outcomes import measures_control as control
from tests.outcomes.histories import (
    CENTRE,
    EDGE,
    FAR,
    GOVERNMENT,
    ISLAMIC_STATE,
    NORTH,
    SOUTH,
    START,
    VILLAGE,
    YPG,
    history,
    stand,
)


def one(values):
    return values.one(start=START)


@pytest.fixture
def record():
    """100 days from 20 June."""
    return history(days=100)


def test_a_town_is_taken_once_however_often(record):
    record.controller[10:20, 0, SOUTH] = ISLAMIC_STATE
    record.controller[30:, 0, SOUTH] = ISLAMIC_STATE
    taken = {"faction": "islamic_state", "towns": ["South", "Village", "Far town"]}
    assert one(measures.towns_taken(record, **taken)) == 1
    assert one(measures.towns_taken(record, **taken, other_than=["South"])) == 0
    assert one(measures.towns_taken(record, **taken, since="2015-07-21")) == 0
    assert one(measures.towns_taken(record, **taken, since="2015-07-20")) == 1
    assert one(measures.towns_taken(record, **taken, until="2015-06-29")) == 0
    assert one(measures.towns_taken(record, **taken, until="2015-06-30")) == 1


def test_a_city_is_a_town_and_taken_with_the_share_asked_for(record):
    record.controller[5:, 0, [NORTH, EDGE]] = ISLAMIC_STATE  # 4 and 1 of 10 square kilometres
    city = {"faction": "islamic_state", "towns": ["Riverton"]}
    assert one(measures.towns_taken(record, **city)) == 1
    assert one(measures.towns_taken(record, **city, share=0.6)) == 0


def test_a_retreat_is_one_only_if_no_month_gains(record):
    everything = {"faction": "islamic_state", "places": ["South", "Village", "Far town"]}
    record.initial_controller[0, [SOUTH, VILLAGE]] = ISLAMIC_STATE
    record.controller[:, 0, [SOUTH, VILLAGE]] = ISLAMIC_STATE
    assert one(measures.retreats_month_by_month(record, **everything)) is False
    assert one(measures.places_a_month(record, **everything)) == 0
    record.controller[15:, 0, SOUTH] = YPG
    record.controller[50:, 0, VILLAGE] = YPG
    assert one(measures.retreats_month_by_month(record, **everything)) is True
    assert one(measures.places_a_month(record, **everything)) < 0
    record.controller[80:, 0, [SOUTH, VILLAGE]] = ISLAMIC_STATE
    assert one(measures.retreats_month_by_month(record, **everything)) is False


def test_a_retreat_is_counted_on_the_last_days_of_months(record):
    rows = measures.month_ends(record, None, None)
    assert [record.date(row - 1).isoformat() for row in rows.tolist()] == [
        "2015-06-19",
        "2015-06-30",
        "2015-07-31",
        "2015-08-31",
        "2015-09-27",
    ]
    rows = measures.month_ends(record, "2015-07-01", "2015-08-15")
    assert [record.date(row - 1).isoformat() for row in rows.tolist()] == [
        "2015-06-30",
        "2015-07-31",
        "2015-08-15",
    ]


def test_a_retreat_that_is_not_recorded_whole_is_not_known(record):
    span = {"faction": "ypg", "places": ["North"], "since": "2015-07-01", "until": "2015-07-31"}
    for days in (0, 5, 15, 41):
        short = record.first(days)
        assert one(measures.retreats_month_by_month(short, **span)) == "not by the end"
        assert one(measures.places_a_month(short, **span)) == "not by the end"
    assert one(measures.retreats_month_by_month(record.first(42), **span)) is False


def test_the_slope_is_that_of_a_line(record):
    record.controller[:, 0, :] = YPG
    record.initial_controller[:] = YPG
    for place, day in ((NORTH, 10), (CENTRE, 40), (SOUTH, 70)):
        record.controller[day:, 0, place] = GOVERNMENT
    slope = one(measures.places_a_month(record, faction="ypg", places=list(record.places)))
    assert slope == pytest.approx(-0.9, abs=0.2)


def test_an_offensive_begins_with_the_first_attack_on_what_the_enemy_holds(record):
    there = {"faction": "islamic_state", "places": ["South", "Far town"]}
    stand(record, slice(4, 8), FAR)
    record.engaged[4:8, 0, FAR] = True  # a defence: it holds the place
    assert one(measures.offensive_begun(record, **there)) == "not by the end"
    stand(record, slice(6, 9))
    assert one(measures.offensive_begun(record, **there)) == "not by the end"
    record.engaged[7:9, 0, SOUTH] = True
    assert one(measures.offensive_begun(record, **there)) == record.date(7)
    assert one(measures.offensive_begun(record, **there, since=record.date(8))) == record.date(8)
    other = {**there, "faction": "ypg", "allies": ["islamic_state"]}
    assert one(measures.offensive_begun(record, **other)) == record.date(7)


def test_a_fight_of_three_does_not_tell_who_fought_whom(record):
    record.engaged[3:6, 0, SOUTH] = True
    record.strength[3:6, 0, [YPG, GOVERNMENT], SOUTH] = 30
    record.killed[3:6, 0, GOVERNMENT, SOUTH] = 1
    pair = {"first": "ypg", "second": "government"}
    assert one(measures.days_fought(record, **pair)) == 3
    stand(record, slice(4, 6))
    assert one(measures.days_fought(record, **pair)) == 1
    assert one(measures.days_fought(record, **pair, since=record.date(4))) == 0


def test_a_place_taken_over_is_one_without_a_fight_before(record):
    record.controller[20:22, 0, [SOUTH, EDGE]] = -1
    record.controller[22:, 0, [SOUTH, EDGE]] = YPG
    record.engaged[16, 0, SOUTH] = True
    record.engaged[14, 0, EDGE] = True
    both = {"taker": "ypg", "loser": "government"}
    assert one(control.places_taken_from(record, **both)) == 2
    assert one(measures.places_taken_over(record, **both)) == 1
    assert one(measures.places_taken_over(record, **both, places=["South"])) == 0
