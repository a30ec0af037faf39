"""How each kind decides: army, militia, YPG and Islamic State."""

from __future__ import annotations

import numpy as np
import pytest

from sim.state.state import ASSAULT, BREAK_OUT, HOLD, INFILTRATE, NEVER, STAGING, WITHDRAW
from tests.forces.sides import decided, give, side_of
from tests.situations import Situation, scenario_with

EAGER = {
    "any_kind.attempt_per_day": 1.0,
    "any_kind.reaction_per_day": 1.0,
    "any_kind.estimate_sigma": 0.0,
    "any_kind.taste_sigma": 0.0,
    "any_kind.least_score": -20.0,
    "any_kind.least_chance_of_success": 0.1,
    "any_kind.groups": 1.0,
}


def situation(decides, places, roads, units, values=None, replicates=1, **more) -> Situation:
    kinds = {"reds": ("red", decides), "blues": ("blue", "militia"), "greens": ("green", "militia")}
    more.setdefault("supply", [{"faction": "red", "place": "Home"}])
    return Situation(
        scenario_with(places, roads, units, kinds=kinds, values=EAGER | (values or {}), **more),
        replicates,
    )


# Army.


def army(units=None, places=None, values=None, **more) -> Situation:
    holders = {"Home": {"controller": "red", "stronghold": True}, "Post": "red", "Lost": "red"}
    return situation(
        "army",
        holders | {"Foreign": "blue"} | (places or {}),
        [("Home", "Post", 5), ("Post", "Lost", 5), ("Post", "Foreign", 5)],
        units
        or [
            ("r", "reds", "Home", 500, {"units": 5}),
            ("post", "reds", "Post", 60),
            ("guard", "reds", "Post", 40, {"static": True}),
            ("b", "blues", "Foreign", 50),
        ],
        {"any_kind.fall_back_ratio": 2.0} | (values or {}),
        **more,
    )


def test_the_army_retakes_only_what_was_its_own():
    s = army()
    give(s)
    assert (s.state.plan.phase == 0).all()  # Foreign is not its business
    s.hold("Lost", "blue")
    give(s)
    assert s.state.plan.target[0, 0, 0] == s.place("Lost")


def test_who_is_outnumbered_falls_back_on_the_stronghold():
    s = army()
    s.move("b", "Post")
    s.set("b", strength=201)
    orders = decided(s, "reds")
    post, guard = s.unit("post"), s.unit("guard")
    assert orders.posture[0, post] == WITHDRAW
    assert orders.destination[0, post] == s.place("Home")
    assert orders.posture[0, guard] == HOLD  # a static garrison stays
    s.set("b", strength=200)
    assert decided(s, "reds").posture[0, post] != WITHDRAW


def test_nobody_leaves_a_stronghold_because_he_is_outnumbered():
    s = army(places={"Post": {"controller": "red", "stronghold": True}})
    s.move("b", "Post")
    s.set("b", strength=900)
    assert decided(s, "reds").posture[0, s.unit("post")] != WITHDRAW


def test_who_is_surrounded_without_supply_leaves_if_he_can():
    s = army()
    s.hold("Lost", "blue")
    s.hold("Home", "blue")
    s.set("post", supply=0)
    orders = decided(s, "reds")
    # Every road out is barred: there is nowhere to fall back to.
    assert orders.posture[0, s.unit("post")] == HOLD


# Militia.


def test_a_militia_stays_where_it_is_and_asks_for_support():
    s = situation(
        "militia",
        {"Home": "red", "Post": "red", "Enemy": "blue"},
        [("Home", "Post", 5), ("Post", "Enemy", 5)],
        [
            ("r", "reds", "Home", 500, {"units": 5}),
            ("p", "reds", "Post", 50),
            ("b", "blues", "Enemy", 9),
        ],
    )
    s.move("b", "Post")
    orders = decided(s, "reds")
    assert (orders.destination == side_of(s, "reds").place).all()
    assert (orders.posture == HOLD).all()
    assert orders.air_request[0].tolist() == [0, 0, 0, 0, 0, 9]


# YPG: a city of three districts, whose south lies on the road to the enemy's rear.

CITY = {
    "North": {"controller": "red", "city": "Twin"},
    "East": {"controller": "green", "city": "Twin"},
    "South": {"controller": "green", "city": "Twin"},
    "Home": "red",
    "Village": "blue",
    "Rear": "blue",
}
CITY_ROADS = [
    ("Home", "North", 3.0),
    ("North", "East", 2.0),
    ("East", "South", 2.0),
    ("North", "South", 2.0),
    ("South", "Village", 6.0),
    ("North", "Village", 6.0),
    ("Village", "Rear", 30.0),
]


