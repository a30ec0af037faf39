"""Fighters neither appear nor vanish, and units stay on the roads, over random scenarios."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pytest
from hypothesis import given, settings
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from sim.engine.simulation import Simulation
from sim.scenario import Scenario
from sim.state.ledger import LEDGER
from sim.state.setting import Setting, prepare
from sim.state.state import begin_day, initial_state
from tests.arrays import Arrays, arrays_of_state
from tests.random_scenarios import random_scenario, scenarios


@dataclass
class WatchedRun:
    """A run with a copy of its state before the first day and after every day."""

    simulation: Simulation
    mornings: list[Arrays]  # D + 1 of them: the state in which each day began, and the last

    @classmethod
    def of(cls, scenario: Scenario) -> WatchedRun:
        simulation = Simulation(scenario, seed=11, replicates=[4, 0, 7])
        mornings = [_before_anyone_has_come(simulation)]
        while not simulation.finished:
            simulation.step()
            mornings.append(_copy(simulation))
        return cls(simulation, mornings)

    @property
    def days(self) -> list[tuple[Arrays, Arrays]]:
        """Pairs of state before and after each day."""
        return list(zip(self.mornings, self.mornings[1:]))  # noqa: B905 - one shorter on purpose

    @cached_property
    def all_routes(self) -> Setting:
        """The setting with every route open that is so on some day: units may still be on it."""
        content = self.simulation.setting.scenario.resolved()
        content["events"] = [row for row in content["events"] if not row["event"].endswith("route")]
        for row in content["routes"]:
            row["open"] = True
        return prepare(Scenario.from_resolved(content), seed=11, replicates=[4, 0, 7])

    @property
    def faction(self) -> np.ndarray:
        return self.simulation.setting.roster.faction

    def by_faction(self, values: np.ndarray) -> np.ndarray:
        """Sum ``[R, U]`` by faction, ``[R, F]``."""
        factions = len(self.simulation.setting.factions)
        return np.stack([values[:, self.faction == f].sum(axis=1) for f in range(factions)], axis=1)


def _before_anyone_has_come(simulation: Simulation) -> Arrays:
    state = initial_state(simulation.setting)
    begin_day(state, simulation.setting)
    return {name: value for name, value in vars(state).items() if isinstance(value, np.ndarray)}


def _copy(simulation: Simulation) -> Arrays:
    return {name: value.copy() for name, value in arrays_of_state(simulation.state).items()}


def fighters_change_only_by_what_the_ledger_records(run: WatchedRun) -> None:
    for before, after in run.days:
        had = run.by_faction(before["strength"] + before["wounded"])
        has = run.by_faction(after["strength"] + after["wounded"])
        moved = {name: after[f"ledger.{name}"] for name in LEDGER}
        lost = moved["killed"] + moved["invalided"] + moved["captured"] + moved["departed"]
        np.testing.assert_array_equal(has - had, moved["arrived"] - lost)


def the_ledger_counts_forwards_only(run: WatchedRun) -> None:
    for _, after in run.days:
        for name in LEDGER:
            assert (after[f"ledger.{name}"] >= 0).all(), name


def the_dead_of_the_ledger_are_the_dead_of_the_places(run: WatchedRun) -> None:
    for _, after in run.days:
        np.testing.assert_array_equal(after["ledger.killed"], after["tally.killed"].sum(axis=2))


def children_and_leaders_killed_are_among_the_dead(run: WatchedRun) -> None:
    for _, after in run.days:
        assert (after["tally.children_killed"] <= after["tally.killed"]).all()
        assert (after["tally.leaders_killed"] <= after["tally.killed"]).all()
        assert (after["tally.headquarters_killed"] <= after["tally.leaders_killed"]).all()


def nothing_that_is_counted_is_negative(run: WatchedRun) -> None:
    names = (
        *("strength", "wounded", "children", "leaders", "readiness", "supply", "road_left_m"),
        *("cleared_m2", "struck", "car_bombs", "away", "pool", "raised", "unseen"),
        "unseen_children",
    )
    for state in run.mornings:
        for name in names:
            assert (state[name] >= 0).all(), name


def children_are_among_those_fit_to_fight(run: WatchedRun) -> None:
    for state in run.mornings:
        assert (state["children"] <= state["strength"]).all()


def readiness_and_supply_stay_in_thousandths(run: WatchedRun) -> None:
    for state in run.mornings:
        assert (state["readiness"] <= 1000).all()
        assert (state["supply"] <= 1000).all()


def a_place_has_one_controller_or_none(run: WatchedRun) -> None:
    factions = len(run.simulation.setting.factions)
    for state in run.mornings:
        assert state["controller"].shape[1] == run.simulation.setting.theatre.P
        assert (state["controller"] >= -1).all()
        assert (state["controller"] < factions).all()


def control_changes_only_to_a_faction_and_on_the_day_noted(run: WatchedRun) -> None:
    for day, (before, after) in enumerate(run.days):
        changed = before["controller"] != after["controller"]
        assert (after["controller"][changed] >= 0).all()
        assert (after["changed_day"][changed] == day).all()
        np.testing.assert_array_equal(
            after["changed_day"][~changed], before["changed_day"][~changed]
        )


def every_fighter_stands_in_one_place_or_marches(run: WatchedRun) -> None:
    history = run.simulation.history
    for day, (_, after) in enumerate(run.days):
        marching = after["active"] & (after["next_place"] >= 0)
        placed = history.strength[day].sum(axis=2)
        on_the_road = run.by_faction(after["strength"] * marching)
        np.testing.assert_array_equal(placed + on_the_road, run.by_faction(after["strength"]))


def who_is_not_in_the_theatre_has_no_fighters(run: WatchedRun) -> None:
    for state in run.mornings:
        for name in ("strength", "wounded", "children", "leaders"):
            assert (state[name][~state["active"]] == 0).all(), name


def fighters_who_left_are_away_until_they_return(run: WatchedRun) -> None:
    kind_faction = run.simulation.setting.kind_faction
    for before, after in run.days:
        change = after["away"] - before["away"]
        for faction in range(after["ledger.departed"].shape[1]):
            np.testing.assert_array_equal(
                change[:, kind_faction == faction].sum(axis=1),
                after["ledger.departed"][:, faction] - after["ledger.returned"][:, faction],
            )


def who_arrives_is_a_formation_or_comes_out_of_a_pool(run: WatchedRun) -> None:
    setting = run.simulation.setting
    formation = setting.roster.arrival < 0
    stream_faction = setting.arrivals.faction
    for before, after in run.days:
        new = (before["peak"] == 0) & (after["peak"] > 0) & formation
        in_formations = run.by_faction(np.where(new, setting.roster.strength, 0))
        gathered = after["raised"] - before["raised"]
        left_the_pool = before["pool"] + gathered - after["pool"]
        for faction in range(in_formations.shape[1]):
            np.testing.assert_array_equal(
                after["ledger.arrived"][:, faction] - in_formations[:, faction],
                left_the_pool[:, stream_faction == faction].sum(axis=1)
                + after["ledger.returned"][:, faction],
            )


def a_stream_never_brings_more_than_its_limit(run: WatchedRun) -> None:
    limit = np.rint(run.simulation.setting.arrivals.limit_fighters)
    for state in run.mornings:
        assert (state["raised"] <= limit).all()


def a_unit_never_leaves_the_road(run: WatchedRun) -> None:
    theatre, cost_m = run.all_routes.theatre, run.all_routes.route_cost_m
    for state in run.mornings:
        row, unit = np.nonzero(state["active"] & (state["next_place"] >= 0))
        place, onward = state["place"][row, unit], state["next_place"][row, unit]
        road = theatre.neighbour[place] == onward[:, None]
        assert (road.sum(axis=1) == 1).all()
        left_m = state["road_left_m"][row, unit]
        assert (left_m > 0).all()
        assert (left_m <= cost_m[place][road]).all()


def a_unit_moves_no_farther_than_a_march_and_a_retreat_allow(run: WatchedRun) -> None:
    setting = run.simulation.setting
    distance_m, leg_m = _march_cost_m(run)
    march_m = 1000 * setting.parameters.by_kind("march_km_per_day")[:, setting.roster.kind]
    for before, after in run.days:
        stayed = before["active"] & after["active"]
        from_road = before["next_place"] >= 0
        start = np.where(from_road, before["next_place"], before["place"])
        walked_m = np.where(from_road, before["road_left_m"], 0.0)
        walked_m = walked_m + distance_m[start, after["place"]]
        on_road = after["next_place"] >= 0
        walked_m += on_road * (leg_m[after["place"], after["next_place"]] - after["road_left_m"])
        # Still between the same two places: it has walked what is no longer left.
        same_leg = from_road & on_road & (before["place"] == after["place"])
        same_leg &= before["next_place"] == after["next_place"]
        walked_m = np.where(same_leg, before["road_left_m"] - after["road_left_m"], walked_m)
        broke = after["broken_until"] != before["broken_until"]
        allowed_m = np.where(broke, 2.0, 1.0) * march_m
        assert (walked_m[stayed] >= 0).all()
        assert (walked_m[stayed] <= allowed_m[stayed] + 1).all()


def _march_cost_m(run: WatchedRun) -> tuple[np.ndarray, np.ndarray]:
    """Cost of the cheapest way between all places, and of the road between neighbours."""
    theatre, cost_m = run.all_routes.theatre, run.all_routes.route_cost_m
    place, slot = np.nonzero(theatre.neighbour >= 0)
    leg_m = np.full((theatre.P, theatre.P), np.inf)
    leg_m[place, theatre.neighbour[place, slot]] = cost_m[place, slot]
    graph = csr_array(
        (cost_m[place, slot].astype(float), (place, theatre.neighbour[place, slot])),
        shape=leg_m.shape,
    )
    return dijkstra(graph), np.nan_to_num(leg_m, posinf=1e12)


def the_monitor_reports_no_more_than_died(run: WatchedRun) -> None:
    history = run.simulation.history
    for dead, reported in (("killed", "reported_killed"), ("children_killed", "reported_children")):
        total = np.cumsum(getattr(history, dead), axis=0)
        assert (np.cumsum(getattr(history, reported), axis=0) <= total).all()


INVARIANTS = (
    fighters_change_only_by_what_the_ledger_records,
    the_ledger_counts_forwards_only,
    the_dead_of_the_ledger_are_the_dead_of_the_places,
    children_and_leaders_killed_are_among_the_dead,
    nothing_that_is_counted_is_negative,
    children_are_among_those_fit_to_fight,
    readiness_and_supply_stay_in_thousandths,
    a_place_has_one_controller_or_none,
    control_changes_only_to_a_faction_and_on_the_day_noted,
    every_fighter_stands_in_one_place_or_marches,
    who_is_not_in_the_theatre_has_no_fighters,
    fighters_who_left_are_away_until_they_return,
    who_arrives_is_a_formation_or_comes_out_of_a_pool,
    a_stream_never_brings_more_than_its_limit,
    a_unit_never_leaves_the_road,
    a_unit_moves_no_farther_than_a_march_and_a_retreat_allow,
    the_monitor_reports_no_more_than_died,
)


@pytest.fixture(scope="module")
def runs() -> list[WatchedRun]:
    return [WatchedRun.of(random_scenario(number)) for number in range(30)]


@pytest.mark.parametrize("invariant", INVARIANTS, ids=lambda each: each.__name__)
def test_in_every_random_scenario(invariant, runs):
    for run in runs:
        invariant(run)


@settings(max_examples=15)
@given(scenarios())
def test_every_invariant_holds_in_scenarios_that_hypothesis_finds(scenario):
    run = WatchedRun.of(scenario)
    for invariant in INVARIANTS:
        invariant(run)


def test_every_invariant_holds_over_the_siege_of_hasakeh(hasakeh):
    run = WatchedRun.of(hasakeh.with_values({"scenario.end": "2015-08-10"}))
    for invariant in INVARIANTS:
        invariant(run)


def test_between_them_the_random_scenarios_show_all_that_can_happen(runs):
    histories = [run.simulation.history for run in runs]
    ledger = sum(history.ledger.sum(axis=(0, 1, 2)) for history in histories)
    assert (ledger > 0).all(), dict(zip(LEDGER, ledger, strict=True))
    for name in ("children_killed", "headquarters_killed", "car_bombs", "foot_bombers"):
        assert sum(getattr(history, name).sum() for history in histories) > 0, name
    assert sum(history.air_strikes.sum() for history in histories) > 0
    assert sum((history.controller[1:] != history.controller[:-1]).sum() for history in histories)
