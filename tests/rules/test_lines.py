"""A supply line is open while the faction or an ally holds every place on it."""

from __future__ import annotations

import pytest

from sim.engine.event_table import changes_of_lines, event_table
from sim.engine.run import run_campaign
from sim.rules.lines import watch_lines
from tests.situations import Situation, scenario_with

ROADS = [("A", "B", 10), ("B", "C", 10)]
LINES = [
    {"id": "whole", "faction": "red", "places": ["A", "B", "C"]},
    {"id": "short", "faction": "red", "places": ["A", "B"]},
    {"id": "theirs", "faction": "blue", "places": ["C", "B"]},
]


def situation(lines=LINES, **more) -> Situation:
    units = [("r", "reds", "A", 100), ("b", "blues", "C", 10, {"arrives": "2015-01-19"})]
    places = {"A": "red", "B": "red", "C": "red"}
    return Situation(scenario_with(places, ROADS, units, supply_lines=lines, **more))


def lines_open(s: Situation) -> list[bool]:
    watch_lines(s.state, s.setting)
    return s.state.lines_open[0].tolist()


def test_lines_are_known_before_the_first_day():
    assert situation().state.lines_open.tolist() == [[True, True, False]]


def test_without_lines_nothing_is_watched():
    s = situation(lines=[])
    watch_lines(s.state, s.setting)
    assert s.state.lines_open is None


@pytest.mark.parametrize("holder", ["blue", "green", None])
def test_a_place_in_other_hands_cuts_the_lines_that_pass_it(holder):
    s = situation()
    s.hold("C", holder)
    assert lines_open(s)[:2] == [False, True]
    s.hold("B", holder)
    assert lines_open(s)[:2] == [False, False]
    s.hold("B", "red")
    s.hold("C", "red")
    assert lines_open(s)[:2] == [True, True]


def test_an_ally_keeps_a_line_open_while_he_is_one():
    s = situation(allied=[("red", "green")])
    s.hold("B", "green")
    assert lines_open(s)[:2] == [True, True]
    s.state.stance[:, 0, 2] = s.state.stance[:, 2, 0] = 0
    assert lines_open(s)[:2] == [False, False]


def test_lines_of_others_open_as_their_places_are_won():
    s = situation()
    s.hold("B", "blue")
    s.hold("C", "blue")
    assert lines_open(s)[2]


def test_the_first_day_of_a_cut_and_of_its_end_are_events_of_the_run():
    s = situation()
    history = s.simulation.run()
    holder = [[0, 0, 0], [0, 0, 0], [0, 1, 1], [0, 1, 1], [0, 0, 1], [0, 0, 1]]
    history = history.first(len(holder))
    history.controller[:, 0] = holder
    for day, held in enumerate(holder):
        s.state.controller[0] = held
        history.lines_open[day, 0] = lines_open(s)
    rows = [
        (event["day"], event["event"], event["detail"], event["faction"], event["place"])
        for event in changes_of_lines(s.setting.scenario, history)
    ]
    assert rows == [
        (2, "cut", "whole", "red", "B"),
        (2, "cut", "short", "red", "B"),
        (2, "reopened", "theirs", "blue", "C"),
        (4, "reopened", "short", "red", "B"),
        (4, "cut", "theirs", "blue", "B"),
    ]


def test_a_run_records_its_lines_and_lists_their_cuts():
    record = run_campaign(situation().setting.scenario, seed=1)
    assert record.history.lines == ("whole", "short", "theirs")
    assert record.history.lines_open.shape == (20, 1, 3)
    assert not {"cut", "reopened"} & set(event_table(record)["event"])