def ypg(values=None, replicates=1, **more) -> Situation:
    return situation(
        "ypg",
        CITY,
        CITY_ROADS,
        [
            ("r", "reds", "North", 900, {"units": 9}),
            ("village", "blues", "Village", 60),
            ("b", "blues", "Rear", 80),
        ],
        {"any_kind.trigger_districts": 1.0, "any_kind.ring_first": 3.0} | (values or {}),
        replicates,
        hostile=[("red", "blue"), ("blue", "green")],
        supply=[{"faction": "red", "place": "Home"}, {"faction": "blue", "place": "Rear"}],
        **more,
    )


def joined(s: Situation) -> bool:
    give(s)
    return bool(s.state.plan.joined[0, 0])


def test_the_ypg_stays_neutral_until_it_is_concerned():
    s = ypg()
    assert not joined(s)
    assert (s.state.plan.phase == 0).all()
    assert (s.state.plan.joined_day == NEVER).all()


def test_it_joins_once_enough_districts_are_taken():
    for trigger, joins in ((1.0, True), (2.0, False)):
        s = ypg({"any_kind.trigger_districts": trigger})
        s.hold("South", "blue")
        assert joined(s) == joins


def test_it_joins_once_a_place_of_its_own_is_taken():
    s = ypg({"any_kind.trigger_districts": 9.0})
    s.hold("Home", "blue")
    assert joined(s)


def test_a_district_of_another_city_is_none_of_its_business():
    s = ypg()
    s.hold("Village", "blue")
    assert not joined(s)


def test_it_remembers_the_day_on_which_it_joined():
    s = ypg()
    s.hold("South", "blue")
    s.state.day = 4
    give(s)
    s.hold("South", "green")
    s.state.day = 5
    assert joined(s)
    assert s.state.plan.joined_day[0, 0] == 4


def besieged(values=None, replicates=1) -> Situation:
    """Blue has taken South; its only road to its rear leads through Village."""
    s = ypg(values, replicates)
    s.hold("South", "blue")
    s.move("b", "South")
    return s


def target(s: Situation) -> np.ndarray:
    give(s)
    return s.state.plan.target[:, 0, 0]


def test_it_plans_the_ring_when_it_joins():
    s = besieged()
    give(s)
    assert np.flatnonzero(s.state.plan.cut[0, 0]).tolist() == [s.place("Village")]
    assert s.state.plan.cut_day[0, 0] == 0


def test_the_ring_comes_before_clearing():
    assert target(besieged())[0] == s_place("Village")
    assert target(besieged({"any_kind.ring_first": 0.0}))[0] == s_place("South")


def s_place(name: str) -> int:
    return list(CITY).index(name)


def test_once_the_ring_is_closed_it_clears():
    s = besieged()
    s.hold("Village", "red")
    s.set("village", strength=0)
    assert target(s)[0] == s.place("South")


def test_its_patience_with_the_ring_has_an_end():
    s = besieged({"any_kind.ring_patience_days": 5.0, "any_kind.attempt_per_day": 0.0})
    give(s)
    s.set("village", strength=60)
    s.state.day = 6
    assert not target(s)[0] >= 0
    s = besieged({"any_kind.ring_patience_days": 5.0})
    s.state.plan.joined_day[:] = -6
    assert target(s)[0] == s.place("South")


def test_its_patience_is_new_for_a_city_that_is_entered_after_long():
    for memory, first in ((5.0, "Village"), (50.0, "South")):
        s = ypg({"any_kind.ring_patience_days": 4.0, "any_kind.ring_memory_days": memory})
        s.state.plan.joined_day[:] = 0
        s.state.day = 9
        s.hold("South", "blue")
        s.move("b", "South")
        assert target(s)[0] == s_place(first)


def test_a_city_where_it_had_nothing_is_none_of_its_business():
    # Red holds North at the start, but this command of its has nobody in the city.
    far = [("r", "reds", "Home", 900, {"units": 9}), ("b", "blues", "Rear", 80)]
    supply = [{"faction": "red", "place": "Home"}, {"faction": "blue", "place": "Rear"}]
    s = situation("ypg", CITY, CITY_ROADS, far, supply=supply)
    s.hold("South", "blue")
    assert not side_of(s, "reds").shared_city.any()
    assert not joined(s)


def test_its_own_places_are_retaken_whatever_the_ring():
    s = besieged()
    s.hold("Home", "blue")
    s.state.struck[:] = 0
    assert target(s)[0] == s.place("Home")


def test_with_taste_and_error_the_ring_still_mostly_comes_first():
    values = {"any_kind.taste_sigma": 0.5, "any_kind.estimate_sigma": 0.3}
    chosen = target(besieged(values, 500))
    assert np.mean(chosen == s_place("Village")) > 0.95


def test_it_likes_places_less_the_farther_they_are_from_home():
    from sim.forces import Ypg

    s = besieged({"any_kind.home_pull_per_10_km": 0.5, "any_kind.ring_first": 0.0})
    side = side_of(s, "reds")
    liked = Ypg.preference(side, side.plan)[0]
    assert liked[s.place("South")] == pytest.approx(-0.5 * 0.2)
    assert liked[s.place("Rear")] == pytest.approx(-0.5 * 3.6)
    assert liked[s.place("North")] == 0


