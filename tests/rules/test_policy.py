"""Dated events: stances, truces, agreements, routes, and decisions to leave."""

from __future__ import annotations

from sim.rules.movement import march
from sim.rules.policy import access_agreed, apply_events
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


# Truces.


def truce(first: int, last: int, factions=("blue", "red")) -> list[dict]:
    who = {"event": "policy", "a": "truce", "factions": list(factions)}
    return [{"date": day(first), **who, "value": 1.0}, {"date": day(last), **who, "value": 0.0}]


def test_who_keeps_a_truce_does_not_fight_until_it_ends():
    scenario = scenario_with(
        {"A": {"controller": "red", "contested_by": "blue"}, "B": "blue"},
        [("A", "B", 5)],
        [("r", "reds", "A", 100), ("b", "blues", "A", 100)],
        values={"any_kind.break_hazard_per_day": 0.0, "combat.contact_line": 0.0},
        events=truce(2, 4),
        days=6,
    )
    engaged = Situation(scenario).simulation.run().engaged[:, 0, 0]
    assert engaged.tolist() == [True, True, False, False, True, True]


def test_a_truce_does_not_touch_neutrals_and_allies():
    s = Situation(
        scenario_with(
            {"A": "red", "B": "blue", "C": "green"},
            [("A", "B", 5), ("B", "C", 5)],
            [("r", "reds", "A", 50)],
            allied=[("red", "green")],
            events=truce(1, 3, ("blue", "green", "red")),
        )
    )
    red, blue, green = (s.faction(name) for name in ("red", "blue", "green"))
    seen = []
    for s.state.day in range(5):
        apply_events(s.state, s.setting)
        seen.append(tuple(s.state.stance[0, [red, red, blue], [blue, green, green]].tolist()))
    assert seen == [(-1, 1, 0), (0, 1, 0), (0, 1, 0), (-1, 1, 0), (-1, 1, 0)]


def test_what_relations_became_during_a_truce_shows_when_it_ends():
    peace = {"date": day(2), "event": "stance", "a": "red", "b": "blue", "stance": "neutral"}
    s = Situation(
        scenario_with(
            {"A": "red", "B": "blue"},
            [("A", "B", 5)],
            [("r", "reds", "A", 50)],
            events=[*truce(1, 3), peace],
        )
    )
    for s.state.day in range(5):
        apply_events(s.state, s.setting)
    assert s.state.stance[0, s.faction("red"), s.faction("blue")] == 0


def test_a_truce_opens_no_road():
    s = Situation(
        scenario_with(
            {"A": "red", "B": "blue", "C": "red"},
            [("A", "B", 5), ("B", "C", 5)],
            [("r", "reds", "A", 50)],
            events=truce(0, 3),
        )
    )
    assert s.state.stance[0, s.faction("red"), s.faction("blue")] == 0
    s.order("r", "C")
    march(s.state, s.setting)
    assert s.where("r") == "A"


# Agreements.


def test_an_access_agreement_binds_its_factions_from_its_day_on():
    agreed = {"event": "policy", "a": "access_agreement"}
    s = Situation(
        scenario_with(
            {"A": "red", "B": "blue"},
            [("A", "B", 5)],
            [("r", "reds", "A", 50)],
            events=[
                {"date": day(1), **agreed, "value": 0.6, "factions": ["red"]},
                {"date": day(2), **agreed, "value": 0.9},
                {"date": day(3), **agreed, "value": 0.0},
            ],
        )
    )
    seen = []
    for s.state.day in range(4):
        apply_events(s.state, s.setting)
        seen.append(access_agreed(s.state)[0].tolist())
    assert seen == [[0, 0, 0], [0.6, 0, 0], [0.9, 0.9, 0.9], [0, 0, 0]]


def test_without_an_agreement_there_is_none():
    assert access_agreed(situation().state) is None


# Routes.


def bridged() -> Situation:
    """A bridge joins A to B, and the long way leads round by C; it is blown on the third day."""
    ends = {"places": ["A", "B"]}
    return Situation(
        scenario_with(
            {"A": "red", "B": "red", "C": "red"},
            [("A", "B", 2, "bridge"), ("B", "C", 20), ("A", "C", 30)],
            [("r", "reds", "A", 50)],
            events=[
                {"date": day(2), "event": "close_route", **ends},
                {"date": day(4), "event": "open_route", **ends},
            ],
            days=6,
        ),
        2,
    )


