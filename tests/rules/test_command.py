"""Headquarters rest the units of their province; a gap in command costs fire."""

from __future__ import annotations

import numpy as np
import pytest

from sim.rules.command import fire_kept, hand_over_command, rested_under_command
from sim.rules.supply import supply_units
from sim.state.state import NEVER
from tests.situations import Situation, scenario_with

VALUES = {
    "command.readiness_gain_factor": 1.5,
    "command.gap_days": 3.0,
    "command.gap_loss": 0.25,
    "any_kind.readiness_gained_per_day": 0.06,
}
HEAD = {"headquarters": True, "leaders": 1, "province": "North"}


def situation(replicates=1, head=HEAD, **values: float) -> Situation:
    """Red has its head in the south of the map and commands the north from there."""
    return Situation(
        scenario_with(
            {
                "N": {"controller": "red", "province": "North"},
                "S": {"controller": "red", "province": "South"},
                "B": {"controller": "blue", "province": "North"},
            },
            [("N", "S", 20.0), ("S", "B", 20.0)],
            [
                ("head", "reds", "S", 60, head),
                ("north", "reds", "N", 100),
                ("south", "reds", "S", 100),
                ("blue", "blues", "B", 100),
            ],
            values=VALUES | values,
        ),
        replicates,
    )


def units_of(s: Situation, *names: str) -> tuple[np.ndarray, np.ndarray]:
    number = np.array([s.unit(name) for name in names])
    return np.zeros_like(number), number


def kept(s: Situation, *names: str) -> list[float]:
    share = fire_kept(s.state, s.setting, *units_of(s, *names))
    assert share is not None
    return share.tolist()


def readiness_gained(s: Situation, *names: str) -> list[int]:
    s.state.readiness[:] = 500
    supply_units(s.state, s.setting)
    return [int(s.of(name, "readiness")[0]) - 500 for name in names]


def kill_leader(s: Situation) -> None:
    s.set("head", leaders=0, leader_lost=True)


def test_units_of_its_kind_in_its_province_rest_faster():
    assert readiness_gained(situation(), "north", "south", "blue") == [90, 60, 60]


@pytest.mark.parametrize("lost", [{"leaders": 0}, {"strength": 0}, {"active": False}])
def test_not_so_without_a_headquarters_that_works(lost):
    s = situation()
    s.set("head", **lost)
    assert readiness_gained(s, "north") == [60]


def test_a_headquarters_without_a_province_commands_nobody():
    s = situation(head={"headquarters": True, "leaders": 1})
    assert s.state.command_gap_until is None
    assert readiness_gained(s, "north") == [60]
    assert fire_kept(s.state, s.setting, *units_of(s, "north")) is None
    rested = np.full_like(s.state.place, 7)
    assert rested_under_command(s.state, s.setting, rested) is rested
    hand_over_command(s.state, s.setting)


def test_when_its_leader_falls_the_units_of_the_province_fire_less_until_a_successor_comes():
    s = situation()
    kill_leader(s)
    seen = []
    for s.state.day in range(6):
        seen.append(kept(s, "north", "south", "blue"))
        hand_over_command(s.state, s.setting)
        s.set("head", leader_lost=False)
    none, gap = [1.0, 1.0, 1.0], [0.75, 1.0, 1.0]
    assert seen == [none, gap, gap, gap, none, none]
    assert s.of("head", "leaders")[0] == 1


def test_nobody_rests_faster_during_the_gap():
    s = situation()
    kill_leader(s)
    gained = []
    for s.state.day in range(6):
        gained += readiness_gained(s, "north")
        hand_over_command(s.state, s.setting)
        s.set("head", leader_lost=False)
    assert gained == [60, 60, 60, 60, 90, 90]


def test_a_headquarters_that_is_destroyed_is_not_replaced():
    s = situation()
    kill_leader(s)
    s.set("head", strength=0, active=False)
    for s.state.day in range(6):
        hand_over_command(s.state, s.setting)
        s.set("head", leader_lost=False)
    assert s.of("head", "leaders")[0] == 0
    assert kept(s, "north") == [1.0]
    assert readiness_gained(s, "north") == [60]


def test_a_second_leader_who_falls_prolongs_the_gap():
    s = situation()
    for s.state.day in range(6):
        s.set("head", leader_lost=s.state.day in (0, 2))
        hand_over_command(s.state, s.setting)
    assert s.state.command_gap_until.tolist() == [[5]]


def test_replicates_have_gaps_of_their_own():
    s = situation(3)
    s.state.leader_lost[1, s.unit("head")] = True
    hand_over_command(s.state, s.setting)
    assert s.state.command_gap_until[:, 0].tolist() == [NEVER, 3, NEVER]
