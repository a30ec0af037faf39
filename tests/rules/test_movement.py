"""Units march along roads, at the road's pace, and are stopped by the enemy."""

from __future__ import annotations

import numpy as np
import pytest

from sim.rules.movement import march
from sim.state.state import ATTACK, BREAK_OUT, HOLD, INFILTRATE, WITHDRAW
from tests.situations import Situation, scenario_with

# A road of four places and a longer way round by Detour.
CHAIN = (("A", "B", 10), ("B", "C", 10), ("C", "D", 10), ("B", "Detour", 15), ("Detour", "C", 15))


def situation(holders=None, units=(), replicates=1, **more) -> Situation:
    places = {"A": "red", "B": "red", "C": "red", "D": "red", "Detour": "red"} | (holders or {})
    values = {"any_kind.march_km_per_day": 60.0} | more.pop("values", {})
    return Situation(
        scenario_with(places, CHAIN, [("walker", "reds", "A", 100), *units], values=values, **more),
        replicates,
    )


def walk(s: Situation, days: int = 1) -> str:
    for _ in range(days):
        march(s.state, s.setting)
    return s.where("walker")


def test_a_unit_without_a_destination_stays():
    assert walk(situation()) == "A"


def test_a_unit_takes_the_shortest_road_as_far_as_a_days_march_goes():
    s = situation()
    s.order("walker", "D")
    assert walk(s) == "D"
    s = situation(values={"any_kind.march_km_per_day": 20.0})
    s.order("walker", "D")
    assert walk(s) == "C"
    assert walk(s) == "D"


def test_a_unit_that_runs_out_of_day_spends_the_night_on_the_road():
    s = situation(values={"any_kind.march_km_per_day": 14.0})
    s.order("walker", "D")
    assert walk(s) == "B"
    assert s.of("walker", "next_place")[0] == s.place("C")
    assert s.of("walker", "road_left_m")[0] == 6000
    assert not s.state.standing[0, s.unit("walker")]
    assert walk(s) == "C"
    assert s.of("walker", "road_left_m")[0] == 2000


def test_a_unit_on_the_road_finishes_its_leg_before_it_turns():
    s = situation(values={"any_kind.march_km_per_day": 14.0})
    s.order("walker", "D")
    walk(s)
    s.order("walker", "A")
    assert walk(s) == "C"
    assert s.of("walker", "next_place")[0] == s.place("B")


@pytest.mark.parametrize(
    ("road", "reached"),
    [("highway", 12.0), ("primary", 10.0), ("secondary", 8.0), ("track", 5.0), ("street", 4.0)],
)
def test_the_class_of_the_road_sets_the_pace(road, reached):
    s = Situation(
        scenario_with(
            {"A": "red", "B": "red"},
            [("A", "B", 20, road)],
            [("walker", "reds", "A", 100)],
            values={"any_kind.march_km_per_day": 10.0},
        )
    )
    s.order("walker", "B")
    march(s.state, s.setting)
    cost_km = s.setting.route_cost_m[0, 0] / 1000
    done = 1 - s.of("walker", "road_left_m")[0] / 1000 / cost_km
    assert 20 * done == pytest.approx(reached, abs=0.01)


def test_a_unit_goes_round_what_the_enemy_holds():
    s = situation({"B": "red", "C": "red"})
    s.hold("C", "blue")
    s.order("walker", "D")
    assert walk(s, 4) == "A"  # every way to D leads through C
    s.order("walker", "Detour")
    assert walk(s) == "Detour"


def test_a_unit_never_marches_through_an_enemys_place():
    s = situation({"C": "blue"})
    s.order("walker", "C")
    assert walk(s) == "C"  # but it may attack it
    s = situation({"B": "blue"})
    s.order("walker", "D")
    assert walk(s, 3) == "A"


def test_a_unit_stops_where_it_enters_an_enemys_place():
    s = situation({"C": "blue"})
    s.order("walker", "C", ATTACK)
    walk(s)
    s.order("walker", "D", ATTACK)
    # Standing there with no enemy fighter beside it, it is not pinned down.
    assert walk(s) == "D"


def test_neutral_places_may_be_passed():
    s = situation({"B": "green", "C": "green"})
    s.order("walker", "D")
    assert walk(s) == "D"
    s = situation({"B": None, "C": None})
    s.order("walker", "D")
    assert walk(s) == "D"


def test_a_unit_stops_for_the_day_where_it_meets_the_enemy():
    s = situation(units=[("blocker", "blues", "A", 50, {"arrives": "2015-01-05"})])
    s.set("blocker", active=True, strength=50, peak=50)
    s.move("blocker", "B")
    s.order("walker", "D")
    assert walk(s) == "B"


def test_a_unit_beside_the_enemy_is_pinned_unless_it_withdraws():
    for posture, reached in ((HOLD, "A"), (ATTACK, "A"), (WITHDRAW, "D")):
        s = situation({"A": {"controller": "red", "contested_by": "blue"}}, [BESIDE])
        s.order("walker", "D", posture)
        assert walk(s) == reached, posture


BESIDE = ("blocker", "blues", "A", 50)


def test_destroyed_units_do_not_march():
    s = situation()
    s.set("walker", strength=0)
    s.order("walker", "D")
    assert walk(s) == "A"


def test_all_see_where_the_others_stood_in_the_morning():
    """Two enemies who swap places both set out: neither gains by being first in the table."""
    places = {"A": "red", "B": "blue", "Between": None}
    routes = [("A", "Between", 10), ("Between", "B", 10)]
    units = [("one", "reds", "A", 50), ("two", "blues", "B", 50)]
    s = Situation(scenario_with(places, routes, units))
    s.order("one", "B", ATTACK)
    s.order("two", "A", ATTACK)
    march(s.state, s.setting)
    assert (s.where("one"), s.where("two")) == ("B", "A")


# Slipping through the enemy's places.


def slipping(guard_fighters: int, replicates: int = 1) -> Situation:
    s = situation(
        {"B": "blue", "C": "blue"},
        [("guard", "blues", "B", guard_fighters)],
        replicates,
        values={"any_kind.infiltration_fighters": 60.0, "combat.contact_reach_km": 12.0},
    )
    s.order("walker", "D", INFILTRATE)
    return s


def test_an_infiltrator_goes_straight_through_places_of_the_enemy():
    s = slipping(0)
    s.set("guard", strength=0)
    assert walk(s) == "D"


@pytest.mark.parametrize("posture", [INFILTRATE, BREAK_OUT])
def test_a_slipping_unit_is_seen_the_more_often_the_more_enemies_are_near(posture):
    seen = []
    for guard in (6, 60, 600):
        s = slipping(guard, 2000)
        s.order("walker", "D", posture)
        walk(s)
        place = s.of("walker", "place")
        assert set(np.unique(place)) <= {s.place("B"), s.place("D")}
        seen.append(float(np.mean(place == s.place("B"))))
    expected = [1 - np.exp(-guard / 60) for guard in (6, 60, 600)]
    np.testing.assert_allclose(seen, expected, atol=0.04)  # four standard errors


def test_a_pinned_unit_may_slip_away():
    s = situation({"A": {"controller": "red", "contested_by": "blue"}}, [BESIDE])
    s.set("blocker", strength=1)
    s.order("walker", "D", BREAK_OUT)
    assert walk(s) == "D"
