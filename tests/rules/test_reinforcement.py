"""Formations arrive on their day; streams raise units while their place is in their own hands."""

from __future__ import annotations

import numpy as np
import pytest

from sim.rules.reinforcement import arrive, inflow_index
from sim.state.state import begin_day
from tests.situations import Situation, day, scenario_with

PLACES = {"Gate": "red", "Camp": "red", "Enemy": "blue"}
ROADS = [("Gate", "Camp", 10), ("Camp", "Enemy", 10)]


def situation(stream=None, units=(), replicates=1, values=None, **more) -> Situation:
    row = {
        "id": "stream",
        "kind": "reds",
        "place": "Gate",
        "fighters_per_day": 20.0,
        "unit_fighters": 40,
        "slots": 3,
    }
    return Situation(
        scenario_with(
            PLACES,
            ROADS,
            [("r", "reds", "Camp", 100), *units],
            reinforcements=[row | (stream or {})],
            values=values or {},
            **more,
        ),
        replicates,
    )


def mornings(s: Situation, number: int) -> None:
    for _ in range(number):
        s.state.day += 1
        begin_day(s.state, s.setting)
        arrive(s.state, s.setting)


def raised(s: Situation) -> float:
    return float(s.state.raised.mean())


# Formations.


def test_a_formation_arrives_on_its_day_fresh_and_supplied():
    late = ("late", "reds", "Camp", 90, {"arrives": day(3), "leaders": 5, "units": 2})
    s = situation({"fighters_per_day": 0.0}, [late])
    assert not s.of("late", "active")[0]
    mornings(s, 2)
    assert not s.of("late", "active")[0]
    mornings(s, 1)
    for unit in ("late/01", "late/02"):
        seen = {name: int(s.of(unit, name)[0]) for name in ("strength", "leaders", "supply")}
        assert seen == {"strength": 45, "leaders": 5, "supply": 1000}
    assert s.ledger("arrived", "red")[0] == 90
    mornings(s, 1)
    assert s.ledger("arrived", "red")[0] == 0


def test_a_formation_waits_while_the_enemy_holds_its_place():
    s = situation(units=[("late", "reds", "Camp", 90, {"arrives": day(2)})])
    s.hold("Camp", "blue")
    mornings(s, 4)
    assert not s.of("late", "active")[0]
    s.hold("Camp", "green")
    mornings(s, 1)
    assert s.of("late", "active")[0]


def test_a_destroyed_formation_does_not_come_again():
    s = situation()
    s.set("r", strength=0, active=False)
    mornings(s, 3)
    assert s.of("r", "strength")[0] == 0


# Streams.


def test_a_stream_brings_its_mean_number_a_day():
    s = situation(replicates=2000)
    mornings(s, 4)
    assert raised(s) == pytest.approx(100, abs=4 * np.sqrt(100 / 2000))


def test_a_stream_runs_only_while_its_own_faction_holds_its_place():
    for holder in ("blue", "green", None):
        s = situation()
        before = raised(s)
        s.hold("Gate", holder)
        mornings(s, 5)
        assert raised(s) == before
    s.hold("Gate", "red")
    mornings(s, 5)
    assert raised(s) > before


def test_a_stream_runs_between_its_dates():
    s = situation({"from": day(3), "until": day(5)}, replicates=200)
    seen = [raised(s)]
    for _ in range(8):
        mornings(s, 1)
        seen.append(raised(s))
    growth = np.diff(seen)
    assert (growth[:2] == 0).all()
    assert (growth[2:5] > 10).all()
    assert (growth[5:] == 0).all()


def test_a_stream_never_brings_more_than_its_limit():
    s = situation({"limit_fighters": 70}, replicates=50)
    mornings(s, 12)
    assert (s.state.raised == 70).all()


def test_a_stream_that_waits_for_its_kind_runs_once_that_has_joined():
    s = situation({"when": "joined"}, replicates=3)
    mornings(s, 3)
    assert not s.state.raised.any()
    s.state.plan.joined_day[1, s.setting.kinds.index("reds")] = 2
    mornings(s, 5)
    assert (s.state.raised[:, 0] > 0).tolist() == [False, True, False]


def test_a_unit_is_formed_whenever_enough_have_gathered():
    s = situation({"fighters_per_day": 0.0})
    s.state.pool[:] = 95
    mornings(s, 1)
    assert s.of("stream/01", "strength")[0] == 40
    assert s.state.pool[0, 0] == 55
    assert s.where("stream/01") == "Gate"
    mornings(s, 2)
    assert s.of("stream/02", "strength")[0] == 40
    assert not s.of("stream/03", "active")[0]
    assert s.state.pool[0, 0] == 15


def test_no_more_units_exist_at_once_than_there_are_slots():
    s = situation({"fighters_per_day": 0.0, "slots": 2})
    s.state.pool[:] = 500
    mornings(s, 6)
    assert s.state.pool[0, 0] == 420
    s.set("stream/01", strength=0, active=False)
    mornings(s, 1)
    assert s.of("stream/01", "strength")[0] == 40
    assert s.state.pool[0, 0] == 380


def test_a_unit_whose_wounded_still_lie_in_treatment_keeps_its_slot():
    s = situation({"fighters_per_day": 0.0, "slots": 1})
    s.state.pool[:] = 40
    s.set("stream/01", wounded=3)
    mornings(s, 2)
    assert not s.of("stream/01", "active")[0]


