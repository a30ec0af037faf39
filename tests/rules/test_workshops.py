"""Workshops build car bombs while they are held, whole and supplied."""

from __future__ import annotations

import numpy as np
import pytest

from sim.rules.workshops import build_car_bombs
from tests.situations import Situation, scenario_with

REPLICATES = 3000
SHOPS = [
    {"id": "one", "kind": "reds", "place": "A", "share": 0.6},
    {"id": "two", "kind": "reds", "place": "B", "share": 0.3},
]


def situation(replicates=REPLICATES, values=None, workshops=(), supply=None, **more) -> Situation:
    return Situation(
        scenario_with(
            {"A": "red", "B": "red", "Home": "red", "C": "blue"},
            [("A", "B", 1.0), ("A", "Home", 10.0), ("B", "C", 10.0)],
            [("r", "reds", "Home", 100), ("b", "blues", "C", 100)],
            values={"reds.car_bombs_built_per_day": 0.8, "reds.car_bombs_most": 1000.0}
            | (values or {}),
            supply=supply or [{"faction": "red", "place": "Home"}],
            workshops=list(workshops),
            **more,
        ),
        replicates,
    )


def built(s: Situation) -> np.ndarray:
    kind = s.setting.kinds.index("reds")
    before = s.state.car_bombs[:, kind].copy()
    build_car_bombs(s.state, s.setting)
    return s.state.car_bombs[:, kind] - before


def about(mean: float) -> object:
    return pytest.approx(mean, abs=4 * np.sqrt(max(mean, 0.01) / REPLICATES))


def test_a_kind_without_workshops_builds_its_mean_number_a_day():
    assert built(situation()).mean() == about(0.8)


def test_building_stops_at_what_can_be_hidden():
    s = situation(20, {"reds.car_bombs_most": 8.0})
    for s.state.day in range(40):
        built(s)
    assert (s.state.car_bombs[:, s.setting.kinds.index("reds")] == 8).all()


def test_a_stock_above_what_can_be_hidden_is_not_thrown_away():
    s = situation(20, {"reds.car_bombs_at_start": 12.0, "reds.car_bombs_most": 8.0})
    assert not built(s).any()


def test_nothing_is_built_while_the_enemy_holds_every_source():
    s = situation(20)
    s.hold("Home", "blue")
    assert not built(s).any()


def test_only_workshops_in_the_sides_hands_build():
    s = situation(workshops=SHOPS)
    assert built(s).mean() == about(0.8 * 0.9)
    s.hold("A", "blue")
    assert built(s).mean() == about(0.8 * 0.3)
    s.hold("B", "green")
    assert not built(s).any()
    s.hold("A", "red")
    assert built(s).mean() == about(0.8 * 0.6)


def test_an_ally_may_hold_the_workshop():
    s = situation(workshops=SHOPS, allied=[("red", "green")])
    s.hold("A", "green")
    assert built(s).mean() == about(0.8 * 0.9)


def test_a_workshop_that_was_struck_builds_nothing_until_it_is_repaired():
    s = situation(workshops=SHOPS)
    s.state.workshop_out_until[:, 0] = s.state.day + 1
    seen = []
    for _ in range(3):
        seen.append(built(s).mean())
        s.state.day += 1
    assert seen == [about(0.8 * 0.3), about(0.8 * 0.3), about(0.8 * 0.9)]


def test_building_follows_the_supply_index():
    depot = {"faction": "red", "place": "Home", "goods_per_day": 100.0}
    s = situation(supply=[depot])
    assert built(s).mean() == about(0.8)
    s.state.supply_index[:] = 250
    assert built(s).mean() == about(0.2)


def test_with_less_to_build_with_no_replicate_builds_more():
    """Luck is shared: a workshop lost never adds a car bomb."""
    whole, half = situation(workshops=SHOPS), situation(workshops=SHOPS[1:])
    assert (built(whole) >= built(half)).all()
