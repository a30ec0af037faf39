"""Recruits who wait fill up units at rest that an open road joins to them."""

from __future__ import annotations

import pytest

from sim.rules.replacements import replace_losses
from tests.situations import Situation, scenario_with

ROADS = [("Gate", "Camp", 10), ("Camp", "Front", 10)]
STREAM = {
    "id": "stream",
    "kind": "reds",
    "place": "Gate",
    "fighters_per_day": 0.0,
    "unit_fighters": 500,
    "slots": 1,
}


def situation(waiting=100, rate=0.5, streams=(STREAM,), replicates=1, values=None) -> Situation:
    s = Situation(
        scenario_with(
            {"Gate": "red", "Camp": "red", "Front": "red", "Far": "blue"},
            [*ROADS, ("Front", "Far", 10)],
            [
                ("r", "reds", "Front", 100),
                ("r2", "reds", "Camp", 100),
                ("b", "blues", "Far", 100),
            ],
            values={"any_kind.replacements_per_day": rate} | (values or {}),
            reinforcements=list(streams),
        ),
        replicates,
    )
    s.state.pool[:] = waiting
    return s


def strength_after(s: Situation, **losses: int) -> dict[str, int]:
    for unit, lost in losses.items():
        s.set(unit, strength=100 - lost)
    replace_losses(s.state, s.setting)
    return {unit: int(s.of(unit, "strength")[0]) for unit in losses}


def test_a_share_of_the_losses_is_replaced_a_day():
    s = situation()
    assert strength_after(s, r=40) == {"r": 80}
    assert s.state.pool[0, 0] == 80
    assert s.ledger("arrived", "red")[0] == 20


def test_by_default_nobody_is_replaced():
    assert strength_after(situation(rate=0.0), r=40) == {"r": 60}


def test_a_unit_never_grows_beyond_what_it_was():
    s = situation(rate=1.0)
    assert strength_after(s, r=40) == {"r": 100}
    replace_losses(s.state, s.setting)
    assert s.of("r", "strength")[0] == 100


def test_the_wounded_keep_their_place():
    s = situation(rate=1.0)
    s.set("r", wounded=30)
    assert strength_after(s, r=40) == {"r": 70}


def test_those_who_wait_are_shared_out_evenly():
    assert strength_after(situation(waiting=12), r=40, r2=80) == {"r": 64, "r2": 28}


def test_a_second_stream_gives_what_the_first_one_lacks():
    s = situation(streams=[STREAM, STREAM | {"id": "other", "place": "Camp"}])
    s.state.pool[:] = [[5, 100]]
    assert strength_after(s, r=40) == {"r": 80}
    assert s.state.pool[0].tolist() == [0, 85]


@pytest.mark.parametrize("lost", ["Camp", "Gate"])
def test_nobody_comes_where_the_road_or_the_streams_place_is_lost(lost):
    s = situation()
    s.hold(lost, "blue")
    assert strength_after(s, r=40) == {"r": 60}


def test_nobody_joins_a_unit_in_a_fight_or_on_the_road():
    s = situation()
    s.state.engaged_since[:, s.place("Front")] = 0
    s.set("r2", next_place=s.place("Gate"), road_left_m=5000)
    assert strength_after(s, r=40, r2=40) == {"r": 60, "r2": 60}


def test_another_kind_gets_nobody():
    assert strength_after(situation(), b=40) == {"b": 60}


def test_children_are_among_them_in_the_share_of_the_stream():
    s = situation(streams=[STREAM | {"children": 0.25}], rate=1.0, replicates=500)
    strength_after(s, r=80)
    assert s.of("r", "children").mean() == pytest.approx(20, abs=0.7)
