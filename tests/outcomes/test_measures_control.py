"""Measures of who holds what."""

from dataclasses import replace

import numpy as np
import pytest

from sim.outcomes import measures_control as measures
from sim.outcomes.registry import OutcomeError
from tests.outcomes.histories import (
    CENTRE,
    ISLAMIC_STATE,
    NORTH,
    SOUTH,
    YPG,
    history,
    random_history,
)


@pytest.fixture
def record():
    """YPG takes South from IS on day 6, a day after IS has left it; IS took it on day 2."""
    made = history(days=10)
    made.controller[2:5, 0, SOUTH] = ISLAMIC_STATE
    made.controller[5, 0, SOUTH] = -1
    made.controller[6:, 0, SOUTH] = YPG
    return made


def test_the_share_of_a_city_is_by_area(record):
    share = measures.share_of_city(record, city="Riverton", faction="ypg")
    assert share.values.tolist() == [pytest.approx(0.6)]
    early = measures.share_of_city(record, city="Riverton", faction="ypg", date="2015-06-21")
    assert early.values.tolist() == [pytest.approx(0.4)]


def test_what_is_held_on_a_day_that_is_not_recorded_is_not_known_by_the_end(record):
    for on in ("2015-07-20", "2015-06-01"):
        assert not measures.districts_held(
            record, city="Riverton", faction="ypg", date=on
        ).by_end.any()


def test_districts_are_counted(record):
    assert measures.districts_held(record, city="Riverton", faction="ypg").values.tolist() == [2]


def test_a_place_is_held_on_the_last_day_or_on_a_date(record):
    held = measures.holds_place(record, place="South", faction="ypg")
    assert held.values.tolist() == [True]
    held = measures.holds_place(record, place="South", faction="ypg", date=record.date(5))
    assert held.values.tolist() == [False]
    with pytest.raises(OutcomeError, match="a date such as"):
        measures.holds_place(record, place="South", faction="ypg", date="yesterday")


def test_the_first_day_held(record):
    held = measures.first_day_held(record, place="South", faction="ypg")
    assert held.one(start=record.start) == record.date(6)
    assert measures.first_day_held(record, place="North", faction="ypg").values.tolist() == [0]
    never = measures.first_day_held(record, place="Far town", faction="ypg")
    assert never.one(start=record.start) == "not by the end"


def taken(record, taker, loser, **more):
    return measures.places_taken_from(record, taker=taker, loser=loser, **more).values.tolist()


def test_a_place_is_taken_even_if_nobody_held_it_for_a_day(record):
    assert taken(record, "ypg", "islamic_state") == [1]
    assert taken(record, "ypg", "government") == [0]
    assert taken(record, "islamic_state", "government", city="Riverton") == [1]
    assert taken(record, "islamic_state", "government", places=["Centre"]) == [0]


def test_a_place_that_is_taken_twice_counts_once(record):
    record.controller[7, 0, SOUTH] = ISLAMIC_STATE
    assert taken(record, "ypg", "islamic_state") == [1]


def test_unknown_names_are_told_with_the_nearest(record):
    with pytest.raises(OutcomeError, match="did you mean 'Centre'"):
        measures.holds_place(record, place="Center", faction="ypg")


def test_a_share_is_the_same_to_the_bit_alone_and_in_a_batch():
    many = random_history(4, replicates=50)
    many = replace(many, area_km2=np.array([0.71, 0.23, 0.4, 0.7, 0.55, 2.77]))
    together = measures.share_of_city(many, city="Riverton", faction="ypg").values
    for replicate in range(50):
        one = history(days=many.days)
        one = replace(one, area_km2=many.area_km2)
        one.controller[:, 0] = many.controller[:, replicate]
        alone = measures.share_of_city(one, city="Riverton", faction="ypg").values
        assert alone[0] == together[replicate]


def test_the_fixture_starts_as_the_tests_think(record):
    assert record.controller[0, 0, NORTH] == YPG
    assert record.controller[0, 0, CENTRE] == 0


def test_a_place_counts_as_held_once_it_is_held_long_enough(record):
    record.controller[8, 0, SOUTH] = ISLAMIC_STATE
    south = {"place": "South", "faction": "ypg"}
    assert first_day(record, **south, days_held=2) == record.date(6)
    assert first_day(record, **south, days_held=3) == "not by the end"
    assert first_day(record, **south, since=record.date(7)) == record.date(7)
    assert first_day(record, **south, since=record.date(8)) == record.date(9)
    assert first_day(record, place="North", faction="ypg", days_held=11) == record.date(0)
    assert first_day(record, place="North", faction="ypg", days_held=12) == "not by the end"


def test_a_city_or_several_places_are_held_together_and_with_allies(record):
    both = {"places": ["North", "South"], "faction": "ypg"}
    assert first_day(record, **both) == record.date(6)
    city = {"city": "Riverton", "faction": "ypg"}
    assert first_day(record, **city) == "not by the end"
    assert first_day(record, **city, share=0.6) == record.date(6)
    assert first_day(record, **city, allies=["government"]) == record.date(0)
    assert first_day(record, **city, allies=["government"], since=record.date(1)) == record.date(1)
    assert first_day(record, **city, allies=["government"], since=record.date(3)) == record.date(6)
    held = measures.holds_place(record, **city, allies=["government"])
    assert held.values.tolist() == [True]
    assert measures.holds_place(record, **city, share=0.7).values.tolist() == [False]


def first_day(record, **arguments):
    return measures.first_day_held(record, **arguments).one(start=record.start)


def test_places_held_are_counted(record):
    assert measures.places_held(record, faction="ypg").values.tolist() == [2]
    allied = measures.places_held(record, faction="ypg", allies=["government"])
    assert allied.values.tolist() == [4]
    some = {"places": ["South", "Village"], "faction": "islamic_state"}
    on = measures.places_held(record, **some, date=record.date(3))
    assert on.values.tolist() == [1]


def test_a_province_is_shared_by_area_or_by_number(record):
    province = {"places": ["North", "South", "Village"], "faction": "ypg"}
    share = measures.province_share(record, **province)
    assert share.values.tolist() == [pytest.approx(6 / 6.5)]
    share = measures.province_share(record, **province, weight="places", date=record.date(5))
    assert share.values.tolist() == [pytest.approx(1 / 3)]
    with pytest.raises(OutcomeError, match="what places are weighed by"):
        measures.province_share(record, **province, weight="gold")
