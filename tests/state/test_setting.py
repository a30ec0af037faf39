"""A scenario made ready: indices, ids, stances, rolls of units, streams and wings."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.scenario import Scenario
from sim.state.rolls import FOREVER, split_evenly
from sim.state.setting import Setting, prepare
from sim.state.stable_ids import stable_id
from tests.random_scenarios import START, random_scenario
from tests.situations import day, scenario_with

SCENARIO = random_scenario(1)


def ready(scenario=SCENARIO, replicates=(0, 1), **parameters) -> Setting:
    return prepare(scenario, seed=1, replicates=replicates, parameters=parameters)


def small(**more) -> Scenario:
    return scenario_with(
        {
            "A": {"controller": "red", "city": "Twin"},
            "B": {"controller": None, "city": "Twin"},
            "C": "blue",
        },
        [("A", "B", 1.0, "street"), ("B", "C", 8.0, "track")],
        [
            ("r", "reds", "A", 100, {"units": 3, "headquarters": True, "leaders": 2}),
            ("late", "reds", "B", 50, {"arrives": day(4), "static": True}),
            ("b", "blues", "C", 70),
        ],
        reinforcements=[
            {
                "id": "recruits",
                "kind": "blues",
                "place": "C",
                "fighters_per_day": 5.0,
                "unit_fighters": 30,
                "slots": 2,
                "from": day(1),
                "limit_fighters": 90,
            }
        ],
        **more,
    )


def test_names_are_in_the_order_of_the_tables():
    setting = ready()
    assert setting.factions == tuple(SCENARIO.factions)
    assert setting.kinds == tuple(SCENARIO.kinds)
    assert setting.theatre.names == tuple(place.name for place in SCENARIO.places)
    owners = [setting.factions[f] for f in setting.kind_faction]
    assert owners == [kind.faction for kind in SCENARIO.kinds.values()]
    assert setting.days == SCENARIO.days
    assert setting.day_of(START + timedelta(days=3)) == 3


def test_stances_are_symmetric_and_everyone_is_his_own_ally():
    setting = ready()
    assert (setting.stance == setting.stance.T).all()
    assert (np.diag(setting.stance) == 1).all()
    words = {"hostile": -1, "neutral": 0, "allied": 1}
    for i, a in enumerate(setting.factions):
        for j, b in enumerate(setting.factions):
            assert setting.stance[i, j] == words[SCENARIO.stance(a, b)]


def test_control_and_sources_are_those_of_the_tables():
    setting = ready(small(supply=[{"faction": "blue", "place": "C"}]))
    assert setting.controller.tolist() == [0, -1, 1]
    assert setting.sources[1].tolist() == [False, False, True]


def test_goods_of_a_faction_are_everywhere_where_the_table_says_nothing_of_them():
    setting = ready(small(supply=[{"faction": "blue", "place": "C"}]))
    assert setting.sources[[0, 2]].all()


def test_only_roads_within_reach_carry_fire():
    setting = ready(small())
    near = {
        (place, int(setting.theatre.neighbour[place, slot]))
        for place, slot in np.argwhere(setting.near)
    }
    assert near == {(0, 1), (1, 0)}


def test_a_march_costs_more_on_a_worse_road():
    setting = ready(small())
    theatre = setting.theatre
    cost = {
        (place, int(theatre.neighbour[place, slot])): int(setting.route_cost_m[place, slot])
        for place, slot in np.argwhere(theatre.neighbour >= 0)
    }
    assert cost == {(0, 1): 2500, (1, 0): 2500, (1, 2): 16_000, (2, 1): 16_000}


def test_ids_follow_names():
    setting = ready(small())
    assert setting.roster.ids[0] == stable_id("unit", "r/01")
    assert setting.place_ids[2] == stable_id("place", "C")
    assert setting.kind_ids[0] == stable_id("kind", "reds")
    # Districts share their city's id; a place outside any city stands for itself.
    assert setting.city_ids[0] == setting.city_ids[1] == stable_id("city", "Twin")
    assert setting.city_ids[2] == setting.place_ids[2]
    # A faction's id is that of its first kind, so that its label does not matter.
    assert setting.faction_ids[0] == stable_id("kind", "reds")


def test_the_roster_lists_formations_and_then_what_streams_can_raise():
    roster = ready(small()).roster
    names = ["r/01", "r/02", "r/03", "late/01", "b/01", "recruits/01", "recruits/02"]
    assert list(roster.names) == names
    assert roster.strength.tolist() == [[33, 33, 34, 50, 70, 0, 0]] * 2
    assert roster.kind.tolist() == [0, 0, 0, 0, 1, 1, 1]
    assert roster.faction.tolist() == [0, 0, 0, 0, 1, 1, 1]
    assert roster.place.tolist() == [0, 0, 0, 1, 2, 2, 2]
    assert roster.arrives_day.tolist() == [0, 0, 0, 4, 0, FOREVER, FOREVER]
    assert roster.arrival.tolist() == [-1, -1, -1, -1, -1, 0, 0]
    assert roster.static.tolist() == [False, False, False, True, False, False, False]
    assert roster.headquarters.tolist() == [True, True, True, False, False, False, False]
    assert roster.leaders.tolist() == [2, 2, 2, 3, 3, 3, 3]


def test_a_formation_may_be_as_strong_as_a_parameter_says():
    scenario = scenario_with(
        {"A": "red", "B": "blue"},
        [("A", "B", 1.0)],
        [("r", "reds", "A", 1.0, {"units": 2})],
        values={"siege.first_wave_fighters": 100.0},
    )
    content = scenario.resolved()
    for amount, strength in (
        ("siege.first_wave_fighters", [[50, 51], [20, 20]]),
        ("0.5 * siege.first_wave_fighters", [[25, 25], [10, 10]]),
    ):
        content["units"][0]["fighters"] = amount
        values = {"siege.first_wave_fighters": [100.6, 40.0]}
        setting = prepare(
            Scenario.from_resolved(content), seed=1, replicates=[0, 1], parameters=values
        )
        assert setting.roster.strength.tolist() == strength


def test_streams_have_their_rates_limits_and_dates():
    arrivals = ready(small()).arrivals
    assert arrivals.rate_per_day.tolist() == [[5.0], [5.0]]
    assert arrivals.limit_fighters.tolist() == [[90.0], [90.0]]
    assert arrivals.unit_fighters.tolist() == [30]
    assert (arrivals.first_day[0], arrivals.last_day[0]) == (1, FOREVER)
    assert arrivals.faction.tolist() == [1]
    assert not arrivals.after_joining[0]


def test_wings_serve_those_whom_the_table_names():
    air = [{"id": "wing", "faction": "blue", "strikes_per_day": 2.0, "supports": "red+green"}]
    wings = ready(small(air=air)).air_wings
    assert wings.faction.tolist() == [1]
    assert wings.supports.tolist() == [[True, False, True]]
    assert wings.effect_permille.tolist() == [1000]
    assert wings.strikes_per_day.tolist() == [[2.0], [2.0]]


def test_a_scenario_may_do_without_streams_wings_and_sources():
    setting = ready(small_least())
    assert setting.arrivals.ids.shape == (0,)
    assert setting.air_wings.ids.shape == (0,)
    assert setting.sources.all()


def small_least() -> Scenario:
    return scenario_with({"A": "red", "B": "blue"}, [("A", "B", 1.0)], [("r", "reds", "A", 10)])


@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=5), st.integers(1, 40))
def test_fighters_are_split_evenly_and_none_is_lost(totals, parts):
    split = split_evenly(np.array(totals), parts)
    assert split.shape == (len(totals), parts)
    assert split.sum(axis=1).tolist() == totals
    assert (np.ptp(split, axis=1) <= 1).all()
    assert (split >= 0).all()


def test_an_unknown_parameter_is_refused():
    with pytest.raises(ValueError, match="unknown"):
        ready(**{"no.such": 1.0})
