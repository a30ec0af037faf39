"""The monitor sees some of the dead, late, and never more than there are."""

from __future__ import annotations

import numpy as np
import pytest

from sim.engine.simulation import Simulation
from sim.observers.monitor import count_the_dead
from sim.state.state import begin_day
from tests.random_scenarios import random_scenario
from tests.situations import Situation, scenario_with


def situation(replicates=1000, **values) -> Situation:
    return Situation(
        scenario_with(
            {"A": "red", "B": "blue"},
            [("A", "B", 10)],
            [("r", "reds", "A", 100), ("b", "blues", "B", 100)],
            values={f"monitor.{name}": value for name, value in values.items()},
        ),
        replicates,
    )


def die(s: Situation, dead: int, children: int = 0) -> None:
    red, place = s.faction("red"), s.place("A")
    s.state.tally["killed"][:, red, place] = dead
    s.state.tally["children_killed"][:, red, place] = children


def evening(s: Situation) -> tuple[np.ndarray, np.ndarray]:
    """Let the monitor count, and go on to the next day; return what it published."""
    count_the_dead(s.state, s.setting)
    told = s.tally("reported_killed", "red", "A"), s.tally("reported_children", "red", "A")
    s.state.day += 1
    begin_day(s.state, s.setting)
    return told


def test_what_is_seen_is_a_share_of_the_dead():
    s = situation(seen_share=0.6, seen_share_of_children=0.3, delay_days=1.0)
    die(s, 50, 20)
    told, children = evening(s)
    assert children.mean() == pytest.approx(6, abs=4 * np.sqrt(4.2 / 1000))
    assert (told - children).mean() == pytest.approx(18, abs=4 * np.sqrt(7.2 / 1000))
    assert (children <= 20).all()
    assert (told - children <= 30).all()


def test_what_is_seen_comes_out_late():
    s = situation(seen_share=1.0, seen_share_of_children=1.0, delay_days=4.0)
    die(s, 64)
    told = [evening(s)[0].mean() for _ in range(8)]
    expected = [64 * 0.75**day * 0.25 for day in range(8)]
    np.testing.assert_allclose(told, expected, atol=0.6)


def test_all_dead_are_published_in_the_end_where_all_are_seen():
    s = situation(50, seen_share=1.0, seen_share_of_children=1.0, delay_days=3.0)
    die(s, 40, 10)
    told = np.zeros(50, dtype=int)
    children = np.zeros(50, dtype=int)
    for _ in range(60):
        more, more_children = evening(s)
        told, children = told + more, children + more_children
        assert (told <= 40).all()
    assert (told == 40).all()
    assert (children == 10).all()
    assert not s.state.unseen.any()
    assert not s.state.unseen_children.any()


def test_nobody_is_reported_where_nobody_died_or_nothing_is_seen():
    s = situation(20, seen_share=1.0, seen_share_of_children=1.0)
    assert not any(told.any() for told in evening(s))
    s = situation(20, seen_share=0.0, seen_share_of_children=0.0)
    die(s, 50, 20)
    for _ in range(5):
        assert not any(told.any() for told in evening(s))


def test_each_faction_and_place_is_counted_apart():
    s = situation(1, seen_share=1.0, seen_share_of_children=1.0, delay_days=1.0)
    die(s, 7)
    s.state.tally["killed"][:, s.faction("blue"), s.place("B")] = 3
    count_the_dead(s.state, s.setting)
    reported = s.state.tally["reported_killed"][0]
    assert reported[s.faction("red"), s.place("A")] == 7
    assert reported[s.faction("blue"), s.place("B")] == 3
    assert reported.sum() == 10


def test_over_a_whole_run_the_reported_dead_are_the_dead_where_all_is_seen_at_once():
    values = {
        "monitor.seen_share": 1.0,
        "monitor.seen_share_of_children": 1.0,
        "monitor.delay_days": 1.0,
    }
    simulation = Simulation(random_scenario(1), seed=1, replicates=[0, 1], parameters=values)
    history = simulation.run()
    assert history.killed.sum() > 0
    np.testing.assert_array_equal(history.reported_killed, history.killed)
    np.testing.assert_array_equal(history.reported_children, history.children_killed)
