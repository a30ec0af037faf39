"""Who holds a place: clearing takes time, captors change, withdrawals leave a void."""

from __future__ import annotations

import numpy as np
import pytest

from sim.rules.control import clear_and_capture, note_withdrawals
from sim.rules.movement import march
from sim.state.state import ATTACK, NEVER, WITHDRAW
from tests.situations import Situation, scenario_with

RATE = {"any_kind.clearing_km2_per_fighter_day": 0.004}


def situation(units, holder="blue", replicates=1, area_km2=1.0, values=None, **more) -> Situation:
    """Units stand in a place that blue holds (they were put there after the start)."""
    places = {"A": {"controller": holder, "area_km2": area_km2}, "Red home": "red", "B": "green"}
    s = Situation(
        scenario_with(
            places,
            [("A", "Red home", 2.0), ("A", "B", 2.0)],
            [(id_, kind, "B", fighters) for id_, kind, fighters in units],
            values=RATE | (values or {}),
            **more,
        ),
        replicates,
    )
    for id_, _, _ in units:
        s.move(id_, "A")
    return s


def end_day(s: Situation) -> None:
    clear_and_capture(s.state, s.setting)
    s.state.day += 1


def days_until_taken(s: Situation, most: int = 60) -> int:
    before = s.holder("A")
    for number in range(1, most):
        end_day(s)
        if s.holder("A") != before:
            return number
    raise AssertionError("never taken")


@pytest.mark.parametrize(("fighters", "days"), [(250, 1), (100, 3), (50, 5), (10, 25)])
def test_a_place_falls_when_its_whole_area_is_cleared(fighters, days):
    s = situation([("r", "reds", fighters)])
    assert days_until_taken(s) == days
    assert s.holder("A") == "red"
    assert s.state.changed_day[0, s.place("A")] == days - 1
    assert s.state.captor[0, s.place("A")] == -1
    assert s.state.cleared_m2[0, s.place("A")] == 0


def test_a_larger_place_takes_longer():
    assert days_until_taken(situation([("r", "reds", 100)], area_km2=4.0)) == 10


def test_the_kinds_own_clearing_rate_counts():
    assert (
        days_until_taken(
            situation([("r", "reds", 100)], values={"reds.clearing_km2_per_fighter_day": 0.001})
        )
        == 10
    )


def test_a_place_that_nobody_holds_can_be_taken():
    s = situation([("r", "reds", 250)], holder=None)
    assert days_until_taken(s) == 1


def test_nothing_is_cleared_while_the_enemy_stands_there():
    s = situation([("r", "reds", 250), ("b", "blues", 1)])
    end_day(s)
    assert s.holder("A") == "blue"
    assert s.state.captor[0, s.place("A")] == -1
    s.set("b", strength=0)
    assert days_until_taken(s) == 1


def test_work_is_lost_when_the_enemy_comes_back():
    s = situation([("r", "reds", 100), ("b", "blues", 50)])
    s.set("b", strength=0)
    end_day(s)
    end_day(s)
    s.set("b", strength=50)
    end_day(s)
    assert s.state.cleared_m2[0, s.place("A")] == 0
    s.set("b", strength=0)
    assert days_until_taken(s) == 3


def test_work_is_lost_when_the_captor_leaves():
    s = situation([("r", "reds", 100)])
    end_day(s)
    s.move("r", "Red home")
    end_day(s)
    assert s.state.cleared_m2[0, s.place("A")] == 0


def test_who_is_not_hostile_to_the_holder_takes_nothing():
    s = situation([("g", "greens", 900)])
    for _ in range(5):
        end_day(s)
    assert s.holder("A") == "blue"


def test_the_strongest_of_several_captors_clears_and_is_the_new_holder():
    s = situation(
        [("r", "reds", 100), ("g", "greens", 150)],
        hostile=[("red", "blue"), ("green", "blue")],
    )
    assert days_until_taken(s) == 2
    assert s.holder("A") == "green"


def test_the_work_begins_anew_when_the_captor_changes():
    s = situation(
        [("r", "reds", 100), ("g", "greens", 90)],
        hostile=[("red", "blue"), ("green", "blue")],
    )
    end_day(s)
    end_day(s)
    s.set("r", strength=80)
    end_day(s)
    assert s.state.captor[0, s.place("A")] == s.faction("green")
    assert s.state.cleared_m2[0, s.place("A")] == 90 * 4000


