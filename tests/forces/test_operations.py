"""Groups are launched, gather, go over to the assault, end and rest; garrisons stay."""

from __future__ import annotations

import numpy as np
import pytest

from sim.forces.operations import free_to_go
from sim.state.state import ASSAULT, ATTACK, GROUPS, HOLD, IDLE, REST, STAGING
from tests.forces.sides import decided, give, side_of
from tests.situations import Situation, scenario_with

# Home - Front | Town ; Front - Camp, from where Town can be reached too.
ROADS = [("Home", "Front", 5), ("Front", "Town", 5), ("Camp", "Front", 5), ("Camp", "Town", 9)]
EAGER = {
    "any_kind.attempt_per_day": 1.0,
    "any_kind.reaction_per_day": 1.0,
    "any_kind.estimate_sigma": 0.0,
    "any_kind.taste_sigma": 0.0,
    "any_kind.least_score": -9.0,
    "any_kind.least_chance_of_success": 0.1,
    "any_kind.force_ratio": 1.5,
    "any_kind.caution": 1.0,
    "any_kind.groups": 1.0,
    "any_kind.rest_days": 3.0,
    "any_kind.staging_days_most": 4.0,
    "any_kind.assault_days_most": 6.0,
    "any_kind.loss_limit": 0.25,
    "any_kind.stock_least": 0.15,
    "any_kind.least_readiness": 0.5,
}


def situation(enemies=100, units=None, values=None, places=None, replicates=1, **more) -> Situation:
    """Five units of reds, 100 each: two at Front, three at Home; blues hold Town."""
    holders = {"Home": "red", "Front": "red", "Camp": "red", "Town": "blue"} | (places or {})
    return Situation(
        scenario_with(
            holders,
            ROADS,
            units
            or [
                ("front", "reds", "Front", 200, {"units": 2}),
                ("home", "reds", "Home", 300, {"units": 3}),
                ("b", "blues", "Town", enemies),
            ],
            kinds={"reds": ("red", "islamic_state"), "blues": ("blue", "militia")},
            values=EAGER | (values or {}),
            supply=[{"faction": "red", "place": "Home"}],
            **more,
        ),
        replicates,
    )


def plan(s: Situation, name: str, group: int = 0) -> np.ndarray:
    return getattr(s.state.plan, name)[:, s.setting.kinds.index("reds"), group]


def next_morning(s: Situation, days: int = 1) -> None:
    """Let days pass on which nothing happens but what the reds decide."""
    for _ in range(days):
        s.state.day += 1
        s.morning()
        give(s)


# Launching.


def test_a_group_is_sent_after_an_objective_and_gathers_first():
    s = situation()
    give(s)
    assert plan(s, "phase")[0] == STAGING
    assert plan(s, "target")[0] == s.place("Town")
    assert plan(s, "staging")[0] in (s.place("Front"), s.place("Camp"))
    assert not plan(s, "relief")[0]
    members = s.state.operation[0] == 0
    assert plan(s, "fighters")[0] == s.state.strength[0][members].sum() >= 150


def test_no_more_are_sent_than_the_objective_needs():
    for enemies, units in ((100, 2), (190, 3)):
        s = situation(enemies)
        give(s)
        assert (s.state.operation[0] == 0).sum() == units


def test_nothing_is_launched_without_means():
    s = situation(values={"any_kind.stock_refill_days": 1e6})
    s.state.plan.stock[:] = 149
    give(s)
    assert plan(s, "phase")[0] == IDLE
    assert (s.state.operation == -1).all()
    s.state.plan.stock[:] = 150
    give(s)
    assert plan(s, "phase")[0] == STAGING


def test_resting_is_better_than_a_poor_objective():
    s = situation(values={"any_kind.least_score": 0.5})
    give(s)
    assert plan(s, "phase")[0] == IDLE


def test_a_hopeless_objective_is_left_alone():
    s = situation(2000)
    give(s)
    assert plan(s, "phase")[0] == IDLE


def test_a_group_is_launched_as_often_as_its_kind_tries():
    s = situation(values={"any_kind.attempt_per_day": 0.3}, replicates=3000)
    give(s)
    assert (plan(s, "phase") == STAGING).mean() == pytest.approx(0.3, abs=0.035)