# Islamic State.


def raiders(values=None, replicates=1, units=None, places=None, **more) -> Situation:
    """Reds at Front, beside blue's Gate; behind it, and weakly held, lies Quarter."""
    holders = {"Home": "red", "Front": "red", "Gate": "blue", "Quarter": "blue", "Inner": "blue"}
    return situation(
        "islamic_state",
        holders | (places or {}),
        [
            ("Home", "Front", 5.0),
            ("Front", "Gate", 2.0),
            ("Gate", "Quarter", 1.5),
            ("Quarter", "Inner", 1.5),
        ],
        units
        or [
            ("r", "reds", "Front", 500, {"units": 5}),
            ("b", "blues", "Gate", 100),
            ("q", "blues", "Quarter", 10),
            ("i", "blues", "Inner", 400),
        ],
        {
            "any_kind.car_bombs_per_assault": 2.0,
            "any_kind.foot_bombers_per_assault": 1.0,
            "any_kind.staged_share": 0.0,
        }
        | (values or {}),
        replicates,
        **more,
    )


def test_every_assault_is_opened_with_bombers():
    s = raiders(replicates=2000)
    give(s)
    assert (s.state.plan.phase[:, 0, 0] == STAGING).all()
    assert not s.state.orders["car_bombs"].any()
    s.state.day = 1
    s.morning()
    give(s)
    assert (s.state.plan.phase[:, 0, 0] == ASSAULT).all()
    for weapon, mean in (("car_bombs", 2.0), ("foot_bombers", 1.0)):
        sent = s.state.orders[weapon]
        assert ((sent > 0).sum(axis=1) <= 1).all()  # the first of the group has them
        number = sent.sum(axis=1)
        assert number.mean() == pytest.approx(mean, abs=4 * np.sqrt(mean / 2000))
        assert number.var() == pytest.approx(mean, rel=0.15)


def test_units_that_nothing_needs_slip_into_weakly_held_places_behind_the_line():
    values = {
        "any_kind.attempt_per_day": 0.0,
        "any_kind.infiltration_per_day": 0.3,
        "any_kind.infiltration_reach_km": 4.0,
        "any_kind.infiltration_fighters": 60.0,
        "any_kind.assumed_garrison_fighters": 30.0,
    }
    s = raiders(values, 1000)
    orders = decided(s, "reds")
    slips = orders.posture == INFILTRATE
    assert not slips[:, 0].any()  # the garrison stays
    assert slips[:, 1:].mean() == pytest.approx(0.3, abs=0.03)
    goals = set(np.unique(orders.destination[slips]).tolist())
    assert goals == {s.place("Quarter")}  # Gate is on the line, Inner out of reach


def test_nobody_slips_in_where_many_stand():
    values = {"any_kind.attempt_per_day": 0.0, "any_kind.infiltration_per_day": 1.0}
    s = raiders(values | {"any_kind.assumed_garrison_fighters": 90.0}, 20)
    assert not (decided(s, "reds").posture == INFILTRATE).any()


def trapped(values=None, replicates=1) -> Situation:
    s = raiders({"any_kind.break_out_per_day": 0.25} | (values or {}), replicates)
    s.move("r/03", "Inner")
    s.set("i", strength=0)
    s.hold("Inner", "red")
    s.set("r/03", supply=400)
    return s


def test_a_surrounded_unit_tries_to_break_out_to_where_goods_are():
    s = trapped(replicates=2000)
    orders = decided(s, "reds")
    breaks = orders.posture == BREAK_OUT
    assert breaks[:, 2].mean() == pytest.approx(0.25, abs=0.04)
    assert not breaks[:, [0, 1, 3, 4]].any()
    assert (orders.destination[:, 2][breaks[:, 2]] == s.place("Front")).all()


def test_who_is_not_surrounded_or_not_hungry_yet_stays():
    s = trapped({"any_kind.break_out_per_day": 1.0})
    s.set("r/03", supply=500)
    assert not (decided(s, "reds").posture == BREAK_OUT).any()
    s = trapped({"any_kind.break_out_per_day": 1.0})
    s.hold("Quarter", "red")
    s.set("q", strength=0)
    assert not (decided(s, "reds").posture == BREAK_OUT).any()


def test_who_has_begun_to_break_out_goes_on():
    s = trapped({"any_kind.break_out_per_day": 0.0})
    s.set("r/03", posture=BREAK_OUT)
    assert decided(s, "reds").posture[0, 2] == BREAK_OUT


# Air support, which every kind asks for.


def test_support_is_asked_for_where_one_fights_and_where_one_is_about_to_attack():
    s = raiders()
    give(s)
    assert not s.state.orders["air_request"].any()
    s.state.day = 1
    s.morning()
    give(s)
    attacking = s.state.operation[0] == 0
    assert (s.state.orders["air_request"][0, attacking] == 100).all()
    assert not s.state.orders["air_request"][0, ~attacking].any()
