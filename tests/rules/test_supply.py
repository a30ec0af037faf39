"""Goods come along open roads; a unit without them eats its stock, and tires in a fight."""

from __future__ import annotations

import pytest

from sim.rules.supply import supply_units
from tests.situations import Situation, scenario_with

# Source - Bridge - Front - Beyond - Far
ROADS = [("Source", "Bridge", 10), ("Bridge", "Front", 10), ("Front", "Beyond", 10)]
ROADS += [("Beyond", "Far", 10)]
VALUES = {
    "any_kind.supply_days": 10.0,
    "any_kind.combat_supply_factor": 2.0,
    "any_kind.supply_refill_per_day": 0.5,
    "any_kind.readiness_lost_per_day": 0.03,
    "any_kind.readiness_gained_per_day": 0.06,
    "any_kind.readiness_floor": 0.3,
}


def situation(unit_at="Front", holders=None, **more) -> Situation:
    names = ("Source", "Bridge", "Front", "Beyond", "Far")
    places = dict.fromkeys(names, "red") | (holders or {})
    return Situation(
        scenario_with(
            places,
            ROADS,
            [("r", "reds", unit_at, 100), ("b", "blues", "Far", 100, {"arrives": "2015-01-20"})],
            values=VALUES,
            supply=[{"faction": "red", "place": "Source"}],
            **more,
        )
    )


def stock_after(s: Situation, days: int = 1) -> int:
    for _ in range(days):
        supply_units(s.state, s.setting)
    return int(s.of("r", "supply")[0])


def test_an_open_road_keeps_the_stock_full():
    assert stock_after(situation(), 5) == 1000


def test_an_open_road_refills_an_empty_stock():
    s = situation()
    s.set("r", supply=0)
    assert stock_after(s) == 500
    assert stock_after(s) == 1000
    assert stock_after(s) == 1000


def test_a_cut_road_starves_those_behind_it():
    s = situation("Beyond")
    assert stock_after(s) == 1000
    s.hold("Bridge", "blue")
    assert stock_after(s) == 900
    assert stock_after(s, 9) == 0
    assert stock_after(s) == 0


def test_an_opened_road_feeds_them_again():
    s = situation("Beyond")
    s.hold("Bridge", "blue")
    stock_after(s, 10)
    s.hold("Bridge", "red")
    assert stock_after(s) == 500


@pytest.mark.parametrize("holder", ["green", None])
def test_goods_pass_through_what_no_enemy_holds(holder):
    assert stock_after(situation("Beyond", {"Bridge": holder}), 3) == 1000


def test_goods_reach_the_place_next_to_the_end_of_the_road():
    """An attacker in an enemy's place lives off the neighbouring place that goods reach."""
    s = situation()
    s.hold("Beyond", "blue")
    s.hold("Far", "blue")
    s.move("r", "Beyond")
    assert stock_after(s, 3) == 1000
    s.move("r", "Far")
    assert stock_after(s) == 900


def test_a_source_that_the_enemy_holds_gives_nothing():
    s = situation()
    s.hold("Source", "blue")
    assert stock_after(s) == 900


def test_a_fight_takes_its_toll_of_goods_and_of_readiness():
    s = situation("Beyond")
    s.hold("Bridge", "blue")
    s.state.engaged[:, s.place("Beyond")] = True
    assert stock_after(s) == 800
    assert s.of("r", "readiness")[0] == 970
    assert stock_after(s, 50) == 0
    assert s.of("r", "readiness")[0] == 300


def test_readiness_comes_back_at_rest_while_there_are_goods():
    s = situation()
    s.set("r", readiness=500)
    stock_after(s)
    assert s.of("r", "readiness")[0] == 560
    s.hold("Source", "blue")
    s.set("r", supply=0)
    stock_after(s)
    assert s.of("r", "readiness")[0] == 560


def test_a_broken_units_readiness_never_falls_below_the_floor():
    s = situation()
    s.set("r", readiness=100)
    stock_after(s)
    assert s.of("r", "readiness")[0] == 300
