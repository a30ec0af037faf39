"""What leaders, plans and preferences do."""

from __future__ import annotations

from sim.scenario import Scenario
from tests.mechanisms import corners
from tests.mechanisms.pairs import (
    Run,
    assert_higher,
    assert_lower,
    with_values,
)
from tests.situations import scenario_with

IS, YPG, GOVERNMENT = "islamic_state", "ypg", "government"


def headless(gap_loss: float) -> Run:
    """Reds of a province fight blues, whose wing strikes at the head of it from the first day."""
    province = {"province": "North"}
    front = {"controller": "red", "contested_by": "blue", **province}
    return Run(
        scenario_with(
            {"Front": front, "Seat": {"controller": "red", **province}, "Rear": "blue"},
            [("Front", "Seat", 30), ("Front", "Rear", 30)],
            [
                ("r", "reds", "Front", 400, {"units": 4}),
                ("head", "reds", "Seat", 60, {"leaders": 1, "headquarters": True, **province}),
                ("b", "blues", "Front", 400, {"units": 4}),
            ],
            air=[
                {
                    "id": "wing",
                    "faction": "blue",
                    "strikes_per_day": 8.0,
                    "supports": "blue",
                    "dynamic_share": 1.0,
                }
            ],
            values={
                "air.headquarters_found_per_day": 1,
                "air.leader_killed_per_strike": 1,
                "command.gap_loss": gap_loss,
                "any_kind.break_hazard_per_day": 0.02,
            },
            days=10,
        )
    )


def test_units_whose_head_has_fallen_hurt_the_enemy_less():
    with_gap, without = headless(0.2), headless(0.0)
    assert with_gap.count("headquarters_killed", "red").mean() > 0.9
    hurt = [
        run.ledger("killed", "blue") + run.ledger("wounded", "blue") for run in (without, with_gap)
    ]
    assert_higher(*hurt)


# The ring.


def pocket_closed(simulation):
    """Where the attacker holds districts of the city and none of them has a road out; ``[R]``."""
    state, setting = simulation.state, simulation.setting
    attacker = setting.factions.index(IS)
    city = setting.theatre.city >= 0
    held = state.controller[:, city] == attacker
    return held.any(axis=1) & ~(held & state.supplied[:, attacker][:, city]).any(axis=1)


def test_without_the_planned_cut_the_ring_closes_less_often():
    """At the most of the prior of ``ring_first`` against none."""
    closed = [
        Run(with_values(corners.siege(), {"ypg.ring_first": ring_first}), watch=pocket_closed)
        for ring_first in (0, 4)
    ]
    assert_lower(*(run.watched.sum(axis=0) for run in closed))


# What an objective is worth.


def way_to_a_prize(look_ahead: float) -> Run:
    """Two towns alike lie open to an attacker; a city lies behind one of them."""
    return Run(
        scenario_with(
            {
                "Base": "red",
                "Gateway": "blue",
                "Hamlet": "blue",
                "City": {"controller": "blue", "value": 8.0},
            },
            [("Base", "Gateway", 20), ("Base", "Hamlet", 20), ("Gateway", "City", 60)],
            [
                ("r", "reds", "Base", 400, {"units": 4}),
                ("gateway", "blues", "Gateway", 60, {"static": True}),
                ("hamlet", "blues", "Hamlet", 60, {"static": True}),
                ("city", "blues", "City", 600, {"static": True}),
            ],
            kinds={"reds": ("red", "islamic_state"), "blues": ("blue", "militia")},
            values={"reds.look_ahead": look_ahead, "reds.reach_km": 100.0},
            days=20,
        )
    )


def test_who_does_not_look_ahead_comes_later_to_the_gateway_of_a_prize():
    held = [way_to_a_prize(look_ahead).days_held("red", ["Gateway"]) for look_ahead in (0, 0.4)]
    assert_lower(*held)


def two_towns_of_the_enemy(foreign_ground: float) -> Run:
    """An attacker between two towns alike; his own community lives in one of them."""
    return Run(
        scenario_with(
            {"Base": "blue", "Home": {"controller": "red", "home_of": "blue"}, "Abroad": "red"},
            [("Base", "Home", 20), ("Base", "Abroad", 20)],
            [
                ("in home", "reds", "Home", 60, {"static": True}),
                ("abroad", "reds", "Abroad", 60, {"static": True}),
                ("b", "blues", "Base", 400, {"units": 4}),
            ],
            kinds={"reds": ("red", "militia"), "blues": ("blue", "ypg")},
            values={
                "blues.groups": 1,
                "blues.foreign_ground": foreign_ground,
                "blues.trigger_districts": 0,
                "blues.reach_km": 100.0,
            },
            days=20,
        )
    )