def test_a_tie_between_captors_favours_neither_side():
    s = situation(
        [("r", "reds", 250), ("g", "greens", 250)],
        hostile=[("red", "blue"), ("green", "blue")],
        replicates=1000,
    )
    end_day(s)
    red = np.mean(s.state.controller[:, s.place("A")] == s.faction("red"))
    assert red == pytest.approx(0.5, abs=0.08)


# The void that a withdrawal leaves.


def void(values=None, replicates=1, **more) -> Situation:
    """Red leaves A, where green, its neutral neighbour within reach, stands beside it."""
    places = {"A": "red", "Red home": "red", "B": "green", "C": "red"}
    return Situation(
        scenario_with(
            places,
            [("A", "Red home", 10.0), ("A", "B", 1.0), ("C", "Red home", 10.0)],
            [("r", "reds", "A", 100), ("g", "greens", "B", 100), ("r2", "reds", "C", 50)],
            values={"control.void_days": 2.0, "greens.fills_void": 1.0} | (values or {}),
            **more,
        ),
        replicates,
    )


def leave(s: Situation, unit: str, posture: int) -> None:
    """Let a day pass on which a unit marches home."""
    morning_place = s.state.place.copy()
    s.order(unit, "Red home", posture)
    march(s.state, s.setting)
    note_withdrawals(s.state, s.setting, morning_place)
    end_day(s)


def days(s: Situation, number: int) -> list[str | None]:
    holders = []
    for _ in range(number):
        note_withdrawals(s.state, s.setting, s.state.place.copy())
        end_day(s)
        holders.append(s.holder("A"))
    return holders


def test_a_neighbour_fills_the_void_that_a_withdrawal_leaves_after_some_days():
    s = void()
    leave(s, "r", WITHDRAW)
    assert s.holder("A") == "red"
    assert days(s, 3) == ["red", "green", "green"]


@pytest.mark.parametrize(
    "changes",
    [
        {"values": {"greens.fills_void": 0.0}},
        {"hostile": [("red", "green")]},
        {"values": {"combat.contact_reach_km": 0.5}},
    ],
    ids=["not the kind to", "hostile to the holder", "too far away"],
)
def test_nobody_fills_it_who(changes):
    s = void(**changes)
    leave(s, "r", WITHDRAW)
    assert set(days(s, 5)) == {"red"}


def test_who_comes_back_in_time_keeps_his_place():
    s = void()
    leave(s, "r", WITHDRAW)
    s.move("r", "A")
    assert set(days(s, 5)) == {"red"}
    assert s.state.empty_since[0, s.place("A")] == NEVER


def test_a_place_that_never_had_a_garrison_is_no_void():
    s = void()
    s.move("r", "C")
    assert set(days(s, 5)) == {"red"}


def test_a_place_whose_garrison_marches_off_to_attack_is_no_void_though_others_withdraw():
    for elsewhere in (ATTACK, WITHDRAW):
        s = void()
        s.order("r2", "Red home", elsewhere)
        leave(s, "r", ATTACK)
        assert set(days(s, 5)) == {"red"}, elsewhere


def test_a_tie_between_two_who_would_fill_a_void_favours_neither():
    kinds = {"reds": ("red", "militia"), "greens": ("green", "militia")}
    kinds["whites"] = ("white", "militia")
    s = Situation(
        scenario_with(
            {"A": "red", "Red home": "red", "B": "green", "C": "white"},
            [("A", "Red home", 10.0), ("A", "B", 1.0), ("A", "C", 1.0)],
            [("r", "reds", "A", 100), ("g", "greens", "B", 100), ("w", "whites", "C", 100)],
            kinds=kinds,
            hostile=[],
            values={"control.void_days": 2.0, "greens.fills_void": 1.0, "whites.fills_void": 1.0},
        ),
        1000,
    )
    leave(s, "r", WITHDRAW)
    days(s, 3)
    filled = s.state.controller[:, s.place("A")]
    assert (filled != s.faction("red")).all()
    assert np.mean(filled == s.faction("green")) == pytest.approx(0.5, abs=0.08)