def test_two_groups_never_go_after_one_place():
    s = situation(10, values={"any_kind.groups": 4.0, "any_kind.least_group_fighters": 10.0})
    give(s)
    targets = s.state.plan.target[0, s.setting.kinds.index("reds")]
    assert (targets >= 0).sum() == 1
    assert len(targets) == GROUPS


def test_the_number_of_groups_is_the_kinds():
    places = {"Camp": "blue"}
    units = [
        ("front", "reds", "Front", 800, {"units": 8}),
        ("b", "blues", "Town", 30),
        ("b2", "blues", "Camp", 30),
    ]
    for groups in (1, 2):
        s = situation(units=units, places=places, values={"any_kind.groups": float(groups)})
        give(s)
        phases = s.state.plan.phase[0, s.setting.kinds.index("reds")]
        assert (phases == STAGING).sum() == groups


# From gathering to assault.


def test_a_group_that_has_gathered_goes_over_to_the_assault():
    s = situation()
    give(s)
    members = np.flatnonzero(s.state.operation[0] == 0)
    next_morning(s)
    assert plan(s, "phase")[0] == STAGING
    s.state.place[0, members] = plan(s, "staging")[0]
    next_morning(s)
    assert plan(s, "phase")[0] == ASSAULT
    assert (s.state.destination[0, members] == s.place("Town")).all()
    assert (s.state.posture[0, members] == ATTACK).all()


def gathered(s: Situation) -> np.ndarray:
    """Launch a group and bring it to its place of assembly; return its members."""
    give(s)
    members = np.flatnonzero(s.state.operation[0] == 0)
    s.state.place[0, members] = plan(s, "staging")[0]
    return members


def on_assault(s: Situation) -> np.ndarray:
    members = gathered(s)
    next_morning(s)
    assert plan(s, "phase")[0] == ASSAULT
    return members


@pytest.mark.parametrize(("enemies", "after"), [(100, ASSAULT), (1000, REST)])
def test_a_group_that_never_gathers_goes_in_the_end_or_not_at_all(enemies, after):
    s = situation(values={"any_kind.rest_days": 9.0})
    give(s)
    s.set("b", strength=enemies)
    s.state.place[0, :5] = s.place("Home")
    next_morning(s, 3)
    assert plan(s, "phase")[0] == STAGING
    next_morning(s)
    assert plan(s, "phase")[0] == after


def test_an_assault_uses_the_stock_up_and_time_brings_it_back():
    values = {"any_kind.stock_per_assault_day": 0.02, "any_kind.stock_refill_days": 100.0}
    s = situation(values=values)
    gathered(s)
    next_morning(s)
    assert plan(s, "phase")[0] == ASSAULT
    stock = s.state.plan.stock[:, s.setting.kinds.index("reds")]
    stock[:] = 500
    next_morning(s)
    assert stock[0] == 490
    s.state.plan.phase[:] = REST
    next_morning(s)
    assert stock[0] == 500


# The end of an assault.


def test_success_ends_it_and_frees_the_group_at_once():
    s = situation()
    members = on_assault(s)
    s.set("b", strength=0)
    s.hold("Town", "red")
    s.state.place[0, members] = s.place("Town")
    next_morning(s)
    assert plan(s, "phase")[0] == IDLE
    assert plan(s, "target")[0] == -1
    assert (s.state.operation == -1).all()


def lose_many(s: Situation) -> None:
    s.state.strength[0, s.state.operation[0] == 0] = 60


def meet_many(s: Situation) -> None:
    next_morning(s)
    s.set("b", strength=2000)


def take_too_long(s: Situation) -> None:
    next_morning(s, 5)


@pytest.mark.parametrize("failure", [lose_many, meet_many, take_too_long])
def test_failure_ends_it_and_the_group_rests(failure):
    s = situation(values={"any_kind.attempt_per_day": 1.0})
    members = on_assault(s)
    s.state.place[0, members] = s.place("Town")
    failure(s)
    assert plan(s, "phase")[0] == ASSAULT
    next_morning(s)
    assert plan(s, "phase")[0] == REST
    assert (s.state.operation == -1).all()
    s.set("b", strength=100)
    next_morning(s, 2)
    assert plan(s, "phase")[0] == REST
    next_morning(s)
    assert plan(s, "phase")[0] != REST