def test_who_shuns_foreign_ground_fights_less_for_it():
    fought = []
    for penalty in (0, 0.8):
        run = two_towns_of_the_enemy(penalty)
        fought.append(run.history.engaged[:, :, run.place("Abroad")].sum(axis=0))
    assert_higher(*fought)


def two_places_in_need(home_bonus: float) -> Run:
    """A reserve halfway between two places of its own that the enemy stands in."""
    need = {"controller": "blue", "contested_by": "red"}
    return Run(
        scenario_with(
            {"Home": {"home_of": "blue", **need}, "Other": need, "Base": "blue"},
            [("Base", "Home", 20), ("Base", "Other", 20)],
            [
                ("in home", "reds", "Home", 80, {"static": True}),
                ("in other", "reds", "Other", 80, {"static": True}),
                ("reserve", "blues", "Base", 300, {"units": 3}),
            ],
            kinds={"reds": ("red", "militia"), "blues": ("blue", "ypg")},
            values={
                "blues.groups": 1,
                "blues.home_bonus": home_bonus,
                "any_kind.break_hazard_per_day": 0.01,
            },
            days=8,
        )
    )


def test_a_kind_that_loves_its_home_relieves_it_before_other_places():
    present = [
        (run.history.strength[:, :, run.faction("blue"), run.place("Home")] > 0).sum(axis=0)
        for run in (two_places_in_need(0), two_places_in_need(1))
    ]
    assert_lower(*present)


# Garrisons and strongholds.


def test_garrisons_that_are_told_to_stay_keep_their_places(siege):
    """The army's posts outside the city, whose garrisons might otherwise be called away."""
    posts = ["Ahdath prison", "South power station", "Maylabiya base (Regiment 121)"]
    content = corners.siege().resolved()
    units = [
        dict(row) | ({"static": False} if row["kind"] == "army" else {}) for row in content["units"]
    ]
    run = Run(Scenario.from_resolved(content | {"units": units}))
    assert_lower(run.days_held(GOVERNMENT, posts), siege.days_held(GOVERNMENT, posts))


def test_without_the_strength_of_strongholds_more_of_them_fall(siege):
    strong = [row.name for row in siege.scenario.places if row.stronghold]
    run = Run(with_values(corners.siege(), {"morale.stronghold_factor": 1}))
    assert_lower(run.days_held(GOVERNMENT, strong), siege.days_held(GOVERNMENT, strong))


# Cut off, and behind the line.


def surrounded(break_out_per_day: float) -> Run:
    """Reds hold a town in the middle of blue country, a day's march from their own."""
    return Run(
        scenario_with(
            {"Town": "red", "Gap": "blue", "Own": "red", "Far": "blue"},
            [("Town", "Gap", 20), ("Gap", "Own", 20), ("Town", "Far", 20)],
            [
                ("r", "reds", "Town", 300, {"units": 3}),
                ("own", "reds", "Own", 50, {"static": True}),
                ("b", "blues", "Gap", 60, {"static": True}),
            ],
            kinds={"reds": ("red", "islamic_state"), "blues": ("blue", "militia")},
            values={
                "reds.break_out_per_day": break_out_per_day,
                "reds.least_score": 99,
                "reds.least_chance_of_success": 1,
            },
            supply=[{"faction": "red", "place": "Own"}],
            days=25,
        )
    )


def test_who_does_not_break_out_loses_more_of_those_surrounded():
    with_it, without = surrounded(0.1), surrounded(0)
    red, own = with_it.faction("red"), with_it.place("Own")
    assert_lower(*(run.history.strength[-1, :, red, own] for run in (without, with_it)))
    assert_higher(without.ledger("departed", "red"), with_it.ledger("departed", "red"))


def test_units_that_slip_behind_the_line_spread_the_fight_over_the_city():
    """At the most of the prior, 0.03 a day, against none."""
    fought = []
    for chance in (0.0, 0.03):
        run = Run(with_values(corners.siege(), {f"{IS}.infiltration_per_day": chance}))
        fought.append(run.history.engaged[:, :, run.history.city >= 0].sum(axis=(0, 2)))
    assert_lower(*fought)
