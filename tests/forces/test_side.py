"""A kind sees its own side only, and cannot change what it sees."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest

from sim.forces.orders import Orders
from sim.state.state import HOLD, WITHDRAW
from tests.arrays import arrays_of_state, assert_same_bits
from tests.forces.sides import decided, give, side_of
from tests.random_scenarios import random_scenario
from tests.situations import Situation, scenario_with

# Home - Front | Enemy front - Enemy rear - Enemy depth
PLACES = {
    "Home": "red",
    "Front": "red",
    "Enemy front": "blue",
    "Enemy rear": "blue",
    "Enemy depth": "blue",
}
ROADS = [
    ("Home", "Front", 5),
    ("Front", "Enemy front", 5),
    ("Enemy front", "Enemy rear", 5),
    ("Enemy rear", "Enemy depth", 5),
]
CLASSES = ("army", "militia", "ypg", "islamic_state")


def situation(decides="army", replicates=3, values=None, places=None, **more) -> Situation:
    return Situation(
        scenario_with(
            PLACES | (places or {}),
            ROADS,
            [
                ("r", "reds", "Front", 400, {"units": 4}),
                ("home", "reds", "Home", 100),
                ("b", "blues", "Enemy front", 150),
                ("b rear", "blues", "Enemy rear", 200),
                ("b depth", "blues", "Enemy depth", 300),
            ],
            kinds={"reds": ("red", decides), "blues": ("blue", "militia")},
            values=values or {},
            supply=[{"faction": "red", "place": "Home"}],
            **more,
        ),
        replicates,
    )


def test_its_members_are_the_units_of_the_kind_in_their_order():
    side = side_of(situation(), "reds")
    assert side.names == ("r/01", "r/02", "r/03", "r/04", "home/01")
    assert side.strength.tolist() == [[100] * 5] * 3
    assert side.kind == "reds"


def test_it_sees_those_beside_its_own_places_with_an_error():
    s = situation(replicates=2000, values={"any_kind.estimate_sigma": 0.3})
    seen = side_of(s, "reds").enemies[:, s.place("Enemy front")]
    assert np.median(seen) == pytest.approx(150, rel=0.03)
    assert np.log(seen / 150).std() == pytest.approx(0.3, abs=0.02)


def test_without_error_it_sees_the_truth():
    s = situation(values={"any_kind.estimate_sigma": 0.0})
    assert (side_of(s, "reds").enemies[:, s.place("Enemy front")] == 150).all()
    assert (side_of(s, "reds").enemies[:, s.place("Front")] == 0).all()


def test_out_of_sight_it_assumes_a_garrison():
    s = situation(values={"any_kind.assumed_garrison_fighters": 60.0})
    enemies = side_of(s, "reds").enemies
    for place in ("Enemy rear", "Enemy depth"):
        assert (enemies[:, s.place(place)] == 60).all()


def test_a_neutral_force_is_no_enemy():
    s = situation(hostile=[], values={"any_kind.estimate_sigma": 0.0})
    side = side_of(s, "reds")
    assert not side.enemies.any()
    assert not side.hostile.any()


@pytest.mark.parametrize("decides", CLASSES)
def test_the_strength_of_an_enemy_out_of_sight_changes_no_order(decides):
    usual, other = (situation(decides, replicates=50) for _ in range(2))
    other.set("b depth", strength=5)
    other.set("b rear", strength=9000, wounded=500, readiness=1, supply=0)
    other.state.car_bombs[:, other.setting.kinds.index("blues")] = 50
    assert_same_orders(decided(usual, "reds"), decided(other, "reds"))
    other.set("b", strength=9000)
    assert (
        decides == "militia"
        or (side_of(usual, "reds").enemies != side_of(other, "reds").enemies).any()
    )


def assert_same_orders(these: Orders, those: Orders) -> None:
    for field in fields(Orders):
        if field.name != "plan":
            np.testing.assert_array_equal(getattr(these, field.name), getattr(those, field.name))
    if these.plan is not None and those.plan is not None:
        assert_same_bits(vars(these.plan), vars(those.plan))


def test_in_random_scenarios_too_what_is_out_of_sight_changes_no_order():
    for number in range(8):
        s = Situation(random_scenario(number), 4)
        for _ in range(3):
            s.simulation.step()
        s.morning()
        for kind in s.setting.kinds:
            side = side_of(s, kind)
            before = decided(s, kind)
            hidden = _hidden_enemies(s, side)
            kept = s.state.strength.copy()
            s.state.strength[hidden] *= 3
            assert_same_orders(before, decided(s, kind))
            s.state.strength[:] = kept


def _hidden_enemies(s: Situation, side) -> np.ndarray:
    """Units of enemies in places that the side neither holds nor stands in nor touches."""
    faction = s.setting.kind_faction[s.setting.kinds.index(side.kind)]
    hostile = (s.state.stance[:, faction] < 0)[:, s.setting.roster.faction]
    ours = side.friendly | (side.friends > 0)
    near = ours | side.any_beside(ours)
    return hostile & ~np.take_along_axis(near, s.state.place, axis=1)


def test_everything_it_shows_is_read_only():
    s = situation("islamic_state")
    before = {name: values.copy() for name, values in arrays_of_state(_counted(s)).items()}
    side = side_of(s, "reds")
    shown = [
        *(name for name in vars(side) if not name.startswith("_")),
        *("enemies", "car_bombs", "near", "place_ids", "enemy_sources", "initially_held"),
        "standing",
    ]
    arrays = [
        (name, value) for name in shown if isinstance(value := getattr(side, name), np.ndarray)
    ]
    arrays += [(f"plan.{name}", value) for name, value in vars(side.plan).items()]
    arrays += [("number", side.number("caution")), ("parameter", side.parameter("air.sigma"))]
    names = {name for name, _ in arrays}
    assert {"strength", "place", "enemies", "road_m", "plan.target", "car_bombs"} <= names
    writable = []
    for name, values in arrays:
        try:
            values[...] = 0
        except ValueError:
            continue
        writable.append(name)
    assert writable == []
    assert_same_bits(before, arrays_of_state(s.state))


def _counted(s: Situation):
    give(s)
    return s.state


def test_the_theatre_it_shows_is_read_only():
    side = side_of(situation(), "reds")
    with pytest.raises(ValueError, match="read-only"):
        side.theatre.value[0] = 9
    with pytest.raises(ValueError, match="read-only"):
        side.theatre.neighbour[0, 0] = 1


# Draws.


def test_draws_of_a_name_are_the_same_and_of_different_names_independent():
    side = side_of(situation(replicates=3000), "reds")
    nerve = side.draw("nerve")
    assert nerve.shape == side.strength.shape
    assert ((nerve > 0) & (nerve < 1)).all()
    np.testing.assert_array_equal(nerve, side.draw("nerve"))
    other = side.draw("courage")
    assert abs(np.corrcoef(nerve.ravel(), other.ravel())[0, 1]) < 0.04
    assert abs(np.corrcoef(nerve[:, 0], nerve[:, 1])[0, 1]) < 0.08


def test_draws_are_fresh_every_day():
    s = situation(replicates=500)
    first = side_of(s, "reds").draw("nerve")
    s.state.day = 1
    second = side_of(s, "reds").draw("nerve")
    assert abs(np.corrcoef(first.ravel(), second.ravel())[0, 1]) < 0.08


def test_two_kinds_do_not_share_their_draws():
    s = situation(replicates=500)
    red, blue = side_of(s, "reds").draw("nerve"), side_of(s, "blues").draw("nerve")
    assert abs(np.corrcoef(red[:, 0], blue[:, 0])[0, 1]) < 0.15


# Simple orders.


def test_hold_keeps_everyone_where_he_is():
    s = situation()
    orders = side_of(s, "reds").hold()
    assert (orders.destination == side_of(s, "reds").place).all()
    assert (orders.posture == HOLD).all()
    assert not orders.air_request.any()


def test_who_is_on_the_road_holds_by_going_on_to_the_next_place():
    s = situation()
    s.set("r/02", next_place=s.place("Home"), road_left_m=1000)
    orders = side_of(s, "reds").hold()
    assert (orders.destination[:, 1] == s.place("Home")).all()


def test_fall_back_goes_to_the_nearest_stronghold_or_else_the_nearest_safe_place():
    orders = side_of(s := situation(), "reds").fall_back()
    assert (orders.destination[:, 0] == s.place("Home")).all()
    assert (orders.posture[:, 0] == WITHDRAW).all()
    orders = side_of(
        s := situation(places={"Home": {"controller": "red", "stronghold": True}}), "reds"
    ).fall_back()
    assert (orders.destination[:, 0] == s.place("Home")).all()
    assert (orders.posture[:, 4] == HOLD).all()  # it is in the only stronghold already


def test_who_has_nowhere_to_fall_back_to_stays():
    s = situation()
    s.hold("Home", "blue")
    orders = side_of(s, "reds").fall_back()
    assert (orders.posture[:, 0] == HOLD).all()
    assert (orders.destination[:, 0] == s.place("Front")).all()


def test_where_takes_one_order_or_the_other():
    s = situation()
    side = side_of(s, "reds")
    mask = np.zeros(side.place.shape, dtype=bool)
    mask[:, 0] = True
    orders = side.where(mask, side.fall_back(), side.hold())
    assert (orders.posture[:, 0] == WITHDRAW).all()
    assert (orders.posture[:, 1:] == HOLD).all()