def test_roads_follow_the_routes_that_are_open():
    simulation = bridged().simulation
    seen = []
    while not simulation.finished:
        simulation.step()
        a, b = (simulation.setting.theatre.index(name) for name in ("A", "B"))
        seen.append(int(simulation.state.road_m[1, 0, a, b]))
    assert seen == [2000, 2000, 50_000, 50_000, 2000, 2000]


def test_goods_cannot_cross_a_blown_bridge():
    scenario = scenario_with(
        {"A": "red", "B": "red"},
        [("A", "B", 2, "bridge")],
        [("r", "reds", "A", 50)],
        supply=[{"faction": "red", "place": "B"}],
        events=[{"date": day(2), "event": "close_route", "places": ["A", "B"]}],
        days=4,
    )
    simulation = Situation(scenario).simulation
    supplied = []
    while not simulation.finished:
        simulation.step()
        supplied.append(bool(simulation.state.supplied[0, 0, 0]))
    assert supplied == [True, True, False, False]


def test_neighbours_across_a_blown_bridge_exchange_no_fire():
    scenario = scenario_with(
        {"A": "red", "B": "blue"},
        [("A", "B", 1, "bridge")],
        [("r", "reds", "A", 400), ("b", "blues", "B", 400)],
        values={"combat.contact_line": 1.0, "combat.attrition_of_defenders_per_day": 0.2},
        events=[{"date": day(3), "event": "close_route", "places": ["A", "B"]}],
        days=6,
    )
    killed = Situation(scenario, 20).simulation.run().killed.sum(axis=(1, 2, 3))
    assert (killed[:3] > 0).all()
    assert (killed[3:] == 0).all()


# Decisions to leave.


def leaving(a="red", places=("Town",), **more) -> Situation:
    """Reds hold Fort and Town, greens Village between them; reds leave on the second day."""
    kinds = {
        "reds": ("red", "militia"),
        "guards": ("red", "militia"),
        "blues": ("blue", "militia"),
        "greens": ("green", "ypg"),
    }
    return Situation(
        scenario_with(
            {
                "Fort": {"controller": "red", "stronghold": True},
                "Village": "green",
                "Town": "red",
                "Quarter": "red",
                "Camp": "blue",
            },
            [
                ("Fort", "Village", 3.0),
                ("Village", "Town", 2.0),
                ("Town", "Quarter", 2.0),
                ("Quarter", "Camp", 30.0),
            ],
            [
                ("r", "reds", "Town", 100, {"static": True}),
                ("g", "guards", "Town", 80),
                ("v", "greens", "Village", 200, {"units": 3}),
            ],
            kinds=kinds,
            values={"greens.fills_void": 1.0, "any_kind.reaction_per_day": 1.0},
            events=[
                {"date": day(1), "event": "withdraw", "a": a, "places": list(places)},
            ],
            days=10,
            **more,
        )
    )


def holders(s: Situation, place: str) -> list[str | None]:
    history = s.simulation.run()
    names = s.setting.factions
    return [names[f] if f >= 0 else None for f in history.controller[:, 0, s.place(place)]]


def test_who_decides_to_leave_leaves_with_static_units_too():
    s = leaving()
    s.simulation.run()
    assert {s.where("r"), s.where("g")} == {"Fort"}


def test_the_void_is_filled_without_a_fight():
    s = leaving()
    found = holders(s, "Town")
    assert found[0] == "red"
    assert found[3:] == ["green"] * 7  # two days stand empty
    assert not s.simulation.history.engaged.any()


def test_who_takes_over_moves_in_and_takes_what_lies_behind():
    s = leaving(places=("Town", "Quarter"))
    assert holders(s, "Quarter")[-1] == "green"
    greens = s.simulation.history.strength[:, 0, s.faction("green")]
    assert greens[:, [s.place("Town"), s.place("Quarter")]].any(axis=0).all()


def test_a_kind_may_leave_alone_and_the_place_is_not_void():
    s = leaving(a="reds")
    assert holders(s, "Town") == ["red"] * 10
    assert s.where("r") == "Fort"
    assert s.where("g") == "Town"
