"""What crossings, depots, oil, workshops and roads do for those who live off them."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from sim.engine.sources import load_checked
from sim.scenario import Scenario
from tests.mechanisms import corners
from tests.mechanisms.pairs import (
    Run,
    assert_higher,
    assert_lower,
    with_values,
    without_rows,
)
from tests.situations import day, scenario_with

IS, YPG = "islamic_state", "ypg"


@cache
def source_of_goods(what: str, *, lost: bool, rise: float = 1.5) -> Run:
    """A side gets most of its goods, and fighters, from a place that it may give up.

    Greens beside that place, no enemies of the reds, take over what they leave.
    """
    stream = {"kind": "reds", "place": "Camp", "unit_fighters": 20, "slots": 40}
    leaves = {"date": day(4), "event": "withdraw", "a": "red", "places": ["Gate"]}
    return Run(
        scenario_with(
            {"Gate": "red", "Camp": "red", "Garden": "green", "Town": "blue"},
            [("Gate", "Camp", 20), ("Garden", "Gate", 1, "street"), ("Camp", "Town", 200)],
            [
                ("r", "reds", "Camp", 300, {"units": 3, "static": True}),
                ("g", "greens", "Garden", 50, {"static": True}),
            ],
            values={
                "greens.fills_void": 1,
                "reds.child_share_of_recruits": 0.1,
                "reds.child_share_rise": rise,
                "reds.car_bombs_built_per_day": 1,
                "reds.car_bombs_most": 100,
            },
            days=40,
            supply=[
                {"faction": "red", "place": "Gate", "goods_per_day": 300.0, "what": what},
                {"faction": "red", "place": "Camp", "goods_per_day": 100.0},
            ],
            workshops=[{"id": "shop", "kind": "reds", "place": "Camp", "share": 1.0}],
            reinforcements=[
                stream | {"id": "abroad", "fighters_per_day": 20.0, "through": "Gate"},
                stream | {"id": "at home", "fighters_per_day": 10.0},
            ],
            events=[leaves] if lost else [],
        )
    )


def children(run: Run) -> np.ndarray:
    """Share of children among those who have come."""
    red = run.setting.roster.faction == run.faction("red")
    return run.state.children[:, red].sum(axis=1) / run.ledger("arrived", "red")


def test_what_a_side_gives_up_is_taken_over_without_a_fight():
    lost, kept = (source_of_goods("crossing", lost=lost) for lost in (True, False))
    assert_higher(lost.days_held("green", ["Gate"]), kept.days_held("green", ["Gate"]))
    assert not lost.history.engaged.any()


@pytest.mark.parametrize("what", ["crossing", "oil"])
def test_losing_crossings_or_oil_lowers_the_supply_index_and_leaves_fewer_car_bombs(what):
    lost, kept = (source_of_goods(what, lost=lost) for lost in (True, False))
    assert_lower(lost.supply_index("red"), kept.supply_index("red"))
    assert_lower(*(run.state.car_bombs[:, 0] for run in (lost, kept)))


def test_losing_a_crossing_stops_the_fighters_who_come_through_it():
    arrived = [
        source_of_goods("crossing", lost=lost).ledger("arrived", "red") for lost in (True, False)
    ]
    assert_lower(*arrived)


def test_losing_a_crossing_raises_the_share_of_children_among_recruits():
    lost, kept = (source_of_goods("crossing", lost=lost) for lost in (True, False))
    no_rise = source_of_goods("crossing", lost=True, rise=0)
    assert_higher(children(lost), children(kept))
    assert_higher(children(lost), children(no_rise))


# A garrison at the end of a road, attacked after a fortnight.


def outpost(*, road: str = "red", goods: float = 600.0, oil: float = 0.0) -> Scenario:
    """Reds hold a post; their depot is two places behind, their oil three."""
    rows = [{"faction": "red", "place": "Depot", "goods_per_day": goods}]
    if oil:
        rows.append({"faction": "red", "place": "Wells", "goods_per_day": oil, "what": "oil"})
    return scenario_with(
        {"Post": "red", "Road": road, "Depot": "red", "Wells": "red", "Rear": "blue"},
        [("Post", "Road", 30), ("Road", "Depot", 30), ("Depot", "Wells", 30), ("Post", "Rear", 30)],
        [
            ("garrison", "reds", "Post", 300, {"units": 3, "static": True}),
            ("guard", "reds", "Depot", 100, {"static": True}),
            ("column", "blues", "Rear", 500, {"units": 5, "arrives": day(14)}),
        ],
        kinds={"reds": ("red", "militia"), "blues": ("blue", "islamic_state")},
        values={"blues.attempt_per_day": 1.0, "blues.reach_km": 300.0},
        supply=[*rows, {"faction": "blue", "place": "Rear"}],
        days=35,
    )


def garrison(run: Run) -> list[int]:
    names = run.setting.roster.names
    return [unit for unit, name in enumerate(names) if name.startswith("garrison/")]


def stocks(run: Run) -> np.ndarray:
    """Mean stock of the garrison's units over the first fortnight, thousandths."""
    return run.watched[:14, :, garrison(run)].mean(axis=(0, 2))


