"""What commanders do about places that they have been told to leave, and under a truce."""

from __future__ import annotations

import numpy as np

from sim.forces.operations import able_to_go
from sim.state.state import ASSAULT, HOLD, STAGING, WITHDRAW
from tests.forces.sides import decided, give, side_of
from tests.situations import Situation, day, scenario_with

EAGER = {
    "any_kind.attempt_per_day": 1.0,
    "any_kind.reaction_per_day": 1.0,
    "any_kind.estimate_sigma": 0.0,
    "any_kind.least_score": -20.0,
    "any_kind.least_chance_of_success": 0.1,
    "any_kind.groups": 1.0,
    "any_kind.muster_beyond_km": 100.0,
}
LEAVE = [{"date": day(1), "event": "withdraw", "a": "red", "places": ["Post", "Mill"]}]


def situation(events=(), **more) -> Situation:
    """Home, Post and Mill are red's, one after the other; blue holds Gate beside Mill."""
    kinds = {"reds": ("red", "islamic_state"), "blues": ("blue", "militia")}
    return Situation(
        scenario_with(
            {"Home": "red", "Post": "red", "Mill": "red", "Gate": "blue"},
            [("Home", "Post", 5.0), ("Post", "Mill", 5.0), ("Mill", "Gate", 5.0)],
            [
                ("r", "reds", "Home", 400, {"units": 4}),
                ("p", "reds", "Post", 50, {"static": True}),
                ("b", "blues", "Gate", 40),
            ],
            kinds=kinds,
            values=EAGER,
            events=list(events),
            **more,
        )
    )


def next_day(s: Situation) -> None:
    s.state.day += 1
    s.morning()


def test_before_the_day_nobody_leaves():
    s = situation(LEAVE)
    give(s)
    assert s.of("p", "posture")[0] == HOLD


def test_those_inside_withdraw_from_the_day_on():
    s = situation(LEAVE)
    next_day(s)
    give(s)
    assert s.of("p", "posture")[0] == WITHDRAW
    assert s.of("p", "destination")[0] == s.place("Home")
    assert s.of("p", "operation")[0] == -1


def test_those_under_way_to_such_a_place_stop():
    s = situation(LEAVE)
    s.hold("Mill", "blue")
    give(s)
    assert s.state.plan.target[0, 0, 0] == s.place("Mill")
    going = s.state.operation[0] == 0
    assert going.any()
    s.state.plan.phase[:, 0, 0] = ASSAULT
    next_day(s)
    give(s)
    assert (s.state.operation[0] == -1).all()
    assert not (s.state.destination[0] == s.place("Mill")).any()


def test_such_a_place_is_never_an_objective_again():
    s = situation(LEAVE)
    next_day(s)
    s.hold("Mill", "blue")
    s.hold("Post", "blue")
    give(s)
    assert (s.state.plan.target == -1).all()


def test_who_is_on_the_way_out_goes_on_until_among_friends():
    s = situation(LEAVE)
    next_day(s)
    s.hold("Post", None)
    s.set("p", posture=WITHDRAW)
    assert decided(s, "reds").posture[0, 4] == HOLD
    give(s)
    assert s.of("p", "posture")[0] == WITHDRAW
    s.set("p", next_place=s.place("Home"), road_left_m=1000, destination=s.place("Home"))
    give(s)
    assert s.of("p", "posture")[0] == WITHDRAW
    assert s.of("p", "destination")[0] == s.place("Home")


def truce(first: int, last: int) -> list[dict]:
    who = {"event": "policy", "a": "truce", "factions": ["red", "blue"]}
    return [{"date": day(first), **who, "value": 1.0}, {"date": day(last), **who, "value": 0.0}]


def test_a_truce_calls_off_what_is_under_way():
    s = situation(truce(1, 5))
    give(s)
    assert s.state.plan.phase[0, 0, 0] == STAGING
    next_day(s)
    give(s)
    assert s.state.plan.target[0, 0, 0] == -1
    assert (s.state.operation[0] == -1).all()


def test_the_front_is_watched_during_a_truce():
    s = situation(truce(0, 5))
    s.move("r", "Mill")
    side = side_of(s, "reds")
    assert not side.hostile.any()
    assert side.frontline[0, s.place("Mill")]
    assert not able_to_go(side)[0, 0]
    assert np.count_nonzero(able_to_go(side)[0]) == 3
