"""A batch of replicates runs day by day and keeps its record."""

from __future__ import annotations

import numpy as np
import pytest

from sim.engine.simulation import Simulation, commanders_of
from sim.forces import KINDS, Militia
from sim.scenario import load
from sim.state.ledger import LEDGER
from sim.state.presence import strength_by_place
from tests.random_scenarios import START, random_scenario
from tests.scenario.small import write_least

SCENARIO = random_scenario(3)


def test_the_history_has_the_axes_that_it_promises():
    simulation = Simulation(SCENARIO, seed=1, replicates=[4, 9])
    history = simulation.run()
    days, places, factions = SCENARIO.days, len(SCENARIO.places), len(SCENARIO.factions)
    assert (history.days, history.replicates) == (days, 2)
    assert history.controller.shape == (days, 2, places)
    assert history.strength.shape == (days, 2, factions, places)
    assert history.ledger.shape == (days, 2, factions, len(LEDGER))
    assert history.places == tuple(place.name for place in SCENARIO.places)
    assert history.factions == tuple(SCENARIO.factions)
    assert history.date(0) == START == history.start


def test_the_history_tells_the_end_of_each_day():
    simulation = Simulation(SCENARIO, seed=1, replicates=[4, 9])
    for day in range(SCENARIO.days):
        simulation.step()
        history, state = simulation.history, simulation.state
        assert history.days == simulation.day == day + 1
        np.testing.assert_array_equal(history.controller[day], state.controller)
        np.testing.assert_array_equal(
            history.strength[day], strength_by_place(state, simulation.setting)
        )
        np.testing.assert_array_equal(history.killed[day], state.tally["killed"])
    assert simulation.finished


def test_the_past_is_not_rewritten():
    simulation = Simulation(SCENARIO, seed=1, replicates=[4])
    simulation.step()
    first_day = simulation.history.strength.copy()
    simulation.run()
    np.testing.assert_array_equal(simulation.history.strength[:1], first_day)


def test_it_begins_with_the_scenarios_control():
    simulation = Simulation(SCENARIO, seed=1, replicates=[0, 1])
    names = [*SCENARIO.factions, None]
    held = [names[holder] for holder in simulation.history.initial_controller[1]]
    assert held == [row.controller for row in SCENARIO.control]


def test_after_the_last_day_there_is_nothing_to_simulate():
    simulation = Simulation(SCENARIO, seed=1, replicates=[0])
    simulation.run()
    with pytest.raises(RuntimeError, match="the last day has been simulated"):
        simulation.step()
    assert simulation.run().days == SCENARIO.days


def test_formations_are_there_on_the_first_day():
    simulation = Simulation(SCENARIO, seed=1, replicates=[0])
    simulation.step()
    due = sum(round(row.fighters) for row in SCENARIO.units if row.arrives is None)
    assert simulation.history.ledger[0, 0, :, LEDGER.index("arrived")].sum() >= due > 0


def test_the_least_scenario_runs_in_peace(tmp_path):
    scenario = load(write_least(tmp_path / "least"))
    history = Simulation(scenario, seed=1, replicates=[0, 1, 2]).run()
    assert not history.killed.any()
    assert (history.controller[:, :, 1] == -1).all()


def test_where_supply_is_no_subject_nobody_starves(tmp_path):
    """supply.csv is optional: the least scenario has a garrison in a town at peace."""
    scenario = load(write_least(tmp_path / "least"))
    history = Simulation(scenario, seed=1, replicates=[0, 1, 2]).run()
    assert (history.strength[:, :, 0, 0] == 120).all()


def test_one_replicate_may_be_asked_for_twice():
    history = Simulation(SCENARIO, seed=1, replicates=[3, 3]).run()
    np.testing.assert_array_equal(history.strength[:, 0], history.strength[:, 1])


def test_commanders_are_the_scenarios_unless_replaced():
    name = next(iter(SCENARIO.kinds))
    found = commanders_of(SCENARIO, {name: Militia})
    assert found[name] is Militia
    assert {kind: found[kind] for kind in found if kind != name} == {
        kind: KINDS[row.decides] for kind, row in SCENARIO.kinds.items() if kind != name
    }


def test_the_siege_has_the_size_that_the_design_speaks_of(hasakeh):
    simulation = Simulation(hasakeh, seed=1, replicates=[0])
    assert simulation.days == 100
    assert 30 <= simulation.setting.theatre.P <= 60
    assert 60 <= len(simulation.setting.roster.names) <= 150
