"""Who stands where, who is friend and who is enemy there, and which roads are open."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings

from sim.engine.simulation import Simulation
from sim.state.picking import bit_sets
from sim.state.presence import (
    any_beside,
    enemies_by_place,
    enemy_fighters,
    friends_by_place,
    held_by_enemy,
    held_by_friend,
    hostile,
    refresh_roads,
    strength_by_place,
    sum_by_place,
    sum_of_units,
)
from tests.random_scenarios import scenarios
from tests.situations import Situation, scenario_with


def situation(**more) -> Situation:
    return Situation(
        scenario_with(
            {"A": {"controller": "red", "contested_by": "blue"}, "B": "green", "C": "blue"},
            [("A", "B", 3), ("B", "C", 4)],
            [
                ("r", "reds", "A", 90, {"units": 2}),
                ("b", "blues", "A", 30),
                ("g", "greens", "A", 20),
                ("c", "blues", "C", 70),
            ],
            supply=[{"faction": "red", "place": "A"}, {"faction": "blue", "place": "C"}],
            **more,
        ),
        2,
    )


def table(values: np.ndarray) -> list:
    return values[0].astype(int).tolist()


def test_strength_is_summed_by_faction_and_place():
    s = situation()
    strength = strength_by_place(s.state, s.setting)
    assert strength.dtype == np.float64
    assert table(strength) == [[90, 0, 0], [30, 0, 70], [20, 0, 0]]


def test_who_marches_or_has_nobody_fit_stands_nowhere():
    s = situation()
    s.set("r/01", next_place=s.place("B"), road_left_m=500)
    s.set("b", strength=0, wounded=30)
    assert table(strength_by_place(s.state, s.setting)) == [[45, 0, 0], [0, 0, 70], [20, 0, 0]]


def test_any_whole_number_can_be_summed_over_any_units():
    s = situation()
    where = s.state.standing & (s.setting.roster.faction == 0)
    ones = np.ones_like(s.state.place)
    assert table(sum_by_place(s.state, s.setting, ones, where)) == [[2, 0, 0], [0] * 3, [0] * 3]


def test_enemies_and_friends_are_told_apart_by_stance():
    s = situation(allied=[("red", "green")])
    strength = strength_by_place(s.state, s.setting)
    assert table(enemies_by_place(strength, s.state)) == [[30, 0, 70], [90, 0, 0], [0, 0, 0]]
    assert table(friends_by_place(strength, s.state)) == [[110, 0, 0], [30, 0, 70], [110, 0, 0]]


def test_places_are_held_by_friend_by_enemy_or_by_neither():
    s = situation()
    assert table(held_by_friend(s.state)) == [[1, 0, 0], [0, 0, 1], [0, 1, 0]]
    assert table(held_by_enemy(s.state)) == [[0, 0, 1], [1, 0, 0], [0, 0, 0]]
    s.hold("A", None)
    assert not held_by_friend(s.state)[:, :, 0].any()
    assert not held_by_enemy(s.state)[:, :, 0].any()


def test_a_faction_drives_through_all_that_no_enemy_holds():
    s = situation()
    red, blue = s.faction("red"), s.faction("blue")
    assert s.state.passable[0, red].tolist() == [True, True, False]
    assert s.state.supplied[0, red].tolist() == [True, True, False]
    assert s.state.supplied[0, blue].tolist() == [False, True, True]
    assert s.state.road_m[0, red, s.place("A"), s.place("C")] == 7000


def test_roads_are_searched_again_when_control_changes():
    s = situation()
    red = s.faction("red")
    s.state.controller[1, s.place("B")] = s.faction("blue")
    refresh_roads(s.state, s.setting)
    assert s.state.road_m[0, red, s.place("A"), s.place("C")] == 7000
    assert s.state.road_m[1, red, s.place("A"), s.place("C")] > 10**8
    assert s.state.supplied[:, red, s.place("B")].tolist() == [True, False]


@settings(max_examples=8)
@given(scenarios())
def test_roads_kept_up_to_date_are_those_searched_anew(scenario):
    simulation = Simulation(scenario, seed=1, replicates=[0, 1, 2])
    while not simulation.finished:
        simulation.step()
    state, setting = simulation.state, simulation.setting  # routes may have been closed since
    refresh_roads(state, setting)
    kept = [getattr(state, name).copy() for name in ("passable", "road_m", "supplied")]
    refresh_roads(state, setting, everything=True)
    for before, name in zip(kept, ("passable", "road_m", "supplied"), strict=True):
        np.testing.assert_array_equal(getattr(state, name), before)


@settings(max_examples=8)
@given(scenarios())
def test_friends_and_enemies_of_two_sides_are_mutual(scenario):
    simulation = Simulation(scenario, seed=1, replicates=[0, 1])
    for _ in range(3):
        simulation.step()
    against = hostile(simulation.state)
    assert (against == against.transpose(0, 2, 1)).all()
    strength = strength_by_place(simulation.state, simulation.setting)
    enemies = enemies_by_place(strength, simulation.state)
    # Fighters times their enemies, summed over both sides, count every pair twice.
    pairs = (strength * enemies).sum(axis=1)
    both = np.einsum("rap,rbp,rab->rp", strength, strength, against.astype(float))
    np.testing.assert_array_equal(pairs, both)


def test_neighbours_are_found_among_more_places_than_a_word_has_bits():
    places = 150
    joined = np.random.default_rng(1).random((places, places)) < 0.02
    values = np.random.default_rng(2).random((3, 2, places)) < 0.1
    expected = (values[:, :, None, :] & joined).any(axis=3)
    assert (any_beside(values, bit_sets(joined)) == expected).all()


def test_whole_enemies_are_those_of_any_numbers_also_where_replicates_differ_in_stance():
    s = situation()
    strength = strength_by_place(s.state, s.setting)
    assert (enemy_fighters(strength, s.state) == enemies_by_place(strength, s.state)).all()
    red, green = s.faction("red"), s.faction("green")
    s.state.stance[1, red, green] = s.state.stance[1, green, red] = -1
    enemies = enemies_by_place(strength, s.state)
    assert (enemy_fighters(strength, s.state) == enemies).all()
    assert (enemies[1] != enemies[0]).any()


def test_some_units_are_summed_as_all_are():
    s = situation()
    unit = np.flatnonzero(s.state.standing)
    strength = s.state.strength.take(unit)
    expected = strength_by_place(s.state, s.setting)
    assert (sum_of_units(s.state, s.setting, unit, strength) == expected).all()
