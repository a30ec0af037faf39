"""Goods come into depots that are held, and go out by the shortest open road while they last."""

from __future__ import annotations

import numpy as np
import pytest

from sim.rules.depots import receive_goods
from sim.rules.supply import supply_units
from tests.situations import Situation, scenario_with

# Town - Bridge - Front - Outpost, and a way round: Town - Detour - Front; Oil beside Town.
ROADS = [("Town", "Bridge", 10), ("Bridge", "Front", 10), ("Front", "Outpost", 10)]
ROADS += [("Town", "Detour", 50), ("Detour", "Front", 50), ("Oil", "Town", 5)]
PLACES = dict.fromkeys(("Town", "Bridge", "Front", "Outpost", "Detour", "Oil"), "red")
VALUES = {
    "any_kind.supply_days": 10.0,
    "any_kind.combat_supply_factor": 2.0,
    "any_kind.supply_refill_per_day": 0.5,
    "supply.half_distance_km": 100.0,
    "supply.depot_days": 10.0,
}
DEPOT = {"faction": "red", "place": "Town", "goods_per_day": 200.0, "stock": 1000.0}
OIL = {"faction": "red", "place": "Oil", "goods_per_day": 100.0, "what": "oil"}


def situation(units=(("r", "Front", 100),), supply=(DEPOT,), values=None, **more) -> Situation:
    return Situation(
        scenario_with(
            PLACES,
            ROADS,
            [(name, "reds", place, fighters) for name, place, fighters in units]
            + [("b", "blues", "Outpost", 50, {"arrives": "2015-01-19"})],
            values=VALUES | (values or {}),
            supply=list(supply),
            **more,
        )
    )


def evening(s: Situation, days: int = 1) -> None:
    for _ in range(days):
        supply_units(s.state, s.setting)


def goods(s: Situation, depot: int = 0) -> int:
    return int(s.state.goods[0, depot])


def index(s: Situation) -> int:
    return int(s.state.supply_index[0, s.faction("red")])


def stock(s: Situation, unit: str = "r") -> int:
    return int(s.of(unit, "supply")[0])


# What comes in.


def test_without_numbers_of_goods_there_are_no_depots_and_no_index():
    s = situation(supply=[{"faction": "red", "place": "Town"}])
    evening(s)
    assert s.state.goods is None
    assert s.state.supply_index is None


def test_a_depot_fills_up_to_some_days_of_its_own_goods():
    s = situation(units=(("r", "Town", 1),))
    before = goods(s)
    evening(s)
    assert goods(s) == before + 200 - 1  # one fighter eats one person-day
    evening(s, 20)
    assert goods(s) == 10 * 200 - 1


def test_a_stock_larger_than_that_is_kept():
    s = situation(units=(("r", "Town", 1),), supply=[DEPOT | {"stock": 5000.0}])
    evening(s, 3)
    assert goods(s) == 5000 - 1


def test_goods_are_lost_with_the_place_and_come_in_again_once_it_is_retaken():
    s = situation()
    s.hold("Town", "blue")
    evening(s)
    assert goods(s) == 0
    assert index(s) == 0
    s.hold("Town", "red")
    evening(s)
    assert goods(s) == 200 - 200  # what the unit has eaten on two days
    assert index(s) == 1000


@pytest.mark.parametrize(("holder", "open_"), [("green", False), (None, False), ("red", True)])
def test_a_depot_takes_part_only_while_the_side_holds_it(holder, open_):
    s = situation()
    s.hold("Town", holder)
    evening(s)
    assert (index(s) > 0) == open_
    assert (goods(s) > 0) == open_


def test_an_ally_may_hold_the_depot():
    s = situation(allied=[("red", "green")])
    s.hold("Town", "green")
    evening(s)
    assert index(s) == 1000


def test_oil_buys_goods_that_open_depots_share_by_their_own():
    s = situation(
        units=(), supply=[DEPOT, DEPOT | {"place": "Outpost", "goods_per_day": 600.0}, OIL]
    )
    evening(s)
    assert s.state.goods[0].tolist() == [1000 + 200 + 25, 1000 + 600 + 75]
    assert index(s) == 1000
    s.hold("Outpost", "blue")
    evening(s)
    assert goods(s) == 1225 + 200 + 100
    assert index(s) == 1000 * 300 // 900
    s.hold("Oil", "blue")
    evening(s)
    assert goods(s) == 1525 + 200
    assert index(s) == 1000 * 200 // 900


def test_nothing_is_issued_where_oil_is_found():
    s = situation(supply=[DEPOT, OIL])
    red = s.setting.sources[s.faction("red")]
    assert np.flatnonzero(red).tolist() == [s.place("Town")]


def test_strikes_on_the_way_lower_what_comes_in():
    s = situation(units=())
    s.state.interdicted = np.zeros((1, len(s.setting.factions)), dtype=np.int64)
    s.state.interdicted[0, s.faction("red")] = 250
    evening(s)
    assert goods(s) == 1000 + 150
    assert index(s) == 750


def test_a_place_won_raises_the_index():
    s = situation(supply=[DEPOT, DEPOT | {"place": "Detour", "goods_per_day": 100.0}])
    s.hold("Detour", "blue")
    evening(s)
    assert index(s) == 666
    s = Situation(
        scenario_with(
            PLACES | {"Detour": "blue"},
            ROADS,
            [("r", "reds", "Front", 100)],
            supply=[DEPOT, DEPOT | {"place": "Detour", "goods_per_day": 100.0}],
        )
    )
    s.hold("Detour", "red")
    evening(s)
    assert index(s) == 1500


