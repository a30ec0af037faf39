"""What makes an objective attractive."""

from __future__ import annotations

import numpy as np
import pytest

from sim.forces.objectives import NOT_AN_OBJECTIVE, score
from tests.forces.sides import side_of
from tests.situations import Situation, scenario_with

VALUES = {
    "any_kind.estimate_sigma": 0.0,
    "any_kind.taste_sigma": 0.0,
    "any_kind.caution": 1.0,
    "any_kind.reach_km": 40.0,
    "any_kind.least_chance_of_success": 0.2,
    "any_kind.air_confidence": 0.6,
}


def situation(values=None, towns=None, enemies=(100, 100), **more) -> Situation:
    """Two towns of blue at 4 km from red's Camp."""
    towns = {
        name: {"controller": "blue"} | (towns or {}).get(name, {}) for name in ("East", "West")
    }
    return Situation(
        scenario_with(
            {"Camp": "red"} | towns,
            [("Camp", "East", 4.0), ("Camp", "West", 4.0)],
            [
                ("r", "reds", "Camp", 300, {"units": 3}),
                ("e", "blues", "East", enemies[0]),
                ("w", "blues", "West", enemies[1]),
            ],
            values=VALUES | (values or {}),
            **more,
        ),
        2,
    )


def scores(s: Situation, preference=0.0, candidates=True) -> dict[str, float]:
    side = side_of(s, "reds")
    shape = side.hostile.shape
    found = score(
        side,
        np.array([1]),
        side.standing,
        side.hostile & np.broadcast_to(candidates, shape),
        np.broadcast_to(preference, shape),
    )
    assert found.shape == (1, shape[1])
    return dict(zip(side.theatre.names, found[0].tolist(), strict=True))


def test_only_candidates_have_a_score():
    found = scores(situation())
    assert found["Camp"] == NOT_AN_OBJECTIVE
    assert found["East"] == found["West"] > NOT_AN_OBJECTIVE


def test_the_score_adds_up():
    # 300 fighters, a tenth of the reach away: 270 count, against 100.
    chance = 270**2 / (270**2 + 100**2)
    found = scores(situation(towns={"East": {"value": 2.5}}), preference=0.25)
    assert found["East"] == pytest.approx(np.log(2.5) + np.log(chance) - 0.1 + 0.25)


def test_more_is_wanted_of_what_is_worth_more_and_held_by_fewer():
    found = scores(situation(towns={"East": {"value": 2.0}}))
    assert found["East"] - found["West"] == pytest.approx(np.log(2))
    found = scores(situation(enemies=(100, 50)))
    assert found["West"] > found["East"]


def test_a_place_beyond_reach_is_no_objective():
    assert scores(situation({"any_kind.reach_km": 4.0}))["East"] == NOT_AN_OBJECTIVE


def test_a_place_that_cannot_be_won_is_no_objective():
    found = scores(situation(enemies=(100, 900)))
    assert found["West"] == NOT_AN_OBJECTIVE
    assert found["East"] > NOT_AN_OBJECTIVE


def test_air_support_gives_confidence():
    air = [{"id": "wing", "faction": "red", "strikes_per_day": 1.0, "supports": "red"}]
    assert scores(situation(air=air))["East"] > scores(situation())["East"]
    late = [air[0] | {"from": "2015-01-09"}]
    assert scores(situation(air=late)) == scores(situation())


def test_a_wing_that_never_flies_gives_no_confidence():
    """What if there had been no air support: its rate is set to 0, and nobody counts on it."""
    air = [{"id": "wing", "faction": "red", "strikes_per_day": 0.0, "supports": "red"}]
    assert scores(situation(air=air)) == scores(situation())
    grounded = {"date": "2015-01-01", "event": "air_factor", "a": "wing", "value": 0.0}
    air = [air[0] | {"strikes_per_day": 1.0}]
    assert scores(situation(air=air, events=[grounded])) == scores(situation())


def test_recent_strikes_are_avoided_by_those_who_avoid_them():
    s = situation({"any_kind.air_avoidance": 0.5})
    before = scores(s)
    s.state.struck[:, s.place("East")] = 2000
    after = scores(s)
    assert before["East"] - after["East"] == pytest.approx(1.0)
    assert after["West"] == before["West"]


def test_success_is_reinforced_by_those_who_reinforce_it():
    s = situation({"any_kind.success_bonus": 0.7})
    before = scores(s)
    s.state.changed_day[:, s.place("Camp")] = s.state.day
    assert scores(s)["East"] - before["East"] == pytest.approx(0.7)


def test_taste_is_a_matter_of_place_week_and_replicate():
    scenario = situation({"any_kind.taste_sigma": 1.0}).setting.scenario
    s = Situation(scenario, 4000)
    side = side_of(s, "reds")
    rows, nothing = np.arange(4000), np.zeros(side.hostile.shape)

    def found():
        side = side_of(s, "reds")
        return score(side, rows, side.standing, side.hostile, nothing)[:, 1:]

    first = found()
    assert first.std(axis=0) == pytest.approx(1.0, abs=0.05)
    assert abs(np.corrcoef(first.T)[0, 1]) < 0.07
    s.state.day = 6
    np.testing.assert_array_equal(found(), first)
    s.state.day = 7
    assert abs(np.corrcoef(found()[:, 0], first[:, 0])[0, 1]) < 0.07