def test_those_who_left_come_back_through_their_kinds_stream():
    s = situation(
        {"fighters_per_day": 0.0}, replicates=500, values={"any_kind.return_per_day": 0.1}
    )
    kind = s.setting.kinds.index("reds")
    s.state.away[:, kind] = 200
    mornings(s, 1)
    back = s.ledger("returned", "red")
    assert back.mean() == pytest.approx(20, abs=4 * np.sqrt(18 / 500))
    assert (s.state.away[:, kind] == 200 - back).all()
    assert (s.state.pool[:, 0] + s.of("stream/01", "strength") == back).all()


def test_the_share_of_children_among_recruits():
    s = situation(
        {"fighters_per_day": 0.0, "unit_fighters": 200},
        replicates=500,
        values={"reds.child_share_of_recruits": 0.1},
    )
    s.state.pool[:] = 200
    mornings(s, 1)
    children = s.of("stream/01", "children")
    assert children.mean() == pytest.approx(20, abs=4 * np.sqrt(18 / 500))
    assert (children <= 200).all()


# Crossings.


def through(gate="Camp", **more) -> Situation:
    return situation({"through": gate, **more.pop("stream", {})}, **more)


def test_a_stream_flows_only_while_its_side_holds_the_crossing():
    for holder in ("blue", "green", None):
        s = through()
        before = raised(s)
        s.hold("Camp", holder)
        mornings(s, 5)
        assert raised(s) == before
    s.hold("Camp", "red")
    mornings(s, 5)
    assert raised(s) > before


def test_an_ally_may_hold_the_crossing():
    s = through(allied=[("red", "green")])
    before = raised(s)
    s.hold("Camp", "green")
    mornings(s, 5)
    assert raised(s) > before


def test_those_who_have_come_already_still_form_a_unit():
    s = through(stream={"fighters_per_day": 0.0})
    s.state.pool[:] = 40
    s.hold("Camp", "blue")
    mornings(s, 1)
    assert s.of("stream/01", "strength")[0] == 40


def two_streams(**more) -> Situation:
    row = {"kind": "reds", "unit_fighters": 200, "slots": 3}
    streams = [
        row | {"id": "local", "place": "Gate", "fighters_per_day": 10.0},
        row | {"id": "foreign", "place": "Gate", "fighters_per_day": 30.0, "through": "Camp"},
    ]
    streams[0] |= more.pop("local", {})
    units = [("r", "reds", "Gate", 100)]
    return Situation(scenario_with(PLACES, ROADS, units, reinforcements=streams, **more), 400)


def test_the_inflow_index_is_the_share_of_the_running_streams_that_is_open():
    s = two_streams()
    reds, blues = (s.setting.kinds.index(kind) for kind in ("reds", "blues"))
    assert (inflow_index(s.state, s.setting)[:, [reds, blues]] == 1000).all()
    s.hold("Camp", "blue")
    assert (inflow_index(s.state, s.setting)[:, reds] == 250).all()
    s.hold("Gate", "blue")
    assert (inflow_index(s.state, s.setting)[:, reds] == 0).all()


def test_streams_outside_their_dates_do_not_count():
    s = two_streams(local={"until": day(3)})
    s.hold("Camp", "blue")
    reds = s.setting.kinds.index("reds")
    assert (inflow_index(s.state, s.setting)[:, reds] == 250).all()
    s.state.day = 4
    assert (inflow_index(s.state, s.setting)[:, reds] == 0).all()


def children_of(s: Situation) -> float:
    """Return the mean share of children in a new unit of the local stream."""
    s.state.pool[:] = [[200, 0]]
    s.state.day += 1
    begin_day(s.state, s.setting)
    arrive(s.state, s.setting)
    return float((s.of("local/01", "children") / s.of("local/01", "strength")).mean())


SHARE = {"reds.child_share_of_recruits": 0.1}


@pytest.mark.parametrize(
    ("rise", "shut", "expected"), [(0.0, True, 0.1), (2.0, False, 0.1), (2.0, True, 0.25)]
)
def test_the_share_of_children_rises_as_the_inflow_dries_up(rise, shut, expected):
    s = two_streams(values=SHARE | {"any_kind.child_share_rise": rise})
    if shut:
        s.hold("Camp", "blue")  # three quarters of the inflow
    assert children_of(s) == pytest.approx(expected, abs=0.005)


def test_the_share_of_children_never_rises_above_nine_in_ten():
    s = two_streams(values=SHARE | {"any_kind.child_share_rise": 100.0})
    s.hold("Camp", "blue")
    assert children_of(s) == pytest.approx(0.9, abs=0.005)


def test_a_stream_may_have_a_share_of_children_of_its_own():
    s = two_streams(values=SHARE | {"any_kind.child_share_rise": 2.0}, local={"children": 0.0})
    s.hold("Camp", "blue")
    assert children_of(s) == 0.0
    s = two_streams(values=SHARE, local={"children": 0.3})
    assert children_of(s) == pytest.approx(0.3, abs=0.005)


def test_formations_keep_the_share_of_their_kind():
    s = Situation(
        scenario_with(
            PLACES,
            ROADS,
            [("r", "reds", "Camp", 100), ("late", "reds", "Gate", 200, {"arrives": day(1)})],
            reinforcements=[
                {
                    "id": "stream",
                    "kind": "reds",
                    "place": "Gate",
                    "fighters_per_day": 20.0,
                    "unit_fighters": 40,
                    "slots": 3,
                    "through": "Enemy",
                    "children": 0.5,
                }
            ],
            values=SHARE | {"any_kind.child_share_rise": 5.0},
        ),
        400,
    )
    mornings(s, 1)
    share = s.of("late", "children") / s.of("late", "strength")
    assert share.mean() == pytest.approx(0.1, abs=0.005)