def test_a_faction_whose_goods_have_no_limit_keeps_its_index_and_its_roads():
    s = situation(supply=[DEPOT, {"faction": "blue", "place": "Outpost"}])
    evening(s)
    assert s.state.supply_index[0, s.faction("blue")] == 1000
    assert s.state.supply_index[0, s.faction("green")] == 1000
    assert s.state.goods.shape == (1, 1)


def test_a_depot_without_a_limit_beside_others_never_runs_short():
    s = situation(supply=[DEPOT | {"place": "Detour"}, {"faction": "red", "place": "Town"}])
    evening(s, 4)
    assert stock(s) == 1000
    s.hold("Detour", "blue")
    evening(s)
    assert index(s) == 1000


def test_amounts_may_be_parameters_and_differ_by_replicate():
    scenario = scenario_with(
        PLACES,
        ROADS,
        [("r", "reds", "Front", 100)],
        values=VALUES,
        supply=[DEPOT | {"stock": 1.0, "goods_per_day": "0.5 * any_kind.least_group_fighters"}],
    )
    s = Situation(
        scenario,
        replicates=2,
        parameters={"any_kind.least_group_fighters": np.array([100.0, 180.0])},
    )
    assert receive_goods(s.state, s.setting, s.state.goods).tolist() == [[51], [91]]


# What goes out.


def test_a_unit_beside_its_depot_eats_from_it():
    s = situation(units=(("r", "Town", 100),))
    evening(s)
    assert goods(s) == 1000 + 200 - 100
    assert stock(s) == 1000


def test_a_fight_takes_more():
    s = situation(units=(("r", "Town", 100),))
    s.state.engaged[:, s.place("Town")] = True
    evening(s)
    assert goods(s) == 1000 + 200 - 200


def test_a_long_road_brings_less():
    """At the half distance a convoy brings half of what it brings next door."""
    refills = []
    for km in (1, 100, 300):
        roads = [("Town", "Bridge", 10), ("Town", "Front", km)]
        s = Situation(
            scenario_with(
                {"Town": "red", "Bridge": "red", "Front": "red"},
                roads,
                [("r", "reds", "Front", 100)],
                values=VALUES,
                supply=[DEPOT],
            )
        )
        s.set("r", supply=100)
        evening(s)
        refills.append(stock(s))
    assert refills == [495, 250, 125]


def test_a_cut_costs_time_and_capacity_and_what_has_no_road_left_starves():
    s = situation()
    s.set("r", supply=100)
    evening(s)
    assert stock(s) == 416  # 20 km
    s.hold("Bridge", "blue")
    s.set("r", supply=100)
    evening(s)
    assert stock(s) == 250  # 100 km, the way round
    s.hold("Detour", "blue")
    evening(s, 3)
    assert stock(s) == 0


def test_the_nearest_depot_that_has_goods_is_asked():
    near = DEPOT | {"place": "Bridge", "goods_per_day": 0.0, "stock": 150.0}
    s = situation(supply=[DEPOT, near])
    evening(s)
    assert s.state.goods[0].tolist() == [1200, 50]
    evening(s)  # what the near one lacks comes from the other
    assert s.state.goods[0].tolist() == [1400 - 50, 0]
    evening(s)
    assert s.state.goods[0].tolist() == [1550 - 100, 0]
    assert stock(s) == 1000


def test_a_depot_that_runs_short_gives_all_the_same_share():
    units = (("r", "Town", 100), ("r2", "Town", 300))
    s = situation(units=units, supply=[DEPOT | {"goods_per_day": 0.0, "stock": 200.0}])
    for unit in ("r", "r2"):
        s.set(unit, supply=500)
    evening(s)
    assert goods(s) == 0
    assert stock(s) == stock(s, "r2") == 400 + 50


def test_a_garrison_under_siege_lives_off_the_stock_of_its_place():
    besieged = DEPOT | {"place": "Outpost", "goods_per_day": 0.0, "stock": 500.0}
    s = situation(units=(("r", "Outpost", 100),), supply=[DEPOT, besieged])
    s.hold("Front", "blue")
    evening(s, 5)
    assert s.state.goods[0, 1] == 0
    assert stock(s) == 1000
    evening(s, 9)
    assert stock(s) == 100


def test_an_attacker_in_the_enemys_place_is_fed_by_the_road_that_leads_there():
    s = situation()
    s.hold("Outpost", "blue")
    s.move("r", "Outpost")
    evening(s)
    assert stock(s) == 1000


def test_goods_are_neither_made_nor_lost_on_the_way():
    units = (("r", "Front", 130), ("r2", "Outpost", 70), ("r3", "Town", 55))
    second = DEPOT | {"place": "Front", "goods_per_day": 70.0, "stock": 100.0}
    s = situation(units=units, supply=[DEPOT, second])
    rng = np.random.default_rng(1)
    for _ in range(20):
        for unit in ("r", "r2", "r3"):
            s.set(unit, supply=int(rng.integers(0, 1001)))
        before = s.state.supply.copy()
        came = receive_goods(s.state, s.setting, s.state.goods)
        evening(s)
        issued = int((came - s.state.goods).sum())
        eaten = np.maximum(before - 100, 0)
        gained = (s.state.supply - eaten) * s.state.active * s.state.strength * 10 / 1000
        assert abs(issued - gained.sum()) <= 3 * 2 * 2
        assert (s.state.goods >= 0).all()


def test_a_unit_outside_the_theatre_gets_nothing():
    s = situation(units=())
    evening(s)
    assert goods(s) == 1200