def run_of(scenario: Scenario) -> Run:
    return Run(scenario, watch=lambda simulation: simulation.state.supply.copy())


@pytest.fixture(scope="module")
def supplied() -> Run:
    return run_of(outpost())


def test_a_garrison_whose_road_is_cut_starves_and_its_fighters_slip_away(supplied):
    cut = run_of(outpost(road="blue"))
    assert_lower(stocks(cut), stocks(supplied))
    gone = [
        run.history.ledger[:14, :, run.faction("red"), 6].sum(axis=0) for run in (cut, supplied)
    ]
    assert_higher(*gone)


def test_a_garrison_whose_depot_is_empty_starves_and_falls_sooner(supplied):
    empty = run_of(outpost(goods=0.0))
    assert_lower(stocks(empty), stocks(supplied))
    assert_lower(empty.days_held("red", ["Post"]), supplied.days_held("red", ["Post"]))


def test_without_oil_those_whose_depots_bring_too_little_starve_and_fight_worse():
    with_oil, without = run_of(outpost(goods=60.0, oil=600.0)), run_of(outpost(goods=60.0))
    assert_lower(stocks(without), stocks(with_oil))
    enemy_losses = [
        run.ledger("killed", "blue") + run.ledger("wounded", "blue") for run in (without, with_oil)
    ]
    assert_lower(*enemy_losses)


# The campaign's own rows.


def tal_abyad_attacked(name: str) -> Scenario:
    """The north, with enough of the YPG at Ras al-Ayn for an attack on Tal Abyad."""
    scenario = corners.north(name)
    units = [
        dict(row)
        | (
            {"fighters": "0.99 * campaign.ypg_jazira_fighters", "units": 9}
            if row["id"] == "ypg-ras-al-ayn"
            else {}
        )
        for row in scenario.resolved()["units"]
    ]
    eager = {"ypg_jazira.attempt_per_day": 0.25, "ypg_jazira.foreign_ground": 0}
    return with_values(Scenario.from_resolved(scenario.resolved() | {"units": units}), eager)


def test_where_tal_abyad_holds_more_goods_and_fighters_reach_islamic_state():
    base, holds = (Run(tal_abyad_attacked(name)) for name in ("campaign-2015", "tal-abyad-holds"))
    assert_higher(holds.days_held(IS, ["Tal Abyad"]), base.days_held(IS, ["Tal Abyad"]))
    assert_higher(holds.supply_index(IS), base.supply_index(IS))
    line = base.history.lines.index("tal-abyad-raqa")
    assert_higher(*(run.history.lines_open[:, :, line].sum(axis=0) for run in (holds, base)))
    arrived = [run.ledger("arrived", IS, slice(1, None)) for run in (holds, base)]
    assert_higher(*arrived)


def test_without_children_among_recruits_no_child_dies_and_fewer_come(north):
    run = Run(corners.north("no-children"))
    assert north.count("children_killed", IS).mean() > 10
    assert not run.count("children_killed", IS).any()
    assert_lower(run.ledger("arrived", IS), north.ledger("arrived", IS))


def test_bombers_are_children_more_often_than_others(siege):
    run = Run(with_values(corners.siege(), {f"{IS}.child_bomber_share": 0}))
    assert_lower(run.count("children_killed", IS), siege.count("children_killed", IS))
    assert np.array_equal(run.history.killed, siege.history.killed)


def test_without_the_stream_of_fighters_the_siege_is_weaker(siege):
    alone = without_rows(corners.siege(), "reinforcements", lambda row: row["kind"] == IS)
    run = Run(alone)
    assert_lower(run.days_held(IS), siege.days_held(IS))
    assert_lower(run.count("car_bombs", IS), siege.count("car_bombs", IS))


def test_without_replacements_fewer_fighters_join_and_less_is_held(north):
    run = Run(with_values(corners.north(), {"any_kind.replacements_per_day": 0}))
    assert_lower(run.ledger("arrived", IS), north.ledger("arrived", IS))


# Bridges.


def test_a_blown_bridge_keeps_the_attacker_out():
    """North falls to those who come over the one road; the road is closed from the first day."""
    scenario = load_checked("two-towns")
    blown = {"date": "2015-06-01", "event": "close_route", "places": ["North", "South"]}
    held = [
        Run(Scenario.from_resolved(scenario.resolved() | {"events": events})).days_held(
            "red", ["North"]
        )
        for events in ([blown], [])
    ]
    assert_lower(*held)


def test_blown_bridges_over_the_euphrates_keep_people_on_their_side(north):
    """Those who flee Kobane's west bank have no way over the river from March on."""
    whole = without_rows(corners.north(), "events", lambda row: row["event"] == "close_route")
    bridges = Run(whole)
    fled = [run.of_people("displaced") for run in (north, bridges)]
    assert_lower(*fled)