def test_those_left_in_the_enemys_place_by_a_failed_assault_fall_back():
    s = situation()
    members = on_assault(s)
    s.state.place[0, members] = s.place("Town")
    lose_many(s)
    next_morning(s)
    assert (s.state.destination[0, members] != s.place("Town")).all()


def test_a_group_that_is_destroyed_is_given_up():
    s = situation()
    members = on_assault(s)
    s.state.strength[0, members] = 0
    next_morning(s)
    assert plan(s, "phase")[0] == REST


# Relief.


def test_a_place_under_attack_is_relieved_at_once_and_without_stock():
    s = situation(
        units=[
            ("front", "reds", "Front", 100),
            ("home", "reds", "Home", 400, {"units": 4}),
            ("b", "blues", "Town", 80),
        ]
    )
    s.move("b", "Front")
    s.state.plan.stock[:] = 0
    give(s)
    assert plan(s, "relief")[0]
    assert plan(s, "phase")[0] == ASSAULT
    assert plan(s, "target")[0] == s.place("Front")
    assert (s.state.destination[0, s.state.operation[0] == 0] == s.place("Front")).all()


def test_relief_comes_before_attack():
    s = situation(
        units=[
            ("front", "reds", "Front", 100),
            ("home", "reds", "Home", 400, {"units": 4}),
            ("b", "blues", "Town", 80),
            ("raid", "blues", "Town", 80),
        ],
        values={"any_kind.relief_bonus": 3.0},
    )
    s.move("raid", "Front")
    give(s)
    assert plan(s, "target")[0] == s.place("Front")


# Who can be sent.


def free(s: Situation) -> dict[str, bool]:
    side = side_of(s, "reds")
    able = free_to_go(side, side.operation)[0]
    return dict(zip(side.names, able.tolist(), strict=True))


def test_the_last_unit_of_a_garrison_on_the_front_line_stays():
    s = situation()
    assert free(s) == {
        "front/01": False,  # the first in the table: Town is next door
        "front/02": True,
        "home/01": True,  # Home is not on the front line
        "home/02": True,
        "home/03": True,
    }
    s = situation(1, units=[("front", "reds", "Front", 100), ("b", "blues", "Town", 1)])
    give(s)
    assert plan(s, "phase")[0] == IDLE
    assert s.of("front", "destination")[0] == s.place("Front")


@pytest.mark.parametrize(
    "change",
    [
        {"readiness": 499},
        {"strength": 0},
        {"active": False},
        {"broken_until": 3},
        {"operation": 1},
        {"next_place": 0},
    ],
    ids=lambda change: next(iter(change)),
)
def test_nobody_is_sent_who_is(change):
    s = situation()
    s.set("home/02", **change)
    assert not free(s)["home/02"]
    assert free(s)["home/03"]


def test_static_garrisons_are_never_sent():
    units = [
        ("front", "reds", "Front", 200, {"units": 2, "static": True}),
        ("home", "reds", "Home", 300, {"units": 3, "static": True}),
        ("b", "blues", "Town", 10),
    ]
    s = situation(units=units)
    assert not any(free(s).values())
    orders = decided(s, "reds")
    assert (orders.posture == HOLD).all()
    assert (orders.operation == -1).all()


def test_who_fights_is_not_sent_elsewhere():
    s = situation()
    s.move("b", "Home")
    assert not any(free(s)[name] for name in ("home/01", "home/02", "home/03"))
    s.set("b", strength=10)  # but a handful against three hundred pins nobody down
    assert free(s)["home/02"]


# Mustering.


def test_idle_units_far_from_the_front_come_to_it():
    s = situation(3000, values={"any_kind.muster_beyond_km": 4.0}, places={"Camp": None})
    give(s)
    assert plan(s, "phase")[0] == IDLE
    assert (s.state.destination[0, 2:5] == s.place("Front")).all()
    s = situation(3000, values={"any_kind.muster_beyond_km": 6.0}, places={"Camp": None})
    give(s)
    assert (s.state.destination[0, 2:5] == s.place("Home")).all()
