"""Measures of the siege of a city."""

import numpy as np
import pytest

from sim.outcomes import measures_siege as measures
from tests.outcomes.histories import (
    CENTRE,
    EDGE,
    GOVERNMENT,
    ISLAMIC_STATE,
    NORTH,
    SIEGE,
    SOUTH,
    YPG,
    history,
    random_history,
    stand,
)


@pytest.fixture
def siege_of_nine_days():
    record = history(days=20)
    stand(record, slice(5, 15), SOUTH)
    return record


def test_the_length_is_the_last_day_minus_the_first(siege_of_nine_days):
    length = measures.siege_days(siege_of_nine_days, **SIEGE)
    assert length.values.tolist() == [9]
    assert length.by_end.all()
    assert measures.siege_first_day(siege_of_nine_days, **SIEGE).values.tolist() == [5]
    assert measures.siege_last_day(siege_of_nine_days, **SIEGE).values.tolist() == [14]


def test_a_siege_that_reaches_the_last_day_is_not_over_by_the_end(siege_of_nine_days):
    cut_short = siege_of_nine_days.first(10)
    for measure in (measures.siege_days, measures.siege_last_day, measures.last_district):
        assert not measure(cut_short, **SIEGE).by_end.any()
    assert measures.siege_first_day(cut_short, **SIEGE).by_end.all()


def test_where_nothing_happens_there_is_no_siege():
    record = history()
    assert measures.siege_days(record, **SIEGE).values.tolist() == [0]
    assert measures.siege_days(record, **SIEGE).by_end.all()
    assert not measures.siege_began(record, **SIEGE).values.any()
    assert not measures.siege_first_day(record, **SIEGE).by_end.any()
    assert measures.last_district(record, **SIEGE).one(start=record.start) == "none"
    assert not measures.attacked_first(record, **SIEGE, places=["South"]).by_end.any()


def test_fighters_outside_the_city_besiege_nothing():
    record = history()
    stand(record, slice(3, 9), place=4)
    assert not measures.siege_began(record, **SIEGE).values.any()


def last_district(record):
    return measures.last_district(record, **SIEGE).one(start=record.start)


def test_the_last_district_is_the_one_stood_in_on_the_last_day(siege_of_nine_days):
    stand(siege_of_nine_days, slice(6, 17), EDGE)
    assert last_district(siege_of_nine_days) == "Edge"


def test_of_two_last_districts_the_one_with_more_fighters_counts(siege_of_nine_days):
    stand(siege_of_nine_days, slice(6, 15), CENTRE)
    siege_of_nine_days.strength[14, 0, ISLAMIC_STATE, CENTRE] = 51
    assert last_district(siege_of_nine_days) == "Centre"


def test_a_district_that_is_held_without_fighters_is_lost_later(siege_of_nine_days):
    siege_of_nine_days.controller[8:16, 0, EDGE] = ISLAMIC_STATE
    assert last_district(siege_of_nine_days) == "Edge"


def divided(record):
    sides = {"first": "government", "second": "ypg"}
    return measures.divided_after_siege(record, **SIEGE, **sides).values.tolist()


def test_a_city_is_divided_if_both_hold_districts_the_day_after_the_siege(siege_of_nine_days):
    assert divided(siege_of_nine_days) == [True]
    siege_of_nine_days.controller[15, 0, :4] = YPG
    assert divided(siege_of_nine_days) == [False]


def test_a_city_under_siege_at_the_end_is_judged_on_the_last_day(siege_of_nine_days):
    record = siege_of_nine_days.first(10)
    record.controller[9, 0, NORTH] = GOVERNMENT
    assert divided(record) == [False]


def attacked_first(record, places, **more):
    return measures.attacked_first(record, **SIEGE, places=places, **more).values.tolist()


def test_the_districts_that_were_entered_first_were_attacked_first(siege_of_nine_days):
    stand(siege_of_nine_days, slice(12, 15), NORTH)
    assert attacked_first(siege_of_nine_days, ["South", "Edge"]) == [True]
    assert attacked_first(siege_of_nine_days, ["North"]) == [False]


def test_districts_attacked_within_the_first_days_are_weighed_together(siege_of_nine_days):
    stand(siege_of_nine_days, slice(6, 15), NORTH)
    stand(siege_of_nine_days, slice(7, 15), CENTRE)
    assert attacked_first(siege_of_nine_days, ["South"]) == [False]
    assert attacked_first(siege_of_nine_days, ["South"], within_days=0) == [True]


def test_an_assault_that_is_thrown_back_is_an_attack(siege_of_nine_days):
    siege_of_nine_days.killed[2, 0, ISLAMIC_STATE, NORTH] = 20
    assert attacked_first(siege_of_nine_days, ["North"], within_days=0) == [False]
    siege_of_nine_days.engaged[2, 0, NORTH] = True
    assert attacked_first(siege_of_nine_days, ["North"], within_days=0) == [True]


def test_only_districts_of_the_named_holder_count_if_one_is_named(siege_of_nine_days):
    assert attacked_first(siege_of_nine_days, ["South"], controller="government") == [True]
    assert attacked_first(siege_of_nine_days, ["South"], controller="ypg") == [False]


def cleared_with_help(record, **more):
    help_from = {"helper": "ypg", **more}
    return measures.districts_cleared_with_help(record, **SIEGE, **help_from).values.tolist()


def test_a_helper_must_have_fought_where_the_attacker_was_ejected(siege_of_nine_days):
    record = siege_of_nine_days
    assert cleared_with_help(record) == [0]
    record.strength[12, 0, YPG, SOUTH] = 80
    assert cleared_with_help(record) == [0]
    record.engaged[12, 0, SOUTH] = True
    assert cleared_with_help(record) == [1]
    assert cleared_with_help(record, places=["Edge"]) == [0]
    record.controller[15, 0, SOUTH] = ISLAMIC_STATE
    assert cleared_with_help(record) == [0]


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("siege_days", {}),
        ("siege_first_day", {}),
        ("last_district", {}),
        ("divided_after_siege", {"first": "government", "second": "ypg"}),
        ("attacked_first", {"places": ["South"]}),
        ("districts_cleared_with_help", {"helper": "ypg"}),
    ],
)
def test_a_replicate_has_the_same_value_alone_and_in_a_batch(name, more):
    measure = getattr(measures, name)
    together = measure(random_history(3, replicates=4), **SIEGE, **more)
    record = random_history(3, replicates=4)
    for replicate in range(4):
        alone = measure(only(record, replicate), **SIEGE, **more)
        assert alone.values[0] == together.values[replicate]
        assert alone.by_end[0] == together.by_end[replicate]


def only(record, replicate):
    """Return the history of one replicate."""
    fields = dict(vars(record))
    for name, value in fields.items():
        if name == "initial_controller":
            fields[name] = value[replicate : replicate + 1]
        elif isinstance(value, np.ndarray) and value.ndim >= 3:
            fields[name] = value[:, replicate : replicate + 1]
    return type(record)(**fields)
