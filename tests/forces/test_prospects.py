"""What lies behind an objective, and whose home it is."""

from __future__ import annotations

import numpy as np
import pytest

from sim.forces.commander import places_to_relieve
from sim.forces.prospects import prospects
from tests.forces.sides import give, side_of
from tests.situations import Situation, scenario_with


def situation(values=None, **more) -> Situation:
    """A small town and a smaller village before red's Camp; a great city lies behind the town."""
    return Situation(
        scenario_with(
            {
                "Camp": "red",
                "Town": {"controller": "blue", "value": 2.0, "home_of": "red"},
                "Village": {"controller": "blue", "value": 1.5},
                "City": {"controller": "blue", "value": 12.0},
            },
            [("Camp", "Town", 4.0), ("Camp", "Village", 4.0), ("Town", "City", 10.0)],
            [("r", "reds", "Camp", 300, {"units": 3}), ("b", "blues", "City", 50)],
            values=values,
            **more,
        ),
        2,
    )


def added(s: Situation, relief=()) -> dict[str, float]:
    side = side_of(s, "reds")
    to_relieve = np.zeros_like(side.hostile)
    to_relieve[:, [s.place(name) for name in relief]] = True
    found = prospects(side, np.arange(len(to_relieve)), side.hostile & ~to_relieve, to_relieve)
    return dict(zip(side.theatre.names, found[1].tolist(), strict=True))


def test_nothing_is_added_unless_a_scenario_says_so():
    assert set(added(situation(), ["Town"]).values()) == {0.0}


def test_what_opens_the_way_to_something_great_is_worth_more():
    found = added(situation({"any_kind.look_ahead": 0.5}))
    assert found["Town"] == pytest.approx(np.log((2.0 + 0.5 * 12.0) / 2.0))
    assert found["Village"] == 0


def test_what_can_be_attacked_already_is_not_behind_anything():
    """Red holds the village beyond too, so that the city is within its grasp as it is."""
    s = situation({"any_kind.look_ahead": 0.5})
    beyond = s.setting.scenario.resolved()
    beyond["routes"].append({"a": "Village", "b": "City", "km": 9.0, "class": "primary"})
    s = Situation(type(s.setting.scenario).from_resolved(beyond), 2)
    assert added(s)["Town"] > 0
    s.hold("Village", "red")
    assert added(s)["Town"] == 0


def test_foreign_ground_is_less_attractive_and_home_more_worth_a_relief():
    s = situation({"any_kind.foreign_ground": 0.7, "any_kind.home_bonus": 0.9})
    assert added(s) == pytest.approx({"Camp": -0.7, "Town": 0, "Village": -0.7, "City": -0.7})
    assert added(s, ["Town", "Village"])["Town"] == pytest.approx(0.9)


def allied(values=None) -> Situation:
    kinds = {"reds": ("red", "army"), "greens": ("green", "militia"), "blues": ("blue", "militia")}
    s = Situation(
        scenario_with(
            {"Camp": "red", "Town": {"controller": "green", "contested_by": "blue"}},
            [("Camp", "Town", 4.0)],
            [
                ("r", "reds", "Camp", 400, {"units": 4}),
                ("g", "greens", "Town", 100),
                ("b", "blues", "Town", 60),
            ],
            kinds=kinds,
            allied=[("red", "green")],
            hostile=[("red", "blue"), ("green", "blue")],
            values={"any_kind.reaction_per_day": 1.0, "any_kind.estimate_sigma": 0.0}
            | (values or {}),
        )
    )
    give(s)
    return s


def test_allies_are_relieved_by_those_who_relieve_allies():
    assert not places_to_relieve(side_of(allied(), "reds")).any()
    assert (allied().state.plan.target == -1).all()
    s = allied({"reds.relieves_allies": 1.0})
    assert places_to_relieve(side_of(s, "reds"))[0].tolist() == [False, True]
    assert s.state.plan.target[0, 0, 0] == s.place("Town")
    assert s.state.plan.relief[0, 0, 0]


def test_a_stock_that_is_not_full_at_the_start_delays_attacks():
    s = Situation(situation({"reds.stock_at_start": 0.1}).setting.scenario)
    assert s.state.plan.stock[0].tolist() == [100, 1000, 1000]
