"""Dated events change how factions stand to each other."""

from __future__ import annotations

from sim.rules.policy import apply_events
from tests.situations import Situation, day, scenario_with


def situation() -> Situation:
    events = [
        {"date": day(3), "event": "stance", "a": "red", "b": "green", "stance": "hostile"},
        {"date": day(5), "event": "stance", "a": "red", "b": "blue", "stance": "neutral"},
    ]
    return Situation(
        scenario_with(
            {"A": "red", "B": "blue"}, [("A", "B", 5)], [("r", "reds", "A", 50)], events=events
        ),
        2,
    )


def test_a_stance_changes_on_its_day_and_both_ways():
    s = situation()
    red, blue, green = (s.faction(name) for name in ("red", "blue", "green"))
    seen = []
    for s.state.day in range(7):
        apply_events(s.state, s.setting)
        assert (s.state.stance == s.state.stance.transpose(0, 2, 1)).all()
        seen.append((int(s.state.stance[1, red, green]), int(s.state.stance[1, red, blue])))
    assert seen == [(0, -1)] * 3 + [(-1, -1)] * 2 + [(-1, 0)] * 2


def test_who_makes_peace_no_longer_fights():
    scenario = scenario_with(
        {"A": {"controller": "red", "contested_by": "blue"}, "B": "blue"},
        [("A", "B", 5)],
        [("r", "reds", "A", 100), ("b", "blues", "A", 100)],
        values={"any_kind.break_hazard_per_day": 0.0, "combat.contact_line": 0.0},
        events=[{"date": day(3), "event": "stance", "a": "red", "b": "blue", "stance": "neutral"}],
        days=6,
    )
    engaged = Situation(scenario).simulation.run().engaged[:, 0, 0]
    assert engaged.tolist() == [True, True, True, False, False, False]
